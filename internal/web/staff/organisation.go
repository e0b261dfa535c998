package staff

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/dwelling"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type organisationsPage struct {
	ui.OfficeArgs
	Table ui.TableArgs
}

// organisations lists the organisations of the actor's area, or of a place.
func (p *Pages) organisations(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	list, err := p.Dwellings.Organisations(r.Context(), s.Actor, r.URL.Query().Get("at"), r.URL.Query().Get("after"), limit)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	next := ""
	if len(list) == limit {
		next = list[limit-1].ID
	}
	g := organisationsPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.organisations"), "/organisations")}
	if policy.May(s.Actor, policy.OrganisationRecord) {
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.organisation.new"), Kind: ui.Primary, Icon: ui.IconPlus, Href: "/organisations/new"})
	}
	g.Table = ui.TableArgs{
		Caption: i18n.T("staff.menu.organisations"), Pager: live(gate.More(r, "/organisations", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.organisation.name"), Wide: true}, {Label: i18n.T("staff.organisation.uscc"), Code: true}, {Label: i18n.T("staff.organisation.village")}, {Label: i18n.T("staff.organisation.address"), Wide: true}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.organisation.none"), Hint: i18n.T("staff.organisation.none_hint"), Icon: ui.IconBuilding},
	}
	for _, o := range list {
		href := "/organisations/" + o.ID
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.NameLink(o.Name, href), ui.Text(string(o.USCC)), ui.Text(x.FullName(o.Village)), ui.Text(o.Address), ui.Tag(p.organisationTag(o.Organisation)),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return gate.Render(w, r, organisationsView(g))
}

func (p *Pages) organisationTag(o dwelling.Organisation) ui.TagArgs {
	if o.Here(calendar.On(p.Now())) {
		return ui.TagArgs{Label: i18n.T("staff.organisation.here"), Tone: ui.Good}
	}
	return ui.TagArgs{Label: i18n.T("staff.organisation.gone")}
}

type organisationPage struct {
	ui.OfficeArgs
	ID      string // "" of a new one
	Version string
	Key     string
	Facts   []ui.Item
	Change  bool
	Fields  []ui.FieldArgs
	Wrong   []ui.FieldError
}

func (p *Pages) organisation(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showOrganisation(w, r, s, r.PathValue("id"), nil, http.StatusOK)
}

func (p *Pages) organisationNew(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showOrganisation(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showOrganisation(w http.ResponseWriter, r *http.Request, s *gate.Session, id string, wrong map[string]string, status int) error {
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := organisationPage{OfficeArgs: p.frame(r, s, i18n.T("staff.organisation.new"), "/organisations"), ID: id, Key: gate.NewKey()}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.organisations"), Href: "/organisations"}}
	g.Change = policy.May(s.Actor, policy.OrganisationRecord)
	var o dwelling.Organisation
	var a dwelling.Address
	if id != "" {
		if o, a, err = p.Dwellings.Organisation(r.Context(), s.Actor, id); err != nil {
			return err
		}
		g.Title, g.Version = o.Name, strconv.FormatInt(o.Version, 10)
		registry, _ := code.RegistryCategory.Lookup(string(o.USCC[:2]))
		g.Facts = []ui.Item{
			{Label: i18n.T("staff.organisation.uscc"), Text: string(o.USCC)}, {Label: i18n.T("staff.organisation.registry"), Text: registry},
			{Label: i18n.T("staff.organisation.address"), Text: x.FullName(o.Village) + " " + a.Text, Wide: true},
			{Label: i18n.T("staff.organisation.from"), Text: string(o.ValidFrom)}, {Label: i18n.T("staff.col.state"), Value: ui.Tag(p.organisationTag(o))},
		}
		g.Change = g.Change && s.Actor.Over(o.Village)
	}
	g.Fields = organisationFields(o, a.Text)
	for _, v := range x.Villages(firstPath(s)[:6]) {
		if s.Actor.Over(v.Code) {
			g.Fields[2].Options = append(g.Fields[2].Options, ui.Option{Value: v.Code, Label: x.FullName(v.Code), Selected: v.Code == o.Village})
		}
	}
	if status != http.StatusOK {
		for i := range g.Fields {
			gate.Fill(r, wrong, &g.Fields[i])
		}
		g.Wrong = ui.Errors(g.Fields...)
	}
	return gate.RenderCode(w, r, status, organisationView(g))
}

func organisationFields(o dwelling.Organisation, address string) []ui.FieldArgs {
	to := string(o.ValidTo)
	if o.ValidTo == calendar.Forever {
		to = ""
	}
	return []ui.FieldArgs{
		{Name: "uscc", Label: i18n.T("staff.organisation.uscc"), Required: true, Max: 18, Value: string(o.USCC), ReadOnly: o.ID != "", Hint: i18n.T("staff.organisation.uscc_hint")},
		{Name: "name", Label: i18n.T("staff.organisation.name"), Required: true, Max: 100, Value: o.Name},
		{Name: "village", Label: i18n.T("staff.organisation.village"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")},
		{Name: "address", Label: i18n.T("staff.organisation.address"), Required: true, Max: 100, Value: address},
		{Name: "from", Label: i18n.T("staff.organisation.from"), Kind: ui.DateField, Required: true, Value: string(o.ValidFrom)},
		{Name: "to", Label: i18n.T("staff.organisation.to"), Kind: ui.DateField, Value: to, Hint: i18n.T("staff.organisation.to_hint")},
	}
}

func (p *Pages) organisationSave(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		version = 0 // of a new one
	}
	id := r.PostFormValue("id")
	o, err := p.Dwellings.SaveOrganisation(r.Context(), s.Actor, gate.Key(r), dwelling.OrganisationDraft{
		ID: id, Version: version, USCC: gate.Trim(r, "uscc"), Name: gate.Trim(r, "name"), Village: r.PostFormValue("village"), Address: gate.Trim(r, "address"),
		From: calendar.Date(gate.Trim(r, "from")), To: calendar.Date(gate.Trim(r, "to")),
	})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showOrganisation(w, r, s, id, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/organisations/"+o.ID+"?done=saved")
}

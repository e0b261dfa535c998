package staff

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/registration"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type actPage struct {
	ui.OfficeArgs
	Key    string
	Home   overview.HouseholdPage
	Kind   household.ActKind
	Facts  []ui.Item
	Groups []fieldGroup
	Wrong  []ui.FieldError
	Alike  *ui.TableArgs // those of the register whom the newcomer looks like
}

type fieldGroup struct {
	Title, Hint string
	Fields      []ui.FieldArgs
}

// counter is what may be done at the counter for a household, and what has been.
func (p *Pages) counter(r *http.Request, s *gate.Session, h overview.HouseholdPage) (menu []ui.ButtonArgs, done []ui.Event, err error) {
	if !policy.May(s.Actor, policy.HouseholdAct) {
		return nil, nil, nil
	}
	id := h.Household.ID
	acts, err := p.Registrations.Acts(r.Context(), s.Actor, id)
	if fault.KindOf(err) != "" {
		return nil, nil, nil // lives here, is registered elsewhere
	}
	for _, k := range household.ActKinds {
		menu = append(menu, ui.ButtonArgs{Label: actName(k), Href: "/households/" + string(id) + "/acts/" + string(k), Small: true})
	}
	for _, a := range acts {
		done = append(done, ui.Event{At: string(a.On), Title: actName(a.Kind), Text: a.Number, Who: a.Name, Tone: ui.Info, Body: ui.LinkTo(i18n.T("staff.see"), "/acts/"+a.ID)})
	}
	return menu, done, err
}

func actName(k household.ActKind) string { return i18n.T("household.act.kind." + string(k)) } //i18n:dynamic household.act.kind.

// actForm is the form of an act.
func (p *Pages) actForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g, err := p.actPage(r, s, nil)
	if err != nil {
		return err
	}
	return gate.Render(w, r, actFormView(g))
}

func (p *Pages) actPage(r *http.Request, s *gate.Session, wrong map[string]string) (g actPage, err error) {
	g.Kind = household.ActKind(r.PathValue("kind"))
	if !slices.Contains(household.ActKinds, g.Kind) {
		return g, fault.New(fault.NotFound, "policy.not_found")
	}
	id := household.ID(r.PathValue("id"))
	if _, err := p.Registrations.Acts(r.Context(), s.Actor, id); err != nil {
		return g, err // who may not do the act is not shown its form
	}
	if g.Home, err = p.Overview.Household(r.Context(), s.Actor, id); err != nil {
		return g, err
	}
	g.OfficeArgs = p.frame(r, s, actName(g.Kind), "/residents")
	g.Sub = gate.HouseholdTitle(g.Home)
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: gate.HouseholdTitle(g.Home), Href: "/households/" + string(id)}}
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.household.register_no"), Text: g.Home.Household.RegisterNo},
		{Label: i18n.T("staff.household.registered"), Text: orElse(g.Home.Registered, g.Home.Village)},
	}
	if g.Key = r.PostFormValue(gate.KeyField); g.Key == "" {
		g.Key = gate.NewKey()
	}
	if g.Groups, err = p.actFields(r, s, g, wrong); err != nil {
		return g, err
	}
	known := map[string]bool{}
	for i := range g.Groups {
		for j := range g.Groups[i].Fields {
			f := &g.Groups[i].Fields[j]
			if f.Name != "persons" && f.Name != "lives" {
				gate.Fill(r, wrong, f)
			}
			known[f.Name] = true
			g.Wrong = append(g.Wrong, ui.Errors(*f)...)
		}
	}
	for name, words := range wrong { // what stands in no field is said above all
		if !known[name] {
			g.Wrong = append(g.Wrong, ui.FieldError{ID: "f-happened_on", Text: words})
		}
	}
	return g, nil
}

// actRequest is what the form says.
func actRequest(r *http.Request) registration.Request {
	date := func(name string) calendar.Date { return calendar.Date(gate.Trim(r, name)) }
	who := func(name string) person.ID { return person.ID(gate.Trim(r, name)) }
	q := registration.Request{
		Kind: household.ActKind(r.PathValue("kind")), HouseholdID: household.ID(r.PathValue("id")), On: date("happened_on"),
		Evidence: household.Evidence{Document: gate.Trim(r, "document"), Number: gate.Trim(r, "document_no"), Office: gate.Trim(r, "document_office"), On: date("document_on")},
		Person:   who("person"), Kin: who("kin"), Relation: gate.Trim(r, "relation"), Lives: r.PostFormValue("lives") != "",
		Head: who("head"), Successor: who("successor"), RegisterNo: gate.Trim(r, "register_no"), OtherNo: gate.Trim(r, "other_no"), To: gate.Trim(r, "to"),
		Newcomer: registration.Newcomer{Name: gate.Trim(r, "name"), Sex: gate.Trim(r, "sex"), Birth: date("birth"), Ethnicity: gate.Trim(r, "ethnicity"), Number: gate.Trim(r, "number"),
			NoNumberReason: gate.Trim(r, "no_number"), Distinct: gate.Trim(r, "distinct")},
		Relations: map[person.ID]string{},
	}
	if q.Kind == household.Birth {
		q.Newcomer.Birth = q.On
	}
	for _, id := range r.PostForm["persons"] {
		q.Persons = append(q.Persons, person.ID(id))
	}
	for name := range r.PostForm {
		if id, ok := strings.CutPrefix(name, registration.RelationField); ok && gate.Trim(r, name) != "" {
			q.Relations[person.ID(id)] = gate.Trim(r, name)
		}
	}
	return q
}

// actRecord does the act, or shows the form again with what is wrong.
func (p *Pages) actRecord(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := actRequest(r)
	a, err := p.Registrations.Record(r.Context(), s.Actor, gate.Key(r), q)
	wrong, again := gate.Invalid(err)
	if err != nil && !again {
		return err
	}
	if !again {
		return gate.See(w, r, "/acts/"+a.ID)
	}
	if q.Kind == household.Birth && wrong["happened_on"] == "" {
		wrong["happened_on"] = wrong["birth"]
		delete(wrong, "birth")
	}
	g, err := p.actPage(r, s, wrong)
	if err != nil {
		return err
	}
	if wrong["distinct"] != "" {
		if g.Alike, err = p.alikeTable(r, s, q); err != nil {
			return err
		}
	}
	return gate.RenderCode(w, r, http.StatusUnprocessableEntity, actFormView(g))
}

// alikeTable lists whom of the register a newcomer looks like. Of those whom
// the clerk may not see it says that they are there, and no more.
func (p *Pages) alikeTable(r *http.Request, s *gate.Session, q registration.Request) (*ui.TableArgs, error) {
	found, err := p.Registrations.LookAlikes(r.Context(), s.Actor, q)
	if err != nil {
		return nil, err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return nil, err
	}
	t := &ui.TableArgs{Caption: i18n.T("staff.act.alike"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.col.sex")},
		{Label: i18n.T("staff.col.birth"), Code: true}, {Label: i18n.T("staff.col.number"), Code: true}, {Label: i18n.T("staff.household.registered"), Wide: true}, {Label: i18n.T("staff.col.signs")}}}
	for _, l := range found {
		if l.Hidden {
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(i18n.T("staff.act.hidden")), ui.Text(""), ui.Text(""), ui.Text(""), ui.Text(""), ui.Text(signs(l.Signs))}})
			continue
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(l.Name, "/people/"+string(l.ID)), ui.Text(sex(l.Sex)), ui.Text(string(l.Birth)), ui.Text(l.Number), ui.Text(x.FullName(l.Path)), ui.Text(signs(l.Signs))}})
	}
	return t, nil
}

func signs(all []person.Sign) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = i18n.T("person.duplicate.sign." + string(s)) //i18n:dynamic person.duplicate.sign.
	}
	return strings.Join(words, "、")
}

type actDonePage struct {
	ui.OfficeArgs
	Facts   []ui.Item
	Receipt ui.NoticeArgs
	Links   []ui.ButtonArgs
}

// act is an act that has been done, with its receipt.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	a, err := p.Registrations.Get(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	g := actDonePage{OfficeArgs: p.frame(r, s, actName(a.Kind), "/residents")}
	g.Sub = a.Number
	home := "/households/" + string(a.HouseholdID)
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: i18n.T("staff.move.household"), Href: home}}
	g.Receipt = ui.NoticeArgs{Tone: ui.Good, Title: i18n.T("staff.act.done", "kind", actName(a.Kind)), Text: i18n.T("staff.act.receipt", "number", a.Number, "at", gate.At(a.RecordedAt), "by", a.Name)}
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.act.number"), Text: a.Number},
		{Label: i18n.T("staff.act.on"), Text: a.On.Chinese()},
		{Label: i18n.T("staff.act.document"), Text: i18n.T("household.document." + a.Document)}, //i18n:dynamic household.document.
		{Label: i18n.T("staff.act.document_no"), Text: a.DocumentNo},
		{Label: i18n.T("staff.act.office"), Text: a.Office},
		{Label: i18n.T("staff.act.document_on"), Text: a.DocumentOn.Chinese()},
	}
	g.Links = []ui.ButtonArgs{{Label: i18n.T("staff.act.back"), Href: home, Kind: ui.Primary}}
	if a.OtherID != "" && a.Kind == household.Split {
		g.Links = append(g.Links, ui.ButtonArgs{Label: i18n.T("staff.act.new_household"), Href: "/households/" + string(a.OtherID)})
	}
	return gate.Render(w, r, actDoneView(g))
}

// relationOptions are the words of GB/T 4761 for a member who is not the head.
func relationOptions() (all []ui.Option) {
	for _, c := range code.Relation.Codes {
		if c.Code != code.Self && c.Code != code.Head {
			all = append(all, ui.Option{Value: c.Code, Label: c.Name})
		}
	}
	return all
}

package staff

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// reviewDays is when a form proposes to look at a protection again: an order of
// a court holds six months at most (反家庭暴力法 30).
const reviewDays = 180

// protections is the list of one police unit: whose place it alone knows.
func (p *Pages) protections(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	all, err := p.Grids.Protections(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	title, today := i18n.T("staff.menu.protections"), calendar.On(p.Now())
	g := listPage{OfficeArgs: p.frame(r, s, title, "/protections"), Title: title, Sub: i18n.T("staff.protection.list_sub")}
	g.Table = ui.TableArgs{Caption: title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.house.address"), Wide: true}, {Label: i18n.T("staff.protection.ground"), Wide: true}, {Label: i18n.T("staff.protection.review_on"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.protection.none"), Hint: i18n.T("staff.protection.none_hint"), Icon: ui.IconShield}}
	papers := map[household.ID]bool{}
	for _, one := range all {
		papers[one.Household] = papers[one.Household] || one.ID != ""
	}
	for _, one := range all {
		href := "/people/" + string(one.PersonIs) + "/protection"
		why := ui.Two(groundOf(one.Ground), one.Document)
		if one.ID == "" { // the paper is a housemate's, or was never kept
			why = ui.Text(i18n.T("staff.protection.with"))
			if !papers[one.Household] {
				why = ui.Text(groundOf(""))
			}
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.NameLink(one.Name, href), ui.Text(one.Address), why, ui.Text(string(one.ReviewOn)), ui.Tag(protectionTag(one, today))},
			Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return gate.Render(w, r, listView(g))
}

func groundOf(ground string) string {
	return i18n.T("grid.protect.ground_of." + orElse(ground, "none")) //i18n:dynamic grid.protect.ground_of.
}

func protectionTag(one grid.ProtectedRow, today calendar.Date) ui.TagArgs {
	switch {
	case one.State == grid.Lifting:
		return ui.TagArgs{Label: i18n.T("staff.protection.lifting"), Tone: ui.Warn}
	case one.Due(today):
		return ui.TagArgs{Label: i18n.T("staff.protection.due"), Tone: ui.Bad}
	}
	return ui.TagArgs{Label: i18n.T("staff.protection.kept"), Tone: ui.Good}
}

// protection is one person's place: what protecting it does, or why it is
// protected and the way to let it go.
func (p *Pages) protection(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showProtection(w, r, s, "", nil)
}

func (p *Pages) showProtection(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	id := r.PathValue("id")
	v, err := p.Grids.Protection(r.Context(), s.Actor, person.ID(id))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.protection.title", "name", v.Name), "/protections")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.protections"), Href: "/protections"}, {Label: v.Name, Href: "/people/" + id}}
	with := orElse(strings.Join(v.With, i18n.T("staff.me.and")), i18n.T("staff.protection.alone"))
	what := []ui.Item{
		{Label: i18n.T("staff.protection.unit"), Text: i18n.T("staff.protection.unit_of", "place", x.FullName(v.Unit))}, {Label: i18n.T("staff.protection.together"), Text: with},
		{Label: i18n.T("staff.protection.others"), Text: i18n.T("staff.protection.others_text"), Wide: true},
		{Label: i18n.T("staff.protection.visits"), Text: i18n.T("staff.protection.visits_text", "grid", orElse(v.Grid, i18n.T("staff.protection.no_grid"))), Wide: true},
		{Label: i18n.T("staff.protection.booklet"), Text: i18n.T("staff.protection.booklet_text"), Wide: true},
		{Label: i18n.T("staff.protection.past"), Text: i18n.T("staff.protection.past_text"), Wide: true},
		{Label: i18n.T("staff.protection.end"), Text: i18n.T("staff.protection.end_text"), Wide: true},
	}
	if !v.Protected {
		g.Panels = []sheetPanel{{Title: i18n.T("staff.protection.what"), Facts: what}, {Title: i18n.T("staff.protection.protect"), Sub: i18n.T("staff.protection.protect_sub"), Forms: []sheetForm{protectForm(id, v.Today)}}}
		return g.render(w, r, sent, wrong)
	}
	facts := []ui.Item{{Label: i18n.T("staff.protection.ground"), Text: groundOf(v.Ground)}, {Label: i18n.T("staff.protection.document"), Text: v.Document},
		{Label: i18n.T("staff.protection.review_on"), Text: string(v.ReviewOn)}}
	if v.KeptName != "" {
		facts = append(facts, ui.Item{Label: i18n.T("staff.protection.by"), Text: v.KeptName + " " + gate.At(v.KeptAt)})
	}
	g.Panels = []sheetPanel{{Title: i18n.T("staff.protection.now"), Facts: facts}, {Title: i18n.T("staff.protection.what"), Facts: what}}
	at := "/people/" + id + "/protection/"
	switch {
	case v.State != grid.Lifting:
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.protection.ask"), Sub: i18n.T("staff.protection.ask_sub"), Forms: []sheetForm{{Name: "ask", Action: at + "ask", Button: i18n.T("staff.protection.ask_do"),
			Fields: []ui.FieldArgs{{Name: "reason", Label: i18n.T("staff.protection.reason"), Kind: ui.TextArea, Required: true, Wide: true, Max: 200}}}}})
	default:
		asked := sheetPanel{Title: i18n.T("staff.protection.asked"), Facts: []ui.Item{{Label: i18n.T("staff.protection.reason"), Text: v.LiftReason, Wide: true}, {Label: i18n.T("staff.requests.asked"), Text: v.AskedName + " " + gate.At(v.AskedAt)}}}
		keep := sheetForm{Name: "keep", Action: at + "keep", Button: i18n.T("staff.protection.keep")}
		if v.Own {
			asked.Sub, keep.Button = i18n.T("grid.lift.own"), i18n.T("staff.rule.take_back")
		} else {
			asked.Forms = append(asked.Forms, sheetForm{Name: "lift", Action: at + "lift", Button: i18n.T("staff.protection.lift"), Kind: ui.Danger})
		}
		asked.Forms = append(asked.Forms, keep)
		g.Panels = append([]sheetPanel{asked}, g.Panels...)
	}
	return g.render(w, r, sent, wrong)
}

func protectForm(id string, today calendar.Date) sheetForm {
	ground := ui.FieldArgs{Name: "ground", Label: i18n.T("staff.protection.ground"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
	for _, one := range grid.Grounds {
		ground.Options = append(ground.Options, ui.Option{Value: one, Label: groundOf(one)})
	}
	return sheetForm{Name: "protect", Action: "/people/" + id + "/protection", Button: i18n.T("staff.protection.protect_do"), Kind: ui.Primary, Fields: []ui.FieldArgs{ground,
		{Name: "document", Label: i18n.T("staff.protection.document"), Required: true, Max: 100, Hint: i18n.T("staff.protection.document_hint")},
		{Name: "review_on", Label: i18n.T("staff.protection.review_on"), Kind: ui.DateField, Required: true, Value: string(today.AddDays(reviewDays)), Hint: i18n.T("staff.protection.review_hint")}}}
}

// protect seals where somebody lives.
func (p *Pages) protect(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Grids.Protect(r.Context(), s.Actor, gate.Key(r), grid.ProtectionDraft{PersonID: person.ID(r.PathValue("id")), Ground: r.PostFormValue("ground"), Document: gate.Trim(r, "document"), ReviewOn: calendar.Date(gate.Trim(r, "review_on"))})
	return p.protectionDone(w, r, s, "protect", "protected", err)
}

// protectionDo asks to let a protection go, or decides it.
func (p *Pages) protectionDo(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, key, do := person.ID(r.PathValue("id")), gate.Key(r), r.PathValue("act")
	var err error
	done := map[string]string{"ask": "lift_asked", "lift": "lifted", "keep": "protection_kept"}[do]
	switch do {
	case "ask":
		_, err = p.Grids.AskToLift(r.Context(), s.Actor, key, id, gate.Trim(r, "reason"))
	case "lift":
		_, err = p.Grids.Lift(r.Context(), s.Actor, key, id)
	case "keep":
		_, err = p.Grids.KeepProtection(r.Context(), s.Actor, key, id)
	default:
		return fault.New(fault.NotFound, "gate.no_page")
	}
	return p.protectionDone(w, r, s, do, done, err)
}

func (p *Pages) protectionDone(w http.ResponseWriter, r *http.Request, s *gate.Session, form, done string, err error) error {
	if wrong, ok := gate.Invalid(err); ok {
		return p.showProtection(w, r, s, form, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/people/"+r.PathValue("id")+"/protection?done="+done)
}

package staff

import (
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// workHere asks where in the county members of a household work, and when they no
// longer do.
func (p *Pages) workHere(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showWorkHere(w, r, s, "", nil)
}

func (p *Pages) showWorkHere(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	id, village := household.ID(r.PathValue("id")), orElse(r.PostFormValue("at"), at(r, s, 12))
	f, err := p.Grids.WorkForm(r.Context(), s.Actor, id, village)
	if err != nil {
		return err
	}
	h, err := p.Overview.Household(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	here := "/households/" + string(id)
	g := p.sheet(r, s, i18n.T("staff.work_here.title"), "/residents")
	g.Sub = i18n.T("staff.work_here.sub")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: gate.HouseholdTitle(h), Href: here}}
	g.Aside = placesTree(x, here+"/work", village, firstPath(s))
	t := ui.TableArgs{Caption: i18n.T("staff.work_here.now"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.work_here.who")}, {Label: i18n.T("staff.work_here.place"), Wide: true}, {Label: i18n.T("staff.work_here.grid")}, {Label: i18n.T("staff.work_here.from"), Code: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.work_here.none"), Hint: i18n.T("staff.work_here.none_hint"), Icon: ui.IconPeople}}
	which := ui.FieldArgs{Name: "stay", Label: i18n.T("staff.work_here.which"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Wide: true}
	for _, row := range f.Rows {
		where := orElse(row.Grid, x.FullName(row.Path))
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Strong(row.Name), ui.Text(row.Place), ui.Text(where), ui.Text(string(row.ValidFrom))}})
		which.Options = append(which.Options, ui.Option{Value: row.ID, Label: row.Name + " " + orElse(row.Place, where)})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}}
	who := ui.FieldArgs{Name: "person", Label: i18n.T("staff.work_here.who"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
	for _, m := range f.Members {
		who.Options = append(who.Options, ui.Option{Value: string(m.Person.ID), Label: m.Person.Name})
	}
	grids := ui.FieldArgs{Name: "grid", Label: i18n.T("staff.work_here.grid"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
	for _, one := range f.Grids {
		grids.Options = append(grids.Options, ui.Option{Value: one.Code, Label: one.Name, Hint: one.Covers})
	}
	at := []ui.Option{{Value: "at", Label: village}}
	g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.work_here.new"), Sub: i18n.T("staff.work_here.new_sub", "place", x.FullName(village)), Forms: []sheetForm{{Name: "new", Action: here + "/work", Button: i18n.T("staff.work_here.new"), Kind: ui.Primary, Hidden: at,
		Fields: []ui.FieldArgs{who, grids, {Name: "place", Label: i18n.T("staff.work_here.place"), Required: true, Max: 60, Hint: i18n.T("staff.work_here.place_hint")}, {Name: "from", Label: i18n.T("staff.work_here.from"), Kind: ui.DateField, Required: true}}}}})
	if len(f.Rows) > 0 {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.work_here.end"), Sub: i18n.T("staff.work_here.end_sub"), Forms: []sheetForm{{Name: "end", Action: here + "/work/end", Button: i18n.T("staff.work_here.end"), Hidden: append([]ui.Option(nil), at...),
			Fields: []ui.FieldArgs{which, {Name: "on", Label: i18n.T("staff.work_here.on"), Kind: ui.DateField, Required: true}}}}})
	}
	return g.render(w, r, sent, wrong)
}

func (p *Pages) workHereRecord(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Grids.RecordWork(r.Context(), s.Actor, gate.Key(r), household.ID(r.PathValue("id")),
		grid.Work{Person: person.ID(gate.Trim(r, "person")), Grid: gate.Trim(r, "grid"), Place: gate.Trim(r, "place"), From: calendar.Date(gate.Trim(r, "from"))})
	return p.workHereDone(w, r, s, "new", err)
}

func (p *Pages) workHereEnd(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Grids.EndWork(r.Context(), s.Actor, gate.Key(r), household.ID(r.PathValue("id")), gate.Trim(r, "stay"), calendar.Date(gate.Trim(r, "on")))
	return p.workHereDone(w, r, s, "end", err)
}

func (p *Pages) workHereDone(w http.ResponseWriter, r *http.Request, s *gate.Session, form string, err error) error {
	if wrong, ok := gate.Invalid(err); ok {
		return p.showWorkHere(w, r, s, form, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/households/"+r.PathValue("id")+"?done=saved")
}

package staff

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/residence"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// workContact is where the phone of whom to call outside the county stands.
const workContact = "work-contact"

// workGrids are the working grids outside the county that a village keeps.
func (p *Pages) workGrids(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showWorkGrids(w, r, s, at(r, s, 12), "", nil)
}

func (p *Pages) showWorkGrids(w http.ResponseWriter, r *http.Request, s *gate.Session, village, sent string, wrong map[string]string) error {
	all, err := p.Grids.WorkGrids(r.Context(), s.Actor, village)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.work_grid.of", "place", x.FullName(village)), "/work-grids")
	g.Sub = i18n.T("staff.work_grid.sub")
	t := ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.work_grid.name")}, {Label: i18n.T("staff.work_grid.place"), Wide: true}, {Label: i18n.T("staff.work_grid.contact")}, {Label: i18n.T("staff.work_grid.phone"), Code: true}, {Label: i18n.T("staff.work_grid.from"), Code: true}, {Label: i18n.T("staff.work_grid.households"), Num: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.work_grid.none"), Hint: i18n.T("staff.work_grid.none_hint"), Icon: ui.IconPeople}}
	which := ui.FieldArgs{Name: "code", Label: i18n.T("staff.work_grid.which"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Wide: true}
	for _, l := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Strong(l.Name), ui.Text(l.Place), ui.Two(l.Contact.Name, l.Contact.Organisation), ui.Text(l.Contact.Phone), ui.Text(string(l.Contact.ValidFrom)), ui.Num(int(l.Households))}})
		which.Options = append(which.Options, ui.Option{Value: l.Code, Label: l.Name})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}}
	here := []ui.Option{{Value: "village", Label: village}}
	g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.work_grid.new"), Forms: []sheetForm{{Name: "new", Action: "/work-grids", Button: i18n.T("staff.work_grid.new"), Kind: ui.Primary, Hidden: here,
		Fields: append([]ui.FieldArgs{{Name: "grid_name", Label: i18n.T("staff.work_grid.name"), Required: true, Max: 60}, {Name: "place", Label: i18n.T("staff.work_grid.place"), Required: true, Max: 60, Hint: i18n.T("staff.work_grid.place_hint")}}, contactFields(r)...)}}})
	if len(all) > 0 {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.work_grid.change"), Sub: i18n.T("staff.work_grid.change_sub"), Forms: []sheetForm{{Name: "change", Action: "/work-grids/contact", Button: i18n.T("staff.work_grid.change"), Hidden: slices.Clone(here),
			Fields: append([]ui.FieldArgs{which}, contactFields(r)...)}}})
	}
	return g.render(w, r, sent, wrong)
}

// contactFields ask whom to call. What was typed a moment ago is seen again by
// whoever typed it.
func contactFields(r *http.Request) []ui.FieldArgs {
	return []ui.FieldArgs{
		{Name: "name", Label: i18n.T("staff.work_grid.contact"), Required: true, Max: 60}, {Name: "organisation", Label: i18n.T("staff.work_grid.organisation"), Required: true, Max: 60},
		{Name: "phone", Label: i18n.T("staff.work_grid.phone"), Kind: ui.PhoneField, Required: true, Max: 20, Secret: true, Value: r.PostFormValue("phone")}, {Name: "valid_from", Label: i18n.T("staff.work_grid.from"), Kind: ui.DateField, Required: true}}
}

func contactOf(r *http.Request) grid.Contact {
	return grid.Contact{Name: gate.Trim(r, "name"), Organisation: gate.Trim(r, "organisation"), Phone: gate.Trim(r, "phone"), ValidFrom: calendar.Date(gate.Trim(r, "valid_from"))}
}

func (p *Pages) workEnter(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	village := gate.Trim(r, "village")
	_, err := p.Grids.EnterWork(r.Context(), s.Actor, gate.Key(r), grid.WorkGrid{Village: village, Name: gate.Trim(r, "grid_name"), Place: gate.Trim(r, "place")}, contactOf(r))
	return p.workDone(w, r, s, village, "new", err)
}

func (p *Pages) workContactChange(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Grids.ChangeContact(r.Context(), s.Actor, gate.Key(r), gate.Trim(r, "code"), contactOf(r))
	return p.workDone(w, r, s, gate.Trim(r, "village"), "change", err)
}

func (p *Pages) workDone(w http.ResponseWriter, r *http.Request, s *gate.Session, village, form string, err error) error {
	if wrong, ok := gate.Invalid(err); ok {
		return p.showWorkGrids(w, r, s, village, form, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/work-grids?done=saved&at="+village)
}

// workBind asks at which working grid outside the county people of a household
// work.
func (p *Pages) workBind(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showWorkBind(w, r, s, nil)
}

func (p *Pages) showWorkBind(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	id := household.ID(r.PathValue("id"))
	h, err := p.Overview.Household(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.work_grid.bind"), "/residents")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: gate.HouseholdTitle(h), Href: "/households/" + string(id)}}
	which := ui.FieldArgs{Name: "work_grid", Label: i18n.T("staff.work_grid.which"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Wide: true}
	for _, village := range slices.Compact([]string{h.Household.Village, h.LivingPath[:min(12, len(h.LivingPath))]}) {
		all, err := p.Grids.WorkGrids(r.Context(), s.Actor, village)
		if k := fault.KindOf(err); k == fault.NotFound || k == fault.Forbidden {
			continue // the other village's: its own people offer them
		}
		if err != nil {
			return err
		}
		for _, l := range all {
			which.Options = append(which.Options, ui.Option{Value: l.Code, Label: l.Name, Hint: l.Place})
		}
	}
	panel := sheetPanel{Title: i18n.T("staff.work_grid.bind"), Sub: i18n.T("staff.work_grid.bind_sub")}
	if len(which.Options) == 0 {
		g.Notice = &ui.NoticeArgs{Tone: ui.Warn, Text: i18n.T("staff.work_grid.bind_none"), Link: &ui.LinkArgs{Label: i18n.T("staff.work_grid.new"), Href: "/work-grids"}}
	} else {
		panel.Forms = []sheetForm{{Name: "bind", Action: "/households/" + string(id) + "/work-grid", Button: i18n.T("staff.work_grid.bind"), Kind: ui.Primary, Fields: []ui.FieldArgs{which, {Name: "from", Label: i18n.T("staff.work_grid.from"), Kind: ui.DateField, Required: true}}}}
	}
	g.Panels = []sheetPanel{panel}
	return g.render(w, r, "bind", wrong)
}

func (p *Pages) workBindSet(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Grids.BindWork(r.Context(), s.Actor, gate.Key(r), household.ID(id), gate.Trim(r, "work_grid"), calendar.Date(gate.Trim(r, "from")))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showWorkBind(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/households/"+id+"?done=saved")
}

// revealContact shows the phone of whom to call outside the county: asked for,
// allowed, logged.
func (p *Pages) revealContact(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := household.ID(r.PathValue("id"))
	secret, err := p.Grids.RevealContact(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	return p.showHousehold(w, r, s, id, map[string]string{workContact: secret.Reveal()})
}

// assignForm asks which grid a household that is in none belongs to.
func (p *Pages) assignForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showAssign(w, r, s, nil)
}

func (p *Pages) showAssign(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	id, relation := household.ID(r.PathValue("id")), r.PathValue("relation")
	if relation != residence.Registered && relation != residence.Living {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	village, grids, err := p.Grids.AssignForm(r.Context(), s.Actor, id, relation)
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
	g := p.sheet(r, s, i18n.T("staff.assign.title"), "/grids/without")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.gridless"), Href: "/grids/without"}}
	which := ui.FieldArgs{Name: "grid", Label: i18n.T("staff.assign.grid"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Wide: true}
	for _, one := range grids {
		which.Options = append(which.Options, ui.Option{Value: one.Code, Label: one.Name + " " + one.Covers})
	}
	facts := []ui.Item{{Label: i18n.T("staff.col.name"), Text: gate.HouseholdTitle(h)}, {Label: i18n.T("staff.gridless.which"), Text: i18n.T("staff.gridless." + relation)}, {Label: i18n.T("staff.col.place"), Text: x.FullName(village)}} //i18n:dynamic staff.gridless.
	if relation == residence.Living && h.Living != "" {
		facts = append(facts, ui.Item{Label: i18n.T("staff.household.living"), Text: h.Living, Wide: true})
	} else if relation == residence.Registered && h.Registered != "" {
		facts = append(facts, ui.Item{Label: i18n.T("staff.household.registered"), Text: h.Registered, Wide: true})
	}
	g.Panels = []sheetPanel{{Title: i18n.T("staff.assign.title"), Sub: i18n.T("staff.assign.sub"), Facts: facts, Forms: []sheetForm{{Name: "assign", Action: "/grids/without/" + string(id) + "/" + relation, Button: i18n.T("staff.assign.done"), Kind: ui.Primary, Fields: []ui.FieldArgs{which}}}}}
	return g.render(w, r, "assign", wrong)
}

func (p *Pages) assign(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Grids.Assign(r.Context(), s.Actor, gate.Key(r), household.ID(r.PathValue("id")), r.PathValue("relation"), gate.Trim(r, "grid"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showAssign(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/grids/without?done=saved")
}

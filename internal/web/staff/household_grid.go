package staff

import (
	"net/http"

	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// mainGrid asks which of a household's grids answers for it, and why.
func (p *Pages) mainGrid(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showMainGrid(w, r, s, nil)
}

func (p *Pages) showMainGrid(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	h, err := p.Overview.Household(r.Context(), s.Actor, household.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	at := "/households/" + string(h.Household.ID)
	g := p.sheet(r, s, i18n.T("staff.grid.set_main"), "/residents")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: gate.HouseholdTitle(h), Href: at}}
	which := ui.FieldArgs{Name: "relation", Label: i18n.T("staff.grid.which"), Kind: ui.RadioField, Required: true, Wide: true}
	for _, one := range h.Grids {
		if !grid.InCounty(one.Path) {
			continue // nobody there can answer
		}
		label := i18n.T("staff.grid." + one.Relation) //i18n:dynamic staff.grid.
		which.Options = append(which.Options, ui.Option{Value: one.Relation, Label: label, Hint: one.Name, Selected: one.Main})
	}
	g.Panels = []sheetPanel{{Title: i18n.T("staff.grid.set_main"), Sub: i18n.T("staff.grid.set_main_sub"), Forms: []sheetForm{{Name: "main", Action: at + "/main-grid", Button: i18n.T("staff.grid.set_main"), Kind: ui.Primary,
		Fields: []ui.FieldArgs{which, {Name: "reason", Label: i18n.T("staff.grid.why"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true}}}}}}
	return g.render(w, r, "main", wrong)
}

func (p *Pages) mainGridSet(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Grids.SetMain(r.Context(), s.Actor, gate.Key(r), household.ID(id), gate.Trim(r, "relation"), gate.Trim(r, "reason"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showMainGrid(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/households/"+id+"?done=saved")
}

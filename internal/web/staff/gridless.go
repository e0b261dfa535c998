package staff

import (
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// gridless lists the households of one's area that are in nobody's grid.
func (p *Pages) gridless(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	all, err := p.Grids.Gridless(r.Context(), s.Actor, r.URL.Query().Get("after"), limit)
	if err != nil {
		return err
	}
	next := ""
	if len(all) == limit {
		next = all[limit-1].HouseholdID + " " + all[limit-1].Relation
	}
	g := listPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.gridless"), "/grids/without"), Title: i18n.T("staff.menu.gridless"), Sub: i18n.T("staff.gridless.sub")}
	g.Table = ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.household.register_no"), Code: true}, {Label: i18n.T("staff.gridless.which")}, {Label: i18n.T("staff.col.place"), Wide: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.gridless.none"), Hint: i18n.T("staff.gridless.none_hint"), Icon: ui.IconGood}, Pager: live(gate.More(r, "/grids/without", "after", next))}
	for _, h := range all {
		name := h.Head
		if name == "" {
			name = h.RegisterNo
		}
		row := ui.Row{Cells: []templ.Component{ui.NameLink(name, "/households/"+h.HouseholdID), ui.Text(h.RegisterNo), ui.Text(i18n.T("staff.gridless." + h.Relation)), ui.Text(h.Place)}} //i18n:dynamic staff.gridless.
		if policy.Check(s.Actor, policy.GridAssign, policy.Places{{Relation: policy.Relation(h.Relation), Path: h.Path}}) == nil {
			row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.assign.title"), Href: "/grids/without/" + h.HouseholdID + "/" + h.Relation, Spoken: i18n.T("staff.assign.title") + " " + name}}
		}
		g.Table.Rows = append(g.Table.Rows, row)
	}
	return gate.Render(w, r, listView(g))
}

package staff

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/network"
	"anju/internal/policy"
	"anju/internal/proposal"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// gridRoutes is the table of which of a household's three grids answers for
// what, and what is asked to change in it.
func (p *Pages) gridRoutes(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showGridRoutes(w, r, s, "", nil)
}

func (p *Pages) showGridRoutes(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	t, err := p.Network.Routes(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.menu.grid_routes"), "/grid-routes")
	g.Sub = i18n.T("staff.grid_route.sub")
	may := policy.May(s.Actor, policy.GridRoutePropose)
	for _, k := range t.Rows {
		if k.State == proposal.Proposed {
			title := routeSubject(t, k.Subject)
			answers := i18n.T("grid.relation." + k.Answers) //i18n:dynamic grid.relation.
			if k.Ended == 1 {
				answers = i18n.T("staff.grid_route.own_end_drop")
			}
			facts := []ui.Item{{Label: i18n.T("staff.grid_route.answers"), Text: answers}, {Label: i18n.T("staff.grid_route.sees"), Text: seesWords(k)}, {Label: i18n.T("staff.grid_route.basis"), Text: k.Basis, Wide: true}}
			g.Panels = append(g.Panels, waitingPanel(title, k.ID, k.Asked, facts, s, policy.GridRouteDecide, "/grid-routes/"))
		}
	}
	for _, sort := range []struct{ prefix, title string }{{grid.OfMatter, i18n.T("staff.grid_route.matters")}, {grid.OfDuty, i18n.T("staff.grid_route.duties")}} {
		table := ui.TableArgs{Caption: sort.title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.grid_route.subject")}, {Label: i18n.T("staff.grid_route.answers")}, {Label: i18n.T("staff.grid_route.sees")}, {Label: i18n.T("staff.grid_route.basis"), Wide: true}, {Label: i18n.T("staff.rule.from"), Code: true}}}
		for _, one := range t.Subjects {
			if strings.HasPrefix(one.Key, sort.prefix) {
				table.Rows = append(table.Rows, gridRouteRow(t, one, may))
			}
		}
		g.Panels = append(g.Panels, sheetPanel{Title: sort.title, Table: &table})
	}
	if may {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.grid_route.propose"), Sub: i18n.T("staff.grid_route.propose_sub"), Forms: []sheetForm{gridRouteForm(t, r.FormValue("subject"))}})
	}
	decided := decidedTable()
	for _, k := range t.Rows {
		if k.State != proposal.Proposed {
			decided.Rows = append(decided.Rows, decidedRow(i18n.T("staff.grid_route.to", "about", routeSubject(t, k.Subject), "to", i18n.T("grid.relation."+k.Answers)), k.Asked)) //i18n:dynamic grid.relation.
		}
	}
	g.Panels = append(g.Panels, sheetPanel{Title: decided.Caption, Table: &decided})
	return g.render(w, r, sent, wrong)
}

func gridRouteRow(t network.RouteTable, one network.Subject, may bool) ui.Row {
	name := ui.Strong(routeSubject(t, one.Key))
	if one.Above != "" {
		name = ui.Text(routeSubject(t, one.Key))
	}
	from, basis := i18n.T("staff.grid_route.default"), ui.Text(one.Route.Basis)
	if one.Route.Subject != one.Key {
		basis = ui.Two(one.Route.Basis, i18n.T("staff.grid_route.inherits", "name", routeSubject(t, one.Route.Subject)))
	}
	if one.Route.ID != "" {
		from = string(one.Route.ValidFrom)
	}
	row := ui.Row{Cells: []templ.Component{name, ui.Text(i18n.T("grid.relation." + one.Route.Answers)), ui.Text(seesWords(one.Route)), basis, ui.Text(from)}} //i18n:dynamic grid.relation.
	if may {
		row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.rule.change"), Href: "/grid-routes?subject=" + one.Key + "#f-propose-subject", Spoken: i18n.T("staff.rule.change") + " " + routeSubject(t, one.Key)}}
	}
	return row
}

// routeSubject is what a row is about, in words.
func routeSubject(t network.RouteTable, key string) string {
	if one, ok := t.Of(key); ok && one.Name != "" {
		return one.Name
	}
	sort, code, _ := strings.Cut(key, "/")
	switch {
	case code == "":
		return i18n.T("network.route.other." + sort) //i18n:dynamic network.route.other.
	case sort+"/" == grid.OfDuty && slices.Contains(grid.Duties, code):
		return i18n.T("network.route.duty." + code) //i18n:dynamic network.route.duty.
	}
	return code
}

// seesWords are the grids that see what another answers for.
func seesWords(k grid.Route) string {
	var all []string
	for _, rel := range k.Seeing() {
		all = append(all, i18n.T("grid.relation."+rel)) //i18n:dynamic grid.relation.
	}
	return orElse(strings.Join(all, "、"), i18n.T("staff.grid_route.sees_none"))
}

func gridRouteForm(t network.RouteTable, chosen string) sheetForm {
	subject := ui.FieldArgs{Name: "subject", Label: i18n.T("staff.grid_route.subject"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
	for _, one := range t.Subjects {
		subject.Options = append(subject.Options, ui.Option{Value: one.Key, Label: routeSubject(t, one.Key), Selected: one.Key == chosen})
	}
	now, _ := t.Of(chosen)
	answers := ui.FieldArgs{Name: "answers", Label: i18n.T("staff.grid_route.answers"), Kind: ui.RadioField, Required: true}
	for _, rel := range append(slices.Clone(grid.Relations), grid.AtPlace) {
		answers.Options = append(answers.Options, ui.Option{Value: rel, Label: i18n.T("grid.relation." + rel), Selected: rel == now.Route.Answers}) //i18n:dynamic grid.relation.
	}
	f := sheetForm{Name: "propose", Action: "/grid-routes", Button: i18n.T("staff.grid_route.propose"), Fields: []ui.FieldArgs{subject, answers}}
	for _, rel := range grid.Relations {
		sees := ui.FieldArgs{Name: "sees_" + rel, Label: i18n.T("staff.grid_route.sees_one", "grid", i18n.T("grid.relation."+rel)), Kind: ui.CheckField, Options: []ui.Option{{Value: "1"}}} //i18n:dynamic grid.relation.
		if slices.Contains(now.Route.Seeing(), rel) {
			sees.Value, sees.Options[0].Selected = "1", true
		}
		if rel == grid.Relations[2] {
			sees.Hint = i18n.T("staff.grid_route.sees_hint")
		}
		f.Fields = append(f.Fields, sees)
	}
	f.Fields = append(f.Fields, ui.FieldArgs{Name: "basis", Label: i18n.T("staff.grid_route.basis"), Max: 200, Value: now.Route.Basis, Hint: i18n.T("staff.grid_route.basis_hint"), Wide: true},
		ui.FieldArgs{Name: "valid_from", Label: i18n.T("staff.rule.from"), Kind: ui.DateField, Required: true, Value: string(t.On)},
		ui.FieldArgs{Name: "ended", Label: i18n.T("staff.grid_route.own_end"), Kind: ui.RadioField, Options: []ui.Option{{Value: "0", Label: i18n.T("staff.grid_route.own_end_set"), Selected: true}, {Value: "1", Label: i18n.T("staff.grid_route.own_end_drop")}}},
		ui.FieldArgs{Name: "reason", Label: i18n.T("staff.rule.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true})
	return f
}

func (p *Pages) gridRoutePropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	k := grid.Route{Subject: gate.Trim(r, "subject"), Answers: gate.Trim(r, "answers"), Basis: gate.Trim(r, "basis"), Asked: asked(r)}
	var sees []string
	for _, rel := range grid.Relations {
		if gate.Trim(r, "sees_"+rel) == "1" {
			sees = append(sees, rel)
		}
	}
	k.Sees = strings.Join(sees, ",")
	if gate.Trim(r, "ended") == "1" {
		k.Ended = 1
	}
	_, err := p.Network.ProposeRoute(r.Context(), s.Actor, gate.Key(r), k)
	return p.gridRouteDone(w, r, s, err, "propose", "proposed")
}

func (p *Pages) gridRouteDone(w http.ResponseWriter, r *http.Request, s *gate.Session, err error, form, done string) error {
	if wrong, ok := gate.Invalid(err); ok {
		return p.showGridRoutes(w, r, s, form, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/grid-routes?done="+done)
}

func (p *Pages) gridRouteApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Network.ApproveRoute(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"))
	return p.gridRouteDone(w, r, s, err, "approve-"+r.PathValue("id"), "rule_approved")
}

func (p *Pages) gridRouteRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Network.RefuseRoute(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), gate.Trim(r, "answer"))
	return p.gridRouteDone(w, r, s, err, "refuse-"+r.PathValue("id"), "rule_refused")
}

package staff

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/regrid"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

func (p *Pages) planChange(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	n := func(name string) int64 {
		v, err := strconv.ParseInt(gate.Trim(r, name), 10, 64)
		if err != nil {
			return -1 // not given, or no number: no grid has it
		}
		return v
	}
	c := regrid.Change{Version: n("version"), Unit: gate.Trim(r, "unit"), To: n("to"), Fix: gate.Trim(r, "fix") != "", With: gate.Trim(r, "with"), Unwish: max(n("unwish"), 0), Grid: max(n("grid"), 0), Name: gate.Trim(r, "name"), Leader: gate.Trim(r, "leader"), Worker: gate.Trim(r, "worker")}
	_, err := p.Regrids.Change(r.Context(), s.Actor, gate.Key(r), regrid.ID(r.PathValue("id")), c)
	if wrong, ok := gate.Invalid(err); ok {
		return p.planAgain(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/plans/"+r.PathValue("id")+"?done=plan_changed")
}

func (p *Pages) planSubmit(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Regrids.Submit(r.Context(), s.Actor, gate.Key(r), regrid.ID(r.PathValue("id")), regrid.Submission{On: calendar.Date(gate.Trim(r, "on")), Document: gate.Trim(r, "document")})
	if wrong, ok := gate.Invalid(err); ok {
		return p.planAgain(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/plans/"+r.PathValue("id")+"?done=plan_submitted")
}

func (p *Pages) planTake(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	no, err := strconv.ParseInt(r.PathValue("no"), 10, 64)
	if err == nil {
		_, err = p.Regrids.TakeOver(r.Context(), s.Actor, gate.Key(r), regrid.ID(r.PathValue("id")), no)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/plans/"+r.PathValue("id")+"?done=plan_taken")
}

// planGrid lists the households of one grid of a plan.
func (p *Pages) planGrid(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := regrid.ID(r.PathValue("id"))
	n, _ := strconv.ParseInt(r.PathValue("n"), 10, 64) // 0 is no grid
	all, err := p.Regrids.Households(r.Context(), s.Actor, id, n)
	if err != nil {
		return err
	}
	title := i18n.T("staff.plan.of_grid", "n", n)
	g := listPage{OfficeArgs: p.frame(r, s, title, "/plans"), Title: title, Sub: i18n.T("staff.plan.of_grid_sub", "n", len(all))}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.plans"), Href: "/plans"}, {Label: i18n.T("staff.plan.back"), Href: "/plans/" + string(id)}}
	g.Table = ui.TableArgs{Caption: title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.plan.house"), Wide: true}, {Label: i18n.T("staff.plan.head")}, {Label: i18n.T("staff.plan.now")}}}
	for _, h := range all {
		row := ui.Row{Cells: []templ.Component{ui.Strong(h.Label), ui.Text(h.Head), ui.Text(h.Was)}}
		if policy.May(s.Actor, policy.RegridChange) {
			row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.plan.move_one"), Href: "/plans/" + string(id) + "?unit=" + url.QueryEscape(regrid.HouseholdUnit(h.ID)) + "#move"}}
		}
		g.Table.Rows = append(g.Table.Rows, row)
	}
	return gate.Render(w, r, listView(g))
}

// planPages registers the pages of plans.
func (p *Pages) planPages(m *gate.Mux) {
	m.Page("GET /plans", policy.RegridRead, p.plans)
	m.Page("POST /plans", policy.RegridDraft, p.planDraft)
	m.Page("GET /plans/{id}", policy.RegridRead, p.plan)
	m.Page("GET /plans/{id}/grids/{n}", policy.RegridRead, p.planGrid)
	m.Page("POST /plans/{id}/change", policy.RegridChange, p.planChange)
	m.Page("POST /plans/{id}/submit", policy.RegridSubmit, p.planSubmit)
	m.Page("POST /plans/{id}/withdraw", policy.RegridWithdraw, act("/plans/", "plan_withdrawn", p.planAgain, p.Regrids.Withdraw))
	m.Page("POST /plans/{id}/approve", policy.RegridApprove, act("/plans/", "plan_approved", p.planAgain, p.Regrids.Approve))
	m.Page("POST /plans/{id}/return", policy.RegridReturn, say("/plans/", "returned", "reason", p.planAgain, p.Regrids.Return))
	m.Page("POST /plans/{id}/undo", policy.RegridUndo, say("/plans/", "plan_undone", "reason", p.planAgain, p.Regrids.Undo))
	m.Page("POST /plans/{id}/hand-over/{no}", policy.RegridTake, p.planTake)
}

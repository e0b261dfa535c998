package staff

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/baseline"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type baselinesPage struct {
	ui.OfficeArgs
	Table  ui.TableArgs
	Start  bool
	Key    string
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
}

// baselines lists the rounds, and begins one.
func (p *Pages) baselines(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showBaselines(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showBaselines(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	all, err := p.Baseline.Rounds(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := baselinesPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.baseline"), "/baseline"), Key: gate.NewKey(), Start: policy.May(s.Actor, policy.BaselineStart)}
	g.Table = ui.TableArgs{
		Caption: i18n.T("staff.baseline.rounds"), Columns: []ui.Column{{Label: i18n.T("staff.baseline.name"), Wide: true}, {Label: i18n.T("staff.baseline.path")}, {Label: i18n.T("staff.baseline.days"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.baseline.none"), Hint: i18n.T("staff.baseline.none_hint"), Icon: ui.IconChart},
	}
	for _, one := range all {
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.NameLink(one.Name, "/baseline/"+one.ID), ui.Text(x.FullName(one.Path)), ui.Text(string(one.OpensOn) + " – " + string(one.ClosesOn)), ui.Tag(p.roundTag(one)),
		}})
	}
	if g.Start {
		g.Fields = p.baselineFields(x, firstPath(s))
		if status != http.StatusOK {
			for i := range g.Fields {
				gate.Fill(r, wrong, &g.Fields[i])
			}
			g.Wrong = ui.Errors(g.Fields...)
		}
	}
	return gate.RenderCode(w, r, status, baselinesView(g))
}

func (p *Pages) roundTag(r baseline.Round) ui.TagArgs {
	if r.Open(calendar.On(p.Now())) {
		return ui.TagArgs{Label: i18n.T("staff.baseline.open"), Tone: ui.Info}
	}
	return ui.TagArgs{Label: i18n.T("staff.baseline.over")}
}

func (p *Pages) baselineFields(x *division.Index, area string) []ui.FieldArgs {
	where := ui.FieldArgs{Name: "path", Label: i18n.T("staff.baseline.path"), Kind: ui.SelectField, Required: true}
	add := func(d division.Division) {
		where.Options = append(where.Options, ui.Option{Value: d.Code, Label: x.FullName(d.Code)})
	}
	if d, ok := x.Get(area); ok {
		add(d)
	}
	for _, town := range x.Children(area) {
		add(town)
		for _, v := range x.Children(town.Code) {
			add(v)
		}
	}
	return []ui.FieldArgs{
		{Name: "name", Label: i18n.T("staff.baseline.name"), Required: true, Max: 100}, where,
		{Name: "opens_on", Label: i18n.T("staff.baseline.from"), Kind: ui.DateField, Required: true, Value: string(calendar.On(p.Now()))},
		{Name: "closes_on", Label: i18n.T("staff.baseline.to"), Kind: ui.DateField, Required: true},
	}
}

func (p *Pages) baselineStart(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	round, err := p.Baseline.Start(r.Context(), s.Actor, gate.Key(r), baseline.Draft{
		Name: gate.Trim(r, "name"), Path: r.PostFormValue("path"), OpensOn: calendar.Date(gate.Trim(r, "opens_on")), ClosesOn: calendar.Date(gate.Trim(r, "closes_on")),
	})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showBaselines(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/baseline/"+round.ID+"?done=saved")
}

type baselinePage struct {
	ui.OfficeArgs
	Tabs  ui.TabBarArgs
	Table ui.TableArgs
	Wrong []ui.FieldError
}

// baseline is a round: the figures of each village, which open their lists.
func (p *Pages) baseline(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	page, x, g, err := p.baselineFrame(r, s, "")
	if err != nil {
		return err
	}
	g.Table = ui.TableArgs{
		Caption: i18n.T("staff.baseline.figures"),
		Columns: []ui.Column{{Label: i18n.T("staff.baseline.village"), Wide: true}, {Label: i18n.T("staff.baseline.households"), Num: true}, {Label: i18n.T("staff.baseline.settled"), Num: true}, {Label: i18n.T("staff.baseline.disputed"), Num: true}, {Label: i18n.T("staff.baseline.left"), Num: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.baseline.no_figures"), Hint: i18n.T("staff.baseline.no_figures_hint"), Icon: ui.IconChart},
	}
	for _, f := range page.Figures {
		to := func(v baseline.View, n int64) templ.Component {
			return ui.LinkTo(ui.Thousands(int(n)), "/baseline/"+page.Round.ID+"/list?village="+f.Village+"&view="+string(v))
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(x.FullName(f.Village)), ui.Text(ui.Thousands(int(f.Households))), to(baseline.Settled, f.Settled), to(baseline.InDispute, f.Disputed), to(baseline.Unresolved, f.Households-f.Settled),
		}})
	}
	return gate.Render(w, r, baselineView(g))
}

// baselineFrame is what the pages of a round share: its name and its views.
func (p *Pages) baselineFrame(r *http.Request, s *gate.Session, current string) (page baseline.Page, x *division.Index, g baselinePage, err error) {
	if page, err = p.Baseline.Get(r.Context(), s.Actor, r.PathValue("id")); err != nil {
		return page, x, g, err
	}
	if x, err = p.Overview.Index(r.Context(), s.Actor); err != nil {
		return page, x, g, err
	}
	round := page.Round
	g.OfficeArgs = p.frame(r, s, round.Name, "/baseline")
	g.Sub = x.FullName(round.Path) + " " + string(round.OpensOn) + " – " + string(round.ClosesOn)
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.baseline"), Href: "/baseline"}}
	g.Tabs = ui.TabBarArgs{Label: round.Name, Items: []ui.TabItem{{Label: i18n.T("staff.baseline.figures"), Href: "/baseline/" + round.ID, Current: current == ""}}}
	for _, side := range page.Sides {
		g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: i18n.T("staff.baseline.queue", "side", sideName(side)), Href: "/baseline/" + round.ID + "/list?side=" + string(side), Current: current == string(side)})
	}
	for _, v := range []baseline.View{baseline.Unresolved, baseline.InDispute, baseline.Settled} {
		g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: i18n.T("baseline.view." + string(v)), Href: "/baseline/" + round.ID + "/list?view=" + string(v), Current: current == string(v)}) //i18n:dynamic baseline.view.
	}
	return page, x, g, nil
}

func sideName(s baseline.Side) string { return i18n.T("baseline.side." + string(s)) } //i18n:dynamic baseline.side.

// baselineList is a queue of one of the actor's sides, or a list of households
// by where they stand.
func (p *Pages) baselineList(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showBaselineList(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showBaselineList(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	const limit = 50
	side, view := baseline.Side(r.FormValue("side")), baseline.View(r.FormValue("view"))
	village, after := r.FormValue("village"), r.FormValue("after")
	if side == "" && view == "" {
		view = baseline.Unresolved
	}
	page, x, g, err := p.baselineFrame(r, s, orElse(string(side), string(view)))
	if err != nil {
		return err
	}
	var rows []baseline.Row
	if side != "" {
		rows, err = p.Baseline.Queue(r.Context(), s.Actor, page.Round.ID, side, after, limit)
	} else {
		rows, err = p.Baseline.List(r.Context(), s.Actor, page.Round.ID, village, view, after, limit)
	}
	if err != nil {
		return err
	}
	next := ""
	if len(rows) == limit {
		next = string(rows[limit-1].ID)
	}
	g.Table = baselineTable(rows, x)
	g.Table.Pager = live(gate.More(r, "/baseline/"+page.Round.ID+"/list", "after", next))
	if village != "" {
		g.Table.Caption = x.FullName(village)
	}
	if side != "" && page.Round.Open(calendar.On(p.Now())) {
		g.Table.Columns = append(g.Table.Columns, ui.Column{Label: i18n.T("staff.baseline.say")})
		for i, row := range rows {
			g.Table.Rows[i].Cells = append(g.Table.Rows[i].Cells, baselineCell(page.Round, row, side, s))
		}
	}
	for _, text := range wrong {
		g.Wrong = append(g.Wrong, ui.FieldError{ID: "list", Text: text})
	}
	return gate.RenderCode(w, r, status, baselineView(g))
}

func baselineTable(rows []baseline.Row, x *division.Index) ui.TableArgs {
	t := ui.TableArgs{
		Caption: i18n.T("staff.baseline.list"), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.col.head")}, {Label: i18n.T("staff.baseline.register_no"), Code: true}, {Label: i18n.T("staff.baseline.village")}, {Label: sideName(baseline.Police)}, {Label: sideName(baseline.Village)}, {Label: sideName(baseline.Community)}, {Label: i18n.T("staff.baseline.reasons"), Wide: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.baseline.empty"), Hint: i18n.T("staff.baseline.empty_hint"), Icon: ui.IconGood},
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.NameLink(orElse(r.Head, r.RegisterNo), "/households/"+string(r.ID)), ui.Text(r.RegisterNo), ui.Text(x.FullName(r.Village)),
			ui.Tag(verdictTag(r.Police, true)), ui.Tag(verdictTag(r.ByVillage, true)), ui.Tag(verdictTag(r.Community, r.Elsewhere == 1)),
			ui.Text(strings.Join(strings.Fields(r.PoliceReason+" "+r.VillageReason+" "+r.CommunityReason), "；")),
		}})
	}
	return t
}

func verdictTag(v baseline.Verdict, needed bool) ui.TagArgs {
	word, tone := string(v), map[baseline.Verdict]ui.Tone{baseline.Signed: ui.Good, baseline.Disputed: ui.Warn}[v]
	switch {
	case !needed:
		word, tone = "none", ui.Neutral
	case v == "":
		word = "waiting"
	}
	return ui.TagArgs{Label: i18n.T("baseline.verdict." + word), Tone: tone} //i18n:dynamic baseline.verdict.
}

// baselineCell is what a side can say of a household in its queue.
func baselineCell(round baseline.Round, row baseline.Row, side baseline.Side, s *gate.Session) templ.Component {
	name, to := orElse(row.Head, row.RegisterNo), "/baseline/"+round.ID
	return baselineActs(
		ui.ButtonArgs{Label: i18n.T("staff.baseline.sign"), Kind: ui.Primary, Small: true, Spoken: i18n.T("staff.baseline.sign") + " " + name}, to+"/sign",
		ui.ConfirmArgs{
			Label: i18n.T("staff.baseline.dispute"), Title: name, Text: i18n.T("staff.baseline.dispute_text"), Yes: i18n.T("staff.baseline.dispute_send"),
			Action: to + "/dispute", CSRF: s.CSRF, Small: true,
			Hidden: []ui.Option{{Value: "household", Label: string(row.ID)}, {Value: "side", Label: string(side)}, {Value: gate.KeyField, Label: gate.NewKey()}},
			Fields: []ui.FieldArgs{{Name: "reason", ID: "reason-" + string(row.ID), Label: i18n.T("staff.baseline.reason"), Required: true, Max: 100}},
		})
}

func (p *Pages) baselineSay(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	acts := map[string]struct {
		done string
		do   func(ctx context.Context, by actor.Actor, key db.Key, round string, id household.ID) (baseline.Word, error)
	}{
		"sign": {"signed", p.Baseline.Sign},
		"dispute": {"disputed", func(ctx context.Context, by actor.Actor, key db.Key, round string, id household.ID) (baseline.Word, error) {
			return p.Baseline.Dispute(ctx, by, key, round, id, gate.Trim(r, "reason"))
		}},
	}
	act, ok := acts[r.PathValue("act")]
	if !ok {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	_, err := act.do(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), household.ID(r.PostFormValue("household")))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showBaselineList(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	side := baseline.Police
	for _, known := range baseline.Sides {
		if r.PostFormValue("side") == string(known) {
			side = known
		}
	}
	return gate.See(w, r, "/baseline/"+r.PathValue("id")+"/list?side="+string(side)+"&done="+act.done)
}

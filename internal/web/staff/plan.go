package staff

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/grid/plan"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/regrid"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type plansPage struct {
	ui.OfficeArgs
	Key   string
	Draft []ui.FieldArgs // nil: the actor draws up none
	Wrong []ui.FieldError
	Table ui.TableArgs
}

// plans lists the plans of one's area, and asks for a proposal.
func (p *Pages) plans(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showPlans(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showPlans(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	const limit = 50
	list, err := p.Regrids.List(r.Context(), s.Actor, regrid.ID(r.URL.Query().Get("before")), limit)
	if err != nil {
		return err
	}
	g := plansPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.plans"), "/plans"), Key: gate.NewKey()}
	if policy.May(s.Actor, policy.RegridDraft) {
		x, err := p.Overview.Index(r.Context(), s.Actor)
		if err != nil {
			return err
		}
		under := firstPath(s)
		village := ui.FieldArgs{Name: "village", Label: i18n.T("staff.plan.village"), Kind: ui.SelectField, Empty: i18n.T("staff.choose"), Required: true, Hint: i18n.T("staff.plan.village_hint")}
		for _, v := range x.Villages(under[:min(len(under), 12)]) {
			village.Options = append(village.Options, ui.Option{Value: v.Code, Label: x.FullName(v.Code) + " " + v.Code})
		}
		if len(village.Options) == 1 {
			village.Value, village.Empty = village.Options[0].Value, ""
		}
		gate.Fill(r, wrong, &village)
		g.Draft, g.Wrong = []ui.FieldArgs{village}, ui.Errors(village)
	}
	next := ""
	if len(list) == limit {
		next = string(list[limit-1].ID)
	}
	g.Table = ui.TableArgs{
		Caption: i18n.T("staff.plan.all"), Pager: live(gate.More(r, "/plans", "before", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.plan.number"), Code: true}, {Label: i18n.T("staff.plan.place"), Wide: true}, {Label: i18n.T("staff.plan.made")}, {Label: i18n.T("staff.plan.on"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.plan.none"), Hint: i18n.T("staff.plan.none_hint"), Icon: ui.IconMap},
	}
	for _, l := range list {
		href := "/plans/" + string(l.ID)
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.NameLink(l.Number, href), ui.Text(l.Place), ui.Two(l.MadeName, gate.At(l.MadeAt)), ui.Text(string(l.EffectiveOn)), ui.Tag(planTag(l.State))},
			Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return gate.RenderCode(w, r, status, plansView(g))
}

func planTag(s regrid.State) ui.TagArgs {
	tone := map[regrid.State]ui.Tone{regrid.Submitted: ui.Warn, regrid.Approved: ui.Info, regrid.Applied: ui.Good}[s]
	return ui.TagArgs{Label: i18n.T("regrid.state." + string(s)), Tone: tone} //i18n:dynamic regrid.state.
}

func (p *Pages) planDraft(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	made, err := p.Regrids.Draft(r.Context(), s.Actor, gate.Key(r), regrid.DraftRequest{Village: gate.Trim(r, "village"), From: regrid.ID(gate.Trim(r, "from"))})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showPlans(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/plans/"+string(made.ID)+"?done=plan_drafted")
}

type planPage struct {
	ui.OfficeArgs
	regrid.View
	Key      string
	Notices  []ui.NoticeArgs // what stands against it
	Figures  ui.KeyValueArgs
	Map      ui.MapArgs
	Whole    string         // back from a grid to the whole map
	Move     []ui.FieldArgs // nil: nothing can be changed now
	Together []ui.FieldArgs
	Table    ui.TableArgs
	Cuts     ui.TableArgs
	Fixed    ui.TableArgs
	People   [][]ui.FieldArgs // of each new grid
	Steps    []ui.Item
	Submit   []ui.FieldArgs // nil: not now, or not by this actor
	Approve  bool
	Reason   string // address of the act that gives the plan back: return or undo
	Why      ui.FieldArgs
	Withdraw bool
	Again    bool // a new draft with the same wishes
	Overs    *ui.TableArgs
	Wrong    []ui.FieldError
}

// plan is one plan: the map, the grids, the figures, and what can be done.
func (p *Pages) plan(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showPlan(w, r, s, nil, http.StatusOK)
}

func (p *Pages) planAgain(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	return p.showPlan(w, r, s, wrong, http.StatusUnprocessableEntity)
}

func (p *Pages) showPlan(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	v, err := p.Regrids.Get(r.Context(), s.Actor, regrid.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	g := planPage{OfficeArgs: p.frame(r, s, i18n.T("staff.plan.title", "place", v.Place), "/plans"), View: v, Key: gate.NewKey()}
	g.Sub = v.Plan.Number + " · " + i18n.T("regrid.state."+string(v.Plan.State)) //i18n:dynamic regrid.state.
	g.PageArgs.Map = true
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.plans"), Href: "/plans"}}
	today := calendar.On(p.Now())
	may := func(a policy.Action) bool {
		return v.Plan.Can(a, today) && policy.Check(s.Actor, a, v.Plan) == nil
	}
	g.notices(p)
	g.figures()
	at := "/plans/" + string(v.Plan.ID)
	changes := may(policy.RegridChange)
	g.drawMap(r, at, changes)
	g.gridTable(at)
	g.cutTable()
	g.fixedTable(changes)
	if changes {
		g.changeFields(r, wrong)
	}
	g.steps()
	if may(policy.RegridSubmit) {
		g.Submit = []ui.FieldArgs{
			{Name: "on", Label: i18n.T("staff.plan.on"), Kind: ui.DateField, Required: true, Hint: i18n.T("staff.plan.on_hint"), Value: string(v.Plan.EffectiveOn)},
			{Name: "document", Label: i18n.T("staff.plan.document"), Required: true, Max: 100, Hint: i18n.T("staff.plan.document_hint"), Value: v.Plan.Document},
		}
		for i := range g.Submit {
			gate.Fill(r, wrong, &g.Submit[i])
		}
	}
	mine := v.Own || v.Plan.MadeBy == s.Actor.Account
	g.Approve = may(policy.RegridApprove) && !mine
	switch {
	case may(policy.RegridReturn) && !mine:
		g.Reason = "return"
	case may(policy.RegridUndo):
		g.Reason = "undo"
	}
	g.Why = ui.FieldArgs{Name: "reason", Label: i18n.T("staff.plan.reason"), Kind: ui.TextArea, Required: true, Max: 200, Error: wrong["reason"], Value: r.PostFormValue("reason")}
	g.Withdraw = may(policy.RegridWithdraw)
	g.Again = policy.Check(s.Actor, policy.RegridDraft, v.Plan) == nil && v.Plan.State != regrid.Approved
	g.overTable(s, at)
	g.Wrong = ui.Errors(append(append(append([]ui.FieldArgs{g.Why}, g.Move...), g.Together...), g.Submit...)...)
	for _, key := range []string{"leader", "worker", "grid"} {
		if wrong[key] != "" {
			g.Wrong = append(g.Wrong, ui.FieldError{ID: "people", Text: wrong[key]})
		}
	}
	return gate.RenderCode(w, r, status, planView(g))
}

// notices say what stands against the plan, and what has changed since.
func (g *planPage) notices(p *Pages) {
	v := g.View
	add := func(tone ui.Tone, title, text string) {
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: tone, Title: title, Text: text})
	}
	if v.Plan.Answer != "" && v.Plan.State == regrid.Draft {
		add(ui.Warn, i18n.T("staff.plan.returned"), v.Plan.DecidedName+"："+v.Plan.Answer)
	}
	if len(v.Blocks) > 0 && v.Plan.State != regrid.Applied && v.Plan.State != regrid.Withdrawn {
		text := ""
		for _, b := range v.Blocks {
			text += b.What + i18n.T(b.Key) + "；" //i18n:dynamic regrid.block.
		}
		add(ui.Bad, i18n.T("staff.plan.blocked"), text+i18n.T("staff.plan.blocked_how"))
	}
	if v.Plan.Late(p.Now()) {
		add(ui.Bad, i18n.T("staff.plan.late"), i18n.T("staff.plan.late_text"))
	}
	if v.Come+v.Gone > 0 && v.Plan.State != regrid.Applied {
		add(ui.Info, "", i18n.T("staff.plan.since", "come", v.Come, "gone", v.Gone))
	}
	if v.Plan.Unplaced > 0 {
		add(ui.Warn, "", i18n.T("staff.plan.unplaced", "n", v.Plan.Unplaced))
	}
}

// figures compares the four divisions by the measures.
func (g *planPage) figures() {
	v := g.View
	g.Figures = ui.KeyValueArgs{Caption: i18n.T("staff.plan.figures"), Head: []string{i18n.T("staff.plan.measure"), i18n.T("staff.plan.now"), i18n.T("staff.plan.by_address"), i18n.T("staff.plan.proposed"), i18n.T("staff.plan.is"), i18n.T("staff.plan.bound")}}
	if v.Plan.State == regrid.Applied {
		g.Figures.Head[1] = i18n.T("staff.plan.before")
	}
	line := func(label, bound string, f func(plan.Measures) string) {
		g.Figures.Lines = append(g.Figures.Lines, []string{label, f(v.Now), f(v.ByAddress), f(v.Proposed), f(v.Is), bound})
	}
	line(i18n.T("staff.plan.m.grids"), "", func(m plan.Measures) string { return fmt.Sprint(m.Grids) })
	line(i18n.T("staff.plan.m.outside"), fmt.Sprint(v.Bound), func(m plan.Measures) string {
		return i18n.T("staff.plan.m.outside_of", "n", m.Outside, "grids", m.Misfits)
	})
	line(i18n.T("staff.plan.m.buildings"), "0", func(m plan.Measures) string { return fmt.Sprint(m.Buildings) })
	line(i18n.T("staff.plan.m.groups"), "0", func(m plan.Measures) string { return fmt.Sprint(m.Groups) })
	line(i18n.T("staff.plan.m.spread"), fmt.Sprintf("%.1f", v.Least), func(m plan.Measures) string { return fmt.Sprintf("%.1f", m.Spread) })
	line(i18n.T("staff.plan.m.distance"), "", func(m plan.Measures) string { return fmt.Sprintf("%.0f", m.Distance) })
}

func (g *planPage) drawMap(r *http.Request, at string, changes bool) {
	picked := r.FormValue("unit")
	closer, _ := strconv.Atoi(r.FormValue("closer")) // 0: all of it
	g.Map = ui.MapArgs{Label: i18n.T("staff.plan.map", "place", g.Place), Caption: i18n.T("staff.plan.map_read"), Closer: closer}
	if closer != 0 {
		g.Whole = at + "#map"
	}
	if changes {
		g.Map.Form, g.Map.Into, g.Map.Nowhere, g.Map.Caption = "move", i18n.T("staff.plan.map_into"), i18n.T("staff.plan.map_nowhere"), i18n.T("staff.plan.map_hint")
	}
	for _, u := range g.View.Units {
		point := ui.MapPoint{ID: u.ID, Label: i18n.T("staff.plan.point", "label", u.Label, "part", u.Part, "size", u.Size, "n", u.N), X: u.X, Y: u.Y, Grid: int(u.N), Size: u.Size, House: u.House, Hand: u.ByHand, Picked: u.ID == picked}
		if changes {
			point.Href = at + "?unit=" + url.QueryEscape(u.ID) + "#move"
		}
		g.Map.Points = append(g.Map.Points, point)
	}
}

func (g *planPage) gridTable(at string) {
	g.Table = ui.TableArgs{Caption: i18n.T("staff.plan.grids"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.plan.n")}, {Label: i18n.T("staff.col.grid")}, {Label: i18n.T("staff.col.households"), Num: true}, {Label: i18n.T("staff.col.covers"), Wide: true}, {Label: i18n.T("account.kind.grid_leader")}, {Label: i18n.T("account.kind.grid_worker")}, {Label: i18n.T("staff.col.state")}}}
	for _, l := range g.View.Grids {
		kept := i18n.T("staff.plan.new")
		if l.Kept == 1 {
			kept = i18n.T("staff.plan.kept", "name", l.Was)
		}
		size := ui.TagArgs{Label: i18n.T("staff.grids.in_size"), Tone: ui.Good}
		if l.Size < plan.Min {
			size = ui.TagArgs{Label: i18n.T("staff.plan.short", "n", plan.Min-l.Size), Tone: ui.Warn}
		} else if !l.Fits {
			size = ui.TagArgs{Label: i18n.T("staff.plan.over", "n", l.Size-plan.Max), Tone: ui.Warn}
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.GridNo(int(l.N)), ui.Two(l.Name, kept), ui.Num(l.Size), ui.Text(l.Covers), whoCell(l.LeaderName), whoCell(l.WorkerName), ui.Tag(size),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.plan.closer"), Href: fmt.Sprintf("%s?closer=%d#map", at, l.N)}, {Label: i18n.T("staff.plan.households"), Href: fmt.Sprintf("%s/grids/%d", at, l.N)}}})
	}
}

func whoCell(name string) templ.Component {
	if name == "" {
		return ui.Tag(ui.TagArgs{Label: i18n.T("ui.people.vacant"), Tone: ui.Warn})
	}
	return ui.Text(name)
}

// cutTable says what lies in several grids, and why.
func (g *planPage) cutTable() {
	g.Cuts = ui.TableArgs{Caption: i18n.T("staff.plan.cuts"), Columns: []ui.Column{{Label: i18n.T("staff.plan.cut_what")}, {Label: i18n.T("staff.col.households"), Num: true}, {Label: i18n.T("staff.plan.cut_grids"), Num: true}, {Label: i18n.T("staff.plan.cut_why"), Wide: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.plan.cut_none"), Icon: ui.IconGood}}
	row := func(what string, households, grids int, why string) {
		g.Cuts.Rows = append(g.Cuts.Rows, ui.Row{Cells: []templ.Component{ui.Strong(what), ui.Num(households), ui.Num(grids), ui.Text(why)}})
	}
	type part struct {
		n    int
		in   map[int64]bool
		hand bool
	}
	parts := map[string]*part{}
	var order []string
	for _, u := range g.View.Units {
		if u.Part == "" {
			continue
		}
		if parts[u.Part] == nil {
			parts[u.Part] = &part{in: map[int64]bool{}}
			order = append(order, u.Part)
		}
		c := parts[u.Part]
		c.n, c.in[u.N], c.hand = c.n+u.Size, true, c.hand || u.ByHand
	}
	for _, name := range order {
		c := parts[name]
		if len(c.in) < 2 {
			continue
		}
		why := i18n.T("regrid.why.hand")
		if i := slices.IndexFunc(g.View.Cuts, func(c regrid.Cut) bool { return c.Part == name }); i >= 0 {
			cut := g.View.Cuts[i]
			why = i18n.T("regrid.why."+string(cut.Why), "n", cut.Households, "cost", fmt.Sprintf("%.0f", cut.Cost)) //i18n:dynamic regrid.why.
			if c.hand {
				why += "；" + i18n.T("regrid.why.hand")
			}
		}
		row(name, c.n, len(c.in), why)
	}
	for _, b := range g.Splits {
		why := i18n.T("regrid.why.hand")
		if b.Large {
			why = i18n.T("regrid.why.large", "n", b.Households)
		}
		row(b.Label, b.Households, b.Grids, why)
	}
}

func (g *planPage) fixedTable(changes bool) {
	g.Fixed = ui.TableArgs{Caption: i18n.T("staff.plan.fixed"), Columns: []ui.Column{{Label: i18n.T("staff.plan.fixed_what"), Wide: true}, {Label: i18n.T("staff.plan.fixed_by")}}}
	for _, f := range g.View.Wishes {
		row := ui.Row{Cells: []templ.Component{ui.Text(f.Label), ui.Two(f.Name, gate.At(f.At))}}
		if changes {
			row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.plan.unfix"), Form: "unfix", Name: "unwish", Value: fmt.Sprint(f.No), Small: true, Kind: ui.Quiet}}
		}
		g.Fixed.Rows = append(g.Fixed.Rows, row)
	}
}

// changeFields are the forms by which a draft is changed without a script.
func (g *planPage) changeFields(r *http.Request, wrong map[string]string) {
	var units, numbers []ui.Option
	seen := map[string]bool{}
	for _, u := range g.View.Units {
		if !seen[u.ID] {
			seen[u.ID] = true
			units = append(units, ui.Option{Value: u.ID, Label: i18n.T("staff.plan.unit", "label", u.Label, "n", u.N)})
		}
	}
	unit := r.FormValue("unit")
	if unit != "" && !seen[unit] { // a household alone, chosen in the list of its grid
		units = append([]ui.Option{{Value: unit, Label: i18n.T("staff.plan.one_household")}}, units...)
	}
	for _, l := range g.View.Grids {
		numbers = append(numbers, ui.Option{Value: fmt.Sprint(l.N), Label: i18n.T("staff.plan.grid_n", "n", l.N, "name", l.Name)})
	}
	g.Move = []ui.FieldArgs{
		{Name: "unit", Label: i18n.T("staff.plan.what"), Kind: ui.SelectField, Options: units, Empty: i18n.T("staff.choose"), Required: true, Value: unit},
		{Name: "to", Label: i18n.T("staff.plan.to"), Kind: ui.SelectField, Options: append(slices.Clone(numbers), ui.Option{Value: "0", Label: i18n.T("staff.plan.new_grid")}), Empty: i18n.T("staff.choose"), Required: true},
		{Name: "fix", Label: i18n.T("staff.plan.fix"), Kind: ui.CheckField, Options: []ui.Option{{Value: "1"}}},
	}
	g.Together = []ui.FieldArgs{
		{Name: "unit", ID: "f-first", Label: i18n.T("staff.plan.first"), Kind: ui.SelectField, Options: units, Empty: i18n.T("staff.choose"), Required: true, Value: unit},
		{Name: "with", Label: i18n.T("staff.plan.with"), Kind: ui.SelectField, Options: units, Empty: i18n.T("staff.choose"), Required: true, Error: wrong["with"]},
	}
	if r.FormValue("with") == "" {
		g.Move[0].Error, g.Move[1].Error = wrong["unit"], wrong["to"]
		g.Move[1].Value = r.PostFormValue("to")
	} else {
		g.Together[0].Error = wrong["unit"]
		g.Together[1].Value = r.PostFormValue("with")
	}
	for _, l := range g.View.Grids {
		if l.Kept == 1 {
			continue
		}
		g.People = append(g.People, []ui.FieldArgs{
			{Name: "grid", ID: fmt.Sprint("people-", l.N), Label: i18n.T("staff.plan.n"), Value: fmt.Sprint(l.N), ReadOnly: true, Short: true},
			{Name: "name", ID: fmt.Sprint("name-", l.N), Label: i18n.T("staff.plan.name"), Value: l.Name, Max: 40},
			{Name: "leader", ID: fmt.Sprint("leader-", l.N), Label: i18n.T("account.kind.grid_leader"), Kind: ui.SelectField, Options: g.staff(actor.GridLeader), Empty: i18n.T("staff.choose"), Value: l.Leader},
			{Name: "worker", ID: fmt.Sprint("worker-", l.N), Label: i18n.T("account.kind.grid_worker"), Kind: ui.SelectField, Options: g.staff(actor.GridWorker), Empty: i18n.T("staff.choose"), Value: l.Worker},
		})
	}
}

// staff are who can be appointed to a post of a kind, each once.
func (g *planPage) staff(kind actor.Kind) (all []ui.Option) {
	for _, h := range g.View.Staff {
		if h.Kind == kind && !slices.ContainsFunc(all, func(o ui.Option) bool { return o.Value == string(h.ID) }) {
			all = append(all, ui.Option{Value: string(h.ID), Label: h.Name + " " + h.Office})
		}
	}
	return all
}

func (g *planPage) steps() {
	v := g.View.Plan
	g.Steps = []ui.Item{{Label: i18n.T("staff.plan.made"), Text: v.MadeName + " " + gate.At(v.MadeAt)}, {Label: i18n.T("staff.plan.moved"), Text: i18n.T("staff.plan.moved_n", "n", g.Moved)}}
	if v.SubmittedAt != 0 && v.State != regrid.Draft {
		g.Steps = append(g.Steps, ui.Item{Label: i18n.T("staff.plan.submitted"), Text: v.SubmittedName + " " + gate.At(v.SubmittedAt)},
			ui.Item{Label: i18n.T("staff.plan.on"), Text: v.EffectiveOn.Chinese()}, ui.Item{Label: i18n.T("staff.plan.document"), Text: v.Document, Wide: true})
	}
	if v.DecidedAt != 0 && v.State != regrid.Draft {
		g.Steps = append(g.Steps, ui.Item{Label: i18n.T("staff.plan.decided"), Text: v.DecidedName + " " + gate.At(v.DecidedAt)})
	}
	if v.AppliedAt != 0 {
		g.Steps = append(g.Steps, ui.Item{Label: i18n.T("staff.plan.applied"), Text: gate.At(v.AppliedAt)})
	}
}

// overTable is what goes over from whom to whom.
func (g *planPage) overTable(s *gate.Session, at string) {
	if len(g.View.HandOvers) == 0 {
		return
	}
	t := ui.TableArgs{Caption: i18n.T("staff.plan.overs"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.plan.from"), Code: true}, {Label: i18n.T("staff.plan.goes_to"), Code: true}, {Label: i18n.T("staff.col.households"), Num: true}, {Label: i18n.T("staff.plan.open_matters"), Num: true}, {Label: i18n.T("staff.plan.unseen"), Num: true}, {Label: i18n.T("staff.plan.taken")}, {Label: i18n.T("staff.col.do")}}}
	for _, h := range g.View.HandOvers {
		state, do := ui.Tag(ui.TagArgs{Label: i18n.T("staff.plan.not_taken"), Tone: ui.Warn}), ui.Text("")
		if h.TakenAt != 0 {
			state = ui.Two(h.TakenName, gate.At(h.TakenAt))
		} else if policy.Check(s.Actor, policy.RegridTake, policy.Places{{Relation: policy.At, Path: h.ToGrid}}) == nil {
			do = ui.ConfirmButton(ui.ConfirmArgs{Label: i18n.T("staff.plan.take"), Yes: i18n.T("staff.plan.take"), Title: i18n.T("staff.plan.take_sure"), Action: fmt.Sprintf("%s/hand-over/%d", at, h.No), CSRF: s.CSRF, Small: true, Hidden: []ui.Option{{Value: gate.KeyField, Label: g.Key + fmt.Sprint(h.No)}}})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Two(h.FromGrid, h.FromName), ui.Two(h.ToGrid, h.ToName), ui.Num(int(h.Households)), ui.Num(int(h.Matters)), ui.Num(int(h.Visits)), state, do}})
	}
	g.Overs = &t
}

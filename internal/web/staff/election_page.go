package staff

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/division"
	"anju/internal/election"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type electionPage struct {
	ui.OfficeArgs
	Key        string
	URL        string
	Steps      ui.StepsArgs
	Now        *ui.NoticeArgs
	Facts      []ui.Item
	Filter     ui.FilterArgs
	Tabs       ui.TabBarArgs
	Table      ui.TableArgs
	Objections ui.TableArgs
	Decide     []electionAct // one form for each objection that waits
	Next       *ui.ConfirmArgs
	Draw       *electionAct
	Acts       []electionAct
	Wrong      []ui.FieldError
	Print      bool
	Committee  bool
	Drawn      bool
	Why        string       // the tab
	Together   *electionAct // for those ticked in the table
}

// Hears reports whether objections stand on the page: before the list while they
// are taken, after it once it is final.
func (g electionPage) Hears() bool { return len(g.Objections.Columns) > 0 }

// election is one list: how far it has come, who is on it and who is not, and
// what can be done now.
func (p *Pages) election(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showElection(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showElection(w http.ResponseWriter, r *http.Request, s *gate.Session, tried string, wrong map[string]string, status int) error {
	id := election.ID(r.PathValue("id"))
	page, err := p.Elections.Get(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	e := page.Election
	may := func(a policy.Action) bool { return policy.Check(s.Actor, a, e) == nil }
	g := electionPage{OfficeArgs: p.frame(r, s, x.FullName(e.Path)+" "+e.Round, "/elections"), Key: gate.NewKey(), URL: "/elections/" + string(id), Committee: page.Committee, Drawn: e.DrawnAt != 0}
	g.Sub = i18n.T("staff.election.by_law", "law", electionLaw(e.Law))
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.elections"), Href: "/elections"}}
	g.Print = e.Listed > 0 && (page.Committee || e.State == election.Published || e.State == election.Final)
	g.Steps, g.Now, g.Facts = electionSteps(page), electionNow(page), electionFacts(e)
	g.Acts = electionActs(e, page.Today, may)
	if e.State == election.Preparing && may(policy.ElectionDraw) {
		a := newElectionAct("draw", ui.Secondary)
		if !g.Drawn {
			a.Kind = ui.Primary
		}
		g.Draw = &a
	}
	g.Next = g.confirm(page.Next.Step, may)
	if page.Committee {
		if err := p.showElectors(r, s, &g, page, x, tried, wrong); err != nil {
			return err
		}
		if e.State != election.Preparing {
			g.Objections, g.Decide = objectionTable(e, page.Objections, page.Today)
		}
	}
	g.Wrong = append(append(g.Wrong, fillActs(r, g.Acts, tried, wrong)...), fillActs(r, g.Decide, tried, wrong)...)
	return gate.RenderCode(w, r, status, electionView(g))
}

// showElectors puts the people of a list on its page, with their reasons: those
// on it, those of one reason, or those of a name.
func (p *Pages) showElectors(r *http.Request, s *gate.Session, g *electionPage, page election.Page, x *division.Index, tried string, wrong map[string]string) error {
	const limit = 50
	e, q := page.Election, r.URL.Query()
	find, err := p.Gate.Unveil(s, q.Get("find"))
	if err != nil {
		return err
	}
	after, err := p.Gate.Unveil(s, q.Get("after")) // a name is part of it
	if err != nil {
		return err
	}
	why := election.Why(orElse(r.PostFormValue("why"), q.Get("why")))
	show := election.Show{Listed: why == "", Why: why, After: after, Limit: limit}
	if find != "" {
		show = election.Show{All: true, Name: find, After: after, Limit: limit}
	}
	g.Filter = ui.FilterArgs{Action: g.URL + "/find", Reset: g.URL, CSRF: s.CSRF, Fields: []ui.FieldArgs{
		{Name: "q", ID: "f-find", Label: i18n.T("staff.election.find"), Kind: ui.SearchField, Value: find, Holder: i18n.T("staff.election.find_hint"), Wide: true}}}
	g.Tabs = ui.TabBarArgs{Label: i18n.T("staff.election.reasons"), Items: []ui.TabItem{{Label: i18n.T("staff.election.listed"), Href: g.URL, Count: int(e.Listed), Current: show.Listed}}}
	for _, y := range election.Whys {
		for _, c := range page.Counts {
			if c.Why == y {
				g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: electionWhy(y), Href: g.URL + "?why=" + string(y), Count: int(c.N), Current: show.Why == y})
			}
		}
	}
	g.Why = string(show.Why)
	list, err := p.Elections.Electors(r.Context(), s.Actor, e.ID, show)
	if err != nil {
		return err
	}
	next := ""
	if len(list) == limit {
		next = list[limit-1].After()
	}
	g.Table = electorTable(e, list, func(no string) string { return x.GroupName(e.Path, no) }, live(gate.More(r, g.URL, "after", p.Gate.Veil(s, next))))
	switch {
	case find != "":
		g.Table.Empty = ui.EmptyArgs{Title: i18n.T("staff.election.nobody_found"), Hint: i18n.T("staff.election.nobody_found_hint"), Icon: ui.IconSearch}
	case e.State == election.Preparing:
		g.Table.Empty.Hint = i18n.T("staff.election.nobody_yet")
	}
	if e.State == election.Preparing && len(list) > 0 {
		g.Together = together(e, show.Why, string(page.Today))
	}
	if g.Together == nil {
		return nil
	}
	for i := range g.Table.Rows {
		g.Table.Rows[i].Check = &ui.CheckArgs{Name: "people", Value: string(list[i].PersonID), Label: list[i].Name, Checked: slices.Contains(r.PostForm["people"], string(list[i].PersonID))}
	}
	if tried == g.Together.Act {
		for i := range g.Together.Fields {
			gate.Fill(r, wrong, &g.Together.Fields[i])
		}
		g.Wrong = ui.Errors(g.Together.Fields...)
		if text := wrong["people"]; text != "" {
			g.Wrong = append(g.Wrong, ui.FieldError{ID: "list", Text: text})
		}
	}
	return nil
}

func electionFacts(e election.Election) []ui.Item {
	all := []ui.Item{
		{Label: i18n.T("staff.col.state"), Value: ui.Tag(electionTag(e.State))}, {Label: i18n.T("staff.election.day"), Text: e.Day.Chinese()},
		{Label: i18n.T("staff.election.publish_by"), Text: e.PublishBy().Chinese()}, {Label: i18n.T("staff.election.listed"), Text: i18n.T("staff.election.listed_of", "listed", e.Listed, "people", e.People)},
		{Label: i18n.T("staff.election.published"), Text: e.PublishedOn.Chinese()}, {Label: i18n.T("staff.election.objections_by"), Text: e.ObjectionsBy.Chinese()},
	}
	if e.FinalOn != "" {
		all = append(all, ui.Item{Label: i18n.T("staff.election.final"), Text: e.FinalOn.Chinese()})
	}
	if e.Reason != "" {
		all = append(all, ui.Item{Label: i18n.T("staff.election.cancelled"), Text: e.Reason, Wide: true})
	}
	return all
}

// electionSteps is the way of a list, with where it stands.
func electionSteps(page election.Page) ui.StepsArgs {
	e, at := page.Election, map[election.Step]int{election.ToDraw: 0, election.ToPublish: 1, election.TooLate: 1, election.ToHear: 3, election.ToDecide: 3, election.ToFinish: 4, election.Over: 5}[page.Next.Step]
	a := ui.StepsArgs{Label: i18n.T("staff.election.way")}
	if e.State == election.Cancelled {
		return a
	}
	hints := []string{"", "", i18n.T("staff.election.way_by", "by", e.PublishBy()), "", string(e.FinalOn)}
	if e.PublishedOn != "" {
		hints[2], hints[3] = string(e.PublishedOn), i18n.T("staff.election.way_by", "by", e.ObjectionsBy)
	}
	for i, name := range []string{"draw", "declare", "publish", "object", "finish"} {
		st := ui.Step{Label: i18n.T("staff.election.act." + name), Hint: hints[i]} //i18n:dynamic staff.election.act.
		switch {
		case i < at:
			st.State = ui.StepDone
		case page.Next.Step == election.TooLate && i == 2:
			st.State = ui.StepFailed
		case i == at:
			st.State = ui.StepCurrent
		}
		a.Steps = append(a.Steps, st)
	}
	return a
}

// electionNow says what comes next, to those whose task it is.
func electionNow(page election.Page) *ui.NoticeArgs {
	e, w := page.Election, page.Next
	if !page.Committee && w.Step != election.TooLate || e.State == election.Cancelled {
		return nil
	}
	tone := ui.Info
	switch {
	case w.Step == election.TooLate || w.By != "" && page.Today > w.By:
		tone = ui.Bad
	case w.Step == election.ToDecide, w.Step == election.ToPublish && calendar.DaysBetween(page.Today, w.By) <= 3:
		tone = ui.Warn
	case w.Step == election.Over:
		tone = ui.Good
	}
	args := []any{"by", w.By.Chinese(), "n", w.Open, "day", e.Day.Chinese()}
	title := i18n.T("staff.election.now."+string(w.Step), args...)  //i18n:dynamic staff.election.now.
	how := i18n.T("staff.election.how_to."+string(w.Step), args...) //i18n:dynamic staff.election.how_to.
	return &ui.NoticeArgs{Tone: tone, Title: title, Text: how}
}

// confirm is the act that cannot be undone, when its time has come.
func (g electionPage) confirm(step election.Step, may func(policy.Action) bool) *ui.ConfirmArgs {
	act := map[election.Step]string{election.ToPublish: "publish", election.ToFinish: "finish"}[step]
	if act == "" || !may(map[string]policy.Action{"publish": policy.ElectionPublish, "finish": policy.ElectionFinish}[act]) {
		return nil
	}
	a := newElectionAct(act, ui.Primary)
	return &ui.ConfirmArgs{Label: a.Button, Title: i18n.T("staff.election.sure." + act), Text: a.Hint, Yes: a.Button, Action: g.URL + "/" + act, CSRF: g.CSRF, Kind: ui.Primary, Small: true, Hidden: []ui.Option{{Value: gate.KeyField, Label: g.Key + act}}} //i18n:dynamic staff.election.sure.
}

// together is the form for those who are ticked: that they take part, or what a
// meeting decided about them.
func together(e election.Election, y election.Why, today string) *electionAct {
	var a electionAct
	switch y {
	case election.MayDeclare, election.MayApply:
		a = newElectionAct("declare", ui.Primary, declareFields(today)...)
	case election.Awaits:
		a = newElectionAct("consent", ui.Primary, consentFields(e.Law, today)...)
	default:
		return nil
	}
	a.Hint = i18n.T("staff.election.ticked")
	return &a
}

// electionActs are the forms of an election's page.
func electionActs(e election.Election, today calendar.Date, may func(policy.Action) bool) (all []electionAct) {
	add := func(a policy.Action, in election.State, act electionAct) {
		if e.State == in && may(a) {
			all = append(all, act)
		}
	}
	if e.DrawnAt != 0 {
		add(policy.ElectionEnter, election.Preparing, newElectionAct("enter", ui.Secondary,
			ui.FieldArgs{Name: "number", Label: i18n.T("staff.election.number"), Required: true, Secret: true, Max: 18},
			ui.FieldArgs{Name: "work", Label: i18n.T("staff.election.work"), Required: true, Max: 200, Hint: i18n.T("staff.election.work_hint")}))
	}
	add(policy.ElectionObject, election.Published, newElectionAct("object", ui.Secondary,
		ui.FieldArgs{Name: "about", Label: i18n.T("staff.election.about"), Required: true, Max: 50, Hint: i18n.T("staff.election.about_hint")},
		ui.FieldArgs{Name: "by_name", Label: i18n.T("staff.election.by_name"), Required: true, Max: 50},
		ui.FieldArgs{Name: "made_on", Label: i18n.T("staff.election.made_on"), Kind: ui.DateField, Required: true, Value: string(min(today, e.ObjectionsBy))},
		ui.FieldArgs{Name: "text", Label: i18n.T("staff.election.text"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true}))
	if e.State == election.Preparing || e.State == election.Published {
		add(policy.ElectionCancel, e.State, newElectionAct("cancel", ui.Secondary, ui.FieldArgs{Name: "reason", Label: i18n.T("staff.election.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true}))
	}
	return all
}

func electorTable(e election.Election, list []election.Elector, group func(string) string, pager *ui.PagerArgs) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.election.people"), Pager: pager, Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.election.group")}, {Label: i18n.T("staff.election.on_list")}, {Label: i18n.T("staff.election.why"), Wide: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.election.nobody"), Hint: i18n.T("staff.election.nobody_hint"), Icon: ui.IconPeople}}
	for _, k := range list {
		href := "/elections/" + string(e.ID) + "/people/" + string(k.PersonID)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.NameLink(k.Name, href), ui.Text(group(k.GroupNo)), ui.Tag(onListTag(k)), ui.Text(election.Reason(e.Law, k))},
			Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return t
}

func onListTag(k election.Elector) ui.TagArgs {
	if k.Listed == 1 {
		return ui.TagArgs{Label: i18n.T("staff.election.on"), Tone: ui.Good}
	}
	return ui.TagArgs{Label: i18n.T("staff.election.off")}
}

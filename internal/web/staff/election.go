package staff

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/election"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type electionsPage struct {
	ui.OfficeArgs
	Key   string
	Table ui.TableArgs
	Open  []ui.FieldArgs
	Wrong []ui.FieldError
}

// elections lists the lists of electors of the own area; the county's office
// opens a round.
func (p *Pages) elections(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showElections(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showElections(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	const limit = 50
	title := i18n.T("staff.menu.elections")
	list, err := p.Elections.List(r.Context(), s.Actor, election.Filter{Under: r.URL.Query().Get("at"), After: election.ID(r.URL.Query().Get("after")), Limit: limit})
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := electionsPage{OfficeArgs: p.frame(r, s, title, "/elections"), Key: gate.NewKey()}
	g.Sub = i18n.T("staff.election.sub")
	next := ""
	if len(list) == limit {
		next = string(list[limit-1].ID)
	}
	g.Table = ui.TableArgs{Caption: title, Pager: live(gate.More(r, "/elections", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.election.unit")}, {Label: i18n.T("staff.election.round")}, {Label: i18n.T("staff.election.law"), Lower: true}, {Label: i18n.T("staff.election.day"), Code: true}, {Label: i18n.T("staff.election.publish_by"), Code: true}, {Label: i18n.T("staff.election.listed"), Num: true}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.election.none"), Hint: i18n.T("staff.election.none_hint"), Icon: ui.IconFile}}
	today := calendar.On(p.Now())
	for _, e := range list {
		href := "/elections/" + string(e.ID)
		g.Table.Rows = append(g.Table.Rows, ui.Row{Late: e.State == election.Preparing && today > e.PublishBy(), Cells: []templ.Component{
			ui.LinkTo(x.FullName(e.Path), href), ui.Text(e.Round), ui.Text(electionLaw(e.Law)), ui.Text(string(e.Day)), ui.Text(string(e.PublishBy())), ui.Num(int(e.Listed)), ui.Tag(electionTag(e.State)),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	if policy.May(s.Actor, policy.ElectionOpen) {
		under := ui.FieldArgs{Name: "under", Label: i18n.T("staff.election.under"), Hint: i18n.T("staff.election.under_hint"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
		for _, county := range x.Roots() {
			for _, town := range x.Children(county.Code) {
				under.Options = append(under.Options, ui.Option{Value: town.Code, Label: town.Name})
				for _, v := range x.Villages(town.Code) {
					under.Options = append(under.Options, ui.Option{Value: v.Code, Label: town.Name + v.Name})
				}
			}
		}
		g.Open = []ui.FieldArgs{under,
			{Name: "round", Label: i18n.T("staff.election.round"), Required: true, Max: 20, Value: i18n.T("staff.election.round_of", "year", today.Year())},
			{Name: "day", Label: i18n.T("staff.election.day"), Kind: ui.DateField, Required: true, Hint: i18n.T("staff.election.day_hint")}}
		for i := range g.Open {
			gate.Fill(r, wrong, &g.Open[i])
		}
		g.Wrong = ui.Errors(g.Open...)
	}
	return gate.RenderCode(w, r, status, electionsView(g))
}

func electionLaw(l election.Law) string { return i18n.T("election.law." + string(l)) } //i18n:dynamic election.law.

func electionTag(st election.State) ui.TagArgs {
	tone := map[election.State]ui.Tone{election.Preparing: ui.Info, election.Published: ui.Warn, election.Final: ui.Good}[st]
	return ui.TagArgs{Label: i18n.T("election.state." + string(st)), Tone: tone} //i18n:dynamic election.state.
}

func electionWhy(y election.Why) string { return i18n.T("election.short." + string(y)) } //i18n:dynamic election.short.

func (p *Pages) electionOpen(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Elections.Open(r.Context(), s.Actor, gate.Key(r), election.Opening{Round: gate.Trim(r, "round"), Under: gate.Trim(r, "under"), Day: calendar.Date(gate.Trim(r, "day"))})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showElections(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/elections?done=saved")
}

// An electionAct is one act that can be done from a page, with its form.
type electionAct struct {
	Act, Title, Hint, Button string
	Kind                     ui.ButtonKind
	Fields                   []ui.FieldArgs
}

func newElectionAct(act string, kind ui.ButtonKind, fields ...ui.FieldArgs) electionAct {
	for i := range fields {
		fields[i].ID = "f-" + act + "-" + fields[i].Name
	}
	return electionAct{Act: act, Kind: kind, Fields: fields,
		Title:  i18n.T("staff.election.act." + act),    //i18n:dynamic staff.election.act.
		Hint:   i18n.T("staff.election.hint." + act),   //i18n:dynamic staff.election.hint.
		Button: i18n.T("staff.election.button." + act), //i18n:dynamic staff.election.button.
	}
}

// fillActs gives the form that was sent its answers and errors back.
func fillActs(r *http.Request, acts []electionAct, tried string, wrong map[string]string) (all []ui.FieldError) {
	for i := range acts {
		if acts[i].Act != tried {
			continue
		}
		for j := range acts[i].Fields {
			gate.Fill(r, wrong, &acts[i].Fields[j])
		}
		all = append(all, ui.Errors(acts[i].Fields...)...)
	}
	return all
}

type electionPage struct {
	ui.OfficeArgs
	Key        string
	URL        string
	Facts      []ui.Item
	Tabs       ui.TabBarArgs
	Table      ui.TableArgs
	Objections ui.TableArgs
	Decide     []electionAct // one form for each objection that waits
	Acts       []electionAct
	Wrong      []ui.FieldError
	Print      bool
	Committee  bool
	Drawn      bool
	Why        string       // the tab
	Together   *electionAct // for those ticked in the table
}

// election is one list: its days, who is on it and who is not, and what can be
// done now.
func (p *Pages) election(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showElection(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showElection(w http.ResponseWriter, r *http.Request, s *gate.Session, tried string, wrong map[string]string, status int) error {
	const limit = 50
	id, q := election.ID(r.PathValue("id")), r.URL.Query()
	page, err := p.Elections.Get(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	e := page.Election
	g := electionPage{OfficeArgs: p.frame(r, s, x.FullName(e.Path)+" "+e.Round, "/elections"), Key: gate.NewKey(), URL: "/elections/" + string(id), Committee: page.Committee}
	g.Sub = electionLaw(e.Law)
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.elections"), Href: "/elections"}}
	g.Print = e.Listed > 0 && (page.Committee || e.State == election.Published || e.State == election.Final)
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.col.state"), Value: ui.Tag(electionTag(e.State))}, {Label: i18n.T("staff.election.day"), Text: e.Day.Chinese()},
		{Label: i18n.T("staff.election.publish_by"), Text: e.PublishBy().Chinese()}, {Label: i18n.T("staff.election.listed"), Text: i18n.T("staff.election.listed_of", "listed", e.Listed, "people", e.People)},
		{Label: i18n.T("staff.election.published"), Text: e.PublishedOn.Chinese()}, {Label: i18n.T("staff.election.objections_by"), Text: e.ObjectionsBy.Chinese()},
	}
	if e.FinalOn != "" {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.election.final"), Text: e.FinalOn.Chinese()})
	}
	if e.Reason != "" {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.election.cancelled"), Text: e.Reason, Wide: true})
	}
	g.Acts = electionActs(e, page, func(a policy.Action) bool { return policy.Check(s.Actor, a, e) == nil })
	if page.Committee {
		why := election.Why(orElse(r.PostFormValue("why"), q.Get("why")))
		after, err := p.Gate.Unveil(s, q.Get("after")) // a name is part of it
		if err != nil {
			return err
		}
		show := election.Show{Listed: why == "", Why: why, Name: r.PostFormValue("find"), After: after, Limit: limit}
		if show.Name != "" {
			show.All, show.Listed, show.Why = true, false, ""
		}
		g.Tabs = ui.TabBarArgs{Label: i18n.T("staff.election.reasons"), Items: []ui.TabItem{{Label: i18n.T("staff.election.listed"), Href: g.URL, Count: int(e.Listed), Current: show.Listed}}}
		for _, y := range election.Whys {
			for _, c := range page.Counts {
				if c.Why == y {
					g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: electionWhy(y), Href: g.URL + "?why=" + string(y), Count: int(c.N), Current: show.Why == y})
				}
			}
		}
		g.Why = string(show.Why)
		list, err := p.Elections.Electors(r.Context(), s.Actor, id, show)
		if err != nil {
			return err
		}
		next := ""
		if len(list) == limit {
			next = list[limit-1].After()
		}
		g.Table = electorTable(e, list, func(no string) string { return x.GroupName(e.Path, no) }, live(gate.More(r, g.URL, "after", p.Gate.Veil(s, next))))
		g.Objections, g.Decide = objectionTable(e, page.Objections)
		if e.State == election.Preparing && len(list) > 0 {
			g.Together = together(e, show.Why, string(page.Today))
		}
		if g.Together != nil {
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
		} else if e.DrawnAt != 0 {
			g.Table.Empty.Hint = i18n.T("staff.election.nobody_yet")
		}
	}
	g.Drawn = e.DrawnAt != 0
	g.Wrong = append(append(g.Wrong, fillActs(r, g.Acts, tried, wrong)...), fillActs(r, g.Decide, tried, wrong)...)
	return gate.RenderCode(w, r, status, electionView(g))
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

// electionActs are the forms of an election's page, the next step first.
func electionActs(e election.Election, page election.Page, may func(policy.Action) bool) (all []electionAct) {
	today := page.Today
	add := func(a policy.Action, in election.State, act electionAct) {
		if e.State == in && may(a) {
			all = append(all, act)
		}
	}
	draw := ui.Secondary
	if e.DrawnAt == 0 {
		draw = ui.Primary
	}
	add(policy.ElectionDraw, election.Preparing, newElectionAct("draw", draw))
	if e.DrawnAt != 0 {
		add(policy.ElectionEnter, election.Preparing, newElectionAct("enter", ui.Secondary,
			ui.FieldArgs{Name: "number", Label: i18n.T("staff.election.number"), Required: true, Secret: true, Max: 18},
			ui.FieldArgs{Name: "work", Label: i18n.T("staff.election.work"), Required: true, Max: 200, Hint: i18n.T("staff.election.work_hint")}))
		add(policy.ElectionPublish, election.Preparing, newElectionAct("publish", ui.Primary))
	}
	add(policy.ElectionObject, election.Published, newElectionAct("object", ui.Secondary,
		ui.FieldArgs{Name: "about", Label: i18n.T("staff.election.about"), Required: true, Max: 50, Hint: i18n.T("staff.election.about_hint")},
		ui.FieldArgs{Name: "by_name", Label: i18n.T("staff.election.by_name"), Required: true, Max: 50},
		ui.FieldArgs{Name: "made_on", Label: i18n.T("staff.election.made_on"), Kind: ui.DateField, Required: true, Value: string(min(today, e.ObjectionsBy))},
		ui.FieldArgs{Name: "text", Label: i18n.T("staff.election.text"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true}))
	if today > e.ObjectionsBy {
		add(policy.ElectionFinish, election.Published, newElectionAct("finish", ui.Primary))
	}
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
		tag := ui.TagArgs{Label: i18n.T("staff.election.off")}
		if k.Listed == 1 {
			tag = ui.TagArgs{Label: i18n.T("staff.election.on"), Tone: ui.Good}
		}
		href := "/elections/" + string(e.ID) + "/people/" + string(k.PersonID)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.NameLink(k.Name, href), ui.Text(group(k.GroupNo)), ui.Tag(tag), ui.Text(election.Reason(e.Law, k))},
			Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return t
}

func objectionTable(e election.Election, list []election.Objection) (ui.TableArgs, []electionAct) {
	t := ui.TableArgs{Caption: i18n.T("staff.election.objections"), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.election.about")}, {Label: i18n.T("staff.election.by_name")}, {Label: i18n.T("staff.election.text"), Wide: true}, {Label: i18n.T("staff.election.made_on"), Code: true}, {Label: i18n.T("staff.election.decide_by"), Code: true}, {Label: i18n.T("staff.election.decision"), Wide: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.election.no_objection"), Icon: ui.IconFile}}
	var acts []electionAct
	for _, o := range list {
		decision := i18n.T("staff.election.undecided")
		if o.Decision != "" {
			decision = electionDecision(o.Decision) + " " + o.Answer
		} else if e.State == election.Published {
			options := []ui.Option{{Value: election.Reject, Label: electionDecision(election.Reject)}}
			if o.PersonID != "" {
				options = append([]ui.Option{{Value: election.Add, Label: electionDecision(election.Add)}, {Value: election.Remove, Label: electionDecision(election.Remove)}}, options...)
			}
			a := newElectionAct("decide", ui.Primary, ui.FieldArgs{Name: "decision", Kind: ui.RadioField, Label: i18n.T("staff.election.decision"), Required: true, Options: options},
				ui.FieldArgs{Name: "answer", Kind: ui.TextArea, Label: i18n.T("staff.election.answer"), Required: true, Max: 200, Wide: true})
			a.Title, a.Hint, a.Act = i18n.T("staff.election.act.decide", "name", o.About), i18n.T("staff.election.hint.decide", "by", o.DecideBy.Chinese()), "objections/"+o.ID
			acts = append(acts, a)
		}
		t.Rows = append(t.Rows, ui.Row{Late: o.Decision == "" && e.State == election.Published, Cells: []templ.Component{ui.Text(o.About), ui.Text(o.ByName), ui.Text(o.Text), ui.Text(string(o.MadeOn)), ui.Text(string(o.DecideBy)), ui.Text(decision)}})
	}
	return t, acts
}

func electionDecision(d string) string { return i18n.T("staff.election.decision_is." + d) } //i18n:dynamic staff.election.decision_is.

// electionAct does what a form of the page of a list asks.
func (p *Pages) electionAct(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	ctx, id, act := r.Context(), election.ID(r.PathValue("id")), r.PathValue("act")
	var people []person.ID
	for _, of := range r.PostForm["people"] {
		people = append(people, person.ID(of))
	}
	back := "/elections/" + string(id) + "?done=saved"
	var err error
	switch act {
	case "find":
		return p.showElection(w, r, s, "", nil, http.StatusOK)
	case "declare":
		_, err = p.Elections.Declare(ctx, s.Actor, gate.Key(r), id, word(r, people))
		back += "&why=" + url.QueryEscape(gate.Trim(r, "why"))
	case "consent":
		_, err = p.Elections.Consent(ctx, s.Actor, gate.Key(r), id, resolution(r, people))
		back += "&why=" + url.QueryEscape(gate.Trim(r, "why"))
	case "draw":
		_, err = p.Elections.Draw(ctx, s.Actor, gate.Key(r), id)
	case "enter":
		number, _ := ident.ParseCitizenID(gate.Trim(r, "number"), p.Now()) // a wrong one is asked for again
		_, err = p.Elections.Enter(ctx, s.Actor, gate.Key(r), id, election.Worker{Number: number, Work: gate.Trim(r, "work")})
	case "publish":
		_, err = p.Elections.Publish(ctx, s.Actor, gate.Key(r), id)
	case "object":
		o := election.Objection{PersonID: person.ID(gate.Trim(r, "person")), About: gate.Trim(r, "about"), ByName: gate.Trim(r, "by_name"), Text: gate.Trim(r, "text"), MadeOn: calendar.Date(gate.Trim(r, "made_on"))}
		_, err = p.Elections.Object(ctx, s.Actor, gate.Key(r), id, o)
	case "finish":
		_, err = p.Elections.Finish(ctx, s.Actor, gate.Key(r), id)
	case "cancel":
		_, err = p.Elections.Cancel(ctx, s.Actor, gate.Key(r), id, gate.Trim(r, "reason"))
	default:
		return fault.New(fault.NotFound, "policy.not_found")
	}
	if wrong, ok := gate.Invalid(err); ok {
		return p.showElection(w, r, s, act, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, back)
}

func (p *Pages) electionDecide(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, objection := election.ID(r.PathValue("id")), r.PathValue("objection")
	_, err := p.Elections.Decide(r.Context(), s.Actor, gate.Key(r), id, objection, gate.Trim(r, "decision"), gate.Trim(r, "answer"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showElection(w, r, s, "objections/"+objection, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/elections/"+string(id)+"?done=saved")
}

func (p *Pages) electionPDF(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	sheet, err := p.Elections.Public(r.Context(), s.Actor, election.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return pdf(w, "electors.pdf", sheet.PDF)
}

func (p *Pages) electionXLSX(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	sheet, err := p.Elections.Public(r.Context(), s.Actor, election.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := sheet.XLSX(&b); err != nil {
		return err
	}
	return attach(w, xlsx, &b, "electors.xlsx")
}

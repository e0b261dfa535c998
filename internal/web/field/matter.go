package field

import (
	"net/http"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type reportPage struct {
	ui.PhoneArgs
	Key    string
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
}

func (p *Pages) reportPage(r *http.Request, s *gate.Session, wrong map[string]string) (g reportPage, err error) {
	g = reportPage{PhoneArgs: p.frame(r, s, i18n.T("field.report.title"), "/m/report"), Key: r.FormValue(gate.KeyField)}
	if g.Key == "" {
		g.Key = gate.NewKey()
	}
	category := ui.FieldArgs{Name: "category", Label: i18n.T("field.report.category"), Kind: ui.RadioField, Required: true}
	for _, c := range matter.Categories {
		category.Options = append(category.Options, ui.Option{Value: c, Label: i18n.T("matter.category." + c)}) //i18n:dynamic matter.category.
	}
	g.Fields = []ui.FieldArgs{category,
		{Name: "text", Label: i18n.T("field.report.text"), Kind: ui.TextArea, Required: true, Rows: 4, Max: 2000, Holder: i18n.T("field.report.text_hint")},
		{Name: "place", Label: i18n.T("field.report.place"), Max: 100, Hint: i18n.T("field.report.place_hint")}}
	if len(s.Actor.Paths) > 1 {
		x, err := p.Overview.Index(r.Context(), s.Actor)
		if err != nil {
			return g, err
		}
		where := ui.FieldArgs{Name: "path", Label: i18n.T("field.report.grid"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
		for _, path := range s.Actor.Paths {
			where.Options = append(where.Options, ui.Option{Value: path, Label: gridName(x.FullName(path), path)})
		}
		g.Fields = append(g.Fields, where)
	}
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return g, nil
}

// gridName is the village of a path with the number of its grid.
func gridName(village, path string) string {
	if len(path) != 15 {
		return village
	}
	n := strings.TrimLeft(path[12:], "0")
	if n == "" {
		return village // in none of its grids
	}
	return i18n.T("field.grid", "village", village, "n", n)
}

func (p *Pages) reportForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g, err := p.reportPage(r, s, nil)
	if err != nil {
		return err
	}
	return gate.Render(w, r, reportView(g))
}

// report sends a report. Sent twice, it is one.
func (p *Pages) report(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	m, err := p.Matters.Report(r.Context(), s.Actor, gate.Key(r), matter.ReportRequest{Category: gate.Trim(r, "category"), Text: gate.Trim(r, "text"), Place: gate.Trim(r, "place"), Path: gate.Trim(r, "path")})
	if wrong, ok := gate.Invalid(err); ok {
		g, err := p.reportPage(r, s, wrong)
		if err != nil {
			return err
		}
		return gate.RenderCode(w, r, http.StatusUnprocessableEntity, reportView(g))
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/m/matters/"+string(m.ID)+"?done=1")
}

// progress says where a matter is, in the words of a parcel.
func progress(m matter.Matter) string {
	who := i18n.T("account.kind." + string(actor.AtLevel(int(m.Level)))) //i18n:dynamic account.kind.
	return i18n.T("field.progress."+string(m.State), "who", who)         //i18n:dynamic field.progress.
}

func tag(s matter.State) *ui.TagArgs {
	tone := map[matter.State]ui.Tone{matter.Closed: ui.Good, matter.Handled: ui.Warn, matter.Returned: ui.Warn, matter.Reopened: ui.Warn}[s]
	if tone == "" {
		tone = ui.Info
	}
	return &ui.TagArgs{Label: i18n.T("matter.state." + string(s)), Tone: tone} //i18n:dynamic matter.state.
}

// due is where the clock with a limit stands; nil when none runs.
func due(limitAt int64, now time.Time) *ui.DueArgs {
	if limitAt == 0 {
		return nil
	}
	limit := time.UnixMilli(limitAt)
	left := limit.Sub(now)
	d := &ui.DueArgs{Kind: ui.DueLeft, Days: int(left / (24 * time.Hour)), At: limit.In(calendar.Zone).Format("2006-01-02 15:04")}
	switch {
	case left <= 0:
		d.Kind, d.Days = ui.DueLate, max(1, int(-left/(24*time.Hour)))
	case left < 24*time.Hour:
		d.Kind = ui.DueToday
	case left < 2*24*time.Hour:
		d.Kind = ui.DueSoon
	}
	return d
}

type matterPage struct {
	ui.PhoneArgs
	matter.Page
	Key    string
	Place  string
	Where  string
	Tag    ui.TagArgs
	Due    *ui.DueArgs
	Steps  []ui.Step
	Events []ui.Event
	Acts   []act
	Wrong  []ui.FieldError
}

type act struct {
	Path, Label string
	Kind        ui.ButtonKind
	Field       *ui.FieldArgs
}

// matter is one matter on the phone: where it is, what happened, what one can
// do.
func (p *Pages) matter(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.show(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, s *gate.Session, tried string, wrong map[string]string, status int) error {
	page, err := p.Matters.Get(r.Context(), s.Actor, matter.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	m := page.Matter
	g := matterPage{PhoneArgs: p.frame(r, s, i18n.T("matter.category."+m.Category), ""), Page: page, Key: gate.NewKey(), Where: progress(m), Tag: *tag(m.State),
		Place: gridName(x.FullName(m.Path), m.Path) + " " + m.Place}
	g.Back = &ui.LinkArgs{Label: i18n.T("field.home.mine"), Href: "/m/matters"}
	if !page.Mine {
		g.Back = &ui.LinkArgs{Label: i18n.T("field.tab.todo"), Href: "/m/todo"}
	}
	switch done := r.URL.Query().Get("done"); done {
	case "1":
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Good, Text: i18n.T("field.report.sent", "number", m.Number), Dismiss: true})
	case "confirm", "reopen", "resubmit", "accept", "handle", "send_up", "return", "comment":
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Good, Text: i18n.T("field.done." + done), Dismiss: true}) //i18n:dynamic field.done.
	}
	g.Steps = steps(m)
	for _, c := range page.Clocks {
		if c.StoppedAt == 0 {
			g.Due = due(c.LimitAt(), p.Now())
		}
	}
	for i := len(page.Events) - 1; i >= 0; i-- {
		e := page.Events[i]
		who := i18n.T("staff.matter.system")
		if k := actor.Kind(e.Kind); k != actor.System {
			who = i18n.T("account.kind."+e.Kind) + " " + e.Name //i18n:dynamic account.kind.
		}
		tone := ui.Info
		if e.Act == matter.Warn || e.Act == matter.Supervise {
			tone = ui.Bad
		}
		g.Events = append(g.Events, ui.Event{At: time.UnixMilli(e.At).In(calendar.Zone).Format("01-02 15:04"), Title: i18n.T("matter.act." + string(e.Act)), Who: who, Text: e.Text, Tone: tone}) //i18n:dynamic matter.act.
	}
	g.Acts = acts(page, s.Actor)
	for i := range g.Acts {
		if f := g.Acts[i].Field; f != nil && g.Acts[i].Path == tried {
			f.Error, f.Value = wrong["text"], gate.Trim(r, "text")
			g.Wrong = ui.Errors(*f)
		}
	}
	return gate.RenderCode(w, r, status, matterView(g))
}

// steps is the way of a matter, like a parcel's: reported, accepted, handled,
// confirmed.
func steps(m matter.Matter) []ui.Step {
	who := gate.Kind(actor.AtLevel(int(m.Level)))
	all := []ui.Step{{Label: i18n.T("field.step.reported")}, {Label: i18n.T("field.step.accepted", "who", who)}, {Label: i18n.T("field.step.handled")}, {Label: i18n.T("field.step.confirmed")}}
	at := map[matter.State]int{matter.Reported: 1, matter.Returned: 1, matter.Accepted: 2, matter.Reopened: 2, matter.Handled: 3, matter.Closed: 4}[m.State]
	for i := range all {
		switch {
		case i < at:
			all[i].State = ui.StepDone
		case i == at:
			all[i].State = ui.StepCurrent
		}
	}
	return all
}

// acts lists what this actor can do now; the guard decides again.
func acts(page matter.Page, by actor.Actor) []act {
	m, owner := page.Matter, int64(by.Kind.Level()) == page.Matter.Level
	var out []act
	add := func(a matter.Act, path, label string, k ui.ButtonKind, words string, ok bool) {
		if !ok || !m.Can(a) {
			return
		}
		one := act{Path: path, Label: i18n.T(label), Kind: k}
		if words != "" {
			one.Field = &ui.FieldArgs{Name: "text", ID: "f-" + path, Label: i18n.T(words), Kind: ui.TextArea, Required: true, Max: 2000}
		}
		out = append(out, one)
	}
	add(matter.Confirm, "confirm", "staff.matter.confirm", ui.Primary, "", page.Mine)
	add(matter.Reopen, "reopen", "staff.matter.reopen", ui.Secondary, "staff.matter.reopen_words", page.Mine)
	add(matter.Resubmit, "resubmit", "field.matter.resubmit", ui.Primary, "field.matter.resubmit_words", page.Mine)
	add(matter.Accept, "accept", "staff.matter.accept", ui.Primary, "", owner && policy.May(by, policy.MatterAccept))
	add(matter.Handle, "handle", "staff.matter.handle", ui.Primary, "staff.matter.handle_words", owner && policy.May(by, policy.MatterHandle))
	add(matter.SendUp, "send-up", "staff.matter.send_up", ui.Secondary, "staff.matter.send_up_words", owner && policy.May(by, policy.MatterSendUp))
	add(matter.Return, "return", "staff.matter.return", ui.Secondary, "staff.matter.return_words", owner && policy.May(by, policy.MatterReturn))
	add(matter.Comment, "comment", "staff.matter.comment", ui.Secondary, "staff.matter.comment_words", page.Mine || policy.May(by, policy.MatterComment))
	return out
}

func (p *Pages) act(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, key, text := matter.ID(r.PathValue("id")), gate.Key(r), gate.Trim(r, "text")
	ctx, by := r.Context(), s.Actor
	run, ok := map[string]func() (matter.Matter, error){
		"confirm":  func() (matter.Matter, error) { return p.Matters.Confirm(ctx, by, key, id, true, text) },
		"reopen":   func() (matter.Matter, error) { return p.Matters.Confirm(ctx, by, key, id, false, text) },
		"resubmit": func() (matter.Matter, error) { return p.Matters.Resubmit(ctx, by, key, id, text) },
		"accept":   func() (matter.Matter, error) { return p.Matters.Accept(ctx, by, key, id) },
		"handle":   func() (matter.Matter, error) { return p.Matters.Handle(ctx, by, key, id, text) },
		"send-up":  func() (matter.Matter, error) { return p.Matters.SendUp(ctx, by, key, id, text) },
		"return":   func() (matter.Matter, error) { return p.Matters.Return(ctx, by, key, id, text) },
		"comment":  func() (matter.Matter, error) { return p.Matters.Comment(ctx, by, key, id, text) },
	}[r.PathValue("act")]
	if !ok {
		return fault.New(fault.NotFound, "gate.no_page")
	}
	_, err := run()
	if wrong, bad := gate.Invalid(err); bad {
		return p.show(w, r, s, r.PathValue("act"), wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/m/matters/"+string(id)+"?done="+strings.ReplaceAll(r.PathValue("act"), "-", "_"))
}

package staff

import (
	"io"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type mattersPage struct {
	ui.OfficeArgs
	Tabs  ui.TabBarArgs
	Table ui.TableArgs
}

// matters is the to-do list: what has waited longest first.
func (p *Pages) matters(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := r.URL.Query()
	f := matter.Filter{Overdue: q.Get("overdue") == "1", Mine: q.Get("mine") == "1", Under: q.Get("at"), Limit: 50}
	if q.Get("own") == "1" {
		f.Level = int64(s.Actor.Kind.Level())
	}
	f.AfterAt, f.After = cursor(q.Get("after"))
	lines, err := p.Matters.List(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	n, err := p.Matters.Counts(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := mattersPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.matters"), "/matters"), Tabs: ui.TabBarArgs{Label: i18n.T("staff.menu.matters")}}
	tab := func(label, href string, count int64, on bool) {
		g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: i18n.T(label), Href: href, Count: int(count), Current: on})
	}
	tab("staff.matters.open", "/matters", n.Open, !f.Overdue && !f.Mine && f.Level == 0)
	if s.Actor.Kind.Level() > 1 {
		tab("staff.matters.own", "/matters?own=1", n.Mine, f.Level > 0)
	}
	tab("staff.matters.overdue", "/matters?overdue=1", n.Overdue, f.Overdue)
	tab("staff.matters.mine", "/matters?mine=1", n.ToConfirm, f.Mine)
	next := ""
	if len(lines) == f.Limit {
		last := lines[len(lines)-1]
		next = cursorText(last.LevelSince, string(last.ID))
	}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.menu.matters"), Pager: p.more(r, next), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.col.matter_no"), Code: true}, {Label: i18n.T("staff.col.category")}, {Label: i18n.T("staff.col.text"), Wide: true}, {Label: i18n.T("staff.col.grid")}, {Label: i18n.T("staff.col.hands")}, {Label: i18n.T("staff.col.state")}, {Label: i18n.T("staff.col.due")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.matters.none"), Hint: i18n.T("staff.matters.none_hint"), Icon: ui.IconGood}}
	for _, l := range lines {
		href := "/matters/" + string(l.ID)
		row := ui.Row{Cells: []templ.Component{
			ui.LinkTo(l.Number, href), ui.Text(i18n.T("matter.category." + l.Category)), ui.Text(clip(l.Text, 48)), ui.Text(x.FullName(l.Path)), ui.Text(level(l.Level)), ui.Tag(*matterTag(l.State)), dueCell(l, p.Now()), //i18n:dynamic matter.category.
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}}
		if d := due(l, p.Now()); d != nil && d.Kind == ui.DueLate {
			row.Late = true
		}
		g.Table.Rows = append(g.Table.Rows, row)
	}
	return gate.Render(w, r, mattersView(g))
}

func dueCell(l matter.Line, now time.Time) templ.Component {
	if d := due(l, now); d != nil {
		return ui.Due(*d)
	}
	return ui.Text("")
}

// due is where the seven-day clock of a matter stands; nil when none runs.
func due(l matter.Line, now time.Time) *ui.DueArgs {
	if l.LimitAt == 0 {
		return nil
	}
	limit := time.UnixMilli(l.LimitAt)
	left := limit.Sub(now)
	d := &ui.DueArgs{At: limit.In(calendar.Zone).Format("2006-01-02 15:04")}
	days := int(left / (24 * time.Hour))
	switch {
	case left <= 0:
		d.Kind, d.Days = ui.DueLate, -days
		if d.Days == 0 {
			d.Days = 1
		}
	case left < 24*time.Hour:
		d.Kind = ui.DueToday
	case left < deadline.Limit/5:
		d.Kind, d.Days = ui.DueSoon, days
	default:
		d.Kind, d.Days = ui.DueLeft, days
	}
	return d
}

func matterTag(s matter.State) *ui.TagArgs {
	tone := map[matter.State]ui.Tone{matter.Reported: ui.Info, matter.Accepted: ui.Info, matter.Returned: ui.Warn, matter.Handled: ui.Warn, matter.Reopened: ui.Warn, matter.Closed: ui.Good}[s]
	return &ui.TagArgs{Label: i18n.T("matter.state." + string(s)), Tone: tone} //i18n:dynamic matter.state.
}

type matterPage struct {
	ui.OfficeArgs
	matter.Page
	Key      string
	Facts    []ui.Item
	Events   []ui.Event
	Explain  []string
	Due      *ui.DueArgs
	Acts     []matterAct
	Orders   []orderPanel
	Wrong    []ui.FieldError
	TextArea ui.FieldArgs
}

type matterAct struct {
	Act   string
	Label string
	Kind  ui.ButtonKind
	Field *ui.FieldArgs // the words it needs
}

type orderPanel struct {
	matter.Order
	Answer *ui.FieldArgs
	Close  bool
	State  ui.TagArgs
}

// matter is one matter with everything that happened to it.
func (p *Pages) matter(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showMatter(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showMatter(w http.ResponseWriter, r *http.Request, s *gate.Session, act string, wrong map[string]string, status int) error {
	page, err := p.Matters.Get(r.Context(), s.Actor, matter.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	m := page.Matter
	g := matterPage{OfficeArgs: p.frame(r, s, i18n.T("matter.category."+m.Category), "/matters"), Page: page, Key: gate.NewKey(), Explain: page.Explain(p.Now())}
	g.Sub = m.Number
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.matters"), Href: "/matters"}}
	for _, c := range page.Clocks {
		if c.StoppedAt == 0 {
			g.Due = due(matter.Line{LimitAt: c.LimitAt()}, p.Now())
		}
	}
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.col.state"), Value: ui.Tag(*matterTag(m.State))}, {Label: i18n.T("staff.col.hands"), Text: level(m.Level)},
		{Label: i18n.T("staff.col.grid"), Text: x.FullName(m.Path) + " " + m.Place}, {Label: i18n.T("staff.matter.reported"), Text: m.ReporterName + " " + at(m.ReportedAt)},
		{Label: i18n.T("staff.col.text"), Text: m.Text, Wide: true},
	}
	if m.Result != "" {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.matter.result"), Text: m.Result, Wide: true})
	}
	g.Events = timeline(page.Events)
	g.Acts = matterActs(page, s.Actor)
	for i := range g.Acts {
		if g.Acts[i].Act == act && g.Acts[i].Field != nil {
			g.Acts[i].Field.Error, g.Acts[i].Field.Value = wrong["text"], gate.Trim(r, "text")
			g.Wrong = ui.Errors(*g.Acts[i].Field)
		}
	}
	g.Orders = orderPanels(page, s.Actor)
	return gate.RenderCode(w, r, status, matterView(g))
}

func timeline(events []matter.Event) []ui.Event {
	var out []ui.Event
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		u := ui.Event{At: at(e.At), Title: i18n.T("matter.act." + string(e.Act)), Text: e.Text, Who: e.Name} //i18n:dynamic matter.act.
		switch e.Act {
		case matter.Warn, matter.Supervise:
			u.Tone, u.Who = ui.Bad, i18n.T("staff.matter.system")
		case matter.Notice:
			u.Tone, u.Who = ui.Warn, i18n.T("staff.matter.system")
		case matter.Handle, matter.Confirm:
			u.Tone = ui.Good
		default:
			u.Tone = ui.Info
		}
		if k := actor.Kind(e.Kind); k != actor.System {
			u.Who = gate.Kind(k) + " " + e.Name
		}
		out = append(out, u)
	}
	return out
}

// matterActs lists what this actor can do with the matter now. The guard
// decides again when it is done.
func matterActs(page matter.Page, by actor.Actor) []matterAct {
	m := page.Matter
	owner := int64(by.Kind.Level()) == m.Level
	var out []matterAct
	add := func(a matter.Act, path, label string, k ui.ButtonKind, words string, ok bool) {
		if !ok || !m.Can(a) {
			return
		}
		act := matterAct{Act: path, Label: i18n.T(label), Kind: k}
		if words != "" {
			act.Field = &ui.FieldArgs{Name: "text", ID: "f-" + path, Label: i18n.T(words), Kind: ui.TextArea, Required: true, Max: 2000}
		}
		out = append(out, act)
	}
	add(matter.Accept, "accept", "staff.matter.accept", ui.Primary, "", owner && policy.May(by, policy.MatterAccept))
	add(matter.Handle, "handle", "staff.matter.handle", ui.Primary, "staff.matter.handle_words", owner && policy.May(by, policy.MatterHandle))
	add(matter.SendUp, "send-up", "staff.matter.send_up", ui.Secondary, "staff.matter.send_up_words", owner && policy.May(by, policy.MatterSendUp))
	add(matter.Return, "return", "staff.matter.return", ui.Secondary, "staff.matter.return_words", owner && policy.May(by, policy.MatterReturn))
	add(matter.Confirm, "confirm", "staff.matter.confirm", ui.Primary, "", page.Mine)
	add(matter.Reopen, "reopen", "staff.matter.reopen", ui.Secondary, "staff.matter.reopen_words", page.Mine)
	add(matter.Comment, "comment", "staff.matter.comment", ui.Secondary, "staff.matter.comment_words", policy.May(by, policy.MatterComment))
	return out
}

func orderPanels(page matter.Page, by actor.Actor) []orderPanel {
	var out []orderPanel
	for _, o := range page.Orders {
		op := orderPanel{Order: o, State: ui.TagArgs{Label: i18n.T("staff.order.waiting"), Tone: ui.Bad}}
		switch {
		case o.ClosedAt != 0:
			op.State = ui.TagArgs{Label: i18n.T("staff.order.closed"), Tone: ui.Good}
		case o.AnsweredAt != 0:
			op.State = ui.TagArgs{Label: i18n.T("staff.order.answered"), Tone: ui.Info}
			op.Close = policy.May(by, policy.OrderClose)
		case int64(by.Kind.Level()) == o.Level && policy.May(by, policy.OrderAnswer):
			op.Answer = &ui.FieldArgs{Name: "text", ID: "f-order-" + o.ID, Label: i18n.T("staff.order.answer"), Kind: ui.TextArea, Required: true, Max: 2000}
		}
		out = append(out, op)
	}
	return out
}

// matterAct runs one act from the matter's page.
func (p *Pages) matterAct(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, key, text := matter.ID(r.PathValue("id")), gate.Key(r), gate.Trim(r, "text")
	ctx, by := r.Context(), s.Actor
	acts := map[string]struct {
		done string
		run  func() (matter.Matter, error)
	}{
		"accept":  {"accepted", func() (matter.Matter, error) { return p.Matters.Accept(ctx, by, key, id) }},
		"comment": {"commented", func() (matter.Matter, error) { return p.Matters.Comment(ctx, by, key, id, text) }},
		"return":  {"returned", func() (matter.Matter, error) { return p.Matters.Return(ctx, by, key, id, text) }},
		"send-up": {"sent_up", func() (matter.Matter, error) { return p.Matters.SendUp(ctx, by, key, id, text) }},
		"handle":  {"handled", func() (matter.Matter, error) { return p.Matters.Handle(ctx, by, key, id, text) }},
		"confirm": {"closed", func() (matter.Matter, error) { return p.Matters.Confirm(ctx, by, key, id, true, text) }},
		"reopen":  {"commented", func() (matter.Matter, error) { return p.Matters.Confirm(ctx, by, key, id, false, text) }},
	}
	a, ok := acts[r.PathValue("act")]
	if !ok {
		return fault.New(fault.NotFound, "gate.no_page")
	}
	_, err := a.run()
	if wrong, ok := gate.Invalid(err); ok {
		return p.showMatter(w, r, s, r.PathValue("act"), wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/matters/"+string(id)+"?done="+a.done)
}

type ordersPage struct {
	ui.OfficeArgs
	Tabs  ui.TabBarArgs
	Table ui.TableArgs
}

// orders is the centre's list of warnings with their supervision orders.
func (p *Pages) orders(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	all := r.URL.Query().Get("all") == "1"
	const limit = 50
	lines, err := p.Matters.Orders(r.Context(), s.Actor, all, r.URL.Query().Get("after"), limit)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := ordersPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.orders"), "/orders"), Tabs: ui.TabBarArgs{Label: i18n.T("staff.menu.orders"), Items: []ui.TabItem{
		{Label: i18n.T("staff.order.open"), Href: "/orders", Current: !all}, {Label: i18n.T("staff.all"), Href: "/orders?all=1", Current: all},
	}}}
	next := ""
	if len(lines) == limit {
		next = lines[limit-1].ID
	}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.menu.orders"), Pager: p.more(r, next), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.col.order_no"), Code: true}, {Label: i18n.T("staff.col.matter_no"), Code: true}, {Label: i18n.T("staff.col.category")}, {Label: i18n.T("staff.col.grid")}, {Label: i18n.T("staff.col.hands")}, {Label: i18n.T("staff.col.warned")}, {Label: i18n.T("staff.col.answer_due"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.order.none"), Hint: i18n.T("staff.order.none_hint"), Icon: ui.IconGood}}
	for _, l := range lines {
		st := orderPanels(matter.Page{Orders: []matter.Order{l.Order}}, actor.Actor{})[0].State
		g.Table.Rows = append(g.Table.Rows, ui.Row{Late: l.AnsweredAt == 0, Cells: []templ.Component{
			ui.LinkTo(l.Number, "/matters/"+string(l.MatterID)), ui.Text(l.MatterNumber), ui.Text(i18n.T("matter.category." + l.Category)), ui.Text(x.FullName(l.Path)), ui.Text(level(l.Level)), //i18n:dynamic matter.category.
			ui.Two(at(l.WarnedAt), i18n.T("staff.order.told", "level", level(l.Told))), ui.Text(l.AnswerDue), ui.Tag(st),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.order.print"), Href: "/orders/" + l.ID + "/order.pdf"}, {Label: i18n.T("staff.see"), Href: "/matters/" + string(l.MatterID)}}})
	}
	return gate.Render(w, r, ordersView(g))
}

func (p *Pages) orderPDF(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return pdf(w, "order.pdf", func(w2 io.Writer) error { return p.Matters.OrderPDF(r.Context(), s.Actor, r.PathValue("id"), w2) })
}

func (p *Pages) orderAct(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	var run func(by actor.Actor, key db.Key, id string) (matter.Order, error)
	done := "answered"
	switch r.PathValue("act") {
	case "answer":
		run = func(by actor.Actor, key db.Key, id string) (matter.Order, error) {
			return p.Matters.AnswerOrder(r.Context(), by, key, id, gate.Trim(r, "text"))
		}
	case "close":
		done = "closed"
		run = func(by actor.Actor, key db.Key, id string) (matter.Order, error) {
			return p.Matters.CloseOrder(r.Context(), by, key, id)
		}
	default:
		return fault.New(fault.NotFound, "gate.no_page")
	}
	o, err := run(s.Actor, gate.Key(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return gate.See(w, r, "/matters/"+string(o.MatterID)+"?done="+done)
}

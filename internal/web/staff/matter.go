package staff

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/household"
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
	New   templ.Component // the way to report one; nil for who may not
}

// matters is the to-do list: what has waited longest first.
func (p *Pages) matters(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := r.URL.Query()
	f := matter.Filter{Overdue: q.Get("overdue") == "1", Mine: q.Get("mine") != "", Waiting: q.Get("mine") == "waiting", Under: q.Get("at"), Limit: 50,
		Untold: q.Get("untold") == "1", Seen: q.Get("seen") == "1", SentOut: q.Get("sent") == "1", Countys: q.Get("county") == "1", Asked: q.Get("asked") == "1", Of: household.ID(q.Get("household"))}
	if q.Get("own") == "1" || f.SentOut {
		f.Level = int64(s.Actor.Kind.Level())
	}
	office := slices.Contains(matter.Units, s.Actor.Kind) // sees what it has been handed, and its own
	f.Handed = office && !f.Mine && f.Of == ""
	f.AfterAt, f.After = gate.Cursor(q.Get("after"))
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
	if policy.May(s.Actor, policy.MatterReport) {
		g.New = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.matters.new"), Href: "/matters/new", Kind: ui.Primary, Small: true, Icon: ui.IconPlus})
	}
	tab := func(label, href string, count int64, on bool) {
		g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: i18n.T(label), Href: href, Count: int(count), Current: on})
	}
	if office {
		tab("staff.matters.handed", "/matters", n.Handed, f.Handed)
	} else {
		tab("staff.matters.open", "/matters", n.Open, !f.Overdue && !f.Mine && !f.Untold && !f.Seen && !f.Countys && !f.Asked && f.Level == 0 && f.Of == "")
	}
	if s.Actor.Kind == actor.CountyCentre {
		tab("staff.matters.county", "/matters?county=1", n.Countys, f.Countys)
	}
	if s.Actor.Kind.Level() > 1 {
		tab("staff.matters.own", "/matters?own=1", n.Mine, f.Level > 0 && !f.SentOut)
		if n.SentOut > 0 || f.SentOut {
			tab("staff.matters.sent_out", "/matters?sent=1", n.SentOut, f.SentOut)
		}
		tab("staff.matters.untold", "/matters?untold=1", n.Untold, f.Untold)
		if n.Asked > 0 || f.Asked {
			tab("staff.matters.asked", "/matters?asked=1", n.Asked, f.Asked)
		}
	}
	if !office {
		tab("staff.matters.overdue", "/matters?overdue=1", n.Overdue, f.Overdue)
	}
	if n.Seen > 0 || f.Seen {
		tab("staff.matters.seen", "/matters?seen=1", n.Seen, f.Seen)
	}
	tab("staff.matters.waiting", "/matters?mine=waiting", n.ToConfirm, f.Waiting)
	tab("staff.matters.mine", "/matters?mine=1", 0, f.Mine && !f.Waiting) // closed ones too: nothing that waits
	if f.Of != "" {
		tab("staff.matters.of_household", "/matters?household="+url.QueryEscape(string(f.Of)), 0, true)
	}
	next := ""
	if len(lines) == f.Limit {
		last := lines[len(lines)-1]
		next = gate.CursorText(last.LevelSince, string(last.ID))
	}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.menu.matters"), Pager: live(gate.More(r, "/matters", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.col.matter_no"), Code: true}, {Label: i18n.T("staff.col.category")}, {Label: i18n.T("staff.col.text"), Wide: true}, {Label: i18n.T("staff.col.grid")}, {Label: i18n.T("staff.col.hands")}, {Label: i18n.T("staff.col.state")}, {Label: i18n.T("staff.col.due")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.matters.none"), Hint: i18n.T("staff.matters.none_hint"), Icon: ui.IconGood}}
	for _, l := range lines {
		href, due := "/matters/"+string(l.ID), gate.LineDue(l, p.Now())
		row := ui.Row{Cells: []templ.Component{
			ui.LinkTo(l.Number, href), ui.Text(i18n.T("matter.category." + l.Category)), ui.Text(clip(l.Text, 48)), ui.Text(x.FullName(l.Path)), ui.Text(level(l.Level)), ui.Tag(*gate.MatterTag(l.State)), dueCell(due), //i18n:dynamic matter.category.
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}, Late: due != nil && due.Kind == ui.DueLate}
		g.Table.Rows = append(g.Table.Rows, row)
	}
	return gate.Render(w, r, mattersView(g))
}

func dueCell(d *ui.DueArgs) templ.Component {
	if d == nil {
		return ui.Text("")
	}
	return ui.Due(*d)
}

type ordersPage struct {
	ui.OfficeArgs
	Tabs  ui.TabBarArgs
	Table ui.TableArgs
}

// orders is the centre's list of warnings with their supervision orders.
func (p *Pages) orders(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	show := matter.OpenOrders
	for _, other := range []string{matter.WaitingOrders, matter.AllOrders} {
		if r.URL.Query().Get(other) == "1" {
			show = other
		}
	}
	const limit = 50
	lines, err := p.Matters.Orders(r.Context(), s.Actor, show, r.URL.Query().Get("after"), limit)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := ordersPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.orders"), "/orders"), Tabs: ui.TabBarArgs{Label: i18n.T("staff.menu.orders"), Items: []ui.TabItem{
		{Label: i18n.T("staff.order.open"), Href: "/orders", Current: show == matter.OpenOrders}, {Label: i18n.T("staff.order.waiting"), Href: "/orders?waiting=1", Current: show == matter.WaitingOrders},
		{Label: i18n.T("staff.all"), Href: "/orders?all=1", Current: show == matter.AllOrders},
	}}}
	next := ""
	if len(lines) == limit {
		next = lines[limit-1].ID
	}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.menu.orders"), Pager: live(gate.More(r, "/orders", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.col.order_no"), Code: true}, {Label: i18n.T("staff.col.matter_no"), Code: true}, {Label: i18n.T("staff.col.category")}, {Label: i18n.T("staff.col.grid")}, {Label: i18n.T("staff.col.hands")}, {Label: i18n.T("staff.col.warned")}, {Label: i18n.T("staff.col.answer_due"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.order.none"), Hint: i18n.T("staff.order.none_hint"), Icon: ui.IconGood}}
	today := calendar.On(p.Now())
	for _, l := range lines {
		st := orderPanels(matter.Page{Orders: []matter.Order{l.Order}}, actor.Actor{})[0].State
		g.Table.Rows = append(g.Table.Rows, ui.Row{Late: l.AnsweredAt == 0 && calendar.Date(l.AnswerDue) < today, Cells: []templ.Component{
			ui.LinkTo(l.Number, "/matters/"+string(l.MatterID)), ui.Text(l.MatterNumber), ui.Text(i18n.T("matter.category." + l.Category)), ui.Text(x.FullName(l.Path)), ui.Text(level(l.Level)), //i18n:dynamic matter.category.
			ui.Two(gate.At(l.WarnedAt), i18n.T("staff.order.told", "level", level(l.Told))), ui.Text(gate.Expected(l.AnswerDue, l.Expected)), ui.Tag(st),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.order.print"), Href: "/orders/" + l.ID + "/order.pdf"}, {Label: i18n.T("staff.see"), Href: "/matters/" + string(l.MatterID)}}})
	}
	return gate.Render(w, r, ordersView(g))
}

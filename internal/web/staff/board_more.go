package staff

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/policy"
	"anju/internal/request"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// boardScreen is the command screen. It refreshes its counts by a stream.
func (p *Pages) boardScreen(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	b, err := p.Overview.Board(r.Context(), s.Actor, r.URL.Query().Get("at"), "month")
	if err != nil {
		return err
	}
	now, err := p.Overview.Live(r.Context(), s.Actor, b.Path)
	if err != nil {
		return err
	}
	l := boardLinks{at: b.Path, period: "month", lists: p.links(r, s, b).lists}
	charts := boardCharts(b, l)
	at := url.QueryEscape(b.Path)
	page := ui.ScreenArgs{PageArgs: p.frame(r, s, i18n.T("staff.board.screen_title", "name", b.Name), "/board").PageArgs, Area: b.Name, Date: calendar.On(p.Now()).Chinese(),
		Live: "/board/live?at=" + at, Back: "/board?at=" + at}
	page.Charts = true
	stat := func(key string, n int64, live, what string, tone ui.Tone) {
		page.Stats = append(page.Stats, ui.ScreenStat{Key: live, Stat: ui.Stat{Label: i18n.T("staff.board." + key), Value: count(n), Unit: i18n.T("staff.unit.matters"), Href: l.list(b.Path, what), Tone: tone}}) //i18n:dynamic staff.board.
	}
	stat("today_reported", now.Reported, "reported", "reported", ui.Neutral)
	stat("today_closed", now.Closed, "closed", "closed", ui.Neutral)
	stat("open", now.Open, "open", "open", ui.Neutral)
	stat("overdue", now.Overdue, "overdue", "overdue", ui.Bad)
	page.Stats = append(page.Stats, ui.ScreenStat{Stat: ui.Stat{Label: i18n.T("staff.board.on_time"), Value: ratio(b.Total.OnTimeRate()), Href: l.list(b.Path, "late")}})
	page.Stats = append(page.Stats, ui.ScreenStat{Stat: ui.Stat{Label: i18n.T("staff.board.village"), Value: ratio(b.Total.InVillage()), Href: l.list(b.Path, "village")}})
	page.Left, page.Mid, page.Right = charts[:1], charts[1:2], charts[2:]
	return gate.Render(w, r, ui.ScreenPage(page))
}

// A stream ends by itself after a while and the screen asks for another: who
// is no longer allowed is asked to sign in then, and the server can stop.
const (
	streamFor   = 15 * time.Second
	streamEvery = 3 * time.Second
)

// boardLive streams the counts of an area when they change, as server-sent
// events. There is nothing of anybody in them.
func (p *Pages) boardLive(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	now, err := p.Overview.Live(r.Context(), s.Actor, r.URL.Query().Get("at"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	fmt.Fprint(w, "retry: 2000\n")
	end, tick := time.NewTimer(streamFor), time.NewTicker(streamEvery)
	defer end.Stop()
	defer tick.Stop()
	for last := (overview.Now{}); ; {
		told := now
		told.At = 0
		if told != last || last == (overview.Now{}) {
			last = told
			data, err := json.Marshal(now)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "event: now\ndata: %s\n\n", data)
			if err := out.Flush(); err != nil {
				return nil // nobody is there any more
			}
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-end.C:
			return nil
		case <-tick.C:
		}
		if now, err = p.Overview.Live(r.Context(), s.Actor, r.URL.Query().Get("at")); err != nil {
			return nil // the next stream says why
		}
	}
}

// boardBrief is the one-page weekly brief of a town.
func (p *Pages) boardBrief(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return pdf(w, "brief.pdf", func(out io.Writer) error {
		return p.Overview.BriefPDF(r.Context(), s.Actor, r.URL.Query().Get("at"), out)
	})
}

type boardPublicPage struct {
	ui.OfficeArgs
	Table ui.ChartArgs
}

// boardPublic is the table that may be hung out or put on the county's page:
// small numbers are not said, so that nobody can be made out.
func (p *Pages) boardPublic(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	b, err := p.Overview.Board(r.Context(), s.Actor, r.URL.Query().Get("at"), "last")
	if err != nil {
		return err
	}
	g := boardPublicPage{OfficeArgs: p.frame(r, s, i18n.T("staff.board.public_title", "name", b.Name, "month", b.To), "/board")}
	g.PageArgs.Charts = true
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.board"), Href: "/board?at=" + url.QueryEscape(b.Path)}}
	g.Table = ui.ChartArgs{ID: "public", Title: g.Title, Kind: ui.BarChart, First: i18n.T("staff.board.place"), Heads: []string{i18n.T("staff.board.reported"), i18n.T("staff.board.closed")}, Empty: i18n.T("staff.board.none")}
	reported, closed := make([]int64, len(b.Below)), make([]int64, len(b.Below))
	for i, x := range b.Below {
		reported[i], closed[i] = x.Reported, x.Closed
	}
	hideR, hideC := overview.Hide(reported), overview.Hide(closed)
	cell := func(n int64, hide bool) ui.ChartCell {
		if hide {
			return ui.ChartCell{Text: i18n.T("staff.board.few"), None: true}
		}
		return number(n, "")
	}
	for i, x := range b.Below {
		g.Table.Rows = append(g.Table.Rows, ui.ChartRow{Label: x.Name, Cells: []ui.ChartCell{cell(x.Reported, hideR[i]), cell(x.Closed, hideC[i])}})
	}
	g.Table.Rows = append(g.Table.Rows, ui.ChartRow{Label: i18n.T("staff.board.sum"), Cells: []ui.ChartCell{{Text: count(b.Total.Reported), None: true}, {Text: count(b.Total.Closed), None: true}}})
	return gate.Render(w, r, boardPublicView(g))
}

type boardFramePage struct {
	ui.OfficeArgs
	Parts []framePart
}

type framePart struct {
	Title, Hint string
	Stats       ui.StatsArgs
}

// boardFrame is the county's own frame, 54321: what stands for each in this
// system, with the list behind each figure. What is not kept here is said to
// be so, and has no figure.
func (p *Pages) boardFrame(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	f, err := p.Overview.Frame(r.Context(), s.Actor, r.URL.Query().Get("at"))
	if err != nil {
		return err
	}
	g := boardFramePage{OfficeArgs: p.frame(r, s, i18n.T("staff.board.frame_title", "name", f.Name), "/board")}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.board"), Href: "/board?at=" + url.QueryEscape(f.Path)}}
	for _, part := range []string{"five", "four", "three", "two", "one"} {
		one := framePart{Title: i18n.T("staff.frame." + part), Hint: i18n.T("staff.frame." + part + "_hint")} //i18n:dynamic staff.frame.
		one.Stats.Label = one.Title
		for _, n := range f.Figures {
			if n.Part == part {
				stat := ui.Stat{Label: i18n.T("staff.frame." + n.Key), Value: count(n.N)} //i18n:dynamic staff.frame.
				if n.Open(s.Actor) {
					stat.Href = n.Href
				}
				one.Stats.Items = append(one.Stats.Items, stat)
			}
		}
		g.Parts = append(g.Parts, one)
	}
	return gate.Render(w, r, boardFrameView(g))
}

// boardHelped are the applications that the third promise counts: those that wait
// for a decision, or those that have one. Nobody is named.
func (p *Pages) boardHelped(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	q := r.URL.Query()
	under, decided := q.Get("at"), q.Get("decided") == "1"
	all, err := p.Overview.Applications(r.Context(), s.Actor, under, decided, q.Get("after"), limit)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	next := ""
	if len(all) == limit {
		next = all[limit-1].Cursor()
	}
	g := p.sheet(r, s, i18n.T("staff.helped.title"), "/board")
	g.Sub = i18n.T("staff.helped.sub")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.board"), Href: "/board?at=" + url.QueryEscape(under)}}
	link := func(decided string) string {
		return "/board/helped?" + url.Values{"at": {under}, "decided": {decided}}.Encode()
	}
	g.Tabs = ui.TabBarArgs{Label: g.Title, Items: []ui.TabItem{{Label: i18n.T("staff.helped.waiting"), Href: link("0"), Current: !decided}, {Label: i18n.T("staff.helped.decided"), Href: link("1"), Current: decided}}}
	t := ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.helped.kind")}, {Label: i18n.T("staff.helped.number"), Code: true}, {Label: i18n.T("staff.board.place"), Wide: true}, {Label: i18n.T("staff.helped.on"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.helped.none"), Hint: i18n.T("staff.board.list_none_hint"), Icon: ui.IconGood}, Pager: gate.More(r, "/board/helped", "after", next)}
	for _, a := range all {
		kind, state, may := i18n.T("staff.helped.request"), requestTag(request.State(a.State)), policy.RequestApprove
		if a.Noun == "booklet" {
			kind, state, may = i18n.T("staff.helped.booklet"), *bookletTag(booklet.State(a.State)), policy.BookletRead
		}
		row := ui.Row{Cells: []templ.Component{ui.Text(kind), ui.Text(a.Number), ui.Text(x.GridName(a.Path)), ui.Text(string(calendar.On(time.UnixMilli(a.At)))), ui.Tag(state)}}
		if policy.May(s.Actor, may) {
			row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: "/" + a.Noun + "s/" + a.ID}}
		}
		t.Rows = append(t.Rows, row)
	}
	order := i18n.T("staff.helped.oldest")
	if decided {
		order = i18n.T("staff.helped.by_place")
	}
	g.Panels = []sheetPanel{{Title: g.Title, Sub: order, Table: &t}}
	return g.render(w, r, "", nil)
}

package staff

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type boardPage struct {
	ui.OfficeArgs
	Tabs   ui.TabBarArgs
	Stats  ui.StatsArgs
	Charts []ui.ChartArgs
	Rules  []string
	Links  []ui.ButtonArgs
}

// boardLinks makes the addresses behind the numbers of a board; who may not
// read matters has none.
type boardLinks struct {
	at, period string
	lists      bool
	visits     bool // may see who has been visited
}

func (b boardLinks) board(at string) string { return "/board?" + b.query(at, "").Encode() }

func (b boardLinks) query(at, what string) url.Values {
	q := url.Values{"at": {at}, "period": {b.period}}
	if what != "" {
		q.Set("what", what)
	}
	return q
}

// list is the list behind a number of an area; "" for none.
func (b boardLinks) list(at, what string) string {
	if !b.lists {
		return ""
	}
	return "/board/list?" + b.query(at, what).Encode()
}

// ratio is a rate in words: 96.4%, or a dash of nothing.
func ratio(r overview.Rate) string {
	if r.Of == 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f%%", float64(r.N)*100/float64(r.Of))
}

func period(r *http.Request) string {
	p := r.URL.Query().Get("period")
	if !slices.Contains(overview.Periods, p) && !calendar.Date(p+"-01").Valid() {
		return overview.Periods[0]
	}
	return p
}

func (p *Pages) links(r *http.Request, s *gate.Session, b overview.Board) boardLinks {
	return boardLinks{at: b.Path, period: period(r), lists: policy.May(s.Actor, policy.MatterRead), visits: policy.May(s.Actor, policy.VisitRead)}
}

// board is what an area's matters come to: of the county, a town, a village.
func (p *Pages) board(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	at := r.URL.Query().Get("at")
	b, err := p.Overview.Board(r.Context(), s.Actor, at, period(r))
	if err != nil {
		return err
	}
	promises, err := p.Overview.Promises(r.Context(), s.Actor, b.Path, period(r))
	if err != nil {
		return err
	}
	l := p.links(r, s, b)
	g := boardPage{OfficeArgs: p.frame(r, s, i18n.T("staff.board.title", "name", b.Name), "/board")}
	g.PageArgs.Charts, g.Sub = true, i18n.T("staff.board.span", "from", b.From, "to", b.To)
	if b.Above != "" {
		g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.board.above"), Href: l.board(b.Above)}}
	}
	g.Tabs.Label = i18n.T("staff.board.period")
	for _, one := range overview.Periods {
		g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: i18n.T("staff.board.during." + one), Href: "/board?" + boardLinks{period: one}.query(b.Path, "").Encode(), Current: one == l.period}) //i18n:dynamic staff.board.during.
	}
	g.Stats = ui.StatsArgs{Label: i18n.T("staff.board.figures"), Items: append(boardStats(b, l), promiseStats(promises, l)...)}
	g.Charts = boardCharts(b, l)
	rules := []string{"on_time", "answered", "solved", "first", "level", "no_rank"}
	if len(b.Path) <= 6 {
		rules = append(rules, "own")
	}
	for _, rule := range rules {
		g.Rules = append(g.Rules, i18n.T("staff.board.rule."+rule)) //i18n:dynamic staff.board.rule.
	}
	at = url.QueryEscape(b.Path)
	g.Links = []ui.ButtonArgs{{Label: i18n.T("staff.board.screen"), Href: "/board/screen?at=" + at}, {Label: i18n.T("staff.board.frame"), Href: "/board/frame?at=" + at}, {Label: i18n.T("staff.board.public"), Href: "/board/public?at=" + at}}
	if len(b.Path) == 9 {
		g.Links = append(g.Links, ui.ButtonArgs{Label: i18n.T("staff.board.brief"), Href: "/board/brief.pdf?at=" + at, Icon: ui.IconPrint})
	}
	return gate.Render(w, r, boardView(g))
}

func count(n int64) string { return ui.Thousands(int(n)) }

// boardStats are the large numbers, each with its list.
func boardStats(b overview.Board, l boardLinks) []ui.Stat {
	t, at := b.Total, b.Path
	late := ui.Neutral
	if t.Overdue > 0 {
		late = ui.Bad
	}
	one := func(key, value, unit, what, note string) ui.Stat {
		s := ui.Stat{Label: i18n.T("staff.board." + key), Value: value, Note: note, Href: l.list(at, what)} //i18n:dynamic staff.board.
		if unit != "" {
			s.Unit = i18n.T(unit)
		}
		return s
	}
	matters := "staff.unit.matters"
	all := []ui.Stat{
		one("open", count(t.Open), matters, "open", ""),
		one("overdue", count(t.Overdue), matters, "overdue", ""),
		one("reported", count(t.Reported), matters, "reported", ""),
		one("closed", count(t.Closed), matters, "closed", i18n.T("staff.board.days", "days", fmt.Sprintf("%d.%d", t.Days()/10, t.Days()%10))),
		one("answered", ratio(t.AnsweredRate()), "", "unanswered", i18n.T("staff.board.of", "n", count(t.Answered), "of", count(t.Reported))),
		one("on_time", ratio(t.OnTimeRate()), "", "late", i18n.T("staff.board.of", "n", count(t.OnTime), "of", count(t.Due()))),
		one("first", ratio(t.FirstRate()), "", "again", i18n.T("staff.board.of", "n", count(t.First), "of", count(t.Closed))),
		one("village", ratio(t.InVillage()), "", "village", i18n.T("staff.board.village_note")),
		one("town", ratio(t.InTown()), "", "within_town", i18n.T("staff.board.town_note")),
		one("county", count(t.Level5), matters, "county", i18n.T("staff.board.county_note")),
	}
	all[1].Tone = late
	return all
}

// promiseStats are the three promises (三有三必).
func promiseStats(n overview.Promises, l boardLinks) []ui.Stat {
	at := "?" + url.Values{"at": {l.at}}.Encode()
	visits := ""
	if l.visits {
		visits = "/visits" + at
	}
	return []ui.Stat{
		{Label: i18n.T("staff.board.know"), Href: visits, Value: ratio(overview.Rate{N: n.Seen, Of: n.Households}), Note: i18n.T("staff.board.know_note", "n", count(n.Seen), "of", count(n.Households))},
		{Label: i18n.T("staff.board.solve"), Value: ratio(n.Solved), Note: i18n.T("staff.board.of", "n", count(n.Solved.N), "of", count(n.Solved.Of)), Href: l.list(l.at, "solved")},
		{Label: i18n.T("staff.board.help"), Href: "/board/helped" + at, Value: ratio(overview.Rate{N: n.Helped, Of: n.Asked}), Note: i18n.T("staff.board.help_note", "n", count(n.Helped), "of", count(n.Asked))},
	}
}

// number is a cell of a chart that opens its list.
func number(n int64, href string) ui.ChartCell {
	c := ui.ChartCell{Value: float64(n), Text: count(n)}
	if n > 0 {
		c.Href = href
	}
	return c
}

// percent is a rate as a cell.
func percent(r overview.Rate) ui.ChartCell {
	if r.Of == 0 {
		return ui.ChartCell{Text: "—", None: true}
	}
	return ui.ChartCell{Value: float64(r.N*1000/r.Of) / 10, Text: ratio(r)}
}

// boardCharts are the charts of a board, each with its table.
func boardCharts(b overview.Board, l boardLinks) []ui.ChartArgs {
	word := func(k string) string { return i18n.T("staff.board." + k) } //i18n:dynamic staff.board.
	place := word("place")
	parts := ui.ChartArgs{ID: "parts", Title: word("parts"), Kind: ui.BarChart, First: place, Heads: []string{word("open"), word("overdue"), word("reported"), word("closed")}, Empty: word("none")}
	rates := ui.ChartArgs{ID: "rates", Title: word("rates"), Kind: ui.BarChart, First: place, Heads: []string{word("answered"), word("on_time"), word("solved"), word("first")}, Empty: word("none")}
	levels := ui.ChartArgs{ID: "levels", Title: word("levels"), Kind: ui.StackChart, First: place, Heads: []string{word("in_village"), word("in_town"), word("in_county")}, Empty: word("none")}
	trend := ui.ChartArgs{ID: "trend", Title: word("trend"), Kind: ui.LineChart, First: word("month"), Heads: []string{word("reported"), word("closed"), word("closed_on_time")}, Empty: word("none")}
	for _, x := range b.Below {
		href := ""
		if len(x.Code) < 15 && !x.Apart() {
			href = l.board(x.Code)
		}
		parts.Rows = append(parts.Rows, ui.ChartRow{Label: x.Name, Href: href, Cells: []ui.ChartCell{number(x.Open, l.list(x.Code, "open")), number(x.Overdue, l.list(x.Code, "overdue")), number(x.Reported, l.list(x.Code, "reported")), number(x.Closed, l.list(x.Code, "closed"))}})
		rates.Rows = append(rates.Rows, ui.ChartRow{Label: x.Name, Href: href, Cells: []ui.ChartCell{percent(x.AnsweredRate()), percent(x.OnTimeRate()), percent(x.SolvedRate()), percent(x.FirstRate())}})
		levels.Rows = append(levels.Rows, ui.ChartRow{Label: x.Name, Href: href, Cells: []ui.ChartCell{number(x.Level2+x.Level3, l.list(x.Code, "village")), number(x.Level4, l.list(x.Code, "town")), number(x.Level5, l.list(x.Code, "county"))}})
	}
	for _, m := range b.Trend {
		of := boardLinks{period: m.Code, lists: l.lists}
		trend.Rows = append(trend.Rows, ui.ChartRow{Label: m.Name, Href: of.board(b.Path), Cells: []ui.ChartCell{number(m.Reported, of.list(b.Path, "reported")), number(m.Closed, of.list(b.Path, "closed")), number(m.OnTime, of.list(b.Path, "on_time"))}})
	}
	return []ui.ChartArgs{parts, trend, levels, rates}
}

type boardListPage struct {
	ui.OfficeArgs
	Table ui.TableArgs
}

// boardList are the matters that a number of a board counts.
func (p *Pages) boardList(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	q := r.URL.Query()
	f := overview.Behind{Under: q.Get("at"), Period: period(r), What: q.Get("what"), After: q.Get("after"), Limit: limit}
	lines, err := p.Overview.BehindNumber(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	from, to := overview.Span(f.Period, calendar.On(p.Now()))
	g := boardListPage{OfficeArgs: p.frame(r, s, i18n.T("staff.board.list."+f.What), "/board")} //i18n:dynamic staff.board.list.
	g.Sub = overview.AreaName(x, f.Under) + " " + i18n.T("staff.board.span", "from", from, "to", to)
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.board"), Href: "/board?" + boardLinks{period: f.Period}.query(f.Under, "").Encode()}}
	next := ""
	if len(lines) == limit {
		next = lines[limit-1].Cursor(f.What)
	}
	g.Table = ui.TableArgs{Caption: g.Title, Pager: live(gate.More(r, "/board/list", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.col.matter_no"), Code: true}, {Label: i18n.T("staff.col.category")}, {Label: i18n.T("staff.col.grid"), Wide: true}, {Label: i18n.T("staff.board.reported_on"), Code: true}, {Label: i18n.T("staff.board.closed_on"), Code: true}, {Label: i18n.T("staff.board.solved_at")}, {Label: i18n.T("staff.board.kept")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.board.list_none"), Hint: i18n.T("staff.board.list_none_hint"), Icon: ui.IconGood}}
	for _, l := range lines {
		at, kept := "", ui.Text("")
		if l.ClosedOn != "" {
			at, kept = level(l.Level), ui.Tag(ui.TagArgs{Label: i18n.T("staff.board.in_time"), Tone: ui.Good})
			if l.OnTime == 0 {
				kept = ui.Tag(ui.TagArgs{Label: i18n.T("staff.board.was_late"), Tone: ui.Warn})
			}
		}
		href := "/matters/" + l.ID
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(l.Number, href), ui.Text(i18n.T("matter.category." + l.Category)), ui.Text(x.FullName(l.Path)), ui.Text(l.ReportedOn), ui.Text(l.ClosedOn), ui.Text(at), kept}, //i18n:dynamic matter.category.
			Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return gate.Render(w, r, boardListView(g))
}

package overview

import (
	"fmt"
	"io"

	"anju/internal/actor"
	"anju/internal/i18n"
	"anju/internal/paper"
)

// Geometry of the page in millimetres.
const (
	briefLeft  = 20.0
	briefWidth = 170.0
	briefEnd   = 284.0
)

var (
	briefTitle = paper.Style{Face: paper.Serif, Pt: 20, Leading: 1.3, Colour: paper.Red, Align: paper.Centre}
	briefHead  = paper.Style{Face: paper.Sans, Pt: 11.5, Leading: 1.6, Colour: paper.Ink}
	briefText  = paper.Style{Face: paper.Serif, Pt: 10.5, Leading: 1.5, Colour: paper.Ink}
	briefCell  = paper.Style{Face: paper.Serif, Pt: 10, Leading: 1.35, Colour: paper.Ink}
	briefSmall = paper.Style{Face: paper.Sans, Pt: 8, Leading: 1.45, Colour: paper.Muted}
)

// A briefPrinter sets the page from top to bottom.
type briefPrinter struct {
	b Brief
	d *paper.Doc
	y float64
}

// t is a text of the page.
//
//i18n:dynamic overview.brief.
func (p *briefPrinter) t(what string, args ...any) string {
	return i18n.T("overview.brief."+what, args...)
}

// PDF writes the brief: always one page. Villages in which nothing is open and
// nothing happened are told together, so that the rest has room.
func (b Brief) PDF(w io.Writer) error {
	p := briefPrinter{b: b, d: paper.New(paper.A4, paper.Meta{Title: i18n.T("overview.brief.title", "town", b.Town) + " " + string(b.To), ID: "brief " + b.Board.Path + string(b.To), CreatedAt: b.At})}
	p.d.Page()
	p.y = p.d.Paragraph(briefLeft, 14, briefWidth, briefTitle, p.t("title", "town", b.Town))
	p.y = p.d.Paragraph(briefLeft, p.y, briefWidth, briefText.Aligned(paper.Centre), p.t("span", "from", b.From.Chinese(), "to", b.To.Chinese())) + 1.5
	p.d.Fill(briefLeft, p.y, briefWidth, 0.6, paper.Red)
	p.y += 3
	p.figures()
	p.late()
	p.villages()
	p.promises()
	p.d.Paragraph(briefLeft, briefEnd-9, briefWidth, briefSmall, p.t("foot"))
	return p.d.Write(w)
}

func (p *briefPrinter) head(what string) {
	p.y = p.d.Paragraph(briefLeft, p.y, briefWidth, briefHead, p.t(what))
}

func (p *briefPrinter) table(columns []paper.Column, rows [][]string) {
	t := paper.Table{Columns: columns, Head: briefCell, Cell: briefCell, PadX: 1.5, PadY: 0.7, Line: paper.Hair, Ground: paper.Tint}
	p.y = p.d.Table(briefLeft, p.y, t, rows) + 3
}

func briefShare(r Rate) string {
	if r.Of == 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f%%", float64(r.N)*100/float64(r.Of))
}

func (p *briefPrinter) figures() {
	b, t := p.b, p.b.Board.Total
	p.head("figures")
	n := func(v int64) string { return fmt.Sprint(v) }
	col := func(key string, w float64, a paper.Align) paper.Column {
		return paper.Column{Head: p.t(key), W: w, Align: a}
	}
	p.table([]paper.Column{col("item", 44, paper.Left), col("week", 20.5, paper.Right), col("before", 20.5, paper.Right), col("item", 44, paper.Left), col("now", 41, paper.Right)}, [][]string{
		{p.t("reported"), n(b.Week.Reported), n(b.Before.Reported), p.t("open"), n(t.Open)},
		{p.t("closed"), n(b.Week.Closed), n(b.Before.Closed), p.t("overdue"), n(t.Overdue)},
		{p.t("on_time"), n(b.Week.OnTime), n(b.Before.OnTime), p.t("orders"), n(b.Orders)},
		{p.t("mediation"), n(b.Week.Mediation), n(b.Before.Mediation), p.t("running"), p.t("running_words", "n", b.Running, "unsigned", b.Unsigned, "follow", b.Follow)},
	})
}

func (p *briefPrinter) late() {
	p.head("late")
	if len(p.b.Late) == 0 {
		p.y = p.d.Paragraph(briefLeft, p.y, briefWidth, briefText, p.t("late_none")) + 2
		return
	}
	var rows [][]string
	for _, l := range p.b.Late {
		rows = append(rows, []string{l.Number, i18n.T("matter.category." + l.Category), l.Place, i18n.T("account.kind." + string(actor.AtLevel(int(l.Level)))), p.t("days", "n", l.Days)}) //i18n:dynamic matter.category. account.kind.
	}
	p.table([]paper.Column{{Head: p.t("number"), W: 42}, {Head: p.t("category"), W: 28}, {Head: p.t("place"), W: 46}, {Head: p.t("hands"), W: 28}, {Head: p.t("over"), W: 26, Align: paper.Right}}, rows)
	if more := p.b.Board.Total.Overdue - int64(len(p.b.Late)); more > 0 {
		p.y = p.d.Paragraph(briefLeft, p.y-2, briefWidth, briefSmall, p.t("late_more", "n", more)) + 2
	}
}

func (p *briefPrinter) villages() {
	p.head("villages")
	var rows [][]string
	quiet := 0
	for _, v := range p.b.Villages {
		if v.Open+v.Overdue+v.Reported+v.Closed == 0 {
			quiet++
			continue
		}
		rows = append(rows, []string{v.Name, fmt.Sprint(v.Open), fmt.Sprint(v.Overdue), fmt.Sprint(v.Reported), fmt.Sprint(v.Closed)})
	}
	columns := []paper.Column{{Head: p.t("village"), W: 62}, {Head: p.t("open"), W: 27, Align: paper.Right}, {Head: p.t("overdue"), W: 27, Align: paper.Right}, {Head: p.t("week_reported"), W: 27, Align: paper.Right}, {Head: p.t("week_closed"), W: 27, Align: paper.Right}}
	t := paper.Table{Columns: columns, Head: briefCell, Cell: briefCell, PadX: 1.5, PadY: 0.7, Line: paper.Hair, Ground: paper.Tint}
	fits := p.d.FitRows(t, briefEnd-48-p.y, rows)
	if left := len(rows) - fits; left > 0 {
		quiet += left // said in words: the page is one
		rows = rows[:fits]
	}
	if len(rows) > 0 {
		p.table(columns, rows)
	}
	if quiet > 0 {
		p.y = p.d.Paragraph(briefLeft, p.y-1.5, briefWidth, briefSmall, p.t("others", "n", quiet)) + 2
	}
}

func (p *briefPrinter) promises() {
	b, t := p.b, p.b.Board.Total
	p.head("promises")
	p.y = p.d.Paragraph(briefLeft, p.y, briefWidth, briefText, p.t("promise_words", "know", briefShare(Rate{b.Promises.Seen, b.Promises.Households}), "solve", briefShare(b.Promises.Solved), "help", briefShare(Rate{b.Promises.Helped, b.Promises.Asked})))
	p.y = p.d.Paragraph(briefLeft, p.y, briefWidth, briefText, p.t("rate_words", "answered", briefShare(t.AnsweredRate()), "on_time", briefShare(t.OnTimeRate()), "first", briefShare(t.FirstRate()), "village", briefShare(t.InVillage()), "town", briefShare(t.InTown())))
}

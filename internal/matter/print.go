package matter

import (
	"io"
	"time"

	"anju/internal/i18n"
	"anju/internal/paper"
)

// OrderContent is a supervision order (督办单) as it is printed: a letter with
// a red head after GB/T 9704, and a slip for the answer. All texts are as they
// are read. The order names offices and the matter, never the reporter.
type OrderContent struct {
	Issuer   string // centre in whose name it goes out; it stands in red
	Number   string // number of the order, such as 白综督〔2026〕12号
	To       string // addressee: the office or post where the matter lies
	IssuedOn string // 成文日期, such as 2026年11月23日
	// PrintedAt goes into the file's properties; the same content and instant
	// give the same bytes.
	PrintedAt time.Time

	MatterNumber string
	Subject      string // what the matter is about, without names of persons
	Place        string // where
	ReportedOn   string
	ReachedOn    string // when it reached the level where it lies
	Level        string // that level: 网格长（初调员）
	Days         string // days there without a result
	// Basis is the rule by which the order goes out, with its period.
	Basis       string
	AnswerDueOn string // with （预计） while its year has no notice of holidays
	// Expected says why a day is 预计; "" where none is.
	Expected string
	// Next says what follows when there is no answer.
	Next string

	Contact, Phone string // at the centre

	State                          string // how the order stands today
	Answer, AnsweredBy, AnsweredOn string // in the system, if there is one
}

// Geometry in millimetres and type in points after GB/T 9704-2012: margins
// 37 above and 28 left, a text area of 156 × 225, size 三号. Lines stand at
// 1.5 of the size, a little closer than 22 to a page, so that the usual order
// is one sheet.
const (
	orderLeft   = 28.0
	orderWidth  = 156.0
	orderTop    = 37.0
	orderBottom = 262.0
	orderPitch  = 1.5
)

var (
	orderText  = paper.Style{Face: paper.Serif, Pt: 16, Leading: orderPitch, Colour: paper.Ink}
	orderBody  = paper.Style{Face: paper.Serif, Pt: 16, Leading: orderPitch, Indent: 2, Align: paper.Justify, Colour: paper.Ink}
	orderTitle = paper.Style{Face: paper.Serif, Pt: 22, Leading: 1.5, Colour: paper.Ink, Align: paper.Centre}
	orderSmall = paper.Style{Face: paper.Serif, Pt: 14, Leading: 1.5, Colour: paper.Ink}
	orderFaint = paper.Style{Face: paper.Sans, Pt: 9, Leading: 1.4, Colour: paper.Muted, Align: paper.Centre}
)

// PDF writes the order and its answer slip. It fails with *paper.MissingError
// if a character cannot be printed; nothing is written then.
func (o OrderContent) PDF(w io.Writer) error {
	p := orderPrinter{o: o, d: paper.New(paper.A4, paper.Meta{
		Title:  i18n.T("matter.order.file_title", "number", o.Number),
		Author: o.Issuer, ID: o.Number, CreatedAt: o.PrintedAt,
	})}
	p.d.Footer(func(d *paper.Doc, page, _ int) {
		d.Line(d.Size().W/2, 268, orderSmall.Aligned(paper.Centre), i18n.T("matter.order.page", "n", page))
	})
	p.d.Page()
	p.head()
	p.body()
	p.close()
	p.d.Page()
	p.slip()
	return p.d.Write(w)
}

// An orderPrinter sets one order from top to bottom.
type orderPrinter struct {
	o OrderContent
	d *paper.Doc
	y float64
}

// t is a text of the order.
//
//i18n:dynamic matter.order.
func (p *orderPrinter) t(what string, args ...any) string {
	return i18n.T("matter.order."+what, args...)
}

// head sets the red head: issuer, number, red rule.
func (p *orderPrinter) head() {
	mid := p.d.Size().W / 2
	red := paper.Style{Face: paper.Serif, Pt: 40, Track: 3, Leading: 1.2, Colour: paper.Red, Align: paper.Centre}
	red = p.d.Fit(red, orderWidth, 0.5, p.o.Issuer)
	p.d.Line(mid, orderTop, red, p.o.Issuer)
	const y = 62.0
	p.d.Line(mid, y, orderText.Aligned(paper.Centre), p.o.Number)
	p.d.Fill(orderLeft, y+11, orderWidth, 0.7, paper.Red)
	p.y = y + 11.7 + 8
}

// body says what lies where since when, by which rule the order goes out, and
// what is asked.
func (p *orderPrinter) body() {
	p.y = p.d.Paragraph(orderLeft, p.y, orderWidth, orderTitle, p.t("title")) + 3
	p.y = p.d.Paragraph(orderLeft, p.y, orderWidth, orderText, p.t("to", "to", p.o.To))
	o := p.o
	for _, text := range []string{
		p.t("body.matter", "place", o.Place, "subject", o.Subject, "number", o.MatterNumber,
			"reported", o.ReportedOn, "reached", o.ReachedOn, "level", o.Level, "days", o.Days),
		p.t("body.basis", "basis", o.Basis, "due", o.AnswerDueOn),
		p.t("body.deal"), p.t("body.answer", "issuer", o.Issuer),
		o.Next, o.Expected,
	} {
		if text != "" {
			p.para(text)
		}
	}
}

// para sets a paragraph of the body line by line, turning pages.
func (p *orderPrinter) para(text string) {
	for _, l := range p.d.Lines(orderBody, orderWidth, text) {
		p.room(orderBody.LineHeight())
		p.d.Set(orderLeft, p.y, orderWidth, orderBody, l)
		p.y += orderBody.LineHeight()
	}
}

// room turns the page when a height does not fit any more.
func (p *orderPrinter) room(h float64) {
	if p.y+h > orderBottom+0.1 {
		p.d.Page()
		p.y = orderTop
	}
}

// close sets issuer and date with room for the seal above them, and the contact.
// The place of the seal stays empty.
func (p *orderPrinter) close() {
	p.room(4*orderText.LineHeight() + 1)
	right := orderLeft + orderWidth - 4*16/72.0*25.4
	issuerW := p.d.Width(orderText, p.o.Issuer)
	dateW := p.d.Width(orderText, p.o.IssuedOn)
	mid := right - max(issuerW, dateW)/2
	y := p.y + orderText.LineHeight()
	p.d.Line(mid, y, orderText.Aligned(paper.Centre), p.o.Issuer)
	p.d.Line(mid, y+orderText.LineHeight(), orderText.Aligned(paper.Centre), p.o.IssuedOn)
	p.d.Line(orderLeft+2*16/72.0*25.4, y+2*orderText.LineHeight()+1, orderText, p.t("contact", "name", p.o.Contact, "phone", p.o.Phone))
}

// slip sets the sheet the addressee fills in and sends back.
func (p *orderPrinter) slip() {
	y := p.d.Paragraph(orderLeft, orderTop, orderWidth, orderTitle, p.t("slip.title")) + 4
	label, value := orderSmall, orderSmall
	label.Pt, value.Pt = 12, 12
	f := paper.Form{LabelW: 26, Label: label, Value: value, RowH: 12, PadX: 3, Line: paper.Ink, Ground: paper.White}
	field := func(what, v string, w float64) paper.Field {
		return paper.Field{Label: p.t(what), Value: v, W: w}
	}
	half := orderWidth / 2
	y = p.d.Form(orderLeft, y, f, [][]paper.Field{
		{field("slip.number", p.o.Number, half), field("slip.due", p.o.AnswerDueOn, half)},
		{field("slip.matter", p.o.MatterNumber, orderWidth)},
		{field("slip.subject", p.o.Subject, orderWidth)},
		{field("slip.to", p.o.To, orderWidth)},
	})
	answer, whole := p.o.Answer, false
	if whole = p.d.Height(value, orderWidth-f.LabelW-2*f.PadX, answer) > slipRoom; whole {
		answer = p.t("slip.whole")
	}
	for _, big := range []struct {
		what, text string
		h          float64
	}{{"slip.done", answer, slipRoom}, {"slip.result", "", 36}} {
		f.RowH = big.h
		y = p.d.Form(orderLeft, y, f, [][]paper.Field{{field(big.what, big.text, orderWidth)}})
	}
	f.RowH = 14
	y = p.d.Form(orderLeft, y, f, [][]paper.Field{
		{field("slip.by", p.o.AnsweredBy, half), field("slip.head", "", half)},
		{field("slip.phone", "", half), field("slip.on", p.o.AnsweredOn, half)},
		{field("slip.state", p.o.State, orderWidth)},
	})
	p.d.Paragraph(orderLeft, y+3, orderWidth, orderFaint.Aligned(paper.Left), p.t("slip.note", "issuer", p.o.Issuer))
	if whole {
		p.d.Page()
		p.y = p.d.Paragraph(orderLeft, orderTop, orderWidth, orderTitle, p.t("slip.answer", "number", p.o.Number)) + 4
		p.para(p.o.Answer)
	}
}

// slipRoom is the height of what was done on the slip, in millimetres: a longer
// answer is printed whole behind it.
const slipRoom = 62.0

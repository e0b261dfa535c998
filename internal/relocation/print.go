package relocation

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"time"

	"anju/internal/i18n"
	"anju/internal/paper"
)

// Receipt is the slip a household takes home when its move is registered
// (回执), on one A5 page: what was written down, which case it is and by which
// rule, what was asked and answered, what comes next and whom to call. All
// texts are as they are read.
type Receipt struct {
	Number string // of the receipt
	Office string // that registered the move, such as 白河县公安局城关派出所
	Clerk  string // who registered it
	On     string // date of registration, as printed
	// PrintedAt goes into the file's properties; the same content and instant
	// give the same bytes.
	PrintedAt time.Time

	Applicant string // who came to register
	// IDMask is the applicant's ID number with its middle hidden; a number in
	// full is refused.
	IDMask    string
	People    string // who moves, names in one line
	Origin    string // address of registration (户籍地址)
	From      string // where they lived before
	To        string // where they live now
	MovedInOn string // as printed
	Programme string // kind of relocation

	Case string // which case it is, such as 跨镇搬迁，户口未迁
	// Rule is the text that decided the case, Source where it stands.
	Rule, Source string
	// Question is what the household was asked about moving its registration,
	// Answer what it said. An empty question prints neither: in the same
	// village nothing is asked.
	Question, Answer string

	Next  []string // what comes next, step by step
	Calls []ReceiptCall
}

// ReceiptCall is somebody to call.
type ReceiptCall struct{ Who, Name, Phone string }

// ErrFullIDNumber is returned for a receipt on which an ID number stands in
// full. Receipts are left on counters.
var ErrFullIDNumber = errors.New("receipt holds an ID number in full")

var fullID = regexp.MustCompile(`[1-9]\d{16}[\dXx]`)

// Geometry in millimetres.
const (
	receiptLeft  = 14.0
	receiptWidth = 120.0
)

var (
	receiptHead  = paper.Style{Face: paper.Strong, Pt: 9.5, Leading: 1.3, Colour: paper.Navy}
	receiptLabel = paper.Style{Face: paper.Sans, Pt: 8, Leading: 1.3, Colour: paper.Navy}
	receiptValue = paper.Style{Face: paper.Sans, Pt: 9, Leading: 1.35, Colour: paper.Ink}
	receiptText  = paper.Style{Face: paper.Sans, Pt: 8.5, Leading: 1.45, Colour: paper.Ink, Align: paper.Justify}
	receiptNote  = paper.Style{Face: paper.Sans, Pt: 7.5, Leading: 1.45, Colour: paper.Muted, Align: paper.Justify}
)

// PDF writes the receipt. It fails with ErrFullIDNumber, or with
// *paper.MissingError if a character cannot be printed; nothing is written
// then.
func (r Receipt) PDF(w io.Writer) error {
	if fullID.MatchString(r.IDMask) {
		return ErrFullIDNumber
	}
	p := receiptPrinter{r: r, d: paper.New(paper.A5, paper.Meta{
		Title:  i18n.T("relocation.receipt.file_title", "number", r.Number),
		Author: r.Office, ID: r.Number, CreatedAt: r.PrintedAt,
	})}
	p.d.Page()
	p.head()
	p.facts()
	p.track()
	p.offer()
	p.next()
	p.calls()
	p.foot()
	return p.d.Write(w)
}

// A receiptPrinter sets one receipt from top to bottom.
type receiptPrinter struct {
	r Receipt
	d *paper.Doc
	y float64
	n int // sections so far
}

// t is a text of the receipt.
//
//i18n:dynamic relocation.receipt.
func (p *receiptPrinter) t(what string, args ...any) string {
	return i18n.T("relocation.receipt."+what, args...)
}

func (p *receiptPrinter) head() {
	mid := p.d.Size().W / 2
	p.d.Fill(receiptLeft, 11, receiptWidth, 0.9, paper.Navy)
	p.d.Line(receiptLeft, 13.2, receiptLabel, p.r.Office)
	p.d.Line(receiptLeft+receiptWidth, 13.2, receiptLabel.Aligned(paper.Right), p.t("number", "number", p.r.Number))
	p.d.Line(mid, 18, paper.Style{Face: paper.Serif, Pt: 19, Track: 4, Leading: 1.2, Colour: paper.Navy, Align: paper.Centre}, p.t("title"))
	p.y = 29.5
}

// section begins a section with its number and heading.
func (p *receiptPrinter) section(what string) {
	p.n++
	p.d.Fill(receiptLeft, p.y+0.6, 1, 3.4, paper.Navy)
	p.d.Line(receiptLeft+2.6, p.y, receiptHead, strconv.Itoa(p.n)+"　"+p.t(what))
	p.y += 5.8
}

func (p *receiptPrinter) facts() {
	p.section("facts.title")
	r := p.r
	half := receiptWidth / 2
	pair := func(a, av, b, bv string) []paper.Field {
		return []paper.Field{{Label: p.t(a), Value: av, W: half}, {Label: p.t(b), Value: bv, W: half}}
	}
	whole := func(a, av string) []paper.Field {
		return []paper.Field{{Label: p.t(a), Value: av, W: receiptWidth}}
	}
	f := paper.Form{
		LabelW: 20, Label: receiptLabel, Value: receiptValue,
		RowH: 6.3, PadX: 2, Line: paper.Steel, Ground: paper.Mist,
	}
	p.y = p.d.Form(receiptLeft, p.y, f, [][]paper.Field{
		pair("facts.applicant", r.Applicant, "facts.id", r.IDMask),
		whole("facts.people", r.People),
		whole("facts.origin", r.Origin),
		whole("facts.from", r.From),
		whole("facts.to", r.To),
		pair("facts.moved_in", r.MovedInOn, "facts.programme", r.Programme),
	}) + 3.2
}

// track says which case it is and shows the rule that decided it.
func (p *receiptPrinter) track() {
	p.section("track.title")
	const inset = 4.0
	h := p.d.Height(receiptText, receiptWidth-2*inset, p.r.Rule) + p.d.Height(receiptNote, receiptWidth-2*inset, p.r.Source) + 9
	p.d.Fill(receiptLeft, p.y, receiptWidth, h, paper.Mist)
	y := p.y + 2
	p.d.Line(receiptLeft+inset, y, receiptHead.With(paper.Ink), p.r.Case)
	y = p.d.Paragraph(receiptLeft+inset, y+6, receiptWidth-2*inset, receiptText, p.r.Rule)
	p.d.Paragraph(receiptLeft+inset, y, receiptWidth-2*inset, receiptNote, p.r.Source)
	p.y += h + 3.2
}

// offer records the offer to move the registration, and the answer.
func (p *receiptPrinter) offer() {
	if p.r.Question == "" {
		return
	}
	p.section("offer.title")
	p.say("offer.asked", p.r.Question, receiptText)
	p.say("offer.answered", p.r.Answer, receiptText)
	p.y = p.d.Paragraph(receiptLeft+12, p.y, receiptWidth-12, receiptNote, p.t("offer.free")) + 3
}

// say sets a short label and a text beside it.
func (p *receiptPrinter) say(label, text string, s paper.Style) {
	p.d.Line(receiptLeft+2.6, p.y+0.3, receiptLabel, p.t(label))
	p.y = p.d.Paragraph(receiptLeft+12, p.y, receiptWidth-12, s, text)
}

func (p *receiptPrinter) next() {
	if len(p.r.Next) == 0 {
		return
	}
	p.section("next.title")
	for i, step := range p.r.Next {
		p.d.Line(receiptLeft+6, p.y, receiptText.Aligned(paper.Right).With(paper.Navy), strconv.Itoa(i+1)+".")
		p.y = p.d.Paragraph(receiptLeft+8, p.y, receiptWidth-8, receiptText, step)
	}
	p.y += 3
}

func (p *receiptPrinter) calls() {
	if len(p.r.Calls) == 0 {
		return
	}
	p.section("calls.title")
	bold := receiptValue
	bold.Face = paper.Strong
	t := paper.Table{
		Columns: []paper.Column{{W: 44}, {W: 36, Style: &bold}, {W: 40, Style: &bold}},
		Cell:    receiptValue, PadX: 2, PadY: 0.6, MinRow: 5.9, Line: paper.Steel,
	}
	rows := make([][]string, len(p.r.Calls))
	for i, c := range p.r.Calls {
		rows[i] = []string{c.Who, c.Name, c.Phone}
	}
	p.y = p.d.Table(receiptLeft, p.y, t, rows) + 3.5
}

// foot stands at the bottom, or on a page of its own when the rest was long.
func (p *receiptPrinter) foot() {
	top := max(p.y, 172)
	if top > 178 {
		p.d.Page()
		top = 14
	}
	right := receiptLeft + receiptWidth
	p.d.Paragraph(receiptLeft, top+0.6, 80, receiptNote, p.t("foot.note"))
	p.d.Line(receiptLeft, top+18.5, receiptLabel, p.t("foot.clerk", "name", p.r.Clerk))
	p.d.Corners(right-34, top+0.5, 34, 16, 2.5, 0.5, paper.Steel)
	p.d.Line(right-17, top+6.6, receiptNote.Aligned(paper.Centre), p.t("foot.seal"))
	p.d.Line(right, top+18.5, receiptValue.Aligned(paper.Right), p.r.On)
	p.d.Fill(receiptLeft, top+25, receiptWidth, 0.4, paper.Navy)
}

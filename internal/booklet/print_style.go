package booklet

import (
	"strconv"

	"anju/internal/paper"
)

// Geometry of a page in millimetres.
const (
	printLeft   = 10.0
	printWidth  = 123.0
	printTop    = 20.5 // below the heading
	printBottom = 93.0 // above the foot
)

var (
	printTitle = paper.Style{Face: paper.Serif, Pt: 14, Track: 4, Leading: 1.2, Colour: paper.Navy}
	printLabel = paper.Style{Face: paper.Sans, Pt: 8, Leading: 1.3, Colour: paper.Navy}
	printValue = paper.Style{Face: paper.Strong, Pt: 9.5, Leading: 1.3, Colour: paper.Ink}
	printText  = paper.Style{Face: paper.Sans, Pt: 8.5, Leading: 1.55, Colour: paper.Ink, Align: paper.Justify}
	printSmall = paper.Style{Face: paper.Sans, Pt: 7, Leading: 1.4, Colour: paper.Muted}
)

// page begins a page with its heading between two thin rules.
func (p *printer) page(title string) {
	p.blank()
	p.d.Shape(paper.Colour{R: 248, G: 250, B: 252}, ridge(0, p.d.Size().W, 74, 5, 21, 0.4, p.d.Size().H, 4)...)
	p.d.Shape(paper.Colour{R: 243, G: 246, B: 250}, ridge(0, p.d.Size().W, 85, 4.4, 16, 2.1, p.d.Size().H, 4)...)
	mid := p.d.Size().W / 2
	p.d.Line(mid, 9, printTitle.Aligned(paper.Centre), title)
	half := p.d.Width(printTitle, title)/2 + 5
	p.d.Rule(printLeft, 12, mid-half, 12, 0.5, paper.Steel)
	p.d.Rule(mid+half, 12, printLeft+printWidth, 12, 0.5, paper.Steel)
}

// blank begins a page with nothing on it.
func (p *printer) blank() {
	p.d.Page()
	p.feet = append(p.feet, printFoot{})
}

// foot draws the foot of a page: the number, and which page of how many.
func (p *printer) foot(d *paper.Doc, page, _ int) {
	f := p.feet[page-1]
	if f.page == 0 {
		return
	}
	right := printLeft + printWidth
	d.Rule(printLeft, 96.2, right, 96.2, 0.3, paper.Steel)
	d.Line(printLeft, 97, printSmall, f.number)
	d.Line(d.Size().W/2, 97, printSmall.Aligned(paper.Centre), f.clause)
	d.Line(right, 97, printSmall.Aligned(paper.Right), strconv.Itoa(f.page)+" / "+strconv.Itoa(f.last))
}

// form is the look of label and value cells.
func (p *printer) form(labelW, rowH float64) paper.Form {
	return paper.Form{
		LabelW: labelW, Label: printLabel, Value: printValue,
		RowH: rowH, PadX: 2, Line: paper.Steel, Ground: paper.Mist,
	}
}

// table is the look of tables.
func (p *printer) table(columns ...paper.Column) paper.Table {
	return paper.Table{
		Columns: columns,
		Head:    printLabel,
		Cell:    paper.Style{Face: paper.Sans, Pt: 9, Leading: 1.3, Colour: paper.Ink},
		PadX:    1.8, PadY: 1.2, MinRow: 8.2, Line: paper.Steel, Ground: paper.Mist,
	}
}

// hand is a place a person writes on: a label and a dotted line.
func (p *printer) hand(x, y, w float64, label string) {
	p.d.Line(x, y, printLabel, label)
	from := x + p.d.Width(printLabel, label) + 1
	p.d.Dotted(from, y+3.6, x+w, y+3.6, 0.5, paper.Steel)
}

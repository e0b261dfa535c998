package paper

import (
	"errors"

	"github.com/signintech/gopdf"
)

// A Place is where a page lies: on which sheet, with its top left corner at X
// and Y in millimetres, and how many times as large as it was set.
type Place struct {
	Sheet int // from 1
	X, Y  float64
	Scale float64
}

// NewOn starts a document whose pages are set in one size and lie on sheets of
// another, each in its place: for printing several to a sheet, folding, and
// large print. A document with another number of pages than places fails. Mark
// draws on each sheet before any page does, such as where to cut; nil draws
// nothing, and then the places must be in the order of their sheets.
func NewOn(sheet, page Size, places []Place, m Meta, mark func(d *Doc)) *Doc {
	d := New(sheet, m)
	d.places = places
	if mark != nil {
		for _, p := range places {
			for d.sheets < p.Sheet {
				d.sheet()
				mark(d)
			}
		}
	}
	d.size = page
	return d
}

func (d *Doc) sheet() {
	d.pdf.AddPage()
	d.sheets++
}

// Move shifts every page, for a printer that prints a little beside: right and
// down in millimetres.
func (d *Doc) Move(dx, dy float64) {
	d.move = Point{dx, dy}
	d.at.X, d.at.Y = dx, dy
}

var errPlaces = errors.New("a document's pages and their places differ in number")

// turn makes a page the one that is drawn on.
func (d *Doc) turn(page int) error {
	if d.places == nil {
		return d.pdf.SetPage(page)
	}
	if page > len(d.places) {
		return errPlaces
	}
	d.at = d.places[page-1]
	d.at.X += d.move.X
	d.at.Y += d.move.Y
	if d.at.Sheet == d.sheets+1 {
		d.sheet()
		return nil
	}
	return d.pdf.SetPage(d.at.Sheet)
}

// x, y and long are a place and a length of the page in points of the sheet.
func (d *Doc) x(mm float64) float64    { return (d.at.X + mm*d.at.Scale) * pointsPerMM }
func (d *Doc) y(mm float64) float64    { return (d.at.Y + mm*d.at.Scale) * pointsPerMM }
func (d *Doc) long(mm float64) float64 { return mm * d.at.Scale * pointsPerMM }

func (d *Doc) point(p Point) gopdf.Point { return gopdf.Point{X: d.x(p.X), Y: d.y(p.Y)} }

package booklet

import (
	"math"
	"reflect"
	"slices"

	"anju/internal/fault"
	"anju/internal/paper"
)

// A Format is how the pages of a booklet lie on paper.
type Format string

const (
	Passbook Format = "passbook" // 143 × 105 mm, one to a sheet
	Folded   Format = "folded"   // on both sides of A4, turned on the short edge: cut, fold across, staple
	Large    Format = "large"    // every page twice as large, on A4 across
)

// Formats lists them for a choice.
var Formats = []Format{Passbook, Folded, Large}

// A Layout is a format on one printer. The zero Layout is Passbook.
type Layout struct {
	Format Format
	// DX and DY move every page right and down in millimetres, for a printer that
	// prints a little beside.
	DX, DY float64
}

// printMove is how far a printer can be off: beyond it text would be cut.
const printMove = 5.0

func (l Layout) check() error {
	var f fault.Fields
	if l.Format != "" && !slices.Contains(Formats, l.Format) {
		f.Add("format", "booklet.print.format")
	}
	if !(math.Abs(l.DX) <= printMove) {
		f.Add("dx", "booklet.print.offset")
	}
	if !(math.Abs(l.DY) <= printMove) {
		f.Add("dy", "booklet.print.offset")
	}
	return f.Err()
}

// printAcross is A4 lying on its side.
var printAcross = paper.Size{W: paper.A4.H, H: paper.A4.W}

// pages is how many pages each booklet takes where that must be known before
// they are set.
func (l Layout) pages(all []Content) ([]int, error) {
	if l.Format != Folded && l.Format != Large {
		return nil, nil
	}
	n := make([]int, len(all))
	for i, c := range all {
		if err := c.allowed(); err != nil {
			return nil, err
		}
		p := printer{d: paper.New(paper.Passbook, paper.Meta{})}
		p.booklet(c, 0)
		n[i] = p.d.Pages()
	}
	return n, nil
}

// blanks is how many pages a booklet lacks to be folded.
func (l Layout) blanks(pages []int, i int) int {
	if l.Format != Folded {
		return 0
	}
	return (4 - pages[i]%4) % 4
}

func (l Layout) document(m paper.Meta, pages []int) *paper.Doc {
	var (
		d      *paper.Doc
		places []paper.Place
	)
	for i, n := range pages {
		places = l.place(places, n+l.blanks(pages, i))
	}
	switch l.Format {
	case Folded:
		d = paper.NewOn(paper.A4, paper.Passbook, places, m, cutMarks)
	case Large:
		d = paper.NewOn(printAcross, paper.Passbook, places, m, nil)
	default:
		d = paper.New(paper.Passbook, m)
	}
	d.Move(l.DX, l.DY)
	return d
}

// Where the two pages of a side of A4 lie.
const (
	foldLeft = (210 - 143) / 2.0
	foldTop  = (297 - 2*105) / 2.0
	foldMid  = foldTop + 105
)

// place adds the places of a booklet of n pages after those there are. Folded,
// the outermost side has the cover below and the last page above it: the booklet
// opens upward, and every odd page lies below the fold.
func (l Layout) place(places []paper.Place, n int) []paper.Place {
	from := 0
	for _, p := range places {
		from = max(from, p.Sheet)
	}
	for page := 1; page <= n; page++ {
		at := paper.Place{Sheet: from + page, X: (printAcross.W - 2*paper.Passbook.W) / 2, Scale: 2}
		if l.Format == Folded {
			at = paper.Place{Sheet: from + min(page, n+1-page), X: foldLeft, Y: foldTop, Scale: 1}
			if page%2 == 1 {
				at.Y = foldMid
			}
		}
		places = append(places, at)
	}
	return places
}

// cutMarks shows where to cut and where to fold.
func cutMarks(d *paper.Doc) {
	const (
		gap, arm    = 2.0, 6.0
		left, right = foldLeft, foldLeft + 143
		top, bottom = foldTop, foldMid + 105
	)
	for _, y := range []float64{top, bottom} {
		d.Rule(left-gap-arm, y, left-gap, y, 0.3, paper.Ink)
		d.Rule(right+gap, y, right+gap+arm, y, 0.3, paper.Ink)
	}
	for _, x := range []float64{left, right} {
		d.Rule(x, top-gap-arm, x, top-gap, 0.3, paper.Ink)
		d.Rule(x, bottom+gap, x, bottom+gap+arm, 0.3, paper.Ink)
	}
	d.Dotted(left-gap-arm, foldMid, left-gap, foldMid, 0.5, paper.Muted)
	d.Dotted(right+gap, foldMid, right+gap+arm, foldMid, 0.5, paper.Muted)
}

// Unprintable lists the characters of a booklet that no typeface has, each once:
// to be told before anybody waits at the printer.
func (c Content) Unprintable() (missing []rune) {
	eachText(reflect.ValueOf(c), func(text string) {
		for _, r := range paper.Missing(text) {
			if !slices.Contains(missing, r) {
				missing = append(missing, r)
			}
		}
	})
	return missing
}

// eachText goes through every string that a value holds.
func eachText(v reflect.Value, f func(string)) {
	switch v.Kind() {
	case reflect.String:
		f(v.String())
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachText(v.Field(i), f)
			}
		}
	}
}

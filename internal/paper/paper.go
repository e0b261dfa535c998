// Package paper sets documents for print: a thin layer over gopdf with
// embedded Chinese faces, millimetres, Chinese line breaking and a check that
// every character has a glyph.
//
// It refuses to print a document with a character none of its faces has: gopdf
// would leave the place empty, and a name with a hole in it is a wrong name.
// The same content, dates and identifier give the same bytes.
//
// The faces are embedded in the binary and read from its file on first use;
// a server that never prints never loads them.
package paper

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"time"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font/sfnt"
)

// pointsPerMM turns millimetres, the unit of this package, into PDF points.
const pointsPerMM = 72.0 / 25.4

// A Size is the size of a page in millimetres.
type Size struct{ W, H float64 }

// Page sizes. Passbook is the size of a household booklet laid open sideways.
var (
	A4       = Size{210, 297}
	A5       = Size{148, 210}
	Passbook = Size{143, 105}
)

// Meta says what a document is, for the file's own properties.
type Meta struct {
	Title   string
	Subject string
	Author  string
	// ID identifies the content; the same ID and content give the same bytes.
	ID string
	// CreatedAt is printed into the file. It is given, never read from a clock.
	CreatedAt time.Time
}

// A Doc is a document being set. Its first error sticks and is returned by
// Write; nothing is written then. A Doc is used by one goroutine.
type Doc struct {
	size    Size
	meta    Meta
	pdf     *gopdf.GoPdf
	pages   int
	places  []Place // of pages that lie on sheets, or nil
	sheets  int
	at      Place // of the page drawn on
	move    Point
	footer  func(d *Doc, page, pages int)
	loaded  [faces]bool // faces this document uses
	glyphs  map[glyphKey]glyph
	drawn   drawnCode // the code that was drawn last
	buf     sfnt.Buffer
	missing []rune
	err     error
}

// New starts a document whose pages all have the given size.
func New(size Size, m Meta) *Doc {
	d := &Doc{size: size, meta: m, pdf: &gopdf.GoPdf{}, at: Place{Scale: 1}, glyphs: map[glyphKey]glyph{}}
	d.pdf.Start(gopdf.Config{
		Unit:     gopdf.UnitPT,
		PageSize: gopdf.Rect{W: size.W * pointsPerMM, H: size.H * pointsPerMM},
	})
	d.pdf.SetCompressLevel(zlib.BestSpeed) // a twentieth larger, and quicker
	d.pdf.SetInfo(gopdf.PdfInfo{
		Title: m.Title, Subject: m.Subject, Author: m.Author,
		Creator: "Anju", Producer: "Anju", CreationDate: m.CreatedAt,
	})
	return d
}

// Size returns the size of the pages in millimetres.
func (d *Doc) Size() Size { return d.size }

// Pages returns the number of pages begun so far.
func (d *Doc) Pages() int { return d.pages }

// Page begins a new page.
func (d *Doc) Page() {
	d.pages++
	if d.places == nil {
		d.sheet()
		return
	}
	if err := d.turn(d.pages); err != nil {
		d.fail(err)
	}
}

// Footer sets a function that draws on every page when the document is
// written, when the number of pages is known. Pages count from 1.
func (d *Doc) Footer(f func(d *Doc, page, pages int)) { d.footer = f }

// Write writes the document. It returns a *MissingError, and writes nothing,
// if a character has no glyph.
func (d *Doc) Write(w io.Writer) error {
	if d.places != nil && d.pages != len(d.places) {
		d.fail(errPlaces)
	}
	d.foot()
	if len(d.missing) > 0 {
		return &MissingError{Runes: d.missing}
	}
	if d.err != nil {
		return fmt.Errorf("set %q: %w", d.meta.ID, d.err)
	}
	var b bytes.Buffer
	if _, err := d.pdf.WriteTo(&b); err != nil {
		return fmt.Errorf("write %q: %w", d.meta.ID, err)
	}
	out, err := finish(b.Bytes(), d.meta.ID)
	if err != nil {
		return fmt.Errorf("finish %q: %w", d.meta.ID, err)
	}
	_, err = w.Write(out)
	return err
}

func (d *Doc) foot() {
	if d.footer == nil {
		return
	}
	for page := 1; page <= d.pages; page++ {
		if err := d.turn(page); err != nil {
			d.fail(err) // a page nothing was drawn on has no content to add to
			return
		}
		d.footer(d, page, d.pages)
	}
}

func (d *Doc) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

package paper

import (
	"math"

	"github.com/signintech/gopdf"
	"rsc.io/qr"
)

// Rule draws a line; its thickness is in points.
func (d *Doc) Rule(x1, y1, x2, y2, pt float64, c Colour) {
	d.pdf.SetLineType("solid")
	d.line(x1, y1, x2, y2, pt, c)
}

// Dotted draws a dotted line, for places a person writes on.
func (d *Doc) Dotted(x1, y1, x2, y2, pt float64, c Colour) {
	d.pdf.SetCustomLineType([]float64{pt * d.at.Scale * 2, pt * d.at.Scale * 3}, 0)
	d.line(x1, y1, x2, y2, pt, c)
	d.pdf.SetCustomLineType([]float64{}, 0)
}

func (d *Doc) line(x1, y1, x2, y2, pt float64, c Colour) {
	d.pdf.SetLineWidth(pt * d.at.Scale)
	d.pdf.SetStrokeColor(c.R, c.G, c.B)
	d.pdf.Line(d.x(x1), d.y(y1), d.x(x2), d.y(y2))
}

// Fill paints a rectangle.
func (d *Doc) Fill(x, y, w, h float64, c Colour) {
	d.pdf.SetFillColor(c.R, c.G, c.B)
	d.pdf.RectFromUpperLeftWithStyle(d.x(x), d.y(y), d.long(w), d.long(h), "F")
}

// Frame draws the outline of a rectangle; its thickness is in points.
func (d *Doc) Frame(x, y, w, h, pt float64, c Colour) {
	d.Rule(x, y, x+w, y, pt, c)
	d.Rule(x, y+h, x+w, y+h, pt, c)
	d.Rule(x, y, x, y+h, pt, c)
	d.Rule(x+w, y, x+w, y+h, pt, c)
}

// Corners marks the four corners of an empty place, such as the one an office
// sets its seal on. It draws nothing inside.
func (d *Doc) Corners(x, y, w, h, arm, pt float64, c Colour) {
	for _, p := range [][4]float64{{x, y, 1, 1}, {x + w, y, -1, 1}, {x, y + h, 1, -1}, {x + w, y + h, -1, -1}} {
		d.Rule(p[0], p[1], p[0]+p[2]*arm, p[1], pt, c)
		d.Rule(p[0], p[1], p[0], p[1]+p[3]*arm, pt, c)
	}
}

// A Point is a place on the page in millimetres from its top left corner.
type Point struct{ X, Y float64 }

// Shape paints the inside of a polygon.
func (d *Doc) Shape(c Colour, points ...Point) {
	ps := make([]gopdf.Point, len(points))
	for i, p := range points {
		ps[i] = d.point(p)
	}
	d.pdf.SetFillColor(c.R, c.G, c.B)
	d.pdf.Polygon(ps, "F")
}

// QR draws text as a plain QR code (level M) of the given side, without the
// quiet zone: keep four modules of white around it. Rows of dark modules are
// drawn as one rectangle each, so that no viewer shows seams.
func (d *Doc) QR(x, y, side float64, text string) { d.qr(x, y, side, text, qr.M) }

// SignedQR is QR at level Q, which is still read when a tenth of it is gone.
func (d *Doc) SignedQR(x, y, side float64, text string) { d.qr(x, y, side, text, qr.Q) }

func (d *Doc) qr(x, y, side float64, text string, level qr.Level) {
	if d.drawn.code == nil || d.drawn.text != text || d.drawn.level != level { // else it is printed twice
		code, err := qr.Encode(text, level)
		if err != nil {
			d.fail(err)
			return
		}
		d.drawn = drawnCode{text, level, code}
	}
	code := d.drawn.code
	// A row is one dashed line: as rectangles, a code would be a thousand of them.
	m := side / float64(code.Size)
	d.pdf.SetLineWidth(d.long(m))
	d.pdf.SetStrokeColor(Ink.R, Ink.G, Ink.B)
	for row := range code.Size {
		ends := edges(code, row)
		if len(ends) == 0 {
			continue
		}
		at := func(i int) float64 { return math.Round(d.long(float64(ends[i]-ends[0])*m)*100) / 100 } // as it is written: rounding must not add up
		var dashes []float64
		for i := 1; i < len(ends); i++ {
			dashes = append(dashes, at(i)-at(i-1))
		}
		middle := d.y(y + (float64(row)+0.5)*m)
		from := d.x(x + float64(ends[0])*m)
		d.pdf.SetCustomLineType(dashes, 0)
		d.pdf.Line(from, middle, from+at(len(ends)-1), middle)
	}
	d.pdf.SetCustomLineType([]float64{}, 0)
}

type drawnCode struct {
	text  string
	level qr.Level
	code  *qr.Code
}

// edges are the columns of a code at which a row turns black, white, black again;
// the last one ends what is black.
func edges(code *qr.Code, row int) (at []int) {
	black := false
	for col := range code.Size + 1 {
		if is := code.Black(col, row); is != black { // nothing is black outside
			at, black = append(at, col), is
		}
	}
	return at
}

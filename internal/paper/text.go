package paper

import "math"

// A Colour is red, green and blue, 0 to 255.
type Colour struct{ R, G, B uint8 }

// Colours every document shares.
var (
	Ink   = Colour{26, 26, 28}    // text
	Muted = Colour{96, 98, 104}   // labels and notes: 5.9:1 on white
	Hair  = Colour{176, 178, 184} // thin rules
	Tint  = Colour{244, 245, 247} // ground of label cells
	White = Colour{255, 255, 255}

	// The county's documents for residents: blue of ink and of far hills. Red,
	// yellow and green are not among them, so that nothing can be read as a
	// care level.
	Navy  = Colour{34, 58, 96}
	Mist  = Colour{236, 240, 246}
	Steel = Colour{150, 163, 184}

	// Red is for the head of an official letter (红头) and nothing else.
	Red = Colour{200, 16, 24}
)

// Align says where text stands in its width.
type Align int

const (
	Left Align = iota
	Centre
	Right
	Justify // full lines fill the width; the last line stands left
)

// A Style is how text is set.
type Style struct {
	Face    Face
	Pt      float64 // type size in points
	Leading float64 // line height as a multiple of Pt; 0 means 1.5
	Track   float64 // space added after every character, in points
	Indent  float64 // first line's indent, in characters
	Align   Align
	Colour  Colour
}

func (s Style) leading() float64 {
	if s.Leading == 0 {
		return 1.5
	}
	return s.Leading
}

// LineHeight is the height of one line in millimetres.
func (s Style) LineHeight() float64 { return s.Pt * s.leading() / pointsPerMM }

// ascent is the distance from the top of a line to its baseline in
// millimetres: a Chinese character stands 0.88 above and 0.12 below it.
func (s Style) ascent() float64 {
	return s.Pt * (0.88 + (s.leading()-1)/2) / pointsPerMM
}

// With returns the style in another colour.
func (s Style) With(c Colour) Style { s.Colour = c; return s }

// Aligned returns the style with another alignment.
func (s Style) Aligned(a Align) Style { s.Align = a; return s }

// Width is the width of one line of text in millimetres.
func (d *Doc) Width(s Style, text string) float64 {
	var w float64
	for _, r := range plain(text) {
		w += d.advance(s, r)
	}
	if w > 0 {
		w -= s.Track / pointsPerMM // nothing follows the last one
	}
	return w
}

// advance is how far one character moves the pen, in millimetres.
func (d *Doc) advance(s Style, r rune) float64 {
	return (d.glyph(s.Face, r).width*s.Pt/1000 + s.Track) / pointsPerMM
}

// Line sets one line of text whose line box has its top at y. With Centre or
// Right, x is the middle or the right edge.
func (d *Doc) Line(x, y float64, s Style, text string) {
	text = plain(text)
	switch s.Align {
	case Centre:
		x -= d.Width(s, text) / 2
	case Right:
		x -= d.Width(s, text)
	}
	d.run(x, y+s.ascent(), s, text)
}

// run sets text from x at a baseline, changing face where a character asks.
func (d *Doc) run(x, baseline float64, s Style, text string) {
	start, from := x, 0
	face := Face(-1)
	for i, r := range text {
		g := d.glyph(s.Face, r)
		if !g.ok {
			continue // noted; the document will not be written
		}
		if face >= 0 && g.face != face {
			d.piece(start, baseline, s, face, text[from:i])
			start, from = x, i
		}
		face = g.face
		x += d.advance(s, r)
	}
	if face >= 0 {
		d.piece(start, baseline, s, face, text[from:])
	}
}

// piece sets text that is all of one face.
func (d *Doc) piece(x, baseline float64, s Style, face Face, text string) {
	if len(d.missing) > 0 || d.err != nil {
		return
	}
	if err := d.use(face, s.Pt*d.at.Scale); err != nil {
		d.fail(err)
		return
	}
	if err := d.pdf.SetCharSpacing(s.Track * d.at.Scale); err != nil {
		d.fail(err)
		return
	}
	d.pdf.SetTextColor(s.Colour.R, s.Colour.G, s.Colour.B)
	d.pdf.SetXY(d.x(x), d.y(baseline))
	if err := d.pdf.Text(text); err != nil {
		d.fail(err)
	}
}

// Paragraph sets text in lines no wider than w from the top left corner and
// returns where the next line would begin.
func (d *Doc) Paragraph(x, y, w float64, s Style, text string) float64 {
	lines := d.Lines(s, w, text)
	for _, l := range lines {
		d.Set(x, y, w, s, l)
		y += s.LineHeight()
	}
	return y
}

// Height is the height of the same paragraph in millimetres.
func (d *Doc) Height(s Style, w float64, text string) float64 {
	return float64(len(d.Lines(s, w, text))) * s.LineHeight()
}

// Set places one line of Lines in its width, for callers that turn pages
// between lines.
func (d *Doc) Set(x, y, w float64, s Style, l Line) {
	x += l.Indent
	w -= l.Indent
	switch s.Align {
	case Centre:
		x += w / 2
	case Right:
		x += w
	case Justify:
		if n := len([]rune(l.Text)) - 1; n > 0 && !l.Last {
			// A line too short to fill without holes stays as it is.
			gap := (w - d.Width(s, l.Text)) * pointsPerMM / float64(n)
			if gap > 0 && gap < s.Pt/8 {
				s.Track += gap
			}
		}
	}
	d.Line(x, y, s, l.Text)
}

// Fit returns the style, made smaller if text would not fit the width on one
// line, but not below least times its size.
func (d *Doc) Fit(s Style, w, least float64, text string) Style {
	if have := d.Width(s, text); have > w && have > 0 {
		k := max(w/have, least)
		s.Pt = math.Floor(s.Pt*k*10) / 10
		s.Track *= k
	}
	return s
}

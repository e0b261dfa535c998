package booklet

import (
	"math"

	"anju/internal/paper"
)

// cover sets the cover: name and number over hills, and below, on white, the
// issuing organ with an empty place for its seal. There is no emblem and no
// drawing of a seal: neither is ours to print.
func (p *printer) cover() {
	p.blank()
	p.hills()
	mid := p.d.Size().W / 2
	white := paper.Style{Face: paper.Serif, Pt: 13, Track: 5, Leading: 1.2, Colour: paper.White, Align: paper.Centre}
	p.d.Line(mid, 12.5, white, p.c.County)
	white.Pt, white.Track = 37, 15
	p.d.Line(mid, 20, white, p.t("title"))
	p.d.Line(mid, 37.6, paper.Style{Face: paper.Strong, Pt: 11.5, Track: 1.6, Leading: 1.2, Colour: paper.White, Align: paper.Centre}, p.c.Number)
	p.d.Corners(printLeft+1, 11, 18, 18, 2.5, 0.5, paper.Steel) // for the county's own mark
	p.issuer()
	p.d.Line(mid, 95.2, paper.Style{Face: paper.Strong, Pt: 8, Track: 0.6, Colour: paper.Navy, Align: paper.Centre},
		p.t("clause", "county", p.c.County))
}

// hills paints the upper part: sky, three ridges, and the white of the page as
// the mist in the valley.
func (p *printer) hills() {
	const left, top, width, height = 6.0, 6.0, 131.0, 57.0
	p.d.Fill(left, top, width, height, paper.Navy)
	for _, r := range []struct {
		base, high, wave, phase float64
		c                       paper.Colour
	}{
		{47, 5.2, 21, 0.4, paper.Colour{R: 62, G: 90, B: 132}},
		{52, 4.6, 16, 2.1, paper.Colour{R: 122, G: 147, B: 182}},
		{57, 3.4, 25, 4.6, paper.Colour{R: 196, G: 209, B: 226}},
		{60.8, 1.5, 18, 1.2, paper.White},
	} {
		edge := 0.0
		if r.c == paper.White {
			edge = 0.5 // white ends the sheet of blue without a seam
		}
		p.d.Shape(r.c, ridge(left-edge, left+width+edge, r.base, r.high, r.wave, r.phase, top+height+edge, 1.5)...)
	}
}

// ridge is the outline of hills between two edges, down to a floor: two waves
// of which the second is shorter and lower. All lengths are millimetres.
func ridge(left, right, base, high, wave, phase, floor, step float64) []paper.Point {
	points := []paper.Point{{X: left, Y: floor}}
	for x := left; x < right+step; x += step {
		y := base - high*(math.Sin(x/wave+phase)+0.45*math.Sin(2.7*x/wave+1.7*phase))
		points = append(points, paper.Point{X: min(x, right), Y: min(y, floor)})
	}
	return append(points, paper.Point{X: right, Y: floor})
}

// issuer sets who issued the booklet and when, the places for the county's own
// seal and mark, and what anyone can check it by: a phone's own scanner opens
// the address; the check page reads the signed code.
func (p *printer) issuer() {
	const (
		y     = 66.0
		right = printLeft + printWidth
		code  = 26.0
	)
	value := paper.Style{Face: paper.Serif, Pt: 11, Leading: 1.3, Colour: paper.Ink}
	p.d.Line(printLeft, y+2.5, printLabel, p.t("issuer"))
	p.d.Line(printLeft, y+6, p.d.Fit(value, 36, 0.6, p.c.Issuer), p.c.Issuer)
	p.d.Line(printLeft, y+13, printLabel, p.t("issued_on"))
	p.d.Line(printLeft, y+16.5, value, p.c.IssuedOn)
	p.d.Corners(printLeft+38, y+0.5, 26, 24, 2.5, 0.5, paper.Steel)
	p.d.Line(printLeft+51, y+10.8, printSmall.Aligned(paper.Centre), p.t("seal"))
	if p.c.Code != "" {
		p.code(right-code, y-0.8, code, p.c.Code)
		p.d.Line(right-code/2, y+25.2, printSmall.Aligned(paper.Centre), p.t("code"))
	}
	if p.c.CheckURL != "" {
		const side = 18.0
		x := right - code - side - 8
		p.d.QR(x, y+4, side, p.c.CheckURL)
		p.d.Line(x+side/2, y+25.2, printSmall.Aligned(paper.Centre), p.t("check"))
		p.d.Line(printLeft, y+25.2, p.d.Fit(printSmall, right-code-side-10-printLeft, 0.6, p.c.CheckURL), p.c.CheckURL)
	}
}

package booklet

import "anju/internal/paper"

// grids sets the people to call at the three places.
func (p *printer) grids() {
	p.page(p.t("grid.title"))
	const gap, height = 3.0, 56.0
	w := (printWidth - 2*gap) / 3
	for i, g := range []struct {
		label string
		grid  PrintedGrid
	}{
		{"grid.living", p.c.Living},
		{"grid.registered", p.c.Registered},
		{"grid.working", p.c.Working},
	} {
		p.grid(printLeft+float64(i)*(w+gap), printTop, w, height, p.t(g.label), g.grid)
	}
	p.d.Paragraph(printLeft, printTop+height+4, printWidth, printText, p.t("grid.note"))
}

// grid sets one grid as a card.
func (p *printer) grid(x, y, w, h float64, label string, g PrintedGrid) {
	head := paper.Style{Face: paper.Strong, Pt: 9, Leading: 1.3, Track: 0.8, Colour: paper.White, Align: paper.Centre}
	p.d.Fill(x, y, w, 8, paper.Navy)
	p.d.Line(x+w/2, y+1.9, head, label)
	p.d.Frame(x, y, w, h, 0.8, paper.Steel)
	if g.Name == "" {
		p.d.Line(x+w/2, y+h/2, printSmall.Aligned(paper.Centre), p.t("grid.none"))
		return
	}
	name := paper.Style{Face: paper.Sans, Pt: 8, Leading: 1.35, Colour: paper.Ink, Align: paper.Centre}
	nameH := p.d.Height(name, w-4, g.Name)
	p.d.Paragraph(x+2, y+8+(8.5-nameH)/2, w-4, name, g.Name)
	p.d.Line(x+w/2, y+16, printSmall.Aligned(paper.Centre), g.Code)
	p.d.Rule(x+4, y+20, x+w-4, y+20, 0.4, paper.Steel)
	p.call(x, y+22, w, "grid.worker", g.Worker, g.WorkerPhone)
	p.call(x, y+39.5, w, "grid.leader", g.Leader, g.LeaderPhone)
}

// call sets a person to call: post, name, phone.
func (p *printer) call(x, y, w float64, post, name, phone string) {
	if name == "" {
		name = p.t("grid.vacant")
	}
	big := paper.Style{Face: paper.Serif, Pt: 12, Leading: 1.3, Colour: paper.Ink, Align: paper.Centre}
	p.d.Line(x+w/2, y-0.4, printSmall.Aligned(paper.Centre), p.t(post))
	p.d.Line(x+w/2, y+3, p.d.Fit(big, w-4, 0.5, name), name)
	p.d.Line(x+w/2, y+9.2, printValue.Aligned(paper.Centre), phone)
}

package booklet

import (
	"strconv"

	"anju/internal/paper"
)

// household sets the household page.
func (p *printer) household() {
	p.page(p.t("household.title"))
	h := p.c.Household
	half, rowH := printWidth/2, 10.0
	if p.c.Code != "" {
		rowH = 8.2 // the cover's code stands here once more
	}
	pair := func(a, av, b, bv string) []paper.Field {
		return []paper.Field{{Label: p.t(a), Value: av, W: half}, {Label: p.t(b), Value: bv, W: half}}
	}
	whole := func(a, av string) []paper.Field {
		return []paper.Field{{Label: p.t(a), Value: av, W: printWidth}}
	}
	f := p.form(21, rowH)
	y := p.d.Form(printLeft, printTop, f, [][]paper.Field{
		pair("household.head", h.Head, "household.register_number", h.RegisterNumber),
		whole("household.origin", h.OriginAddress),
		whole("household.address", h.Address),
		pair("household.site", h.Site, "household.programme", h.Programme),
		pair("household.moved_in", h.MovedInOn, "household.members", p.t("household.count", "n", strconv.Itoa(len(p.c.Members)))),
		pair("household.first_issued", p.c.FirstIssuedOn, "household.issued", p.c.IssuedOn),
	})
	left := printLeft
	if p.c.Code != "" {
		left = p.spare(y+2, p.c.Code)
		p.d.Line(left, y+printSpare-2.5, printSmall, p.t("household.spare"))
	}
	half = (printLeft + printWidth - left) / 2
	p.hand(left, y+4.5, half-6, p.t("household.officer"))
	p.hand(left+half, y+4.5, half, p.t("household.organ"))
}

// members sets a page for each member: whoever scans the code of one learns
// nothing of the others.
func (p *printer) members() {
	for i, m := range p.c.Members {
		p.page(p.t("member.title"))
		p.member(i+1, m)
	}
}

// A code's side, quiet zone included. Each is printed once more, smaller, away
// from the first: dirt on a corner mark blinds every reader, and seldom falls on
// both.
const (
	printMemberCode = 34.0
	printSpare      = 22.0
)

// member sets the page of one member.
func (p *printer) member(n int, m PrintedMember) {
	const gap = 5.0
	w := printWidth
	if m.Code != "" {
		w -= printMemberCode + gap
	}
	name := paper.Style{Face: paper.Serif, Pt: 19, Track: 2, Leading: 1.25, Colour: paper.Ink}
	p.d.Line(printLeft+1, printTop-0.5, p.d.Fit(name, w-28, 0.5, m.Name), m.Name)
	p.d.Line(printLeft+w-1, printTop+3.4, printLabel.Aligned(paper.Right), p.t("member.nth", "n", strconv.Itoa(n), "all", strconv.Itoa(len(p.c.Members))))
	y := p.d.Form(printLeft, printTop+11, p.form(24, 9), [][]paper.Field{
		{{Label: p.t("member.relation"), Value: m.Relation, W: w}},
		{{Label: p.t("member.sex"), Value: m.Sex, W: w / 2}, {Label: p.t("member.ethnicity"), Value: m.Ethnicity, LabelW: 14, W: w / 2}},
		{{Label: p.t("member.born"), Value: m.BornOn, W: w}},
		{{Label: p.t("member.id_number"), Value: m.IDNumber, W: w}},
	})
	if m.Code == "" {
		p.hand(printLeft, y+4.5, w/2-3, p.t("member.registered_on"))
		p.hand(printLeft+w/2, y+4.5, w/2, p.t("household.officer"))
		p.empty(printLeft, y+13)
		return
	}
	left := p.spare(y+2.5, m.Code)
	p.hand(left, y+3.5, printLeft+w-left, p.t("member.registered_on"))
	p.hand(left, y+10, printLeft+w-left, p.t("household.officer"))
	p.d.Line(left, y+15.5, printSmall, p.t("member.spare"))
	p.empty(left, y+18.5)
	x := printLeft + w + gap
	p.code(x, printTop+11, printMemberCode, m.Code)
	p.d.Paragraph(x, printTop+11+printMemberCode+1, printMemberCode, printSmall.Aligned(paper.Centre), p.t("member.code"))
}

// spare sets a code once more, and returns where the rest of the page begins.
func (p *printer) spare(y float64, code string) (left float64) {
	p.code(printLeft-1.5, y, printSpare, code)
	return printLeft + printSpare + 2
}

// code draws a signed code in a square, four modules of quiet zone included.
func (p *printer) code(x, y, side float64, text string) {
	const quiet = 0.07 // of the side: four modules of sixty
	p.d.Fill(x, y, side, side, paper.White)
	p.d.SignedQR(x+side*quiet, y+side*quiet, side*(1-2*quiet), text)
}

// empty says that the rest of a page is empty on purpose.
func (p *printer) empty(left, y float64) {
	right := printLeft + printWidth
	mid := (left + right) / 2
	text := p.t("empty")
	half := p.d.Width(printSmall, text)/2 + 3
	p.d.Rule(left, y+4, mid-half, y+4, 0.3, paper.Steel)
	p.d.Line(mid, y+2.2, printSmall.Aligned(paper.Centre), text)
	p.d.Rule(mid+half, y+4, right, y+4, 0.3, paper.Steel)
}

package booklet

import (
	"strconv"

	"anju/internal/paper"
)

// household sets the household page.
func (p *printer) household() {
	p.page(p.t("household.title"))
	h := p.c.Household
	half := printWidth / 2
	pair := func(a, av, b, bv string) []paper.Field {
		return []paper.Field{{Label: p.t(a), Value: av, W: half}, {Label: p.t(b), Value: bv, W: half}}
	}
	whole := func(a, av string) []paper.Field {
		return []paper.Field{{Label: p.t(a), Value: av, W: printWidth}}
	}
	f := p.form(21, 10)
	y := p.d.Form(printLeft, printTop, f, [][]paper.Field{
		pair("household.head", h.Head, "household.register_number", h.RegisterNumber),
		whole("household.origin", h.OriginAddress),
		whole("household.address", h.Address),
		pair("household.site", h.Site, "household.programme", h.Programme),
		pair("household.moved_in", h.MovedInOn, "household.members", p.t("household.count", "n", strconv.Itoa(len(p.c.Members)))),
		pair("household.first_issued", p.c.FirstIssuedOn, "household.issued", p.c.IssuedOn),
	})
	p.hand(printLeft, y+4.5, 52, p.t("household.officer"))
	p.hand(printLeft+half+4, y+4.5, half-4, p.t("household.organ"))
}

// Members are set as cards, four to a page.
const (
	printCards   = 4
	printCardH   = 17.0
	printCardGap = 1.5
)

// members sets as many pages as the members need. What stays empty on the
// last one is said to be empty, so that nothing can be added.
func (p *printer) members() {
	all := p.c.Members
	for n := 0; n < len(all) || n == 0; n += printCards {
		p.page(p.t("member.title"))
		y := printTop
		for i := n; i < min(n+printCards, len(all)); i++ {
			p.member(y, i+1, all[i])
			y += printCardH + printCardGap
		}
		if y < printBottom-8 {
			p.empty(y)
		}
	}
}

// member sets one card.
func (p *printer) member(y float64, n int, m PrintedMember) {
	const strip = 6.0
	p.d.Fill(printLeft, y, strip, printCardH, paper.Navy)
	p.d.Line(printLeft+strip/2, y+5.6, paper.Style{Face: paper.Serif, Pt: 11, Leading: 1.3, Colour: paper.White, Align: paper.Centre}, strconv.Itoa(n))
	f := p.form(16, printCardH/2)
	f.PadX = 1.2
	p.d.Form(printLeft+strip, y, f, [][]paper.Field{
		{
			{Label: p.t("member.name"), Value: m.Name, W: 48},
			{Label: p.t("member.relation"), Value: m.Relation, LabelW: 20, W: 32},
			{Label: p.t("member.sex"), Value: m.Sex, LabelW: 8, W: 15},
			{Label: p.t("member.ethnicity"), Value: m.Ethnicity, LabelW: 8, W: 22},
		},
		{
			{Label: p.t("member.born"), Value: m.BornOn, W: 48},
			{Label: p.t("member.id_number"), Value: m.IDNumber, LabelW: 20, W: 69},
		},
	})
}

// empty says that the rest of a page is empty on purpose.
func (p *printer) empty(y float64) {
	mid := p.d.Size().W / 2
	text := p.t("empty")
	half := p.d.Width(printSmall, text)/2 + 3
	p.d.Rule(printLeft, y+4, mid-half, y+4, 0.3, paper.Steel)
	p.d.Line(mid, y+2.2, printSmall.Aligned(paper.Centre), text)
	p.d.Rule(mid+half, y+4, printLeft+printWidth, y+4, 0.3, paper.Steel)
}

package mediation

import (
	"fmt"
	"io"
	"strings"
	"time"

	"anju/internal/i18n"
	"anju/internal/paper"
)

// A Sheet is what is printed of a mediation: the agreement with the items of
// article 29 and the places of its signatures, or, when there is none, the
// sheet that tells the parties their other remedies. All texts are as they are
// read.
type Sheet struct {
	Committee, Number, Mediator string
	Modes                       []string
	Parties, Thirds             [][2]string // name, and what is said of them
	Oral                        bool        // the mediator's record of an oral agreement
	Issue, Facts, Terms, Manner string
	PerformBy, AgreedOn         string
	MatterNumber, Place         string
	ConfirmDays                 int
	Remedies                    bool
	Refused                     bool
	EndedOn, EndedWhy           string
	PrintedAt                   time.Time // into the file's properties
}

const (
	left, width = 28.0, 154.0
	top, bottom = 28.0, 268.0
)

var (
	title = paper.Style{Face: paper.Serif, Pt: 22, Leading: 1.4, Colour: paper.Ink, Align: paper.Centre}
	text  = paper.Style{Face: paper.Serif, Pt: 12, Leading: 1.7, Colour: paper.Ink, Align: paper.Justify, Indent: 2}
	flat  = paper.Style{Face: paper.Serif, Pt: 12, Leading: 1.7, Colour: paper.Ink}
	head  = paper.Style{Face: paper.Sans, Pt: 12, Leading: 1.9, Colour: paper.Ink}
	small = paper.Style{Face: paper.Sans, Pt: 9, Leading: 1.5, Colour: paper.Muted}
)

// PDF writes the sheet. It fails with *paper.MissingError if a character cannot
// be printed; nothing is written then.
func (c Sheet) PDF(w io.Writer) error {
	p := printer{c: c, d: paper.New(paper.A4, paper.Meta{Title: c.title() + " " + c.Number, Author: c.Committee, ID: c.Number, CreatedAt: c.PrintedAt})}
	p.d.Footer(func(d *paper.Doc, page, pages int) {
		d.Line(d.Size().W/2, 280, small.Aligned(paper.Centre), i18n.T("mediation.print.page", "number", c.Number, "n", page, "of", pages))
	})
	p.d.Page()
	p.y = p.d.Paragraph(left, top, width, title, c.title()) + 2
	p.y = p.d.Paragraph(left, p.y, width, flat.Aligned(paper.Right), c.Number) + 2
	p.parties()
	if c.Remedies {
		p.remedies()
	} else {
		p.agreement()
	}
	return p.d.Write(w)
}

func (c Sheet) title() string {
	switch {
	case c.Remedies:
		return i18n.T("mediation.print.remedies")
	case c.Oral:
		return i18n.T("mediation.print.oral")
	}
	return i18n.T("mediation.print.written")
}

type printer struct {
	c Sheet
	d *paper.Doc
	y float64
}

// t is a text of the sheet.
//
//i18n:dynamic mediation.print.
func (p *printer) t(what string, args ...any) string { return i18n.T("mediation.print."+what, args...) }

// room turns the page when a height does not fit any more.
func (p *printer) room(h float64) {
	if p.y+h > bottom {
		p.d.Page()
		p.y = top
	}
}

// para sets a paragraph line by line, turning pages.
func (p *printer) para(s paper.Style, words string) {
	for _, part := range strings.Split(words, "\n") {
		for _, l := range p.d.Lines(s, width, part) {
			p.room(s.LineHeight())
			p.d.Set(left, p.y, width, s, l)
			p.y += s.LineHeight()
		}
	}
}

func (p *printer) part(what, words string) {
	p.room(head.LineHeight() + 2*text.LineHeight())
	p.para(head, p.t(what))
	p.para(text, words)
}

func (p *printer) parties() {
	for i, who := range p.c.Parties {
		p.para(flat, p.t("party", "n", i+1, "name", who[0], "about", who[1]))
	}
	for _, who := range p.c.Thirds {
		p.para(flat, p.t("third", "name", who[0], "about", who[1]))
	}
	p.y += 2
}

// agreement sets the items of article 29.
func (p *printer) agreement() {
	c := p.c
	p.para(text, p.t("lead", "committee", c.Committee, "mediator", c.Mediator, "modes", strings.Join(c.Modes, "、"), "matter", c.MatterNumber, "place", c.Place))
	p.part("facts", c.Facts)
	p.part("terms", c.Terms)
	p.part("perform", p.t("perform_words", "manner", c.Manner, "by", c.PerformBy))
	if c.Oral {
		p.part("force", p.t("force_oral", "on", c.AgreedOn))
		p.signatures([]string{p.t("sign.mediator")})
		return
	}
	p.part("force", p.t("force_written", "copies", len(c.Parties)+1, "days", c.ConfirmDays))
	var places []string
	for i := range c.Parties {
		places = append(places, p.t("sign.party", "n", i+1))
	}
	p.signatures(append(places, p.t("sign.mediator"), p.t("sign.committee")))
}

// signatures leaves a place for each, with its date.
func (p *printer) signatures(places []string) {
	const h = 17.0
	f := paper.Form{LabelW: 52, Label: flat, Value: flat, RowH: h, PadX: 3, Line: paper.Ink, Ground: paper.White}
	p.y += 4
	for _, place := range places {
		p.room(h)
		p.y = p.d.Form(left, p.y, f, [][]paper.Field{{{Label: place, Value: p.t("sign.date"), W: width}}})
	}
	p.y += 2
	p.room(small.LineHeight() * 2)
	p.para(small, p.t("free"))
}

// remedies tells the parties where else they can turn (art 26).
func (p *printer) remedies() {
	c := p.c
	key := "ended"
	if c.Refused {
		key = "refused"
	}
	p.para(text, p.t(key, "committee", c.Committee, "on", c.EndedOn, "matter", c.MatterNumber))
	p.para(text, c.EndedWhy)
	p.part("other", p.t("other_words"))
	for i := 1; i <= 4; i++ {
		p.para(text, p.t(fmt.Sprintf("remedy%d", i)))
	}
	p.y += 8
	p.para(flat.Aligned(paper.Right), p.t("signed", "committee", c.Committee, "mediator", c.Mediator))
	p.para(flat.Aligned(paper.Right), c.EndedOn)
}

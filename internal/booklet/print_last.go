package booklet

import (
	"strconv"

	"anju/internal/paper"
)

// changes sets the change record, with empty rows for later entries up to the
// foot of the last page and on as many blank pages.
func (p *printer) changes(blanks int) {
	t := p.table(
		paper.Column{Head: p.t("change.on"), W: 29, Align: paper.Centre},
		paper.Column{Head: p.t("change.item"), W: 24, Align: paper.Centre},
		paper.Column{Head: p.t("change.text"), W: 50},
		paper.Column{Head: p.t("change.by"), W: 20, Align: paper.Centre},
	)
	rows := make([][]string, len(p.c.Changes))
	for i, c := range p.c.Changes {
		rows[i] = []string{c.On, c.Item, c.Text, c.By}
	}
	for first := true; first || len(rows) > 0 || blanks > 0; first = false {
		if !first && len(rows) == 0 {
			blanks--
		}
		p.page(p.t("change.title"))
		n := p.d.FitRows(t, printBottom-printTop, rows)
		p.d.Table(printLeft, printTop, t, p.fill(t, rows[:n]))
		rows = rows[n:]
	}
}

// fill adds empty rows while they fit the page.
func (p *printer) fill(t paper.Table, rows [][]string) [][]string {
	rows = rows[:len(rows):len(rows)]
	for p.d.FitRows(t, printBottom-printTop, append(rows, nil)) > len(rows) {
		rows = append(rows, nil)
	}
	return rows
}

// notice sets the last page: what the booklet is and is not, and what happens
// to what it says about people (个人信息保护法 17). That it is voluntary
// stands first and large.
func (p *printer) notice() {
	p.page(p.t("notice.title"))
	strong := paper.Style{Face: paper.Serif, Pt: 11.5, Leading: 1.4, Colour: paper.Navy, Align: paper.Centre}
	p.d.Line(p.d.Size().W/2, printTop-2, strong, p.t("notice.voluntary"))
	y := printTop + 6
	text := printText
	text.Leading = 1.5
	for i, item := range []string{
		p.t("notice.effect", "county", p.c.County),
		p.t("notice.land"),
		p.t("notice.purpose", "issuer", p.c.Issuer),
		p.t("notice.privacy"),
		p.t("notice.rights"),
		p.t("notice.keep"),
		p.t("notice.contact", "issuer", p.c.Issuer, "phone", p.c.Phone),
	} {
		p.d.Line(printLeft+3, y, text.With(paper.Navy).Aligned(paper.Right), strconv.Itoa(i+1))
		y = p.d.Paragraph(printLeft+5.5, y, printWidth-5.5, text, item) + 1.9
	}
}

package booklet

import (
	"slices"
	"strings"

	"anju/internal/paper"
)

// printNever are words that turn a list of duties into a record about people.
// Names and addresses are not searched: they may hold any of them.
var printNever = []string{
	"红户", "黄户", "绿户", "红色管理", "黄色管理", "绿色管理", "稳控", "重点人员",
	"信访", "上访", "矫正", "刑满", "刑释", "精神障碍", "精神病", "宗教", "血型", "艾滋", "残疾等级",
	"低保户", "低保金", "低保对象", "特困户", "特困对象", "贫困户", "监测户",
}

// printBenefits may name a right, but not describe one; printDraws says that
// somebody has it.
var (
	printBenefits = []string{"低保", "最低生活保障", "特困", "救助", "供养"}
	printDraws    = []string{"享受", "领取"}
)

// allowed is the last look at free text before it is on paper.
func (c Content) allowed() error {
	for _, r := range c.Settlement.Rights {
		if r.Detail != "" {
			return ErrForbiddenContent
		}
	}
	for _, r := range slices.Concat(c.Origin.Rights, c.Settlement.Rights) {
		if holdsAny(r.Name+" "+r.Detail, printNever, printDraws) || holdsAny(r.Detail, printBenefits) {
			return ErrForbiddenContent
		}
	}
	for _, ch := range c.Changes {
		if text := ch.Item + " " + ch.Text; holdsAny(text, printNever, printBenefits) {
			return ErrForbiddenContent
		}
	}
	return nil
}

func holdsAny(text string, lists ...[]string) bool {
	return slices.ContainsFunc(slices.Concat(lists...), func(w string) bool { return strings.Contains(text, w) })
}

// originRights sets what the place of registration answers for: land, forest
// and the collective. A move changes none of them (土地承包法 27).
func (p *printer) originRights() {
	p.rights("rights.origin_title", "rights.origin", p.c.Origin, p.t("rights.land_law"))
}

// settlementRights sets what the settlement place answers for. Which office
// to ask is the same for every household; whether it asks is not on paper.
func (p *printer) settlementRights() {
	p.rights("rights.settlement_title", "rights.settlement", p.c.Settlement, p.t("rights.no_status"))
}

func (p *printer) rights(title, label string, place PrintedPlace, note string) {
	name := printValue
	name.Pt = 9
	detail := printSmall
	detail.Pt = 7.5
	t := p.table(
		paper.Column{Head: p.t("rights.right"), W: 56, Style: &name, Sub: &detail},
		paper.Column{Head: p.t("rights.unit"), W: 41},
		paper.Column{Head: p.t("rights.phone"), W: 26, Align: paper.Centre},
	)
	t.MinRow, t.PadY = 6.3, 0.6
	text := printText
	text.Pt, text.Leading = 8, 1.4
	rows := make([][]string, len(place.Rights))
	for i, r := range place.Rights {
		name := r.Name
		if r.Detail != "" {
			name += "\n" + r.Detail
		}
		rows[i] = []string{name, r.Unit, r.Phone}
	}
	noteH := p.d.Height(text, printWidth, note) + 2
	for first := true; first || len(rows) > 0; first = false {
		p.page(p.t(title))
		p.d.Line(printLeft, printTop-2, printLabel, p.t(label))
		p.d.Line(printLeft+p.d.Width(printLabel, p.t(label))+3, printTop-2.4, printValue, place.Name)
		n := p.d.FitRows(t, printBottom-noteH-printTop-3.5, rows)
		y := p.d.Table(printLeft, printTop+3.5, t, rows[:n])
		rows = rows[n:]
		p.d.Paragraph(printLeft, max(y+2, printBottom-noteH+1), printWidth, text, note)
	}
}

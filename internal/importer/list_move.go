package importer

import (
	"slices"
	"strconv"

	"anju/internal/fault"
	"anju/internal/importer/table"
	"anju/internal/relocation"
	"anju/internal/residence"
)

const (
	colProgramme, colMovedOn, colAnswer, colCount = "搬迁类型", "搬迁日期", "迁户意愿", "搬迁人口"
)

var moveColumns = append([]table.Column{
	{Name: colProgramme, Also: []string{"搬迁项目", "项目类型", "工程类别"}, Required: true},
	{Name: colMovedOn, Also: []string{"入住日期", "搬入日期", "搬迁时间", "入住时间"}, Required: true},
	{Name: colAddress, Also: []string{"安置地址", "迁入地址", "搬入地址", "现住地址", "安置点地址"}, Required: true},
	villageColumn,
	{Name: colCount, Also: []string{"家庭人口", "人口数", "搬迁人数"}},
	{Name: colAnswer, Also: []string{"户籍迁移意愿", "是否迁户"}},
}, headColumns...)

var headColumns = []table.Column{
	{Name: ColID, Also: []string{"户主身份证号", "户主公民身份号码", "户主身份证号码", "身份证号", "身份证号码"}, Required: true},
	{Name: ColName, Also: []string{"户主姓名", "户主"}, Required: true},
}

var programmeWords = [][2]string{
	{"易地", "poverty_relief"}, {"扶贫", "poverty_relief"}, {"陕南", "south_shaanxi"}, {"避灾", "disaster"}, {"生态", "ecological"}, {"自行", "natural"}, {"自然", "natural"}}

var answerWords = [][2]string{
	{"不迁移户籍，也不办", relocation.Declined}, {"暂不", relocation.Stays}, {"不迁", relocation.Stays}, {"考虑", relocation.Later}, {"愿意", relocation.WillTransfer}, {"同意", relocation.WillTransfer}}

// A listedMove is one household of a list of moves (搬迁名单).
type listedMove struct{ request relocation.Request }

// readMove reads a row of a list of moves: a household, by its head.
func readMove(l *list, p *rowParser) (entry, change, error) {
	r := relocation.Request{Village: l.village(p, colVillage), Address: p.addressIn(colAddress), MovedOn: p.day(colMovedOn, "move_date_missing", "move_date_form"),
		Programme: p.oneOf(colProgramme, "programme_missing", "programme_unknown", programmeWords),
		Answer:    p.oneOf(colAnswer, "", "answer_unknown", answerWords)}
	var err error
	if r.Address, err = l.standard(p, r.Village, r.Address); err != nil {
		return nil, 0, err
	}
	who, found, err := l.person(p)
	if err != nil || bad(p.faults) || !found {
		return nil, 0, err
	}
	if r.MovedOn.After(l.on) {
		p.fault(colMovedOn, "move_future")
		return nil, 0, nil
	}
	reg, ok, err := residence.Current(l.tx, who.ID, residence.Registered)
	if err != nil {
		return nil, 0, err
	}
	if !ok {
		p.fault(ColID, "person_unknown")
		return nil, 0, nil
	}
	r.HouseholdID = reg.HouseholdID
	l.alone(p, ColID, string(r.HouseholdID))
	if err := l.household(p, reg); err != nil || bad(p.faults) {
		return nil, 0, err
	}
	known, err := relocation.CheckListed(l.tx, l.by, l.keys, r)
	if f := fault.Of(err); f != nil {
		p.moveFault(f)
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	if known {
		return listedMove{r}, unchanged, nil
	}
	return listedMove{r}, added, nil
}

// household compares what the row says of the household with its members.
func (l *list) household(p *rowParser, reg residence.Spell) error {
	if !(residence.Member{Spell: reg}).Head() {
		p.fault(ColID, "move_not_head")
	}
	s, _, ok := p.text(colCount)
	if !ok {
		return nil
	}
	members, err := residence.Members(l.tx, reg.HouseholdID)
	if n, bad := strconv.Atoi(tight(half(s))); err == nil && (bad != nil || n != len(members)) {
		p.fault(colCount, "move_count", "count", len(members))
	}
	return err
}

// moveFault says in a list's words why a move cannot be registered.
func (p *rowParser) moveFault(f *fault.Fault) {
	if f.Key == "residence.overlaps" || slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == "moved_on" }) {
		p.fault(colMovedOn, "move_earlier")
		return
	}
	p.fault(ColID, "move_elsewhere") // another station's household, or none that this office may know
}

func (m listedMove) take(in *intake, row int) (bool, error) {
	return relocation.Listed(in.tx, in.by, in.keys, m.request, in.at(row))
}

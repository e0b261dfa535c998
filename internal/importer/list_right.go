package importer

import (
	"slices"
	"strconv"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/importer/table"
	"anju/internal/residence"
)

const (
	colOwed, colSide, colPaper, colHowMuch, colBegins, colUntil = "权益种类", "责任地", "凭证编号", "数量", "起始日期", "终止日期"
)

var rightColumns = append([]table.Column{
	{Name: colOwed, Also: []string{"权益", "待遇", "险种", "项目"}, Required: true},
	{Name: colPaper, Also: []string{"凭证", "证书编号", "合同编号", "批准文号", "参保编号"}, Required: true},
	{Name: colBegins, Also: []string{"开始日期", "生效日期", "参保日期"}, Required: true},
	{Name: villageColumn.Name, Also: villageColumn.Also, Required: true},
	{Name: colSide, Also: []string{"负责地"}}, {Name: colHowMuch, Also: []string{"面积", "股数"}}, {Name: colUntil, Also: []string{"截止日期", "到期日期"}},
}, []table.Column{
	{Name: ColID, Also: []string{"户主身份证号", "身份证号", "身份证号码"}, Required: true},
	{Name: ColName, Also: []string{"户主姓名", "户主"}, Required: true},
}...)

// words for kinds of right, as lists write them; the more exact first.
var rightWords = [][2]string{
	{"承包地", "farmland"}, {"耕地", "farmland"}, {"林", "forest"}, {"宅基地", "homestead"}, {"集体收益", "collective_income"}, {"股份", "collective_income"}, {"分红", "collective_income"},
	{"其他政策", "other_policy"}, {"大病", "serious_illness"}, {"合疗", "medical"}, {"医疗", "medical"}, {"医保", "medical"}, {"养老", "pension"},
	{"低保", "subsistence"}, {"最低生活保障", "subsistence"}, {"特困", "destitute"}, {"临时救助", "temporary_aid"},
}

// A listed right is one line of the list that a place keeps for itself. No other
// place is asked, and no other list is touched.
type listedRight struct{ right entitlement.Entitlement }

// readRight reads a row of a place's list of rights.
func readRight(l *list, p *rowParser) (entry, change, error) {
	e := entitlement.Entitlement{Path: l.village(p, colVillage), State: entitlement.Valid,
		Kind:      p.oneOf(colOwed, "owed_missing", "owed_unknown", rightWords),
		Side:      p.oneOf(colSide, "", "side_unknown", [][2]string{{"原籍", entitlement.Origin}, {"户籍", entitlement.Origin}, {"居住", entitlement.Living}, {"社区", entitlement.Living}}),
		ValidFrom: p.day(colBegins, "owed_from_missing", "owed_from_form"),
		ValidTo:   p.day(colUntil, "", "owed_to_form")}
	e.Evidence = p.paper()
	many := p.number(colHowMuch, "", "owed_amount")
	who, found, err := l.person(p)
	if err != nil || bad(p.faults) || !found {
		return nil, 0, err
	}
	switch {
	case e.ValidTo == "":
		e.ValidTo = calendar.Forever
	case !e.ValidFrom.Before(e.ValidTo):
		p.fault(colUntil, "owed_order")
	}
	if e.ValidFrom > l.on {
		p.fault(colBegins, "owed_future")
	}
	if entitlement.Unit(e.Kind) != "" && many > 0 {
		e.Amount = i18n.T("entitlement.amount."+e.Kind, "n", strconv.FormatFloat(many, 'f', -1, 64)) //i18n:dynamic entitlement.amount.
	}
	reg, ok, err := residence.Current(l.tx, who.ID, residence.Registered)
	if err != nil {
		return nil, 0, err
	}
	e.HouseholdID = reg.HouseholdID
	choices, err := entitlement.Choices(l.tx, l.by, e.HouseholdID)
	if !ok || err != nil { // outside the office's area nobody is said to exist
		if err == nil || fault.Of(err) != nil {
			p.fault(ColID, "person_unknown")
			err = nil
		}
		return nil, 0, err
	}
	if e.Side == "" {
		e.Side = sideIn(choices, e)
	}
	if !slices.Contains(choices, entitlement.Choice{Kind: e.Kind, Side: e.Side, Path: e.Path}) {
		p.fault(colOwed, "owed_not_here")
	}
	l.alone(p, colPaper, string(e.HouseholdID), e.Kind, e.Side, e.Path, e.Evidence)
	if bad(p.faults) {
		return nil, 0, nil
	}
	was, known, err := entitlement.Listed(l.tx, e)
	switch {
	case err != nil:
		return nil, 0, err
	case !known:
		return listedRight{e}, added, nil
	case (listedRight{e}).says(was):
		return listedRight{e}, unchanged, nil
	}
	return listedRight{e}, updated, nil
}

// sideIn is the side at which a place may enter a kind; a list of one place
// seldom says it.
func sideIn(choices []entitlement.Choice, e entitlement.Entitlement) string {
	for _, c := range choices {
		if c.Kind == e.Kind && c.Path == e.Path {
			return c.Side
		}
	}
	return ""
}

func (p *rowParser) paper() string {
	s, kind, ok := p.required(colPaper, "paper_missing")
	if !ok {
		return ""
	}
	if s = tight(half(s)); kind == table.Number && len(s) > 15 {
		p.fault(colPaper, "cell_rounded", "column", colPaper)
		return ""
	}
	return s
}

// says reports whether the list has this already.
func (r listedRight) says(was entitlement.Entitlement) bool {
	return was.Amount == r.right.Amount && was.ValidFrom == r.right.ValidFrom && was.ValidTo == r.right.ValidTo
}

func (r listedRight) take(in *intake, row int) (bool, error) {
	e := r.right
	e.Source = in.at(row)
	choices, err := entitlement.Choices(in.tx, in.by, e.HouseholdID)
	if err != nil {
		return false, err
	}
	if !slices.Contains(choices, entitlement.Choice{Kind: e.Kind, Side: e.Side, Path: e.Path}) {
		return false, fault.New(fault.Conflict, "importer.row.owed_not_here") // it has moved since the file was checked
	}
	was, known, err := entitlement.Listed(in.tx, e)
	switch {
	case err != nil:
		return false, err
	case !known:
		_, err = entitlement.Enter(in.tx, e)
	case r.says(was):
		return false, nil
	default:
		is := was
		is.Amount, is.ValidFrom, is.ValidTo, is.Source = e.Amount, e.ValidFrom, e.ValidTo, e.Source
		_, err = entitlement.Correct(in.tx, was, is)
	}
	if err != nil {
		return false, err
	}
	return true, told(in.tx, e.HouseholdID)
}

// told lets what an import has written about a household's rights be seen: the
// lists are compared, and its booklets looked at again.
func told(tx *db.Tx, id household.ID) error {
	if _, err := entitlement.Recheck(tx, id); err != nil {
		return err
	}
	return household.Changed(tx, id)
}

package importer

import (
	"encoding/json"
	"strconv"

	"anju/internal/calendar"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/importer/table"
	"anju/internal/policy"
	"anju/internal/residence"
)

const (
	colRight, colContract, colMu, colFrom, colTo = "权利种类", "合同编号", "面积(亩)", "承包起始日期", "承包终止日期"
)

var contractColumns = append([]table.Column{
	{Name: colRight, Also: []string{"种类", "地类", "合同类型"}, Required: true},
	{Name: colContract, Also: []string{"承包合同编号", "合同号", "权证编号", "林权证号", "经营权证号"}, Required: true},
	{Name: colMu, Also: []string{"面积", "承包面积", "合同面积", "面积（亩）"}, Required: true},
	{Name: colFrom, Also: []string{"起始日期", "承包期起", "开始日期"}, Required: true},
	{Name: colTo, Also: []string{"终止日期", "承包期止", "截止日期"}},
	{Name: villageColumn.Name, Also: append([]string{"发包方代码", "发包村代码"}, villageColumn.Also...), Required: true},
}, contractorColumns...)

var contractorColumns = []table.Column{
	{Name: ColID, Also: []string{"承包方代表身份证号", "承包方身份证号", "户主身份证号", "身份证号", "身份证号码"}, Required: true},
	{Name: ColName, Also: []string{"承包方代表", "承包方", "户主姓名"}, Required: true},
}

// A contract is one contract of farmland or forest: a right at the origin that
// no move touches (农村土地承包法 27).
type contract struct{ right entitlement.Entitlement }

// readContract reads a row of contracts.
func readContract(l *list, p *rowParser) (entry, change, error) {
	e := entitlement.Entitlement{Side: entitlement.Origin, Path: l.village(p, colVillage), State: "valid",
		Kind:      p.oneOf(colRight, "right_missing", "right_unknown", [][2]string{{"林", "forest"}, {"承包地", "farmland"}, {"耕地", "farmland"}, {"农用地", "farmland"}}),
		Evidence:  p.contractNo(),
		ValidFrom: p.day(colFrom, "contract_from_missing", "contract_from_form"),
		ValidTo:   p.day(colTo, "", "contract_to_form")}
	mu := p.number(colMu, "mu_missing", "mu_form")
	who, found, err := l.person(p)
	if err != nil || bad(p.faults) || !found {
		return nil, 0, err
	}
	switch {
	case e.ValidTo == "":
		e.ValidTo = calendar.Forever
	case !e.ValidFrom.Before(e.ValidTo):
		p.fault(colTo, "contract_order")
	case !e.ValidTo.After(l.on):
		p.fault(colTo, "contract_over")
	}
	e.Amount = i18n.T("importer.contract.amount", "right", i18n.T("entitlement.kind."+e.Kind), "mu", strconv.FormatFloat(mu, 'f', -1, 64)) //i18n:dynamic entitlement.kind.
	l.alone(p, colContract, e.Kind, e.Evidence)
	reg, ok, err := residence.Current(l.tx, who.ID, residence.Registered)
	if err != nil {
		return nil, 0, err
	}
	if !ok || policy.Check(l.by, policy.ContractImport, policy.Places{{Relation: policy.Registered, Path: reg.Path}}) != nil {
		p.fault(ColID, "person_unknown") // outside the office's area nobody is said to exist
		return nil, 0, nil
	}
	e.HouseholdID = reg.HouseholdID
	if reg.Path[:12] != e.Path {
		p.fault(colVillage, "contract_village")
	}
	if bad(p.faults) {
		return nil, 0, nil
	}
	return l.compareContract(p, contract{e})
}

func (l *list) compareContract(p *rowParser, c contract) (entry, change, error) {
	was, known, err := entitlement.ByEvidence(l.tx, c.right.Kind, c.right.Evidence)
	switch {
	case err != nil:
		return nil, 0, err
	case !known:
		return c, added, nil
	case was.HouseholdID != c.right.HouseholdID:
		p.fault(colContract, "contract_other_household")
		return nil, 0, nil
	case c.says(was):
		return c, unchanged, nil
	}
	in := &intake{tx: l.tx, by: l.by, on: l.on, kind: KindContracts}
	origin, err := in.origin(was.Source)
	if err == nil && origin != KindContracts {
		p.fault(colMu, "contract_differs")
	}
	return c, updated, err
}

// says reports whether a right that is known is what the contract says.
func (c contract) says(was entitlement.Entitlement) bool {
	return was.Amount == c.right.Amount && was.ValidFrom == c.right.ValidFrom && was.ValidTo == c.right.ValidTo && was.Path == c.right.Path
}

func (p *rowParser) contractNo() string {
	s, kind, ok := p.required(colContract, "contract_missing")
	if !ok {
		return ""
	}
	s = tight(half(s))
	if kind == table.Number && len(s) > 15 {
		p.fault(colContract, "cell_rounded", "column", colContract)
		return ""
	}
	if len([]rune(s)) < 3 {
		p.fault(colContract, "contract_form")
		return ""
	}
	return s
}

// words are a right as a person compares it.
func words(e entitlement.Entitlement) string {
	if e.ValidTo == calendar.Forever {
		return i18n.T("importer.contract.since", "amount", e.Amount, "from", e.ValidFrom.Chinese())
	}
	return i18n.T("importer.contract.term", "amount", e.Amount, "from", e.ValidFrom.Chinese(), "to", e.ValidTo.Chinese())
}

func (c contract) take(in *intake, row int) (bool, error) {
	e := c.right
	e.Source = in.at(row)
	was, known, err := entitlement.ByEvidence(in.tx, e.Kind, e.Evidence)
	switch {
	case err != nil:
		return false, err
	case !known:
		if _, err := entitlement.Enter(in.tx, e); err != nil {
			return false, err
		}
		return true, told(in.tx, e.HouseholdID)
	case was.HouseholdID != e.HouseholdID:
		return false, fault.New(fault.Conflict, "importer.row.contract_other_household")
	case c.says(was):
		return false, nil
	}
	origin, err := in.origin(was.Source)
	if err != nil {
		return false, err
	}
	if origin == KindContracts {
		is := was
		is.Amount, is.ValidFrom, is.ValidTo, is.Path, is.Source = e.Amount, e.ValidFrom, e.ValidTo, e.Path, e.Source
		if _, err := entitlement.Correct(in.tx, was, is); err != nil {
			return false, err
		}
		return true, told(in.tx, e.HouseholdID)
	}
	detail, err := json.Marshal(e)
	if err != nil {
		return false, err
	}
	return in.differ(row, Difference{Subject: "household/" + string(e.HouseholdID) + "/" + e.Kind + "/" + e.Evidence, HouseholdID: e.HouseholdID, Field: FieldContract,
		Have: words(was), HaveSource: was.Source, Says: words(e), Detail: string(detail)})
}

package importer

import (
	"encoding/json"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/importer/table"
)

const (
	colUnitCode, colUnitName, colFounded, colGone = "统一社会信用代码", "单位名称", "成立日期", "注销日期"
)

// unitColumns are those of 实有单位. Who is in charge and their phone are not
// kept: what is kept of a unit is public.
var unitColumns = []table.Column{
	{Name: colUnitCode, Also: []string{"信用代码", "社会信用代码", "统一信用代码", "USCC"}, Required: true},
	{Name: colUnitName, Also: []string{"名称", "机构名称", "企业名称", "个体工商户名称"}, Required: true},
	{Name: colAddress, Also: []string{"地址", "单位地址", "经营地址", "住所", "经营场所", "详细地址"}, Required: true},
	villageColumn,
	{Name: colFounded, Also: []string{"设立日期", "登记日期", "入驻日期", "起始日期"}, Required: true},
	{Name: colGone, Also: []string{"吊销日期", "搬离日期", "终止日期"}},
	{Name: "法定代表人", Also: []string{"负责人", "法人", "法人代表", "联系人"}, Drop: true},
	{Name: ColPhone, Also: []string{"电话", "手机号", "联系方式", "负责人电话"}, Drop: true},
}

// A unit is one organisation at its address.
type unit struct {
	is      dwelling.Organisation
	address string
}

// readUnit reads a row of 实有单位.
func readUnit(l *list, p *rowParser) (entry, change, error) {
	u := unit{is: dwelling.Organisation{USCC: p.unitCode(), Name: p.unitName(), Village: l.village(p, colVillage), ValidTo: calendar.Forever}, address: p.addressIn(colAddress)}
	u.is.ValidFrom = p.day(colFounded, "unit_from_missing", "unit_from_form")
	if u.is.ValidFrom.After(l.on) {
		p.fault(colFounded, "unit_future")
	}
	if to := p.day(colGone, "", "unit_to_form"); to != "" {
		switch {
		case to.After(l.on):
			p.fault(colGone, "unit_future")
		case u.is.ValidFrom != "" && !u.is.ValidFrom.Before(to):
			p.fault(colGone, "unit_order")
		}
		u.is.ValidTo = to
	}
	var err error
	if u.address, err = l.standard(p, u.is.Village, u.address); err != nil || bad(p.faults) {
		return nil, 0, err
	}
	l.alone(p, colUnitCode, string(u.is.USCC))
	was, known, err := dwelling.FindOrganisation(l.tx, u.is.USCC)
	if err != nil || !known {
		return u, added, err
	}
	if !l.by.Over(was.Village) { // of another office's area: it says where the unit is
		p.fault(colUnitCode, "unit_elsewhere", "village", l.index.FullName(was.Village))
		return nil, 0, nil
	}
	a, err := dwelling.GetAddress(l.tx, was.AddressID)
	if err != nil {
		return nil, 0, err
	}
	if u.over(was) == was && a.Text == u.address && a.Village == u.is.Village {
		return u, unchanged, nil
	}
	if !listed(was) {
		p.fault(colUnitCode, "unit_differs")
	}
	return u, updated, nil
}

// listed reports whether all that is known of a unit comes from such a file:
// then the newer one is taken over. What the counter has written is another
// source, and a person decides.
func listed(o dwelling.Organisation) bool { return strings.HasPrefix(o.Source, "import/") }

// unitCode reads a unified social credit code (GB 32100).
func (p *rowParser) unitCode() ident.USCC {
	s, kind, ok := p.required(colUnitCode, "unit_code_missing")
	if !ok {
		return ""
	}
	if kind == table.Number {
		p.fault(colUnitCode, "cell_rounded", "column", colUnitCode)
		return ""
	}
	c, err := ident.ParseUSCC(tight(half(s)))
	if err != nil {
		p.fault(colUnitCode, map[string]string{"ident.uscc.length": "unit_code_length", "ident.uscc.charset": "unit_code_charset", "ident.uscc.check": "unit_code_check"}[fault.KeyOf(err)])
	}
	return c
}

func (p *rowParser) unitName() string {
	s, _, ok := p.required(colUnitName, "unit_name_missing")
	if !ok {
		return ""
	}
	return tight(s) // no cell is longer than a name may be
}

// over is what the row makes of a unit that is known.
func (u unit) over(was dwelling.Organisation) dwelling.Organisation {
	is := was
	is.Name, is.Village, is.ValidFrom, is.ValidTo = u.is.Name, u.is.Village, u.is.ValidFrom, u.is.ValidTo
	return is
}

// take enters the unit, or what is new about it.
func (u unit) take(in *intake, row int) (bool, error) {
	a, err := dwelling.FindOrInsertAddress(in.tx, dwelling.Address{Village: u.is.Village, Text: u.address})
	if err != nil {
		return false, err
	}
	was, known, err := dwelling.FindOrganisation(in.tx, u.is.USCC)
	if err != nil {
		return false, err
	}
	if !known {
		is := u.is
		is.AddressID, is.Source = a.ID, in.at(row)
		return true, dwelling.EnterOrganisation(in.tx, is)
	}
	is := u.over(was)
	is.AddressID = a.ID
	if is == was {
		return false, nil
	}
	if !listed(was) {
		return u.differ(in, row, was, is)
	}
	is.Source = in.at(row)
	return true, dwelling.ChangeOrganisation(in.tx, was, is)
}

// differ lays what the file says otherwise than the counter before whoever
// decides.
func (u unit) differ(in *intake, row int, was, is dwelling.Organisation) (bool, error) {
	a, err := dwelling.GetAddress(in.tx, was.AddressID)
	if err != nil {
		return false, err
	}
	detail, err := json.Marshal(is)
	if err != nil {
		return false, err
	}
	return in.differ(row, Difference{Subject: unitSubject + was.ID, Path: was.Village, Field: FieldUnit, Have: unitWords(was, a.Text), HaveSource: was.Source,
		Says: unitWords(is, u.address), Detail: string(detail)})
}

// unitSubject begins the subject of a difference about a unit.
const unitSubject = "organisation/"

// unitWords are a unit as a person reads it beside another source's word.
func unitWords(o dwelling.Organisation, address string) string {
	if o.ValidTo == calendar.Forever {
		return i18n.T("importer.unit.here", "name", o.Name, "address", address, "from", o.ValidFrom)
	}
	return i18n.T("importer.unit.gone", "name", o.Name, "address", address, "from", o.ValidFrom, "to", o.ValidTo)
}

// takeUnit takes over what a file says of a unit.
func takeUnit(tx *db.Tx, d Difference) error {
	var says dwelling.Organisation
	if err := json.Unmarshal([]byte(d.Detail), &says); err != nil {
		return err
	}
	was, err := dwelling.GetOrganisation(tx, says.ID)
	if err != nil {
		return err
	}
	is := was
	is.Name, is.Village, is.AddressID, is.ValidFrom, is.ValidTo, is.Source = says.Name, says.Village, says.AddressID, says.ValidFrom, says.ValidTo, d.SaysSource
	return dwelling.ChangeOrganisation(tx, was, is)
}

package importer

import (
	"anju/internal/dwelling"
	"anju/internal/grid"
	"anju/internal/importer/table"
)

const colGroup = "组号"

// addressColumns are those of the register of addresses: a house may stand
// there, or none yet.
var addressColumns = []table.Column{
	houseColumns[0], villageColumn,
	{Name: colGroup, Also: []string{"村民小组", "小组", "组"}},
	{Name: colBuilding, Also: []string{"幢", "楼幢", "楼栋号"}}, {Name: colUnit, Also: []string{"单元号"}}, {Name: colRoom, Also: []string{"室", "房号", "户室"}},
	{Name: colLongitude, Also: []string{"X坐标"}}, {Name: colLatitude, Also: []string{"Y坐标"}}, {Name: colDatum, Also: []string{"坐标系统", "坐标参考系"}},
}

// A standard is one address of the register of addresses: what the register has
// is approved.
type standard struct{ house }

// readAddress reads a row of 标准地址.
func readAddress(l *list, p *rowParser) (entry, change, error) {
	s := standard{house{address: dwelling.Address{Village: l.village(p, colVillage), Text: p.addressIn(colAddress), State: dwelling.Approved,
		Building: tight(half(p.free(colBuilding))), Unit: tight(half(p.free(colUnit))), Room: tight(half(p.free(colRoom)))}}}
	s.coordinates(p)
	if given := tight(half(p.free(colGroup))); given != "" {
		if s.address.GroupNo = grid.GroupOf(given + "组"); s.address.GroupNo == "" {
			s.address.GroupNo = grid.GroupOf(given)
		}
		if s.address.GroupNo == "" {
			p.fault(colGroup, "group_form")
		}
	}
	var err error
	if s.address.Text, err = l.standard(p, s.address.Village, s.address.Text); err != nil || bad(p.faults) {
		return nil, 0, err
	}
	if s.address.GroupNo == "" {
		s.address.GroupNo = grid.GroupOf(s.address.Text)
	}
	l.alone(p, colAddress, s.address.Village, s.address.Text)
	a, ok, err := dwelling.FindAddress(l.tx, s.address.Village, s.address.Text)
	switch {
	case err != nil:
		return nil, 0, err
	case !ok:
		return s, added, nil
	case dwelling.Equal(s.overAddress(a), a):
		return s, unchanged, nil
	}
	return s, updated, nil
}

// take enters the address, or what is new about it.
func (s standard) take(in *intake, row int) (bool, error) {
	a, ok, err := dwelling.FindAddress(in.tx, s.address.Village, s.address.Text)
	if err != nil {
		return false, err
	}
	changed := !ok
	if ok {
		changed, err = dwelling.UpdateAddress(in.tx, a, s.overAddress(a))
	} else {
		a, err = dwelling.FindOrInsertAddress(in.tx, s.address)
	}
	if err != nil || !changed {
		return false, err
	}
	return true, in.says("address/"+a.ID, row)
}

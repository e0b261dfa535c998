package importer

import (
	"strconv"

	"anju/internal/dwelling"
	"anju/internal/grid"
	"anju/internal/importer/table"
)

// Columns that several lists share.
const (
	colAddress = "标准地址"
	colVillage = "村(社区)代码"
)

var villageColumn = table.Column{Name: colVillage, Also: []string{"村（社区）代码", "村代码", "社区代码", "区划代码", "所在区划代码"}, Required: true}

const (
	colUse, colOwnership, colArea       = "房屋用途", "产权性质", "建筑面积"
	colBuilding, colUnit, colRoom       = "楼栋", "单元", "室号"
	colLongitude, colLatitude, colDatum = "经度", "纬度", "坐标系"
	countyWest, countyEast              = 109.0, 111.0 // what lies outside is a slip: the county and a margin
	countySouth, countyNorth            = 32.0, 33.5
)

var houseColumns = []table.Column{
	{Name: colAddress, Also: []string{"地址", "房屋地址", "详细地址", "坐落", "房屋坐落", "地址全称"}, Required: true},
	villageColumn,
	{Name: colUse, Also: []string{"用途", "房屋类型", "房屋类别"}, Required: true},
	{Name: colOwnership, Also: []string{"权属", "产权", "房屋性质"}},
	{Name: colArea, Also: []string{"面积", "建筑面积(平方米)", "房屋面积"}},
	{Name: colBuilding, Also: []string{"幢", "楼幢", "楼栋号"}}, {Name: colUnit, Also: []string{"单元号"}}, {Name: colRoom, Also: []string{"室", "房号", "户室"}},
	{Name: colLongitude, Also: []string{"X坐标"}}, {Name: colLatitude, Also: []string{"Y坐标"}}, {Name: colDatum, Also: []string{"坐标系统", "坐标参考系"}},
}

// A house is one house at its standard address.
type house struct {
	address dwelling.Address
	house   dwelling.House
}

// readHouse reads a row of 标准地址与实有房屋.
func readHouse(l *list, p *rowParser) (entry, change, error) {
	h := house{address: dwelling.Address{Village: l.village(p, colVillage), Text: p.addressIn(colAddress), State: dwelling.Approved,
		Building: tight(half(p.free(colBuilding))), Unit: tight(half(p.free(colUnit))), Room: tight(half(p.free(colRoom)))}}
	h.house.Use = p.oneOf(colUse, "use_missing", "use_unknown", [][2]string{
		{"安置", "resettlement"}, {"农房", "farmhouse"}, {"农村", "farmhouse"}, {"商品", "commercial"}, {"自建", "self_built"}})
	h.house.Ownership = p.oneOf(colOwnership, "", "ownership_unknown", [][2]string{
		{"自有", "own"}, {"私有", "own"}, {"租", "rented"}, {"公", "public"}, {"集体", "public"}})
	h.house.Area = p.number(colArea, "", "area_form")
	h.coordinates(p)
	var err error
	if h.address.Text, err = l.standard(p, h.address.Village, h.address.Text); err != nil || bad(p.faults) {
		return nil, 0, err
	}
	h.address.GroupNo = grid.GroupOf(h.address.Text)
	l.alone(p, colAddress, h.address.Village, h.address.Text)
	what, err := h.compare(l)
	return h, what, err
}

// coordinates reads a point with the system it is measured in: half of it, or a
// point far away, is worse than none.
func (h *house) coordinates(p *rowParser) {
	lng, _, east := p.text(colLongitude)
	lat, _, north := p.text(colLatitude)
	if !east && !north {
		return
	}
	if !east || !north {
		p.fault(colLongitude, "coordinates_half")
		return
	}
	x, err1 := strconv.ParseFloat(half(lng), 64)
	y, err2 := strconv.ParseFloat(half(lat), 64)
	if err1 != nil || err2 != nil {
		p.fault(colLongitude, "coordinates_form")
		return
	}
	if x < countyWest || x > countyEast || y < countySouth || y > countyNorth {
		p.fault(colLongitude, "coordinates_far")
		return
	}
	h.address.CRS = p.oneOf(colDatum, "crs_unknown", "crs_unknown", [][2]string{{"2000", "CGCS2000"}, {"GCJ", "GCJ-02"}, {"火星", "GCJ-02"}})
	h.address.Lng, h.address.Lat = &x, &y
}

func (h house) compare(l *list) (change, error) {
	a, ok, err := dwelling.FindAddress(l.tx, h.address.Village, h.address.Text)
	if err != nil || !ok {
		return added, err
	}
	was, ok, err := dwelling.FindHouse(l.tx, a.ID)
	if err != nil || !ok {
		return added, err
	}
	if same := h.over(was) == was; same && dwelling.Equal(h.overAddress(a), a) {
		return unchanged, nil
	}
	return updated, nil
}

// over is what the row makes of a house that is known: what it does not say
// stays.
func (h house) over(was dwelling.House) dwelling.House {
	is := was
	is.Use = h.house.Use
	if h.house.Ownership != "" {
		is.Ownership = h.house.Ownership
	}
	if h.house.Area > 0 {
		is.Area = h.house.Area
	}
	return is
}

func (h house) overAddress(was dwelling.Address) dwelling.Address {
	is := was
	if is.State, is.Refusal = dwelling.Approved, ""; was.Refused() { // the register has it after all
		is.DecidedBy, is.DecidedName, is.DecidedAt = "", "", 0
	}
	for _, s := range []struct {
		into *string
		says string
	}{{&is.GroupNo, h.address.GroupNo}, {&is.Building, h.address.Building}, {&is.Unit, h.address.Unit}, {&is.Room, h.address.Room}, {&is.CRS, h.address.CRS}} {
		if s.says != "" {
			*s.into = s.says
		}
	}
	if h.address.Lng != nil {
		is.Lng, is.Lat = h.address.Lng, h.address.Lat
	}
	return is
}

// take enters the address and the house, or what is new about them.
func (h house) take(in *intake, row int) (bool, error) {
	a, ok, err := dwelling.FindAddress(in.tx, h.address.Village, h.address.Text)
	if err != nil {
		return false, err
	}
	changed := !ok
	if ok {
		is := h.overAddress(a)
		if changed, err = dwelling.UpdateAddress(in.tx, a, is); err != nil {
			return false, err
		}
	} else if a, err = dwelling.FindOrInsertAddress(in.tx, h.address); err != nil {
		return false, err
	}
	was, err := dwelling.HouseAt(in.tx, a.ID, h.house.Use)
	if err != nil {
		return false, err
	}
	more, err := dwelling.UpdateHouse(in.tx, was, h.over(was))
	if err != nil {
		return false, err
	}
	if !changed && !more {
		return false, nil
	}
	return true, in.says("house/"+was.ID, row)
}

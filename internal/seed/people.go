package seed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/dwelling"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/relocation"
	"anju/internal/residence"
)

const (
	registerSource = "seed/register"
	groundSource   = "seed/contracts"
	moveSource     = "seed/moves"
)

// people invents every household, village by village of registration.
func (m *maker) people() {
	for _, v := range m.villages {
		for _, f := range v.families {
			m.family(f)
		}
		m.bulk.Flush()
		if m.stopped() {
			return
		}
	}
}

// family invents one household with everything about it.
func (m *maker) family(f *family) {
	f.id = household.ID(m.id())
	m.made.Households++
	m.made.People += f.size
	if f.moved {
		m.made.Away++
		m.made.AwayPeople += f.size
		if f.origin != f.homeIn {
			m.made.Cross++
			m.made.CrossPeople += f.size
		}
		f.movedOn = m.ago(30, f.home.site.open(m.o.Day))
	}
	door := m.count("door " + f.origin.Code + f.groupUnit.group)
	origin := dwelling.Address{
		ID: m.id(), Village: f.origin.Code, GroupNo: f.groupUnit.group, State: dwelling.Approved, Version: 1,
		Text: m.places.county.Name + f.origin.town.Name + f.origin.Name + f.groupUnit.name() + fmt.Sprintf("%d号", door),
	}
	m.locate(&origin, f.origin, m.doorAt(f.origin, f.groupUnit, door))
	put(m, "address", origin)
	put(m, "household", household.Household{
		ID: f.id, RegisterNo: f.no, Kind: household.Family, Village: f.origin.Code, GroupNo: f.groupUnit.group, AddressID: origin.ID,
		Source: registerSource, AsOf: m.o.Day, Version: 1,
	})
	address, house := m.home(f, origin)
	people := m.members(f, house)
	m.ties(f)
	m.rights(f)
	if f.moved && f.sealed == "" { // the register of moves names no protected address
		m.move(f, people, origin, address, house)
	}
}

// home invents the house the family lives in: a flat in a site, or the house
// at the registered address.
func (m *maker) home(f *family, origin dwelling.Address) (dwelling.Address, dwelling.House) {
	a, use := origin, "farmhouse"
	if f.home.site != nil {
		n := m.count("flat "+f.homeIn.Code+f.home.where()) - 1
		a = dwelling.Address{
			ID: m.id(), Village: f.homeIn.Code, SiteID: f.home.site.ID, State: dwelling.Approved, Version: 1,
			Building: f.home.where(), Unit: fmt.Sprintf("%d单元", 1+n/24), Room: fmt.Sprintf("%d0%d室", 1+n%24/4, 1+n%4),
		}
		a.Text = m.places.county.Name + f.homeIn.town.Name + a.Building + a.Unit + a.Room // the building's name begins with the village's
		m.locate(&a, f.homeIn, m.unitAt(f.homeIn, f.home))
		use = "resettlement"
		put(m, "address", a)
	}
	h := dwelling.House{ID: m.id(), AddressID: a.ID, Use: use, Ownership: "own", Area: m.floor(f), Version: 1}
	put(m, "house", h)
	return a, h
}

// members invents the people of a household and where each is. Of where they
// work a grid of the county counts before a place outside.
func (m *maker) members(f *family, home dwelling.House) (ids []person.ID) {
	since := m.ago(4000, 8500)
	var names []string
	for _, r := range m.kin(f, m.roles(f.size)) {
		p := m.person(f, r, names)
		ids, names = append(ids, p.ID), append(names, p.Name)
		if len(ids) == 1 {
			f.head = p.Name
		}
		put(m, "person", p)
		from := max(since, p.Birth)
		m.spell(f, p.ID, residence.Spell{Kind: residence.Registered, Path: f.groupUnit.grid, Relation: r.relation, ValidFrom: from})
		lived := from
		if f.moved {
			lived = max(f.movedOn, p.Birth)
			m.spell(f, p.ID, residence.Spell{Kind: residence.Living, Path: f.groupUnit.grid, ValidFrom: from, ValidTo: lived})
			if from < lived {
				put(m, "flow", residence.Flow{PersonID: p.ID, HouseholdID: f.id, MovedOn: lived, FromPath: f.groupUnit.grid, ToPath: f.home.grid,
					Source: registerSource, RecordedAt: m.ms(), SealedTo: f.sealed})
			}
		}
		m.spell(f, p.ID, residence.Spell{Kind: residence.Living, Path: f.home.grid, HouseID: home.ID, ValidFrom: lived, SealedTo: f.sealed})
		if g := m.work(f, p.ID, r.age); g != "" && !grid.InCounty(f.workGrid) {
			if grid.InCounty(g) || f.workGrid == "" {
				f.workGrid = g
			}
		}
	}
	return ids
}

// spell invents one stay of a member of a household, unless it ended before it
// began.
func (m *maker) spell(f *family, id person.ID, s residence.Spell) {
	s.ID, s.PersonID, s.HouseholdID, s.RecordedAt, s.Source = m.id(), id, f.id, m.ms(), registerSource
	if s.ValidTo == "" {
		s.ValidTo = calendar.Forever
	}
	if s.ValidFrom < s.ValidTo {
		put(m, "spell", s)
	}
}

// workPlaces are where people of a mountain county go to work.
var workPlaces = []struct{ path, name string }{
	{"320583", "江苏省昆山市（电子厂）"}, {"440300", "广东省深圳市（服装厂）"}, {"610100", "陕西省西安市（建筑）"}, {"420300", "湖北省十堰市（汽配）"},
	{"330100", "浙江省杭州市（快递）"}, {"310000", "上海市（家政）"}, {"140200", "山西省大同市（煤矿）"}, {"610902", "陕西省安康市汉滨区（餐饮）"},
}

// work lets a third of those of working age work outside the county, and some
// of the others in the community factory of the village they live in. It returns
// the grid, or the place outside.
func (m *maker) work(f *family, id person.ID, age int) (path string) {
	if age < 18 || age >= 58 || f.sealed != "" {
		return ""
	}
	from := min(max(m.ago(60, 2500), m.o.Day.AddYears(18-age)), m.o.Day.AddDays(-1)) // not as a child
	if m.chance(0.33) {
		w := pick(m.r, workPlaces)
		m.spell(f, id, residence.Spell{Kind: residence.Working, Path: w.path, Place: w.name, ValidFrom: from})
		return w.path
	}
	if !m.chance(0.12) {
		return ""
	}
	path = f.homeIn.grids[len(f.homeIn.grids)-1]
	m.spell(f, id, residence.Spell{Kind: residence.Working, Path: path, Place: f.homeIn.Name + "社区工厂", ValidFrom: from})
	return path
}

// ties binds the household to its grids: registered, living, working.
func (m *maker) ties(f *family) {
	for _, t := range f.ties() {
		t.HouseholdID, t.ValidTo, t.RecordedAt = f.id, calendar.Forever, m.ms()
		put(m, "tie", t)
	}
}

func (f *family) ties() []grid.Tie {
	const since = calendar.Date("2024-01-01") // the grids of today
	ties := []grid.Tie{
		{Relation: residence.Registered, Path: f.groupUnit.grid, ValidFrom: since},
		{Relation: residence.Living, Path: f.home.grid, Main: 1, ValidFrom: max(since, f.movedOn), SealedTo: f.sealed},
	}
	if f.workGrid != "" {
		ties = append(ties, grid.Tie{Relation: residence.Working, Path: f.workGrid, ValidFrom: max(since, f.movedOn)})
	}
	return ties
}

// rights invents what the place of origin owes a rural household (land, forest,
// a share of the collective's income) with contract numbers that are invented,
// and for those who moved what the place where they live does.
func (m *maker) rights(f *family) {
	var all []entitlement.Entitlement
	if f.origin.rural() {
		no := f.no[6:]
		all = append(all,
			entitlement.Entitlement{Kind: "farmland", Side: entitlement.Origin, Amount: fmt.Sprintf("承包地%.1f亩", float64(m.between(10, 69))/10), Evidence: "承包合同" + f.origin.Code[6:] + "J" + no},
			entitlement.Entitlement{Kind: "forest", Side: entitlement.Origin, Amount: fmt.Sprintf("林地%.1f亩", float64(m.between(20, 299))/10), Evidence: "林权证" + f.origin.Code[6:] + "L" + no},
			entitlement.Entitlement{Kind: "collective_income", Side: entitlement.Origin, Amount: fmt.Sprintf("股份%d股", f.size), Evidence: "成员名册" + f.origin.Code[6:] + "G" + no})
	}
	if f.moved && f.sealed == "" {
		all = append(all,
			entitlement.Entitlement{Kind: "medical", Side: entitlement.Living, Evidence: "参保登记" + f.homeIn.Code[6:] + "Y" + f.no},
			entitlement.Entitlement{Kind: "pension", Side: entitlement.Living, Evidence: "参保登记" + f.homeIn.Code[6:] + "B" + f.no})
	}
	for i := range all {
		e := &all[i]
		e.State, e.Path, e.ValidFrom, e.ValidTo = entitlement.Valid, f.origin.Code, "2017-12-01", calendar.Forever
		if e.Side == entitlement.Living {
			e.Path, e.ValidFrom = f.homeIn.Code, f.movedOn
		}
	}
	for _, e := range m.planted(f, all) {
		e.ID, e.HouseholdID, e.RecordedAt, e.Source = m.id(), f.id, m.ms(), groundSource
		put(m, "entitlement", e)
	}
}

// rural reports whether the village has contracted land: residents' committees
// of the towns have none.
func (v *village) rural() bool { return v.Code[9] != '0' }

var programmes = []string{"poverty_relief", "poverty_relief", "south_shaanxi", "south_shaanxi", "disaster", "ecological", "natural"}

// move invents the registered move of a family, and remembers it for a booklet.
func (m *maker) move(f *family, people []person.ID, origin, address dwelling.Address, home dwelling.House) {
	c := relocation.SameVillage
	if f.origin != f.homeIn {
		c = relocation.OtherVillage
		if f.origin.Parent != f.homeIn.Parent {
			c = relocation.OtherTown
		}
	}
	rule := m.rules[slices.IndexFunc(m.rules, func(r relocation.Rule) bool { return r.Case == c })]
	year := f.movedOn.Year()
	mv := relocation.Move{
		ID: m.id(), Number: fmt.Sprintf("白搬回〔%d〕%05d号", year, m.count(fmt.Sprintf("receipt/%d", year))), HouseholdID: f.id, Programme: pick(m.r, programmes), MovedOn: f.movedOn,
		FromPath: f.groupUnit.grid, ToPath: f.home.grid, FromAddress: origin.Text, ToAddress: address.Text, HouseID: home.ID, SiteID: address.SiteID,
		Case: c, Track: rule.Track, RuleID: rule.ID, RuleText: rule.Text, Persons: jsonIDs(people), RecordedBy: "历史数据导入", RecordedAt: m.ms(), Source: moveSource, Arrival: relocation.Accepted, Version: 1,
	}
	if rule.Track == relocation.Booklet {
		mv.OfferedOn, mv.Answer = f.movedOn, pick(m.r, []string{"stays", "stays", "stays", "later"})
		if mv.Answer == "stays" {
			m.candidates = append(m.candidates, &candidate{family: f, move: mv.ID})
		}
	}
	put(m, "move", mv)
}

func jsonIDs(ids []person.ID) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + string(id) + `"`)
	}
	b.WriteByte(']')
	return b.String()
}

// A keyRow is a row of the search index.
type keyRow struct {
	Key string    `db:"key"`
	ID  person.ID `db:"person_id"`
}

// writeKeys writes the search index in the order of its keys: six times as
// fast as in the order of people.
func (m *maker) writeKeys() {
	slices.SortFunc(m.keyRows, func(a, b keyRow) int {
		if c := strings.Compare(a.Key, b.Key); c != 0 {
			return c
		}
		return cmp.Compare(a.ID, b.ID)
	})
	for _, k := range slices.Compact(m.keyRows) {
		put(m, "person_key", k)
	}
	m.keyRows = nil
}

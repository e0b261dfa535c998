package seed

import (
	"fmt"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/dwelling"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/relocation"
	"anju/internal/residence"
)

// A family is a household while the county is being made.
type family struct {
	id        household.ID
	no        string
	origin    *village
	group     string
	groupUnit *unit
	home      *unit // where they live
	homeIn    *village
	moved     string // programme, "" for those who never moved
	movedOn   calendar.Date
	size      int
}

// people writes every household: village by village of registration, each in
// one transaction, after deciding who lives where.
func (m *maker) people() error {
	families := m.families()
	if err := m.write("grid", func() error {
		for _, v := range m.villages {
			if err := m.cutGrids(v); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	for i, v := range m.villages {
		if err := m.write("people", func() error {
			for _, f := range families[v.Code] {
				if err := m.family(f); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		m.o.Progress(20+10*(i+1)/len(m.villages), 90, "people")
	}
	return nil
}

// families decides for every household where it is registered and where it
// lives, and how many are in it.
func (m *maker) families() map[string][]*family {
	var slots []*unit // places in sites for those who come from elsewhere
	where := map[*unit]*village{}
	room := map[*unit]int{}
	for _, v := range m.villages {
		groups := make([]*unit, len(v.groups))
		for i, g := range v.groups {
			groups[i] = &unit{group: g}
		}
		v.units = append(groups, v.units...)
		for _, u := range v.units {
			where[u] = v
		}
		for _, s := range v.sites {
			buildings := siteUnits(v, s)
			for i, u := range buildings {
				room[u] = s.capacity / len(buildings)
				if i < s.capacity%len(buildings) {
					room[u]++
				}
			}
		}
	}
	all := map[string][]*family{}
	n := 0
	for _, v := range m.villages {
		for i := range v.registered {
			n++
			g := v.units[i%len(v.groups)]
			f := &family{no: fmt.Sprintf("%s%05d", v.Code[6:], i+1), origin: v, group: g.group, groupUnit: g, home: g, homeIn: v, size: m.size(2.86)}
			if i < v.inside { // first those who stay in the village's own sites
				for _, u := range v.units[len(v.groups):] {
					if room[u] > 0 {
						room[u]--
						f.home, f.moved, f.size = u, "move", m.size(3.92)
						break
					}
				}
			} else if i < v.inside+v.leaving {
				f.home, f.moved, f.size = nil, "move", m.size(3.5)
			}
			if f.home != nil {
				f.home.living++
			}
			all[v.Code] = append(all[v.Code], f)
		}
	}
	for _, v := range m.villages {
		for _, u := range v.units {
			for range room[u] {
				slots = append(slots, u)
			}
		}
	}
	m.r.Shuffle(len(slots), func(i, j int) { slots[i], slots[j] = slots[j], slots[i] })
	for _, v := range bySlots(m.villages, slots, where) {
		for _, f := range all[v.Code] {
			if f.home == nil {
				f.home = takeSlot(&slots, where, v)
				f.homeIn = where[f.home]
				f.home.living++
			}
		}
	}
	for _, v := range m.villages {
		m.r.Shuffle(len(all[v.Code]), func(i, j int) { all[v.Code][i], all[v.Code][j] = all[v.Code][j], all[v.Code][i] })
	}
	return all
}

// bySlots lists the villages with the most places first: those who leave them
// find a place elsewhere while there are some.
func bySlots(vs []*village, slots []*unit, where map[*unit]*village) []*village {
	n := map[*village]int{}
	for _, u := range slots {
		n[where[u]]++
	}
	out := slices.Clone(vs)
	slices.SortStableFunc(out, func(a, b *village) int { return n[b] - n[a] })
	return out
}

func siteUnits(v *village, s *site) []*unit {
	var out []*unit
	for _, u := range v.units {
		if u.site == s {
			out = append(out, u)
		}
	}
	return out
}

// takeSlot takes a place outside the village of origin, the own town's first
// among a few.
func takeSlot(slots *[]*unit, where map[*unit]*village, from *village) *unit {
	best := -1
	for i := 0; i < min(12, len(*slots)); i++ {
		v := where[(*slots)[i]]
		if v == from {
			continue
		}
		if best < 0 || v.Parent == from.Parent && where[(*slots)[best]].Parent != from.Parent {
			best = i
		}
	}
	for i := 12; best < 0 && i < len(*slots); i++ {
		if where[(*slots)[i]] != from {
			best = i
		}
	}
	best = max(best, 0)
	u := (*slots)[best]
	(*slots)[best] = (*slots)[len(*slots)-1]
	*slots = (*slots)[:len(*slots)-1]
	return u
}

// size is the number of people in a household, mean about mean.
func (m *maker) size(mean float64) int {
	n := mean + m.r.NormFloat64()*1.35
	return min(9, max(1, int(n+0.5)))
}

var programmes = []string{"poverty_relief", "poverty_relief", "south_shaanxi", "south_shaanxi", "disaster", "ecological", "natural"}

// family writes one household with everything about it.
func (m *maker) family(f *family) error {
	f.id = household.ID(m.id())
	m.made.Households++
	m.made.People += f.size
	if f.moved != "" {
		m.made.Away++
		m.made.AwayPeople += f.size
		if f.origin != f.homeIn {
			m.made.Cross++
			m.made.CrossPeople += f.size
		}
		f.moved = pick(m.r, programmes)
		f.movedOn = on(2016+m.r.IntN(10), 1+m.r.IntN(12), 1+m.r.IntN(28))
		if f.movedOn > m.o.Day {
			f.movedOn = m.o.Day.AddDays(-30)
		}
	}
	source := "seed/register"
	origin := dwelling.Address{ID: m.id(), Village: f.origin.Code, GroupNo: f.group, State: dwelling.Approved, Version: 1,
		Text: m.places.county.Name + f.origin.town.Name + f.origin.Name + f.groupUnit.groupName() + fmt.Sprintf("%d号", len(f.no)+m.addressNo(f))}
	if err := put(m, "address", origin); err != nil {
		return err
	}
	h := household.Household{ID: f.id, RegisterNo: f.no, Kind: household.Family, Village: f.origin.Code, GroupNo: f.group, AddressID: origin.ID, Source: source, AsOf: m.o.Day, Version: 1}
	if err := put(m, "household", h); err != nil {
		return err
	}
	home, address, err := m.home(f, origin)
	if err != nil {
		return err
	}
	people, err := m.members(f, home)
	if err != nil {
		return err
	}
	if err := m.ties(f); err != nil {
		return err
	}
	if err := m.rights(f); err != nil {
		return err
	}
	if f.moved != "" {
		return m.move(f, people, origin, address, home)
	}
	return nil
}

// addressNo numbers the houses of a group.
func (m *maker) addressNo(f *family) int {
	key := "door " + f.origin.Code + f.group
	m.numbers[key]++
	return m.numbers[key] - len(f.no)
}

// home writes the house the family lives in: a flat in a site, or the house at
// the registered address.
func (m *maker) home(f *family, origin dwelling.Address) (dwelling.House, dwelling.Address, error) {
	a, use := origin, "farmhouse"
	if f.home.site != nil {
		key := "flat " + f.homeIn.Code + f.home.where()
		n := m.numbers[key]
		m.numbers[key]++
		unit, floor, door := 1+n/24, 1+n%24/4, 1+n%4
		a = dwelling.Address{
			ID: m.id(), Village: f.homeIn.Code, SiteID: f.home.site.ID, State: dwelling.Approved, Version: 1,
			Building: f.home.where(), Unit: fmt.Sprintf("%d单元", unit), Room: fmt.Sprintf("%d0%d室", floor, door),
		}
		a.Text = m.places.county.Name + f.homeIn.town.Name + strings.TrimPrefix(f.homeIn.Name, f.homeIn.town.Name) + strings.TrimPrefix(a.Building, f.homeIn.Name) + a.Unit + a.Room
		use = "resettlement"
		if err := put(m, "address", a); err != nil {
			return dwelling.House{}, a, err
		}
	}
	h := dwelling.House{ID: m.id(), AddressID: a.ID, Use: use, Ownership: "own", Area: float64(60 + m.r.IntN(12)*10), Version: 1}
	return h, a, put(m, "house", h)
}

// A role is a member to be: relation, sex and age.
type role struct {
	relation string
	male     bool
	age      int
	surname  string
}

// roles invents a family of a size: head, spouse, children, parents,
// grandchildren.
func (m *maker) roles(size int) []role {
	name := surname(m.r)
	headMale := m.chance(0.76)
	age := 27 + m.r.IntN(52)
	if size == 1 {
		age = 45 + m.r.IntN(45)
	}
	all := []role{{code.Head, headMale, age, name}}
	children := name
	if !headMale {
		children = surname(m.r)
	}
	for len(all) < size {
		switch {
		case len(all) == 1 && m.chance(0.86):
			r := role{code.Wife, false, max(22, age-4+m.r.IntN(7)), surname(m.r)}
			if !headMale {
				r = role{code.Husband, true, max(22, age-2+m.r.IntN(7)), children}
			}
			all = append(all, r)
		case age < 62 && m.chance(0.28) && !has(all, "51") && !has(all, "52"):
			male := m.chance(0.4)
			rel := "52"
			if male {
				rel = "51"
			}
			s := name
			if !male {
				s = surname(m.r)
			}
			all = append(all, role{rel, male, min(97, age+20+m.r.IntN(10)), s})
		case age > 50 && m.chance(0.45) && (has(all, "20") || has(all, "30")):
			male := m.chance(0.52)
			rel := "42"
			if male {
				rel = "41"
			}
			all = append(all, role{rel, male, m.r.IntN(max(1, min(24, age-44))), children})
		default:
			male := m.chance(0.53)
			rel := "30"
			if male {
				rel = "20"
			}
			all = append(all, role{rel, male, max(0, age-21-m.r.IntN(14)), children})
		}
	}
	return all
}

func has(all []role, relation string) bool {
	return slices.ContainsFunc(all, func(r role) bool { return r.relation == relation })
}

type keyRow struct {
	key string
	id  person.ID
}

// members writes the people of a household and where each is.
func (m *maker) members(f *family, home dwelling.House) ([]person.ID, error) {
	var ids []person.ID
	registered := f.groupUnit.grid
	living := f.home.grid
	since := on(2003+m.r.IntN(14), 1+m.r.IntN(12), 1+m.r.IntN(28))
	for _, r := range m.roles(f.size) {
		p, d, err := m.person(r)
		if err != nil {
			return nil, err
		}
		ids = append(ids, p.ID)
		if err := put(m, "person", p); err != nil {
			return nil, err
		}
		for _, k := range person.Keys(m.keys, d.Name, d.Number, d.Phone) {
			m.keyRows = append(m.keyRows, keyRow{k, p.ID})
		}
		from := maxDate(since, p.Birth)
		spells := []residence.Spell{{Kind: residence.Registered, Path: registered, Relation: r.relation, ValidFrom: from}}
		lived := from
		if f.moved != "" {
			lived = maxDate(f.movedOn, p.Birth)
			if p.Birth < f.movedOn {
				spells = append(spells, residence.Spell{Kind: residence.Living, Path: registered, ValidFrom: from, ValidTo: lived})
			}
		}
		spells = append(spells, residence.Spell{Kind: residence.Living, Path: living, HouseID: home.ID, ValidFrom: lived})
		if r.age >= 18 && r.age < 58 && m.chance(0.27) {
			w := pick(m.r, workPlaces)
			spells = append(spells, residence.Spell{Kind: residence.Working, Path: w.path, Place: w.name, ValidFrom: on(2019+m.r.IntN(7), 1+m.r.IntN(12), 1+m.r.IntN(28))})
		}
		for _, s := range spells {
			s.ID, s.PersonID, s.HouseholdID, s.RecordedAt, s.Source = m.id(), p.ID, f.id, m.ms(), "seed/register"
			if s.ValidTo == "" {
				s.ValidTo = calendar.Forever
			}
			if s.ValidTo <= s.ValidFrom {
				continue
			}
			if err := put(m, "spell", s); err != nil {
				return nil, err
			}
		}
	}
	return ids, nil
}

func maxDate(a, b calendar.Date) calendar.Date {
	if a > b {
		return a
	}
	return b
}

var workPlaces = []struct{ path, name string }{
	{"320583", "江苏省昆山市（电子厂）"}, {"440300", "广东省深圳市（服装厂）"}, {"610100", "陕西省西安市（建筑）"}, {"420300", "湖北省十堰市（汽配）"},
	{"330100", "浙江省杭州市（快递）"}, {"310000", "上海市（家政）"}, {"140200", "山西省大同市（煤矿）"}, {"610902", "陕西省安康市汉滨区（餐饮）"},
}

// person invents one person with an ID number of the unissued division 610999.
func (m *maker) person(r role) (person.Person, person.Draft, error) {
	birth := m.o.Day.AddYears(-r.age).AddDays(-m.r.IntN(364) - 1)
	sex := 0
	if r.male {
		sex = 1
	}
	compact := strings.ReplaceAll(string(birth), "-", "")
	key := compact + fmt.Sprint(sex)
	n := m.numbers[key]
	m.numbers[key]++
	first := fmt.Sprintf("610999%s%03d", compact, 2*n+sex)
	number, err := ident.ParseCitizenID(first+string(ident.CheckDigit(first)), m.at)
	if err != nil {
		return person.Person{}, person.Draft{}, fmt.Errorf("invent a number: %w", err)
	}
	d := person.Draft{Name: r.surname + given(m.r, r.male, r.age), Sex: code.Female, Birth: birth, Ethnicity: code.Han, Number: number, Source: "seed/register", AsOf: m.o.Day}
	if r.male {
		d.Sex = code.Male
	}
	if r.age >= 16 && m.chance(0.8) {
		m.phones++
		d.Phone = fmt.Sprintf("1540%07d", m.phones)
	}
	return d.Seal(m.keys, person.ID(m.id())), d, nil
}

// ties binds the household to the grids where it is registered and lives.
func (m *maker) ties(f *family) error {
	for _, t := range []grid.Tie{
		{Relation: residence.Registered, Path: f.groupUnit.grid, ValidFrom: "2024-01-01"},
		{Relation: residence.Living, Path: f.home.grid, Main: 1, ValidFrom: maxDate("2024-01-01", f.movedOn)},
	} {
		t.HouseholdID, t.ValidTo, t.RecordedAt = f.id, calendar.Forever, m.ms()
		if err := put(m, "tie", t); err != nil {
			return err
		}
	}
	return nil
}

// rights writes what the place of origin owes: land and forest, with contract
// numbers that are invented.
func (m *maker) rights(f *family) error {
	if strings.HasSuffix(f.origin.Name, "社区") && f.origin.Code[9] == '0' {
		return nil // residents' committees have no contracted land
	}
	mu := float64(10+m.r.IntN(60)) / 10
	forest := float64(20+m.r.IntN(280)) / 10
	for _, e := range []entitlement.Entitlement{
		{Kind: "farmland", Amount: fmt.Sprintf("承包地%.1f亩", mu), Evidence: fmt.Sprintf("承包合同%sJ%s", f.origin.Code[6:], f.no[6:])},
		{Kind: "forest", Amount: fmt.Sprintf("林地%.1f亩", forest), Evidence: fmt.Sprintf("林权证%sL%s", f.origin.Code[6:], f.no[6:])},
	} {
		e.ID, e.HouseholdID, e.Side, e.Path, e.State = m.id(), f.id, entitlement.Origin, f.origin.Code, "valid"
		e.ValidFrom, e.ValidTo, e.RecordedAt, e.Source = "2017-12-01", calendar.Forever, m.ms(), "seed/contracts"
		if err := put(m, "entitlement", e); err != nil {
			return err
		}
	}
	return nil
}

// move writes the registered move of a family, and remembers it for a booklet.
func (m *maker) move(f *family, people []person.ID, origin, address dwelling.Address, home dwelling.House) error {
	c := relocation.SameVillage
	if f.origin != f.homeIn {
		c = relocation.OtherVillage
		if f.origin.Parent != f.homeIn.Parent {
			c = relocation.OtherTown
		}
	}
	rule := m.rule(c)
	m.numbers["receipt"]++
	mv := relocation.Move{
		ID: m.id(), Number: fmt.Sprintf("白搬回〔%d〕%05d号", m.o.Day.Year()-1, m.numbers["receipt"]), HouseholdID: f.id, Programme: f.moved, MovedOn: f.movedOn,
		FromPath: f.groupUnit.grid, ToPath: f.home.grid, FromAddress: origin.Text, ToAddress: address.Text, HouseID: home.ID, SiteID: address.SiteID,
		Case: c, Track: rule.Track, RuleID: rule.ID, RuleText: rule.Text, Persons: jsonIDs(people), RecordedBy: "历史数据导入", RecordedAt: m.ms(), Source: "seed/moves", Version: 1,
	}
	if rule.Track == relocation.Booklet {
		mv.OfferedOn, mv.Answer = f.movedOn, pick(m.r, []string{"stays", "stays", "stays", "later"})
		m.candidates = append(m.candidates, candidate{f, mv, people})
	}
	return put(m, "move", mv)
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

// writeKeys writes the search index in the order of its keys: six times as
// fast as in the order of people.
func (m *maker) writeKeys() error {
	slices.SortFunc(m.keyRows, func(a, b keyRow) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return strings.Compare(string(a.id), string(b.id))
	})
	m.keyRows = slices.CompactFunc(m.keyRows, func(a, b keyRow) bool { return a == b })
	const part = 100000
	for i := 0; i < len(m.keyRows); i += part {
		rows := m.keyRows[i:min(i+part, len(m.keyRows))]
		if err := m.write("keys", func() error {
			for _, k := range rows {
				m.rows++
				if _, err := m.tx.Exec(`insert into person_key (key, person_id) values ($1, $2)`, k.key, string(k.id)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		m.o.Progress(30+10*i/len(m.keyRows), 90, "keys")
	}
	m.keyRows = nil
	return nil
}

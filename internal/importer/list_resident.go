package importer

import (
	"encoding/json"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/importer/table"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

const colSince = "居住起始日期"

var personColumns = []table.Column{
	{Name: ColID, Also: []string{"身份证号", "身份证号码", "居民身份证号码", "证件号码", "证件号", "SFZH"}, Required: true},
	{Name: ColName, Also: []string{"人员姓名", "XM"}, Required: true},
}

var residentColumns = append([]table.Column{
	{Name: colAddress, Also: []string{"现住地址", "居住地址", "实际居住地址", "现居住地", "住址"}, Required: true},
	villageColumn,
	{Name: colSince, Also: []string{"入住日期", "居住日期", "来本地日期"}},
}, personColumns...)

// A resident is one person living at an address (实有人口).
type resident struct {
	Person  person.ID     `json:"-"`
	Village string        `json:"village"`
	Address string        `json:"address"`
	Since   calendar.Date `json:"since"`
}

// readResident reads a row of 实有人口.
func readResident(l *list, p *rowParser) (entry, change, error) {
	r := resident{Village: l.village(p, colVillage), Address: p.addressIn(colAddress), Since: p.day(colSince, "", "since_form")}
	var err error
	if r.Address, err = l.standard(p, r.Village, r.Address); err != nil {
		return nil, 0, err
	}
	who, found, err := l.person(p)
	if err != nil || bad(p.faults) || !found {
		return nil, 0, err
	}
	r.Person = who.ID
	if _, ok, err := residence.Current(l.tx, who.ID, residence.Registered); err != nil || !ok {
		p.fault(ColID, "person_unknown")
		return nil, 0, err
	}
	if r.Since.After(l.on) {
		p.fault(colSince, "since_future")
	}
	if r.Since.Before(who.Birth) {
		p.fault(colSince, "since_before_birth")
	}
	l.alone(p, ColID, string(r.Person))
	if r.Since == "" {
		r.Since = max(l.on, who.Birth)
	}
	if bad(p.faults) {
		return nil, 0, nil
	}
	in := &intake{tx: l.tx, keys: l.keys, by: l.by, on: l.on, kind: KindResidents}
	how, err := r.compare(in)
	switch {
	case err != nil:
		return nil, 0, err
	case how == cannot:
		p.fault(colSince, "since_overlaps")
		return nil, 0, nil
	case how == differs:
		p.fault(colAddress, "living_differs")
		return r, updated, nil
	case how == same:
		return r, unchanged, nil
	}
	return r, updated, nil
}

// what a row means for where somebody is known to live.
type verdict int

const (
	news verdict = iota // nobody said otherwise, or the same source did: it is taken over
	same
	differs // another source says otherwise: a person decides
	cannot  // an earlier stay ended after that day
)

// compare finds out what a row means, without writing.
func (r resident) compare(in *intake) (verdict, error) {
	was, lives, err := residence.Current(in.tx, r.Person, residence.Living)
	if err != nil {
		return 0, err
	}
	if lives {
		if at, err := addressOf(in, was); err != nil || at == r.Address {
			return same, err
		}
		if !policy.Sees(in.by, policy.Place{Relation: policy.Living, Path: was.Path, SealedTo: was.SealedTo}) {
			return same, nil // nobody learns here that a place is protected: the row is laid before the unit that knows
		}
		origin, err := in.origin(was.Source)
		if err != nil {
			return 0, err
		}
		if origin != KindResidents && !strings.HasSuffix(was.Source, assumed) {
			return differs, nil
		}
	}
	if ok, err := r.possible(in.tx); err != nil || !ok {
		return cannot, err
	}
	return news, nil
}

// possible reports whether the person can have moved there on that day.
func (r resident) possible(tx *db.Tx) (bool, error) {
	late, err := residence.Overlaps(tx, r.Person, r.Since)
	return !late, err
}

func addressOf(in *intake, s residence.Spell) (string, error) {
	if s.HouseID == "" {
		return "", nil
	}
	_, a, err := dwelling.GetHouse(in.tx, s.HouseID)
	return a.Text, err
}

// take lets the person live at the address, or lays the difference before
// whoever decides.
func (r resident) take(in *intake, row int) (bool, error) {
	how, err := r.compare(in)
	if err != nil {
		return false, err
	}
	was, lives, err := residence.Current(in.tx, r.Person, residence.Living)
	if err != nil {
		return false, err
	}
	switch how {
	case cannot:
		return false, fault.New(fault.Conflict, "residence.overlaps")
	case news:
		return true, r.move(in, in.at(row))
	}
	at, err := addressOf(in, was)
	if err != nil || !lives || at == r.Address {
		return false, err
	}
	detail, err := json.Marshal(r)
	if err != nil {
		return false, err
	}
	return in.differ(row, Difference{Subject: "person/" + string(r.Person), PersonID: r.Person, Field: FieldLiving,
		Have: at, HaveSource: was.Source, Says: r.Address, LivingPath: r.Village, Detail: string(detail)})
}

// move lets the person live there, and the household with its head.
func (r resident) move(in *intake, source string) error {
	path, group, building, err := grid.Locate(in.tx, r.Village, r.Address)
	if err != nil {
		return err
	}
	a, err := dwelling.FindOrInsertAddress(in.tx, dwelling.Address{Village: r.Village, GroupNo: group, Building: building, Text: r.Address, State: dwelling.Pending})
	if err != nil {
		return err
	}
	house, err := dwelling.HouseAt(in.tx, a.ID, "resettlement")
	if err != nil {
		return err
	}
	reg, ok, err := residence.Current(in.tx, r.Person, residence.Registered)
	if err != nil || !ok {
		return err
	}
	if err := residence.Relocate(in.tx, reg.HouseholdID, []person.ID{r.Person}, path, house.ID, r.Since, source); err != nil {
		return err
	}
	if !(residence.Member{Spell: reg}).Head() {
		return nil
	}
	sealedTo, err := residence.SealOf(in.tx, reg.HouseholdID)
	if err != nil {
		return err
	}
	return grid.Bind(in.tx, reg.HouseholdID, residence.Living, path, r.Since, sealedTo)
}

// householdOf is the household somebody is registered in.
func householdOf(in *intake, id person.ID) (residence.Spell, household.ID, error) {
	s, _, err := residence.Current(in.tx, id, residence.Registered)
	return s, s.HouseholdID, err
}

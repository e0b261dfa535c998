package importer

import (
	"fmt"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// An intake writes a part of a file in one transaction.
type intake struct {
	tx     *db.Tx
	keys   *seal.Keys
	by     actor.Actor
	source string // import/<id>
	kind   string // of the file
	on     calendar.Date
	kept   *kept
	grids  grid.Map                          // of this transaction
	house  dwelling.House                    // the last one, for the next member of its household
	people map[ident.CitizenID]person.Person // of this transaction's rows, who is known
}

// seek looks up who has the numbers of rows that are taken in together.
func (in *intake) seek(rows []RegisterRow) (err error) {
	var numbers []ident.CitizenID
	for _, r := range rows {
		if !r.ID.IsZero() {
			numbers = append(numbers, r.ID)
		}
	}
	in.people, err = person.FindAllByNumber(in.tx, in.keys, numbers)
	return err
}

// find is the person of a row; ok is false for somebody new.
func (in *intake) find(r RegisterRow) (p person.Person, ok bool, err error) {
	if !r.ID.IsZero() {
		p, ok = in.people[r.ID]
		return p, ok, nil
	}
	p, err = find(in.tx, in.keys, r)
	if fault.KindOf(err) == fault.NotFound {
		return p, false, nil
	}
	return p, err == nil, err
}

// kept is what an import need not ask twice.
type kept struct {
	index   *division.Index
	origins map[string]string // import → kind
}

// assumed ends the source of a place that no source names: who is newly
// registered is taken to live where that is, until somebody says otherwise.
const assumed = "/assumed"

// at is the source of what stands in a row.
func (in *intake) at(row int) string { return fmt.Sprintf("%s/%d", in.source, row) }

// origin is the kind of source that said something: of a file, its kind.
func (in *intake) origin(source string) (string, error) {
	if in.kept == nil {
		in.kept = &kept{}
	}
	if in.kept.origins == nil {
		in.kept.origins = map[string]string{}
	}
	key := source
	if i := strings.LastIndexByte(strings.TrimSuffix(source, assumed), '/'); i > 0 {
		key = source[:i]
	}
	if kind, ok := in.kept.origins[key]; ok {
		return kind, nil
	}
	o, err := originOf(in.tx, source)
	in.kept.origins[key] = o.Kind
	return o.Kind, err
}

// household takes one 户 in: its address, itself, its people, where they are
// registered, and, for people not known before, that they live there until
// somebody says otherwise.
func (in *intake) household(h Household) error {
	first := h.Rows[0]
	village, err := in.village(first)
	if err != nil {
		return err
	}
	path, group, _, err := in.grids.Locate(in.tx, village, first.Address)
	if err != nil {
		return err
	}
	a, err := dwelling.FindOrInsertAddress(in.tx, dwelling.Address{Village: village, GroupNo: group, Text: first.Address, State: dwelling.Approved})
	if err != nil {
		return err
	}
	source := in.at(first.Row)
	is := household.Household{RegisterNo: h.Number, Kind: first.Kind, Village: village, GroupNo: group, AddressID: a.ID, Source: source, AsOf: in.on}
	if is.Kind == "" {
		is.Kind = household.Family
	}
	was, err := household.FindByRegisterNo(in.tx, h.Number)
	isNew, old := false, err == nil && in.on.Before(was.AsOf) // more is known of it since
	switch {
	case old:
		is = was
	case err == nil:
		if is, _, err = household.Update(in.tx, was, is); err != nil {
			return err
		}
	case fault.KindOf(err) == fault.NotFound:
		isNew = true
		if is, err = household.Insert(in.tx, is); err != nil {
			return err
		}
	default:
		return err
	}
	lives := false
	for _, r := range h.Rows {
		here, err := in.person(r, is.ID, path, a.ID)
		if err != nil {
			return err
		}
		lives = lives || here
	}
	if old {
		return nil
	}
	if err := grid.Bind(in.tx, is.ID, residence.Registered, path, in.on, ""); err != nil {
		return err
	}
	if isNew && lives { // a household that is known may have moved, or be protected
		return grid.Bind(in.tx, is.ID, residence.Living, path, in.on, "")
	}
	return nil
}

// person takes one row in and reports whether this is somebody new, who is
// taken to live where they are registered.
func (in *intake) person(r RegisterRow, id household.ID, path, addressID string) (isNew bool, err error) {
	source := in.at(r.Row)
	d := person.Draft{
		Name: r.Name, Sex: r.Sex, Birth: r.Birth, Ethnicity: r.Ethnicity, Education: r.Education, Marital: r.Marital,
		Number: r.ID, NoNumberReason: r.NoIDReason, Phone: r.Phone, Source: source, AsOf: in.on,
	}
	p, ok, err := in.find(r)
	if err != nil {
		return false, err
	}
	if ok {
		if err := in.known(p, r, d); err != nil {
			return false, err
		}
		_, err := residence.Register(in.tx, p.ID, id, path, r.Relation, in.on, source)
		return false, err
	}
	if p, err = person.InsertSought(in.tx, in.keys, d); err != nil {
		return false, err
	}
	if in.house.AddressID != addressID {
		if in.house, err = dwelling.HouseAt(in.tx, addressID, "farmhouse"); err != nil {
			return false, err
		}
	}
	return true, residence.First(in.tx,
		residence.Spell{PersonID: p.ID, Kind: residence.Registered, Path: path, HouseholdID: id, Relation: r.Relation, ValidFrom: in.on, Source: source},
		residence.Spell{PersonID: p.ID, Kind: residence.Living, Path: path, HouseholdID: id, HouseID: in.house.ID, ValidFrom: in.on, Source: source + assumed})
}

// known brings somebody the county knows up to the register. What the register
// itself said before gives way to it; what another source said is laid before
// whoever decides, and stays meanwhile.
func (in *intake) known(p person.Person, r RegisterRow, d person.Draft) error {
	origin, err := in.origin(p.Source)
	if err != nil {
		return err
	}
	if origin != KindRegister {
		for _, x := range r.differing(p) {
			if _, err := in.differ(r.Row, x); err != nil {
				return err
			}
			d = Difference{Field: x.Field, Says: x.Have}.over(d)
		}
	}
	if in.on.Before(p.AsOf) { // more is known since
		return nil
	}
	_, _, err = person.Update(in.tx, in.keys, p, d)
	return err
}

// village is the village of a row: its own code, or, where only the town's is
// given, the one village of the town whose name stands in the address.
func (in *intake) village(r RegisterRow) (string, error) {
	if len(r.Division) == 12 {
		return string(r.Division), nil
	}
	if in.kept == nil {
		in.kept = &kept{}
	}
	if in.kept.index == nil {
		x, err := division.Load(in.tx)
		if err != nil {
			return "", err
		}
		in.kept.index = x
	}
	found := ""
	for _, d := range in.kept.index.Villages(string(r.Division)) {
		if strings.Contains(r.Address, d.Name) {
			if found != "" && len(in.kept.index.Name(found)) >= len(d.Name) {
				continue
			}
			found = d.Code
		}
	}
	if found == "" {
		return string(r.Division) + "000", nil // the town knows; the village is to be found out
	}
	return found, nil
}

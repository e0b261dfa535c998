package importer

import (
	"fmt"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// An intake writes households of a file in one transaction.
type intake struct {
	tx     *db.Tx
	keys   *seal.Keys
	source string
	on     calendar.Date
	index  *division.Index
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
	path, group, _, err := grid.Locate(in.tx, village, first.Address)
	if err != nil {
		return err
	}
	a, err := dwelling.FindOrInsertAddress(in.tx, dwelling.Address{Village: village, GroupNo: group, Text: first.Address, State: dwelling.Approved})
	if err != nil {
		return err
	}
	source := fmt.Sprintf("%s/%d", in.source, first.Row)
	is := household.Household{RegisterNo: h.Number, Kind: first.Kind, Village: village, GroupNo: group, AddressID: a.ID, Source: source, AsOf: in.on}
	if is.Kind == "" {
		is.Kind = household.Family
	}
	was, err := household.FindByRegisterNo(in.tx, h.Number)
	isNew := false
	switch {
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
	source := fmt.Sprintf("%s/%d", in.source, r.Row)
	d := person.Draft{
		Name: r.Name, Sex: r.Sex, Birth: r.Birth, Ethnicity: r.Ethnicity, Education: r.Education, Marital: r.Marital,
		Number: r.ID, NoNumberReason: r.NoIDReason, Phone: r.Phone, Source: source, AsOf: in.on,
	}
	p, err := find(in.tx, in.keys, r)
	switch {
	case err == nil:
		if _, _, err := person.Update(in.tx, in.keys, p, d); err != nil {
			return false, err
		}
	case fault.KindOf(err) == fault.NotFound:
		isNew = true
		if p, err = person.Insert(in.tx, in.keys, d); err != nil {
			return false, err
		}
	default:
		return false, err
	}
	if _, err := residence.Register(in.tx, p.ID, id, path, r.Relation, in.on, source); err != nil || !isNew {
		return false, err
	}
	house, err := dwelling.HouseAt(in.tx, addressID, "farmhouse")
	if err != nil {
		return false, err
	}
	return true, residence.Relocate(in.tx, id, []person.ID{p.ID}, path, house.ID, in.on, source+"/assumed")
}

// village is the village of a row: its own code, or, where only the town's is
// given, the one village of the town whose name stands in the address.
func (in *intake) village(r RegisterRow) (string, error) {
	if len(r.Division) == 12 {
		return string(r.Division), nil
	}
	if in.index == nil {
		x, err := division.Load(in.tx)
		if err != nil {
			return "", err
		}
		in.index = x
	}
	found := ""
	for _, d := range in.index.Villages(string(r.Division)) {
		if strings.Contains(r.Address, d.Name) {
			if found != "" && len(in.index.Name(found)) >= len(d.Name) {
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

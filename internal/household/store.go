package household

import (
	"anju/internal/db"
	"anju/internal/fault"
)

// Get is a household by id, or NotFound.
func Get(tx *db.Tx, id ID) (Household, error) {
	h, err := db.One[Household](tx, `select `+db.Columns[Household]("")+` from household where id = $1`, id)
	return h, found(err)
}

// FindByRegisterNo is the household with a 户号, or NotFound.
func FindByRegisterNo(tx *db.Tx, no string) (Household, error) {
	h, err := db.One[Household](tx, `select `+db.Columns[Household]("")+` from household where register_no = $1`, no)
	return h, found(err)
}

func found(err error) error {
	if err == db.ErrNoRow {
		return fault.New(fault.NotFound, "household.unknown")
	}
	return err
}

// Insert enters a household and records it. ID and Version are set. A 户号 that
// another household has is a Conflict.
func Insert(tx *db.Tx, h Household) (Household, error) {
	h.ID, h.Version = ID(tx.NewID()), 1
	if err := db.Insert(tx, "household", h); err != nil {
		return h, taken(err)
	}
	return h, tx.Record("household/"+string(h.ID), nil, h)
}

func taken(err error) error {
	if db.Unique(err) == "household_register_no_uq" {
		return fault.New(fault.Conflict, "household.register_no_taken")
	}
	return err
}

// Update changes what the register says of a household, if it says anything
// else, and records it.
func Update(tx *db.Tx, was, is Household) (Household, bool, error) {
	is.ID, is.Version = was.ID, was.Version
	a, b := was, is
	a.Source, a.AsOf, b.Source, b.AsOf = "", "", "", ""
	if a == b {
		return was, false, nil
	}
	is.Version++
	n, err := tx.Exec(`update household set register_no = $2, kind = $3, village = $4, group_no = $5, address_id = $6, source = $7, as_of = $8, version = $9
		where id = $1 and version = $10`, is.ID, is.RegisterNo, is.Kind, is.Village, is.GroupNo, is.AddressID, is.Source, is.AsOf, is.Version, was.Version)
	if err != nil {
		return is, false, taken(err)
	}
	if n == 0 {
		return is, false, fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return is, true, tx.Record("household/"+string(is.ID), was, is)
}

package dwelling

import (
	"strings"

	"anju/internal/db"
	"anju/internal/fault"
)

// InsertAddress adds an address.
func InsertAddress(tx *db.Tx, a Address) error { return db.Insert(tx, "address", a) }

// InsertHouse adds a house.
func InsertHouse(tx *db.Tx, h House) error { return db.Insert(tx, "house", h) }

// GetAddress is an address by id, or NotFound.
func GetAddress(tx *db.Tx, id string) (Address, error) {
	a, err := db.One[Address](tx, `select `+db.Columns[Address]("")+` from address where id = $1`, id)
	if err == db.ErrNoRow {
		return a, fault.New(fault.NotFound, "dwelling.unknown")
	}
	return a, err
}

// GetHouse is a house with its address, or NotFound.
func GetHouse(tx *db.Tx, id string) (House, Address, error) {
	h, err := db.One[House](tx, `select `+db.Columns[House]("")+` from house where id = $1`, id)
	if err == db.ErrNoRow {
		return h, Address{}, fault.New(fault.NotFound, "dwelling.unknown")
	}
	if err != nil {
		return h, Address{}, err
	}
	a, err := GetAddress(tx, h.AddressID)
	return h, a, err
}

// FindAddress is the address of a village with exactly this text; ok is false
// if there is none.
func FindAddress(tx *db.Tx, village, text string) (a Address, ok bool, err error) {
	a, err = db.One[Address](tx, `select `+db.Columns[Address]("")+` from address where village = $1 and text = $2`, village, clean(text))
	if err == db.ErrNoRow {
		return a, false, nil
	}
	return a, err == nil, err
}

// FindOrInsertAddress returns the address of a village with this text, adding
// it as given if there is none. Text and village of a are required; the state
// of a new address is a's, Pending if empty.
func FindOrInsertAddress(tx *db.Tx, a Address) (Address, error) {
	a.Text = clean(a.Text)
	old, ok, err := FindAddress(tx, a.Village, a.Text)
	if err != nil || ok {
		return old, err
	}
	if a.ID == "" {
		a.ID = tx.NewID()
	}
	if a.State == "" {
		a.State = Pending
	}
	a.Version = 1
	if err := InsertAddress(tx, a); err != nil {
		return a, err
	}
	return a, tx.Record("address/"+a.ID, nil, a)
}

// HouseAt returns the first house at an address, adding one of the given use
// if there is none.
func HouseAt(tx *db.Tx, addressID, use string) (House, error) {
	h, err := db.One[House](tx, `select `+db.Columns[House]("")+` from house where address_id = $1 order by id limit 1`, addressID)
	if err != db.ErrNoRow {
		return h, err
	}
	h = House{ID: tx.NewID(), AddressID: addressID, Use: use, Ownership: "own", Version: 1}
	if err := InsertHouse(tx, h); err != nil {
		return h, err
	}
	return h, tx.Record("house/"+h.ID, nil, h)
}

func clean(s string) string { return strings.Join(strings.Fields(s), "") }

package booklet

import (
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
)

// Get is a booklet by id, or NotFound.
func Get(tx *db.Tx, id ID) (Booklet, error) {
	b, err := db.One[Booklet](tx, `select `+db.Columns[Booklet]("")+` from booklet where id = $1`, id)
	return b, found(err)
}

// ByNumber is a booklet by its number, or NotFound.
func ByNumber(tx *db.Tx, number string) (Booklet, error) {
	b, err := db.One[Booklet](tx, `select `+db.Columns[Booklet]("")+` from booklet where number = $1 and number <> ''`, number)
	return b, found(err)
}

// Live is the live booklet of a household; ok is false if it has none.
func Live(tx *db.Tx, id household.ID) (b Booklet, ok bool, err error) {
	b, err = db.One[Booklet](tx, `select `+db.Columns[Booklet]("")+` from booklet
		where household_id = $1 and state in ('applied', 'returned', 'approved', 'made', 'issued')`, id)
	if err == db.ErrNoRow {
		return b, false, nil
	}
	return b, err == nil, err
}

func found(err error) error {
	if err == db.ErrNoRow {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return err
}

// save writes a changed booklet if nobody changed it meanwhile, and records it.
func save(tx *db.Tx, was, is Booklet) error {
	is.Version = was.Version + 1
	n, err := tx.Exec(`update booklet set number = $2, state = $3, reason = $4, approved_by = $5, approved_name = $6, approved_at = $7,
		made_at = $8, issued_at = $9, received_by = $10, version = $11 where id = $1 and version = $12`,
		is.ID, is.Number, is.State, is.Reason, is.ApprovedBy, is.ApprovedName, is.ApprovedAt, is.MadeAt, is.IssuedAt, is.ReceivedBy, is.Version, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.Subject(), was, is)
}

// LatestVersion is what a booklet said when it was last made, or NotFound.
func LatestVersion(tx *db.Tx, id ID) (Version, error) {
	v, err := db.One[Version](tx, `select `+db.Columns[Version]("")+` from booklet_version where booklet_id = $1 order by n desc limit 1`, id)
	return v, found(err)
}

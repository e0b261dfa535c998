package relocation

import (
	"fmt"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
)

// Get is a move by id, or NotFound.
func Get(tx *db.Tx, id string) (Move, error) {
	m, err := db.One[Move](tx, `select `+db.Columns[Move]("")+` from move where id = $1`, id)
	if err == db.ErrNoRow {
		return m, fault.New(fault.NotFound, "policy.not_found")
	}
	return m, err
}

// Of lists the moves of a household, the latest first.
func Of(tx *db.Tx, id household.ID) ([]Move, error) {
	return db.All[Move](tx, `select `+db.Columns[Move]("")+` from move where household_id = $1 order by moved_on desc, id desc`, id)
}

func nextNumber(tx *db.Tx) (string, error) {
	year := calendar.On(tx.Now()).Year()
	n, err := db.NextInSeries(tx, fmt.Sprintf("receipt/%d", year))
	return fmt.Sprintf("白搬回〔%d〕%05d号", year, n), err
}

package app

import (
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
)

// placeName is the name of the area behind a code as an office writes it: a
// village with its town before it. An unknown code is NotFound.
func placeName(tx *db.Tx, code string) (string, error) {
	on := calendar.On(tx.Now())
	d, err := division.Get(tx, code, on)
	if err != nil || d.Level != division.Village {
		return d.Name, err
	}
	town, err := division.Get(tx, d.Parent, on)
	return town.Name + d.Name, err
}

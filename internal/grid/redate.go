package grid

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/household"
)

// Redate says that a household came to the grid of a relation on another day
// than was believed: the grid before lasts until that day, whatever had become
// of the ties meanwhile. What was believed is kept. Where no tie began on the day
// that was believed, the ties are of something else and stay.
func Redate(tx *db.Tx, id household.ID, relation string, from, on calendar.Date) error {
	all, err := believed(tx, id, relation)
	if err != nil || from == on || !slices.ContainsFunc(all, func(t Tie) bool { return t.ValidFrom == from }) {
		return err
	}
	var begins []Tie
	for _, was := range all {
		switch {
		case was.ValidTo == from, was.ValidFrom < from && was.ValidTo > on: // longer or shorter than it was
			err = end(tx, was, on)
		case was.ValidFrom == from, was.ValidFrom > from && was.ValidFrom < on: // later, or never
			if err = end(tx, was, was.ValidFrom); was.ValidTo > on {
				begins = append(begins, was)
			}
		}
		if err != nil {
			return err
		}
	}
	for _, is := range begins {
		is.ValidFrom, is.RecordedAt, is.SupersededAt = on, tx.Millis(), 0
		if err := put(tx, is); err != nil {
			return err
		}
		if err := tx.Record("household/"+string(id), nil, is); err != nil {
			return err
		}
	}
	return nil
}

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
		is.ValidFrom = on
		if err := restate(tx, is); err != nil {
			return err
		}
	}
	return nil
}

// Regrid says that a household came, on a day, to another grid than was believed.
func Regrid(tx *db.Tx, id household.ID, relation string, from calendar.Date, path string) error {
	all, err := believed(tx, id, relation)
	if err != nil {
		return err
	}
	for _, was := range all {
		if was.ValidFrom != from || was.Path == path {
			continue
		}
		if err := end(tx, was, from); err != nil {
			return err
		}
		is := was
		is.Path = path
		if err := restate(tx, is); err != nil {
			return err
		}
		if err := tellTied(tx, was); err != nil {
			return err
		}
	}
	return nil
}

// Retract says that a household never came to the grid to which it is tied since
// a day: the one before, where it lasted until then, goes on.
func Retract(tx *db.Tx, id household.ID, relation string, from calendar.Date) error {
	all, err := believed(tx, id, relation)
	if err != nil || !slices.ContainsFunc(all, func(t Tie) bool { return t.ValidFrom == from }) {
		return err
	}
	for _, was := range all {
		switch {
		case was.ValidFrom >= from:
			if err = end(tx, was, was.ValidFrom); err == nil {
				err = tellTied(tx, was) // what went there with the household comes back with it
			}
		case was.ValidTo == from:
			if err = end(tx, was, was.ValidFrom); err != nil {
				return err
			}
			is := was
			is.ValidTo = calendar.Forever
			err = restate(tx, is)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// restate writes a tie as it is believed from now on.
func restate(tx *db.Tx, is Tie) error {
	is.RecordedAt, is.SupersededAt = tx.Millis(), 0
	if err := put(tx, is); err != nil {
		return err
	}
	return tx.Record("household/"+string(is.HouseholdID), nil, is)
}

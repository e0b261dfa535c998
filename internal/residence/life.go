package residence

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/person"
)

// Free is the first day on which a new stay of a kind may begin: not before
// the one that goes on began, nor before the end of those that are over.
func Free(tx *db.Tx, id person.ID, kind string) (calendar.Date, error) {
	all, err := SpellsOf(tx, id)
	var first calendar.Date
	for _, s := range all {
		switch {
		case s.Kind != kind:
		case s.ValidTo == calendar.Forever:
			first = max(first, s.ValidFrom)
		default:
			first = max(first, s.ValidTo)
		}
	}
	return first, err
}

// LastRegistered is the household registration a person has, or had last; ok is
// false for who never had one.
func LastRegistered(tx *db.Tx, id person.ID) (Spell, bool, error) {
	all, err := SpellsOf(tx, id) // the present first
	for _, s := range all {
		if s.Kind == Registered && s.HouseholdID != "" {
			return s, true, err
		}
	}
	return Spell{}, false, err
}

// Cease ends every stay of a person, of the given kinds or of all: from on the
// person is nowhere.
func Cease(tx *db.Tx, id person.ID, on calendar.Date, kinds ...string) error {
	all, err := SpellsOf(tx, id)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ValidTo <= on || len(kinds) > 0 && !slices.Contains(kinds, s.Kind) {
			continue
		}
		if err := End(tx, s, on); err != nil {
			return err
		}
	}
	return nil
}

// Succeed lets a stay give way to the next of its kind from a day on: both
// stay in the history, each with its own time.
func Succeed(tx *db.Tx, next Spell) error {
	was, known, err := Current(tx, next.PersonID, next.Kind)
	if err != nil {
		return err
	}
	if known {
		if err := End(tx, was, next.ValidFrom); err != nil {
			return err
		}
	}
	_, err = Begin(tx, next)
	return err
}

// GrowUp lets a child live from birth wherever a parent has lived and lives,
// and wherever that is sealed, sealed to the same unit.
func GrowUp(tx *db.Tx, child, parent person.ID, birth calendar.Date, source string) error {
	all, err := SpellsOf(tx, parent)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Kind != Living || s.ValidTo <= birth {
			continue
		}
		with := Spell{PersonID: child, Kind: Living, Path: s.Path, HouseholdID: s.HouseholdID, HouseID: s.HouseID,
			ValidFrom: max(s.ValidFrom, birth), ValidTo: s.ValidTo, SealedTo: s.SealedTo, Source: source}
		if _, err := Begin(tx, with); err != nil {
			return err
		}
	}
	return nil
}

// JoinLiving lets a person live from a day on where another one lives. A seal of
// of either holds for both places' history; two units cannot share one secret.
func JoinLiving(tx *db.Tx, id, with person.ID, on calendar.Date, source string) error {
	there, lives, err := Current(tx, with, Living)
	if err != nil || !lives {
		return err
	}
	was, lived, err := Current(tx, id, Living)
	if err != nil {
		return err
	}
	if lived && was.HouseID == there.HouseID && was.Path == there.Path {
		return nil
	}
	if was.SealedTo != "" && there.SealedTo != "" && was.SealedTo != there.SealedTo {
		return fault.New(fault.Conflict, "residence.two_seals")
	}
	first, err := Free(tx, id, Living)
	if err != nil {
		return err
	}
	if on < first {
		return fault.New(fault.Conflict, "residence.overlaps")
	}
	return Succeed(tx, Spell{PersonID: id, Kind: Living, Path: there.Path, HouseholdID: there.HouseholdID, HouseID: there.HouseID, ValidFrom: on,
		SealedTo: max(was.SealedTo, there.SealedTo), Source: source})
}

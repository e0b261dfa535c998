package residence

import (
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
)

// Head reports whether the member is the head of the household.
func (m Member) Head() bool { return m.Spell.Relation == code.Head }

// Separated reports whether a living path lies elsewhere than the registered
// one (人户分离 across villages): another village, or out of the county.
func Separated(registered, living string) bool {
	return living != "" && village(registered) != village(living)
}

// NoGrid is the serial of a path that lies in no grid yet.
const NoGrid = "000"

func village(path string) string { return path[:min(len(path), 12)] }

// HeadOf is the head among members; ok is false if the register names none.
func HeadOf(all []Member) (Member, bool) {
	for _, m := range all {
		if m.Head() {
			return m, true
		}
	}
	return Member{}, false
}

// Relocate lets the persons live in a house from a day on, as registered
// members of a household. Registration is not touched: it is the police's. A
// person who already lives there is left alone. Who is protected stays so at
// the new place, sealed to the same police unit: only an act of its own lifts it.
// Who joins the protected of the household in their house is protected with them.
// A day before the end of an earlier stay is a Conflict: nobody lives in two
// places at once.
func Relocate(tx *db.Tx, id household.ID, persons []person.ID, path, houseID string, on calendar.Date, source string) error {
	for _, p := range persons {
		was, lives, err := Current(tx, p, Living)
		if err != nil {
			return err
		}
		if lives && was.HouseID == houseID && was.Path == path {
			continue
		}
		earlier, err := SpellsOf(tx, p)
		if err != nil {
			return err
		}
		if overlaps(earlier, Living, on) {
			return fault.New(fault.Conflict, "residence.overlaps")
		}
		if lives {
			if err := end(tx, was, on); err != nil {
				return err
			}
		}
		seal := was.SealedTo
		if seal == "" {
			if seal, err = sealOfHouse(tx, houseID, id); err != nil {
				return err
			}
		}
		if _, err := begin(tx, Spell{PersonID: p, Kind: Living, Path: path, HouseholdID: id, HouseID: houseID, ValidFrom: on, SealedTo: seal, Source: source}); err != nil {
			return err
		}
		if !slices.ContainsFunc(earlier, func(s Spell) bool { return s.Kind == Living }) {
			continue // first known of: nobody has flowed
		}
		if err := reflow(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// sealOfHouse is the police unit to which those of a household who live in a
// house are sealed, or "".
func sealOfHouse(tx *db.Tx, houseID string, id household.ID) (string, error) {
	there, err := OccupantsOf(tx, houseID)
	if err != nil {
		return "", err
	}
	for _, s := range there {
		if s.Kind == Living && s.HouseholdID == id && s.SealedTo != "" {
			return s.SealedTo, nil
		}
	}
	return "", nil
}

// overlaps reports whether a stay of a kind that begins on a day begins before
// the end of one that is over.
func overlaps(all []Spell, kind string, on calendar.Date) bool {
	return slices.ContainsFunc(all, func(s Spell) bool {
		return s.Kind == kind && s.ValidTo != calendar.Forever && on < s.ValidTo
	})
}

// Overlaps reports whether somebody cannot have moved on a day, because an
// earlier stay ended after it.
func Overlaps(tx *db.Tx, id person.ID, on calendar.Date) (bool, error) {
	all, err := SpellsOf(tx, id)
	return overlaps(all, Living, on), err
}

// Register says that a person is registered in a household from a day on, with
// a relation to its head, as the police register has it. It reports whether
// that was news: a register older than what is known is none.
func Register(tx *db.Tx, p person.ID, id household.ID, path, relation string, on calendar.Date, source string) (bool, error) {
	all, err := SpellsOf(tx, p)
	if err != nil {
		return false, err
	}
	was, known := Spell{}, false
	for _, s := range all {
		if s.Kind == Registered && s.ValidTo == calendar.Forever {
			was, known = s, true
		}
	}
	switch {
	case !known && overlaps(all, Registered, on):
		return false, nil // has died or left since
	case known && on < was.ValidFrom:
		return false, nil
	case known && was.HouseholdID == id && village(was.Path) == village(path):
		is := was
		is.Relation = relation
		if strings.HasSuffix(was.Path, NoGrid) {
			is.Path = path // the grid has become known
		}
		if is == was {
			return false, nil
		}
		is.Source = source
		_, err := replace(tx, was, is)
		return true, err
	case known:
		if err := End(tx, was, on); err != nil {
			return false, err
		}
	}
	_, err = Begin(tx, Spell{PersonID: p, Kind: Registered, Path: path, HouseholdID: id, Relation: relation, ValidFrom: on, Source: source})
	return true, err
}

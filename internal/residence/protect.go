package residence

import (
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
)

// Protect seals where a person lives to a police unit: from now on, to
// everyone else, the place does not exist. With it are sealed those of the
// household who live in the same house, where they lived before in the same
// village, and where those lived who were there with them and are no more: each
// would say where the person is. It returns the person's spell as
// sealed; the household's tie to its grid follows SealOf (grid.Service.Protect).
func Protect(tx *db.Tx, id person.ID, unit string) (Spell, error) {
	was, ok, err := Current(tx, id, Living)
	if err != nil {
		return was, err
	}
	if ok && was.SealedTo == unit && unit != "" {
		return was, nil // with somebody else of the house
	}
	if !ok || was.SealedTo != "" || unit == "" {
		return was, fault.New(fault.Conflict, "residence.nothing_to_protect")
	}
	return reseal(tx, was, unit)
}

// Unprotect opens what Protect sealed: the place is there again for everyone
// whose area it lies in. What was recorded meanwhile stays closed.
func Unprotect(tx *db.Tx, id person.ID) (Spell, error) {
	was, ok, err := Current(tx, id, Living)
	if err != nil {
		return was, err
	}
	if !ok || was.SealedTo == "" {
		return was, fault.New(fault.Conflict, "residence.nothing_to_open")
	}
	return reseal(tx, was, "")
}

// reseal gives unit to a present living spell and to all that say the same.
func reseal(tx *db.Tx, was Spell, unit string) (is Spell, err error) {
	together := []Spell{was}
	if was.HouseID != "" {
		if together, err = OccupantsOf(tx, was.HouseID); err != nil {
			return was, err
		}
	}
	for _, one := range together {
		if one.PersonID != was.PersonID && (one.HouseholdID != was.HouseholdID || one.HouseholdID == "") {
			continue // neighbours live there in their own right
		}
		all, err := SpellsOf(tx, one.PersonID)
		if err != nil {
			return was, err
		}
		for _, s := range all {
			if s.Kind != Living || village(s.Path) != village(was.Path) || s.SealedTo != was.SealedTo {
				continue
			}
			sealed := s
			sealed.SealedTo = unit
			if sealed, err = replace(tx, s, sealed); err != nil {
				return was, err
			}
			if s.ID == was.ID {
				is = sealed
			}
		}
	}
	return is, resealPast(tx, was, unit)
}

// resealPast gives unit to where those were with the household who have died or
// gone away since: a ledger or a look back would name it by them. Who lives in the
// village still, in a house of their own, does so openly; and who is protected
// where they went keeps closed where they came from.
func resealPast(tx *db.Tx, was Spell, unit string) error {
	past, err := livedWith(tx, was)
	if err != nil {
		return err
	}
	for _, s := range past {
		now, lives, err := Current(tx, s.PersonID, Living)
		if err != nil {
			return err
		}
		if lives && (village(now.Path) == village(was.Path) || unit == "" && now.SealedTo != "") {
			continue
		}
		sealed := s
		sealed.SealedTo = unit
		if _, err := replace(tx, s, sealed); err != nil {
			return err
		}
	}
	return nil
}

// SealOf is the police unit that a household's living place is sealed to, or
// "": that of its head, or, where the head lives nowhere, of the first who does.
func SealOf(tx *db.Tx, id household.ID) (string, error) {
	members, err := Members(tx, id)
	if err != nil {
		return "", err
	}
	for _, m := range members { // the head first
		s, lives, err := Current(tx, m.Person.ID, Living)
		if err != nil {
			return "", err
		}
		if lives {
			return s.SealedTo, nil
		}
	}
	return "", nil
}

package overview

import (
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// told leaves out of where people lived and worked on a day what is so still of
// who is out of the actor's reach today: a look back says where they were, and
// never where they are.
func told(tx *db.Tx, by actor.Actor, ids []person.ID, then []residence.Spell) (all []residence.Spell, err error) {
	now, err := residence.PlacesAt(tx, ids, residence.When{On: calendar.On(tx.Now())})
	if err != nil {
		return nil, err
	}
	reached := map[person.ID]bool{}
	for _, s := range then {
		if !slices.ContainsFunc(now, s.Lasts) {
			all = append(all, s)
			continue
		}
		if _, asked := reached[s.PersonID]; !asked {
			if reached[s.PersonID], err = reaches(tx, by, s.PersonID, now); err != nil {
				return nil, err
			}
		}
		if reached[s.PersonID] {
			all = append(all, s)
		}
	}
	return all, nil
}

// reaches reports whether somebody is in the actor's reach today, for their own
// sake or for that of their household.
func reaches(tx *db.Tx, by actor.Actor, id person.ID, now []residence.Spell) (bool, error) {
	sees := func(places policy.Places) bool { return policy.Check(by, policy.HouseholdRead, places) == nil }
	var own policy.Places
	for _, s := range now {
		if s.PersonID == id {
			own = append(own, policy.Place{Relation: policy.Relation(s.Kind), Path: s.Path, SealedTo: s.SealedTo})
		}
	}
	if sees(own) {
		return true, nil
	}
	registered, ok, err := residence.Current(tx, id, residence.Registered)
	if err != nil || !ok {
		return false, err
	}
	places, err := residence.PlacesOf(tx, registered.HouseholdID)
	return sees(places), err
}

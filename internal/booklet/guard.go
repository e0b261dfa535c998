package booklet

import (
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/residence"
)

// load is a booklet as it lies today, and what the actor may do with it. A
// household that has been protected since hides its booklet too.
func load(tx *db.Tx, by actor.Actor, a policy.Action, id ID) (b Booklet, d policy.Decision, err error) {
	if b, err = Get(tx, id); err != nil {
		return b, d, err
	}
	d, err = decide(tx, by, a, &b)
	return b, d, err
}

func decide(tx *db.Tx, by actor.Actor, a policy.Action, b *Booklet) (d policy.Decision, err error) {
	places, err := residence.PlacesOf(tx, b.HouseholdID)
	if err != nil {
		return d, err
	}
	open := policy.SeesAll(by, places)
	if open && b.State == Cancelled { // nothing is to be done with it that could not wait
		open, err = seesPeople(tx, by, *b)
	}
	if err != nil {
		return d, err
	}
	if !open {
		return d, fault.New(fault.NotFound, "policy.not_found")
	}
	b.SealedTo = sealOf(*b, places)
	return policy.Decide(by, a, policy.Places(b.Places()))
}

// seesPeople reports whether nobody whom a booklet was made for is hidden from an
// actor today: they may have left its household since, and be protected elsewhere.
func seesPeople(tx *db.Tx, by actor.Actor, b Booklet) (bool, error) {
	m, err := relocation.Get(tx, b.MoveID)
	if err != nil {
		return false, err
	}
	people, err := m.People()
	if err != nil {
		return false, err
	}
	for _, id := range people {
		if places, err := residence.PersonPlaces(tx, id); err != nil || !policy.SeesAll(by, places) {
			return false, err
		}
	}
	return true, nil
}

// sealOf is the police unit that the booklet's place is sealed to today, or one
// that knows another place of the household, or "". What stood on the booklet
// when it was applied for may be out of date.
func sealOf(b Booklet, places policy.Places) (unit string) {
	for _, p := range places {
		if p.Relation == policy.Living && p.SealedTo != "" && (unit == "" || p.Path == b.Path) {
			unit = p.SealedTo
		}
	}
	return unit
}

func mustSeeAll(d policy.Decision) error {
	if !d.Fields.Has(policy.Booklet) {
		return fault.New(fault.Forbidden, "policy.forbidden")
	}
	return nil
}

// Lists reports whether the actor has a list of booklets to go back to.
func Lists(by actor.Actor) bool { return listsWhole(by) == nil }

// listsWhole reports whether the actor's kind of post sees whole booklets in
// its own area: lists show names.
func listsWhole(by actor.Actor) error {
	if by.Kind == actor.System {
		return nil
	}
	var own policy.Places
	for _, p := range by.Paths {
		own = append(own, policy.Place{Relation: policy.Living, Path: p})
	}
	d, err := policy.Decide(by, policy.BookletRead, own)
	if err != nil {
		return err
	}
	return mustSeeAll(d)
}

// validity is what those see of a booklet who may only know whether it is good.
func (b Booklet) validity() Booklet {
	return Booklet{ID: b.ID, Number: b.Number, HouseholdID: b.HouseholdID, State: b.State, IssuedAt: b.IssuedAt}
}

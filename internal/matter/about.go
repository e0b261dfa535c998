package matter

import (
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// aboutIsKnown refuses to say which matters are about a household, to whom that is
// not shown on its page.
func aboutIsKnown(tx *db.Tx, by actor.Actor, id household.ID) error {
	places, err := residence.PlacesOf(tx, id)
	if err != nil {
		return err
	}
	d, err := policy.Decide(by, policy.HouseholdRead, places)
	if err == nil && (!d.Fields.Has(policy.Matters) || !policy.SeesAll(by, places)) {
		err = fault.New(fault.NotFound, "policy.not_found")
	}
	return err
}

// OpenAbout counts what List lists of a household. Who asks has been let in.
func OpenAbout(tx *db.Tx, by actor.Actor, id household.ID) (int64, error) {
	scope, err := policy.Predicate(by, policy.MatterRead)
	if err != nil {
		return 0, nil // none that this post may see
	}
	return countAbout(tx, by, scope, id)
}

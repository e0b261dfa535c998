package matter

import (
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// about adds to a query over matter m what is open for a household, in whichever
// of its grids, as far as somebody may see it: the number on the household's page
// and the list that it opens are the same words.
func about(q *db.Query, by actor.Actor, scope policy.Scope, id household.ID) *db.Query {
	at, atArgs := scope.WhereOn(policy.At, "m.path", "")
	handed, handedArgs := scope.WhereOn(policy.Handed, "m.path", "")
	seen, seenArgs := scope.WhereOn(policy.Informed, "t.path", "t.sealed_to")
	q.Add("m.household_id = ? and m.household_id <> '' and m.closed_at = 0 and (m.reporter = ? or", id, by.Account).
		Add(at, atArgs...).
		Add("or m.unit = ? and m.unit <> '' and", by.Kind).Add(handed, handedArgs...).
		Add("or "+seenBy+seen+"))", seenArgs...)
	return Seen(q, by)
}

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

package election

import (
	"context"
	"maps"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Draw works a list out anew from who is registered and lives in the unit. What
// people and meetings have said is kept.
func (s *Service) Draw(ctx context.Context, by actor.Actor, key db.Key, id ID) (Election, error) {
	return s.act(ctx, by, key, policy.ElectionDraw, id, nil, func(tx *db.Tx, e *Election) error {
		if e.State != Preparing {
			return fault.New(fault.Conflict, "election.not_now")
		}
		return draw(tx, e)
	})
}

func draw(tx *db.Tx, e *Election) error {
	was, err := said(tx, e.ID)
	if err != nil {
		return err
	}
	told := map[person.ID]Elector{}
	for _, x := range was {
		told[x.PersonID] = x
	}
	there, err := elsewhere(tx, *e)
	if err != nil {
		return err
	}
	people, err := everybody(tx, e.Path)
	if err != nil {
		return err
	}
	if err := wipe(tx, e.ID); err != nil {
		return err
	}
	rows := make([]Elector, 0, len(people)+len(told))
	for _, k := range people {
		rows = append(rows, e.row(told[k.ID], k, there[k.ID]))
		delete(told, k.ID)
	}
	// Who was written down and is no longer here: the row says so.
	for _, id := range slices.Sorted(maps.Keys(told)) {
		k, err := one(tx, id)
		if err != nil {
			return err
		}
		on, err := isElsewhere(tx, *e, id)
		if err != nil {
			return err
		}
		rows = append(rows, e.row(told[id], k, on))
	}
	if err := putAll(tx, rows); err != nil {
		return err
	}
	e.DrawnAt = tx.Millis()
	return recount(tx, e)
}

// row is the row of a person: what is known, what was said, and the judgement.
func (e Election) row(said Elector, k known, there bool) Elector {
	f := e.facts(said, k)
	f.Elsewhere = there
	said.ElectionID, said.Round, said.PersonID = e.ID, e.Round, k.ID
	said.Name, said.HouseholdID, said.GroupNo = k.Name, k.Household, ""
	if f.Registered {
		said.GroupNo = k.GroupNo
	}
	said.Since, said.FullOn = f.Since, f.FullOn()
	listed, why := Judge(f)
	said.Listed, said.Why = 0, why
	if listed {
		said.Listed = 1
	}
	return said
}

func (e Election) facts(said Elector, k known) Facts {
	f := Facts{Law: e.Law, Day: e.Day, Birth: k.Birth, Work: said.Work, Declared: said.Declared, Consent: said.Consent, Barred: said.Barred != "", Decided: said.Decided}
	for _, s := range k.spells {
		if s.Kind == residence.Registered && s.ValidTo == calendar.Forever && village(s.Path) == e.Path {
			f.Registered = true
		}
	}
	c := residence.ClockOf(k.spells, e.Path, e.Day)
	f.Living, f.Since = c.Here, c.Since
	return f
}

func village(path string) string { return path[:min(len(path), 12)] }

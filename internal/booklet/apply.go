package booklet

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/residence"
)

// Apply asks for a booklet for a household, after the move that leads to one.
// The household wants it: refusing costs nothing, so nobody applies without
// being asked.
func (s *Service) Apply(ctx context.Context, by actor.Actor, key db.Key, moveID string) (Booklet, error) {
	return db.Once(ctx, s.DB, by, string(policy.BookletApply), key, moveID, func(tx *db.Tx) (Booklet, error) {
		m, err := relocation.Get(tx, moveID)
		if err != nil {
			return Booklet{}, err
		}
		places, err := residence.PlacesOf(tx, m.HouseholdID)
		if err != nil {
			return Booklet{}, err
		}
		if err := policy.Check(by, policy.BookletApply, places); err != nil {
			return Booklet{}, err
		}
		if m.Track != relocation.Booklet {
			return Booklet{}, fault.New(fault.Conflict, "booklet.apply.track")
		}
		if _, ok, err := Live(tx, m.HouseholdID); err != nil {
			return Booklet{}, err
		} else if ok {
			return Booklet{}, fault.New(fault.Conflict, "booklet.apply.live")
		}
		return s.apply(tx, by, m)
	})
}

func (s *Service) apply(tx *db.Tx, by actor.Actor, m relocation.Move) (Booklet, error) {
	h, err := household.Get(tx, m.HouseholdID)
	if err != nil {
		return Booklet{}, err
	}
	members, err := residence.Members(tx, m.HouseholdID)
	if err != nil {
		return Booklet{}, err
	}
	head, ok := residence.HeadOf(members)
	if !ok {
		return Booklet{}, fault.New(fault.Conflict, "booklet.apply.no_head")
	}
	b := Booklet{
		ID: ID(tx.NewID()), HouseholdID: m.HouseholdID, MoveID: m.ID, Path: m.ToPath, OriginPath: h.Village + grid.NoGrid,
		HeadName: head.Person.Name, State: Applied, AppliedBy: by.Account, AppliedName: by.Name, AppliedAt: tx.Millis(), Version: 1,
	}
	ties, err := grid.TiesOf(tx, m.HouseholdID)
	if err != nil {
		return b, err
	}
	for _, t := range ties {
		switch t.Relation {
		case residence.Registered:
			b.OriginPath = t.Path
		case residence.Living:
			b.SealedTo = t.SealedTo
		}
	}
	if err := db.Insert(tx, "booklet", b); err != nil {
		if db.Unique(err) == "booklet_household_id_uq" {
			return b, fault.Wrap(fault.Conflict, "booklet.apply.live", err)
		}
		return b, err
	}
	return b, tx.Record(b.Subject(), nil, b)
}

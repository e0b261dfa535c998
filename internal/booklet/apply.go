package booklet

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
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
		b, err := fresh(tx, by, m)
		if err != nil {
			return b, err
		}
		if _, err := decide(tx, by, policy.BookletApply, &b); err != nil {
			return Booklet{}, err
		}
		moves, err := relocation.Of(tx, m.HouseholdID)
		if err != nil {
			return Booklet{}, err
		}
		if err := leadsToBooklet(m, moves); err != nil {
			return Booklet{}, err
		}
		if b.HeadName == "" {
			return Booklet{}, fault.New(fault.Conflict, "booklet.apply.no_head")
		}
		if _, err := relocation.Arrived(tx, by, m); err != nil { // who comes to the counter there has arrived
			return Booklet{}, err
		}
		return b, insert(tx, b)
	})
}

// leadsToBooklet is the rule: a move on the booklet's track that the place where
// they went has not returned, and that not everybody of it has followed by
// another, of a household that does not move its registration instead
// (先鼓励自愿迁移户籍).
func leadsToBooklet(m relocation.Move, moves []relocation.Move) error {
	switch {
	case m.Track != relocation.Booklet:
		return fault.New(fault.Conflict, "booklet.apply.track")
	case m.Answer == relocation.WillTransfer:
		return fault.New(fault.Conflict, "booklet.apply.transfer")
	case m.Arrival == relocation.Returned || m.Arrival == relocation.Withdrawn:
		return fault.New(fault.Conflict, "booklet.apply.not_there")
	case m.LeftBehind(moves):
		return fault.New(fault.Conflict, "booklet.apply.moved_on")
	}
	return nil
}

// onward is the move by which the last of those whom a booklet was asked for have
// left its address, or false while somebody is there.
func onward(tx *db.Tx, b Booklet) (relocation.Move, bool, error) {
	moves, err := relocation.Of(tx, b.HouseholdID)
	if err != nil {
		return relocation.Move{}, false, err
	}
	for _, m := range moves {
		if m.ID == b.MoveID {
			next, left := m.Onward(moves)
			return next, left, nil
		}
	}
	return relocation.Move{}, false, nil
}

// stillThere refuses to take an application further towards a booklet that could
// not be made: everybody has left the address it is for.
func stillThere(tx *db.Tx, b Booklet) error {
	_, left, err := onward(tx, b)
	if err == nil && left {
		err = fault.New(fault.Conflict, "booklet.apply.moved_on")
	}
	return err
}

// endFormer ends the live booklets of moves that everybody has left behind, now
// that the one that takes their place is approved.
func endFormer(tx *db.Tx, b Booklet) error {
	moves, err := relocation.Of(tx, b.HouseholdID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(moves, func(m relocation.Move) bool { return m.ID == b.MoveID })
	if at < 0 {
		return nil
	}
	all, err := LiveOf(tx, b.HouseholdID)
	if err != nil {
		return err
	}
	for _, was := range all {
		of := slices.IndexFunc(moves, func(m relocation.Move) bool { return m.ID == was.MoveID })
		if of <= at || !moves[of].LeftBehind(moves) {
			continue
		}
		is := was
		if err := end(tx, &is, End{"moved_away", i18n.T("booklet.cancelled.moved", "number", moves[at].Number)}); err != nil {
			return err
		}
		if err := save(tx, was, is); err != nil {
			return err
		}
	}
	return nil
}

// fresh is the application for a booklet at the address of a move. It lies
// where the move went: a member who lives elsewhere does not make it another
// station's.
func fresh(tx *db.Tx, by actor.Actor, m relocation.Move) (Booklet, error) {
	h, err := household.Get(tx, m.HouseholdID)
	if err != nil {
		return Booklet{}, err
	}
	b := Booklet{
		ID: ID(tx.NewID()), HouseholdID: m.HouseholdID, MoveID: m.ID, Path: m.ToPath, OriginPath: h.Village + grid.NoGrid,
		State: Applied, AppliedBy: by.Account, AppliedName: by.Name, AppliedAt: tx.Millis(), Version: 1,
	}
	members, err := residence.Members(tx, m.HouseholdID)
	if err != nil {
		return b, err
	}
	if head, ok := residence.HeadOf(members); ok {
		b.HeadName = head.Person.Name
	}
	ties, err := grid.TiesOf(tx, m.HouseholdID)
	for _, t := range ties {
		if t.Relation == residence.Registered {
			b.OriginPath = t.Path
		}
	}
	if m.Outside() {
		b.Path = b.OriginPath // no station of ours is where they live
	}
	return b, err
}

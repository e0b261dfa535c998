package baseline

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A View is which households of a round a list shows.
type View string

// Views.
const (
	Unresolved View = "unresolved" // not signed off by all
	InDispute  View = "disputed"
	Settled    View = "settled"
)

// Sides of a kind of post: those whose queue it works off.
func sidesOf(by actor.Actor) []Side {
	switch {
	case !policy.May(by, policy.BaselineSign):
		return nil
	case by.Kind.Police():
		return []Side{Police}
	}
	return []Side{Village, Community}
}

// A Page is a round as its page shows it.
type Page struct {
	Round   Round
	Sides   []Side // whose queues the actor works off
	Figures []Figure
}

// Get is a round with its figures for each village in the actor's area. They
// name nobody.
func (s *Service) Get(ctx context.Context, by actor.Actor, id string) (p Page, err error) {
	scope, err := policy.Predicate(by, policy.BaselineRead)
	if err != nil {
		return p, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if p.Round, err = Get(tx, id); err != nil {
			return err
		}
		p.Sides = sidesOf(by)
		p.Figures, err = figures(tx, scope, p.Round)
		return err
	})
	return p, err
}

// Queue lists the households that wait for the word of one of the actor's sides.
func (s *Service) Queue(ctx context.Context, by actor.Actor, id string, side Side, after string, limit int) (all []Row, err error) {
	scope, err := policy.Predicate(by, policy.BaselineSign)
	if err != nil {
		return nil, err
	}
	mine := false
	for _, one := range sidesOf(by) {
		mine = mine || one == side
	}
	if !mine {
		return nil, fault.New(fault.Forbidden, "policy.forbidden")
	}
	return s.look(ctx, by, id, func(tx *db.Tx, r Round) ([]Row, error) { return queue(tx, scope, r, side, after, limit) })
}

// List lists the households of a village of the actor's area by where they
// stand; village "" is all of them.
func (s *Service) List(ctx context.Context, by actor.Actor, id, village string, view View, after string, limit int) (all []Row, err error) {
	scope, err := policy.Predicate(by, policy.BaselineRead)
	if err != nil {
		return nil, err
	}
	return s.look(ctx, by, id, func(tx *db.Tx, r Round) ([]Row, error) { return list(tx, scope, r, village, view, after, limit) })
}

// look logs which households stand on a page of a list.
func (s *Service) look(ctx context.Context, by actor.Actor, id string, f func(tx *db.Tx, r Round) ([]Row, error)) ([]Row, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.BaselineRead), For: "baseline/" + id}, func(tx *db.Tx) ([]Row, error) {
		r, err := Get(tx, id)
		if err != nil {
			return nil, err
		}
		all, err := f(tx, r)
		tx.Saw()
		for _, row := range all {
			tx.Saw("household/" + string(row.ID))
		}
		return all, err
	})
}

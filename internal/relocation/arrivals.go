package relocation

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A Side is a list of moves that lie between two offices.
type Side string

const (
	Come Side = "come" // they came to the own area, and it has not said so
	Back Side = "back" // registered as moved from the own area, and returned
	Sent Side = "sent" // registered as moved from the own area, no answer yet
)

// Sides are the lists in the order of a page.
var Sides = []Side{Come, Back, Sent}

// An Arrival is a move that lies between two offices, in a list.
type Arrival struct {
	Move
	Head string `db:"head"` // name of the household's head, "" without one
}

// An ArrivalPage is one such move as its page shows it.
type ArrivalPage struct {
	Move
	Head   string
	People []residence.Member // who moved
	Acts   []Act
	To     bool // the actor answers for where they went
	From   bool // and for where they came from
}

// SideOf is the list that lies open to an actor first.
func SideOf(by actor.Actor) []Side {
	if !policy.May(by, policy.MoveMend) {
		return Sides[:1]
	}
	return Sides
}

// Arrivals lists the moves of a side, the longest waiting first. A household
// with a place that is protected from the actor is in no list.
func (s *Service) Arrivals(ctx context.Context, by actor.Actor, side Side, after string, limit int) ([]Arrival, error) {
	scope, err := policy.Predicate(by, side.action())
	if err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(side.action()), For: "move.arrivals"}, func(tx *db.Tx) ([]Arrival, error) { //i18n:none
		tx.Saw()
		all, err := arrivals(tx, scope, side, after, limit)
		for _, a := range all {
			tx.Saw("household/" + string(a.HouseholdID))
		}
		return all, err
	})
}

// ArrivalCounts is how many moves each list has. It names nobody.
func (s *Service) ArrivalCounts(ctx context.Context, by actor.Actor) (n map[Side]int64, err error) {
	if _, err := policy.Predicate(by, policy.MoveAccept); err != nil {
		return nil, err
	}
	n = map[Side]int64{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		for _, side := range SideOf(by) {
			scope, err := policy.Predicate(by, side.action())
			if err != nil {
				return err
			}
			if n[side], err = countArrivals(tx, scope, side); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// action is what a list is for.
func (s Side) action() policy.Action {
	if s == Come {
		return policy.MoveAccept
	}
	return policy.MoveMend
}

// Arrival is one move between two offices, to either of them.
func (s *Service) Arrival(ctx context.Context, by actor.Actor, id string) (ArrivalPage, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MoveAccept), For: "move/" + id}, func(tx *db.Tx) (p ArrivalPage, err error) {
		if p.Move, err = Get(tx, id); err != nil {
			return p, err
		}
		to, from := guardTo(tx, by, policy.MoveAccept, p.Move), guardFrom(tx, by, policy.MoveMend, p.Move)
		if p.To, p.From = to == nil, from == nil; !p.To && !p.From {
			for _, err := range []error{to, from} {
				if fault.Of(err) == nil {
					return ArrivalPage{}, err
				}
			}
			return ArrivalPage{}, fault.New(fault.NotFound, "policy.not_found")
		}
		tx.Saw("household/" + string(p.HouseholdID))
		if p.Acts, err = actsOf(tx, id); err != nil {
			return p, err
		}
		return p, p.people(tx, p.HouseholdID)
	})
}

// people finds who moved, and the head of the household.
func (p *ArrivalPage) people(tx *db.Tx, id household.ID) error {
	members, err := residence.Members(tx, id)
	if head, ok := residence.HeadOf(members); ok {
		p.Head = head.Person.Name
	}
	for _, m := range members {
		if p.moves([]person.ID{m.Person.ID}) {
			p.People = append(p.People, m)
		}
	}
	return err
}

package election

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/person"
	"anju/internal/policy"
)

// A Filter narrows a list of elections.
type Filter struct {
	Round string
	Under string
	State State
	After ID
	Limit int
}

// List lists elections of the actor's area: unit, days and sums, and nobody's name.
func (s *Service) List(ctx context.Context, by actor.Actor, f Filter) (all []Election, err error) {
	scope, err := policy.Predicate(by, policy.ElectionFollow)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if all, err = list(tx, scope, f); err != nil {
			return err
		}
		hidden, err := veilOver(tx, "")
		for i := range all {
			hidden.lift(&all[i])
		}
		return err
	})
	return all, err
}

// A Page is an election with what its page shows. Counts and objections are the
// election committee's alone.
type Page struct {
	Election   Election
	Today      calendar.Date
	Next       Waiting
	Committee  bool // the actor works for the committee
	Counts     []Count
	Objections []Objection
}

// Get is an election.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (Page, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ElectionFollow), For: "election/" + string(id)}, func(tx *db.Tx) (p Page, err error) {
		if p.Election, err = get(tx, id); err != nil {
			return p, err
		}
		if err := policy.Check(by, policy.ElectionFollow, p.Election); err != nil {
			return Page{}, err
		}
		tx.Saw(p.Election.Subject())
		hidden, err := veilOver(tx, id)
		if err != nil {
			return p, err
		}
		hidden.lift(&p.Election)
		p.Today = calendar.On(tx.Now())
		if p.Committee = policy.Check(by, policy.ElectionRead, p.Election) == nil; !p.Committee {
			p.Next = next(p.Election, p.Today, open{})
			return p, nil
		}
		if p.Counts, err = counts(tx, id, hidden); err != nil {
			return p, err
		}
		if p.Objections, err = objections(tx, id); err != nil {
			return p, err
		}
		var left open
		for i, o := range p.Objections {
			left.add(o)
			if hidden.hides(o.PersonID) {
				p.Objections[i].PersonID = "" // what was written stands; it leads nowhere
			}
			if o.PersonID != "" {
				tx.Saw("person/" + string(o.PersonID))
			}
		}
		p.Next = next(p.Election, p.Today, left)
		return p, nil
	})
}

// A Show narrows the rows of a list.
type Show struct {
	All    bool
	Listed bool
	Why    Why
	Name   string // begins with it
	After  string
	Limit  int // 0: all
}

// After is where the page after a row begins.
func (e Elector) After() string { return e.GroupNo + "|" + e.Name + "|" + string(e.PersonID) }

// Electors lists the rows of a list with their reasons, for the committee.
func (s *Service) Electors(ctx context.Context, by actor.Actor, id ID, q Show) ([]Elector, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ElectionRead), For: "election/" + string(id)}, func(tx *db.Tx) ([]Elector, error) {
		e, err := get(tx, id)
		if err != nil {
			return nil, err
		}
		if err := policy.Check(by, policy.ElectionRead, e); err != nil {
			return nil, err
		}
		tx.Saw(e.Subject())
		all, err := electors(tx, id, q)
		for _, x := range all {
			tx.Saw("person/" + string(x.PersonID))
		}
		return all, err
	})
}

// Elector is one row, for the committee and the notice to that person.
func (s *Service) Elector(ctx context.Context, by actor.Actor, id ID, of person.ID) (x Elector, err error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ElectionRead), For: "election/" + string(id)}, func(tx *db.Tx) (Elector, error) {
		e, err := get(tx, id)
		if err != nil {
			return x, err
		}
		if err := policy.Check(by, policy.ElectionRead, e); err != nil {
			return x, err
		}
		if x, err = shown(tx, id, of); err != nil {
			return x, err
		}
		tx.Saw(e.Subject(), "person/"+string(of))
		return x, nil
	})
}

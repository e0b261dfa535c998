package request

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/policy"
	"anju/internal/seal"
)

// A Page is a request as its page shows it.
type Page struct {
	Request Request
	Name    string // whom it is about
	Want    string // as shown; a number masked
	Own     bool   // the actor asked it
	Scans   []Scan
	Changed bool // the register says something else than when it was asked
}

// Get is a request as its page shows it: to who decides, and to who asked.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (Page, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RequestRead), For: "request/" + string(id)}, func(tx *db.Tx) (Page, error) {
		r, err := Get(tx, id)
		if err != nil {
			return Page{}, err
		}
		if err := policy.Check(by, policy.RequestRead, r); err != nil {
			return Page{}, err
		}
		tx.Saw(r.Subject(), "person/"+string(r.PersonID))
		p := Page{Request: r, Want: r.Want, Own: r.AskedBy == by.Account}
		if p.Name, err = nameOf(tx, r.PersonID); err != nil {
			return p, err
		}
		if p.Scans, err = scansOf(tx, id); err != nil {
			return p, err
		}
		if r.Kind == Number {
			n, err := r.number(tx, s.Keys)
			if err != nil {
				return p, err
			}
			p.Want = ident.MaskCitizenID(n.Plain())
		}
		if r.State == Asked {
			is, err := load(tx, s.Keys, r.PersonID)
			p.Changed = err == nil && is.now(r.Kind) != r.Was || fault.KindOf(err) == fault.Conflict
			if err != nil && !p.Changed {
				return p, err
			}
		}
		return p, nil
	})
}

// RevealNumber shows the number that is asked for in full, to who decides, and
// logs it.
func (s *Service) RevealNumber(ctx context.Context, by actor.Actor, id ID) (seal.Secret, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.NumberReveal), For: "request/" + string(id)}, func(tx *db.Tx) (none seal.Secret, err error) {
		r, err := Get(tx, id)
		if err != nil {
			return none, err
		}
		for _, a := range []policy.Action{policy.RequestApprove, policy.NumberReveal} {
			if err := policy.Check(by, a, r); err != nil {
				return none, err
			}
		}
		tx.Saw(r.Subject(), "person/"+string(r.PersonID))
		if r.Kind != Number {
			return none, fault.New(fault.NotFound, "policy.not_found")
		}
		n, err := r.number(tx, s.Keys)
		return seal.Hide(n.Plain()), err
	})
}

// Inbox lists the requests in a state that lie in the actor's area, the longest
// waiting first.
func (s *Service) Inbox(ctx context.Context, by actor.Actor, state State, after ID, limit int) ([]Line, error) {
	if !policy.May(by, policy.RequestApprove) {
		return nil, fault.New(fault.Forbidden, "policy.forbidden")
	}
	scope, err := policy.Predicate(by, policy.RequestRead)
	if err != nil {
		return nil, err
	}
	return s.look(ctx, by, "request.inbox", func(tx *db.Tx) ([]Line, error) { return inbox(tx, scope, state, after, limit) }) //i18n:none
}

// Mine lists what the actor has asked, the newest first.
func (s *Service) Mine(ctx context.Context, by actor.Actor, after ID, limit int) ([]Line, error) {
	if _, err := policy.Predicate(by, policy.RequestRead); err != nil {
		return nil, err
	}
	return s.look(ctx, by, "request.mine", func(tx *db.Tx) ([]Line, error) { return mine(tx, by.Account, after, limit) }) //i18n:none
}

// look logs who stands on a page of a list.
func (s *Service) look(ctx context.Context, by actor.Actor, what string, f func(*db.Tx) ([]Line, error)) ([]Line, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RequestRead), For: what}, func(tx *db.Tx) ([]Line, error) {
		all, err := f(tx)
		tx.Saw()
		for _, l := range all {
			tx.Saw(l.Subject(), "person/"+string(l.PersonID))
		}
		return all, err
	})
}

// Counts is how many requests wait for the actor's decision, and how many
// answers wait to be taken note of. It names nobody.
func (s *Service) Counts(ctx context.Context, by actor.Actor) (n Counts, err error) {
	scope, err := policy.Predicate(by, policy.RequestRead)
	if err != nil {
		return n, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { n, err = count(tx, scope, by.Account); return err })
	return n, err
}

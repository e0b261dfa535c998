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
	Changed bool   // the register says something else than when it was asked
}

// Get is a request as its page shows it: to who decides, and to who asked.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (p Page, err error) {
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(policy.RequestRead), For: "request/" + string(id)}, func(tx *db.Tx) error {
		r, err := Get(tx, id)
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.RequestRead, r); err != nil {
			return err
		}
		tx.Saw(r.Subject(), "person/"+string(r.PersonID))
		p = Page{Request: r, Want: r.Want, Own: r.AskedBy == by.Account}
		if p.Name, err = nameOf(tx, r.PersonID); err != nil {
			return err
		}
		if r.Kind == Number {
			n, err := r.number(tx, s.Keys)
			if err != nil {
				return err
			}
			p.Want = ident.MaskCitizenID(n.Plain())
		}
		if r.State == Asked {
			is, err := load(tx, s.Keys, r.PersonID)
			p.Changed = err == nil && is.now(r.Kind) != r.Was || fault.KindOf(err) == fault.Conflict
			if err != nil && !p.Changed {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Page{}, err
	}
	return p, nil
}

// RevealNumber shows the number that is asked for in full, to who decides, and
// logs it.
func (s *Service) RevealNumber(ctx context.Context, by actor.Actor, id ID) (secret seal.Secret, err error) {
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(policy.NumberReveal), For: "request/" + string(id)}, func(tx *db.Tx) error {
		r, err := Get(tx, id)
		if err != nil {
			return err
		}
		for _, a := range []policy.Action{policy.RequestApprove, policy.NumberReveal} {
			if err := policy.Check(by, a, r); err != nil {
				return err
			}
		}
		tx.Saw(r.Subject(), "person/"+string(r.PersonID))
		if r.Kind != Number {
			return fault.New(fault.NotFound, "policy.not_found")
		}
		n, err := r.number(tx, s.Keys)
		secret = seal.Hide(n.Plain())
		return err
	})
	return secret, err
}

// Inbox lists the requests in a state that lie in the actor's area, the longest
// waiting first.
func (s *Service) Inbox(ctx context.Context, by actor.Actor, state State, after ID, limit int) (all []Line, err error) {
	if !policy.May(by, policy.RequestApprove) {
		return nil, fault.New(fault.Forbidden, "policy.forbidden")
	}
	scope, err := policy.Predicate(by, policy.RequestRead)
	if err != nil {
		return nil, err
	}
	err = s.look(ctx, by, "request.inbox", func(tx *db.Tx) error { //i18n:none
		all, err = inbox(tx, scope, state, after, limit)
		return saw(tx, all, err)
	})
	return all, err
}

// Mine lists what the actor has asked, the newest first.
func (s *Service) Mine(ctx context.Context, by actor.Actor, after ID, limit int) (all []Line, err error) {
	if _, err := policy.Predicate(by, policy.RequestRead); err != nil {
		return nil, err
	}
	err = s.look(ctx, by, "request.mine", func(tx *db.Tx) error { //i18n:none
		all, err = mine(tx, by.Account, after, limit)
		return saw(tx, all, err)
	})
	return all, err
}

func (s *Service) look(ctx context.Context, by actor.Actor, what string, f func(*db.Tx) error) error {
	return s.DB.Look(ctx, by, db.Purpose{Action: string(policy.RequestRead), For: what}, f)
}

func saw(tx *db.Tx, all []Line, err error) error {
	tx.Saw()
	for _, l := range all {
		tx.Saw(l.Subject(), "person/"+string(l.PersonID))
	}
	return err
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

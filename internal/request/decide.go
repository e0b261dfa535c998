package request

import (
	"context"
	"strings"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// act is what every act on a request goes through: load, guard, rule, store,
// record; one transaction, once for each key.
func (s *Service) act(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id ID, word string, f func(tx *db.Tx, is *Request) error) (Request, error) {
	return db.Once(ctx, s.DB, by, string(a), key, [2]string{string(id), word}, func(tx *db.Tx) (Request, error) {
		was, err := Get(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, a, was); err != nil {
			return Request{}, err
		}
		is, err := was.after(a)
		if err != nil {
			return was, err
		}
		if err := f(tx, &is); err != nil {
			return was, err
		}
		if err := save(tx, was, is); err != nil {
			return was, err
		}
		is.Version++
		return is, nil
	})
}

// Approve changes the register as was asked. Who asked cannot approve; a fact
// that has changed since is a Conflict, because the evidence spoke of another.
func (s *Service) Approve(ctx context.Context, by actor.Actor, key db.Key, id ID) (Request, error) {
	return s.act(ctx, by, key, policy.RequestApprove, id, "", func(tx *db.Tx, r *Request) error {
		if err := r.decide(tx, by); err != nil {
			return err
		}
		return apply(tx, s.Keys, *r)
	})
}

// Refuse says no, and why.
func (s *Service) Refuse(ctx context.Context, by actor.Actor, key db.Key, id ID, reason string) (Request, error) {
	reason = strings.TrimSpace(reason)
	return s.act(ctx, by, key, policy.RequestRefuse, id, reason, func(tx *db.Tx, r *Request) error {
		if err := r.decide(tx, by); err != nil {
			return err
		}
		var wrong fault.Fields
		if reason == "" {
			wrong.Add("reason", "request.refuse.reason")
		}
		if utf8.RuneCountInString(reason) > maxEvidence {
			wrong.Add("reason", "request.ask.long", "n", maxEvidence)
		}
		r.Answer = reason
		return wrong.Err()
	})
}

func (r *Request) decide(tx *db.Tx, by actor.Actor) error {
	if by.Account == r.AskedBy {
		return fault.New(fault.Forbidden, "request.approve.own")
	}
	r.DecidedBy, r.DecidedName, r.DecidedAt = by.Account, by.Name, tx.Millis()
	return nil
}

// Withdraw takes a question back before it is answered.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, key db.Key, id ID) (Request, error) {
	return s.act(ctx, by, key, policy.RequestWithdraw, id, "", func(*db.Tx, *Request) error { return nil })
}

// Acknowledge takes note of an answer: it leaves the list of what is new.
func (s *Service) Acknowledge(ctx context.Context, by actor.Actor, key db.Key, id ID) (Request, error) {
	return s.act(ctx, by, key, policy.RequestAcknowledge, id, "", func(tx *db.Tx, r *Request) error {
		r.SeenAt = tx.Millis()
		return nil
	})
}

// apply does what was asked, as the noun itself does it.
func apply(tx *db.Tx, k *seal.Keys, r Request) error {
	is, err := load(tx, k, r.PersonID)
	if err != nil {
		return err
	}
	if is.now(r.Kind) != r.Was || is.registered.Path[:12] != r.Path[:12] {
		return fault.New(fault.Conflict, "request.approve.changed")
	}
	switch r.Kind {
	case Address:
		a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: is.household.Village, GroupNo: is.household.GroupNo, Text: r.Want, State: dwelling.Approved})
		if err != nil {
			return err
		}
		newer := is.household
		newer.AddressID, newer.Source, newer.AsOf = a.ID, r.Subject(), calendar.On(tx.Now())
		_, _, err = household.Update(tx, is.household, newer)
		return err
	case Ended:
		return r.end(tx, is)
	}
	d := is.draft(r.Kind, r.Want)
	if r.Kind == Number {
		if d.Number, err = r.number(tx, k); err != nil {
			return err
		}
	}
	d.Source, d.AsOf = r.Subject(), calendar.On(tx.Now())
	_, _, err = person.Update(tx, k, is.person, d)
	return err
}

// number is the number asked for.
func (r Request) number(tx *db.Tx, k *seal.Keys) (ident.CitizenID, error) {
	plain, err := k.Open("change_request", "want", string(r.ID), r.WantSealed)
	if err != nil {
		return ident.CitizenID{}, err
	}
	return ident.ParseCitizenID(string(plain), tx.Now())
}

// end ends a registration; of who has died, also where they lived and worked.
func (r Request) end(tx *db.Tx, is facts) error {
	if err := is.headFirst(); err != nil {
		return err
	}
	kinds := []string{residence.Registered}
	if r.Want == Death {
		kinds = append(kinds, residence.Living, residence.Working)
	}
	for _, kind := range kinds {
		s, ok, err := residence.Current(tx, r.PersonID, kind)
		if err != nil {
			return err
		}
		if ok {
			if err := residence.End(tx, s, r.EndsOn); err != nil {
				return err
			}
		}
	}
	return nil
}

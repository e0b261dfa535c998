package person

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Service is the guarded door to what is sealed about a person.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
	// Places is how a person lies in the county; residence knows.
	Places func(tx *db.Tx, id ID) (policy.Places, error)
}

// Reasons for showing a whole number: what stands in the access log, and what
// the person will read there.
var Reasons = []string{"counter", "verify", "correct", "urgent"}

// RevealNumber shows an ID number in full, for a stated reason, and logs it.
func (s *Service) RevealNumber(ctx context.Context, by actor.Actor, id ID, reason string) (seal.Secret, error) {
	return s.reveal(ctx, by, policy.NumberReveal, id, reason, policy.Number, Person.Number)
}

// RevealPhone shows a phone in full and logs it.
func (s *Service) RevealPhone(ctx context.Context, by actor.Actor, id ID) (seal.Secret, error) {
	return s.reveal(ctx, by, policy.PhoneReveal, id, "contact", policy.Phone, Person.Phone)
}

func (s *Service) reveal(ctx context.Context, by actor.Actor, a policy.Action, id ID, reason string, group policy.Fields, open func(Person, *seal.Keys) (seal.Secret, error)) (secret seal.Secret, err error) {
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(a), For: reason}, func(tx *db.Tx) error {
		places, err := s.Places(tx, id)
		if err != nil {
			return err
		}
		d, err := policy.Decide(by, a, places)
		if err != nil {
			return err
		}
		if !d.Fields.Has(group) {
			return fault.New(fault.Forbidden, "policy.forbidden")
		}
		if reason == "" {
			return fault.New(fault.Invalid, "person.reason")
		}
		p, err := Get(tx, id)
		if err != nil {
			return err
		}
		tx.Saw("person/" + string(id))
		secret, err = open(p, s.Keys)
		return err
	})
	return secret, err
}

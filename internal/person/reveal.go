package person

import (
	"context"
	"slices"

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

// contact is the one reason for which a phone is shown: to call.
var contact = []string{"contact"}

// A sealed is one of the values that only a logged act shows.
type sealed struct {
	action  policy.Action
	group   policy.Fields
	reasons []string
	open    func(Person, *seal.Keys) (seal.Secret, error)
}

// RevealNumber shows an ID number in full, for one of Reasons, and logs it.
// Who has no number has the zero Secret.
func (s *Service) RevealNumber(ctx context.Context, by actor.Actor, id ID, reason string) (seal.Secret, error) {
	return s.reveal(ctx, by, id, reason, sealed{policy.NumberReveal, policy.Number, Reasons, Person.Number})
}

// RevealPhone shows a phone in full, to call, and logs it.
func (s *Service) RevealPhone(ctx context.Context, by actor.Actor, id ID) (seal.Secret, error) {
	return s.reveal(ctx, by, id, contact[0], sealed{policy.PhoneReveal, policy.Phone, contact, Person.Phone})
}

func (s *Service) reveal(ctx context.Context, by actor.Actor, id ID, reason string, what sealed) (seal.Secret, error) {
	why := "person.why." + reason //i18n:dynamic person.why.
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(what.action), For: why}, func(tx *db.Tx) (none seal.Secret, err error) {
		places, err := s.Places(tx, id)
		if err != nil {
			return none, err
		}
		d, err := policy.Decide(by, what.action, places)
		if err != nil {
			return none, err
		}
		if !d.Fields.Has(what.group) {
			return none, fault.New(fault.Forbidden, "policy.forbidden")
		}
		if !slices.Contains(what.reasons, reason) {
			return none, &fault.Fault{Kind: fault.Invalid, Key: "person.reason", Fields: fault.Fields{{Name: "reason", Key: "person.reason"}}}
		}
		p, err := Get(tx, id)
		if err != nil {
			return none, err
		}
		tx.Saw("person/" + string(id))
		return what.open(p, s.Keys)
	})
}

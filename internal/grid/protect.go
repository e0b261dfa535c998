package grid

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A ProtectionDraft is why somebody's place is to be protected.
type ProtectionDraft struct {
	PersonID person.ID
	Ground   string        // one of Grounds
	Document string        // which paper says so
	ReviewOn calendar.Date // when it is to be looked at again
}

const (
	maxDocument = 100 // characters
	maxWhy      = 200
	maxReview   = 366 // days until a protection is looked at again, at most
)

// Protect seals where a person lives, and the household's living grid with it,
// to the actor's own police unit, at once: who hides cannot wait for a second
// account. Why is written down.
func (s *Service) Protect(ctx context.Context, by actor.Actor, key db.Key, d ProtectionDraft) (Protection, error) {
	d.Document = strings.TrimSpace(d.Document)
	return db.Once(ctx, s.DB, by, string(policy.AddressProtect), key, d, func(tx *db.Tx) (p Protection, err error) {
		lives, err := livesFor(tx, by, policy.AddressProtect, d.PersonID)
		if err != nil {
			return p, err
		}
		if err := d.check(calendar.On(tx.Now())); err != nil {
			return p, err
		}
		unit := unitOver(by, lives.Path)
		if lives, err = residence.Protect(tx, d.PersonID, unit); err != nil {
			return p, err
		}
		if err := follow(tx, lives); err != nil {
			return p, err
		}
		if old, err := protectionOf(tx, lives); err != nil || old.ID != "" {
			return old, err // with somebody else of the house: one paper for both
		}
		p = Protection{ID: tx.NewID(), PersonID: d.PersonID, SealedTo: unit, Ground: d.Ground, Document: d.Document, ReviewOn: d.ReviewOn,
			KeptBy: by.Account, KeptName: by.Name, KeptAt: tx.Millis(), State: Kept, Version: 1}
		if err := db.Insert(tx, "protection", p); err != nil {
			return p, err
		}
		return p, tx.Record(p.Subject(), nil, p)
	})
}

// check is the rule: a ground of the list, the paper, and a day within a year on
// which somebody looks at it again.
func (d ProtectionDraft) check(today calendar.Date) error {
	var wrong fault.Fields
	if !slices.Contains(Grounds, d.Ground) {
		wrong.Add("ground", "grid.protect.ground")
	}
	wrong.Words("document", d.Document, maxDocument)
	if !d.ReviewOn.Valid() || d.ReviewOn <= today || d.ReviewOn > today.AddDays(maxReview) {
		wrong.Add("review_on", "grid.protect.review_on")
	}
	return wrong.Err()
}

// follow lets the household's tie be sealed as its place is.
func follow(tx *db.Tx, lives residence.Spell) error {
	unit, err := residence.SealOf(tx, lives.HouseholdID)
	if err != nil {
		return err
	}
	return sealTie(tx, lives.HouseholdID, unit)
}

package entitlement

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Service is the guarded door to the rights of households.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// A Line is one right as a ledger shows it: who owes it, and what is written
// of it for this household; of a benefit nothing is.
type Line struct {
	Route
	Held []Entitlement
}

// A Ledger is the rights of a household at its two places. A side the actor
// does not answer for is nil: the origin keeps land and forest, the community
// house and services (原籍管地和林、社区服务房和人).
type Ledger struct {
	Fields  policy.Fields
	Origin  []Line
	Living  []Line
	LivesAt string // where it lives, in words; "" where the actor may not know
}

// Ledger lists the rights of a household, as far as the actor's side goes.
func (s *Service) Ledger(ctx context.Context, by actor.Actor, id household.ID) (Ledger, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "household/" + string(id)}, func(tx *db.Tx) (l Ledger, err error) {
		places, err := residence.PlacesOf(tx, id)
		if err != nil {
			return l, err
		}
		d, err := policy.Decide(by, policy.HouseholdRead, places)
		if err != nil {
			return l, err
		}
		if d.Fields&(policy.Land|policy.Insurance) == 0 {
			return l, fault.New(fault.Forbidden, "policy.forbidden")
		}
		tx.Saw("household/" + string(id))
		l.Fields = d.Fields & (policy.Land | policy.Insurance)
		return l, l.fill(tx, s.Keys, by, id)
	})
}

func (l *Ledger) fill(tx *db.Tx, k *seal.Keys, by actor.Actor, id household.ID) error {
	h, err := household.Get(tx, id)
	if err != nil {
		return err
	}
	x, err := division.Load(tx)
	if err != nil {
		return err
	}
	living, err := livingPath(tx, by, id)
	if err != nil {
		return err
	}
	if living != "" {
		l.LivesAt = x.FullName(living)
	}
	routes, err := RoutesFor(tx, k, x, h.Village, living, calendar.On(tx.Now()))
	if err != nil {
		return err
	}
	held, err := Of(tx, id)
	if err != nil {
		return err
	}
	for _, r := range routes {
		line := Line{Route: r}
		for _, e := range held {
			if e.Kind == r.Kind && e.Side == r.Side && !Benefit(e.Kind) {
				line.Held = append(line.Held, e)
			}
		}
		switch {
		case r.Side == Origin && l.Fields.Has(policy.Land):
			l.Origin = append(l.Origin, line)
		case r.Side == Living && l.Fields.Has(policy.Insurance) && living != "":
			l.Living = append(l.Living, line)
		}
	}
	return nil
}

// livingPath is where the head lives, or "" where that is not known or not the
// actor's to know.
func livingPath(tx *db.Tx, by actor.Actor, id household.ID) (string, error) {
	members, err := residence.Members(tx, id)
	if err != nil || len(members) == 0 {
		return "", err
	}
	s, lives, err := residence.Current(tx, members[0].Person.ID, residence.Living)
	if err != nil || !lives || !policy.Sees(by, policy.Place{Path: s.Path, SealedTo: s.SealedTo}) {
		return "", err
	}
	return s.Path, nil
}

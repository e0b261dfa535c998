package entitlement

import (
	"context"
	"strings"

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

// Amounts is what is held under a right, in words.
func (l Line) Amounts() string {
	var all []string
	for _, e := range l.Held {
		if e.Amount != "" {
			all = append(all, e.Amount)
		}
	}
	return strings.Join(all, "、")
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
		h, err := household.Get(tx, id)
		if err != nil {
			return l, err
		}
		x, err := division.Load(tx)
		if err != nil {
			return l, err
		}
		living, err := livingPath(tx, by, id)
		if err != nil {
			return l, err
		}
		routes, err := RoutesFor(tx, s.Keys, x, h.Village, living, calendar.On(tx.Now()))
		if err != nil {
			return l, err
		}
		return LedgerOf(tx, x, id, living, routes, d.Fields)
	})
}

// LedgerOf is the ledger of a household by the routes between its two places, as
// far as fields open it. living is "" where that is not known, or not to be said.
func LedgerOf(tx *db.Tx, x *division.Index, id household.ID, living string, routes []Route, fields policy.Fields) (l Ledger, err error) {
	l.Fields = fields & (policy.Land | policy.Insurance)
	if living != "" {
		l.LivesAt = x.FullName(living)
	}
	held, err := Of(tx, id)
	if err != nil {
		return l, err
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
	return l, nil
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

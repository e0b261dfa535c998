package baseline

import (
	"context"
	"strings"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Draft is a round as it is written down.
type Draft struct {
	Name     string
	Path     string // a division
	OpensOn  calendar.Date
	ClosesOn calendar.Date
}

const maxText = 100

// Start begins a round over the households registered under a path.
func (s *Service) Start(ctx context.Context, by actor.Actor, key db.Key, d Draft) (Round, error) {
	d.Name = strings.TrimSpace(d.Name)
	return db.Once(ctx, s.DB, by, string(policy.BaselineStart), key, d, func(tx *db.Tx) (Round, error) {
		if err := policy.Check(by, policy.BaselineStart, policy.Places{{Relation: policy.At, Path: d.Path}}); err != nil {
			return Round{}, err
		}
		var wrong fault.Fields
		wrong.Require("name", d.Name)
		if utf8.RuneCountInString(d.Name) > maxText {
			wrong.Add("name", "baseline.start.long", "n", maxText)
		}
		x, err := division.Load(tx)
		if err != nil {
			return Round{}, err
		}
		if _, ok := x.Get(d.Path); !ok {
			wrong.Add("path", "baseline.start.path")
		}
		if !d.OpensOn.Valid() {
			wrong.Add("opens_on", "baseline.start.opens_on")
		}
		if !d.ClosesOn.Valid() || d.ClosesOn < d.OpensOn || d.ClosesOn < calendar.On(tx.Now()) {
			wrong.Add("closes_on", "baseline.start.closes_on")
		}
		if err := wrong.Err(); err != nil {
			return Round{}, err
		}
		r := Round{ID: tx.NewID(), Name: d.Name, Path: d.Path, OpensOn: d.OpensOn, ClosesOn: d.ClosesOn, OpenedBy: by.Account, OpenedName: by.Name, OpenedAt: tx.Millis(), Version: 1}
		if err := db.Insert(tx, "baseline_round", r); err != nil {
			return r, err
		}
		return r, tx.Record("baseline/"+r.ID, nil, r)
	})
}

// Rounds lists the rounds, the latest first. A round names nobody.
func (s *Service) Rounds(ctx context.Context, by actor.Actor) (all []Round, err error) {
	if _, err := policy.Predicate(by, policy.BaselineRead); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { all, err = rounds(tx); return err })
	return all, err
}

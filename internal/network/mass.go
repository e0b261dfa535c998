package network

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Mass is a mass organisation of a village or community (群团组织).
type Mass struct {
	ID         string        `db:"id" record:"ignore"`
	Village    string        `db:"village" record:"track"`
	Kind       string        `db:"kind" record:"track"`
	Name       string        `db:"name" record:"track"`
	Leader     string        `db:"leader" record:"track"`
	FoundedOn  calendar.Date `db:"founded_on" record:"track"`
	Document   string        `db:"document" record:"track"`
	EndedOn    calendar.Date `db:"ended_on" record:"track"`
	RecordedBy string        `db:"recorded_by" record:"track"`
	RecordedAt int64         `db:"recorded_at" record:"ignore"`
	Version    int64         `db:"version" record:"ignore"`
}

// MassKinds lists the kinds in the order of a form.
var MassKinds = []string{"women", "youth", "union", "seniors", "disabled", "red_cross", "science", "other"}

// MassOf lists the mass organisations of a village, those that have ended last.
func (s *Service) MassOf(ctx context.Context, by actor.Actor, village string) (all []Mass, err error) {
	if err := policy.Check(by, policy.MassRead, policy.Places{}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { all, err = massOf(tx, village); return err })
	return all, err
}

// RecordMass notes that a village has a mass organisation since a day.
func (s *Service) RecordMass(ctx context.Context, by actor.Actor, key db.Key, m Mass) (Mass, error) {
	if err := policy.Check(by, policy.MassRecord, policy.Places{{Relation: policy.At, Path: m.Village}}); err != nil {
		return m, err
	}
	for _, text := range []*string{&m.Name, &m.Leader, &m.Document} {
		*text = strings.TrimSpace(*text)
	}
	return db.Once(ctx, s.DB, by, string(policy.MassRecord), key, m, func(tx *db.Tx) (Mass, error) {
		today := calendar.On(tx.Now())
		if d, err := division.Get(tx, m.Village, today); err != nil || d.Level != division.Village {
			return m, fault.New(fault.NotFound, "policy.not_found")
		}
		var f fault.Fields
		if !slices.Contains(MassKinds, m.Kind) {
			f.Add("kind", "form.required")
		}
		f.Words("name", m.Name, maxText)
		if !m.FoundedOn.Valid() || m.FoundedOn > today {
			f.Add("founded_on", "network.mass.founded")
		}
		if err := f.Err(); err != nil {
			return m, err
		}
		m.ID, m.EndedOn, m.RecordedBy, m.RecordedAt, m.Version = tx.NewID(), "", by.Account, tx.Millis(), 1
		if err := db.Insert(tx, "mass_organisation", m); err != nil {
			return m, err
		}
		return m, tx.Record("mass/"+m.ID, nil, m)
	})
}

// EndMass notes that a mass organisation is no more, from today on.
func (s *Service) EndMass(ctx context.Context, by actor.Actor, id string) error {
	if !policy.May(by, policy.MassRecord) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return s.DB.Write(ctx, by, string(policy.MassRecord), func(tx *db.Tx) error {
		was, err := mass(tx, id)
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.MassRecord, policy.Places{{Relation: policy.At, Path: was.Village}}); err != nil {
			return err
		}
		if was.EndedOn != "" {
			return fault.New(fault.Conflict, "network.mass.over")
		}
		is := was
		is.EndedOn, is.Version = calendar.On(tx.Now()), was.Version+1
		if err := saveMass(tx, was, is); err != nil {
			return err
		}
		return tx.Record("mass/"+id, was, is)
	})
}

package entitlement

import (
	"context"
	"encoding/json"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/jobs"
	"anju/internal/policy"
)

const (
	jobNight = "entitlement.night"
	jobSweep = "entitlement.sweep"
)

// nightHour is when the rights of the whole county are checked. What an act or
// an import changes is checked with it; what changes with the days, or with who
// answers for what, at night.
const nightHour = 2

// sweepPart is how many rights are read at once.
const sweepPart = 20_000

var bySystem = actor.ForSystem("rights")

// Handlers are the bodies of the jobs of rights.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{jobNight: s.nightly, jobSweep: s.sweepNow}
}

// Schedule sees to it that the coming night has its sweep.
func Schedule(tx *db.Tx) error { return jobs.Nightly(tx, jobNight, nightHour) }

// SweepSoon asks for a sweep of the whole county once this transaction is done.
func SweepSoon(tx *db.Tx) error { return jobs.Once(tx, jobSweep, tx.Now()) }

func (s *Service) nightly(ctx context.Context, _ string) error {
	if err := s.DB.Write(ctx, bySystem, string(policy.RightRead), Schedule); err != nil {
		return err
	}
	return s.sweepNow(ctx, "")
}

func (s *Service) sweepNow(ctx context.Context, _ string) error {
	_, err := s.Sweep(ctx, bySystem)
	return err
}

// HouseholdChanged checks one household, of which something has just changed: it
// moved, or its registration did. It is the body of a job of household.
func (s *Service) HouseholdChanged(ctx context.Context, by actor.Actor, payload string) error {
	if err := policy.Check(by, policy.RightRead, policy.Places{}); err != nil {
		return err
	}
	var id household.ID
	if err := json.Unmarshal([]byte(payload), &id); err != nil {
		return err
	}
	return s.DB.Write(ctx, by, actionFind, func(tx *db.Tx) error { _, err := Recheck(tx, id); return err })
}

// actionFind is what the program itself does; no post can.
const actionFind = "entitlement.find"

// Sweep checks the rights of every household of the county against what is
// stored, and reports how many findings are new, other or gone. It is the
// program's own: nobody else may look at everybody. Reading keeps nobody
// waiting; only where something differs is it written.
func (s *Service) Sweep(ctx context.Context, by actor.Actor) (changed int, err error) {
	if err := policy.Check(by, policy.RightRead, policy.Places{}); err != nil {
		return 0, err
	}
	for after := household.ID(""); ; {
		var ids []household.ID
		upTo := household.ID("")
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			if upTo, err = sweepEnd(tx, after, sweepPart); err != nil {
				return err
			}
			found, was, err := compared(tx, calendar.On(tx.Now()), within{after: after, upTo: upTo})
			ids = differing(found, was)
			return err
		})
		if err != nil {
			return changed, err
		}
		if len(ids) > 0 {
			err := s.DB.Write(ctx, by, actionFind, func(tx *db.Tx) error {
				n, err := Recheck(tx, ids...)
				changed += n
				return err
			})
			if err != nil {
				return changed, err
			}
		}
		if upTo == "" {
			return changed, nil
		}
		after = upTo
	}
}

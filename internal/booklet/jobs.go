package booklet

import (
	"context"
	"encoding/json"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/household"
	"anju/internal/jobs"
	"anju/internal/policy"
	"anju/internal/residence"
)

const (
	jobNight = "booklet.night"
	jobBatch = "booklet.batch"
)

// nightHour is when every booklet is compared with the register: nobody waits
// then. What has changed meanwhile is known whenever somebody asks (Stale).
const nightHour = 3

// sweepPart is how many booklets one transaction compares.
const sweepPart = 50

// Handlers are the bodies of the jobs of booklets.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{jobNight: s.nightly, household.JobChanged: s.changed, jobBatch: s.runBatch}
}

// Schedule sees to it that the coming night has its comparison.
func Schedule(tx *db.Tx) error { return jobs.Nightly(tx, jobNight, nightHour) }

// nightly compares every booklet, having seen to it that there will be another
// night.
func (s *Service) nightly(ctx context.Context, _ string) error {
	if err := s.DB.Write(ctx, bySystem, string(policy.BookletRead), Schedule); err != nil {
		return err
	}
	_, err := s.Sweep(ctx, bySystem)
	return err
}

var bySystem = actor.ForSystem("booklets")

// Sweep compares every booklet in somebody's hands with what it would say
// today: those that differ are queued for re-issue, those of whoever is
// registered there by now end. It reports how many it has newly queued.
func (s *Service) Sweep(ctx context.Context, by actor.Actor) (found int, err error) {
	if err := policy.Check(by, policy.BookletRead, policy.Places{}); err != nil {
		return 0, err
	}
	for after := ID(""); ; {
		var part []Booklet
		if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { part, err = madeAfter(tx, after, sweepPart); return err }); err != nil {
			return found, err
		}
		if len(part) == 0 {
			return found, nil
		}
		n, err := s.compare(ctx, part)
		if found += n; err != nil {
			return found, err
		}
		after = part[len(part)-1].ID
	}
}

// changed compares the booklets of one household, of which something has just
// changed.
func (s *Service) changed(ctx context.Context, payload string) error {
	var id household.ID
	if err := json.Unmarshal([]byte(payload), &id); err != nil {
		return err
	}
	var all []Booklet
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { all, err = LiveOf(tx, id); return err })
	if err != nil || len(all) == 0 {
		return err
	}
	_, err = s.compare(ctx, all)
	return err
}

// compare ends those whose people are registered where they live, and marks
// those that are out of date; it reports how many it has marked.
func (s *Service) compare(ctx context.Context, part []Booklet) (n int, err error) {
	err = s.DB.Write(ctx, bySystem, string(policy.BookletCancel), func(tx *db.Tx) error {
		for _, b := range part {
			if _, err := RegistrationMoved(tx, b.HouseholdID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, bySystem, string(policy.BookletReplace), func(tx *db.Tx) error {
		n, err = s.mark(tx, part)
		return err
	})
	return n, err
}

// mark notes when a booklet was found to be out of date, or that it is right
// again: somebody moved back, a phone was put right.
func (s *Service) mark(tx *db.Tx, all []Booklet) (n int, err error) {
	x, err := division.Load(tx)
	if err != nil {
		return 0, err
	}
	for _, b := range all {
		was, err := Get(tx, b.ID) // as it is now
		if err != nil {
			return n, err
		}
		if was.MadeAt == 0 || was.State == Cancelled {
			continue
		}
		places, err := residence.PlacesOf(tx, was.HouseholdID)
		if err != nil {
			return n, err
		}
		today := was
		today.SealedTo = sealOf(was, places)
		stale, err := staleIn(tx, s.Keys, x, today)
		if err != nil {
			return n, err
		}
		if stale == (was.StaleAt > 0) {
			continue
		}
		is := was
		is.StaleAt = 0
		if stale {
			is.StaleAt = tx.Millis()
			n++
		}
		if err := saveStale(tx, was, is); err != nil {
			return n, err
		}
	}
	return n, nil
}

package duplicate

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/jobs"
	"anju/internal/policy"
)

const jobSweep = "duplicate.sweep"

// nightHour is when the register is compared with itself: nobody waits then.
const nightHour = 2

// Handlers are the bodies of the jobs of duplicates.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{jobSweep: s.nightly}
}

// nightly sweeps, having seen to it first that there will be another night.
func (s *Service) nightly(ctx context.Context, _ string) error {
	by := actor.ForSystem("duplicates")
	if err := s.DB.Write(ctx, by, string(policy.DuplicateDecide), Schedule); err != nil {
		return err
	}
	_, err := s.Sweep(ctx, by)
	return err
}

// Schedule sees to it that the coming night has its sweep.
func Schedule(tx *db.Tx) error {
	return jobs.Nightly(tx, jobSweep, nightHour)
}

// ScheduleNow sees to it that there is a sweep before the night.
func ScheduleNow(tx *db.Tx) error { return jobs.Once(tx, jobSweep, tx.Now()) }

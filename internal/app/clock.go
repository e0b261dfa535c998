package app

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Clock is the county's clock: the machine's own, moved forward by hand on
// the demonstration county and nowhere else.
type Clock struct{ ahead atomic.Int64 }

// Now is the county's time.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Ahead is how far the clock has been moved.
func (c *Clock) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }

const clockSetting = "demo.clock_ahead"

// A ClockService moves the demonstration county's clock. It does not exist in
// a real county.
type ClockService struct {
	DB    *db.DB
	Clock *Clock
	Stay  func(context.Context, time.Duration) error // keeps people signed in
	After func(context.Context) error                // what time does: the sweep of the deadlines
}

// maxStep is the furthest the clock moves at once.
const maxStep = 60 * 24 * time.Hour

// Move moves the clock forward by d and lets time do its work. It never moves
// back: what has been recorded would lie in the future.
func (s *ClockService) Move(ctx context.Context, by actor.Actor, d time.Duration) error {
	if err := policy.Check(by, policy.ClockMove, policy.Places{}); err != nil {
		return err
	}
	if d <= 0 || d > maxStep {
		return fault.New(fault.Invalid, "demo.clock_step")
	}
	ahead := s.Clock.Ahead() + d
	err := s.DB.Write(ctx, by, string(policy.ClockMove), func(tx *db.Tx) error {
		if err := db.SetSetting(tx, clockSetting, strconv.FormatInt(int64(ahead), 10)); err != nil {
			return err
		}
		return tx.RecordAll("setting/"+clockSetting, 1, ahead.String())
	})
	if err != nil {
		return err
	}
	if err := s.Stay(ctx, d); err != nil {
		return err
	}
	s.Clock.ahead.Store(int64(ahead))
	return s.After(ctx)
}

// load sets the clock to where it was left.
func (s *ClockService) load(ctx context.Context) error {
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		v, err := db.Setting(tx, clockSetting)
		if err != nil || v == "" {
			return err
		}
		ahead, err := strconv.ParseInt(v, 10, 64)
		s.Clock.ahead.Store(ahead)
		return err
	})
}

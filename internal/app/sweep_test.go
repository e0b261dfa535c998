package app

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/seal"
)

// A bubble is a county in which the loop that the server runs is the real one,
// and its time is the test's: days are jumped over, minutes are lived through.
type bubble struct {
	t *testing.T
	*App
	ahead atomic.Int64
	keys  int
}

const bubbleGrid = "610929100207001"

func inBubble(t *testing.T, f func(b *bubble)) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		if _, err := db.Migrate(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) {
			b := &bubble{t: t}
			b.jump(time.Until(dbtest.Noon)) // a bubble begins in the year 2000
			cfg.Now = func() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }
			d, err := db.Open(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			dbtest.Given(t, d, func(tx *db.Tx) error {
				if err := division.Install(tx); err != nil {
					return err
				}
				return db.Insert(tx, "grid", grid.Grid{Code: bubbleGrid, Village: bubbleGrid[:12], Name: "第一网格", ValidFrom: "2024-01-01", ValidTo: "9999-12-31", Version: 1})
			})
			b.App = &App{DB: d, Matters: &matter.Service{DB: d, Keys: seal.FromSeed(1)}}
			f(b)
		})
	})
}

func (b *bubble) jump(d time.Duration) { b.ahead.Add(int64(d)) }

// serve runs the server's loop for a while, as it is run, and then kills it.
func (b *bubble) serve(d time.Duration) {
	ctx, kill := context.WithTimeout(b.t.Context(), d)
	defer kill()
	b.sweepForever(ctx)
}

// report reports a matter and returns when its limit passes.
func (b *bubble) report() time.Time {
	b.t.Helper()
	b.keys++
	by := actor.Actor{Account: "w", Name: "w", Kind: actor.GridWorker, Paths: []string{bubbleGrid}, Office: bubbleGrid}
	if _, err := b.Matters.Report(b.t.Context(), by, db.Key(fmt.Sprint("key ", b.keys)), matter.ReportRequest{Category: "other", Text: "路灯不亮"}); err != nil {
		b.t.Fatal(err)
	}
	return b.DB.Now().Add(deadline.Limit)
}

// lateness is by how much each warning came after its limit, in the order of
// the limits.
func (b *bubble) lateness() (late []time.Duration) {
	b.t.Helper()
	if err := b.DB.Read(b.t.Context(), func(tx *db.Tx) error {
		all, err := db.All[int64](tx, `select at - due_at from warning order by due_at, id`)
		for _, ms := range all {
			late = append(late, time.Duration(ms)*time.Millisecond)
		}
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return late
}

// TestProofWithinAMinute: the loop that the server runs stores the warning of a
// limit that passes while it is up within a minute, of one that passed while it
// was down within a minute of its coming up, of one that the machine's clock
// jumps over within a minute of the jump; none before its time, none twice.
func TestProofWithinAMinute(t *testing.T) {
	inBubble(t, func(b *bubble) {
		seen := 0
		want := func(what string, n int, least, most time.Duration) {
			b.t.Helper()
			late := b.lateness()[seen:]
			if len(late) != n {
				b.t.Fatalf("%s: %d warnings, want %d", what, len(late), n)
			}
			for _, d := range late {
				if d < least || d > most {
					b.t.Errorf("%s: warned %v after the limit, want %v to %v", what, d, least, most)
				}
			}
		}
		next := func() { // the matter of a scene goes no further
			b.t.Helper()
			seen = len(b.lateness())
			dbtest.Given(b.t, b.DB, func(tx *db.Tx) error {
				_, err := tx.Exec(`update clock set stopped_at = $1 where stopped_at = 0`, tx.Millis())
				return err
			})
			b.report()
		}
		next()
		b.jump(deadline.Limit - 5*time.Minute)
		b.serve(5*time.Minute - time.Second)
		want("a second before the limit", 0, 0, 0)
		b.serve(time.Minute + time.Second)
		want("while it is up", 1, 0, time.Minute)

		next()
		b.jump(deadline.Limit - time.Minute)
		b.serve(30 * time.Second)
		b.jump(48*time.Hour + 30*time.Second)
		want("while it is down for two days", 0, 0, 0)
		b.serve(time.Minute)
		want("once it is up again", 1, 48*time.Hour, 48*time.Hour+time.Minute)

		next()
		ctx, kill := context.WithCancel(b.t.Context())
		gone := make(chan struct{})
		go func() { defer close(gone); b.sweepForever(ctx) }()
		b.jump(deadline.Limit - 5*time.Hour)
		time.Sleep(time.Minute)
		b.jump(-3 * time.Hour) // the machine's clock is set back, and forward, while it runs
		time.Sleep(time.Minute)
		want("before the limit", 0, 0, 0)
		b.jump(9 * time.Hour)
		time.Sleep(time.Minute)
		want("over which the clock jumped", 1, 0, time.Hour+3*time.Minute)
		b.jump(-2 * time.Hour) // before the limit once more
		time.Sleep(time.Minute)
		b.jump(3 * time.Hour)
		time.Sleep(time.Minute)
		want("that the clock passes again", 1, 0, time.Hour+3*time.Minute)
		kill()
		<-gone
	})
}

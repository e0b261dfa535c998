package deadline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/proposal"
)

const path = "610929100001001"

// given starts n clocks, the first the oldest, an hour apart, all within the
// last day.
func given(t *testing.T, d *db.DB, n int) (ids []string) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		ids = nil
		for i := range n {
			c, err := Start(tx, New(fmt.Sprintf("matter/%d", i), path, 2, tx.Now().Add(time.Duration(i-n)*time.Second), 0))
			if err != nil {
				return err
			}
			ids = append(ids, c.ID)
		}
		return nil
	})
	return ids
}

// silent is a noun to which nothing has to be said.
func silent(d *db.DB) *Sweeper {
	return &Sweeper{DB: d, Warn: func(*db.Tx, []Missed) error { return nil }, Notice: func(*db.Tx, []Clock) error { return nil }}
}

func stored(t *testing.T, d *db.DB) (all []Warning) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		all, err = db.All[Warning](tx, `select `+db.Columns[Warning]("")+` from warning order by subject, step`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSweepOldestFirstAndDrains(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ids := given(t, d, 2*batch+50)
		var order []string
		s := silent(d)
		s.Warn = func(_ *db.Tx, all []Missed) error {
			for _, p := range all {
				order = append(order, p.Clock.ID)
			}
			return nil
		}
		if done, err := s.Sweep(t.Context()); err != nil || done != (Swept{}) {
			t.Fatalf("before the limit: %+v, %v", done, err)
		}
		c.Move(Limit)
		done, err := s.Sweep(t.Context())
		if err != nil || done != (Swept{Warnings: len(ids)}) {
			t.Fatalf("got %+v, %v, want %d warnings and no word beforehand", done, err, len(ids))
		}
		if !slices.Equal(order, ids) || len(stored(t, d)) != len(ids) {
			t.Errorf("the longest overdue is not the first: got %d in another order", len(order))
		}
		if done, err := s.Sweep(t.Context()); err != nil || done != (Swept{}) {
			t.Errorf("again: %+v, %v, want nothing", done, err)
		}
	})
}

// TestSweepCatchesUp: a server that was down for a month stores each passed
// step with both times.
func TestSweepCatchesUp(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		given(t, d, 1)
		c.Move(30 * 24 * time.Hour)
		if _, err := silent(d).Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		all := stored(t, d)
		if len(all) != 4 {
			t.Fatalf("got %d warnings after 30 days, want 4", len(all))
		}
		for i, w := range all {
			due := dbtest.Noon.Add(-time.Second + time.Duration(i+1)*Limit).UnixMilli()
			if w.Step != int64(i) || w.DueAt != due || w.At != c.Now().UnixMilli() || w.Told != min(3+int64(i), 5) {
				t.Errorf("step %d: got %+v, want the limit %d and the moment of storing %d", i, w, due, c.Now().UnixMilli())
			}
		}
	})
}

// TestOneBadClock: clocks whose noun fails, errs or panics hold up nobody, are
// counted, and are tried again.
func TestOneBadClock(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ids := given(t, d, 6)
		bad := true
		s := silent(d)
		s.Warn = func(tx *db.Tx, all []Missed) error {
			for _, p := range all {
				switch {
				case bad && p.Clock.ID == ids[0]:
					return errors.New("a broken row")
				case bad && p.Clock.ID == ids[3]:
					panic("a broken program")
				}
			}
			return nil
		}
		c.Move(Limit)
		done, err := s.Sweep(t.Context())
		if done != (Swept{Warnings: 4, Failed: 2}) || err == nil {
			t.Fatalf("got %+v, %v, want 4 stored, 2 failed and an error", done, err)
		}
		if n := len(stored(t, d)); n != 4 {
			t.Errorf("%d are stored, want 4: a clock that failed left something behind", n)
		}
		bad = false
		if done, err := s.Sweep(t.Context()); err != nil || done != (Swept{Warnings: 2}) {
			t.Errorf("once mended: %+v, %v, want the 2 that failed", done, err)
		}
	})
}

// TestCrashLosesNothing ends a sweep before its first batch, in the middle of
// one, and between two: a batch is stored whole or not at all, and the next
// sweep stores each step once all the same.
func TestCrashLosesNothing(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		const n = batch + 3
		for crash := range 3 {
			given(t, d, n)
			c.Move(2 * Limit)
			before := len(stored(t, d))
			ctx, cancel := context.WithCancel(t.Context())
			s, batches := silent(d), 0
			s.Warn = func(tx *db.Tx, all []Missed) error {
				if batches++; batches > crash {
					cancel()
					return ctx.Err()
				}
				return nil
			}
			done, err := s.Sweep(ctx)
			if (err == nil) != (crash == 2) {
				t.Errorf("crash %d: %+v, %v", crash, done, err)
			}
			cancel()
			want := []int{0, 2 * batch, 2 * n}[crash]
			if got := len(stored(t, d)) - before; got != want || done.Warnings != want {
				t.Errorf("crash %d: %d stored, %d told, want %d: a batch is stored whole", crash, got, done.Warnings, want)
			}
			if _, err := silent(d).Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := len(stored(t, d)) - before; got != 2*n {
				t.Errorf("crash %d: %d stored in the end, want two steps of each of %d clocks", crash, got, n)
			}
			dbtest.Given(t, d, func(tx *db.Tx) error {
				_, err := tx.Exec(`update clock set stopped_at = $1`, tx.Millis())
				return err
			})
		}
	})
}

// TestTwoSweepers: two programs over one county, at once.
func TestTwoSweepers(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		c := new(dbtest.Clock)
		c.Set(dbtest.Noon)
		cfg.Now = c.Now
		one, two := dbtest.Open(t, cfg), dbtest.Open(t, cfg)
		const n = 60
		given(t, one, n)
		c.Move(2 * Limit)
		var got [2]Swept
		var errs [2]error
		var both sync.WaitGroup
		for i, d := range []*db.DB{one, two} {
			both.Go(func() { got[i], errs[i] = silent(d).Sweep(t.Context()) })
		}
		both.Wait()
		if errs[0] != nil || errs[1] != nil {
			t.Fatalf("got %v and %v", errs[0], errs[1])
		}
		if sum := got[0].Warnings + got[1].Warnings; sum != 2*n || len(stored(t, one)) != 2*n {
			t.Errorf("%+v and %+v made %d, stored %d, want %d", got[0], got[1], sum, len(stored(t, one)), 2*n)
		}
	})
}

func TestNoticeIsSaidOnce(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		given(t, d, 2)
		said := 0
		s := silent(d)
		s.Notice = func(tx *db.Tx, all []Clock) error {
			said += len(all)
			return tx.RecordAll("matter/x", len(all), "notice")
		}
		for _, step := range []struct {
			move time.Duration
			want int
		}{{Limit/5*4 - time.Hour, 0}, {2 * time.Hour, 2}, {time.Hour, 2}, {Limit, 2}} {
			c.Move(step.move)
			if _, err := s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if said != step.want {
				t.Errorf("after %s more: said %d times, want %d", step.move, said, step.want)
			}
		}
	})
}

// TestSettle: an act that stops a clock late stores what is due first, in its
// own transaction, or nothing happens at all.
func TestSettle(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		given(t, d, 2)
		c.Move(2*Limit + time.Hour)
		warn := func(*db.Tx, []Missed) error { return nil }
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := Settle(tx, "matter/0", warn); err != nil {
				return err
			}
			return Stop(tx, "matter/0", SevenDay)
		})
		if all := stored(t, d); len(all) != 2 || all[0].Subject != "matter/0" || all[1].Step != 1 {
			t.Errorf("got %+v, want the two steps of matter/0", all)
		}
		done, err := silent(d).Sweep(t.Context())
		if err != nil || done.Warnings != 2 {
			t.Errorf("the sweep after it: %+v, %v, want the two steps of matter/1 alone", done, err)
		}
	})
}

func TestStopStopsOnlyItsOwn(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		given(t, d, 3)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := Stop(tx, "matter/1", "statutory"); err != nil {
				return err
			}
			return Stop(tx, "matter/0", SevenDay)
		})
		c.Move(Limit)
		if done, err := silent(d).Sweep(t.Context()); err != nil || done.Warnings != 2 {
			t.Errorf("got %+v, %v, want the two that were not stopped", done, err)
		}
	})
}

// DIGIT 5: the settings of the first tenant were applied to everybody's
// complaints. A limit that one county has made shorter is that county's alone.
func TestDefectDIGIT5SomebodyElsesCounty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, ours *db.DB) {
		theirs, _ := dbtest.SQLite(t)
		dbtest.Given(t, theirs, func(tx *db.Tx) error {
			return db.Insert(tx, "term", Change{ID: "short", Kind: SevenDay, Amount: 2, Unit: ExactDay, Asked: proposal.Asked{ValidFrom: "2026-01-01", State: proposal.Approved, ProposedBy: "a", DecidedBy: "b", DecidedAt: 1, Version: 1}})
		})
		for d, want := range map[*db.DB]time.Duration{ours: Limit, theirs: 2 * 24 * time.Hour} {
			dbtest.Given(t, d, func(tx *db.Tx) error {
				c, err := Start(tx, New("matter/x", path, 2, tx.Now(), 0))
				if got := time.Duration(c.LimitAt-c.StartedAt) * time.Millisecond; err == nil && got != want {
					t.Errorf("a county's limit is %v, want %v", got, want)
				}
				return err
			})
		}
	})
}

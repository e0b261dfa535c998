package jobs

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anju/internal/db"
	"anju/internal/db/dbtest"
)

func given(t *testing.T, d *db.DB, kinds ...string) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for i, k := range kinds {
			if err := tx.Enqueue(k, "", tx.Now().Add(time.Duration(i)*time.Millisecond), k); err != nil {
				return err
			}
		}
		return nil
	})
}

// counting is a runner whose jobs of kind "count" count themselves.
func counting(d *db.DB) (*Runner, *atomic.Int64) {
	n := new(atomic.Int64)
	return &Runner{DB: d, Handlers: map[string]Handler{"count": func(context.Context, string) error { n.Add(1); return nil }}}, n
}

// drain ticks until nothing is due, and reports how many jobs ran.
func drain(t *testing.T, r *Runner) (n int) {
	t.Helper()
	for {
		ran, err := r.Tick(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !ran {
			return n
		}
		n++
	}
}

func read[T any](t *testing.T, d *db.DB, f func(*db.Tx) (T, error)) (v T) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { v, err = f(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return v
}

func left(t *testing.T, d *db.DB) int64 {
	t.Helper()
	return read(t, d, func(tx *db.Tx) (int64, error) { return db.One[int64](tx, `select count(*) from job`) })
}

func TestRunsInOrderAndOnce(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		var got []string
		note := func(_ context.Context, payload string) error {
			got = append(got, strings.Trim(payload, `"`))
			return nil
		}
		r := &Runner{DB: d, Handlers: map[string]Handler{"a": note, "b": note, "c": note}}
		if n := drain(t, &Runner{DB: d}); n != 0 {
			t.Errorf("a runner without handlers ran %d", n)
		}
		given(t, d, "c", "a", "b")
		if n := drain(t, r); n != 1 { // the others are due a moment later
			t.Errorf("ran %d of which only one is due", n)
		}
		c.Move(time.Second)
		drain(t, r)
		if want := []string{"c", "a", "b"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if n := left(t, d); n != 0 {
			t.Errorf("%d done jobs are still there", n)
		}
	})
}

// TestRolledBack: a job of a transaction that failed never was.
func TestRolledBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		broken := errors.New("broken")
		err := d.Keep(t.Context(), func(tx *db.Tx) error {
			if err := tx.Enqueue("count", "", tx.Now(), nil); err != nil {
				return err
			}
			return broken
		})
		r, n := counting(d)
		if drain(t, r); !errors.Is(err, broken) || n.Load() != 0 {
			t.Errorf("ran %d after %v", n.Load(), err)
		}
	})
}

// TestFailsWaitsAndIsBuried: six attempts, each later than the one before, then
// it lies where a person sees it, and holds up nobody else.
func TestFailsWaitsAndIsBuried(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r, n := counting(d)
		tried := 0
		r.Handlers["bad"] = func(context.Context, string) error {
			if tried++; tried%2 == 0 {
				panic("cannot")
			}
			return errors.New("cannot")
		}
		given(t, d, "bad", "count")
		c.Move(time.Second)
		if drain(t, r); tried != 1 || n.Load() != 1 {
			t.Fatalf("tried %d, others %d; want 1 and 1", tried, n.Load())
		}
		for i, wait := range []time.Duration{5 * time.Second, 20 * time.Second, 80 * time.Second, 320 * time.Second, 1280 * time.Second} {
			c.Move(wait - time.Millisecond)
			if drain(t, r); tried != i+1 {
				t.Errorf("attempt %d comes before %s are over", tried, wait)
			}
			c.Move(time.Millisecond)
			drain(t, r)
			if tried != i+2 {
				t.Errorf("after %s: %d attempts, want %d", wait, tried, i+2)
			}
		}
		c.Move(1000 * time.Hour)
		if drain(t, r); tried != maxAttempts {
			t.Errorf("a buried job ran again: %d attempts", tried)
		}
		buried := read(t, d, Buried)
		if len(buried) != 1 || buried[0].Kind != "bad" || !strings.Contains(buried[0].Error, "cannot") || buried[0].Attempts != maxAttempts {
			t.Fatalf("buried: %+v", buried)
		}
	})
}

func TestUnknownKindIsLeftAlone(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		r, n := counting(d)
		given(t, d, "from_tomorrow", "count", "from_tomorrow")
		c.Move(100 * time.Hour)
		if drain(t, r); n.Load() != 1 || left(t, d) != 2 {
			t.Errorf("ran %d, left %d; want 1 and 2", n.Load(), left(t, d))
		}
		got := read(t, d, func(tx *db.Tx) ([]Waiting, error) { return Unknown(tx, r.Handlers) })
		if want := []Waiting{{"from_tomorrow", 2}}; !slices.Equal(got, want) {
			t.Errorf("told of %v, want %v", got, want)
		}
		r.Handlers["from_tomorrow"] = r.Handlers["count"]
		if drain(t, r); n.Load() != 3 {
			t.Errorf("once known, ran %d, want 3", n.Load())
		}
	})
}

// TestLease: nobody takes a leased job, somebody takes it once the lease is
// over, and whoever was late has no say any more.
func TestLease(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		other, n := counting(d)
		first := &Runner{DB: d, Handlers: map[string]Handler{"count": func(context.Context, string) error {
			if ran, err := other.Tick(t.Context()); ran || err != nil {
				t.Errorf("a leased job was taken: %v", err)
			}
			c.Move(lease + time.Second) // the machine slept
			if j, err := other.claim(t.Context()); err != nil || j.Attempts != 2 {
				t.Errorf("a job whose lease is over was not taken: %+v %v", j, err)
			}
			return errors.New("too late")
		}}}
		given(t, d, "count")
		if ran, err := first.Tick(t.Context()); !ran || err != nil {
			t.Fatal(ran, err)
		}
		j := read(t, d, func(tx *db.Tx) (Job, error) {
			return db.One[Job](tx, `select id, kind, payload, attempts, error from job where lease_until > $1`, c.Now().UnixMilli())
		})
		if j.Error != "" || j.Attempts != 2 {
			t.Errorf("the first runner changed what is not its own any more: %+v", j)
		}
		if ran, _ := other.Tick(t.Context()); ran || n.Load() != 0 {
			t.Error("the second lease was broken")
		}
	})
}

// TestEndOfProgramIsNoFailure: a job that is cut short by an orderly end goes
// back as it was.
func TestEndOfProgramIsNoFailure(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		given(t, d, "count")
		ctx, cancel := context.WithCancel(t.Context())
		r := &Runner{DB: d, Handlers: map[string]Handler{"count": func(ctx context.Context, _ string) error { cancel(); <-ctx.Done(); return ctx.Err() }}}
		for range 3 * maxAttempts {
			if _, err := r.Tick(ctx); err != nil && ctx.Err() == nil {
				t.Fatal(err)
			}
			ctx, cancel = context.WithCancel(t.Context())
		}
		cancel()
		next, n := counting(d)
		if drain(t, next); n.Load() != 1 || len(read(t, d, Buried)) != 0 {
			t.Errorf("after %d orderly ends: ran %d, buried %d", 3*maxAttempts, n.Load(), len(read(t, d, Buried)))
		}
	})
}

// TestTwoRunners: two programs, one queue, every job once.
func TestTwoRunners(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		one, two := dbtest.Open(t, cfg), dbtest.Open(t, cfg)
		kinds := slices.Repeat([]string{"count"}, 40)
		given(t, one, kinds...)
		time.Sleep(50 * time.Millisecond) // the last of them is due
		var n [2]*atomic.Int64
		var both sync.WaitGroup
		for i, d := range []*db.DB{one, two} {
			var r *Runner
			r, n[i] = counting(d)
			both.Go(func() { drain(t, r) })
		}
		both.Wait()
		if sum := n[0].Load() + n[1].Load(); sum != 40 || left(t, one) != 0 {
			t.Errorf("%d and %d ran, left %d", n[0].Load(), n[1].Load(), left(t, one))
		}
	})
}

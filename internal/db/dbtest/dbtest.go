// Package dbtest runs a test against every engine we support. Time stands
// still at Noon unless the test moves it.
package dbtest

import (
	"crypto/sha256"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
)

// Noon is the moment at which every test begins: Wednesday 4 March 2026, 12:00
// in Baihe.
var Noon = time.Date(2026, 3, 4, 4, 0, 0, 0, time.UTC)

// Clock is a clock that a test moves by hand.
type Clock struct{ ms atomic.Int64 }

// Now is the clock's moment.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.ms.Load()).UTC() }

// Move moves the clock.
func (c *Clock) Move(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// Set sets the clock.
func (c *Clock) Set(t time.Time) { c.ms.Store(t.UnixMilli()) }

// Each runs f on a fresh SQLite county and on a fresh PostgreSQL county, as
// subtests. PostgreSQL is the server at ANJU_TEST_POSTGRES (make test starts
// one); without it the PostgreSQL half is skipped, and in CI it fails.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	EachClock(t, func(t *testing.T, d *db.DB, _ *Clock) { f(t, d) })
}

// EachClock is Each with the clock in the test's hand.
func EachClock(t *testing.T, f func(t *testing.T, d *db.DB, c *Clock)) {
	run := func(t *testing.T, cfg db.Config) {
		c := new(Clock)
		c.Set(Noon)
		cfg.Now, cfg.Rand = c.Now, Rand(t.Name())
		f(t, open(t, cfg), c)
	}
	t.Run("sqlite", func(t *testing.T) { run(t, db.Config{Dir: copied(t)}) })
	t.Run("postgres", func(t *testing.T) { run(t, db.Config{URL: cloned(t)}) })
}

// EachConfig gives f the place of an empty county on each engine, not yet
// migrated: for tests that open it themselves.
func EachConfig(t *testing.T, f func(t *testing.T, cfg db.Config)) {
	t.Run("sqlite", func(t *testing.T) { f(t, db.Config{Dir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { f(t, db.Config{URL: Postgres(t)}) })
}

// SQLite opens a fresh SQLite county at Noon, for tests of doors.
func SQLite(t testing.TB) (*db.DB, *Clock) {
	c := new(Clock)
	c.Set(Noon)
	return open(t, db.Config{Dir: copied(t), Now: c.Now, Rand: Rand(t.Name())}), c
}

// Open migrates and opens a county and closes it when the test ends.
func Open(t testing.TB, cfg db.Config) *db.DB {
	t.Helper()
	if _, err := db.Migrate(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	return open(t, cfg)
}

func open(t testing.TB, cfg db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// Rand is a random source that a name determines.
func Rand(name string) *Source {
	sum := sha256.Sum256([]byte(name))
	return &Source{rand.NewChaCha8(sum)}
}

// Source is a deterministic io.Reader. It is for tests with one writer.
type Source struct{ r *rand.ChaCha8 }

func (s *Source) Read(p []byte) (int, error) { return s.r.Read(p) }

// Given writes rows as the system, for setting up a world.
func Given(t testing.TB, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	err := d.Write(t.Context(), actor.ForSystem("test"), "test.given", func(tx *db.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return tx.RecordAll("test/given", 1, t.Name())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Plan is how the engine reads a query, a step on each line.
func Plan(t testing.TB, d *db.DB, q *db.Query) string {
	t.Helper()
	var all []string
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		type step struct {
			ID     int64  `db:"id"`
			Parent int64  `db:"parent"`
			Unused int64  `db:"notused"`
			Detail string `db:"detail"`
		}
		return db.Each(tx, "explain query plan "+q.Text(), q.Args(), func(s step) error { all = append(all, s.Detail); return nil })
	})
	if err != nil { // PostgreSQL has no such words
		err = d.Read(t.Context(), func(tx *db.Tx) (err error) {
			all, err = db.All[string](tx, "explain "+q.Text(), q.Args()...)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

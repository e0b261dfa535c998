package matter_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/matter"
	"anju/internal/seal"
)

func service(d *db.DB) *matter.Service { return &matter.Service{DB: d, Keys: seal.FromSeed(1)} }

// quiet keeps the broken row out of the test's own words.
func quiet(t *testing.T) {
	old := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(old) })
}

// living is an empty world on SQLite in which somebody lives; made once, and
// copied.
var living = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "anju-living") })

func liteWorld(t *testing.T) (*db.DB, *dbtest.Clock) {
	t.Helper()
	model, err := living()
	if err != nil {
		t.Fatal(err)
	}
	c := new(dbtest.Clock)
	c.Set(dbtest.Noon)
	if names, _ := filepath.Glob(model + "/*"); len(names) == 0 {
		d := dbtest.Open(t, db.Config{Dir: model, Now: c.Now})
		given(t, d, c).household("")
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(model)); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Config{Dir: dir, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	return d, c
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := living(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// run is one life of a county, and what is wrong with it.
func run(t *testing.T, d *db.DB, c *dbtest.Clock, seed uint64, e engine, p pace) (*sim, []string) {
	t.Helper()
	s := newSim(t, d, c, seed, e)
	s.live(p)
	return s, s.check(t, d)
}

// small is a county in which little happens, so that there can be many; large is
// one in which much happens at once.
var (
	small = pace{days: 60, backlog: 2, act: 60 * hour, report: 200 * hour, troubles: 120 * hour}
	large = pace{days: 60, backlog: 20, act: 4 * hour, report: 9 * hour, troubles: 48 * hour}
)

// proofSize is how much make proof tries: so many runs, or as many as there is
// time for. Without it, there are as many as make test has time for.
func proofSize(t *testing.T, usual int) (runs int, until time.Time) {
	v := os.Getenv("PROOF_RUNS")
	if v == "" {
		return usual, time.Time{}
	}
	if d, err := time.ParseDuration(v); err == nil && d > 0 {
		return 1 << 30, time.Now().Add(d)
	}
	n, err := strconv.Atoi(v)
	if err != nil || n <= 0 {
		t.Fatalf("PROOF_RUNS=%q: want how many runs, or for how long (30m)", v)
	}
	return n, time.Time{}
}

// TestProofSixtyDays is promise R3: lives of sixty virtual days with everything
// that can go wrong, on both engines. One in fifty is a large county; in every
// second one, the large ones among them, a broken row fails at each visit. It is
// part of make proof, where PROOF_RUNS says how many or how long.
func TestProofSixtyDays(t *testing.T) {
	quiet(t)
	lives := func(t *testing.T, usual int, open func(t *testing.T) (*db.DB, *dbtest.Clock)) {
		runs, until := proofSize(t, usual)
		began, n, lived, warnings, acts, visits := time.Now(), 0, 0, 0, 0, 0
		for ; n < runs && (until.IsZero() || time.Now().Before(until)); n++ {
			t.Run(fmt.Sprint("seed ", n), func(t *testing.T) {
				d, c := open(t)
				defer d.Close()
				p := small
				if n%50 == 10 {
					p = large
				}
				s, wrong := run(t, d, c, uint64(n), engine{whole: n%2 == 1}, p)
				for _, w := range wrong[:min(len(wrong), 10)] {
					t.Error(w)
				}
				lived, warnings, acts, visits = lived+1, warnings+len(s.warnings), acts+len(s.acts), visits+len(s.visits)
			})
		}
		if warnings < 5*lived {
			t.Errorf("nothing much happened: %d warnings in %d lives", warnings, lived)
		}
		t.Logf("%d runs of 60 virtual days in %v, %.0f a minute; %d acts, %d visits of the sweep, %d warnings, each in time, once and in order",
			n, time.Since(began).Round(time.Second), float64(n)/time.Since(began).Minutes(), acts, visits, warnings)
	}
	t.Run("sqlite", func(t *testing.T) { lives(t, 100, liteWorld) })
	t.Run("postgres", func(t *testing.T) {
		lives(t, 1, func(t *testing.T) (*db.DB, *dbtest.Clock) {
			c := new(dbtest.Clock)
			c.Set(dbtest.Noon)
			d := dbtest.Open(t, db.Config{URL: dbtest.Postgres(t), Now: c.Now})
			given(t, d, c).household("")
			return d, c
		})
	})
}

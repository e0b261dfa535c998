package bench

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/matter"
	"anju/internal/seal"
)

// What the sweep of the deadlines has to keep on SQLite.
const (
	sweepEmpty  = time.Millisecond
	sweepGrowth = 1.5 // times an empty sweep over the least closed clocks
	sweepDue    = 10_000
	sweepLimit  = 3 * time.Second
	sweepBare   = 0.3 // at least this part of the rate of a bare loop over the same rows
	sweepRounds = 200
)

// BenchmarkSweep prints how long a sweep takes that finds nothing, over
// ANJU_BENCH_OPEN running clocks and ANJU_BENCH_CLOSED stopped ones (a twentieth
// of 1,000,000 and of 10,000,000 by default), beside one over 100,000 stopped;
// and how long 10,000 overdue matters take to be warned of, recorded and sent to
// both centres with their orders: beside a bare loop of as many updates of one row,
// and, on SQLite, beside one that inserts the rows that they are.
func BenchmarkSweep(b *testing.B) {
	open, closed := sizeOf(b, "ANJU_BENCH_OPEN", 50_000), sizeOf(b, "ANJU_BENCH_CLOSED", 500_000)
	configs := []db.Config{{Dir: b.TempDir()}}
	if os.Getenv("ANJU_TEST_POSTGRES") != "" {
		configs = append(configs, db.Config{URL: dbtest.Postgres(b)})
	}
	var lite time.Duration
	for _, c := range configs {
		engine := "SQLite"
		if c.URL != "" {
			engine = "PostgreSQL"
		}
		clock := new(dbtest.Clock)
		clock.Set(dbtest.Noon)
		c.Now = clock.Now
		d := openCounty(b, c)
		s := (&matter.Service{DB: d, Keys: seal.FromSeed(1)}).Sweeper()
		fillClocks(b, d, 0, open, false)
		fillClocks(b, d, open, open+min(closed, 100_000), true)
		least := empty(b, s)
		fillClocks(b, d, open+min(closed, 100_000), open+closed, true)
		most := empty(b, s)
		fillMatters(b, d, 0, sweepDue, true)
		bare, many := bareLoop(b, d, 1), bareLoop(b, d, 100)
		clock.Move(8 * 24 * time.Hour) // every one of them has passed its limit, none twice
		before := marks{}
		if c.Dir != "" {
			before = marksOf(b, c.Dir)
		}
		began := time.Now()
		done, err := s.Sweep(b.Context())
		took := time.Since(began)
		if done.Warnings < sweepDue {
			b.Fatalf("%+v: %v", done, err)
		}
		of := func(bare time.Duration) float64 {
			return float64(bare) / float64(took) * float64(done.Warnings) / sweepDue
		}
		growth := float64(most) / float64(least)
		b.Logf("%s, %d running, %d stopped: an empty sweep %v (limit %v), %.2f times that over 100,000 (limit %.1f); %d warned, ordered, sent and recorded in %v (limit %v); of a bare loop that updates one row of each %.2f (%v, as many to a transaction) or %.2f (%v, a transaction for each)",
			engine, open, closed, most, sweepEmpty, growth, sweepGrowth, done.Warnings, took, sweepLimit, of(many), many, of(bare), bare)
		if engine != "SQLite" {
			b.Logf("%s: %.2f times SQLite (at most %.0f)", engine, float64(took)/float64(lite), pagesPostgres)
			continue
		}
		if lite = took; most > sweepEmpty || growth > sweepGrowth && most > sweepEmpty/4 {
			b.Errorf("an empty sweep takes %v, %.2f times that over 100,000", most, growth)
		}
		rows, same := before.since(b, c.Dir)
		ratio := float64(same) / float64(took)
		b.Logf("%.2f of a bare loop of %v that inserts the same %d rows (at least %.1f)", ratio, same, rows, sweepBare)
		if ratio < sweepBare || took > sweepLimit {
			b.Errorf("%d overdue take %v, %.2f of a bare loop over the same rows", done.Warnings, took, ratio)
		}
	}
}

func sizeOf(b *testing.B, name string, n int) int {
	b.Helper()
	if text := os.Getenv(name); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	return n
}

// fillClocks writes clocks that run for years, or that have been stopped.
func fillClocks(b *testing.B, d *db.DB, from, to int, stopped bool) {
	b.Helper()
	fill(b, d, from, to, func(bulk *db.Bulk, tx *db.Tx, i int) {
		c := deadline.New(fmt.Sprintf("matter/f%09d", i), "610929100001001", 2, tx.Now(), 0)
		c.ID = fmt.Sprintf("f%09d", i)
		if stopped {
			c.StoppedAt = tx.Millis()
		} else {
			c.LimitAt += 1 << 41
			c.DueAt, c.NoticeAt = c.LimitAt, c.LimitAt
		}
		db.Put(bulk, "clock", c)
	})
}

// empty is the median time of a sweep that finds nothing.
func empty(b *testing.B, s *deadline.Sweeper) time.Duration {
	b.Helper()
	return median(sweepRounds, func(int) {
		if done, err := s.Sweep(b.Context()); err != nil || done != (deadline.Swept{}) {
			b.Fatal(done, err)
		}
	})
}

// marks are how far each table of a county on SQLite is filled.
type marks map[string]int64

// place is a table's own count of its rows: tree_hash has none but its key.
func place(table string) string {
	if table == "tree_hash" {
		return "i"
	}
	return "rowid"
}

func marksOf(b *testing.B, dir string) marks {
	b.Helper()
	m, src := marks{}, bareOpen(b, dir)
	for _, t := range bareTables(b, src) {
		if t == "person_key" {
			continue // no clock writes any
		}
		var at int64
		if err := src.QueryRow("select coalesce(max(" + place(t) + "), -1) from " + t).Scan(&at); err != nil {
			b.Fatal(err)
		}
		m[t] = at
	}
	return m
}

// since copies the rows that were written since with a bare loop, into an empty
// county. What they refer to is not there, so nobody looks.
func (m marks) since(b *testing.B, dir string) (rows int, took time.Duration) {
	b.Helper()
	to := b.TempDir()
	if _, err := db.Migrate(b.Context(), db.Config{Dir: to}); err != nil {
		b.Fatal(err)
	}
	src, dst := bareOpen(b, dir), bareOpen(b, to)
	if _, err := dst.Exec("pragma foreign_keys = off"); err != nil {
		b.Fatal(err)
	}
	for _, t := range bareTables(b, src) {
		if at, ok := m[t]; ok {
			n, d := bareRows(b, src, dst, t, fmt.Sprintf("select * from %s where %s > %d", t, place(t), at))
			rows, took = rows+n, took+d
		}
	}
	return rows, took
}

// bareLoop is how long it takes to update as many matters, each recorded and
// nothing else, so many to a transaction.
func bareLoop(b *testing.B, d *db.DB, batch int) time.Duration {
	b.Helper()
	began := time.Now()
	for i := 0; i < sweepDue; i += batch {
		err := d.Write(b.Context(), actor.ForSystem("bench"), "bench.bare", func(tx *db.Tx) error {
			for k := range batch {
				id := fmt.Sprintf("m%09d", i+k)
				if _, err := tx.Exec(`update matter set place = $2 where id = $1`, id, "三号楼"); err != nil {
					return err
				}
				if err := tx.RecordAll("matter/"+id, 1, "bench"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(began)
}

package bench

import (
	"fmt"
	"os"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/matter"
	"anju/internal/overview"
	"anju/internal/seal"
)

// What a county's board has to keep on SQLite.
const (
	boardLimit  = 100 * time.Millisecond
	boardGrowth = 1.5 // times the time at a tenth of the closed matters
	boardRounds = 30
)

// BenchmarkBoard prints how long the county's board, its year and the counts of
// its screen take over ANJU_BENCH_MATTERS matters (100,000 by default, one in
// fifty open, one in five of those overdue), beside a tenth of them.
func BenchmarkBoard(b *testing.B) {
	n := sizeOf(b, "ANJU_BENCH_MATTERS", 100_000)
	configs := []struct {
		name string
		db.Config
	}{{"SQLite", db.Config{Dir: b.TempDir()}}}
	if os.Getenv("ANJU_TEST_POSTGRES") != "" {
		configs = append(configs, struct {
			name string
			db.Config
		}{"PostgreSQL", db.Config{URL: dbtest.Postgres(b)}})
	}
	var lite time.Duration
	for _, c := range configs {
		d := openCounty(b, c.Config)
		open := n / 50
		fillMatters(b, d, 0, open, true)
		fillMatters(b, d, open, n/10, false)
		tenth := boards(b, d, c.name, n/10)
		fillMatters(b, d, n/10, n, false)
		whole := boards(b, d, c.name, n)
		growth := float64(whole) / float64(tenth)
		b.Logf("%s: %.2f times the time at a tenth (limit %.1f on SQLite)", c.name, growth, boardGrowth)
		switch {
		case c.name != "SQLite":
			b.Logf("%s: %.2f times SQLite (at most %.0f)", c.name, float64(whole)/float64(lite), pagesPostgres)
			continue
		case whole > boardLimit:
			b.Errorf("the county's board takes %v over %d matters, limit %v", whole, n, boardLimit)
		case n >= 1_000_000 && growth > boardGrowth: // below that, a tenth has not filled the grids' months
			b.Errorf("the board grows with closed history: %.2f times, limit %.1f", growth, boardGrowth)
		}
		lite = whole
	}
}

// openCounty is an empty county with its divisions.
func openCounty(b *testing.B, c db.Config) *db.DB {
	b.Helper()
	if _, err := db.Migrate(b.Context(), c); err != nil {
		b.Fatal(err)
	}
	d, err := db.Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	dbtest.Given(b, d, division.Install)
	return d
}

// fillMatters writes the matters from one number to another, of 1,000 grids in
// eleven towns and of the last two years.
func fillMatters(b *testing.B, d *db.DB, from, to int, open bool) {
	b.Helper()
	day := (24 * time.Hour).Milliseconds()
	now := d.Now().UnixMilli()
	months := map[string]matter.Month{}
	fill(b, d, from, to, func(bulk *db.Bulk, _ *db.Tx, i int) {
		id := matter.ID(fmt.Sprintf("m%09d", i))
		grid := fmt.Sprintf("610929%03d%03d%03d", 100+i%11, 1+i%13, 1+i%7)
		at := now - int64(i%700)*day - day
		m := matter.Matter{ID: id, Number: string(id), Category: matter.Categories[i%len(matter.Categories)], Text: "事件", Path: grid, Reporter: "w", ReporterName: "w", ReportedAt: at, State: matter.Closed, Level: 2 + int64(i%4), LevelSince: at, Solved: 1, ClosedAt: at + day/2, ClosedLevel: 2 + int64(i%4), Version: 1}
		if open {
			at = now - int64(i%8)*day - day/2
			if i%5 == 0 {
				at = now - 9*day
			}
			m.ReportedAt, m.LevelSince, m.State, m.Solved, m.ClosedAt, m.ClosedLevel = at, at, matter.Reported, 0, 0, 0
			c := m.Clock()
			c.ID = "c" + string(id)
			if c.DueAt <= now {
				c, _, _ = c.Warn(d.Now())
			}
			db.Put(bulk, "clock", c)
		}
		db.Put(bulk, "matter", m)
		f := matter.FigureOf(m, nil, i%9 == 0)
		db.Put(bulk, "matter_figure", f)
		for _, one := range f.Months() {
			sum := months[one.ID]
			sum.ID, sum.Path, sum.Month = one.ID, one.Path, one.Month
			sum.Add(one.Sums, 1)
			months[one.ID] = sum
		}
	})
	err := d.Write(b.Context(), actor.ForSystem("bench"), "bench.fill", func(tx *db.Tx) error {
		for _, m := range months {
			had, err := db.All[matter.Month](tx, `select `+db.Columns[matter.Month]("")+` from matter_month where id = $1`, m.ID)
			if err != nil {
				return err
			}
			for _, h := range had {
				m.Add(h.Sums, 1)
				if _, err := tx.Exec(`delete from matter_month where id = $1`, m.ID); err != nil {
					return err
				}
			}
			if err := db.Insert(tx, "matter_month", m); err != nil {
				return err
			}
		}
		return tx.RecordAll("bench", len(months), "bench")
	})
	if err == nil {
		err = d.Analyze(b.Context())
	}
	if err != nil {
		b.Fatal(err)
	}
}

// boards is the median time of the county's board.
func boards(b *testing.B, d *db.DB, engine string, n int) time.Duration {
	b.Helper()
	s := &overview.Service{DB: d, Keys: seal.FromSeed(1)}
	by := actor.Actor{Account: "bench", Name: "bench", Kind: actor.CountyCentre, Paths: []string{"610929"}, Office: "bench"}
	board := func(period string) time.Duration {
		return median(boardRounds, func(int) {
			if x, err := s.Board(b.Context(), by, "", period); err != nil || x.Total.Open == 0 || x.Total.Overdue == 0 {
				b.Fatal(x.Total, err)
			}
		})
	}
	month, year := board("month"), board("year")
	live := median(boardRounds, func(int) {
		if _, err := s.Live(b.Context(), by, ""); err != nil {
			b.Fatal(err)
		}
	})
	list := median(boardRounds, func(int) {
		if l, err := s.BehindNumber(b.Context(), by, overview.Behind{What: "overdue"}); err != nil || len(l) != 50 {
			b.Fatal(len(l), err)
		}
	})
	b.Logf("%s, %d matters: board of the month %v, of the year %v (limit %v), a screen's counts %v, a list behind a number %v", engine, n, month, year, boardLimit, live, list)
	return max(month, year)
}

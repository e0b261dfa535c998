package bench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/seal"
	"anju/internal/seed"
)

// What the making of the demonstration county has to keep.
const (
	countyRatio    = 0.3              // of the rate of bare inserts, at least
	countyTime     = 60 * time.Second // the whole county on SQLite, at most
	countyPostgres = 4.0              // times that on PostgreSQL, at most
)

const countyDay = calendar.Date("2026-11-20")

// countyScale is the scale at which the county is made: 1, or ANJU_BENCH_SCALE.
func countyScale(b *testing.B) float64 {
	text := os.Getenv("ANJU_BENCH_SCALE")
	if text == "" {
		return 1
	}
	scale, err := strconv.ParseFloat(text, 64)
	if err != nil {
		b.Fatal(err)
	}
	return scale
}

// makeCounty makes the county in an empty place and says how long that took.
func makeCounty(b *testing.B, cfg db.Config, scale float64) (*seed.Made, time.Duration) {
	cfg.Now = countyDay.Start
	d := dbtest.Open(b, cfg)
	began := time.Now()
	m, err := seed.County(b.Context(), d, seal.FromSeed(1), seed.Options{Seed: 1, Scale: scale, Day: countyDay})
	if err != nil {
		b.Fatal(err)
	}
	if err := d.Analyze(b.Context()); err != nil {
		b.Fatal(err)
	}
	took := time.Since(began)
	if err := seed.Sizes(b.Context(), d, m, scale); err != nil {
		b.Error(err)
	}
	if err := d.Close(); err != nil {
		b.Fatal(err)
	}
	return m, took
}

// BenchmarkCounty makes the demonstration county on SQLite, inserts the same
// rows by a bare loop on the same driver (same tables and indexes, same
// pragmas, as many rows to a statement and to a transaction), and then makes it
// on PostgreSQL.
func BenchmarkCounty(b *testing.B) {
	scale := countyScale(b)
	for b.Loop() {
		full := b.TempDir()
		m, took := makeCounty(b, db.Config{Dir: full}, scale)
		rows, bare := bareCounty(b, full, b.TempDir())
		ratio := float64(m.Rows) / took.Seconds() / (float64(rows) / bare.Seconds())
		b.Logf("county at scale %g: %d rows in %.1f s, %.0f rows/s; bare loop: %d rows in %.1f s, %.0f rows/s; ratio %.2f (at least %.1f)",
			scale, m.Rows, took.Seconds(), float64(m.Rows)/took.Seconds(), rows, bare.Seconds(), float64(rows)/bare.Seconds(), ratio, countyRatio)
		b.Logf("%d households, %d people; away %d / %d, across villages %d / %d; %d sites, %d grids, %d accounts, %d workers of level 1, %d matters, %d booklets issued",
			m.Households, m.People, m.Away, m.AwayPeople, m.Cross, m.CrossPeople, m.Sites, m.Grids, m.Accounts, m.Workers, m.Matters, len(m.Booklets))
		b.ReportMetric(float64(m.Rows)/took.Seconds(), "rows/s")
		b.ReportMetric(ratio, "ratio")
		if ratio < countyRatio {
			b.Errorf("ratio %.2f, want at least %.1f", ratio, countyRatio)
		}
		if took > countyTime {
			b.Errorf("the county took %v, want at most %v", took, countyTime)
		}
		if os.Getenv("ANJU_TEST_POSTGRES") == "" {
			b.Log("PostgreSQL: not measured, ANJU_TEST_POSTGRES is not set")
			continue
		}
		_, onPostgres := makeCounty(b, db.Config{URL: dbtest.Postgres(b)}, scale)
		b.Logf("PostgreSQL: %.1f s, %.2f times SQLite (at most %.0f)", onPostgres.Seconds(), onPostgres.Seconds()/took.Seconds(), countyPostgres)
		b.ReportMetric(onPostgres.Seconds()/took.Seconds(), "×postgres")
		if onPostgres.Seconds() > countyPostgres*took.Seconds() {
			b.Errorf("PostgreSQL took %v, SQLite %v", onPostgres, took)
		}
	}
}

// The bare loop's batches: as the seed has them.
const (
	bareStatement = 64
	bareWrite     = 100_000
)

const barePragmas = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32768)"

// bareCounty copies every row of a county into an empty one with nothing but
// the driver, and says how many there were and how long the inserting took;
// the reading is not counted.
func bareCounty(b *testing.B, from, to string) (rows int, took time.Duration) {
	if _, err := db.Migrate(b.Context(), db.Config{Dir: to}); err != nil {
		b.Fatal(err)
	}
	src, dst := bareOpen(b, from), bareOpen(b, to)
	for _, t := range bareTables(b, src) {
		n, d := bareTable(b, src, dst, t)
		rows, took = rows+n, took+d
	}
	return rows, took
}

func bareOpen(b *testing.B, dir string) *sql.DB {
	d, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "county.db")+barePragmas)
	if err != nil {
		b.Fatal(err)
	}
	d.SetMaxOpenConns(1)
	b.Cleanup(func() { d.Close() })
	return d
}

// bareTables lists the tables in the order in which the schema makes them: a
// table stands after those it refers to.
func bareTables(b *testing.B, d *sql.DB) (names []string) {
	rows, err := d.Query(`select name from sqlite_master where type = 'table' and name not like 'migration%' and name not like 'sqlite%' order by rowid`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			b.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil || len(names) < 20 {
		b.Fatalf("%d tables, %v", len(names), err)
	}
	return names
}

// bareTable copies one table, a transaction's rows at a time.
func bareTable(b *testing.B, src, dst *sql.DB, table string) (n int, took time.Duration) {
	rows, err := src.Query("select * from " + table)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	var batch [][]any
	write := func() {
		began := time.Now()
		if err := bareInsert(b.Context(), dst, table, columns, batch); err != nil {
			b.Fatalf("%s: %v", table, err)
		}
		took += time.Since(began)
		n += len(batch)
		batch = batch[:0]
	}
	for rows.Next() {
		row := make([]any, len(columns))
		to := make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			b.Fatal(err)
		}
		if batch = append(batch, row); len(batch) == bareWrite {
			write()
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	write()
	return n, took
}

func bareInsert(ctx context.Context, dst *sql.DB, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	tx, err := dst.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	one := "(" + strings.Repeat("?, ", len(columns)-1) + "?)"
	text := func(n int) string {
		return fmt.Sprintf("insert into %s (%s) values %s%s", table, strings.Join(columns, ", "), one, strings.Repeat(", "+one, n-1))
	}
	full, err := tx.PrepareContext(context.WithoutCancel(ctx), text(bareStatement))
	if err != nil {
		return err
	}
	var args []any
	for i := 0; i < len(rows); i += bareStatement {
		part := rows[i:min(i+bareStatement, len(rows))]
		args = args[:0]
		for _, r := range part {
			args = append(args, r...)
		}
		if len(part) == bareStatement {
			_, err = full.ExecContext(ctx, args...)
		} else {
			_, err = tx.ExecContext(ctx, text(len(part)), args...)
		}
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}

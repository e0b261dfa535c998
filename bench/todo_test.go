package bench

import (
	"database/sql"
	"os"
	"slices"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/matter"
	"anju/internal/seal"
)

// What a to-do list has to keep on SQLite.
const (
	todoP99    = 30 * time.Millisecond
	todoRounds = 200
)

// todoPosts are whose lists are measured: of each level one, and the centres.
var todoPosts = []actor.Actor{
	{Account: "1", Kind: actor.GridWorker, Paths: []string{"610929100001001"}},
	{Account: "2", Kind: actor.GridLeader, Paths: []string{"610929100001001"}},
	{Account: "3", Kind: actor.SectionLeader, Paths: []string{"610929101002"}},
	{Account: "4", Kind: actor.GeneralLeader, Paths: []string{"610929102"}},
	{Account: "5", Kind: actor.Chief, Paths: []string{"610929"}},
	{Account: "town", Kind: actor.TownCentre, Paths: []string{"610929103"}},
	{Account: "county", Kind: actor.CountyCentre, Paths: []string{"610929"}},
}

// BenchmarkToDo prints how long the to-do lists of every level take over
// ANJU_BENCH_MATTERS matters (100,000 by default, one in fifty open): the page of
// fifty with its look, what is in one's own hands, and the counts of the tabs,
// beside a bare read of the same rows by an index.
func BenchmarkToDo(b *testing.B) {
	n := sizeOf(b, "ANJU_BENCH_MATTERS", 100_000)
	dir := b.TempDir()
	configs := []db.Config{{Dir: dir}}
	if os.Getenv("ANJU_TEST_POSTGRES") != "" {
		configs = append(configs, db.Config{URL: dbtest.Postgres(b)})
	}
	var lite time.Duration
	for _, c := range configs {
		d := openCounty(b, c)
		fillMatters(b, d, 0, n/50, true)
		fillMatters(b, d, n/50, n, false)
		s := &matter.Service{DB: d, Keys: seal.FromSeed(1)}
		all, counts, mid := todos(b, s)
		p99 := all[len(all)*99/100]
		if c.URL != "" {
			b.Logf("PostgreSQL: a to-do list %v, %.2f times SQLite (at most %.0f), p99 %v", mid, float64(mid)/float64(lite), pagesPostgres, p99)
			continue
		}
		lite = mid
		bare := bareTodo(b, bareOpen(b, dir))
		b.Logf("SQLite, %d matters: a to-do list %v, p99 %v (limit %v), with the counts of its tabs %v at p99; a bare read of the same rows %v, %.2f of it", n, mid, p99, todoP99, counts[len(counts)*99/100], bare, float64(bare)/float64(mid))
		if p99 > todoP99 {
			b.Errorf("a to-do list takes %v at p99, limit %v", p99, todoP99)
		}
	}
}

// todos are the times of lists, of counts, and the median of the lists.
func todos(b *testing.B, s *matter.Service) (lists, counts []time.Duration, mid time.Duration) {
	b.Helper()
	for _, by := range todoPosts {
		by.Name, by.Office = by.Account, "bench"
		for i := range todoRounds {
			f := matter.Filter{Limit: 50}
			if i%2 == 1 && by.Kind.Level() > 1 {
				f.Level = int64(by.Kind.Level())
			}
			began := time.Now()
			if _, err := s.List(b.Context(), by, f); err != nil {
				b.Fatal(by.Kind, err)
			}
			lists = append(lists, time.Since(began))
			if i%10 != 0 {
				continue
			}
			if _, err := s.Counts(b.Context(), by); err != nil {
				b.Fatal(by.Kind, err)
			}
			counts = append(counts, time.Since(began))
		}
	}
	slices.Sort(lists)
	slices.Sort(counts)
	return lists, counts, lists[len(lists)/2]
}

// bareTodo is the median time of reading the rows that a list of the county shows
// with nothing but the driver.
func bareTodo(b *testing.B, d *sql.DB) time.Duration {
	b.Helper()
	stmt, err := d.Prepare(`select * from matter where path >= ?1 and path < ?2 and closed_at = 0 order by level_since, id limit 50`)
	if err != nil {
		b.Fatal(err)
	}
	defer stmt.Close()
	return median(todoRounds, func(i int) {
		by := todoPosts[i%len(todoPosts)]
		rows, err := stmt.Query(by.Paths[0], by.Paths[0]+"~")
		if err != nil {
			b.Fatal(err)
		}
		scanAll(b, rows)
	})
}

func scanAll(b *testing.B, rows *sql.Rows) {
	b.Helper()
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	row := make([]any, len(columns))
	for i := range row {
		row[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(row...); err != nil {
			b.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}

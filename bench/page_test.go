package bench

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/household"
	"anju/internal/overview"
	"anju/internal/seal"
)

// What the pages have to keep, at the full size of the county on SQLite.
const (
	householdRatio = 3.0                   // times a bare indexed read of the same rows, the look's commit apart
	listP99        = 30 * time.Millisecond // of a page of 50
	pagesPostgres  = 4.0                   // times SQLite's on PostgreSQL, at most
)

var registrar = actor.Actor{Account: "bench", Name: "bench", Kind: actor.CountyPolice, Paths: []string{"610929"}, Office: "bench"}

// BenchmarkPages prints what a household page costs beside a bare read of the
// same rows, what the commit of its look costs, and how long a page of the
// resident list takes; and the same on PostgreSQL beside SQLite.
func BenchmarkPages(b *testing.B) {
	dir := b.TempDir()
	scale := countyScale(b)
	lite, ids := pages(b, db.Config{Dir: dir}, scale)
	bare := openBare(b, dir)
	plain := median(rounds, func(i int) { bare.household(b, string(ids[i%len(ids)])) })
	ratio := float64(lite.household-lite.look) / float64(plain)
	b.Logf("household page %v, its look's commit %v, bare read of the same rows %v: ratio %.2f (limit %.0f)", lite.household, lite.look, plain, ratio, householdRatio)
	if ratio > householdRatio {
		b.Errorf("a household page costs %.2f times a bare read, limit %.0f", ratio, householdRatio)
	}
	b.Logf("list page of 50: median %v, p99 %v (limit %v)", lite.list, lite.listP99, listP99)
	if lite.listP99 > listP99 {
		b.Errorf("a list page takes %v at p99, limit %v", lite.listP99, listP99)
	}
	if os.Getenv("ANJU_TEST_POSTGRES") == "" {
		b.Log("PostgreSQL: not measured, ANJU_TEST_POSTGRES is not set")
		return
	}
	pg, _ := pages(b, db.Config{URL: dbtest.Postgres(b)}, scale)
	times := func(pg, lite time.Duration) float64 { return float64(pg) / float64(lite) }
	b.Logf("PostgreSQL: household page %v, %.2f times SQLite; list page %v, %.2f times (at most %.0f)",
		pg.household, times(pg.household, lite.household), pg.list, times(pg.list, lite.list), pagesPostgres)
	if times(pg.household, lite.household) > pagesPostgres || times(pg.list, lite.list) > pagesPostgres {
		b.Errorf("PostgreSQL takes more than %.0f times what SQLite takes", pagesPostgres)
	}
}

const rounds = 2000

// pageTimes are medians, but for listP99.
type pageTimes struct{ household, look, list, listP99 time.Duration }

// pages makes the county in an empty place and reads its pages.
func pages(b *testing.B, cfg db.Config, scale float64) (t pageTimes, ids []household.ID) {
	b.Helper()
	makeCounty(b, cfg, scale)
	now := countyDay.Start().Add(time.Hour)
	cfg.Now = func() time.Time { return now }
	d := dbtest.Open(b, cfg)
	s := &overview.Service{DB: d, Keys: seal.FromSeed(1)}
	ids = households(b, d)
	t.household = median(rounds, func(i int) {
		if _, err := s.Household(b.Context(), registrar, ids[i%len(ids)]); err != nil {
			b.Fatal(err)
		}
	})
	t.look = median(rounds, func(int) {
		err := d.Look(b.Context(), registrar, db.Purpose{Action: "bench"}, func(tx *db.Tx) error { tx.Saw("household/x"); return nil })
		if err != nil {
			b.Fatal(err)
		}
	})
	printPast(b, d, s, ids)
	printSweep(b, d)

	var times []time.Duration
	after := ""
	for range 400 {
		began := time.Now()
		p, err := s.Residents(b.Context(), registrar, overview.ResidentFilter{After: after, Limit: 50})
		if err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(began))
		after = p.Next
	}
	slices.Sort(times)
	t.list, t.listP99 = times[len(times)/2], times[len(times)*99/100]
	return t, ids
}

func median(n int, f func(i int)) time.Duration {
	all := make([]time.Duration, n)
	for i := range n {
		began := time.Now()
		f(i)
		all[i] = time.Since(began)
	}
	slices.Sort(all)
	return all[n/2]
}

func households(b *testing.B, d *db.DB) (ids []household.ID) {
	err := d.Read(b.Context(), func(tx *db.Tx) (err error) {
		ids, err = db.All[household.ID](tx, `select id from household order by register_no limit 2000`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return ids
}

// bareReads are prepared statements on the same driver with the same pragmas,
// each by an index, that fetch the rows a household page shows.
type bareReads struct{ stmts []*sql.Stmt }

var bareTexts = []string{
	`select * from household where id = ?1`,
	`select a.* from household h join address a on a.id = h.address_id where h.id = ?1`,
	`select distinct x.kind, x.path, x.sealed_to from spell s join spell x on x.person_id = s.person_id where s.household_id = ?1 and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31' and x.superseded_at = 0 and x.valid_to = '9999-12-31'`,
	`select p.*, r.relation, l.path, l.house_id, a.text, w.place from spell r join person p on p.id = r.person_id
		left join spell l on l.person_id = r.person_id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31'
		left join house h on h.id = l.house_id left join address a on a.id = h.address_id
		left join spell w on w.person_id = r.person_id and w.kind = 'working' and w.superseded_at = 0 and w.valid_to = '9999-12-31'
		where r.household_id = ?1 and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'`,
	`select * from tie where household_id = ?1 and superseded_at = 0 and valid_to = '9999-12-31'`,
	`select g.* from tie t join grid g on g.code = t.path where t.household_id = ?1 and t.superseded_at = 0 and t.valid_to = '9999-12-31'`,
	`select p.*, a.name, a.phone_sealed from tie t join post p on p.path in (t.path, substr(t.path, 1, 12), substr(t.path, 1, 9)) and p.superseded_at = 0 join account a on a.id = p.account_id
		where t.household_id = ?1 and t.superseded_at = 0 and t.valid_to = '9999-12-31'`,
	`select * from booklet where household_id = ?1 and state in ('applied', 'returned', 'approved', 'made', 'issued')`,
	`select * from move where household_id = ?1`,
}

func openBare(b *testing.B, dir string) bareReads {
	p, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "county.db")+"?_pragma=query_only(1)&_pragma=cache_size(-16384)")
	if err != nil {
		b.Fatal(err)
	}
	p.SetMaxOpenConns(1)
	b.Cleanup(func() { p.Close() })
	var r bareReads
	for _, text := range bareTexts {
		s, err := p.PrepareContext(b.Context(), text)
		if err != nil {
			b.Fatal(err)
		}
		r.stmts = append(r.stmts, s)
	}
	return r
}

func (r bareReads) household(b *testing.B, id string) {
	for _, s := range r.stmts {
		rows, err := s.QueryContext(b.Context(), id)
		if err != nil {
			b.Fatal(err)
		}
		cols, err := rows.Columns()
		if err != nil {
			b.Fatal(err)
		}
		values, into := make([]any, len(cols)), make([]any, len(cols))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				b.Fatal(err)
			}
		}
		if err := rows.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

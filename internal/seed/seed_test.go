package seed

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/matter"
	"anju/internal/seal"
)

const day = calendar.Date("2026-11-20")

func county(t testing.TB, cfg db.Config, seedNo uint64, scale float64) (*db.DB, *Made) {
	t.Helper()
	cfg.Now = func() time.Time { return day.Start() }
	d := dbtest.Open(t, cfg)
	m, err := County(t.Context(), d, seal.FromSeed(seedNo), Options{Seed: seedNo, Scale: scale, Day: day})
	if err != nil {
		t.Fatal(err)
	}
	return d, m
}

// Seed, scale and day determine every row.
func TestDeterminism(t *testing.T) {
	dump := func(seedNo uint64) string {
		d, _ := county(t, db.Config{Dir: t.TempDir()}, seedNo, 0.01)
		h := sha256.New()
		for _, q := range []string{`select id || name || birth || number_token as x from person order by id`, `select id || path || kind || valid_from || sealed_to as x from spell order by id`,
			`select number || text || state || level as x from matter order by id`, `select id || name || password as x from account order by id`, `select booklet_id || hash as x from booklet_version order by booklet_id`,
			`select key || person_id as x from person_key order by key, person_id`, `select number || answer as x from supervision order by id`, `select id || visited_at as x from visit order by id`} {
			if err := d.Read(t.Context(), func(tx *db.Tx) error {
				all, err := db.All[string](tx, q)
				for _, s := range all {
					fmt.Fprintln(h, s)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		return hex.EncodeToString(h.Sum(nil))
	}
	a, b, c := dump(1), dump(1), dump(2)
	if a != b {
		t.Error("the same seed made another county")
	}
	if a == c {
		t.Error("another seed made the same county")
	}
}

// Every stored timeline replays through the rules of package matter to the
// state that is stored.
func TestTimelinesReplay(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		d, made := county(t, cfg, 7, 0.012)
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			all, err := db.All[matter.Matter](tx, `select `+db.Columns[matter.Matter]("")+` from matter`)
			if err != nil {
				return err
			}
			if len(all) != made.Matters || len(all) < 50 {
				t.Errorf("%d matters, made %d", len(all), made.Matters)
			}
			for _, want := range all {
				if err := replay(tx, want); err != nil {
					t.Errorf("%s: %v", want.Number, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func replay(tx *db.Tx, want matter.Matter) error {
	events, err := matter.Timeline(tx, want.ID)
	if err != nil {
		return err
	}
	got := matter.Matter{ID: want.ID, Number: want.Number, Category: want.Category, Text: want.Text, Path: want.Path, Place: want.Place, HouseholdID: want.HouseholdID, Reporter: want.Reporter, ReporterName: want.ReporterName,
		ReportedAt: want.ReportedAt, State: matter.Reported, Level: 2, LevelSince: want.ReportedAt, Version: 1}
	for i, e := range events {
		if e.N != int64(i+1) || i > 0 && e.At < events[i-1].At {
			return fmt.Errorf("event %d is out of order", i+1)
		}
		if e.Act == matter.Report {
			continue
		}
		version := got.Version
		if got, err = got.Replay(e.Act, e.Text, time.UnixMilli(e.At)); err != nil {
			return err
		}
		switch e.Act {
		case matter.Notice, matter.Warn, matter.Supervise, matter.AnswerOrder, matter.CloseOrder:
			got.Version = version
		}
	}
	if got != want {
		return fmt.Errorf("replayed to %+v, stored %+v", got, want)
	}
	return nil
}

// The whole county has the size of the real one. It is made here only when
// asked for: make bench does, and prints how long it took.
func TestWholeCounty(t *testing.T) {
	scale, err := strconv.ParseFloat(os.Getenv("ANJU_SEED_SCALE"), 64)
	if err != nil {
		scale = 0.03
	}
	began := time.Now()
	d, m := county(t, db.Config{Dir: t.TempDir()}, 1, scale)
	took := time.Since(began)
	m.SignIns, m.Booklets = nil, m.Booklets[:10]
	t.Logf("scale %g: %d rows in %v: %+v", scale, m.Rows, took, *m)
	near := func(what string, got int, full float64, off float64) {
		want := full * scale
		if f := float64(got); f < want*(1-off) || f > want*(1+off) {
			t.Errorf("%s: %d, want about %.0f", what, got, want)
		}
	}
	near("households", m.Households, 65000, 0.02)
	near("people", m.People, 210000, 0.06)
	near("away", m.Away, 30000, 0.02)
	near("people away", m.AwayPeople, 110000, 0.06)
	near("cross", m.Cross, 18000, 0.03)
	near("people cross", m.CrossPeople, 63000, 0.08)
	err = d.Read(t.Context(), func(tx *db.Tx) error {
		type size struct {
			Path string `db:"path"`
			N    int64  `db:"n"`
		}
		sizes, err := db.All[size](tx, `select path, count(*) as n from tie where relation = 'living' group by path`)
		if err != nil {
			return err
		}
		outside := 0
		for _, s := range sizes {
			if s.N < 50 || s.N > 100 {
				outside++
			}
		}
		if outside*20 > len(sizes) {
			t.Errorf("%d of %d grids are outside 50 to 100 households", outside, len(sizes))
		}
		for q, least := range map[string]int64{
			`select count(*) from clock where stopped_at = 0`:                             3,
			`select count(*) from supervision`:                                            3,
			`select count(*) from booklet where state = 'applied'`:                        1,
			`select count(*) from booklet where state = 'issued'`:                         10,
			`select count(distinct person_id) from spell where sealed_to <> ''`:           2,
			`select count(*) from division_group where valid_to < '2022-01-01'`:           4,
			`select count(*) from post where kind = 'grid_worker' and made_of <> ''`:      10,
			`select count(*) from visit where visited_at > 0`:                             100,
			`select count(*) from matter where state = 'closed' and solved = 1`:           20,
			`select count(*) from entitlement where kind = 'farmland' and evidence <> ''`: 100,
		} {
			if n, err := db.One[int64](tx, q); err != nil || n < least {
				t.Errorf("%s = %d, %v; want at least %d", q, n, err, least)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

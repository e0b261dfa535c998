package seed

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/seal"
)

const day = calendar.Date("2026-11-20")

func open(t testing.TB, cfg db.Config) *db.DB {
	t.Helper()
	cfg.Now = day.Start
	return dbtest.Open(t, cfg)
}

func county(t testing.TB, d *db.DB, seed uint64, scale float64) *Made {
	t.Helper()
	m, err := County(t.Context(), d, seal.FromSeed(seed), Options{Seed: seed, Scale: scale, Day: day})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCountyRefuses(t *testing.T) {
	gone, stop := context.WithCancel(t.Context())
	stop()
	for _, tt := range []struct {
		name string
		ctx  context.Context
		o    Options
	}{
		{"no scale", t.Context(), Options{Day: day}},
		{"more than the county", t.Context(), Options{Scale: 1.01, Day: day}},
		{"no day", t.Context(), Options{Scale: 0.01}},
		{"before its first matters", t.Context(), Options{Scale: 0.01, Day: "2025-02-01"}},
		{"stopped", gone, Options{Scale: 0.01, Day: day}},
	} {
		d := open(t, db.Config{Dir: t.TempDir()})
		if m, err := County(tt.ctx, d, seal.FromSeed(1), tt.o); err == nil {
			t.Errorf("%s: made %+v", tt.name, m)
		}
		if n := ask[int64](t, d, `select count(*) from person`); n != 0 {
			t.Errorf("%s: left %d people", tt.name, n)
		}
	}
	if _, err := County(gone, open(t, db.Config{Dir: t.TempDir()}), seal.FromSeed(1), Options{Scale: 0.01, Day: day}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// A county is made in an empty place only, and a failure half way says where.
func TestCountyTwice(t *testing.T) {
	d := open(t, db.Config{Dir: t.TempDir()})
	county(t, d, 1, 0.01)
	people := ask[int64](t, d, `select count(*) from person`)
	_, err := County(t.Context(), d, seal.FromSeed(2), Options{Seed: 2, Scale: 0.01, Day: day})
	if err == nil || !strings.Contains(err.Error(), "division") {
		t.Errorf("a second county in the same place: %v", err)
	}
	if n := ask[int64](t, d, `select count(*) from person`); n != people {
		t.Errorf("the refused county left %d people", n-people)
	}
}

// Seed, scale and day determine every byte of every row, on either engine.
func TestDeterminism(t *testing.T) {
	dump := func(t *testing.T, cfg db.Config, seed uint64, scale float64, on calendar.Date) []db.TableSum {
		cfg.Now = on.Start
		d := dbtest.Open(t, cfg)
		if _, err := County(t.Context(), d, seal.FromSeed(seed), Options{Seed: seed, Scale: scale, Day: on}); err != nil {
			t.Fatal(err)
		}
		m, err := d.Dump(t.Context(), io.Discard, nil)
		if err != nil {
			t.Fatal(err)
		}
		return m.Tables
	}
	want := dump(t, db.Config{Dir: t.TempDir()}, 1, 0.01, day)
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		got := dump(t, cfg, 1, 0.01, day)
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s differs: %+v, %+v", want[i].Table, got[i], want[i])
			}
		}
	})
	for name, got := range map[string][]db.TableSum{
		"seed":  dump(t, db.Config{Dir: t.TempDir()}, 2, 0.01, day),
		"scale": dump(t, db.Config{Dir: t.TempDir()}, 1, 0.012, day),
		"day":   dump(t, db.Config{Dir: t.TempDir()}, 1, 0.01, day.AddDays(1)),
	} {
		for i, is := range got {
			switch is.Table {
			case "person", "spell", "matter", "account", "visit", "booklet_version":
				if is.SHA256 == want[i].SHA256 {
					t.Errorf("another %s makes the same table %s", name, is.Table)
				}
			}
		}
	}
}

// What the terminal shows only grows, and ends at the end.
func TestProgress(t *testing.T) {
	var last, total int
	var steps []string
	d := open(t, db.Config{Dir: t.TempDir()})
	_, err := County(t.Context(), d, seal.FromSeed(1), Options{Seed: 1, Scale: 0.01, Day: day, Progress: func(done, all int, what string) {
		if done < last || done > all || total != 0 && all != total {
			t.Errorf("%d of %d came after %d of %d", done, all, last, total)
		}
		last, total = done, all
		if len(steps) == 0 || steps[len(steps)-1] != what {
			steps = append(steps, what)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"place", "people", "keys", "staff", "matter", "visit", "booklet", "series"}; !reflect.DeepEqual(steps, want) {
		t.Errorf("steps %v, want %v", steps, want)
	}
	if last != total || total == 0 {
		t.Errorf("ended at %d of %d", last, total)
	}
}

// The sign-ins open the county: password and second factor are those stored,
// and there is one of each kind and some who must not see what others see.
func TestSignIns(t *testing.T) {
	d, dir := open(t, db.Config{Dir: t.TempDir()}), t.TempDir()
	made := county(t, d, 1, 0.012)
	if err := made.Save(dir); err != nil {
		t.Fatal(err)
	}
	signIns, err := SignIns(dir)
	if err != nil || len(signIns) < 20 || !reflect.DeepEqual(signIns, made.SignIns) {
		t.Fatalf("%d sign-ins, %v", len(signIns), err)
	}
	kinds := map[string]int{}
	for _, s := range signIns {
		type row struct {
			ID       string `db:"id"`
			Password string `db:"password"`
			TOTP     []byte `db:"totp_sealed"`
			Kind     string `db:"kind"`
		}
		r := ask[row](t, d, `select a.id, a.password, a.totp_sealed, p.kind from account a join post p on p.account_id = a.id where a.login = $1`, s.Account)
		if ok, err := seal.CheckPassword(t.Context(), r.Password, s.Password); !ok || err != nil {
			t.Errorf("%s: wrong password, %v", s.Account, err)
		}
		if secret, err := seal.FromSeed(1).Open("account", "totp", r.ID, r.TOTP); err != nil || string(secret) != s.TOTPSecret {
			t.Errorf("%s: another second factor, %v", s.Account, err)
		}
		if s.Name == "" || s.Role == "" || s.Office == "" {
			t.Errorf("%s: says not who it is: %+v", s.Account, s)
		}
		kinds[r.Kind]++
	}
	if len(kinds) != 18 || kinds["grid_worker"] != 3 || kinds["registrar"] != 2 {
		t.Errorf("kinds %v", kinds)
	}
	if n := ask[int64](t, d, `select count(distinct password) from account`); n != int64(made.Accounts) {
		t.Errorf("%d accounts have %d salts", made.Accounts, n)
	}
	text, err := os.ReadFile(filepath.Join(dir, bookletFile))
	var numbers []string
	if err != nil || json.Unmarshal(text, &numbers) != nil || len(numbers) == 0 {
		t.Errorf("booklets: %s, %v", text, err)
	}
	for _, n := range numbers {
		if got := ask[int64](t, d, `select count(*) from booklet b where number = $1 and state = 'issued' and exists (select 1 from booklet_version v where v.booklet_id = b.id)`, n); got != 1 {
			t.Errorf("booklet %s cannot be printed", n)
		}
	}
}

// The whole county has the size of the real one. It is made here only when
// asked for: make bench does, and prints how long it took.
func TestWholeCounty(t *testing.T) {
	scale, err := strconv.ParseFloat(os.Getenv("ANJU_SEED_SCALE"), 64)
	if err != nil {
		scale = 0.03
	}
	cfg := db.Config{Dir: t.TempDir()}
	if os.Getenv("ANJU_SEED_ENGINE") == "postgres" {
		cfg = db.Config{URL: dbtest.Postgres(t)}
	}
	d := open(t, cfg)
	began := time.Now()
	m := county(t, d, 1, scale)
	took := time.Since(began)
	m.SignIns, m.Booklets = nil, nil
	t.Logf("scale %g on %s: %d rows in %v: %+v", scale, cmp.Or(os.Getenv("ANJU_SEED_ENGINE"), "sqlite"), m.Rows, took.Round(time.Millisecond), *m)
	if err := Sizes(t.Context(), d, m, scale); err != nil {
		t.Error(err)
	}
}

func ask[T any](t testing.TB, d *db.DB, query string, args ...any) (v T) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) { v, err = db.One[T](tx, query, args...); return err })
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

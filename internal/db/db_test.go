package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
)

var clerk = actor.Actor{Account: "a1", Name: "王经办", Kind: actor.Registrar, Paths: []string{"610929100"}, Office: "城关派出所"}

type thing struct {
	ID     string `record:"ignore"`
	Name   string `record:"track"`
	Number string `record:"secret"`
}

func setSeries(tx *db.Tx, name string, n int) error {
	_, err := tx.Exec(`insert into series (name, last) values ($1, $2)`, name, n)
	return err
}

func TestNoSilentWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), clerk, "test.silent", func(tx *db.Tx) error { return setSeries(tx, "x", 1) })
		if !errors.Is(err, db.ErrUnrecorded) {
			t.Fatalf("silent write: got %v, want ErrUnrecorded", err)
		}
		d.Read(t.Context(), func(tx *db.Tx) error {
			if _, err := db.One[int64](tx, `select last from series where name = 'x'`); err != db.ErrNoRow {
				t.Errorf("the silent write is there: %v", err)
			}
			return nil
		})
	})
}

func TestRecordKeepsNoSecrets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), clerk, "test.change", func(tx *db.Tx) error {
			if err := setSeries(tx, "x", 1); err != nil {
				return err
			}
			return tx.Record("thing/1", thing{"1", "旧名", "610929000000000000"}, thing{"1", "新名", "610929111111111111"})
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Read(t.Context(), func(tx *db.Tx) error {
			got, err := db.ChangesOf(tx, "thing/1", 10)
			if err != nil || len(got) != 1 {
				t.Fatalf("ChangesOf = %v, %v", got, err)
			}
			if want := `{"Name":["旧名","新名"],"Number":"•••"}`; got[0].Diff != want {
				t.Errorf("diff = %s, want %s", got[0].Diff, want)
			}
			if got[0].Account != "a1" || got[0].Kind != "registrar" || got[0].At != dbtest.Noon.UnixMilli() {
				t.Errorf("change = %+v", got[0])
			}
			return nil
		})
	})
}

func TestUndeclaredFieldFails(t *testing.T) {
	if _, err := db.Diff(nil, struct{ Colour string }{"red"}); !errors.Is(err, db.ErrUndeclared) {
		t.Errorf("Diff of an undeclared field: %v", err)
	}
}

func TestOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		act := func(key db.Key, request string) (string, error) {
			return db.Once(t.Context(), d, clerk, "test.once", key, request, func(tx *db.Tx) (string, error) {
				n, err := db.NextInSeries(tx, "once")
				if err != nil {
					return "", err
				}
				return fmt.Sprint(n), tx.Record("thing/1", nil, thing{Name: request})
			})
		}
		for i, tt := range []struct {
			key           db.Key
			request, want string
			fails         fault.Kind
		}{
			{"k1", "a", "1", ""}, {"k1", "a", "1", ""}, {"k1", "b", "", fault.Conflict}, {"k2", "b", "2", ""}, {"", "b", "3", ""}, {"", "b", "4", ""},
		} {
			got, err := act(tt.key, tt.request)
			if fault.KindOf(err) != tt.fails || err == nil && got != tt.want {
				t.Errorf("%d: got %q, %v; want %q %q", i, got, err, tt.want, tt.fails)
			}
		}
	})
}

func TestLookIsCommittedBeforeItReturns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := db.Purpose{Action: "household.read", For: "move/7"}
		if err := d.Look(t.Context(), clerk, p, func(tx *db.Tx) error { return nil }); !errors.Is(err, db.ErrUnseen) {
			t.Fatalf("a look without subjects: %v", err)
		}
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				who := fmt.Sprint("person/", i)
				if err := d.Look(t.Context(), clerk, p, func(tx *db.Tx) error { tx.Saw(who, "household/1"); return nil }); err != nil {
					t.Error(err)
				}
				looks, err := d.LooksAt(t.Context(), who, 10)
				if err != nil || len(looks) != 1 || looks[0].Account != "a1" || looks[0].For != "move/7" || looks[0].Office != "城关派出所" {
					t.Errorf("LooksAt = %+v, %v", looks, err)
				}
			})
		}
		wg.Wait()
		if looks, err := d.LooksAt(t.Context(), "household/1", 100); err != nil || len(looks) != 50 {
			t.Errorf("LooksAt household = %d looks, %v", len(looks), err)
		}
	})
}

func TestNoLookWhenUnsealed(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	d.StopSealing(11 * time.Minute)
	err := d.Look(t.Context(), clerk, db.Purpose{}, func(tx *db.Tx) error { tx.Saw("person/1"); return nil })
	if fault.KeyOf(err) != "audit.unsealed" {
		t.Errorf("look eleven minutes after the last seal: %v", err)
	}
}

func TestLogsVerify(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i := range 20 {
			if err := d.Write(t.Context(), clerk, "test.change", func(tx *db.Tx) error {
				return tx.Record(fmt.Sprint("thing/", i), nil, thing{Name: "x"})
			}); err != nil {
				t.Fatal(err)
			}
			if err := d.Look(t.Context(), clerk, db.Purpose{Action: "a"}, func(tx *db.Tx) error { tx.Saw("person/1"); return nil }); err != nil {
				t.Fatal(err)
			}
			if i%7 == 0 {
				if err := d.Seal(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := d.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		wellformed := func() []string {
			v, err := d.VerifyLogs(t.Context(), nil)
			if err != nil || len(v) != 2 || v[0].Size != 20 || v[1].Size != 20 {
				t.Fatalf("VerifyLogs = %+v, %v", v, err)
			}
			return []string{v[0].Problem, v[1].Problem}
		}
		if p := wellformed(); p[0] != "" || p[1] != "" {
			t.Fatalf("an honest log: %q", p)
		}
		tamper := func(q string) {
			if err := d.Keep(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err != nil {
				t.Fatal(err)
			}
		}
		tamper(`update change set name = '别人' where n = 7`)
		if p := wellformed(); p[0] == "" || p[1] != "" {
			t.Errorf("an altered change: %q", p)
		}
		tamper(`update change set name = '王经办' where n = 7`)
		if p := wellformed(); p[0] != "" {
			t.Errorf("put back: %q", p)
		}
		tamper(`update change set at = at - 1000 where n = 19`)
		if p := wellformed(); p[0] == "" {
			t.Error("a back-dated change was not noticed")
		}
	})
}

func TestReadDuringWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		d.Write(t.Context(), clerk, "test.write", func(tx *db.Tx) error {
			if err := setSeries(tx, "x", 9); err != nil {
				t.Error(err)
			}
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				_, err := db.One[int64](tx, `select last from series where name = 'x'`)
				return err
			})
			if err != db.ErrNoRow {
				t.Errorf("read during write: %v, want ErrNoRow", err)
			}
			return errors.New("roll back")
		})
	})
}

func TestConcurrentSeriesHasNoGap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 60
		var wg sync.WaitGroup
		got := make(chan int64, n)
		for i := range n {
			wg.Go(func() {
				err := d.Write(t.Context(), clerk, "test.number", func(tx *db.Tx) error {
					v, err := db.NextInSeries(tx, "booklet/2026")
					if err != nil {
						return err
					}
					if i%3 == 0 {
						return errors.New("changed my mind")
					}
					got <- v
					return tx.Record("thing/x", nil, thing{})
				})
				if (err != nil) != (i%3 == 0) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(got)
		seen := map[int64]bool{}
		for v := range got {
			seen[v] = true
		}
		for v := int64(1); v <= n*2/3; v++ {
			if !seen[v] {
				t.Errorf("number %d was never given out", v)
			}
		}
	})
}

func TestCancelledWriteLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Write(ctx, clerk, "test.cancel", func(tx *db.Tx) error {
			if err := setSeries(tx, "x", 1); err != nil {
				return err
			}
			cancel()
			return setSeries(tx, "y", 1)
		})
		if err == nil {
			t.Error("a cancelled write succeeded")
		}
		if err := d.Write(t.Context(), clerk, "test.after", func(tx *db.Tx) error {
			if n, err := db.One[int64](tx, `select count(*) from series`); err != nil || n != 0 {
				t.Errorf("%d rows are left, %v", n, err)
			}
			return tx.Record("thing/1", nil, thing{})
		}); err != nil {
			t.Errorf("write after a cancelled one: %v", err)
		}
	})
}

func TestUnique(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), clerk, "test.unique", func(tx *db.Tx) error {
			q := `insert into job (id, kind, key, payload, run_at, lease_until, attempts, state) values ($1, 'a', 'b', '', 0, 0, 0, 'ready')`
			if _, err := tx.Exec(q, "1"); err != nil {
				return err
			}
			_, err := tx.Exec(q, "2")
			return err
		})
		if got := db.Unique(err); got != "job_kind_key_uq" {
			t.Errorf("Unique(%v) = %q", err, got)
		}
	})
}

func TestNumbered(t *testing.T) {
	for _, tt := range [][2]string{
		{"select 1", "select 1"},
		{"insert into a values ($1, $2, $3)", "insert into a values (?, ?, ?)"},
		{"select $2, $1", "select ?2, ?1"},
		{"select $1, $1", "select ?1, ?1"},
		{"select '$1', $1, '$', $", "select '$1', ?, '$', $"},
		{"select $1 where a = '' and b = $2 or c = 'it''s $3'", "select ? where a = '' and b = ? or c = 'it''s $3'"},
		{"$1$2$3$4$5$6$7$8$9$10$11", "???????????"},
		{"$1$2$3$4$5$6$7$8$9$10$12", "?1?2?3?4?5?6?7?8?9?10?12"},
		{"select 'open $1", "select 'open $1"},
	} {
		if got := db.Numbered(tt[0]); got != tt[1] {
			t.Errorf("numbered(%q) = %q, want %q", tt[0], got, tt[1])
		}
	}
}

func TestPrefixEnd(t *testing.T) {
	for _, tt := range [][2]string{{"王", "玌"}, {"610929", "61092:"}, {"\uD7FF", "\uE000"}} {
		if got := db.PrefixEnd(tt[0]); got != tt[1] {
			t.Errorf("PrefixEnd(%q) = %q, want %q", tt[0], got, tt[1])
		}
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		if _, err := db.Open(t.Context(), cfg); !errors.Is(err, db.ErrOlder) {
			t.Errorf("open an empty county: %v, want ErrOlder", err)
		}
		d := dbtest.Open(t, cfg)
		if err := d.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into migration_county (version_id, is_applied) values (9999, true)`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		d.Close()
		if _, err := db.Open(t.Context(), cfg); !errors.Is(err, db.ErrNewer) {
			t.Errorf("open a newer county: %v, want ErrNewer", err)
		}
	})
}

// The whole of the program asks which engine this is in at most five places.
func TestFewEngineQuestions(t *testing.T) {
	if n := strings.Count(sources(t), ".postgres {") + strings.Count(sources(t), ".postgres &&") + strings.Count(sources(t), "!d.postgres"); n > 5 {
		t.Errorf("%d places ask which engine this is; keep it at 5", n)
	}
}

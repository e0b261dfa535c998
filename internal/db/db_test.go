package db_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

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

// What was read does not leave beside the error of a look that could not be
// kept, or that found a reason to refuse half-way.
func TestNothingLeavesWithAnError(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		looked := func(refuse error) (string, error) {
			return db.Looked(t.Context(), d, clerk, db.Purpose{Action: "household.read", For: "move/7"}, func(tx *db.Tx) (string, error) {
				tx.Saw("person/1")
				return "王守山", refuse
			})
		}
		if got, err := looked(nil); got != "王守山" || err != nil {
			t.Fatalf("got %q, %v", got, err)
		}
		if got, err := looked(fault.New(fault.Forbidden, "policy.forbidden")); got != "" || fault.KindOf(err) != fault.Forbidden {
			t.Errorf("refused: %q, %v", got, err)
		}
		if err := d.Tamper(t.Context(), true, `alter table look rename to lost`); err != nil {
			t.Fatal(err)
		}
		defer d.Tamper(t.Context(), true, `alter table lost rename to look`)
		if got, err := looked(nil); got != "" || err == nil {
			t.Errorf("not logged: %q, %v", got, err)
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

// filledLogs are twenty changes and twenty looks, sealed now and then.
func filledLogs(t *testing.T, d *db.DB) {
	t.Helper()
	for i := range 20 {
		if err := d.Write(t.Context(), clerk, "test.change", func(tx *db.Tx) error {
			return tx.Record(fmt.Sprint("thing/", i), nil, thing{Name: "x"})
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.Look(t.Context(), clerk, db.Purpose{Action: "a"}, func(tx *db.Tx) error { tx.Saw("person/1", "person/2", "person/1"); return nil }); err != nil {
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
}

func TestLogsVerify(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		filledLogs(t, d)
		verify := func(check func(text, signature []byte) bool) [2]string {
			v, err := d.VerifyLogs(t.Context(), check)
			if err != nil || len(v) != 2 || v[0].Size != 20 && v[0].Problem == "" {
				t.Fatalf("VerifyLogs = %+v, %v", v, err)
			}
			return [2]string{v[0].Problem, v[1].Problem}
		}
		if p := verify(nil); p != [2]string{} {
			t.Fatalf("honest logs: %q", p)
		}
		if p := verify(func([]byte, []byte) bool { return false }); !strings.Contains(p[0], "签名不是") || !strings.Contains(p[1], "签名不是") {
			t.Errorf("heads signed by another: %q", p)
		}
		change, look := 0, 1
		for _, tt := range []struct {
			log        int
			harm, mend string
			want       string
		}{
			{change, `update change set name = '别人' where n = 7`, `update change set name = '王经办' where n = 7`, "第 7 条与封存时"},
			{change, `update change set at = at - 1000 where n = 19`, `update change set at = at + 1000 where n = 19`, "第 19 条与封存时"},
			{look, `update look set purpose = '别的' where n = 3`, `update look set purpose = '' where n = 3`, "第 3 条与封存时"},
			{look, `update look set n = 99 where n = 12`, `update look set n = 12 where n = 99`, "第 12 条不见了"},
			{look, `insert into look_subject (subject, look_id) select 'person/3', id from look where n = 5`, `delete from look_subject where subject = 'person/3'`, "索引"},
			{look, `delete from look_subject where subject = 'person/2' and look_id = (select id from look where n = 5)`,
				`insert into look_subject (subject, look_id) select 'person/2', id from look where n = 5`, "索引"},
			{look, `update tree_head set root = root || 'x' where tree = 'look' and size = 20`, `update tree_head set root = substr(root, 1, length(root) - 1) where tree = 'look' and size = 20`, "前 20 条与签名时"},
			{look, `insert into tree_head (tree, size, at, root) values ('look', 21, 0, 'x')`, `delete from tree_head where size = 21`, "已签名 21 条，现在只剩 20 条"},
			{look, `insert into tree_hash (tree, i, hash) values ('look', 999, 'x')`, `delete from tree_hash where i = 999`, "散列值应有"},
			{look, `update tree_hash set i = -1 where tree = 'look' and i = 0`, `update tree_hash set i = 0 where tree = 'look' and i = -1`, "第 0 条与封存时"},
		} {
			tamper := func(q string) {
				t.Helper()
				if err := d.Tamper(t.Context(), tt.log == look, q); err != nil {
					t.Fatal(q, err)
				}
			}
			tamper(tt.harm)
			p := verify(nil)
			if !strings.Contains(p[tt.log], tt.want) || p[1-tt.log] != "" {
				t.Errorf("%s: %q, want %q", tt.harm, p, tt.want)
			}
			tamper(tt.mend)
			if p := verify(nil); p != [2]string{} {
				t.Fatalf("%s: %q", tt.mend, p)
			}
		}
	})
}

// TestLogsHoldEachOther: a log cut back together with its hashes and its heads, or
// put back as it was, is whole by itself; the other file remembers.
func TestLogsHoldEachOther(t *testing.T) {
	for _, cut := range []struct {
		look bool
		rows []string
	}{
		{true, []string{`delete from look where n >= 14`, `delete from look_subject where look_id not in (select id from look)`}},
		{false, []string{`delete from change where n >= 14`}},
	} {
		d, _ := dbtest.SQLite(t)
		filledLogs(t, d)
		tree, at := "change", 0
		if cut.look {
			tree, at = "look", 1
		}
		for _, q := range append(cut.rows, fmt.Sprintf(`delete from tree_hash where tree = '%s' and i >= %d`, tree, tlog.StoredHashCount(14)), `delete from tree_head where tree = '`+tree+`' and size > 14`) {
			if err := d.Tamper(t.Context(), cut.look, q); err != nil {
				t.Fatal(q, err)
			}
		}
		v, err := d.VerifyLogs(t.Context(), nil)
		if err != nil || !strings.Contains(v[at].Problem, "已签名 20 条，现在只剩 14 条") || v[1-at].Problem != "" {
			t.Errorf("the %s log cut back: %+v, %v", tree, v, err)
		}
	}
}

// TestLogsAreSigned: rows and hashes that agree prove nothing without a signature.
func TestLogsAreSigned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		filledLogs(t, d)
		for _, look := range []bool{true, false} {
			if err := d.Tamper(t.Context(), look, `delete from tree_head`); err != nil {
				t.Fatal(err)
			}
		}
		v, err := d.VerifyLogs(t.Context(), nil)
		if err != nil || !strings.Contains(v[0].Problem, "没有一个签名") || !strings.Contains(v[1].Problem, "没有一个签名") {
			t.Errorf("without a head: %+v, %v", v, err)
		}
	})
}

// TestLongLogVerifies: a log longer than what verifying holds at once.
func TestLongLogVerifies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		defer db.VerifyInParts(3)()
		filledLogs(t, d)
		v, err := d.VerifyLogs(t.Context(), nil)
		if err != nil || v[0].Problem+v[1].Problem != "" || v[0].Size != 20 || v[1].Size != 20 || v[1].Heads != 4 {
			t.Fatalf("VerifyLogs = %+v, %v", v, err)
		}
		if err := d.Tamper(t.Context(), true, `update look set name = '别人' where n = 19`); err != nil {
			t.Fatal(err)
		}
		if v, err := d.VerifyLogs(t.Context(), nil); err != nil || !strings.Contains(v[1].Problem, "第 19 条") {
			t.Errorf("VerifyLogs = %+v, %v", v, err)
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

// TestGivenUpCallers: callers that go away before and while their transaction
// begins leave the connections to the others, and no transaction open.
func TestGivenUpCallers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for range 50 {
			if err := d.Read(gone, func(*db.Tx) error { return nil }); err == nil {
				t.Error("a caller who had gone was served")
			}
		}
		var wg sync.WaitGroup
		for range 50 {
			ctx, cancel := context.WithCancel(t.Context())
			wg.Go(func() { d.Write(ctx, clerk, "test.gone", func(tx *db.Tx) error { return setSeries(tx, "x", 1) }) })
			wg.Go(cancel)
		}
		wg.Wait()
		if err := d.Write(t.Context(), clerk, "test.after", func(tx *db.Tx) error {
			if err := setSeries(tx, "y", 1); err != nil {
				return err
			}
			return tx.Record("thing/y", nil, thing{})
		}); err != nil {
			t.Errorf("the next write: %v", err)
		}
	})
}

// TestFailedStatementCommitsNothing: whoever passes over the error of a
// statement has not written anything, on either engine.
func TestFailedStatementCommitsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Keep(t.Context(), func(tx *db.Tx) error {
			if err := setSeries(tx, "x", 1); err != nil {
				return err
			}
			_, _ = tx.Exec(`insert into no_such_table values (1)`)
			return nil
		})
		if err == nil {
			t.Error("committed after a failed statement")
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			n, err := db.One[int64](tx, `select count(*) from series`)
			if n != 0 {
				t.Errorf("%d rows are left", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestClosedCountyShowsNothing: when the county closes, a look is logged or
// nothing is shown, and nobody waits for ever.
func TestClosedCountyShowsNothing(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		d := dbtest.Open(t, cfg)
		var shown atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for d.Look(t.Context(), clerk, db.Purpose{Action: "a"}, func(tx *db.Tx) error { tx.Saw("person/1"); return nil }) == nil {
					shown.Add(1)
				}
			})
		}
		for shown.Load() < 20 {
			runtime.Gosched()
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		again := dbtest.Open(t, cfg)
		v, err := again.VerifyLogs(t.Context(), nil)
		if err != nil || v[1].Problem != "" || v[1].Unsealed != 0 || v[1].Size < shown.Load() {
			t.Errorf("%d shown, %+v, %v", shown.Load(), v, err)
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

// TestIDsSortAsMade: those of one transaction in the order of making, those of a
// later moment behind them, and none twice.
func TestIDsSortAsMade(t *testing.T) {
	d, clock := dbtest.SQLite(t)
	var all []string
	for range 2 {
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			for range 20_000 {
				all = append(all, tx.NewID())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		clock.Move(time.Millisecond)
	}
	if !slices.IsSorted(all) || len(slices.Compact(all)) != 40_000 {
		t.Error("ids are not in the order of making, or twice")
	}
	if u, err := uuid.Parse(all[1]); err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
		t.Errorf("%s: %v", all[1], err)
	}
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
	asked := regexp.MustCompile(`\.postgres\b|\bp\.prepared\b`)
	if n := len(asked.FindAllString(sources(t), -1)); n > 5 {
		t.Errorf("%d places ask which engine this is; keep it at 5", n)
	}
}

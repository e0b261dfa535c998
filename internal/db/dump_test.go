package db_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"anju/internal/db"
	"anju/internal/db/dbtest"
)

// given is a small county with every kind of value, and with rows that no copy
// takes along.
func given(t *testing.T, d *db.DB) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for _, q := range []struct {
			text string
			args []any
		}{
			{`insert into setting (key, value, version) values ($1, $2, $3)`, []any{"a", "引号\" 反斜\\ 换\n行\t\x01 <&> \u2028 𠮷", int64(1) << 62}},
			{`insert into setting (key, value, version) values ($1, $2, $3)`, []any{"乙", "", -1}},
			{`insert into setting (key, value, version) values ($1, $2, $3)`, []any{"B", "[1,null]", 0}},
			{`insert into address (id, village, group_no, text, state, lng, lat, version) values ($1, 'v', '', 'x', 'approved', $2, $3, 1)`, []any{"1", 109.5, nil}},
			{`insert into address (id, village, group_no, text, state, lng, lat, version) values ($1, 'v', '', 'y', 'pending', $2, $3, 1)`, []any{"2", 3.0, 1e-7}},
			{`insert into account (id, login, name, phone_sealed, password, must_change, totp_sealed, totp_step, state, created_at, version)
				values ('a1', 'li', '李', $1, '', 0, $2, 0, 'active', 5, 1)`, []any{[]byte{0, 255, '"', '\\'}, nil}},
			{`insert into post (id, account_id, kind, path, office, valid_from, valid_to, recorded_at, superseded_at)
				values ('p1', 'a1', 'registrar', '610929', '县公安局', '2020-01-01', '9999-12-31', 1, 0)`, nil},
			{`insert into session (id, account_id, kind, csrf, created_at, seen_at) values ('cookie-hash', 'a1', 'registrar', 'c', 1, 1)`, nil},
			{`insert into enrolment (code_hash, account_id, issued_by, issued_at, expires_at, used_at) values ('code-hash', 'a1', 'a1', 1, 1, 0)`, nil},
			{`insert into throttle (key, started_at, n) values ('tries', 1, 1)`, nil},
		} {
			if _, err := tx.Exec(q.text, q.args...); err != nil {
				return err
			}
		}
		for i := range 200 {
			if err := setSeries(tx, fmt.Sprint("s", i), i); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range 5 {
		if err := d.Look(t.Context(), clerk, db.Purpose{Action: "a", For: "test"}, func(tx *db.Tx) error { tx.Saw(fmt.Sprint("person/", i)); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func dump(t *testing.T, d *db.DB) ([]byte, db.Manifest) {
	t.Helper()
	var b bytes.Buffer
	var done, total int64
	m, err := d.Dump(t.Context(), &b, func(x, y int64) { done, total = x, y })
	if err != nil {
		t.Fatal(err)
	}
	if done != m.Rows || total != m.Rows || m.Rows < 200 {
		t.Errorf("progress ended at %d of %d, and there are %d rows", done, total, m.Rows)
	}
	return b.Bytes(), m
}

func unzip(t *testing.T, b []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A county goes from each engine to the other and back, and is the same.
func TestCopyMovesBetweenEngines(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, from db.Config) {
		clock := new(dbtest.Clock)
		clock.Set(dbtest.Noon)
		from.Now = clock.Now
		d := dbtest.Open(t, from)
		given(t, d)
		first, want := dump(t, d)
		if text := unzip(t, first); strings.Contains(text, "cookie-hash") || strings.Contains(text, "code-hash") || strings.Contains(text, "tries") || !strings.Contains(text, "李") {
			t.Error("the copy has what belongs to one machine only, or lacks what it must have")
		}
		dbtest.EachConfig(t, func(t *testing.T, to db.Config) {
			to.Now = clock.Now
			got, err := db.Load(t.Context(), to, bytes.NewReader(first), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			moved, err := db.Open(t.Context(), to)
			if err != nil {
				t.Fatal(err)
			}
			defer moved.Close()
			second, _ := dump(t, moved)
			if unzip(t, first) != unzip(t, second) {
				t.Error("the copy of the copy is another")
			}
			verdicts, err := moved.VerifyLogs(t.Context(), nil)
			if err != nil || len(verdicts) != 2 || verdicts[0].Problem+verdicts[1].Problem != "" || verdicts[1].Size != 5 {
				t.Errorf("VerifyLogs = %+v, %v", verdicts, err)
			}
			if _, err := db.Load(t.Context(), to, bytes.NewReader(first), nil); !errors.Is(err, db.ErrNotEmpty) {
				t.Errorf("loading into a county: %v, want ErrNotEmpty", err)
			}
		})
	})
}

// Text that is no UTF-8 is kept as it is where the engine keeps it.
func TestCopyKeepsBrokenText(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	const broken = "\xb0\xd7\"\\"
	given(t, d)
	dbtest.Given(t, d, func(tx *db.Tx) error { return db.SetSetting(tx, "gbk", broken) })
	b, _ := dump(t, d)
	to := db.Config{Dir: t.TempDir()}
	if _, err := db.Load(t.Context(), to, bytes.NewReader(b), nil); err != nil {
		t.Fatal(err)
	}
	dbtest.Open(t, to).Read(t.Context(), func(tx *db.Tx) error {
		if got, err := db.Setting(tx, "gbk"); err != nil || got != broken {
			t.Errorf("got %q, %v, want %q", got, err, broken)
		}
		return nil
	})
}

// A copy that is not whole is refused and leaves an empty place, into which the
// good one still goes.
func TestLoadRefuses(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	given(t, d)
	good, _ := dump(t, d)
	again := func(old, new string) []byte {
		text := unzip(t, good)
		if !strings.Contains(text, old) {
			t.Fatalf("no %q in the copy", old)
		}
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		io.WriteString(w, strings.Replace(text, old, new, 1))
		w.Close()
		return b.Bytes()
	}
	dbtest.EachConfig(t, func(t *testing.T, to db.Config) {
		for _, tt := range []struct {
			name string
			copy []byte
			want error
		}{
			{"nothing", nil, db.ErrCopy},
			{"no gzip", []byte("hello, world, this is no copy"), db.ErrCopy},
			{"cut", good[:len(good)/2], db.ErrCopy},
			{"cut at the end", good[:len(good)-4], db.ErrCopy},
			{"another file", again(`"anju county copy"`, `"something"`), db.ErrCopy},
			{"newer format", again(`"version":1,`, `"version":2,`), db.ErrNewer},
			{"newer schema", again(`"county":`, `"county":9`), db.ErrNewer},
			{"a row altered", again(`县公安局`, `市公安局`), db.ErrCopy},
			{"a row gone", again("[\"s7\",7]\n", ""), db.ErrCopy},
			{"a row too many", again("[\"s7\",7]\n", "[\"s7\",7]\n[\"s7000\",7]\n"), db.ErrCopy},
			{"no end", again(`{"end":true,`, `{"end":false,`), db.ErrCopy},
			{"no number", again(`["s7",7]`, `["s7","x"]`), db.ErrCopy},
			{"another table", again(`"table":"series"`, `"table":"setting"`), db.ErrCopy},
			{"a column more", again(`{"name":"last","kind":"int"}`, `{"name":"last","kind":"int"},{"name":"last","kind":"int"}`), db.ErrCopy},
		} {
			if _, err := db.Load(t.Context(), to, bytes.NewReader(tt.copy), nil); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		late := reader(func(p []byte) (int, error) { cancel(); return 0, io.EOF })
		if _, err := db.Load(ctx, to, io.MultiReader(bytes.NewReader(good), late), nil); err == nil {
			t.Error("a stopped load says it is done")
		}
		if _, err := db.Load(t.Context(), to, bytes.NewReader(good), nil); err != nil {
			t.Errorf("the good copy after all the bad ones: %v", err)
		}
	})
}

// A copy made while somebody writes is the county of one moment.
func TestDumpWhileWriting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		given(t, d)
		move := func() error { // two settings that are always equal outside a transaction
			return d.Write(t.Context(), clerk, "test.move", func(tx *db.Tx) error {
				n, err := db.NextInSeries(tx, "both")
				if err != nil {
					return err
				}
				if err := db.SetSetting(tx, "left", fmt.Sprint(n)); err != nil {
					return err
				}
				if err := db.SetSetting(tx, "right", fmt.Sprint(n)); err != nil {
					return err
				}
				return tx.RecordAll("setting/both", 2, "test")
			})
		}
		if err := move(); err != nil {
			t.Fatal(err)
		}
		stop, stopped := make(chan struct{}), make(chan int)
		go func() {
			n := 0
			for ; ; n++ {
				select {
				case <-stop:
					stopped <- n
					return
				default:
				}
				if err := move(); err != nil {
					t.Error(err)
				}
			}
		}()
		var b bytes.Buffer
		slow := writer(func(p []byte) (int, error) { move(); return b.Write(p) }) // at least one write lies inside the copy
		if _, err := d.Dump(t.Context(), slow, nil); err != nil {
			t.Error(err)
		}
		close(stop)
		if n := <-stopped; n == 0 {
			t.Error("nothing was written meanwhile")
		}
		to := db.Config{Dir: t.TempDir()}
		if _, err := db.Load(t.Context(), to, &b, nil); err != nil {
			t.Fatal(err)
		}
		got := dbtest.Open(t, to)
		got.Read(t.Context(), func(tx *db.Tx) error {
			left, _ := db.Setting(tx, "left")
			right, _ := db.Setting(tx, "right")
			if left == "" || left != right {
				t.Errorf("left %q, right %q", left, right)
			}
			return nil
		})
		if v, err := got.VerifyLogs(t.Context(), nil); err != nil || v[0].Problem != "" || v[1].Problem != "" {
			t.Errorf("VerifyLogs = %+v, %v", v, err)
		}
	})
}

type reader func([]byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// An error of the place that is written to comes back, and ends the copy.
func TestDumpToFullDisk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		given(t, d)
		full := errors.New("no space left")
		if _, err := d.Dump(t.Context(), writer(func(p []byte) (int, error) { return 0, full }), nil); !errors.Is(err, full) {
			t.Errorf("got %v, want %v", err, full)
		}
	})
}

// Every table of the schema is in a copy or is said to stay behind.
func TestCopyHasEveryTable(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	given(t, d)
	_, m := dump(t, d)
	has := map[string]bool{"session": true, "enrolment": true, "throttle": true}
	for _, s := range m.Tables {
		has[s.Table] = true
	}
	files, err := filepath.Glob("schema/*/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	n, gone := 0, map[string]int{}
	var texts []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
		for _, name := range strings.Split(string(text), "drop table ")[1:] { // and is made anew only below
			name, _, _ = strings.Cut(name, ";")
			gone[name] = len(texts)
		}
	}
	for i, text := range texts {
		for _, part := range strings.Split(text, "create table ")[1:] {
			name, _, _ := strings.Cut(strings.TrimPrefix(part, "if not exists "), " (")
			if _, is, ok := strings.Cut(text, "alter table "+name+" rename to "); ok {
				name, _, _ = strings.Cut(is, ";")
			}
			if n++; !has[name] && gone[name] < i+1 {
				t.Errorf("table %s is in no copy", name)
			}
		}
	}
	if n < 30 {
		t.Errorf("found %d tables only", n)
	}
}

// TestLoadOverHalf: a restore that was cut off between its two commits leaves
// the access log alone, and the next says so.
func TestLoadOverHalf(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		d := dbtest.Open(t, cfg)
		var copied bytes.Buffer
		if _, err := d.Dump(t.Context(), &copied, nil); err != nil {
			t.Fatal(err)
		}
		if err := d.Look(t.Context(), clerk, db.Purpose{Action: "a"}, func(tx *db.Tx) error { tx.Saw("person/1"); return nil }); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Load(t.Context(), cfg, &copied, nil); !errors.Is(err, db.ErrHalfLoaded) {
			t.Errorf("loading over half a county: %v, want ErrHalfLoaded", err)
		}
	})
}

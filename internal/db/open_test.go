package db_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"anju/internal/db"
	"anju/internal/db/dbtest"
)

// walker keeps what it is told, as objects.
type walker struct {
	tables  []db.Table
	objects map[string][][]byte
	fails   error
}

func (w *walker) Begin(county *db.Tx, tables []db.Table, rows int64) error {
	w.tables, w.objects = tables, map[string][][]byte{}
	_, err := db.One[int64](county, `select count(*) from setting`)
	return err
}

func (w *walker) Row(t db.Table, row []any, line []byte) error {
	o, err := t.AppendObject(nil, row)
	if err != nil {
		return err
	}
	again, err := t.ReadLine(line)
	if err != nil {
		return err
	}
	if o2, err := t.AppendObject(nil, again); err != nil || !bytes.Equal(o, o2) {
		return errors.Join(errors.New("a line says something else than its row"), err)
	}
	w.objects[t.Stream+"/"+t.Name] = append(w.objects[t.Stream+"/"+t.Name], o)
	return w.fails
}

func (w *walker) End(db.Table, db.TableSum) error { return nil }

// A county walked to objects and packed again is the county.
func TestWalkAndPack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		given(t, d)
		w := &walker{}
		m, err := d.Walk(t.Context(), w, nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		err = db.Pack(&b, m, w.tables, func(t db.Table, row func([]any) error) error {
			for _, o := range w.objects[t.Stream+"/"+t.Name] {
				values, err := t.ReadObject(o)
				if err != nil {
					return err
				}
				if err := row(values); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.Load(t.Context(), db.Config{Dir: t.TempDir()}, &b, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m.Tables, got.Tables); diff != "" {
			t.Errorf("(-walked +loaded):\n%s", diff)
		}
		w.fails = errors.New("full")
		if _, err := d.Walk(t.Context(), w, nil); !errors.Is(err, w.fails) {
			t.Errorf("a walker that cannot go on: %v", err)
		}
	})
}

func TestReadObjectRefuses(t *testing.T) {
	table := db.Table{Name: "t", Columns: []db.Field{{Name: "a", Kind: "text"}, {Name: "n", Kind: "int"}}}
	if row, err := table.ReadObject([]byte(`{"n": 5, "a": "x"}`)); err != nil || !slices.Equal(row, []any{"x", int64(5)}) {
		t.Errorf("got %v, %v", row, err)
	}
	for _, bad := range []string{``, `[]`, `{"a":"x"}`, `{"a":"x","n":5,"m":6}`, `{"a":"x","m":5}`, `{"a":5,"n":5}`, `{"a":"x","n":"5"}`, `{"a":"x","n":5.5}`, `{"a":"x","n":5`, `{"a":{"b":1},"n":5}`} {
		if row, err := table.ReadObject([]byte(bad)); err == nil {
			t.Errorf("%s is read as %v", bad, row)
		}
	}
}

// The schema's own words are what leaves as its description.
func TestFieldsAreDescribed(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	w := &walker{}
	if _, err := d.Walk(t.Context(), w, nil); err != nil {
		t.Fatal(err)
	}
	find := func(table, name string) db.Field {
		for _, x := range w.tables {
			for _, f := range x.Columns {
				if x.Name == table && f.Name == name {
					return f
				}
			}
		}
		t.Fatalf("no %s.%s", table, name)
		return db.Field{}
	}
	for _, want := range []struct {
		table string
		db.Field
	}{
		{"address", db.Field{Name: "state", Kind: "text", Values: []string{"approved", "pending"}}},
		{"house", db.Field{Name: "address_id", Kind: "text", Form: "id", Refers: "address"}},
		{"person", db.Field{Name: "number_token", Kind: "text", Null: true, Meaning: "keyed; null when there is no number"}},
		{"person", db.Field{Name: "birth", Kind: "text", Form: "date"}},
		{"spell", db.Field{Name: "recorded_at", Kind: "int", Form: "instant"}},
		{"grid", db.Field{Name: "code", Kind: "text", Meaning: "12-digit village + 3-digit serial"}},
		{"look", db.Field{Name: "n", Kind: "int", Meaning: "place in the Merkle tree, -1 until sealed"}},
	} {
		if diff := cmp.Diff(want.Field, find(want.table, want.Name)); diff != "" {
			t.Errorf("%s.%s:\n%s", want.table, want.Name, diff)
		}
	}
}

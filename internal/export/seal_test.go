package export

import (
	"context"
	"strings"
	"testing"

	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/seal"
)

type tables struct{ all []db.Table }

func (w *tables) Begin(_ *db.Tx, all []db.Table, _ int64) error { w.all = all; return nil }
func (w *tables) Row(db.Table, []any, []byte) error             { return nil }
func (w *tables) End(db.Table, db.TableSum) error               { return nil }

// Each sealed field of the county is either one that can be opened on leaving
// or one of which that was decided against.
func TestSealedFieldsAreKnown(t *testing.T) {
	never := []string{"account.totp_sealed"} // whoever has it signs in as somebody else
	d, _ := dbtest.SQLite(t)
	var w tables
	if _, err := d.Walk(context.Background(), &w, nil); err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, table := range w.all {
		for _, f := range table.Columns {
			have[table.Name+"."+f.Name] = true
		}
	}
	for field := range have {
		_, opens := opening[field]
		if strings.HasSuffix(field, "_sealed") && opens == strings.Contains(strings.Join(never, " "), field) {
			t.Errorf("%s is sealed, and nobody decided whether it is opened on leaving", field)
		}
	}
	for field := range opening {
		if !have[field] {
			t.Errorf("%s can be opened, and is not there", field)
		}
	}
	for _, field := range credentials {
		if !have[field] {
			t.Errorf("%s is a credential, and is not there", field)
		}
	}
}

func TestProtectionTouches(t *testing.T) {
	const id, other = "01930000-0000-7000-8000-000000000001", "01930000-0000-7000-8000-000000000002"
	p := protection{id: true}
	for _, row := range [][]any{{id}, {int64(1), "person/" + id}, {`{"PersonID":[null,"` + id + `"]}`}, {`["` + other + `","` + id + `"]`}, {"person/" + other + " household/" + id}} {
		if !p.touches(row) {
			t.Errorf("%v names somebody protected", row)
		}
	}
	for _, row := range [][]any{{}, {other}, {id + "0"}, {"x" + id}, {[]byte(id)}, {nil, int64(5), ""}} {
		if p.touches(row) {
			t.Errorf("%v names nobody protected", row)
		}
	}
	if (protection{}).touches([]any{id}) {
		t.Error("nobody is protected")
	}
}

func TestSealedForTheJourney(t *testing.T) {
	table := db.Table{Name: "t", Columns: []db.Field{{Name: "a", Kind: "text"}}}
	s, other := sealer{seal.FromSeed(1)}, sealer{seal.FromSeed(2)}
	shut := s.row(table, []byte("[\"x\"]\n"))
	if row, err := s.openRow(table, shut); err != nil || row[0] != "x" {
		t.Errorf("got %v, %v", row, err)
	}
	text := s.text("account.password", "hash")
	if back, err := s.openText("account.password", text); err != nil || back != "hash" || strings.Contains(text, "hash") {
		t.Errorf("got %q of %q, %v", back, text, err)
	}
	if text := s.text("f", ""); text != "" {
		t.Errorf("nothing becomes %q", text)
	}
	moved := db.Table{Name: "u", Columns: table.Columns}
	for what, err := range map[string]error{
		"another key":    second(other.openRow(table, shut)),
		"another table":  second(s.openRow(moved, shut)),
		"no base64":      second(s.openRow(table, "?")),
		"another field":  second(s.openText("device.pin", text)),
		"not sealed":     second(s.openText("account.password", "hash")),
		"another's text": second(other.openText("account.password", text)),
	} {
		if err == nil {
			t.Errorf("%s opens", what)
		}
	}
}

func second[T any](_ T, err error) error { return err }

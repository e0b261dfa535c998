package seed

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"anju/internal/db"
	"anju/internal/db/dbtest"
)

// TestRowsGoInOrder: whatever table the inventing writes into is written after
// the tables that its rows refer to. At a small scale everything fits into one
// statement a table, and a wrong order would only show in a whole county.
func TestRowsGoInOrder(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`put\([a-z.]+, "([a-z_]+)"`).FindAllSubmatch(source, -1) {
			written[string(m[1])] = true
		}
	}
	if len(written) < 20 {
		t.Fatalf("only %d tables are written", len(written))
	}
	d, _ := dbtest.SQLite(t)
	err = d.Read(t.Context(), func(tx *db.Tx) error {
		for _, table := range slices.Sorted(maps.Keys(written)) {
			needs, err := db.All[string](tx, `select "table" from pragma_foreign_key_list($1)`, table)
			if err != nil {
				return err
			}
			for _, need := range needs {
				if written[need] && need != table && !slices.Contains(refers[table], need) {
					t.Errorf("%s refers to %s and does not wait for it", table, need)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

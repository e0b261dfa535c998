package deadline

import (
	"strings"
	"testing"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
)

// TestDefectDIGIT10OneDefault: DIGIT's notes give one setting two defaults. Here
// a limit stands in one row, a file that gives it twice is not read, and what a
// page shows is what a clock that starts runs by.
func TestDefectDIGIT10OneDefault(t *testing.T) {
	lines := strings.SplitAfter(termsFile, "\n")
	if _, err := readTerms(strings.NewReader(strings.Join(lines[:3], ""))); err != nil {
		t.Fatal(err)
	}
	if _, err := readTerms(strings.NewReader(strings.Join(lines[:3], "") + lines[2])); err == nil {
		t.Error("a limit is read twice")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Given(t, d, func(tx *db.Tx) error {
			terms, err := Terms(tx, calendar.On(tx.Now()))
			for _, shown := range terms {
				if err != nil || !shown.Watched {
					continue
				}
				var c Clock
				if c, err = StartKind(tx, shown.Kind, "matter/"+shown.Kind, "610929100001001", 2, tx.Now()); err == nil && (c.Amount != shown.Amount || c.Unit != shown.Unit || c.PauseMost != shown.PauseMost) {
					t.Errorf("%s: shown as %d %s, runs by %d %s", shown.Kind, shown.Amount, shown.Unit, c.Amount, c.Unit)
				}
			}
			return err
		})
	})
}

package network_test

import (
	"testing"

	"anju/internal/account"
	"anju/internal/calendar"
	"anju/internal/db"
)

// TestImportEndsAVacancy: accounts that a workbook brings are there for the
// network at once, without a night between.
func TestImportEndsAVacancy(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.accounts.Place = func(*db.Tx, string) (string, error) { return "幸福村", nil }
		w.sweep()
		open := `select count(*) from vacancy where path = $1 and level = 2 and ended_on = ''`
		if n := w.count(open, next); n != 1 {
			t.Fatalf("%d vacancies of a leader", n)
		}
		rows := []account.Row{{Name: "李明", Login: "liming", Kind: "网格长", Code: village, Grid: "2"}}
		if got, err := w.accounts.Import(t.Context(), as("sysadmin"), rows, true); err != nil || got.Posts != 1 || w.count(open, next) != 1 {
			t.Errorf("dry: %+v, %v", got, err)
		}
		if got, err := w.accounts.Import(t.Context(), as("sysadmin"), rows, false); err != nil || got.Posts != 1 || len(got.Faults) > 0 {
			t.Fatalf("%+v, %v", got, err)
		}
		if n := w.count(open, next); n != 0 {
			t.Errorf("still %d vacancies on %s", n, calendar.On(w.DB.Now()))
		}
	})
}

package grid_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/grid"
)

// TestNumberIsHeldByTheSchema: a grid lies in exactly one village, and its
// number is the village's and three digits that are not 000: whatever the
// program would write, on both engines.
func TestNumberIsHeldByTheSchema(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const village = "610929100001"
		for code, ok := range map[string]bool{
			village + "001": true, village + "999": true,
			village + "000": false, village: false, village[:9]: false, village + "01": false, village + "0011": false, village + "0a1": false, "610929100002001": false,
		} {
			err := d.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
				g := grid.Grid{Code: code, Village: village, Name: "甲", ValidFrom: "2026-01-01", ValidTo: calendar.Forever, Version: 1}
				if err := db.Insert(tx, "grid", g); err != nil {
					return err
				}
				return tx.Record("grid/"+code, nil, g)
			})
			if (err == nil) != ok {
				t.Errorf("%q: %v, taken must be %v", code, err, ok)
			}
		}
		for _, village := range []string{"", "610929100", "610929100002"} {
			err := d.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
				if _, err := tx.Exec(`update grid set village = $1`, village); err != nil {
					return err
				}
				return tx.RecordAll("grid", 2, "test")
			})
			if err == nil {
				t.Errorf("a grid moved to village %q under the same number", village)
			}
		}
	})
}

package overview_test

import (
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/grid"
	"anju/internal/residence"
)

// TestPastGridReadsTies: on a day before its village was divided anew, a grid has
// those who belonged to it then; on a day after, those who do since.
func TestPastGridReadsTies(t *testing.T) {
	life(t, func(t *testing.T, w *world, c *dbtest.Clock) {
		c.Move(10 * 24 * time.Hour)
		today := calendar.On(c.Now())
		other := far + "009"
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			ties, err := grid.TiesOf(tx, w.home["王守山"])
			if err != nil {
				return err
			}
			for _, one := range ties {
				if one.Relation == residence.Living {
					if err := grid.Rebind(tx, one, other, today); err != nil {
						return err
					}
				}
			}
			stays, err := residence.InAreaAt(tx, residence.Living, far, residence.When{On: today})
			if err != nil {
				return err
			}
			for _, one := range stays {
				if one.HouseholdID == w.home["王守山"] {
					if _, err := residence.InGrid(tx, one, other); err != nil {
						return err
					}
				}
			}
			return nil
		})
		c.Move(time.Hour)
		police := as(actor.CountyPolice, county)
		for _, tt := range []struct {
			path string
			on   calendar.Date
			some bool
		}{
			{far + "001", today.AddDays(-1), true}, {other, today.AddDays(-1), false},
			{far + "001", today, false}, {other, today, true},
		} {
			p, err := w.PlaceAt(t.Context(), police, tt.path, residence.When{On: tt.on}, "")
			if err != nil || (p.Living > 0) != tt.some || len(p.People) != p.Living {
				t.Errorf("%s on %s: %d people, %v", tt.path, tt.on, p.Living, err)
			}
		}
	})
}

package overview_test

import (
	"fmt"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/request"
)

// TestApplications: the third promise counts what its lists show, decided or not;
// what is withdrawn or protected is in neither.
func TestApplications(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := matters(t, d, c)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for i, b := range []struct {
				path, sealed string
				state        booklet.State
			}{{boardGrid, "", booklet.Applied}, {boardGrid, "", booklet.Returned}, {boardGrid, "", booklet.Issued}, {boardGrid, boardTown, booklet.Applied}, {otherGrid, "", booklet.Applied}} {
				id := fmt.Sprint("b", i)
				if err := db.Insert(tx, "booklet", booklet.Booklet{ID: booklet.ID(id), HouseholdID: household.ID(id), Path: b.path, SealedTo: b.sealed, State: b.state, AppliedBy: "a", ApprovedBy: "b", AppliedAt: int64(i + 1), Version: 1}); err != nil {
					return err
				}
			}
			for i, state := range []request.State{request.Asked, request.Refused, request.Withdrawn} {
				id := fmt.Sprint("r", i)
				if err := db.Insert(tx, "change_request", request.Request{ID: request.ID(id), Number: id, Kind: request.Name, PersonID: person.ID(id), Path: boardGrid, State: state, AskedBy: "a", AskedAt: int64(i + 1), Version: 1}); err != nil {
					return err
				}
			}
			return tx.RecordAll("test", 1, "test")
		})
		for _, by := range []actor.Actor{{}, as(actor.GridWorker, boardGrid), as(actor.TownCentre, "610929101"), as(actor.SystemAdmin, "610929"), as(actor.TownWindow, boardTown)} {
			if _, err := s.Applications(t.Context(), by, boardTown, false, "", 50); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", by.Kind, err)
			}
		}
		n, err := s.Promises(t.Context(), centre, "", "year")
		if err != nil || n.Asked != 5 || n.Helped != 2 {
			t.Fatalf("%+v, %v", n, err)
		}
		for decided, want := range map[bool]int64{false: n.Asked - n.Helped, true: n.Helped} {
			seen := map[string]bool{}
			for after := ""; ; { // one at a time: no page repeats or leaves out a line
				page, err := s.Applications(t.Context(), centre, "", decided, after, 1)
				if err != nil || len(page) > 1 {
					t.Fatal(page, err)
				}
				if len(page) == 0 {
					break
				}
				seen[page[0].ID], after = true, page[0].Cursor()
			}
			if int64(len(seen)) != want || seen["b3"] || seen["b4"] || seen["r2"] {
				t.Errorf("decided %v: %v, want %d", decided, seen, want)
			}
		}
		if looks, err := d.LooksAt(t.Context(), "booklet/b0", 5); err != nil || len(looks) == 0 {
			t.Errorf("a list leaves no trace: %v", err)
		}
	})
}

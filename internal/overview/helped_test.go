package overview_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/overview"
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

// TestDecidedApplications: what has a result is listed place by place and there by
// day, whichever kind it is; a page goes on after any line, and a cursor from outside
// the area opens nothing there. However much is decided, a page is read along the two
// indexes of what is decided and sorts no more than it shows.
func TestDecidedApplications(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := matters(t, d, c)
		const many = 1500
		paths := []string{boardGrid, otherGrid, boardTown + "009001"}
		var want []string
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for i := range many {
				b, r, path, at := fmt.Sprintf("b%04d", i), fmt.Sprintf("r%04d", i), paths[i%3], int64(10_000-i)
				if err := db.Insert(tx, "booklet", booklet.Booklet{ID: booklet.ID(b), HouseholdID: household.ID(b), Path: path, State: booklet.Issued, AppliedBy: "a", ApprovedBy: "b", AppliedAt: at, Version: 1}); err != nil {
					return err
				}
				if err := db.Insert(tx, "change_request", request.Request{ID: request.ID(r), Number: r, Kind: request.Name, PersonID: person.ID(r), Path: path, State: request.Approved, AskedBy: "a", AskedAt: at, Version: 1}); err != nil {
					return err
				}
				if path != otherGrid {
					want = append(want, fmt.Sprintf("%s|%05d|%s", path, at, b), fmt.Sprintf("%s|%05d|%s", path, at, r))
				}
			}
			return nil
		})
		slices.Sort(want)
		var got []string
		last := ""
		for {
			page, err := s.Applications(t.Context(), centre, boardTown, true, last, 50)
			if err != nil || len(page) > 50 {
				t.Fatal(len(page), err)
			}
			if len(page) == 0 {
				break
			}
			for _, a := range page {
				got = append(got, fmt.Sprintf("%s|%05d|%s", a.Path, a.At, a.ID))
			}
			last = page[len(page)-1].Cursor()
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d lines, want %d in the order of places and days", len(got), len(want))
		}
		for _, after := range []string{"", "1|0|x", "9", "|", boardGrid + "|"} { // what is no cursor of the list begins it
			if page, err := s.Applications(t.Context(), centre, boardTown, true, after, 1); err != nil || len(page) != 1 || got[0] != fmt.Sprintf("%s|%05d|%s", page[0].Path, page[0].At, page[0].ID) {
				t.Errorf("after %q: %v, %v", after, page, err)
			}
		}
		if page, err := s.Applications(t.Context(), as(actor.CountyCentre, "610929"), otherGrid, true, boardGrid+"|0|x", 5); err != nil || len(page) != 5 || page[0].Path != otherGrid {
			t.Errorf("from a line of another area: %v, %v", page, err)
		}
		if page, err := s.Applications(t.Context(), centre, boardTown, true, "9|0|x", 5); err != nil || len(page) != 0 {
			t.Errorf("after the end of the area: %v, %v", page, err)
		}
		check := func() {
			t.Helper()
			for _, after := range []string{"", last} {
				p := dbtest.Plan(t, d, overview.Listed(boardTown, true, after, 50))
				for _, index := range []string{"booklet_decided_ix", "change_request_decided_ix"} {
					if !strings.Contains(p, index) {
						t.Errorf("after %q, not along %s:\n%s", after, index, p)
					}
				}
				// Two pages are laid together, which sorts them at most once each.
				if strings.Count(p, "Sort  (")+strings.Count(p, "TEMP B-TREE") > 2 || strings.Contains(p, "Bitmap") {
					t.Errorf("after %q, sorts what it does not show:\n%s", after, p)
				}
				if after != "" && strings.Contains(p, "path>?") {
					t.Errorf("begins at the area again:\n%s", p)
				}
			}
		}
		if strings.HasSuffix(t.Name(), "/sqlite") { // which does not count its tables by itself
			check()
		}
		if err := d.Analyze(t.Context()); err != nil {
			t.Fatal(err)
		}
		check()
	})
}

package network_test

import (
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/grid"
	"anju/internal/jobs"
	"anju/internal/matter"
	"anju/internal/residence"
)

// TestMattersGoWithTheirHousehold: what is open for a household goes from the
// grid that had it to the one that has it now, with its clock; what lies there
// for another reason stays, and nothing follows into a protected place.
func TestMattersGoWithTheirHousehold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		do := func(f func(tx *db.Tx) error) {
			t.Helper()
			err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", f)
			if err != nil {
				t.Fatal(err)
			}
			r := &jobs.Runner{DB: w.DB, Handlers: w.Handlers()}
			for ran := true; ran; {
				if ran, err = r.Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		bind := func(path, sealed string) {
			t.Helper()
			do(func(tx *db.Tx) error { return grid.Bind(tx, "moving", residence.Living, path, today, sealed) })
		}
		w.household("moving")
		report := func(r matter.ReportRequest) matter.Matter {
			t.Helper()
			r.Category, r.Kind, r.Text, r.HouseholdID = "dispute", "dispute_neighbour", "楼上漏水", "moving"
			m, err := w.matters.Report(t.Context(), as("worker"), w.key(), r)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		at := func(m matter.Matter) (path string) {
			t.Helper()
			err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
				is, err := matter.Get(tx, m.ID)
				if err != nil {
					return err
				}
				clocks, err := deadline.Of(tx, m.Subject())
				if len(clocks) != 1 || clocks[0].Path != is.Path || clocks[0].StartedAt != m.LevelSince || clocks[0].StoppedAt != 0 {
					t.Errorf("its clock: %+v", clocks)
				}
				events, terr := matter.Timeline(tx, m.ID)
				if is.Path != here && !strings.Contains(events[len(events)-1].Text, "随户移交") {
					t.Errorf("the timeline says %q", events[len(events)-1].Text)
				}
				if terr != nil {
					return terr
				}
				path = is.Path
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return path
		}
		routed, kept := report(matter.ReportRequest{}), report(matter.ReportRequest{Here: true})
		bind(next, "")
		if got := at(routed); got != next {
			t.Errorf("it lies in %s", got)
		}
		if got := at(kept); got != here {
			t.Errorf("what happened there lies in %s", got)
		}
		do(func(tx *db.Tx) error { return grid.Retract(tx, "moving", residence.Living, today) })
		if got := at(routed); got != here {
			t.Errorf("the move was taken back, and it lies in %s", got)
		}
		bind(next, "")
		bind(here, town)
		if got := at(routed); got != next {
			t.Errorf("it followed into a protected place: %s", got)
		}
	})
}

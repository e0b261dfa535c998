package network_test

import (
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/jobs"
	"anju/internal/matter"
	"anju/internal/person"
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
		err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
			if _, err := tx.Exec(`insert into address (id, village, group_no, text, state, version) values ('a', $1, '01', '一组', 'approved', 1)`, village); err != nil {
				return err
			}
			h := household.Household{ID: "moving", RegisterNo: "1", Kind: household.Family, Village: village, GroupNo: "01", AddressID: "a", Source: "test", AsOf: "2026-01-01", Version: 1}
			if err := db.Insert(tx, "household", h); err != nil {
				return err
			}
			one, err := person.Insert(tx, w.Keys, person.Draft{Name: "张桃花", Sex: "2", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "unknown", Source: "test", AsOf: "2026-01-01"})
			if err != nil {
				return err
			}
			for _, s := range []residence.Spell{{Kind: residence.Registered, Relation: "02"}, {Kind: residence.Living}} {
				s.PersonID, s.HouseholdID, s.Path, s.ValidFrom, s.Source = one.ID, h.ID, here, "2020-01-01", "test"
				if _, err := residence.Begin(tx, s); err != nil {
					return err
				}
			}
			return grid.Bind(tx, h.ID, residence.Living, here, "2020-01-01", "")
		})
		if err != nil {
			t.Fatal(err)
		}
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

package grid_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/residence"
)

// TestMainGrid: one grid answers for a household; who serves it where it lives
// says which, with a reason; it stays so when the household moves.
func TestMainGrid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &grid.Service{DB: d}
		bind := func(relation, path, sealed string, on string) {
			t.Helper()
			err := d.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error { return grid.Bind(tx, "h", relation, path, calendar.Date(on), sealed) })
			if err != nil {
				t.Fatal(err)
			}
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for _, one := range []residence.Spell{{Kind: residence.Registered, Path: atHome, Relation: "02"}, {Kind: residence.Living, Path: atSite}} {
				one.PersonID, one.HouseholdID, one.ValidFrom, one.Source = "p", "h", "2020-01-01", "test"
				if _, err := residence.Begin(tx, one); err != nil {
					return err
				}
			}
			return nil
		})
		bind(residence.Registered, atHome, "", "2020-01-01")
		bind(residence.Living, atSite, "", "2021-01-01")
		bind(residence.Working, "320583", "", "2022-01-01")
		main := func() (relation, reason string, n int) {
			t.Helper()
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				ties, err := grid.TiesOf(tx, "h")
				for _, one := range ties {
					if one.Main == 1 {
						relation, reason, n = one.Relation, one.MainReason, n+1
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return relation, reason, n
		}
		if rel, _, n := main(); rel != residence.Living || n != 1 {
			t.Fatalf("%s of %d", rel, n)
		}
		as := func(k actor.Kind, path string) actor.Actor {
			return actor.Actor{Account: "x", Name: "甲", Kind: k, Paths: []string{path}}
		}
		clerk := as(actor.VillageClerk, atSite[:12])
		for by, want := range map[*actor.Actor]fault.Kind{
			{}: fault.NotFound, new(as(actor.GridWorker, atSite)): fault.Forbidden, new(as(actor.VillageClerk, atHome[:12])): fault.Forbidden,
			new(as(actor.VillageClerk, "610929102001")): fault.NotFound, new(as(actor.TownWindow, atSite[:9])): fault.Forbidden,
		} {
			if _, err := s.SetMain(t.Context(), *by, "", "h", residence.Registered, "全家常年在外"); fault.KindOf(err) != want {
				t.Errorf("%s over %v: %v, want %s", by.Kind, by.Paths, err, want)
			}
		}
		for name, one := range map[string][2]string{"outside": {residence.Working, "在昆山务工"}, "no such": {"moon", "试"}, "no reason": {residence.Registered, " "}} {
			if _, err := s.SetMain(t.Context(), clerk, "", "h", one[0], one[1]); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.SetMain(t.Context(), clerk, "", "h", residence.Living, "试"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("again: %v", err)
		}
		if _, err := s.SetMain(t.Context(), clerk, "one", "h", residence.Registered, "全家常年在外"); err != nil {
			t.Fatal(err)
		}
		if rel, why, n := main(); rel != residence.Registered || why != "全家常年在外" || n != 1 {
			t.Errorf("%s of %d, %q", rel, n, why)
		}
		bind(residence.Living, atWork, "", "2027-01-01")
		if rel, _, n := main(); rel != residence.Registered || n != 1 {
			t.Errorf("after a move: %s of %d", rel, n)
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			before, err := grid.TiesAt(tx, "h", residence.When{On: "2021-06-01"})
			if err != nil {
				return err
			}
			if got := grid.MainOf(before); got.Relation != residence.Living {
				t.Errorf("on a past day %s answered", got.Relation)
			}
			now, err := grid.TiesOf(tx, "h")
			for _, one := range now {
				since, serr := grid.SinceOf(tx, one)
				if serr != nil || one.Relation == residence.Registered && since != "2020-01-01" {
					t.Errorf("%s since %s: %v", one.Relation, since, serr)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

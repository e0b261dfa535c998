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

// TestAssign: a household in no grid is given one of its village by who serves it
// there; it was there all along, and so were the stays of its people.
func TestAssign(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &grid.Service{DB: d}
		none := atSite[:12] + grid.NoGrid
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for _, code := range []string{atSite, atWork} {
				if err := db.Insert(tx, "grid", grid.Grid{Code: code, Village: code[:12], Name: "网格", ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
					return err
				}
			}
			for _, one := range []residence.Spell{{Kind: residence.Registered, Path: atHome, Relation: "02"}, {Kind: residence.Living, Path: none}} {
				one.PersonID, one.HouseholdID, one.ValidFrom, one.Source = "p", "h", "2020-01-01", "test"
				if _, err := residence.Begin(tx, one); err != nil {
					return err
				}
				if err := grid.Bind(tx, "h", one.Kind, one.Path, "2020-01-01", ""); err != nil {
					return err
				}
			}
			return nil
		})
		as := func(k actor.Kind, path string) actor.Actor {
			return actor.Actor{Account: "x", Name: "甲", Kind: k, Paths: []string{path}}
		}
		clerk := as(actor.VillageClerk, atSite[:12])
		for _, tt := range []struct {
			by       actor.Actor
			relation string
			code     string
			want     fault.Kind
		}{
			{actor.Actor{}, residence.Living, atSite, fault.NotFound},
			{as(actor.VillageClerk, atHome[:12]), residence.Living, atSite, fault.NotFound},
			{as(actor.GridWorker, atSite), residence.Living, atSite, fault.NotFound},
			{as(actor.Registrar, atSite[:9]), residence.Living, atSite, fault.Forbidden},
			{clerk, residence.Registered, atSite, fault.NotFound},
			{clerk, residence.Working, atSite, fault.NotFound},
			{as(actor.VillageClerk, atHome[:12]), residence.Registered, atHome, fault.Conflict},
			{clerk, residence.Living, atWork, fault.Invalid}, // of another village
			{clerk, residence.Living, "moon", fault.Invalid},
		} {
			if _, err := s.Assign(t.Context(), tt.by, "", "h", tt.relation, tt.code); fault.KindOf(err) != tt.want {
				t.Errorf("%s over %v, %s to %s: %v, want %s", tt.by.Kind, tt.by.Paths, tt.relation, tt.code, err, tt.want)
			}
		}
		if _, grids, err := s.AssignForm(t.Context(), clerk, "h", residence.Living); err != nil || len(grids) != 1 {
			t.Errorf("offered %d: %v", len(grids), err)
		}
		if _, err := s.Assign(t.Context(), clerk, "one", "h", residence.Living, atSite); err != nil {
			t.Fatal(err)
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			ties, err := grid.TiesAt(tx, "h", residence.When{On: "2020-06-01"})
			if err != nil {
				return err
			}
			for _, one := range ties {
				if one.Relation == residence.Living && (one.Path != atSite || one.Main != 1) {
					t.Errorf("the tie is %+v", one)
				}
			}
			places, err := residence.PlacesOf(tx, "h")
			for _, p := range places {
				if p.Relation == "living" && p.Path != atSite {
					t.Errorf("a stay is at %s", p.Path)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

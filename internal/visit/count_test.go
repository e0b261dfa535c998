package visit_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
	"anju/internal/visit"
)

const counted = "610929101001003"

func workerOf(grid string) actor.Actor {
	return actor.Actor{Account: "worker", Name: "刘秀英", Kind: actor.GridWorker, Paths: []string{grid}}
}

// livesThere is a household in the grid.
func livesThere(t *testing.T, d *db.DB) (id household.ID) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		if _, err := tx.Exec(`insert into address (id, village, group_no, text, state, version) values ('a', $1, '01', '一号楼', 'approved', 1)`, counted[:12]); err != nil {
			return err
		}
		h, err := household.Insert(tx, household.Household{RegisterNo: "1", Kind: household.Family, Village: counted[:12], GroupNo: "01", AddressID: "a", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		one, err := person.Insert(tx, seal.FromSeed(1), person.Draft{Name: "张桃花", Sex: "2", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "unknown", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		id = h.ID
		for _, s := range []residence.Spell{{Kind: "registered", HouseholdID: h.ID, Relation: "02"}, {Kind: "living"}} {
			s.PersonID, s.Path, s.ValidFrom, s.Source = one.ID, counted, "2020-01-01", "test"
			if _, err := residence.Begin(tx, s); err != nil {
				return err
			}
		}
		return grid.Bind(tx, h.ID, "living", counted, "2020-01-01", "")
	})
	return id
}

// TestCountsAreTheirLists: the numbers are those of the list they lead to, and
// a visit that found nobody home has seen nobody.
func TestCountsAreTheirLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, id := &visit.Service{DB: d}, livesThere(t, d)
		if _, err := s.Counts(t.Context(), actor.Actor{}); err == nil {
			t.Error("a stranger counts households")
		}
		check := func(by actor.Actor, want visit.Counts) {
			t.Helper()
			if got, err := s.Counts(t.Context(), by); err != nil || got != want {
				t.Errorf("%v: %+v, %v, want %+v", by.Paths, got, err, want)
			}
			list, err := s.Due(t.Context(), by, visit.Filter{Limit: 100})
			var got visit.Counts
			for _, one := range list {
				if got.Households++; one.Late(d.Now()) {
					got.Late++
				}
			}
			if err != nil || got != want {
				t.Errorf("the list of %v: %+v, %v, want %+v", by.Paths, got, err, want)
			}
		}
		record := func(key db.Key, outcome string) {
			t.Helper()
			if _, err := s.Record(t.Context(), workerOf(counted), key, id, outcome, ""); err != nil {
				t.Fatal(err)
			}
		}
		check(workerOf("610929101001004"), visit.Counts{})
		check(workerOf(counted), visit.Counts{Households: 1, Late: 1})
		record("first", visit.NobodyIn)
		check(workerOf(counted), visit.Counts{Households: 1, Late: 1})
		record("second", visit.Well)
		check(workerOf(counted), visit.Counts{Households: 1})
	})
}

package grid_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
)

// registeredFirst enters households of the village before its grids are known:
// one in a group, one protected, one whose address says nothing.
func registeredFirst(t *testing.T, s *grid.Service) (ids []household.ID) {
	t.Helper()
	dbtest.Given(t, s.DB, func(tx *db.Tx) error {
		ids = nil
		for i, text := range []string{"白河县城关镇幸福村一组3号", "白河县城关镇幸福村一组4号", "白河县城关镇幸福村老屋场"} {
			a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: village, Text: text, State: dwelling.Approved})
			if err != nil {
				return err
			}
			h, err := household.Insert(tx, household.Household{RegisterNo: fmt.Sprint(i), Kind: household.Family, Village: village, AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
			if err != nil {
				return err
			}
			p, err := person.Insert(tx, s.Keys, person.Draft{Name: "王山", Sex: "1", Birth: "1970-01-01", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
			if err != nil {
				return err
			}
			house, err := dwelling.HouseAt(tx, a.ID, "farmhouse")
			if err != nil {
				return err
			}
			if _, err := residence.Register(tx, p.ID, h.ID, village+"000", "02", "2026-01-01", "test"); err != nil {
				return err
			}
			if err := residence.Relocate(tx, h.ID, []person.ID{p.ID}, village+"000", house.ID, "2026-01-01", "test"); err != nil {
				return err
			}
			sealedTo := ""
			if i == 1 {
				sealedTo = town
				if _, err := residence.Protect(tx, p.ID, sealedTo); err != nil {
					return err
				}
			}
			if err := grid.Bind(tx, h.ID, residence.Registered, village+"000", "2026-01-01", ""); err != nil {
				return err
			}
			if err := grid.Bind(tx, h.ID, residence.Living, village+"000", "2026-01-01", sealedTo); err != nil {
				return err
			}
			ids = append(ids, h.ID)
		}
		return nil
	})
	return ids
}

// TestGridsAfterTheRegister: who was there before the grids is found a place in
// them by address, without having moved; the rest is listed to whoever answers
// for the village.
func TestGridsAfterTheRegister(t *testing.T) {
	each(t, func(t *testing.T, s *grid.Service, c *dbtest.Clock) {
		ids := registeredFirst(t, s)
		imported(t, s)
		for who, by := range map[string]actor.Actor{"nobody": {}, "a clerk": as(actor.VillageClerk, village)} {
			if _, err := s.Place(t.Context(), by); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s places households: %v", who, err)
			}
		}
		before := spellsOf(t, s, "valid_from || ' ' || source")
		c.Move(1000)
		placed, err := s.Place(t.Context(), as(actor.SystemAdmin, county))
		if err != nil || placed != 4 {
			t.Fatalf("%d placed, %v", placed, err)
		}
		if got := spellsOf(t, s, "valid_from || ' ' || source"); !slices.Equal(got, before) {
			t.Errorf("somebody moved: %q, before %q", got, before)
		}
		if got, want := spellsOf(t, s, "path || ' ' || sealed_to"), []string{village + "000 ", village + "000 ", village + "001 ", village + "001 ", village + "001 ", village + "001 " + town}; !slices.Equal(got, want) {
			t.Errorf("they are in %q, want %q", got, want)
		}
		for i, want := range []string{village + "001", village + "001", village + "000"} {
			if got := ties(t, s, ids[i]); len(got) != 2 || !strings.Contains(got[0], want) || !strings.Contains(got[1], want) {
				t.Errorf("household %d is tied to %q, want %s", i, got, want)
			}
		}
		if n, err := s.Place(t.Context(), as(actor.SystemAdmin, county)); n != 0 || err != nil {
			t.Errorf("again: %d placed, %v", n, err)
		}
		left, err := s.Gridless(t.Context(), as(actor.VillageClerk, village), "", 10)
		if err != nil || len(left) != 2 || left[0].HouseholdID != string(ids[2]) || left[0].Head != "王山" || left[0].Place == "" {
			t.Errorf("left: %+v %v", left, err)
		}
		if left, err := s.Gridless(t.Context(), as(actor.VillageClerk, other), "", 10); err != nil || len(left) != 0 {
			t.Errorf("the clerk of another village is told of %+v %v", left, err)
		}
		if _, err := s.Gridless(t.Context(), actor.Actor{}, "", 10); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("nobody is told: %v", err)
		}
	})
}

func spellsOf(t *testing.T, s *grid.Service, what string) (all []string) {
	t.Helper()
	if err := s.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		all, err = db.All[string](tx, `select `+what+` from spell where superseded_at = 0 and valid_to = '9999-12-31' order by 1`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

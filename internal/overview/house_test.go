package overview_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/overview"
	"anju/internal/residence"
)

// A house shows who lived in it on a day, to who registers moves.
func TestHouseOnADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		police, house := as(actor.CountyPolice, county), w.house["王守山"]
		now, err := w.House(t.Context(), police, house)
		if err != nil || len(now.People) != 3 || !now.Past {
			t.Fatalf("today: %+v, %v", now, err)
		}
		var since string
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			s, _, err := residence.Current(tx, w.id["王守山"], residence.Living)
			since = string(s.ValidFrom)
			if err != nil {
				return err
			}
			if err := residence.End(tx, s, "2026-02-01"); err != nil { // he has left
				return err
			}
			return db.Insert(tx, "organisation", dwelling.Organisation{ID: "o1", USCC: "91350100M000100Y43", Name: "小卖部", Village: far, AddressID: now.Address.ID, ValidFrom: "2025-01-01", ValidTo: "2026-01-15", Source: "test", Version: 1})
		})
		for on, want := range map[string]struct{ people, units int }{
			"": {2, 0}, "2026-02-01": {2, 0}, "2026-01-31": {3, 0}, "2026-01-14": {3, 1}, "1990-01-01": {0, 0},
		} {
			h, err := w.again().HouseAt(t.Context(), police, house, residence.When{On: calendar.Date(on)})
			if err != nil || len(h.People) != want.people || len(h.Units) != want.units {
				t.Errorf("on %q (they live there since %s): %d people, %d units, %v", on, since, len(h.People), len(h.Units), err)
			}
		}
		was := residence.When{On: "2026-01-31"}
		for who, by := range map[string]actor.Actor{"the grid's worker": as(actor.GridWorker, far+"001"), "the village": as(actor.VillageClerk, far)} {
			if h, err := w.again().HouseAt(t.Context(), by, house, was); fault.KindOf(err) != fault.Forbidden || h.Address.Text != "" {
				t.Errorf("%s reads the past: %+v, %v", who, h, err)
			}
			if h, err := w.again().House(t.Context(), by, house); err != nil || len(h.People) != 2 || h.Past {
				t.Errorf("%s reads today: %+v, %v", who, h, err)
			}
		}
		if h, err := w.again().HouseAt(t.Context(), as(actor.Registrar, there), house, was); err != nil || len(h.People) != 3 {
			t.Errorf("the station there reads the past: %+v, %v", h, err)
		}
		if _, err := w.HouseAt(t.Context(), as(actor.Registrar, third), house, was); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another town reads the past: %v", err)
		}
	})
}

// A list of houses is for who sees addresses there, and has no protected one.
func TestHouses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.id["覃丽"], unit); return err })
		for _, by := range []actor.Actor{{}, as(actor.SystemAdmin, county), as(actor.Justice, county), as(actor.CivilAffairs, county)} {
			if all, err := w.Houses(t.Context(), by, overview.HouseFilter{}); fault.KindOf(err) != fault.Forbidden || all != nil {
				t.Errorf("%q: %v, %v", by.Kind, all, err)
			}
		}
		list := func(by actor.Actor, f overview.HouseFilter) map[string]int64 {
			t.Helper()
			found := map[string]int64{}
			for f.Limit = 1; ; {
				page, err := w.Houses(t.Context(), by, f)
				if err != nil || len(page) > 1 {
					t.Fatalf("%d, %v", len(page), err)
				}
				if len(page) == 0 {
					return found
				}
				found[page[0].ID], f.After = page[0].People, page[0].ID
			}
		}
		wang, li, qin := w.house["王守山"], w.house["李大山"], w.house["覃丽"]
		if got := list(as(actor.CountyPolice, county), overview.HouseFilter{}); got[wang] != 3 || got[li] == 0 {
			t.Errorf("the county's: %v", got)
		} else if _, ok := got[qin]; ok {
			t.Errorf("a protected house is on a list: %v", got)
		}
		if got := list(as(actor.VillageClerk, far), overview.HouseFilter{}); len(got) != 1 || got[wang] != 3 {
			t.Errorf("the community's: %v", got)
		}
		if got := list(as(actor.VillageClerk, hidden), overview.HouseFilter{}); len(got) != 0 {
			t.Errorf("where the protected live: %v", got)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update house set disposal = 'to_clear' where id = $1`, li)
			return err
		})
		for name, tt := range map[string]struct {
			f    overview.HouseFilter
			want int
		}{
			"old": {overview.HouseFilter{Old: true}, 1}, "to clear": {overview.HouseFilter{Disposal: dwelling.ToClear}, 1}, "cleared": {overview.HouseFilter{Disposal: dwelling.Cleared}, 0},
			"elsewhere": {overview.HouseFilter{Old: true, Under: far}, 0}, "there": {overview.HouseFilter{Old: true, Under: origin}, 1},
		} {
			if got := list(as(actor.CountyPolice, county), tt.f); len(got) != tt.want {
				t.Errorf("%s: %v", name, got)
			}
		}
	})
}

// A household's page leads to the house only where the house's page opens.
func TestHouseOutOfReachIsNoLink(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, tt := range []struct {
			by    actor.Actor
			opens bool
		}{{as(actor.CountyPolice, county), true}, {as(actor.Registrar, there), true}, {as(actor.Registrar, town), false}} {
			h, err := w.again().Household(t.Context(), tt.by, w.home["王守山"])
			if err != nil || len(h.Members) == 0 || h.Members[0].Place == "" {
				t.Fatalf("%s: %+v, %v", tt.by.Account, h.Members, err)
			}
			p, err := w.again().Person(t.Context(), tt.by, w.id["王守山"])
			if err != nil || len(p.Stays) == 0 {
				t.Fatalf("%s: %+v, %v", tt.by.Account, p.Stays, err)
			}
			link := h.Members[0].HouseID
			if (link != "") != tt.opens || p.Stays[0].HouseID != link {
				t.Errorf("%s is led to %q and %q", tt.by.Account, link, p.Stays[0].HouseID)
			}
			if _, err := w.House(t.Context(), tt.by, w.house["王守山"]); (err == nil) != tt.opens {
				t.Errorf("%s opens the house: %v", tt.by.Account, err)
			}
		}
	})
}

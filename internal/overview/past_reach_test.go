package overview_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/residence"
)

// movedOn lets the 王 leave 同心社区 for another town. The son has worked in a
// factory far away all the while, the mother somewhere else until last year.
func (w *world) movedOn(t *testing.T) {
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		for _, s := range []residence.Spell{
			{PersonID: w.id["王建军"], Path: "330782", Place: "义乌服装厂", ValidFrom: "2024-01-01", ValidTo: calendar.Forever},
			{PersonID: w.id["陈桂兰"], Path: "610100", Place: "西安饭店", ValidFrom: "2024-01-01", ValidTo: "2025-12-31"},
		} {
			to := s.ValidTo
			s.Kind, s.Source, s.ValidTo = residence.Working, "test", calendar.Forever
			s, err := residence.Begin(tx, s)
			if err != nil {
				return err
			}
			if to != calendar.Forever {
				if err := residence.End(tx, s, to); err != nil {
					return err
				}
			}
		}
		all := []person.ID{w.id["王守山"], w.id["王建军"], w.id["陈桂兰"]}
		if err := residence.Relocate(tx, w.home["王守山"], all, elsewhere+"001", "", "2026-03-01", "test"); err != nil {
			return err
		}
		return grid.Bind(tx, w.home["王守山"], residence.Living, elsewhere+"001", "2026-03-01", "")
	})
}

func people(all []overview.PastMember) string {
	var names []string
	for _, m := range all {
		names = append(names, m.Name+" "+m.Place+" "+m.Work)
	}
	return sorted(names)
}

// TestPastOfWhoIsOutOfReach: the past of a house and of a village is told to whoever
// answers for it, wherever those people are now, and nothing that is so still.
// What is their household's is not.
func TestPastOfWhoIsOutOfReach(t *testing.T) {
	life(t, func(t *testing.T, w *world, c *dbtest.Clock) {
		w.movedOn(t)
		c.Move(24 * time.Hour)
		past := residence.When{On: "2025-06-01"}
		for _, by := range []actor.Actor{{}, as(actor.Registrar, third), as(actor.Registrar, unit), as(actor.TownWindow, third), as(actor.VillageClerk, far), as(actor.GridWorker, far+"001")} {
			_, house := w.HouseAt(t.Context(), by, w.house["王守山"], past)
			_, place := w.PlaceAt(t.Context(), by, far, past, "")
			for what, err := range map[string]error{"house": house, "village": place} {
				if k := fault.KindOf(err); k != fault.NotFound && k != fault.Forbidden {
					t.Errorf("%s %v looks back at the %s: %v", by.Kind, by.Paths, what, err)
				}
			}
		}
		const there1 = "中厂镇同心社区"
		own := want("王守山 "+there1+" ", "王建军 "+there1+" ", "陈桂兰 "+there1+" 西安饭店")
		seen := func(by actor.Actor, when residence.When) (house, village string) {
			t.Helper()
			h, err := w.again().HouseAt(t.Context(), by, w.house["王守山"], when)
			if err != nil {
				t.Fatal(err)
			}
			v, err := w.again().PlaceAt(t.Context(), by, far, when, "")
			if err != nil {
				t.Fatal(err)
			}
			if text := fmt.Sprintf("%+v %+v", h, v); by.Kind != actor.CountyPolice && (strings.Contains(text, elsewhere) || strings.Contains(text, "义乌")) {
				t.Errorf("%s, %+v, says where they are now: %s", by.Kind, when, text)
			}
			return people(h.People), people(v.People)
		}
		for _, by := range []actor.Actor{as(actor.Registrar, there), as(actor.TownWindow, there), as(actor.GeneralLeader, there)} {
			if _, err := w.HouseholdAt(t.Context(), by, w.home["王守山"], past); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s looks back at the household: %v", by.Kind, err)
			}
			for _, when := range []residence.When{past, {On: "2025-06-01", Known: "2026-03-04"}} {
				if h, v := seen(by, when); h != own || v != own {
					t.Errorf("%s, %+v: %q in the house, %q in the village, want %q", by.Kind, when, h, v, own)
				}
			}
			if h, v := seen(by, residence.When{On: "2026-03-02"}); h != "" || v != "" {
				t.Errorf("%s, the day after they left: %q, %q", by.Kind, h, v)
			}
		}
		all := want("王守山 "+there1+" ", "王建军 "+there1+" 义乌服装厂", "陈桂兰 "+there1+" 西安饭店")
		if h, v := seen(as(actor.CountyPolice, county), past); h != all || v != all {
			t.Errorf("who reaches them today: %q, %q, want %q", h, v, all)
		}
		if p, err := w.HouseholdAt(t.Context(), as(actor.Registrar, town), w.home["王守山"], past); err != nil || people(p.Members) != all {
			t.Errorf("where they are registered: %q, %v", people(p.Members), err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := residence.Protect(tx, w.id["陈桂兰"], third)
			return err
		})
		if h, v := seen(as(actor.Registrar, there), past); h != strings.Replace(own, "西安饭店", "", 1) || v != h {
			t.Errorf("of who is protected where she is now: %q, %q", h, v)
		}
	})
}

// TestPastOfWhoLeftTheHousehold: the son lived apart when he was still of the
// household; he lives there still, and has a household of his own out of reach.
func TestPastOfWhoLeftTheHousehold(t *testing.T) {
	life(t, func(t *testing.T, w *world, c *dbtest.Clock) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			if err := residence.Relocate(tx, w.home["王守山"], []person.ID{w.id["王建军"]}, elsewhere+"001", "", "2024-03-01", "test"); err != nil {
				return err
			}
			return residence.Succeed(tx, residence.Spell{PersonID: w.id["王建军"], Kind: residence.Registered, HouseholdID: w.home["覃丽"], Relation: "12", Path: elsewhere + "001", ValidFrom: "2026-03-01", Source: "test"})
		})
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { // and nobody else of it is at the origin
			_, err := tx.Exec(`update spell set path = $1 where household_id = $2 and kind = 'registered'`, elsewhere+"001", string(w.home["覃丽"]))
			return err
		})
		c.Move(24 * time.Hour)
		for _, tt := range []struct {
			by   actor.Actor
			on   calendar.Date
			want string
		}{
			{as(actor.Registrar, town), "2025-06-01", ""},
			{as(actor.Registrar, there), "2025-06-01", ""},
			{as(actor.Registrar, there), "2023-06-01", "中厂镇同心社区"}, // where he lives no more
			{as(actor.CountyPolice, county), "2025-06-01", "卡子镇药树村"},
		} {
			p, err := w.again().HouseholdAt(t.Context(), tt.by, w.home["王守山"], residence.When{On: tt.on})
			if err != nil || len(p.Members) != 3 {
				t.Fatalf("%s: %d members, %v", tt.by.Kind, len(p.Members), err)
			}
			for _, m := range p.Members {
				if m.Name == "王建军" && m.Place != tt.want {
					t.Errorf("%s %v on %s: he lived in %q, want %q", tt.by.Kind, tt.by.Paths, tt.on, m.Place, tt.want)
				}
			}
		}
	})
}

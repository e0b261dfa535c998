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
	"anju/internal/seal"
)

// TestPastWrongPeople: who may not see a household, a house or a village today,
// or does not register moves, sees none of it on any day.
func TestPastWrongPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		on := residence.When{On: "2021-01-01"}
		for _, by := range []actor.Actor{{}, as("mayor", county), as(actor.AuditAdmin, county), as(actor.GridWorker, far+"001"), as(actor.VillageClerk, far), as(actor.Registrar, third), as(actor.TownWindow, unit), as(actor.Agriculture, county)} {
			for what, err := range map[string]error{
				"household": failed(w.HouseholdAt(t.Context(), by, w.home["王守山"], on)),
				"house":     failed(w.HouseAt(t.Context(), by, w.house["王守山"], on)),
				"village":   failed(w.PlaceAt(t.Context(), by, far, on, "")),
				"grid":      failed(w.PlaceAt(t.Context(), by, far+"001", on, "")),
			} {
				if k := fault.KindOf(err); k != fault.NotFound && k != fault.Forbidden {
					t.Errorf("%q %v, %s: %v", by.Kind, by.Paths, what, err)
				}
			}
		}
		police := as(actor.CountyPolice, county)
		for name, when := range map[string]residence.When{"on": {On: "2026-03-05"}, "known": {On: "2021-01-01", Known: "2021-02-30"}} {
			_, err := w.HouseholdAt(t.Context(), police, w.home["王守山"], when)
			if f := fault.Of(err); f == nil || !fault.Fields(f.Fields).Has(name) {
				t.Errorf("%+v: %v", when, err)
			}
		}
		for _, path := range []string{county, town, far + "0", "420300"} {
			if _, err := w.PlaceAt(t.Context(), police, path, on, ""); fault.KindOf(err) != fault.NotFound {
				t.Errorf("the people of %s: %v", path, err)
			}
		}
	})
}

func failed[T any](_ T, err error) error { return err }

// life is the world with the clock in the test's hand: what was recorded on
// which day is the point.
func life(t *testing.T, f func(t *testing.T, w *world, c *dbtest.Clock)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{Service: &overview.Service{DB: d, Keys: seal.FromSeed(1)}}
		dbtest.Given(t, d, w.given)
		f(t, w, c)
	})
}

func membersText(p overview.PastHousehold) string {
	var all []string
	for _, m := range p.Members {
		all = append(all, fmt.Sprintf("%s %s %d %s", m.Name, m.Relation, m.Age, m.Place))
	}
	return strings.Join(all, ";")
}

// TestHouseholdAt: a household on any day; and a correction keeps what was
// believed before it.
func TestHouseholdAt(t *testing.T) {
	life(t, func(t *testing.T, w *world, c *dbtest.Clock) {
		police := as(actor.CountyPolice, county)
		at := func(on, known string) overview.PastHousehold {
			t.Helper()
			p, err := w.again().HouseholdAt(t.Context(), police, w.home["王守山"], residence.When{On: calendar.Date(on), Known: calendar.Date(known)})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		c.Move(10 * 24 * time.Hour) // it becomes known on 14 March that they moved on, on the 10th
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			if err := residence.Relocate(tx, w.home["王守山"], []person.ID{w.id["王守山"]}, origin+"001", w.house["李大山"], "2026-03-10", "move"); err != nil {
				return err
			}
			if err := grid.Bind(tx, w.home["王守山"], residence.Living, origin+"001", "2026-03-10", ""); err != nil {
				return err
			}
			if _, err := tx.Exec(`update entitlement set superseded_at = $1 where id = 'right-a'`, tx.Millis()); err != nil {
				return err
			}
			return nil
		})
		c.Move(10 * 24 * time.Hour)
		const rest = ";陈桂兰 12 62 中厂镇同心社区;王建军 20 35 中厂镇同心社区"
		for _, tt := range []struct{ on, known, want string }{
			{"2005-01-01", "", ""}, // not yet registered
			{"2019-12-31", "", "王守山 02 58 ;陈桂兰 12 56 ;王建军 20 29 "},
			{"2020-05-01", "", "王守山 02 59 中厂镇同心社区;陈桂兰 12 56 中厂镇同心社区;王建军 20 30 中厂镇同心社区"},
			{"2026-03-09", "", "王守山 02 65 中厂镇同心社区" + rest},
			{"2026-03-10", "", "王守山 02 65 城关镇幸福村" + rest},
			{"2026-03-10", "2026-03-13", "王守山 02 65 中厂镇同心社区" + rest}, // what was believed then
			{"2026-03-10", "2026-03-14", "王守山 02 65 城关镇幸福村" + rest},
			{"2026-03-10", "2026-03-03", ""}, // before anything was known
		} {
			if got := membersText(at(tt.on, tt.known)); got != tt.want {
				t.Errorf("on %s, known on %s: %q, want %q", tt.on, tt.known, got, tt.want)
			}
		}
		grids := func(p overview.PastHousehold) (s string) {
			for _, g := range p.Grids {
				s += g.Relation + " " + g.Path + " " + g.Staff[0].Name + ";"
			}
			return s
		}
		if got := grids(at("2026-03-05", "")); got != "living "+far+"001 李护林;registered "+origin+"001 吴护路;" {
			t.Errorf("the grids before: %s", got)
		}
		if got := grids(at("2026-03-11", "")); got != "living "+origin+"001 吴护路;registered "+origin+"001 吴护路;" {
			t.Errorf("the grids after: %s", got)
		}
		if got := grids(at("2020-06-01", "")); !strings.HasPrefix(got, "living "+far+"001 ;") {
			t.Errorf("a post that nobody held yet: %s", got)
		}
		mayor := as(actor.GeneralLeader, there)
		for known, want := range map[string]int{"": 1, "2026-03-13": 2} {
			p, err := w.HouseholdAt(t.Context(), mayor, w.home["王守山"], residence.When{On: "2026-03-10", Known: calendar.Date(known)})
			if err != nil || len(p.Rights) != want {
				t.Errorf("rights known on %q: %+v, %v", known, p.Rights, err)
			}
		}
	})
}

// TestPlacesAt: the house, the grid and the village, each on any day.
func TestPlacesAt(t *testing.T) {
	life(t, func(t *testing.T, w *world, c *dbtest.Clock) {
		police := as(actor.CountyPolice, county)
		c.Move(10 * 24 * time.Hour)
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			return residence.Relocate(tx, w.home["张华"], []person.ID{w.id["张华"]}, far+"001", w.house["王守山"], "2026-03-10", "move")
		})
		for _, tt := range []struct {
			on, known    string
			house, there int
			origin       string // living, households, registered
		}{
			{"2019-01-01", "", 0, 0, "0 0 8"}, {"2026-03-09", "", 3, 3, "3 2 8"}, {"2026-03-10", "", 4, 4, "2 1 8"}, {"2026-03-10", "2026-03-12", 3, 3, "3 2 8"},
		} {
			when := residence.When{On: calendar.Date(tt.on), Known: calendar.Date(tt.known)}
			h, err := w.HouseAt(t.Context(), police, w.house["王守山"], when)
			if err != nil || len(h.People) != tt.house {
				t.Errorf("%+v: %d in the house, want %d, %v", when, len(h.People), tt.house, err)
			}
			g, err := w.PlaceAt(t.Context(), police, far+"001", when, "")
			if err != nil || g.Living != tt.there || len(g.People) != tt.there || g.Grid != "同心一网格" {
				t.Errorf("%+v: %+v in the grid, want %d, %v", when, g, tt.there, err)
			}
			v, err := w.PlaceAt(t.Context(), police, origin, when, "")
			if got := fmt.Sprint(v.Living, v.Households, v.Registered); err != nil || got != tt.origin {
				t.Errorf("%+v: %s in the village, want %s, %v", when, got, tt.origin, err)
			}
		}
		v, err := w.PlaceAt(t.Context(), police, far, residence.When{}, string(w.id["王守山"]))
		if err != nil || v.When.On != "2026-03-14" || v.Living != 4 || len(v.People) == 0 || len(v.People) >= 4 {
			t.Errorf("the next page of today: %+v, %v", v, err)
		}
	})
}

// TestPastIsProtected: what is sealed today was never open, not on a day before
// it was sealed, and not as it was known then.
func TestPastIsProtected(t *testing.T) {
	life(t, func(t *testing.T, w *world, c *dbtest.Clock) {
		c.Move(10 * 24 * time.Hour)
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			if _, err := residence.Protect(tx, w.id["覃丽"], unit); err != nil {
				return err
			}
			return grid.Bind(tx, w.home["覃丽"], residence.Living, hidden+"001", "2020-05-01", unit)
		})
		c.Move(time.Hour)
		for _, when := range []residence.When{{}, {On: "2021-01-01"}, {On: "2021-01-01", Known: "2026-03-06"}, {Known: "2026-03-06"}} {
			for _, by := range []actor.Actor{as(actor.CountyPolice, county), as(actor.Registrar, town)} {
				p, err := w.HouseholdAt(t.Context(), by, w.home["覃丽"], when)
				if err != nil || len(p.Members) != 2 {
					t.Fatalf("%+v: %v", when, err)
				}
				if s := fmt.Sprintf("%+v", p); strings.Contains(s, hidden) || strings.Contains(s, "家朳") || strings.Contains(s, "暗香") || strings.Contains(s, "暗格员") || strings.Contains(s, w.house["覃丽"]) {
					t.Errorf("%s, %+v: %s", by.Kind, when, s)
				}
			}
			if h, err := w.HouseAt(t.Context(), as(actor.CountyPolice, county), w.house["覃丽"], when); fault.KindOf(err) != fault.NotFound {
				t.Errorf("the house, %+v: %+v, %v", when, h, err)
			}
			for _, path := range []string{hidden, hidden + "001"} {
				v, err := w.PlaceAt(t.Context(), as(actor.CountyPolice, county), path, when, "")
				if err != nil || v.Living != 0 || v.Households != 0 || len(v.People) != 0 {
					t.Errorf("%s, %+v: %+v, %v", path, when, v, err)
				}
				v, err = w.PlaceAt(t.Context(), as(actor.Registrar, unit), path, when, "")
				if err != nil || v.Living != 2 || len(v.People) != 2 {
					t.Errorf("the unit that knows, %s, %+v: %+v, %v", path, when, v, err)
				}
			}
		}
	})
}

// TestPersonClock: how long somebody has lived where they live, for those who
// register moves; of a protected place not a day.
func TestPersonClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.id["覃丽"], unit); return err })
		for _, tt := range []struct {
			by   actor.Actor
			who  string
			want string
		}{
			{as(actor.GridWorker, far+"001"), "王守山", ""},
			{as(actor.VillageClerk, far), "王守山", ""},
			{as(actor.Registrar, town), "覃丽", ""},
			{as(actor.CountyPolice, county), "覃丽", ""},
			{as(actor.Registrar, there), "王守山", "中厂镇同心社区 2020-05-01 5 307"},
			{as(actor.Registrar, unit), "覃丽", "构朳镇家朳村 2020-05-01 5 307"},
		} {
			p, err := w.Person(t.Context(), tt.by, w.id[tt.who])
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if c := p.Clock; c != nil {
				got = fmt.Sprint(p.ClockPlace, " ", c.Since, " ", c.Years, " ", c.Days)
			}
			if got != tt.want {
				t.Errorf("%s %v of %s: %q, want %q", tt.by.Kind, tt.by.Paths, tt.who, got, tt.want)
			}
		}
	})
}

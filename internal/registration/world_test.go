package registration_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/registration"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	town    = "610929100"    // 城关镇
	village = "610929100207" // 幸福村
	other   = "610929101001" // 同心社区, of another station
	unit    = "610929101"    // the station that a protected address is sealed to
	first   = village + "001"
	second  = village + "002"
)

// A world is a county with three households: the 王 and the 李 of 幸福村, and the
// 赵 of another town. Everybody is known by name, and no two by one.
type world struct {
	*registration.Service
	clock  *dbtest.Clock
	people map[string]person.ID
	homes  map[string]household.ID
	houses map[string]string
}

type given struct {
	home, name, relation, sex string
	birth                     calendar.Date
	lives                     string // grid
}

var family = []given{
	{"王", "王守山", "02", "1", "1961-02-14", first},
	{"王", "陈桂兰", "12", "2", "1963-08-05", first},
	{"王", "王建军", "20", "1", "1990-05-01", second},
	{"王", "周小梅", "38", "2", "1992-03-09", second},
	{"王", "王乐", "41", "1", "2016-07-01", second},
	{"李", "李长河", "02", "1", "1970-01-01", first},
	{"李", "李春燕", "30", "2", "1996-04-04", first},
	{"李", "王建君", "99", "1", "1990-05-01", first}, // 王建军, written down twice
	{"赵", "赵德", "02", "1", "1958-06-06", other + "001"},
	{"赵", "赵明", "20", "1", "1995-09-09", other + "001"},
}

var station = actor.Actor{Account: "reg", Name: "民警甲", Kind: actor.Registrar, Paths: []string{town}, Office: "城关派出所"}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		c.Set(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
		w := &world{Service: &registration.Service{DB: d, Keys: seal.FromSeed(1)}, clock: c}
		w.given(t)
		f(t, w)
	})
}

func (w *world) given(t *testing.T) {
	t.Helper()
	w.people, w.homes, w.houses = map[string]person.ID{}, map[string]household.ID{}, map[string]string{}
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		if err := division.Install(tx); err != nil {
			return err
		}
		for _, code := range []string{first, second, other + "001"} {
			if err := db.Insert(tx, "grid", grid.Grid{Code: code, Village: code[:12], Name: code, ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
				return err
			}
		}
		for _, g := range family {
			if err := w.member(tx, g); err != nil {
				return err
			}
		}
		return db.Insert(tx, "entitlement", entitlement.Entitlement{ID: "e1", HouseholdID: w.homes["王"], Kind: "farmland", Side: entitlement.Origin, Path: village,
			Evidence: "承包合同J0012", Amount: "承包地3.2亩", State: "valid", ValidFrom: "2017-12-01", ValidTo: calendar.Forever, RecordedAt: 1, Source: "test"})
	})
}

func (w *world) member(tx *db.Tx, g given) error {
	where := village
	if g.home == "赵" {
		where = other
	}
	if w.homes[g.home] == "" {
		a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: where, GroupNo: "01", Text: g.home + "家老屋", State: dwelling.Approved})
		if err != nil {
			return err
		}
		h, err := household.Insert(tx, household.Household{RegisterNo: "户" + g.home, Kind: household.Family, Village: where, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		w.homes[g.home] = h.ID
	}
	if w.houses[g.home+g.lives] == "" {
		a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: g.lives[:12], Text: g.home + "家" + g.lives, State: dwelling.Approved})
		if err != nil {
			return err
		}
		h, err := dwelling.HouseAt(tx, a.ID, "farmhouse")
		if err != nil {
			return err
		}
		w.houses[g.home+g.lives] = h.ID
	}
	p, err := person.Insert(tx, w.Keys, person.Draft{Name: g.name, Sex: g.sex, Birth: g.birth, Ethnicity: "01", Number: numberOf(g), Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	w.people[g.name] = p.ID
	if _, err := residence.Register(tx, p.ID, w.homes[g.home], where+"001", g.relation, max("2010-01-01", g.birth), "test"); err != nil {
		return err
	}
	if err := residence.Relocate(tx, w.homes[g.home], []person.ID{p.ID}, g.lives, w.houses[g.home+g.lives], max("2012-01-01", g.birth), "test"); err != nil {
		return err
	}
	if g.relation != "02" {
		return nil
	}
	if err := grid.Bind(tx, w.homes[g.home], residence.Registered, where+"001", "2024-01-01", ""); err != nil {
		return err
	}
	return grid.Bind(tx, w.homes[g.home], residence.Living, g.lives, "2024-01-01", "")
}

// numberOf makes a number that checks, from the birth date and the name.
func numberOf(g given) ident.CitizenID {
	sum := 0
	for _, r := range g.name {
		sum += int(r)
	}
	serial := sum%498*2 + 1
	if g.sex == "2" {
		serial--
	}
	body := "610929" + strings.ReplaceAll(string(g.birth), "-", "") + fmt.Sprintf("%03d", serial)
	n, err := ident.ParseCitizenID(body+string(ident.CheckDigit(body)), time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
	if err != nil {
		panic(err)
	}
	return n
}

func paper(document string) household.Evidence {
	return household.Evidence{Document: document, Number: "证0001", Office: "白河县民政局", On: "2026-09-01"}
}

// act does an act for the station, and fails the test if it is refused.
func (w *world) act(t *testing.T, r registration.Request) registration.Act {
	t.Helper()
	a, err := w.Record(t.Context(), station, "", r)
	if err != nil {
		t.Fatalf("%s: %v", r.Kind, err)
	}
	return a
}

func (w *world) read(t *testing.T, f func(tx *db.Tx) error) {
	t.Helper()
	if err := w.DB.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// state is where everybody is and was, in words, and which grids the households
// have: what two worlds are compared by.
func (w *world) state(t *testing.T) string {
	t.Helper()
	var lines []string
	type row struct {
		Name     string `db:"name"`
		Kind     string `db:"kind"`
		Path     string `db:"path"`
		Home     string `db:"home"`
		Relation string `db:"relation"`
		House    string `db:"house"`
		From     string `db:"valid_from"`
		To       string `db:"valid_to"`
		Seal     string `db:"sealed_to"`
	}
	type tie struct {
		Home     string `db:"home"`
		Relation string `db:"relation"`
		Path     string `db:"path"`
		From     string `db:"valid_from"`
		To       string `db:"valid_to"`
	}
	w.read(t, func(tx *db.Tx) error {
		rows, err := db.All[row](tx, `select p.name, s.kind, s.path, coalesce(h.register_no, '') as home, s.relation, coalesce(a.text, '') as house, s.valid_from, s.valid_to, s.sealed_to
			from spell s join person p on p.id = s.person_id left join household h on h.id = s.household_id
			left join house o on o.id = s.house_id left join address a on a.id = o.address_id where s.superseded_at = 0`)
		for _, r := range rows {
			lines = append(lines, fmt.Sprintf("%s %s %s %s %s %s %s–%s %s", r.Name, r.Kind, r.Path, r.Home, r.Relation, r.House, r.From, r.To, r.Seal))
		}
		if err != nil {
			return err
		}
		ties, err := db.All[tie](tx, `select h.register_no as home, t.relation, t.path, t.valid_from, t.valid_to from tie t join household h on h.id = t.household_id where t.superseded_at = 0`)
		for _, r := range ties {
			lines = append(lines, fmt.Sprintf("%s %s %s %s–%s", r.Home, r.Relation, r.Path, r.From, r.To))
		}
		return err
	})
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// members are the names of a household with their relations, in its order.
func (w *world) members(t *testing.T, home household.ID) string {
	t.Helper()
	var all []string
	w.read(t, func(tx *db.Tx) error {
		members, err := residence.Members(tx, home)
		for _, m := range members {
			all = append(all, m.Person.Name+m.Spell.Relation)
		}
		return err
	})
	return strings.Join(all, " ")
}

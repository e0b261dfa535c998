package overview_test

import (
	"fmt"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/residence"
)

// What each post reads of the household of 王守山: registered in 幸福村, living
// in 同心社区. The side of residence sees the house, the side of origin the land.
func TestHousehold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, as("mayor", county), as(actor.GridWorker, far+"002"), as(actor.GridLeader, third+"001"), as(actor.VillageClerk, hidden), as(actor.Registrar, third), as(actor.TownWindow, unit)} {
			if _, err := w.Household(t.Context(), by, w.home["王守山"]); fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%q %v: %v", by.Kind, by.Paths, err)
			}
		}
		if _, err := w.Household(t.Context(), as(actor.CountyPolice, county), "none"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("no household: %v", err)
		}
		for _, tt := range []struct {
			by     actor.Actor
			fields policy.Fields
		}{
			{as(actor.GridWorker, far+"001"), policy.Basic | policy.Address | policy.Phone | policy.Validity},
			{as(actor.GridWorker, origin+"001"), policy.Basic | policy.Validity},
			{as(actor.VillageClerk, far), policy.Basic | policy.Address | policy.Phone | policy.Insurance | policy.Validity},
			{as(actor.GridLeader, far+"001"), policy.Basic | policy.Address | policy.Phone | policy.Insurance | policy.Validity | policy.Matters},
			{as(actor.SectionLeader, origin), policy.Basic | policy.Land | policy.Validity | policy.Matters},
			{as(actor.VillageClerk, origin), policy.Basic | policy.Land | policy.Validity},
			{as(actor.GeneralLeader, there), policy.Basic | policy.Address | policy.Phone | policy.Land | policy.Insurance | policy.Booklet | policy.Validity | policy.Matters},
			{as(actor.TownWindow, town), policy.Basic | policy.Address | policy.Phone | policy.Land | policy.Insurance | policy.Booklet | policy.Validity},
			{as(actor.Registrar, there), policy.Basic | policy.Address | policy.Phone | policy.Booklet | policy.Validity | policy.History},
			{as(actor.CivilAffairs, county), policy.Basic | policy.Validity},
			{as(actor.Agriculture, county), policy.Basic | policy.Address | policy.Phone | policy.Land | policy.Validity},
		} {
			p, err := w.Household(t.Context(), tt.by, w.home["王守山"])
			if err != nil || p.Fields != tt.fields {
				t.Errorf("%s %v: fields %b, want %b, %v", tt.by.Kind, tt.by.Paths, p.Fields, tt.fields, err)
				continue
			}
			filled(t, tt.by, p)
		}
	})
}

// filled holds a page to its fields: each group is there if and only if it is
// open.
func filled(t *testing.T, by actor.Actor, p overview.HouseholdPage) {
	t.Helper()
	who := fmt.Sprintf("%s %v", by.Kind, by.Paths)
	if len(p.Members) != 3 || p.Members[0].Name != "王守山" || p.Members[0].Relation != "02" || p.Members[0].Age != 65 || p.Members[0].Number != "6109*************6" {
		t.Errorf("%s: members %+v", who, p.Members)
	}
	if p.Village != "城关镇幸福村" || p.LivingPlace != "中厂镇同心社区" || !p.Separated || p.LivingPath != far+"001" {
		t.Errorf("%s: registered %q, living %q", who, p.Village, p.LivingPlace)
	}
	for _, g := range []struct {
		group policy.Fields
		what  string
		there bool
	}{
		{policy.Address, "the address", p.Living == "白河县中厂镇同心社区8号楼302室"},
		{policy.Address, "any address", p.Living+p.Registered+p.Members[0].HouseID+p.Members[1].Place+p.Household.AddressID != ""},
		{policy.Phone, "a phone", p.Members[0].Phone != ""},
		{policy.Land, "rights at the origin", len(p.OriginRights) > 0},
		{policy.Insurance, "rights where they live", len(p.LivingRights) > 0},
		{policy.Validity, "the booklet", len(p.Booklets) > 0},
		{policy.Booklet, "moves", len(p.Moves) > 0},
	} {
		if g.there != p.Fields.Has(g.group) {
			t.Errorf("%s: %s there: %v", who, g.what, g.there)
		}
	}
	if p.OpenMatters != 0 && !p.Fields.Has(policy.Matters) {
		t.Errorf("%s: %d open matters", who, p.OpenMatters)
	}
	for _, m := range p.Members {
		if text := m.Number + m.Phone + m.Place; strings.Contains(text, "0016") || strings.Contains(text, phoneA) || strings.Contains(text, numberA) {
			t.Errorf("%s reads %s", who, text)
		}
	}
	rights(t, who, p)
	threeGrids(t, who, p)
}

func rights(t *testing.T, who string, p overview.HouseholdPage) {
	t.Helper()
	land := ""
	for _, r := range append(p.OriginRights, p.LivingRights...) {
		land += r.Kind + r.Amounts() + r.Unit + " "
		if r.Unit == "" || r.Basis == "" || strings.Contains(r.Unit, "{") {
			t.Errorf("%s: nobody owes %+v", who, r)
		}
	}
	if p.Fields.Has(policy.Land) && (!strings.Contains(land, "farmland承包地3.2亩、承包地1亩") || !strings.Contains(land, "幸福村")) {
		t.Errorf("%s: rights: %s", who, land)
	}
}

func threeGrids(t *testing.T, who string, p overview.HouseholdPage) {
	t.Helper()
	var grids []string
	for _, g := range p.Grids {
		if len(g.Staff) < 4 || g.Main != (g.Relation == residence.Living) {
			t.Errorf("%s: grid %+v", who, g)
			continue
		}
		grids = append(grids, g.Relation+" "+g.Name+" "+g.Staff[0].Name+" "+g.Staff[0].Phone)
	}
	if got := strings.Join(grids, ", "); got != "living 同心一网格 李护林 139****0001, registered 幸福一网格 吴护路 139****0001" {
		t.Errorf("%s: grids %s", who, got)
	}
}

// One look for the page, naming the household and everybody on it.
func TestHouseholdIsLogged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.home["王守山"]
		if _, err := w.Household(t.Context(), as(actor.Registrar, there), id); err != nil {
			t.Fatal(err)
		}
		looks, err := w.DB.Looks(t.Context(), "", 10)
		if err != nil || len(looks) != 1 {
			t.Fatalf("%d looks, %v", len(looks), err)
		}
		subjects := []string{"household/" + string(id), "person/" + string(w.id["王守山"]), "person/" + string(w.id["陈桂兰"]), "person/" + string(w.id["王建军"])}
		if l := looks[0]; l.For != subjects[0] || l.Subjects != strings.Join(subjects, " ") {
			t.Errorf("the log says %+v, want %v", l, subjects)
		}
	})
}

func TestHouseAndPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, as(actor.Registrar, third), as(actor.GridWorker, far+"002"), as(actor.CivilAffairs, third)} {
			if _, err := w.House(t.Context(), by, w.house["王守山"]); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%q %v: house, %v", by.Kind, by.Paths, err)
			}
			if _, err := w.Person(t.Context(), by, w.id["王守山"]); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%q %v: person, %v", by.Kind, by.Paths, err)
			}
		}
		if _, err := w.House(t.Context(), as(actor.CivilAffairs, county), w.house["王守山"]); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("who may see no address sees a house: %v", err)
		}
		police := as(actor.Registrar, there)
		h, err := w.House(t.Context(), police, w.house["王守山"])
		if err != nil || h.Place != "中厂镇同心社区" || h.Address.Text != "白河县中厂镇同心社区8号楼302室" || len(h.People) != 3 {
			t.Errorf("house: %+v, %v", h, err)
		}
		p, err := w.Person(t.Context(), police, w.id["王守山"])
		if err != nil || p.Name != "王守山" || p.Relation != "02" || p.HouseholdID != w.home["王守山"] || p.Birth != "1961-02-14" || p.Number != "6109*************6" || p.Phone != "138****1234" {
			t.Errorf("person: %+v, %v", p, err)
		}
		if got := stays(p); got != "living 中厂镇同心社区 true, registered 城关镇幸福村 false" {
			t.Errorf("stays: %s", got)
		}
		p, err = w.Person(t.Context(), as(actor.GridWorker, origin+"001"), w.id["王守山"])
		if err != nil || p.Phone != "" || stays(p) != "living 中厂镇同心社区 false, registered 城关镇幸福村 false" {
			t.Errorf("the worker at the origin reads %+v, %v", p, err)
		}
		if home, err := w.HouseholdOf(t.Context(), police, w.id["王守山"]); err != nil || home != w.home["王守山"] {
			t.Errorf("household of: %s, %v", home, err)
		}
		if home, err := w.HouseholdOf(t.Context(), as(actor.Registrar, third), w.id["王守山"]); fault.KindOf(err) != fault.NotFound || home != "" {
			t.Errorf("household of, for others: %s, %v", home, err)
		}
	})
}

func stays(p overview.PersonPage) string {
	var all []string
	for _, s := range p.Stays {
		all = append(all, fmt.Sprintf("%s %s %v", s.Kind, s.Place, s.Address != "" && s.HouseID != ""))
	}
	return strings.Join(all, ", ")
}

// The page asks as much of a household of nine that has moved four times as of
// one of three.
func TestHouseholdInAConstantNumberOfQueries(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		asked := func() int64 {
			t.Helper()
			s, before := w.again(), w.DB.Queries()
			if _, err := s.Household(t.Context(), as(actor.GeneralLeader, there), w.home["王守山"]); err != nil {
				t.Fatal(err)
			}
			return w.DB.Queries() - before
		}
		few := asked()
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			id := w.home["王守山"]
			for i, name := range []string{"王甲", "王乙", "王丙", "王丁", "王戊", "王己"} {
				if err := w.person(tx, member{name, "20", "1", "", calendar.Date(fmt.Sprintf("199%d-01-01", i))}, id); err != nil {
					return err
				}
				if err := residence.Relocate(tx, id, []person.ID{w.id[name]}, far+"001", w.house["王守山"], "2020-05-01", "test"); err != nil {
					return err
				}
			}
			moves, err := relocation.Of(tx, id)
			if err != nil {
				return err
			}
			for i := range 3 {
				m := moves[0]
				m.ID, m.Number = fmt.Sprint(m.ID, i), fmt.Sprint(m.Number, i)
				if err := db.Insert(tx, "move", m); err != nil {
					return err
				}
				b := booklet.Booklet{ID: booklet.ID(fmt.Sprint("former", i)), HouseholdID: id, MoveID: m.ID, Path: far + "001", State: booklet.Cancelled, AppliedBy: "x", Version: 1}
				if err := db.Insert(tx, "booklet", b); err != nil {
					return err
				}
				r := entitlement.Entitlement{ID: fmt.Sprint("more", i), HouseholdID: id, Kind: "forest", Side: entitlement.Origin, Path: origin, Amount: "林地9亩", State: "valid",
					ValidFrom: "2017-12-01", ValidTo: calendar.Forever, RecordedAt: 1, Source: "test"}
				if err := db.Insert(tx, "entitlement", r); err != nil {
					return err
				}
			}
			return nil
		})
		if many := asked(); many != few || few == 0 {
			t.Errorf("a small household asks %d queries, a large one %d", few, many)
		}
	})
}

package overview_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/residence"
)

// secrets are what would say where the 覃 are: the address, the village by name
// and by code (and so the path), the house, the grid by name, and who answers
// for it.
func (w *world) secrets() []string {
	return []string{"暗香苑", "家朳", hidden, w.house["覃丽"], "暗香网格", "暗格员"}
}

// address is where somebody lives, read past every door.
func (w *world) address(t *testing.T, head string) (id string) {
	t.Helper()
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		h, _, err := dwelling.GetHouse(tx, w.house[head])
		id = h.AddressID
		return err
	})
	return id
}

// draft is why somebody is protected.
func draft(id person.ID) grid.ProtectionDraft {
	return grid.ProtectionDraft{PersonID: id, Ground: "court_order", Document: "（2026）陕0929民保令1号", ReviewOn: "2026-09-01"}
}

// everything is every page that could say something about the 覃, as one text.
func (w *world) everything(t *testing.T, by actor.Actor) string {
	t.Helper()
	s := w.again()
	var all strings.Builder
	keep := func(v any, err error) {
		if k := fault.KindOf(err); err != nil && k != fault.NotFound && k != fault.Forbidden {
			t.Fatalf("%s %v: %v", by.Kind, by.Paths, err)
		}
		text, err := json.Marshal(v) // what comes with an error is looked at too
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
		all.WriteByte('\n')
	}
	for _, view := range []string{residence.Living, residence.Registered} {
		for _, f := range []overview.ResidentFilter{
			{}, {Separated: true}, {Sex: "2"}, {Search: "覃"}, {Search: "ql"}, {Search: "qin"}, {Search: "覃丽", Separated: true}, {Limit: 1},
		} {
			f.View = view
			page, err := s.Residents(t.Context(), by, f)
			keep(page, err)
			if f.Separated && slices.ContainsFunc(page.Rows, func(r overview.ResidentRow) bool { return r.Name == "覃丽" }) {
				all.WriteString("a list of those who live elsewhere has 覃丽: 家朳\n")
			}
		}
	}
	for _, head := range []string{"覃丽", "王守山", "李大山"} {
		page, err := s.Household(t.Context(), by, w.home[head])
		keep(page, err)
		house, err := s.House(t.Context(), by, w.house[head])
		keep(house, err)
	}
	for _, name := range []string{"覃丽", "覃小宝"} {
		page, err := s.Person(t.Context(), by, w.id[name])
		keep(page, err)
		home, err := s.HouseholdOf(t.Context(), by, w.id[name])
		keep(home, err)
		paper, err := (&grid.Service{DB: w.DB, Keys: w.Keys}).Protection(t.Context(), by, w.id[name])
		paper.Today = "" // is no secret
		keep(paper, err)
	}
	list, err := (&grid.Service{DB: w.DB, Keys: w.Keys}).Protections(t.Context(), by)
	keep(list, err)
	for _, state := range []string{overview.AddressWaiting, overview.AddressApproved, overview.AddressRefused} {
		rows, err := s.Addresses(t.Context(), by, overview.AddressFilter{State: state, Limit: 100})
		keep(rows, err)
	}
	n, err := s.AddressesWaiting(t.Context(), by)
	keep(n, err)
	for _, head := range []string{"覃丽", "王守山", "李大山"} {
		page, err := s.Address(t.Context(), by, w.address(t, head))
		keep(page, err)
	}
	people, err := s.PeopleByVillage(t.Context(), by)
	keep(people, err)
	work, err := s.Work(t.Context(), by)
	keep(work, err)
	return all.String()
}

// A protected place is nowhere on any page of any post, but for the police unit
// it is sealed to; lifted, it is there again.
func TestProtectedPlaceLeaksNowhere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		grids := &grid.Service{DB: w.DB, Keys: w.Keys}
		police := as(actor.Registrar, unit)
		refused := func(what string, who map[string]actor.Actor, act func(actor.Actor) error) {
			t.Helper()
			for name, by := range who {
				if err := act(by); fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Forbidden {
					t.Errorf("%s %s: %v", name, what, err)
				}
			}
		}
		refused("protects", map[string]actor.Actor{
			"nobody": {}, "a made-up post": as("mayor", county), "the grid worker there": as(actor.GridWorker, hidden+"001"), "the town there": as(actor.GeneralLeader, unit),
			"police elsewhere": as(actor.Registrar, third), "police of the registration": as(actor.Registrar, town), "the auditor": as(actor.AuditAdmin, county),
		}, func(by actor.Actor) error {
			_, err := grids.Protect(t.Context(), by, "", draft(w.id["覃丽"]))
			return err
		})

		before := w.everything(t, as(actor.CountyPolice, county))
		for _, secret := range w.secrets() {
			if !strings.Contains(before, secret) {
				t.Errorf("before, the county's police do not read %s", secret)
			}
		}
		if _, err := grids.Protect(t.Context(), police, "", draft(w.id["覃丽"])); err != nil {
			t.Fatal(err)
		}
		for _, kind := range actor.Kinds {
			for _, path := range []string{county, town, origin, origin + "001", unit, hidden, hidden + "001", third, far + "001"} {
				text := w.everything(t, as(kind, path))
				for _, secret := range w.secrets() {
					knows := kind.Police() && path == unit
					if i := strings.Index(text, secret); (i >= 0) != knows {
						t.Errorf("%s %s reads %s: %v …%s", kind, path, secret, !knows, text[max(0, i-200):min(len(text), max(0, i)+80)])
					}
				}
			}
		}
		refused("lifts it", map[string]actor.Actor{
			"nobody": {}, "the grid worker there": as(actor.GridWorker, hidden+"001"), "police elsewhere": as(actor.Registrar, third),
			"police of the registration": as(actor.StationHead, town), "the county's police": as(actor.CountyPolice, county),
		}, func(by actor.Actor) error {
			_, err := grids.AskToLift(t.Context(), by, "", w.id["覃丽"], "已另行安置")
			return err
		})
		if _, err := grids.AskToLift(t.Context(), police, "", w.id["覃小宝"], "已另行安置"); err != nil {
			t.Fatal(err)
		}
		if _, err := grids.Lift(t.Context(), police, "", w.id["覃丽"]); fault.KeyOf(err) != "grid.lift.own" {
			t.Errorf("who asked lifts it: %v", err)
		}
		if text := w.everything(t, as(actor.CountyPolice, county)); strings.Contains(text, hidden) {
			t.Error("asked to be lifted, the place is told already")
		}
		second := as(actor.StationHead, unit)
		second.Account = "second"
		if _, err := grids.Lift(t.Context(), second, "", w.id["覃丽"]); err != nil {
			t.Fatal(err)
		}
		if after := w.everything(t, as(actor.CountyPolice, county)); after != before {
			t.Errorf("lifted, the pages are\n%s\nbefore\n%s", after, before)
		}
	})
}

// Who is protected in a house where others live too is not on its page.
func TestProtectedAmongOthers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		names := func(by actor.Actor) string {
			t.Helper()
			p, err := w.again().House(t.Context(), by, w.house["李大山"])
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, r := range p.People {
				all = append(all, r.Name)
			}
			return sorted(all)
		}
		open := as(actor.CountyPolice, county)
		if got := names(open); got != want("张华", "李大山", "王秀英") {
			t.Fatalf("in the house: %v", got)
		}
		if _, err := (&grid.Service{DB: w.DB, Keys: w.Keys}).Protect(t.Context(), as(actor.Registrar, town), "", draft(w.id["张华"])); err != nil {
			t.Fatal(err)
		}
		for _, by := range []actor.Actor{open, as(actor.VillageClerk, origin), as(actor.GridWorker, origin+"001"), as(actor.GeneralLeader, town)} {
			if got := names(by); got != want("李大山", "王秀英") {
				t.Errorf("%s reads that in the house live %v", by.Kind, got)
			}
		}
		looks, err := w.DB.LooksAt(t.Context(), "person/"+string(w.id["张华"]), 10)
		if err != nil || slices.ContainsFunc(looks, func(l db.LookEntry) bool { return l.Kind != string(actor.CountyPolice) }) {
			t.Errorf("the log says who saw 张华 there: %+v, %v", looks, err)
		}
		if got := names(as(actor.Registrar, town)); !strings.Contains(got, "张华") {
			t.Errorf("the unit reads %v", got)
		}
	})
}

// What a page gives back with an error is nothing.
func TestNothingComesWithAnError(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, as(actor.Registrar, third), as(actor.CountyCentre, county), as(actor.AuditAdmin, county), as(actor.CivilAffairs, county)} {
			if p, err := w.House(t.Context(), by, w.house["王守山"]); err == nil || p.Address.Text != "" || len(p.People) > 0 {
				t.Errorf("%s: house %+v, %v", by.Kind, p, err)
			}
		}
		for _, by := range []actor.Actor{{}, as(actor.Registrar, third), as(actor.CountyCentre, county), as(actor.AuditAdmin, county)} {
			if p, err := w.Household(t.Context(), by, w.home["王守山"]); err == nil || p.Household.ID != "" || len(p.Members) > 0 {
				t.Errorf("%s: household %+v, %v", by.Kind, p, err)
			}
			if p, err := w.Person(t.Context(), by, w.id["王守山"]); err == nil || p.ID != "" || p.Name != "" {
				t.Errorf("%s: person %+v, %v", by.Kind, p, err)
			}
		}
	})
}

// Where one of a household hides, the grid that somebody of it works in is not
// on its page: it may be theirs.
func TestWorkOfTheProtected(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			id := w.home["王守山"]
			if err := residence.Relocate(tx, id, []person.ID{w.id["陈桂兰"]}, third+"201001", "", "2025-05-01", "test"); err != nil {
				return err
			}
			return grid.Bind(tx, id, residence.Working, hidden+"001", "2025-05-01", "")
		})
		works := func(by actor.Actor) bool {
			t.Helper()
			p, err := w.again().Household(t.Context(), by, w.home["王守山"])
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(p.Grids, func(g overview.GridRow) bool { return g.Relation == residence.Working })
		}
		clerk := as(actor.VillageClerk, far)
		if !works(clerk) {
			t.Fatal("openly, the page does not say where they work")
		}
		if _, err := (&grid.Service{DB: w.DB, Keys: w.Keys}).Protect(t.Context(), as(actor.Registrar, third), "", draft(w.id["陈桂兰"])); err != nil {
			t.Fatal(err)
		}
		if works(clerk) {
			t.Error("the page says where one works who is hidden")
		}
		if !works(as(actor.Registrar, third)) {
			t.Error("the unit that knows does not read where they work")
		}
	})
}

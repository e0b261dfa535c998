package grid_test

import (
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// TestWorkOutside: a village keeps whom to call where its people work outside the
// county; the phone is sealed, and shown to those who serve the household.
func TestWorkOutside(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &grid.Service{DB: d, Keys: seal.FromSeed(1)}
		as := func(k actor.Kind, path string) actor.Actor {
			return actor.Actor{Account: string(k), Name: "甲", Kind: k, Paths: []string{path}}
		}
		village := atSite[:12]
		clerk := as(actor.VillageClerk, village)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for id, at := range map[household.ID][2]string{"away": {atSite, ""}, "hidden": {atSite, "610929101"}, "stranger": {atWork, ""}, "here": {atSite, ""}} {
				for _, one := range []residence.Spell{{Kind: residence.Registered, Path: atHome, Relation: "02"}, {Kind: residence.Living, Path: at[0], SealedTo: at[1]}} {
					one.PersonID, one.HouseholdID, one.ValidFrom, one.Source = person.ID("p"+id), id, "2020-01-01", "test"
					if _, err := residence.Begin(tx, one); err != nil {
						return err
					}
					if err := grid.Bind(tx, id, one.Kind, one.Path, "2020-01-01", one.SealedTo); err != nil {
						return err
					}
				}
			}
			return grid.Bind(tx, "here", residence.Working, atWork, "2020-01-01", "")
		})
		kunshan := grid.WorkGrid{Village: village, Name: "昆山务工网格", Place: "江苏省昆山市"}
		contact := grid.Contact{Name: "邓长安", Organisation: "电子厂", Phone: "15400000001", ValidFrom: "2026-01-01"}
		for _, by := range []actor.Actor{{}, as(actor.GridWorker, atSite), as(actor.VillageClerk, atHome[:12]), as(actor.Registrar, atSite[:9]), as(actor.CountyCentre, "610929")} {
			if _, err := s.EnterWork(t.Context(), by, "", kunshan, contact); err == nil {
				t.Errorf("%q over %v enters it", by.Kind, by.Paths)
			}
		}
		for name, c := range map[string]grid.Contact{"no name": {Organisation: "厂", Phone: "15400000001", ValidFrom: "2026-01-01"}, "no phone": {Name: "甲", Organisation: "厂", Phone: "call me", ValidFrom: "2026-01-01"}, "not yet": {Name: "甲", Organisation: "厂", Phone: "15400000001", ValidFrom: "2999-01-01"}} {
			if _, err := s.EnterWork(t.Context(), clerk, "", kunshan, c); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		g, err := s.EnterWork(t.Context(), clerk, "enter", kunshan, contact)
		if err != nil || grid.InCounty(g.Code) || !strings.HasPrefix(g.Code, "W") {
			t.Fatalf("%+v, %v", g, err)
		}
		for id, want := range map[household.ID]fault.Kind{"hidden": fault.NotFound, "stranger": fault.NotFound, "here": fault.Conflict} {
			if _, err := s.BindWork(t.Context(), clerk, "", id, g.Code, "2026-01-01"); fault.KindOf(err) != want {
				t.Errorf("%s is bound: %v, want %s", id, err, want)
			}
		}
		far := as(actor.VillageClerk, atWork[:12])
		if _, err := s.BindWork(t.Context(), far, "", "stranger", g.Code, "2026-01-01"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a household of no village that keeps it: %v", err)
		}
		if _, err := s.BindWork(t.Context(), clerk, "bind", "away", g.Code, "2026-01-01"); err != nil {
			t.Fatal(err)
		}
		for _, by := range []actor.Actor{{}, as(actor.GridWorker, atHome), as(actor.GridWorker, atWork), as(actor.Registrar, atSite[:9])} {
			if _, err := s.RevealContact(t.Context(), by, "away"); err == nil {
				t.Errorf("%q over %v sees the phone", by.Kind, by.Paths)
			}
		}
		worker := as(actor.GridWorker, atSite)
		if phone, err := s.RevealContact(t.Context(), worker, "away"); err != nil || phone.Reveal() != "15400000001" {
			t.Errorf("the worker: %v", err)
		}
		next := contact
		next.Name, next.Phone, next.ValidFrom = "柯远航", "15400000002", "2025-12-01"
		if _, err := s.ChangeContact(t.Context(), clerk, "", g.Code, next); fault.KindOf(err) != fault.Invalid {
			t.Errorf("before the one there is: %v", err)
		}
		next.ValidFrom = "2026-01-02"
		if _, err := s.ChangeContact(t.Context(), clerk, "change", g.Code, next); err != nil {
			t.Fatal(err)
		}
		list, err := s.WorkGrids(t.Context(), clerk, village)
		if err != nil || len(list) != 1 || list[0].Contact.Name != "柯远航" || strings.Contains(list[0].Contact.Phone, "0000000") || list[0].Households != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			n, err := db.One[int64](tx, `select count(*) from work_contact where valid_to = $1`, calendar.Date("2026-01-02"))
			if n != 1 {
				t.Error("who was called before is forgotten")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

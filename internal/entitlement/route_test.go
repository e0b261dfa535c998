package entitlement_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/proposal"
	"anju/internal/seal"
)

// TestRoutes begins with the wrong people: the routing table is changed by two
// accounts of the county, from a day on, and what was stays in it.
func TestRoutes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &entitlement.Service{DB: d, Keys: seal.FromSeed(1)}
		house, _ := given(t, d, s.Keys)
		one, two := as(actor.CivilAffairs, county), as(actor.CountyCentre, county)
		today := entitlement.RouteChange{Kind: "medical", Side: entitlement.Living, Unit: "{town}医疗保障服务站", Phone: "0915-7822000", Basis: "白政办发〔2026〕1号", Asked: proposal.Asked{ValidFrom: "2026-06-01", Reason: "机构改革"}}
		if tab, err := s.RouteTable(t.Context(), one); err != nil || len(tab.Routes) != 13 {
			t.Fatalf("%d routes, %v", len(tab.Routes), err)
		} else {
			today.ValidFrom = tab.Today
		}
		for _, by := range []actor.Actor{{}, as(actor.VillageClerk, origin), as(actor.TownWindow, "610929100"), as(actor.CountyPolice, county), as(actor.SystemAdmin, county)} {
			if _, err := s.ProposeRoute(t.Context(), by, "", today); err == nil {
				t.Errorf("%s proposes a route", by.Kind)
			}
		}
		for field, change := range map[string]func(*entitlement.RouteChange){
			"unit": func(c *entitlement.RouteChange) { c.Unit = "{county}医保局" }, "basis": func(c *entitlement.RouteChange) { c.Basis = "" },
			"reason": func(c *entitlement.RouteChange) { c.Reason = " " }, "phone": func(c *entitlement.RouteChange) { c.Phone = "打给我" },
			"valid_from": func(c *entitlement.RouteChange) { c.ValidFrom = "2020-01-01" },
		} {
			c := today
			change(&c)
			_, err := s.ProposeRoute(t.Context(), one, "", c)
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		land := today
		land.Kind = "farmland"
		if _, err := s.ProposeRoute(t.Context(), one, "", land); fault.KindOf(err) != fault.Invalid {
			t.Errorf("land is owed by the place of living: %v", err)
		}
		p, err := s.ProposeRoute(t.Context(), one, "", today)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.ProposeRoute(t.Context(), two, "", today); fault.KeyOf(err) != "proposal.waiting" {
			t.Errorf("a second one about the same: %v", err)
		}
		if _, err := s.ApproveRoute(t.Context(), one, "", p.ID); fault.KeyOf(err) != "proposal.own" {
			t.Errorf("approved by who proposed it: %v", err)
		}
		if _, err := s.RefuseRoute(t.Context(), as(actor.TownWindow, "610929100"), "", p.ID, "不行"); err == nil {
			t.Error("refused by a town")
		}
		unit := func() string {
			b, err := s.Book(t.Context(), as(actor.VillageClerk, far), house)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range b.Lines {
				if l.Kind == "medical" {
					return l.Unit
				}
			}
			return ""
		}
		if got := unit(); got != "同心社区便民服务站" {
			t.Errorf("before: %s", got)
		}
		if _, err := s.ApproveRoute(t.Context(), two, "", p.ID); err != nil {
			t.Fatal(err)
		}
		if got := unit(); got != "中厂镇医疗保障服务站" {
			t.Errorf("after: %s", got)
		}
		tab, err := s.RouteTable(t.Context(), one)
		if err != nil || len(tab.Routes) != 14 || len(tab.Changes) != 1 || tab.Changes[0].Unit != today.Unit {
			t.Errorf("the table: %d routes, %+v, %v", len(tab.Routes), tab.Changes, err)
		}
		// A right that nobody owes any more is found.
		end := entitlement.RouteChange{Kind: "medical", Side: entitlement.Living, Ends: 1, Basis: "试", Asked: proposal.Asked{ValidFrom: today.ValidFrom, Reason: "试"}}
		if p, err = s.ProposeRoute(t.Context(), one, "", end); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ApproveRoute(t.Context(), two, "", p.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sweep(t.Context(), actor.ForSystem("rights")); err != nil {
			t.Fatal(err)
		}
		if text := said(open(t, d, house)); text != "medical gap;" {
			t.Errorf("nobody owes it, and found is %q", text)
		}
		if p, err = s.ProposeRoute(t.Context(), two, "", today); err != nil {
			t.Fatal(err)
		}
		if _, err := s.RefuseRoute(t.Context(), one, "", p.ID, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("refused without a reason: %v", err)
		}
		if _, err := s.RefuseRoute(t.Context(), two, "", p.ID, "先撤回"); err != nil {
			t.Errorf("taken back: %v", err)
		}
		if _, err := s.ApproveRoute(t.Context(), one, "", p.ID); fault.KeyOf(err) != "proposal.decided" {
			t.Errorf("approved what is decided: %v", err)
		}
	})
}

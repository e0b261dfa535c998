package seed_test

import (
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/overview"
	"anju/internal/regrid"
	"anju/internal/seal"
	"anju/internal/seed"
)

// TestEveryCommunityIsDividedBetter: for every community of the demonstration
// county the proposal is better than the cut by address, in the order in which
// the measures weigh; it divides no building that a grid holds, and says why it
// divides a group.
func TestEveryCommunityIsDividedBetter(t *testing.T) {
	d, c := dbtest.SQLite(t)
	c.Set(calendar.Date("2026-03-04").Start())
	keys := seal.FromSeed(1)
	if _, err := seed.County(t.Context(), d, keys, seed.Options{Seed: 1, Scale: 0.05, Day: "2026-03-04"}); err != nil {
		t.Fatal(err)
	}
	c.Move(10 * time.Hour)
	s := &regrid.Service{DB: d, Keys: keys}
	centre := actor.Actor{Account: "centre", Name: "甲", Kind: actor.CountyCentre, Paths: []string{"610929"}}
	var villages []string
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		villages, err = db.All[string](tx, `select distinct village from grid order by village`)
		return err
	})
	if err != nil || len(villages) < 5 {
		t.Fatalf("%d villages, %v", len(villages), err)
	}
	even, near := 0, 0
	var last regrid.Plan
	for _, village := range villages {
		p, err := s.Draft(t.Context(), centre, "", regrid.DraftRequest{Village: village})
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.Get(t.Context(), centre, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		is, by := v.Is, v.ByAddress
		if is.Outside > by.Outside || is.Buildings > by.Buildings || is.Groups > by.Groups {
			t.Errorf("%s: %+v, by address %+v", v.Place, is, by)
		}
		if is.Outside == by.Outside && is.Buildings == by.Buildings && is.Groups == by.Groups && is.Spread > by.Spread && is.Distance > by.Distance {
			t.Errorf("%s is no better: %+v, by address %+v", v.Place, is, by)
		}
		if is.Spread <= by.Spread {
			even++
		}
		if is.Distance <= by.Distance {
			near++
		}
		for _, b := range v.Splits {
			if b.Households <= 100 {
				t.Errorf("%s: %s with %d households is divided", v.Place, b.Label, b.Households)
			}
		}
		if len(v.Cuts) == 0 && is.Groups > 0 {
			t.Errorf("%s: groups are divided, and it is not said why", v.Place)
		}
		for _, cut := range v.Cuts {
			if cut.Why == "" || cut.Households > 100 != (cut.Why == "large") {
				t.Errorf("%s: %+v", v.Place, cut)
			}
		}
		t.Logf("%s: %+v; by address %+v; now %+v", v.Place, is, by, v.Now)
		last = p
	}
	t.Logf("of %d communities, %d are more even, and in %d the houses are nearer to one another", len(villages), even, near)
	if near*10 < len(villages)*9 {
		t.Errorf("only in %d of %d the houses are nearer to one another", near, len(villages))
	}
	carried(t, s, d, c, centre, last, keys)
}

// carried carries a plan out in the seeded county, where booklets, matters,
// mediations and protected people are: nothing contradicts itself after it.
func carried(t *testing.T, s *regrid.Service, d *db.DB, c *dbtest.Clock, by actor.Actor, p regrid.Plan, keys *seal.Keys) {
	t.Helper()
	o := &overview.Service{DB: d, Keys: keys}
	check := func() (all []string) {
		all, err := o.CheckConsistency(t.Context(), actor.ForSystem("test"))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := check()
	if _, err := s.Submit(t.Context(), by, "", p.ID, regrid.Submission{On: "2026-03-05", Document: "1号"}); err != nil {
		t.Fatal(err)
	}
	secretary := actor.Actor{Account: "secretary", Name: "乙", Kind: actor.GeneralLeader, Paths: []string{p.Village[:9]}}
	if _, err := s.Approve(t.Context(), secretary, "", p.ID); err != nil {
		t.Fatal(err)
	}
	c.Move(24 * time.Hour)
	began := time.Now()
	if err := s.Apply(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	v, err := s.Get(t.Context(), by, p.ID)
	if err != nil || v.Plan.State != regrid.Applied {
		t.Fatalf("%s, %v", v.Plan.State, err)
	}
	t.Logf("carried out for %d households in %v", v.Moved, time.Since(began))
	for _, found := range check() {
		if !contains(before, found) {
			t.Errorf("after it: %s", found)
		}
	}
}

func contains(all []string, one string) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}

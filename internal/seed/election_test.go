package seed

import (
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/election"
	"anju/internal/seal"
)

// TestElections: a round is under way in a small county, each list in another
// state, and each has kept the days of the law.
func TestElections(t *testing.T) {
	var clock dbtest.Clock // the log of looks reads it too
	clock.Set(day.Start())
	d := openAt(t, clock.Now)
	county(t, d, 7, 0.05)
	if err := Elections(t.Context(), d, seal.FromSeed(7), day, clock.Set); err != nil {
		t.Fatal(err)
	}
	if now := clock.Now(); !now.Equal(day.Start()) {
		t.Errorf("the clock was left at %v", now)
	}
	s := &election.Service{DB: d, Keys: seal.FromSeed(7)}
	all, err := s.List(t.Context(), actor.Actor{Account: "t", Kind: actor.CivilAffairs, Paths: []string{"610929"}}, election.Filter{Limit: 9})
	if err != nil || len(all) != 4 {
		t.Fatalf("%d lists, %v", len(all), err)
	}
	states := map[election.State]int{}
	for _, e := range all {
		states[e.State]++
		p, err := s.Get(t.Context(), actor.Actor{Account: "t", Kind: actor.VillageClerk, Paths: []string{e.Path}}, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		has := map[election.Why]int64{}
		for _, c := range p.Counts {
			has[c.Why] = c.N
		}
		switch e.State {
		case election.Preparing:
			if p.Next.Step == election.ToPublish && (has[election.Consented] == 0 || has[election.Awaits] == 0 || has[election.Refused] == 0 || has[election.RegisteredLiving] == 0) {
				t.Errorf("a village without somebody who applied: %v", has)
			}
		default:
			if e.PublishedOn > e.PublishBy() || e.ObjectionsBy != e.PublishedOn.AddDays(5) || has[election.LivingDeclared] == 0 || has[election.Declined] == 0 || len(p.Objections) == 0 {
				t.Errorf("%+v: %v, %d objections", e, has, len(p.Objections))
			}
			for _, o := range p.Objections {
				if o.MadeOn < e.PublishedOn || o.MadeOn > e.ObjectionsBy || o.DecidedOn > o.DecideBy {
					t.Errorf("an objection outside of its days: %+v", o)
				}
			}
			if want := map[election.State]election.Step{election.Published: election.ToDecide, election.Final: election.Over}[e.State]; p.Next.Step != want {
				t.Errorf("%s waits for %s, want %s", e.State, p.Next.Step, want)
			}
		}
	}
	if states[election.Preparing] != 2 || states[election.Published] != 1 || states[election.Final] != 1 {
		t.Errorf("states %v", states)
	}
	if n := ask[int64](t, d, `select count(*) from (select person_id from elector where listed = 1 group by round, person_id having count(*) > 1) x`); n != 0 {
		t.Errorf("%d people are on two lists", n)
	}
}

func openAt(t *testing.T, now func() time.Time) *db.DB {
	t.Helper()
	return dbtest.Open(t, db.Config{Dir: t.TempDir(), Now: now})
}

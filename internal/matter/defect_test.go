package matter_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// The tests of this file are the defects found in other systems that do this
// work, each by its name: DIGIT, the complaint module of a national platform;
// Zurich and FMS, a city's and a public reporting service; FFCS and N1, grid
// systems.

// DIGIT 1: the scan looked at the first hundred of a state, the newest first,
// so that with more than a hundred open the oldest were never looked at.
func TestDefectDIGIT1NewestHundred(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const n = 230
		for range n {
			w.report()
		}
		w.clock.Move(7 * day)
		if done := w.sweep(); done.Warnings != n {
			t.Errorf("of a backlog of %d got %d warnings in one sweep", n, done.Warnings)
		}
	})
}

// DIGIT 2: the clock was the time of the last change, so any edit restarted it,
// while the board counted from the beginning.
func TestDefectDIGIT2EditRestartsClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		for range 6 {
			w.clock.Move(day)
			w.must(w.act("leader", matter.Comment, m.ID))
		}
		w.clock.Move(day)
		n, err := w.Counts(t.Context(), people["leader"])
		if done := w.sweep(); done.Warnings != 1 || err != nil || n.Overdue != 1 {
			t.Errorf("commented on daily: %+v, on the board %+v, %v; want one warning, and one overdue", done, n, err)
		}
	})
}

// DIGIT 3: what nobody was assigned to was skipped. DIGIT 4: where there was no
// superior it was skipped too. FMS F1: a body without a contact swallowed what
// was sent to it. Here the grid beside has no leader, the village no level 3 and
// the far town no level 4.
func TestDefectDIGIT3And4VacantPosts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []string{"next worker", "leader", "far worker"} {
			w.must(w.Report(t.Context(), people[by], w.key(), matter.ReportRequest{Category: "other", Text: "路灯不亮"}))
		}
		w.clock.Move(7 * day)
		if done := w.sweep(); done != (deadline.Swept{Warnings: 3}) {
			t.Errorf("at the limit: %+v, want a warning for each", done)
		}
		w.clock.Move(28 * day)
		if done := w.sweep(); done.Warnings != 12 {
			t.Errorf("four weeks on: %+v, want four more for each", done)
		}
	})
}

// DIGIT 6: the scan read one depth and the act another, so that a city with
// five levels stopped silently at three.
func TestDefectDIGIT6StopsAtThree(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		for level, who := range []string{"leader", "section", "general", "chief"} {
			w.clock.Move(7 * day)
			if done := w.sweep(); done.Warnings != 1 {
				t.Errorf("level %d: %+v", level+2, done)
			}
			if who != "chief" {
				w.must(w.act(who, matter.SendUp, m.ID))
			}
		}
		p, err := w.Get(t.Context(), people["chief"], m.ID)
		if err != nil || len(p.Clocks) != 4 || p.Matter.Level != 5 || p.Warnings[3].Level != 5 || p.Warnings[3].Told != 5 {
			t.Errorf("at the top: %+v, %v", p.Warnings, err)
		}
	})
}

// DIGIT 7: the limit that was shown was not the limit that escalated.
func TestDefectDIGIT7ShownLimit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		lines, err := w.List(t.Context(), people["leader"], matter.Filter{})
		if err != nil || len(lines) != 1 {
			t.Fatal(lines, err)
		}
		w.clock.Set(time.UnixMilli(lines[0].LimitAt).Add(-time.Millisecond))
		if done := w.sweep(); done.Warnings != 0 {
			t.Errorf("before the limit that is shown: %+v", done)
		}
		w.clock.Move(time.Millisecond)
		if done := w.sweep(); done.Warnings != 1 {
			t.Errorf("at the limit that is shown: %+v", done)
		}
		p := w.page(m.ID)
		if p.Warnings[0].DueAt != lines[0].LimitAt || p.Clocks[0].LimitAt != lines[0].LimitAt {
			t.Errorf("shown %d, warned of %d, after the warning %d", lines[0].LimitAt, p.Warnings[0].DueAt, p.Clocks[0].LimitAt)
		}
	})
}

// DIGIT 8: after the last level nothing happened any more, and two running
// copies had no lock.
func TestDefectDIGIT8LastLevelAndTwoCopies(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		c := new(dbtest.Clock)
		c.Set(dbtest.Noon)
		cfg.Now = c.Now
		w := given(t, dbtest.Open(t, cfg), c)
		other := &matter.Service{DB: dbtest.Open(t, cfg), Keys: seal.FromSeed(1)}
		m := w.must(w.Report(t.Context(), people["chief"], w.key(), matter.ReportRequest{Category: "other", Text: "路灯不亮", Path: here}))
		for week := range 5 {
			c.Move(7 * day)
			var both sync.WaitGroup
			for _, s := range []*matter.Service{w.Service, other} {
				both.Go(func() {
					if _, err := s.Sweeper().Sweep(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
			if p, err := w.Get(t.Context(), people["chief"], m.ID); err != nil || len(p.Warnings) != week+1 || len(p.Orders) != week+1 {
				t.Errorf("week %d: %d warnings, %d orders, %v", week+1, len(p.Warnings), len(p.Orders), err)
			}
		}
	})
}

// DIGIT 9: one exception ended the scan of everything after it.
func TestDefectDIGIT9OneBadRow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { // the longest overdue, and its matter is gone
			_, err := deadline.Start(tx, deadline.New("matter/gone", here, 2, tx.Now().Add(-time.Hour), 0))
			return err
		})
		for range 3 {
			w.report()
		}
		w.clock.Move(7 * day)
		for range 2 {
			done, err := w.Sweeper().Sweep(t.Context())
			if err == nil || done.Failed != 1 {
				t.Errorf("the bad one is not told of: %+v, %v", done, err)
			}
		}
		if n, err := w.Counts(t.Context(), people["town centre"]); err != nil || n.Unanswered != 3 {
			t.Errorf("the others: %+v, %v, want 3 orders", n, err)
		}
	})
}

// Zurich: private reports, and reports that no body had, were skipped: the two
// kinds most in need. A matter about a household whose address is protected
// warns like any other, and names the household to nobody who may not know.
func TestDefectZurichPrivateReports(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.household("610929100")
		for _, who := range []string{"worker", "next leader", "chief"} {
			_, err := w.Report(t.Context(), people[who], w.key(), matter.ReportRequest{Category: "other", Text: "需要帮助", Path: here, HouseholdID: string(id)})
			if k := kind(err); k != "not_found" && k != "forbidden" {
				t.Errorf("%s names a household that is hidden: %v", who, err)
			}
		}
		open := w.household("")
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "other", Text: "需要帮助", HouseholdID: string(open)}))
		if p := w.page(m.ID); p.Matter.HouseholdID != string(open) {
			t.Errorf("the leader does not learn which household: %+v", p.Matter)
		}
		w.protect(open, "610929100")
		if p := w.page(m.ID); p.Matter.HouseholdID != "" {
			t.Errorf("a household protected since is still named")
		}
		lines, err := w.List(t.Context(), people["town centre"], matter.Filter{})
		if err != nil || len(lines) != 1 || lines[0].HouseholdID != "" {
			t.Errorf("the list: %+v, %v", lines, err)
		}
		// Registered in the leader's area, and hidden in it too: the leader may read
		// the household, and not which matter is its.
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update spell set sealed_to = '' where household_id = $1 and kind = 'registered'`, open)
			return err
		})
		if p := w.page(m.ID); p.Matter.HouseholdID != "" {
			t.Errorf("a household whose living place is protected is named with it")
		}
		w.clock.Move(7 * day)
		if done := w.sweep(); done.Warnings != 1 {
			t.Errorf("got %+v", done)
		}
	})
}

// household is a household of one, living in the grid; sealedTo hides it.
func (w *world) household(sealedTo string) household.ID {
	w.t.Helper()
	id := household.ID("h" + sealedTo)
	dbtest.Given(w.t, w.DB, func(tx *db.Tx) error {
		for _, k := range []string{residence.Registered, residence.Living} {
			s := residence.Spell{PersonID: person.ID("p" + id), Kind: k, Path: here, HouseholdID: id, Relation: "02", ValidFrom: "2020-01-01", SealedTo: sealedTo, Source: "test"}
			if _, err := residence.Begin(tx, s); err != nil {
				return err
			}
		}
		return nil
	})
	return id
}

func (w *world) protect(id household.ID, unit string) {
	w.t.Helper()
	dbtest.Given(w.t, w.DB, func(tx *db.Tx) error {
		_, err := tx.Exec(`update spell set sealed_to = $2 where household_id = $1`, id, unit)
		return err
	})
}

// FFCS N3: where no grid and no unit matched the place, the reporter got an
// error instead of an owner. A town that has been abolished since is such a
// place too.
func TestDefectFFCSN3NoGridMatches(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.must(w.Report(t.Context(), people["clerk"], w.key(), matter.ReportRequest{Category: "other", Text: "路灯不亮"}))
		if m.Path != village+"000" || m.Level != 2 {
			t.Fatalf("got %+v", m)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update division set valid_to = $1 where code in ($2, $3)`, calendar.On(tx.Now()), town, village)
			return err
		})
		w.clock.Move(7 * day)
		if done := w.sweep(); done != (deadline.Swept{Warnings: 1}) {
			t.Errorf("got %+v", done)
		}
		if o := w.page(m.ID).Orders; len(o) != 1 || o[0].Issuer != "城关镇社会治安综合治理中心" {
			t.Errorf("the order: %+v", o)
		}
	})
}

// N1: the button that says recall called the act that accepts. Each act does
// what its name says, and leaves its name in the timeline.
func TestDefectN1OneActIsNotAnother(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for a, want := range map[matter.Act]matter.State{
			matter.Accept: matter.Accepted, matter.Comment: matter.Reported, matter.Return: matter.Returned, matter.SendUp: matter.Reported, matter.Handle: matter.Handled,
		} {
			m := w.report()
			got := w.must(w.act("leader", a, m.ID))
			if last := w.page(m.ID).Events[1]; got.State != want || last.Act != a {
				t.Errorf("%s: state %s, timeline %s; want %s", a, got.State, last.Act, want)
			}
		}
	})
}

// OpenCRVS C4: a list of results left no trace of who had seen it.
func TestDefectOpenCRVSC4ListLeavesTrace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		if _, err := w.List(t.Context(), people["town centre"], matter.Filter{}); err != nil {
			t.Fatal(err)
		}
		w.page(m.ID)
		looks, err := w.DB.LooksAt(t.Context(), m.Subject(), 10)
		var who []string
		for _, l := range looks {
			who = append(who, l.Account)
		}
		slices.Sort(who)
		if want := []string{people["leader"].Account, people["town centre"].Account}; err != nil || !slices.Equal(who, want) {
			t.Errorf("looked: %v, %v, want %v", who, err, want)
		}
	})
}

// TestLists: worst first, page by page, each figure the length of its list, and
// nothing of another place.
func TestLists(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var ids []matter.ID
		for range 7 {
			ids = append(ids, w.report().ID)
			w.clock.Move(day)
		}
		w.must(w.Report(t.Context(), people["far worker"], w.key(), matter.ReportRequest{Category: "other", Text: "路灯不亮"}))
		w.clock.Move(time.Hour) // the first is over its limit, the second is in its last fifth
		w.must(w.act("leader", matter.Handle, ids[6]))
		for _, who := range []string{"nobody", "no post"} {
			if _, err := w.List(t.Context(), people[who], matter.Filter{}); kind(err) != string(fault.Forbidden) {
				t.Errorf("%s lists: %v", who, err)
			}
			if _, err := w.Counts(t.Context(), people[who]); kind(err) != string(fault.Forbidden) {
				t.Errorf("%s counts: %v", who, err)
			}
		}
		for _, tt := range []struct {
			who  string
			f    matter.Filter
			want []matter.ID
		}{
			{"leader", matter.Filter{}, ids},
			{"town centre", matter.Filter{}, ids},
			{"leader", matter.Filter{Level: 2}, ids[:6]},
			{"section", matter.Filter{Level: 3}, nil},
			{"county centre", matter.Filter{Overdue: true}, ids[:1]},
			{"leader", matter.Filter{DueSoon: true}, ids[1:2]},
			{"county centre", matter.Filter{Under: village}, ids},
			{"far centre", matter.Filter{Under: village}, nil},
			{"elsewhere section", matter.Filter{}, nil},
		} {
			var got []matter.ID
			f := tt.f
			f.Limit = 3
			for page := 0; page == 0 || page < 9 && f.After != ""; page++ {
				lines, err := w.List(t.Context(), people[tt.who], f)
				if err != nil {
					t.Fatal(err)
				}
				f.After = ""
				for _, l := range lines {
					got = append(got, l.ID)
					if len(lines) == f.Limit {
						f.After, f.AfterAt = string(l.ID), l.LevelSince
					}
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s %+v: got %d, want %d in this order", tt.who, tt.f, len(got), len(tt.want))
			}
		}
		n, err := w.Counts(t.Context(), people["leader"])
		if want := (matter.Counts{Open: 7, Mine: 6, Overdue: 1, DueSoon: 1}); err != nil || n != want {
			t.Errorf("got %+v, %v, want %+v", n, err, want)
		}
		n, err = w.Counts(t.Context(), people["worker"])
		if want := (matter.Counts{ToConfirm: 1, Reported: 7}); err != nil || n != want {
			t.Errorf("the worker: %+v, %v, want %+v", n, err, want)
		}
		mine, err := w.List(t.Context(), people["worker"], matter.Filter{Mine: true})
		if err != nil || len(mine) != 7 || mine[0].ID != ids[6] {
			t.Errorf("own reports: %d, %v", len(mine), err)
		}
		var none actor.Actor
		if got, err := w.List(t.Context(), none, matter.Filter{Mine: true}); err == nil {
			t.Errorf("nobody's reports: %v", got)
		}
	})
}

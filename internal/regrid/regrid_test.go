package regrid_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/jobs"
	"anju/internal/matter"
	"anju/internal/regrid"
	"anju/internal/residence"
)

func TestWrongPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.drafted(t)
		for _, by := range []actor.Actor{{}, as("mayor", county, "x"), as(actor.VillageClerk, next, "x"), as(actor.GridLeader, next+"001", "x"), as(actor.TownCentre, "610929101", "x"),
			worker, as(actor.Registrar, town, "x"), as(actor.SystemAdmin, county, "x"), as(actor.AuditAdmin, county, "x")} {
			for name, f := range map[string]func() error{
				"draft": func() error {
					_, err := w.Draft(t.Context(), by, "", regrid.DraftRequest{Village: village})
					return err
				},
				"see":        func() error { _, err := w.Get(t.Context(), by, p.ID); return err },
				"households": func() error { _, err := w.Households(t.Context(), by, p.ID, 1); return err },
				"change": func() error {
					_, err := w.Change(t.Context(), by, "", p.ID, regrid.Change{Version: 1, Unit: w.where[0], To: 2})
					return err
				},
				"submit": func() error {
					_, err := w.Submit(t.Context(), by, "", p.ID, regrid.Submission{On: "2026-03-10", Document: "1号"})
					return err
				},
				"withdraw": func() error { _, err := w.Withdraw(t.Context(), by, "", p.ID); return err },
				"approve":  func() error { _, err := w.Approve(t.Context(), by, "", p.ID); return err },
			} {
				if k := fault.KindOf(f()); k != fault.NotFound && k != fault.Forbidden {
					t.Errorf("%s over %v: %s: %v", by.Kind, by.Paths, name, f())
				}
			}
		}
		for _, by := range []actor.Actor{clerk, leader} {
			if _, err := w.Approve(t.Context(), by, "", p.ID); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s approves: %v", by.Kind, err)
			}
		}
		// Who has no post over the households sees no name.
		for by, want := range map[string]bool{"clerk": true, "centre": false} {
			who := map[string]actor.Actor{"clerk": clerk, "centre": centre}[by]
			all, err := w.Households(t.Context(), who, p.ID, 1)
			if err != nil || len(all) == 0 || slices.ContainsFunc(all, func(h regrid.Household) bool { return (h.Head != "") != want }) {
				t.Errorf("%s: %v of %d, %v", by, all[:1], len(all), err)
			}
		}
	})
}

// TestProposal: groups and the building are whole, better than by address; who
// is protected, or lives elsewhere, is nowhere.
func TestProposal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.drafted(t)
		v := w.see(t, clerk, p.ID)
		n := 0
		for _, g := range v.Grids {
			n += g.Size
			if !g.Fits {
				t.Errorf("%s has %d", g.Name, g.Size)
			}
		}
		if n != 208 || len(v.Grids) != 3 || v.Is.Groups != 0 || v.Is.Buildings != 0 || len(v.Splits)+len(v.Cuts) != 0 || v.Proposed != v.Is {
			t.Errorf("%d in %d grids, %+v", n, len(v.Grids), v.Is)
		}
		if v.ByAddress.Groups == 0 || v.Now.Misfits == 0 {
			t.Errorf("by address %+v, now %+v", v.ByAddress, v.Now)
		}
		if fmt.Sprint(v.Units) == "" || strings.Contains(fmt.Sprint(v.Units), w.where[hidden]) || strings.Contains(fmt.Sprint(v.Units), w.where[away]) {
			t.Error("a place that is not to be seen is on the map")
		}
		for _, g := range v.Grids {
			all, err := w.Households(t.Context(), clerk, p.ID, g.N)
			if err != nil || slices.ContainsFunc(all, func(h regrid.Household) bool { return h.ID == string(w.homes[hidden]) }) {
				t.Errorf("%v, %v", all, err)
			}
		}
	})
}

// TestByHand: a homestead goes to another grid and the figures follow; what is
// fixed stays; a draft keeps everything.
func TestByHand(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.drafted(t)
		of := func(v regrid.View, unit string) int64 {
			for _, u := range v.Units {
				if u.ID == unit {
					return u.N
				}
			}
			return 0
		}
		was := w.see(t, clerk, p.ID)
		from := of(was, w.where[0])
		to := from%3 + 1
		change := func(c regrid.Change) error {
			t.Helper()
			c.Version = w.see(t, clerk, p.ID).Plan.Version
			_, err := w.Change(t.Context(), leader, "", p.ID, c)
			return err
		}
		if err := change(regrid.Change{Unit: w.where[0], To: to, Fix: true}); err != nil {
			t.Fatal(err)
		}
		is := w.see(t, clerk, p.ID)
		if of(is, w.where[0]) != to || is.Is.Groups != 1 || is.Is.Distance <= was.Is.Distance || is.Proposed != was.Proposed || len(is.Wishes) != 1 {
			t.Errorf("after it: %+v, wishes %v", is.Is, is.Wishes)
		}
		if err := change(regrid.Change{Unit: w.where[0], To: from}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a fixed one moves: %v", err)
		}
		if err := change(regrid.Change{Unit: regrid.HouseholdUnit(string(w.homes[1])), With: w.where[130]}); err != nil {
			t.Fatal(err)
		}
		// A household of the building alone: the building is divided, and it is said why.
		flat := regrid.HouseholdUnit(string(w.homes[190]))
		if err := change(regrid.Change{Unit: flat, To: regrid.NewGrid}); err != nil {
			t.Fatal(err)
		}
		is = w.see(t, clerk, p.ID)
		if len(is.Grids) != 4 || len(is.Splits) != 1 || is.Splits[0].Large || is.Is.Buildings != 1 {
			t.Errorf("%d grids, splits %+v", len(is.Grids), is.Splits)
		}
		// The next draft has what was fixed, and not what was only moved; the first is as it was.
		again, err := w.Draft(t.Context(), clerk, "", regrid.DraftRequest{Village: village, From: p.ID})
		if err != nil {
			t.Fatal(err)
		}
		v := w.see(t, clerk, again.ID)
		if len(v.Wishes) != 2 || of(v, w.where[1]) != of(v, w.where[130]) || len(v.Grids) != 3 || v.Is.Outside != 0 {
			t.Errorf("the next: wishes %v, %+v", v.Wishes, v.Is)
		}
		if got := w.see(t, clerk, p.ID); len(got.Grids) != 4 {
			t.Errorf("the first has %d grids", len(got.Grids))
		}
		if err := change(regrid.Change{Unwish: 1}); err != nil {
			t.Fatal(err)
		}
		if err := change(regrid.Change{Unit: w.where[0], To: from}); err != nil {
			t.Errorf("no longer fixed: %v", err)
		}
		for name, c := range map[string]regrid.Change{
			"unit": {Unit: "a:nowhere", To: 1}, "hidden": {Unit: w.where[hidden], To: to}, "grid": {Unit: w.where[0], To: 9}, "with": {Unit: w.where[0], With: w.where[0]}, "person": {Grid: 1, Leader: "secretary"},
		} {
			if err := change(c); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.Change(t.Context(), clerk, "", p.ID, regrid.Change{Version: 1, Unit: w.where[0], To: to}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a version that is past: %v", err)
		}
	})
}

// TestDecided: by a second person, from a day to come, and undone before it.
func TestDecided(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.drafted(t)
		for _, r := range []regrid.Submission{{On: "2026-03-04", Document: "1号"}, {On: "2027-03-04", Document: "1号"}, {On: "2026-02-30", Document: "1号"}, {On: "2026-03-10"}} {
			if _, err := w.Submit(t.Context(), clerk, "", p.ID, r); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", r, err)
			}
		}
		if _, err := w.Approve(t.Context(), secretary, "", p.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a draft is approved: %v", err)
		}
		own := w.drafted2(t, centre)
		if _, err := w.Approve(t.Context(), centre, "", own.ID); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("who drew it up approves it: %v", err)
		}
		p = w.approved(t, p)
		if _, err := w.Approve(t.Context(), secretary, "", own.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a second one for the village: %v", err)
		}
		if err := w.Apply(t.Context(), p.ID); err != nil || w.see(t, clerk, p.ID).Plan.State != regrid.Approved {
			t.Errorf("carried out before its day: %v", err)
		}
		if _, err := w.Undo(t.Context(), secretary, "", p.ID, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("undone without a reason: %v", err)
		}
		if p, err := w.Undo(t.Context(), centre, "", p.ID, "先核实三组户数"); err != nil || p.State != regrid.Draft || p.Answer == "" {
			t.Errorf("undone: %+v, %v", p, err)
		}
		w.clock.Set(calendar.Date("2026-03-10").Start().Add(time.Minute))
		if ran := w.run(t); ran == 0 || w.see(t, clerk, p.ID).Plan.State != regrid.Draft {
			t.Errorf("%d jobs ran, and the plan is %s", ran, w.see(t, clerk, p.ID).Plan.State)
		}
	})
}

func (w *world) drafted2(t *testing.T, by actor.Actor) regrid.Plan {
	t.Helper()
	p, err := w.Draft(t.Context(), by, "", regrid.DraftRequest{Village: village})
	if err == nil {
		p, err = w.Submit(t.Context(), by, "", p.ID, regrid.Submission{On: "2026-03-11", Document: "2号"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) run(t *testing.T) (n int) {
	t.Helper()
	r := &jobs.Runner{DB: w.DB, Handlers: w.Handlers()}
	for {
		ran, err := r.Tick(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !ran {
			return n
		}
		n++
	}
}

// TestCarriedOut: two days late, once; every household is in its new grid from
// the day on and in its old one before; nobody has moved; what was open has gone
// over; posts of what is no more have ended.
func TestCarriedOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		goes, stays := w.reported(t, 70), w.reported(t, 3)
		v := w.see(t, clerk, w.approved(t, w.drafted(t)).ID)
		w.clock.Set(calendar.Date("2026-03-12").Start().Add(9 * time.Hour))
		for range 2 {
			if err := w.Apply(t.Context(), v.Plan.ID); err != nil {
				t.Fatal(err)
			}
		}
		w.run(t)
		is := w.see(t, clerk, v.Plan.ID)
		if is.Plan.State != regrid.Applied || is.Moved != v.Moved || is.Is != v.Is || len(is.HandOvers) == 0 {
			t.Errorf("%s, %d moved, %+v, %d handed over", is.Plan.State, is.Moved, is.Is, len(is.HandOvers))
		}
		code := map[string]string{} // by unit
		for _, u := range is.Units {
			for _, g := range is.Grids {
				if g.N == u.N {
					code[u.ID] = g.Code
				}
			}
		}
		err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
			all, err := grid.All(tx, village)
			if err != nil || len(all) != 3 || all[2].ValidFrom != "2026-03-10" || all[2].Covers == "" {
				t.Errorf("grids %+v, %v", all, err)
			}
			for n, id := range w.homes {
				if n == away {
					continue
				}
				want := code[w.where[n]]
				if n >= 180 {
					want = code["b:清风村新区1号楼"]
				}
				old := village + "001"
				if n >= 90 {
					old = village + "002"
				}
				for on, path := range map[calendar.Date]string{"2026-03-09": old, "2026-03-10": want} {
					ties, err := grid.TiesAt(tx, id, residence.When{On: on})
					if err != nil || len(ties) != 2 || n != hidden && (ties[0].Path != path || n < 180 && ties[1].Path != path) || ties[0].Main != 1 {
						t.Fatalf("household %d on %s: %+v, want %s, %v", n, on, ties, path, err)
					}
				}
				known, err := grid.TiesAt(tx, id, residence.When{On: "2026-03-10", Known: "2026-03-11"})
				if err != nil || known[0].Path != old {
					t.Fatalf("household %d as it was known before: %+v, %v", n, known, err)
				}
			}
			// Who is protected is in the grid of the house, and sealed as before.
			ties, err := grid.TiesOf(tx, w.homes[hidden])
			if err != nil || ties[0].Path != code[w.where[hidden-1]] || ties[0].SealedTo != town {
				t.Errorf("who is protected: %+v, %v", ties, err)
			}
			spells, err := db.All[string](tx, `select path from spell where superseded_at = 0 and valid_to = '9999-12-31' and path like $1 except select code from grid where valid_to = '9999-12-31'`, village+"%")
			if err != nil || len(spells) != 0 {
				t.Errorf("stays in grids that are not there: %v, %v", spells, err)
			}
			wrong, err := db.All[string](tx, `select t.household_id from tie t join spell s on s.household_id = t.household_id and s.kind = t.relation and s.superseded_at = 0 and s.valid_to = '9999-12-31'
				where t.superseded_at = 0 and t.valid_to = '9999-12-31' and (s.path <> t.path or s.valid_from >= '2026-03-01')`)
			if err != nil || len(wrong) != 0 {
				t.Errorf("ties and stays differ, or somebody has moved: %v, %v", wrong, err)
			}
			flows, err := db.One[int64](tx, `select count(*) from flow where moved_on >= '2026-01-01'`)
			if err != nil || flows != 0 {
				t.Errorf("%d flows, %v", flows, err)
			}
			for id, want := range map[matter.ID]string{goes: code[w.where[70]], stays: code[w.where[3]]} {
				m, err := matter.Get(tx, id)
				if err != nil || m.Path != want || m.State != matter.Reported {
					t.Errorf("the matter: %+v, want it in %s, %v", m, want, err)
				}
				clocks, err := db.All[string](tx, `select path from clock where subject = $1 and stopped_at = 0`, m.Subject())
				if err != nil || !slices.Equal(clocks, []string{want}) {
					t.Errorf("its clocks: %v, %v", clocks, err)
				}
			}
			for _, g := range is.Grids {
				hs, err := account.Holders(tx, w.Keys, actor.GridLeader, g.Code, "2026-03-10")
				if err != nil || len(hs) != 1 || hs[0].Path != g.Code || hs[0].Name != g.LeaderName {
					t.Errorf("%s: %v, %v", g.Name, hs, err)
				}
			}
			// The next who comes to 三组 is in its grid.
			at, err := grid.At(tx, village, "03", "")
			if err != nil || at != code[w.where[130]] {
				t.Errorf("group 03 lies in %s, %v", at, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Undo(t.Context(), secretary, "", v.Plan.ID, "反悔"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("undone after its day: %v", err)
		}
		h := is.HandOvers[0]
		for _, by := range []actor.Actor{clerk, as(actor.GridLeader, next+"001", "x")} {
			if _, err := w.TakeOver(t.Context(), by, "", v.Plan.ID, h.No); err == nil {
				t.Errorf("%s takes over", by.Kind)
			}
		}
		if got, err := w.TakeOver(t.Context(), as(actor.GridLeader, h.ToGrid, "new"), "", v.Plan.ID, h.No); err != nil || got.TakenName != "new" {
			t.Errorf("taken over: %+v, %v", got, err)
		}
	})
}

// TestHeldUp: without a leader nothing is carried out; it says so, and is tried
// again until somebody has been appointed.
func TestHeldUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.approved(t, w.drafted(t))
		var posts []account.Post
		err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test.end", func(tx *db.Tx) (err error) {
			if posts, err = account.PostsUnder(tx, village, "2026-03-04"); err != nil {
				return err
			}
			for _, post := range posts {
				if err := account.EndPost(tx, post, "2026-03-05"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(calendar.Date("2026-03-10").Start().Add(time.Minute))
		w.run(t)
		v := w.see(t, clerk, p.ID)
		if v.Plan.State != regrid.Approved || v.Plan.Waits == "" || len(v.Blocks) != 3 {
			t.Errorf("%s, waits for %q, %v", v.Plan.State, v.Plan.Waits, v.Blocks)
		}
		err = w.DB.Write(t.Context(), actor.ForSystem("test"), "test.appoint", func(tx *db.Tx) error {
			_, err := account.Appoint(tx, account.Post{AccountID: "leader1", Kind: actor.GridLeader, Path: village, ValidFrom: "2026-03-10"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Move(2 * time.Hour)
		w.run(t)
		if v := w.see(t, clerk, p.ID); v.Plan.State != regrid.Applied || v.Plan.Waits != "" {
			t.Errorf("%s, waits for %q", v.Plan.State, v.Plan.Waits)
		}
	})
}

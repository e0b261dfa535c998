package matter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/person"
	"anju/internal/residence"
)

// home gives the world a household registered in one grid that lives in another
// and works in a third; sealed protects where it lives.
func (w *world) home(id, registered, living, working, sealed string) {
	w.t.Helper()
	err := w.DB.Write(w.t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
		h := household.Household{ID: household.ID(id), RegisterNo: id, Kind: household.Family, Village: registered[:12], GroupNo: "01", AddressID: "a" + id, Source: "test", AsOf: "2026-01-01", Version: 1}
		if _, err := tx.Exec(`insert into address (id, village, group_no, text, state, version) values ($1, $2, '01', $3, 'approved', 1)`, "a"+id, registered[:12], id); err != nil {
			return err
		}
		if err := db.Insert(tx, "household", h); err != nil {
			return err
		}
		one, err := person.Insert(tx, w.Keys, person.Draft{Name: "张" + id, Sex: "2", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "unknown", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		for _, s := range []residence.Spell{{Kind: residence.Registered, Path: registered, Relation: "02"}, {Kind: residence.Living, Path: living, SealedTo: sealed}, {Kind: residence.Working, Path: working}} {
			if s.Path == "" {
				continue
			}
			s.PersonID, s.HouseholdID, s.ValidFrom, s.Source = one.ID, h.ID, "2020-01-01", "test"
			if _, err := residence.Begin(tx, s); err != nil {
				return err
			}
			if err := grid.Bind(tx, h.ID, s.Kind, s.Path, "2020-01-01", s.SealedTo); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) about(who, id, root, leaf string, more ...func(*matter.ReportRequest)) (matter.Matter, error) {
	r := matter.ReportRequest{Category: root, Kind: leaf, Text: "请处理", Place: "门口", HouseholdID: id}
	for _, f := range more {
		f(&r)
	}
	return w.Report(w.t.Context(), people[who], w.key(), r)
}

// sees is whether somebody reads a matter's page, and finds it in the list of
// what their grid sees: the two are one.
func (w *world) sees(who string, m matter.Matter) bool {
	w.t.Helper()
	by := people[who]
	_, err := w.Get(w.t.Context(), by, m.ID)
	all, lerr := w.List(w.t.Context(), by, matter.Filter{Seen: true})
	if lerr != nil && kind(lerr) != "forbidden" {
		w.t.Fatal(lerr)
	}
	listed := slices.ContainsFunc(all, func(l matter.Line) bool { return l.ID == m.ID })
	if by.Kind == actor.GridLeader && !by.Over(m.Path) && listed != (err == nil) {
		w.t.Errorf("%s: page %v, listed %v", who, err, listed)
	}
	if n, cerr := w.Counts(w.t.Context(), by); cerr == nil && int(n.Seen) != len(all) {
		w.t.Errorf("%s: counted %d, listed %d", who, n.Seen, len(all))
	}
	return err == nil
}

// TestRoutedByTheTable: a report about a household lies with the grid that the
// table names; the others see it as the table says, and nobody else does.
func TestRoutedByTheTable(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.home("moved", far, here, "", "")
		for name, tt := range map[string]struct {
			root, leaf string
			here       bool
			path       string
			seen       []string
		}{
			"neighbours: where they live":        {"dispute", "dispute_neighbour", false, here, nil},
			"land: where they are registered":    {"dispute", "dispute_land", false, far, []string{"leader"}},
			"wages: nobody works, so the main":   {"dispute", "dispute_wages", false, here, nil},
			"family is private: seen by no grid": {"dispute", "dispute_family", false, here, nil},
			"a slide: where it happened":         {"safety", "safety_slope", false, here, nil},
			"to be dealt with here":              {"dispute", "dispute_land", true, here, nil},
		} {
			m := w.must(w.about("worker", "moved", tt.root, tt.leaf, func(r *matter.ReportRequest) { r.Here = tt.here }))
			if m.Path != tt.path {
				t.Errorf("%s: lies in %s, want %s", name, m.Path, tt.path)
			}
			if tt.path == here {
				if w.sees("far leader", m) {
					t.Errorf("%s: the grid of registration sees it", name)
				}
				continue
			}
			for _, who := range []string{"nobody", "no post", "other worker", "next worker", "next leader", "section", "elsewhere section", "far worker", "clerk", "police", "system admin", "audit admin"} {
				if w.sees(who, m) {
					t.Errorf("%s: %s sees it", name, who)
				}
			}
			for _, who := range append(tt.seen, "worker", "far leader") {
				if !w.sees(who, m) {
					t.Errorf("%s: %s does not see it", name, who)
				}
			}
			for _, a := range []matter.Act{matter.Accept, matter.Comment, matter.Handle, matter.Return, matter.SendUp} {
				if _, err := w.act("leader", a, m.ID); kind(err) != "forbidden" {
					t.Errorf("%s: who only sees it does %s: %v", name, a, err)
				}
			}
			p, err := w.Get(t.Context(), people["far leader"], m.ID)
			if err != nil {
				t.Fatal(err)
			}
			if words := strings.Join(p.Explain(w.clock.Now()), "\n"); !strings.Contains(words, "按“山林土地纠纷”办，由户籍地网格（第001网格）受理") || !strings.Contains(words, "居住地网格（第001网格）知情") {
				t.Errorf("%s: explained as %q", name, words)
			}
		}
	})
}

// TestWorkOutside: wages of who works outside the county are looked after by the
// main grid, and the page says why.
func TestWorkOutside(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.home("away", far, here, "320583", "")
		m := w.must(w.about("worker", "away", "dispute", "dispute_wages"))
		if words := strings.Join(w.page(m.ID).Explain(w.clock.Now()), "\n"); m.Path != here || !strings.Contains(words, "务工地网格在县外") {
			t.Errorf("%s: %s", m.Path, words)
		}
	})
}

// TestProtectedHouseholdIsNotLed: a protected place takes no matter and lets
// nobody see one; one that is protected later is seen no more.
func TestProtectedHouseholdIsNotLed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.home("hidden", far, here, "", town)
		m := w.must(w.about("far worker", "hidden", "dispute", "dispute_neighbour"))
		if m.Path != far {
			t.Errorf("lies in %s", m.Path)
		}
		w.home("later", far, here, "", "")
		m = w.must(w.about("far worker", "later", "dispute", "dispute_land"))
		if !w.sees("leader", m) {
			t.Fatal("the grid they live in does not see it")
		}
		err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
			return grid.Bind(tx, "later", residence.Living, here, "2026-03-01", town)
		})
		if err != nil {
			t.Fatal(err)
		}
		if w.sees("leader", m) {
			t.Error("seen from a place that is protected now")
		}
		p, err := w.Get(t.Context(), people["far leader"], m.ID)
		if words := fmt.Sprint(p.Explain(w.clock.Now())); err != nil || strings.Contains(words, "居住地") {
			t.Errorf("%v: %s", err, words)
		}
	})
}

// TestTableChangesFromItsDay: what is open stays where it is when the table is
// changed, and an amended category changes who sees it.
func TestTableChangesFromItsDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.home("moved", far, here, "", "")
		before := w.must(w.about("worker", "moved", "dispute", "dispute_land"))
		err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
			r := grid.Route{ID: "r", Subject: "matter/dispute_land", Answers: "living", Basis: "试行"}
			r.ValidFrom, r.State, r.Version, r.ProposedBy, r.DecidedBy, r.DecidedAt = "2026-01-02", "approved", 2, "one", "two", 1
			if err := db.Insert(tx, "grid_route", r); err != nil {
				return err
			}
			return tx.Record("grid_route/r", nil, r)
		})
		if err != nil {
			t.Fatal(err)
		}
		if m := w.must(w.about("worker", "moved", "dispute", "dispute_land")); m.Path != here {
			t.Errorf("reported after: %s", m.Path)
		}
		if p, err := w.Get(t.Context(), people["far leader"], before.ID); err != nil || p.Matter.Path != far {
			t.Errorf("the open one went to %s: %v", p.Matter.Path, err)
		}
		if !w.sees("leader", before) {
			t.Error("seen no more, though nothing of it has changed")
		}
		if _, err := w.Do(t.Context(), people["far leader"], w.key(), matter.Amend, before.ID, matter.Say{Category: "dispute", Kind: "dispute_neighbour", Text: "是邻里纠纷"}); err != nil {
			t.Fatal(err)
		}
		if w.sees("leader", before) {
			t.Error("seen under a category that no other grid sees")
		}
	})
}

// TestAboutAHousehold: what is open for a household, in whichever of its grids, is
// listed for each as far as they see it, and counted alike; where a place of it is
// protected, and for whom its page says nothing of matters, nothing is.
func TestAboutAHousehold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.home("moved", far, here, "", "")
		w.home("hidden", here, far, "", town)
		w.must(w.about("worker", "moved", "dispute", "dispute_neighbour")) // lies where they live
		w.must(w.about("worker", "moved", "dispute", "dispute_land"))      // where they are registered, and is seen where they live
		w.must(w.about("worker", "moved", "dispute", "dispute_family"))    // private
		w.must(w.about("worker", "hidden", "livelihood", ""))
		for who, want := range map[string]int{"leader": 3, "section": 1, "general": 1, "far leader": 1, "far general": 1, "worker": -1, "next worker": -1, "clerk": -1, "town centre": -1, "audit admin": -1, "nobody": -1} {
			by := people[who]
			all, err := w.List(t.Context(), by, matter.Filter{Of: "moved"})
			if (err != nil) != (want < 0) || err == nil && len(all) != want {
				t.Errorf("%s: %d listed, %v, want %d", who, len(all), err, want)
			}
			if hidden, err := w.List(t.Context(), by, matter.Filter{Of: "hidden"}); err == nil {
				t.Errorf("%s: %d about who is protected", who, len(hidden))
			}
			looks, err := w.DB.LooksAt(t.Context(), "household/moved", 99)
			if err != nil || slices.ContainsFunc(looks, func(l db.LookEntry) bool { return l.Account == by.Account }) != (want >= 0) {
				t.Errorf("%s: the log says of the household %+v, %v", who, looks, err)
			}
			err = w.DB.Read(t.Context(), func(tx *db.Tx) error {
				n, err := matter.OpenAbout(tx, by, "moved")
				if want >= 0 && int(n) != want {
					t.Errorf("%s: counted %d, want %d", who, n, want)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

package baseline_test

import (
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/baseline"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county = "610929"
	town   = "610929100"
	origin = "610929100207" // 幸福村: where everybody is registered
	there  = "610929101001" // 同心社区: where the 王 live
	hidden = "610929102203" // where the 覃 hide
	unit   = "610929102"
)

// A world is a round over the county with three households of 幸福村: the 李
// live at home, the 王 in 同心社区, the 覃 at a protected address.
type world struct {
	*baseline.Service
	clock        *dbtest.Clock
	round        baseline.Round
	li, wang, qi household.ID
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{Service: &baseline.Service{DB: d}, clock: c}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := division.Install(tx); err != nil {
				return err
			}
			for i, h := range []struct {
				to           *household.ID
				head, living string
				sealed       string
			}{{&w.li, "李大山", origin, ""}, {&w.wang, "王守山", there, ""}, {&w.qi, "覃丽", hidden, unit}} {
				id, err := family(tx, i, h.head, h.living, h.sealed)
				if err != nil {
					return err
				}
				*h.to = id
			}
			return nil
		})
		r, err := w.Start(t.Context(), as(actor.CountyPolice, county), "", draft(c.Now()))
		if err != nil {
			t.Fatal(err)
		}
		w.round = r
		f(t, w)
	})
}

func draft(now time.Time) baseline.Draft {
	today := calendar.On(now)
	return baseline.Draft{Name: "2026年春季核对", Path: county, OpensOn: today, ClosesOn: today}
}

func family(tx *db.Tx, i int, head, living, sealed string) (household.ID, error) {
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: origin, GroupNo: "01", Text: "幸福村一组" + head})
	if err != nil {
		return "", err
	}
	h, err := household.Insert(tx, household.Household{RegisterNo: "61092900" + string(rune('1'+i)), Kind: household.Family, Village: origin, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return "", err
	}
	p, err := person.Insert(tx, seal.FromSeed(1), person.Draft{Name: head, Sex: "1", Birth: "1961-02-14", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return "", err
	}
	if _, err := residence.Register(tx, p.ID, h.ID, origin+"001", "02", "2010-01-01", "test"); err != nil {
		return "", err
	}
	return h.ID, grid.Bind(tx, h.ID, residence.Living, living+"001", "2020-01-01", sealed)
}

func as(kind actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(kind) + path, Name: "办事员", Kind: kind, Paths: []string{path}, Office: "办公室"}
}

var (
	police    = as(actor.Registrar, town)
	village   = as(actor.VillageClerk, origin)
	community = as(actor.VillageClerk, there)
)

func heads(rows []baseline.Row) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Head)
	}
	return strings.Join(all, " ")
}

// lists are what a list shows, in any order.
func has(rows []baseline.Row, want ...string) bool {
	if len(rows) != len(want) {
		return false
	}
	for _, w := range want {
		if !strings.Contains(heads(rows), w) {
			return false
		}
	}
	return true
}

func TestWrongPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"another town's police":         {as(actor.Registrar, "610929103"), fault.NotFound},
			"the police where they live":    {as(actor.Registrar, "610929101"), fault.Forbidden},
			"another village":               {as(actor.VillageClerk, "610929100002"), fault.NotFound},
			"a grid worker":                 {as(actor.GridWorker, origin+"001"), fault.NotFound},
			"the county's police":           {as(actor.CountyPolice, county), fault.Forbidden},
			"an administrator":              {as(actor.SystemAdmin, county), fault.Forbidden},
			"civil affairs":                 {as(actor.CivilAffairs, county), fault.Forbidden},
			"the village where they do not": {as(actor.GridLeader, "610929102001"), fault.NotFound},
		} {
			if x, err := w.Sign(t.Context(), tt.by, "", w.round.ID, w.wang); fault.KindOf(err) != tt.want || x.ID != "" {
				t.Errorf("%s signs: %+v, %v", who, x, err)
			}
			if x, err := w.Dispute(t.Context(), tt.by, "", w.round.ID, w.wang, "x"); fault.KindOf(err) != tt.want || x.ID != "" {
				t.Errorf("%s disputes: %+v, %v", who, x, err)
			}
		}
		// Where the protected live nobody is asked, not even the community there.
		for _, by := range []actor.Actor{as(actor.VillageClerk, hidden), as(actor.GridLeader, hidden)} {
			if _, err := w.Sign(t.Context(), by, "", w.round.ID, w.qi); fault.KindOf(err) != fault.NotFound {
				t.Errorf("the hidden community signs: %v", err)
			}
			if all, err := w.Queue(t.Context(), by, w.round.ID, baseline.Community, "", 10); err != nil || len(all) != 0 {
				t.Errorf("the hidden community's queue: %v, %v", heads(all), err)
			}
		}
		for _, by := range []actor.Actor{as(actor.GridWorker, origin+"001"), as(actor.SystemAdmin, county), as(actor.Justice, county)} {
			if _, err := w.Get(t.Context(), by, w.round.ID); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s sees figures: %v", by.Kind, err)
			}
			if all, err := w.List(t.Context(), by, w.round.ID, "", baseline.Unresolved, "", 10); fault.KindOf(err) != fault.Forbidden || all != nil {
				t.Errorf("%s sees the list: %v, %v", by.Kind, all, err)
			}
			if _, err := w.Rounds(t.Context(), by); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s sees rounds: %v", by.Kind, err)
			}
		}
		if _, err := w.Queue(t.Context(), police, w.round.ID, baseline.Village, "", 10); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the police work off the village's queue: %v", err)
		}
		if p, err := w.Get(t.Context(), community, w.round.ID); err != nil || len(p.Figures) != 0 {
			t.Errorf("figures of where nobody of the round is registered: %+v, %v", p, err)
		}
		for _, by := range []actor.Actor{police, village, as(actor.CountyPolice, "610930")} {
			if _, err := w.Start(t.Context(), by, "", draft(w.clock.Now())); err == nil {
				t.Errorf("%s %v starts a round", by.Kind, by.Paths)
			}
		}
	})
}

func (w *world) startChecks(t *testing.T) {
	for field, change := range map[string]func(d *baseline.Draft){
		"name":      func(d *baseline.Draft) { d.Name = " " },
		"path":      func(d *baseline.Draft) { d.Path = "610929999" },
		"opens_on":  func(d *baseline.Draft) { d.OpensOn = "2026-02-30" },
		"closes_on": func(d *baseline.Draft) { d.ClosesOn = "2020-01-01" },
	} {
		d := draft(w.clock.Now())
		change(&d)
		_, err := w.Start(t.Context(), as(actor.CountyPolice, county), "", d)
		if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// Each side signs for itself; the figures and the lists say where it stands.
func TestRound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		queue := func(by actor.Actor, side baseline.Side, want ...string) {
			t.Helper()
			if all, err := w.Queue(t.Context(), by, w.round.ID, side, "", 10); err != nil || !has(all, want...) {
				t.Errorf("%s waits for: %s, %v; want %v", side, heads(all), err, want)
			}
		}
		stands := func(households, settled, disputed int64) {
			t.Helper()
			p, err := w.Get(t.Context(), police, w.round.ID)
			if err != nil || len(p.Figures) != 1 || p.Figures[0] != (baseline.Figure{Village: origin, Households: households, Settled: settled, Disputed: disputed}) {
				t.Errorf("figures: %+v, %v", p.Figures, err)
			}
			for view, n := range map[baseline.View]int64{baseline.Unresolved: households - settled, baseline.InDispute: disputed, baseline.Settled: settled} {
				all, err := w.List(t.Context(), police, w.round.ID, origin, view, "", 10)
				if err != nil || int64(len(all)) != n {
					t.Errorf("%s: %s, %v; the figure is %d", view, heads(all), err, n)
				}
			}
		}
		queue(police, baseline.Police, "李大山", "王守山", "覃丽")
		queue(village, baseline.Village, "李大山", "王守山", "覃丽")
		queue(community, baseline.Community, "王守山")
		queue(village, baseline.Community)
		stands(3, 0, 0)

		sign := func(by actor.Actor, id household.ID, side baseline.Side) {
			t.Helper()
			if x, err := w.Sign(t.Context(), by, "", w.round.ID, id); err != nil || x.Side != side || x.Verdict != baseline.Signed {
				t.Errorf("signed: %+v, %v", x, err)
			}
		}
		sign(police, w.li, baseline.Police)
		stands(3, 0, 0)
		sign(village, w.li, baseline.Village)
		stands(3, 1, 0) // lives at home: no community is asked
		sign(police, w.wang, baseline.Police)
		sign(village, w.wang, baseline.Village)
		stands(3, 1, 0)
		if _, err := w.Dispute(t.Context(), community, "", w.round.ID, w.wang, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("disputed without a reason: %v", err)
		}
		if x, err := w.Dispute(t.Context(), community, "", w.round.ID, w.wang, "少登记一人"); err != nil || x.Side != baseline.Community {
			t.Errorf("disputed: %+v, %v", x, err)
		}
		stands(3, 1, 1)
		all, err := w.List(t.Context(), police, w.round.ID, "", baseline.InDispute, "", 10)
		if err != nil || len(all) != 1 || all[0].CommunityReason != "少登记一人" || all[0].Elsewhere != 1 {
			t.Errorf("in dispute: %+v, %v", all, err)
		}
		sign(community, w.wang, baseline.Community)
		stands(3, 2, 0)
		sign(police, w.qi, baseline.Police)
		sign(village, w.qi, baseline.Village)
		stands(3, 3, 0) // where the protected live nobody is asked
		queue(police, baseline.Police)
		queue(community, baseline.Community)

		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			changes, err := db.ChangesOf(tx, "household/"+string(w.wang), 20)
			n := 0
			for _, c := range changes {
				if c.Action == "baseline.sign" {
					n++
				}
			}
			if n != 4 {
				t.Errorf("%d words recorded, want 4", n)
			}
			return err
		})
	})
}

// After which word a side may say which.
func (w *world) everyWordAfterEveryWord(t *testing.T) {
	say := map[baseline.Verdict]func() error{
		baseline.Signed: func() error { _, err := w.Sign(t.Context(), police, "", w.round.ID, w.li); return err },
		baseline.Disputed: func() error {
			_, err := w.Dispute(t.Context(), police, "", w.round.ID, w.li, "有误")
			return err
		},
	}
	for was, allowed := range map[baseline.Verdict]string{"": "signed disputed", baseline.Signed: "disputed", baseline.Disputed: "signed disputed"} {
		for is, do := range say {
			dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := tx.Exec(`delete from baseline_word`); return err })
			if was != "" {
				if err := say[was](); err != nil {
					t.Fatal(err)
				}
			}
			err := do()
			if ok := strings.Contains(allowed, string(is)); (err == nil) != ok || !ok && fault.KeyOf(err) != "baseline.said" {
				t.Errorf("%q, then %q: %v", was, is, err)
			}
		}
	}
}

func (w *world) hasItsDays(t *testing.T) {
	for days, ok := range map[int]bool{-1: false, 0: true, 1: false} {
		w.clock.Set(dbtest.Noon.AddDate(0, 0, days))
		_, err := w.Sign(t.Context(), police, "", w.round.ID, w.li)
		if (err == nil) != ok || !ok && fault.KeyOf(err) != "baseline.not_open" {
			t.Errorf("%d days on: %v", days, err)
		}
	}
}

func TestRules(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		t.Run("start", w.startChecks)
		t.Run("every word after every word", w.everyWordAfterEveryWord)
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := tx.Exec(`delete from baseline_word`); return err })
		t.Run("days", w.hasItsDays) // moves the clock: the last
	})
}

package matter_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/matter"
)

// An engine is what watches over the limits in a simulated county: ours, or one
// with a weakness that some system has had.
type engine struct {
	// before comes before each visit, after comes after each act of a person.
	before func(s *sim)
	after  func(s *sim, tx *db.Tx, a matter.Act, subject string) error
	// hold refuses to warn of a clock in this visit; it sees the clock as it would
	// run on. turn puts what is warned of in another order; warned comes after.
	hold   func(s *sim, tx *db.Tx, c deadline.Clock) error
	turn   func(all []deadline.Missed) []deadline.Missed
	warned func(s *sim, tx *db.Tx, c deadline.Clock, w deadline.Warning) error
	loop   func(s *sim)
	whole  bool // without the broken row, for which each batch would be tried clock by clock
}

func (e engine) weak() bool {
	return e.hold != nil || e.before != nil || e.after != nil || e.warned != nil || e.turn != nil || e.loop != nil
}

var errHeld = errors.New("held")

func heldIf(held bool, err error) error {
	if err == nil && held {
		err = errHeld
	}
	return err
}

// on is a weakness that shows after some acts: a statement about the clocks of
// the matter's subject ($1), at a moment ($2).
func on(sql string, acts ...matter.Act) engine {
	return engine{after: func(_ *sim, tx *db.Tx, a matter.Act, subject string) error {
		if !slices.Contains(acts, a) {
			return nil
		}
		_, err := tx.Exec(`update clock set `+sql+` where subject = $1 and kind = 'seven_day' and $2 > 0`, subject, tx.Millis())
		return err
	}}
}

func ofMatter(tx *db.Tx, c deadline.Clock) (matter.Matter, error) {
	id, ok := strings.CutPrefix(c.Subject, "matter/")
	if !ok {
		return matter.Matter{}, nil
	}
	return matter.Get(tx, matter.ID(id))
}

func nobodyAt(s *sim, tx *db.Tx, level int64, path string) (bool, error) {
	hs, err := account.Holders(tx, s.Keys, actor.AtLevel(int(level)), path, calendar.On(tx.Now()))
	return len(hs) == 0, err
}

// was is the limit that passed, of a clock as it runs on.
func was(c deadline.Clock) int64 { return c.DueAt - week }

// weaknesses are engines that systems in use have had (reference: the source and
// the threads of DIGIT, FixMyStreet and its Zurich, zammad, steedos, FFCS); each
// names the word of the checker that has to fall.
var weaknesses = map[string]struct {
	engine
	word          string
	days, backlog int // that it takes to find it out
}{
	"DIGIT 1, a scan of the newest hundred": {engine{before: func(s *sim) {
		s.newest = map[string]bool{}
		if err := s.DB.Read(s.t.Context(), func(tx *db.Tx) error {
			ids, err := db.All[string](tx, `select id from clock where stopped_at = 0 order by started_at desc, id limit 100`)
			for _, id := range ids {
				s.newest[id] = true
			}
			return err
		}); err != nil {
			s.t.Fatal(err)
		}
	}, hold: func(s *sim, _ *db.Tx, c deadline.Clock) error { return heldIf(!s.newest[c.ID], nil) }}, "missed", 9, 125},
	"DIGIT 2, any act restarts the clock": {on(`started_at = $2, due_at = $2 + 604800000`, matter.Accept, matter.Comment, matter.Dispatch, matter.Amend), "missed", 14, 8},
	"DIGIT 3, the unassigned are skipped": {engine{hold: func(s *sim, tx *db.Tx, c deadline.Clock) error { return heldIf(nobodyAt(s, tx, c.Level, c.Path)) }}, "missed", 9, 8},
	"DIGIT 4, where there is no superior it is skipped": {engine{hold: func(s *sim, tx *db.Tx, c deadline.Clock) error {
		return heldIf(nobodyAt(s, tx, min(c.Level+1, 5), c.Path))
	}}, "missed", 9, 8},
	"DIGIT 5, the limit of somebody else's county": {on(`due_at = due_at + 259200000, limit_at = limit_at + 259200000`, matter.Report), "missed", 9, 5},
	"DIGIT 6, it stops at three levels":            {engine{hold: func(_ *sim, _ *db.Tx, c deadline.Clock) error { return heldIf(c.Level+c.Step > 3, nil) }}, "missed", 16, 5},
	"DIGIT 7, another limit warns than is shown":   {on(`due_at = started_at + 3600000`, matter.Report), "early", 3, 5},
	"DIGIT 8, nothing after the last level":        {engine{hold: func(_ *sim, _ *db.Tx, c deadline.Clock) error { return heldIf(c.Level+c.Step > deadline.TopLevel, nil) }}, "missed", 30, 5},
	"DIGIT 8, two copies without a lock": {engine{warned: func(_ *sim, tx *db.Tx, c deadline.Clock, w deadline.Warning) error {
		if w.ID == "" {
			return nil
		}
		w.ID, w.Step = tx.NewID(), w.Step+50
		return db.Insert(tx, "warning", w)
	}}, "twice", 8, 4},
	"DIGIT 9 and steedos 1573, the loop ends at the first failure": {engine{before: func(s *sim) { s.failed = false }, hold: func(s *sim, _ *db.Tx, _ deadline.Clock) error { return heldIf(s.failed, nil) }}, "missed", 9, 5},
	"Zurich, private reports are skipped": {engine{hold: func(_ *sim, tx *db.Tx, c deadline.Clock) error {
		m, err := ofMatter(tx, c)
		return heldIf(m.HouseholdID != "", err)
	}}, "missed", 9, 12},
	"Zurich and FFCS N3, what no grid has is skipped": {engine{hold: func(_ *sim, _ *db.Tx, c deadline.Clock) error { return heldIf(strings.HasSuffix(c.Path, "000"), nil) }}, "missed", 9, 20},
	"FixMyStreet F1, a category swallows what is sent to it": {engine{hold: func(_ *sim, tx *db.Tx, c deadline.Clock) error {
		m, err := ofMatter(tx, c)
		return heldIf(m.Kind == matter.Hotline, err)
	}}, "missed", 9, 12},
	"zammad 188, no clock after reopening":            {on(`stopped_at = $2`, matter.Reopen), "missed", 40, 8},
	"zammad 3140, it warns of what has been answered": {on(`stopped_at = 0`, matter.Handle), "early", 14, 8},
	"zammad 390, days of work are days": {engine{after: func(_ *sim, tx *db.Tx, a matter.Act, subject string) error {
		_, err := tx.Exec(`update clock set due_at = started_at + 432000000 where subject = $1 and kind = $2 and step = 0`, subject, deadline.HotlineAnswer)
		return err
	}}, "early", 9, 12},
	"a pause stops the seven days":            {on(`due_at = due_at + 864000000`, matter.Suspend, matter.Extend), "missed", 20, 12},
	"a new division of grids loses the clock": {on(`stopped_at = $2`, matter.Rehome), "missed", 30, 12},
	"sent down, the sender's clock stops":     {on(`stopped_at = case when level = (select max(level) from clock c where c.subject = clock.subject and c.stopped_at = 0) then $2 else stopped_at end`, matter.SendDown), "missed", 40, 10},
	"what passed while it was down is left":   {engine{hold: func(s *sim, _ *db.Tx, c deadline.Clock) error { return heldIf(s.now-was(c) > hour, nil) }}, "missed", 60, 12},
	"it looks from its last visit on": {engine{before: func(s *sim) { s.mark[0], s.mark[1] = s.mark[1], s.now }, hold: func(s *sim, _ *db.Tx, c deadline.Clock) error {
		return heldIf(was(c) <= s.mark[0], nil)
	}}, "missed", 60, 12},
	"a warning counts from when it was stored": {engine{warned: func(_ *sim, tx *db.Tx, c deadline.Clock, _ deadline.Warning) error {
		_, err := tx.Exec(`update clock set due_at = $2 where id = $1`, c.ID, tx.Millis()+week)
		return err
	}}, "missed", 60, 10},
	"six hours early": {on(`due_at = due_at - 21600000`, matter.Report), "early", 8, 5},
	"the newest first": {engine{whole: true, turn: func(all []deadline.Missed) []deadline.Missed {
		all = slices.Clone(all)
		slices.Reverse(all)
		return all
	}}, "order", 9, 10},
	"the order in a transaction of its own": {engine{warned: func(s *sim, tx *db.Tx, _ deadline.Clock, w deadline.Warning) error {
		if s.r.IntN(5) > 0 {
			return nil
		}
		_, err := tx.Exec(`delete from supervision where warning_id = $1`, w.ID)
		return err
	}}, "wrong", 9, 12},
	"the same superior every week": {engine{warned: func(_ *sim, tx *db.Tx, _ deadline.Clock, w deadline.Warning) error {
		_, err := tx.Exec(`update warning set told = level + 1 where id = $1 and level < 5`, w.ID)
		return err
	}}, "wrong", 16, 5},
	"what is late is taken out of its hands": {engine{warned: func(_ *sim, tx *db.Tx, c deadline.Clock, _ deadline.Warning) error {
		_, err := tx.Exec(`update matter set level = level + 1 where id = $1 and level < 5`, strings.TrimPrefix(c.Subject, "matter/"))
		return err
	}}, "touched", 9, 20},
	"no loop at all": {engine{loop: func(*sim) {}}, "missed", 8, 2},
}

// TestTheCheckerBites: each weakness is found by the checker that finds nothing
// wrong with ours over the same days.
func TestTheCheckerBites(t *testing.T) {
	quiet(t)
	for _, name := range slices.Sorted(maps.Keys(weaknesses)) {
		weak := weaknesses[name]
		t.Run(name, func(t *testing.T) {
			p := pace{days: weak.days, backlog: weak.backlog, act: 12 * hour, report: 96 * hour, troubles: 72 * hour}
			found, wrong := 0, []string(nil)
			for seed := range uint64(3) {
				d, c := liteWorld(t)
				_, wrong = run(t, d, c, seed, weak.engine, p)
				d.Close()
				for _, w := range wrong {
					if strings.HasPrefix(w, weak.word) {
						found++
					}
				}
				if found > 0 {
					return
				}
			}
			t.Errorf("not found out; the checker says %s", fmt.Sprint(wrong[:min(len(wrong), 3)]))
		})
	}
}

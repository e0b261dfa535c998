package matter_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/matter"
)

// An engine is what watches over the seven days in a simulated county: ours, or
// one with a weakness that some system has had.
type engine struct {
	// hold refuses to warn of a clock in this sweep.
	hold func(s *sim, tx *db.Tx, c deadline.Clock) error
	// begin comes before each sweep, after comes after each act of a person,
	// warned after each warning.
	begin  func(s *sim)
	after  func(s *sim, tx *db.Tx, a matter.Act, subject string) error
	warned func(s *sim, tx *db.Tx, c deadline.Clock) error
}

// A sim is a county that lives through virtual days, two hours at a time.
type sim struct {
	*world
	engine
	r       *rand.Rand
	facts   facts
	matters []matter.Matter
	newest  map[string]bool // for the engine that looks at the newest alone
	failed  bool            // for the engine whose loop ends with the first failure
}

const tick = 2 * time.Hour

func newSim(t *testing.T, cfg db.Config, seed uint64, e engine) *sim {
	c := new(dbtest.Clock)
	c.Set(dbtest.Noon)
	cfg.Now = c.Now
	s := &sim{world: given(t, dbtest.Open(t, cfg), c), engine: e, r: rand.New(rand.NewPCG(seed, 7))}
	s.household("")                               // whose matters are private
	dbtest.Given(t, s.DB, func(tx *db.Tx) error { // a broken row, which is always the longest overdue
		_, err := deadline.Start(tx, deadline.New("matter/gone", here, 2, tx.Now().Add(-6*day), 0))
		return err
	})
	return s
}

// live lives through days: people act while the county is up, and the sweeper
// comes by, is killed, comes twice, or stays away.
func (s *sim) live(days, backlog int) {
	for range backlog {
		s.reportSome()
	}
	down, blind := 0, 0
	for range days * int(day/tick) {
		s.clock.Move(tick/2 + time.Duration(s.r.IntN(int(tick))))
		switch x := s.r.IntN(1000); {
		case x < 4: // the server is down for two days
			down = int(2 * day / tick)
		case x < 10: // the pages are there, and the sweeper is not
			blind = int(day / tick)
		}
		if down--; down >= 0 {
			continue
		}
		if s.r.IntN(3) == 0 {
			s.reportSome()
		}
		for range s.r.IntN(3) {
			s.actSome()
		}
		if blind--; blind < 0 {
			s.sweepSome()
		}
	}
	s.facts.until = s.clock.Now().UnixMilli()
}

// reportSome reports one matter: in the grid, in the one beside whose leader's
// post is vacant, far away, in no grid, or about a household.
func (s *sim) reportSome() {
	r := matter.ReportRequest{Category: matter.Categories[s.r.IntN(8)], Text: "路灯不亮"}
	who := []string{"worker", "next worker", "far worker", "clerk", "worker"}[s.r.IntN(5)]
	if who == "worker" && s.r.IntN(2) == 0 {
		r.HouseholdID = "h"
	}
	s.matters = append(s.matters, s.must(s.Report(s.t.Context(), people[who], s.key(), r)))
	s.did(matter.Report, len(s.matters)-1)
}

// actSome does something to one of the matters that are open: whatever comes to
// somebody's mind, whether or not the table allows it now.
func (s *sim) actSome() {
	i := s.r.IntN(len(s.matters))
	m := s.matters[i]
	if m.Path == next && m.Level == 2 || m.State == matter.Closed {
		return // nobody holds that post
	}
	by, from := owner(m.Level, m.Path), actor.Actor{Account: m.Reporter, Name: m.ReporterName, Kind: actor.GridWorker, Paths: []string{m.Path}}
	a := []matter.Act{matter.Accept, matter.Comment, matter.Return, matter.Comment, matter.SendUp, matter.Handle, matter.Resubmit, matter.Confirm, matter.Reopen}[s.r.IntN(9)]
	people["by"] = by
	if a == matter.Resubmit || a == matter.Confirm || a == matter.Reopen {
		people["by"] = from
	}
	is, err := s.act("by", a, m.ID)
	if k := kind(err); k != "ok" && k != "conflict" {
		s.t.Fatalf("%s on %+v: %v", a, m, err)
	}
	if err == nil {
		s.matters[i] = is
		s.did(a, i)
	}
}

func (s *sim) did(a matter.Act, i int) {
	if s.after != nil {
		dbtest.Given(s.t, s.DB, func(tx *db.Tx) error { return s.after(s, tx, a, s.matters[i].Subject()) })
	}
}

var errHeld = errors.New("held")

// sweeper is ours, with the engine's weakness.
func (s *sim) sweeper() *deadline.Sweeper {
	w := s.Sweeper()
	warn := w.Warn
	w.Warn = func(tx *db.Tx, all []deadline.Missed) error {
		for _, p := range all {
			if s.hold != nil {
				if err := s.hold(s, tx, p.Clock); err != nil {
					return err
				}
			}
		}
		err := warn(tx, all)
		if err != nil {
			s.failed = true
			return err
		}
		for _, p := range all {
			if s.warned != nil {
				if err := s.warned(s, tx, p.Clock); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return w
}

// sweepSome is one visit of the sweeper: mostly whole, sometimes killed on the
// way, sometimes two at once.
func (s *sim) sweepSome() {
	now := s.clock.Now().UnixMilli()
	s.facts.tries = append(s.facts.tries, now)
	if s.begin != nil {
		s.begin(s)
	}
	switch x := s.r.IntN(20); {
	case x == 0: // killed between two statements of some clock
		ctx, cancel := context.WithCancel(s.t.Context())
		defer cancel()
		w, left := s.sweeper(), s.r.IntN(3)
		warn := w.Warn
		w.Warn = func(tx *db.Tx, all []deadline.Missed) error {
			if left--; left < 0 {
				cancel()
			}
			return warn(tx, all)
		}
		w.Sweep(ctx)
		if ctx.Err() != nil {
			return
		}
	case x == 1 && !s.weak(): // two programs
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { s.Sweeper().Sweep(s.t.Context()) })
		}
		both.Wait()
	default:
		if done, err := s.sweeper().Sweep(s.t.Context()); err != nil && done.Failed == 0 {
			s.t.Fatal(err)
		}
	}
	s.facts.sweeps = append(s.facts.sweeps, now)
}

func (e engine) weak() bool {
	return e.hold != nil || e.begin != nil || e.after != nil || e.warned != nil
}

// quiet keeps the broken row out of the test's own words.
func quiet(t *testing.T) {
	old := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(old) })
}

// TestProofSixtyDays is promise R3: seeds of sixty virtual days, on both
// engines. It is part of make proof, where PROOF_RUNS says how many.
func TestProofSixtyDays(t *testing.T) {
	quiet(t)
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		seeds, began := uint64(1), time.Now()
		if v := os.Getenv("PROOF_RUNS"); v != "" {
			n, err := strconv.ParseUint(v, 10, 32)
			if err != nil || n == 0 {
				t.Fatalf("PROOF_RUNS=%q: want how many runs, 1 or more", v)
			}
			seeds = n
		}
		for seed := range seeds {
			if seed > 0 {
				cfg = another(t, cfg)
			}
			s := newSim(t, cfg, seed, engine{})
			s.live(60, 20)
			readFacts(t, s.DB, &s.facts)
			wrong := s.facts.check()
			for _, w := range wrong[:min(len(wrong), 10)] {
				t.Errorf("seed %d: %s", seed, w)
			}
			if len(s.facts.warnings) < 100 || len(s.facts.events) < 500 {
				t.Errorf("seed %d: nothing much happened: %d warnings, %d events", seed, len(s.facts.warnings), len(s.facts.events))
			}
		}
		t.Logf("%d runs of 60 virtual days, %.1f a minute", seeds, float64(seeds)/time.Since(began).Minutes())
	})
}

// another is a fresh place on the same engine.
func another(t *testing.T, cfg db.Config) db.Config {
	if cfg.URL != "" {
		return db.Config{URL: dbtest.Postgres(t)}
	}
	return db.Config{Dir: t.TempDir()}
}

// weaknesses are engines that systems in use have had; each names the word of
// the checker that has to fall.
var weaknesses = map[string]struct {
	engine
	word          string
	days, backlog int // that it takes to find it out
}{
	"a clock that any act restarts (DIGIT 2)": {engine{after: func(_ *sim, tx *db.Tx, a matter.Act, subject string) error {
		if a != matter.Accept && a != matter.Comment {
			return nil
		}
		_, err := tx.Exec(`update clock set started_at = $2, due_at = $3 where subject = $1 and stopped_at = 0 and step = 0`, subject, tx.Millis(), tx.Millis()+week)
		return err
	}}, "missed", 14, 10},
	"a scan of the newest hundred (DIGIT 1)": {engine{begin: func(s *sim) {
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
	}, hold: func(s *sim, _ *db.Tx, c deadline.Clock) error {
		if s.newest[c.ID] {
			return nil
		}
		return errHeld
	}}, "missed", 12, 110},
	"vacant posts are skipped (DIGIT 3)": {engine{hold: func(s *sim, tx *db.Tx, c deadline.Clock) error {
		hs, err := account.Holders(tx, s.Keys, actor.AtLevel(int(c.Level)), c.Path, calendar.On(tx.Now()))
		if err == nil && len(hs) == 0 {
			err = errHeld
		}
		return err
	}}, "missed", 12, 10},
	"the loop ends at the first failure (DIGIT 9)": {engine{begin: func(s *sim) { s.failed = false }, hold: func(s *sim, _ *db.Tx, _ deadline.Clock) error {
		if s.failed {
			return errHeld
		}
		return nil
	}}, "missed", 10, 10},
	"private reports are skipped (Zurich)": {engine{hold: func(_ *sim, tx *db.Tx, c deadline.Clock) error {
		m, err := matter.Get(tx, matter.ID(strings.TrimPrefix(c.Subject, "matter/")))
		if err == nil && m.HouseholdID != "" {
			err = errHeld
		}
		return err
	}}, "missed", 12, 10},
	"a warning counts from when it was stored": {engine{warned: func(_ *sim, tx *db.Tx, c deadline.Clock) error {
		_, err := tx.Exec(`update clock set due_at = $2 where id = $1`, c.ID, tx.Millis()+week)
		return err
	}}, "missed", 20, 10},
	"nothing after the last level (DIGIT 8)": {engine{hold: func(_ *sim, _ *db.Tx, c deadline.Clock) error {
		if c.Level+c.Step > deadline.TopLevel {
			return errHeld
		}
		return nil
	}}, "missed", 30, 5},
	"six hours early": {engine{after: func(_ *sim, tx *db.Tx, a matter.Act, subject string) error {
		if a != matter.Report {
			return nil
		}
		_, err := tx.Exec(`update clock set due_at = due_at - 21600000 where subject = $1`, subject)
		return err
	}}, "early", 10, 10},
}

// TestTheCheckerBites: each weakness is found by the checker that finds nothing
// wrong with ours.
func TestTheCheckerBites(t *testing.T) {
	quiet(t)
	for name, weak := range weaknesses {
		t.Run(name, func(t *testing.T) {
			s := newSim(t, db.Config{Dir: t.TempDir()}, 1, weak.engine)
			s.live(weak.days, weak.backlog)
			readFacts(t, s.DB, &s.facts)
			wrong := s.facts.check()
			found := 0
			for _, w := range wrong {
				if strings.HasPrefix(w, weak.word) {
					found++
				}
			}
			if found == 0 {
				t.Errorf("not found out; the checker says %s", fmt.Sprint(wrong[:min(len(wrong), 3)]))
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		s := newSim(t, db.Config{Dir: t.TempDir()}, 1, engine{})
		s.live(12, 110)
		readFacts(t, s.DB, &s.facts)
		if wrong := s.facts.check(); len(wrong) > 0 {
			t.Errorf("ours: %s", fmt.Sprint(wrong[:min(len(wrong), 3)]))
		}
	})
}

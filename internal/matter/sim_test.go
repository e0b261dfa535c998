package matter_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/matter"
)

// A sim is a county that lives through virtual days, from one thing that
// happens to the next: people act, posts fall vacant, grids are divided anew, a
// notice of holidays is taken in, the machine's clock is set wrong by hours,
// the server is down, and the program dies between any two statements. The
// server's loop comes by every twenty seconds; of those visits the sim makes
// the ones at which something might be due, by the rule or by the program's own
// table, and others at random.
type sim struct {
	*world
	engine
	story
	deadlines *deadline.Service
	r         *rand.Rand
	matters   []matter.Matter
	here, now int64           // how time really goes; what the machine's clock says
	planned   int64           // the next visit
	again     bool            // the program has begun anew: it looks at once
	newest    map[string]bool // what the weak engines remember
	failed    bool
	mark      [2]int64
}

const (
	second = int64(time.Second / time.Millisecond)
	minute = 60 * second
	hour   = 60 * minute
	visit  = 20 * second // between two sweeps of the server
)

// newSim is a county with a broken row, which is always the longest overdue,
// and a household, whose matters are private.
func newSim(t *testing.T, d *db.DB, c *dbtest.Clock, seed uint64, e engine) *sim {
	s := &sim{world: &world{Service: service(d), t: t, clock: c}, engine: e, r: rand.New(rand.NewPCG(seed, 7))}
	s.deadlines = &deadline.Service{DB: d, Recount: []func(*db.Tx, *calendar.Notice) error{matter.Recount}}
	s.here = c.Now().UnixMilli()
	s.now = s.here
	s.story.begin(s.here)
	dbtest.Given(t, d, func(tx *db.Tx) error {
		if e.whole {
			return nil
		}
		_, err := deadline.Start(tx, deadline.New("matter/gone", here, 2, tx.Now().Add(-6*day), 0))
		return err
	})
	s.comeUp()
	return s
}

// to lets time go on.
func (s *sim) to(here int64) {
	s.now += here - s.here
	s.here = here
	s.clock.Set(time.UnixMilli(s.now))
}

// mean is a random time with a mean.
func (s *sim) mean(ms int64) int64 { return int64(s.r.ExpFloat64()*float64(ms)) + 1 }

// A pace is how much happens in a county: how many matters there are to begin
// with, and the mean time between two acts of people, two reports, two troubles.
type pace struct {
	days, backlog         int
	act, report, troubles int64
}

func (s *sim) live(p pace) {
	for range p.backlog {
		s.to(s.here + second)
		s.reportSome()
	}
	end := s.here + int64(p.days)*24*hour
	act, report, trouble := s.here+s.mean(p.act), s.here+s.mean(p.report), s.here+s.mean(p.troubles)
	for {
		next := s.nextVisit()
		at := min(next, act, report, trouble, end)
		s.to(max(at, s.here+1))
		switch at {
		case end:
			s.until = s.here
			s.goDown()
			return
		case next:
			s.sweepSome()
		case act:
			s.actSome()
			if act = s.here + s.mean(p.act); s.r.IntN(3) == 0 { // around the moment of a limit
				act = max(s.here+1, s.nextDue()+s.r.Int64N(minute)-minute/2)
			}
		case report:
			s.reportSome()
			report = s.here + s.mean(p.report)
		case trouble:
			s.troubleSome()
			trouble = s.here + s.mean(p.troubles)
		}
		s.look()
	}
}

// nextDue is when, by the true time, something may be due next: by the rule of
// the story, and by the program's own table, whichever comes first.
func (s *sim) nextDue() int64 {
	next := s.nextLimit(s.now)
	if err := s.DB.Read(s.t.Context(), func(tx *db.Tx) error {
		for _, q := range []string{`select coalesce(min(due_at), 0) from clock where stopped_at = 0 and due_at > $1`,
			`select coalesce(min(notice_at), 0) from clock where stopped_at = 0 and notice_at > $1`} {
			n, err := db.One[int64](tx, q, s.now)
			if err != nil {
				return err
			}
			if n != 0 && (next == 0 || n < next) {
				next = n
			}
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	if next == 0 {
		next = s.now + 24*hour
	}
	return s.here + next - s.now
}

// nextVisit is the next visit of the server's loop that is made.
func (s *sim) nextVisit() int64 {
	from := s.here
	if !s.again {
		from = max(s.here+1, min(s.nextDue(), s.here+s.mean(12*hour)))
	}
	up := s.spans[len(s.spans)-1].up
	at := up + (from-up+visit-1)/visit*visit
	if s.planned < s.here || at < s.planned { // what was due before is still due
		s.planned = at
	}
	return s.planned
}

// comeUp and goDown are the server's.
func (s *sim) comeUp() {
	s.spans = append(s.spans, span{up: s.here, from: s.here, skew: s.now - s.here})
	s.again, s.planned = true, 0
}

func (s *sim) goDown() { s.spans[len(s.spans)-1].to = s.here }

func (s *sim) down(for_ int64) {
	s.goDown()
	s.to(s.here + for_)
	s.comeUp()
}

// troubleSome is what happens to a county besides.
func (s *sim) troubleSome() {
	switch s.r.IntN(9) {
	case 0:
		s.down(48 * hour)
	case 1, 2:
		s.down(1 + s.r.Int64N(10*minute))
	case 3, 4: // the machine's clock is set wrong, or right again
		last := &s.spans[len(s.spans)-1]
		last.to = s.here
		step := s.r.Int64N(6*hour) - 3*hour
		s.now += step
		s.clock.Set(time.UnixMilli(s.now))
		s.spans = append(s.spans, span{up: last.up, from: s.here, skew: s.now - s.here})
		s.again = true
	case 5, 6: // a post falls vacant, or is held again
		path := []string{here, village, town, county}[s.r.IntN(4)]
		dbtest.Given(s.t, s.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update post set valid_to = case valid_to when $2 then $3 else $2 end where path = $1 and superseded_at = 0`, path, calendar.Forever, calendar.On(tx.Now()))
			return err
		})
	case 7: // the grids of the village are divided anew
		for i, m := range s.matters {
			if m.IsEnded() || m.Path[:12] != village || s.r.IntN(2) == 0 {
				continue
			}
			to := map[string]string{here: next, next: here}[m.Path]
			if to == "" {
				continue
			}
			dbtest.Given(s.t, s.DB, func(tx *db.Tx) error {
				was, err := matter.Get(tx, m.ID)
				if err != nil || was.IsEnded() {
					return err
				}
				if err := matter.GoOver(tx, people["county centre"], was, to, "重新划分"); err != nil {
					return err
				}
				s.matters[i], err = matter.Get(tx, m.ID)
				return err
			})
			s.did(matter.Rehome, s.matters[i])
		}
	case 8:
		s.noticeSome()
	}
}

// noticeSome takes in a notice of the year's holidays that differs here and
// there from the one before.
func (s *sim) noticeSome() {
	var text strings.Builder
	days := calendar.Published().Of(2026)
	for _, d := range days {
		if s.r.IntN(8) == 0 {
			continue
		}
		word := "放假"
		if d.Works {
			word = "上班"
		}
		fmt.Fprintf(&text, "%s %s %s\n", d.On, "节", word)
	}
	for range 5 {
		d := calendar.MustParse("2026-03-02").AddDays(s.r.IntN(13)*7 + s.r.IntN(5)) // a weekday
		if !strings.Contains(text.String(), string(d)) {
			fmt.Fprintf(&text, "%s %s %s\n", d, "节", "放假")
		}
	}
	key := s.key()
	s.retry(func(ctx context.Context) error {
		t, err := s.deadlines.ImportNotice(ctx, people["system admin"], key, text.String(), "办公厅")
		if err == nil {
			s.newYear(calendar.Published().With(calendar.NewNotice(t.Days)), s.here)
		}
		return err
	})
	s.again = true // a day that is worked after all brings limits forward: to before now, too
}

// reportSome reports one matter: in the grid, in the one beside whose leader's
// post is vacant, far away, in no grid, about a household, or one for which a
// law has a limit of its own.
func (s *sim) reportSome() {
	roots := matter.Categories
	r := matter.ReportRequest{Category: roots[s.r.IntN(len(roots))], Text: "路灯不亮"}
	switch s.r.IntN(6) {
	case 0:
		r.Category = matter.Petition
	case 1, 2:
		r.Category = matter.Hotline
	}
	who := []string{"worker", "next worker", "far worker", "clerk", "worker"}[s.r.IntN(5)]
	if who == "worker" && s.r.IntN(3) == 0 {
		r.HouseholdID = "h"
	}
	key := s.key()
	s.retry(func(ctx context.Context) error {
		m, err := s.Report(ctx, people[who], key, r)
		if err == nil {
			s.matters = append(s.matters, m)
			s.did(matter.Report, m)
		}
		return err
	})
}

// usual are the acts of people in a sim, those that move clocks more often.
var usual = []matter.Act{matter.Accept, matter.Accept, matter.Comment, matter.Amend, matter.Dispatch, matter.Return, matter.Resubmit, matter.Extend, matter.Suspend, matter.Suspend,
	matter.Resume, matter.SendUp, matter.SendUp, matter.SendUp, matter.SendDown, matter.Handle, matter.Handle, matter.Tell, matter.Confirm, matter.Reopen, matter.Reopen, matter.Withdraw, matter.ExtendLimit}

// actSome does something to one of the matters: whatever comes to somebody's
// mind, whether or not the table allows it now.
func (s *sim) actSome() {
	if len(s.matters) == 0 { // whatever was reported until now was lost in crashes
		s.reportSome()
		return
	}
	i := s.r.IntN(len(s.matters))
	m := s.matters[i]
	a := usual[s.r.IntN(len(usual))]
	by := owner(m.Level, m.Path)
	switch a {
	case matter.Resubmit, matter.Confirm, matter.Reopen, matter.Withdraw:
		by = actor.Actor{Account: m.Reporter, Name: m.ReporterName, Kind: actor.GridWorker, Paths: []string{m.Path}}
	}
	today := calendar.On(s.clock.Now())
	y := matter.Say{Text: "写明", To: "张三", Until: today.AddDays(1 + s.r.IntN(20)), How: "phone", Place: "三号楼"}
	key := s.key()
	kind := []string{deadline.PetitionAnswer, deadline.HotlineAnswer}[s.r.IntN(2)]
	longer := 1 + s.r.IntN(int(deadline.ExtendMost(kind)))
	s.retry(func(ctx context.Context) error {
		if a == matter.ExtendLimit {
			is, err := s.Do(ctx, people["county centre"], key, a, m.ID, matter.Say{Limit: kind, Days: int64(longer), Text: "情况复杂"})
			if err == nil {
				s.matters[i] = is
				s.did(a, is)
				s.extend(is.ID, kind, longer, s.here)
			}
			return err
		}
		is, err := s.Do(ctx, by, key, a, m.ID, y)
		if err == nil {
			s.matters[i] = is
			s.pausedTo = y.Until
			s.did(a, is)
		}
		return err
	})
}

// retry lets somebody press a button, who presses it again when the program
// dies meanwhile; or does not.
func (s *sim) retry(f func(context.Context) error) {
	for try := range 3 {
		ctx, dead := context.Context(s.t.Context()), (*dying)(nil)
		if s.r.IntN(10) == 0 && try < 2 {
			dead = dies(ctx, 1+s.r.IntN(30))
			ctx = dead
		}
		err := f(ctx)
		if err == nil || dead == nil || !dead.is.Load() {
			if k := kind(err); k != "ok" && k != "conflict" && k != "invalid" && k != "forbidden" {
				s.t.Fatalf("%v", err)
			}
			return
		}
		s.down(second + s.r.Int64N(30*second))
		if s.r.IntN(2) == 0 {
			return
		}
	}
}

// A dying context ends while the program is at some statement, as a power cut
// would: what it has begun is rolled back, and nothing more is done.
type dying struct {
	context.Context
	cut  context.CancelFunc
	left atomic.Int64
	is   atomic.Bool
}

func dies(ctx context.Context, after int) *dying {
	d := new(dying)
	d.Context, d.cut = context.WithCancel(ctx)
	d.left.Store(int64(after))
	return d
}

func (d *dying) step() {
	if d.left.Add(-1) < 0 {
		d.is.Store(true)
		d.cut()
	}
}

// Err and Done are asked before each statement.
func (d *dying) Err() error            { d.step(); return d.Context.Err() }
func (d *dying) Done() <-chan struct{} { d.step(); return d.Context.Done() }

// sweepSome is one visit of the server's loop: mostly whole, sometimes cut short
// at any statement, sometimes two at once.
func (s *sim) sweepSome() {
	s.again, s.visiting, s.planned = false, true, 0
	defer func() { s.visiting = false }()
	if s.before != nil {
		s.before(s)
	}
	look := s.r.IntN(4) == 0
	var before []string
	if look {
		before = s.rows()
	}
	x := s.r.IntN(20)
	switch {
	case s.loop != nil:
		s.loop(s)
	case x < 2:
		ctx := dies(s.t.Context(), s.r.IntN(120))
		defer ctx.cut()
		s.sweeper().Sweep(ctx)
		if ctx.is.Load() {
			s.look()
			s.down(second + s.r.Int64N(30*second))
			return
		}
	case x == 2 && !s.weak():
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
	s.look()
	s.visits = append(s.visits, s.here)
	if look {
		s.untouched(before, s.rows())
	}
}

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
		if s.turn != nil {
			all = s.turn(all)
		}
		err := warn(tx, all)
		if err != nil {
			s.failed = true
			return err
		}
		for _, p := range all {
			if s.warned != nil {
				if err := s.warned(s, tx, p.Clock, p.Warning); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return w
}

// did tells the story, and the weakness, what has happened to a matter.
func (s *sim) did(a matter.Act, m matter.Matter) {
	s.tell(a, m, s.here, s.now)
	if s.after != nil {
		dbtest.Given(s.t, s.DB, func(tx *db.Tx) error { return s.after(s, tx, a, m.Subject()) })
	}
}

// look takes in the warnings that have been stored since the last look.
func (s *sim) look() {
	if err := s.DB.Read(s.t.Context(), func(tx *db.Tx) error {
		n, err := db.One[int](tx, `select count(*) from warning`)
		if err != nil || n == len(s.warnings) {
			return err
		}
		all, err := db.All[seen](tx, `select `+db.Columns[deadline.Warning]("w.")+`, c.kind, c.started_at, (select count(*) from supervision o where o.warning_id = w.id) as orders,
			(select coalesce(max(o.number), '') from supervision o where o.warning_id = w.id) as number, (select count(*) from warning_receipt r where r.warning_id = w.id) as receipts
			from warning w join clock c on c.id = w.clock_id`)
		for _, w := range all {
			if !s.known[w.ID] {
				s.known[w.ID] = true
				w.here, w.visited = s.here, s.visiting
				s.warnings = append(s.warnings, w)
			}
		}
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
}

// rows are what a sweep has no business with.
func (s *sim) rows() (all []string) {
	if err := s.DB.Read(s.t.Context(), func(tx *db.Tx) error {
		for _, q := range []string{
			`select id || ' ' || version || ' ' || state || ' ' || level || ' ' || path || ' ' || closed_at || ' ' || reporter from matter order by id`,
			`select 'posts ' || count(*) || ' ' || coalesce(max(valid_to), '') from post`, `select 'spells ' || count(*) from spell`, `select 'pauses ' || count(*) from clock_pause`,
			`select 'acts ' || count(*) from matter_event where kind <> 'system'`,
			`select id || ' ' || due_at || ' ' || stopped_at from clock where stopped_at > 0 and kind <> 'order_sign' order by id`,
		} {
			rows, err := db.All[string](tx, q)
			if err != nil {
				return err
			}
			all = append(all, rows...)
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return all
}

package matter_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/matter"
)

// facts are what a simulated county has come to: what people did, what was
// stored, and when the sweeper was there. The checker knows the rule from the
// article and nothing of clocks.
type facts struct {
	events   []matter.Event
	warnings []deadline.Warning
	orders   []matter.Order
	sweeps   []int64 // when a sweep came to its end
	tries    []int64 // when one began, whether or not it came to its end
	until    int64
}

func readFacts(t *testing.T, d *db.DB, f *facts) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		if f.events, err = db.All[matter.Event](tx, `select `+db.Columns[matter.Event]("")+` from matter_event order by matter_id, n`); err != nil {
			return err
		}
		if f.warnings, err = db.All[deadline.Warning](tx, `select `+db.Columns[deadline.Warning]("")+` from warning`); err != nil {
			return err
		}
		f.orders, err = db.All[matter.Order](tx, `select `+db.Columns[matter.Order]("")+` from supervision`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A stay is the time a matter lies with a level without a result.
type stay struct {
	id         matter.ID
	level      int64
	start, end int64 // end is when the county's story ends, if nothing stopped it
	stopped    bool
	notices    []int64
}

// stays reads who had what and for how long off the timelines: a matter reaches
// a level when it is reported, sent up or reopened, and leaves it when it is
// sent up or handled.
func (f *facts) stays() (all []*stay) {
	now := map[matter.ID]*stay{}
	for _, e := range f.events {
		s := now[e.MatterID]
		if s != nil && (e.Act == matter.SendUp || e.Act == matter.Handle) {
			s.end, s.stopped = e.At, true
		}
		if s != nil && e.Act == matter.Notice {
			s.notices = append(s.notices, e.At)
		}
		if e.Act == matter.Report || e.Act == matter.SendUp || e.Act == matter.Reopen {
			s = &stay{id: e.MatterID, level: e.Level, start: e.At, end: f.until}
			now[e.MatterID] = s
			all = append(all, s)
		}
	}
	return all
}

const week = int64(7 * 24 * time.Hour / time.Millisecond)

// check holds a story to the rule: never missed by more than one sweep, never
// twice, never early, told one level higher each week, an order for each.
func (f *facts) check() (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	type passed struct {
		subject    string
		level, due int64
	}
	found := map[passed][]deadline.Warning{}
	for _, w := range f.warnings {
		k := passed{w.Subject, w.Level, w.DueAt}
		found[k] = append(found[k], w)
	}
	orders := map[string]int{}
	for _, o := range f.orders {
		orders[o.WarningID]++
	}
	for _, s := range f.stays() {
		for step := int64(0); s.start+(step+1)*week <= s.end; step++ {
			due := s.start + (step+1)*week
			k := passed{"matter/" + string(s.id), s.level, due}
			got := found[k]
			delete(found, k)
			by, must := f.first(f.sweeps, due), true
			if s.stopped && (by == 0 || s.end < by) {
				by = s.end
			}
			must = by != 0
			switch {
			case len(got) > 1:
				say("twice: %s step %d", s.id, step)
			case len(got) == 0 && must:
				say("missed: %s level %d step %d was due %s", s.id, s.level, step, at(due))
			case len(got) == 1 && must && got[0].At > by:
				say("missed: %s level %d step %d due %s came %s, a sweep late", s.id, s.level, step, at(due), at(got[0].At))
			case len(got) == 1 && got[0].At < due:
				say("early: %s step %d", s.id, step)
			case len(got) == 1 && got[0].Told != min(s.level+1+step, 5):
				say("wrong: %s step %d tells level %d", s.id, step, got[0].Told)
			case len(got) == 1 && orders[got[0].ID] != 1:
				say("wrong: %s step %d has %d orders", s.id, step, orders[got[0].ID])
			}
		}
		f.checkNotice(s, say)
	}
	for k := range found {
		say("early: %s is warned of for %s, when nothing was due", k.subject, at(k.due))
	}
	return append(wrong, f.checkNumbers()...)
}

// checkNotice: once, between four fifths and the limit, where a sweep came by.
func (f *facts) checkNotice(s *stay, say func(string, ...any)) {
	from, to := s.start+week/5*4, min(s.start+week, s.end)
	sweep := f.first(f.sweeps, from)
	if sweep != 0 && sweep < to && len(s.notices) == 0 {
		say("missed: the word beforehand of %s at %s", s.id, at(from))
	}
	if len(s.notices) > 1 {
		say("twice: the word beforehand of %s", s.id)
	}
	for _, n := range s.notices {
		if n < from || n > to {
			say("early: the word beforehand of %s at %s", s.id, at(n))
		}
	}
}

// checkNumbers: the orders of a year have the numbers from 1 on, each once.
func (f *facts) checkNumbers() (wrong []string) {
	n := map[string]int{}
	for _, o := range f.orders {
		n[o.Number]++
	}
	for i := range f.orders {
		if number := fmt.Sprintf("白综督〔2026〕%d号", i+1); n[number] != 1 {
			wrong = append(wrong, fmt.Sprintf("wrong: order %s is there %d times", number, n[number]))
		}
	}
	return wrong
}

// first is the first of the moments at or after another, or 0.
func (f *facts) first(moments []int64, at int64) int64 {
	i, _ := slices.BinarySearch(moments, at)
	if i == len(moments) {
		return 0
	}
	return moments[i]
}

func at(ms int64) string { return time.UnixMilli(ms).UTC().Format("01-02 15:04") }

// owner is who holds a level's post over a grid.
func owner(level int64, path string) actor.Actor {
	return as(actor.AtLevel(int(level)), path[:map[int64]int{2: 15, 3: 12, 4: 9, 5: 6}[level]])
}

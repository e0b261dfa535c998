package matter_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/matter"
)

// A story is what a simulated county has come to: what people did, when the
// server was up and what its clock said, and which warnings came when. It knows
// the rule from the article and the laws, and nothing of the program's clocks.
// Moments are true times; "now" is what the machine's clock said.
type story struct {
	acts     []did
	seven    map[matter.ID][]*stay
	laws     map[matter.ID][]*stay
	state    map[matter.ID]matter.State
	calendar *calendar.Notice
	pausedTo calendar.Date
	spans    []span
	visits   []int64 // of the server's loop, that came to their end
	warnings []seen
	known    map[string]bool
	visiting bool
	until    int64
	wrong    []string
}

func (f *story) begin(int64) {
	f.seven, f.laws, f.state, f.known = map[matter.ID][]*stay{}, map[matter.ID][]*stay{}, map[matter.ID]matter.State{}, map[string]bool{}
	f.calendar = calendar.Published()
}

// A did is one act that was done.
type did struct {
	here, now int64
	id        matter.ID
	act       matter.Act
	level     int64
}

// A span is a time in which the server was up and its clock ran by itself.
type span struct{ up, from, to, skew int64 }

// A seen is a warning with what came with it.
type seen struct {
	deadline.Warning
	Kind     string `db:"kind"`
	Start    int64  `db:"started_at"` // of its clock
	Orders   int64  `db:"orders"`
	Number   string `db:"number"`
	Receipts int64  `db:"receipts"`
	here     int64
	visited  bool
}

// A stay is the time a matter lies with a level, or under a law, without a
// result.
type stay struct {
	id          matter.ID
	kind        string
	level       int64
	start, from int64 // by the clock, and in truth
	endNow, end int64 // 0 as long as nothing stops it
	dues        []due // the limit, and those that it became
	legal
}

type due struct{ here, at int64 }

func (s *stay) stop(here, now int64) { s.end, s.endNow = here, now }

const week = int64(7 * 24 * time.Hour / time.Millisecond)

// tell takes in an act.
func (f *story) tell(a matter.Act, m matter.Matter, here, now int64) {
	f.acts = append(f.acts, did{here, now, m.ID, a, m.Level})
	was := f.state[m.ID]
	f.state[m.ID] = m.State
	open := func() {
		limit := week
		if d := m.Days * 24 * hour; d > 0 && d < week {
			limit = d
		}
		f.seven[m.ID] = append(f.seven[m.ID], &stay{id: m.ID, kind: deadline.SevenDay, level: m.Level, start: now, from: here, dues: []due{{here, now + limit}}})
	}
	runs := false
	stop := func(below int64) {
		for _, s := range f.seven[m.ID] {
			switch {
			case s.end == 0 && s.level < below:
				s.stop(here, now)
			case s.end == 0 && s.level == m.Level:
				runs = true
			}
		}
	}
	switch a {
	case matter.Report, matter.SendDown, matter.Reopen:
		open()
	case matter.SendUp:
		if stop(m.Level); !runs {
			open()
		}
	case matter.Handle, matter.Withdraw:
		stop(9)
	case matter.Rehome:
		return
	}
	f.tellLaws(a, m, was, here, now)
}

// nextLimit is when, by the clock, a limit or the word before it is due next; 0
// is never.
func (f *story) nextLimit(now int64) (next int64) {
	for _, all := range f.seven {
		for _, s := range all {
			at := s.dues[0].at
			if s.end != 0 {
				continue
			}
			if word := s.start + (at-s.start)/5*4; word > now {
				at = word
			}
			for at <= now {
				at += week
			}
			if next == 0 || at < next {
				next = at
			}
		}
	}
	return next
}

func (f *story) say(format string, args ...any) {
	f.wrong = append(f.wrong, fmt.Sprintf(format, args...))
}

// must is the moment by which the warning of a limit has to be there that was in
// force for a time: the server has been up for a minute, and its clock has shown
// the limit all the while. 0 is never.
func (f *story) must(from, to, at int64) int64 {
	for _, s := range f.spans {
		end := min(s.to, to)
		if t := max(s.from, from, at-s.skew); t+minute <= end {
			return t + minute
		}
	}
	return 0
}

// check holds a story to the rule: each limit has its warning within a minute of
// the server being up, once, never early, in order, told one level higher each
// week, with an order and a receipt of both centres, and nothing else happens.
func (f *story) check(t *testing.T, d *db.DB) []string {
	t.Helper()
	type key struct {
		subject, kind     string
		level, start, due int64
	}
	found := map[key][]seen{}
	for _, w := range f.warnings {
		k := key{w.Subject, w.Kind, w.Level, w.Start, w.DueAt}
		if w.Kind != deadline.SevenDay {
			k.level = 0
		}
		found[k] = append(found[k], w)
		if w.Orders != 1 || w.Receipts != 2 {
			f.say("wrong: a warning of %s has %d orders and went to %d centres", w.Subject, w.Orders, w.Receipts)
		}
	}
	for _, all := range [...]map[matter.ID][]*stay{f.seven, f.laws} {
		for _, stays := range all {
			for _, s := range stays {
				f.checkStay(s, func(due, until int64) (got []seen) {
					k := key{"matter/" + string(s.id), s.kind, s.level, s.start, due}
					var later []seen
					for _, w := range found[k] {
						if w.here > until {
							later = append(later, w)
						} else {
							got = append(got, w)
						}
					}
					if found[k] = later; later == nil {
						delete(found, k)
					}
					return got
				})
			}
		}
	}
	for k := range found {
		f.say("early: %s is warned of for %s by %s, when nothing was due", k.subject, at(k.due), k.kind)
	}
	f.checkOrder()
	f.checkTimelines(t, d)
	return f.wrong
}

// checkStay takes the warnings of a stay from those that are there, each for the
// limit that was in force when it came: a limit that was given up for another may
// be the day on which that one is told a level higher.
func (f *story) checkStay(s *stay, take func(due, until int64) []seen) {
	end := s.end
	if end == 0 {
		end = f.until
	}
	first := s.dues[len(s.dues)-1]
	fired := false
	one := func(step, from, to, due int64) bool {
		until := to
		if to == end {
			until = math.MaxInt64 // what comes afterwards comes too late, or early
		}
		got, by := take(due, until), f.must(from, to, due)
		if s.end != 0 && to == s.end && s.endNow >= due && (by == 0 || s.end < by) {
			by = s.end // whoever ends it does not outrun the sweep
		}
		switch {
		case len(got) > 1:
			f.say("twice: %s of %s, step %d", s.kind, s.id, step)
		case len(got) == 0 && by != 0:
			f.say("missed: %s of %s, level %d, step %d was due %s", s.kind, s.id, s.level, step, at(due))
		case len(got) == 1 && by != 0 && got[0].here > by:
			f.say("missed: %s of %s, step %d due %s came %s, late by %d ms", s.kind, s.id, step, at(due), at(got[0].At), got[0].here-by)
		case len(got) == 1 && s.end != 0 && got[0].here > s.end:
			f.say("early: %s of %s, step %d, of what had been done", s.kind, s.id, step)
		case len(got) == 1 && got[0].At < due:
			f.say("early: %s of %s, step %d", s.kind, s.id, step)
		case len(got) == 1 && got[0].Told != min(f.levelOf(s, got[0].here)+1+step, 5):
			f.say("wrong: %s of %s, step %d tells level %d", s.kind, s.id, step, got[0].Told)
		}
		return len(got) > 0
	}
	for i, d := range s.dues {
		if slices.ContainsFunc(s.dues[i+1:], func(o due) bool { return o.at == d.at }) {
			continue // it became this limit once more
		}
		to := end
		if i+1 < len(s.dues) {
			to = s.dues[i+1].here
		}
		if one(0, d.here, to, d.at) {
			if fired {
				f.say("twice: %s of %s, for two limits", s.kind, s.id)
			}
			first, fired = d, true
		}
	}
	for step := int64(1); first.at+step*week <= f.latest(); step++ {
		one(step, first.here, end, first.at+step*week)
	}
}

// latest is the latest that the machine's clock has ever shown: it may be wrong
// by more than a few hours, set again and again.
func (f *story) latest() (now int64) {
	for _, s := range f.spans {
		now = max(now, s.to+s.skew)
	}
	return now
}

// levelOf is the level that a stay lies with at a moment: a limit of a law goes
// with its matter.
func (f *story) levelOf(s *stay, here int64) (level int64) {
	if s.level != 0 {
		return s.level
	}
	for _, a := range f.acts {
		if a.id == s.id && (a.here < here || level == 0) {
			level = a.level
		}
	}
	return level
}

// checkOrder: of what one visit stores, the longest overdue is the first, and
// the numbers of the year's orders are there, each once.
func (f *story) checkOrder() {
	n := map[string]int{}
	visits := map[int64][]seen{}
	for _, w := range f.warnings {
		n[w.Number]++
		if w.visited {
			visits[w.here] = append(visits[w.here], w)
		}
	}
	for i := range f.warnings {
		if number := fmt.Sprintf("白综督〔2026〕%d号", i+1); n[number] != 1 {
			f.say("wrong: order %s is there %d times", number, n[number])
		}
	}
	number := func(w seen) (n int) { fmt.Sscanf(w.Number, "白综督〔2026〕%d号", &n); return n }
	for _, all := range visits {
		slices.SortFunc(all, func(a, b seen) int { return cmp.Compare(number(a), number(b)) })
		last := int64(0)
		seen := map[string]bool{}
		for _, w := range all {
			if seen[w.ClockID] {
				continue
			}
			if seen[w.ClockID] = true; w.DueAt < last {
				f.say("order: %s, due %s, came after one due %s", w.Subject, at(w.DueAt), at(last))
			}
			last = w.DueAt
		}
	}
}

// untouched compares what a sweep has no business with.
func (f *story) untouched(before, after []string) {
	if !slices.Equal(before, after) {
		f.say("touched: a sweep has changed something else")
	}
}

// checkTimelines: each timeline holds what people did, in that order and nothing
// else; and the word beforehand came between four fifths and the limit, once.
func (f *story) checkTimelines(t *testing.T, d *db.DB) {
	t.Helper()
	var events []matter.Event
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		events, err = db.All[matter.Event](tx, `select `+db.Columns[matter.Event]("")+` from matter_event order by matter_id, n`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	type line struct {
		people  []matter.Act
		words   []int64
		warned  int
		ordered int
	}
	is, want := map[matter.ID]*line{}, map[matter.ID][]matter.Act{}
	for _, e := range events {
		l := is[e.MatterID]
		if l == nil {
			l = &line{}
			is[e.MatterID] = l
		}
		switch {
		case e.Act == matter.Notice && e.About == "":
			l.words = append(l.words, e.At)
		case e.Act == matter.Warn:
			l.warned++
		case e.Act == matter.Supervise:
			l.ordered++
		case e.Kind != string(actor.System):
			l.people = append(l.people, e.Act)
		}
	}
	for _, a := range f.acts {
		want[a.id] = append(want[a.id], a.act)
	}
	warned := map[matter.ID]int{}
	for _, w := range f.warnings {
		warned[matter.ID(w.Subject[len("matter/"):])]++
	}
	for id, acts := range want {
		l := is[id]
		if l == nil || !slices.Equal(l.people, acts) {
			f.say("wrong: the timeline of %s is not what was done", id)
			continue
		}
		if l.warned != warned[id] || l.ordered != warned[id] {
			f.say("wrong: the timeline of %s tells of %d warnings and %d orders, %d are stored", id, l.warned, l.ordered, warned[id])
		}
		f.checkWords(id, l.words)
	}
}

// checkWords: the words beforehand about the seven days of one matter.
func (f *story) checkWords(id matter.ID, words []int64) {
	windows := 0
	inside := map[int64]bool{}
	for _, s := range f.seven[id] {
		from, to := s.start+(s.dues[0].at-s.start)/5*4, s.dues[0].at
		end := s.end
		if end == 0 {
			end = f.until
		}
		said := false
		for _, w := range words {
			if w >= from && w <= to {
				inside[w], said = true, true
			}
		}
		if said {
			windows++
		}
		visit := slices.ContainsFunc(f.visits, func(v int64) bool {
			now := v + f.skewAt(v)
			return v > s.from && v < end && now >= from && now < to
		})
		if visit && !said {
			f.say("missed: the word beforehand of %s at %s", id, at(from))
		}
	}
	for _, w := range words {
		if !inside[w] {
			f.say("early: the word beforehand of %s at %s", id, at(w))
		}
	}
	if len(words) > windows {
		f.say("twice: the word beforehand of %s", id)
	}
}

// skewAt is by how much the machine's clock was wrong at a moment it was up.
func (f *story) skewAt(here int64) int64 {
	for _, s := range f.spans {
		if here >= s.from && here <= s.to {
			return s.skew
		}
	}
	return 0
}

func at(ms int64) string { return time.UnixMilli(ms).UTC().Format("01-02 15:04:05") }

// owner is who holds a level's post over a grid.
func owner(level int64, path string) actor.Actor {
	return as(actor.AtLevel(int(level)), path[:map[int64]int{2: 15, 3: 12, 4: 9, 5: 6}[level]])
}

package matter_test

import (
	"slices"
	"time"

	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/matter"
)

// What a law gives, counted here on the fingers: the same rule as package
// deadline's, from the same articles, and none of its code.

// A law is a limit besides the seven days.
type law struct {
	kind, category string
	days           int
	working, rolls bool
	pauseMost      int
}

var lawsOf = []law{
	{deadline.PetitionAccept, matter.Petition, 15, false, true, 0},
	{deadline.PetitionAnswer, matter.Petition, 60, false, true, 0},
	{deadline.HotlineAnswer, matter.Hotline, 5, true, false, 15},
}

// A legal is what of a stay a law counts by.
type legal struct {
	law
	day    calendar.Date // on which it began
	paused [][2]calendar.Date
	longer int
}

func (l legal) limit(n *calendar.Notice) int64 {
	off := map[calendar.Date]bool{}
	for _, p := range l.paused {
		for d := p[0]; d < p[1] && len(off) < l.pauseMost; d = d.AddDays(1) {
			off[d] = true
		}
	}
	d := l.day
	for left := l.days + l.longer; left > 0; {
		if d = d.AddDays(1); !off[d] && (!l.working || n.Working(d)) {
			left--
		}
	}
	for l.rolls && !n.Working(d) {
		d = d.AddDays(1)
	}
	return d.End().UnixMilli()
}

// tellLaws is what an act does to the limits of laws.
func (f *story) tellLaws(a matter.Act, m matter.Matter, was matter.State, here, now int64) {
	today := calendar.On(time.UnixMilli(now))
	var running []*stay
	for _, s := range f.laws[m.ID] {
		if s.end == 0 {
			running = append(running, s)
		}
	}
	stop := func(kind string) {
		for _, s := range running {
			if kind == "" || s.kind == kind {
				s.stop(here, now)
			}
		}
	}
	switch {
	case m.IsEnded():
		stop("")
		return
	case a == matter.Suspend:
		for _, s := range running {
			f.pause(s, today, here, now)
		}
		return
	case was == matter.Suspended && m.State != matter.Suspended:
		for _, s := range running {
			if n := len(s.paused); n > 0 && s.paused[n-1][1] > today && !s.over(now) {
				s.paused[n-1][1] = today
				s.count(f.calendar, here)
			}
		}
	}
	told := a == matter.Tell || a == matter.Handle && m.WordBy != 0
	for _, l := range lawsOf {
		if told || l.kind == deadline.PetitionAccept && a == matter.Accept {
			stop(l.kind)
		}
		starts := map[string][]matter.Act{deadline.PetitionAccept: {matter.Report}, deadline.PetitionAnswer: {matter.Accept, matter.Reopen}, deadline.HotlineAnswer: {matter.Report, matter.Reopen}}[l.kind]
		runs := slices.ContainsFunc(f.laws[m.ID], func(s *stay) bool { return s.kind == l.kind && s.end == 0 })
		if m.Kind == l.category && slices.Contains(starts, a) && !runs {
			s := &stay{id: m.ID, kind: l.kind, from: here, start: now, legal: legal{law: l, day: today}}
			s.count(f.calendar, here)
			f.laws[m.ID] = append(f.laws[m.ID], s)
		}
	}
}

// pause pauses one that can be.
func (f *story) pause(s *stay, today calendar.Date, here, now int64) {
	used := map[calendar.Date]bool{}
	for _, p := range s.paused {
		for d := p[0]; d < p[1]; d = d.AddDays(1) {
			used[d] = true
		}
	}
	n := len(s.paused)
	if s.pauseMost == 0 || s.over(now) || len(used) >= s.pauseMost || n > 0 && s.paused[n-1][1] > today {
		return
	}
	if n > 0 && s.paused[n-1][0] == today {
		s.paused[n-1][1] = f.pausedTo
	} else {
		s.paused = append(s.paused, [2]calendar.Date{today, f.pausedTo})
	}
	s.count(f.calendar, here)
}

// extend makes one longer.
func (f *story) extend(id matter.ID, kind string, by int, here int64) {
	for _, s := range f.laws[id] {
		if s.kind == kind && s.end == 0 {
			s.longer = by
			s.count(f.calendar, here)
		}
	}
}

// newYear is another notice of holidays: what has not passed is counted anew.
func (f *story) newYear(n *calendar.Notice, here int64) {
	f.calendar = n
	for _, all := range f.laws {
		for _, s := range all {
			if s.end == 0 && !f.told(s) {
				s.count(n, here)
			}
		}
	}
}

// told reports whether a stay has had its warning.
func (f *story) told(s *stay) bool {
	return slices.ContainsFunc(f.warnings, func(w seen) bool {
		return w.Subject == "matter/"+string(s.id) && w.Kind == s.kind && w.Start == s.start && slices.ContainsFunc(s.dues, func(d due) bool { return d.at == w.DueAt })
	})
}

func (s *stay) over(now int64) bool { return now >= s.dues[len(s.dues)-1].at }

func (s *stay) count(n *calendar.Notice, here int64) {
	at := s.limit(n)
	if k := len(s.dues); k > 0 && s.dues[k-1].at == at {
		return
	}
	s.dues = append(s.dues, due{here, at})
}

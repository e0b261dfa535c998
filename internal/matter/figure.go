package matter

import (
	"time"

	"anju/internal/calendar"
)

// A Figure is what one matter counts for: the row behind each number of a
// board. It is written in the transaction of the act that changes it.
type Figure struct {
	MatterID   ID     `db:"matter_id"`
	Path       string `db:"path"`
	ReportedOn string `db:"reported_on"` // civil date
	ClosedOn   string `db:"closed_on"`   // "" while it is open
	Level      int64  `db:"level"`       // that solved it; 0 while it is open
	Answered   int64  `db:"answered"`    // 1: somebody took it up within Answer
	OnTime     int64  `db:"on_time"`     // 1: closed, and no limit ever passed
	Solved     int64  `db:"solved"`      // 1: the reporter has confirmed
	First      int64  `db:"first"`       // 1: solved, and never opened again
	Minutes    int64  `db:"minutes"`     // from report to close
}

// Answer is how soon a matter is to be taken up to count as answered (响应).
const Answer = 24 * time.Hour

// answers are the acts by which a level takes a matter up.
var answers = map[Act]bool{Accept: true, Dispatch: true, Transfer: true, Return: true, SendUp: true, SendDown: true, Handle: true}

// counted are the acts after which a matter may count for something else.
var counted = map[Act]bool{Report: true, SplitOff: true, Accept: true, Dispatch: true, Transfer: true, Return: true, SendUp: true, SendDown: true, Handle: true,
	Close: true, Confirm: true, Lapse: true, Withdraw: true, Reopen: true, Rehome: true}

// FigureOf is the rule: what a matter counts for, given its timeline and
// whether a limit of it ever passed.
func FigureOf(m Matter, events []Event, late bool) Figure {
	f := Figure{MatterID: m.ID, Path: m.Path, ReportedOn: string(calendar.On(time.UnixMilli(m.ReportedAt)))}
	again := false
	for _, e := range events {
		if answers[e.Act] && e.At <= m.ReportedAt+Answer.Milliseconds() {
			f.Answered = 1
		}
		again = again || e.Act == Reopen
	}
	if !m.IsEnded() { // what is taken back counts as closed and not solved: pressing for it raises no rate
		return f
	}
	f.ClosedOn, f.Level, f.Solved = string(calendar.On(time.UnixMilli(m.ClosedAt))), m.ClosedLevel, m.Solved
	f.Minutes = (m.ClosedAt - m.ReportedAt) / time.Minute.Milliseconds()
	if !late {
		f.OnTime = 1
	}
	if !again {
		f.First = m.Solved
	}
	return f
}

// A Month is what the matters of a grid count for in a month: the sum of
// Figures, each in the month of its report and in that of its close.
type Month struct {
	ID    string `db:"id"` // path and month as they were
	Path  string `db:"path"`
	Month string `db:"month"` // 2026-11; "" for what is open now
	Sums
}

// Sums are counts of matters.
type Sums struct {
	Reported int64 `db:"reported"`
	Answered int64 `db:"answered"` // of those reported, taken up within a day
	Closed   int64 `db:"closed"`
	OnTime   int64 `db:"on_time"`
	Solved   int64 `db:"solved"`
	First    int64 `db:"first"`
	Level2   int64 `db:"level2"`
	Level3   int64 `db:"level3"`
	Level4   int64 `db:"level4"`
	Level5   int64 `db:"level5"`
	Minutes  int64 `db:"minutes"`
	Open     int64 `db:"open"`
}

// Add adds another sum, k times.
func (s *Sums) Add(o Sums, k int64) {
	s.Reported, s.Answered, s.Closed = s.Reported+k*o.Reported, s.Answered+k*o.Answered, s.Closed+k*o.Closed
	s.OnTime, s.Solved, s.First = s.OnTime+k*o.OnTime, s.Solved+k*o.Solved, s.First+k*o.First
	s.Level2, s.Level3, s.Level4, s.Level5 = s.Level2+k*o.Level2, s.Level3+k*o.Level3, s.Level4+k*o.Level4, s.Level5+k*o.Level5
	s.Minutes, s.Open = s.Minutes+k*o.Minutes, s.Open+k*o.Open
}

// Months is what a figure counts for, by month.
func (f Figure) Months() []Month {
	one := func(month string, s Sums) Month {
		return Month{ID: f.Path + "/" + month, Path: f.Path, Month: month, Sums: s}
	}
	all := []Month{one(f.ReportedOn[:7], Sums{Reported: 1, Answered: f.Answered})}
	if f.ClosedOn == "" {
		return append(all, one("", Sums{Open: 1}))
	}
	s := Sums{Closed: 1, OnTime: f.OnTime, Solved: f.Solved, First: f.First, Minutes: f.Minutes}
	switch {
	case f.Level <= 2:
		s.Level2 = 1
	case f.Level == 3:
		s.Level3 = 1
	case f.Level == 4:
		s.Level4 = 1
	default:
		s.Level5 = 1
	}
	return append(all, one(f.ClosedOn[:7], s))
}

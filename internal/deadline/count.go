package deadline

import (
	"time"

	"anju/internal/calendar"
)

// A Pause is a stretch of days that a clock does not count: from the day it was
// paused on, up to and without the day it was resumed on.
type Pause struct {
	ClockID  string        `db:"clock_id" record:"track"`
	From     calendar.Date `db:"from_on" record:"track"`
	To       calendar.Date `db:"to_on" record:"track"` // "" while it is paused
	PausedBy string        `db:"paused_by" record:"track"`
}

// paused reports whether a pause is still under way on a day.
func (p Pause) paused(on calendar.Date) bool { return p.To == "" || on < p.To }

// count is the rule of counting: when a clock's limit passes, and when to say
// so beforehand. A pause that nobody ends ends by itself once the clock has
// been paused for as long as it can be: the limit never waits for a person.
func (c Clock) count(n *calendar.Notice, pauses []Pause) Clock {
	start := time.UnixMilli(c.StartedAt)
	limit := c.end(n, start, pauses)
	if c.LatestAt != 0 && limit.UnixMilli() > c.LatestAt {
		limit = time.UnixMilli(c.LatestAt)
	}
	c.LimitAt = limit.UnixMilli()
	c.DueAt = c.LimitAt
	c.NoticeAt = c.StartedAt + (c.LimitAt-c.StartedAt)/5*4
	return c
}

func (c Clock) end(n *calendar.Notice, start time.Time, pauses []Pause) time.Time {
	amount := c.Amount + c.Extended
	switch c.Unit {
	case ExactDay:
		return start.Add(time.Duration(amount) * 24 * time.Hour)
	case Hour:
		return start.Add(time.Duration(amount) * time.Hour)
	}
	d := calendar.On(start)
	stopped := within(pauses, c.PauseMost)
	switch c.Unit {
	case Month:
		d = addPaused(d, d.AddMonths(int(amount)), stopped)
	case ByYear:
		d = addPaused(d, d.AddYears(int(amount)), stopped)
	default:
		for left := amount; left > 0; {
			d = d.AddDays(1)
			if !stopped[d] && (c.Unit == Day || n.Working(d)) {
				left--
			}
		}
	}
	if c.Rolls == 1 {
		d = n.RollForward(d)
	}
	return d.End()
}

// within are the days of pauses, the first first, up to the most a clock can be
// paused.
func within(pauses []Pause, most int64) map[calendar.Date]bool {
	days := map[calendar.Date]bool{}
	for _, p := range pauses {
		for d := p.From; (p.To == "" || d < p.To) && int64(len(days)) < most; d = d.AddDays(1) {
			days[d] = true
		}
	}
	return days
}

// addPaused moves a last day by the paused days before it, and by those in the
// days it was moved by.
func addPaused(from, last calendar.Date, stopped map[calendar.Date]bool) calendar.Date {
	for d := from; d < last; {
		if d = d.AddDays(1); stopped[d] {
			last = last.AddDays(1)
		}
	}
	return last
}

// Provisional reports whether a clock's limit hangs on days of a year whose
// notice is not known yet: it is computed anew once it is.
func (c Clock) Provisional(n *calendar.Notice) bool {
	if c.Unit != WorkingDay && c.Rolls == 0 {
		return false
	}
	first, last := calendar.On(time.UnixMilli(c.StartedAt)), calendar.On(time.UnixMilli(c.LimitAt-1))
	for y := first.Year(); y <= last.Year(); y++ {
		if n.Provisional(y) && (c.Unit == WorkingDay || y == last.Year()) {
			return true
		}
	}
	return false
}

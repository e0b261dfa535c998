package deadline

import (
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
)

// Start starts a clock. The caller records the act that started it. A clock of
// the seven-day rule takes the county's limit of the day it starts on, which
// shortens what was given and never lengthens it.
func Start(tx *db.Tx, c Clock) (Clock, error) {
	if c.Kind == SevenDay {
		t, err := TermOn(tx, SevenDay, calendar.On(time.UnixMilli(c.StartedAt)))
		if err != nil {
			return c, err
		}
		n, err := Calendar(tx)
		if err != nil {
			return c, err
		}
		c.Amount, c.Unit, c.LatestAt = t.Amount, t.Unit, c.LimitAt
		c = c.count(n, nil)
	}
	c.ID = tx.NewID()
	return c, db.Insert(tx, "clock", c)
}

// Carry gives a subject a running clock of another as it is, with the warnings
// it has given counted and its pauses: what is split wins no time.
func Carry(tx *db.Tx, c Clock, subject string) error {
	pauses, err := PausesOf(tx, c.ID)
	if err != nil {
		return err
	}
	c.ID, c.Subject = tx.NewID(), subject
	if err := db.Insert(tx, "clock", c); err != nil {
		return err
	}
	for _, p := range pauses {
		p.ClockID = c.ID
		if err := db.Insert(tx, "clock_pause", p); err != nil {
			return err
		}
	}
	return nil
}

// Counted is a clock of a limit as it comes with the program, by the calendar
// that does: for the seed.
func Counted(kind, subject, path string, level int64, at time.Time) Clock {
	for _, t := range defaults {
		if t.Kind == kind {
			return t.clock(calendar.Published(), subject, path, level, at)
		}
	}
	return Clock{}
}

// StartKind starts a clock of a limit that is counted from a moment on, as the
// limit is that day.
func StartKind(tx *db.Tx, kind, subject, path string, level int64, at time.Time) (Clock, error) {
	all, err := StartAll(tx, kind, []On{{subject, path, level}}, at)
	if err != nil {
		return Clock{}, err
	}
	return all[0], nil
}

// An On is what a clock runs on: a subject, the place it lies in, and whose
// level it is.
type On struct {
	Subject, Path string
	Level         int64
}

// StartAll is StartKind for several subjects at one moment.
func StartAll(tx *db.Tx, kind string, on []On, at time.Time) ([]Clock, error) {
	t, err := TermOn(tx, kind, calendar.On(at))
	if err != nil {
		return nil, err
	}
	n, err := Calendar(tx)
	if err != nil {
		return nil, err
	}
	counted := t.clock(n, "", "", 0, at) // one moment, one limit
	all := make([]Clock, len(on))
	for i, o := range on {
		all[i] = counted
		all[i].ID, all[i].Subject, all[i].Path, all[i].Level = tx.NewID(), o.Subject, o.Path, o.Level
	}
	return all, db.InsertAll(tx, "clock", all)
}

// Stop stops the running clocks of a kind of a subject. Whoever stops a clock
// settles it first; see Settle.
func Stop(tx *db.Tx, subject, kind string) error {
	_, err := tx.Exec(`update clock set stopped_at = $3 where subject = $1 and kind = $2 and stopped_at = 0`, subject, kind, tx.Millis())
	return err
}

// Runs reports whether a clock of a kind of a subject is running.
func Runs(tx *db.Tx, subject, kind string) (bool, error) {
	n, err := db.One[int64](tx, `select count(*) from clock where subject = $1 and kind = $2 and stopped_at = 0`, subject, kind)
	return n > 0, err
}

// StopOthers stops every running clock of a subject but those of a kind.
func StopOthers(tx *db.Tx, subject, kind string) error {
	_, err := tx.Exec(`update clock set stopped_at = $3 where subject = $1 and kind <> $2 and stopped_at = 0`, subject, kind, tx.Millis())
	return err
}

// Hand lets the running clocks of a subject, but those of a kind, follow it to
// another level: a limit of a law goes on whoever has the matter.
func Hand(tx *db.Tx, subject, but string, level int64) error {
	_, err := tx.Exec(`update clock set level = $3 where subject = $1 and kind <> $2 and stopped_at = 0`, subject, but, level)
	return err
}

// PauseAll pauses the clocks of a subject that can be paused: those whose limit
// has not passed and whose days of pause are not used up. The seven-day rule's
// never can. The pause ends on a day, on which its clock counts again. The
// caller records why.
func PauseAll(tx *db.Tx, subject string, until calendar.Date) (paused []Clock, err error) {
	return recount(tx, subject, func(c Clock, pauses []Pause) ([]Pause, error) {
		today := calendar.On(tx.Now())
		n := len(pauses)
		if c.PauseMost == 0 || n > 0 && pauses[n-1].paused(today) || int64(len(within(pauses, c.PauseMost))) >= c.PauseMost {
			return nil, nil
		}
		if n > 0 && pauses[n-1].From == today { // paused again on the day it was resumed on
			pauses[n-1].To = until
			_, err := tx.Exec(`update clock_pause set to_on = $3, paused_by = $4 where clock_id = $1 and from_on = $2`, c.ID, today, until, tx.By().Account)
			return pauses, err
		}
		p := Pause{ClockID: c.ID, From: today, To: until, PausedBy: tx.By().Account}
		return append(pauses, p), db.Insert(tx, "clock_pause", p)
	})
}

// ResumeAll lets the paused clocks of a subject run on from today.
func ResumeAll(tx *db.Tx, subject string) (resumed []Clock, err error) {
	return recount(tx, subject, func(c Clock, pauses []Pause) ([]Pause, error) {
		n, today := len(pauses), calendar.On(tx.Now())
		if n == 0 || !pauses[n-1].paused(today) {
			return nil, nil
		}
		pauses[n-1].To = today
		_, err := tx.Exec(`update clock_pause set to_on = $3 where clock_id = $1 and from_on = $2`, c.ID, pauses[n-1].From, pauses[n-1].To)
		return pauses, err
	})
}

// Extend makes a limit longer, once, by at most what its rule allows and while
// it has not passed. The caller records who agreed to it and why.
func Extend(tx *db.Tx, subject, kind string, by int64) (Clock, error) {
	out, err := recount(tx, subject, func(c Clock, pauses []Pause) ([]Pause, error) {
		if c.Kind != kind || by < 1 || by > c.extendable(tx.Now()) {
			return nil, nil
		}
		if pauses == nil {
			pauses = []Pause{}
		}
		return pauses, nil
	}, func(c *Clock) { c.Extended = by })
	if err == nil && len(out) == 0 {
		err = fault.New(fault.Conflict, "deadline.extend.not_now")
	}
	if err != nil {
		return Clock{}, err
	}
	return out[0], nil
}

// extendable is by how much a running limit can still be made longer, in its own
// unit; 0 when it cannot: it has been, it has passed, or its rule allows none.
func (c Clock) extendable(now time.Time) int64 {
	if c.StoppedAt != 0 || c.Step != 0 || c.Extended != 0 || c.Overdue(now) {
		return 0
	}
	return ExtendMost(c.Kind)
}

// Longer are the last days of a running limit if it is made longer by one, by
// two, and so on to the most that its rule allows; none when it cannot be.
func (c Clock) Longer(n *calendar.Notice, pauses []Pause, now time.Time) (last []calendar.Date) {
	for by := int64(1); by <= c.extendable(now); by++ {
		is := c
		is.Extended = by
		last = append(last, is.again(n, pauses, now).LastDay())
	}
	return last
}

// LastDay is the civil day at whose end a limit that is counted in days passes.
func (c Clock) LastDay() calendar.Date { return calendar.On(time.UnixMilli(c.LimitAt - 1)) }

// recount lets f change the pauses of each running clock whose limit has not
// passed, and counts those anew of which it returns any.
func recount(tx *db.Tx, subject string, f func(Clock, []Pause) ([]Pause, error), change ...func(*Clock)) (out []Clock, err error) {
	clocks, err := running(tx, subject)
	if err != nil {
		return nil, err
	}
	n, err := Calendar(tx)
	if err != nil {
		return nil, err
	}
	for _, c := range clocks {
		if c.Kind == SevenDay || c.Step > 0 || c.Overdue(tx.Now()) {
			continue
		}
		pauses, err := PausesOf(tx, c.ID)
		if err != nil {
			return nil, err
		}
		if pauses, err = f(c, pauses); err != nil || pauses == nil {
			if err != nil {
				return nil, err
			}
			continue
		}
		for _, do := range change {
			do(&c)
		}
		is := c.again(n, pauses, tx.Now())
		if err := move(tx, is); err != nil {
			return nil, err
		}
		out = append(out, is)
	}
	return out, nil
}

// again counts a clock anew. What was said beforehand is said again only if
// the limit has moved so far that its time is still to come.
func (c Clock) again(n *calendar.Notice, pauses []Pause, now time.Time) Clock {
	is := c.count(n, pauses)
	if c.NoticeAt == 0 && is.NoticeAt <= now.UnixMilli() {
		is.NoticeAt = 0
	}
	return is
}

package deadline

import (
	"time"

	"anju/internal/calendar"
)

// A Stage is where a running limit stands, as a page says it.
type Stage string

// Stages of a limit, from its beginning on.
const (
	Ahead   Stage = "left"
	Near    Stage = "soon"  // four fifths of it or more are over: the notice has gone out
	LastDay Stage = "today" // it passes before midnight
	Passed  Stage = "late"
)

// Stand is the rule of the word beside a limit: where one stands that runs from
// one instant to another, and how many days are left until its date, or over.
// A limit that has passed is a day over at once.
func Stand(startedAt, limitAt int64, now time.Time) (Stage, int) {
	limit := time.UnixMilli(limitAt)
	if over := now.Sub(limit); over >= 0 {
		return Passed, max(1, int(over/(24*time.Hour)))
	}
	days := calendar.DaysBetween(calendar.On(now), calendar.On(limit))
	switch {
	case days == 0:
		return LastDay, 0
	case now.UnixMilli() >= startedAt+(limitAt-startedAt)/5*4:
		return Near, days
	}
	return Ahead, days
}

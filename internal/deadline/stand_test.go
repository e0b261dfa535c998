package deadline_test

import (
	"testing"
	"time"

	"anju/internal/calendar"
	"anju/internal/deadline"
)

// TestStand: the word beside a limit of seven days, and of one that a subject
// shortens. "Today" is a date, and what warns is the last fifth.
func TestStand(t *testing.T) {
	at := func(s string) time.Time {
		t.Helper()
		v, err := time.ParseInLocation("01-02 15:04", s, calendar.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return v.AddDate(2026, 0, 0)
	}
	for _, c := range []struct {
		start, limit, now string
		want              deadline.Stage
		days              int
	}{
		{"03-02 23:00", "03-09 23:00", "03-02 23:00", deadline.Ahead, 7},
		{"03-02 23:00", "03-09 23:00", "03-08 13:23", deadline.Ahead, 1}, // a minute before four fifths
		{"03-02 23:00", "03-09 23:00", "03-08 13:24", deadline.Near, 1},
		{"03-02 23:00", "03-09 23:00", "03-08 23:30", deadline.Near, 1}, // less than a day, and not today
		{"03-02 23:00", "03-09 23:00", "03-09 00:00", deadline.LastDay, 0},
		{"03-02 23:00", "03-09 23:00", "03-09 22:59", deadline.LastDay, 0},
		{"03-02 23:00", "03-09 23:00", "03-09 23:00", deadline.Passed, 1},
		{"03-02 23:00", "03-09 23:00", "03-10 22:59", deadline.Passed, 1},
		{"03-02 23:00", "03-09 23:00", "03-11 23:00", deadline.Passed, 2},
		{"03-02 01:00", "03-09 01:00", "03-08 23:00", deadline.Near, 1}, // two hours, and tomorrow
		{"03-02 08:00", "03-03 08:00", "03-02 09:00", deadline.Ahead, 1},
		{"03-02 08:00", "03-03 08:00", "03-03 07:00", deadline.LastDay, 0},
	} {
		got, days := deadline.Stand(at(c.start).UnixMilli(), at(c.limit).UnixMilli(), at(c.now))
		if got != c.want || days != c.days {
			t.Errorf("from %s to %s, at %s: %s %d, want %s %d", c.start, c.limit, c.now, got, days, c.want, c.days)
		}
	}
}

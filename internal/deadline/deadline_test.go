package deadline

import (
	"testing"
	"time"
)

var start = time.Date(2026, 2, 10, 4, 0, 0, 0, time.UTC) // a week that holds the Spring Festival

// day is a number of days after start.
func day(n float64) time.Time { return start.Add(time.Duration(n * 24 * float64(time.Hour))) }

// TestSevenDays holds the rule to the article, instant by instant: natural
// days, holidays and weekends included, from the very instant.
func TestSevenDays(t *testing.T) {
	c := New("matter/1", "610929100001001", 2, start, 0)
	for _, tt := range []struct {
		at   time.Time
		want bool
	}{
		{start, false}, {day(5.6), false}, {day(7).Add(-time.Millisecond), false}, {day(7), true}, {day(60), true},
	} {
		_, w, ok := c.warn(tt.at)
		if ok != tt.want {
			t.Errorf("%s after: warns %v, want %v", tt.at.Sub(start), ok, tt.want)
		}
		if c.Overdue(tt.at) != tt.want {
			t.Errorf("%s after: overdue %v, want %v", tt.at.Sub(start), !tt.want, tt.want)
		}
		if ok && (w.DueAt != day(7).UnixMilli() || w.At != tt.at.UnixMilli()) {
			t.Errorf("%s after: the warning says %d at %d, want the limit and the moment of storing", tt.at.Sub(start), w.DueAt, w.At)
		}
	}
}

// TestOneLevelHigherEachWeek: whom each warning tells, from each level.
func TestOneLevelHigherEachWeek(t *testing.T) {
	for level, told := range map[int64][]int64{2: {3, 4, 5, 5, 5}, 3: {4, 5, 5, 5}, 4: {5, 5, 5}, 5: {5, 5, 5, 5, 5, 5}} {
		c := New("matter/1", "610929100001001", level, start, 0)
		for step, want := range told {
			due := day(float64(7 * (step + 1)))
			if _, _, early := c.warn(due.Add(-time.Millisecond)); early {
				t.Errorf("level %d, step %d: warns early", level, step)
			}
			next, w, ok := c.warn(due)
			if !ok || w.Told != want || w.Level != level || w.Step != int64(step) || w.DueAt != due.UnixMilli() {
				t.Errorf("level %d, step %d: got %+v %v, want level %d told at %s", level, step, w, ok, want, due)
			}
			if _, _, twice := next.warn(due); twice {
				t.Errorf("level %d, step %d: warns twice", level, step)
			}
			if next.LimitAt != day(7).UnixMilli() {
				t.Errorf("level %d, step %d: the limit moved to %d", level, step, next.LimitAt)
			}
			c = next
		}
	}
}

func TestStoppedClockIsSilent(t *testing.T) {
	c := New("matter/1", "610929100001001", 2, start, 0)
	c.StoppedAt = day(8).UnixMilli()
	if _, _, ok := c.warn(day(30)); ok {
		t.Error("a stopped clock warns")
	}
	if _, ok := c.notice(day(6)); ok {
		t.Error("a stopped clock says a word beforehand")
	}
	if c.Overdue(day(30)) {
		t.Error("a stopped clock is overdue")
	}
}

// TestNotice: once, at 80 %, and never once the limit has passed.
func TestNotice(t *testing.T) {
	c := New("matter/1", "610929100001001", 2, start, 0)
	for _, tt := range []struct {
		at   time.Time
		want bool
	}{{start.Add(Limit/5*4 - time.Millisecond), false}, {start.Add(Limit / 5 * 4), true}, {day(7).Add(-time.Millisecond), true}, {day(7), false}, {day(9), false}} {
		next, ok := c.notice(tt.at)
		if ok != tt.want {
			t.Errorf("%s after: %v, want %v", tt.at.Sub(start), ok, tt.want)
		}
		if _, again := next.notice(tt.at); ok && again {
			t.Errorf("%s after: said twice", tt.at.Sub(start))
		}
	}
}

// TestShorterLimitWins: the law may shorten seven days, nothing lengthens them.
func TestShorterLimitWins(t *testing.T) {
	for _, tt := range []struct{ limit, want time.Duration }{
		{0, Limit}, {-time.Hour, Limit}, {30 * 24 * time.Hour, Limit}, {Limit, Limit}, {48 * time.Hour, 48 * time.Hour},
	} {
		c := New("matter/1", "610929100001001", 2, start, tt.limit)
		if got := time.Duration(c.LimitAt-c.StartedAt) * time.Millisecond; got != tt.want {
			t.Errorf("limit %s: got %s, want %s", tt.limit, got, tt.want)
		}
		next, _, ok := c.warn(start.Add(tt.want))
		if !ok || next.DueAt != start.Add(tt.want+Limit).UnixMilli() || next.LimitAt != c.LimitAt {
			t.Errorf("limit %s: after the first warning %+v, want the next seven days later and the limit unmoved", tt.limit, next)
		}
	}
}

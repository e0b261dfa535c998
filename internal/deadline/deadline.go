// Package deadline keeps legal clocks: when one started, when it is next due,
// how often it has warned. Clocks are data; a sweep finds what is due, however
// late the program comes to it. What a passed limit means belongs to the noun
// whose clock it is.
package deadline

import "time"

// Limit is the time a level has before the first warning, and the time between
// one warning and the next: seven natural days, which are seven times 24 hours
// from the instant the matter reached it, holidays and weekends included. A
// shorter limit that the law sets for a subject wins for the first warning; no
// subject has a longer one.
const Limit = 7 * 24 * time.Hour

// TopLevel is the last of the five levels. It is told again every week.
const TopLevel = 5

// A Clock is one level's time limit on one subject.
type Clock struct {
	ID        string `db:"id" record:"ignore"`
	Subject   string `db:"subject" record:"track"` // matter/<id>
	Kind      string `db:"kind" record:"track"`
	Path      string `db:"path" record:"track"`
	Level     int64  `db:"level" record:"track"` // whose clock it is
	StartedAt int64  `db:"started_at" record:"track"`
	Step      int64  `db:"step" record:"track"`      // warnings given so far
	LimitAt   int64  `db:"limit_at" record:"track"`  // when the limit itself passes or has passed: what is shown is what warns
	DueAt     int64  `db:"due_at" record:"track"`    // when the next warning is due
	NoticeAt  int64  `db:"notice_at" record:"track"` // when to say beforehand; 0 once said
	StoppedAt int64  `db:"stopped_at" record:"track"`

	// How the limit was counted: as the term was on the day the clock started.
	LatestAt  int64 `db:"latest_at" record:"ignore"` // the limit is never later than this; 0: nothing says so
	Amount    int64 `db:"amount" record:"track"`
	Unit      Unit  `db:"unit" record:"track"`
	Rolls     int64 `db:"rolls" record:"ignore"`
	PauseMost int64 `db:"pause_most" record:"ignore"`
	Extended  int64 `db:"extended" record:"track"`
}

// A Warning says that a limit has passed. It is stored once for each clock and
// step, with the limit that passed and the moment it was stored.
type Warning struct {
	ID      string `db:"id" record:"ignore"`
	ClockID string `db:"clock_id" record:"track"`
	Step    int64  `db:"step" record:"track"`
	Subject string `db:"subject" record:"track"`
	Path    string `db:"path" record:"track"`
	Level   int64  `db:"level" record:"track"` // who let it lie
	Told    int64  `db:"told" record:"track"`  // the level that is told
	DueAt   int64  `db:"due_at" record:"track"`
	At      int64  `db:"at" record:"track"`
}

// New is the seven-day clock of a level that a subject reaches at a moment. A
// limit shorter than seven days wins; 0 is none. The notice comes at 80 %.
func New(subject, path string, level int64, at time.Time, limit time.Duration) Clock {
	if limit <= 0 || limit > Limit {
		limit = Limit
	}
	end := at.Add(limit).UnixMilli()
	return Clock{
		Subject: subject, Kind: SevenDay, Path: path, Level: level, StartedAt: at.UnixMilli(),
		LimitAt: end, DueAt: end, NoticeAt: at.Add(limit / 5 * 4).UnixMilli(),
		LatestAt: end, Amount: int64(Limit / (24 * time.Hour)), Unit: ExactDay,
	}
}

// warn is the rule: a running clock whose time has come warns once more, tells
// one level higher each time (the fifth level every week), and runs on. ok is
// false while there is nothing to warn of.
func (c Clock) warn(now time.Time) (next Clock, w Warning, ok bool) {
	if c.StoppedAt != 0 || c.DueAt > now.UnixMilli() {
		return c, w, false
	}
	w = Warning{
		ClockID: c.ID, Step: c.Step, Subject: c.Subject, Path: c.Path, Level: c.Level,
		Told: min(c.Level+1+c.Step, TopLevel), DueAt: c.DueAt, At: now.UnixMilli(),
	}
	c.Step++
	c.DueAt += Limit.Milliseconds()
	c.NoticeAt = 0
	if c.Kind == OrderSign { // nothing is left to wait for
		c.StoppedAt = now.UnixMilli()
	}
	return c, w, true
}

// notice is the rule of the word beforehand: once, when its time has come and
// the limit has not passed yet.
func (c Clock) notice(now time.Time) (next Clock, ok bool) {
	if c.StoppedAt != 0 || c.NoticeAt == 0 || c.NoticeAt > now.UnixMilli() || c.Overdue(now) {
		return c, false
	}
	c.NoticeAt = 0
	return c, true
}

// LimitColumn is LimitAt in SQL, for a clock that a query calls c.
const LimitColumn = `c.limit_at`

// NoticeColumn is, in SQL, when four fifths of the limit of a clock that a
// query calls c are over.
const NoticeColumn = `(c.started_at + (c.limit_at - c.started_at) / 5 * 4)`

// Overdue reports whether the level's own limit has passed, warned or not:
// safety does not wait for a job.
func (c Clock) Overdue(now time.Time) bool { return c.StoppedAt == 0 && now.UnixMilli() >= c.LimitAt }

// Warn is the rule for those who live through time themselves: the seed, and
// the check that stored warnings obey it.
func (c Clock) Warn(now time.Time) (next Clock, w Warning, ok bool) { return c.warn(now) }

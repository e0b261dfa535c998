// Package deadline keeps legal clocks: when one started, when it is next due,
// how often it has warned. Clocks are data; a sweep finds what is due, however
// late the program comes to it. The rule of what a passed limit means belongs
// to the noun whose clock it is.
package deadline

// Kinds of clock.
const SevenDay = "seven_day" // 7 天未处理自动预警督办

// A Clock is one level's time limit on one subject.
type Clock struct {
	ID        string `db:"id" record:"ignore"`
	Subject   string `db:"subject" record:"track"` // matter/<id>
	Kind      string `db:"kind" record:"track"`
	Path      string `db:"path" record:"track"`
	Level     int64  `db:"level" record:"track"` // whose clock it is
	StartedAt int64  `db:"started_at" record:"track"`
	Step      int64  `db:"step" record:"track"`      // warnings given so far
	DueAt     int64  `db:"due_at" record:"track"`    // when the next warning is due
	NoticeAt  int64  `db:"notice_at" record:"track"` // when to say beforehand; 0 once said
	StoppedAt int64  `db:"stopped_at" record:"track"`
}

// A Warning says that a limit has passed: stored once for each clock and step.
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

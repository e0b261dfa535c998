package deadline

import "anju/internal/db"

// Start starts a clock. The caller records the act that started it.
func Start(tx *db.Tx, c Clock) (Clock, error) {
	c.ID = tx.NewID()
	return c, db.Insert(tx, "clock", c)
}

// Stop stops the running clocks of a kind of a subject. Whoever stops a clock
// settles it first; see Settle.
func Stop(tx *db.Tx, subject, kind string) error {
	_, err := tx.Exec(`update clock set stopped_at = $3 where subject = $1 and kind = $2 and stopped_at = 0`, subject, kind, tx.Millis())
	return err
}

// StopBelow stops the running clocks of a kind of a subject that belong to
// levels below one, and reports whether that level's own is running: it was
// never stopped. Whoever stops a clock settles it first; see Settle.
func StopBelow(tx *db.Tx, subject, kind string, level int64) (running bool, err error) {
	if _, err := tx.Exec(`update clock set stopped_at = $4 where subject = $1 and kind = $2 and level < $3 and stopped_at = 0`, subject, kind, level, tx.Millis()); err != nil {
		return false, err
	}
	n, err := db.One[int64](tx, `select count(*) from clock where subject = $1 and kind = $2 and level = $3 and stopped_at = 0`, subject, kind, level)
	return n > 0, err
}

// MoveTo says where the subject of running clocks lies now: who is told follows.
func MoveTo(tx *db.Tx, subject, path string) error {
	_, err := tx.Exec(`update clock set path = $2 where subject = $1 and stopped_at = 0`, subject, path)
	return err
}

// Of lists the clocks of a subject, the first first.
func Of(tx *db.Tx, subject string) ([]Clock, error) {
	return db.All[Clock](tx, `select `+db.Columns[Clock]("")+` from clock where subject = $1 order by started_at, id`, subject)
}

// WarningsOf lists the warnings about a subject, the first first.
func WarningsOf(tx *db.Tx, subject string) ([]Warning, error) {
	return db.All[Warning](tx, `select `+db.Columns[Warning]("")+` from warning where subject = $1 order by due_at, step`, subject)
}

func get(tx *db.Tx, id string) (Clock, error) {
	return db.One[Clock](tx, `select `+db.Columns[Clock]("")+` from clock where id = $1`, id)
}

func running(tx *db.Tx, subject string) ([]Clock, error) {
	return db.All[Clock](tx, `select `+db.Columns[Clock]("")+` from clock where subject = $1 and stopped_at = 0 order by started_at, id`, subject)
}

// step moves a clock on, unless another warning has come first.
func step(tx *db.Tx, was, is Clock) error {
	n, err := tx.Exec(`update clock set step = $2, due_at = $3, notice_at = $4 where id = $1 and step = $5 and stopped_at = 0`,
		is.ID, is.Step, is.DueAt, is.NoticeAt, was.Step)
	if err == nil && n != 1 {
		err = errMoved
	}
	return err
}

// A queue is a column by which clocks come due, with the query that lists
// them. The conditions are the ones of the partial indexes, word for word.
type queue struct {
	query string
	at    func(Clock) int64
}

var (
	warnings = queue{`select ` + db.Columns[Clock]("") + ` from clock where stopped_at = 0 and due_at <= $1
		and (due_at, id) > ($2, $3) order by due_at, id limit $4`, func(c Clock) int64 { return c.DueAt }}
	notices = queue{`select ` + db.Columns[Clock]("") + ` from clock where stopped_at = 0 and notice_at > 0 and notice_at <= $1
		and (notice_at, id) > ($2, $3) order by notice_at, id limit $4`, func(c Clock) int64 { return c.NoticeAt }}
)

// next lists running clocks whose time has come, the longest overdue first,
// after a given one: a clock that fails never hides the others.
func (q queue) next(tx *db.Tx, after Clock, limit int) ([]Clock, error) {
	return db.All[Clock](tx, q.query, tx.Millis(), q.at(after), after.ID, limit)
}

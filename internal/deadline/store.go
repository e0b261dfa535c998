package deadline

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/proposal"
)

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

// PausesOf lists the pauses of a clock, the first first.
func PausesOf(tx *db.Tx, clock string) ([]Pause, error) {
	return db.All[Pause](tx, `select `+db.Columns[Pause]("")+` from clock_pause where clock_id = $1 order by from_on`, clock)
}

func clockIDs(list []Clock) []string {
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	return ids
}

// withIDs are clocks in the order of their ids in a list.
func withIDs(tx *db.Tx, ids []string) ([]Clock, error) {
	all, err := db.In[Clock](tx, `select `+db.Columns[Clock]("")+` from clock where id in`, ids, "")
	if err == nil && len(all) != len(ids) {
		err = errMoved
	}
	at := make(map[string]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	slices.SortFunc(all, func(a, b Clock) int { return at[a.ID] - at[b.ID] })
	return all, err
}

func running(tx *db.Tx, subject string) ([]Clock, error) {
	return db.All[Clock](tx, `select `+db.Columns[Clock]("")+` from clock where subject = $1 and stopped_at = 0 order by started_at, id`, subject)
}

// A stepped is a clock that has moved on from a step.
type stepped struct {
	Clock
	was int64
}

// step moves clocks on, unless another warning has come first: many in one
// statement, in few sizes.
func step(tx *db.Tx, all []stepped) error {
	for n := 64; len(all) > 0; n /= 2 {
		for ; len(all) >= n; all = all[n:] {
			q := new(db.Query).Add(`update clock set step = v.column2, due_at = v.column3, notice_at = v.column4, stopped_at = v.column5 from (values`)
			for i, c := range all[:n] {
				row := ", (?, ?, ?, ?, ?, ?)"
				if i == 0 {
					row = "(cast(? as text), cast(? as bigint), cast(? as bigint), cast(? as bigint), cast(? as bigint), cast(? as bigint))"
				}
				q.Add(row, c.ID, c.Step, c.DueAt, c.NoticeAt, c.StoppedAt, c.was)
			}
			q.Add(`) as v where clock.id = v.column1 and clock.step = v.column6 and clock.stopped_at = 0 and clock.id in (`) // the list makes both engines look each up
			for i, c := range all[:n] {
				q.If(i > 0, ",").Add("?", c.ID)
			}
			q.Add(")")
			moved, err := tx.Exec(q.Text(), q.Args()...)
			if err == nil && moved != int64(n) {
				err = errMoved
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// move writes a limit that is counted anew, before it has warned.
func move(tx *db.Tx, is Clock) error {
	n, err := tx.Exec(`update clock set limit_at = $2, due_at = $2, notice_at = $3, extended = $4 where id = $1 and step = 0 and stopped_at = 0`,
		is.ID, is.LimitAt, is.NoticeAt, is.Extended)
	if err == nil && n != 1 {
		err = errMoved
	}
	return err
}

// counted lists running clocks that are counted in days and have not warned,
// and whose limit passes on a day or later, by id.
func counted(tx *db.Tx, from calendar.Date) ([]Clock, error) {
	return db.All[Clock](tx, `select `+db.Columns[Clock]("")+` from clock where stopped_at = 0 and unit <> 'exact_day' and step = 0 and limit_at > $1 order by limit_at, id`, from.Start().UnixMilli())
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

// termRows are the county's rows in force on a day, the latest last; of all
// kinds if none is named.
func termRows(tx *db.Tx, on calendar.Date, kind string) ([]Change, error) {
	q := new(db.Query).Add(`select `+db.Columns[Change]("")+` from term where state = 'approved' and valid_from <= ?`, on).
		If(kind != "", "and kind = ?", kind).Add("order by valid_from, decided_at, id")
	return db.All[Change](tx, q.Text(), q.Args()...)
}

// termChanges lists what was asked to change, the latest first.
func termChanges(tx *db.Tx, limit int) ([]Change, error) {
	return db.All[Change](tx, `select `+db.Columns[Change]("")+` from term order by id desc limit $1`, limit)
}

func getChange(tx *db.Tx, id string) (Change, error) {
	return db.Found(db.One[Change](tx, `select `+db.Columns[Change]("")+` from term where id = $1`, id))
}

func saveChange(tx *db.Tx, was, is Change) error {
	if err := proposal.Save(tx, "term", is.ID, is.Asked); err != nil {
		return err
	}
	return tx.Record("term/"+is.Kind, was, is)
}

// holidays are the days imported so far.
func holidays(tx *db.Tx) ([]Holiday, error) {
	return db.All[Holiday](tx, `select `+db.Columns[Holiday]("")+` from holiday order by day`)
}

// dropYear takes the days of a year away, before those of the notice that
// announces it anew are stored.
func dropYear(tx *db.Tx, year int) (int64, error) {
	first, err := calendar.New(year, 1, 1)
	if err != nil {
		return 0, err
	}
	return tx.Exec(`delete from holiday where day >= $1 and day < $2`, first, first.AddYears(1))
}

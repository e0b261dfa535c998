package deadline

import "anju/internal/db"

// Start starts a clock. The caller records the act that started it.
func Start(tx *db.Tx, c Clock) (Clock, error) {
	c.ID = tx.NewID()
	return c, db.Insert(tx, "clock", c)
}

// Stop stops the running clocks of a subject.
func Stop(tx *db.Tx, subject string) error {
	_, err := tx.Exec(`update clock set stopped_at = $2 where subject = $1 and stopped_at = 0`, subject, tx.Millis())
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

// due lists running clocks whose time has come, the longest overdue first,
// after a given one: a clock that fails never hides the others.
func due(tx *db.Tx, column string, after Clock, limit int) ([]Clock, error) {
	at := after.DueAt
	if column == "notice_at" {
		at = after.NoticeAt
	}
	return db.All[Clock](tx, `select `+db.Columns[Clock]("")+` from clock where stopped_at = 0 and `+column+` > 0 and `+column+` <= $1
		and (`+column+`, id) > ($2, $3) order by `+column+`, id limit $4`, tx.Millis(), at, after.ID, limit)
}

package matter

import (
	"fmt"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
)

// Get is a matter by id, or NotFound.
func Get(tx *db.Tx, id ID) (Matter, error) {
	m, err := db.One[Matter](tx, `select `+db.Columns[Matter]("")+` from matter where id = $1`, id)
	if err == db.ErrNoRow {
		return m, fault.New(fault.NotFound, "policy.not_found")
	}
	return m, err
}

// Timeline lists what happened to a matter, the first act first.
func Timeline(tx *db.Tx, id ID) ([]Event, error) {
	return db.All[Event](tx, `select `+db.Columns[Event]("")+` from matter_event where matter_id = $1 order by n`, id)
}

// OrdersOf lists a matter's supervision orders in the order of the limits that
// passed.
func OrdersOf(tx *db.Tx, id ID) ([]Order, error) {
	return db.All[Order](tx, `select `+db.Columns[Order]("o.")+` from supervision o join warning w on w.id = o.warning_id
		where o.matter_id = $1 order by w.due_at, w.step, o.id`, id)
}

func getOrder(tx *db.Tx, id string) (Order, error) {
	o, err := db.One[Order](tx, `select `+db.Columns[Order]("")+` from supervision where id = $1`, id)
	if err == db.ErrNoRow {
		return o, fault.New(fault.NotFound, "policy.not_found")
	}
	return o, err
}

func saveOrder(tx *db.Tx, was, is Order) error {
	n, err := tx.Exec(`update supervision set answer = $2, answered_by = $3, answered_at = $4, closed_at = $5, version = $6 where id = $1 and version = $7`,
		is.ID, is.Answer, is.AnsweredBy, is.AnsweredAt, is.ClosedAt, is.Version, was.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}

// save writes a changed matter if nobody changed it meanwhile, and records it.
func save(tx *db.Tx, was, is Matter) error {
	n, err := tx.Exec(`update matter set state = $2, level = $3, level_since = $4, result = $5, solved = $6, closed_at = $7, closed_level = $8, version = $9
		where id = $1 and version = $10`, is.ID, is.State, is.Level, is.LevelSince, is.Result, is.Solved, is.ClosedAt, is.ClosedLevel, is.Version, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.Subject(), was, is)
}

// appendEvent adds an act to the timeline, in the name of who did it.
func appendEvent(tx *db.Tx, by actor.Actor, m Matter, a Act, text string) error {
	n, err := db.One[int64](tx, `select coalesce(max(n), 0) + 1 from matter_event where matter_id = $1`, m.ID)
	if err != nil {
		return err
	}
	err = db.Insert(tx, "matter_event", Event{
		MatterID: m.ID, N: n, Act: a, Account: by.Account, Name: by.Name, Kind: string(by.Kind), Level: m.Level, Text: text, At: tx.Millis(),
	})
	if err != nil || !counted[a] {
		return err
	}
	return Tally(tx, m)
}

// setClock does to the clock what an act does to it.
func setClock(tx *db.Tx, m Matter, t tick) error {
	if t == stops || t == moves {
		if err := deadline.Stop(tx, m.Subject(), deadline.SevenDay); err != nil {
			return err
		}
	}
	if t == moves || t == starts {
		_, err := deadline.Start(tx, m.Clock())
		return err
	}
	return nil
}

func nextNumber(tx *db.Tx) (string, error) {
	day := calendar.On(tx.Now())
	n, err := db.NextInSeries(tx, "matter/"+string(day))
	return fmt.Sprintf("SJ%s%s%s-%04d", day[:4], day[5:7], day[8:], n), err
}

// A Line is a matter as a list shows it, with its running clock and how often
// it has been warned.
type Line struct {
	Matter
	DueAt   int64 `db:"due_at"`   // of the next warning; 0: no clock runs
	LimitAt int64 `db:"limit_at"` // when the level's limit passes, or has passed; 0: no clock runs
	Warned  int64 `db:"step"`
}

const lineFrom = ` from matter m left join clock c on c.subject = 'matter/' || m.id and c.stopped_at = 0 `

func lineColumns() string {
	return db.Columns[Matter]("m.") + `, coalesce(c.due_at, 0) as due_at, coalesce(` + deadline.LimitColumn + `, 0) as limit_at, coalesce(c.step, 0) as step`
}

// getFigure is what a matter counts for; ok is false of one that has not been
// counted.
func getFigure(tx *db.Tx, id ID) (f Figure, ok bool, err error) {
	f, err = db.One[Figure](tx, `select `+db.Columns[Figure]("")+` from matter_figure where matter_id = $1`, id)
	if err == db.ErrNoRow {
		return f, false, nil
	}
	return f, err == nil, err
}

func saveFigure(tx *db.Tx, f Figure) error {
	_, err := tx.Exec(`update matter_figure set path = $2, reported_on = $3, closed_on = $4, level = $5, answered = $6, on_time = $7, solved = $8, first = $9, minutes = $10
		where matter_id = $1`, f.MatterID, f.Path, f.ReportedOn, f.ClosedOn, f.Level, f.Answered, f.OnTime, f.Solved, f.First, f.Minutes)
	return err
}

// addMonth adds to what a grid counts for in a month.
func addMonth(tx *db.Tx, m Month) error {
	_, err := tx.Exec(monthText, db.Values(m)...)
	return err
}

var monthText = db.InsertText[Month]("matter_month") + ` on conflict (id) do update set reported = matter_month.reported + excluded.reported,
	answered = matter_month.answered + excluded.answered, closed = matter_month.closed + excluded.closed, on_time = matter_month.on_time + excluded.on_time,
	solved = matter_month.solved + excluded.solved, first = matter_month.first + excluded.first, level2 = matter_month.level2 + excluded.level2,
	level3 = matter_month.level3 + excluded.level3, level4 = matter_month.level4 + excluded.level4, level5 = matter_month.level5 + excluded.level5,
	minutes = matter_month.minutes + excluded.minutes, open = matter_month.open + excluded.open`

// some lists matters by id, after a given one.
func some(tx *db.Tx, after ID, limit int) ([]Matter, error) {
	return db.All[Matter](tx, `select `+db.Columns[Matter]("")+` from matter where id > $1 order by id limit $2`, after, limit)
}

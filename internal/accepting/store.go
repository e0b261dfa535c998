package accepting

import (
	"anju/internal/calendar"
	"anju/internal/db"
)

// all lists the rows of every service, each service's latest first.
func all(tx *db.Tx) ([]Item, error) {
	return db.All[Item](tx, `select `+db.Columns[Item]("")+` from accepting order by item, valid_from desc`)
}

// On lists what accepts the booklet on a day, in the order in which it came on
// the list.
func On(tx *db.Tx, on calendar.Date) ([]Item, error) {
	return db.All[Item](tx, `select `+db.Columns[Item]("")+` from accepting where valid_from <= $1 and valid_to > $1 order by item`, on)
}

// of lists the rows of one service.
func of(tx *db.Tx, item string) ([]Item, error) {
	return db.All[Item](tx, `select `+db.Columns[Item]("")+` from accepting where item = $1 order by valid_from`, item)
}

// now is the row of a service that is in force on a day or has yet to begin, or
// NotFound.
func now(tx *db.Tx, item string, on calendar.Date) (Item, error) {
	return db.Found(db.One[Item](tx, `select `+db.Columns[Item]("")+` from accepting where item = $1 and valid_to > $2 order by valid_from limit 1`, item, on))
}

// named reports whether another service that is not over, or waits to be on the
// list, has a name and a unit.
func named(tx *db.Tx, item, name, unit string, on calendar.Date) (bool, error) {
	n, err := db.One[int64](tx, `select count(*) from (select item, name, unit from accepting where valid_to > $4
		union all select item, name, unit from accepting_change where state = 'proposed' and ends = 0) other where item <> $1 and name = $2 and unit = $3`, item, name, unit, on)
	return n > 0, err
}

// end writes on which day a row is over; one that never begins leaves the list.
func end(tx *db.Tx, was, is Item) error {
	q, args := `update accepting set valid_to = $2 where id = $1`, []any{is.ID, is.ValidTo}
	if is.ValidTo == is.ValidFrom {
		q, args = `delete from accepting where id = $1`, args[:1]
	}
	if err := db.Met(tx.Exec(q, args...)); err != nil {
		return err
	}
	if is.ValidTo == is.ValidFrom {
		return tx.Record(is.Subject(), was, nil)
	}
	return tx.Record(is.Subject(), was, is)
}

func changes(tx *db.Tx, limit int) ([]Change, error) {
	return db.All[Change](tx, `select `+db.Columns[Change]("")+` from accepting_change order by id desc limit $1`, limit)
}

func change(tx *db.Tx, id string) (Change, error) {
	return db.Found(db.One[Change](tx, `select `+db.Columns[Change]("")+` from accepting_change where id = $1`, id))
}

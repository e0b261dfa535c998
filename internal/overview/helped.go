package overview

import (
	"context"
	"strconv"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
)

// Which applications of residents (有事必帮) have a result and which wait for one, in
// SQL. What is withdrawn or protected is neither.
const (
	requestDecided = "state not in ('asked', 'withdrawn')"
	requestWaits   = "state = 'asked'"
	bookletDecided = "sealed_to = '' and state not in ('applied', 'returned', 'verified')"
	bookletWaits   = "sealed_to = '' and state in ('applied', 'returned', 'verified')"
)

// applications is one row for each application: the number counts these, and the
// lists behind it are the same rows.
const applications = `select path, 1 as helped from change_request where ` + requestDecided + `
	union all select path, 0 as helped from change_request where ` + requestWaits + `
	union all select path, 1 as helped from booklet where ` + bookletDecided + `
	union all select path, 0 as helped from booklet where ` + bookletWaits

// An Application is one that the third promise counts. Nobody is named in it.
type Application struct {
	ID     string `db:"id"`
	Noun   string `db:"noun"` // request or booklet
	Number string `db:"number"`
	Path   string `db:"path"`
	At     int64  `db:"at"`
	State  string `db:"state"`
}

// Cursor is where the list goes on after the application.
func (a Application) Cursor() string {
	return a.Path + "|" + strconv.FormatInt(a.At, 10) + "|" + a.ID
}

// Applications lists what an area's residents have applied for: what waits for a
// decision, the oldest first; or with decided what has one, place by place and there
// the oldest first, for that is history and is read along its indexes.
func (s *Service) Applications(ctx context.Context, by actor.Actor, under string, decided bool, after string, limit int) ([]Application, error) {
	under, err := area(by, under)
	if err != nil {
		return nil, err
	}
	q := listed(under, decided, after, limit)
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.FiguresRead), For: "help.list"}, func(tx *db.Tx) ([]Application, error) {
		all, err := db.All[Application](tx, q.Text(), q.Args()...)
		tx.Saw()
		for _, a := range all {
			tx.Saw(a.Noun + "/" + a.ID)
		}
		return all, err
	})
}

// listed is a page of the list: of each kind a page in the list's order, and of both
// together as many. The list begins either at the area or after an application, so
// that an index has one place to begin at.
func listed(under string, decided bool, after string, limit int) *db.Query {
	path, rest, _ := strings.Cut(after, "|")
	day, id, later := strings.Cut(rest, "|")
	at, _ := strconv.ParseInt(day, 10, 64) // a cursor of ours
	q := new(db.Query)
	page := func(columns, from, day, waits, has string) {
		q.Add("select * from (select id, "+columns+", number, path, "+day+" as at, state from "+from+" where path < ?", policy.PrefixEnd(under))
		if decided {
			q.Add("and "+has).If(later && path >= under, "and (path, "+day+", id) > (?, ?, ?)", path, at, id).If(!later || path < under, "and path >= ?", under)
			q.Add("order by path, "+day+", id limit ?", limit)
		} else {
			q.Add("and path >= ? and "+waits, under).If(later, "and ("+day+", id) > (?, ?)", at, id)
			q.Add("order by "+day+", id limit ?", limit)
		}
		q.Add(") as " + from + "_page")
	}
	page("'request' as noun", "change_request", "asked_at", requestWaits, requestDecided)
	q.Add("union all")
	page("'booklet' as noun", "booklet", "applied_at", bookletWaits, bookletDecided)
	return q.Add("order by").If(decided, "path,").Add("at, id limit ?", limit)
}

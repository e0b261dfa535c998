package overview

import (
	"context"
	"strconv"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
)

// What residents have applied for (有事必帮), in SQL: the number and the list behind
// it are the same rows. What is protected is in neither.
const applications = `select id, 'request' as noun, number, path, asked_at as at, state, case when state in ('approved', 'refused') then 1 else 0 end as helped from change_request where state <> 'withdrawn'
	union all select id, 'booklet' as noun, number, path, applied_at as at, state, case when state in ('applied', 'returned', 'verified') then 0 else 1 end as helped from booklet where sealed_to = ''`

// An Application is one that the third promise counts. Nobody is named in it.
type Application struct {
	ID     string `db:"id"`
	Noun   string `db:"noun"` // request or booklet
	Number string `db:"number"`
	Path   string `db:"path"`
	At     int64  `db:"at"`
	State  string `db:"state"`
	Helped int64  `db:"helped"` // 1: decided
}

// Cursor is where the list goes on after the application.
func (a Application) Cursor() string { return strconv.FormatInt(a.At, 10) + "|" + a.ID }

// Applications lists what an area's residents have applied for, the oldest first:
// what waits for a decision, or with decided what has one.
func (s *Service) Applications(ctx context.Context, by actor.Actor, under string, decided bool, after string, limit int) ([]Application, error) {
	under, err := area(by, under)
	if err != nil {
		return nil, err
	}
	helped := 0
	if decided {
		helped = 1
	}
	q := new(db.Query).Add("select id, noun, number, path, at, state, helped from ("+applications+") a where path >= ? and path < ? and helped = ?", under, policy.PrefixEnd(under), helped)
	if at, id, ok := strings.Cut(after, "|"); ok {
		since, _ := strconv.ParseInt(at, 10, 64) // a cursor of ours
		q.Add("and (at, id) > (?, ?)", since, id)
	}
	q.Add("order by at, id limit ?", limit)
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.FiguresRead), For: "help.list"}, func(tx *db.Tx) ([]Application, error) {
		all, err := db.All[Application](tx, q.Text(), q.Args()...)
		tx.Saw()
		for _, a := range all {
			tx.Saw(a.Noun + "/" + a.ID)
		}
		return all, err
	})
}

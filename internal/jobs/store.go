package jobs

import (
	"anju/internal/db"
)

// What is done to a job by whoever holds its lease: attempts is the lease's
// name, since each claim raises it. A job that ended well is gone, whatever
// was thought of it meanwhile.
const (
	done     = `delete from job where id = $1 and attempts = $2`
	renew    = `update job set lease_until = $3 where id = $1 and attempts = $2 and state = 'ready'`
	giveBack = `update job set lease_until = 0, attempts = attempts - 1 where id = $1 and attempts = $2 and state = 'ready'`
	putOff   = `update job set state = $3, run_at = $4, lease_until = 0, error = $5 where id = $1 and attempts = $2 and state = 'ready'`
)

// claim leases the next job of the kinds that is due, or ErrNoRow. The
// condition of being free stands in both the inner and the outer statement: two
// runners never get the same one.
func claim(tx *db.Tx, kinds []string, now int64) (Job, error) {
	if len(kinds) == 0 {
		return Job{}, db.ErrNoRow
	}
	q := new(db.Query).Add(`update job set lease_until = ?, attempts = attempts + 1
		where id = (select id from job where state = 'ready' and run_at <= ? and lease_until < ?`, now+lease.Milliseconds(), now, now)
	ofKinds(q, kinds)
	q.Add(`order by run_at, id limit 1) and state = 'ready' and lease_until < ? returning id, kind, payload, attempts, error`, now)
	return db.Change1[Job](tx, q.Text(), q.Args()...)
}

// buryLost buries jobs that have been claimed as often as a job may be, and
// whose last lease ran out: nobody came back to say how it went.
func buryLost(tx *db.Tx, kinds []string, now int64) error {
	if len(kinds) == 0 {
		return nil
	}
	q := new(db.Query).Add(`update job set state = 'buried', error = ? where state = 'ready' and attempts >= ? and lease_until < ? and run_at <= ?`,
		"the program ended in the middle of every attempt", maxAttempts, now, now)
	ofKinds(q, kinds)
	_, err := tx.Exec(q.Text(), q.Args()...)
	return err
}

func ofKinds(q *db.Query, kinds []string) {
	q.Add("and kind in (")
	for i, k := range kinds {
		q.If(i > 0, ",").Add("?", k)
	}
	q.Add(")")
}

// Buried lists the jobs that somebody has to look at, the oldest first.
func Buried(tx *db.Tx) ([]Job, error) {
	return db.All[Job](tx, `select id, kind, payload, attempts, error from job where state = 'buried' order by id`)
}

// A Waiting is a kind of job with how many of it wait.
type Waiting struct {
	Kind string `db:"kind"`
	N    int64  `db:"n"`
}

// Unknown lists kinds of waiting jobs that have no handler: written by a newer
// program, or by an older one.
func Unknown(tx *db.Tx, known map[string]Handler) ([]Waiting, error) {
	all, err := db.All[Waiting](tx, `select kind, count(*) as n from job where state = 'ready' group by kind order by kind`)
	var out []Waiting
	for _, w := range all {
		if known[w.Kind] == nil {
			out = append(out, w)
		}
	}
	return out, err
}

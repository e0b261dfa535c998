package account

import (
	"context"
	"strings"
	"time"

	"anju/internal/db"
	"anju/internal/fault"
)

// Limits on guessing. A try counts before it is looked at, so that a thousand
// at once are five too; and names nobody holds count like any other, so that a
// lock says nothing about who has an account. At 5 tries and then 30 minutes
// of nothing, an account has at most ten guesses looked at in an hour.
const (
	maxTries   = 5
	lockFor    = 30 * time.Minute
	window     = 15 * time.Minute
	perAddress = 60 // tries of one address in a window that were not right: a whole office may sit behind one
	perEnrol   = 20 // wrong codes from one address in a window
)

// limitKey hides what is limited: the table tells nobody who tried to sign in,
// or from where.
func limitKey(what, whom string) string {
	return what + ":" + digest(strings.ToLower(strings.TrimSpace(whom)))
}

// tried counts a try of key before it is looked at and refuses it after too
// many: until lockFor after the last that was looked at.
func tried(ctx context.Context, d *db.DB, key string) error {
	type row struct {
		Since int64 `db:"started_at"`
		N     int64 `db:"n"`
	}
	var r row
	var now int64
	err := d.Keep(ctx, func(tx *db.Tx) (err error) {
		now = tx.Millis()
		r, err = db.Change1[row](tx, `insert into throttle (key, started_at, n) values ($1, $2, 1)
			on conflict (key) do update set
				n = case when throttle.started_at <= $3 then 1 else throttle.n + 1 end,
				started_at = case when throttle.started_at <= $3 or throttle.n < $4 then $2 else throttle.started_at end
			returning started_at, n`, key, now, now-lockFor.Milliseconds(), maxTries)
		return err
	})
	if err != nil || r.N <= maxTries {
		return err
	}
	left := time.Duration(r.Since+lockFor.Milliseconds()-now) * time.Millisecond
	return fault.New(fault.Forbidden, "account.locked", "minutes", int((left+time.Minute-1)/time.Minute))
}

// forgive forgets the tries of key: the last one was right, or somebody with
// the power to do so let the account in again.
func forgive(tx *db.Tx, key string) error {
	_, err := tx.Exec(`delete from throttle where key = $1`, key)
	return err
}

// counted counts a try of key in its window before it is looked at, refuses it
// when that makes too many, and throws away what limits nothing any more.
func counted(ctx context.Context, d *db.DB, key string, most int64) error {
	var n int64
	err := d.Keep(ctx, func(tx *db.Tx) (err error) {
		now := tx.Millis()
		if _, err := tx.Exec(`delete from throttle where started_at < $1`, now-(24*time.Hour).Milliseconds()); err != nil {
			return err
		}
		n, err = db.Change1[int64](tx, `insert into throttle (key, started_at, n) values ($1, $2, 1)
			on conflict (key) do update set
				n = case when throttle.started_at <= $3 then 1 else throttle.n + 1 end,
				started_at = case when throttle.started_at <= $3 then $2 else throttle.started_at end
			returning n`, key, now, now-window.Milliseconds())
		return err
	})
	if err == nil && n > most {
		return fault.New(fault.Forbidden, "account.too_many")
	}
	return err
}

// Limit counts what somebody does who is nobody yet, in the window that the
// sign-in counts by, and refuses it at account.too_many when that makes too many.
func Limit(ctx context.Context, d *db.DB, what, whom string, most int64) error {
	return counted(ctx, d, limitKey(what, whom), most)
}

// uncount takes back a try that was counted: it was right.
func uncount(tx *db.Tx, key string) error {
	_, err := tx.Exec(`update throttle set n = n - 1 where key = $1 and n > 0`, key)
	return err
}

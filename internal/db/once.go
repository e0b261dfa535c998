package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"anju/internal/actor"
	"anju/internal/fault"
)

// A Key makes an act happen once, however often it is sent: the form or the
// phone invents it. The effect, the key and the answer share one transaction.
// The zero Key means that the caller takes no such care.
type Key string

// Once is Write for an act that answers with a T. The same key with the same
// request gives the answer of the first time; with another request it is a
// Conflict. request is whatever was asked for, compared by its JSON.
func Once[T any](ctx context.Context, d *DB, by actor.Actor, action string, key Key, request any, f func(*Tx) (T, error)) (T, error) {
	var answer T
	body, err := json.Marshal(request)
	if err != nil {
		return answer, err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s", by.Account, action, body))
	hash := hex.EncodeToString(sum[:])
	err = d.Write(ctx, by, action, func(tx *Tx) error {
		if key == "" {
			answer, err = f(tx)
			return err
		}
		type op struct {
			Hash   string `db:"hash"`
			Answer string `db:"answer"`
		}
		done, err := One[op](tx, `select hash, answer from op where key = $1`, string(key))
		if err == nil {
			if done.Hash != hash {
				return fault.New(fault.Conflict, "form.key_reused")
			}
			return json.Unmarshal([]byte(done.Answer), &answer)
		}
		if err != ErrNoRow {
			return err
		}
		if answer, err = f(tx); err != nil {
			return err
		}
		text, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		_, err = tx.exec(`insert into op (key, account, action, hash, answer, at) values ($1, $2, $3, $4, $5, $6)`,
			string(key), by.Account, action, hash, string(text), tx.Millis())
		return err
	})
	return answer, err
}

// opsKept is how long an act is remembered as done: longer than any form stays
// open or any phone out of reach. The answers hold what people wrote.
const opsKept = 90 * 24 * time.Hour

func (tx *Tx) forgetOps() error {
	_, err := tx.exec(`delete from op where at < $1`, tx.Now().Add(-opsKept).UnixMilli())
	return err
}

// NextInSeries takes the next number of a series, from 1. A number once
// committed is never given out again, and an act that fails leaves no gap.
func NextInSeries(tx *Tx, name string) (int64, error) { return TakeInSeries(tx, name, 1) }

// TakeInSeries takes the next n numbers of a series and returns the last.
func TakeInSeries(tx *Tx, name string, n int) (int64, error) {
	return Change1[int64](tx, `insert into series (name, last) values ($1, $2)
		on conflict (name) do update set last = series.last + $2 returning last`, name, n)
}

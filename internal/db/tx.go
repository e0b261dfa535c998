package db

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"anju/internal/actor"
)

// A Tx is a transaction. Its clock stands still.
type Tx struct {
	d       *DB
	ctx     context.Context
	pool    *pool
	conn    *conn
	now     time.Time
	by      actor.Actor
	action  string
	ids     int // given so far
	writes  int
	changes []Change
	seen    []string // subjects of a look
}

// Now is the moment of the transaction, to the millisecond, in UTC.
func (tx *Tx) Now() time.Time { return tx.now }

// Millis is Now as the database keeps instants.
func (tx *Tx) Millis() int64 { return tx.now.UnixMilli() }

// By is who acts in this transaction.
func (tx *Tx) By() actor.Actor { return tx.by }

// Context is the caller's context.
func (tx *Tx) Context() context.Context { return tx.ctx }

// NewID returns a fresh id: a UUIDv7 of the transaction's moment, so that ids
// sort by time, and those of one transaction as they were made.
func (tx *Tx) NewID() string {
	tx.ids++
	return newID(tx.now, tx.ids-1, tx.d.rand)
}

// NewID makes a UUIDv7 of the moment at from the random source r.
func NewID(at time.Time, r io.Reader) string { return newID(at, 0, r) }

// newID makes the id numbered n of a moment. The number stands in the eighteen
// bits behind the time; fifty-six are random.
func newID(at time.Time, n int, r io.Reader) string {
	var u uuid.UUID
	if _, err := io.ReadFull(r, u[:]); err != nil {
		panic(err) // the random source is gone: nothing can be trusted
	}
	ms := at.UnixMilli()
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	n = min(n, 1<<18-1)
	u[6] = 0x70 | byte(n>>14)
	u[7] = byte(n >> 6)
	u[8] = 0x80 | byte(n&0x3f)
	return u.String()
}

func (d *DB) run(ctx context.Context, p *pool, f func(*Tx) error) error {
	return p.run(ctx, func(c *conn) error {
		return f(&Tx{d: d, ctx: ctx, pool: p, conn: c, now: d.Now()})
	})
}

// Read runs f in a read-only transaction. It is for what is no personal data;
// people are read through Look.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error { return d.run(ctx, d.read, f) }

// ErrUnrecorded means a write transaction changed data and told no one.
var ErrUnrecorded = errors.New("db: write without a recorded change")

// Write runs f in a transaction on behalf of by and commits it together with
// what f recorded. Writes of a county happen one after another: SQLite has a
// single writer, and on PostgreSQL we take the schema's lock. f must touch
// nothing but tx: it may be run again.
func (d *DB) Write(ctx context.Context, by actor.Actor, action string, f func(*Tx) error) error {
	return d.alone(ctx, by, action, func(tx *Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		if tx.writes > 0 && len(tx.changes) == 0 {
			return fmt.Errorf("%w: %s", ErrUnrecorded, action)
		}
		return tx.keepChanges()
	})
}

// Keep runs f in a transaction that keeps the machine's own books: leases,
// sessions, rate limits, alarms. It records nothing, so it must change no
// business data; internal/arch_test.go lists who may call it.
func (d *DB) Keep(ctx context.Context, f func(*Tx) error) error {
	return d.alone(ctx, actor.ForSystem("keep"), "keep", f)
}

func (d *DB) alone(ctx context.Context, by actor.Actor, action string, f func(*Tx) error) error {
	return d.run(ctx, d.write, func(tx *Tx) error {
		if err := tx.lock(""); err != nil {
			return err
		}
		tx.now, tx.by, tx.action = d.Now(), by, action // after the wait for the lock
		return f(tx)
	})
}

// brief is the context of a write on SQLite: what it asks is too short to be
// interrupted, and watching for it costs a goroutine for each. Between two
// statements, Err says that the caller has gone.
type brief struct{ context.Context }

// Done never comes.
func (brief) Done() <-chan struct{} { return nil }

// lock waits until no other process holds the county's lock of this name.
// SQLite's one writer is its lock.
func (tx *Tx) lock(name string) error {
	if !tx.d.postgres {
		tx.ctx = brief{tx.ctx}
		return nil
	}
	_, err := tx.exec(`select pg_advisory_xact_lock(hashtext(current_schema() || $1))`, name)
	return err
}

// Exec runs a statement that changes data and reports how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	tx.writes++
	return tx.exec(query, args...)
}

func (tx *Tx) exec(query string, args ...any) (int64, error) {
	r, err := tx.conn.exec(tx.ctx, tx.pool, query, args)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Enqueue schedules a job that exists if and only if this transaction commits.
// key makes it unique among the jobs of its kind that are not yet done; ""
// allows any number.
func (tx *Tx) Enqueue(kind, key string, at time.Time, payload any) error {
	p, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	id := tx.NewID()
	if key == "" {
		key = id
	}
	_, err = tx.exec(`insert into job (id, kind, key, payload, run_at, lease_until, attempts, state)
		values ($1, $2, $3, $4, $5, 0, 0, 'ready') on conflict (kind, key) do nothing`, id, kind, key, string(p), at.UnixMilli())
	return err
}

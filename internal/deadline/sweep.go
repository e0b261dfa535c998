package deadline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"anju/internal/actor"
	"anju/internal/db"
)

var errMoved = errors.New("deadline: a clock moved under its own transaction")

// A Sweeper finds what is due and lets the noun say what that means.
type Sweeper struct {
	DB     *db.DB
	Warn   func(tx *db.Tx, c Clock, w Warning) error // in the transaction that stores the warning; of a limit that is no warning, w has no ID
	Notice func(tx *db.Tx, c Clock) error            // in the transaction that marks the notice as said
}

// batch is how many clocks are looked up at once; a backlog is drained batch
// by batch.
const batch = 200

// Swept is what a sweep did. Failed clocks are tried again by the next sweep.
type Swept struct{ Warnings, Notices, Reminders, Failed int }

// Sweep stores every warning whose limit has passed and says every notice
// whose time has come, the longest overdue first, until nothing is left. Each
// clock has its own transaction: one that fails is logged and counted and
// stops no other; the error reports that there were any. Two sweepers at once
// store nothing twice.
func (s *Sweeper) Sweep(ctx context.Context) (Swept, error) {
	var done Swept
	var errs []error
	for _, part := range []struct {
		queue
		one func(context.Context, string) (Swept, error)
	}{{warnings, s.warn}, {notices, s.notice}} {
		part, err := s.drain(ctx, part.queue, part.one)
		done.add(part)
		errs = append(errs, err)
	}
	return done, errors.Join(append(errs, ctx.Err())...)
}

func (s *Swept) add(o Swept) {
	s.Warnings += o.Warnings
	s.Notices += o.Notices
	s.Reminders += o.Reminders
	s.Failed += o.Failed
}

func (s *Sweeper) drain(ctx context.Context, q queue, one func(context.Context, string) (Swept, error)) (done Swept, err error) {
	var after Clock
	var errs []error
	for {
		var list []Clock
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { list, err = q.next(tx, after, batch); return err })
		if err != nil {
			return done, errors.Join(append(errs, err)...)
		}
		for _, c := range list {
			if ctx.Err() != nil {
				return done, errors.Join(errs...)
			}
			k, err := one(ctx, c.ID)
			done.add(k)
			if err != nil {
				done.Failed++
				slog.Error("a clock failed and will be tried again", "clock", c.ID, "subject", c.Subject, "err", err)
				errs = append(errs, fmt.Errorf("clock %s: %w", c.ID, err))
			}
			after = c
		}
		if len(list) < batch {
			return done, errors.Join(errs...)
		}
	}
}

// warn stores every warning of one clock that is due by now: one for each step
// that passed, even if the server was down when it did.
func (s *Sweeper) warn(ctx context.Context, id string) (done Swept, err error) {
	err = s.alone(ctx, "deadline.warn", id, func(tx *db.Tx, c Clock) error {
		n, err := fire(tx, c, s.Warn)
		if done = (Swept{Warnings: n}); !c.warns() {
			done = Swept{Reminders: n}
		}
		return err
	})
	if err != nil {
		done = Swept{}
	}
	return done, err
}

func (s *Sweeper) notice(ctx context.Context, id string) (done Swept, err error) {
	err = s.alone(ctx, "deadline.notice", id, func(tx *db.Tx, c Clock) error {
		next, ok := c.notice(tx.Now())
		if !ok {
			return nil // somebody acted meanwhile, or another sweeper was here
		}
		if err := step(tx, c, next); err != nil {
			return err
		}
		done.Notices = 1
		return s.Notice(tx, next)
	})
	if err != nil {
		done = Swept{}
	}
	return done, err
}

// alone runs f for one clock, as it is then, in its own transaction. A fault of
// the program in it is that clock's failure and nobody else's.
func (s *Sweeper) alone(ctx context.Context, action, id string, f func(*db.Tx, Clock) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return s.DB.Write(ctx, actor.ForSystem("deadline"), action, func(tx *db.Tx) error {
		c, err := get(tx, id)
		if err != nil {
			return err
		}
		return f(tx, c)
	})
}

// Settle stores the warnings of a subject that are due by now, in the
// transaction of an act: whoever stops a clock after its limit does not outrun
// the sweep, not even when the server has been down until a moment ago.
func Settle(tx *db.Tx, subject string, warn func(*db.Tx, Clock, Warning) error) error {
	clocks, err := running(tx, subject)
	if err != nil {
		return err
	}
	for _, c := range clocks {
		if _, err := fire(tx, c, warn); err != nil {
			return err
		}
	}
	return nil
}

// warns reports whether a passed limit of a clock is a warning. The limits of a
// supervision order are not: what passes there is kept with the order.
func (c Clock) warns() bool { return c.Kind != OrderAnswer && c.Kind != OrderSign }

// fire stores each warning of a clock that is due by now.
func fire(tx *db.Tx, c Clock, warn func(*db.Tx, Clock, Warning) error) (n int, err error) {
	for {
		next, w, ok := c.warn(tx.Now())
		if !ok {
			return n, nil
		}
		if err := step(tx, c, next); err != nil {
			return n, err
		}
		if c.warns() {
			w.ID = tx.NewID()
			if err := db.Insert(tx, "warning", w); err != nil {
				return n, err
			}
			if err := tx.Record(c.Subject, nil, w); err != nil {
				return n, err
			}
		}
		if err := warn(tx, next, w); err != nil {
			return n, err
		}
		c = next
		n++
	}
}

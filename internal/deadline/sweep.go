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
	Warn   func(tx *db.Tx, all []Missed) error // in the transaction that stores the warnings
	Notice func(tx *db.Tx, all []Clock) error  // in the transaction that marks the notices as said
}

// A Missed is a limit that has passed: its clock as it runs on, and the warning
// that is stored; of a limit that is no warning, it has no ID.
type Missed struct {
	Clock   Clock
	Warning Warning
}

// batch is how many clocks one transaction takes: a backlog is drained batch by
// batch, and nobody else waits for the county's writer longer than for one, about
// a fifth of a second. With fewer a backlog takes twice as long: each commit writes
// the same pages of the indexes again.
const batch = 500

// Swept is what a sweep did. Failed clocks are tried again by the next sweep.
type Swept struct{ Warnings, Notices, Reminders, Failed int }

// Sweep stores every warning whose limit has passed and says every notice
// whose time has come, the longest overdue first, until nothing is left. A batch
// of clocks is one transaction: all of it happens, or none of it and the next
// sweep does it again. Where a batch fails, each of its clocks is tried in a
// transaction of its own: one that fails is logged and counted and stops no
// other; the error reports that there were any. Two sweepers at once store
// nothing twice.
func (s *Sweeper) Sweep(ctx context.Context) (Swept, error) {
	var done Swept
	var errs []error
	for _, part := range []struct {
		queue
		action string
		do     func(*db.Tx, []Clock) (Swept, error)
	}{{warnings, "deadline.warn", s.warn}, {notices, "deadline.notice", s.notice}} {
		part, err := s.drain(ctx, part.queue, part.action, part.do)
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

func (s *Sweeper) drain(ctx context.Context, q queue, action string, do func(*db.Tx, []Clock) (Swept, error)) (done Swept, err error) {
	var after Clock
	var errs []error
	for {
		var list []Clock // a look first: mostly there is nothing to write
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { list, err = q.next(tx, after, batch); return err })
		if err != nil {
			return done, errors.Join(append(errs, err)...)
		}
		if len(list) == 0 || ctx.Err() != nil {
			return done, errors.Join(errs...)
		}
		k, err := s.together(ctx, action, clockIDs(list), do)
		if err != nil {
			k, err = s.apart(ctx, action, list, do)
		}
		done.add(k)
		if err != nil {
			errs = append(errs, err)
		}
		if len(list) < batch {
			return done, errors.Join(errs...)
		}
		after = list[len(list)-1]
	}
}

// apart runs do for each clock of a batch that failed, in its own transaction.
func (s *Sweeper) apart(ctx context.Context, action string, list []Clock, do func(*db.Tx, []Clock) (Swept, error)) (done Swept, err error) {
	var errs []error
	for _, c := range list {
		if ctx.Err() != nil {
			break
		}
		k, err := s.together(ctx, action, []string{c.ID}, do)
		done.add(k)
		if err != nil {
			done.Failed++
			slog.Error("a clock failed and will be tried again", "clock", c.ID, "subject", c.Subject, "err", err)
			errs = append(errs, fmt.Errorf("clock %s: %w", c.ID, err))
		}
	}
	return done, errors.Join(errs...)
}

// together runs do for clocks, as they are then, in one transaction. A fault of
// the program in it is an error.
func (s *Sweeper) together(ctx context.Context, action string, ids []string, do func(*db.Tx, []Clock) (Swept, error)) (done Swept, err error) {
	defer func() {
		if v := recover(); v != nil {
			done, err = Swept{}, fmt.Errorf("panic: %v", v)
		}
	}()
	err = s.DB.Write(ctx, actor.ForSystem("deadline"), action, func(tx *db.Tx) error {
		list, err := withIDs(tx, ids)
		if err != nil {
			return err
		}
		done, err = do(tx, list)
		return err
	})
	if err != nil {
		done = Swept{}
	}
	return done, err
}

// warn stores every warning of clocks that is due by now: one for each step
// that passed, even if the server was down when it did.
func (s *Sweeper) warn(tx *db.Tx, list []Clock) (done Swept, err error) {
	all, err := fire(tx, list, s.Warn)
	for _, p := range all {
		if p.Clock.warns() {
			done.Warnings++
		} else {
			done.Reminders++
		}
	}
	return done, err
}

func (s *Sweeper) notice(tx *db.Tx, list []Clock) (done Swept, err error) {
	var said []Clock
	var moved []stepped
	for _, c := range list {
		if next, ok := c.notice(tx.Now()); ok { // else somebody acted meanwhile, or another sweeper was here
			said, moved = append(said, next), append(moved, stepped{next, c.Step})
		}
	}
	if len(said) == 0 {
		return done, nil
	}
	if err := step(tx, moved); err != nil {
		return done, err
	}
	return Swept{Notices: len(said)}, s.Notice(tx, said)
}

// Settle stores the warnings of a subject that are due by now, in the
// transaction of an act: whoever stops a clock after its limit does not outrun
// the sweep, not even when the server has been down until a moment ago.
func Settle(tx *db.Tx, subject string, warn func(*db.Tx, []Missed) error) error {
	clocks, err := running(tx, subject)
	if err != nil {
		return err
	}
	_, err = fire(tx, clocks, warn)
	return err
}

// warns reports whether a passed limit of a clock is a warning. The limits of a
// supervision order are not: what passes there is kept with the order.
func (c Clock) warns() bool { return c.Kind != OrderAnswer && c.Kind != OrderSign }

// fire stores each warning of clocks that is due by now, those of one clock one
// after another.
func fire(tx *db.Tx, list []Clock, warn func(*db.Tx, []Missed) error) (all []Missed, err error) {
	var stored []Warning
	var moved []stepped
	for _, c := range list {
		first := c.Step
		for {
			next, w, ok := c.warn(tx.Now())
			if !ok {
				break
			}
			if c.warns() {
				w.ID = tx.NewID()
				stored = append(stored, w)
				if err := tx.Record(c.Subject, nil, w); err != nil {
					return nil, err
				}
			}
			all = append(all, Missed{next, w})
			c = next
		}
		if c.Step != first {
			moved = append(moved, stepped{c, first})
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	if err := step(tx, moved); err != nil {
		return nil, err
	}
	if err := db.InsertAll(tx, "warning", stored); err != nil {
		return nil, err
	}
	return all, warn(tx, all)
}

package deadline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"anju/internal/actor"
	"anju/internal/db"
)

// A Sweeper finds what is due and lets the noun say what that means.
type Sweeper struct {
	DB     *db.DB
	Warn   func(tx *db.Tx, c Clock, w Warning) error // in the transaction that stores the warning
	Notice func(tx *db.Tx, c Clock) error            // in the transaction that marks the notice as said
}

const batch = 200

// Swept is what a sweep did.
type Swept struct{ Warnings, Notices, Failed int }

// Sweep stores every warning whose limit has passed and says every notice
// whose time has come, each in its own transaction, the longest overdue first,
// until nothing is left. A clock that fails is logged and does not stop the
// others; the error reports that there were any.
func (s *Sweeper) Sweep(ctx context.Context) (Swept, error) {
	var done Swept
	var errs []error
	work := func(column string, one func(ctx context.Context, id string) (int, error), n *int) {
		var after Clock
		for ctx.Err() == nil {
			var list []Clock
			err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { list, err = due(tx, column, after, batch); return err })
			if err != nil {
				errs = append(errs, err)
				return
			}
			for _, c := range list {
				k, err := one(ctx, c.ID)
				*n += k
				if err != nil {
					done.Failed++
					slog.Error("a clock failed and will be tried again", "clock", c.ID, "subject", c.Subject, "err", err)
					errs = append(errs, fmt.Errorf("clock %s: %w", c.ID, err))
				}
				after = c
			}
			if len(list) < batch {
				return
			}
		}
	}
	work("due_at", s.warn, &done.Warnings)
	work("notice_at", s.notice, &done.Notices)
	return done, errors.Join(append(errs, ctx.Err())...)
}

// warn stores every warning of one clock that is due by now: one for each step
// that passed, even if the server was down when it did.
func (s *Sweeper) warn(ctx context.Context, id string) (n int, err error) {
	for {
		fired := false
		err := s.DB.Write(ctx, actor.ForSystem("deadline"), "deadline.warn", func(tx *db.Tx) error {
			fired = false
			c, err := get(tx, id)
			if err != nil {
				return err
			}
			next, w, ok := c.warn(tx.Now())
			if !ok {
				return nil // somebody acted meanwhile, or another sweeper was here
			}
			w.ID = tx.NewID()
			if err := db.Insert(tx, "warning", w); err != nil {
				return err
			}
			if _, err := tx.Exec(`update clock set step = $2, due_at = $3, notice_at = $4 where id = $1 and step = $5`,
				c.ID, next.Step, next.DueAt, next.NoticeAt, c.Step); err != nil {
				return err
			}
			if err := tx.Record(c.Subject, nil, w); err != nil {
				return err
			}
			fired = true
			return s.Warn(tx, next, w)
		})
		if err != nil || !fired {
			return n, err
		}
		n++
	}
}

func (s *Sweeper) notice(ctx context.Context, id string) (n int, err error) {
	err = s.DB.Write(ctx, actor.ForSystem("deadline"), "deadline.notice", func(tx *db.Tx) error {
		c, err := get(tx, id)
		if err != nil || c.StoppedAt != 0 || c.NoticeAt == 0 || c.NoticeAt > tx.Millis() {
			return err
		}
		if _, err := tx.Exec(`update clock set notice_at = 0 where id = $1`, c.ID); err != nil {
			return err
		}
		n = 1
		return s.Notice(tx, c)
	})
	return n, err
}

package matter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"anju/internal/db"
)

// lapseBatch is how many matters are looked up at once.
const lapseBatch = 200

// LapseDue closes as solved every matter whose reporter has been told and has
// let the time for a word pass, the longest past first. Each has its own
// transaction: one that fails is logged, stops no other, and is tried again by
// the next sweep. It is late by as much as the server was down, never early.
func (s *Service) LapseDue(ctx context.Context) (n int, err error) {
	var errs []error
	for after := (due{}); ; {
		var list []due
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { list, err = wordsPassed(tx, tx.Millis(), after, lapseBatch); return err })
		if err != nil {
			return n, errors.Join(append(errs, err)...)
		}
		for _, d := range list {
			if ctx.Err() != nil {
				return n, errors.Join(append(errs, ctx.Err())...)
			}
			done, err := s.lapse(ctx, d.ID)
			if err != nil {
				slog.Error("the time for a reporter's word has passed and the matter is not closed; it will be tried again", "matter", d.ID, "err", err)
				errs = append(errs, fmt.Errorf("lapse %s: %w", d.ID, err))
			}
			if done {
				n++
			}
			after = d
		}
		if len(list) < lapseBatch {
			return n, errors.Join(errs...)
		}
	}
}

// lapse closes one matter, if nobody has said a word meanwhile.
func (s *Service) lapse(ctx context.Context, id ID) (done bool, err error) {
	err = s.DB.Write(ctx, byItself, "matter.lapse", func(tx *db.Tx) error {
		m, err := Get(tx, id)
		if err != nil || !m.Can(Lapse, tx.Now()) {
			return err
		}
		_, err = s.one(tx, byItself, m, Lapse, Say{})
		done = err == nil
		return err
	})
	return done && err == nil, err
}

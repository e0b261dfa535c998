package booklet

import (
	"context"
	"fmt"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/policy"
)

// act is what every act on a booklet goes through: load, guard, rule, store,
// record; one transaction, once for each key.
func (s *Service) act(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id ID, word string, f func(tx *db.Tx, was Booklet, is *Booklet) error) (Booklet, error) {
	return db.Once(ctx, s.DB, by, string(a), key, [2]string{string(id), word}, func(tx *db.Tx) (Booklet, error) {
		was, err := Get(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, a, policy.Places(was.Places())); err != nil {
			return was, err
		}
		is, err := was.after(a)
		if err != nil {
			return was, err
		}
		if err := f(tx, was, &is); err != nil {
			return was, err
		}
		if err := save(tx, was, is); err != nil {
			return was, fmt.Errorf("%s %s: %w", a, id, err)
		}
		is.Version = was.Version + 1
		return is, nil
	})
}

// Approve lets a booklet be made. Whoever applied for it cannot approve it. The
// number is reserved and recorded here, before anything is made; once given
// out it is never given out again.
func (s *Service) Approve(ctx context.Context, by actor.Actor, key db.Key, id ID) (Booklet, error) {
	return s.act(ctx, by, key, policy.BookletApprove, id, "", func(tx *db.Tx, was Booklet, is *Booklet) error {
		if by.Account == was.AppliedBy {
			return fault.New(fault.Forbidden, "booklet.approve.own")
		}
		year := calendar.On(tx.Now()).Year()
		n, err := db.NextInSeries(tx, fmt.Sprintf("booklet/%d", year))
		if err != nil {
			return err
		}
		number, err := ident.NewBookletNumber(was.Path[:6], year, int(n))
		if err != nil {
			return err
		}
		is.Number, is.ApprovedBy, is.ApprovedName, is.ApprovedAt, is.Reason = string(number), by.Account, by.Name, tx.Millis(), ""
		return nil
	})
}

// Return sends an application back with what is missing.
func (s *Service) Return(ctx context.Context, by actor.Actor, key db.Key, id ID, reason string) (Booklet, error) {
	reason = strings.TrimSpace(reason)
	return s.act(ctx, by, key, policy.BookletReturn, id, reason, func(tx *db.Tx, was Booklet, is *Booklet) error {
		is.Reason = reason
		if reason == "" {
			var f fault.Fields
			f.Add("reason", "booklet.return.reason")
			return f.Err()
		}
		return nil
	})
}

// Reapply answers a return: the application waits for approval again.
func (s *Service) Reapply(ctx context.Context, by actor.Actor, key db.Key, id ID) (Booklet, error) {
	return s.act(ctx, by, key, policy.BookletApply, id, "", func(tx *db.Tx, was Booklet, is *Booklet) error { return nil })
}

// HandOver records who took the booklet home.
func (s *Service) HandOver(ctx context.Context, by actor.Actor, key db.Key, id ID, to string) (Booklet, error) {
	to = strings.TrimSpace(to)
	return s.act(ctx, by, key, policy.BookletHandOver, id, to, func(tx *db.Tx, was Booklet, is *Booklet) error {
		var f fault.Fields
		f.Require("received_by", to)
		if err := f.Err(); err != nil {
			return err
		}
		is.ReceivedBy, is.IssuedAt = to, tx.Millis()
		return nil
	})
}

package booklet

import (
	"context"
	"fmt"

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
		was, _, err := load(tx, by, a, id)
		if err != nil {
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

// Approve lets a booklet be made. Whoever applied for it, at first or again
// after a return, cannot approve it, whatever other post they hold. The
// number is reserved and recorded here, before anything is made; once given
// out it is never given out again. Until then the booklet of an address that has
// been left stays what it is.
func (s *Service) Approve(ctx context.Context, by actor.Actor, key db.Key, id ID) (Booklet, error) {
	return s.act(ctx, by, key, policy.BookletApprove, id, "", func(tx *db.Tx, was Booklet, is *Booklet) error {
		own, err := appliedFor(tx, was, by)
		if err != nil {
			return err
		}
		if own {
			return fault.New(fault.Forbidden, "booklet.approve.own")
		}
		if err := stillThere(tx, was); err != nil {
			return err
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
		if err := endFormer(tx, was); err != nil {
			return err
		}
		is.Number, is.ApprovedBy, is.ApprovedName, is.ApprovedAt, is.Reason = string(number), by.Account, by.Name, tx.Millis(), ""
		return nil
	})
}

package booklet

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

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

// Reapply answers a return: the application waits for approval again, in the
// name of whoever applies now.
func (s *Service) Reapply(ctx context.Context, by actor.Actor, key db.Key, id ID) (Booklet, error) {
	return s.act(ctx, by, key, policy.BookletApply, id, "", func(tx *db.Tx, was Booklet, is *Booklet) error {
		if err := stillThere(tx, was); err != nil {
			return err
		}
		is.AppliedBy, is.AppliedName, is.AppliedAt = by.Account, by.Name, tx.Millis()
		return nil
	})
}

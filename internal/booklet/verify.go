package booklet

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
)

// Verify says that the papers shown at the counter and the register agree
// (核验). Whether a booklet is made is for somebody else to decide.
func (s *Service) Verify(ctx context.Context, by actor.Actor, key db.Key, id ID) (Booklet, error) {
	return s.act(ctx, by, key, policy.BookletVerify, id, "", func(tx *db.Tx, was Booklet, is *Booklet) error {
		if err := stillThere(tx, was); err != nil {
			return err
		}
		is.VerifiedBy, is.VerifiedName, is.VerifiedAt, is.Reason = by.Account, by.Name, tx.Millis(), ""
		return nil
	})
}

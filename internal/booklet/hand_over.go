package booklet

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

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

package visit

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
)

// Counts is how many households the actor's grids hold, and how many of them
// have not been seen for 90 days.
type Counts struct {
	Households int64 `db:"households"`
	Late       int64 `db:"late"`
}

// Counts counts what Due lists. It names nobody.
func (s *Service) Counts(ctx context.Context, by actor.Actor) (n Counts, err error) {
	scope, err := policy.Predicate(by, policy.VisitRecord)
	if err != nil {
		return n, err
	}
	where, args := scope.WhereOn(policy.Living, "t.path", "t.sealed_to")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n, err = counts(tx, tx.Now().Add(-Every).UnixMilli(), where, args)
		return err
	})
	return n, err
}

package visit

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/grid"
	"anju/internal/policy"
)

// Counts is how many households the actor's grids see at home, and how many of them
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
	where, args := scope.WhereOn(policy.At, "t.path", "")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := grid.VisitRoute(tx)
		if err != nil {
			return err
		}
		n, err = counts(tx, r, tx.Now().Add(-Every).UnixMilli(), where, args)
		return err
	})
	return n, err
}

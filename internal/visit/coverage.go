package visit

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/policy"
)

// A Coverage is how many households of a grid have been seen within 90 days.
// It is the grid's: it names no worker and is ordered by place, never by how
// much anybody did (国办函〔2026〕12号).
type Coverage struct {
	Path       string `db:"path"`
	Households int64  `db:"households"`
	Seen       int64  `db:"seen"`
	NeedHelp   int64  `db:"need_help"` // whose last visit found that they need help
}

// Coverage lists the grids under a path, by code. Protected households are in
// no figure: a difference between two counts would show where they are.
func (s *Service) Coverage(ctx context.Context, by actor.Actor, under string) (all []Coverage, err error) {
	scope, err := policy.Predicate(by, policy.VisitRead)
	if err != nil {
		return nil, err
	}
	if under == "" {
		return nil, fault.New(fault.NotFound, "policy.not_found")
	}
	where, args := scope.WhereOn(policy.At, "t.path", "")
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := grid.VisitRoute(tx)
		if err != nil {
			return err
		}
		all, err = coverage(tx, r, under, tx.Now().Add(-Every).UnixMilli(), where, args)
		return err
	})
	return all, err
}

package division

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
)

// Service is the guarded door to divisions.
type Service struct{ DB *db.DB }

// Index is all divisions, for whoever works in the county.
func (s *Service) Index(ctx context.Context, by actor.Actor) (x *Index, err error) {
	if err := policy.Check(by, policy.DivisionRead, policy.Places{}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { x, err = Load(tx); return err })
	return x, err
}

package party

import (
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
)

// Reserved is the query of a page of the reserve, or nil for who may list none.
func Reserved(by actor.Actor, under string, kept bool, after string, limit int) *db.Query {
	scope, err := policy.Predicate(by, policy.ReserveRead)
	if err != nil {
		return nil
	}
	return reserves(by, scope, under, kept, after, limit)
}

package matter

import (
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/grid"
	"anju/internal/policy"
)

// asked are, of a matter's orders, those that wait for somebody's answer: as the
// guard of the answer has it.
func asked(tx *db.Tx, by actor.Actor, m Matter, places policy.Places, orders []Order) map[string]bool {
	all := map[string]bool{}
	for _, o := range orders {
		if o.mayAnswer() == nil && policy.Check(by, policy.OrderAnswer, places) == nil && inHands(tx, by, o.Level, m.Path) == nil {
			all[o.ID] = true
		}
	}
	return all
}

// asking adds to a query over matter m that an order about it waits for the answer
// of the actor's level, or of one that it answers for instead. where is the actor's
// area over an order o. The matter may be handled or closed by now.
func asking(q *db.Query, by actor.Actor, where string, args []any, instead []grid.Seat) *db.Query {
	mine, mineOf := hands("o", by, int64(by.Kind.Level()), instead)
	return q.Add("m.id in (select o.matter_id from supervision o where o.closed_at = 0 and o.answered_at = 0 and o.signed_at > 0 and "+where, args...).Add("and "+mine+")", mineOf...)
}

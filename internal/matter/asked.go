package matter

import (
	"anju/internal/actor"
	"anju/internal/db"
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

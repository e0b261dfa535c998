package entitlement

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Change writes that a right is another one from a day on: other land, another
// certificate. What it was until then stays in the ledger.
func (s *Service) Change(ctx context.Context, by actor.Actor, key db.Key, id string, w Words) (Entitlement, error) {
	return s.act(ctx, by, key, policy.RightChange, ActChange, id, w, func(tx *db.Tx, was Entitlement, w *Words) (Entitlement, error) {
		closed, next, err := was.change(w, calendar.On(tx.Now()))
		if err != nil {
			return was, err
		}
		if _, err := Correct(tx, was, closed); err != nil {
			return was, err
		}
		return Enter(tx, next)
	})
}

// change is the rule: the right until the day, and from the day on.
func (e Entitlement) change(w *Words, today calendar.Date) (closed, next Entitlement, err error) {
	var f fault.Fields
	w.common(&f)
	e.day(&f, w.From, today)
	closed, next = e, e
	closed.ValidTo = w.From
	next.State, next.ValidFrom, next.Evidence, next.Amount, next.Source = Changed, w.From, w.Evidence, amount(&f, e.Kind, w.Amount), "act"
	return closed, next, f.Err()
}

// day checks the day on which a running right changes or ends: after it began,
// before it ends by itself, not in the future.
func (e Entitlement) day(f *fault.Fields, on, today calendar.Date) {
	if !on.Valid() || on <= e.ValidFrom || on > e.ValidTo || on > today {
		f.Add("from", "entitlement.act.day", "from", e.ValidFrom)
	}
}

package entitlement

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Reopen writes that a right that has ended is owed again from a day on. That it
// had ended stays in the ledger.
func (s *Service) Reopen(ctx context.Context, by actor.Actor, key db.Key, id string, w Words) (Entitlement, error) {
	return s.act(ctx, by, key, policy.RightReopen, ActReopen, id, w, func(tx *db.Tx, was Entitlement, w *Words) (Entitlement, error) {
		is, err := was.reopen(w, calendar.On(tx.Now()))
		if err != nil {
			return was, err
		}
		_, twice, err := Listed(tx, is)
		if err != nil {
			return was, err
		}
		if twice {
			return was, fault.New(fault.Conflict, "entitlement.act.listed")
		}
		return Enter(tx, is)
	})
}

// reopen is the rule: not before it ended.
func (e Entitlement) reopen(w *Words, today calendar.Date) (Entitlement, error) {
	var f fault.Fields
	w.common(&f)
	if !w.From.Valid() || w.From < e.ValidTo && e.ValidTo <= today || w.From > today || w.From <= e.ValidFrom {
		f.Add("from", "entitlement.act.again", "to", e.ValidTo)
	}
	e.State, e.ValidFrom, e.ValidTo, e.Evidence, e.Source = Valid, w.From, calendar.Forever, w.Evidence, "act"
	return e, f.Err()
}

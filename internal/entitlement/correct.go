package entitlement

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Correct puts right what was written wrong, as if it had been right from the
// beginning. What was believed before is kept.
func (s *Service) Correct(ctx context.Context, by actor.Actor, key db.Key, id string, w Words) (Entitlement, error) {
	return s.act(ctx, by, key, policy.RightCorrect, ActCorrect, id, w, func(tx *db.Tx, was Entitlement, w *Words) (Entitlement, error) {
		is, err := was.correct(w, calendar.On(tx.Now()))
		if err != nil {
			return was, err
		}
		return Correct(tx, was, is)
	})
}

// correct is the rule: evidence, amount and dates. Which right it is, whose and
// in which state stays: for these there are acts of their own.
func (e Entitlement) correct(w *Words, today calendar.Date) (Entitlement, error) {
	var f fault.Fields
	w.common(&f)
	w.dates(&f, today)
	e.Evidence, e.Amount, e.ValidFrom, e.ValidTo, e.Source = w.Evidence, amount(&f, e.Kind, w.Amount), w.From, w.To, "act"
	return e, f.Err()
}

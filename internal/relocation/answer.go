package relocation

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Answer writes down another answer to the voluntary-transfer question:
// people may change their minds, and neither answer costs them a service.
func (s *Service) Answer(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (Move, error) {
	return db.Once(ctx, s.DB, by, string(policy.MoveRecord), key, [2]string{id, answer}, func(tx *db.Tx) (Move, error) {
		was, err := Get(tx, id)
		if err != nil {
			return was, err
		}
		if err := guard(tx, by, was); err != nil {
			return was, err
		}
		is, err := was.answer(answer, calendar.On(tx.Now()))
		if err != nil {
			return was, err
		}
		return is, saveAnswer(tx, was, is)
	})
}

// answer is the rule: only a household that was asked can answer.
func (m Move) answer(answer string, on calendar.Date) (Move, error) {
	if m.Arrival == Withdrawn {
		return m, fault.New(fault.Conflict, "relocation.withdrawn")
	}
	if m.OfferedOn == "" {
		return m, fault.New(fault.Conflict, "relocation.answer_unasked")
	}
	if !slices.Contains(Answers, answer) {
		var f fault.Fields
		f.Add("answer", "relocation.record.answer")
		return m, f.Err()
	}
	m.Answer, m.OfferedOn, m.Version = answer, on, m.Version+1
	return m, nil
}

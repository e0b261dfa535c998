package matter

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/policy"
)

// do is what every act on a matter goes through: load, guard, warnings that are
// due, rule, store, timeline, clock, record; one transaction, once for each key.
func (s *Service) do(ctx context.Context, by actor.Actor, key db.Key, p policy.Action, a Act, id ID, text string) (Matter, error) {
	text = strings.TrimSpace(text)
	request := struct {
		ID   ID
		Act  Act
		Text string
	}{id, a, text}
	return db.Once(ctx, s.DB, by, string(p), key, request, func(tx *db.Tx) (Matter, error) {
		was, err := Get(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, p, was); err != nil {
			return was, err
		}
		if rules[a].owner {
			if err := inHands(by, was.Level, was.Path); err != nil {
				return was, err
			}
		}
		is, t, err := was.after(a, text, tx.Now())
		if err != nil {
			return was, err
		}
		if err := deadline.Settle(tx, was.Subject(), s.warn); err != nil {
			return was, err
		}
		if err := save(tx, was, is); err != nil {
			return was, err
		}
		if err := appendEvent(tx, by, is, a, text); err != nil {
			return was, err
		}
		return is, setClock(tx, is, t)
	})
}

// inHands refuses everyone who is not the level that has to act over a path:
// the owner is a level, whoever holds its post.
func inHands(by actor.Actor, level int64, path string) error {
	switch {
	case int64(by.Kind.Level()) != level:
		return fault.New(fault.Forbidden, "matter.other_level")
	case !by.Over(path):
		return fault.New(fault.Forbidden, "matter.other_grid")
	}
	return nil
}

// Accept says that the level has taken the matter up. The clock goes on.
func (s *Service) Accept(ctx context.Context, by actor.Actor, key db.Key, id ID) (Matter, error) {
	return s.do(ctx, by, key, policy.MatterAccept, Accept, id, "")
}

// Comment adds a word to the timeline. The clock goes on.
func (s *Service) Comment(ctx context.Context, by actor.Actor, key db.Key, id ID, text string) (Matter, error) {
	return s.do(ctx, by, key, policy.MatterComment, Comment, id, text)
}

// Return asks the reporter for what is missing. The matter stays with the
// level, and its clock goes on.
func (s *Service) Return(ctx context.Context, by actor.Actor, key db.Key, id ID, text string) (Matter, error) {
	return s.do(ctx, by, key, policy.MatterReturn, Return, id, text)
}

// Resubmit is the reporter's answer to a return.
func (s *Service) Resubmit(ctx context.Context, by actor.Actor, key db.Key, id ID, text string) (Matter, error) {
	return s.do(ctx, by, key, policy.MatterConfirm, Resubmit, id, text)
}

// SendUp hands the matter to the next level with what was done. The level's
// clock stops and the next one's starts.
func (s *Service) SendUp(ctx context.Context, by actor.Actor, key db.Key, id ID, text string) (Matter, error) {
	return s.do(ctx, by, key, policy.MatterSendUp, SendUp, id, text)
}

// Handle records the result. The level's clock stops.
func (s *Service) Handle(ctx context.Context, by actor.Actor, key db.Key, id ID, result string) (Matter, error) {
	return s.do(ctx, by, key, policy.MatterHandle, Handle, id, result)
}

// Confirm is the reporter's word: solved closes the matter, not solved puts it
// back into the hands of the level that handled it, with a fresh clock.
func (s *Service) Confirm(ctx context.Context, by actor.Actor, key db.Key, id ID, solved bool, text string) (Matter, error) {
	a := Reopen
	if solved {
		a = Confirm
	}
	return s.do(ctx, by, key, policy.MatterConfirm, a, id, text)
}

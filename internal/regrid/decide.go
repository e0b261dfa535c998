package regrid

import (
	"context"
	"strings"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// act is what every act on a plan goes through: load, guard, rule, store,
// record; one transaction, once for each key.
func (s *Service) act(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id ID, request any, f func(tx *db.Tx, is *Plan) error) (Plan, error) {
	return db.Once(ctx, s.DB, by, string(a), key, []any{id, request}, func(tx *db.Tx) (Plan, error) {
		was, err := Get(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, a, was); err != nil {
			return Plan{}, err
		}
		is, err := was.after(a, today(tx))
		if err != nil {
			return was, err
		}
		if err := f(tx, &is); err != nil {
			return was, err
		}
		if err := save(tx, was, is); err != nil {
			return was, err
		}
		is.Version++
		return is, nil
	})
}

// farthest is how far ahead a plan may take effect, in days.
const farthest = 180

// A Submission asks for a decision: from when, and on which document.
type Submission struct {
	On       calendar.Date
	Document string
}

// Submit hands a draft to whoever decides. It is refused while a grid would have
// no leader.
func (s *Service) Submit(ctx context.Context, by actor.Actor, key db.Key, id ID, r Submission) (Plan, error) {
	r.Document = strings.TrimSpace(r.Document)
	return s.act(ctx, by, key, policy.RegridSubmit, id, r, func(tx *db.Tx, p *Plan) error {
		var f fault.Fields
		now := today(tx)
		switch {
		case !r.On.Valid():
			f.Add("on", "regrid.date")
		case r.On <= now || r.On > now.AddDays(farthest):
			f.Add("on", "regrid.ahead", "most", farthest)
		}
		f.Require("document", r.Document)
		if utf8.RuneCountInString(r.Document) > 100 {
			f.Add("document", "regrid.long", "n", 100)
		}
		if err := f.Err(); err != nil {
			return err
		}
		p.EffectiveOn, p.Document, p.Answer = r.On, r.Document, ""
		p.SubmittedBy, p.SubmittedName, p.SubmittedAt = by.Account, by.Name, tx.Millis()
		p.DecidedBy, p.DecidedName, p.DecidedAt = "", "", 0
		return s.clear(tx, *p)
	})
}

// clear refuses a plan that cannot be carried out, with the list.
func (s *Service) clear(tx *db.Tx, p Plan) error {
	v, _, err := s.view(tx, p)
	if err != nil {
		return err
	}
	if len(v.Blocks) > 0 {
		return fault.New(fault.Conflict, "regrid.blocked", "what", blocked(v.Blocks))
	}
	return nil
}

func blocked(all []Block) string {
	var words []string
	for _, b := range all {
		words = append(words, b.What)
	}
	return strings.Join(words, "、")
}

// Withdraw puts a plan away: nothing of it is lost, and nothing comes of it.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, key db.Key, id ID) (Plan, error) {
	return s.act(ctx, by, key, policy.RegridWithdraw, id, nil, func(*db.Tx, *Plan) error { return nil })
}

// Return gives a plan back with what is wrong with it.
func (s *Service) Return(ctx context.Context, by actor.Actor, key db.Key, id ID, reason string) (Plan, error) {
	return s.back(ctx, by, key, policy.RegridReturn, id, reason)
}

// Undo takes an approved plan back before its day. Nothing has changed yet.
func (s *Service) Undo(ctx context.Context, by actor.Actor, key db.Key, id ID, reason string) (Plan, error) {
	return s.back(ctx, by, key, policy.RegridUndo, id, reason)
}

func (s *Service) back(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id ID, reason string) (Plan, error) {
	reason = strings.TrimSpace(reason)
	return s.act(ctx, by, key, a, id, reason, func(tx *db.Tx, p *Plan) error {
		if reason == "" {
			return invalid("reason", "regrid.reason")
		}
		if utf8.RuneCountInString(reason) > 200 {
			return invalid("reason", "regrid.long", "n", 200)
		}
		p.Answer, p.Waits = reason, ""
		if a == policy.RegridUndo {
			return nil
		}
		return p.decide(tx, by)
	})
}

// decide says who decides: nobody decides what they have drawn up or submitted.
func (p *Plan) decide(tx *db.Tx, by actor.Actor) error {
	if by.Account == p.SubmittedBy || by.Account == p.MadeBy {
		return fault.New(fault.Forbidden, "regrid.own")
	}
	p.DecidedBy, p.DecidedName, p.DecidedAt = by.Account, by.Name, tx.Millis()
	return nil
}

// Approve lets a plan take effect on its day: a second person does. From its
// first minute on a job carries it out, once. What the network would refuse then
// is refused now.
func (s *Service) Approve(ctx context.Context, by actor.Actor, key db.Key, id ID) (Plan, error) {
	if err := s.try(ctx, by, id); err != nil {
		return Plan{}, err
	}
	return s.act(ctx, by, key, policy.RegridApprove, id, nil, func(tx *db.Tx, p *Plan) error {
		if err := p.decide(tx, by); err != nil {
			return err
		}
		if p.EffectiveOn <= today(tx) {
			return fault.New(fault.Conflict, "regrid.past", "on", p.EffectiveOn.Chinese())
		}
		if err := s.clear(tx, *p); err != nil {
			return err
		}
		return schedule(tx, *p)
	})
}

// TakeOver says that the people of a grid have taken over what came to them.
func (s *Service) TakeOver(ctx context.Context, by actor.Actor, key db.Key, id ID, no int64) (HandOver, error) {
	return db.Once(ctx, s.DB, by, string(policy.RegridTake), key, []any{id, no}, func(tx *db.Tx) (HandOver, error) {
		all, err := handOvers(tx, id)
		if err != nil {
			return HandOver{}, err
		}
		for _, was := range all {
			if was.No != no {
				continue
			}
			if err := policy.Check(by, policy.RegridTake, policy.Places{{Relation: policy.At, Path: was.ToGrid}}); err != nil {
				return HandOver{}, err
			}
			if was.TakenAt != 0 {
				return was, fault.New(fault.Conflict, "regrid.taken")
			}
			is := was
			is.TakenBy, is.TakenName, is.TakenAt = by.Account, by.Name, tx.Millis()
			if err := take(tx, is); err != nil {
				return was, err
			}
			return is, tx.Record("grid_plan/"+string(id), was, is)
		}
		return HandOver{}, fault.New(fault.NotFound, "policy.not_found")
	})
}

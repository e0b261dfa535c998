package regrid

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/jobs"
	"anju/internal/policy"
)

// JobApply carries out the plan whose id it is given, from its day on.
const JobApply = "regrid.apply"

// Handlers are the bodies of the jobs of plans.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{JobApply: s.job}
}

type applying struct {
	ID ID `json:"id"`
}

// schedule asks for the plan at the beginning of its day.
func schedule(tx *db.Tx, p Plan) error {
	at := p.EffectiveOn.Start()
	return tx.Enqueue(JobApply, fmt.Sprintf("%s/%d", p.ID, p.Version), at, applying{p.ID})
}

// again is how long a plan waits that cannot be carried out yet.
const again = time.Hour

func (s *Service) job(ctx context.Context, payload string) error {
	var a applying
	if err := json.Unmarshal([]byte(payload), &a); err != nil {
		return err
	}
	return s.Apply(ctx, a.ID)
}

// Apply carries out an approved plan whose day has come, however late it is
// asked; a plan that is not approved, or no longer, is left alone. One that
// cannot be carried out says so on its page and is tried again an hour later.
func (s *Service) Apply(ctx context.Context, id ID) error {
	by := actor.ForSystem("regrid")
	err := s.DB.Write(ctx, by, string(policy.RegridApply), func(tx *db.Tx) error {
		was, err := Get(tx, id)
		if err != nil {
			return err
		}
		if was.State != Approved || today(tx) < was.EffectiveOn {
			return nil
		}
		return s.guarded(tx, by, was)
	})
	var blocked blockedError
	if !errors.As(err, &blocked) {
		return err
	}
	return s.DB.Write(ctx, by, string(policy.RegridApply), func(tx *db.Tx) error {
		was, err := Get(tx, id)
		if err != nil || was.State != Approved {
			return err
		}
		is := was
		is.Waits = blocked.what
		if err := tx.Enqueue(JobApply, fmt.Sprintf("%s/%d", is.ID, tx.Millis()), tx.Now().Add(again), applying{id}); err != nil {
			return err
		}
		return save(tx, was, is)
	})
}

// guarded carries a plan out as the network allows it. What the network refuses
// holds the plan up, as a grid without a leader does.
func (s *Service) guarded(tx *db.Tx, by actor.Actor, was Plan) error {
	if s.Guard == nil {
		return s.apply(tx, by, was)
	}
	done := false
	err := s.Guard(tx, max(today(tx), was.EffectiveOn), func() error {
		err := s.apply(tx, by, was)
		done = err == nil
		return err
	})
	if f := fault.Of(err); done && f != nil && f.Kind == fault.Conflict {
		return blockedError{i18n.T(f.Key, f.Args...)} //i18n:dynamic network.check.
	}
	return err
}

// errTrial takes a trial back.
var errTrial = errors.New("trial")

// try carries a plan that waits for a decision out and takes it back again: it
// is refused if the network refuses what it would do on its day.
func (s *Service) try(ctx context.Context, by actor.Actor, id ID) error {
	if s.Guard == nil {
		return nil
	}
	system := actor.ForSystem("regrid")
	err := s.DB.Write(ctx, system, string(policy.RegridApprove), func(tx *db.Tx) error {
		was, err := Get(tx, id)
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.RegridApprove, was); err != nil || was.State != Submitted {
			return err
		}
		if err := s.guarded(tx, system, was); err != nil {
			return err
		}
		return errTrial
	})
	var blocked blockedError
	switch {
	case errors.Is(err, errTrial):
		return nil
	case errors.As(err, &blocked):
		return fault.New(fault.Conflict, "regrid.blocked", "what", blocked.what)
	}
	return err
}

// blockedError is that a plan cannot be carried out, and why.
type blockedError struct{ what string }

func (e blockedError) Error() string { return "the plan cannot be carried out" }

package regrid

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
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
		return s.apply(tx, by, was)
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

// blockedError is that a plan cannot be carried out, and why.
type blockedError struct{ what string }

func (e blockedError) Error() string { return "the plan cannot be carried out" }

package election

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Publish draws a list for the last time and makes it public, twenty days before
// the election at the latest (art 17 of both laws). From then on only a decision
// about an objection changes it.
func (s *Service) Publish(ctx context.Context, by actor.Actor, key db.Key, id ID) (Election, error) {
	return s.act(ctx, by, key, policy.ElectionPublish, id, nil, func(tx *db.Tx, e *Election) error {
		today := calendar.On(tx.Now())
		if e.State != Preparing {
			return fault.New(fault.Conflict, "election.not_now")
		}
		if today > e.PublishBy() {
			return fault.New(fault.Conflict, "election.publish.late", "n", publishDays, "day", e.Day, "by", e.PublishBy())
		}
		if err := draw(tx, e); err != nil {
			return err
		}
		if e.Listed == 0 {
			return fault.New(fault.Conflict, "election.publish.empty")
		}
		e.State, e.PublishedOn, e.ObjectionsBy = Published, today, today.AddDays(objectionDays)
		return nil
	})
}

// Finish makes a list final: the days for objections are over, and each has been
// decided.
func (s *Service) Finish(ctx context.Context, by actor.Actor, key db.Key, id ID) (Election, error) {
	return s.act(ctx, by, key, policy.ElectionFinish, id, nil, func(tx *db.Tx, e *Election) error {
		today := calendar.On(tx.Now())
		if e.State != Published {
			return fault.New(fault.Conflict, "election.not_now")
		}
		if today <= e.ObjectionsBy {
			return fault.New(fault.Conflict, "election.finish.early", "by", e.ObjectionsBy)
		}
		all, err := objections(tx, e.ID)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.Decision == "" {
				return fault.New(fault.Conflict, "election.finish.open")
			}
		}
		e.State, e.FinalOn = Final, today
		return recount(tx, e)
	})
}

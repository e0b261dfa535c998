package election

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/policy"
)

// A Step is what a list waits for.
type Step string

// Steps, in their order.
const (
	ToDraw    Step = "draw"    // nobody has been looked at yet
	ToPublish Step = "publish" // people say what they want, until it is published
	TooLate   Step = "late"    // the day for publishing has passed: the election needs another day
	ToHear    Step = "hear"    // objections are taken
	ToDecide  Step = "decide"  // some wait for a decision
	ToFinish  Step = "finish"  // they are all decided, and no more can come
	Over      Step = "over"
)

// A Waiting is a list with what it waits for.
type Waiting struct {
	Election Election
	Step     Step
	By       calendar.Date // the last day for it
	Open     int64         // objections without a decision
}

// open are the objections of a list without a decision.
type open struct {
	ElectionID ID            `db:"election_id"`
	N          int64         `db:"n"`
	By         calendar.Date `db:"decide_by"` // the first of their last days
}

func (u *open) add(o Objection) {
	if o.Decision != "" {
		return
	}
	if u.N++; u.By == "" || o.DecideBy < u.By {
		u.By = o.DecideBy
	}
}

// next is the rule: what a list waits for on a day, and until when.
func next(e Election, today calendar.Date, left open) Waiting {
	w := Waiting{Election: e, Open: left.N}
	switch {
	case e.State == Preparing && today > e.PublishBy():
		w.Step, w.By = TooLate, e.PublishBy()
	case e.State == Preparing && e.DrawnAt == 0:
		w.Step, w.By = ToDraw, e.PublishBy()
	case e.State == Preparing:
		w.Step, w.By = ToPublish, e.PublishBy()
	case e.State == Published && left.N > 0:
		w.Step, w.By = ToDecide, left.By
	case e.State == Published && today <= e.ObjectionsBy:
		w.Step, w.By = ToHear, e.ObjectionsBy
	case e.State == Published:
		w.Step, w.By = ToFinish, e.Day
	default:
		w.Step = Over
	}
	return w
}

// Waiting lists what lists ask of the actor, the soonest last day first: of a
// committee its next step, of the county's office the lists that came too late.
func (s *Service) Waiting(ctx context.Context, by actor.Actor) (all []Waiting, err error) {
	a := policy.ElectionRead
	if !policy.May(by, a) {
		a = policy.ElectionCancel
	}
	scope, err := policy.Predicate(by, a)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		running, err := running(tx, scope)
		if err != nil {
			return err
		}
		left, err := undecided(tx, scope)
		if err != nil {
			return err
		}
		today := calendar.On(tx.Now())
		for _, e := range running {
			w := next(e, today, left[e.ID])
			if a == policy.ElectionRead && w.Step != ToHear || w.Step == TooLate {
				all = append(all, w)
			}
		}
		return nil
	})
	return all, err
}

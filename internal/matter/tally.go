package matter

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/jobs"
	"anju/internal/policy"
)

// Tally brings what a matter counts for up to what it is now, in the
// transaction of the act.
func Tally(tx *db.Tx, m Matter) error {
	events, err := Timeline(tx, m.ID)
	if err != nil {
		return err
	}
	warnings, err := deadline.WarningsOf(tx, m.Subject())
	if err != nil {
		return err
	}
	is := FigureOf(m, events, len(warnings) > 0)
	was, had, err := getFigure(tx, m.ID)
	switch {
	case err != nil:
		return err
	case had && was == is:
		return nil
	case had:
		err = saveFigure(tx, is)
	default:
		err = db.Insert(tx, "matter_figure", is)
	}
	if err != nil {
		return err
	}
	change := map[string]Month{}
	put := func(f Figure, k int64) {
		for _, m := range f.Months() {
			sum := change[m.ID]
			sum.ID, sum.Path, sum.Month = m.ID, m.Path, m.Month
			sum.Add(m.Sums, k)
			change[m.ID] = sum
		}
	}
	if had {
		put(was, -1)
	}
	put(is, 1)
	for _, m := range change {
		if m.Sums == (Sums{}) {
			continue
		}
		if err := addMonth(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// JobRecount counts every matter of a county that was made before there were
// figures; its migration enqueues it.
const JobRecount = "matter.recount"

// Handlers are the bodies of the jobs of matters.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{JobRecount: s.recount, JobPhotos: s.dropDrafts}
}

// recountBatch is how many matters one transaction counts: the others wait no
// longer than that.
const recountBatch = 500

func (s *Service) recount(ctx context.Context, _ string) error {
	for after := ID(""); ; {
		var all []Matter
		err := s.DB.Write(ctx, actor.ForSystem("figures"), string(policy.FiguresRead), func(tx *db.Tx) (err error) {
			if all, err = some(tx, after, recountBatch); err != nil {
				return err
			}
			for _, m := range all {
				if err := Tally(tx, m); err != nil {
					return err
				}
			}
			return tx.RecordAll("figures", len(all), JobRecount)
		})
		if err != nil {
			return err
		}
		if len(all) < recountBatch {
			return nil
		}
		after = all[len(all)-1].ID
	}
}

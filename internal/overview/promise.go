package overview

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/grid"
	"anju/internal/policy"
	"anju/internal/visit"
)

// Promises are the three promises (三有三必), measured.
type Promises struct {
	Households int64 // 有情必知: seen at home by grids of here …
	Seen       int64 // … within 90 days
	Solved     Rate  // 有疑必解: matters solved and confirmed ÷ due
	Asked      int64 // 有事必帮: applications in all that are not withdrawn …
	Helped     int64 // … and that have been decided
}

// promise is what a path adds to the promises.
type promise struct {
	Path       string `db:"path"`
	Households int64  `db:"households"`
	Seen       int64  `db:"seen"`
	Asked      int64  `db:"asked"`
	Helped     int64  `db:"helped"`
}

// promisesByPath counts for the whole county at once, kept for some minutes.
// Protected households are in no figure.
func (s *Service) promisesByPath(tx *db.Tx) ([]promise, error) {
	return s.promised.get(promisesLife, func() ([]promise, error) {
		r, err := grid.VisitRoute(tx)
		if err != nil {
			return nil, err
		}
		visited, args := r.VisitedSQL()
		q := new(db.Query).Add(`select path, sum(households) as households, sum(seen) as seen, sum(asked) as asked, sum(helped) as helped from (
			select t.path as path, 1 as households, case when exists (select 1 from visit v where v.household_id = t.household_id and v.visited_at >= ? and v.outcome <> 'nobody_home') then 1 else 0 end as seen, 0 as asked, 0 as helped
				from tie t where`, tx.Now().Add(-visit.Every).UnixMilli()).Add(visited, args...).Add(`
			union all select path, 0, 0, 1, helped from (` + applications + `) as a
		) as p group by path order by path`)
		return db.All[promise](tx, q.Text(), q.Args()...)
	})
}

// Promises measures the three promises in an area over a period.
func (s *Service) Promises(ctx context.Context, by actor.Actor, under, period string) (p Promises, err error) {
	if under, err = area(by, under); err != nil {
		return p, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err = s.promises(tx, under, period)
		return err
	})
	return p, err
}

func (s *Service) promises(tx *db.Tx, under, period string) (p Promises, err error) {
	all, err := s.promisesByPath(tx)
	if err != nil {
		return p, err
	}
	end := policy.PrefixEnd(under)
	for _, one := range all {
		if one.Path >= under && one.Path < end {
			p.Households, p.Seen, p.Asked, p.Helped = p.Households+one.Households, p.Seen+one.Seen, p.Asked+one.Asked, p.Helped+one.Helped
		}
	}
	b, err := s.board(tx, under, period)
	p.Solved = b.Total.SolvedRate()
	return p, err
}

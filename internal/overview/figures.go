package overview

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A pathCount is how many people are registered or live on one path; those
// whose place is sealed to one unit are counted apart.
type pathCount struct {
	Kind     string `db:"kind"`
	Path     string `db:"path"`
	SealedTo string `db:"sealed_to"`
	N        int64  `db:"n"`
}

// peopleByPath counts everybody along an index, and the few that are sealed
// along another.
func (s *Service) peopleByPath(tx *db.Tx) ([]pathCount, error) {
	return s.people.get(peopleLife, func() ([]pathCount, error) {
		all, err := db.All[pathCount](tx, `select kind, path, '' as sealed_to, count(*) as n from spell
			where kind in ('registered', 'living') and superseded_at = 0 and valid_to = '9999-12-31' group by kind, path order by kind, path`)
		if err != nil {
			return nil, err
		}
		sealed, err := db.All[pathCount](tx, `select kind, path, sealed_to, count(*) as n from spell
			where sealed_to <> '' and kind in ('registered', 'living') and superseded_at = 0 and valid_to = '9999-12-31' group by kind, path, sealed_to`)
		for _, c := range sealed {
			if i := slices.IndexFunc(all, func(a pathCount) bool { return a.Kind == c.Kind && a.Path == c.Path }); i >= 0 {
				all[i].N -= c.N
			}
		}
		return append(all, sealed...), err
	})
}

// PeopleByVillage is how many people live in each village of the actor's area,
// protected places left out. It names nobody.
func (s *Service) PeopleByVillage(ctx context.Context, by actor.Actor) (map[string]int64, error) {
	scope, err := policy.Predicate(by, policy.HouseholdRead)
	if err != nil {
		return nil, err
	}
	own := map[string]int64{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := s.peopleByPath(tx)
		for _, c := range all {
			if c.Kind == residence.Living && c.SealedTo == "" && c.N > 0 && scope.Covers(policy.Place{Relation: policy.Living, Path: c.Path}) {
				own[c.Path[:min(12, len(c.Path))]] += c.N
			}
		}
		return err
	})
	return own, err
}

// Work is what waits on a work table: counts with the list each leads to.
type Work struct {
	People   int64 // living in the area
	Villages int
	Booklets map[booklet.State]int64
}

// Work counts what the actor's area holds. It names nobody.
func (s *Service) Work(ctx context.Context, by actor.Actor) (w Work, err error) {
	people, err := s.PeopleByVillage(ctx, by)
	if err != nil {
		return w, err
	}
	for _, n := range people {
		w.People += n
		w.Villages++
	}
	if policy.May(by, policy.BookletRead) {
		w.Booklets, err = (&booklet.Service{DB: s.DB, Keys: s.Keys}).Counts(ctx, by)
	}
	return w, err
}

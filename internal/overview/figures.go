package overview

import (
	"context"
	"slices"
	"strings"
	"time"

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

// homeCounts are the living households by where they live, and how many of
// each are registered in another village.
type homeCounts struct {
	at    time.Time
	homes []homeCount
}

type homeCount struct {
	Village string `db:"village"` // of registration
	Path    string `db:"path"`
	N       int64  `db:"n"`
}

func (s *Service) homesByPath(tx *db.Tx) (homeCounts, error) {
	return s.homes.get(homesLife, func() (homeCounts, error) {
		all, err := db.All[homeCount](tx, `select h.village, t.path, count(*) as n from tie t cross join household h
			where h.id = t.household_id and t.relation = 'living' and t.superseded_at = 0 and t.valid_to = '9999-12-31' and t.sealed_to = '' group by h.village, t.path`)
		return homeCounts{tx.Now(), all}, err
	})
}

// Figures are counts for a work table, protected places left out. They name
// nobody.
type Figures struct {
	Counts
	At    time.Time // when the households were counted
	Below []Area    // of a county its towns, of a town its villages, by code
}

// Counts are how many live in an area.
type Counts struct {
	People     int64
	Households int64
	Separated  int64 // of those households, registered in another village
}

// An Area is a division with what it holds.
type Area struct {
	Code, Name string
	Counts
}

func (c *Counts) add(more Counts) {
	c.People, c.Households, c.Separated = c.People+more.People, c.Households+more.Households, c.Separated+more.Separated
}

// Figures counts what the actor's area holds, from counts that are kept for
// some minutes.
func (s *Service) Figures(ctx context.Context, by actor.Actor) (f Figures, err error) {
	covers, err := counted(by)
	if err != nil {
		return f, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		people, err := s.peopleByPath(tx)
		if err != nil {
			return err
		}
		homes, err := s.homesByPath(tx)
		if err != nil {
			return err
		}
		f = Figures{At: homes.at}
		level, parts := below(by), map[string]Counts{}
		add := func(path string, c Counts) {
			if covers(path) {
				f.add(c)
				part := parts[path[:min(len(path), level)]]
				part.add(c)
				parts[path[:min(len(path), level)]] = part
			}
		}
		for _, c := range people {
			if c.Kind == residence.Living && c.SealedTo == "" && c.N > 0 {
				add(c.Path, Counts{People: c.N})
			}
		}
		for _, c := range homes.homes {
			n := Counts{Households: c.N}
			if residence.Separated(c.Village, c.Path) {
				n.Separated = c.N
			}
			add(c.Path, n)
		}
		if level > 0 {
			f.Below, err = s.areas(tx, parts)
		}
		return err
	})
	return f, err
}

func (s *Service) areas(tx *db.Tx, parts map[string]Counts) (all []Area, err error) {
	x, err := s.index(tx)
	if err != nil {
		return nil, err
	}
	for code, c := range parts {
		all = append(all, Area{code, x.Name(code), c})
	}
	slices.SortFunc(all, func(a, b Area) int { return strings.Compare(a.Code, b.Code) })
	return all, nil
}

// counted is which places an actor has counted: those that figures are for, or
// else those whose households the actor reads.
func counted(by actor.Actor) (func(path string) bool, error) {
	action, on := policy.FiguresRead, policy.At
	if !policy.May(by, action) {
		action, on = policy.HouseholdRead, policy.Living
	}
	scope, err := policy.Predicate(by, action)
	return func(path string) bool { return scope.Covers(policy.Place{Relation: on, Path: path}) }, err
}

// below is the length of the codes that an actor's figures are told apart by;
// 0 for a village or less.
func below(by actor.Actor) int {
	for _, p := range by.Paths {
		switch {
		case len(p) <= 6:
			return 9
		case len(p) <= 9:
			return 12
		}
	}
	return 0
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

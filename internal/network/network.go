// Package network watches over the people network (真人网) as a tree of posts in
// five levels: who holds which from when to when, which is vacant and who
// answers meanwhile, what somebody leaves who gives one up, what departments may
// place on a grid, and whether anything would be with nobody.
package network

import (
	"context"
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Service is the guarded door to the network.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// Kinds are the kinds of post of the five levels, level 1 first.
var Kinds = []actor.Kind{actor.GridWorker, actor.GridLeader, actor.SectionLeader, actor.GeneralLeader, actor.Chief}

// A Holding is one time for which somebody holds or held a seat, with the other
// hats of that person.
type Holding struct {
	account.Tenure
	Hats []account.Post // other posts held on the day
}

// A Seat is a seat of the tree with who holds it on the day.
type Seat struct {
	grid.Seat
	Place   string
	Holders []Holding
	Answers int // the level that answers while nobody is there; 0 is nobody at all
	Vacant  int // how many seats are vacant within the place, this one too
}

// Present reports whether somebody holds the seat and is there.
func (s Seat) Present() bool { return s.Answers == s.Level }

// A Tree is the network at a place: the seats over it from the top down, and
// those right below it.
type Tree struct {
	At, Name string
	On       calendar.Date
	Line     []Seat
	Below    []Seat
	Past     []Holding // who held the seats at this very place before
	Coming   []Holding // and who will
	Made     []account.Count
	Total    account.Count
	Vacant   int
}

// Tree is the network at a place. The people of the network are published.
func (s *Service) Tree(ctx context.Context, by actor.Actor, at string) (t Tree, err error) {
	if err := policy.Check(by, policy.NetworkRead, policy.Places{}); err != nil {
		return t, err
	}
	if !slices.Contains([]int{6, 9, 12, 15}, len(at)) || strings.Trim(at, "0123456789") != "" {
		return t, fault.New(fault.NotFound, "policy.not_found")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		x, err := division.Load(tx)
		if err != nil {
			return err
		}
		if _, ok := x.Of(at); !ok {
			return fault.New(fault.NotFound, "policy.not_found")
		}
		t = Tree{At: at, On: calendar.On(tx.Now())}
		return s.fill(tx, x, &t)
	})
	return t, err
}

func (s *Service) fill(tx *db.Tx, x *division.Index, t *Tree) error {
	name, err := s.names(tx, x, t.At)
	if err != nil {
		return err
	}
	t.Name = name(t.At)
	roster, err := grid.RosterOf(tx, 1, t.At, t.On)
	if err != nil {
		return err
	}
	seats, err := grid.SeatsUnder(tx, t.At, t.On)
	if err != nil {
		return err
	}
	gaps := roster.Gaps(seats)
	t.Vacant = len(gaps)
	below := min(len(t.At)+3, 15)
	tenures, err := account.Tenures(tx, s.Keys, Kinds, t.At, below, t.On)
	if err != nil {
		return err
	}
	holdings, err := withHats(tx, tenures, t.On)
	if err != nil {
		return err
	}
	seat := func(g grid.Seat) Seat {
		one := Seat{Seat: g, Place: name(g.Path), Answers: roster.Answers(g.Level, g.Path)}
		for _, h := range holdings {
			if h.Kind == g.Kind() && h.Current(t.On) && strings.HasPrefix(g.Path, h.Path) {
				one.Holders = append(one.Holders, h)
			}
		}
		for _, v := range gaps {
			if strings.HasPrefix(v.Path, g.Path) && v.Level <= g.Level {
				one.Vacant++
			}
		}
		return one
	}
	for _, n := range []int{6, 9, 12} {
		if n <= len(t.At) {
			t.Line = append(t.Line, seat(grid.Seat{Level: 7 - n/3, Path: t.At[:n]}))
		}
	}
	if len(t.At) == 15 {
		t.Line = append(t.Line, seat(grid.Seat{Level: 2, Path: t.At}), seat(grid.Seat{Level: 1, Path: t.At}))
	}
	for _, g := range seats {
		if len(g.Path) == below && len(g.Path) > len(t.At) {
			t.Below = append(t.Below, seat(g))
		}
	}
	for _, h := range holdings {
		switch {
		case h.Path != t.At:
		case h.ValidTo <= t.On:
			t.Past = append(t.Past, h)
		case h.ValidFrom > t.On:
			t.Coming = append(t.Coming, h)
		}
	}
	slices.SortStableFunc(t.Past, func(a, b Holding) int { return strings.Compare(string(b.ValidTo), string(a.ValidTo)) })
	if t.Made, err = account.MadeOf(tx, t.At, t.On); err != nil {
		return err
	}
	t.Total, err = account.PeopleIn(tx, Kinds, t.At, t.On)
	return err
}

// names says what a division or a grid under a path is called.
func (s *Service) names(tx *db.Tx, x *division.Index, under string) (func(path string) string, error) {
	grids := map[string]string{}
	if len(under) >= 12 {
		all, err := grid.All(tx, under)
		if err != nil {
			return nil, err
		}
		for _, g := range all {
			grids[g.Code] = g.Name
		}
	}
	return func(path string) string {
		if n, ok := grids[path]; ok {
			return n
		}
		return x.FullName(path)
	}, nil
}

// withHats adds to each holding the other posts that the person holds.
func withHats(tx *db.Tx, tenures []account.Tenure, on calendar.Date) ([]Holding, error) {
	var ids []account.ID
	for _, t := range tenures {
		if t.Current(on) && !slices.Contains(ids, t.AccountID) {
			ids = append(ids, t.AccountID)
		}
	}
	hats, err := account.Hats(tx, ids, on)
	if err != nil {
		return nil, err
	}
	all := make([]Holding, len(tenures))
	for i, t := range tenures {
		all[i] = Holding{Tenure: t}
		for _, p := range hats[t.AccountID] {
			if p.ID != t.ID && p.Kind != t.Kind {
				all[i].Hats = append(all[i].Hats, p)
			}
		}
	}
	return all, nil
}

package division

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/policy"
)

// Service is the guarded door to divisions.
type Service struct{ DB *db.DB }

// Index is all divisions, for whoever works in the county.
func (s *Service) Index(ctx context.Context, by actor.Actor) (x *Index, err error) {
	if err := policy.Check(by, policy.DivisionRead, policy.Places{}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { x, err = Load(tx); return err })
	return x, err
}

// Resolve is what a code stood for on a day, or NotFound.
func (s *Service) Resolve(ctx context.Context, by actor.Actor, code string, on calendar.Date) (d Division, err error) {
	if err := policy.Check(by, policy.DivisionRead, policy.Places{}); err != nil {
		return d, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { d, err = Get(tx, code, on); return err })
	return d, err
}

// Get is what a code stands for today, or NotFound. A code that is valid no
// more is found by Resolve, with a day.
func (s *Service) Get(ctx context.Context, by actor.Actor, code string) (Division, error) {
	return s.Resolve(ctx, by, code, calendar.On(s.DB.Now()))
}

// A Node is a division in the tree, with what lies below it today.
type Node struct {
	Division
	Villages int // villages and communities, itself included
	Groups   int
	Sites    int
	Children []Node // by code
}

// Tree is the county, its towns and their villages, counted.
func (s *Service) Tree(ctx context.Context, by actor.Actor) (roots []Node, err error) {
	if err := policy.Check(by, policy.DivisionRead, policy.Places{}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		x, err := Load(tx)
		if err != nil {
			return err
		}
		roots = nil
		for _, d := range x.Roots() {
			roots = append(roots, x.node(d))
		}
		return nil
	})
	return roots, err
}

func (x *Index) node(d Division) Node {
	n := Node{Division: d}
	if d.Level == Village {
		n.Villages, n.Sites = 1, len(x.sites[d.Code])
		for _, g := range x.groups[d.Code] {
			if g.ValidTo == calendar.Forever {
				n.Groups++
			}
		}
	}
	for _, c := range x.children[d.Code] {
		below := x.node(c)
		n.Villages, n.Groups, n.Sites = n.Villages+below.Villages, n.Groups+below.Groups, n.Sites+below.Sites
		n.Children = append(n.Children, below)
	}
	return n
}

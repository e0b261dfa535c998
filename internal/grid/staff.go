package grid

import (
	"context"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Post is one level of the people network over a place, with whoever holds
// it; nobody holds a vacant one.
type Post struct {
	Level   int
	Kind    actor.Kind
	Holders []account.Holder
}

// Staff is the five levels over a path, level 1 first, with their phones: the
// people of the network are published, so that everyone can call them.
func (s *Service) Staff(ctx context.Context, by actor.Actor, path string) (posts []Post, err error) {
	if err := policy.Check(by, policy.GridRead, policy.Places{}); err != nil {
		return nil, err
	}
	if !digits(path, len(path)) || len(path) < 6 {
		return nil, fault.New(fault.NotFound, "grid.unknown")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		posts = nil
		for level := 1; level <= 5; level++ {
			p := Post{Level: level, Kind: actor.AtLevel(level)}
			if p.Holders, err = account.Holders(tx, s.Keys, p.Kind, path, calendar.On(tx.Now())); err != nil {
				return err
			}
			posts = append(posts, p)
		}
		return nil
	})
	return posts, err
}

// A Node is a village with its grids.
type Node struct {
	Village string
	Grids   []Line
}

// Tree is List by village: a grid lies in exactly one.
func (s *Service) Tree(ctx context.Context, by actor.Actor, under string) (nodes []Node, err error) {
	lines, err := s.List(ctx, by, under)
	for _, l := range lines {
		if n := len(nodes); n == 0 || nodes[n-1].Village != l.Village {
			nodes = append(nodes, Node{Village: l.Village})
		}
		n := &nodes[len(nodes)-1]
		n.Grids = append(n.Grids, l)
	}
	return nodes, err
}

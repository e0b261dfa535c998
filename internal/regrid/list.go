package regrid

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/policy"
)

// A Household is a household in a grid of a plan, with the name of its head
// where the actor may know who lives there.
type Household struct {
	ID    string
	Label string
	Head  string
	Was   string // name of the grid it is in today
	N     int64
}

// Households lists the households of one grid of a plan.
func (s *Service) Households(ctx context.Context, by actor.Actor, id ID, n int64) ([]Household, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RegridRead), For: "grid_plan/" + string(id)}, func(tx *db.Tx) ([]Household, error) {
		p, err := Get(tx, id)
		if err != nil {
			return nil, err
		}
		if err := policy.Check(by, policy.RegridRead, p); err != nil {
			return nil, err
		}
		tx.Saw(p.Subject())
		v, open, err := s.view(tx, p)
		if err != nil {
			return nil, err
		}
		names, err := gridNames(tx, p.Village)
		if err != nil {
			return nil, err
		}
		var all []Household
		var ids []string
		for _, h := range open {
			if h.N == n {
				all = append(all, Household{ID: h.HouseholdID, Label: h.Label, Was: names[h.WasGrid], N: n})
				ids = append(ids, h.HouseholdID)
			}
		}
		if !slices.ContainsFunc(v.Grids, func(g GridView) bool { return g.N == n }) {
			return nil, fault.New(fault.NotFound, "policy.not_found")
		}
		if policy.Check(by, policy.HouseholdRead, policy.Places{{Relation: policy.Living, Path: p.Village + grid.NoGrid}}) != nil {
			return all, nil
		}
		heads, err := headNames(tx, ids)
		if err != nil {
			return nil, err
		}
		for i, h := range all {
			tx.Saw("household/" + h.ID)
			all[i].Head = heads[h.ID]
		}
		return all, nil
	})
}

// gridNames are the names of all grids a village has or had, by code.
func gridNames(tx *db.Tx, village string) (map[string]string, error) {
	all, err := grid.Ever(tx, village)
	names := map[string]string{}
	for _, g := range all {
		names[g.Code] = g.Name
	}
	return names, err
}

// A Line is a plan in a list.
type Line struct {
	Plan
	Place string
}

// List lists the plans of the actor's area, the newest first.
func (s *Service) List(ctx context.Context, by actor.Actor, before ID, limit int) (all []Line, err error) {
	scope, err := policy.Predicate(by, policy.RegridRead)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		x, err := division.Load(tx)
		if err != nil {
			return err
		}
		plans, err := list(tx, scope, before, limit)
		all = nil
		for _, p := range plans {
			all = append(all, Line{p, x.FullName(p.Village)})
		}
		return err
	})
	return all, err
}

// today is the county's day.
func today(tx *db.Tx) calendar.Date { return calendar.On(tx.Now()) }

package regrid

import (
	"cmp"
	"context"
	"math"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid/plan"
	"anju/internal/policy"
)

// A Cut is a natural group that the proposal lays into several grids, and why.
type Cut struct {
	PlanID     ID       `db:"plan_id"`
	Part       string   `db:"part"`
	Households int64    `db:"households"`
	Grids      int64    `db:"grids"`
	Why        plan.Why `db:"why"`
	Cost       float64  `db:"cost"` // of keeping it whole, see plan.Cut
}

// A DraftRequest asks for a proposal for a village, with the wishes of an
// earlier plan of it, if one is named.
type DraftRequest struct {
	Village string
	From    ID
}

// Draft draws up a proposal from the households of today and keeps it.
func (s *Service) Draft(ctx context.Context, by actor.Actor, key db.Key, r DraftRequest) (Plan, error) {
	return db.Once(ctx, s.DB, by, string(policy.RegridDraft), key, r, func(tx *db.Tx) (Plan, error) {
		if err := policy.Check(by, policy.RegridDraft, policy.Places{{Relation: policy.At, Path: r.Village}}); err != nil {
			return Plan{}, err
		}
		x, err := division.Load(tx)
		if err != nil {
			return Plan{}, err
		}
		today := calendar.On(tx.Now())
		if d, ok := x.Get(r.Village); !ok || d.Level != division.Village || d.ValidTo <= today {
			return Plan{}, invalid("village", "regrid.village")
		}
		var fixed []Wish
		if r.From != "" {
			was, err := Get(tx, r.From)
			if err != nil {
				return Plan{}, err
			}
			if was.Village != r.Village {
				return Plan{}, fault.New(fault.NotFound, "policy.not_found")
			}
			if fixed, err = wishes(tx, r.From); err != nil {
				return Plan{}, err
			}
		}
		all, err := present(tx, x, r.Village)
		if err != nil {
			return Plan{}, err
		}
		all = slices.DeleteFunc(all, func(h home) bool { return h.sealed })
		if len(all) == 0 {
			return Plan{}, invalid("village", "regrid.nobody")
		}
		p := Plan{ID: ID(tx.NewID()), Village: r.Village, State: Draft, ReadOn: today, MadeBy: by.Account, MadeName: by.Name, MadeAt: tx.Millis(), Version: 1}
		for _, h := range all {
			if !h.placed {
				p.Unplaced++
			}
		}
		if p.Number, err = nextNumber(tx); err != nil {
			return p, err
		}
		cuts, err := propose(all, &fixed)
		if err != nil {
			return p, err
		}
		return p, keepDraft(tx, p, all, cuts, fixed)
	})
}

func invalid(field, key string, args ...any) error {
	var f fault.Fields
	f.Add(field, key, args...)
	return f.Err()
}

// keepDraft writes all of a new draft.
func keepDraft(tx *db.Tx, p Plan, all []home, cuts []Cut, fixed []Wish) error {
	if err := db.Insert(tx, "grid_plan", p); err != nil {
		return err
	}
	for _, h := range all {
		h.PlanID = p.ID
		if err := db.Insert(tx, "grid_plan_home", h.Home); err != nil {
			return err
		}
	}
	for _, c := range cuts {
		c.PlanID = p.ID
		if err := db.Insert(tx, "grid_plan_cut", c); err != nil {
			return err
		}
	}
	for i, w := range fixed {
		w.PlanID, w.No = p.ID, int64(i+1)
		if err := db.Insert(tx, "grid_plan_wish", w); err != nil {
			return err
		}
	}
	return tx.Record(p.Subject(), nil, p)
}

// buildings are the houses of some households as the planner sees them, in the
// order of addresses. A household that a wish names stands for itself.
func buildings(all []home, fixed []Wish) []plan.Building {
	alone := map[string]bool{}
	for _, w := range fixed {
		alone[w.Unit], alone[w.Other] = true, true
	}
	at, out := map[string]int{}, []plan.Building(nil)
	for _, h := range all {
		unit := h.Unit
		if alone[HouseholdUnit(h.HouseholdID)] {
			unit = HouseholdUnit(h.HouseholdID)
		}
		i, ok := at[unit]
		if !ok {
			i = len(out)
			at[unit] = i
			out = append(out, plan.Building{ID: unit, Group: h.Part, X: h.X, Y: h.Y})
		}
		out[i].Households = append(out[i].Households, h.HouseholdID)
	}
	return out
}

// propose fills in the proposal. A wish for a house where nobody lives any more
// is dropped.
func propose(all []home, fixed *[]Wish) ([]Cut, error) {
	bs := buildings(all, *fixed)
	there := map[string]bool{}
	for _, b := range bs {
		there[b.ID] = true
	}
	*fixed = slices.DeleteFunc(*fixed, func(w Wish) bool { return !there[w.Unit] || !there[w.Other] })
	var want []plan.Wish
	for _, w := range *fixed {
		want = append(want, plan.Wish{w.Unit, w.Other})
	}
	r, err := plan.Propose(bs, want...)
	if err != nil {
		return nil, err
	}
	cuts, err := r.Cuts(bs, want...)
	if err != nil {
		return nil, err
	}
	in := fromTheWest(all, r.In())
	for i, h := range all {
		all[i].Proposed = in[h.HouseholdID]
		all[i].N = all[i].Proposed
	}
	var out []Cut
	for _, c := range cuts {
		out = append(out, Cut{Part: c.Group, Households: int64(c.Households), Grids: int64(c.Grids), Why: c.Why, Cost: c.Cost})
	}
	return out, nil
}

// fromTheWest numbers grids from west to east, and from north to south where
// two lie above one another, as the numbering of grids is usual (DB6101/T 3185).
func fromTheWest(all []home, in map[string]int) map[string]int64 {
	type middle struct {
		n       int
		x, y, k float64
	}
	at := map[int]*middle{}
	for _, h := range all {
		n := in[h.HouseholdID]
		if at[n] == nil {
			at[n] = &middle{n: n}
		}
		at[n].x, at[n].y, at[n].k = at[n].x+h.X, at[n].y+h.Y, at[n].k+1
	}
	var order []*middle
	for _, m := range at {
		m.x, m.y = m.x/m.k, m.y/m.k
		order = append(order, m)
	}
	slices.SortFunc(order, func(a, b *middle) int {
		return cmp.Or(cmp.Compare(math.Floor(a.x/400), math.Floor(b.x/400)), cmp.Compare(b.y, a.y), cmp.Compare(a.n, b.n))
	})
	number := map[int]int64{}
	for i, m := range order {
		number[m.n] = int64(i + 1)
	}
	out := map[string]int64{}
	for h, n := range in {
		out[h] = number[n]
	}
	return out
}

package regrid

import (
	"slices"
	"strings"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/matter"
	"anju/internal/visit"
)

// posts over the grids that are no more end with them; those of the new ones
// begin.
func (t *turning) posts() error {
	posts, err := account.PostsUnder(t.tx, t.plan.Village, t.plan.EffectiveOn)
	if err != nil {
		return err
	}
	for _, p := range posts {
		gone := len(p.Path) == 15 && !slices.ContainsFunc(t.v.Grids, func(g GridView) bool { return g.Code == p.Path })
		if !gone {
			continue
		}
		if err := account.EndPost(t.tx, p, max(t.plan.EffectiveOn, p.ValidFrom)); err != nil {
			return err
		}
	}
	for _, g := range t.v.Grids {
		for _, p := range []account.Post{{Kind: actor.GridLeader, AccountID: account.ID(g.Leader)}, {Kind: actor.GridWorker, AccountID: account.ID(g.Worker)}} {
			if p.AccountID == "" {
				continue
			}
			p.Path, p.Office, p.ValidFrom = g.Code, g.Name, t.plan.EffectiveOn
			for _, was := range posts {
				if was.AccountID == p.AccountID && was.Kind == p.Kind {
					p.MadeOf = was.MadeOf
				}
			}
			if _, err := account.Appoint(t.tx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// handOver writes down what goes over from whom to whom.
func (t *turning) handOver() error {
	late, err := unseen(t.tx, t.plan.Village, t.tx.Now().Add(-visit.Every).UnixMilli())
	if err != nil {
		return err
	}
	open, err := matter.OpenIn(t.tx, t.plan.Village)
	if err != nil {
		return err
	}
	waits, overdue := map[string]int64{}, map[string]bool{}
	for _, m := range open {
		waits[m.HouseholdID]++
	}
	for _, id := range late {
		overdue[id] = true
	}
	type way struct{ from, to string }
	all := map[way]*HandOver{}
	var order []way
	for _, h := range t.all {
		w := way{h.WasGrid, t.codes[h.N]}
		if w.from == w.to || h.sealed {
			continue
		}
		if all[w] == nil {
			all[w] = &HandOver{PlanID: t.plan.ID, FromGrid: w.from, ToGrid: w.to}
			order = append(order, w)
		}
		all[w].Households++
		all[w].Matters += waits[h.HouseholdID]
		if overdue[h.HouseholdID] {
			all[w].Visits++
		}
	}
	slices.SortFunc(order, func(a, b way) int { return strings.Compare(a.from+a.to, b.from+b.to) })
	before := t.plan.EffectiveOn.AddDays(-1)
	for i, w := range order {
		h := all[w]
		h.No = int64(i + 1)
		if h.FromName, err = t.leader(w.from, before); err != nil {
			return err
		}
		if h.ToName, err = t.leader(w.to, t.plan.EffectiveOn); err != nil {
			return err
		}
		if err := db.Insert(t.tx, "grid_plan_hand_over", *h); err != nil {
			return err
		}
		if err := t.tx.Record(t.plan.Subject(), nil, *h); err != nil {
			return err
		}
	}
	return nil
}

func (t *turning) leader(path string, on calendar.Date) (string, error) {
	hs, err := account.Holders(t.tx, t.s.Keys, actor.GridLeader, path, on)
	if err != nil || len(hs) == 0 {
		return "", err
	}
	return hs[0].Name, nil
}

// freeze keeps what the grids of the plan became, and every household in it.
func (t *turning) freeze() error {
	for _, g := range t.v.Grids {
		if err := putGrid(t.tx, g.Grid); err != nil {
			return err
		}
	}
	said, err := homes(t.tx, t.plan.ID)
	if err != nil {
		return err
	}
	kept := map[string]Home{}
	for _, h := range said {
		kept[h.HouseholdID] = h
	}
	for _, h := range t.all {
		was, ok := kept[h.HouseholdID]
		delete(kept, h.HouseholdID)
		if ok && was.Unit == h.Unit && was.N == h.N || h.sealed {
			continue
		}
		if err := moveHome(t.tx, h.Home); err != nil {
			return err
		}
	}
	for _, h := range said {
		if _, gone := kept[h.HouseholdID]; !gone {
			continue
		}
		if err := dropHome(t.tx, h); err != nil {
			return err
		}
	}
	return nil
}

// how far a plan may be late before its page says so.
const grace = 10 * time.Minute

// Late reports whether an approved plan should have been carried out by now.
func (p Plan) Late(now time.Time) bool {
	return p.State == Approved && now.After(p.EffectiveOn.Start().Add(grace))
}

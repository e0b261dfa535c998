package regrid

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/grid/plan"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// A View is a plan as its page shows it: without any name of a resident, and
// without those whose place is protected.
type View struct {
	Plan   Plan
	Place  string // town and village
	Own    bool   // the actor has submitted it
	Grids  []GridView
	Units  []Unit
	Cuts   []Cut
	Splits []Split
	Wishes []Wish
	Staff  []account.Holder // who can be appointed
	// The division of today, the cut by address, the proposal, and the plan as it
	// is now, by the same measures.
	Now, ByAddress, Proposed, Is plan.Measures
	Bound                        int     // no division has fewer households outside the size
	Least                        float64 // nor, with as many grids, a smaller standard deviation
	Come, Gone                   int     // households since it was drawn up
	Moved                        int     // households whose grid changes
	Blocks                       []Block
	HandOvers                    []HandOver
}

// A GridView is a grid of a plan with its households and its people.
type GridView struct {
	Grid
	Was        string // name of the grid it goes on being
	Size       int
	Fits       bool
	Covers     string
	LeaderName string
	WorkerName string
	X, Y       float64 // its middle
}

// A Unit is a building or homestead on the map. One that lies in several grids
// is there once for each.
type Unit struct {
	ID     string
	Label  string
	Part   string
	X, Y   float64
	N      int64
	Size   int
	House  bool // a homestead, not a building
	ByHand bool
}

// A Split is a building that lies in several grids, and why.
type Split struct {
	Label      string
	Households int
	Grids      int
	Large      bool // no grid holds as many; else a person has divided it
}

// A Block is why a plan cannot be carried out.
type Block struct {
	Key  string // catalogue
	What string
}

// Get is a plan as its page shows it.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (View, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RegridRead), For: "grid_plan/" + string(id)}, func(tx *db.Tx) (View, error) {
		p, err := Get(tx, id)
		if err != nil {
			return View{}, err
		}
		if err := policy.Check(by, policy.RegridRead, p); err != nil {
			return View{}, err
		}
		tx.Saw(p.Subject())
		v, _, err := s.view(tx, p)
		v.Own = p.SubmittedBy == by.Account
		return v, err
	})
}

// view reads a plan, and its households, none of them protected.
func (s *Service) view(tx *db.Tx, p Plan) (v View, open []home, err error) {
	x, err := division.Load(tx)
	if err != nil {
		return v, nil, err
	}
	v = View{Plan: p, Place: x.FullName(p.Village)}
	if open, err = v.homes(tx, x, p); err != nil {
		return v, nil, err
	}
	if v.Cuts, err = cutsOf(tx, p.ID); err != nil {
		return v, nil, err
	}
	if v.Wishes, err = wishes(tx, p.ID); err != nil {
		return v, nil, err
	}
	if v.Staff, err = staffOf(tx, s, p.Village); err != nil {
		return v, nil, err
	}
	if v.HandOvers, err = handOvers(tx, p.ID); err != nil {
		return v, nil, err
	}
	said, err := grids(tx, p.ID)
	if err != nil {
		return v, nil, err
	}
	names, err := gridNames(tx, p.Village)
	if err != nil {
		return v, nil, err
	}
	v.measure(open)
	v.units(open)
	v.grids(open, said, names, x.Name(p.Village))
	v.block()
	return v, open, nil
}

// homes are the households of today with their grids; of a plan that has been
// carried out those of its day.
func (v *View) homes(tx *db.Tx, x *division.Index, p Plan) (open []home, err error) {
	said, err := homes(tx, p.ID)
	if err != nil {
		return nil, err
	}
	if p.State == Applied || p.State == Withdrawn {
		hidden, err := sealedNow(tx, p.ID)
		if err != nil {
			return nil, err
		}
		for _, h := range said {
			if !slices.Contains(hidden, h.HouseholdID) {
				open = append(open, home{Home: h, door: strings.HasPrefix(h.Unit, "a:"), placed: true})
			}
		}
		slices.SortFunc(open, func(a, b home) int {
			return cmp.Or(byAddress(a.Home, b.Home), cmp.Compare(a.HouseholdID, b.HouseholdID))
		})
		return open, nil
	}
	all, err := settled(tx, x, p)
	if err != nil {
		return nil, err
	}
	known, here := map[string]bool{}, map[string]bool{}
	for _, h := range said {
		known[h.HouseholdID] = true
	}
	for _, h := range all {
		here[h.HouseholdID] = true
		if h.sealed {
			continue
		}
		if !known[h.HouseholdID] {
			v.Come++
		}
		open = append(open, h)
	}
	for _, h := range said {
		if !here[h.HouseholdID] {
			v.Gone++
		}
	}
	return open, nil
}

// measure compares the divisions.
func (v *View) measure(open []home) {
	bs := buildings(open, nil)
	now, proposed, is := map[string]int{}, map[string]int{}, map[string]int{}
	serial := map[string]int{}
	for _, h := range open {
		if serial[h.WasGrid] == 0 {
			serial[h.WasGrid] = len(serial) + 1
		}
		now[h.HouseholdID], proposed[h.HouseholdID], is[h.HouseholdID] = serial[h.WasGrid], int(h.Proposed), int(h.N)
	}
	v.Now, v.ByAddress, v.Proposed, v.Is = plan.Measure(bs, now), plan.Measure(bs, plan.ByAddress(bs)), plan.Measure(bs, proposed), plan.Measure(bs, is)
	v.Bound = max(0, plan.Min-len(open))
	if n := v.Is.Grids; n > 0 {
		over := float64(len(open) % n)
		v.Least = math.Sqrt(over*(float64(n)-over)) / float64(n)
	}
}

// units are what stands on the map, and the buildings that are divided.
func (v *View) units(open []home) {
	type key struct {
		unit string
		n    int64
	}
	at, in := map[key]int{}, map[string]map[int64]int{}
	var order []string
	byHand := map[string]bool{}
	for _, h := range open {
		k := key{h.Unit, h.N}
		i, ok := at[k]
		if !ok {
			i = len(v.Units)
			at[k] = i
			v.Units = append(v.Units, Unit{ID: h.Unit, Label: h.Label, Part: h.Part, X: h.X, Y: h.Y, N: h.N, House: h.door})
		}
		u := &v.Units[i]
		u.Size++
		u.ByHand = u.ByHand || h.ByHand == 1
		if in[h.Unit] == nil {
			in[h.Unit] = map[int64]int{}
			order = append(order, h.Unit)
		}
		in[h.Unit][h.N]++
		byHand[h.Unit] = byHand[h.Unit] || h.ByHand == 1
	}
	for _, unit := range order {
		if len(in[unit]) < 2 {
			continue
		}
		n := 0
		for _, k := range in[unit] {
			n += k
		}
		i := slices.IndexFunc(v.Units, func(u Unit) bool { return u.ID == unit })
		v.Splits = append(v.Splits, Split{Label: v.Units[i].Label, Households: n, Grids: len(in[unit]), Large: n > plan.Max && !byHand[unit]})
	}
}

// grids works out what each grid is, unless it has been decided.
func (v *View) grids(open []home, said []Grid, names map[string]string, village string) {
	kept := keep(open)
	by := map[int64]*GridView{}
	var order []int64
	heir := map[int64]map[string]int{} // from which grids its households come
	for _, h := range open {
		g := by[h.N]
		if g == nil {
			g = &GridView{Grid: Grid{PlanID: v.Plan.ID, N: h.N}}
			by[h.N], heir[h.N] = g, map[string]int{}
			order = append(order, h.N)
		}
		g.Size++
		g.X, g.Y = g.X+h.X, g.Y+h.Y
		heir[h.N][h.WasGrid]++
	}
	slices.Sort(order)
	used := map[string]bool{}
	for code := range names {
		used[code] = true
	}
	for _, n := range order {
		g := by[n]
		for _, o := range said {
			if o.N == n {
				g.Grid = o
			}
		}
		g.X, g.Y = math.Round(g.X/float64(g.Size)), math.Round(g.Y/float64(g.Size))
		g.Fits = g.Size >= plan.Min && g.Size <= plan.Max
		if g.Code == "" {
			if g.Code, g.Kept = kept[n], 1; g.Code == "" {
				g.Code, g.Kept = free(v.Plan.Village, used), 0
			}
			used[g.Code] = true
		}
		g.Was = names[g.Code]
		if g.Name == "" && g.Kept == 1 {
			g.Name = g.Was
		}
		if g.Name == "" {
			g.Name = division.WithGrid(village, g.Code)
		}
		g.Covers = covers(open, n)
		v.people(g, heir[n])
		v.Grids = append(v.Grids, *g)
	}
	final := map[int64]string{}
	for _, g := range v.Grids {
		final[g.N] = g.Code
	}
	for _, h := range open {
		if h.WasGrid != final[h.N] {
			v.Moved++
		}
	}
}

// free is a code of a village that no grid has had.
func free(village string, used map[string]bool) string {
	for n := 1; ; n++ {
		if code := village + serial(n); !used[code] {
			return code
		}
	}
}

func serial(n int) string {
	return string([]byte{byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
}

// people says who answers for a grid: those of the grid that it goes on being,
// or who is appointed to a new one, which is, unless somebody chose, who has
// most of its households today.
func (v *View) people(g *GridView, from map[string]int) {
	find := func(kind actor.Kind, path string) (account.Holder, bool) {
		for _, h := range v.Staff {
			if h.Kind == kind && h.Path == path {
				return h, true
			}
		}
		return account.Holder{}, false
	}
	most, n := "", 0
	for code, k := range from {
		if k > n || k == n && code < most {
			most, n = code, k
		}
	}
	if g.Kept == 1 {
		g.Leader, g.Worker = "", "" // those it has
	}
	one := func(kind actor.Kind, chosen *string) string {
		if *chosen != "" {
			for _, h := range v.Staff {
				if string(h.ID) == *chosen {
					return h.Name
				}
			}
			*chosen = "" // holds no post any more
		}
		if g.Kept == 1 {
			h, _ := find(kind, g.Code)
			if h.Name == "" {
				h, _ = find(kind, v.Plan.Village)
			}
			return h.Name
		}
		h, ok := find(kind, most)
		if ok {
			*chosen = string(h.ID)
			return h.Name
		}
		h, _ = find(kind, v.Plan.Village)
		return h.Name
	}
	g.LeaderName, g.WorkerName = one(actor.GridLeader, &g.Leader), one(actor.GridWorker, &g.Worker)
}

// covers is what a grid is made of, in words: whole groups, sites and parts of
// them.
func covers(open []home, n int64) string {
	inside, total := map[string]int{}, map[string]int{}
	var order []string
	for _, h := range open {
		part := h.Part
		if part == "" {
			part = h.Label
		}
		if h.N == n {
			if inside[part] == 0 {
				order = append(order, part)
			}
			inside[part]++
		}
		total[part]++
	}
	var words []string
	for _, part := range order {
		if inside[part] < total[part] {
			part = i18n.T("regrid.some_of", "part", part)
		}
		words = append(words, part)
	}
	return strings.Join(words, "、")
}

// block says what stands against carrying the plan out.
func (v *View) block() {
	for _, g := range v.Grids {
		if g.LeaderName == "" {
			v.Blocks = append(v.Blocks, Block{"regrid.block.leader", g.Name})
		}
	}
}

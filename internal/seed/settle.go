package seed

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"anju/internal/calendar"
	"anju/internal/grid"
	"anju/internal/household"
)

// A family is a household while the county is being made.
type family struct {
	id        household.ID
	no        string
	origin    *village
	groupUnit *unit // where they are registered
	home      *unit // where they live
	homeIn    *village
	moved     bool
	movedOn   calendar.Date
	sealed    string // the police unit, of a protected family
	size      int
	head      string
	ethnicity string // GB/T 3304; "" of the Han
	workGrid  string // where one of them works: a grid of the county, or a place outside; "" of none
}

// protectedFamilies is how many households have an address that is protected.
const protectedFamilies = 2

// settle decides for every household where it is registered and where it
// lives, and how many are in it; then cuts the grids.
func (m *maker) settle() {
	where := map[*unit]*village{}
	for _, v := range m.villages {
		groups := make([]*unit, len(v.groups))
		for i, g := range v.groups {
			groups[i] = &unit{group: g}
		}
		v.units = append(groups, v.units...)
		for _, u := range v.units {
			where[u] = v
		}
	}
	for _, v := range m.villages {
		m.register(v)
	}
	m.sendAway(where)
	for _, v := range m.villages {
		m.r.Shuffle(len(v.families), func(i, j int) { v.families[i], v.families[j] = v.families[j], v.families[i] })
		v.cut()
	}
	m.protect()
	for _, v := range m.villages {
		for _, f := range v.families {
			m.homes[f.home.grid] = append(m.homes[f.home.grid], f)
		}
	}
}

// register makes the families registered in a village, with those who live in
// the village's own sites in their buildings.
func (m *maker) register(v *village) {
	buildings := v.units[len(v.groups):]
	for i := range v.registered {
		g := v.units[i%len(v.groups)]
		f := &family{no: fmt.Sprintf("%s%05d", v.Code[6:], i+1), origin: v, groupUnit: g, home: g, homeIn: v}
		switch {
		case i < v.inside:
			for len(buildings) > 0 && buildings[0].room == 0 {
				buildings = buildings[1:]
			}
			f.home, f.moved, f.size = buildings[0], true, m.size(3.92)
			f.home.room--
		case i < v.inside+v.leaving:
			f.home, f.moved, f.size = nil, true, m.size(3.5)
		default:
			f.size = m.size(2.86)
		}
		if f.home != nil {
			f.home.living++
		}
		v.families = append(v.families, f)
	}
}

// sendAway finds a place in a site elsewhere for those who leave their village.
func (m *maker) sendAway(where map[*unit]*village) {
	var places []*unit
	free := map[*village]int{}
	for _, v := range m.villages {
		for _, u := range v.units {
			for range u.room {
				places = append(places, u)
				free[v]++
			}
		}
	}
	m.r.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	order := slices.Clone(m.villages) // who has most places at home leaves first, while there are places elsewhere
	slices.SortStableFunc(order, func(a, b *village) int { return free[b] - free[a] })
	var placed []*family
	for _, v := range order {
		for _, f := range v.families {
			if f.home == nil {
				f.home, places = takePlace(places, where, v)
				f.homeIn = where[f.home]
				f.home.living++
				f.swap(placed)
				placed = append(placed, f)
			}
		}
	}
}

// swap changes places with a family that can, when only the own village had
// one left.
func (f *family) swap(placed []*family) {
	for _, g := range placed {
		if f.homeIn != f.origin {
			return
		}
		if g.homeIn != f.origin && g.origin != f.origin {
			f.home, g.home = g.home, f.home
			f.homeIn, g.homeIn = g.homeIn, f.homeIn
		}
	}
}

// takePlace takes a place outside the village of origin, the own town's first
// among a few.
func takePlace(places []*unit, where map[*unit]*village, from *village) (*unit, []*unit) {
	best := -1
	for i := 0; i < len(places) && (i < 12 || best < 0); i++ {
		v := where[places[i]]
		if v == from {
			continue
		}
		if best < 0 || v.Parent == from.Parent && where[places[best]].Parent != from.Parent {
			best = i
		}
	}
	best = max(best, 0)
	u := places[best]
	places[best] = places[len(places)-1]
	return u, places[:len(places)-1]
}

// size is the number of people in a household, mean about mean.
func (m *maker) size(mean float64) int {
	n := mean + m.r.NormFloat64()*1.35
	return min(9, max(1, int(n+0.5)))
}

// cut cuts a village into grids of 50 to 100 households along its groups and
// buildings, in their order: of all ways the one whose grids are nearest to 75.
func (v *village) cut() {
	n := len(v.units)
	cost, from := make([]int, n+1), make([]int, n+1) // the best way to cut the first i units, and where its last grid begins
	for i := 1; i <= n; i++ {
		cost[i] = math.MaxInt
		size := 0
		for j := i - 1; j >= 0; j-- {
			size += v.units[j].living
			if c := cost[j] + misfit(size); c < cost[i] {
				cost[i], from[i] = c, j
			}
		}
	}
	var starts []int
	for i := n; i > 0; i = from[i] {
		starts = append(starts, from[i])
	}
	slices.Reverse(starts)
	for k, start := range starts {
		code := fmt.Sprintf("%s%03d", v.Code, k+1)
		v.grids = append(v.grids, code)
		for i := start; i < n && (k+1 == len(starts) || i < starts[k+1]); i++ {
			v.units[i].grid = code
		}
	}
}

// misfit is how badly a grid of a size serves.
func misfit(size int) int {
	d := size - (grid.MinHouseholds+grid.MaxHouseholds)/2
	if size < grid.MinHouseholds || size > grid.MaxHouseholds {
		return 100_000 + d*d
	}
	return d * d
}

// protect chooses the families with a protected address: small ones that live
// in another village, in different towns.
func (m *maker) protect() {
	var all []*family
	for _, v := range m.villages {
		for _, f := range v.families {
			if f.origin != f.homeIn && f.size <= 2 {
				all = append(all, f)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *family) int { return cmp.Compare(a.size, b.size) })
	var units []string
	for _, f := range all {
		if len(units) < protectedFamilies && !slices.Contains(units, f.homeIn.Parent) {
			f.sealed = f.homeIn.Parent
			units = append(units, f.sealed)
		}
	}
}

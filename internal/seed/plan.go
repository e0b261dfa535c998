package seed

import (
	"fmt"
	"slices"
	"strings"

	"anju/internal/division"
	"anju/internal/entitlement"
)

// A village is one village-level unit while the county is being made.
type village struct {
	division.Division
	town       division.Division
	registered int // households registered here
	leaving    int // of these, gone to another village or town
	inside     int // of these, moved into a site of the same village
	groups     []string
	sites      []*site
	units      []*unit // groups, then buildings
	grids      []string
	families   []*family // registered here
}

// A site is a resettlement site with its buildings.
type site struct {
	division.Site
	form      string // how it governs itself
	want      int    // households it was planned for, when it is a large one
	capacity  int
	buildings []*unit
}

// A unit is a group, or a building of a site: the smallest piece of a grid.
type unit struct {
	group    string
	building string
	site     *site
	room     int // places in a building that nobody has taken
	living   int
	grid     string
}

type places struct {
	county division.Division
	towns  []division.Division
	all    []division.Division
	routes []entitlement.Route
}

const maxUnit = 44 // households in a building or a group, so that grids of 50–100 can be cut

// plan decides where how many households are registered and live.
func (m *maker) plan() error {
	all, err := division.Builtin()
	if err != nil {
		return err
	}
	m.places.all = all
	if m.places.routes, err = entitlement.DefaultRoutes(); err != nil {
		return err
	}
	towns := map[string]division.Division{}
	for _, d := range all {
		switch d.Level {
		case division.County:
			m.places.county = d
		case division.Town:
			towns[d.Code] = d
			m.places.towns = append(m.places.towns, d)
		}
	}
	chosen := m.chosen(all)
	for _, d := range chosen {
		m.villages = append(m.villages, &village{Division: d, town: towns[d.Parent]})
	}
	m.share()
	m.placeSites()
	m.settle()
	return nil
}

// chosen are the villages that are populated: all of them at scale 1, else the
// first of 城关镇 and 冷水镇 by turns, then of the other towns.
func (m *maker) chosen(all []division.Division) []division.Division {
	var vs []division.Division
	for _, d := range all {
		if d.Level == division.Village {
			vs = append(vs, d)
		}
	}
	if m.o.Scale >= 1 {
		return vs
	}
	byTown := map[string][]division.Division{}
	var order []string
	for _, d := range vs {
		if byTown[d.Parent] == nil && d.Parent != "610929100" && d.Parent != "610929108" {
			order = append(order, d.Parent)
		}
		byTown[d.Parent] = append(byTown[d.Parent], d)
	}
	order = append([]string{"610929100", "610929108"}, order...)
	for t, list := range byTown {
		byTown[t] = mixed(list)
	}
	n := max(4, int(float64(len(vs))*m.o.Scale+0.5))
	var out []division.Division
	for _, pair := range [][]string{order[:2], order[2:]} {
		for i := 0; len(out) < n; i++ {
			added := false
			for _, t := range pair {
				if i < len(byTown[t]) && len(out) < n {
					out = append(out, byTown[t][i])
					added = true
				}
			}
			if !added {
				break
			}
		}
	}
	slices.SortFunc(out, func(a, b division.Division) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// mixed takes communities and villages by turns.
func mixed(list []division.Division) []division.Division {
	var towns, villages, out []division.Division
	for _, d := range list {
		if d.Kind == division.VillageCommittee {
			villages = append(villages, d)
		} else {
			towns = append(towns, d)
		}
	}
	for i := range max(len(towns), len(villages)) {
		if i < len(towns) {
			out = append(out, towns[i])
		}
		if i < len(villages) {
			out = append(out, villages[i])
		}
	}
	return out
}

// share spreads the households over the villages: mountain villages lose,
// communities gain.
func (m *maker) share() {
	households, away, cross := m.scaled(fullHouseholds, 600), m.scaled(fullAway, 280), m.scaled(fullCross, 170)
	weights := make([]float64, len(m.villages))
	var sum float64
	for i, v := range m.villages {
		w := 0.7 + m.r.Float64()*0.7
		if v.Kind == division.ResidentsCommittee {
			w *= 0.8
		}
		weights[i] = w
		sum += w
	}
	left := households
	for i, v := range m.villages {
		v.registered = int(float64(households) * weights[i] / sum)
		if i == len(m.villages)-1 {
			v.registered = left
		}
		left -= v.registered
	}
	spread(cross, m.villages, func(v *village) float64 {
		if v.Kind == division.VillageCommittee {
			return float64(v.registered)
		}
		return float64(v.registered) / 6
	}, func(v *village, n int) { v.leaving = n })
	spread(away-cross, m.villages, func(v *village) float64 { return float64(v.registered - v.leaving) }, func(v *village, n int) { v.inside = n })
	for _, v := range m.villages {
		for i := range max(2, (v.registered-v.leaving-v.inside+29)/30) {
			v.groups = append(v.groups, fmt.Sprintf("%02d", i+1))
		}
	}
}

// spread hands out n by weight, to the last one.
func spread(n int, vs []*village, weight func(*village) float64, set func(*village, int)) {
	var sum float64
	for _, v := range vs {
		sum += weight(v)
	}
	given, acc := 0, 0.0
	for _, v := range vs {
		acc += weight(v)
		upTo := int(float64(n)*acc/sum + 0.5)
		set(v, upTo-given)
		given = upTo
	}
}

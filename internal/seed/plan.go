package seed

import (
	"fmt"
	"slices"
	"strings"

	"anju/internal/division"
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
	units      []*unit // what lives together, in the order of the ground
	grids      []string
}

// A site is a resettlement site with its buildings.
type site struct {
	division.Site
	capacity int
	filled   int
}

// A unit is a group, or a building of a site: the smallest piece of a grid.
type unit struct {
	group    string
	building string
	site     *site
	living   int
	grid     string
}

type places struct {
	county division.Division
	towns  []division.Division
	all    []division.Division
}

const maxUnit = 44 // households in a building or a group, so that grids of 50–100 can be cut

// plan decides where how many households are registered and live.
func (m *maker) plan() error {
	all, err := division.Builtin()
	if err != nil {
		return err
	}
	m.places.all = all
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
		v := &village{Division: d, town: towns[d.Parent]}
		m.villages = append(m.villages, v)
		m.byCode[d.Code] = v
	}
	m.share()
	m.placeSites()
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

var siteNames = []string{"惠民", "幸福", "兴盛", "安康", "和谐", "锦绣", "阳光", "滨河", "福源", "新和", "康乐", "宏远", "朝阳", "春晖", "秀水", "金桥", "凤栖", "家和", "永兴", "天福"}

// placeSites sets up the resettlement sites. 16 are large enough to be governed
// alone or jointly; the others attach to their village.
func (m *maker) placeSites() {
	n := m.scaled(fullSites, 4)
	large := max(1, n*16/fullSites)
	receivers := make([]*village, 0, len(m.villages))
	for _, v := range m.villages {
		if v.Kind != division.VillageCommittee {
			receivers = append(receivers, v, v)
		}
		receivers = append(receivers, v)
	}
	away := m.scaled(fullAway, 280)
	for i := range n {
		v := receivers[i%len(receivers)]
		s := &site{Site: division.Site{
			ID: m.id(), Village: v.Code, Name: v.Name + siteNames[(i*7+len(v.sites))%len(siteNames)] + "安置小区", Form: "attached",
			Founding: []string{"整村划转", "整村划分", "分村组建", "撤组成立"}[i%4], OpenedOn: on(2016+i%8, 1+i%12, 1+i%28), Fictional: 1,
		}}
		if i < large {
			s.Form = "joint"
			if i < large*6/16 {
				s.Form = "own"
			}
		}
		v.sites = append(v.sites, s)
	}
	m.fillSites(away)
}

// fillSites decides how many households each site takes: first what moves
// within the village, then what comes from elsewhere.
func (m *maker) fillSites(away int) {
	var sites []*site
	for _, v := range m.villages {
		if v.inside > 0 && len(v.sites) == 0 { // people who move within a village without a site live in a row of new houses
			v.sites = append(v.sites, &site{Site: division.Site{ID: "", Village: v.Code, Name: v.Name + "新居点"}})
		}
		for i, s := range v.sites {
			s.capacity = v.inside / len(v.sites)
			if i == 0 {
				s.capacity += v.inside % len(v.sites)
			}
			if s.ID != "" {
				sites = append(sites, s)
			}
		}
	}
	cross := 0
	for _, v := range m.villages {
		cross += v.leaving
	}
	weight := func(s *site) float64 {
		return map[string]float64{"own": 12, "joint": 5, "attached": 1}[s.Form]
	}
	var sum float64
	for _, s := range sites {
		sum += weight(s)
	}
	given, acc := 0, 0.0
	for _, s := range sites {
		acc += weight(s)
		upTo := int(float64(cross)*acc/sum + 0.5)
		s.capacity += upTo - given
		given = upTo
	}
	for _, v := range m.villages {
		for _, s := range v.sites {
			for b := range (s.capacity + maxUnit - 5) / (maxUnit - 4) {
				v.units = append(v.units, &unit{building: fmt.Sprint(b + 1), site: s})
			}
		}
	}
}

package regrid

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/grid"
	"anju/internal/i18n"
)

// A home as it is today: sealed says that its place is known to one police unit
// alone. It is in no figure and on no page; on the day it goes with its house.
type home struct {
	Home
	group   string // number of the group of its address
	address string
	door    bool // its house stands for itself, not in a building with others
	sealed  bool
	placed  bool // has coordinates of its own
}

// HouseholdUnit is a household as a unit of its own.
func HouseholdUnit(id string) string { return "h:" + id }

// present are the households that live in a village today, with their houses on
// a plane: metres from the middle of all that have coordinates. Where an address
// has none, or has them in another reference system than most, it is the middle
// of its group, or else a place in the order of addresses.
func present(tx *db.Tx, x *division.Index, village string) ([]home, error) {
	rows, err := living(tx, village)
	if err != nil {
		return nil, err
	}
	system := usual(rows)
	lng, lat, n := 0.0, 0.0, 0.0
	for _, r := range rows {
		if r.on(system) && r.SealedTo == "" { // the middle must not tell where the others are
			lng, lat, n = lng+*r.Lng, lat+*r.Lat, n+1
		}
	}
	if n > 0 {
		lng, lat = lng/n, lat/n
	}
	all := make([]home, len(rows))
	for i, r := range rows {
		h := home{Home: Home{HouseholdID: r.HouseholdID, WasGrid: r.Path}, group: r.GroupNo, address: r.AddressID, sealed: r.SealedTo != "", placed: r.on(system)}
		h.Unit, h.Label, h.Part = r.unit(x, village)
		h.door = r.Building == "" && r.AddressID != ""
		if h.placed {
			h.X = math.Round((*r.Lng - lng) * 111_320 * math.Cos(lat*math.Pi/180))
			h.Y = math.Round((*r.Lat - lat) * 110_574)
		}
		all[i] = h
	}
	slices.SortFunc(all, func(a, b home) int {
		return cmp.Or(byAddress(a.Home, b.Home), cmp.Compare(a.HouseholdID, b.HouseholdID))
	})
	lay(all)
	return all, nil
}

// on reports whether a row has coordinates in a reference system.
func (r row) on(system string) bool { return r.Lng != nil && r.Lat != nil && r.CRS == system }

// usual is the reference system of most rows.
func usual(rows []row) (system string) {
	n := map[string]int{}
	for _, r := range rows {
		if r.Lng == nil || r.Lat == nil || r.SealedTo != "" {
			continue
		}
		if n[r.CRS]++; n[r.CRS] > n[system] || n[r.CRS] == n[system] && r.CRS < system {
			system = r.CRS
		}
	}
	return system
}

// unit is what of a household moves together: its building, or its homestead;
// with its name in the village, and the natural group or site that it is part of.
func (r row) unit(x *division.Index, village string) (unit, label, part string) {
	if s, ok := x.Site(r.SiteID); ok {
		part = s.Name
	}
	if r.GroupNo != "" {
		part = x.GroupName(village, r.GroupNo)
	}
	short := r.Text
	if _, after, ok := strings.Cut(short, x.Name(village)); ok && after != "" {
		short = after
	}
	switch {
	case r.Building != "":
		return "b:" + r.Building, strings.TrimPrefix(r.Building, x.Name(village)), part
	case r.AddressID != "":
		return "a:" + r.AddressID, short, part
	}
	return HouseholdUnit(r.HouseholdID), i18n.T("regrid.no_house"), part
}

// byAddress is the order of a list of addresses: parts, then numbers as numbers.
func byAddress(a, b Home) int {
	return cmp.Or(natural(a.Part, b.Part), natural(a.Label, b.Label))
}

// natural compares two names so that 9号 stands before 10号.
func natural(a, b string) int {
	for a != "" && b != "" {
		na, ra := number(a)
		nb, rb := number(b)
		if na >= 0 && nb >= 0 {
			if na != nb {
				return cmp.Compare(na, nb)
			}
			a, b = ra, rb
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a, b)
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(a, b)
}

// number is the number that a text begins with, and the rest; -1 without one.
func number(s string) (n int, rest string) {
	i := 0
	for i < len(s) && i < 9 && s[i] >= '0' && s[i] <= '9' {
		n = n*10 + int(s[i]-'0')
		i++
	}
	if i == 0 {
		return -1, s
	}
	return n, s[i:]
}

// lay gives those without coordinates a place. They are in the order of
// addresses.
func lay(all []home) {
	type sum struct{ x, y, n float64 }
	parts := map[string]sum{}
	for _, h := range all {
		if s := parts[h.Part]; h.placed && !h.sealed {
			parts[h.Part] = sum{s.x + h.X, s.y + h.Y, s.n + 1}
		}
	}
	row, col, last := 0, 0, ""
	for i, h := range all {
		if h.Part != last {
			row, col, last = row+1, 0, h.Part
		}
		if h.placed {
			continue
		}
		if s := parts[h.Part]; s.n > 0 {
			all[i].X, all[i].Y = math.Round(s.x/s.n), math.Round(s.y/s.n)
			continue
		}
		all[i].X, all[i].Y = float64(col*20), float64(row*300)
		col++
	}
}

// settle says in which grid of a plan everybody is who lives in the village
// today: as the plan has it; who has moved in since, with the house, the group,
// or the nearest neighbour. kept is what the plan says, by household.
func settle(all []home, kept map[string]Home) []home {
	units, parts := map[string]map[int64]int{}, map[string]map[int64]int{}
	count := func(m map[string]map[int64]int, key string, n int64) {
		if m[key] == nil {
			m[key] = map[int64]int{}
		}
		m[key][n]++
	}
	for i, h := range all {
		k, ok := kept[h.HouseholdID]
		if !ok || k.Unit != h.Unit || h.sealed {
			continue
		}
		all[i].PlanID, all[i].N, all[i].Proposed, all[i].ByHand = k.PlanID, k.N, k.Proposed, k.ByHand
		count(units, h.Unit, k.N)
		count(parts, h.Part, k.N)
	}
	for i, h := range all {
		if h.N != 0 {
			continue
		}
		n := most(units[h.Unit])
		if n == 0 && h.Part != "" {
			n = most(parts[h.Part])
		}
		if n == 0 {
			n = nearest(all, h)
		}
		all[i].N, all[i].Proposed = max(n, 1), max(n, 1)
	}
	return all
}

// most is the grid that most are in, the first of several; 0 of nobody.
func most(in map[int64]int) (best int64) {
	for n, k := range in {
		if k > in[best] || k == in[best] && n < best {
			best = n
		}
	}
	return best
}

// nearest is the grid of the nearest household that has one.
func nearest(all []home, h home) (n int64) {
	far := math.Inf(1)
	for _, o := range all {
		if d := math.Hypot(o.X-h.X, o.Y-h.Y); o.N != 0 && d < far {
			far, n = d, o.N
		}
	}
	return n
}

// keep says which grid of today each grid of a plan goes on being: the one with
// which it shares most households, if that is not shared more with another.
func keep(all []home) map[int64]string {
	type pair struct {
		n    int64
		code string
	}
	shared := map[pair]int{}
	for _, h := range all {
		if !strings.HasSuffix(h.WasGrid, grid.NoGrid) && !h.sealed {
			shared[pair{h.N, h.WasGrid}]++
		}
	}
	var pairs []pair
	for p := range shared {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(a.code, b.code), cmp.Compare(a.n, b.n))
	})
	kept, taken := map[int64]string{}, map[string]bool{}
	for _, p := range pairs {
		if kept[p.n] == "" && !taken[p.code] {
			kept[p.n], taken[p.code] = p.code, true
		}
	}
	return kept
}

// heirs say for each grid of today which grid of a plan has most of it.
func heirs(all []home) map[string]int64 {
	in := map[string]map[int64]int{}
	for _, h := range all {
		if h.sealed {
			continue
		}
		if in[h.WasGrid] == nil {
			in[h.WasGrid] = map[int64]int{}
		}
		in[h.WasGrid][h.N]++
	}
	out := map[string]int64{}
	for code, n := range in {
		out[code] = most(n)
	}
	return out
}

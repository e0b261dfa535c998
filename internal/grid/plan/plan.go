// Package plan proposes how a community is divided into grids of 50 to 100
// households. It is arithmetic alone: it reads no table and decides nothing; a
// person does. The objective and its source are in docs/adr/0023.
package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The size of a grid in households, and what each breach of the objective
// costs. A household outside the size weighs more than any group kept whole, a
// group more than balance, and balance more than short ways.
const (
	Min, Max = 50, 100
	typical  = 75

	costOutside = 1e9
	costGroup   = 1e5
	costUneven  = 100
	costFar     = 0.2
	farthest    = 10_000
)

// Building is a house with its households, or a homestead with one.
type Building struct {
	ID         string
	Group      string  // natural group; empty: none
	X, Y       float64 // metres on a plane
	Households []string
}

// A Wish is fixed by a person: two buildings, by their ids, share a grid.
type Wish [2]string

// Part is a building, or a piece of one, inside a grid.
type Part struct {
	Building   string
	Households []string
}

// Split is a building that no grid can hold whole, and why.
type Split struct {
	Building      string
	Households    int
	Pieces        int
	LargestInGrid int
}

// Grid is one proposed grid.
type Grid struct {
	Parts []Part
	Size  int
	Fits  bool // 50 to 100 households
}

// Result is the proposal and its measures.
type Result struct {
	Grids   []Grid
	Splits  []Split
	Outside int // households short of 50 or above 100, over all grids
	Bound   int // no division of as many households has fewer outside
	// Spread is the sum of squared distances from the even size; LeastSpread is
	// what it would be at least for as many grids of whole households.
	Spread, LeastSpread float64
}

type node struct {
	part  Part
	group string
	x, y  float64
	size  int
}

type link struct {
	to   int
	far  float64
	same bool // one group, one building, or one wish
	hold bool // never cut
}

// Propose divides the buildings. Equal input gives an equal proposal. It fails
// on a building twice, without households, or with a wish for one that is not there.
func Propose(buildings []Building, wishes ...Wish) (Result, error) {
	var r Result
	bs := slices.Clone(buildings)
	slices.SortFunc(bs, func(a, b Building) int { return strings.Compare(a.ID, b.ID) })
	var ns []node
	at := map[string]int{}
	total := 0
	for _, b := range bs {
		if _, twice := at[b.ID]; twice || len(b.Households) == 0 {
			return r, fmt.Errorf("plan: building %q twice or without households", b.ID)
		}
		at[b.ID] = len(ns)
		n := len(b.Households)
		total += n
		k := (n + Max - 1) / Max
		if k > 1 {
			r.Splits = append(r.Splits, Split{b.ID, n, k, Max})
		}
		for i := range k {
			hs := b.Households[i*n/k : (i+1)*n/k]
			ns = append(ns, node{Part{b.ID, hs}, b.Group, b.X, b.Y, len(hs)})
		}
	}
	if total == 0 {
		return r, nil
	}
	var held [][2]int
	for _, w := range wishes {
		i, ok := at[w[0]]
		j, also := at[w[1]]
		if !ok || !also {
			return r, fmt.Errorf("plan: wish %q for a building that is not there", w)
		}
		held = append(held, [2]int{i, j})
	}
	parent, up, order := tree(ns, held)
	k := max(1, int(math.Round(float64(total)/typical)))
	grids, in := cut(ns, parent, up, order, float64(total)/float64(k))
	r.Grids = improve(ns, parent, held, grids, in, float64(total)/float64(k))
	even := float64(total) / float64(len(r.Grids))
	for i := range r.Grids {
		g := &r.Grids[i]
		out := max(0, Min-g.Size, g.Size-Max)
		g.Fits = out == 0
		r.Outside += out
		r.Spread += (float64(g.Size) - even) * (float64(g.Size) - even)
	}
	r.Bound = max(0, Min-total)
	over := float64(total % len(r.Grids))
	n := float64(len(r.Grids))
	r.LeastSpread = over * (n - over) / n
	return r, nil
}

// tree is the shortest spanning tree (Prim) over wishes first, then within
// groups, then between them: so a group is a connected piece of it.
func tree(ns []node, held [][2]int) (parent []int, up []link, order []int) {
	wish := map[[2]int]bool{}
	for _, h := range held {
		wish[h], wish[[2]int{h[1], h[0]}] = true, true
	}
	parent, up = make([]int, len(ns)), make([]link, len(ns))
	best, done := make([]float64, len(ns)), make([]bool, len(ns))
	for i := range best {
		best[i], parent[i] = math.Inf(1), -1
	}
	best[0] = 0
	for range ns {
		v := -1
		for i := range ns {
			if !done[i] && (v < 0 || best[i] < best[v]) {
				v = i
			}
		}
		done[v] = true
		order = append(order, v)
		for i := range ns {
			if done[i] {
				continue
			}
			far := math.Hypot(ns[i].x-ns[v].x, ns[i].y-ns[v].y)
			same := ns[i].part.Building == ns[v].part.Building || ns[i].group != "" && ns[i].group == ns[v].group
			hold := len(wish) > 0 && wish[[2]int{i, v}]
			w := far
			if !same {
				w += 1e9
			}
			if hold {
				w = -1
			}
			if w < best[i] {
				best[i], parent[i], up[i] = w, v, link{v, far, same || hold, hold}
			}
		}
	}
	return parent, up, order
}

// cut finds the cheapest division of the tree into connected pieces: for every
// node, the least cost below it by the size of the piece it is in.
func cut(ns []node, parent []int, up []link, order []int, even float64) (out []Grid, grid []int) {
	limit := Max
	for i, u := range up {
		if u.hold { // wishes may ask for more than a grid holds: they are kept, and flagged
			limit += ns[i].size + ns[u.to].size
		}
	}
	closed := func(s int) float64 {
		d := float64(s) - even
		return costOutside*float64(max(0, Min-s, s-Max)) + costUneven*d*d
	}
	cost := make([][]float64, len(ns))
	taken := make([][]int, len(ns)) // by the child: size taken of it, 0 is cut
	least := make([]int, len(ns))
	for i, n := range ns {
		cost[i] = make([]float64, n.size+1)
		for s := range n.size {
			cost[i][s] = math.Inf(1)
		}
	}
	for _, c := range slices.Backward(order) {
		low := math.Inf(1)
		for s, x := range cost[c] {
			if x+closed(s) < low {
				low, least[c] = x+closed(s), s
			}
		}
		p := parent[c]
		if p < 0 {
			break
		}
		price := low - min(up[c].far, farthest)
		if up[c].same {
			price += costGroup
		}
		if up[c].hold {
			price = math.Inf(1)
		}
		size := min(limit, len(cost[p])+len(cost[c])-2)
		now, from := make([]float64, size+1), make([]int, size+1)
		for s := range now {
			now[s] = math.Inf(1)
			if s < len(cost[p]) {
				now[s] = cost[p][s] + price
			}
		}
		for a, x := range cost[p] {
			for b, y := range cost[c] {
				if a+b <= size && x+y < now[a+b] {
					now[a+b], from[a+b] = x+y, b
				}
			}
		}
		cost[p], taken[c] = now, from
	}
	// Going down again: children were taken in from the last of the order to the
	// first, so they are given back from the first to the last.
	grid = make([]int, len(ns))
	size := make([]int, len(ns))
	for _, v := range order {
		p := parent[v]
		t := 0
		if p >= 0 {
			t = taken[v][size[p]]
			size[p] -= t
		}
		if t == 0 {
			t, grid[v] = least[v], len(out)
			out = append(out, Grid{})
		} else {
			grid[v] = grid[p]
		}
		size[v] = t
		g := &out[grid[v]]
		g.Parts = append(g.Parts, ns[v].part)
		g.Size += ns[v].size
	}
	return out, grid
}

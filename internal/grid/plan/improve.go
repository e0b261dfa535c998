package plan

import (
	"cmp"
	"math"
	"slices"
)

// nearest is how many of its nearest neighbours a building is adjacent to,
// beside those of the tree: a grid is connected if one can walk through it from
// neighbour to neighbour.
const nearest = 8

// adjacent are the neighbours of every node: the nearest ones, and those of the
// tree.
func adjacent(ns []node, parent []int) [][]int {
	all := make([][]int, len(ns))
	link := func(a, b int) {
		if !slices.Contains(all[a], b) {
			all[a] = append(all[a], b)
		}
	}
	type near struct {
		d float64
		i int
	}
	best := make([]near, 0, nearest+1)
	for a := range ns {
		best = best[:0]
		for b := range ns {
			dx, dy := ns[a].x-ns[b].x, ns[a].y-ns[b].y
			d := dx*dx + dy*dy
			if a == b || len(best) == nearest && d >= best[nearest-1].d {
				continue
			}
			i, _ := slices.BinarySearchFunc(best, d, func(n near, d float64) int { return cmp.Compare(n.d, d) })
			best = slices.Insert(best, i, near{d, b})
			best = best[:min(len(best), nearest)]
		}
		for _, n := range best {
			link(a, n.i)
			link(n.i, a)
		}
	}
	for i, p := range parent {
		if p >= 0 {
			link(i, p)
			link(p, i)
		}
	}
	return all
}

// A state is a division while it is made better.
type state struct {
	ns    []node
	adj   [][]int
	in    []int         // grid of every node
	of    map[int][]int // nodes of every grid
	bound []int         // nodes that go together, by their first
	with  map[int][]int // all that go with the first
	even  float64
	seen  []int
	mark  int
}

// improve moves buildings, and what a grid has of a group, to grids that they
// are adjacent to, as long as that makes the objective less and leaves every
// grid in one piece. Wishes go together.
func improve(ns []node, parent []int, held [][2]int, grids []Grid, at []int, even float64) []Grid {
	s := &state{ns: ns, adj: adjacent(ns, parent), in: at, of: map[int][]int{}, with: map[int][]int{}, even: even, seen: make([]int, len(ns)), bound: make([]int, len(ns))}
	for i := range ns {
		s.of[at[i]] = append(s.of[at[i]], i)
		s.bound[i] = i
	}
	for changed := true; changed; {
		changed = false
		for _, h := range held {
			if a, b := s.bound[h[0]], s.bound[h[1]]; a != b {
				s.bound[h[0]], s.bound[h[1]] = min(a, b), min(a, b)
				changed = true
			}
		}
	}
	for i, b := range s.bound {
		s.with[b] = append(s.with[b], i)
	}
	for range 40 {
		if !s.pass() {
			break
		}
	}
	out := make([]Grid, 0, len(grids))
	for n := range grids {
		var g Grid
		for _, i := range s.of[n] {
			g.Parts = append(g.Parts, ns[i].part)
			g.Size += ns[i].size
		}
		if g.Size > 0 {
			out = append(out, g)
		}
	}
	return out
}

// pass tries every move once, in the order of the nodes.
func (s *state) pass() (better bool) {
	for i := range s.ns {
		if s.bound[i] == i && s.try(s.with[i]) {
			better = true
		}
		if g := s.ns[i].group; g != "" {
			var all []int // what its grid has of its group, with all that is bound to it
			for _, j := range s.of[s.in[i]] {
				if s.ns[j].group == g {
					all = append(all, j)
				}
			}
			if len(all) > 1 && all[0] == i && s.try(s.bound2(all)) {
				better = true
			}
		}
	}
	return better
}

// bound2 adds to some nodes all that are bound to them.
func (s *state) bound2(all []int) []int {
	set := map[int]bool{}
	for _, i := range all {
		for _, j := range s.with[s.bound[i]] {
			set[j] = true
		}
	}
	out := make([]int, 0, len(set))
	for i := range set {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// try moves nodes of one grid to the adjacent grid where that is best, if it is
// better than where they are.
func (s *state) try(moving []int) bool {
	from := s.in[moving[0]]
	var to []int
	for _, i := range moving {
		if s.in[i] != from {
			return false
		}
		for _, j := range s.adj[i] {
			if n := s.in[j]; n != from && !slices.Contains(to, n) {
				to = append(to, n)
			}
		}
	}
	rest := make([]int, 0, len(s.of[from]))
	for _, i := range s.of[from] {
		if !slices.Contains(moving, i) {
			rest = append(rest, i)
		}
	}
	slices.Sort(to)
	best, where, joined := -1e-6, -1, []int(nil)
	for _, n := range to {
		with := append(slices.Clone(s.of[n]), moving...)
		if d := s.cost(rest) + s.cost(with) - s.cost(s.of[from]) - s.cost(s.of[n]); d < best {
			best, where, joined = d, n, with
		}
	}
	if where < 0 || !s.connected(rest) || !s.connected(joined) {
		return false
	}
	for _, i := range moving {
		s.in[i] = where
	}
	s.of[from], s.of[where] = rest, joined
	return true
}

// cost is what a grid of some nodes adds to the objective. Every group in it
// counts once: one that lies in two grids counts twice.
func (s *state) cost(nodes []int) float64 {
	if len(nodes) == 0 {
		return 0
	}
	size, x, y := 0, 0.0, 0.0
	groups := make([]string, 0, 8)
	for _, i := range nodes {
		n := &s.ns[i]
		k := float64(n.size)
		size, x, y = size+n.size, x+k*n.x, y+k*n.y
		if n.group != "" && !slices.Contains(groups, n.group) {
			groups = append(groups, n.group)
		}
	}
	x, y = x/float64(size), y/float64(size)
	far := 0.0
	for _, i := range nodes {
		n := &s.ns[i]
		far += float64(n.size) * math.Hypot(n.x-x, n.y-y)
	}
	d := float64(size) - s.even
	return costOutside*float64(max(0, Min-size, size-Max)) + costGroup*float64(len(groups)) + costUneven*d*d + costFar*far
}

// connected reports whether one can walk through some nodes from neighbour to
// neighbour.
func (s *state) connected(nodes []int) bool {
	if len(nodes) == 0 {
		return true
	}
	s.mark += 2
	for _, i := range nodes {
		s.seen[i] = s.mark - 1 // belongs to it
	}
	stack, n := append(make([]int, 0, len(nodes)), nodes[0]), 1
	s.seen[nodes[0]] = s.mark
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, j := range s.adj[i] {
			if s.seen[j] == s.mark-1 {
				s.seen[j] = s.mark
				stack = append(stack, j)
				n++
			}
		}
	}
	return n == len(nodes)
}

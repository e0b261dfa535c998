package plan

import (
	"math"
	"strconv"
)

// Measures are what two divisions of one community are compared by, the
// weightiest first. Of each, less is better.
type Measures struct {
	Grids     int
	Misfits   int     // grids outside 50 to 100 households
	Outside   int     // households by which they are outside, over all grids
	Buildings int     // further grids that buildings lie in: 0, every building is whole
	Groups    int     // further grids that natural groups lie in
	Spread    float64 // standard deviation of the sizes, in households
	Distance  float64 // mean distance of a household from the middle of its grid, in metres
}

// Measure measures a division: which grid each household is in.
func Measure(buildings []Building, in map[string]int) Measures {
	type sum struct {
		n    int
		x, y float64
	}
	grids, groups, houses := map[int]sum{}, map[[2]string]bool{}, map[[2]string]bool{}
	groupOf, total := map[string]bool{}, 0
	for _, b := range buildings {
		for _, h := range b.Households {
			n, ok := in[h]
			if !ok {
				continue
			}
			g := grids[n]
			grids[n] = sum{g.n + 1, g.x + b.X, g.y + b.Y}
			at := strconv.Itoa(n)
			houses[[2]string{b.ID, at}] = true
			groupOf["b"+b.ID] = true
			if b.Group != "" {
				groups[[2]string{b.Group, at}] = true
				groupOf["g"+b.Group] = true
			}
			total++
		}
	}
	m := Measures{Grids: len(grids), Buildings: len(houses), Groups: len(groups)}
	for name := range groupOf {
		if name[0] == 'b' {
			m.Buildings--
		} else {
			m.Groups--
		}
	}
	if total == 0 {
		return m
	}
	even, far := float64(total)/float64(len(grids)), 0.0
	for _, g := range grids {
		if out := max(0, Min-g.n, g.n-Max); out > 0 {
			m.Misfits++
			m.Outside += out
		}
		m.Spread += (float64(g.n) - even) * (float64(g.n) - even)
	}
	m.Spread = math.Sqrt(m.Spread / float64(len(grids)))
	for _, b := range buildings {
		for _, h := range b.Households {
			if n, ok := in[h]; ok {
				g := grids[n]
				far += math.Hypot(b.X-g.x/float64(g.n), b.Y-g.y/float64(g.n))
			}
		}
	}
	m.Distance = far / float64(total)
	return m
}

// In is which grid each household of a proposal is in, from 1.
func (r Result) In() map[string]int {
	in := map[string]int{}
	for i, g := range r.Grids {
		for _, p := range g.Parts {
			for _, h := range p.Households {
				in[h] = i + 1
			}
		}
	}
	return in
}

// ByAddress is the cut that is made with a list of addresses in the hand: down
// the list in its order, a grid is full with 75 households, or when the next
// building would bring it above 100. Which grid each household is in, from 1.
func ByAddress(buildings []Building) map[string]int {
	in, n, size := map[string]int{}, 1, 0
	for _, b := range buildings {
		if size > 0 && (size >= typical || size+len(b.Households) > Max) {
			n, size = n+1, 0
		}
		for _, h := range b.Households {
			if size == Max { // a building that no grid holds
				n, size = n+1, 0
			}
			in[h] = n
			size++
		}
	}
	return in
}

// A Cut is a natural group that a proposal lays into several grids, and why.
type Cut struct {
	Group      string
	Households int
	Grids      int
	Why        Why
	Cost       float64 // of keeping it whole: households more outside the size (Size), standard deviation (Even)
}

// A Why is the reason of a cut.
type Why string

// Reasons of a cut.
const (
	Large Why = "large" // no grid holds as many
	Size  Why = "size"  // whole, it would push others out of 50 to 100
	Even  Why = "even"  // whole, the grids would be very uneven
)

// most is up to how many buildings Cuts tries what it says.
const most = 3000

// Cuts says of every group that a proposal has cut why: it is proposed once
// more with the group held together, and what that would cost is the reason.
func (r Result) Cuts(buildings []Building, wishes ...Wish) (cuts []Cut, err error) {
	in := r.In()
	sizes, grids := map[string]int{}, map[string]map[int]bool{}
	first := map[string]string{} // a building of each group
	var order []string
	for _, b := range buildings {
		if b.Group == "" {
			continue
		}
		if grids[b.Group] == nil {
			grids[b.Group], first[b.Group] = map[int]bool{}, b.ID
			order = append(order, b.Group)
		}
		sizes[b.Group] += len(b.Households)
		for _, h := range b.Households {
			grids[b.Group][in[h]] = true
		}
	}
	was := Measure(buildings, in)
	for _, g := range order {
		if len(grids[g]) < 2 {
			continue
		}
		c := Cut{Group: g, Households: sizes[g], Grids: len(grids[g]), Why: Size}
		switch {
		case sizes[g] > Max:
			c.Why = Large
		case len(buildings) <= most:
			whole := append([]Wish(nil), wishes...)
			for _, b := range buildings {
				if b.Group == g && b.ID != first[g] {
					whole = append(whole, Wish{b.ID, first[g]})
				}
			}
			other, err := Propose(buildings, whole...)
			if err != nil {
				return nil, err
			}
			is := Measure(buildings, other.In())
			if c.Cost = float64(is.Outside - was.Outside); c.Cost <= 0 {
				c.Why, c.Cost = Even, is.Spread
			}
		}
		cuts = append(cuts, c)
	}
	return cuts, nil
}

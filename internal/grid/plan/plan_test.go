package plan

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

func community(rng *rand.Rand, buildings, most int) (bs []Building, wishes []Wish) {
	h := 0
	for i := range buildings {
		g := rng.IntN(6)
		b := Building{ID: fmt.Sprintf("b%05d", i), Group: fmt.Sprint(g), X: float64(g*400) + rng.Float64()*300, Y: rng.Float64() * 300}
		if i > 0 && rng.IntN(40) == 0 {
			wishes = append(wishes, Wish{b.ID, bs[rng.IntN(i)].ID})
		}
		for range 1 + rng.IntN(most) {
			b.Households = append(b.Households, fmt.Sprint(h))
			h++
		}
		bs = append(bs, b)
	}
	return bs, wishes
}

func TestEveryHouseholdIsInOneGrid(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 23))
		bs, wishes := community(rng, 1+rng.IntN(150), 1+rng.IntN(30))
		r, err := Propose(bs, wishes...)
		if err != nil {
			t.Fatal(err)
		}
		seen, where := map[string]bool{}, map[string]int{}
		for i, g := range r.Grids {
			n := 0
			for _, p := range g.Parts {
				where[p.Building] = i
				for _, h := range p.Households {
					if seen[h] {
						t.Fatalf("seed %d: household %s in two grids", seed, h)
					}
					seen[h] = true
					n++
				}
			}
			if n != g.Size || g.Fits != (n >= Min && n <= Max) {
				t.Fatalf("seed %d: grid of %d says %d, %v", seed, n, g.Size, g.Fits)
			}
		}
		// No building here is larger than a grid, so nodes are buildings in their order.
		total := 0
		var ns []node
		var held [][2]int
		for _, b := range bs {
			total += len(b.Households)
			ns = append(ns, node{part: Part{Building: b.ID}, group: b.Group, x: b.X, y: b.Y})
		}
		for _, w := range wishes {
			var i, j int
			fmt.Sscanf(w[0]+" "+w[1], "b%d b%d", &i, &j)
			held = append(held, [2]int{i, j})
			if where[w[0]] != where[w[1]] {
				t.Fatalf("seed %d: the wish %v is not kept", seed, w)
			}
		}
		parent, _, _ := tree(ns, held)
		w := &state{adj: adjacent(ns, parent), seen: make([]int, len(ns))}
		for i := range r.Grids {
			var nodes []int
			for j, b := range bs {
				if where[b.ID] == i {
					nodes = append(nodes, j)
				}
			}
			if !w.connected(nodes) {
				t.Fatalf("seed %d: grid %d is not connected", seed, i)
			}
		}
		if len(seen) != total || r.Outside < r.Bound || r.Spread < r.LeastSpread-1e-6 {
			t.Fatalf("seed %d: %d of %d households, %+v", seed, len(seen), total, r)
		}
		again, _ := Propose(bs, wishes...)
		if !reflect.DeepEqual(r, again) {
			t.Fatalf("seed %d: two proposals for one community", seed)
		}
	}
}

// Homesteads of one household can always be cut to size once there are 50.
func TestSizeIsKeptWhereItCanBe(t *testing.T) {
	var bs []Building
	for i := range 1000 {
		bs = append(bs, Building{ID: fmt.Sprintf("b%05d", i), X: float64(i * 10), Households: []string{fmt.Sprint(i)}})
	}
	for _, n := range []int{49, 50, 100, 101, 149, 151, 1000} {
		r, err := Propose(bs[:n])
		if err != nil || r.Outside != r.Bound {
			t.Errorf("%d households: %d outside, at least %d (%v)", n, r.Outside, r.Bound, err)
		}
	}
}

func TestALargeBuildingSaysWhyItIsSplit(t *testing.T) {
	hs := make([]string, 230)
	for i := range hs {
		hs[i] = fmt.Sprint(i)
	}
	r, err := Propose([]Building{{ID: "tower", Households: hs}})
	if err != nil || len(r.Splits) != 1 || r.Splits[0] != (Split{"tower", 230, 3, Max}) || r.Outside != 0 {
		t.Errorf("%+v %v", r.Splits, err)
	}
	if _, err := Propose([]Building{{ID: "a", Households: hs[:1]}}, Wish{"a", "b"}); err == nil {
		t.Error("a wish for a building that is not there is taken")
	}
}

// Wishes are kept even where no grid should be as large: a person sees the flag.
func TestWishesBeyondAGridAreKeptAndFlagged(t *testing.T) {
	var bs []Building
	var wishes []Wish
	for i := range 10 {
		bs = append(bs, Building{ID: fmt.Sprintf("b%05d", i), X: float64(i), Households: make([]string, 80)})
		wishes = append(wishes, Wish{bs[i].ID, bs[0].ID})
	}
	r, err := Propose(bs, wishes[1:]...)
	if err != nil || len(r.Grids) != 1 || r.Grids[0].Size != 800 || r.Grids[0].Fits || r.Outside != 700 {
		t.Errorf("%d grids, %d outside (%v)", len(r.Grids), r.Outside, err)
	}
}

func BenchmarkPropose(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		bs, _ := community(rand.New(rand.NewPCG(1, 1)), n, 1)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Propose(bs)
			}
		})
	}
}

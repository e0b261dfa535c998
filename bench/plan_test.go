package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"anju/internal/grid/plan"
)

// What the planner of grids has to keep, by the households of a community.
var planLimits = []struct {
	households int
	limit      time.Duration
}{{1_000, time.Second}, {10_000, 20 * time.Second}}

// BenchmarkPlan prints how long it takes to propose grids for communities of 1,000
// and of ANJU_BENCH_PLAN households (10,000 by default), beside a bare loop that
// looks once at the distance between every two of their houses.
func BenchmarkPlan(b *testing.B) {
	for i, size := range planLimits {
		n := size.households
		if i == 1 {
			n = sizeOf(b, "ANJU_BENCH_PLAN", n)
		}
		houses := plannedHouses(n)
		began := time.Now()
		r, err := plan.Propose(houses)
		took := time.Since(began)
		if err != nil || len(r.Grids) < n/100 {
			b.Fatal(len(r.Grids), err)
		}
		began = time.Now()
		nearest := 0.0
		for x, a := range houses {
			least := math.Inf(1)
			for y, c := range houses {
				if x != y {
					least = min(least, math.Hypot(a.X-c.X, a.Y-c.Y))
				}
			}
			nearest += least
		}
		bare := time.Since(began)
		b.Logf("%d households in %d houses: %d grids proposed in %v (limit %v), %.1f times a bare look at every two houses, %v (nearest %.0f m on average)",
			n, len(houses), len(r.Grids), took, size.limit, float64(took)/float64(bare), bare, nearest/float64(len(houses)))
		if took > size.limit {
			b.Errorf("%d households take %v, limit %v", n, took, size.limit)
		}
	}
}

// plannedHouses is a community of which a third lives in flats of forty and the
// others in homesteads along a valley, of one to three households each.
func plannedHouses(n int) (all []plan.Building) {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	for h := 0; h < n; {
		size := 1 + r.IntN(3)
		if h < n/3 {
			size = 40
		}
		one := plan.Building{ID: fmt.Sprintf("b%06d", len(all)), Group: fmt.Sprint(h * 12 / n), X: float64(h)*4 + r.Float64()*200, Y: r.Float64() * 400}
		for range min(size, n-h) {
			one.Households = append(one.Households, fmt.Sprint(h))
			h++
		}
		all = append(all, one)
	}
	return all
}

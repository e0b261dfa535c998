package seed

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"anju/internal/dwelling"
)

// A point is a place in the demonstration county, in metres east and north of
// the middle of its village. Coordinates are invented from the codes and names
// of places alone, so that they take no chance away from anything else.
type point struct{ x, y float64 }

// chanceOf is a source of chance that belongs to a name.
func (m *maker) chanceOf(name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(m.o.Seed, h.Sum64()))
}

// unitAt is the middle of a group, or of a building. Groups lie along the
// valleys that meet in the village; a site has its buildings in rows.
func (m *maker) unitAt(v *village, u *unit) point {
	if u.site == nil {
		r := m.chanceOf(v.Code + u.group)
		angle, far := r.Float64()*2*math.Pi, 350+r.Float64()*1900
		return point{far * math.Cos(angle), far * math.Sin(angle)}
	}
	r := m.chanceOf(v.Code + u.site.Name)
	angle, far := r.Float64()*2*math.Pi, 200+r.Float64()*700
	n, columns := 0, max(1, int(math.Sqrt(float64(len(u.site.buildings)))))
	for i, b := range u.site.buildings {
		if b == u {
			n = i
		}
	}
	return point{far*math.Cos(angle) + float64(n%columns)*70, far*math.Sin(angle) + float64(n/columns)*55}
}

// doorAt is the n-th door of a group: along its lane, on both sides.
func (m *maker) doorAt(v *village, u *unit, n int) point {
	at, r := m.unitAt(v, u), m.chanceOf(v.Code+u.group+"lane")
	bend := r.Float64() * 2 * math.Pi
	along := float64(n-15) * 22
	bend += along / 600
	side := float64(n%2)*30 - 15
	return point{at.x + along*math.Cos(bend) - side*math.Sin(bend), at.y + along*math.Sin(bend) + side*math.Cos(bend)}
}

// locate gives an address its coordinates: the village's own middle, and p.
func (m *maker) locate(a *dwelling.Address, v *village, p point) {
	r := m.chanceOf(v.Code)
	lng, lat := 109.70+r.Float64()*0.42, 32.58+r.Float64()*0.34
	lng += p.x / (111_320 * math.Cos(lat*math.Pi/180))
	lat += p.y / 110_574
	round := func(f float64) *float64 { f = math.Round(f*1e6) / 1e6; return &f }
	a.Lng, a.Lat, a.CRS = round(lng), round(lat), "CGCS2000"
}

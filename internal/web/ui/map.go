package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// MapPoint is a building or homestead on a map of a village.
type MapPoint struct {
	ID     string
	Label  string  // said when it is pointed at
	X, Y   float64 // metres east and north of anywhere
	Grid   int
	Size   int    // households
	House  bool   // a homestead: a small circle; else a building with its number
	Hand   bool   // a person has put it there
	Picked bool   // chosen in the form
	Href   string // leads to the form with it chosen
}

// MapArgs is a map of houses and the grids they are in, drawn on the server.
type MapArgs struct {
	Label   string
	Caption string
	Points  []MapPoint
	Form    string // id of the form that moves a house, with unit and to; empty: nothing is moved
	Into    string // said while a house is held over another grid; # is its number
	Nowhere string // said while it is held over none
	Closer  int    // a grid that fills the map, with what lies around it; 0: all of them
}

const mapWidth, mapMost, mapEdge = 900.0, 560.0, 34.0

// A mapped map is one as it is drawn.
type mapped struct {
	Width, Height float64
	Points        []mappedPoint
	Areas         []mappedArea
	Scale         float64 // length of the scale's line
	Metres        string
}

type mappedPoint struct {
	MapPoint
	PX, PY float64
}

type mappedArea struct {
	Grid   int
	Points string
	X, Y   float64
}

// draw lays a map out: north is up, and both directions have one scale.
func (a MapArgs) draw() (m mapped) {
	if len(a.Points) == 0 {
		return mapped{Width: mapWidth, Height: 120}
	}
	west, east, south, north := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	whole := !slices.ContainsFunc(a.Points, func(p MapPoint) bool { return p.Grid == a.Closer })
	for _, p := range a.Points {
		if whole || p.Grid == a.Closer {
			west, east, south, north = min(west, p.X), max(east, p.X), min(south, p.Y), max(north, p.Y)
		}
	}
	if !whole { // with its neighbours
		west, east, south, north = west-150, east+150, south-150, north+150
	}
	scale := min((mapWidth-2*mapEdge)/max(east-west, 100), (mapMost-2*mapEdge)/max(north-south, 100))
	m.Width, m.Height = mapWidth, math.Ceil(max((north-south)*scale+2*mapEdge, 240))
	left, top := (m.Width-(east-west)*scale)/2, (m.Height-(north-south)*scale)/2
	grids := map[int][]MapPoint{}
	for _, p := range a.Points {
		if p.X < west || p.X > east || p.Y < south || p.Y > north {
			continue
		}
		q := mappedPoint{p, math.Round((left+(p.X-west)*scale)*10) / 10, math.Round((top+(north-p.Y)*scale)*10) / 10}
		m.Points = append(m.Points, q)
		grids[p.Grid] = append(grids[p.Grid], MapPoint{X: q.PX, Y: q.PY, Size: p.Size})
	}
	slices.SortStableFunc(m.Points, func(a, b mappedPoint) int { return cmp.Compare(b.Size, a.Size) }) // the small ones above
	for n, in := range grids {
		m.Areas = append(m.Areas, area(n, in))
	}
	slices.SortFunc(m.Areas, func(a, b mappedArea) int { return cmp.Compare(a.Grid, b.Grid) })
	for _, metres := range []float64{2000, 1000, 500, 200, 100, 50} {
		if m.Scale = metres * scale; m.Scale < 160 {
			m.Metres = fmt.Sprintf("%g m", metres)
			break
		}
	}
	return m
}

// area is the hull of the houses of a grid, a little wider than they are.
func area(n int, in []MapPoint) mappedArea {
	const wide = 12
	a := mappedArea{Grid: n}
	var edge []MapPoint
	k := 0.0
	for _, p := range in {
		a.X, a.Y, k = a.X+p.X*float64(p.Size), a.Y+p.Y*float64(p.Size), k+float64(p.Size)
		for i := range 8 {
			s, c := math.Sincos(float64(i) * math.Pi / 4)
			edge = append(edge, MapPoint{X: p.X + wide*c, Y: p.Y + wide*s})
		}
	}
	a.X, a.Y = math.Round(a.X/k), math.Round(a.Y/k)
	var s strings.Builder
	for _, p := range hull(edge) {
		fmt.Fprintf(&s, "%.0f,%.0f ", p.X, p.Y)
	}
	a.Points = strings.TrimSpace(s.String())
	return a
}

// hull is the convex hull of points, around it once.
func hull(ps []MapPoint) []MapPoint {
	slices.SortFunc(ps, func(a, b MapPoint) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	half := func(ps []MapPoint) (out []MapPoint) {
		for _, p := range ps {
			for n := len(out); n > 1; n = len(out) {
				a, b := out[n-2], out[n-1]
				if (b.X-a.X)*(p.Y-a.Y)-(b.Y-a.Y)*(p.X-a.X) > 0 {
					break
				}
				out = out[:n-1]
			}
			out = append(out, p)
		}
		return out[:len(out)-1]
	}
	lower := half(ps)
	slices.Reverse(ps)
	return append(lower, half(ps)...)
}

// hue is the class of a grid's colour; its number tells it apart for certain.
func hue(n int) string { return fmt.Sprintf("g%d", (n+7)%8+1) }

// side is half the edge of a building on the map, by its households.
func (p mappedPoint) side() float64 { return min(9+float64(p.Size)/12, 17) }

func px(f float64) string { return fmt.Sprintf("%g", f) }

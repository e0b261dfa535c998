package network

import (
	"cmp"
	"slices"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/grid"
)

// A HoleKind says what would be with nobody.
type HoleKind string

// Kinds of hole.
const (
	HoleLevel     HoleKind = "level"     // a level of the network over a place, and every level above
	HoleHousehold HoleKind = "household" // households in a grid that is no more, or in none of a village that is no more
	HoleCategory  HoleKind = "category"  // a kind of matter that no level or no office takes
	HoleRoute     HoleKind = "route"     // a right that no place owes, or whose offices nobody holds
	HoleCentre    HoleKind = "centre"    // warnings of a town that reach no centre
	HoleDuty      HoleKind = "duty"      // a duty of a department that nobody is of
)

// A Hole is something that is with nobody.
type Hole struct {
	What  HoleKind `db:"what" record:"track"`
	Path  string   `db:"path" record:"track"`
	Level int64    `db:"level" record:"track"` // of a level
	Name  string   `db:"name" record:"track"`  // of a kind of matter, a right, a duty
}

// A Category is a kind of matter with the level that takes it and the
// department that is asked, if there is one.
type Category struct {
	Name  string
	Level int
	Unit  actor.Kind
}

// A Route says which offices answer for a right, the nearest first; without
// any, no place owes it.
type Route struct {
	Right string
	Desks []actor.Kind
}

// A Config is everything that says who answers for what on a day.
type Config struct {
	On         calendar.Date
	Seats      []grid.Seat // that there should be
	Roster     grid.Roster // who is there
	Desks      map[account.Seat]bool
	Places     map[string]bool  // divisions and grids that there are
	Homes      map[string]int64 // households by grid, or by village with no grid
	Categories []Category
	Routes     []Route
	Duties     []Duty
}

// Check is the rule: what would be with nobody.
func (c Config) Check() []Hole {
	var all []Hole
	add := func(h Hole) {
		if !slices.Contains(all, h) {
			all = append(all, h)
		}
	}
	for _, s := range c.Seats {
		if c.Roster.Answers(s.Level, s.Path) == 0 {
			add(Hole{What: HoleLevel, Path: s.Path, Level: int64(s.Level)})
		}
	}
	for path, n := range c.Homes {
		if n > 0 && !c.home(path) {
			add(Hole{What: HoleHousehold, Path: path})
		}
	}
	for _, k := range c.Categories {
		if k.Level < 2 || k.Level > grid.TopLevel || k.Unit != "" && !c.somewhere(k.Unit) {
			add(Hole{What: HoleCategory, Name: k.Name})
		}
	}
	for _, r := range c.Routes {
		if len(r.Desks) == 0 {
			add(Hole{What: HoleRoute, Name: r.Right})
		}
		for _, s := range c.Seats {
			if s.Level == 3 && len(r.Desks) > 0 && !c.anyOf(r.Desks, s.Path) { // of each village
				add(Hole{What: HoleRoute, Path: s.Path, Name: r.Right})
			}
		}
	}
	for _, s := range c.Seats {
		if s.Level == 4 && !c.anyOf([]actor.Kind{actor.TownCentre, actor.CountyCentre}, s.Path) {
			add(Hole{What: HoleCentre, Path: s.Path})
		}
	}
	for _, d := range c.Duties {
		if d.InForce(c.On) && !c.somewhere(d.Department) {
			add(Hole{What: HoleDuty, Name: d.Name})
		}
	}
	slices.SortFunc(all, func(a, b Hole) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// home reports whether households of a path are anybody's: in a grid that there
// is, or in none of a village that there is; who answers there is a level.
func (c Config) home(path string) bool {
	if len(path) == 15 && path[12:] == grid.NoGrid {
		return c.Places[path[:12]] && c.Roster.Answers(2, path) > 0
	}
	return c.Places[path] && c.Roster.Answers(1, path) > 0
}

// anyOf reports whether somebody of one of the kinds is there for a place.
func (c Config) anyOf(kinds []actor.Kind, path string) bool {
	for _, k := range kinds {
		for _, n := range []int{12, 9, 6} {
			if len(path) >= n && c.Desks[account.Seat{Kind: k, Path: path[:n]}] {
				return true
			}
		}
	}
	return false
}

// somewhere reports whether anybody of a kind is there at all.
func (c Config) somewhere(k actor.Kind) bool {
	for s := range c.Desks {
		if s.Kind == k {
			return true
		}
	}
	return false
}

// newHoles are those that an act makes. While nobody holds the top level the
// county is being set up: everything is with nobody, and nothing is made so.
func newHoles(before, after []Hole) []Hole {
	if slices.ContainsFunc(before, func(h Hole) bool { return h.What == HoleLevel && h.Level == grid.TopLevel }) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(after), func(h Hole) bool { return slices.Contains(before, h) })
}

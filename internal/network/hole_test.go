package network

import (
	"slices"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/grid"
	"anju/internal/proposal"
)

// TestEachHole: a county with everybody has none; each thing taken away leaves
// the one that it leaves.
func TestEachHole(t *testing.T) {
	const (
		county, town, village = "610929", "610929100", "610929100001"
		one                   = village + "001"
		on                    = calendar.Date("2026-03-04")
	)
	duty := Duty{Duty: "law", Name: "普法", Department: actor.Justice, Asked: proposal.Asked{State: proposal.Approved, ValidFrom: "2026-01-01"}}
	whole := func() Config {
		return Config{
			On: on, Seats: []grid.Seat{{Level: 5, Path: county}, {Level: 4, Path: town}, {Level: 3, Path: village}, {Level: 2, Path: one}, {Level: 1, Path: one}},
			Roster:     grid.Roster{{Level: 5, Path: county}: true, {Level: 4, Path: town}: true},
			Desks:      map[account.Seat]bool{{Kind: actor.TownWindow, Path: town}: true, {Kind: actor.TownCentre, Path: town}: true, {Kind: actor.Justice, Path: county}: true},
			Places:     map[string]bool{county: true, town: true, village: true, one: true},
			Homes:      map[string]int64{one: 60, village + grid.NoGrid: 3},
			Categories: []Category{{Name: "facility", Level: 2}, {Name: "dispute", Level: 2, Unit: actor.Justice}},
			Routes:     []Route{{Right: "forest", Desks: []actor.Kind{actor.VillageClerk, actor.TownWindow}}},
			Duties:     []Duty{duty},
		}
	}
	for _, c := range []struct {
		name string
		do   func(*Config)
		want []Hole
	}{
		{"nothing", func(*Config) {}, nil},
		{"a level, the next answers", func(c *Config) { delete(c.Roster, grid.Seat{Level: 4, Path: town}) }, nil},
		{"the top level: it is with nobody, the others are not", func(c *Config) { delete(c.Roster, grid.Seat{Level: 5, Path: county}) }, []Hole{{What: HoleLevel, Path: county, Level: 5}}},
		{"a grid in which people live", func(c *Config) { delete(c.Places, one) }, []Hole{{What: HoleHousehold, Path: one}}},
		{"a grid in which nobody lives", func(c *Config) { delete(c.Places, one); c.Homes[one] = 0 }, nil},
		{"a village in which people live in no grid", func(c *Config) { delete(c.Places, village) }, []Hole{{What: HoleHousehold, Path: village + grid.NoGrid}}},
		{"the level of a kind of matter", func(c *Config) { c.Categories[0].Level = 0 }, []Hole{{What: HoleCategory, Name: "facility"}}},
		{"a level that there is not", func(c *Config) { c.Categories[0].Level = 6 }, []Hole{{What: HoleCategory, Name: "facility"}}},
		{"the department of a kind of matter and of a duty", func(c *Config) { delete(c.Desks, account.Seat{Kind: actor.Justice, Path: county}) },
			[]Hole{{What: HoleCategory, Name: "dispute"}, {What: HoleDuty, Name: "普法"}}},
		{"a duty that has not begun", func(c *Config) {
			c.Categories = nil
			delete(c.Desks, account.Seat{Kind: actor.Justice, Path: county})
			c.Duties[0].ValidFrom = on.AddDays(1)
		}, nil},
		{"who owes a right", func(c *Config) { c.Routes[0].Desks = nil }, []Hole{{What: HoleRoute, Name: "forest"}}},
		{"the offices of a right", func(c *Config) { delete(c.Desks, account.Seat{Kind: actor.TownWindow, Path: town}) }, []Hole{{What: HoleRoute, Path: village, Name: "forest"}}},
		{"the centre of a town", func(c *Config) { delete(c.Desks, account.Seat{Kind: actor.TownCentre, Path: town}) }, []Hole{{What: HoleCentre, Path: town}}},
		{"the centre of a town, the county's is there", func(c *Config) {
			delete(c.Desks, account.Seat{Kind: actor.TownCentre, Path: town})
			c.Desks[account.Seat{Kind: actor.CountyCentre, Path: county}] = true
		}, nil},
	} {
		is := whole()
		c.do(&is)
		if got := is.Check(); !slices.Equal(got, c.want) {
			t.Errorf("taken away: %s: %v, want %v", c.name, got, c.want)
		}
	}
	empty := whole()
	empty.Roster = grid.Roster{}
	if n := len(empty.Check()); n != 5+2 { // every level, and both homes
		t.Errorf("with nobody at all %d holes: %v", n, empty.Check())
	}
	old := []Hole{{What: HoleCentre, Path: town}}
	if got := newHoles(old, append(old, Hole{What: HoleDuty, Name: "普法"})); len(got) != 1 || got[0].What != HoleDuty {
		t.Errorf("what was there before is not new: %v", got)
	}
	if got := newHoles([]Hole{{What: HoleLevel, Path: county, Level: 5}}, []Hole{{What: HoleLevel, Path: county, Level: 5}, {What: HoleLevel, Path: village, Level: 3}}); len(got) != 0 {
		t.Errorf("a county that is being set up: %v", got)
	}
}

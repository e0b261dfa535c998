package grid

import (
	"fmt"
	"testing"

	"anju/internal/calendar"
	"anju/internal/residence"
)

// TestWorkedAt: a household belongs to one place of work at a time, to one in
// the county before one outside, and to none while nobody works.
func TestWorkedAt(t *testing.T) {
	const here, there, outside, far = "610929100001001", "610929101001001", "440300", "330100"
	spell := func(path, from, to string) residence.Spell {
		return residence.Spell{Path: path, ValidFrom: calendar.Date(from), ValidTo: calendar.Date(to)}
	}
	for _, c := range []struct {
		name   string
		on     calendar.Date
		spells []residence.Spell
		want   string
	}{
		{"nobody works", "2026-01-01", nil, ""},
		{"what has ended", "2026-01-01", []residence.Spell{spell(here, "2025-01-01", "2026-01-01")}, ""},
		{"from the day on", "2026-01-01", []residence.Spell{spell(here, "2025-01-01", "2026-06-01")}, here + " 2026-01-01 2026-06-01 "},
		{"nobody for a while", "2026-01-01", []residence.Spell{spell(here, "2025-01-01", "2026-03-01"), spell(there, "2026-05-01", "9999-12-31")},
			here + " 2026-01-01 2026-03-01 " + there + " 2026-05-01 9999-12-31 "},
		{"the one begun first", "2026-01-01", []residence.Spell{spell(there, "2025-06-01", "9999-12-31"), spell(here, "2025-01-01", "2026-03-01")},
			here + " 2026-01-01 2026-03-01 " + there + " 2026-03-01 9999-12-31 "},
		{"in the county before outside", "2026-01-01", []residence.Spell{spell(outside, "2024-01-01", "9999-12-31"), spell(here, "2025-01-01", "2026-03-01")},
			here + " 2026-01-01 2026-03-01 " + outside + " 2026-03-01 9999-12-31 "},
		{"outside until it is in the county", "2026-01-01", []residence.Spell{spell(outside, "2025-01-01", "9999-12-31"), spell(here, "2026-04-01", "2026-09-01")},
			outside + " 2026-01-01 2026-04-01 " + here + " 2026-04-01 2026-09-01 " + outside + " 2026-09-01 9999-12-31 "},
		{"of two outside the one begun first, to its end", "2026-01-01", []residence.Spell{spell(far, "2025-06-01", "9999-12-31"), spell(outside, "2025-01-01", "2026-03-01")},
			outside + " 2026-01-01 2026-03-01 " + far + " 2026-03-01 9999-12-31 "},
	} {
		got := ""
		for _, s := range workedAt(c.spells, c.on) {
			got += fmt.Sprint(s.Path, " ", s.ValidFrom, " ", s.ValidTo, " ")
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

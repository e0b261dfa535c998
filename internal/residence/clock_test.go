package residence_test

import (
	"fmt"
	"testing"

	"anju/internal/calendar"
	"anju/internal/residence"
)

func TestClockOf(t *testing.T) {
	type stay struct{ path, from, to string }
	const there, elsewhere = "610929101001", "610929100203"
	for name, tt := range map[string]struct {
		stays []stay
		on    calendar.Date
		want  string // here since years days, stays, gaps, total
	}{
		"never there":                 {[]stay{{elsewhere + "001", "2010-01-01", "9999-12-31"}}, "2026-03-04", "false  0 0 [] [] 0"},
		"the first day":               {[]stay{{there + "001", "2026-03-04", "9999-12-31"}}, "2026-03-04", "true 2026-03-04 0 0 [{2026-03-04 2026-03-05}] [] 1"},
		"the day before a year":       {[]stay{{there + "001", "2025-03-05", "9999-12-31"}}, "2026-03-04", "true 2025-03-05 0 364 [{2025-03-05 2026-03-05}] [] 365"},
		"a year to the day":           {[]stay{{there + "001", "2025-03-04", "9999-12-31"}}, "2026-03-04", "true 2025-03-04 1 0 [{2025-03-04 2026-03-05}] [] 366"},
		"over a leap day":             {[]stay{{there + "001", "2023-03-04", "9999-12-31"}}, "2024-03-04", "true 2023-03-04 1 0 [{2023-03-04 2024-03-05}] [] 367"},
		"since a leap day, the 27th":  {[]stay{{there + "001", "2024-02-29", "9999-12-31"}}, "2025-02-27", "true 2024-02-29 0 364 [{2024-02-29 2025-02-28}] [] 365"},
		"since a leap day, the 28th":  {[]stay{{there + "001", "2024-02-29", "9999-12-31"}}, "2025-02-28", "true 2024-02-29 1 0 [{2024-02-29 2025-03-01}] [] 366"},
		"leap day to leap day":        {[]stay{{there + "001", "2020-02-29", "9999-12-31"}}, "2024-02-29", "true 2020-02-29 4 0 [{2020-02-29 2024-03-01}] [] 1462"},
		"the eve of the fourth":       {[]stay{{there + "001", "2020-02-29", "9999-12-31"}}, "2024-02-28", "true 2020-02-29 3 365 [{2020-02-29 2024-02-29}] [] 1461"},
		"a move within":               {[]stay{{there + "001", "2020-01-01", "2023-01-01"}, {there + "002", "2023-01-01", "9999-12-31"}}, "2026-01-01", "true 2020-01-01 6 0 [{2020-01-01 2026-01-02}] [] 2193"},
		"a day elsewhere":             {[]stay{{there + "001", "2020-01-01", "2023-01-01"}, {there + "001", "2023-01-02", "9999-12-31"}}, "2026-01-01", "true 2023-01-02 2 364 [{2020-01-01 2023-01-01} {2023-01-02 2026-01-02}] [{2023-01-01 2023-01-02}] 2192"},
		"left, and came back":         {[]stay{{there + "001", "2015-01-01", "2018-01-01"}, {elsewhere + "001", "2018-01-01", "2024-01-01"}, {there + "001", "2024-01-01", "9999-12-31"}}, "2026-01-01", "true 2024-01-01 2 0 [{2015-01-01 2018-01-01} {2024-01-01 2026-01-02}] [{2018-01-01 2024-01-01}] 1828"},
		"left":                        {[]stay{{there + "001", "2015-01-01", "2018-01-01"}, {elsewhere + "001", "2018-01-01", "9999-12-31"}}, "2026-01-01", "false  0 0 [{2015-01-01 2018-01-01}] [] 1096"},
		"asked for a day of the past": {[]stay{{there + "001", "2015-01-01", "2018-01-01"}, {there + "001", "2024-01-01", "9999-12-31"}}, "2017-01-01", "true 2015-01-01 2 0 [{2015-01-01 2017-01-02}] [] 732"},
	} {
		var all []residence.Spell
		for _, s := range tt.stays {
			all = append(all, residence.Spell{Kind: residence.Living, Path: s.path, ValidFrom: calendar.Date(s.from), ValidTo: calendar.Date(s.to)})
		}
		all = append(all, residence.Spell{Kind: residence.Registered, Path: there + "001", ValidFrom: "2000-01-01", ValidTo: calendar.Forever},
			residence.Spell{Kind: residence.Living, Path: there + "001", ValidFrom: "2000-01-01", ValidTo: calendar.Forever, SupersededAt: 1})
		c := residence.ClockOf(all, there+"009", tt.on)
		if got := fmt.Sprint(c.Here, " ", c.Since, " ", c.Years, " ", c.Days, " ", c.Stays, " ", c.Gaps, " ", c.Total); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

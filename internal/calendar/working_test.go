package calendar_test

import (
	"strings"
	"testing"

	"anju/internal/calendar"
)

func TestWorking(t *testing.T) {
	for _, test := range []struct {
		on   date
		want bool
	}{
		{"2026-11-23", true},  // Monday
		{"2026-11-22", false}, // Sunday
		{"2026-02-14", true},  // Saturday before 春节, worked
		{"2026-02-15", false},
		{"2026-02-16", false}, // Monday, 除夕
		{"2026-02-23", false}, // last day off
		{"2026-02-24", true},
		{"2026-02-28", true}, // Saturday, worked
		{"2025-01-26", true}, // Sunday, worked
		{"2026-10-10", true},
		{"2026-10-07", false},
		{"", false},
		{"2026-02-30", false},
	} {
		if got := calendar.Published().Working(test.on); got != test.want {
			t.Errorf("%s: got %v, want %v", test.on, got, test.want)
		}
	}
}

func TestWorkingDaysOfYears(t *testing.T) {
	for _, year := range []string{"2025", "2026"} {
		first := date(year + "-01-01")
		if got, want := calendar.Published().WorkingBetween(first.AddDays(-1), first.AddYears(1).AddDays(-1)), 248; got != want {
			t.Errorf("%s: %d working days, want %d", year, got, want)
		}
		statutory := 0
		for d := first; d.Year() == first.Year(); d = d.AddDays(1) {
			if calendar.Published().Statutory(d) {
				statutory++
			}
		}
		if statutory != 13 {
			t.Errorf("%s: %d statutory holidays, want 13", year, statutory)
		}
	}
}

func TestAddWorking(t *testing.T) {
	for _, test := range []struct {
		from date
		n    int
		want date
	}{
		{"2026-11-23", 0, "2026-11-23"},
		{"2026-11-22", 0, "2026-11-22"}, // a Sunday stays: nothing was asked
		{"2026-11-23", 5, "2026-11-30"},
		{"2026-11-20", 1, "2026-11-23"},
		{"2026-02-13", 1, "2026-02-14"}, // make-up Saturday
		{"2026-02-13", 2, "2026-02-24"}, // across 春节
		{"2026-02-12", 7, "2026-02-28"}, // 13 14 · 24 25 26 27 28
		{"2026-02-12", 8, "2026-03-02"},
		{"2026-09-30", 1, "2026-10-08"},
		{"2026-02-24", -1, "2026-02-14"},
		{"", 3, ""},
		{calendar.Forever, 3, calendar.Forever},
	} {
		if got := calendar.Published().AddWorking(test.from, test.n); got != test.want {
			t.Errorf("%s + %d: got %s, want %s", test.from, test.n, got, test.want)
		}
		if test.n > 0 && test.from.Valid() && test.from != calendar.Forever {
			if got := calendar.Published().WorkingBetween(test.from, test.want); got != test.n {
				t.Errorf("%s to %s: got %d working days, want %d", test.from, test.want, got, test.n)
			}
		}
	}
}

func TestRollForward(t *testing.T) {
	for in, want := range map[date]date{
		"2026-11-23":     "2026-11-23",
		"2026-11-21":     "2026-11-23",
		"2026-02-14":     "2026-02-14", // a worked Saturday is no holiday
		"2026-02-16":     "2026-02-24",
		"2026-10-01":     "2026-10-08",
		"":               "",
		calendar.Forever: calendar.Forever,
	} {
		if got := calendar.Published().RollForward(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestProvisional(t *testing.T) {
	for year, want := range map[int]bool{2024: true, 2025: false, 2026: false, 2027: true} {
		if got := calendar.Published().Provisional(year); got != want {
			t.Errorf("%d: got %v, want %v", year, got, want)
		}
	}
	// Terms still end, on a calendar of weekdays.
	if got, want := calendar.Published().AddWorking("2026-12-31", 2), date("2027-01-04"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !calendar.Published().Working("2027-10-01") || calendar.Published().Working("2027-10-02") {
		t.Error("2027 must run Monday to Friday until its notice is known")
	}
}

func TestReadNotice(t *testing.T) {
	const head = "date,name,kind,statutory_holiday,source\n"
	n, err := calendar.ReadNotice(strings.NewReader(head + "2027-01-01,元旦,off,1,x\n2027-01-03,元旦,makeup_workday,0,x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if n.Provisional(2027) || n.Working("2027-01-01") || !n.Working("2027-01-03") || n.Name("2027-01-03") != "元旦" || !n.Statutory("2027-01-01") {
		t.Error("the notice does not say what was read")
	}
	for name, body := range map[string]string{
		"no such day": "2027-02-29,x,off,1,x\n",
		"twice":       "2027-01-01,x,off,1,x\n2027-01-01,x,off,1,x\n",
		"kind":        "2027-01-01,x,holiday,1,x\n",
		"statutory":   "2027-01-01,x,off,yes,x\n",
		"columns":     "2027-01-01,x,off,1\n",
	} {
		if _, err := calendar.ReadNotice(strings.NewReader(head + body)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

package deadline

import (
	"testing"
	"time"

	"anju/internal/calendar"
)

// at is an instant in Baihe.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func kindOf(t testing.TB, kind string) Term {
	t.Helper()
	for _, k := range defaults {
		if k.Kind == kind {
			return k
		}
	}
	t.Fatalf("no limit %s", kind)
	return Term{}
}

// TestCount holds each way of counting to a day somebody can look up: the day
// it began on is not counted, a make-up Saturday is a working day, a last day
// that is off moves on, and the last day is whole.
func TestCount(t *testing.T) {
	n := calendar.Published()
	for _, tt := range []struct {
		kind, start, want string // the limit passes at the end of want
	}{
		{"petition_accept", "2026-03-04 09:00", "2026-03-19"},
		{"petition_accept", "2026-03-04 23:59", "2026-03-19"},
		{"petition_accept", "2026-02-05 09:00", "2026-02-24"}, // the 20th is in 春节
		{"petition_accept", "2026-02-12 09:00", "2026-02-27"},
		{"petition_accept", "2026-02-13 09:00", "2026-02-28"}, // a Saturday that is worked stays
		{"petition_answer", "2026-03-02 09:00", "2026-05-06"}, // 1 May and what follows are off
		{"hotline_answer", "2026-02-13 17:00", "2026-02-27"},  // 14 · 24 25 26 27
		{"order_answer", "2026-02-13 17:00", "2026-02-25"},    // 14 · 24 25
		{"order_answer", "2026-10-08 08:00", "2026-10-12"},    // 9 10 (Saturday, worked) 12
		{"mediation_confirm", "2026-09-01 09:00", "2026-10-08"},
		{"voters_worker", "2026-08-31 09:00", "2027-02-28"}, // a shorter month
		{"permit_endorse", "2026-03-05 09:00", "2027-03-05"},
		{"birth", "2026-01-31 09:00", "2026-02-28"},
	} {
		c := kindOf(t, tt.kind).clock(n, "x/1", path, 2, at(t, tt.start))
		if want := calendar.MustParse(tt.want).End(); c.LimitAt != want.UnixMilli() || c.DueAt != c.LimitAt {
			t.Errorf("%s from %s: %s, want the end of %s", tt.kind, tt.start, time.UnixMilli(c.LimitAt).In(calendar.Zone), tt.want)
		}
		if _, _, early := c.warn(time.UnixMilli(c.LimitAt - 1)); early {
			t.Errorf("%s warns in the last moment of its last day", tt.kind)
		}
		if got := c.NoticeAt - c.StartedAt; got != (c.LimitAt-c.StartedAt)/5*4 {
			t.Errorf("%s: the word beforehand comes after %d of %d", tt.kind, got, c.LimitAt-c.StartedAt)
		}
	}
	hole := kindOf(t, "hole_reported").clock(n, "x/1", path, 2, at(t, "2026-02-16 10:30"))
	if !time.UnixMilli(hole.LimitAt).Equal(at(t, "2026-02-17 10:30")) {
		t.Errorf("24 hours are 24 hours: %s", time.UnixMilli(hole.LimitAt))
	}
}

// TestSevenDaysInWorkingDays: the county may count them in working days, and
// they end after seven days all the same.
func TestSevenDaysInWorkingDays(t *testing.T) {
	n := calendar.Published()
	for _, tt := range []struct {
		days        int64
		start, want string
	}{
		{3, "2026-03-04 10:00", "2026-03-10 00:00"}, // Wednesday: Thu Fri Mon, whole
		{5, "2026-03-04 10:00", "2026-03-11 10:00"}, // the fifth ends that night: seven days are over before
		{5, "2026-02-13 10:00", "2026-02-20 10:00"}, // 春节 does not lengthen them
		{1, "2026-02-13 10:00", "2026-02-15 00:00"}, // the make-up Saturday
	} {
		c := New("matter/1", path, 2, at(t, tt.start), 0)
		c.Amount, c.Unit = tt.days, WorkingDay
		if c = c.count(n, nil); !time.UnixMilli(c.LimitAt).Equal(at(t, tt.want)) {
			t.Errorf("%d working days from %s: %s, want %s", tt.days, tt.start, time.UnixMilli(c.LimitAt).In(calendar.Zone), tt.want)
		}
	}
}

// TestPauses: paused days do not count, up to the most; a pause that nobody
// ends ends by itself; what cannot be paused does not care.
func TestPauses(t *testing.T) {
	n := calendar.Published()
	p := func(from, to calendar.Date) Pause { return Pause{From: from, To: to} }
	for _, tt := range []struct {
		name, kind string
		pauses     []Pause
		want       calendar.Date
	}{
		{"none", "hotline_answer", nil, "2026-03-11"}, // Wednesday the 4th and five
		{"a weekend costs nothing", "hotline_answer", []Pause{p("2026-03-07", "2026-03-09")}, "2026-03-11"},
		{"two working days", "hotline_answer", []Pause{p("2026-03-05", "2026-03-07")}, "2026-03-13"},
		{"the day it is resumed counts", "hotline_answer", []Pause{p("2026-03-05", "2026-03-06")}, "2026-03-12"},
		{"paused and resumed on one day", "hotline_answer", []Pause{p("2026-03-05", "2026-03-05")}, "2026-03-11"},
		{"the day it began on", "hotline_answer", []Pause{p("2026-03-04", "2026-03-05")}, "2026-03-11"},
		{"never resumed: fifteen days", "hotline_answer", []Pause{p("2026-03-05", "")}, "2026-03-26"}, // 5–19 do not count; 20 23 24 25 26
		{"longer than it can be", "hotline_answer", []Pause{p("2026-03-05", "2026-06-01")}, "2026-03-26"},
		{"twice, together too long", "hotline_answer", []Pause{p("2026-03-05", "2026-03-15"), p("2026-03-16", "")}, "2026-03-27"},
		{"cannot be paused", "petition_answer", []Pause{p("2026-03-05", "")}, "2026-05-06"},
		{"hearing days", "petition_second", []Pause{p("2026-03-10", "2026-03-20")}, "2026-04-13"},
	} {
		start := "2026-03-04 09:00"
		if tt.kind == "petition_answer" {
			start = "2026-03-02 09:00"
		}
		c := kindOf(t, tt.kind).clock(n, "x/1", path, 2, at(t, start)).count(n, tt.pauses)
		if c.LimitAt != tt.want.End().UnixMilli() {
			t.Errorf("%s: %s, want the end of %s", tt.name, time.UnixMilli(c.LimitAt).In(calendar.Zone), tt.want)
		}
	}
	month := Clock{StartedAt: at(t, "2026-03-04 09:00").UnixMilli(), Amount: 1, Unit: Month, PauseMost: 30}
	for _, tt := range []struct {
		pause Pause
		want  calendar.Date
	}{{p("2026-03-10", "2026-03-15"), "2026-04-09"}, {p("2026-04-01", "2026-04-08"), "2026-04-11"}} {
		if got := month.count(n, []Pause{tt.pause}); got.LimitAt != tt.want.End().UnixMilli() {
			t.Errorf("a month paused from %s to %s ends %s, want %s", tt.pause.From, tt.pause.To, time.UnixMilli(got.LimitAt).In(calendar.Zone), tt.want)
		}
	}
}

// TestProvisional: a limit that hangs on a year without a notice says so.
func TestProvisional(t *testing.T) {
	n := calendar.Published()
	for _, tt := range []struct {
		kind, start string
		want        bool
	}{
		{"order_answer", "2026-12-24 09:00", false}, {"order_answer", "2026-12-30 09:00", true},
		{"petition_answer", "2026-12-01 09:00", true}, // its last day may be off
		{"petition_answer", "2026-10-01 09:00", false},
		{"permit_endorse", "2026-10-01 09:00", true},
		{"voters_worker", "2026-10-01 09:00", false}, // months, and no rolling
	} {
		if got := kindOf(t, tt.kind).clock(n, "x/1", path, 2, at(t, tt.start)).Provisional(n); got != tt.want {
			t.Errorf("%s from %s: %v, want %v", tt.kind, tt.start, got, tt.want)
		}
	}
	if New("matter/1", path, 2, at(t, "2027-03-01 09:00"), 0).Provisional(n) {
		t.Error("seven times 24 hours hang on no calendar")
	}
}

// TestTermsAreWhole: every row says what it is, where it is from, and nothing
// that a clock runs of is missing.
func TestTermsAreWhole(t *testing.T) {
	if len(defaults) < 45 {
		t.Errorf("only %d limits", len(defaults))
	}
	for _, kind := range []string{SevenDay, OrderSign, OrderAnswer, PetitionAccept, PetitionAnswer, HotlineAnswer, MediationConfirm} {
		if !kindOf(t, kind).Watched {
			t.Errorf("%s: a clock runs, and the row says that none does", kind)
		}
	}
	if d := kindOf(t, SevenDay); d.Amount != 7 || d.Most != 7 || d.Unit != ExactDay || d.PauseMost != 0 || d.Extend != 0 {
		t.Errorf("the seven days: %+v", d)
	}
	for _, k := range defaults {
		if k.Starts == "" || k.Stops == "" || k.About == "" || k.Watched && k.Passed == Nothing && k.Kind != MediationConfirm {
			t.Errorf("%+v", k)
		}
		if k.Owner == Law && !k.Verified {
			t.Errorf("%s: a law is cited whose text nobody has read", k.Kind)
		}
	}
}

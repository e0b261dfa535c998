package calendar_test

import (
	"testing"
	"time"

	"anju/internal/calendar"
)

type date = calendar.Date

func TestParse(t *testing.T) {
	for _, in := range []string{"", "2026-2-1", "2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-01-01 ", "2026/01/01"} {
		if got, err := calendar.Parse(in); err == nil || got != "" {
			t.Errorf("%q: got %q, want refused", in, got)
		}
	}
	if got, err := calendar.Parse("2024-02-29"); err != nil || got != "2024-02-29" {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := calendar.New(2026, time.February, 29); err == nil {
		t.Errorf("29 February 2026: got %s", got)
	}
}

func TestParseWritten(t *testing.T) {
	for _, in := range []string{
		"2026-01-02", "2026-1-2", "2026/1/2", "2026/01/02", "2026.1.2", "2026.01.02", "2026年1月2日", "2026年01月02日",
		"20260102", " 2026年1月2日 ", "２０２６年１月２日", "2026-01-02 00:00:00", "2026 年 1 月 2 日", "2026-01-02T00:00:00",
	} {
		if got, err := calendar.ParseWritten(in); err != nil || got != "2026-01-02" {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "46023", "2026-02-30", "2026年2月", "1/2/2026", "260102", "2026-01-02 13:00:00"} {
		if got, err := calendar.ParseWritten(in); err == nil {
			t.Errorf("%q: got %q, want refused", in, got)
		}
	}
}

func TestOnIsBeijing(t *testing.T) {
	for _, test := range []struct {
		at   time.Time
		want date
	}{
		{time.Date(2026, 11, 22, 15, 59, 59, 0, time.UTC), "2026-11-22"},
		{time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC), "2026-11-23"},
		{time.Date(2026, 12, 31, 20, 0, 0, 0, time.FixedZone("west", -8*3600)), "2027-01-01"},
	} {
		if got := calendar.On(test.at); got != test.want {
			t.Errorf("%v: got %s, want %s", test.at, got, test.want)
		}
	}
}

func TestEnd(t *testing.T) {
	d := date("2026-02-28")
	end := d.End()
	if got, want := end.UTC(), time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if calendar.On(end.Add(-time.Millisecond)) != d || calendar.On(end) != "2026-03-01" {
		t.Error("the end of a day must be the first instant after it")
	}
	if got := end.Sub(d.Start()); got != 24*time.Hour {
		t.Errorf("the day is %v long", got)
	}
}

func TestAdd(t *testing.T) {
	for _, test := range []struct{ got, want date }{
		{date("2026-02-28").AddDays(1), "2026-03-01"},
		{date("2024-02-28").AddDays(1), "2024-02-29"},
		{date("2026-01-01").AddDays(-1), "2025-12-31"},
		{date("1991-04-13").AddDays(2), "1991-04-15"}, // summer time began
		{date("2026-11-23").AddDays(30), "2026-12-23"},
		{date("").AddDays(1), ""},
		{calendar.Forever.AddDays(-1), calendar.Forever},
		{date("9999-12-30").AddDays(9), calendar.Forever},
		{date("2024-02-29").AddYears(1), "2025-02-28"},
		{date("2024-02-29").AddYears(4), "2028-02-29"},
		{date("2024-02-29").AddYears(-1), "2023-02-28"},
		{date("2025-02-28").AddYears(3), "2028-02-28"},
		{date("2026-11-23").AddYears(1), "2027-11-23"},
		{date("2026-01-31").AddMonths(1), "2026-02-28"},
		{date("2026-12-31").AddMonths(2), "2027-02-28"},
		{date("2026-03-31").AddMonths(-1), "2026-02-28"},
		{date("").AddYears(1), ""},
		{calendar.Forever.AddYears(1), calendar.Forever},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}

func TestDaysBetween(t *testing.T) {
	for _, test := range []struct {
		a, b date
		want int
	}{
		{"2026-11-23", "2026-11-23", 0},
		{"2026-11-23", "2026-11-30", 7},
		{"2026-11-30", "2026-11-23", -7},
		{"2024-02-28", "2024-03-01", 2},
		{"2026-01-01", "2027-01-01", 365},
		{"1986-05-03", "1986-05-05", 2}, // summer time began
		{"", "2026-01-01", 0},
	} {
		if got := calendar.DaysBetween(test.a, test.b); got != test.want {
			t.Errorf("%s to %s: got %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestAge(t *testing.T) {
	for _, test := range []struct {
		birth, on date
		want      int
	}{
		{"1990-11-24", "2026-11-23", 35},
		{"1990-11-23", "2026-11-23", 36},
		{"1990-11-22", "2026-11-23", 36},
		{"2004-02-29", "2022-02-28", 17},
		{"2004-02-29", "2022-03-01", 18},
		{"2004-02-29", "2024-02-29", 20},
		{"2026-11-23", "2026-11-23", 0},
		{"2026-11-24", "2026-11-23", 0},
		{"", "2026-11-23", 0},
	} {
		if got := calendar.Age(test.birth, test.on); got != test.want {
			t.Errorf("born %s, on %s: got %d, want %d", test.birth, test.on, got, test.want)
		}
	}
}

func TestOrderAndParts(t *testing.T) {
	a, b := date("2026-01-09"), date("2026-10-01")
	if !a.Before(b) || b.Before(a) || a.Before(a) || !b.After(a) || date("").Before(a) || a.After("") {
		t.Error("order")
	}
	if b.Year() != 2026 || b.Month() != time.October || b.Day() != 1 || b.Weekday() != time.Thursday {
		t.Error("parts")
	}
	if date("").Year() != 0 || date("").Month() != 0 || date("").Day() != 0 || !date("").Start().IsZero() || !date("").End().IsZero() {
		t.Error("parts of no date")
	}
	if date("2026-02-29").Valid() || !b.Valid() {
		t.Error("Valid")
	}
}

func TestChinese(t *testing.T) {
	for in, want := range map[date]string{"2026-11-23": "2026年11月23日", "2026-01-02": "2026年1月2日", "": "", calendar.Forever: ""} {
		if got := in.Chinese(); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// Package calendar counts as the law counts: in civil dates of Beijing time,
// in natural days unless a rule says working days, and to the end of the day.
package calendar

import (
	"fmt"
	"strings"
	"time"
)

// Zone is Beijing time. It is fixed, so that no time-zone data is needed;
// summer time ended in 1991 and concerns no instant recorded here.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// A Date is a civil date, YYYY-MM-DD. Dates compare as texts do. The zero
// value "" is no date; what is computed from it is "" or 0.
type Date string

// Forever is the end of what has no known end.
const Forever Date = "9999-12-31"

const iso = "2006-01-02"

// Parse reads YYYY-MM-DD and nothing else.
func Parse(s string) (Date, error) {
	if _, err := time.Parse(iso, s); err != nil {
		return "", fmt.Errorf("date %q: want YYYY-MM-DD of a real day", s)
	}
	return Date(s), nil
}

// MustParse is Parse for dates written in source.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

var written = []string{iso, "2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102"}

// ParseWritten reads a date as people write it in forms and workbooks:
// 2026-11-23, 2026/1/2, 2026.1.2, 2026年1月2日 or 20261123, also in full-width
// digits and with a time of midnight behind.
func ParseWritten(s string) (Date, error) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	for _, midnight := range []string{" 00:00:00", " 0:00:00", " 00:00", " 0:00", "T00:00:00"} {
		s = strings.TrimSuffix(s, midnight)
	}
	s = strings.ReplaceAll(s, " ", "")
	for _, layout := range written {
		if t, err := time.Parse(layout, s); err == nil {
			return of(t), nil
		}
	}
	return "", fmt.Errorf("date %q: not a date", s)
}

// New is the date of a year, month and day, which must be a real day.
func New(year int, month time.Month, day int) (Date, error) {
	return Parse(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
}

// On is the civil date of an instant in Beijing.
func On(t time.Time) Date { return of(t.In(Zone)) }

func of(t time.Time) Date {
	if t.Year() > 9999 {
		return Forever
	}
	return Date(t.Format(iso))
}

// Valid reports whether d is a real day.
func (d Date) Valid() bool {
	_, err := time.Parse(iso, string(d))
	return err == nil
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == "" }

func (d Date) String() string { return string(d) }

// Start is the first instant of the day in Beijing, the zero time of no date.
func (d Date) Start() time.Time {
	t, err := time.ParseInLocation(iso, string(d), Zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// End is 24:00 of the day, the first instant after it (民法典 203 第2款). A term
// that ends on d is kept by what happens before End.
func (d Date) End() time.Time {
	t := d.Start()
	if t.IsZero() {
		return t
	}
	return t.AddDate(0, 0, 1)
}

// Before reports whether d is a day before e. No date is before nothing.
func (d Date) Before(e Date) bool { return d != "" && e != "" && d < e }

// After reports whether d is a day after e.
func (d Date) After(e Date) bool { return e.Before(d) }

// Year is the year of d, or 0.
func (d Date) Year() int {
	if d == "" {
		return 0
	}
	return d.Start().Year()
}

// Month is the month of d, or 0.
func (d Date) Month() time.Month {
	if d == "" {
		return 0
	}
	return d.Start().Month()
}

// Day is the day of the month of d, or 0.
func (d Date) Day() int {
	if d == "" {
		return 0
	}
	return d.Start().Day()
}

// Weekday is the day of the week of d.
func (d Date) Weekday() time.Weekday { return d.Start().Weekday() }

// AddDays is n natural days after d, or before it if n is negative. Forever
// stays, and nothing comes after it.
func (d Date) AddDays(n int) Date {
	if d == "" || d == Forever {
		return d
	}
	return of(d.Start().AddDate(0, 0, n))
}

// AddMonths is the same day n months later, or the last day of that month if
// it is shorter (民法典 202).
func (d Date) AddMonths(n int) Date {
	if d == "" || d == Forever {
		return d
	}
	t := d.Start()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, Zone)
	last := first.AddDate(0, 1, -1).Day()
	return of(first.AddDate(0, 0, min(t.Day(), last)-1))
}

// AddYears is the same day n years later; 29 February becomes 28 February in a
// common year.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// DaysBetween is the number of days from a to b: 1 for tomorrow, negative if b
// is before a, 0 if one is missing.
func DaysBetween(a, b Date) int {
	if a == "" || b == "" {
		return 0
	}
	const day = 24 * 60 * 60
	return int((b.Start().Unix() - a.Start().Unix()) / day)
}

// Age is the number of birthdays passed on the day on: one turns n at the
// start of one's birthday. Somebody born on 29 February turns n on 1 March of
// a common year. It is 0 before birth and if a date is missing.
func Age(birth, on Date) int {
	if birth == "" || on == "" || on < birth {
		return 0
	}
	years := on.Year() - birth.Year()
	if on[4:] < birth[4:] {
		years--
	}
	return years
}

// Chinese is d as printed: 2026年11月23日, without filling zeros. No date and
// Forever are "": what to say there is for the page to choose.
func (d Date) Chinese() string {
	if d == "" || d == Forever {
		return ""
	}
	return d.Start().Format("2006年1月2日")
}

package calendar

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Notice is what the State Council's yearly notices say: which days are off,
// and which days of a weekend are worked instead.
//
// A year without a notice runs on a provisional calendar, Monday to Friday,
// and says so by Provisional: next year's notice comes in November, and terms
// that reach beyond it must still end some day.
type Notice struct {
	days  map[Date]day
	years map[int]bool
}

type day struct {
	name      string
	works     bool
	statutory bool
}

//go:embed holidays.csv
var holidays string

var published = must(ReadNotice(strings.NewReader(holidays)))

func must(n *Notice, err error) *Notice {
	if err != nil {
		panic(err)
	}
	return n
}

// Published is the notices known to this build.
func Published() *Notice { return published }

// ReadNotice reads notices from CSV with the columns date, name, kind (off or
// makeup_workday), statutory_holiday (1 or 0) and source. A year is published
// if a day of it is off.
func ReadNotice(r io.Reader) (*Notice, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read holiday notice: %w", err)
	}
	n := &Notice{days: map[Date]day{}, years: map[int]bool{}}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		if err := n.add(row); err != nil {
			return nil, fmt.Errorf("read holiday notice, line %d: %w", i+1, err)
		}
	}
	return n, nil
}

func (n *Notice) add(row []string) error {
	if len(row) < 4 {
		return fmt.Errorf("%d columns, want 4", len(row))
	}
	d, err := Parse(row[0])
	if err != nil {
		return err
	}
	statutory, err := strconv.ParseBool(row[3])
	if err != nil {
		return fmt.Errorf("statutory_holiday %q: want 1 or 0", row[3])
	}
	if _, ok := n.days[d]; ok {
		return fmt.Errorf("%s twice", d)
	}
	switch row[2] {
	case "off":
		n.years[d.Year()] = true
		n.days[d] = day{row[1], false, statutory}
	case "makeup_workday":
		n.days[d] = day{row[1], true, false}
	default:
		return fmt.Errorf("kind %q: want off or makeup_workday", row[2])
	}
	return nil
}

// A Day is a day that a notice names.
type Day struct {
	On        Date
	Name      string
	Works     bool // a day of a weekend that is worked; else it is off
	Statutory bool
}

// NewNotice is a notice of days, each named once. A year is published if a day
// of it is off.
func NewNotice(days []Day) *Notice {
	n := &Notice{days: map[Date]day{}, years: map[int]bool{}}
	for _, d := range days {
		n.days[d.On] = day{d.Name, d.Works, d.Statutory}
		if !d.Works {
			n.years[d.On.Year()] = true
		}
	}
	return n
}

// With is n with the years that o publishes as o has them: a notice may be
// announced anew, and then the whole year is.
func (n *Notice) With(o *Notice) *Notice {
	if len(o.years) == 0 {
		return n
	}
	is := &Notice{days: map[Date]day{}, years: maps.Clone(n.years)}
	for d, v := range n.days {
		if !o.years[d.Year()] {
			is.days[d] = v
		}
	}
	for d, v := range o.days {
		if y := d.Year(); o.years[y] {
			is.days[d], is.years[y] = v, true
		}
	}
	return is
}

// Of lists the days that the notice of a year names, the first first.
func (n *Notice) Of(year int) (all []Day) {
	for d, v := range n.days {
		if d.Year() == year {
			all = append(all, Day{d, v.name, v.works, v.statutory})
		}
	}
	slices.SortFunc(all, func(a, b Day) int { return strings.Compare(string(a.On), string(b.On)) })
	return all
}

// Provisional reports whether no notice is known for the year, so that its
// working days are only Monday to Friday and may still change.
func (n *Notice) Provisional(year int) bool { return !n.years[year] }

// Working reports whether d is a working day. No date is none.
func (n *Notice) Working(d Date) bool {
	if !d.Valid() {
		return false
	}
	if day, ok := n.days[d]; ok {
		return day.works
	}
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday
}

// Name is the holiday to which d belongs, as a day off or as a day worked
// instead, or "".
func (n *Notice) Name(d Date) string { return n.days[d].name }

// Statutory reports whether d is one of the thirteen statutory holidays.
func (n *Notice) Statutory(d Date) bool { return n.days[d].statutory }

// AddWorking is n working days after d. The day d itself is not counted (民法典
// 201); with 0 it is d. A negative n counts back.
func (n *Notice) AddWorking(d Date, count int) Date {
	step := 1
	if count < 0 {
		step, count = -1, -count
	}
	for count > 0 && d.Valid() && d != Forever {
		if d = d.AddDays(step); n.Working(d) {
			count--
		}
	}
	return d
}

// RollForward is the last day of a term that would end on d: d itself, or the
// next working day if d is a day off (民法典 203 第1款).
func (n *Notice) RollForward(d Date) Date {
	for d.Valid() && d != Forever && !n.Working(d) {
		d = d.AddDays(1)
	}
	return d
}

// WorkingBetween is the number of working days after a up to and including b,
// 0 if b is not after a.
func (n *Notice) WorkingBetween(a, b Date) int {
	count := 0
	for a.Before(b) && a != Forever {
		if a = a.AddDays(1); n.Working(a) {
			count++
		}
	}
	return count
}

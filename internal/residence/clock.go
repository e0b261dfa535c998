package residence

import (
	"cmp"
	"slices"

	"anju/internal/calendar"
)

// A Clock is how long a person has lived in a village or community, and why
// (居住年限). It is worked out when asked and stored nowhere.
type Clock struct {
	Village string        // 12 digits
	On      calendar.Date // the day it is read
	Here    bool          // whether the person lives there on that day
	Since   calendar.Date // begin of the unbroken stay; "" when not there
	Years   int           // whole years of the unbroken stay
	Days    int           // and days beside
	Stays   []Term        // the unbroken stays, the first one first
	Gaps    []Term        // between two of them
	Total   int           // days of all stays up to the day
}

// A Term is the days from From up to To, To not included.
type Term struct{ From, To calendar.Date }

// Days is how many days a term has.
func (t Term) Days() int { return calendar.DaysBetween(t.From, t.To) }

// ClockOf reads the clock of a village from a person's spells. A move within
// the village does not break a stay; a single day elsewhere does, and after the
// return years are counted anew. A year is full on the same day a year later;
// one that began on 29 February, in a common year on the 28th (民法典 202).
func ClockOf(all []Spell, place string, on calendar.Date) Clock {
	c := Clock{Village: village(place), On: on}
	var there []Term
	for _, s := range all {
		if s.Kind == Living && s.SupersededAt == 0 && village(s.Path) == c.Village && s.ValidFrom <= on {
			there = append(there, Term{s.ValidFrom, min(s.ValidTo, on.AddDays(1))})
		}
	}
	slices.SortFunc(there, func(a, b Term) int { return cmp.Compare(a.From, b.From) })
	for _, t := range there {
		if n := len(c.Stays); n > 0 && t.From <= c.Stays[n-1].To {
			c.Stays[n-1].To = max(c.Stays[n-1].To, t.To)
			continue
		} else if n > 0 {
			c.Gaps = append(c.Gaps, Term{c.Stays[n-1].To, t.From})
		}
		c.Stays = append(c.Stays, t)
	}
	for _, t := range c.Stays {
		c.Total += t.Days()
	}
	if n := len(c.Stays); n > 0 && c.Stays[n-1].To > on {
		c.Here, c.Since = true, c.Stays[n-1].From
		c.Years, c.Days = span(c.Since, on)
	}
	return c
}

// span is the whole years from a day to another, and the days beside.
func span(since, on calendar.Date) (years, days int) {
	for since.AddYears(years+1) <= on {
		years++
	}
	return years, calendar.DaysBetween(since.AddYears(years), on)
}

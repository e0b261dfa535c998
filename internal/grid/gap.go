package grid

import (
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
)

// Levels of the people network.
const (
	firstLevel = 1
	TopLevel   = 5
)

// A Seat is a level of the people network over a place: a grid has one of
// level 1 and one of level 2, a village of level 3, a town of level 4, the
// county of level 5.
type Seat struct {
	Level int
	Path  string
}

// Kind is the kind of post of a seat.
func (s Seat) Kind() actor.Kind { return actor.AtLevel(s.Level) }

// A Roster says which seats somebody holds and is there on a day.
type Roster map[Seat]bool

// Held reports whether somebody of a level answers for a place: whoever holds
// the post over it, or over a wider place that it lies in.
func (r Roster) Held(level int, path string) bool {
	for _, n := range []int{15, 12, 9, 6} {
		if len(path) >= n && r[Seat{level, path[:n]}] {
			return true
		}
	}
	return false
}

// Answers is the rule of vacant posts: the level that answers for a place
// instead of a level that nobody holds there is the next one that somebody
// holds; 0 is nobody at all.
func (r Roster) Answers(level int, path string) int {
	for ; level <= TopLevel; level++ {
		if r.Held(level, path) {
			return level
		}
	}
	return 0
}

// levels lists kinds of post of the network from one level up.
func levels(from int) (kinds []actor.Kind) {
	for ; from <= TopLevel; from++ {
		kinds = append(kinds, actor.AtLevel(from))
	}
	return kinds
}

// RosterOf is who is there under a path on a day, and over it, of the levels
// from one up.
func RosterOf(tx *db.Tx, from int, under string, on calendar.Date) (Roster, error) {
	return rosterOf(tx, levels(from), under, on)
}

func rosterOf(tx *db.Tx, kinds []actor.Kind, under string, on calendar.Date) (Roster, error) {
	seats, err := account.Present(tx, kinds, under, on)
	r := make(Roster, len(seats))
	for _, s := range seats {
		r[Seat{s.Kind.Level(), s.Path}] = true
	}
	return r, err
}

// SeatsUnder lists the seats that there should be under a path on a day, by
// place, the wider place first.
func SeatsUnder(tx *db.Tx, under string, on calendar.Date) ([]Seat, error) {
	places, err := placesUnder(tx, under, on)
	if err != nil {
		return nil, err
	}
	grids, err := CodesUnder(tx, under, on)
	if err != nil {
		return nil, err
	}
	var all []Seat
	for _, p := range places {
		all = append(all, Seat{placeLevel[len(p)], p})
	}
	for _, code := range grids {
		all = append(all, Seat{2, code}, Seat{1, code})
	}
	slices.SortStableFunc(all, func(a, b Seat) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// placeLevel is the level of a division by the length of its code.
var placeLevel = map[int]int{6: 5, 9: 4, 12: 3}

// A Gap is a seat that nobody holds on a day, and the level that answers
// instead; 0 is nobody.
type Gap struct {
	Seat
	Answers int
}

// Gaps is the rule: of the seats that there should be, those that are vacant.
func (r Roster) Gaps(seats []Seat) (all []Gap) {
	for _, s := range seats {
		if !r.Held(s.Level, s.Path) {
			all = append(all, Gap{s, r.Answers(s.Level, s.Path)})
		}
	}
	return all
}

// AnswersInstead lists the places for which the actor's level answers on a day
// instead of a lower one, because that one is vacant there and so is every level
// between: the widest places that say so. The first level that has matters in
// its hands is the second.
func AnswersInstead(tx *db.Tx, by actor.Actor, on calendar.Date) (all []Seat, err error) {
	level := by.Kind.Level()
	for _, area := range by.Paths {
		if level < 3 || len(area) < 6 {
			continue
		}
		if level > 3 { // nearly always nothing is vacant right below, and nothing else is asked
			vacant, err := vacantBelow(tx, level, area, on)
			if err != nil {
				return nil, err
			}
			if !vacant {
				continue
			}
		}
		r, err := RosterOf(tx, firstLevel+1, area, on)
		if err != nil {
			return nil, err
		}
		places, err := placesUnder(tx, area, on)
		if err != nil {
			return nil, err
		}
		grids, err := All(tx, area)
		if err != nil {
			return nil, err
		}
		for _, g := range grids {
			places = append(places, g.Code)
		}
		for _, p := range slices.Clone(places) {
			if len(p) == 12 {
				places = append(places, p+NoGrid)
			}
		}
		for l := firstLevel + 1; l < level; l++ {
			all = append(all, r.instead(l, level, area, places)...)
		}
	}
	return all, nil
}

// instead is the rule: the widest of some places, from one down, where nobody
// holds a level or any other below the one that answers.
func (r Roster) instead(l, level int, at string, places []string) (all []Seat) {
	within := false
	for k := l; k < level; k++ {
		if r.Held(k, at) {
			return nil
		}
		for s := range r {
			within = within || s.Level == k && strings.HasPrefix(s.Path, at)
		}
	}
	if !within {
		return []Seat{{l, at}}
	}
	for _, p := range places {
		if len(p) == len(at)+3 && strings.HasPrefix(p, at) {
			all = append(all, r.instead(l, level, p, places)...)
		}
	}
	return all
}

// vacantBelow reports whether a town or a village under a path has nobody of
// the level right below one.
func vacantBelow(tx *db.Tx, level int, area string, on calendar.Date) (bool, error) {
	r, err := rosterOf(tx, []actor.Kind{actor.AtLevel(level - 1)}, area, on)
	if err != nil {
		return false, err
	}
	places, err := placesUnder(tx, area, on)
	return slices.ContainsFunc(places, func(p string) bool { return placeLevel[len(p)] == level-1 && !r.Held(level-1, p) }), err
}

// Answers is the level that answers on a day for a place instead of a level
// that nobody holds there, or that level itself.
func Answers(tx *db.Tx, level int, path string, on calendar.Date) (int, error) {
	r, err := RosterOf(tx, level, path, on)
	return r.Answers(level, path), err
}

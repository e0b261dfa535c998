package grid

import (
	"slices"

	"anju/internal/residence"
)

// Visited is the rule of home visits (走访): the household is seen by the grid
// that the row names; if it has none in the county, by the one that somebody has
// said is the main one, else by the one it lives in. A visit needs a door where
// somebody can be met, so nobody is sent to another place than these: a household
// whose place is not known, lies outside the county or is protected is on nobody's
// list, and no list tells which of these it is. Where somebody is protected, where
// they work is nobody's either.
func (r Route) Visited(ties []Tie) (Tie, bool) {
	hidden := slices.ContainsFunc(ties, func(t Tie) bool { return t.SealedTo != "" })
	open := slices.DeleteFunc(slices.Clone(ties), func(t Tie) bool {
		return t.SealedTo != "" || !InCounty(t.Path) || hidden && t.Relation == residence.Working
	})
	for _, is := range []func(Tie) bool{
		func(t Tie) bool { return t.Relation == r.Answers },
		func(t Tie) bool { return t.Main == 1 },
		func(t Tie) bool { return t.Relation == residence.Living },
	} {
		if i := slices.IndexFunc(open, is); i >= 0 {
			return open[i], true
		}
	}
	return Tie{}, false
}

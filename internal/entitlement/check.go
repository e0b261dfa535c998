package entitlement

import (
	"cmp"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/household"
)

// A Fault is a way in which the rights of a household do not add up.
type Fault string

const (
	Gap         Fault = "gap"          // nobody owes it any more, and nobody said why
	DoubleClaim Fault = "double_claim" // two places keep the same paper
	DoubleDrawn Fault = "double_drawn" // what one place at a time owes runs in two
	TwoMembers  Fault = "two_members"  // a share in two collectives: membership is possibly held twice
)

// A Spot is a village with a part in something, and as which of the household's
// two places.
type Spot struct{ Side, Path string }

// A Finding is something for the people of its places to look into. It changes
// nothing: which of the lists is right only they can know. It may say that a
// household draws 低保 or 特困 and goes to nobody without that duty.
type Finding struct {
	Household household.ID
	Kind      string
	Fault     Fault
	Spots     []Spot // the places it lies between, in the order of their codes
}

// A Holding is the rights written of one household, whatever their days.
type Holding struct {
	Household household.ID
	Living    string // the path where it lives; "" where that is not known
	Rights    []Entitlement
}

// Check finds what does not add up in a holding on a day. Two contracts for land
// in two villages are two rights; two villages that keep the same paper claim
// one. Who moved their registration keeps their land where it lies
// (农村土地承包法 27), so that the place of a right at the origin is never asked.
func Check(h Holding, routes []Route, on calendar.Date) []Finding {
	var all []Finding
	for _, kind := range Kinds {
		var of, running []Entitlement
		for _, e := range h.Rights {
			if e.Kind == kind && e.SupersededAt == 0 && e.ValidFrom <= on {
				if of = append(of, e); e.Running(on) {
					running = append(running, e)
				}
			}
		}
		found := func(f Fault, spots []Spot) {
			if len(spots) > 0 {
				all = append(all, Finding{h.Household, kind, f, sorted(spots)})
			}
		}
		left := leftAlone(of, kind, on)
		nobody := len(running) > 0 && !slices.ContainsFunc(running, func(e Entitlement) bool { return h.owes(e, routes) })
		if nobody {
			left = append(left, running...)
		}
		if len(left) > 0 {
			found(Gap, append(spotsOf(left), h.here()...))
		}
		places := spotsOf(running)
		switch {
		case nobody:
		case villages(places) > 1 && single(kind):
			found(DoubleDrawn, places)
		case villages(places) > 1 && kind == "collective_income":
			found(TwoMembers, places)
		case !single(kind):
			found(DoubleClaim, claimedTwice(running))
		}
	}
	return all
}

// leftAlone are the rights of one kind that ended while they stood, and that
// nothing follows: of what one place at a time owes, nothing at all; of land, no
// paper of the same number, and none that begins there on that day.
func leftAlone(of []Entitlement, kind string, on calendar.Date) (left []Entitlement) {
	for i, e := range of {
		if !e.Owed() || e.ValidTo > on {
			continue
		}
		followed := slices.ContainsFunc(of, func(o Entitlement) bool {
			switch {
			case o.ID == e.ID || o.ValidTo < e.ValidTo || o.ValidTo == e.ValidTo && o.Owed():
				return false
			case single(kind):
				return true
			}
			return o.Evidence == e.Evidence && e.Evidence != "" || o.Path == e.Path && o.ValidFrom == e.ValidTo
		})
		if !followed && !slices.ContainsFunc(of[:i], func(o Entitlement) bool {
			return o.Path == e.Path && o.Evidence == e.Evidence && o.ValidTo == e.ValidTo
		}) {
			left = append(left, e)
		}
	}
	return left
}

// single reports whether one place at a time owes a kind: everything but what
// hangs on land and on a collective.
func single(kind string) bool {
	return Benefit(kind) || kind == "medical" || kind == "serious_illness" || kind == "pension"
}

// owes reports whether some office answers for a right: a route for its kind at
// its side and, at the place of living, that the household still lives there.
func (h Holding) owes(e Entitlement, routes []Route) bool {
	if e.Side == Living && h.Living != "" && !strings.HasPrefix(h.Living, e.Path) {
		return false
	}
	return slices.ContainsFunc(routes, func(r Route) bool { return r.Kind == e.Kind && r.Side == e.Side })
}

// here is the village where the household lives: it would have to answer.
func (h Holding) here() []Spot {
	if h.Living == "" {
		return nil
	}
	return []Spot{{Living, h.Living[:min(len(h.Living), 12)]}}
}

func spotsOf(all []Entitlement) (spots []Spot) {
	for _, e := range all {
		spots = append(spots, Spot{e.Side, e.Path})
	}
	return spots
}

// sorted is each place once, in the order of their codes.
func sorted(spots []Spot) []Spot {
	slices.SortFunc(spots, func(a, b Spot) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(b.Side, a.Side)) })
	return slices.Compact(spots)
}

// villages is in how many villages something lies.
func villages(spots []Spot) int {
	var paths []string
	for _, s := range spots {
		paths = append(paths, s.Path)
	}
	slices.Sort(paths)
	return len(slices.Compact(paths))
}

// claimedTwice is the places that keep one and the same paper.
func claimedTwice(all []Entitlement) (spots []Spot) {
	for i, e := range all {
		for _, o := range all[:i] {
			if e.Evidence != "" && e.Evidence == o.Evidence && e.Path != o.Path {
				spots = append(spots, Spot{e.Side, e.Path}, Spot{o.Side, o.Path})
			}
		}
	}
	return spots
}

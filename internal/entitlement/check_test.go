package entitlement_test

import (
	"fmt"
	"slices"
	"testing"

	"anju/internal/calendar"
	"anju/internal/entitlement"
)

const elsewhere = "610929102001"

// right is one that is written with its place and evidence, from 2020 on.
func right(kind, side, path, evidence string) entitlement.Entitlement {
	return entitlement.Entitlement{Kind: kind, Side: side, Path: path, Evidence: evidence, State: "valid", ValidFrom: "2020-01-01", ValidTo: calendar.Forever}
}

func until(e entitlement.Entitlement, state string, to calendar.Date) entitlement.Entitlement {
	e.State, e.ValidTo = state, to
	return e
}

func paths(spots []entitlement.Spot) (all []string) {
	for _, s := range spots {
		all = append(all, s.Path)
	}
	return slices.Compact(all)
}

func TestCheck(t *testing.T) {
	routes, err := entitlement.DefaultRoutes()
	if err != nil {
		t.Fatal(err)
	}
	const at = entitlement.Living
	for _, c := range []struct {
		name string
		has  []entitlement.Entitlement
		want string
	}{
		{"each at its place", []entitlement.Entitlement{right("farmland", entitlement.Origin, origin, "J1"), right("medical", at, far, "Y1")}, ""},
		{"two papers in two villages", []entitlement.Entitlement{right("farmland", entitlement.Origin, origin, "J1"), right("farmland", entitlement.Origin, elsewhere, "J2")}, ""},
		{"two papers of one village", []entitlement.Entitlement{right("forest", entitlement.Origin, origin, "L1"), right("forest", entitlement.Origin, origin, "L2")}, ""},
		{"one paper, two villages", []entitlement.Entitlement{right("forest", entitlement.Origin, origin, "L1"), right("forest", entitlement.Origin, elsewhere, "L1")}, "forest double_claim [610929100207 610929102001]"},
		{"no paper, two villages", []entitlement.Entitlement{right("forest", entitlement.Origin, origin, ""), right("forest", entitlement.Origin, elsewhere, "")}, ""},
		{"insured in two places", []entitlement.Entitlement{right("medical", at, far, "Y1"), right("medical", at, elsewhere, "Y2")}, "medical double_drawn [610929101001 610929102001]"},
		{"aid from both places", []entitlement.Entitlement{right("subsistence", entitlement.Origin, origin, ""), right("subsistence", at, far, "")}, "subsistence double_drawn [610929100207 610929101001]"},
		{"insured there, then here", []entitlement.Entitlement{until(right("medical", at, elsewhere, "Y1"), "valid", "2024-01-01"), right("medical", at, far, "Y2")}, ""},
		{"begins later", []entitlement.Entitlement{right("medical", at, far, "Y1"), {Kind: "medical", Side: at, Path: elsewhere, State: "valid", ValidFrom: "2027-01-01", ValidTo: calendar.Forever}}, ""},
		{"insured where it no longer lives", []entitlement.Entitlement{right("medical", at, elsewhere, "Y1")}, "medical gap [610929101001 610929102001]"},
		{"ran out, and nobody took over", []entitlement.Entitlement{until(right("pension", at, elsewhere, "B1"), "valid", "2024-01-01")}, "pension gap [610929101001 610929102001]"},
		{"given up", []entitlement.Entitlement{until(right("farmland", entitlement.Origin, origin, "J1"), "given_up", "2024-01-01")}, ""},
		{"lost", []entitlement.Entitlement{until(right("farmland", entitlement.Origin, origin, "J1"), "lost", calendar.Forever)}, ""},
		{"ends tomorrow", []entitlement.Entitlement{until(right("pension", at, far, "B1"), "valid", "2026-06-02")}, ""},
		{"ends today", []entitlement.Entitlement{until(right("pension", at, far, "B1"), "valid", "2026-06-01")}, "pension gap [610929101001]"},
		{"no office has it", []entitlement.Entitlement{right("pension", entitlement.Origin, origin, "B1")}, "pension gap [610929100207 610929101001]"},
		{"one contract ran out, another goes on", []entitlement.Entitlement{until(right("farmland", entitlement.Origin, origin, "J1"), "valid", "2024-01-01"), right("farmland", entitlement.Origin, origin, "J2")}, "farmland gap [610929100207 610929101001]"},
		{"the same contract, prolonged", []entitlement.Entitlement{until(right("farmland", entitlement.Origin, origin, "J1"), "valid", "2024-01-01"), right("farmland", entitlement.Origin, origin, "J1")}, ""},
		{"another certificate from that day on", []entitlement.Entitlement{until(right("forest", entitlement.Origin, origin, "L1"), "valid", "2024-01-01"), {Kind: "forest", Side: entitlement.Origin, Path: origin, Evidence: "L2", State: "changed", ValidFrom: "2024-01-01", ValidTo: calendar.Forever}}, ""},
		{"insured elsewhere, then given up", []entitlement.Entitlement{until(right("pension", at, elsewhere, "B1"), "valid", "2024-01-01"), until(right("pension", at, far, "B2"), "given_up", "2025-01-01")}, ""},
		{"aid was stopped", []entitlement.Entitlement{until(right("subsistence", entitlement.Origin, origin, "D1"), "lost", "2025-01-01")}, ""},
		{"aid ran out and nobody decided", []entitlement.Entitlement{until(right("subsistence", entitlement.Origin, origin, "D1"), "valid", "2025-01-01")}, "subsistence gap [610929100207 610929101001]"},
		{"a share in two collectives", []entitlement.Entitlement{right("collective_income", entitlement.Origin, origin, "G1"), right("collective_income", entitlement.Origin, elsewhere, "G2")}, "collective_income two_members [610929100207 610929102001]"},
	} {
		for range 2 { // the order in which rights are written says nothing
			slices.Reverse(c.has)
			for i := range c.has {
				c.has[i].ID = c.has[i].Path + c.has[i].Evidence + string(c.has[i].ValidFrom+c.has[i].ValidTo)
			}
			var got string
			for _, f := range entitlement.Check(entitlement.Holding{Household: "h", Living: far + "001", Rights: c.has}, routes, "2026-06-01") {
				got += fmt.Sprint(f.Kind, " ", f.Fault, " ", paths(f.Spots))
			}
			if got != c.want {
				t.Errorf("%s: got %q, want %q", c.name, got, c.want)
			}
		}
	}
}

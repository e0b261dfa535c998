package seed

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/entitlement"
	"anju/internal/household"
)

// A Fault is something that does not add up between the lists of two places, and
// was put there on purpose.
type Fault struct {
	Household household.ID
	Kind      string
	Fault     entitlement.Fault
}

// fullFaults is about how many households of the county at scale 1 have lists
// that do not add up, or look as if they did not and do.
const fullFaults = 240

// A plant is what two places that do not ask each other have written. It says
// which fault that is; "" is one that only looks like it.
type plant struct {
	kind  string
	fault entitlement.Fault
	write func(m *maker, f *family, other string, all []entitlement.Entitlement) []entitlement.Entitlement
}

// plants come by turns.
var plants = []plant{
	{"medical", entitlement.DoubleDrawn, also("medical", entitlement.Living)}, // the community it lived in before goes on
	{"farmland", entitlement.DoubleClaim, func(_ *maker, _ *family, other string, all []entitlement.Entitlement) []entitlement.Entitlement {
		e := all[of(all, "farmland")]
		e.Path = other
		return append(all, e)
	}},
	{"subsistence", "", aid(entitlement.Origin)},
	{"pension", entitlement.Gap, func(m *maker, _ *family, _ string, all []entitlement.Entitlement) []entitlement.Entitlement {
		all[of(all, "pension")].ValidTo = m.o.Day.AddDays(-20)
		return all
	}},
	{"subsistence", entitlement.DoubleDrawn, aid(entitlement.Origin, entitlement.Living)},
	{"farmland", "", func(m *maker, f *family, other string, all []entitlement.Entitlement) []entitlement.Entitlement {
		e := all[of(all, "farmland")] // of a wife's village: another paper, another right
		e.Path, e.Evidence, e.Amount = other, "承包合同"+other[6:]+"J"+f.no[6:]+"娘家", "承包地1.2亩"
		return append(all, e)
	}},
	{"collective_income", entitlement.TwoMembers, also("collective_income", entitlement.Origin)},
	{"forest", entitlement.Gap, func(m *maker, _ *family, _ string, all []entitlement.Entitlement) []entitlement.Entitlement {
		all[of(all, "forest")].ValidTo = m.o.Day.AddDays(-150)
		return all
	}},
	{"medical", "", func(m *maker, f *family, other string, all []entitlement.Entitlement) []entitlement.Entitlement {
		e := all[of(all, "medical")] // insured there until it moved, and here since
		e.Path, e.Evidence, e.ValidFrom, e.ValidTo = other, "参保登记"+other[6:]+"Y"+f.no, f.movedOn.AddDays(-900), f.movedOn
		return append(all, e)
	}},
	{"medical", entitlement.Gap, func(_ *maker, f *family, other string, all []entitlement.Entitlement) []entitlement.Entitlement {
		e := &all[of(all, "medical")] // still insured where it lived before
		e.Path, e.Evidence, e.ValidFrom = other, "参保登记"+other[6:]+"Y"+f.no, f.movedOn.AddDays(-900)
		return all
	}},
	{"forest", "", func(m *maker, f *family, _ string, all []entitlement.Entitlement) []entitlement.Entitlement {
		e := &all[of(all, "forest")]
		e.State, e.ValidTo = entitlement.GivenUp, m.o.Day.AddDays(-300)
		return all
	}},
	{"pension", entitlement.DoubleDrawn, also("pension", entitlement.Living)},
}

// of is where a kind stands among rights.
func of(all []entitlement.Entitlement, kind string) int {
	return slices.IndexFunc(all, func(e entitlement.Entitlement) bool { return e.Kind == kind })
}

// also writes a right in another place's list too, on another paper.
func also(kind, side string) func(*maker, *family, string, []entitlement.Entitlement) []entitlement.Entitlement {
	return func(_ *maker, f *family, other string, all []entitlement.Entitlement) []entitlement.Entitlement {
		e := all[of(all, kind)]
		e.Side, e.Path, e.Evidence = side, other, "登记"+other[6:]+"K"+f.no
		return append(all, e)
	}
}

// aid writes 低保 in the lists of some sides.
func aid(sides ...string) func(*maker, *family, string, []entitlement.Entitlement) []entitlement.Entitlement {
	return func(m *maker, f *family, _ string, all []entitlement.Entitlement) []entitlement.Entitlement {
		for _, side := range sides {
			e := entitlement.Entitlement{Kind: "subsistence", Side: side, Path: f.origin.Code, Evidence: "审批" + f.origin.Code[6:] + "D" + f.no, State: entitlement.Valid,
				ValidFrom: m.o.Day.AddDays(-400), ValidTo: calendar.Forever}
			if side == entitlement.Living {
				e.Path = f.homeIn.Code
			}
			all = append(all, e)
		}
		return all
	}
}

// planted lets, once in a while, two places write what does not add up about a
// family that has moved from one village to another. Nothing is drawn for it, so
// that the county is otherwise the same.
func (m *maker) planted(f *family, all []entitlement.Entitlement) []entitlement.Entitlement {
	if f.sealed != "" || !f.moved || f.origin == f.homeIn || !f.origin.rural() {
		return all
	}
	every := max(6, m.scaled(fullCross, 170)/fullFaults)
	n := m.count("moved between villages")
	if n%every != 0 {
		return all
	}
	p := plants[n/every%len(plants)]
	if p.fault != "" {
		m.made.Faults = append(m.made.Faults, Fault{f.id, p.kind, p.fault})
	}
	return p.write(m, f, m.other(f), all)
}

// other is a village of the county that is neither of a family's two.
func (m *maker) other(f *family) string {
	i := slices.Index(m.villages, f.origin)
	for n := 1; ; n++ {
		if v := m.villages[(i+n)%len(m.villages)]; v != f.origin && v != f.homeIn {
			return v.Code
		}
	}
}

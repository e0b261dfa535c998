package policy

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
)

var update = flag.Bool("update", false, "write testdata/matrix.golden anew")

var fieldNames = []string{"basic", "address", "phone", "number", "land", "insurance", "matters", "booklet", "validity", "history", "aid"}

func (f Fields) String() string {
	var s []string
	for i, n := range fieldNames {
		if f&(1<<i) != 0 {
			s = append(s, n)
		}
	}
	return strings.Join(s, " ")
}

// The whole policy as a text that the people who must approve it can read.
func TestMatrix(t *testing.T) {
	var got strings.Builder
	for _, a := range Actions {
		fmt.Fprintf(&got, "%s\n", a)
		for _, k := range append(slices.Clone(actor.Kinds), actor.Public) {
			for _, r := range rules[a][k] {
				fmt.Fprintf(&got, "  %-15s %-10s %s\n", k, r.on, r.fields)
			}
		}
	}
	const file = "testdata/matrix.golden"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the policy has changed; read the difference, then run go test ./internal/policy -update\n%s", got.String())
	}
}

// Sixty cells of domain 7.9, written by hand, not derived from the rules. A
// cell says what a kind of post sees of a household, booklet, matter or log
// that lies in its area in the given way; "no" is nothing at all.
func TestSixtyCells(t *testing.T) {
	const (
		grid  = "610929100001007"
		town  = "610929100"
		inVil = "610929100001"
	)
	at := map[actor.Kind]string{
		actor.GridWorker: grid, actor.GridLeader: grid, actor.SectionLeader: inVil, actor.GeneralLeader: town, actor.TownWindow: town,
		actor.Registrar: town, actor.StationHead: town, actor.CountyPolice: "610929", actor.Agriculture: "610929", actor.CivilAffairs: "610929",
		actor.VillageClerk: inVil, actor.Justice: "610929", actor.Chief: "610929", actor.TownCentre: town, actor.CountyCentre: "610929",
		actor.SystemAdmin: "610929", actor.SecurityAdmin: "610929", actor.AuditAdmin: "610929",
	}
	const (
		yes  = "yes"
		no   = "no"
		live = Living
		orig = Registered
	)
	cells := []struct {
		row  string
		kind actor.Kind
		a    Action
		on   Relation
		f    Fields
		want string
	}{
		// Own-grid name, dwelling, phone (masked).
		{"name", actor.GridWorker, HouseholdRead, live, Basic | Address | Phone, yes},
		{"name", actor.GridLeader, HouseholdRead, live, Basic | Address | Phone, yes},
		{"name", actor.SectionLeader, HouseholdRead, live, Basic | Address | Phone, yes},
		{"name", actor.GeneralLeader, HouseholdRead, live, Basic | Address | Phone, yes},
		{"name", actor.TownWindow, HouseholdRead, live, Basic | Address | Phone, yes},
		{"name", actor.Registrar, HouseholdRead, live, Basic | Address | Phone, yes},
		{"name", actor.CivilAffairs, HouseholdRead, live, Basic, yes},
		{"name", actor.SystemAdmin, HouseholdRead, live, Basic, no},
		{"name", actor.SecurityAdmin, HouseholdRead, live, Basic, no},
		{"name", actor.AuditAdmin, HouseholdRead, live, Basic, no},
		{"name", actor.Justice, HouseholdRead, live, Basic, no}, // by task only, and there is none
		{"name", actor.CountyCentre, HouseholdRead, live, Basic, no},
		{"name", actor.Chief, HouseholdRead, live, Basic, no},
		// The grid at the origin knows who is registered there, not where they sleep.
		{"dwelling from the origin", actor.GridWorker, HouseholdRead, orig, Address, no},
		{"phone from the origin", actor.GridWorker, HouseholdRead, orig, Phone, no},
		// Full ID number.
		{"number", actor.GridWorker, NumberReveal, live, Number, no},
		{"number", actor.GridLeader, NumberReveal, live, Number, no},
		{"number", actor.SectionLeader, NumberReveal, live, Number, no},
		{"number", actor.GeneralLeader, NumberReveal, live, Number, yes},
		{"number", actor.TownWindow, NumberReveal, live, Number, yes},
		{"number", actor.CivilAffairs, NumberReveal, live, Number, yes},
		{"number", actor.Registrar, NumberReveal, live, Number, yes},
		{"number", actor.StationHead, NumberReveal, live, Number, yes},
		{"number", actor.SystemAdmin, NumberReveal, live, Number, no},
		{"number", actor.SecurityAdmin, NumberReveal, live, Number, no},
		{"number", actor.AuditAdmin, NumberReveal, live, Number, no},
		{"number on the page", actor.Registrar, HouseholdRead, live, Number, no}, // revealed, never simply shown
		// The booklet.
		{"booklet", actor.GridWorker, BookletRead, live, Booklet, no},
		{"booklet validity", actor.GridWorker, BookletRead, live, Validity, yes},
		{"booklet", actor.GridLeader, BookletRead, live, Booklet, no},
		{"booklet validity", actor.SectionLeader, BookletRead, live, Validity, yes},
		{"booklet", actor.GeneralLeader, BookletRead, live, Booklet, yes},
		{"booklet", actor.TownWindow, BookletRead, live, Booklet, yes},
		{"booklet", actor.Registrar, BookletRead, live, Booklet, yes},
		{"booklet change", actor.Registrar, BookletApply, live, Booklet, yes},
		{"booklet change", actor.TownWindow, BookletApply, live, Booklet, no},
		{"booklet change", actor.GridWorker, BookletApply, live, Booklet, no},
		{"booklet approval", actor.StationHead, BookletApprove, live, Booklet, yes},
		{"booklet approval", actor.Registrar, BookletApprove, live, Booklet, no},
		{"booklet verify", actor.Agriculture, BookletRead, live, Validity, yes},
		{"booklet", actor.Agriculture, BookletRead, live, Booklet, no},
		{"booklet", actor.SystemAdmin, BookletRead, live, Validity, no},
		{"booklet", actor.AuditAdmin, BookletRead, live, Validity, no},
		// Rights at the origin.
		{"land", actor.GridWorker, HouseholdRead, orig, Land, no},
		{"land", actor.GridLeader, HouseholdRead, orig, Land, yes},
		{"land from the living side", actor.GridLeader, HouseholdRead, live, Land, no},
		{"land", actor.SectionLeader, HouseholdRead, orig, Land, yes},
		{"land", actor.GeneralLeader, HouseholdRead, orig, Land, yes},
		{"land", actor.TownWindow, HouseholdRead, live, Land, yes}, // both towns
		{"land", actor.Agriculture, HouseholdRead, orig, Land, yes},
		{"land", actor.Registrar, HouseholdRead, orig, Land, no},
		{"land", actor.CivilAffairs, HouseholdRead, orig, Land, no},
		{"land", actor.SystemAdmin, HouseholdRead, orig, Land, no},
		// Whether somebody draws 低保 or 特困: the handling towns and the deciding unit.
		{"aid", actor.GridWorker, RightRead, live, Aid, no},
		{"aid", actor.GridLeader, RightRead, live, Aid, no},
		{"aid", actor.VillageClerk, RightRead, live, Aid, no},
		{"aid", actor.VillageClerk, RightRead, orig, Aid, no},
		{"aid", actor.TownWindow, RightRead, live, Aid, yes},
		{"aid", actor.TownWindow, RightRead, orig, Aid, yes},
		{"aid", actor.CivilAffairs, RightRead, orig, Aid, yes},
		{"aid", actor.Agriculture, RightRead, orig, Aid, no},
		{"aid", actor.Registrar, RightRead, live, Aid, no},
		{"aid", actor.CountyPolice, RightRead, orig, Aid, no},
		{"insured", actor.VillageClerk, RightRead, live, Insurance, yes},
		{"insured", actor.VillageClerk, RightRead, orig, Insurance, no},
		{"insured", actor.Agriculture, RightRead, live, Insurance, no},
		{"insured", actor.CivilAffairs, RightRead, live, Insurance, no},
		// Matters.
		{"matter", actor.GridWorker, MatterRead, At, Matters, no},
		{"own report", actor.GridWorker, MatterRead, Own, Matters, yes},
		{"matter", actor.GridLeader, MatterRead, At, Matters, yes},
		{"matter", actor.SectionLeader, MatterRead, At, Matters, yes},
		{"matter", actor.GeneralLeader, MatterRead, At, Matters, yes},
		{"matter", actor.Registrar, MatterRead, At, Matters, no},
		{"assigned", actor.Registrar, MatterRead, Assigned, Matters, yes},
		{"matter", actor.CivilAffairs, MatterRead, At, Matters, no},
		{"matter", actor.SystemAdmin, MatterRead, At, Matters, no},
		{"matter", actor.SystemAdmin, MatterRead, Own, Matters, no},
		// The access log.
		{"looks", actor.GridWorker, AuditRead, Anyone, Basic, no},
		{"looks", actor.GeneralLeader, AuditRead, Anyone, Basic, no},
		{"looks", actor.CountyPolice, AuditRead, Anyone, Basic, no},
		{"looks", actor.SystemAdmin, AuditRead, Anyone, Basic, no},
		{"looks", actor.SecurityAdmin, AuditRead, Anyone, Basic, no},
		{"looks", actor.AuditAdmin, AuditRead, Anyone, Basic, yes},
	}
	if len(cells) < 60 {
		t.Fatalf("%d cells, want at least sixty", len(cells))
	}
	for _, c := range cells {
		by := actor.Actor{Account: "me", Kind: c.kind, Paths: []string{at[c.kind]}}
		p := Place{Relation: c.on, Path: grid}
		if c.on == Own || c.on == Assigned {
			p.Path = "me"
		}
		d, err := Decide(by, c.a, Places{p})
		got := no
		if err == nil && d.Fields.Has(c.f) {
			got = yes
		}
		if got != c.want {
			t.Errorf("%s: %s %s %s: got %s, want %s", c.row, c.kind, c.a, c.on, got, c.want)
		}
	}
}

// What domain 7.9 gives to nobody at the grid has no action at all.
func TestNoActionForWhatIsNotKept(t *testing.T) {
	for _, a := range Actions {
		for _, bad := range []string{"petition", "colour", "care", "correction", "illness", "track", "score", "rank", "religion"} {
			if strings.Contains(string(a), bad) {
				t.Errorf("action %s must not exist", a)
			}
		}
	}
}

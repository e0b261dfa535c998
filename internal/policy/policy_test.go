package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/fault"
)

func TestDecideHidesWhatLiesElsewhere(t *testing.T) {
	here := Places{{Relation: Living, Path: "610929100001007"}}
	for _, tt := range []struct {
		name string
		by   actor.Actor
		a    Action
		want fault.Kind
	}{
		{"nobody", actor.Actor{}, HouseholdRead, fault.NotFound},
		{"worker of another grid", actor.Actor{Kind: actor.GridWorker, Paths: []string{"610929100001008"}}, HouseholdRead, fault.NotFound},
		{"leader of another village", actor.Actor{Kind: actor.GridLeader, Paths: []string{"610929100002007"}}, HouseholdRead, fault.NotFound},
		{"registrar of another town", actor.Actor{Kind: actor.Registrar, Paths: []string{"610929101"}}, HouseholdRead, fault.NotFound},
		{"worker of this grid, wrong act", actor.Actor{Kind: actor.GridWorker, Paths: []string{"610929100001007"}}, BookletApply, fault.Forbidden},
		{"a post over nothing", actor.Actor{Kind: actor.CountyPolice, Paths: []string{""}}, HouseholdRead, fault.NotFound},
		{"worker of this grid", actor.Actor{Kind: actor.GridWorker, Paths: []string{"610929100001007"}}, HouseholdRead, ""},
		{"leader of the next grid of the village", actor.Actor{Kind: actor.GridLeader, Paths: []string{"610929100001009"}}, HouseholdRead, ""},
		{"registrar", actor.Actor{Kind: actor.Registrar, Paths: []string{"610929100"}}, HouseholdRead, ""},
	} {
		_, err := Decide(tt.by, tt.a, here)
		if got := fault.KindOf(err); got != tt.want || (err == nil) != (tt.want == "") {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

// TestInformed: what another grid answers for is read by who leads this very
// grid; the leader of the next one, who sees the village's own matters, is not
// told that there is any.
func TestInformed(t *testing.T) {
	seen := Places{{Relation: Informed, Path: "610929100001007"}}
	for _, tt := range []struct {
		kind actor.Kind
		path string
		a    Action
		want fault.Kind
	}{
		{actor.GridLeader, "610929100001008", MatterRead, fault.NotFound},
		{actor.GridLeader, "610929100002", MatterRead, fault.NotFound},
		{actor.GridWorker, "610929100001007", MatterRead, fault.Forbidden},
		{actor.SectionLeader, "610929100001", MatterRead, fault.Forbidden},
		{actor.GeneralLeader, "610929100", MatterRead, fault.Forbidden},
		{actor.GridLeader, "610929100001007", MatterHandle, fault.Forbidden},
		{actor.GridLeader, "610929100001007", MatterComment, fault.Forbidden},
		{actor.GridLeader, "610929100001007", MatterRead, ""},
		{actor.GridLeader, "610929100001", MatterRead, ""}, // leads every grid of the village
	} {
		by := actor.Actor{Account: "x", Kind: tt.kind, Paths: []string{tt.path}}
		if err := Check(by, tt.a, seen); fault.KindOf(err) != tt.want {
			t.Errorf("%s over %s, %s: %v, want %q", tt.kind, tt.path, tt.a, err, tt.want)
		}
	}
}

func TestProtectedAddress(t *testing.T) {
	hidden := Places{{Relation: Living, Path: "610929101204003", SealedTo: "610929101"}}
	open := append(Places{{Relation: Registered, Path: "610929100001007"}}, hidden...)
	for _, k := range actor.Kinds {
		for _, path := range []string{"610929", "610929100", "610929101", "610929101204", "610929101204003"} {
			by := actor.Actor{Account: "x", Kind: k, Paths: []string{path}}
			sees := k.Police() && path == "610929101"
			if _, err := Decide(by, HouseholdRead, hidden); (err == nil) != sees {
				t.Errorf("%s over %s sees the hidden place: %v, want %v", k, path, err == nil, sees)
			}
			d, err := Decide(by, HouseholdRead, open)
			for _, r := range d.Via {
				if r == Living && !sees {
					t.Errorf("%s over %s: the hidden place decided (%v)", k, path, err)
				}
			}
		}
	}
}

// A list shows exactly what a page would open: the same rows, over random
// actors and places.
func TestPredicateAgreesWithDecide(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	digit := func(n int) string { return strings.Repeat("0", n-1) + fmt.Sprint(1+r.IntN(2)) }
	path := func() string { return "610929" + digit(3) + digit(3) + digit(3) }
	relations := []Relation{Registered, Living, Working, At, Own, Assigned, Informed}
	for range 20000 {
		p := path()
		by := actor.Actor{Account: fmt.Sprint("a", r.IntN(2)), Kind: actor.Kinds[r.IntN(len(actor.Kinds))], Paths: []string{p[:[]int{6, 9, 12, 15}[r.IntN(4)]]}}
		place := Place{Relation: relations[r.IntN(len(relations))], Path: path()}
		if place.Relation == Own || place.Relation == Assigned {
			place.Path = fmt.Sprint("a", r.IntN(2))
		} else if r.IntN(4) == 0 {
			place.SealedTo = path()[:9]
		}
		a := Actions[r.IntN(len(Actions))]
		_, err := Decide(by, a, Places{place})
		s, perr := Predicate(by, a)
		listed := perr == nil && s.Covers(place)
		if anyone := May(by, a) && s.all; anyone && place.SealedTo != "" {
			continue // an act that asks for no area lists no places
		}
		if (err == nil) != listed {
			t.Fatalf("%s over %v, %s, %+v: decided %v, listed %v", by.Kind, by.Paths, a, place, err, listed)
		}
	}
}

func TestWhere(t *testing.T) {
	s, err := Predicate(actor.Actor{Account: "a1", Kind: actor.GridWorker, Paths: []string{"610929100001007"}}, HouseholdRead)
	if err != nil {
		t.Fatal(err)
	}
	sql, args := s.WhereOn(Living, "s.path", "s.sealed_to")
	if want := "((s.path >= ? and s.path < ?)) and (s.sealed_to = '')"; sql != want {
		t.Errorf("WhereOn = %q, want %q", sql, want)
	}
	if fmt.Sprint(args) != "[610929100001007 610929100001008]" {
		t.Errorf("args = %v", args)
	}
	if _, err := Predicate(actor.Actor{Kind: actor.AuditAdmin, Paths: []string{"610929"}}, HouseholdRead); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an administrator lists households: %v", err)
	}
}

func BenchmarkDecide(b *testing.B) {
	by := actor.Actor{Kind: actor.GridWorker, Paths: []string{"610929100001007"}}
	var o Object = Places{{Relation: Registered, Path: "610929101001007"}, {Relation: Living, Path: "610929100001007"}}
	for b.Loop() {
		Decide(by, HouseholdRead, o)
	}
}

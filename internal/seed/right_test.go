package seed

import (
	"cmp"
	"slices"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/entitlement"
	"anju/internal/seal"
)

// rightsAddUp: every fault that is planted in the lists of rights is found, and
// nothing else; every kind of fault is among them.
func rightsAddUp(t *testing.T, d *db.DB, made *Made) {
	s := &entitlement.Service{DB: d, Keys: seal.FromSeed(7)}
	if _, err := s.Sweep(t.Context(), actor.ForSystem("rights")); err != nil {
		t.Fatal(err)
	}
	var got []Fault
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		tasks, err := db.All[entitlement.Task](tx, `select `+db.Columns[entitlement.Task]("")+` from right_finding where gone_at = 0`)
		for _, k := range tasks {
			got = append(got, Fault{k.HouseholdID, k.Kind, k.Fault})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(made.Faults)
	for _, all := range [][]Fault{got, want} {
		slices.SortFunc(all, func(a, b Fault) int {
			return cmp.Or(cmp.Compare(a.Household, b.Household), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Fault, b.Fault))
		})
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %d, planted %d:\n%v\n%v", len(got), len(want), got, want)
	}
	for _, f := range []entitlement.Fault{entitlement.Gap, entitlement.DoubleClaim, entitlement.DoubleDrawn, entitlement.TwoMembers} {
		if !slices.ContainsFunc(got, func(k Fault) bool { return k.Fault == f }) {
			t.Errorf("nothing planted is a %s", f)
		}
	}
}

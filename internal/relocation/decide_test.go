package relocation_test

import (
	"testing"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/relocation"
)

func TestCaseOf(t *testing.T) {
	for _, c := range []struct{ registered, living, want string }{
		{origin, origin + "000", relocation.SameVillage},
		{origin + "001", origin + "002", relocation.SameVillage},
		{origin, sameTown + "001", relocation.OtherVillage},
		{origin, far + "001", relocation.OtherTown},
		{origin, third, relocation.OtherTown},
		{origin, town, relocation.OtherVillage}, // a town without a village: not the same one
		{origin, "440300", relocation.OutOfCounty},
		{origin, "610902", relocation.OutOfCounty}, // next county, same city
		{origin, "", relocation.OutOfCounty},
	} {
		if got := relocation.CaseOf(c.registered, c.living); got != c.want {
			t.Errorf("from %s to %q: got %s, want %s", c.registered, c.living, got, c.want)
		}
	}
}

// TestDecide is the default decision table, cell by cell.
func TestDecide(t *testing.T) {
	rules, err := relocation.DefaultRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		moveCase string
		on       calendar.Date
		want     string
	}{
		{relocation.SameVillage, "2026-03-04", relocation.AddressChange},
		{relocation.OtherVillage, "2026-03-04", relocation.Booklet},
		{relocation.OtherTown, "2026-03-04", relocation.Booklet},
		{relocation.OutOfCounty, "2026-03-04", relocation.NoTrack},
		{relocation.RegistrationMoved, "2026-03-04", relocation.CancelBooklet},
		{relocation.Holder, "2026-03-04", relocation.Everyone},
		{relocation.OtherTown, "2021-04-08", ""}, // the day before the county's rule
		{"made_up", "2026-03-04", ""},
	} {
		got, err := relocation.Decide(rules, c.moveCase, c.on)
		if c.want == "" {
			if fault.KeyOf(err) != "relocation.no_rule" {
				t.Errorf("%s on %s: %v", c.moveCase, c.on, err)
			}
			continue
		}
		if err != nil || got.Track != c.want || got.Text == "" || got.Basis == "" {
			t.Errorf("%s on %s: got %+v, %v, want %s", c.moveCase, c.on, got, err, c.want)
		}
	}
}

// TestDecideByDate: a changed table decides from its day on, and only then.
func TestDecideByDate(t *testing.T) {
	rules := []relocation.Rule{
		{ID: "old", Case: relocation.OutOfCounty, Track: relocation.Booklet, Text: "旧", Enabled: 0, ValidFrom: "2021-01-01", ValidTo: "2026-01-01"},
		{ID: "new", Case: relocation.OutOfCounty, Track: relocation.Booklet, Text: "新", Enabled: 1, ValidFrom: "2026-01-01", ValidTo: calendar.Forever},
	}
	for on, want := range map[calendar.Date][2]string{
		"2025-12-31": {"旧", relocation.NoTrack}, // switched off: no track, and the text says so
		"2026-01-01": {"新", relocation.Booklet},
	} {
		r, err := relocation.Decide(rules, relocation.OutOfCounty, on)
		if got := [2]string{r.Text, r.Track}; err != nil || got != want {
			t.Errorf("on %s: got %v, %v, want %v", on, got, err, want)
		}
	}
}

package app

import (
	"os"
	"path/filepath"
	"testing"

	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
)

// A county is made of its own places or not at all, and opened as itself.
func TestCountyIsItself(t *testing.T) {
	other := place(t, "", "--county", "110101")
	if _, err := Init(t.Context(), other); fault.KeyOf(err) != "app.county_unknown" {
		t.Errorf("a county of another's places: %v", err)
	}
	if _, _, err := MakeDemo(t.Context(), other, func(int, int, string) {}); fault.KeyOf(err) != "app.county_unknown" {
		t.Errorf("a demonstration of another's places: %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(other.Data)); err != nil || len(left) != 0 {
		t.Errorf("refused, and left %v, %v", left, err)
	}
	eachEngine(t, func(t *testing.T, url func() string) {
		c := given(t, url())
		c.County = "110101"
		if _, err := Open(t.Context(), c); fault.KeyOf(err) != "app.other_county" {
			t.Errorf("opened as another: %v", err)
		}
	})
}

// A demonstration county that was cut short after its people were in it, before
// their offices had worked a while, is not taken for a whole one.
func TestDemoCutShortIsNotWhole(t *testing.T) {
	whole := place(t, "", "--scale", "0.002")
	for range 2 {
		a, _, err := MakeDemo(t.Context(), whole, func(int, int, string) {})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	dbtest.Given(t, open(t, whole).DB, func(tx *db.Tx) error { return db.SetSetting(tx, demoSetting, begun) })
	if _, _, err := MakeDemo(t.Context(), whole, func(int, int, string) {}); fault.KeyOf(err) != "app.demo_half" {
		t.Errorf("people without what their offices did: %v", err)
	}
}

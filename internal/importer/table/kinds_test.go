package table

import (
	"slices"
	"testing"
)

// TestKindsOfBadFiles: each kind of bad file is refused by its own name, none is
// there twice, and those that offices have met are among them.
func TestKindsOfBadFiles(t *testing.T) {
	var names []string
	for _, e := range evils {
		if slices.Contains(names, e.name) {
			t.Errorf("%s is tested twice", e.name)
		}
		names = append(names, e.name)
	}
	if len(names) < 40 {
		t.Errorf("%d kinds of bad files are tested by name, want 40", len(names))
	}
	for _, name := range []string{"nothing", "encrypted workbook", "old Excel", "Word", "PDF", "ratio", "header lies about a size", "macro", "link to a workbook", "all sheets hidden", "path upwards", "truncated", "CSV neither UTF-8 nor GB18030", "CSV with NUL", "web page named xls"} {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not among the bad files", name)
		}
	}
}

package adjust

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// others are columns that look like places and are not rewritten: the divisions
// and their acts themselves, which keep the codes of their day.
var others = []string{"import_next.path" /* became import */, "booklet_next.path", "booklet_next.origin_path" /* became booklet */, "matter_next.path" /* became matter */, "matter_category.code" /* a category */, "division.code", "division_group.village", "division_act.code", "household.village", "address.village", "grid_part.village", "founding.code", "founding_part.village" /* as they were asked */, "work_grid.code", "work_contact.work_grid" /* no place of the county */}

var (
	tableForm  = regexp.MustCompile(`(?s)create table (?:if not exists )?(\w+) \((.*?)\n\)`)
	columnForm = regexp.MustCompile(`(?m)^\s+(\w+) text`)
	placeForm  = regexp.MustCompile(`^(.*_)?(path|village|grid|code|division)$`)
)

// TestEveryPathIsRewritten: a column that holds a place, in whatever migration
// it was made, is rewritten when places change their codes.
func TestEveryPathIsRewritten(t *testing.T) {
	files, err := filepath.Glob("../db/schema/county/*.sql")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d migrations, %v", len(files), err)
	}
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tableForm.FindAllStringSubmatch(string(text), -1) {
			for _, col := range columnForm.FindAllStringSubmatch(table[2], -1) {
				if !placeForm.MatchString(col[1]) {
					continue
				}
				found++
				if !slices.Contains(columns, column{table[1], col[1]}) && !slices.Contains(others, table[1]+"."+col[1]) {
					t.Errorf("%s: %s.%s holds a place, and no act rewrites it", filepath.Base(file), table[1], col[1])
				}
			}
		}
	}
	if found < len(columns) {
		t.Errorf("found only %d columns", found)
	}
	for _, table := range grouped {
		if !slices.ContainsFunc(others, func(o string) bool { return strings.HasPrefix(o, table+".") }) {
			t.Errorf("%s is not rewritten by group", table)
		}
	}
}

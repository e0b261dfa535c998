package matter

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"anju/internal/deadline"
)

// categoriesFile is the table of the categories of matter, in the order of the
// phone's form, each with the natural days that a level has and the rule that
// says so. It may shorten the seven days, never lengthen them.
//
//go:embed categories.csv
var categoriesFile string

// Categories of matter, in the order of the phone's form, and the time a level
// has for each.
var Categories, limits = mustCategories(strings.NewReader(categoriesFile))

func mustCategories(r io.Reader) ([]string, map[string]time.Duration) {
	names, limits, err := readCategories(r)
	if err != nil {
		panic(err)
	}
	return names, limits
}

// readCategories reads the columns category, days and basis.
func readCategories(r io.Reader) (names []string, limits map[string]time.Duration, err error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, nil, fmt.Errorf("read categories: %w", err)
	}
	limits = map[string]time.Duration{}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		days, err := strconv.Atoi(row[1])
		limit := time.Duration(days) * 24 * time.Hour
		switch {
		case err != nil || days < 1 || limit > deadline.Limit:
			return nil, nil, fmt.Errorf("read categories, line %d: %q days, want 1 to 7", i+1, row[1])
		case row[0] == "" || row[2] == "" || limits[row[0]] != 0:
			return nil, nil, fmt.Errorf("read categories, line %d: %q twice, or without a name or a basis", i+1, row[0])
		}
		names, limits[row[0]] = append(names, row[0]), limit
	}
	return names, limits, nil
}

package relocation

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
)

//go:embed rules.csv
var defaultRules string

// InstallRules writes the default decision table into an empty county.
func InstallRules(tx *db.Tx) error {
	all, err := DefaultRules()
	if err != nil {
		return err
	}
	for _, r := range all {
		if err := db.Insert(tx, "track_rule", r); err != nil {
			return err
		}
	}
	return nil
}

// rulesOn lists the decision table as it was on a day.
func rulesOn(tx *db.Tx, on calendar.Date) ([]Rule, error) {
	return db.All[Rule](tx, `select `+db.Columns[Rule]("")+` from track_rule where valid_from <= $1 and valid_to > $1 order by move_case, valid_from`, on)
}

// caseOf says which case a move is, from where the household is registered and
// where it lives from now on.
func caseOf(county, registered, living string) string {
	switch {
	case !strings.HasPrefix(living, county):
		return OutOfCounty
	case registered[:min(12, len(registered))] == living[:min(12, len(living))]:
		return SameVillage
	case registered[:min(9, len(registered))] == living[:min(9, len(living))]:
		return OtherVillage
	default:
		return OtherTown
	}
}

// decide finds the rule for a case in the table of the day.
func decide(rules []Rule, moveCase string) (Rule, error) {
	for _, r := range rules {
		if r.Case == moveCase {
			if r.Enabled == 0 {
				r.Track = NoTrack
			}
			return r, nil
		}
	}
	return Rule{}, fault.New(fault.Conflict, "relocation.no_rule")
}

// DefaultRules is the decision table a county starts with.
func DefaultRules() ([]Rule, error) {
	rows, err := csv.NewReader(strings.NewReader(defaultRules)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read default track rules: %w", err)
	}
	var all []Rule
	for _, r := range rows[1:] {
		rule := Rule{ID: "default-" + r[0], Case: r[0], Track: r[1], Text: r[3], Basis: r[4], ValidFrom: "2021-04-09", ValidTo: calendar.Forever}
		if r[2] == "1" {
			rule.Enabled = 1
		}
		all = append(all, rule)
	}
	return all, nil
}

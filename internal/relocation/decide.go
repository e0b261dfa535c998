package relocation

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
)

//go:embed rules.csv
var defaultRules string

// rulesFrom is the day of the county's own rule (白政办发〔2021〕25号).
const rulesFrom = calendar.Date("2021-04-09")

// DefaultRules is the decision table a county starts with.
func DefaultRules() ([]Rule, error) {
	rows, err := csv.NewReader(strings.NewReader(defaultRules)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read default track rules: %w", err)
	}
	var all []Rule
	for _, r := range rows[1:] {
		rule := Rule{ID: "default-" + r[0], Case: r[0], Track: r[1], Text: r[3], Basis: r[4], ValidFrom: rulesFrom, ValidTo: calendar.Forever}
		if r[2] == "1" {
			rule.Enabled = 1
		}
		all = append(all, rule)
	}
	return all, nil
}

// InstallRules writes the default decision table into an empty county. The
// caller records it.
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

// CaseOf says which case a move is, from where people are registered and where
// they live from now on: paths of 12 digits or more, or the code of a place
// outside the county.
func CaseOf(registered, living string) string {
	switch {
	case !within(registered, living, 6):
		return OutOfCounty
	case within(registered, living, 12):
		return SameVillage
	case within(registered, living, 9):
		return OtherVillage
	default:
		return OtherTown
	}
}

// within reports whether two paths share their first n digits.
func within(a, b string, n int) bool { return len(a) >= n && len(b) >= n && a[:n] == b[:n] }

// DecideFor is Decide for a household of a programme: a case that leads to a
// booklet does so only for those who may hold one, and says why not.
func DecideFor(rules []Rule, moveCase, programme string, on calendar.Date) (Rule, error) {
	r, err := Decide(rules, moveCase, on)
	if err != nil || r.Track != Booklet || programme == "" || slices.Contains(benefits, programme) {
		return r, err
	}
	holder, err := Decide(rules, Holder, on)
	if fault.KindOf(err) == fault.Conflict || err == nil && holder.Track != Beneficiaries {
		return r, nil // nobody is left out
	}
	if err != nil {
		return r, err
	}
	r.ID, r.Track, r.Text, r.Basis = holder.ID, NoTrack, r.Text+holder.Text, holder.Basis
	return r, nil
}

// Decide finds the rule of a case in the decision table as it stood on a day.
// A rule that is switched off leads to no track, and still says why. A case
// without a rule is a Conflict: a person must add one.
func Decide(rules []Rule, moveCase string, on calendar.Date) (Rule, error) {
	for _, r := range rules {
		if r.Case != moveCase || on < r.ValidFrom || on >= r.ValidTo {
			continue
		}
		if r.Enabled == 0 {
			r.Track = NoTrack
		}
		return r, nil
	}
	return Rule{}, fault.New(fault.Conflict, "relocation.no_rule")
}

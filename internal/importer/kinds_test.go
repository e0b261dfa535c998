package importer

import (
	"testing"

	"anju/internal/i18n"
)

// wanted is how many kinds of bad rows and files have a test by name, at least.
const wanted = 60

// TestKindsOfBadRows: every kind of bad row has a test by its own name, none
// twice, and says something that no other says.
func TestKindsOfBadRows(t *testing.T) {
	kinds := map[string]bool{}
	for _, c := range faultCases() {
		if kinds[c.code] {
			t.Errorf("%s is tested twice", c.code)
		}
		kinds[c.code] = true
	}
	for kind, cases := range listCases() {
		if len(cases) < 10 {
			t.Errorf("%s has only %d kinds of bad rows", kind, len(cases))
		}
		for code := range cases {
			kinds[code] = true
		}
	}
	if len(kinds) < wanted {
		t.Errorf("%d kinds of bad rows are tested by name, want %d", len(kinds), wanted)
	}
	said := map[string]string{}
	for code := range kinds {
		text := i18n.T("importer.row." + code) //i18n:dynamic importer.row.
		if other := said[text]; other != "" {
			t.Errorf("%s and %s say the same: %s", code, other, text)
		}
		said[text] = code
	}
	t.Logf("%d kinds of bad rows", len(kinds))
}

// TestKindsNamedByTheOffices: what offices have met, by the name they give it,
// and the code that answers it.
func TestKindsNamedByTheOffices(t *testing.T) {
	kinds := map[string]string{
		"wrong check digit": "id_check", "30 February": "birth_form", "30 February in the number": "id_date", "number of a day to come": "id_future", "number as a figure": "id_number", "number rounded by Excel": "id_rounded",
		"number masked": "id_masked", "15 digits of nobody's century": "id_century", "17 digits": "id_length", "a letter in the number": "id_charset", "no number and no reason": "id_none_reason",
		"birth date differs from the number": "id_birth_differs", "sex differs from the number": "id_sex_differs",
		"duplicate in the file": "person_twice", "in two households of the file": "person_two_households", "duplicate with the register": "person_other_household", "another name than in the register": "person_other_name", "alike without a number": "person_alike",
		"head missing": "head_missing", "two heads": "head_twice", "a child as head": "head_minor", "two wives": "spouse_twice", "husbands married": "spouse_sex",
		"son older than the head": "child_older", "mother of twelve": "child_gap", "father younger than the head": "parent_younger", "daughter who is a man": "relation_sex", "a child that is married": "marital_minor",
		"address missing": "address_missing", "address unknown, the village alone": "address_short", "village unknown": "division_unknown", "village closed": "division_closed", "village of another county": "division_outside", "town where a village is wanted": "division_form",
		"formula": "cell_formula", "error of a formula": "cell_error", "a cell that does not end": "cell_long", "two header rows": "row_header_again", "a row of totals": "row_total", "column of nobody": "column_unknown", "column that is not collected": "column_dropped",
		"year of two digits": "birth_short_year", "month without a day": "birth_incomplete", "day of the moon": "birth_lunar", "born tomorrow": "birth_future", "older than anybody": "birth_old", "name with a note": "name_note", "name masked": "name_masked", "a character of no font": "name_private_use", "name unreadable": "name_unreadable",
		"phone too short": "phone_form", "phone masked": "phone_masked", "nation unknown": "ethnicity_unknown", "relation unknown": "relation_unknown", "sex unknown": "sex_unknown", "education unknown": "education_unknown",
		"unit with a wrong check": "unit_code_check", "coordinates turned round": "coordinates_far", "contract that has ended": "contract_over", "moved tomorrow": "move_future", "moved by no programme": "programme_unknown", "right that is none": "owed_unknown",
	}
	if len(kinds) < wanted {
		t.Errorf("%d kinds have a name, want %d", len(kinds), wanted)
	}
	tested, named := map[string]bool{"cell_error": true, "person_other_name": true, "person_other_household": true}, map[string]string{} // those in TestEveryFault itself
	for _, c := range faultCases() {
		tested[c.code] = true
	}
	for _, cases := range listCases() {
		for code := range cases {
			tested[code] = true
		}
	}
	for name, code := range kinds {
		if !tested[code] {
			t.Errorf("%s: %s has no test", name, code)
		}
		if other := named[code]; other != "" {
			t.Errorf("%s is named twice: %s, %s", code, name, other)
		}
		named[code] = name
	}
}

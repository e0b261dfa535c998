package importer

import (
	"cmp"
	"maps"
	"slices"

	"anju/internal/i18n"
)

// A Severity says whether a row can be taken in as it stands.
type Severity string

const (
	Error   Severity = "error"   // the row is held back until it is mended
	Warning Severity = "warning" // the row is taken in; somebody should look
)

// A Fault is one thing wrong with one row. It carries no personal data: rows
// are named by their number.
type Fault struct {
	Row      int    // as in the file; 0 for the file as a whole
	Column   string // name of the column, "" for the whole row
	Code     string // one of Codes
	Severity Severity
	Args     []any // name, value pairs for the catalogue text
}

//i18n:dynamic importer.row.

// Message is what is wrong and how to mend it, in Chinese.
func (f Fault) Message() string { return i18n.T("importer.row."+f.Code, f.Args...) }

// sortFaults orders by row, errors before warnings.
func sortFaults(faults []Fault) {
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Severity, b.Severity))
	})
}

// bad reports whether any of the faults holds its row back.
func bad(faults []Fault) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool { return f.Severity == Error })
}

// severities is every code of a row's fault and how grave it is.
var severities = map[string]Severity{
	// any cell
	"cell_formula": Error, "cell_error": Error, "cell_long": Error, "cell_rounded": Error, "cell_unreadable": Error,
	// columns and rows of the file
	"column_dropped": Warning, "column_unknown": Warning, "row_header_again": Warning, "row_total": Warning,
	// 户号
	"household_missing": Error, "household_form": Error,
	// 姓名
	"name_missing": Error, "name_masked": Error, "name_note": Error, "name_unreadable": Error,
	"name_form": Error, "name_short": Warning, "name_private_use": Warning,
	// 与户主关系
	"relation_missing": Error, "relation_unknown": Error, "relation_self": Warning,
	// 性别 民族
	"sex_missing": Error, "sex_unknown": Error, "sex_undetermined": Warning,
	"ethnicity_missing": Error, "ethnicity_unknown": Error,
	// 出生日期 登记日期
	"birth_missing": Error, "birth_form": Error, "birth_incomplete": Error, "birth_short_year": Error,
	"birth_lunar": Error, "birth_future": Error, "birth_old": Warning,
	"registered_form": Error, "registered_future": Error, "registered_before_birth": Warning,
	// 公民身份号码
	"id_missing": Error, "id_number": Error, "id_rounded": Error, "id_masked": Error, "id_length": Error,
	"id_charset": Error, "id_date": Error, "id_future": Error, "id_check": Error, "id_century": Error,
	"id_none_reason": Error, "id_none": Warning, "id_upgraded": Warning, "id_prefix": Warning,
	"id_birth_differs": Warning, "id_sex_differs": Warning,
	// 户籍地址 户籍地区划代码
	"address_missing": Error, "address_short": Error,
	"division_missing": Error, "division_form": Error, "division_level": Error,
	"division_unknown": Error, "division_closed": Error, "division_outside": Error,
	// the optional ones
	"phone_form": Warning, "phone_masked": Warning, "education_unknown": Error, "marital_unknown": Error,
	"marital_minor": Warning, "kind_unknown": Error, "former_same": Warning,
	// the household
	"head_missing": Error, "head_twice": Error, "head_held": Error, "head_minor": Warning, "head_only_minor": Warning,
	"person_twice": Error, "person_two_households": Error, "person_alike": Warning,
	"spouse_twice": Error, "spouse_sex": Warning, "spouse_young": Warning,
	"child_older": Error, "child_gap": Warning, "parent_younger": Error, "parent_gap": Warning,
	"grandchild_gap": Warning, "grandparent_gap": Warning, "relation_sex": Warning,
	"household_address": Warning, "household_division": Warning, "household_kind": Warning, "household_large": Warning,
	// what the register says
	"person_other_name": Error, "person_other_household": Warning, "person_died": Error, "person_left": Warning, "person_newer": Warning,
}

// listSeverities are the codes that rows of the other kinds have besides.
var listSeverities = map[string]Severity{
	"row_twice": Error, "row_overtaken": Warning, "person_unknown": Error, "division_area": Error,
	// 一标三实
	"use_missing": Error, "use_unknown": Error, "ownership_unknown": Error, "area_form": Error,
	"coordinates_form": Error, "coordinates_half": Error, "coordinates_far": Error, "crs_unknown": Error,
	"group_form":        Error,
	"unit_code_missing": Error, "unit_code_length": Error, "unit_code_charset": Error, "unit_code_check": Error, "unit_name_missing": Error,
	"unit_from_missing": Error, "unit_from_form": Error, "unit_to_form": Error, "unit_order": Error, "unit_future": Error, "unit_elsewhere": Error,
	"since_form": Error, "since_future": Error, "since_before_birth": Error, "since_overlaps": Error,
	// 搬迁名单
	"programme_missing": Error, "programme_unknown": Error, "move_date_missing": Error, "move_date_form": Error,
	"move_future": Error, "move_earlier": Error, "move_elsewhere": Error,
	"answer_unknown": Error, "move_not_head": Warning, "move_count": Warning,
	// 本地权益清单
	"owed_missing": Error, "owed_unknown": Error, "side_unknown": Error, "paper_missing": Error, "owed_from_missing": Error, "owed_from_form": Error,
	"owed_to_form": Error, "owed_order": Error, "owed_future": Error, "owed_amount": Error, "owed_not_here": Error,
	// 承包合同
	"right_missing": Error, "right_unknown": Error, "contract_missing": Error, "contract_form": Error,
	"mu_missing": Error, "mu_form": Error, "contract_from_missing": Error, "contract_from_form": Error,
	"contract_to_form": Error, "contract_order": Error, "contract_over": Warning, "contract_other_household": Error, "contract_village": Warning,
	// what another source says
	"fact_differs": Warning, "living_differs": Warning, "contract_differs": Warning, "unit_differs": Warning,
}

// Codes lists every code that the fault of a register's row can have, sorted.
func Codes() []string { return slices.Sorted(maps.Keys(severities)) }

// newFault makes a fault as grave as its code says.
func newFault(row int, column, code string, args ...any) Fault {
	severity, ok := severities[code]
	if !ok {
		severity = listSeverities[code]
	}
	return Fault{Row: row, Column: column, Code: code, Severity: severity, Args: args}
}

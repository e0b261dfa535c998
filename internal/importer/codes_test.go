package importer

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/importer/table"
)

// found is what a case expects: row and code.
type found struct {
	row  int
	code string
}

// A fault case is a file with one thing wrong, named by the code it must have.
type faultCase struct {
	code   string
	people []cells
	also   []found // further faults that follow from it
	row    int     // where the fault stands; 2 if not said
	extra  []string
}

func one(column string, value any) []cells {
	return []cells{head().with(column, value), wife(), son()}
}

// sonWith changes the third row of the family.
func sonWith(column string, value any) []cells {
	return []cells{head(), wife(), son().with(column, value)}
}

func add(p ...cells) []cells { return append(family(), p...) }

func faultCases() []faultCase {
	return []faultCase{
		{code: "cell_formula", people: sonWith(ColEmployer, formula("1+1")), row: 4},
		{code: "cell_long", people: sonWith(ColEmployer, strings.Repeat("长", 201)), row: 4},
		{code: "cell_unreadable", people: sonWith(ColEmployer, "白河县\ufffd关镇"), row: 4},
		{code: "cell_rounded", people: sonWith(ColHousehold, "6.1E+11"), row: 4},
		{code: "column_dropped", people: family(), row: 1, extra: []string{"血型"}},
		{code: "column_unknown", people: family(), row: 1, extra: []string{"备用"}},
		{code: "row_header_again", people: add(headerRow()), row: 5},
		{code: "row_total", people: add(cells{ColHousehold: "合计：3人"}), row: 5},
		{code: "household_missing", people: sonWith(ColHousehold, ""), row: 4},
		{code: "household_form", people: sonWith(ColHousehold, "东坡三组#1"), row: 4},
		{code: "name_missing", people: sonWith(ColName, " "), row: 4},
		{code: "name_masked", people: sonWith(ColName, "黄*川"), row: 4},
		{code: "name_note", people: sonWith(ColName, "黄小川（在外）"), row: 4},
		{code: "name_unreadable", people: sonWith(ColName, "黄?川"), row: 4},
		{code: "name_form", people: sonWith(ColName, "黄小川2"), row: 4},
		{code: "name_short", people: sonWith(ColName, "黄"), row: 4},
		{code: "name_private_use", people: sonWith(ColName, "黄\ue123川"), row: 4},
		{code: "relation_missing", people: sonWith(ColRelation, nil), row: 4},
		{code: "relation_unknown", people: sonWith(ColRelation, "老三"), row: 4},
		{code: "relation_self", people: one(ColRelation, "本人")},
		{code: "sex_missing", people: sonWith(ColSex, nil), row: 4},
		{code: "sex_unknown", people: sonWith(ColSex, "M"), row: 4},
		{code: "sex_undetermined", people: sonWith(ColSex, "未说明"), row: 4},
		{code: "ethnicity_missing", people: sonWith(ColEthnicity, nil), row: 4},
		{code: "ethnicity_unknown", people: sonWith(ColEthnicity, "汗族"), row: 4},
		{code: "birth_missing", people: sonWith(ColBirth, nil), row: 4},
		{code: "birth_form", people: sonWith(ColBirth, "1998-02-30"), row: 4},
		{code: "birth_incomplete", people: sonWith(ColBirth, "1998年1月"), row: 4},
		{code: "birth_short_year", people: sonWith(ColBirth, "98-1-2"), row: 4},
		{code: "birth_lunar", people: sonWith(ColBirth, "1998年腊月初五"), row: 4},
		{code: "birth_future", people: sonWith(ColBirth, "2098-01-02"), row: 4},
		{code: "birth_old", people: add(member("黄祖德", "祖父", "男", "1905-03-04")), row: 5},
		{code: "registered_form", people: sonWith(ColRegistered, "去年"), row: 4},
		{code: "registered_future", people: sonWith(ColRegistered, "2030-01-01"), row: 4},
		{code: "registered_before_birth", people: sonWith(ColRegistered, "1990-01-01"), row: 4},
		{code: "id_missing", people: sonWith(ColID, nil), row: 4},
		{code: "id_number", people: sonWith(ColID, 610929199801029970), row: 4},
		{code: "id_rounded", people: sonWith(ColID, "6.10929E+17"), row: 4},
		{code: "id_masked", people: sonWith(ColID, "6109*************X"), row: 4},
		{code: "id_length", people: sonWith(ColID, "61092919980102997"), row: 4},
		{code: "id_charset", people: sonWith(ColID, "61092919980102A977"), row: 4},
		{code: "id_date", people: sonWith(ColID, "610929199802309974"), row: 4},
		{code: "id_future", people: sonWith(ColID, number("2098-01-02", 997)), row: 4},
		{code: "id_check", people: sonWith(ColID, spoiled(number("1998-01-02", 997))), row: 4},
		{code: "id_century", people: sonWith(ColID, "610929980102997"), row: 4},
		{code: "id_none_reason", people: sonWith(ColID, "无"), row: 4},
		{code: "id_none", people: sonWith(ColID, "无证件：新生儿未申报"), row: 4},
		{code: "id_upgraded", people: sonWith(ColID, "610929980102995"), row: 4},
		{code: "id_prefix", people: sonWith(ColID, otherPrefix("99")), row: 4},
		{code: "id_birth_differs", people: sonWith(ColBirth, "1998-01-03"), row: 4},
		{code: "id_sex_differs", people: sonWith(ColID, number("1998-01-02", 998)), row: 4},
		{code: "address_missing", people: sonWith(ColAddress, nil), row: 4},
		{code: "address_short", people: sonWith(ColAddress, "东坡"), row: 4},
		{code: "division_missing", people: sonWith(ColDivision, nil), row: 4},
		{code: "division_form", people: sonWith(ColDivision, "61092910220"), row: 4},
		{code: "division_level", people: sonWith(ColDivision, "610929"), row: 4},
		{code: "division_unknown", people: sonWith(ColDivision, "610929102888"), row: 4},
		{code: "division_closed", people: sonWith(ColDivision, "610929102299"), row: 4},
		{code: "division_outside", people: sonWith(ColDivision, "610921100001"), row: 4},
		{code: "phone_form", people: sonWith(ColPhone, "12345"), row: 4},
		{code: "phone_masked", people: sonWith(ColPhone, "138****1234"), row: 4},
		{code: "education_unknown", people: sonWith(ColEducation, "识字"), row: 4},
		{code: "marital_unknown", people: sonWith(ColMarital, "光棍"), row: 4},
		{code: "marital_minor", people: add(member("黄小满", "次子", "男", "2015-02-03").with(ColMarital, "已婚")), row: 5},
		{code: "kind_unknown", people: sonWith(ColKind, "大户"), row: 4},
		{code: "former_same", people: sonWith(ColFormerName, "黄小川"), row: 4},
		{code: "head_missing", people: []cells{wife()}},
		{code: "head_twice", people: []cells{head(), son().with(ColRelation, "户主")}, row: 3, also: []found{{2, "head_held"}}},
		{code: "head_held", people: []cells{head().with(ColName, ""), son()}, row: 3, also: []found{{2, "name_missing"}}},
		{code: "head_minor", people: []cells{
			member("黄小满", "户主", "男", "2015-02-03"), member("黄大山", "父亲", "男", "1970-05-06")}},
		{code: "head_only_minor", people: []cells{member("黄小满", "户主", "男", "2015-02-03")}},
		{code: "person_twice", people: add(son().with(ColRelation, "次子")), row: 5},
		{code: "person_two_households", people: add(son().with(ColHousehold, "610929000002").with(ColRelation, "户主")), row: 5},
		{code: "person_alike", people: add(son().with(ColID, number("1998-01-02", 999)).with(ColRelation, "次子")), row: 5},
		{code: "spouse_twice", people: add(member("吴桂英", "妻", "女", "1975-02-03")), row: 5},
		{code: "spouse_sex", people: []cells{head(), member("柯大海", "配偶", "男", "1972-08-09")}, row: 3},
		{code: "spouse_young", people: []cells{head(), member("柯秀兰", "妻", "女", "2012-08-09")}, row: 3},
		{code: "child_older", people: add(member("黄小满", "次子", "男", "1960-02-03")), row: 5},
		{code: "child_gap", people: add(member("黄小满", "次子", "男", "1980-02-03")), row: 5},
		{code: "parent_younger", people: add(member("黄老汉", "父亲", "男", "1980-02-03")), row: 5},
		{code: "parent_gap", people: add(member("黄老汉", "父亲", "男", "1960-02-03")), row: 5},
		{code: "grandchild_gap", people: add(member("黄小满", "孙子", "男", "1995-02-03")), row: 5},
		{code: "grandparent_gap", people: add(member("黄祖德", "祖父", "男", "1950-02-03")), row: 5},
		{code: "relation_sex", people: sonWith(ColRelation, "长女"), row: 4},
		{code: "household_address", people: sonWith(ColAddress, "陕西省白河县构朳镇东坡村四组1号"), row: 4},
		{code: "household_division", people: sonWith(ColDivision, "610929102203"), row: 4},
		{code: "household_kind", people: []cells{head().with(ColKind, "家庭户"), wife().with(ColKind, "集体户")}, row: 3},
		{code: "household_large", people: manyChildren()},
	}
}

func headerRow() cells {
	p := cells{}
	for _, c := range allColumns {
		p[c] = c
	}
	return p
}

func spoiled(id string) string {
	last := byte('1')
	if id[17] == '1' {
		last = '2'
	}
	return id[:17] + string(last)
}

func otherPrefix(province string) string {
	first := province + number("1998-01-02", 997)[2:17]
	return first + string(ident.CheckDigit(first))
}

func manyChildren() []cells {
	people := []cells{head()}
	for i := range large {
		day := time.Date(1995, 1, 1+i, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
		people = append(people, member("黄子"+string(rune('甲'+i)), "其他儿子", "男", day))
	}
	return people
}

func TestEveryFault(t *testing.T) {
	tested := []string{"cell_error", "person_other_name", "person_other_household", "person_died", "person_left", "person_newer"} // below
	for _, c := range faultCases() {
		tested = append(tested, c.code)
		t.Run(c.code, func(t *testing.T) {
			want := append([]found{{max(c.row, 2), c.code}}, c.also...)
			if c.row == 1 {
				want[0].row = 1
			}
			checkFound(t, read(t, workbook(t, c.people, c.extra...), givenCounty()), want)
		})
	}
	t.Run("cell_error", func(t *testing.T) {
		h := headerOf(t)
		_, faults := ParseRow(h, rowOf(h, son(), ColEmployer, table.Cell{Text: "#N/A", Kind: table.Error}), today)
		if len(faults) != 1 || faults[0].Code != "cell_error" {
			t.Errorf("got %v, want cell_error", faults)
		}
	})
	for code, change := range map[string]func(*RegisterRow){
		"person_other_name":      func(r *RegisterRow) { r.Name = "黄大川" },
		"person_other_household": func(r *RegisterRow) { r.HouseholdNo = "610929000009" },
		"person_died":            func(r *RegisterRow) { r.HouseholdNo, r.Gone.Died = "", true },
		"person_left":            func(r *RegisterRow) { r.HouseholdNo, r.Gone.Left = "", "2025-01-01" },
		"person_newer":           func(r *RegisterRow) { r.HouseholdNo, r.Gone.Left = "", today.AddDays(1) },
	} {
		t.Run(code, func(t *testing.T) {
			reg := givenCounty()
			known := read(t, workbook(t, family()), reg).Households[0].Rows[2]
			change(&known)
			reg.people[known.ID.Plain()] = known
			checkFound(t, read(t, workbook(t, family()), reg), []found{{4, code}})
		})
	}
	if d := cmp.Diff(Codes(), slices.Sorted(slices.Values(tested))); d != "" {
		t.Errorf("codes without a test or tests without a code (-codes +tests):\n%s", d)
	}
}

// checkFound compares the faults of a reading, and that each speaks.
func checkFound(t *testing.T, r *Reading, want []found) {
	t.Helper()
	var got []found
	for _, f := range r.Report.Faults {
		got = append(got, found{f.Row, f.Code})
		if f.Severity != severities[f.Code] {
			t.Errorf("%s is %s", f.Code, f.Severity)
		}
		if m := f.Message(); strings.ContainsAny(m, "{}⟦") || !strings.ContainsAny(m, "请没已填改") {
			t.Errorf("%s says %q: unfilled, or without a way on", f.Code, m)
		}
	}
	order := func(a, b found) int {
		if a.row != b.row {
			return a.row - b.row
		}
		return strings.Compare(a.code, b.code)
	}
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if d := cmp.Diff(want, got, cmp.AllowUnexported(found{})); d != "" {
		t.Errorf("faults (-want +got):\n%s", d)
	}
	held := make(map[int]bool)
	for _, f := range r.Report.Faults {
		held[f.Row] = held[f.Row] || f.Severity == Error
	}
	for _, h := range r.Households {
		for _, p := range h.Rows {
			if held[p.Row] {
				t.Errorf("row %d has an error and would be taken in", p.Row)
			}
		}
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	for _, code := range Codes() {
		if !i18n.Has("importer.row." + code) {
			t.Errorf("importer.row.%s has no text", code)
		}
	}
	for _, key := range i18n.Keys() {
		if code, ok := strings.CutPrefix(key, "importer.row."); ok && severities[code] == "" && listSeverities[code] == "" {
			t.Errorf("%s belongs to no code", key)
		}
	}
}

// headerOf is the header of a file with all columns.
func headerOf(t testing.TB) *table.Header {
	t.Helper()
	text := []byte(strings.Join(allColumns, ","))
	tab, err := table.Open("x", bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	h, err := tab.FindHeader(RegisterColumns)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func rowOf(h *table.Header, p cells, column string, cell table.Cell) table.Row {
	r := table.Row{Number: 2, Cells: make([]table.Cell, len(allColumns))}
	for i, c := range allColumns {
		if s, ok := p[c].(string); ok {
			r.Cells[i] = table.Cell{Text: s, Kind: table.Text}
		}
	}
	if i := h.Index(column); i >= 0 {
		r.Cells[i] = cell
	}
	return r
}

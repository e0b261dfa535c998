package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"anju/internal/calendar"
	"anju/internal/ident"
	"anju/internal/importer"
	"anju/internal/importer/table"
)

// places is a register that knows the villages of the examples and nobody.
type places map[ident.DivisionCode]string

func (places) County() ident.DivisionCode { return county }

func (places) Area() string { return county }

func (p places) Division(c ident.DivisionCode, _ calendar.Date) (importer.Division, bool, error) {
	name, ok := p[c]
	return importer.Division{Name: name}, ok, nil
}

func (places) Ahead([]importer.RegisterRow) error { return nil }

func (places) Person(importer.RegisterRow) (importer.RegisterRow, bool, error) {
	return importer.RegisterRow{}, false, nil
}

func givenPlaces() places {
	p := places{}
	for _, v := range villages {
		p[ident.DivisionCode(v.code)] = v.name
	}
	return p
}

func open(t *testing.T, name string) *table.Table {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	tab, err := table.Open(name, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tab.Close() })
	return tab
}

func read(t *testing.T, name string) *importer.Reading {
	t.Helper()
	r, err := importer.ReadRegister(open(t, name), givenPlaces(), day)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFilesAreThoseOfThisProgram(t *testing.T) {
	dir := t.TempDir()
	if err := makeAll(dir); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadDir(dir)
	if err != nil || len(made) != 12 {
		t.Fatalf("made %d files, %v", len(made), err)
	}
	for _, f := range made {
		got, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("..", f.Name()))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("examples/%s is not what this program writes (%v): go run ./examples/make", f.Name(), err)
		}
	}
}

func TestGoodRegister(t *testing.T) {
	r := read(t, "register-good.xlsx")
	for _, f := range r.Report.Faults {
		t.Errorf("row %d: %s", f.Row, f.Code)
	}
	if n := r.Report; n.Households != 305 || n.Good < 900 || n.Good > 1100 || n.Good != n.Rows || n.New != n.Rows || len(n.Notes) != 0 {
		t.Errorf("%d households, %d of %d rows good, %d new, notes %v", n.Households, n.Good, n.Rows, n.New, n.Notes)
	}
	towns, houses := map[ident.DivisionCode]bool{}, map[string]string{}
	for _, h := range r.Households {
		head := h.Rows[0]
		towns[head.Division.At(ident.Town)] = true
		if other, ok := houses[head.Address]; ok {
			t.Errorf("households %s and %s at one address", other, h.Number)
		}
		houses[head.Address] = h.Number
		for _, p := range h.Rows {
			if p.ID.Division() != county || p.ID.Plain()[14:17] < "996" {
				t.Errorf("row %d: the number is not one of those nobody has", p.Row)
			}
			if p.Phone != "" && !strings.HasPrefix(p.Phone, "1540") {
				t.Errorf("row %d: a telephone somebody may have", p.Row)
			}
		}
	}
	if len(towns) != 2 {
		t.Errorf("towns %v, want two", towns)
	}
}

// cells reads a table of texts by column.
func cells(t *testing.T, name string, columns ...string) []map[string]string {
	t.Helper()
	tab := open(t, name)
	var want []table.Column
	for _, c := range columns {
		want = append(want, table.Column{Name: c, Required: true})
	}
	h, err := tab.FindHeader(want)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for {
		row, err := tab.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]string{}
		for _, c := range columns {
			m[c] = h.Cell(row, c).Text
		}
		all = append(all, m)
	}
}

func TestEveryGoodHouseholdLiesInOneGrid(t *testing.T) {
	grids := cells(t, "grids.xlsx", "网格代码", "名称", "村(社区)代码", "村民小组/楼栋", "范围说明")
	households := map[string]int{}
	for _, h := range read(t, "register-good.xlsx").Households {
		head, in := h.Rows[0], 0
		for _, g := range grids {
			for _, part := range strings.Split(g["村民小组/楼栋"], "、") {
				if g["村(社区)代码"] == string(head.Division) && strings.Contains(head.Address, part) {
					in++
					households[g["网格代码"]]++
				}
			}
		}
		if in != 1 {
			t.Errorf("household %s lies in %d grids", h.Number, in)
		}
	}
	for _, g := range grids {
		code := g["网格代码"]
		if n := households[code]; n < 50 || n > 100 || len(code) != 15 || code[:12] != g["村(社区)代码"] {
			t.Errorf("grid %s: %d households, want 50 to 100", code, n)
		}
	}
}

func TestEveryGridHasItsPeople(t *testing.T) {
	posts, logins := map[string]int{}, map[string]bool{}
	covered := map[string]bool{}
	for _, a := range cells(t, "accounts.xlsx", "姓名", "手机号", "账号", "岗位", "范围区划代码", "网格序号", "构成") {
		posts[a["岗位"]]++
		if logins[a["账号"]] || a["姓名"] == "" {
			t.Errorf("account %q twice, or without a name", a["账号"])
		}
		logins[a["账号"]] = true
		if _, err := ident.ParseDivisionCode(a["范围区划代码"]); err != nil {
			t.Errorf("%s: %v", a["账号"], err)
		}
		if phone, err := ident.ParsePhone(a["手机号"]); err != nil || phone != a["手机号"] {
			t.Errorf("%s: phone %q", a["账号"], a["手机号"])
		}
		if (a["岗位"] == "网格员") != (a["构成"] != "") {
			t.Errorf("%s is %s and made of %q", a["账号"], a["岗位"], a["构成"])
		}
		if a["岗位"] == "网格员" {
			covered[a["范围区划代码"]+a["网格序号"]] = true
		}
	}
	want := map[string]int{"网格员": 6, "网格长": 6, "网格片长": 5, "村（社区）工作人员": 5, "网格总长": 2, "户籍民警": 2, "派出所所长": 2,
		"镇综治中心": 2, "镇便民服务窗口": 2, "总网格长": 1, "县综治中心": 1, "县公安局户政": 1}
	if d := cmp.Diff(want, posts); d != "" {
		t.Errorf("posts (-want +got):\n%s", d)
	}
	for _, v := range villages {
		for _, g := range v.grids {
			if !covered[v.gridCode(g)] {
				t.Errorf("grid %s has no worker", g.name)
			}
		}
	}
}

func TestFaultyRegister(t *testing.T) {
	r := read(t, "register-faults.xlsx")
	got := map[int]string{}
	for _, f := range r.Report.Faults {
		if got[f.Row] != "" {
			got[f.Row] += " "
		}
		got[f.Row] += f.Code
	}
	want := map[int]string{1: "column_dropped column_unknown"}
	for i, row := range faultSheet() {
		code := row[len(row)-1].(string)
		switch {
		case i == 0:
		case code == expected: // the header once more
			want[i+1] = "row_header_again"
		case code != "":
			want[i+1] = code
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("faults by row (-want +got):\n%s", d)
	}
	kinds := map[string]int{}
	for _, codes := range got {
		for _, c := range strings.Fields(codes) {
			kinds[c]++
		}
	}
	for code, n := range kinds {
		if n != 1 {
			t.Errorf("%s stands in %d rows, want one", code, n)
		}
	}
	// A file alone cannot hold an error value, or what only the county knows.
	for _, code := range importer.Codes() {
		if absent := []string{"cell_error", "division_closed", "person_other_name", "person_other_household", "person_died", "person_left", "person_newer"}; kinds[code] == 0 && !slices.Contains(absent, code) {
			t.Errorf("no row has %s", code)
		}
	}
	if len(kinds) < 40 {
		t.Errorf("%d kinds of faults, want at least 40", len(kinds))
	}
}

func TestGB18030Register(t *testing.T) {
	tab := open(t, "register-gb18030.csv")
	if tab.Encoding != "GB18030" {
		t.Errorf("encoding %s", tab.Encoding)
	}
	r := read(t, "register-gb18030.csv")
	var got []string
	for _, f := range r.Report.Faults {
		got = append(got, f.Code+" "+f.Column)
	}
	if want := []string{"column_dropped 血型", "column_dropped 宗教信仰"}; !slices.Equal(got, want) {
		t.Errorf("faults %v, want %v", got, want)
	}
	if r.Report.Households != 40 || r.Report.Good != r.Report.Rows || r.Households[0].Rows[0].Registered == "" {
		t.Errorf("%d households, %d of %d rows", r.Report.Households, r.Report.Good, r.Report.Rows)
	}
	known := map[ident.CitizenID]bool{}
	for _, h := range read(t, "register-good.xlsx").Households {
		for _, p := range h.Rows {
			known[p.ID] = true
		}
	}
	for _, h := range r.Households {
		for _, p := range h.Rows {
			if known[p.ID] {
				t.Errorf("row %d is in the other register as well", p.Row)
			}
		}
	}
}

package importer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/importer/table"
)

func TestParseRowReadsWhatPeopleWrite(t *testing.T) {
	p := head()
	for column, value := range map[string]string{
		ColHousehold: " ６１０９２９－000001 ", ColName: "黄　大 山", ColRelation: "02", ColSex: "男性", ColEthnicity: "土家",
		ColBirth: "1970年5月6日", ColID: strings.ToLower("'" + number("1970-05-06", 997)), ColAddress: "陕西省白河县构朳镇 东坡村三组１２号",
		ColDivision: "610929102206", ColEducation: "初中", ColMarital: "已婚", ColPhone: "１３８-0000-1234", ColKind: "家庭户口",
		ColRegistered: "2001/2/3", ColEmployer: "务农",
	} {
		p[column] = value
	}
	p[ColSex] = "男"
	h := headerOf(t)
	got, faults := ParseRow(h, rowOf(h, p, "", table.Cell{}), today)
	if len(faults) != 0 {
		t.Errorf("faults %v", faults)
	}
	id := got.ID
	got.ID = RegisterRow{}.ID
	want := RegisterRow{Row: 2, HouseholdNo: "610929-000001", Name: "黄大山", Relation: "02", Sex: "1", Ethnicity: "15",
		Birth: "1970-05-06", Address: "陕西省白河县构朳镇东坡村三组12号", Division: "610929102206", Education: "70", Marital: "20",
		Phone: "13800001234", Kind: Family, Registered: "2001-02-03", Employer: "务农"}
	if d := cmp.Diff(want, got, cmpopts.EquateComparable(got.ID)); d != "" {
		t.Errorf("row (-want +got):\n%s", d)
	}
	if id.Plain() != number("1970-05-06", 997) {
		t.Errorf("ID %s", id)
	}
}

func TestNames(t *testing.T) {
	h := headerOf(t)
	for written, want := range map[string]string{
		"朳大山": "朳大山", "𠮷大山": "𠮷大山", " 张 三 ": "张三", "买买提•艾力": "买买提·艾力", "古丽．娜": "古丽·娜",
		"热汗･买买提": "热汗·买买提", "热汗∙买买提": "热汗·买买提", "热汗⋅买买提": "热汗·买买提", "热汗.买买提": "热汗·买买提", "J. Smith": "J. Smith",
		"John Smith": "John Smith", "欧阳娜娜": "欧阳娜娜", "李〇": "李〇",
	} {
		got, faults := ParseRow(h, rowOf(h, head(), ColName, table.Cell{Text: written, Kind: table.Text}), today)
		if got.Name != want || len(faults) != 0 {
			t.Errorf("%q: got %q %v, want %q", written, got.Name, faults, want)
		}
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct {
		in    string
		want  calendar.Date
		wrong string
	}{
		{"2001-02-03", "2001-02-03", ""},
		{"2001/2/3", "2001-02-03", ""},
		{"2001.02.03", "2001-02-03", ""},
		{"20010203", "2001-02-03", ""},
		{"２００１年２月３日", "2001-02-03", ""},
		{"2001 年 2 月 3 日", "2001-02-03", ""},
		{"2001-02-03 00:00:00", "2001-02-03", ""},
		{"2001/2/3 0:00", "2001-02-03", ""},
		{"2001/2/3 0:00:00", "2001-02-03", ""},
		{"2001-02-03 00:00:00.0", "2001-02-03", ""},
		{"2001-02-03 09:13:22", "2001-02-03", ""},
		{"2001-02-03T09:13:22", "2001-02-03", ""},
		{"36925", "2001-02-03", ""},
		{"36925.384", "2001-02-03", ""},
		{"20010203.0", "2001-02-03", ""},
		{"25569", "1970-01-01", ""},
		{"2001-02-30", "", "form"},
		{"2001-02-02T16:00:00Z", "", "form"}, // another day here
		{"二〇〇一年二月三日", "", "form"},
		{"2001", "", "incomplete"},
		{"200102", "", "incomplete"},
		{"2001年2月", "", "incomplete"},
		{"01-2-3", "", "short_year"},
		{"2/3/01", "", "short_year"},
		{"2001年正月初三", "", "lunar"},
		{"", "", "form"},
	} {
		got, wrong := date(c.in)
		if got != c.want || wrong != c.wrong {
			t.Errorf("%q: got %q %q, want %q %q", c.in, got, wrong, c.want, c.wrong)
		}
	}
}

func TestReadRegisterTwiceChangesNothing(t *testing.T) {
	reg := givenCounty()
	file := workbook(t, add(member("黄小满", "次子", "男", "2003-02-03").with(ColSex, "?")), "宗教信仰", "血型")
	first := read(t, file, reg)
	r := first.Report
	got := []int{r.Rows, r.Good, r.Bad, r.Households, r.New, r.Updated, r.Unchanged}
	if want := []int{4, 3, 1, 1, 3, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("first: got %v, want %v", got, want)
	}
	if want := []string{"宗教信仰", "血型"}; !slices.Equal(r.Dropped, want) {
		t.Errorf("dropped %v, want %v", r.Dropped, want)
	}
	for _, p := range first.Households[0].Rows {
		known := p
		known.Row = 0
		reg.people[p.ID.Plain()] = known
	}
	r = read(t, file, reg).Report
	got = []int{r.Rows, r.Good, r.New, r.Updated, r.Unchanged}
	if want := []int{4, 3, 0, 0, 3}; !slices.Equal(got, want) {
		t.Errorf("again: got %v, want %v", got, want)
	}
	moved := workbook(t, []cells{head(), wife(), son().with(ColEmployer, "白河县城关镇")})
	r = read(t, moved, reg).Report
	got = []int{r.New, r.Updated, r.Unchanged}
	if want := []int{0, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("changed: got %v, want %v", got, want)
	}
}

func TestMembersNeedNotStandTogether(t *testing.T) {
	other := head().with(ColHousehold, "2").with(ColName, "吴大山").with(ColID, number("1970-05-06", 999))
	r := read(t, workbook(t, []cells{son(), other, wife(), head()}), givenCounty())
	if len(r.Report.Faults) != 0 || len(r.Households) != 2 {
		t.Fatalf("got %v in %d households", r.Report.Faults, len(r.Households))
	}
	var got []int
	for _, p := range r.Households[0].Rows {
		got = append(got, p.Row)
	}
	if want := []int{5, 2, 4}; !slices.Equal(got, want) {
		t.Errorf("rows %v, want the head first: %v", got, want)
	}
}

func TestNoColumnOfReligionIsRead(t *testing.T) {
	people := family()
	for i := range people {
		people[i]["宗教信仰"], people[i]["血型"] = "某教", "熊猫血"
	}
	file := workbook(t, people, "宗教信仰", "血型")
	r := read(t, file, givenCounty())
	if s := fmt.Sprintf("%+v", r); strings.Contains(s, "某教") || strings.Contains(s, "熊猫血") {
		t.Error("a dropped column was read")
	}
	back := returnedFile(t, r, file)
	for _, rows := range sheets(t, back) {
		for _, row := range rows {
			if s := strings.Join(row, " "); strings.Contains(s, "某教") || strings.Contains(s, "熊猫血") {
				t.Errorf("a dropped column came back: %s", s)
			}
		}
	}
}

func returnedFile(t *testing.T, r *Reading, file []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.Report.WriteXLSX(&b, bytes.NewReader(file), int64(len(file))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sheets(t *testing.T, file []byte) map[string][][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := make(map[string][][]string)
	for _, s := range f.GetSheetList() {
		if out[s], err = f.GetRows(s); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestReportJSONL(t *testing.T) {
	r := read(t, workbook(t, sonWith(ColName, "黄*川"), "血型"), givenCounty())
	var b bytes.Buffer
	if err := r.Report.WriteJSONL(&b); err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	for s := bufio.NewScanner(&b); s.Scan(); {
		var l map[string]any
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		got = append(got, l)
	}
	want := []map[string]any{
		{"row": 1.0, "column": "血型", "code": "column_dropped", "severity": "warning", "message": "“血型”列按规定不采集，没有读取"},
		{"row": 4.0, "column": "姓名", "code": "name_masked", "severity": "error", "message": "姓名中带有星号，是遮盖后的姓名。请填写完整姓名"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("report (-want +got):\n%s", d)
	}
}

func TestReturnedWorkbook(t *testing.T) {
	file := workbook(t, sonWith(ColName, "黄*川"))
	back := returnedFile(t, read(t, file, givenCounty()), file)
	all := sheets(t, back)
	rows := all["Sheet1"]
	at := len(allColumns)
	if len(rows) != 4 || rows[0][at] != colReason || !strings.Contains(rows[3][at], "星号") || len(rows[2]) > at {
		t.Fatalf("rows %q", rows)
	}
	if len(all["导入汇总"]) < 12 {
		t.Errorf("summary %q", all["导入汇总"])
	}
	f, err := excelize.OpenReader(bytes.NewReader(back))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]string{"B4": "FFC7CE", "B3": ""} {
		id, err := f.GetCellStyle("Sheet1", cell)
		if err != nil {
			t.Fatal(err)
		}
		s, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.Fill.Color, ""); got != want || s.NumFmt != 49 {
			t.Errorf("%s: colour %q, format %d; want %q, text", cell, got, s.NumFmt, want)
		}
	}
	// Mended in place, it goes in without a word.
	if err := f.SetCellStr("Sheet1", "B4", "黄小川"); err != nil {
		t.Fatal(err)
	}
	var mended bytes.Buffer
	if err := f.Write(&mended); err != nil {
		t.Fatal(err)
	}
	again := read(t, mended.Bytes(), givenCounty()).Report
	if again.Good != 3 || len(again.Faults) != 0 {
		t.Errorf("mended: %d good, %v", again.Good, again.Faults)
	}
}

func TestReturnedWorkbookOfAnotherFile(t *testing.T) {
	r := read(t, workbook(t, family()), givenCounty())
	other := []byte("标题\n" + strings.Join(allColumns, ",") + "\n")
	if err := r.Report.WriteXLSX(io.Discard, bytes.NewReader(other), int64(len(other))); err == nil {
		t.Error("a report was written over a file that is not its own")
	}
}

// TestNoFormulaComesBack sends 5,000 values that begin like formulas through a
// text file and the returned workbook.
func TestNoFormulaComesBack(t *testing.T) {
	starts := []string{"=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "|", "%", "=cmd|' /C calc'!A", "=HYPERLINK(\"http://x\")"}
	var b strings.Builder
	b.WriteString(strings.Join(allColumns, ",") + "\n")
	var want []string
	for i := range 5000 {
		name := starts[i%len(starts)] + fmt.Sprint(i)
		want = append(want, strings.TrimSpace(name))
		fmt.Fprintf(&b, "%d,\"%s\",户主\n", i, strings.ReplaceAll(name, `"`, `""`))
	}
	file := []byte(b.String())
	back := returnedFile(t, read(t, file, givenCounty()), file)
	tab, err := table.Open("x", bytes.NewReader(back), int64(len(back)))
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	h, err := tab.FindHeader(RegisterColumns)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		row, err := tab.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range row.Cells {
			if c.Kind != table.Text && c.Kind != table.Empty {
				t.Fatalf("row %d: %q has kind %d", row.Number, c.Text, c.Kind)
			}
		}
		got = append(got, strings.TrimSpace(h.Cell(row, ColName).Text))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("values changed (-want +got):\n%s", d)
	}
	if bytes.Contains(back, []byte("<f>")) {
		t.Error("a formula in the workbook")
	}
}

func TestReadRegisterRefusesWhatIsNoRegister(t *testing.T) {
	file := []byte("姓名,电话\n张三,1\n")
	tab, err := table.Open("x", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = ReadRegister(tab, givenCounty(), today)
	if fault.KeyOf(err) != "importer.file.header" && fault.KeyOf(err) != "importer.file.header_missing" {
		t.Errorf("got %v, want that columns are missing", err)
	}
}

// TestHeaderAlone: a template that was sent back empty is no file of nobody.
func TestHeaderAlone(t *testing.T) {
	for name, people := range map[string][]cells{"nothing": nil, "a line of sums": {{ColHousehold: "合计：0人"}}} {
		file := workbook(t, people)
		tab, err := table.Open("x", bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadRegister(tab, givenCounty(), today); fault.KeyOf(err) != "importer.file.no_rows" {
			t.Errorf("%s below the header: %v", name, err)
		}
	}
	eachWorld(t, func(t *testing.T, w *world) {
		for _, kind := range []string{KindHouses, KindRights} {
			file := listOf(t, kind)
			_, err := w.Terminal(t.Context(), officeFor(w, kind), File{Kind: kind, Name: "x.xlsx"}, bytes.NewReader(file), int64(len(file)), true, nil)
			if fault.KeyOf(err) != "importer.file.no_rows" {
				t.Errorf("%s with a header alone: %v", kind, err)
			}
		}
	})
}

func TestNoPersonalDataInReport(t *testing.T) {
	for _, c := range faultCases() {
		r := read(t, workbook(t, c.people), givenCounty())
		for _, f := range r.Report.Faults {
			for _, p := range c.people {
				for _, column := range []string{ColName, ColID, ColAddress} {
					if s, ok := p[column].(string); ok && len([]rune(s)) > 2 && s != column && strings.Contains(f.Message(), s) {
						t.Errorf("%s repeats what stands in %s", f.Code, column)
					}
				}
			}
		}
	}
}

// FuzzParseRow gives any texts to a row: it must neither fail nor let through
// what it did not understand.
func FuzzParseRow(f *testing.F) {
	f.Add("610929000001", "黄大山", "户主", "1970-05-06", number("1970-05-06", 997), "610929102206")
	f.Add("", "𠮷·*", "本人", "36925", "6.1E+17", "6109")
	f.Fuzz(func(t *testing.T, household, name, relation, birth, id, division string) {
		h := headerOf(t)
		p := maps.Clone(head())
		p[ColHousehold], p[ColName], p[ColRelation], p[ColBirth], p[ColID], p[ColDivision] = household, name, relation, birth, id, division
		start := time.Now()
		row, faults := ParseRow(h, rowOf(h, p, "", table.Cell{}), today)
		if time.Since(start) > 5*time.Second {
			t.Error("slow")
		}
		if bad(faults) {
			return
		}
		if row.HouseholdNo == "" || row.Name == "" || row.Relation == "" || !row.Birth.Valid() || row.Birth.After(today) ||
			row.ID.IsZero() == (row.NoIDReason == "") || row.Division.At(ident.Town) == "" {
			t.Errorf("let through: %+v", row)
		}
		CheckHousehold([]RegisterRow{row, row}, today)
	})
}

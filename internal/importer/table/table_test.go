package table

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestKindsOfCells(t *testing.T) {
	file := workbook(t, func(f *excelize.File) {
		fill(f, "Sheet1", []any{"文字", 42, 610929199001011234, 3.5, true, time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC)})
		long := "yyyy\"年\"m\"月\"d\"日\""
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &long})
		if err != nil {
			t.Fatal(err)
		}
		f.SetCellValue("Sheet1", "G1", 36925)
		f.SetCellStyle("Sheet1", "G1", "G1", style)
		f.SetCellFormula("Sheet1", "H1", "1+1")
		f.SetCellValue("Sheet1", "I1", 36925)
		f.SetCellRichText("Sheet1", "J1", []excelize.RichTextRun{{Text: "构"}, {Text: "朳&<镇"}})
		f.SetCellValue("Sheet1", "A4", "第四行")
	})
	_, rows, err := readAll(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []Row{
		{Number: 1, Cells: []Cell{{"文字", Text}, {"42", Number}, {"610929199001011200", Number}, {"3.5", Number}, {"1", Text},
			{"2001-02-03", Date}, {"2001-02-03", Date}, {"", Formula}, {"36925", Number}, {"构朳&<镇", Text}}},
		{Number: 4, Cells: []Cell{{"第四行", Text}}},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
}

func TestSpreadsheetErrorAnd1904(t *testing.T) {
	file := raw(t, sheetHead+`<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="C1" t="d"><v>2001-02-03T00:00:00</v></c><c t="str"><f>A1</f><v>x</v></c></row>`+sheetTail)
	_, rows, err := readAll(file)
	want := []Row{{Number: 1, Cells: []Cell{{"#N/A", Error}, {}, {"2001-02-03", Date}, {"x", Formula}}}}
	if d := cmp.Diff(want, rows); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	dated := workbook(t, func(f *excelize.File) {
		yes := true
		f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes})
		f.SetCellValue("Sheet1", "A1", time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC))
	})
	if _, rows, err = readAll(dated); err != nil || len(rows) != 1 || rows[0].Cells[0] != (Cell{"2001-02-03", Date}) {
		t.Errorf("1904: got %v, %v", rows, err)
	}
}

func TestCSV(t *testing.T) {
	const plain = "姓名,电话\n张三,138\n李𠮷,139\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	u16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(plain, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Row{{Number: 1, Cells: words("姓名", "电话")}, {Number: 2, Cells: words("张三", "138")}, {Number: 3, Cells: words("李𠮷", "139")}}
	for _, c := range []struct {
		name, file, encoding string
		comma                rune
	}{
		{"UTF-8", plain, "UTF-8", ','},
		{"UTF-8 with mark", "\ufeff" + plain, "UTF-8", ','},
		{"GB18030", gb, "GB18030", ','},
		{"UTF-16 of Excel", u16, "UTF-16", '\t'},
		{"CR LF", strings.ReplaceAll(plain, "\n", "\r\n"), "UTF-8", ','},
		{"CR", strings.ReplaceAll(plain, "\n", "\r"), "UTF-8", ','},
		{"no last line end", strings.TrimSuffix(plain, "\n"), "UTF-8", ','},
		{"semicolon", strings.ReplaceAll(plain, ",", ";"), "UTF-8", ';'},
		{"tab", strings.ReplaceAll(plain, ",", "\t"), "UTF-8", '\t'},
		{"quoted", "\"姓名\",\"电话\"\n\"张三\",138\n李𠮷,\"139\"\n", "UTF-8", ','},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab, rows, err := readAll([]byte(c.file))
			if err != nil {
				t.Fatal(err)
			}
			if tab.Format != CSV || tab.Encoding != c.encoding || tab.Comma != c.comma {
				t.Errorf("got %s %s %q", tab.Format, tab.Encoding, tab.Comma)
			}
			if d := cmp.Diff(want, rows); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
		})
	}
}

func words(s ...string) []Cell {
	cells := make([]Cell, len(s))
	for i, w := range s {
		if w != "" {
			cells[i] = Cell{w, Text}
		}
	}
	return cells
}

func TestCSVRowsAreCountedAsShown(t *testing.T) {
	_, rows, err := readAll([]byte("a,b\n\n\"x\ny\",\"say \"\"hi\"\"\"\n=1+2,=\"0123\"\n5\" pipe,z\n"))
	want := []Row{
		{Number: 1, Cells: words("a", "b")},
		{Number: 3, Cells: words("x\ny", `say "hi"`)},
		{Number: 4, Cells: []Cell{{"=1+2", Formula}, {"0123", Text}}},
		{Number: 5, Cells: words(`5" pipe`, "z")},
	}
	if d := cmp.Diff(want, rows); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestFindHeader(t *testing.T) {
	title := []any{"白河县住户名单"}
	head := []any{"序号", "姓 名", "联系电话（必填）", "血型", "备注"}
	one := []any{1, "张三", "13800000000", "A", ""}
	for _, c := range []struct {
		name string
		set  func(f *excelize.File)
		want string // refusal, "" for a header
		row  int
	}{
		{"in the first row", func(f *excelize.File) { fill(f, "Sheet1", head, one) }, "", 1},
		{"below titles", func(f *excelize.File) { fill(f, "Sheet1", title, nil, []any{"填表人"}, head, one) }, "", 4},
		{"in the second sheet", func(f *excelize.File) {
			fill(f, "Sheet1", []any{"填表说明"})
			f.NewSheet("名单")
			fill(f, "名单", title, head, one)
		}, "", 2},
		{"too far down", func(f *excelize.File) {
			fill(f, "Sheet1", title, title, title, title, title, title, title, title, title, title, head, one)
		}, "header", 0},
		{"none", func(f *excelize.File) { fill(f, "Sheet1", one, one) }, "header", 0},
		{"empty workbook", func(*excelize.File) {}, "no_rows", 0},
		{"lacks a column", func(f *excelize.File) { fill(f, "Sheet1", []any{"姓名", "地址"}, one) }, "header_missing", 0},
		{"in two rows", func(f *excelize.File) {
			fill(f, "Sheet1", []any{"姓名", "", "联系"}, []any{"", "地址", "电话"}, one)
		}, "header_two_rows", 0},
		{"a column twice", func(f *excelize.File) { fill(f, "Sheet1", []any{"姓名", "电话", "手机号"}, one) }, "header_twice", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab, err := open(workbook(t, c.set))
			if err != nil {
				t.Fatal(err)
			}
			defer tab.Close()
			h, err := tab.FindHeader(people)
			if c.want != "" {
				refused(t, err, c.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			row, err := tab.Next()
			if err != nil {
				t.Fatal(err)
			}
			got := []any{h.Row, h.Unknown, h.Dropped, h.Cell(row, "姓名").Text, h.Cell(row, "电话").Text, h.Cell(row, "血型").Text, h.Has("地址")}
			want := []any{c.row, []string{"序号", "备注"}, []string{"血型"}, "张三", "13800000000", "", false}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("header (-want +got):\n%s", d)
			}
			if _, err := tab.Next(); err != io.EOF {
				t.Errorf("then %v, want the end", err)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	file := workbook(t, func(f *excelize.File) {
		f.NewSheet("旧名单")
		fill(f, "旧名单", []any{"姓名", "电话"}, []any{"王五", "1"})
		f.SetSheetVisible("旧名单", false)
		f.NewSheet("二组")
		fill(f, "二组", []any{"姓名", "电话"}, []any{"赵六", "1"})
		f.NewSheet("说明")
		fill(f, "说明", []any{"请如实填写"})
		f.NewSheet("空表")
		fill(f, "Sheet1", []any{"姓名", "电话"}, []any{"张三", "1"}, []any{"李四", "1"})
		f.MergeCell("Sheet1", "C2", "C3")
	})
	tab, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	if _, err := tab.FindHeader(people); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = tab.Next()
	}
	want := []Note{
		{"importer.note.hidden_sheet", []any{"sheet", "旧名单"}},
		{"importer.note.other_table", []any{"sheets", "二组", "read", "Sheet1"}},
		{"importer.note.other_sheet", []any{"sheets", "说明", "read", "Sheet1"}},
		{"importer.note.merged", []any{"sheet", "Sheet1", "count", 1, "first", "C2:C3"}},
	}
	if d := cmp.Diff(want, tab.Notes()); err != io.EOF || d != "" {
		t.Errorf("%v, notes (-want +got):\n%s", err, d)
	}
}

// TestHiddenRowsAreReadAndTold: whoever filtered a list sees fewer rows than are in it.
func TestHiddenRowsAreReadAndTold(t *testing.T) {
	file := workbook(t, func(f *excelize.File) {
		fill(f, "Sheet1", []any{"姓名", "电话"}, []any{"张三", "1"}, []any{"李四", "2"}, []any{"王五", "3"})
		for _, row := range []int{3, 4, 9} { // nothing stands in row 9
			if err := f.SetRowVisible("Sheet1", row, false); err != nil {
				t.Fatal(err)
			}
		}
	})
	tab, rows, err := readAll(file)
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	want := []Note{{"importer.note.hidden_rows", []any{"sheet", "Sheet1", "count", 2, "first", 3}}}
	if d := cmp.Diff(want, tab.Notes()); d != "" {
		t.Errorf("notes (-want +got):\n%s", d)
	}
}

// TestLostCharacterIsOneCell: a text in UTF-8 that carries the sign of a lost
// character is whole; what was lost before is told where it stands.
func TestLostCharacterIsOneCell(t *testing.T) {
	for name, mark := range map[string]string{"UTF-8": "", "UTF-8 with a mark": "\ufeff"} {
		_, rows, err := readAll([]byte(mark + "姓名,电话\n张\ufffd,1\n"))
		if err != nil || len(rows) != 2 || rows[1].Cell(0).Text != "张\ufffd" {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
}

func TestHeaderRepeats(t *testing.T) {
	tab, err := open([]byte("姓名,电话\n张三,1\n姓 名,电话\n李四,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := tab.FindHeader(people)
	if err != nil {
		t.Fatal(err)
	}
	var got []bool
	for {
		r, err := tab.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, h.Repeats(r))
	}
	if want := []bool{false, true, false}; !cmp.Equal(got, want) {
		t.Errorf("repeats: got %v, want %v", got, want)
	}
}

// TestAgreesWithExcelize reads a workbook of both writers of excelize (shared
// and inline strings) and compares with its own reading of the whole sheet.
func TestAgreesWithExcelize(t *testing.T) {
	file := workbook(t, func(f *excelize.File) {
		for i := 1; i <= 300; i++ {
			row := []any{i, "第" + strings.Repeat("九", i%7), nil, float64(i) / 8, "a&b<c>\"'"}
			fill := row[:1+i%5]
			cell, _ := excelize.CoordinatesToCellName(1+i%3, i*2)
			if err := f.SetSheetRow("Sheet1", cell, &fill); err != nil {
				t.Fatal(err)
			}
		}
	})
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	_, rows, err := readAll(file)
	if err != nil {
		t.Fatal(err)
	}
	got := make([][]string, len(all))
	for _, r := range rows {
		for _, c := range r.Cells {
			got[r.Number-1] = append(got[r.Number-1], c.Text)
		}
	}
	if d := cmp.Diff(all, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("(-excelize +table):\n%s", d)
	}
}

package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// registerColumns are the columns of the registers, in the order of the card.
var registerColumns = []string{"户号", "姓名", "与户主关系", "曾用名", "性别", "民族", "出生日期", "公民身份号码", "户籍地址",
	"户籍地区划代码", "出生地", "籍贯", "文化程度", "婚姻状况", "服务处所", "职业", "联系电话", "户别", "登记日期"}

// A sheet is a header and rows. A value is text, a number, a date or a formula.
type sheet [][]any

type formula string

func (p person) row() []any {
	return []any{p.household, p.name, p.relation, "", p.sex, p.ethnicity, string(p.birth), p.id, p.address, p.division,
		p.birthPlace, p.native, p.education, p.marital, p.employer, p.occupation, p.phone, "家庭户", isoTime(p.registered)}
}

func header(names ...string) []any {
	row := make([]any, len(names))
	for i, n := range names {
		row[i] = n
	}
	return row
}

func registerSheet(people []person) sheet {
	s := sheet{header(registerColumns...)}
	for _, p := range people {
		s = append(s, p.row())
	}
	return s
}

// withDropped adds the two columns that no import reads.
func withDropped(s sheet) sheet {
	out := make(sheet, len(s))
	for i, row := range s {
		out[i] = append(append([]any{}, row...), "不明", "")
	}
	out[0] = append(append([]any{}, s[0]...), "血型", "宗教信仰")
	return out
}

// workbook writes a sheet as XLSX: all text as text, dates as dates.
func workbook(name string, s sheet) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	styles, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	for i, w := range widths(s) {
		if err := out.SetColWidth(i+1, i+1, w); err != nil {
			return nil, err
		}
	}
	for i, row := range s {
		cells := make([]any, len(row))
		for j, v := range row {
			cells[j] = styles.cell(v, i == 0)
		}
		if err := out.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return nil, err
		}
	}
	if err := out.Flush(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

type styles struct{ head, text, date int }

func newStyles(f *excelize.File) (s styles, err error) {
	dates := "yyyy-mm-dd"
	for _, k := range []struct {
		into  *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"D9E1F2"}}}},
		{&s.text, excelize.Style{NumFmt: 49}},
		{&s.date, excelize.Style{CustomNumFmt: &dates}},
	} {
		if *k.into, err = f.NewStyle(&k.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s styles) cell(v any, head bool) any {
	switch v := v.(type) {
	case formula:
		return excelize.Cell{Formula: string(v)}
	case time.Time:
		return excelize.Cell{StyleID: s.date, Value: v}
	case string:
		if v == "" {
			return nil
		}
		if head {
			return excelize.Cell{StyleID: s.head, Value: v}
		}
		return excelize.Cell{StyleID: s.text, Value: v}
	}
	return v
}

// widths are column widths that show the first rows whole.
func widths(s sheet) []float64 {
	w := make([]float64, len(s[0]))
	for _, row := range s[:min(len(s), 20)] {
		for i, v := range row {
			n := 0
			for _, r := range fmt.Sprint(v) {
				n += 1
				if r > 0x2e80 {
					n++
				}
			}
			if _, ok := v.(time.Time); ok {
				n = 10
			}
			w[i] = max(w[i], min(float64(n)+2, 48))
		}
	}
	return w
}

// gb18030 writes a sheet as the text file that older systems hand out.
func gb18030(s sheet) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(simplifiedchinese.GB18030.NewEncoder().Writer(&b))
	w.UseCRLF = true
	for _, row := range s {
		texts := make([]string, len(row))
		for i, v := range row {
			texts[i] = fmt.Sprint(v)
			if t, ok := v.(time.Time); ok {
				texts[i] = t.Format("2006/1/2")
			}
		}
		if err := w.Write(texts); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

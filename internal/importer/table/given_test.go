package table

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"anju/internal/fault"
)

var people = []Column{
	{Name: "姓名", Required: true},
	{Name: "电话", Also: []string{"联系电话", "手机号"}, Required: true},
	{Name: "地址"},
	{Name: "血型", Drop: true},
}

func open(b []byte) (*Table, error) { return Open("名单.xlsx", bytes.NewReader(b), int64(len(b))) }

// readAll opens a file and reads every row of it.
func readAll(b []byte) (*Table, []Row, error) {
	t, err := open(b)
	if err != nil {
		return nil, nil, err
	}
	defer t.Close()
	var rows []Row
	for {
		r, err := t.Next()
		if err == io.EOF {
			return t, rows, nil
		}
		if err != nil {
			return t, rows, err
		}
		rows = append(rows, r)
	}
}

func refused(t *testing.T, err error, want string) {
	t.Helper()
	if got := fault.KeyOf(err); got != "importer.file."+want {
		t.Errorf("refused with %q (%v), want %q", got, err, "importer.file."+want)
	}
	if f := fault.Of(err); f != nil && f.Kind != fault.Invalid {
		t.Errorf("kind %q, want invalid", f.Kind)
	}
}

// workbook makes a workbook in which set may do anything to the file.
func workbook(t *testing.T, set func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	set(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fill(f *excelize.File, sheet string, rows ...[]any) {
	for i, r := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &r); err != nil {
			panic(err)
		}
	}
}

type part struct{ name, body string }

const (
	workbookPart = `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`
	relsPart     = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
	rootPart     = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	stylesPart   = `<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="1"><xf/></cellXfs></styleSheet>`
	typesPart    = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`
	sheetHead    = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetTail    = `</sheetData></worksheet>`
	twoCells     = `<c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>电话</t></is></c>`
)

// frame is what a workbook has besides its sheet.
func frame() []part {
	return []part{
		{"[Content_Types].xml", typesPart},
		{"xl/workbook.xml", workbookPart},
		{"xl/_rels/workbook.xml.rels", relsPart},
		{"_rels/.rels", rootPart},
		{"xl/styles.xml", stylesPart},
	}
}

// raw is a workbook by hand, with one sheet and any further parts.
func raw(t testing.TB, sheet string, more ...part) []byte {
	t.Helper()
	return archive(t, append(append(frame(), part{"xl/worksheets/sheet1.xml", sheet}), more...)...)
}

func archive(t testing.TB, parts ...part) []byte {
	t.Helper()
	return bookOf(t, zip.Deflate, parts...)
}

// bookOf is an archive of parts, compressed or, to save time, only stored.
func bookOf(t testing.TB, method uint16, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: method})
		if err == nil {
			_, err = io.WriteString(w, p.body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// blanks is n parts of a size, after a workbook part.
func blanks(n int, name string, size int) []part {
	parts := []part{{"xl/workbook.xml", workbookPart}}
	for i := range n {
		parts = append(parts, part{fmt.Sprintf(name, i+1), strings.Repeat(" ", size)})
	}
	return parts
}

// zeros is n bytes that compress to almost nothing.
type zeros struct{ n int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.n == 0 {
		return 0, io.EOF
	}
	k := min(int64(len(p)), z.n)
	clear(p[:k])
	z.n -= k
	return int(k), nil
}

// bomb is a workbook with a sheet of zeros.
func bomb(t testing.TB, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range frame() {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = io.WriteString(w, p.body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err == nil {
		_, err = io.Copy(w, &zeros{size})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// noise is n bytes of digits that compress badly.
func noise(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = '0' + byte(x>>24)%10
	}
	return string(b)
}

package table

import (
	"bytes"
	"io"
	"testing"
	"time"
	"unicode/utf8"

	"anju/internal/fault"
)

// FuzzOpen gives any bytes to the reader: it may refuse, and nothing else.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("姓名,电话\n张三,138\n"))
	f.Add([]byte("\ufeffa;b\r\n\"x\"\"y\";=1\n"))
	f.Add([]byte("\xd0\xd5\xc3\xfb,\xb5\xe7\xbb\xb0\n"))
	f.Add([]byte("\xff\xfea\x00,\x00"))
	f.Add(raw(f, sheetHead+`<row r="1">`+twoCells+`</row>`+sheetTail))
	f.Fuzz(func(t *testing.T, b []byte) { checkFile(t, b) })
}

// FuzzSheet gives any bytes as the XML of a sheet in a sound workbook.
func FuzzSheet(f *testing.F) {
	f.Add([]byte(sheetHead + `<row r="1">` + twoCells + `</row><row r="7"><c r="C7" s="0"><f>A1</f><v>3</v></c></row>` + sheetTail))
	f.Add([]byte(sheetHead + `<row><c t="s"><v>0</v></c><c t="e"><v>#N/A</v></c></row>` + sheetTail))
	f.Add([]byte(`<worksheet><sheetData><row r="2"><c r="B2"><v>1E5</v></c>`))
	f.Fuzz(func(t *testing.T, sheet []byte) { checkFile(t, raw(t, string(sheet))) })
}

func checkFile(t *testing.T, b []byte) {
	defer time.AfterFunc(20*time.Second, func() { panic("a file holds the reader up") }).Stop()
	tab, err := Open("f", bytes.NewReader(b), int64(len(b)))
	if err != nil {
		if fault.KindOf(err) != fault.Invalid {
			t.Fatalf("%v is no refusal", err)
		}
		return
	}
	defer tab.Close()
	last := 0
	for {
		r, err := tab.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		if r.Number <= last || r.Blank() || len(r.Cells) > MaxColumns {
			t.Fatalf("row %d of %d cells after row %d", r.Number, len(r.Cells), last)
		}
		last = r.Number
		for _, c := range r.Cells {
			if !utf8.ValidString(c.Text) {
				t.Fatalf("row %d: %q is not UTF-8", r.Number, c.Text)
			}
		}
	}
}

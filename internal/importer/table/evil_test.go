package table

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// An evil file and the refusal it must meet. files are made when asked, for
// some are large.
type evil struct {
	name, want string
	make       func(t *testing.T) []byte
}

func text(s string) func(*testing.T) []byte { return func(*testing.T) []byte { return []byte(s) } }

func ole(streams ...string) func(*testing.T) []byte {
	return func(*testing.T) []byte {
		b := append([]byte(oleMagic), make([]byte, 1<<20-20)...)
		for _, s := range streams { // lies across the boundary of two reads
			b = append(b, utf16Name(s)...)
		}
		return append(b, make([]byte, 512)...)
	}
}

func withPart(name, body string) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		return raw(t, sheetHead+`<row r="1">`+twoCells+`</row>`+sheetTail, part{name, body})
	}
}

func withSheet(s string) func(*testing.T) []byte {
	return func(t *testing.T) []byte { return raw(t, s) }
}

var evils = []evil{
	{"nothing", "empty", text("")},
	{"empty archive", "empty", text("PK\x05\x06" + strings.Repeat("\x00", 18))},
	{"encrypted workbook", "encrypted", func(t *testing.T) []byte {
		f := excelize.NewFile()
		defer f.Close()
		var b bytes.Buffer
		if err := f.Write(&b, excelize.Options{Password: "secret"}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}},
	{"encrypted entry", "encrypted", func(t *testing.T) []byte {
		b := withSheet(sheetHead + sheetTail)(t)
		for i := 0; ; {
			j := bytes.Index(b[i:], []byte("PK\x01\x02"))
			if j < 0 {
				return b
			}
			b[i+j+8] |= 1
			i += j + 4
		}
	}},
	{"old Excel", "old_excel", ole("Workbook")},
	{"very old Excel", "old_excel", ole("Book")},
	{"old Word", "word", ole("WordDocument")},
	{"other OLE", "old_office", ole()},
	{"Word", "word", func(t *testing.T) []byte { return archive(t, part{"word/document.xml", "<w/>"}) }},
	{"binary workbook", "xlsb", func(t *testing.T) []byte { return archive(t, part{"xl/workbook.bin", "x"}) }},
	{"OpenDocument", "open_document", func(t *testing.T) []byte {
		return archive(t, part{"mimetype", "x"}, part{"content.xml", "<x/>"})
	}},
	{"plain archive", "archive", func(t *testing.T) []byte { return archive(t, part{"a.txt", "x"}) }},
	{"RAR", "archive", text("Rar!\x1a\x07\x00")},
	{"PDF", "pdf", text("%PDF-1.7\n")},
	{"picture", "picture", text("\x89PNG\r\n\x1a\n")},
	{"program", "program", text("MZ\x90\x00")},
	{"web page named xls", "web_page", text("\ufeff<html><table><tr><td>姓名</td></tr></table></html>")},
	{"truncated", "truncated", func(t *testing.T) []byte {
		b := withSheet(sheetHead + sheetTail)(t)
		return b[:len(b)/2]
	}},
	{"path upwards", "path", withPart("../../etc/passwd", "x")},
	{"path from the root", "path", withPart("/etc/passwd", "x")},
	{"path of Windows", "path", withPart(`xl\..\..\x`, "x")},
	{"the same name twice", "duplicate_part", withPart("XL/worksheets/SHEET1.xml", "x")},
	{"macro", "macro", withPart("xl/vbaProject.bin", "x")},
	{"macro sheet", "macro", withPart("xl/macrosheets/sheet1.xml", "<x/>")},
	{"link to a workbook", "external_link", withPart("xl/externalLinks/externalLink1.xml", "<x/>")},
	{"query of a database", "external_link", withPart("xl/connections.xml", "<x/>")},
	{"archive within", "embedded", withPart("xl/media/inner.zip", "x")},
	{"workbook within", "embedded", withPart("xl/embeddings/oleObject1.bin", "x")},
	{"too many entries", "entries", func(t *testing.T) []byte {
		parts := make([]part, MaxEntries+1)
		for i := range parts {
			parts[i].name = fmt.Sprintf("xl/media/%d.png", i)
		}
		return archive(t, parts...)
	}},
	{"lies about the number of entries", "entries", func(t *testing.T) []byte {
		parts := make([]part, MaxEntries+1)
		for i := range parts {
			parts[i].name = fmt.Sprintf("xl/media/%d.png", i)
		}
		b := archive(t, parts...)
		binary.LittleEndian.PutUint16(b[len(b)-12:], 4)
		binary.LittleEndian.PutUint16(b[len(b)-14:], 4)
		return b
	}},
	{"ratio", "ratio", func(t *testing.T) []byte { return bomb(t, 8<<20) }},
	{"part too large", "part_size", func(t *testing.T) []byte { return declared(bomb(t, 2<<20), "sheet1.xml", MaxPart+1) }},
	{"parts too large together", "unzipped_size", func(t *testing.T) []byte {
		b := bookOf(t, zip.Store, blanks(6, "xl/worksheets/sheet%d.xml", 600<<10)...)
		for i := range 6 {
			b = declared(b, fmt.Sprintf("sheet%d.xml", i+1), 100<<20)
		}
		return b
	}},
	{"entries that share bytes", "overlap", sharing},
	{"header lies about a size", "broken_part", lying},
	{"pictures too large", "other_parts", func(t *testing.T) []byte {
		b := bookOf(t, zip.Store, blanks(2, "xl/media/%d.png", 400<<10)...)
		return declared(declared(b, "1.png", MaxOther/2), "2.png", MaxOther/2+1)
	}},
	{"entity declared", "shape", withSheet(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>`)},
	{"sheet in UTF-16", "shape", withSheet("\xff\xfe<\x00?\x00x\x00m\x00l\x00")},
	{"one value of two megabytes", "shape", withSheet(sheetHead + `<row r="1"><c r="A1" t="str"><v>` + noise(2<<20) + `</v></c></row>` + sheetTail)},
	{"row of a million cells", "shape", withSheet(sheetHead + `<row r="1">` + manyCells(1<<17) + `</row>` + sheetTail)},
	{"cut within a row", "broken_sheet", withSheet(sheetHead + `<row r="1">` + twoCells + `</row><row r="2"><c r="A2"><v>1</v>`)},
	{"cut between rows", "broken_sheet", withSheet(sheetHead + `<row r="1">` + twoCells + `</row>`)},
	{"rows out of order", "broken_sheet", withSheet(sheetHead + `<row r="5"/><row r="3"/>` + sheetTail)},
	{"cells out of order", "broken_sheet", withSheet(sheetHead + `<row r="1"><c r="B1"/><c r="A1"/></row>` + sheetTail)},
	{"cell of another row", "broken_sheet", withSheet(sheetHead + `<row r="1"><c r="A9"/></row>` + sheetTail)},
	{"too many columns", "columns", withSheet(sheetHead + `<row r="1"><c r="ZZ1"><v>1</v></c></row>` + sheetTail)},
	{"value too long", "cell_size", withSheet(sheetHead + `<row r="1"><c r="A1" t="str"><v>` + strings.Repeat("a", MaxCell+1) + `</v></c></row>` + sheetTail)},
	{"all sheets hidden", "no_sheet", func(t *testing.T) []byte {
		hidden := strings.Replace(workbookPart, `sheetId`, `state="veryHidden" sheetId`, 1)
		return archive(t, part{"[Content_Types].xml", typesPart}, part{"xl/workbook.xml", hidden},
			part{"xl/_rels/workbook.xml.rels", relsPart}, part{"xl/worksheets/sheet1.xml", sheetHead + sheetTail})
	}},
	{"CSV with NUL", "nul", text("姓名,电话\n张三,1\x002\n")},
	{"CSV neither UTF-8 nor GB18030", "encoding", text("姓名,电话\n\xff\xff\xff\xff,\xff\xff\xff\xff\xff\xff\n")},
	{"CSV in damaged UTF-8", "encoding", text("姓名,电话,户籍地址,服务处所\n张三,138,白河县构朳镇东坡村一组,白河县城关镇\xe6\x9c\n")},
	{"CSV with an open quote", "open_quote", text("姓名,电话\n\"张三,138\n李四,139\n")},
	{"CSV with 600 columns", "columns", text(strings.Repeat("a,", 600))},
	{"CSV of one line", "line_size", func(*testing.T) []byte { return bytes.Repeat([]byte("安居"), 1<<20) }},
	{"one line of 100 MB", "too_large", func(*testing.T) []byte { return bytes.Repeat([]byte("a"), 100<<20) }},
}

// sharing is an archive whose directory names the same bytes twice.
func sharing(t *testing.T) []byte {
	b := withSheet(sheetHead + sheetTail)(t)
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	last := bytes.LastIndex(b[:end], []byte("PK\x01\x02"))
	again := bytes.Replace(b[last:end], []byte("sheet1"), []byte("sheet2"), 1)
	tail := bytes.Clone(b[end:])
	n := binary.LittleEndian.Uint16(tail[10:]) + 1
	binary.LittleEndian.PutUint16(tail[8:], n)
	binary.LittleEndian.PutUint16(tail[10:], n)
	binary.LittleEndian.PutUint32(tail[12:], binary.LittleEndian.Uint32(tail[12:])+uint32(len(again)))
	return append(append(bytes.Clone(b[:end]), again...), tail...)
}

// manyCells is cells enough for the limit, each with a number of its own so
// that they do not compress too well.
func manyCells(n int) string {
	digits := noise(n * 4)
	var b strings.Builder
	for i := range n {
		b.WriteString("<c><v>" + digits[4*i:4*i+4] + "</v></c>")
	}
	return b.String()
}

// lying is a bomb whose headers give it a size of 100 bytes.
func lying(t *testing.T) []byte {
	return declared(bomb(t, 8<<20), "sheet1.xml", 100)
}

// declared gives the part whose name ends so another size in the directory.
func declared(b []byte, name string, size uint32) []byte {
	at := bytes.LastIndex(b, []byte(name))
	entry := bytes.LastIndex(b[:at], []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[entry+24:], size)
	return b
}

func TestEvilFilesAreRefused(t *testing.T) {
	for _, e := range evils {
		t.Run(e.name, func(t *testing.T) {
			file := e.make(t)
			peak := peakOf(func() {
				_, _, err := readAll(file)
				refused(t, err, e.want)
			})
			if peak > 60<<20 {
				t.Errorf("took %d MB to refuse, want at most 60", peak>>20)
			}
		})
	}
}

// peakOf runs f and returns by how much the heap grew at its highest.
func peakOf(f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base := m.HeapAlloc
	var peak atomic.Uint64
	stop, done := make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				if m.HeapAlloc > base && m.HeapAlloc-base > peak.Load() {
					peak.Store(m.HeapAlloc - base)
				}
			}
		}
	}()
	f()
	close(stop)
	<-done
	return peak.Load()
}

func TestMillionEmptyRowsEndTheReading(t *testing.T) {
	var b strings.Builder
	b.WriteString(sheetHead + `<row r="1">` + twoCells + `</row>`)
	for i := 2; i < 1_000_000; i++ {
		b.WriteString(`<row r="`)
		b.WriteString(strconv.Itoa(i))
		b.WriteString(`"/>`)
	}
	b.WriteString(sheetTail)
	file := bookOf(t, zip.Store, append(frame(), part{"xl/worksheets/sheet1.xml", b.String()})...)
	var tab *Table
	var rows []Row
	var err error
	peak := peakOf(func() { tab, rows, err = readAll(file) })
	if err != nil || len(rows) != 1 {
		t.Fatalf("got %d rows, %v; want the header alone", len(rows), err)
	}
	if n := tab.Notes(); len(n) != 1 || n[0].Key != "importer.note.empty_rows" || n[0].Args[1] != 2 {
		t.Errorf("notes %v, want one that rows from 2 on are empty", n)
	}
	if peak > 60<<20 {
		t.Errorf("took %d MB, want at most 60", peak>>20)
	}
}

func TestLargeSheetLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var b strings.Builder
	b.WriteString(sheetHead)
	for i := 1; i <= 20_000; i++ {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%d" t="inlineStr"><is><t>第%d个住户</t></is></c><c r="B%d"><v>%d</v></c></row>`, i, i, i*7919%20011, i, i*7907)
	}
	file := raw(t, b.String()+sheetTail)
	n := 0
	peak := peakOf(func() {
		tab, err := open(file)
		if err != nil {
			t.Fatal(err)
		}
		for {
			_, err := tab.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if err := tab.Close(); err != nil {
			t.Fatal(err)
		}
	})
	if left, err := os.ReadDir(os.TempDir()); n != 20_000 || err != nil || len(left) != 0 {
		t.Errorf("read %d rows, left %d files (%v)", n, len(left), err)
	}
	if peak > 24<<20 {
		t.Errorf("peak %d MB, want at most 24", peak>>20)
	}
}

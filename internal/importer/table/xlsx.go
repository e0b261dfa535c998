package table

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A book is an open workbook that passed the limits.
type book struct {
	zip     *zip.Reader
	file    *excelize.File
	visible []sheet
	hidden  []string
	date04  bool         // serial dates count from 1904
	dates   map[int]bool // styles that show a number as a date
}

type sheet struct{ name, part string }

// spill is the size in bytes above which a sheet or the strings go to a file in
// the system's temporary directory instead of memory.
const spill = 4 << 20

// openBook opens a workbook after holding it to the limits.
func openBook(r io.ReaderAt, size int64) (*book, error) {
	z, err := openZip(r, size)
	if err != nil {
		return nil, err
	}
	if err := checkParts(z); err != nil {
		return nil, err
	}
	b := &book{zip: z, dates: make(map[int]bool)}
	if err := b.readSheets(); err != nil {
		return nil, err
	}
	b.file, err = excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: MaxUnzipped, UnzipXMLSizeLimit: spill,
	})
	if err != nil {
		if b.file != nil {
			b.file.Close()
		}
		return nil, refuseFor(err, "broken")
	}
	return b, nil
}

func (b *book) close() error {
	if err := b.file.Close(); err != nil {
		return fmt.Errorf("close workbook: %w", err)
	}
	return nil
}

// notes says which sheets are not read because they are hidden.
func (b *book) notes() []Note {
	var notes []Note
	for _, name := range b.hidden {
		notes = append(notes, Note{"importer.note.hidden_sheet", []any{"sheet", shown(name)}})
	}
	return notes
}

type workbookXML struct {
	Props struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string     `xml:"name,attr"`
		State string     `xml:"state,attr"`
		Attrs []xml.Attr `xml:",any,attr"`
	} `xml:"sheets>sheet"`
}

type relsXML struct {
	Rels []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
		Mode   string `xml:"TargetMode,attr"`
	} `xml:"Relationship"`
}

// readSheets lists the sheets, hidden ones apart, and finds their parts.
func (b *book) readSheets() error {
	var w workbookXML
	var rels relsXML
	if err := b.decode("xl/workbook.xml", &w); err != nil {
		return err
	}
	if err := b.decode("xl/_rels/workbook.xml.rels", &rels); err != nil {
		return err
	}
	targets := make(map[string]string, len(rels.Rels))
	for _, r := range rels.Rels {
		if strings.EqualFold(r.Mode, "External") {
			return refuse("external_link")
		}
		if strings.HasSuffix(r.Type, "/worksheet") {
			targets[r.ID] = partPath(r.Target)
		}
	}
	b.date04 = w.Props.Date1904 == "1" || w.Props.Date1904 == "true"
	for _, s := range w.Sheets {
		part := targets[relID(s.Attrs)]
		switch {
		case s.State == "hidden", s.State == "veryHidden":
			b.hidden = append(b.hidden, s.Name)
		case part != "" && b.part(part) != nil:
			b.visible = append(b.visible, sheet{s.Name, part})
		}
	}
	if len(b.visible) == 0 {
		return refuse("no_sheet")
	}
	return nil
}

func relID(attrs []xml.Attr) string {
	for _, a := range attrs {
		if a.Name.Local == "id" {
			return a.Value
		}
	}
	return ""
}

// partPath is the name in the archive of a target relative to xl/.
func partPath(target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join("xl", target)
}

func (b *book) part(name string) *zip.File {
	for _, f := range b.zip.File {
		if strings.EqualFold(f.Name, name) {
			return f
		}
	}
	return nil
}

func (b *book) decode(name string, v any) error {
	f := b.part(name)
	if f == nil {
		return refuse("broken_part", "part", name)
	}
	rc, err := f.Open()
	if err != nil {
		return refuseFor(err, "broken_part", "part", name)
	}
	defer rc.Close()
	if err := xml.NewDecoder(rc).Decode(v); err != nil {
		return refuseFor(err, "broken_part", "part", name)
	}
	return nil
}

// isDate reports whether a style shows a number as a date.
func (b *book) isDate(style int) bool {
	if style <= 0 {
		return false
	}
	known, ok := b.dates[style]
	if !ok {
		if s, err := b.file.GetStyle(style); err == nil && s != nil {
			known = dateFormat(s.NumFmt, s.CustomNumFmt)
		}
		b.dates[style] = known
	}
	return known
}

// dateFormat reports whether a number format shows a date. Formats 27–36 and
// 50–58 are the built-in Chinese ones.
func dateFormat(id int, custom *string) bool {
	if custom == nil {
		return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 58
	}
	quoted, s := false, strings.Builder{}
	for _, r := range strings.ToLower(*custom) {
		switch {
		case r == '"':
			quoted = !quoted
		case !quoted:
			s.WriteRune(r)
		}
	}
	code := s.String()
	if i := strings.LastIndex(code, "]"); i >= 0 { // locale, colour, condition
		code = code[i+1:]
	}
	return strings.Contains(code, "y") || strings.Contains(code, "m") && strings.Contains(code, "d")
}

// sheetRows reads one sheet twice at once, row by row and ahead of who asks:
// values from excelize, kinds from the part itself. A part on which the two do
// not agree is refused: excelize would take the end of broken XML for the end of
// the sheet.
type sheetRows struct {
	book  *book
	sheet sheet
	kinds *kinds
	typed *ahead[rowKinds] // reads kinds
	vals  *excelize.Rows
	at    int         // rows taken from vals
	ready *ahead[Row] // reads typed and vals together
}

func (b *book) rows(i int) (rows, error) {
	s := b.visible[i]
	k, err := newKinds(b.part(s.part), s)
	if err != nil {
		return nil, err
	}
	vals, err := b.file.Rows(s.name)
	if err != nil {
		k.close()
		return nil, refuseFor(err, "broken_sheet", "sheet", shown(s.name), "row", 1)
	}
	r := &sheetRows{book: b, sheet: s, kinds: k, vals: vals, typed: readAhead(k.next)}
	r.ready = readAhead(r.read)
	return r, nil
}

func (s *sheetRows) next() (Row, error) { return s.ready.next() }

func (s *sheetRows) close() error {
	s.ready.close() // first, since it asks typed
	s.typed.close()
	err := s.kinds.close()
	if e := s.vals.Close(); err == nil && e != nil {
		err = fmt.Errorf("close sheet: %w", e)
	}
	return err
}

func (s *sheetRows) broken(err error, row int) error {
	return refuseFor(err, "broken_sheet", "sheet", shown(s.sheet.name), "row", row)
}

func (s *sheetRows) read() (Row, error) {
	kinds, err := s.typed.next()
	if err != nil {
		return Row{}, err
	}
	number := kinds.number
	for s.at < number-1 { // rows that the part leaves out
		s.at++
		if !s.vals.Next() {
			return Row{}, s.broken(s.vals.Error(), number)
		}
		if _, err := s.vals.Columns(); err != nil {
			return Row{}, s.broken(err, number)
		}
	}
	s.at++
	if !s.vals.Next() {
		return Row{}, s.broken(s.vals.Error(), number)
	}
	values, err := s.vals.Columns()
	if err != nil {
		return Row{}, s.broken(err, number)
	}
	if len(values) > MaxColumns {
		return Row{}, refuse("columns", "sheet", shown(s.sheet.name), "row", number, "limit", MaxColumns)
	}
	row := Row{Number: number, Hidden: kinds.hidden, Cells: make([]Cell, len(values))}
	for i, v := range values {
		if len(v) > MaxCell && len([]rune(v)) > MaxCell {
			return Row{}, refuse("cell_size", "sheet", shown(s.sheet.name), "row", number, "column", ColumnName(i), "limit", MaxCell)
		}
		row.Cells[i] = s.cell(v, kinds.of(i))
	}
	return row, nil
}

// cell gives a raw value its kind and a plain form.
func (s *sheetRows) cell(v string, k rawKind) Cell {
	switch {
	case k.formula:
		return Cell{v, Formula}
	case v == "":
		return Cell{}
	case k.typ == "e":
		return Cell{v, Error}
	case k.typ == "d":
		d, _, _ := strings.Cut(v, "T")
		return Cell{d, Date}
	case k.typ == "" || k.typ == "n":
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return Cell{v, Text}
		}
		if s.book.isDate(k.style) {
			if t, err := excelize.ExcelDateToTime(n, s.book.date04); err == nil && n >= 1 {
				return Cell{t.Format("2006-01-02"), Date}
			}
		}
		return Cell{strconv.FormatFloat(n, 'f', -1, 64), Number}
	}
	return Cell{v, Text}
}

// endNotes tells of merged cells, which are listed after the rows.
func (s *sheetRows) endNotes() []Note {
	if s.kinds.merged == 0 {
		return nil
	}
	return []Note{{"importer.note.merged", []any{"sheet", shown(s.sheet.name), "count", s.kinds.merged, "first", s.kinds.firstMerge}}}
}

// ColumnName is the letters of a column, A for 0.
func ColumnName(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return strconv.Itoa(i + 1)
	}
	return name
}

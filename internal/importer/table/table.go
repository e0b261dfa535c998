// Package table reads a clerk's table: an XLSX workbook or a CSV file from a
// stranger's hand. It decides what a file is by its content, never by its
// name, holds every file to limits of its own before any library sees it, and
// refuses what it cannot read truthfully: encrypted files, macros, links to
// other workbooks, old binary formats, archives that grow out of proportion.
//
// Every refusal is a *fault.Fault of kind Invalid with a catalogue key
// "importer.file.…" and, where known, sheet, row and column. What was read but
// should be told to the clerk (hidden sheets, merged cells) is a Note.
package table

import (
	"io"
	"slices"

	"anju/internal/fault"
)

// Limits on an uploaded file. They are ours, and come before any library.
const (
	MaxUpload    = 64 << 20  // bytes of the file as sent
	MaxUnzipped  = 512 << 20 // bytes of all parts together
	MaxPart      = 400 << 20 // bytes of one part: a county of 210,000 people in 25 columns is some 270 MB
	MaxOther     = 32 << 20  // bytes of all parts that are neither sheet nor strings
	MaxEntries   = 2000      // parts in the archive
	MaxRatio     = 200       // unzipped to zipped, for parts above ratioFloor
	MaxColumns   = 512       // columns of a row
	MaxCell      = 32767     // characters in a cell: the limit of Excel itself
	MaxEmptyRows = 10000     // empty rows in a run; after that nobody is at home
	HeaderWithin = 10        // the header is looked for in so many first rows
	ratioFloor   = 1 << 20   // a small part may compress as well as it likes
	maxRecord    = 1 << 20   // bytes of one CSV record
	maxStrings   = 3_000_000 // shared strings of a workbook
	maxTextRun   = 1 << 20   // bytes between two tags of a part
	maxTag       = 64 << 10  // bytes of one tag of a part
	maxRowCells  = 16384     // cells of a row: the limit of Excel itself
	maxRowNumber = 1 << 20   // rows of a sheet: the limit of Excel itself
	maxSheetText = 128       // characters of a sheet name shown back
)

// A Format is what a file turned out to be.
type Format string

const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// A Kind says how a cell was typed in the file.
type Kind int

const (
	Empty   Kind = iota
	Text         // typed as text; every cell of a CSV file
	Number       // a number, in plain decimal notation
	Date         // a number shown as a date, given as 2006-01-02
	Formula      // computed in the workbook; Text is the value last computed
	Error        // a spreadsheet error such as #N/A
)

// A Cell is one value and how it was typed.
type Cell struct {
	Text string
	Kind Kind
}

// A Row is one row of the table. Number counts from 1 as the spreadsheet
// program shows it, so the header is usually row 1.
type Row struct {
	Number int
	Hidden bool // by hand or by a filter
	Cells  []Cell
}

// Cell returns the cell in the column with the given index, or an empty cell.
func (r Row) Cell(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

// Blank reports whether no cell of the row holds anything.
func (r Row) Blank() bool {
	for _, c := range r.Cells {
		if c.Kind == Formula || Clean(c.Text) != "" {
			return false
		}
	}
	return true
}

// A Note tells the clerk something about the file as a whole that did not stop
// the reading. Key is a catalogue key "importer.note.…".
type Note struct {
	Key  string
	Args []any // name, value pairs for the catalogue text
}

// rows is one sheet being read. next returns io.EOF after the last row.
type rows interface {
	next() (Row, error)
	close() error
}

// A Table is an open file. It is read once, from top to bottom.
type Table struct {
	Name     string // as the clerk called it; never trusted
	Format   Format
	Encoding string // of a CSV file: UTF-8, UTF-16 or GB18030
	Comma    rune   // of a CSV file
	Sheet    string // of a workbook, once chosen

	best   Partial // the header that was refused
	book   *book
	cur    rows
	peeked []Row // rows read while looking for the header, not yet returned
	hidden []int // numbers of rows that were read and do not show
	empty  int   // empty rows in a run
	ended  bool
	notes  []Note // of the file
	said   []Note // of the sheet being read
}

// Open looks at a file and prepares to read it. It returns a fault of kind
// Invalid if the file is refused, and another error if r cannot be read.
// The caller closes the table; r must stay readable until then.
func Open(name string, r io.ReaderAt, size int64) (*Table, error) {
	if size > MaxUpload {
		return nil, refuse("too_large", "size", megabytes(size), "limit", megabytes(MaxUpload))
	}
	if size == 0 {
		return nil, refuse("empty")
	}
	kind, err := sniff(r, size)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: name, Format: kind}
	if kind == CSV {
		return t, t.openCSV(r, size)
	}
	if t.book, err = openBook(r, size); err != nil {
		return nil, err
	}
	t.notes = append(t.notes, t.book.notes()...)
	return t, nil
}

// Next returns the next row that is not empty, or io.EOF. If no header was
// looked for, a workbook is read from its first visible sheet.
func (t *Table) Next() (Row, error) {
	if len(t.peeked) > 0 {
		row := t.peeked[0]
		t.peeked = t.peeked[1:]
		return row, nil
	}
	if t.ended {
		return Row{}, io.EOF
	}
	if t.cur == nil {
		if err := t.use(0); err != nil {
			return Row{}, err
		}
	}
	return t.read()
}

// read returns the next row that is not empty from the sheet itself.
func (t *Table) read() (Row, error) {
	last := 0
	for {
		row, err := t.cur.next()
		if err == io.EOF {
			t.ended = true
			t.said = append(t.said, t.endNotes()...)
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, err
		}
		if !row.Blank() {
			t.empty = 0
			if row.Hidden {
				t.hidden = append(t.hidden, row.Number)
			}
			return row, nil
		}
		if t.empty++; t.empty == 1 {
			last = row.Number
		}
		if t.empty > MaxEmptyRows {
			t.ended = true
			t.said = append(t.said, t.endNotes()...)
			t.said = append(t.said, Note{"importer.note.empty_rows", []any{"row", max(last, row.Number-MaxEmptyRows), "count", MaxEmptyRows}})
			return Row{}, io.EOF
		}
	}
}

// Notes returns what the clerk should know about the file. It is complete
// after Next has returned io.EOF.
func (t *Table) Notes() []Note { return slices.Concat(t.notes, t.said) }

// Close releases the file and anything spilled to disk.
func (t *Table) Close() error {
	var err error
	if t.cur != nil {
		err = t.cur.close()
		t.cur = nil
	}
	if t.book != nil {
		if e := t.book.close(); err == nil {
			err = e
		}
		t.book = nil
	}
	return err
}

// use begins to read the visible sheet with the given index.
func (t *Table) use(i int) error {
	if t.book == nil {
		return nil
	}
	if t.cur != nil {
		if err := t.cur.close(); err != nil {
			return err
		}
	}
	rows, err := t.book.rows(i)
	if err != nil {
		return err
	}
	t.cur, t.Sheet, t.hidden, t.empty, t.ended, t.said = rows, t.book.visible[i].name, nil, 0, false, nil
	return nil
}

func (t *Table) endNotes() (notes []Note) {
	if len(t.hidden) > 0 {
		notes = append(notes, Note{"importer.note.hidden_rows", []any{"sheet", shown(t.Sheet), "count", len(t.hidden), "first", t.hidden[0]}})
	}
	if s, ok := t.cur.(*sheetRows); ok {
		notes = append(notes, s.endNotes()...)
	}
	return notes
}

//i18n:dynamic importer.file.

// refuse returns the refusal with the catalogue key importer.file.what.
func refuse(what string, args ...any) *fault.Fault {
	return fault.New(fault.Invalid, "importer.file."+what, args...)
}

// refuseFor is refuse with a cause that only the log sees.
func refuseFor(err error, what string, args ...any) *fault.Fault {
	return fault.Wrap(fault.Invalid, "importer.file."+what, err, args...)
}

// megabytes rounds up, so that a file just over a limit does not read as equal
// to it.
func megabytes(n int64) int64 { return (n + 1<<20 - 1) >> 20 }

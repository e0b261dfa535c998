package table

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// openCSV prepares to read a text file: its encoding and what separates cells.
func (t *Table) openCSV(r io.ReaderAt, size int64) error {
	text, enc, err := decoded(r, size)
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(text, 64<<10)
	head, err := in.Peek(32 << 10)
	if err != nil && err != io.EOF {
		return refuseFor(err, "encoding", "row", 1)
	}
	t.Encoding, t.Comma, t.Sheet = enc, separator(head), "CSV"
	t.cur = &csvRows{in: in, comma: t.Comma, utf8: enc == utf8Name}
	return nil
}

// separator is the one of comma, semicolon and tab that the first lines use
// most, outside quotation marks.
func separator(head []byte) rune {
	var comma, semicolon, tab, lines int
	quoted := false
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			comma++
		case c == ';':
			semicolon++
		case c == '\t':
			tab++
		case c == '\n':
			lines++
		}
		if lines == HeaderWithin {
			break
		}
	}
	switch {
	case tab > comma && tab > semicolon:
		return '\t'
	case semicolon > comma:
		return ';'
	}
	return ','
}

// csvRows reads RFC 4180 with the liberties that spreadsheet programs take:
// other separators, lone quotation marks in a cell, any line ending. Rows are
// counted as a spreadsheet shows them, empty lines included. It is our own
// because encoding/csv counts no empty line and keeps a record of any size.
type csvRows struct {
	in     *bufio.Reader
	comma  rune
	utf8   bool // as it came: what was not, decoding has made so
	number int
	done   bool
}

func (c *csvRows) close() error { return nil }

// A csvState says where in a cell the reading stands.
type csvState int

const (
	cellStart csvState = iota
	cellPlain
	cellQuoted
	cellClosed // after the closing quotation mark
)

func (c *csvRows) next() (Row, error) {
	if c.done {
		return Row{}, io.EOF
	}
	row := Row{Number: c.number + 1}
	var cell strings.Builder
	state, size, wasQuoted := cellStart, 0, false
	end := func() error {
		row.Cells = append(row.Cells, csvCell(cell.String(), wasQuoted))
		cell.Reset()
		state, wasQuoted = cellStart, false
		if len(row.Cells) > MaxColumns {
			return refuse("columns", "sheet", "CSV", "row", row.Number, "limit", MaxColumns)
		}
		return nil
	}
	for {
		r, n, err := c.in.ReadRune()
		if err == io.EOF {
			return c.last(row, cell.String(), state, wasQuoted)
		}
		if err != nil {
			return Row{}, fmt.Errorf("read text: %w", err)
		}
		if size += n; size > maxRecord {
			return Row{}, c.tooLong(row.Number, state)
		}
		switch {
		case r == 0:
			return Row{}, refuse("nul", "row", row.Number, "column", ColumnName(len(row.Cells)))
		case r == utf8.RuneError && (n == 1 || !c.utf8): // the sign itself was lost before
			return Row{}, refuse("encoding", "row", row.Number, "column", ColumnName(len(row.Cells)))
		case state == cellQuoted && r != '"':
			cell.WriteRune(r)
		case state == cellQuoted:
			state = cellClosed
		case r == '"' && state == cellStart:
			state, wasQuoted = cellQuoted, true
		case r == '"' && state == cellClosed:
			cell.WriteRune('"')
			state = cellQuoted
		case r == c.comma:
			if err := end(); err != nil {
				return Row{}, err
			}
		case r == '\n', r == '\r':
			if r == '\r' {
				c.skip('\n')
			}
			c.number++
			return row, end()
		default:
			cell.WriteRune(r)
			if state == cellStart {
				state = cellPlain
			}
		}
	}
}

// last returns the record that the end of the file ends.
func (c *csvRows) last(row Row, cell string, state csvState, quoted bool) (Row, error) {
	c.done = true
	if state == cellQuoted {
		return Row{}, refuse("open_quote", "row", row.Number)
	}
	if cell == "" && len(row.Cells) == 0 && state == cellStart {
		return Row{}, io.EOF
	}
	row.Cells = append(row.Cells, csvCell(cell, quoted))
	c.number++
	return row, nil
}

func (c *csvRows) tooLong(row int, state csvState) error {
	if state == cellQuoted {
		return refuse("open_quote", "row", row)
	}
	return refuse("line_size", "row", row, "limit", megabytes(maxRecord))
}

// skip reads over one rune if it comes next.
func (c *csvRows) skip(want rune) {
	if r, _, err := c.in.ReadRune(); err == nil && r != want {
		_ = c.in.UnreadRune() // always possible after ReadRune
	}
}

// csvCell gives a cell of a text file its kind. ="0123" is how people make
// Excel keep a number as text; any other text that begins with = is a formula.
func csvCell(s string, quoted bool) Cell {
	if len(s) > 3 && strings.HasPrefix(s, `="`) && strings.HasSuffix(s, `"`) && !strings.Contains(s[2:len(s)-1], `"`) {
		return Cell{s[2 : len(s)-1], Text}
	}
	switch {
	case s == "":
		return Cell{}
	case strings.HasPrefix(s, "=") && len(s) > 1:
		return Cell{s, Formula}
	}
	return Cell{s, Text}
}

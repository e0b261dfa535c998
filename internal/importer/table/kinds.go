package table

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// rawKind is how the sheet itself types a cell.
type rawKind struct {
	typ     string // attribute t
	style   int    // attribute s
	formula bool
}

// rowKinds is a row's number and the kinds of its cells by column.
type rowKinds struct {
	number int
	hidden bool
	cells  []rawKind
}

// of is the kind of the cell in a column.
func (r rowKinds) of(column int) rawKind {
	if column < len(r.cells) {
		return r.cells[column]
	}
	return rawKind{}
}

// kinds reads the kinds of the cells of a sheet, row by row. It is stricter
// than a spreadsheet program would be: rows and cells come in order, each once.
type kinds struct {
	sheet      sheet
	rc         io.ReadCloser
	dec        *xml.Decoder
	row        int
	merged     int
	firstMerge string
	ended      bool
}

func newKinds(f *zip.File, s sheet) (*kinds, error) {
	rc, err := f.Open()
	if err != nil {
		return nil, refuseFor(err, "broken_part", "part", shown(f.Name))
	}
	return &kinds{sheet: s, rc: rc, dec: xml.NewDecoder(rc)}, nil
}

func (k *kinds) close() error { return k.rc.Close() }

func (k *kinds) broken(err error) error {
	return refuseFor(err, "broken_sheet", "sheet", shown(k.sheet.name), "row", k.row+1)
}

// next returns the kinds of the next row, or io.EOF after the end of the whole
// part.
func (k *kinds) next() (rowKinds, error) {
	if k.ended {
		return rowKinds{}, io.EOF
	}
	for {
		tok, err := k.dec.Token()
		if err == io.EOF {
			k.ended = true
			return rowKinds{}, io.EOF
		}
		if err != nil {
			return rowKinds{}, k.broken(err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "row":
			return k.cells(start)
		case "mergeCell":
			if k.merged++; k.merged == 1 {
				k.firstMerge = shown(attr(start, "ref"))
			}
		}
	}
}

func (k *kinds) cells(start xml.StartElement) (out rowKinds, err error) {
	number := k.row + 1
	if r := attr(start, "r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < number || n > maxRowNumber {
			return rowKinds{}, k.broken(fmt.Errorf("row number %q after %d", r, k.row))
		}
		number = n
	}
	k.row = number - 1
	hides := attr(start, "hidden")
	out.number, out.hidden = number, hides == "1" || hides == "true"
	column := -1
	for {
		tok, err := k.dec.Token()
		if err != nil {
			return rowKinds{}, k.broken(err)
		}
		switch t := tok.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				k.row = number
				return out, nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				if t.Name.Local == "row" {
					return rowKinds{}, k.broken(fmt.Errorf("row within a row"))
				}
				continue
			}
			if column, err = k.column(t, column, number); err != nil {
				return rowKinds{}, err
			}
			if column >= maxRowCells {
				return rowKinds{}, k.broken(fmt.Errorf("column %d", column+1))
			}
			kind, err := k.cell(t)
			if err != nil {
				return rowKinds{}, err
			}
			for len(out.cells) < column {
				out.cells = append(out.cells, rawKind{})
			}
			out.cells = append(out.cells, kind)
		}
	}
}

// column is where a cell stands, which must be after the one before it.
func (k *kinds) column(c xml.StartElement, last, row int) (int, error) {
	ref := attr(c, "r")
	if ref == "" {
		return last + 1, nil
	}
	col, r, err := excelize.CellNameToCoordinates(ref)
	if err != nil || r != row || col-1 <= last {
		return 0, k.broken(fmt.Errorf("cell %q in row %d", ref, row))
	}
	return col - 1, nil
}

// cell reads to the end of a cell.
func (k *kinds) cell(c xml.StartElement) (rawKind, error) {
	kind := rawKind{typ: attr(c, "t")}
	kind.style, _ = strconv.Atoi(attr(c, "s"))
	depth := 1
	for depth > 0 {
		tok, err := k.dec.Token()
		if err != nil {
			return kind, k.broken(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			depth++
			if depth == 2 && t.Name.Local == "f" {
				kind.formula = true
			}
		case xml.EndElement:
			depth--
		}
	}
	return kind, nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if strings.EqualFold(a.Name.Local, name) && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

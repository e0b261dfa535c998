package ledger

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// Purposes for taking a ledger along: what stands in the access log, and what
// those in it will read there.
var Purposes = []string{"report", "check", "service", "archive"}

// maxRows is how many entries one workbook may carry: more is another's work,
// or a shorter period.
const maxRows = 5000

// An Export is a ledger as a workbook, for a stated purpose.
type Export struct {
	Query
	Purpose string // one of Purposes
}

// Write writes a ledger in the layout offices use: title, unit and period,
// head, entries, sums, and a line to sign. It says on itself who took it along,
// when and for what. Everybody in it has been looked at.
func (s *Service) Write(ctx context.Context, by actor.Actor, e Export, w io.Writer) error {
	if err := e.allowed(by, policy.LedgerExport); err != nil {
		return err
	}
	if err := purpose(e.Purpose); err != nil {
		return err
	}
	var book sheet
	err := s.DB.Look(ctx, by, db.Purpose{Action: string(policy.LedgerExport), For: forWhat(e.Purpose)}, func(tx *db.Tx) error {
		tx.Saw()
		all, err := read(tx, e.Query, maxRows+1)
		if err != nil {
			return err
		}
		if len(all) > maxRows {
			return fault.New(fault.Conflict, "ledger.too_many", "n", maxRows)
		}
		for _, one := range all {
			tx.Saw("household/" + string(one.HouseholdID))
		}
		x, err := division.Load(tx)
		if err != nil {
			return err
		}
		book = ledgerSheet(x, e, all)
		book.note = exported(tx, by, e.Purpose)
		return nil
	})
	if err != nil {
		return err // not logged, or not allowed: nothing leaves
	}
	return book.write(w)
}

// WriteMatrix writes a matrix in the layout offices use. It names nobody; that
// it was taken along is logged all the same.
func (s *Service) WriteMatrix(ctx context.Context, by actor.Actor, q MatrixQuery, why string, w io.Writer) error {
	scope, err := policy.Predicate(by, policy.LedgerExport)
	if err != nil {
		return err
	}
	if err := q.complete(by); err != nil {
		return err
	}
	if err := purpose(why); err != nil {
		return err
	}
	var book sheet
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(policy.LedgerExport), For: forWhat(why)}, func(tx *db.Tx) error {
		tx.Saw()
		m, err := matrix(tx, scope, q)
		if err != nil {
			return err
		}
		x, err := division.Load(tx)
		if err != nil {
			return err
		}
		book = matrixSheet(x, q, m)
		book.note = exported(tx, by, why)
		return nil
	})
	if err != nil {
		return err
	}
	return book.write(w)
}

// forWhat is a purpose as the access log keeps it: a key of the catalogue.
func forWhat(why string) string { return "ledger.why." + why } //i18n:dynamic ledger.why.

func purpose(why string) error {
	if slices.Contains(Purposes, why) {
		return nil
	}
	return &fault.Fault{Kind: fault.Invalid, Key: "ledger.purpose", Fields: fault.Fields{{Name: "purpose", Key: "ledger.purpose"}}}
}

func exported(tx *db.Tx, by actor.Actor, why string) string {
	return i18n.T("ledger.sheet.exported", "name", by.Name, "office", by.Office, "at", tx.Now().In(calendar.Zone).Format("2006-01-02 15:04"), "why", i18n.T(forWhat(why))) //i18n:dynamic ledger.why.
}

// PlaceName is an area in words: 城关镇, 城关镇清风社区, 城关镇、中厂镇.
func PlaceName(x *division.Index, place []string) string {
	var all []string
	for _, p := range place {
		all = append(all, x.FullName(p))
	}
	return strings.Join(all, i18n.T("ledger.sheet.and"))
}

func ledgerSheet(x *division.Index, e Export, all []Entry) sheet {
	s := sheet{
		name: i18n.T("ledger.side." + string(e.Side)), //i18n:dynamic ledger.side.
		unit: i18n.T("ledger.sheet.unit", "place", PlaceName(x, e.Place), "since", e.Since.Chinese(), "until", e.Until.Chinese()),
		head: i18n.T("ledger.sheet.head"), widths: []float64{6, 12, 8, 26, 26, 13, 16, 24, 22},
	}
	s.title = PlaceName(x, e.Place) + s.name
	var people int64
	for i, one := range all {
		people += one.People
		s.rows = append(s.rows, []any{i + 1, one.Head, one.People, one.From, one.To, string(one.MovedOn), programmeName(one.Programme), caseName(one.Case), one.Number})
	}
	s.total = []any{i18n.T("ledger.sheet.total"), i18n.T("ledger.sheet.moves", "n", len(all)), people}
	return s
}

func programmeName(p string) string {
	if p == "" {
		return i18n.T("ledger.unregistered")
	}
	return i18n.T("relocation.programme." + p) //i18n:dynamic relocation.programme.
}

func caseName(c string) string {
	if c == "" {
		return ""
	}
	return i18n.T("relocation.case." + c) //i18n:dynamic relocation.case.
}

func axisName(a Axis) string {
	if a.Code == Outside {
		return i18n.T("ledger.outside")
	}
	return a.Name
}

func matrixSheet(x *division.Index, q MatrixQuery, m Matrix) sheet {
	s := sheet{name: i18n.T("ledger.matrix"), title: x.FullName(q.From) + i18n.T("ledger.matrix"),
		unit: i18n.T("ledger.sheet.unit", "place", x.FullName(q.From), "since", q.Since.Chinese(), "until", q.Until.Chinese()), widths: []float64{16}}
	head := []string{i18n.T("ledger.sheet.corner")}
	for _, c := range m.Columns {
		head = append(head, axisName(c))
		s.widths = append(s.widths, 12)
	}
	s.head = strings.Join(append(head, i18n.T("ledger.sheet.total")), "|")
	for _, r := range m.Rows {
		row := []any{axisName(r)}
		for _, c := range m.Columns {
			row = append(row, m.Cells[[2]string{r.Code, c.Code}].People)
		}
		s.rows = append(s.rows, append(row, m.Row(r.Code).People))
	}
	s.total = []any{i18n.T("ledger.sheet.total")}
	for _, c := range m.Columns {
		s.total = append(s.total, m.Column(c.Code).People)
	}
	s.total = append(s.total, m.Row("").People)
	return s
}

// A sheet is a table as offices lay it out.
type sheet struct {
	name, title, unit string
	head              string // columns, with | between them
	rows              [][]any
	total             []any
	note              string // who took it along
	widths            []float64
}

// write writes the workbook: every word as text, so that none becomes a formula.
func (s sheet) write(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := s.fill(f); err != nil {
		return fmt.Errorf("write ledger: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write ledger: %w", err)
	}
	return nil
}

func (s sheet) fill(f *excelize.File) error {
	if err := f.SetSheetName("Sheet1", s.name); err != nil {
		return err
	}
	border := []excelize.Border{{Type: "left", Style: 1, Color: "000000"}, {Type: "right", Style: 1, Color: "000000"}, {Type: "top", Style: 1, Color: "000000"}, {Type: "bottom", Style: 1, Color: "000000"}}
	var styles [5]int
	for i, st := range []excelize.Style{
		{Font: &excelize.Font{Bold: true, Size: 16}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}},
		{Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}},
		{Font: &excelize.Font{Bold: true}, Border: border, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}},
		{NumFmt: 49, Border: border, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}},
		{NumFmt: 1, Border: border, Alignment: &excelize.Alignment{Vertical: "center"}},
	} {
		var err error
		if styles[i], err = f.NewStyle(&st); err != nil {
			return err
		}
	}
	out, err := f.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	for i, w := range s.widths {
		if err := out.SetColWidth(i+1, i+1, w); err != nil {
			return err
		}
	}
	head := strings.Split(s.head, "|")
	last, err := excelize.ColumnNumberToName(len(head))
	if err != nil {
		return err
	}
	at := 0
	line := func(style int, height float64, cells ...any) error {
		at++
		row := make([]any, len(cells))
		for i, c := range cells {
			st := style
			if text, ok := c.(string); ok {
				c = clean(text)
			} else if style == styles[3] {
				st = styles[4]
			}
			row[i] = excelize.Cell{StyleID: st, Value: c}
		}
		return out.SetRow(fmt.Sprintf("A%d", at), row, excelize.RowOpts{Height: height})
	}
	wide := func(style int, height float64, text string) error {
		if err := line(style, height, text); err != nil {
			return err
		}
		return out.MergeCell(fmt.Sprintf("A%d", at), fmt.Sprintf("%s%d", last, at))
	}
	if err := wide(styles[0], 30, s.title); err != nil {
		return err
	}
	if err := wide(styles[1], 20, s.unit); err != nil {
		return err
	}
	cells := make([]any, len(head))
	for i, h := range head {
		cells[i] = h
	}
	if err := line(styles[2], 24, cells...); err != nil {
		return err
	}
	for _, r := range append(s.rows, s.total) {
		if err := line(styles[3], 0, r...); err != nil {
			return err
		}
	}
	if err := wide(styles[1], 28, i18n.T("ledger.sheet.sign")); err != nil {
		return err
	}
	if err := wide(styles[1], 34, i18n.T("ledger.sheet.protected")+s.note); err != nil {
		return err
	}
	return out.Flush()
}

// clean leaves out what a cell cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, s)
}

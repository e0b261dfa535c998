package importer

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"anju/internal/i18n"
	"anju/internal/importer/table"
)

// WriteXLSX gives the clerk's own table back: every row where it was, each row
// with a fault coloured and the reasons beside it, and a summary on a second
// sheet. src is the file that was read. Every cell is text, shown as text and
// kept as text when somebody edits it, so that no value can become a formula.
// Columns that were left unread stay empty. The result can be mended and
// imported again.
func (r *Report) WriteXLSX(w io.Writer, src io.ReaderAt, size int64) error {
	t, err := table.Open(r.File, src, size)
	if err != nil {
		return err
	}
	defer t.Close()
	columns, err := r.columns()
	if err != nil {
		return err
	}
	h, err := t.FindHeader(columns)
	if err != nil {
		return err
	}
	if h.Row != r.HeaderRow || t.Sheet != r.Sheet {
		return errStale
	}
	f := excelize.NewFile()
	defer f.Close()
	b := &returned{file: f, header: h, reasons: r.reasons()}
	if err := b.write(t, sheetName(r.Sheet)); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := r.summary(f); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func sheetName(s string) string {
	if s == "" || s == i18n.T("importer.report.summary") {
		return "CSV"
	}
	return s
}

// reason is what stands beside a row.
type reason struct {
	text string
	bad  bool
}

func (r *Report) reasons() map[int]reason {
	out := make(map[int]reason)
	for _, f := range r.Faults {
		have := out[f.Row]
		if have.text != "" {
			have.text += "；"
		}
		have.text += f.Message()
		have.bad = have.bad || f.Severity == Error
		out[f.Row] = have
	}
	return out
}

// returned is the sheet being written back.
type returned struct {
	file    *excelize.File
	header  *table.Header
	reasons map[int]reason
	out     *excelize.StreamWriter
	at      int // index of the column of reasons
	styles  struct{ plain, head, bad, warn int }
}

func (b *returned) write(t *table.Table, sheet string) error {
	if err := b.file.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	if err := b.style(); err != nil {
		return err
	}
	var err error
	if b.out, err = b.file.NewStreamWriter(sheet); err != nil {
		return err
	}
	if b.at = slices.Index(b.header.Names, colReason); b.at < 0 {
		b.at = len(b.header.Names)
	}
	if err := b.out.SetColWidth(1, max(b.at, 1), 14); err != nil {
		return err
	}
	if err := b.out.SetColWidth(b.at+1, b.at+1, 60); err != nil {
		return err
	}
	for _, row := range b.header.Above {
		if err := b.row(row, row.Number == b.header.Row); err != nil {
			return err
		}
	}
	for {
		row, err := t.Next()
		if err == io.EOF {
			return b.out.Flush()
		}
		if err != nil {
			return err
		}
		if err := b.row(row, false); err != nil {
			return err
		}
	}
}

func (b *returned) style() error {
	fill := func(color string, bold bool) (int, error) {
		s := &excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: bold}}
		if color != "" {
			s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
		}
		if bold {
			s.Font = &excelize.Font{Bold: true}
		}
		return b.file.NewStyle(s)
	}
	for _, s := range []struct {
		into  *int
		color string
		bold  bool
	}{{&b.styles.plain, "", false}, {&b.styles.head, "D9E1F2", true}, {&b.styles.bad, "FFC7CE", false}, {&b.styles.warn, "FFF2CC", false}} {
		var err error
		if *s.into, err = fill(s.color, s.bold); err != nil {
			return err
		}
	}
	return nil
}

func (b *returned) row(row table.Row, head bool) error {
	why, style := b.reasons[row.Number], b.styles.plain
	switch {
	case head:
		style = b.styles.head
	case why.bad:
		style = b.styles.bad
	case why.text != "":
		style = b.styles.warn
	}
	n := max(len(row.Cells), b.at+1)
	cells := make([]any, n)
	for i := range cells {
		text := row.Cell(i).Text
		switch {
		case i == b.at && head:
			text = colReason
		case i == b.at:
			text = why.text
		case !head && row.Number > b.header.Row && b.dropped(i):
			text = ""
		}
		cells[i] = excelize.Cell{StyleID: style, Value: plain(text)}
	}
	return b.out.SetRow(fmt.Sprintf("A%d", row.Number), cells)
}

// dropped reports whether a column was left unread on purpose.
func (b *returned) dropped(i int) bool {
	return i < len(b.header.Names) && b.header.Names[i] != "" && slices.Contains(b.header.Dropped, b.header.Names[i])
}

// plain cuts a text to what a cell takes, without control characters.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > table.MaxCell {
		s = string(r[:table.MaxCell-1]) + "…"
	}
	return s
}

// summary writes the second sheet: the counts, what to know about the file, and
// each kind of fault with how often it occurs and where first.
func (r *Report) summary(f *excelize.File) error {
	name := i18n.T("importer.report.summary")
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, 1, 22); err != nil {
		return err
	}
	if err := out.SetColWidth(4, 4, 80); err != nil {
		return err
	}
	for i, cells := range r.summaryRows() {
		row := make([]any, len(cells))
		for j, c := range cells {
			row[j] = excelize.Cell{StyleID: text, Value: c}
			if s, ok := c.(string); ok {
				row[j] = excelize.Cell{StyleID: text, Value: plain(s)}
			}
		}
		if err := out.SetRow(fmt.Sprintf("A%d", i+1), row); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (r *Report) summaryRows() [][]any {
	rows := [][]any{
		{i18n.T("importer.report.file"), r.File},
		{i18n.T("importer.report.sheet"), r.Sheet},
		{i18n.T("importer.report.rows"), r.Rows},
		{i18n.T("importer.report.good"), r.Good},
		{i18n.T("importer.report.bad"), r.Bad},
		{i18n.T("importer.report.warnings"), r.Warnings},
		{i18n.T("importer.report.households"), r.Households},
		{i18n.T("importer.report.new"), r.New},
		{i18n.T("importer.report.updated"), r.Updated},
		{i18n.T("importer.report.unchanged"), r.Unchanged},
		{i18n.T("importer.report.dropped"), strings.Join(r.Dropped, "、")},
	}
	for _, told := range r.Told() {
		rows = append(rows, []any{i18n.T("importer.report.note"), told})
	}
	rows = append(rows, []any{}, []any{i18n.T("importer.report.code"), i18n.T("importer.report.count"),
		i18n.T("importer.report.first"), i18n.T("importer.report.example")})
	type kind struct{ count, first int }
	kinds := make(map[string]*kind)
	var order []Fault
	for _, f := range r.Faults {
		k := kinds[f.Code]
		if k == nil {
			k = &kind{first: f.Row}
			kinds[f.Code] = k
			order = append(order, f)
		}
		k.count++
	}
	for _, f := range order {
		k := kinds[f.Code]
		rows = append(rows, []any{f.Code, k.count, k.first, f.Message()})
	}
	return rows
}

package paper

import "strings"

// A Column of a table: its heading and width in millimetres.
type Column struct {
	Head  string
	W     float64
	Align Align
	Style *Style // nil means the table's cell style
	Sub   *Style // of what follows the first line feed; nil means the same
}

// A Table is a grid of text with a heading row. Cells wrap; a row is as high as
// its highest cell.
type Table struct {
	Columns []Column
	Head    Style
	Cell    Style
	PadX    float64 // millimetres left and right of text
	PadY    float64 // millimetres above and below
	MinRow  float64 // least height of a row
	Line    Colour  // rules
	Ground  Colour  // behind the heading
}

// Width is the width of the table in millimetres.
func (t Table) Width() float64 {
	var w float64
	for _, c := range t.Columns {
		w += c.W
	}
	return w
}

// RowHeight is the height a row takes in millimetres.
func (d *Doc) RowHeight(t Table, row []string) float64 {
	h := t.MinRow
	for i, c := range t.Columns {
		h = max(h, d.cellHeight(t, c, cell(row, i))+2*t.PadY)
	}
	return h
}

// FitRows reports how many of the rows fit a height, the heading included. It is
// at least one, so that a caller that turns pages always ends.
func (d *Doc) FitRows(t Table, room float64, rows [][]string) int {
	room -= d.headHeight(t)
	for i, r := range rows {
		if room -= d.RowHeight(t, r); room < -0.01 {
			return max(i, 1)
		}
	}
	return len(rows)
}

// Table draws the heading and the rows from the top left corner and returns
// the bottom edge.
func (d *Doc) Table(x, y float64, t Table, rows [][]string) float64 {
	top := y
	y = d.tableHead(x, y, t)
	for _, row := range rows {
		h := d.RowHeight(t, row)
		cx := x
		for i, c := range t.Columns {
			d.tableCell(cx, y, h, t, c, cell(row, i))
			cx += c.W
		}
		y += h
		d.Rule(x, y, x+t.Width(), y, 0.4, t.Line)
	}
	cx := x
	for i, c := range t.Columns {
		if i > 0 {
			d.Rule(cx, top, cx, y, 0.4, t.Line)
		}
		cx += c.W
	}
	d.Frame(x, top, t.Width(), y-top, 0.8, t.Line)
	return y
}

func (d *Doc) tableHead(x, y float64, t Table) float64 {
	h := d.headHeight(t)
	if h == 0 {
		return y
	}
	d.Fill(x, y, t.Width(), h, t.Ground)
	cx := x
	for _, c := range t.Columns {
		d.inCell(cx, y, c.W, h, t.PadX, t.Head.Aligned(Centre), c.Head)
		cx += c.W
	}
	d.Rule(x, y+h, x+t.Width(), y+h, 0.4, t.Line)
	return y + h
}

// headHeight is zero for a table no column of which has a heading.
func (d *Doc) headHeight(t Table) float64 {
	var h float64
	for _, c := range t.Columns {
		if c.Head != "" {
			h = max(h, d.Height(t.Head, c.W-2*t.PadX, c.Head)+2*t.PadY)
		}
	}
	return h
}

// styles are those of a cell's first paragraph and of the others.
func (t Table) styles(c Column) (first, rest Style) {
	first = t.Cell
	if c.Style != nil {
		first = *c.Style
	}
	rest = first
	if c.Sub != nil {
		rest = *c.Sub
	}
	return first.Aligned(c.Align), rest.Aligned(c.Align)
}

func (d *Doc) cellHeight(t Table, c Column, text string) float64 {
	first, rest := t.styles(c)
	head, tail, more := strings.Cut(plain(text), "\n")
	h := d.Height(first, c.W-2*t.PadX, head)
	if more {
		h += d.Height(rest, c.W-2*t.PadX, tail)
	}
	return h
}

// tableCell sets a cell in the middle of its row's height.
func (d *Doc) tableCell(x, y, h float64, t Table, c Column, text string) {
	if text == "" {
		return
	}
	first, rest := t.styles(c)
	head, tail, more := strings.Cut(plain(text), "\n")
	y += (h - d.cellHeight(t, c, text)) / 2
	y = d.Paragraph(x+t.PadX, y, c.W-2*t.PadX, first, head)
	if more {
		d.Paragraph(x+t.PadX, y, c.W-2*t.PadX, rest, tail)
	}
}

func cell(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}

// inCell sets text in the middle of a cell's height.
func (d *Doc) inCell(x, y, w, h, padX float64, s Style, text string) {
	if text == "" {
		return
	}
	th := d.Height(s, w-2*padX, text)
	d.Paragraph(x+padX, y+(h-th)/2, w-2*padX, s, text)
}

// A Field is a label and its value in a form.
type Field struct {
	Label, Value string
	LabelW       float64 // millimetres; 0 means the form's
	W            float64 // of label and value together
}

// A Form is rows of fields, as on a household booklet.
type Form struct {
	LabelW float64 // usual width of a label
	Label  Style
	Value  Style
	RowH   float64
	PadX   float64
	Line   Colour
	Ground Colour // behind labels
}

// Form draws rows of fields and returns the bottom edge. A value that does not
// fit one line is made smaller, then broken; a row grows when it must.
func (d *Doc) Form(x, y float64, f Form, rows [][]Field) float64 {
	top, width := y, 0.0
	d.labelGround(x, y, f, rows) // first, so that it covers no rule
	for _, row := range rows {
		h := d.formRow(f, row)
		cx := x
		for i, c := range row {
			lw := f.labelW(c)
			d.inCell(cx, y, lw, h, f.PadX/2, f.Label.Aligned(Centre), c.Label)
			d.inCell(cx+lw, y, c.W-lw, h, f.PadX, d.fitValue(f, c), c.Value)
			d.Rule(cx+lw, y, cx+lw, y+h, 0.4, f.Line)
			if i > 0 {
				d.Rule(cx, y, cx, y+h, 0.4, f.Line)
			}
			cx += c.W
		}
		width = max(width, cx-x)
		y += h
		d.Rule(x, y, cx, y, 0.4, f.Line)
	}
	d.Frame(x, top, width, y-top, 0.8, f.Line)
	return y
}

// labelGround paints the cells of the labels.
func (d *Doc) labelGround(x, y float64, f Form, rows [][]Field) {
	for _, row := range rows {
		h, cx := d.formRow(f, row), x
		for _, c := range row {
			d.Fill(cx, y, f.labelW(c), h, f.Ground)
			cx += c.W
		}
		y += h
	}
}

// formRow is the height of a row of fields.
func (d *Doc) formRow(f Form, row []Field) float64 {
	h := f.RowH
	for _, c := range row {
		h = max(h, d.valueHeight(f, c)+1)
	}
	return h
}

func (f Form) labelW(c Field) float64 {
	if c.LabelW > 0 {
		return c.LabelW
	}
	return f.LabelW
}

func (d *Doc) fitValue(f Form, c Field) Style {
	return d.Fit(f.Value, c.W-f.labelW(c)-2*f.PadX, 0.8, c.Value)
}

func (d *Doc) valueHeight(f Form, c Field) float64 {
	return d.Height(d.fitValue(f, c), c.W-f.labelW(c)-2*f.PadX, c.Value)
}

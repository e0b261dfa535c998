package table

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A Column is a column that an import knows, by its name and by the other names
// that offices give it.
type Column struct {
	Name     string
	Also     []string
	Required bool
	Drop     bool // known, and not to be read
}

// A Header is the row of names found in a table.
type Header struct {
	Row     int      // its row number
	Names   []string // as in the file, cleaned
	Unknown []string // names that no column has
	Dropped []string // names of columns that are not to be read
	Above   []Row    // the rows of the file down to the header, with it

	index map[string]int // index by canonical name
}

// Has reports whether the table has the column.
func (h *Header) Has(name string) bool { _, ok := h.index[name]; return ok }

// Index is the index of the column in a row, or -1.
func (h *Header) Index(name string) int {
	if i, ok := h.index[name]; ok {
		return i
	}
	return -1
}

// Cell is the cell of a row in a column; an empty one if the table has no such
// column.
func (h *Header) Cell(r Row, name string) Cell { return r.Cell(h.Index(name)) }

// Repeats reports whether a row is the header once more, as in lists that were
// pasted together or printed with a header on each page.
func (h *Header) Repeats(r Row) bool {
	same := 0
	for i, name := range h.Names {
		if name == "" {
			continue
		}
		if headerKey(r.Cell(i).Text) != headerKey(name) {
			return false
		}
		same++
	}
	return same > 0
}

// FindHeader looks for the row with the names of the columns in the first rows
// of each visible sheet, and leaves the table standing below it. It refuses a
// table that lacks a required column, naming what is missing and where it
// looked.
func (t *Table) FindHeader(columns []Column) (*Header, error) {
	m := newMatcher(columns)
	var best *guess
	for i := range t.sheets() {
		g, err := t.guess(i, m)
		if err != nil {
			return nil, err
		}
		if g != nil && (best == nil || g.score > best.score) {
			best = g
		}
		if g != nil && len(g.missing) == 0 {
			h, err := m.header(g)
			if err != nil {
				return nil, err
			}
			t.peeked = g.rows[g.at+1:]
			return h, t.noteOthers(i, m)
		}
	}
	if best == nil {
		return nil, refuse("no_rows")
	}
	t.best = m.partly(best)
	return nil, best.refusal(m)
}

// A Partial is a row that looks like the header and lacks some of it.
type Partial struct {
	Names   []string // as in the file, cleaned
	Unknown []string // names that no column has
	Missing []string // required columns that it lacks
}

// BestHeader is the row that FindHeader refused: for somebody to say which of
// its names is which column. It is empty if no row was like a header at all.
func (t *Table) BestHeader() Partial { return t.best }

func (m *matcher) partly(g *guess) (p Partial) {
	if g.score < 2 {
		return p
	}
	p.Missing = g.missing
	for _, c := range g.rows[g.at].Cells {
		name := Clean(c.Text)
		p.Names = append(p.Names, shown(name))
		if _, ok := m.find(name); !ok && name != "" {
			p.Unknown = append(p.Unknown, shown(name))
		}
	}
	return p
}

// sheets counts what may be read: the visible sheets, or the one text.
func (t *Table) sheets() int {
	if t.book == nil {
		return 1
	}
	return len(t.book.visible)
}

// A guess is the row of a sheet that looks most like the header.
type guess struct {
	sheet   string
	rows    []Row
	at      int // index in rows
	score   int // known names in it
	missing []string
}

// guess reads the first rows of a sheet. It is nil if the sheet is empty.
func (t *Table) guess(i int, m *matcher) (*guess, error) {
	if err := t.use(i); err != nil {
		return nil, err
	}
	g := &guess{sheet: shown(t.Sheet), score: -1}
	for len(g.rows) < HeaderWithin {
		row, err := t.read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		g.rows = append(g.rows, row)
		if row.Number >= HeaderWithin {
			break
		}
	}
	for at, row := range g.rows {
		if score := m.score(row); score > g.score {
			g.at, g.score, g.missing = at, score, m.missing(row)
		}
	}
	if len(g.rows) == 0 {
		return nil, nil
	}
	return g, nil
}

// refusal says what keeps the best guess from being a header.
func (g *guess) refusal(m *matcher) error {
	row := g.rows[g.at]
	if g.score < 2 {
		return refuse("header", "sheet", g.sheet, "rows", HeaderWithin, "columns", list(m.required()))
	}
	for _, d := range []int{-1, 1} {
		if j := g.at + d; j >= 0 && j < len(g.rows) && len(m.missingBoth(row, g.rows[j])) == 0 {
			return refuse("header_two_rows", "sheet", g.sheet, "row", min(row.Number, g.rows[j].Number), "next", max(row.Number, g.rows[j].Number))
		}
	}
	return refuse("header_missing", "sheet", g.sheet, "row", row.Number, "columns", list(g.missing))
}

// noteOthers tells of visible sheets with rows in them that are not read.
func (t *Table) noteOthers(chosen int, m *matcher) error {
	if t.book == nil {
		return nil
	}
	var tables, others []string
	for i, s := range t.book.visible {
		if i == chosen {
			continue
		}
		found, header, err := t.peek(i, m)
		if err != nil {
			return err
		}
		switch {
		case header:
			tables = append(tables, shown(s.name))
		case found:
			others = append(others, shown(s.name))
		}
	}
	if len(tables) > 0 {
		t.notes = append(t.notes, Note{"importer.note.other_table", []any{"sheets", list(tables), "read", shown(t.Sheet)}})
	}
	if len(others) > 0 {
		t.notes = append(t.notes, Note{"importer.note.other_sheet", []any{"sheets", list(others), "read", shown(t.Sheet)}})
	}
	return nil
}

// peek looks whether a sheet has rows at its beginning, and a header.
func (t *Table) peek(i int, m *matcher) (found, header bool, err error) {
	r, err := t.book.rows(i)
	if err != nil {
		return false, false, err
	}
	defer r.close()
	for {
		row, err := r.next()
		if err == io.EOF || err == nil && row.Number > HeaderWithin {
			return found || err == nil, header, nil
		}
		if err != nil {
			return false, false, err
		}
		found = found || !row.Blank()
		header = header || len(m.missing(row)) == 0
	}
}

// A matcher knows columns by all their names.
type matcher struct {
	columns []Column
	byKey   map[string]int
}

func newMatcher(columns []Column) *matcher {
	m := &matcher{columns: columns, byKey: make(map[string]int)}
	for i, c := range columns {
		for _, name := range append([]string{c.Name}, c.Also...) {
			m.byKey[headerKey(name)] = i
		}
	}
	return m
}

func (m *matcher) find(name string) (int, bool) {
	key := headerKey(name)
	if i, ok := m.byKey[key]; ok {
		return i, true
	}
	i, ok := m.byKey[parenthesis.ReplaceAllString(key, "")]
	return i, ok && key != ""
}

func (m *matcher) score(r Row) int { return len(m.set(r)) }

// set is the columns that a row names.
func (m *matcher) set(rows ...Row) map[int]bool {
	set := make(map[int]bool)
	for _, r := range rows {
		for _, c := range r.Cells {
			if i, ok := m.find(c.Text); ok {
				set[i] = true
			}
		}
	}
	return set
}

func (m *matcher) missing(r Row) []string           { return m.missingFrom(m.set(r)) }
func (m *matcher) missingBoth(r, next Row) []string { return m.missingFrom(m.set(r, next)) }

func (m *matcher) missingFrom(set map[int]bool) []string {
	var names []string
	for i, c := range m.columns {
		if c.Required && !set[i] {
			names = append(names, c.Name)
		}
	}
	return names
}

func (m *matcher) required() []string { return m.missingFrom(nil) }

// header makes the header of a guess that lacks nothing.
func (m *matcher) header(g *guess) (*Header, error) {
	row := g.rows[g.at]
	h := &Header{Row: row.Number, Above: g.rows[:g.at+1], index: make(map[string]int)}
	for i, c := range row.Cells {
		name := Clean(c.Text)
		h.Names = append(h.Names, name)
		if name == "" {
			continue
		}
		k, ok := m.find(name)
		switch {
		case !ok:
			h.Unknown = append(h.Unknown, shown(name))
		case m.columns[k].Drop:
			h.Dropped = append(h.Dropped, shown(name))
		case h.Has(m.columns[k].Name):
			return nil, refuse("header_twice", "sheet", g.sheet, "row", row.Number, "name", m.columns[k].Name,
				"first", ColumnName(h.Index(m.columns[k].Name)), "second", ColumnName(i))
		default:
			h.index[m.columns[k].Name] = i
		}
	}
	return h, nil
}

var parenthesis = regexp.MustCompile(`\([^)]*\)`)

// headerKey folds what people add to a name without meaning anything by it:
// spaces, asterisks, colons, width and case.
func headerKey(s string) string {
	return strings.Map(func(r rune) rune {
		r = halfWidth(r)
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) || strings.ContainsRune("*:_", r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

func halfWidth(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '\u3000':
		return ' '
	}
	return r
}

// Clean takes away what is invisible in a value: spaces around it, control and
// format characters anywhere. Spaces within stay, as one plain space each run.
func Clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\t' && r != '\n' && r != '\r' && (unicode.Is(unicode.Cf, r) || unicode.IsControl(r)) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// list joins names as a Chinese sentence does, and stops after twenty.
func list(names []string) string {
	if len(names) > 20 {
		names = append(slices.Clone(names[:20]), "……")
	}
	return strings.Join(names, "、")
}

package importer

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/importer/table"
	"anju/internal/person"
	"anju/internal/seal"
)

// An entry is one good row of a list: what is to be done with it.
type entry interface {
	// take does it, if it is not done yet, and reports whether that was news.
	// What has become impossible since the row was checked is a *fault.Fault.
	take(in *intake, row int) (bool, error)
}

// A Line is an entry with the row it stands in.
type Line struct {
	Row   int
	entry entry
}

// A list is a file of any kind but the register being read, row by row.
type list struct {
	kind   kind
	header *table.Header
	tx     *db.Tx
	keys   *seal.Keys
	by     actor.Actor
	on     calendar.Date
	index  *division.Index
	seen   map[string]int // what a row alone may say, to the row that said it
}

// readList reads a list below its header to the end and checks every row. It
// writes nothing.
func readList(t *table.Table, k kind, columns []table.Column, l *list) (*Reading, error) {
	var err error
	if l.header, err = t.FindHeader(columns); err != nil {
		return nil, err
	}
	l.kind, l.seen = k, make(map[string]int)
	if l.index, err = division.Load(l.tx); err != nil {
		return nil, err
	}
	out := &Reading{}
	rep := &out.Report
	faults := columnFaults(l.header)
	for {
		row, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch {
		case l.header.Repeats(row):
			faults = append(faults, newFault(row.Number, "", "row_header_again"))
			continue
		case isTotal(l.header, row):
			faults = append(faults, newFault(row.Number, "", "row_total"))
			continue
		}
		rep.Rows++
		p := &rowParser{header: l.header, row: row, on: l.on}
		e, what, err := k.read(l, p)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", row.Number, err)
		}
		faults = append(faults, p.faults...)
		if bad(p.faults) {
			continue
		}
		out.Lines = append(out.Lines, Line{row.Number, e})
		rep.Good++
		rep.tally(what)
	}
	if rep.Rows == 0 {
		return nil, errNoRows
	}
	sortFaults(faults)
	rep.Kind, rep.Faults, rep.Bad = k.name, faults, rep.Rows-rep.Good
	rep.HeaderRow, rep.Dropped = l.header.Row, l.header.Dropped
	rep.describe(t)
	return out, nil
}

// columnFaults tells, once each, of the columns that are not read.
func columnFaults(h *table.Header) (all []Fault) {
	for _, name := range h.Dropped {
		all = append(all, newFault(h.Row, name, "column_dropped", "column", name))
	}
	for _, name := range h.Unknown {
		if !slices.Contains(unmentioned, name) {
			all = append(all, newFault(h.Row, name, "column_unknown", "column", name))
		}
	}
	return all
}

// alone holds a row back that says the same as an earlier one.
func (l *list) alone(p *rowParser, column string, what ...string) {
	key := strings.Join(what, "\x00")
	if first, ok := l.seen[key]; ok {
		p.fault(column, "row_twice", "row", first)
		return
	}
	l.seen[key] = p.row.Number
}

// village reads the code of a village of today within the office's own area.
func (l *list) village(p *rowParser, column string) string {
	s, _, ok := p.required(column, "division_missing")
	if !ok {
		return ""
	}
	c, err := ident.ParseDivisionCode(s)
	if err != nil || c.Level() != ident.Village {
		p.fault(column, "division_form")
		return ""
	}
	d, known := l.index.Get(string(c))
	switch {
	case !strings.HasPrefix(string(c), l.by.Paths[0][:6]):
		p.fault(column, "division_outside")
	case !known || d.Level != division.Village || !d.ValidTo.After(l.on):
		p.gone(l.tx, column, string(c))
	case !l.by.Over(string(c)):
		p.fault(column, "division_area")
	default:
		return string(c)
	}
	return ""
}

// gone says that a division was abolished, or never was.
func (p *rowParser) gone(tx *db.Tx, column, code string) {
	all, err := division.History(tx, code)
	if err != nil || len(all) == 0 || all[0].ValidTo == calendar.Forever {
		p.fault(column, "division_unknown")
		return
	}
	p.fault(column, "division_closed", "name", all[0].Name, "date", all[0].ValidTo.Chinese(), "successor", all[0].ReplacedBy)
}

// person reads who a row speaks of: by number, and the name must be theirs.
func (l *list) person(p *rowParser) (person.Person, bool, error) {
	var r RegisterRow
	before := len(p.faults)
	if p.id(&r); r.ID.IsZero() {
		if len(p.faults) > before && r.NoIDReason != "" { // a list names people by number
			p.faults = slices.Delete(p.faults, before, len(p.faults))
			p.fault(ColID, "id_missing")
		}
		return person.Person{}, false, nil
	}
	found, err := person.FindByNumber(l.tx, l.keys, r.ID)
	if fault.KindOf(err) == fault.NotFound {
		p.fault(ColID, "person_unknown")
		return found, false, nil
	}
	if err != nil {
		return found, false, err
	}
	if name := p.name(); name != "" && name != found.Name {
		p.fault(ColName, "person_other_name")
		return found, false, nil
	}
	return found, true, nil
}

// addressIn reads an address in a column.
func (p *rowParser) addressIn(column string) string {
	s, _, ok := p.required(column, "address_missing")
	if !ok {
		return ""
	}
	if s = tight(half(s)); len([]rune(s)) < 5 {
		p.fault(column, "address_short")
		return ""
	}
	return s
}

// maybe is required if there is a code for a missing value, and else text.
func (p *rowParser) maybe(column, missing string) (string, table.Kind, bool) {
	if missing == "" {
		return p.text(column)
	}
	return p.required(column, missing)
}

// standard is the address of a village as the county has it, or as it will be
// written: county, town and village in front, without the province. Only the
// village's name is no address.
func (l *list) standard(p *rowParser, village, written string) (string, error) {
	if village == "" || written == "" {
		return written, nil
	}
	county, town, name := l.index.Name(village[:6]), l.index.Name(village[:9]), l.index.Name(village)
	rest := written
	if _, after, ok := strings.Cut(rest, county); ok {
		rest = after
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, town), name)
	if rest == "" {
		p.fault(colAddress, "address_short")
		return "", nil
	}
	text := county + town + name + rest
	a, ok, err := dwelling.FindAddress(l.tx, village, written)
	if err == nil && !ok {
		a, ok, err = dwelling.FindAddressEnding(l.tx, village, text)
	}
	if err != nil || ok {
		return a.Text, err
	}
	return text, nil
}

// day reads a date; missing is the code if there must be one.
func (p *rowParser) day(column, missing, form string) calendar.Date {
	s, _, ok := p.maybe(column, missing)
	if !ok {
		return ""
	}
	d, wrong := date(s)
	if wrong != "" {
		p.fault(column, form)
		return ""
	}
	return d
}

// number reads a number above zero with at most two decimals.
func (p *rowParser) number(column, missing, form string) float64 {
	s, _, ok := p.maybe(column, missing)
	if !ok {
		return 0
	}
	n, err := strconv.ParseFloat(strings.TrimRight(tight(half(s)), "亩平方米㎡m²"), 64)
	if err != nil || n <= 0 || n > 100_000 || n != n {
		p.fault(column, form)
		return 0
	}
	return n
}

// oneOf reads a word of a few, or its beginning.
func (p *rowParser) oneOf(column, missing, unknown string, words [][2]string) string {
	s, _, ok := p.maybe(column, missing)
	if !ok {
		return ""
	}
	s = tight(s)
	for _, w := range words {
		if strings.Contains(s, w[0]) {
			return w[1]
		}
	}
	p.fault(column, unknown)
	return ""
}

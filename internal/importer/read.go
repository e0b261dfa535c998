package importer

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/importer/table"
)

// A Household is the rows of one 户号 that may be taken in, the head first.
type Household struct {
	Number string
	Rows   []RegisterRow
	First  int  // the first row of it in the file
	Known  bool // the county knows everything that it says
}

// A Reading is a whole file, read and checked. Nothing has been written.
type Reading struct {
	Report     Report
	Households []Household // of a register, in the order of the file
	Lines      []Line      // of any other kind, likewise
}

// ReadRegister reads a file below its header to the end and checks every row,
// every household and what the register knows. It refuses only what cannot be
// read at all; everything else is in the report. The rows of a household need
// not stand together.
func ReadRegister(t *table.Table, reg Register, on calendar.Date) (*Reading, error) {
	return readRegister(t, RegisterColumns, reg, on)
}

func readRegister(t *table.Table, columns []table.Column, reg Register, on calendar.Date) (*Reading, error) {
	header, err := t.FindHeader(columns)
	if err != nil {
		return nil, err
	}
	r := &reader{header: header, reg: reg, on: on, groups: make(map[string]*group), faulty: make(map[int]bool),
		divisions: make(map[ident.DivisionCode]knownDivision), people: make(map[ident.CitizenID]seenPerson)}
	r.changes, r.homes = make(map[int]change), make(map[int]bool)
	r.add(columnFaults(header)...)
	for {
		row, err := t.Next()
		if err != nil && err != io.EOF {
			return nil, err
		}
		if err == nil {
			r.read(row)
		}
		if len(r.waiting) < rowsAhead && err == nil {
			continue
		}
		if err := r.look(); err != nil {
			return nil, err
		}
		if err == io.EOF {
			break
		}
	}
	if r.rows == 0 {
		return nil, errNoRows
	}
	reading := r.finish()
	reading.Report.describe(t)
	return reading, nil
}

// rowsAhead is how many rows are looked up in the register together.
const rowsAhead = 256

// A group is the rows of one household as they come.
type group struct {
	first int // row
	good  []RegisterRow
	held  []RegisterRow // rows with an error of their own
}

type seenPerson struct {
	row       int
	household string
}

type knownDivision struct {
	Division
	found bool
}

// change is what taking a row in would do.
type change int

const (
	added change = iota
	updated
	unchanged
)

type reader struct {
	header    *table.Header
	reg       Register
	on        calendar.Date
	rows      int
	order     []string // household numbers as they first come
	groups    map[string]*group
	faulty    map[int]bool // rows with an error
	faults    []Fault
	changes   map[int]change
	homes     map[int]bool // rows that say otherwise of their household than the county knows
	divisions map[ident.DivisionCode]knownDivision
	people    map[ident.CitizenID]seenPerson
	waiting   []RegisterRow // to be looked up
	doubts    [][]Fault     // of what waits, each its own
}

func (r *reader) add(faults ...Fault) {
	for _, f := range faults {
		r.faulty[f.Row] = r.faulty[f.Row] || f.Severity == Error
	}
	r.faults = append(r.faults, faults...)
}

func (r *reader) read(row table.Row) {
	switch {
	case r.header.Repeats(row):
		r.add(newFault(row.Number, "", "row_header_again"))
		return
	case isTotal(r.header, row):
		r.add(newFault(row.Number, "", "row_total"))
		return
	}
	r.rows++
	person, faults := ParseRow(r.header, row, r.on)
	r.waiting, r.doubts = append(r.waiting, person), append(r.doubts, faults)
}

// look compares the rows that wait with what the county knows.
func (r *reader) look() error {
	if err := r.reg.Ahead(r.waiting); err != nil {
		return fmt.Errorf("row %d and after: %w", r.waiting[0].Row, err)
	}
	for i, person := range r.waiting {
		faults, err := r.facts(person)
		if err != nil {
			return fmt.Errorf("row %d: %w", person.Row, err)
		}
		r.keep(person, append(r.doubts[i], faults...))
	}
	r.waiting, r.doubts = r.waiting[:0], r.doubts[:0]
	return nil
}

// keep lays a row with those of its household.
func (r *reader) keep(person RegisterRow, faults []Fault) {
	r.add(faults...)
	if person.HouseholdNo == "" {
		return
	}
	g := r.groups[person.HouseholdNo]
	if g == nil {
		g = &group{first: person.Row}
		r.groups[person.HouseholdNo] = g
		r.order = append(r.order, person.HouseholdNo)
	}
	if bad(faults) {
		g.held = append(g.held, person)
	} else {
		g.good = append(g.good, person)
	}
}

// isTotal recognises the lines that people put below a list.
func isTotal(h *table.Header, row table.Row) bool {
	if table.Clean(h.Cell(row, ColID).Text) != "" || table.Clean(h.Cell(row, ColRelation).Text) != "" {
		return false
	}
	for _, c := range row.Cells {
		s := tight(c.Text)
		if s == "" {
			continue
		}
		for _, word := range []string{"合计", "小计", "总计", "共计", "制表", "填表", "审核", "注：", "备注：", "说明："} {
			if strings.HasPrefix(s, word) {
				return true
			}
		}
		return false
	}
	return false
}

// facts asks the county about a row.
func (r *reader) facts(p RegisterRow) ([]Fault, error) {
	var faults []Fault
	fault := func(column, code string, args ...any) {
		faults = append(faults, newFault(p.Row, column, code, args...))
	}
	if p.Division != "" {
		d, err := r.division(p.Division)
		switch {
		case err != nil:
			return nil, err
		case !r.reg.County().Contains(p.Division):
			fault(ColDivision, "division_outside")
		case !strings.HasPrefix(string(p.Division), r.reg.Area()):
			fault(ColDivision, "division_area")
		case !d.found:
			fault(ColDivision, "division_unknown")
		case d.EndedOn != "" && !d.EndedOn.After(r.on):
			fault(ColDivision, "division_closed", "name", d.Name, "date", d.EndedOn.Chinese(), "successor", string(d.Successor))
		}
	}
	if first, ok := r.people[p.ID]; ok && !p.ID.IsZero() && first.household != p.HouseholdNo {
		fault(ColID, "person_two_households", "row", first.row)
	} else if !p.ID.IsZero() && !ok {
		r.people[p.ID] = seenPerson{p.Row, p.HouseholdNo}
	}
	known, found, err := r.reg.Person(p)
	if err != nil {
		return nil, fmt.Errorf("find person: %w", err)
	}
	if !found {
		return faults, nil // added
	}
	since := func(on calendar.Date) bool { return r.on.Before(on) } // known of a later day than the file speaks of
	newer := func(column string, on calendar.Date) {
		fault(column, "person_newer", "date", on.Chinese())
	}
	if p.HouseholdNo == known.HouseholdNo && p.Relation != known.Relation && since(known.Newest.Member) {
		newer(ColRelation, known.Newest.Member)
		p.Relation = known.Relation
	}
	says, home := !p.Same(known), !p.SameHome(known)
	switch {
	case p.Name != "" && known.Name != p.Name && p.FormerName != known.Name && known.FormerName != p.Name:
		fault(ColName, "person_other_name")
	case known.Gone.Died:
		fault(ColID, "person_died")
	case since(known.Gone.Left):
		newer(ColID, known.Gone.Left)
		says = false
	case known.Gone.Left != "":
		fault(ColID, "person_left")
	case p.HouseholdNo != "" && known.HouseholdNo != "" && known.HouseholdNo != p.HouseholdNo && since(known.Newest.Member):
		newer(ColHousehold, known.Newest.Member)
		says, home = false, false
	case p.HouseholdNo != "" && known.HouseholdNo != "" && known.HouseholdNo != p.HouseholdNo:
		fault(ColHousehold, "person_other_household")
	case says && since(known.Newest.Person):
		newer("", known.Newest.Person)
		says = false
	}
	if home && since(known.Newest.Home) {
		newer(ColAddress, known.Newest.Home)
		home = false
	}
	for _, column := range p.disputes(known) {
		fault(column, "fact_differs", "column", column)
	}
	r.changes[p.Row] = unchanged
	if says {
		r.changes[p.Row] = updated
	}
	if home {
		r.homes[p.Row] = true
	}
	return faults, nil
}

func (r *reader) division(code ident.DivisionCode) (knownDivision, error) {
	d, ok := r.divisions[code]
	if ok {
		return d, nil
	}
	var err error
	if d.Division, d.found, err = r.reg.Division(code, r.on); err != nil {
		return d, fmt.Errorf("find division: %w", err)
	}
	r.divisions[code] = d
	return d, nil
}

// finish checks the households and counts.
func (r *reader) finish() *Reading {
	out := &Reading{}
	for _, number := range r.order {
		g := r.groups[number]
		r.add(g.check(r.on)...)
		delete(r.groups, number) // a county's rows are held once
		h := Household{Number: number, First: g.first}
		h.Rows = slices.DeleteFunc(g.good, func(p RegisterRow) bool { return r.faulty[p.Row] })
		if len(h.Rows) == 0 {
			continue
		}
		slices.SortStableFunc(h.Rows, func(a, b RegisterRow) int {
			return boolInt(b.Relation == code.Head) - boolInt(a.Relation == code.Head)
		})
		if r.homes[h.Rows[0].Row] { // its first row speaks for the household, whatever the others say of it
			for _, p := range h.Rows {
				r.changes[p.Row] = min(r.changes[p.Row], updated)
			}
		}
		h.Known = !slices.ContainsFunc(h.Rows, func(p RegisterRow) bool { return r.changes[p.Row] != unchanged })
		out.Households = append(out.Households, h)
		out.Report.count(h, r.changes)
	}
	sortFaults(r.faults)
	out.Report.Kind, out.Report.Rows, out.Report.Faults = KindRegister, r.rows, r.faults
	out.Report.Bad = r.rows - out.Report.Good
	out.Report.HeaderRow = r.header.Row
	out.Report.Dropped = r.header.Dropped
	return out
}

// check checks the good rows of a household. If its head is held back for an
// error, so is everybody else, with the row to look at.
func (g *group) check(on calendar.Date) []Fault {
	isHead := func(p RegisterRow) bool { return p.Relation == code.Head }
	i := slices.IndexFunc(g.held, isHead)
	if i < 0 || slices.ContainsFunc(g.good, isHead) {
		return CheckHousehold(g.good, on)
	}
	var faults []Fault
	for _, p := range g.good {
		faults = append(faults, newFault(p.Row, ColRelation, "head_held", "row", g.held[i].Row))
	}
	return faults
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// errNoRows refuses a header with nothing below it: somebody chose the wrong
// file, or the rows are on a sheet that is hidden.
var errNoRows = fault.New(fault.Invalid, "importer.file.no_rows")

// errStale says that a file changed between two readings of it.
var errStale = errors.New("the file is not the one that was read")

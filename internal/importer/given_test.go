package importer

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"anju/internal/calendar"
	"anju/internal/ident"
	"anju/internal/importer/table"
)

const today calendar.Date = "2026-11-23"

// county is a register in memory.
type county struct {
	divisions map[ident.DivisionCode]Division
	people    map[string]RegisterRow // by number
}

func (c county) County() ident.DivisionCode { return "610929" }

func (c county) Area() string { return "610929" }

func (c county) Division(code ident.DivisionCode, _ calendar.Date) (Division, bool, error) {
	d, ok := c.divisions[code]
	return d, ok, nil
}

func (c county) Ahead([]RegisterRow) error { return nil }

func (c county) Person(r RegisterRow) (RegisterRow, bool, error) {
	p, ok := c.people[r.ID.Plain()]
	return p, ok, nil
}

func givenCounty() county {
	return county{
		divisions: map[ident.DivisionCode]Division{
			"610929102":    {Name: "构朳镇"},
			"610929102206": {Name: "东坡村"},
			"610929102203": {Name: "家朳村"},
			"610929102299": {Name: "旧坡村", EndedOn: "2015-06-01", Successor: "610929102206"},
		},
		people: make(map[string]RegisterRow),
	}
}

// a cells is one row to be, by column.
type cells map[string]any

func (p cells) with(column string, value any) cells {
	q := maps.Clone(p)
	q[column] = value
	return q
}

// number makes a valid ID number. Its sequence is one of those kept for people
// born before 1900 (see examples/make), so that nobody has it.
func number(birth string, seq int) string {
	first := fmt.Sprintf("610929%s%03d", strings.ReplaceAll(birth, "-", ""), seq)
	return first + string(ident.CheckDigit(first))
}

func member(name, relation, sex, birth string) cells {
	seq := 997
	if sex == "女" {
		seq = 998
	}
	return cells{ColHousehold: "610929000001", ColName: name, ColRelation: relation, ColSex: sex, ColEthnicity: "汉族",
		ColBirth: birth, ColID: number(birth, seq), ColAddress: "陕西省白河县构朳镇东坡村三组12号", ColDivision: "610929102206"}
}

func head() cells { return member("黄大山", "户主", "男", "1970-05-06") }
func wife() cells { return member("柯秀兰", "妻", "女", "1972-08-09") }
func son() cells  { return member("黄小川", "长子", "男", "1998-01-02") }

// family is a household of three without faults.
func family() []cells { return []cells{head(), wife(), son()} }

var allColumns = []string{ColHousehold, ColName, ColRelation, ColSex, ColEthnicity, ColBirth, ColID, ColAddress, ColDivision,
	ColFormerName, ColEducation, ColMarital, ColPhone, ColKind, ColRegistered, ColEmployer}

// a formula, to be put into a cell.
type formula string

// workbook writes people below a header. extra columns are added behind.
func workbook(t testing.TB, people []cells, extra ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	columns := append(append([]string{}, allColumns...), extra...)
	for i, p := range append([]cells{nil}, people...) {
		for j, c := range columns {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			var value any = c
			if i > 0 {
				value = p[c]
			}
			switch v := value.(type) {
			case formula:
				err = f.SetCellFormula("Sheet1", cell, string(v))
			case nil:
			default:
				err = f.SetCellValue("Sheet1", cell, v)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read reads a file as of today.
func read(t testing.TB, file []byte, reg Register) *Reading {
	t.Helper()
	tab, err := table.Open("名册.xlsx", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	r, err := ReadRegister(tab, reg, today)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

package importer

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"anju/internal/calendar"
	"anju/internal/importer/table"
)

// limits are the longest values that columns take, in characters. Any other
// column takes 100.
var limits = map[string]int{ColName: 50, ColFormerName: 50, ColHousehold: 40, ColAddress: 200, ColBirthPlace: 200,
	ColNative: 200, ColEmployer: 200}

// A rowParser collects what is wrong with one row.
type rowParser struct {
	header *table.Header
	row    table.Row
	on     calendar.Date
	faults []Fault
}

func (p *rowParser) fault(column, code string, args ...any) {
	p.faults = append(p.faults, newFault(p.row.Number, column, code, args...))
}

// text is the cleaned value of a column. It reports false if there is nothing
// to go on with, either because the cell is empty or because it was faulted.
func (p *rowParser) text(column string) (string, table.Kind, bool) {
	cell := p.header.Cell(p.row, column)
	switch cell.Kind {
	case table.Formula:
		p.fault(column, "cell_formula", "column", column)
		return "", cell.Kind, false
	case table.Error:
		p.fault(column, "cell_error", "column", column)
		return "", cell.Kind, false
	}
	s := table.Clean(cell.Text)
	if column != ColName && strings.ContainsRune(s, '\ufffd') { // a name has words of its own for it
		p.fault(column, "cell_unreadable", "column", column)
		return "", cell.Kind, false
	}
	limit := limits[column]
	if limit == 0 {
		limit = 100
	}
	if len([]rune(s)) > limit {
		p.fault(column, "cell_long", "column", column, "limit", limit)
		return "", cell.Kind, false
	}
	return s, cell.Kind, s != ""
}

// required is text, with a fault if the cell is empty.
func (p *rowParser) required(column, missing string) (string, table.Kind, bool) {
	before := len(p.faults)
	s, kind, ok := p.text(column)
	if !ok && len(p.faults) == before {
		p.fault(column, missing)
	}
	return s, kind, ok
}

// free is the value of a column that takes any words.
func (p *rowParser) free(column string) string {
	s, _, _ := p.text(column)
	return s
}

// half makes full-width letters and digits ordinary ones.
func half(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
}

// tight takes out all spaces.
func tight(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

var (
	incompleteDate = regexp.MustCompile(`^\d{4}(年|[-/.年]\d{1,2}月?)?$|^\d{6}$`)
	shortYear      = regexp.MustCompile(`^\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}日?$|^'?\d{2}年`)
	lunarDate      = regexp.MustCompile(`农历|阴历|正月|冬月|腊月|初[一二三四五六七八九十]|廿`)
	serialDate     = regexp.MustCompile(`^\d{5}(\.\d+)?$`)
	clockTime      = regexp.MustCompile(`[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$`)
)

// date reads a date as people write it, or as the serial number that a
// spreadsheet keeps for it. The time of day that systems write behind it says
// nothing here. An empty code means that it was understood.
func date(s string) (calendar.Date, string) {
	s = tight(clockTime.ReplaceAllString(strings.TrimSpace(half(s)), ""))
	if serialDate.MatchString(s) {
		n, _ := strconv.Atoi(s[:5])
		return calendar.MustParse("1899-12-30").AddDays(n), ""
	}
	if d, err := calendar.ParseWritten(strings.TrimSuffix(s, ".0")); err == nil {
		return d, ""
	}
	switch {
	case lunarDate.MatchString(s):
		return "", "lunar"
	case incompleteDate.MatchString(s):
		return "", "incomplete"
	case shortYear.MatchString(s):
		return "", "short_year"
	}
	return "", "form"
}

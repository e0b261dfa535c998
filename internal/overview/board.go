package overview

import (
	"context"
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A Board is what an area's matters come to in a span of months, for the area
// as a whole and for each part of it, ordered by code and never by a figure:
// there is no ranking. It names nobody, and knows of no colour, petition,
// correction or illness.
type Board struct {
	At       time.Time
	Path     string // the area
	Name     string
	Above    string // the area above it within the actor's reach, or ""
	From, To string // months, such as 2026-11; both count
	Total    BoardLine
	Below    []BoardLine // of a county its towns, of a town its villages, of a village its grids; and what lies in none of them
	Trend    []BoardLine // the last twelve months, by month in Code
}

// A BoardLine is what the matters of a place, or of a month, come to.
type BoardLine struct {
	Code, Name string
	matter.Sums
	Overdue int64 // open now, and past their limit
}

// Apart reports whether the line is of what lies in none of an area's parts: with
// the county itself, or in none of a village's grids. Without such a line the
// parts would not come to the total.
func (l BoardLine) Apart() bool { return apart(l.Code) }

func apart(code string) bool { return len(code) > 6 && strings.HasSuffix(code, residence.NoGrid) }

// AreaName is what a board calls an area, with the town before a village.
func AreaName(x *division.Index, path string) string { return areaName(x.FullName, path) }

func areaName(name func(string) string, path string) string {
	switch {
	case len(path) > 6 && strings.Trim(path[6:], "0") == "":
		return i18n.T("overview.board.own", "county", name(path[:6]))
	case len(path) < 15:
		return name(path)
	case apart(path):
		return i18n.T("matter.report.no_grid", "village", name(path[:12]))
	}
	return division.WithGrid(name(path[:12]), path)
}

// Due is what had to be solved by now: what was closed, and what is open past
// its limit. A rate that leaves the second out can be raised by closing nothing.
func (l BoardLine) Due() int64 { return l.Closed + l.Overdue }

// A Rate is a share of a count. Of nothing there is no share.
type Rate struct{ N, Of int64 }

// OnTimeRate is 按时: closed without any limit having passed ÷ Due.
func (l BoardLine) OnTimeRate() Rate { return Rate{l.OnTime, l.Due()} }

// AnsweredRate is 响应: taken up within 24 hours ÷ reported.
func (l BoardLine) AnsweredRate() Rate { return Rate{l.Answered, l.Reported} }

// SolvedRate is 解决: confirmed by the reporter ÷ Due.
func (l BoardLine) SolvedRate() Rate { return Rate{l.Solved, l.Due()} }

// FirstRate is 满意: confirmed, and never opened again ÷ closed.
func (l BoardLine) FirstRate() Rate { return Rate{l.First, l.Closed} }

// InVillage is 小事不出村: solved by the levels of the village ÷ closed.
func (l BoardLine) InVillage() Rate { return Rate{l.Level2 + l.Level3, l.Closed} }

// InTown is 大事不出镇: solved within the town ÷ closed.
func (l BoardLine) InTown() Rate { return Rate{l.Level2 + l.Level3 + l.Level4, l.Closed} }

// Days is how long a matter took from report to close, on average, in tenths
// of a day.
func (l BoardLine) Days() int64 {
	if l.Closed == 0 {
		return 0
	}
	return l.Minutes * 10 / (l.Closed * 24 * 60)
}

// trendMonths is how many months a trend shows.
const trendMonths = 12

// Span is the months of a period of a day: this month, last month, this year,
// or a month by name, such as 2026-08.
func Span(period string, today calendar.Date) (from, to string) {
	to = string(today[:7])
	if calendar.Date(period + "-01").Valid() {
		return period, period
	}
	switch period {
	case "last":
		first := calendar.Date(to + "-01")
		to = string(first.AddDays(-1)[:7])
		return to, to
	case "year":
		return to[:4] + "-01", to
	}
	return to, to
}

// Periods lists the periods in the order of the page.
var Periods = []string{"month", "last", "year"}

// monthSum is a sum of months, as the query yields it.
type monthSum struct {
	Code  string `db:"code"`
	Month string `db:"month"`
	matter.Sums
}

var sumColumns = `coalesce(sum(reported), 0) as reported, coalesce(sum(answered), 0) as answered, coalesce(sum(closed), 0) as closed, coalesce(sum(on_time), 0) as on_time,
	coalesce(sum(solved), 0) as solved, coalesce(sum(first), 0) as first, coalesce(sum(level2), 0) as level2, coalesce(sum(level3), 0) as level3, coalesce(sum(level4), 0) as level4,
	coalesce(sum(level5), 0) as level5, coalesce(sum(minutes), 0) as minutes, coalesce(sum(open), 0) as open`

// area is the area a board is about: the one asked for, if the actor's figures
// reach it; the whole of the actor's own otherwise.
func area(by actor.Actor, under string) (string, error) {
	if !policy.May(by, policy.FiguresRead) {
		return "", fault.New(fault.Forbidden, "policy.forbidden")
	}
	if under == "" && len(by.Paths) > 0 {
		under = by.Paths[0]
		if len(under) > 12 {
			under = under[:12] // levels 2 and 3 work over their village
		}
	}
	return under, policy.Check(by, policy.FiguresRead, policy.Places{{Relation: policy.At, Path: under}})
}

// parts is how long the codes of an area's parts are.
func parts(path string) int {
	switch {
	case len(path) <= 6:
		return 9
	case len(path) <= 9:
		return 12
	}
	return 15
}

// Board works an area's figures out from its months: what is read grows with
// the grids and the months asked for, never with the matters.
func (s *Service) Board(ctx context.Context, by actor.Actor, under, period string) (b Board, err error) {
	if under, err = area(by, under); err != nil {
		return b, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		b, err = s.board(tx, under, period)
		return err
	})
	if _, e := area(by, b.above()); e == nil && b.above() != "" {
		b.Above = b.above()
	}
	return b, err
}

func (b Board) above() string {
	switch len(b.Path) {
	case 9:
		return b.Path[:6]
	case 12:
		return b.Path[:9]
	case 15:
		return b.Path[:12]
	}
	return ""
}

func (s *Service) board(tx *db.Tx, under, period string) (b Board, err error) {
	x, err := s.index(tx)
	if err != nil {
		return b, err
	}
	today := calendar.On(tx.Now())
	b = Board{At: tx.Now(), Path: under, Name: AreaName(x, under)}
	b.From, b.To = Span(period, today)
	first := string(calendar.Date(string(today[:7]) + "-01").AddMonths(1 - trendMonths)[:7])
	from := min(first, b.From)
	sums, err := sumsByPart(tx, under, from)
	if err != nil {
		return b, err
	}
	late, err := lateByPart(tx, under)
	if err != nil {
		return b, err
	}
	below, months := map[string]*BoardLine{}, map[string]*BoardLine{}
	line := func(all map[string]*BoardLine, code string) *BoardLine {
		if all[code] == nil {
			all[code] = &BoardLine{Code: code, Name: areaName(x.Name, code)}
		}
		return all[code]
	}
	for m := first; m <= string(today[:7]); m = string(calendar.Date(m + "-01").AddMonths(1)[:7]) {
		line(months, m).Name = m
	}
	for _, m := range sums {
		if m.Month == "" || m.Month >= b.From && m.Month <= b.To {
			b.Total.Add(m.Sums, 1)
			line(below, m.Code).Add(m.Sums, 1)
		}
		if m.Month >= first && m.Month != "" {
			line(months, m.Month).Add(m.Sums, 1)
		}
	}
	for _, l := range late {
		b.Total.Overdue += l.N
		line(below, l.Path).Overdue += l.N
	}
	b.Total.Code, b.Total.Name = under, b.Name
	b.Below, b.Trend = ordered(below), ordered(months)
	return b, nil
}

func ordered(all map[string]*BoardLine) []BoardLine {
	var out []BoardLine
	for _, l := range all {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b BoardLine) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// sumsByPart are the months from a first one on, and what is open now, for each
// part of an area.
func sumsByPart(tx *db.Tx, under, from string) ([]monthSum, error) {
	end := policy.PrefixEnd(under)
	all, err := db.All[monthSum](tx, `select substr(path, 1, $1) as code, month, `+sumColumns+` from matter_month
		where month >= $2 and path >= $3 and path < $4 group by 1, 2`, parts(under), from, under, end)
	if err != nil {
		return nil, err
	}
	now, err := db.All[monthSum](tx, `select substr(path, 1, $1) as code, month, `+sumColumns+` from matter_month
		where month = '' and path >= $2 and path < $3 group by 1, 2`, parts(under), under, end)
	return append(all, now...), err
}

// lateByPart counts the open matters past their limit in each part of an area:
// those whose clock has warned, and those it has not warned of yet, along two
// partial indexes of what runs. An order's clock is no matter's: its answer may
// be late while the matter is not, or is done.
func lateByPart(tx *db.Tx, under string) ([]pathCount, error) {
	return db.All[pathCount](tx, `select code as path, count(distinct subject) as n from (
			select substr(path, 1, $1) as code, subject from clock where stopped_at = 0 and step > 0 and path >= $2 and path < $3
			union all select substr(path, 1, $1) as code, subject from clock where stopped_at = 0 and step = 0 and due_at <= $4 and path >= $2 and path < $3
		) as c where subject like 'matter/%' group by code order by code`, parts(under), under, policy.PrefixEnd(under), tx.Millis())
}

// Now is what a screen shows as it happens: counts of an area, and nothing of
// anybody.
type Now struct {
	At       int64 `json:"at"`
	Open     int64 `json:"open"`
	Overdue  int64 `json:"overdue"`
	Reported int64 `json:"reported"` // today
	Closed   int64 `json:"closed"`   // today
}

// Live counts what changes by the minute.
func (s *Service) Live(ctx context.Context, by actor.Actor, under string) (n Now, err error) {
	if under, err = area(by, under); err != nil {
		return n, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n.At = tx.Millis()
		today, end := string(calendar.On(tx.Now())), policy.PrefixEnd(under)
		late, err := lateByPart(tx, under)
		if err != nil {
			return err
		}
		for _, l := range late {
			n.Overdue += l.N
		}
		if n.Open, err = db.One[int64](tx, `select coalesce(sum(open), 0) from matter_month where month = '' and path >= $1 and path < $2`, under, end); err != nil {
			return err
		}
		if n.Reported, err = db.One[int64](tx, `select count(*) from matter_figure where reported_on = $1 and path >= $2 and path < $3`, today, under, end); err != nil {
			return err
		}
		n.Closed, err = db.One[int64](tx, `select count(*) from matter_figure where closed_on = $1 and closed_on <> '' and path >= $2 and path < $3`, today, under, end)
		return err
	})
	return n, err
}

// Least is the smallest count that a public table says. A smaller one, and the
// next smallest beside it when it alone could be worked out from the total, is
// not said.
const Least = 5

// Hide is the rule of public tables: which of the counts that add up to a
// published total are not said.
func Hide(counts []int64) (hidden []bool) {
	hidden = make([]bool, len(counts))
	n, sum := 0, int64(0)
	for i, c := range counts {
		if c > 0 && c < Least {
			hidden[i] = true
			n, sum = n+1, sum+c
		}
	}
	for n > 0 && (n == 1 || sum < Least) { // what is hidden must not be found by subtraction
		next := -1
		for i, c := range counts {
			if !hidden[i] && c > 0 && (next < 0 || c < counts[next]) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		hidden[next] = true
		n, sum = n+1, sum+counts[next]
	}
	return hidden
}

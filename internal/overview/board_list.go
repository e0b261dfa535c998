package overview

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/matter"
	"anju/internal/policy"
)

// Behind is which number of a board a list stands behind.
type Behind struct {
	Under  string
	Period string
	What   string // one of Numbers
	After  string // where the list goes on, as a line's Cursor says it
	Limit  int
}

// numbers are the numbers of a board that are lists of matters, in SQL: of a
// figure f. dated says by which day of it the months are taken, open which of those
// that are not closed stand there, whatever the months.
var numbers = map[string]struct{ dated, where, open string }{
	"reported":    {"reported_on", "", ""},
	"answered":    {"reported_on", "and f.answered = 1", ""},
	"unanswered":  {"reported_on", "and f.answered = 0", ""},
	"closed":      {"closed_on", "", ""},
	"on_time":     {"closed_on", "and f.on_time = 1", ""},
	"late":        {"closed_on", "and f.on_time = 0", overdue}, // all that an on-time rate leaves out
	"solved":      {"closed_on", "and f.solved = 1", ""},
	"first":       {"closed_on", "and f.first = 1", ""},
	"again":       {"closed_on", "and f.first = 0", ""},
	"village":     {"closed_on", "and f.level <= 3", ""},
	"town":        {"closed_on", "and f.level = 4", ""},
	"within_town": {"closed_on", "and f.level <= 4", ""},
	"county":      {"closed_on", "and f.level >= 5", ""},
	"online":      {"reported_on", "and m.via not in ('counter', 'phone', 'paper')", ""},
	"offline":     {"reported_on", "and m.via in ('counter', 'phone', 'paper')", ""},
	"open":        {"", "", ""},
	"overdue":     {"", "", overdue},
}

// overdue is, in SQL, that a limit of a figure's matter has passed by a moment.
const overdue = "exists (select 1 from clock c where c.subject = 'matter/' || f.matter_id and c.stopped_at = 0 and " + deadline.LimitColumn + " <= ?)"

// Numbers lists the numbers that have a list.
func Numbers() []string {
	var all []string
	for k := range numbers {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// A FigureLine is a matter behind a number. Nobody is named in it.
type FigureLine struct {
	ID         string `db:"id"`
	Number     string `db:"number"`
	Category   string `db:"category"`
	Path       string `db:"path"`
	ReportedOn string `db:"reported_on"`
	ClosedOn   string `db:"closed_on"`
	Level      int64  `db:"level"`
	OnTime     int64  `db:"on_time"`
	Minutes    int64  `db:"minutes"`
}

// Cursor is where a list behind a number goes on after the line.
func (l FigureLine) Cursor(what string) string {
	day := ""
	switch numbers[what].dated {
	case "reported_on":
		day = l.ReportedOn
	case "closed_on":
		day = l.ClosedOn
	}
	return l.Path + "|" + day + "|" + l.ID
}

// BehindNumber lists the matters that a number of a board counts, for those who
// may read matters there: the list and the number are the same rows.
func (s *Service) BehindNumber(ctx context.Context, by actor.Actor, f Behind) (lines []FigureLine, err error) {
	scope, err := policy.Predicate(by, policy.MatterRead)
	if err != nil {
		return nil, err
	}
	if f.Under, err = area(by, f.Under); err != nil {
		return nil, err
	}
	n, ok := numbers[f.What]
	if !ok {
		return nil, fault.New(fault.NotFound, "policy.not_found")
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	now := s.DB.Now()
	from, to := Span(f.Period, calendar.On(now))
	where, args := scope.WhereOn(policy.At, "f.path", "")
	at := append(strings.SplitN(f.After, "|", 3), "", "", "")
	q := new(db.Query).Add(`select m.id, m.number, m.category, f.path, f.reported_on, f.closed_on, f.level, f.on_time, f.minutes from matter_figure f join matter m on m.id = f.matter_id
		where f.path >= ? and f.path < ? and `+where, append([]any{f.Under, policy.PrefixEnd(f.Under)}, args...)...)
	months := []any{from + "-01", to + "-31"}
	within := "f." + n.dated + " >= ? and f." + n.dated + " <= ? " + n.where
	if n.dated == "closed_on" {
		within = "f.closed_on <> '' and " + within
	}
	switch {
	case n.dated == "":
		q.Add("and f.closed_on = ''").If(n.open != "", "and "+n.open, now.UnixMilli())
	case n.open == "":
		q.Add("and "+within, months...)
	default:
		q.Add("and (f.closed_on = '' and "+n.open+" or "+within+")", append([]any{now.UnixMilli()}, months...)...)
	}
	matter.Seen(q, by)
	order := "f.path, f." + cmp.Or(n.dated, "closed_on") + ", f.matter_id" // along the index
	q.If(f.After != "", "and ("+order+") > (?, ?, ?)", at[0], at[1], at[2]).Add("order by "+order+" limit ?", f.Limit)
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MatterRead), For: "figures.list"}, func(tx *db.Tx) ([]FigureLine, error) {
		lines, err := db.All[FigureLine](tx, q.Text(), q.Args()...)
		tx.Saw()
		for _, l := range lines {
			tx.Saw("matter/" + l.ID)
		}
		return lines, err
	})
}

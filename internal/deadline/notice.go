package deadline

import (
	"context"
	"strconv"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// A Holiday is a day of an imported notice.
type Holiday struct {
	Day        calendar.Date `db:"day" record:"track"`
	Name       string        `db:"name" record:"track"`
	Works      int64         `db:"works" record:"track"`
	Statutory  int64         `db:"statutory" record:"track"`
	Source     string        `db:"source" record:"track"`
	ImportedBy string        `db:"imported_by" record:"track"`
	ImportedAt int64         `db:"imported_at" record:"ignore"`
}

// Calendar is the county's calendar: the notices that came with the program,
// and on top of them the years that have been imported.
func Calendar(tx *db.Tx) (*calendar.Notice, error) {
	rows, err := holidays(tx)
	if err != nil || len(rows) == 0 {
		return calendar.Published(), err
	}
	return calendar.Published().With(noticeOf(rows)), nil
}

func noticeOf(rows []Holiday) *calendar.Notice {
	days := make([]calendar.Day, len(rows))
	for i, h := range rows {
		days[i] = calendar.Day{On: h.Day, Name: h.Name, Works: h.Works == 1, Statutory: h.Statutory == 1}
	}
	return calendar.NewNotice(days)
}

// A Year is one year of the county's calendar.
type Year struct {
	Year        int
	Provisional bool // no notice is known: Monday to Friday
	Working     int  // working days
	Days        []calendar.Day
	Source      string // of an imported one
	Imported    int64  // when; 0: it came with the program
}

// Years is the county's calendar from last year to next year, and any year that
// a running limit reaches into.
type Years struct {
	Today calendar.Date
	Years []Year
	// Waiting is how many running limits hang on a year whose notice is not known.
	Waiting int
	// Missing is the year whose notice should be there by now; 0 is none.
	Missing int
}

// noticeMonth is the month in which the notice of the next year is published.
const noticeMonth = time.November

// MissingYear is the year whose notice should be there by a day and is not: the
// present one, and from November on the next; 0 is none.
func MissingYear(n *calendar.Notice, on calendar.Date) int {
	switch y := on.Year(); {
	case n.Provisional(y):
		return y
	case on.Month() >= noticeMonth && n.Provisional(y+1):
		return y + 1
	}
	return 0
}

// Years is the calendar as a page shows it.
func (s *Service) Years(ctx context.Context, by actor.Actor) (v Years, err error) {
	if err := policy.Check(by, policy.TermRead, policy.Places{}); err != nil {
		return v, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := holidays(tx)
		if err != nil {
			return err
		}
		n := calendar.Published().With(noticeOf(rows))
		v.Today = calendar.On(tx.Now())
		v.Missing = MissingYear(n, v.Today)
		last := v.Today.Year() + 1
		clocks, err := waiting(tx, n, v.Today)
		if err != nil {
			return err
		}
		for _, c := range clocks {
			last = max(last, calendar.On(time.UnixMilli(c.LimitAt-1)).Year())
		}
		v.Waiting = len(clocks)
		for y := v.Today.Year() - 1; y <= last; y++ {
			v.Years = append(v.Years, yearOf(n, rows, y))
		}
		return nil
	})
	return v, err
}

func yearOf(n *calendar.Notice, rows []Holiday, year int) Year {
	first, _ := calendar.New(year, 1, 1)
	y := Year{Year: year, Provisional: n.Provisional(year), Days: n.Of(year), Working: n.WorkingBetween(first.AddDays(-1), first.AddYears(1).AddDays(-1))}
	for _, h := range rows {
		if h.Day.Year() == year {
			y.Source, y.Imported = h.Source, h.ImportedAt
		}
	}
	return y
}

// waiting are the running clocks whose limit hangs on a provisional year.
func waiting(tx *db.Tx, n *calendar.Notice, today calendar.Date) (out []Clock, err error) {
	all, err := counted(tx, today)
	for _, c := range all {
		if c.Provisional(n) {
			out = append(out, c)
		}
	}
	return out, err
}

// A Trial is what a notice would change.
type Trial struct {
	Year     int
	Days     []calendar.Day
	Off      int
	Worked   int // days of a weekend that are worked
	Working  int // working days of the year with it
	Before   int // and without
	Replaces bool
	Odd      []string // catalogue keys of what to look at once more
	Moved    []Moved  // running limits that move, at most a page of them
	Moves    int      // how many there are
}

// A Moved is a running limit before and after.
type Moved struct{ Was, Is Clock }

// movedShown is how many moved limits a trial lists.
const movedShown = 20

// TryNotice reads a notice that somebody pasted and says what it would change.
// Nothing is stored.
func (s *Service) TryNotice(ctx context.Context, by actor.Actor, text string) (t Trial, err error) {
	if err := policy.Check(by, policy.CalendarImport, policy.Places{}); err != nil {
		return t, err
	}
	days, err := readDays(text)
	if err != nil {
		return t, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		was, err := Calendar(tx)
		if err != nil {
			return err
		}
		t, err = trial(tx, was, days)
		return err
	})
	return t, err
}

// trial is what a notice changes.
func trial(tx *db.Tx, was *calendar.Notice, days []calendar.Day) (Trial, error) {
	t := Trial{Year: days[0].On.Year(), Days: days}
	is := was.With(calendar.NewNotice(days))
	statutory := 0
	for _, d := range days {
		switch {
		case d.Works:
			t.Worked++
		default:
			t.Off++
		}
		if d.Statutory {
			statutory++
		}
	}
	t.Working, t.Before, t.Replaces = yearOf(is, nil, t.Year).Working, yearOf(was, nil, t.Year).Working, !was.Provisional(t.Year)
	if statutory != 13 { // 全国年节及纪念日放假办法（2024年修订）
		t.Odd = append(t.Odd, "deadline.notice.odd_statutory")
	}
	if t.Working < 245 || t.Working > 252 {
		t.Odd = append(t.Odd, "deadline.notice.odd_working")
	}
	moved, err := moves(tx, is, t.Year)
	for _, m := range moved {
		t.Moves++
		if len(t.Moved) < movedShown {
			t.Moved = append(t.Moved, m)
		}
	}
	return t, err
}

// moves are the running limits that another calendar of a year moves.
func moves(tx *db.Tx, n *calendar.Notice, year int) (out []Moved, err error) {
	first, err := calendar.New(year, 1, 1)
	if err != nil {
		return nil, err
	}
	clocks, err := counted(tx, first)
	if err != nil {
		return nil, err
	}
	for _, c := range clocks {
		pauses, err := PausesOf(tx, c.ID)
		if err != nil {
			return nil, err
		}
		if is := c.again(n, pauses, tx.Now()); is.LimitAt != c.LimitAt {
			out = append(out, Moved{c, is})
		}
	}
	return out, nil
}

// ImportNotice makes a year's notice the calendar, and counts anew every
// running limit that it moves, in one transaction: no limit is ever counted by
// two calendars.
func (s *Service) ImportNotice(ctx context.Context, by actor.Actor, key db.Key, text, source string) (Trial, error) {
	if err := policy.Check(by, policy.CalendarImport, policy.Places{}); err != nil {
		return Trial{}, err
	}
	days, err := readDays(text)
	if err != nil {
		return Trial{}, err
	}
	source = strings.TrimSpace(source)
	var f fault.Fields
	f.Words("source", source, maxWords)
	if err := f.Err(); err != nil {
		return Trial{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.CalendarImport), key, [2]string{text, source}, func(tx *db.Tx) (Trial, error) {
		was, err := Calendar(tx)
		if err != nil {
			return Trial{}, err
		}
		t, err := trial(tx, was, days)
		if err != nil {
			return t, err
		}
		if _, err := dropYear(tx, t.Year); err != nil {
			return t, err
		}
		for _, d := range days {
			h := Holiday{Day: d.On, Name: d.Name, Source: source, ImportedBy: by.Account, ImportedAt: tx.Millis()}
			if d.Works {
				h.Works = 1
			}
			if d.Statutory {
				h.Statutory = 1
			}
			if err := db.Insert(tx, "holiday", h); err != nil {
				return t, err
			}
		}
		if err := tx.RecordAll("calendar/"+strconv.Itoa(t.Year), len(days), source); err != nil {
			return t, err
		}
		return t, s.recountAll(tx, t.Year)
	})
}

func (s *Service) recountAll(tx *db.Tx, year int) error {
	n, err := Calendar(tx)
	if err != nil {
		return err
	}
	moved, err := moves(tx, n, year)
	if err != nil {
		return err
	}
	for _, m := range moved {
		if err := move(tx, m.Is); err != nil {
			return err
		}
		if err := tx.Record(m.Was.Subject, m.Was, m.Is); err != nil {
			return err
		}
	}
	for _, f := range s.Recount {
		if err := f(tx, n); err != nil {
			return err
		}
	}
	return nil
}

// kinds are the words that a notice may use for what a day is.
var kinds = map[string]bool{"off": false, "放假": false, "休": false, "makeup_workday": true, "上班": true, "调休上班": true, "班": true}

// readDays reads what somebody pasted: a line for each day with its date, name,
// what it is (放假 or 上班) and whether it is a statutory holiday (1), between
// commas, tabs or spaces. Every fault is said with its line.
func readDays(text string) (days []calendar.Day, err error) {
	var wrong []string
	seen := map[calendar.Date]bool{}
	year := 0
	for i, line := range strings.Split(text, "\n") {
		cells := strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == '，' || r == '\t' || r == ' ' || r == '\r' || r == '　' })
		if len(cells) == 0 || i == 0 && cells[0] == "date" || i == 0 && cells[0] == "日期" {
			continue
		}
		d, why := readDay(cells)
		switch {
		case why == "" && seen[d.On]:
			why = "deadline.notice.twice"
		case why == "" && year != 0 && d.On.Year() != year:
			why = "deadline.notice.two_years"
		}
		if why != "" {
			wrong = append(wrong, i18n.T("deadline.notice.line", "line", i+1, "why", i18n.T(why))) //i18n:dynamic deadline.notice.
			continue
		}
		seen[d.On], year = true, d.On.Year()
		days = append(days, d)
	}
	var f fault.Fields
	switch {
	case len(wrong) > 0:
		f.Add("text", "deadline.notice.lines", "lines", strings.Join(wrong[:min(len(wrong), 10)], ""))
	case len(days) == 0:
		f.Add("text", "deadline.notice.none")
	case !hasOff(days):
		f.Add("text", "deadline.notice.no_off")
	}
	return days, f.Err()
}

func hasOff(days []calendar.Day) bool {
	for _, d := range days {
		if !d.Works {
			return true
		}
	}
	return false
}

func readDay(cells []string) (d calendar.Day, why string) {
	on, err := calendar.ParseWritten(cells[0])
	if err != nil {
		return d, "deadline.notice.date"
	}
	if len(cells) < 3 {
		return d, "deadline.notice.columns"
	}
	works, ok := kinds[cells[2]]
	if !ok {
		return d, "deadline.notice.kind"
	}
	d = calendar.Day{On: on, Name: cells[1], Works: works, Statutory: len(cells) > 3 && (cells[3] == "1" || cells[3] == "是")}
	w := on.Weekday()
	if works && w != time.Saturday && w != time.Sunday {
		return d, "deadline.notice.no_weekend"
	}
	return d, ""
}

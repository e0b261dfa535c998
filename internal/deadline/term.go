package deadline

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
)

// termsFile is every limit the county works by as it comes with the program:
// how long, in what it is counted, from what to what, whether it can be paused
// or extended, what happens when it passes, and the article that says so. The
// county's own rows come on top, with dates; see TermOn.
//
//go:embed terms.csv
var termsFile string

// Kinds of limit of which a clock runs.
const (
	SevenDay         = "seven_day"         // a level and a matter (下级上报的事项 7 天未处理，自动预警督办)
	OrderSign        = "order_sign"        // an officer signs a supervision order
	OrderAnswer      = "order_answer"      // a level answers one
	PetitionAccept   = "petition_accept"   // 信访工作条例 23
	PetitionAnswer   = "petition_answer"   // 信访工作条例 34
	HotlineAnswer    = "hotline_answer"    // 12345
	MediationConfirm = "mediation_confirm" // 人民调解法 33
)

// A Unit is what a limit is counted in.
type Unit string

// Units of limits.
const (
	ExactDay   Unit = "exact_day"   // 24 hours each, from the very instant
	Day        Unit = "day"         // civil days after the day it began on
	WorkingDay Unit = "working_day" // days of work after it
	Month      Unit = "month"
	ByYear     Unit = "year"
	Hour       Unit = "hour"
)

// Units are the units in the order of the form.
var Units = []Unit{ExactDay, Day, WorkingDay, Month, ByYear, Hour}

// Law and County are who sets a limit. What a law sets the county may only
// shorten.
const (
	Law    = "law"
	County = "county"
)

// What happens when a limit passes.
const (
	Escalate = "escalate" // a warning, an order, and one level higher each week
	Remind   = "remind"   // whoever has to act is reminded, each week
	GoOn     = "go_on"    // what waited happens by itself
	Nothing  = "none"     // no clock of ours runs: the row is there to be looked up
)

// A Term is a limit as it is on a day.
type Term struct {
	Kind      string
	About     string // what it is a limit of, in words
	Name      string
	Amount    int64
	Unit      Unit
	Rolls     bool  // a last day that is off moves to the next working day (民法典 203)
	PauseMost int64 // days for which it can be paused in all; 0 never
	Extend    int64 // by how much it can be extended, once; 0 never
	Most      int64 // the longest the county may make it
	Passed    string
	Owner     string
	Watched   bool   // a clock runs of it
	Starts    string // from what it is counted, in words
	Stops     string // what ends it, in words
	Basis     string
	Verified  bool          // read in the text of the rule itself
	ValidFrom calendar.Date // since when the county's own row is in force; "" as it came
}

var defaults = mustTerms(strings.NewReader(termsFile))

func mustTerms(r io.Reader) []Term {
	all, err := readTerms(r)
	if err != nil {
		panic(err)
	}
	return all
}

func readTerms(r io.Reader) (all []Term, err error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read terms: %w", err)
	}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		t := Term{Kind: row[0], About: row[1], Name: row[2], Unit: Unit(row[4]), Rolls: row[5] == "1", Passed: row[9], Owner: row[10],
			Watched: row[11] == "1", Starts: row[12], Stops: row[13], Basis: row[14], Verified: row[15] == "verified"}
		var bad []error
		for at, to := range map[int]*int64{3: &t.Amount, 6: &t.PauseMost, 7: &t.Extend, 8: &t.Most} {
			n, err := strconv.ParseInt(row[at], 10, 64)
			*to, bad = n, append(bad, err)
		}
		twice := slices.ContainsFunc(all, func(o Term) bool { return o.Kind == t.Kind })
		if slices.ContainsFunc(bad, func(err error) bool { return err != nil }) || twice || t.Kind == "" || t.Name == "" || t.Basis == "" ||
			!slices.Contains(Units, t.Unit) || !slices.Contains([]string{Law, County}, t.Owner) || !slices.Contains([]string{Escalate, Remind, GoOn, Nothing}, t.Passed) ||
			t.Amount < 0 || t.Amount > t.Most {
			return nil, fmt.Errorf("read terms, line %d: %v: a field is wrong, or the kind is there twice", i+1, row)
		}
		all = append(all, t)
	}
	return all, nil
}

// Terms are the limits on a day, in the order of the file.
func Terms(tx *db.Tx, on calendar.Date) ([]Term, error) {
	rows, err := termRows(tx, on, "")
	return overlay(defaults, rows), err
}

// TermOn is one limit on a day.
func TermOn(tx *db.Tx, kind string, on calendar.Date) (Term, error) {
	i := slices.IndexFunc(defaults, func(t Term) bool { return t.Kind == kind })
	if i < 0 {
		return Term{}, fmt.Errorf("deadline: no limit of kind %q", kind)
	}
	rows, err := termRows(tx, on, kind)
	return overlay(defaults[i:i+1], rows)[0], err
}

// NameOf is what a kind of limit is of, in words.
func NameOf(kind string) string {
	for _, t := range defaults {
		if t.Kind == kind {
			return t.About + "：" + t.Name
		}
	}
	return kind
}

// BasisOf is the rule that sets a kind of limit.
func BasisOf(kind string) string {
	for _, t := range defaults {
		if t.Kind == kind {
			return t.Basis
		}
	}
	return ""
}

// ExtendMost is by how much a kind of limit can be extended, once, in its unit;
// 0 is not at all. It is the rule's own: no row of the county changes it.
func ExtendMost(kind string) int64 {
	for _, t := range defaults {
		if t.Kind == kind {
			return t.Extend
		}
	}
	return 0
}

// UnitOf is what a kind of limit is counted in as it comes with the program.
func UnitOf(kind string) Unit {
	for _, t := range defaults {
		if t.Kind == kind {
			return t.Unit
		}
	}
	return Day
}

// overlay puts the county's rows, the latest last, on what comes with the
// program.
func overlay(base []Term, rows []Change) []Term {
	all := slices.Clone(base)
	for _, r := range rows {
		if i := slices.IndexFunc(all, func(t Term) bool { return t.Kind == r.Kind }); i >= 0 {
			t := &all[i]
			t.Amount, t.Unit, t.PauseMost, t.Basis, t.ValidFrom = r.Amount, r.Unit, r.PauseMost, r.Basis, r.ValidFrom
		}
	}
	return all
}

// clock is a clock of a term that begins at a moment.
func (t Term) clock(n *calendar.Notice, subject, path string, level int64, at time.Time) Clock {
	c := Clock{Subject: subject, Kind: t.Kind, Path: path, Level: level, StartedAt: at.UnixMilli(),
		Amount: t.Amount, Unit: t.Unit, PauseMost: t.PauseMost}
	if t.Rolls {
		c.Rolls = 1
	}
	return c.count(n, nil)
}

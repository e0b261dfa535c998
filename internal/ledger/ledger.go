// Package ledger keeps the books of who moved where (人口流向台账): the
// out-ledger and the in-ledger of a village, a town or a police station over
// any period, and the matrix of the county from place to place. They are read
// from the flows that residence derives from where people live, so that what
// leaves one ledger stands in another, or has left the county. Protected places
// are in no ledger, for nobody: a difference would show where they are.
package ledger

import (
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
)

// Service is the guarded door to the ledgers.
type Service struct{ DB *db.DB }

// A Side is one of the ledgers of a place.
type Side string

const (
	Out    Side = "out"    // 流出台账: left the place
	In     Side = "in"     // 流入台账: came to it
	Within Side = "within" // 内部流动: from one part of it to another
	// Between is what stands in one cell of the matrix: from the place to the
	// other, whatever the two are.
	Between Side = "between"
)

// Sides are the ledgers of a place.
var Sides = []Side{Out, In, Within}

// Outside stands for everywhere outside the county.
const Outside = "outside"

// A Period is the days from Since to Until, both included.
type Period struct{ Since, Until calendar.Date }

// Decade is the ten years up to a day, that day included.
func Decade(today calendar.Date) Period {
	return Period{today.AddYears(-10).AddDays(1), today}
}

// end is the first day after the period.
func (p Period) end() calendar.Date { return p.Until.AddDays(1) }

// check says what is wrong with a period.
func (p Period) check(f *fault.Fields) {
	switch {
	case !p.Since.Valid():
		f.Add("since", "ledger.date")
	case !p.Until.Valid():
		f.Add("until", "ledger.date")
	case p.Until < p.Since:
		f.Add("until", "ledger.period")
	}
}

// A Query says which ledger.
type Query struct {
	Place     []string // division codes that are one area: a village, a town, what a police station answers for; Between may begin Outside
	Side      Side
	Other     string // only to or from this division, or Outside; "" for all
	Programme string // one of relocation.Programmes, or "" for all
	Period
	After string // Next of the page before
	Limit int    // 1 to 200; anything else is 50
}

// An Entry is one household's move as a ledger has it: those who went together
// from one place to another on one day.
type Entry struct {
	HouseholdID household.ID  `db:"household_id"`
	MovedOn     calendar.Date `db:"moved_on"`
	FromPath    string        `db:"from_path"`
	ToPath      string        `db:"to_path"`
	People      int64         `db:"people"`
	Head        string        // name of the household's head today, "" without one
	From, To    string        // town and village
	Programme   string        // "" when no move was registered
	Case        string
	Number      string // of the receipt
}

// cursor is the place of an entry in its ledger.
func (e Entry) cursor() string {
	return strings.Join([]string{string(e.MovedOn), string(e.HouseholdID), e.FromPath, e.ToPath}, "|")
}

// A Sum is so many moves of so many people.
type Sum struct {
	Moves  int64 `db:"moves"` // 户次
	People int64 `db:"people"`
}

func (s Sum) add(t Sum) Sum { return Sum{s.Moves + t.Moves, s.People + t.People} }

// allowed checks a query and that the actor keeps the ledgers of its place. A
// place that is not given is the actor's own.
func (q *Query) allowed(by actor.Actor, a policy.Action) error {
	if len(q.Place) == 0 {
		for _, p := range by.Paths {
			q.Place = append(q.Place, p[:min(len(p), 12)])
		}
	}
	if len(q.Place) == 0 {
		q.Place = []string{""} // nobody's
	}
	if err := q.kept(by, a); err != nil {
		return err
	}
	if q.Limit <= 0 || q.Limit > 200 {
		q.Limit = 50
	}
	var f fault.Fields
	if !slices.Contains(Sides, q.Side) && (q.Side != Between || len(q.Place) != 1 || q.Other == "") {
		f.Add("side", "ledger.which")
	}
	q.check(&f)
	return f.Err()
}

// Kept reports whether the actor keeps the ledgers that a query asks for.
func (q Query) Kept(by actor.Actor) bool { return q.kept(by, policy.LedgerRead) == nil }

func (q Query) kept(by actor.Actor, a policy.Action) error {
	for _, p := range q.Place {
		places := policy.Places{{Relation: policy.At, Path: p}}
		if q.Side == Between { // either end has it in its ledger
			places = append(places, policy.Place{Relation: policy.At, Path: q.Other})
		}
		if err := policy.Check(by, a, places); err != nil {
			return err
		}
	}
	return nil
}

// county is the prefix of the county a place lies in.
func county(place string) string { return place[:min(len(place), 6)] }

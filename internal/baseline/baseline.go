// Package baseline keeps the rounds in which a county finds out who it has
// (摸清底数): for each household the police and the village where it is
// registered, and the community where it lives, sign off what the register
// says, or dispute it with a reason. What is not signed off by all of them
// stays on the list. A round has its days; nobody is counted or ranked, only
// households are.
package baseline

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
)

// A Side is one of those who must sign off a household.
type Side string

// The sides.
const (
	Police    Side = "police"
	Village   Side = "village"   // where it is registered
	Community Side = "community" // where it lives, if that is elsewhere in the county
)

// Sides lists them in the order of a page.
var Sides = []Side{Police, Village, Community}

// A Verdict is what a side says of a household.
type Verdict string

// Verdicts.
const (
	Signed   Verdict = "signed"
	Disputed Verdict = "disputed"
)

// A Round is one round over the households registered under a path.
type Round struct {
	ID         string        `db:"id" record:"ignore"`
	Name       string        `db:"name" record:"track"`
	Path       string        `db:"path" record:"track"`
	OpensOn    calendar.Date `db:"opens_on" record:"track"`
	ClosesOn   calendar.Date `db:"closes_on" record:"track"`
	OpenedBy   string        `db:"opened_by" record:"track"`
	OpenedName string        `db:"opened_name" record:"track"`
	OpenedAt   int64         `db:"opened_at" record:"ignore"`
	Version    int64         `db:"version" record:"ignore"`
}

// Open reports whether words are taken on a day.
func (r Round) Open(on calendar.Date) bool { return r.OpensOn <= on && on <= r.ClosesOn }

// A Word is what one side says of one household in one round. It may say
// another; the record keeps both.
type Word struct {
	ID          string       `db:"id" record:"ignore"`
	RoundID     string       `db:"round_id" record:"track"`
	HouseholdID household.ID `db:"household_id" record:"track"`
	Side        Side         `db:"side" record:"track"`
	Verdict     Verdict      `db:"verdict" record:"track"`
	Reason      string       `db:"reason" record:"track"`
	Account     string       `db:"account" record:"track"`
	Name        string       `db:"name" record:"track"`
	Office      string       `db:"office" record:"track"`
	At          int64        `db:"at" record:"ignore"`
	Version     int64        `db:"version" record:"ignore"`
}

// may is the table: after which words a side may say which.
var may = map[Verdict][]Verdict{
	"":       {Signed, Disputed},
	Signed:   {Disputed},
	Disputed: {Signed, Disputed}, // with another reason
}

// after is the rule: whether a side that has said was may now say is.
func after(was, is Verdict) error {
	if !slices.Contains(may[was], is) {
		return fault.New(fault.Conflict, "baseline.said")
	}
	return nil
}

// Service is the guarded door to baseline rounds.
type Service struct{ DB *db.DB }

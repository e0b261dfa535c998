// Package entitlement keeps the rights that two places owe a household (两地共管
// 权益): the place of origin answers for land and forest, the place of residence
// for house and people. A move never changes a right at the origin
// (农村土地承包法 27); rights are dated facts with evidence.
package entitlement

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/household"
	"anju/internal/policy"
)

// Sides that can owe a right.
const (
	Origin = "origin"
	Living = "living"
)

// Kinds of right. Which unit answers for each is data: see Route.
var Kinds = []string{
	"farmland", "forest", "homestead", "collective_income", "other_policy",
	"medical", "serious_illness", "pension", "subsistence", "destitute", "temporary_aid",
}

// Benefit reports whether a kind of right is aid that one draws (低保、特困、
// 临时救助). Who owes it is said to everybody; whether a household draws it is
// between the household and the office that decides (社会救助法).
func Benefit(kind string) bool {
	return kind == "subsistence" || kind == "destitute" || kind == "temporary_aid"
}

// Duty is the field group that opens a kind of right: who lacks it never learns
// that a household has a right of that kind, nor that there is anything to look
// into.
func Duty(kind string) policy.Fields {
	switch {
	case Benefit(kind):
		return policy.Aid
	case kind == "medical" || kind == "serious_illness" || kind == "pension":
		return policy.Insurance
	}
	return policy.Land
}

// KindsOf lists the kinds that a duty opens.
func KindsOf(duty policy.Fields) []string {
	return slices.DeleteFunc(slices.Clone(Kinds), func(k string) bool { return Duty(k) != duty })
}

// duties are the field groups that open a kind of right, in the order of Kinds.
var duties = []policy.Fields{policy.Land, policy.Insurance, policy.Aid}

// relation is how a place that owes a right lies to the household.
func relation(side string) policy.Relation {
	if side == Living {
		return policy.Living
	}
	return policy.Registered
}

// States of a right.
const (
	Valid   = "valid"    // 有效
	Changed = "changed"  // 变更: another piece of land, another paper, the same right
	GivenUp = "given_up" // 退出, on a written application
	Lost    = "lost"     // 丧失, by law
)

// A Route says which unit owes a kind of right, with dates: who owes it, never
// whether a household draws it.
type Route struct {
	Kind      string        `db:"kind" record:"track"`
	Side      string        `db:"side" record:"track"`
	Unit      string        `db:"unit" record:"track"` // "{town}", "{village}" and "{committee}" stand for the names of the place
	Phone     string        `db:"phone" record:"track"`
	Note      string        `db:"note" record:"track"`
	Basis     string        `db:"basis" record:"track"`
	ValidFrom calendar.Date `db:"valid_from" record:"track"`
	ValidTo   calendar.Date `db:"valid_to" record:"track"`
}

// An Entitlement is one right of one household in the list of one place. The
// places keep their lists apart; what is written in them is dated and never
// overwritten.
type Entitlement struct {
	ID           string        `db:"id" record:"ignore"`
	HouseholdID  household.ID  `db:"household_id" record:"track"`
	Kind         string        `db:"kind" record:"track"`
	Side         string        `db:"side" record:"track"`
	Path         string        `db:"path" record:"track"` // the village that owes it
	Evidence     string        `db:"evidence" record:"track"`
	Amount       string        `db:"amount" record:"track"`
	State        string        `db:"state" record:"track"` // valid, changed, given_up, lost
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	ValidTo      calendar.Date `db:"valid_to" record:"track"`
	RecordedAt   int64         `db:"recorded_at" record:"ignore"`
	SupersededAt int64         `db:"superseded_at" record:"ignore"`
	Source       string        `db:"source" record:"track"`
}

// Owed reports whether a right stands by what is written: one that was given up
// or lost ended by somebody's act, and is nobody's gap.
func (e Entitlement) Owed() bool { return e.State == Valid || e.State == Changed }

// Running reports whether a right is owed on a day.
func (e Entitlement) Running(on calendar.Date) bool {
	return e.SupersededAt == 0 && e.Owed() && e.ValidFrom <= on && e.ValidTo > on
}

// Subject is the right's name in records and looks. It is not the household's:
// the record of a household is read by those who have no duty for its rights.
func (e Entitlement) Subject() string { return "entitlement/" + e.ID }

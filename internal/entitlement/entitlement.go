// Package entitlement keeps the rights that two places owe a household (两地共管
// 权益): the place of origin answers for land and forest, the place of residence
// for house and people. A move never changes a right at the origin
// (农村土地承包法 27); rights are dated facts with evidence.
package entitlement

import (
	"anju/internal/calendar"
	"anju/internal/household"
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

// An Entitlement is one right of one household.
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

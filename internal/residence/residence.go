// Package residence keeps where people are, over time: where each is
// registered, lives and works, as dated spells with the time they were true
// and the time they were believed. A protected address is sealed to one police
// unit; to everyone else the spell does not exist.
package residence

import (
	"anju/internal/calendar"
	"anju/internal/household"
	"anju/internal/person"
)

// Kinds of spell. They are the policy's relations.
const (
	Registered = "registered"
	Living     = "living"
	Working    = "working"
)

// A Spell is one stay of one person.
type Spell struct {
	ID           string        `db:"id" record:"ignore"`
	PersonID     person.ID     `db:"person_id" record:"track"`
	Kind         string        `db:"kind" record:"track"`
	Path         string        `db:"path" record:"track"`         // village + grid ("000" without one); outside the county its division code
	HouseholdID  household.ID  `db:"household_id" record:"track"` // registered: of which household; living: with which
	Relation     string        `db:"relation" record:"track"`     // registered: to the head, GB/T 4761
	HouseID      string        `db:"house_id" record:"track"`     // living
	Place        string        `db:"place" record:"track"`        // working, in words
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	ValidTo      calendar.Date `db:"valid_to" record:"track"` // calendar.Forever: still so
	RecordedAt   int64         `db:"recorded_at" record:"ignore"`
	SupersededAt int64         `db:"superseded_at" record:"ignore"` // 0: believed now
	SealedTo     string        `db:"sealed_to" record:"secret"`
	Source       string        `db:"source" record:"track"`
}

// Package grid keeps the grids (网格) of the people network: each of 50 to 100
// households, each within one village or community, numbered village code plus
// three digits; what each is made of; and the three grids of every household
// (三重网格): where it is registered, where it lives, where it works.
package grid

import (
	"anju/internal/calendar"
	"anju/internal/household"
)

// The size a grid should have, in households (基本单元 50–100 户).
const (
	MinHouseholds = 50
	MaxHouseholds = 100
)

// A Grid is one grid during the time it is valid.
type Grid struct {
	Code      string        `db:"code" record:"track"`
	Village   string        `db:"village" record:"track"`
	Name      string        `db:"name" record:"track"`
	Covers    string        `db:"covers" record:"track"`
	ValidFrom calendar.Date `db:"valid_from" record:"track"`
	ValidTo   calendar.Date `db:"valid_to" record:"track"`
	Version   int64         `db:"version" record:"ignore"`
}

// A Part is a group, or one building of a site, that a grid is made of.
type Part struct {
	Grid     string `db:"grid" record:"track"`
	Village  string `db:"village" record:"track"`
	GroupNo  string `db:"group_no" record:"track"`
	Building string `db:"building" record:"track"` // "": the whole group
}

// A Tie binds a household to a grid.
type Tie struct {
	HouseholdID  household.ID  `db:"household_id" record:"track"`
	Relation     string        `db:"relation" record:"track"`     // registered, living, working
	Path         string        `db:"path" record:"track"`         // grid code
	Main         int64         `db:"main" record:"track"`         // 1: this grid answers for the household
	MainReason   string        `db:"main_reason" record:"secret"` // why, where it is not the one it lives in
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	ValidTo      calendar.Date `db:"valid_to" record:"track"`
	RecordedAt   int64         `db:"recorded_at" record:"ignore"`
	SupersededAt int64         `db:"superseded_at" record:"ignore"`
	SealedTo     string        `db:"sealed_to" record:"secret"`
}

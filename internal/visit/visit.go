// Package visit keeps home visits (走访): when, by whom, how the household was.
// It keeps no track of where the worker walked and no count for ranking.
package visit

import (
	"time"

	"anju/internal/household"
)

// Every is how long a household may go without anybody of the network having
// seen it: then its visit is due.
const Every = 90 * 24 * time.Hour

// Outcomes of a visit.
const (
	Well      = "well"        // 无异常
	NeedsHelp = "needs_help"  // 需要帮助
	NobodyIn  = "nobody_home" // 无人在家
)

// A Visit is one visit to one household.
type Visit struct {
	ID          string       `db:"id" record:"ignore"`
	HouseholdID household.ID `db:"household_id" record:"track"`
	Path        string       `db:"path" record:"track"` // the grid visited
	Account     string       `db:"account" record:"track"`
	Name        string       `db:"name" record:"track"`
	VisitedAt   int64        `db:"visited_at" record:"track"`
	Outcome     string       `db:"outcome" record:"track"`
	Note        string       `db:"note" record:"secret"`
	RecordedAt  int64        `db:"recorded_at" record:"ignore"`
}

// Package party keeps the party-building line (“党建+”): grid party branches
// (网格党支部), members who pair with a household that wishes it (党员联户), and the
// four bodies (四体联动) as participants of a matter or a grid. They see what
// their duty gives them and no more; nothing here counts, ranks or rewards
// anybody.
package party

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Service is the guarded door to the party-building line.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// Forms in which a branch is set up (单设、联合、挂靠).
const (
	Alone    = "alone"
	Joint    = "joint"
	Attached = "attached"
)

// Forms lists them in the order of a form.
var Forms = []string{Alone, Joint, Attached}

// A Branch is a grid party branch.
type Branch struct {
	ID         string        `db:"id" record:"ignore"`
	Name       string        `db:"name" record:"track"`
	Form       string        `db:"form" record:"track"`
	Path       string        `db:"path" record:"track"`        // its grid or its village
	AttachedTo string        `db:"attached_to" record:"track"` // of an attached one: the branch
	Secretary  string        `db:"secretary" record:"track"`   // account
	FoundedOn  calendar.Date `db:"founded_on" record:"track"`
	Document   string        `db:"document" record:"track"`
	EndedOn    calendar.Date `db:"ended_on" record:"track"`
	Version    int64         `db:"version" record:"ignore"`
}

// Places is where a branch lies.
func (b Branch) Places() []policy.Place {
	return []policy.Place{{Relation: policy.At, Path: b.Path}}
}

// A Pair is a member who pairs with a household that wishes it.
type Pair struct {
	ID          string        `db:"id" record:"ignore"`
	BranchID    string        `db:"branch_id" record:"track"`
	AccountID   string        `db:"account_id" record:"track"`
	HouseholdID household.ID  `db:"household_id" record:"track"`
	AgreedOn    calendar.Date `db:"agreed_on" record:"track"`
	BegunOn     calendar.Date `db:"begun_on" record:"track"`
	EndedOn     calendar.Date `db:"ended_on" record:"track"`
	EndedWhy    string        `db:"ended_why" record:"track"`
	RecordedBy  string        `db:"recorded_by" record:"track"`
	RecordedAt  int64         `db:"recorded_at" record:"ignore"`
	Version     int64         `db:"version" record:"ignore"`
}

// Why a pair ends.
const (
	HouseholdSaysNo = "household" // at any time, without a reason
	MemberLeft      = "member"
	Moved           = "moved"
)

// Endings lists them in the order of a form.
var Endings = []string{HouseholdSaysNo, MemberLeft, Moved}

// The four bodies (四体联动).
const (
	TownCommittee = "town_committee"
	OfBranch      = "branch"
	Member        = "member"
	Resident      = "resident"
)

// Bodies lists them in the order of a form.
var Bodies = []string{TownCommittee, OfBranch, Member, Resident}

// A Participant is one of the four bodies, named on a matter or a grid with what
// is asked of them.
type Participant struct {
	ID         string `db:"id" record:"ignore"`
	Subject    string `db:"subject" record:"track"` // matter/<id>, grid/<code>
	Path       string `db:"path" record:"track"`
	Body       string `db:"body" record:"track"`
	AccountID  string `db:"account_id" record:"track"` // "" of a resident
	Name       string `db:"name" record:"track"`
	Part       string `db:"part" record:"secret"` // what is asked
	NamedBy    string `db:"named_by" record:"track"`
	NamedName  string `db:"named_name" record:"track"`
	NamedAt    int64  `db:"named_at" record:"ignore"`
	Answer     string `db:"answer" record:"secret"`
	AnsweredAt int64  `db:"answered_at" record:"track"`
	EndedAt    int64  `db:"ended_at" record:"track"`
	Version    int64  `db:"version" record:"ignore"`
}

// maxText is how long what is written in one field may be, in characters.
const maxText = 200

// check is the rule of a branch: alone over its own place, joint over several,
// attached to another. other is the branch it is attached to.
func (b Branch) check(places []string, other *Branch, today calendar.Date) error {
	var f fault.Fields
	f.Words("name", b.Name, maxText)
	if !slices.Contains(Forms, b.Form) {
		f.Add("form", "form.required")
	}
	if b.Form == Joint && len(places) < 2 {
		f.Add("places", "party.branch.joint")
	}
	if b.Form == Attached && (other == nil || other.EndedOn != "" || other.Form == Attached) {
		f.Add("attached_to", "party.branch.attached")
	}
	if !b.FoundedOn.Valid() || b.FoundedOn > today {
		f.Add("founded_on", "party.day")
	}
	f.Words("document", b.Document, maxText)
	return f.Err()
}

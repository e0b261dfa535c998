// Package election keeps who may vote in the election of a village or residents'
// committee (选民登记): one list for each unit and round, with the reason for
// every person, on it or not. Nothing here counts votes or looks at candidates.
// What decides is the law that the unit lives under, where people are registered
// and live, and what they say; no other fact of a person is read.
package election

import (
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/seal"
)

// An ID names an election.
type ID string

// A Law is the one a unit elects by.
type Law string

// Laws.
const (
	VillageLaw   Law = "village"   // 村民委员会组织法 (2025-10-28), art 16 and 17
	ResidentsLaw Law = "residents" // 城市居民委员会组织法 (2026-01-01), art 16 and 17
)

// LawOf is the law of a kind of unit: the codes of 社区村委会 are a village's, so
// the village law applies to them until the county says they were converted.
func LawOf(k division.Kind) Law {
	if k == division.ResidentsCommittee {
		return ResidentsLaw
	}
	return VillageLaw
}

// The days of both laws (art 17).
const (
	publishDays   = 20 // a list is public so many days before the election
	objectionDays = 5  // from publication
	decisionDays  = 3  // from an objection
	adult         = 18 // 村民委员会组织法 13, 城市居民委员会组织法 16
	stayYears     = 1  // of living or working there without being registered (village, art 16 (3))
)

// A State of an election's list.
type State string

// States.
const (
	Preparing State = "preparing" // 登记中
	Published State = "published" // 已公布, objections are heard
	Final     State = "final"     // 已定稿
	Cancelled State = "cancelled" // 已取消
)

// An Election is one unit's list in one round.
type Election struct {
	ID           ID            `db:"id" record:"ignore"`
	Round        string        `db:"round" record:"track"` // 2026年换届: nobody is on two lists of one
	Path         string        `db:"path" record:"track"`  // the unit, 12 digits
	Law          Law           `db:"law" record:"track"`
	Day          calendar.Date `db:"day" record:"track"` // of the election
	State        State         `db:"state" record:"track"`
	People       int64         `db:"people" record:"track"` // looked at when last drawn
	Listed       int64         `db:"listed" record:"track"`
	Digest       string        `db:"digest" record:"track"` // of who is on the list, and why
	DrawnAt      int64         `db:"drawn_at" record:"ignore"`
	PublishedOn  calendar.Date `db:"published_on" record:"track"`
	ObjectionsBy calendar.Date `db:"objections_by" record:"track"` // the last day
	FinalOn      calendar.Date `db:"final_on" record:"track"`
	Reason       string        `db:"reason" record:"track"` // of a cancellation
	OpenedBy     string        `db:"opened_by" record:"track"`
	OpenedAt     int64         `db:"opened_at" record:"ignore"`
	Version      int64         `db:"version" record:"ignore"`
}

// Subject is the election's name in records and looks.
func (e Election) Subject() string { return "election/" + string(e.ID) }

// Places is where an election lies.
func (e Election) Places() []policy.Place { return []policy.Place{{Relation: policy.At, Path: e.Path}} }

// PublishBy is the last day on which the list can be made public.
func (e Election) PublishBy() calendar.Date { return e.Day.AddDays(-publishDays) }

// A Why is the reason for which a person is on the list or not.
type Why string

// On the list.
const (
	RegisteredLiving   Why = "registered_living"   // village 16 (1)
	RegisteredDeclared Why = "registered_declared" // village 16 (2); residents 16 (1)
	LivingDeclared     Why = "living_declared"     // residents 16 (2)
	Consented          Why = "consented"           // village 16 (3)
	Confirmed          Why = "confirmed"           // residents 16, community worker
	DecidedOn          Why = "decided_on"          // after an objection
)

// Not on the list.
const (
	Young       Why = "young"
	Barred      Why = "barred" // deprived of political rights by a court
	Elsewhere   Why = "elsewhere"
	Declined    Why = "declined"
	MayDeclare  Why = "may_declare"
	MayApply    Why = "may_apply"
	YearNotFull Why = "year_not_full"
	Awaits      Why = "awaits"  // the assembly's consent, or the committee's word
	Refused     Why = "refused" // by them
	NotHere     Why = "not_here"
	DecidedOff  Why = "decided_off"
)

// Whys lists the reasons in the order of a page.
var Whys = []Why{RegisteredLiving, RegisteredDeclared, LivingDeclared, Consented, Confirmed, DecidedOn,
	MayDeclare, MayApply, Awaits, YearNotFull, Refused, Declined, Elsewhere, Young, Barred, DecidedOff, NotHere}

// Answers.
const (
	Yes = "yes"
	No  = "no"
)

// Facts are all that the list is decided by.
type Facts struct {
	Law        Law
	Day        calendar.Date
	Birth      calendar.Date
	Registered bool          // in the unit
	Living     bool          // in the unit, on the day as far as is known
	Since      calendar.Date // the unbroken stay began
	Work       string        // village or community work that the committee has written down
	Declared   string        // Yes, No or nothing said
	Consent    string        // of the assembly or the committee
	Barred     bool
	Elsewhere  bool   // on another list of the round
	Decided    string // Yes, No: after an objection
}

// FullOn is the day on which a year of living in the unit is full, or "".
func (f Facts) FullOn() calendar.Date { return f.Since.AddYears(stayYears) }

// Judge is the rule: whether somebody is on the list, and why.
func Judge(f Facts) (listed bool, why Why) {
	switch {
	case calendar.Age(f.Birth, f.Day) < adult:
		return false, Young
	case f.Barred:
		return false, Barred
	case f.Elsewhere:
		return false, Elsewhere
	case f.Decided == Yes:
		return true, DecidedOn
	case f.Decided == No:
		return false, DecidedOff
	case f.Declared == No:
		return false, Declined
	case f.Law == ResidentsLaw:
		return f.residents()
	}
	return f.village()
}

// village is 村民委员会组织法 16.
func (f Facts) village() (bool, Why) {
	declared := f.Declared == Yes
	switch {
	case f.Registered && f.Living:
		return true, RegisteredLiving
	case f.Registered && declared:
		return true, RegisteredDeclared
	case f.Registered:
		return false, MayDeclare
	case f.Work == "" && !f.Living:
		return false, NotHere
	case f.Work == "" && f.FullOn() > f.Day:
		return false, YearNotFull
	case !declared:
		return false, MayApply
	}
	return f.answered(Consented)
}

// residents is 城市居民委员会组织法 16: no year and no consent, but everybody says
// that they take part.
func (f Facts) residents() (bool, Why) {
	declared := f.Declared == Yes
	switch {
	case f.Registered && declared:
		return true, RegisteredDeclared
	case f.Living && declared:
		return true, LivingDeclared
	case f.Registered || f.Living:
		return false, MayDeclare
	case f.Work == "":
		return false, NotHere
	case !declared:
		return false, MayApply
	}
	return f.answered(Confirmed)
}

func (f Facts) answered(yes Why) (bool, Why) {
	switch f.Consent {
	case Yes:
		return true, yes
	case No:
		return false, Refused
	}
	return false, Awaits
}

// An Elector is one person's row of a list, with the facts it was decided by.
type Elector struct {
	ElectionID  ID            `db:"election_id" record:"ignore"`
	PersonID    person.ID     `db:"person_id" record:"track"`
	Round       string        `db:"round" record:"ignore"`
	HouseholdID household.ID  `db:"household_id" record:"ignore"`
	Name        string        `db:"name" record:"ignore"` // as drawn: a public list stays as it was
	GroupNo     string        `db:"group_no" record:"ignore"`
	Since       calendar.Date `db:"since" record:"track"`
	FullOn      calendar.Date `db:"full_on" record:"track"`
	Work        string        `db:"work" record:"track"`
	Declared    string        `db:"declared" record:"track"`
	DeclaredOn  calendar.Date `db:"declared_on" record:"track"`
	DeclaredHow string        `db:"declared_how" record:"track"`
	Consent     string        `db:"consent" record:"track"`
	ConsentOn   calendar.Date `db:"consent_on" record:"track"`
	Meeting     string        `db:"meeting" record:"track"` // which, with its votes and document
	Barred      string        `db:"barred" record:"track"`  // the court's document
	Decided     string        `db:"decided" record:"track"`
	Listed      int64         `db:"listed" record:"track"`
	Why         Why           `db:"why" record:"track"`
}

// Service is the guarded door to elections.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// Package community founds communities (组建社区) in the four ways of the county,
// and keeps how each resettlement site organises the party and governs itself.
// A founding is proposed by the town, agreed to by every assembly concerned and
// approved by the county; only then are the divisions changed (internal/adjust).
// From the numbers the package proposes a form for each site, and says why.
package community

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/i18n"
)

// Service is the guarded door to communities.
type Service struct {
	DB *db.DB
	// Guard lets an act happen unless it would leave something with nobody from a
	// day on. The network knows; nil asks nobody.
	Guard func(tx *db.Tx, on calendar.Date, act func() error) error
}

// How a site organises the party.
const (
	Alone    = "alone"    // 单设
	Joint    = "joint"    // 联合
	Attached = "attached" // 挂靠
)

// Own is how a site governs itself by a committee of its own; it may also be
// Joint or Attached.
const Own = "own"

// PartyForms and SelfForms are the forms, the largest first.
var (
	PartyForms = []string{Alone, Joint, Attached}
	SelfForms  = []string{Own, Joint, Attached}
)

// A Rule says from how many households a site organises itself how. It is dated
// data of the county.
type Rule struct {
	PartyAlone   int64         `db:"party_alone" record:"track"`   // households from which a party organisation stands alone
	PartyMembers int64         `db:"party_members" record:"track"` // full members that it needs for it
	Own          int64         `db:"own" record:"track"`           // households from which there is a committee of its own
	Joint        int64         `db:"joint" record:"track"`         // and from which there is one with a neighbour
	Basis        string        `db:"basis" record:"track"`
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	ValidTo      calendar.Date `db:"valid_to" record:"track"`
}

// A Form is how a site organises the party and governs itself from a day on.
type Form struct {
	ID           string        `db:"id" record:"ignore"`
	SiteID       string        `db:"site_id" record:"track"`
	Party        string        `db:"party" record:"track"`
	Self         string        `db:"self" record:"track"`
	With         string        `db:"with_code" record:"track"` // joint with, or attached to
	Members      int64         `db:"members" record:"track"`   // full members of the party; -1: not known
	Document     string        `db:"document" record:"track"`
	Reason       string        `db:"reason" record:"track"`
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	ValidTo      calendar.Date `db:"valid_to" record:"track"`
	RecordedBy   string        `db:"recorded_by" record:"track"`
	RecordedName string        `db:"recorded_name" record:"ignore"`
	RecordedAt   int64         `db:"recorded_at" record:"ignore"`
	Version      int64         `db:"version" record:"ignore"`
}

// A Proposed is the form that the numbers of a site propose, in words.
type Proposed struct {
	Party, Self       string
	WhyParty, WhySelf string
	Change            string // what would change it
}

// Propose is the rule of the county's table: the form for so many households
// with so many full members of the party; -1 where nobody has counted them.
func (r Rule) Propose(households, members int64) (p Proposed) {
	args := []any{"n", households, "own", r.Own, "joint", r.Joint, "alone", r.PartyAlone, "members", members, "need", r.PartyMembers}
	switch {
	case households >= r.Own:
		p.Self, p.WhySelf, p.Change = Own, i18n.T("community.why.own", args...), i18n.T("community.change.own", "less", households-r.Own+1)
	case households >= r.Joint:
		p.Self, p.WhySelf = Joint, i18n.T("community.why.joint", args...)
		p.Change = i18n.T("community.change.joint", "more", r.Own-households, "less", households-r.Joint+1)
	default:
		p.Self, p.WhySelf = Attached, i18n.T("community.why.attached", args...)
		p.Change = i18n.T("community.change.attached", "more", r.Joint-households, "own", r.Own-households)
	}
	switch {
	case households < r.PartyAlone:
		p.Party, p.WhyParty = Attached, i18n.T("community.why.party_attached", args...)
	case members < 0:
		p.Party, p.WhyParty = Alone, i18n.T("community.why.party_unknown", args...)
	case members < r.PartyMembers:
		p.Party, p.WhyParty = Joint, i18n.T("community.why.party_joint", args...)
	default:
		p.Party, p.WhyParty = Alone, i18n.T("community.why.party_alone", args...)
	}
	return p
}

// Differs reports whether a form is another than the numbers propose.
func (f Form) Differs(p Proposed) bool { return f.Party != p.Party || f.Self != p.Self }

// ruleOn is the row in force on a day; the county begins with the rule that the
// program brings.
func ruleOn(rows []Rule, on calendar.Date) Rule {
	for _, r := range rows {
		if r.ValidFrom <= on && r.ValidTo > on {
			return r
		}
	}
	return First()
}

// First is the rule that a county begins with: Baihe's own.
func First() Rule {
	return Rule{PartyAlone: 1000, PartyMembers: 3, Own: 1000, Joint: 300, Basis: i18n.T("community.rule.first"), ValidFrom: "2020-01-01", ValidTo: calendar.Forever}
}

// InstallRules writes the first rule into an empty county.
func InstallRules(tx *db.Tx) error { return db.Insert(tx, "community_rule", First()) }

// Count is how many communities of each class lie under a path.
func Count(x *division.Index, under string) map[string]int {
	n := map[string]int{}
	for _, v := range x.Villages(under) {
		if slices.Contains(division.Classes, v.Class) {
			n[v.Class]++
		}
	}
	return n
}

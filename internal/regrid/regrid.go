// Package regrid divides a village or community into grids anew (重新划格). A
// proposal is drawn up (internal/grid/plan), looked at and changed by hand as a
// draft, approved by a second person, and carried out at the start of its day:
// grids begin and end, every household is in one, and what was open in the old
// ones goes over to the people of the new. Until its day it can be undone. It
// is refused, with the list, if a grid would have no leader.
package regrid

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/seal"
)

// An ID names a plan.
type ID string

// A State of a plan's life.
type State string

// States.
const (
	Draft     State = "draft"     // 拟定中
	Submitted State = "submitted" // 待审批
	Approved  State = "approved"  // 已批准，待生效
	Applied   State = "applied"   // 已生效
	Withdrawn State = "withdrawn" // 已作废
)

// A Plan is a plan to divide one village anew.
type Plan struct {
	ID            ID            `db:"id" record:"ignore"`
	Number        string        `db:"number" record:"track"`
	Village       string        `db:"village" record:"track"`
	State         State         `db:"state" record:"track"`
	ReadOn        calendar.Date `db:"read_on" record:"track"`
	Unplaced      int64         `db:"unplaced" record:"track"`
	EffectiveOn   calendar.Date `db:"effective_on" record:"track"`
	Document      string        `db:"document" record:"track"`
	MadeBy        string        `db:"made_by" record:"track"`
	MadeName      string        `db:"made_name" record:"track"`
	MadeAt        int64         `db:"made_at" record:"ignore"`
	SubmittedBy   string        `db:"submitted_by" record:"track"`
	SubmittedName string        `db:"submitted_name" record:"track"`
	SubmittedAt   int64         `db:"submitted_at" record:"ignore"`
	DecidedBy     string        `db:"decided_by" record:"track"`
	DecidedName   string        `db:"decided_name" record:"track"`
	DecidedAt     int64         `db:"decided_at" record:"ignore"`
	Answer        string        `db:"answer" record:"track"`
	Waits         string        `db:"waits" record:"track"`
	AppliedAt     int64         `db:"applied_at" record:"track"`
	Version       int64         `db:"version" record:"ignore"`
}

// Subject is the plan's name in records and looks.
func (p Plan) Subject() string { return "grid_plan/" + string(p.ID) }

// Places is how a plan lies: where its village does.
func (p Plan) Places() []policy.Place { return []policy.Place{{Relation: policy.At, Path: p.Village}} }

// A Grid is one grid of a plan. As long as the plan is a draft its code, name
// and people are worked out; a name or an account that is set was chosen.
type Grid struct {
	PlanID ID     `db:"plan_id" record:"ignore"`
	N      int64  `db:"n" record:"track"`
	Code   string `db:"code" record:"track"`
	Kept   int64  `db:"kept" record:"track"` // 1: it was there before
	Name   string `db:"name" record:"track"`
	Leader string `db:"leader" record:"track"` // account
	Worker string `db:"worker" record:"track"` // account
}

// A Home is a household in a plan: where its house is and which grid it is in.
type Home struct {
	PlanID      ID      `db:"plan_id" record:"ignore"`
	HouseholdID string  `db:"household_id" record:"track"`
	Unit        string  `db:"unit" record:"track"` // building or homestead
	Label       string  `db:"label" record:"ignore"`
	Part        string  `db:"part" record:"ignore"` // natural group, or site
	X           float64 `db:"x" record:"ignore"`    // metres east and north of the village's middle
	Y           float64 `db:"y" record:"ignore"`
	WasGrid     string  `db:"was_grid" record:"ignore"`
	Proposed    int64   `db:"proposed" record:"ignore"`
	N           int64   `db:"n" record:"track"`
	ByHand      int64   `db:"by_hand" record:"track"`
}

// A Wish is fixed by a person: two units share a grid.
type Wish struct {
	PlanID  ID     `db:"plan_id" record:"ignore"`
	No      int64  `db:"no" record:"track"`
	Unit    string `db:"unit" record:"track"`
	Other   string `db:"other" record:"track"`
	Label   string `db:"label" record:"track"`
	Account string `db:"account" record:"ignore"`
	Name    string `db:"name" record:"ignore"`
	At      int64  `db:"at" record:"ignore"`
}

// A HandOver is what goes over from the people of one grid to those of another.
type HandOver struct {
	PlanID     ID     `db:"plan_id" record:"ignore"`
	No         int64  `db:"no" record:"track"`
	FromGrid   string `db:"from_grid" record:"track"`
	ToGrid     string `db:"to_grid" record:"track"`
	FromName   string `db:"from_name" record:"track"`
	ToName     string `db:"to_name" record:"track"`
	Households int64  `db:"households" record:"track"`
	Matters    int64  `db:"matters" record:"track"`
	Visits     int64  `db:"visits" record:"track"`
	TakenBy    string `db:"taken_by" record:"track"`
	TakenName  string `db:"taken_name" record:"track"`
	TakenAt    int64  `db:"taken_at" record:"ignore"`
}

// Service is the guarded door to plans.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
	// Guard lets a plan be carried out unless it would leave something with nobody
	// from a day on. The network knows; nil asks nobody.
	Guard func(tx *db.Tx, on calendar.Date, act func() error) error
}

// acts is the table state × act: from which states an act leads where.
var acts = map[policy.Action]struct {
	from []State
	to   State // "" stays
}{
	policy.RegridChange:   {[]State{Draft}, ""},
	policy.RegridSubmit:   {[]State{Draft}, Submitted},
	policy.RegridWithdraw: {[]State{Draft, Submitted}, Withdrawn},
	policy.RegridReturn:   {[]State{Submitted}, Draft},
	policy.RegridApprove:  {[]State{Submitted}, Approved},
	policy.RegridUndo:     {[]State{Approved}, Draft},
}

// after is the rule: the plan once the act has been done, or a Conflict. A plan
// whose day has come is not undone.
func (p Plan) after(a policy.Action, today calendar.Date) (Plan, error) {
	rule, ok := acts[a]
	if !ok || !slices.Contains(rule.from, p.State) {
		return p, fault.New(fault.Conflict, "regrid.not_now")
	}
	if a == policy.RegridUndo && p.EffectiveOn <= today {
		return p, fault.New(fault.Conflict, "regrid.too_late", "on", p.EffectiveOn.Chinese())
	}
	if rule.to != "" {
		p.State = rule.to
	}
	return p, nil
}

// Can reports whether the table allows an act today: for buttons, never instead
// of the guard.
func (p Plan) Can(a policy.Action, today calendar.Date) bool {
	_, err := p.after(a, today)
	return err == nil
}

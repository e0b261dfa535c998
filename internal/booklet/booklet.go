// Package booklet makes residence booklets (居住簿): a separate, county-only
// document beside the household booklet. The police station applies, a second
// account approves, the number is reserved and recorded before anything is
// made, and every version of what a booklet said is kept, frozen.
package booklet

import (
	"slices"

	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/seal"
)

// An ID names a booklet.
type ID string

// A State of a booklet's life.
type State string

const (
	Applied   State = "applied"   // 已申请, waits for approval
	Returned  State = "returned"  // 退回补正
	Approved  State = "approved"  // 已审核, number reserved
	Made      State = "made"      // 已制作, content frozen
	Issued    State = "issued"    // 已发放
	Cancelled State = "cancelled" // 已注销
)

// A Booklet is one booklet of one household at one address.
type Booklet struct {
	ID           ID           `db:"id" record:"ignore"`
	Number       string       `db:"number" record:"track"` // 610929-26-000123-X; "" until approved
	HouseholdID  household.ID `db:"household_id" record:"track"`
	MoveID       string       `db:"move_id" record:"track"`
	Path         string       `db:"path" record:"track"`        // where the household lives
	OriginPath   string       `db:"origin_path" record:"track"` // where it is registered
	SealedTo     string       `db:"sealed_to" record:"secret"`
	HeadName     string       `db:"head_name" record:"track"`
	State        State        `db:"state" record:"track"`
	Reason       string       `db:"reason" record:"track"`
	AppliedBy    string       `db:"applied_by" record:"track"`
	AppliedName  string       `db:"applied_name" record:"track"`
	AppliedAt    int64        `db:"applied_at" record:"ignore"`
	ApprovedBy   string       `db:"approved_by" record:"track"`
	ApprovedName string       `db:"approved_name" record:"track"`
	ApprovedAt   int64        `db:"approved_at" record:"ignore"`
	MadeAt       int64        `db:"made_at" record:"ignore"`
	IssuedAt     int64        `db:"issued_at" record:"ignore"`
	ReceivedBy   string       `db:"received_by" record:"track"`
	Version      int64        `db:"version" record:"ignore"`
}

// A Version is what a booklet said at one time, encrypted and frozen.
type Version struct {
	BookletID     ID     `db:"booklet_id" record:"track"`
	N             int64  `db:"n" record:"track"`
	ContentSealed []byte `db:"content_sealed" record:"secret"`
	Hash          string `db:"hash" record:"track"`
	MadeBy        string `db:"made_by" record:"track"`
	MadeAt        int64  `db:"made_at" record:"ignore"`
}

// Subject is the booklet's name in records and looks.
func (b Booklet) Subject() string { return "booklet/" + string(b.ID) }

// Places is how a booklet lies: where its household lives and is registered.
func (b Booklet) Places() []policy.Place {
	return []policy.Place{
		{Relation: policy.Living, Path: b.Path, SealedTo: b.SealedTo},
		{Relation: policy.Registered, Path: b.OriginPath},
	}
}

// Service is the guarded door to booklets.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// acts is the table state × act: from which states an act leads where.
var acts = map[policy.Action]struct {
	from []State
	to   State
}{
	policy.BookletApprove:  {[]State{Applied}, Approved},
	policy.BookletReturn:   {[]State{Applied}, Returned},
	policy.BookletApply:    {[]State{Returned}, Applied}, // applying again after a return
	policy.BookletMake:     {[]State{Approved, Made, Issued}, Made},
	policy.BookletHandOver: {[]State{Made}, Issued},
}

// after is the rule: the booklet once the act has been done, or a Conflict.
// Making an issued booklet again leaves it issued.
func (b Booklet) after(a policy.Action) (Booklet, error) {
	r, ok := acts[a]
	if !ok || !slices.Contains(r.from, b.State) {
		return b, fault.New(fault.Conflict, "booklet.not_now")
	}
	if b.State != Issued {
		b.State = r.to
	}
	return b, nil
}

// Can reports whether the table allows an act now: for buttons, never instead
// of the guard.
func (b Booklet) Can(a policy.Action) bool {
	_, err := b.after(a)
	return err == nil
}

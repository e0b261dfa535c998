// Package booklet makes residence booklets (居住簿): a separate, county-only
// document beside the household booklet. The police station applies, a second
// account approves, the number is reserved and recorded before anything is
// made, and every version of what a booklet said is kept, frozen.
package booklet

import (
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/seal"
)

// An ID names a booklet.
type ID string

// A State of a booklet's life.
type State string

const (
	Applied   State = "applied"   // 已申请, waits to be verified
	Returned  State = "returned"  // 退回补正
	Verified  State = "verified"  // 已核验, waits for approval
	Approved  State = "approved"  // 已审核, number reserved
	Made      State = "made"      // 已制作, content frozen
	Issued    State = "issued"    // 已发放
	Renewed   State = "renewed"   // 待换发: the next version is made, the household holds the former one
	Lost      State = "lost"      // 已挂失
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
	EndedWhy     string       `db:"ended_why" record:"track"` // one of Ends
	AppliedBy    string       `db:"applied_by" record:"track"`
	AppliedName  string       `db:"applied_name" record:"track"`
	AppliedAt    int64        `db:"applied_at" record:"ignore"`
	VerifiedBy   string       `db:"verified_by" record:"track"`
	VerifiedName string       `db:"verified_name" record:"track"`
	VerifiedAt   int64        `db:"verified_at" record:"ignore"`
	ApprovedBy   string       `db:"approved_by" record:"track"`
	ApprovedName string       `db:"approved_name" record:"track"`
	ApprovedAt   int64        `db:"approved_at" record:"ignore"`
	MadeAt       int64        `db:"made_at" record:"ignore"`
	IssuedAt     int64        `db:"issued_at" record:"ignore"`
	ReceivedBy   string       `db:"received_by" record:"track"`
	CheckedAt    int64        `db:"checked_at" record:"track"` // the last annual check
	CheckDue     int64        `db:"check_due" record:"track"`  // when the next one is due
	LostAt       int64        `db:"lost_at" record:"track"`
	StaleAt      int64        `db:"stale_at" record:"track"` // when it was found to be out of date
	EndedAt      int64        `db:"ended_at" record:"ignore"`
	Version      int64        `db:"version" record:"ignore"`
}

// A Version is what a booklet said at one time, encrypted and frozen.
type Version struct {
	BookletID     ID     `db:"booklet_id" record:"track"`
	N             int64  `db:"n" record:"track"`
	ContentSealed []byte `db:"content_sealed" record:"secret"`
	Hash          string `db:"hash" record:"track"`
	MadeWhy       Why    `db:"made_why" record:"track"`
	MadeBy        string `db:"made_by" record:"track"`
	MadeAt        int64  `db:"made_at" record:"ignore"`
	IssuedAt      int64  `db:"issued_at" record:"track"`     // when the household took it home
	SupersededAt  int64  `db:"superseded_at" record:"track"` // from when another stands in its place
	Printed       int64  `db:"printed" record:"track"`       // how often it was given to a printer
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
	DB    *db.DB
	Keys  *seal.Keys
	Blobs *blob.Store // the files of batches
}

// Package matter keeps matters (事件): what a grid worker or a resident reports,
// in whose hands it is, and what was done, with a timeline that is only ever
// appended to. A level's clock runs from the moment the matter reaches it until
// that level records a result or sends it up with what it did; see deadline.
package matter

import (
	"time"

	"anju/internal/deadline"
	"anju/internal/policy"
)

// An ID names a matter.
type ID string

// A State of a matter.
type State string

const (
	Reported State = "reported" // 已上报, waits to be accepted
	Accepted State = "accepted" // 已受理
	Returned State = "returned" // 退回补充: the reporter is asked for more, the clock goes on
	Handled  State = "handled"  // 已处置, waits for the reporter's word
	Reopened State = "reopened" // 未解决, in the same hands again
	Closed   State = "closed"   // 已办结
)

// A Matter is one matter.
type Matter struct {
	ID           ID     `db:"id" record:"ignore"`
	Number       string `db:"number" record:"track"`
	Category     string `db:"category" record:"track"`
	Text         string `db:"text" record:"secret"`
	Path         string `db:"path" record:"track"` // the grid it happened in
	Place        string `db:"place" record:"track"`
	HouseholdID  string `db:"household_id" record:"track"`
	Reporter     string `db:"reporter" record:"track"` // account
	ReporterName string `db:"reporter_name" record:"track"`
	ReportedAt   int64  `db:"reported_at" record:"track"`
	State        State  `db:"state" record:"track"`
	Level        int64  `db:"level" record:"track"` // whose hands it is in, 2 to 5
	LevelSince   int64  `db:"level_since" record:"track"`
	Result       string `db:"result" record:"secret"`
	Solved       int64  `db:"solved" record:"track"` // 1: the reporter has confirmed
	ClosedAt     int64  `db:"closed_at" record:"track"`
	ClosedLevel  int64  `db:"closed_level" record:"track"`
	Version      int64  `db:"version" record:"ignore"`
}

// Places is how a matter lies: where it happened, and whose report it is.
func (m Matter) Places() []policy.Place {
	return []policy.Place{{Relation: policy.At, Path: m.Path}, {Relation: policy.Own, Path: m.Reporter}}
}

// Subject is the matter's name in records, looks and clocks.
func (m Matter) Subject() string { return "matter/" + string(m.ID) }

// Clock is a fresh clock of the level that has the matter now.
func (m Matter) Clock() deadline.Clock {
	return deadline.New(m.Subject(), m.Path, m.Level, time.UnixMilli(m.LevelSince), limits[m.Category])
}

// An Event is one act in a matter's timeline.
type Event struct {
	MatterID ID     `db:"matter_id" record:"track"`
	N        int64  `db:"n" record:"track"`
	Act      Act    `db:"act" record:"track"`
	Account  string `db:"account" record:"track"`
	Name     string `db:"name" record:"track"`
	Kind     string `db:"kind" record:"track"`
	Level    int64  `db:"level" record:"track"` // whose hands it is in after the act
	Text     string `db:"text" record:"secret"`
	At       int64  `db:"at" record:"ignore"`
}

// An Order is a numbered supervision order (督办单) that follows a warning.
type Order struct {
	ID         string `db:"id" record:"ignore"`
	Number     string `db:"number" record:"track"` // 白综督〔2026〕12号
	MatterID   ID     `db:"matter_id" record:"track"`
	WarningID  string `db:"warning_id" record:"track"`
	Path       string `db:"path" record:"track"`
	Level      int64  `db:"level" record:"track"`       // who has to answer
	Issuer     string `db:"issuer" record:"track"`      // the centre in whose name it goes out
	IssuerPath string `db:"issuer_path" record:"track"` // its area: a town, or the county
	IssuedAt   int64  `db:"issued_at" record:"track"`
	AnswerDue  string `db:"answer_due" record:"track"` // civil date
	Answer     string `db:"answer" record:"track"`
	AnsweredBy string `db:"answered_by" record:"track"`
	AnsweredAt int64  `db:"answered_at" record:"track"`
	ClosedAt   int64  `db:"closed_at" record:"track"`
	Version    int64  `db:"version" record:"ignore"`
}

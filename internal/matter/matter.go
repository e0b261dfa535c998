// Package matter keeps matters (事件): what a grid worker or a resident reports,
// in whose hands it is, and what was done, with a timeline that is only ever
// appended to. A level's clock runs from the moment the matter reaches it until
// that level records a result or sends it up with what it did; see deadline.
package matter

import (
	"time"

	"anju/internal/deadline"
)

// An ID names a matter.
type ID string

// A State of a matter.
type State string

const (
	Reported    State = "reported"    // 待受理: waits to be accepted
	Accepted    State = "accepted"    // 办理中
	Dispatched  State = "dispatched"  // 已派遣: somebody of the level's own people is on the way
	Transferred State = "transferred" // 已移交: a department has been asked; the level still owns it
	Returned    State = "returned"    // 退回补充: the reporter is asked for more, the clock goes on
	Suspended   State = "suspended"   // 挂起: nothing can be done until a day, the clock goes on
	Merged      State = "merged"      // 已并案: goes along with another matter, under its own clock
	Handled     State = "handled"     // 已处置, waits for the reporter's word
	Told        State = "told"        // 已反馈: the reporter has been told
	Checked     State = "checked"     // 已核查: somebody else has looked
	Reopened    State = "reopened"    // 未解决, in the same hands again
	Closed      State = "closed"      // 已结案; solved only once confirmed, or the time for it has passed
	Rated       State = "rated"       // 已评价
	Withdrawn   State = "withdrawn"   // 已撤销 by its reporter
)

// How a report came.
const (
	Self    = "self"    // its reporter typed it
	Counter = "counter" // somebody said it at a counter or at the door
	Phone   = "phone"
	Paper   = "paper"
)

// Ways are the ways in which a report comes, in the order of the form.
var Ways = []string{Self, Counter, Phone, Paper}

// A Matter is one matter.
type Matter struct {
	ID           ID     `db:"id" record:"ignore"`
	Number       string `db:"number" record:"track"`
	Category     string `db:"category" record:"track"` // root of the tree
	Kind         string `db:"kind" record:"track"`     // leaf of the tree, or ""
	Days         int64  `db:"days" record:"track"`     // natural days each level has, as it was when it was reported
	Text         string `db:"text" record:"secret"`
	Path         string `db:"path" record:"track"` // the grid it happened in
	Place        string `db:"place" record:"track"`
	HouseholdID  string `db:"household_id" record:"track"`
	Reporter     string `db:"reporter" record:"track"` // account
	ReporterName string `db:"reporter_name" record:"track"`
	Via          string `db:"via" record:"track"`        // how it came: self, counter, phone, paper
	SaidOn       string `db:"said_on" record:"track"`    // civil date on which it was said or written, if another than that of the report
	Contact      string `db:"contact_id" record:"track"` // for whom it was reported, if for somebody else; see Contact
	Anonymous    int64  `db:"anonymous" record:"track"`  // 1: nobody is shown who reported it
	Private      int64  `db:"private" record:"track"`    // 1: only those whose duty it is see it
	Names        int64  `db:"names" record:"track"`      // 1: it names officials, who never see it
	ReportedAt   int64  `db:"reported_at" record:"track"`
	State        State  `db:"state" record:"track"`
	Level        int64  `db:"level" record:"track"` // whose hands it is in, 2 to 5
	Duty         int64  `db:"duty" record:"track"`  // the level whose clock has run longest: another one while it is sent down
	LevelSince   int64  `db:"level_since" record:"track"`
	Unit         string `db:"unit" record:"track"`        // kind of the department it has been handed to
	PromisedOn   string `db:"promised_on" record:"track"` // 延期: until when it will be done
	ResumeOn     string `db:"resume_on" record:"track"`   // 挂起: until when nothing can be done
	Into         string `db:"into_number" record:"track"` // number of the matter it has been merged into
	SplitFrom    string `db:"split_from" record:"track"`  // number of the matter it was a part of
	Result       string `db:"result" record:"secret"`
	HandledBy    string `db:"handled_by" record:"track"` // account
	WordBy       int64  `db:"word_by" record:"track"`    // until when the reporter may say that it is not solved; 0: nobody has been told
	Solved       int64  `db:"solved" record:"track"`     // 1: the reporter has confirmed, or the time for it has passed
	Rating       int64  `db:"rating" record:"track"`     // 1 not content, 2 nearly, 3 content; 0 not said
	ClosedAt     int64  `db:"closed_at" record:"track"`
	ClosedLevel  int64  `db:"closed_level" record:"track"`
	Version      int64  `db:"version" record:"ignore"`
}

// Subject is the matter's name in records, looks and clocks.
func (m Matter) Subject() string { return "matter/" + string(m.ID) }

// Clock is a fresh clock of the level that has the matter now.
func (m Matter) Clock() deadline.Clock {
	return deadline.New(m.Subject(), m.Path, m.Level, time.UnixMilli(m.LevelSince), time.Duration(m.Days)*24*time.Hour)
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
	About    string `db:"about" record:"track"` // what the act names: a number, a day, a department, a word
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
	SignedAt   int64  `db:"signed_at" record:"track"` // when it went out; 0: it waits for an officer's signature
	SignedBy   string `db:"signed_by" record:"track"` // that officer's name; "" if nobody signed
	Returns    int64  `db:"returns" record:"track"`   // how often an answer did not suffice
	// ReturnedWhy is why the last one did not.
	ReturnedWhy string `db:"returned_why" record:"secret"`
	Reminded    int64  `db:"reminded" record:"track"` // how often the answer has been asked for again
	Version     int64  `db:"version" record:"ignore"`
}

// Subject is the order's name in clocks.
func (o Order) Subject() string { return orderSubject + o.ID }

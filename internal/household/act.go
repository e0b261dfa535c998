package household

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/fault"
)

// An ActKind is one of the acts by which a household changes.
type ActKind string

// The acts at the household counter (户口登记条例 7–10, 13, 17–19).
const (
	Birth      ActKind = "birth"       // 出生登记
	Death      ActKind = "death"       // 死亡注销
	MarriageIn ActKind = "marriage_in" // 婚迁入户
	Split      ActKind = "split"       // 分户
	Merge      ActKind = "merge"       // 并户
	MoveIn     ActKind = "move_in"     // 迁入
	MoveOut    ActKind = "move_out"    // 迁出
	ChangeHead ActKind = "change_head" // 户主变更
	Adoption   ActKind = "adoption"    // 收养入户
)

// ActKinds lists the acts in the order of the counter's menu.
var ActKinds = []ActKind{Birth, Death, MarriageIn, Split, Merge, MoveIn, MoveOut, ChangeHead, Adoption}

// documents are the papers that prove each act, the usual one first.
var documents = map[ActKind][]string{
	Birth:      {"birth_certificate", "police_inquiry"},
	Death:      {"death_certificate", "cremation_certificate", "court_judgment", "police_inquiry"},
	MarriageIn: {"marriage_certificate"},
	Split:      {"application", "property_certificate", "divorce_certificate", "court_judgment"},
	Merge:      {"application", "marriage_certificate"},
	MoveIn:     {"transfer_certificate", "transfer_permit"},
	MoveOut:    {"transfer_permit", "transfer_certificate"},
	ChangeHead: {"application", "death_certificate"},
	Adoption:   {"adoption_certificate", "notarial_certificate"},
}

// Documents lists the papers that prove an act.
func (k ActKind) Documents() []string { return documents[k] }

// Evidence is the paper an act rests on.
type Evidence struct {
	Document string // one of Documents
	Number   string // an application has none
	Office   string // that issued it
	On       calendar.Date
}

// numbered reports whether a paper of this kind carries a number.
func numbered(document string) bool { return document != "application" && document != "police_inquiry" }

// The longest words a paper's number and its office are written with.
const (
	maxNumber = 40
	maxOffice = 60
)

// Check adds what is wrong with the evidence of an act.
func (e Evidence) Check(k ActKind, today calendar.Date, f *fault.Fields) {
	if !slices.Contains(k.Documents(), e.Document) {
		f.Add("document", "household.act.document")
	} else if numbered(e.Document) && e.Number == "" {
		f.Add("document_no", "household.act.document_no")
	}
	if len([]rune(e.Number)) > maxNumber {
		f.Add("document_no", "household.act.long", "n", maxNumber)
	}
	f.Require("document_office", e.Office)
	if len([]rune(e.Office)) > maxOffice {
		f.Add("document_office", "household.act.long", "n", maxOffice)
	}
	switch {
	case !e.On.Valid():
		f.Add("document_on", "household.act.date")
	case e.On > today:
		f.Add("document_on", "household.act.future")
	}
}

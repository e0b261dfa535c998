// Package mediation keeps disputes in mediation (三力联调) by 人民调解法: one
// record for judicial, administrative and moral mediation, joined to a matter.
// A party's refusal stops it, third persons take part only when every party
// consents, and a written agreement takes effect when the parties and the
// mediator have signed and the committee's seal is on it. It is private to who
// mediates: the matter's page says no more than that there is one.
package mediation

import (
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/seal"
)

// An ID names a mediation.
type ID string

// A Mode is a force that mediates. Several may work together.
type Mode string

// The three forces (三力).
const (
	Judicial       Mode = "judicial"
	Administrative Mode = "administrative"
	Moral          Mode = "moral"
)

// Modes lists the forces in the order of a form.
var Modes = []Mode{Judicial, Administrative, Moral}

// A State of a mediation.
type State string

// States.
const (
	Asked     State = "asked"     // 征求意见: not every party has agreed to be mediated
	Open      State = "open"      // 调解中
	Agreed    State = "agreed"    // 达成协议: until it has been performed
	Performed State = "performed" // 已履行
	Refused   State = "refused"   // 当事人不愿调解: 人民调解法 17, 23
	Failed    State = "failed"    // 调解不成: 人民调解法 26
)

// Forms of an agreement (人民调解法 28).
const (
	Written = "written"
	Oral    = "oral"
)

// What became of the joint application to the court (人民调解法 33).
const (
	Applied   = "applied"
	Confirmed = "confirmed"
	Rejected  = "rejected"
	NotWanted = "not_wanted"
)

// Confirmations lists the answers in the order of a form.
var Confirmations = []string{Applied, Confirmed, Rejected, NotWanted}

// ConfirmDays is how long the parties can ask the court together to confirm an
// agreement: natural days from the day it takes effect (人民调解法 33,
// 民事诉讼法 205). RemindDays before the last of them the mediator is reminded.
const (
	ConfirmDays = 30
	RemindDays  = 10
)

// What a follow-up finds (人民调解法 31).
const (
	WasPerformed = "performed"
	UnderWay     = "under_way"
	Broken       = "broken"
)

// Outcomes lists what a follow-up can find.
var Outcomes = []string{WasPerformed, UnderWay, Broken}

// A Mediation is one dispute in mediation.
type Mediation struct {
	ID        ID        `db:"id" record:"ignore"`
	Number    string    `db:"number" record:"track"` // 白调〔2026〕00001号
	MatterID  matter.ID `db:"matter_id" record:"track"`
	Path      string    `db:"path" record:"track"`
	Modes     string    `db:"modes" record:"track"` // joined by commas
	Committee string    `db:"committee" record:"track"`
	Mediator  string    `db:"mediator" record:"track"`
	Issue     string    `db:"issue" record:"secret"`
	Public    int64     `db:"public" record:"track"` // 1: the parties wish it (art 23)
	State     State     `db:"state" record:"track"`

	OpenedBy   string `db:"opened_by" record:"track"`
	OpenedName string `db:"opened_name" record:"track"`
	OpenedAt   int64  `db:"opened_at" record:"ignore"`
	EndedWhy   string `db:"ended_why" record:"secret"`
	EndedAt    int64  `db:"ended_at" record:"track"`

	Form            string        `db:"form" record:"track"`
	Facts           string        `db:"facts" record:"secret"`
	Terms           string        `db:"terms" record:"secret"`
	Manner          string        `db:"manner" record:"secret"`
	PerformBy       calendar.Date `db:"perform_by" record:"track"`
	AgreedOn        calendar.Date `db:"agreed_on" record:"track"`
	MediatorOn      calendar.Date `db:"mediator_on" record:"track"` // signed
	SealedOn        calendar.Date `db:"sealed_on" record:"track"`   // the committee's seal
	EffectiveOn     calendar.Date `db:"effective_on" record:"track"`
	ConfirmBy       calendar.Date `db:"confirm_by" record:"track"` // the last day
	Confirmation    string        `db:"confirmation" record:"track"`
	ConfirmedOn     calendar.Date `db:"confirmed_on" record:"track"`
	ConfirmDocument string        `db:"confirm_document" record:"track"`
	RemindedAt      int64         `db:"reminded_at" record:"track"`
	Version         int64         `db:"version" record:"ignore"`
}

// Sides of a person.
const (
	Party = "party"
	Third = "third"
)

// Answers.
const (
	Yes = "yes"
	No  = "no"
)

// A Person takes part: a party to the dispute, or a third person who is asked
// to help (art 20).
type Person struct {
	MediationID ID            `db:"mediation_id" record:"ignore"`
	N           int64         `db:"n" record:"track"`
	Side        string        `db:"side" record:"track"`
	Name        string        `db:"name" record:"secret"`
	About       string        `db:"about" record:"secret"` // a party's basics (art 29); what a third person is to the parties
	Consent     string        `db:"consent" record:"track"`
	ConsentAt   int64         `db:"consent_at" record:"ignore"`
	SignedOn    calendar.Date `db:"signed_on" record:"track"`
}

// A Consent is a party's word about a third person.
type Consent struct {
	MediationID ID     `db:"mediation_id" record:"ignore"`
	Third       int64  `db:"third" record:"track"`
	Party       int64  `db:"party" record:"track"`
	Answer      string `db:"answer" record:"track"`
	At          int64  `db:"at" record:"ignore"`
}

// Kinds of note.
const (
	Sitting  = "sitting"
	FollowUp = "follow_up"
)

// A Note is one sitting or one follow-up (art 27, 31).
type Note struct {
	MediationID ID            `db:"mediation_id" record:"ignore"`
	N           int64         `db:"n" record:"track"`
	Kind        string        `db:"kind" record:"track"`
	HeldOn      calendar.Date `db:"held_on" record:"track"`
	Place       string        `db:"place" record:"track"`
	Present     string        `db:"present" record:"track"` // numbers of the persons
	Outcome     string        `db:"outcome" record:"track"`
	Text        string        `db:"text" record:"secret"`
	Account     string        `db:"account" record:"track"`
	Name        string        `db:"name" record:"track"`
	At          int64         `db:"at" record:"ignore"`
}

// Subject is the mediation's name in records and looks.
func (m Mediation) Subject() string { return "mediation/" + string(m.ID) }

// Places is how a mediation lies: where its matter happened.
func (m Mediation) Places() []policy.Place {
	return []policy.Place{{Relation: policy.At, Path: m.Path}}
}

// Has reports whether a force works on it.
func (m Mediation) Has(mode Mode) bool {
	return slices.Contains(strings.Split(m.Modes, ","), string(mode))
}

// Service is the guarded door to mediations.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// An Act is something that happens to a mediation.
type Act string

// Acts.
const (
	Answer  Act = "answer"    // a party's word about being mediated
	Invite  Act = "invite"    // a third person is named
	Allow   Act = "allow"     // a party's word about a third person
	Sit     Act = "sit"       // a sitting
	Agree   Act = "agree"     // an agreement
	Sign    Act = "sign"      // one of the signatures, or the seal
	Court   Act = "court"     // the joint application for confirmation
	Follow  Act = "follow_up" // was it performed?
	EndWith Act = "end"       // without an agreement
)

// from is the table state × act.
var from = map[Act][]State{
	Answer: {Asked, Open, Agreed}, Invite: {Asked, Open}, Allow: {Asked, Open}, Sit: {Open}, Agree: {Open},
	Sign: {Agreed}, Court: {Agreed, Performed}, Follow: {Agreed}, EndWith: {Asked, Open, Agreed},
}

// Can reports whether the table allows an act now: for buttons, never instead
// of the guard. Once an agreement is in force it binds (art 31): nobody steps
// back any more, and it is followed up.
func (m Mediation) Can(a Act) bool {
	if !slices.Contains(from[a], m.State) {
		return false
	}
	switch a {
	case Answer, EndWith:
		return m.EffectiveOn == ""
	case Sign:
		return m.Form == Written && m.EffectiveOn == ""
	case Court:
		return m.EffectiveOn != "" && !slices.Contains([]string{Confirmed, Rejected}, m.Confirmation)
	case Follow:
		return m.EffectiveOn != ""
	}
	return true
}

func (m Mediation) check(a Act) error {
	if m.Can(a) {
		return nil
	}
	return fault.New(fault.Conflict, "mediation.not_now")
}

// answered is the rule of consent: one refusal stops it, and it is open when
// nobody is left to ask.
func (m Mediation) answered(people []Person) State {
	state := Open
	for _, p := range people {
		switch {
		case p.Side != Party:
		case p.Consent == No:
			return Refused
		case p.Consent != Yes:
			state = Asked
		}
	}
	if m.State == Agreed && state == Open {
		return Agreed
	}
	return state
}

// effect is the rule of art 29: a written agreement is in force from the day of
// the last of the parties' signatures, the mediator's and the committee's seal;
// an oral one from the day it is made (art 30). ok is false while one is missing.
func (m Mediation) effect(people []Person) (on calendar.Date, ok bool) {
	if m.Form == Oral {
		return m.AgreedOn, true
	}
	days := []calendar.Date{m.MediatorOn, m.SealedOn}
	for _, p := range people {
		if p.Side == Party {
			days = append(days, p.SignedOn)
		}
	}
	on = slices.Max(days)
	return on, !slices.Contains(days, "")
}

// inForce sets the days that follow from the one on which the agreement takes
// effect. A last day that is no working day moves on to the next (民事诉讼法 85),
// by the county's calendar.
func (m *Mediation) inForce(n *calendar.Notice, on calendar.Date) {
	m.EffectiveOn = on
	m.ConfirmBy = n.RollForward(on.AddDays(ConfirmDays))
}

// MayAttend reports whether a third person has the consent of every party.
func MayAttend(third Person, people []Person, consents []Consent) bool {
	for _, p := range people {
		if p.Side == Party && !slices.ContainsFunc(consents, func(c Consent) bool {
			return c.Third == third.N && c.Party == p.N && c.Answer == Yes
		}) {
			return false
		}
	}
	return true
}

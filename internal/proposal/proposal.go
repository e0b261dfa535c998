// Package proposal keeps what somebody asks to change in data that the whole
// county works by (规则修改): who owes a right, which services accept the
// booklet. A change is in force once another account has approved it, from a day
// on and never before today: what was decided stays decided.
package proposal

import (
	"encoding/json"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
)

// States of a proposal.
const (
	Proposed = "proposed"
	Approved = "approved"
	Refused  = "refused"
)

// maxWords is the longest a reason and an answer can be, in characters.
const maxWords = 200

// A Proposal is a change as somebody asked for it.
type Proposal struct {
	ID           string        `db:"id" record:"ignore"`
	About        string        `db:"about" record:"track"` // one waits at a time
	Body         string        `db:"body" record:"track"`  // JSON of the row as it is to be
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	Reason       string        `db:"reason" record:"track"`
	State        string        `db:"state" record:"track"`
	ProposedBy   string        `db:"proposed_by" record:"track"`
	ProposedName string        `db:"proposed_name" record:"ignore"`
	ProposedAt   int64         `db:"proposed_at" record:"ignore"`
	DecidedBy    string        `db:"decided_by" record:"track"`
	DecidedName  string        `db:"decided_name" record:"ignore"`
	DecidedAt    int64         `db:"decided_at" record:"ignore"`
	Answer       string        `db:"answer" record:"track"`
	Version      int64         `db:"version" record:"ignore"`
}

// Read reads the row that a proposal asks for.
func (p Proposal) Read(row any) error { return json.Unmarshal([]byte(p.Body), row) }

// Check is the rule of every proposal: a reason, and a day that has not passed.
func (p *Proposal) Check(f *fault.Fields, today calendar.Date) {
	p.Reason = strings.TrimSpace(p.Reason)
	f.Require("reason", p.Reason)
	if len([]rune(p.Reason)) > maxWords {
		f.Add("reason", "proposal.long", "n", maxWords)
	}
	if !p.ValidFrom.Valid() || p.ValidFrom < today {
		f.Add("valid_from", "proposal.from")
	}
}

// Make enters a proposal about something for which none waits.
func Make(tx *db.Tx, by actor.Actor, p Proposal, row any) (Proposal, error) {
	body, err := json.Marshal(row)
	if err != nil {
		return p, err
	}
	p.ID, p.Body, p.State, p.Version = tx.NewID(), string(body), Proposed, 1
	p.ProposedBy, p.ProposedName, p.ProposedAt = by.Account, by.Name, tx.Millis()
	p.DecidedBy, p.DecidedName, p.DecidedAt, p.Answer = "", "", 0, ""
	return p, insert(tx, p)
}

// Decide approves or refuses a proposal; approved calls enact with it. Who asked
// for it cannot approve, but may take it back by refusing.
func Decide(tx *db.Tx, by actor.Actor, id, prefix, to, answer string, enact func(Proposal) error) (Proposal, error) {
	was, err := get(tx, id)
	if err != nil {
		return was, err
	}
	if !strings.HasPrefix(was.About, prefix) {
		return Proposal{}, fault.New(fault.NotFound, "policy.not_found")
	}
	is, err := was.decided(by, to, strings.TrimSpace(answer), calendar.On(tx.Now()))
	if err != nil {
		return was, err
	}
	is.DecidedAt = tx.Millis()
	if to == Approved {
		if err := enact(is); err != nil {
			return was, err
		}
	}
	return is, save(tx, was, is)
}

// decided is the rule: once, by another account to approve it, and not when its
// day has passed.
func (p Proposal) decided(by actor.Actor, to, answer string, today calendar.Date) (Proposal, error) {
	switch {
	case p.State != Proposed:
		return p, fault.New(fault.Conflict, "proposal.decided")
	case to == Approved && p.ProposedBy == by.Account:
		return p, fault.New(fault.Forbidden, "proposal.own")
	case to == Approved && p.ValidFrom < today:
		return p, fault.New(fault.Conflict, "proposal.late")
	}
	var f fault.Fields
	if to == Refused {
		f.Require("answer", answer)
		if len([]rune(answer)) > maxWords {
			f.Add("answer", "proposal.long", "n", maxWords)
		}
	}
	p.State, p.Answer, p.DecidedBy, p.DecidedName = to, answer, by.Account, by.Name
	return p, f.Err()
}

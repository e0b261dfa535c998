// Package proposal is the rule of what two accounts change together (规则修改):
// one asks for a row of the data that the whole county works by, with a day and
// a reason, and another decides. Each noun keeps its own rows and embeds Asked.
package proposal

import (
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
)

// States of what was asked.
const (
	Proposed = "proposed"
	Approved = "approved"
	Refused  = "refused"
)

// MaxWords is the longest a reason and an answer can be, in characters.
const MaxWords = 200

// Shown is how many rows, waiting and decided, a page lists.
const Shown = 30

// Asked is who asked for a row, from when on and why, and who decided. The row
// is in force from its day on once another account has approved it.
type Asked struct {
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

// Check is the rule of asking: a reason, and a day that is not before the first
// on which something can still be changed.
func (a *Asked) Check(f *fault.Fields, first calendar.Date) {
	a.Reason = strings.TrimSpace(a.Reason)
	f.Words("reason", a.Reason, MaxWords)
	if !a.ValidFrom.Valid() || a.ValidFrom < first {
		f.Add("valid_from", "proposal.from", "first", first.Chinese())
	}
}

// By is what was asked with who asked, at a moment: nobody has decided.
func (a Asked) By(by actor.Actor, at int64) Asked {
	return Asked{ValidFrom: a.ValidFrom, Reason: a.Reason, State: Proposed,
		ProposedBy: by.Account, ProposedName: by.Name, ProposedAt: at, Version: 1}
}

// DecidableBy is the rule of two accounts: what was asked is decided once, and
// approved by another account than asked, while its day has not passed. Who
// asked may take it back by refusing it.
func (a Asked) DecidableBy(by actor.Actor, to string, first calendar.Date) error {
	switch {
	case a.State != Proposed:
		return fault.New(fault.Conflict, "proposal.decided")
	case to == Approved && a.ProposedBy == by.Account:
		return fault.New(fault.Forbidden, "proposal.own")
	case to == Approved && a.ValidFrom < first:
		return fault.New(fault.Conflict, "proposal.late")
	}
	return nil
}

// Decided is what was asked once it is approved, or refused with an answer.
func (a Asked) Decided(by actor.Actor, to, answer string, first calendar.Date, at int64) (Asked, error) {
	if err := a.DecidableBy(by, to, first); err != nil {
		return a, err
	}
	var f fault.Fields
	answer = strings.TrimSpace(answer)
	if to == Refused {
		f.Words("answer", answer, MaxWords)
	}
	if err := f.Err(); err != nil {
		return a, err
	}
	a.State, a.Answer, a.DecidedBy, a.DecidedName, a.DecidedAt = to, answer, by.Account, by.Name, at
	a.Version++
	return a, nil
}

package relocation

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Proposal is a change of the decision table as somebody asked for it. It is
// in force only once another account has approved it.
type Proposal struct {
	ID           string        `db:"id" record:"ignore"`
	Case         string        `db:"move_case" record:"track"`
	Track        string        `db:"track" record:"track"`
	Text         string        `db:"text" record:"track"`
	Basis        string        `db:"basis" record:"track"`
	Enabled      int64         `db:"enabled" record:"track"`
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	Reason       string        `db:"reason" record:"track"`
	State        string        `db:"state" record:"track"` // proposed, approved, refused
	RuleID       string        `db:"rule_id" record:"track"`
	ProposedBy   string        `db:"proposed_by" record:"track"`
	ProposedName string        `db:"proposed_name" record:"ignore"`
	ProposedAt   int64         `db:"proposed_at" record:"ignore"`
	DecidedBy    string        `db:"decided_by" record:"track"`
	DecidedName  string        `db:"decided_name" record:"ignore"`
	DecidedAt    int64         `db:"decided_at" record:"ignore"`
	Answer       string        `db:"answer" record:"track"`
	Version      int64         `db:"version" record:"ignore"`
}

// States of a proposal.
const (
	Proposed = "proposed"
	Approved = "approved"
	Refused  = "refused"
)

// The longest a rule, its basis and a reason can be.
const (
	maxRule   = 300
	maxReason = 200
)

// A Table is the decision table of every time, and what was asked to change.
type Table struct {
	Rules     []Rule
	Proposals []Proposal // the latest first
	Today     calendar.Date
}

// RuleTable is what the county decides by, has decided by, and will.
func (s *Service) RuleTable(ctx context.Context, by actor.Actor) (t Table, err error) {
	if err := policy.Check(by, policy.RuleRead, policy.Places{}); err != nil {
		return t, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		t.Today = calendar.On(tx.Now())
		if t.Rules, err = Rules(tx); err != nil {
			return err
		}
		t.Proposals, err = proposals(tx, proposalsShown)
		return err
	})
	return t, err
}

// proposalsShown is how many proposals the page lists.
const proposalsShown = 30

// InForce reports whether a rule decides on a day.
func (r Rule) InForce(on calendar.Date) bool { return on >= r.ValidFrom && on < r.ValidTo }

// ProposeRule asks for another row of the decision table from a day on. The case
// has one proposal at a time.
func (s *Service) ProposeRule(ctx context.Context, by actor.Actor, key db.Key, p Proposal) (Proposal, error) {
	if err := policy.Check(by, policy.RulePropose, policy.Places{}); err != nil {
		return Proposal{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.RulePropose), key, p, func(tx *db.Tx) (Proposal, error) {
		if err := p.check(calendar.On(tx.Now())); err != nil {
			return p, err
		}
		p.ID, p.State, p.RuleID, p.Version = tx.NewID(), Proposed, "", 1
		p.ProposedBy, p.ProposedName, p.ProposedAt = by.Account, by.Name, tx.Millis()
		p.DecidedBy, p.DecidedName, p.DecidedAt, p.Answer = "", "", 0, ""
		err := db.Insert(tx, "track_proposal", p)
		if db.Unique(err) == "track_proposal_move_case_uq" {
			return p, fault.Wrap(fault.Conflict, "relocation.rule.waiting", err)
		}
		if err != nil {
			return p, err
		}
		return p, tx.Record("rule/"+p.Case, nil, p)
	})
}

// check is the rule of a proposal: a track that the case can lead to, from
// today at the earliest, since what was decided stays decided.
func (p *Proposal) check(today calendar.Date) error {
	p.Text, p.Basis, p.Reason = strings.TrimSpace(p.Text), strings.TrimSpace(p.Basis), strings.TrimSpace(p.Reason)
	var f fault.Fields
	if !slices.Contains(TracksOf(p.Case), p.Track) {
		f.Add("track", "relocation.rule.track")
	}
	if p.Enabled != 0 && p.Enabled != 1 {
		f.Add("enabled", "relocation.rule.enabled")
	}
	f.Require("text", p.Text)
	f.Require("basis", p.Basis)
	f.Require("reason", p.Reason)
	for _, words := range []struct {
		field, text string
		most        int
	}{{"text", p.Text, maxRule}, {"basis", p.Basis, maxReason}, {"reason", p.Reason, maxReason}} {
		if len([]rune(words.text)) > words.most {
			f.Add(words.field, "relocation.rule.long")
		}
	}
	if !p.ValidFrom.Valid() || p.ValidFrom < today {
		f.Add("valid_from", "relocation.rule.from")
	}
	return f.Err()
}

// ApproveRule lets a proposal be the rule from its day on. Who asked for it cannot.
func (s *Service) ApproveRule(ctx context.Context, by actor.Actor, key db.Key, id string) (Proposal, error) {
	return s.decideRule(ctx, by, key, id, Approved, "")
}

// RefuseRule says no, with the reason; who asked for it may take it back so.
func (s *Service) RefuseRule(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (Proposal, error) {
	return s.decideRule(ctx, by, key, id, Refused, strings.TrimSpace(answer))
}

func (s *Service) decideRule(ctx context.Context, by actor.Actor, key db.Key, id, to, answer string) (Proposal, error) {
	if err := policy.Check(by, policy.RuleDecide, policy.Places{}); err != nil {
		return Proposal{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.RuleDecide), key, [3]string{id, to, answer}, func(tx *db.Tx) (Proposal, error) {
		was, err := getProposal(tx, id)
		if err != nil {
			return was, err
		}
		is, err := was.decided(by, to, answer, calendar.On(tx.Now()))
		if err != nil {
			return was, err
		}
		is.DecidedAt = tx.Millis()
		if to == Approved {
			if is.RuleID, err = enact(tx, is); err != nil {
				return was, err
			}
		}
		return is, saveProposal(tx, was, is)
	})
}

// decided is the rule: once, by another account to approve it, and not when its
// day has passed.
func (p Proposal) decided(by actor.Actor, to, answer string, today calendar.Date) (Proposal, error) {
	switch {
	case p.State != Proposed:
		return p, fault.New(fault.Conflict, "relocation.rule.decided")
	case to == Approved && p.ProposedBy == by.Account:
		return p, fault.New(fault.Forbidden, "relocation.rule.own")
	case to == Approved && p.ValidFrom < today:
		return p, fault.New(fault.Conflict, "relocation.rule.late")
	}
	var f fault.Fields
	if to == Refused {
		f.Require("answer", answer)
	}
	p.State, p.Answer, p.DecidedBy, p.DecidedName = to, answer, by.Account, by.Name
	return p, f.Err()
}

// enact makes a proposal the rule: the one in force ends that day, and one that
// was to begin later never begins. What was decided keeps its text.
func enact(tx *db.Tx, p Proposal) (string, error) {
	rules, err := Rules(tx)
	if err != nil {
		return "", err
	}
	for _, was := range rules {
		if was.Case != p.Case || was.ValidTo <= p.ValidFrom {
			continue
		}
		is := was
		is.ValidTo = max(was.ValidFrom, p.ValidFrom)
		if err := endRule(tx, was, is); err != nil {
			return "", err
		}
	}
	r := Rule{ID: tx.NewID(), Case: p.Case, Track: p.Track, Text: p.Text, Basis: p.Basis, Enabled: p.Enabled, ValidFrom: p.ValidFrom, ValidTo: calendar.Forever}
	if err := db.Insert(tx, "track_rule", r); err != nil {
		return "", err
	}
	return r.ID, tx.Record("rule/"+r.Case, nil, r)
}

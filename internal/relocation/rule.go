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
	"anju/internal/proposal"
)

// A Proposal is a change of the decision table as somebody asked for it. It is
// in force only once another account has approved it.
type Proposal struct {
	ID             string `db:"id" record:"ignore"`
	Case           string `db:"move_case" record:"track"`
	Track          string `db:"track" record:"track"`
	Text           string `db:"text" record:"track"`
	Basis          string `db:"basis" record:"track"`
	Enabled        int64  `db:"enabled" record:"track"`
	RuleID         string `db:"rule_id" record:"track"`
	proposal.Asked `record:"track"`
}

// The longest a rule and its basis can be, in characters.
const (
	maxRule  = 300
	maxBasis = 200
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
		t.Proposals, err = proposals(tx, proposal.Shown)
		return err
	})
	return t, err
}

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
		p.ID, p.RuleID, p.Asked = tx.NewID(), "", p.By(by, tx.Millis())
		if err := proposal.Add(tx, "track_proposal", "track_proposal_move_case_uq", p); err != nil {
			return p, err
		}
		return p, tx.Record("rule/"+p.Case, nil, p)
	})
}

// check is the rule of a proposal: a track that the case can lead to, from
// today at the earliest, since what was decided stays decided.
func (p *Proposal) check(today calendar.Date) error {
	p.Text, p.Basis = strings.TrimSpace(p.Text), strings.TrimSpace(p.Basis)
	var f fault.Fields
	if !slices.Contains(TracksOf(p.Case), p.Track) {
		f.Add("track", "relocation.rule.track")
	}
	if p.Enabled != 0 && p.Enabled != 1 {
		f.Add("enabled", "relocation.rule.enabled")
	}
	f.Words("text", p.Text, maxRule)
	f.Words("basis", p.Basis, maxBasis)
	p.Check(&f, today)
	return f.Err()
}

// ApproveRule lets a proposal be the rule from its day on. Who asked for it cannot.
func (s *Service) ApproveRule(ctx context.Context, by actor.Actor, key db.Key, id string) (Proposal, error) {
	return s.decideRule(ctx, by, key, id, proposal.Approved, "")
}

// RefuseRule says no, with the reason; who asked for it may take it back so.
func (s *Service) RefuseRule(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (Proposal, error) {
	return s.decideRule(ctx, by, key, id, proposal.Refused, answer)
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
		is := was
		if is.Asked, err = was.Decided(by, to, answer, calendar.On(tx.Now()), tx.Millis()); err != nil {
			return was, err
		}
		if to == proposal.Approved {
			if is.RuleID, err = enact(tx, is); err != nil {
				return was, err
			}
		}
		return is, saveProposal(tx, was, is)
	})
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

package community

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/proposal"
)

const aboutRule = "community/rule"

// A RuleChange is how the table of sizes is to be from a day on, as somebody
// asked for it.
type RuleChange struct {
	ID             string `db:"id" record:"ignore"`
	PartyAlone     int64  `db:"party_alone" record:"track"`
	PartyMembers   int64  `db:"party_members" record:"track"`
	Own            int64  `db:"own" record:"track"`
	Joint          int64  `db:"joint" record:"track"`
	Basis          string `db:"basis" record:"track"`
	proposal.Asked `record:"track"`
}

// A RuleTable is the table of sizes in force, those before and after it, and
// what is asked to change.
type RuleTable struct {
	Now     Rule
	Rows    []Rule // the latest first
	Changes []RuleChange
	Today   calendar.Date
}

// Rule is the county's table of sizes with its dates.
func (s *Service) Rule(ctx context.Context, by actor.Actor) (t RuleTable, err error) {
	if err := policy.Check(by, policy.CommunityRead, policy.Places{}); err != nil {
		return t, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		t = RuleTable{Today: calendar.On(tx.Now())}
		if t.Rows, err = ruleRows(tx); err != nil {
			return err
		}
		t.Now = ruleOn(t.Rows, t.Today)
		t.Changes, err = ruleChanges(tx, proposal.Shown)
		return err
	})
	return t, err
}

// ProposeRule asks for other sizes from a day on.
func (s *Service) ProposeRule(ctx context.Context, by actor.Actor, key db.Key, c RuleChange) (RuleChange, error) {
	if err := policy.Check(by, policy.CommunityRulePropose, policy.Places{}); err != nil {
		return RuleChange{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.CommunityRulePropose), key, c, func(tx *db.Tx) (RuleChange, error) {
		var f fault.Fields
		c.check(&f)
		c.Check(&f, calendar.On(tx.Now()))
		if err := f.Err(); err != nil {
			return c, err
		}
		c.ID, c.Asked = tx.NewID(), c.By(by, tx.Millis())
		if err := proposal.Add(tx, "community_rule_change", "community_rule_change_state_uq", c); err != nil {
			return c, err
		}
		return c, tx.Record(aboutRule, nil, c)
	})
}

const maxHouseholds = 100000

// check is the rule of the table: sizes that there can be, in order, on a basis.
func (c *RuleChange) check(f *fault.Fields) {
	for _, one := range []struct {
		name string
		n    int64
	}{{"party_alone", c.PartyAlone}, {"party_members", c.PartyMembers}, {"own", c.Own}, {"joint", c.Joint}} {
		if one.n < 1 || one.n > maxHouseholds {
			f.Add(one.name, "community.rule.number", "most", maxHouseholds)
		}
	}
	if !f.Has("own") && !f.Has("joint") && c.Joint >= c.Own {
		f.Add("joint", "community.rule.order")
	}
	words(f, "basis", &c.Basis)
}

// ApproveRule lets a change be the table from its day on. Who asked for it
// cannot. No site changes its form by it: the list shows which differ.
func (s *Service) ApproveRule(ctx context.Context, by actor.Actor, key db.Key, id string) (RuleChange, error) {
	return s.decideRule(ctx, by, key, id, proposal.Approved, "")
}

// RefuseRule says no, with the reason; who asked for it may take it back so.
func (s *Service) RefuseRule(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (RuleChange, error) {
	return s.decideRule(ctx, by, key, id, proposal.Refused, answer)
}

func (s *Service) decideRule(ctx context.Context, by actor.Actor, key db.Key, id, to, answer string) (RuleChange, error) {
	if err := policy.Check(by, policy.CommunityRuleDecide, policy.Places{}); err != nil {
		return RuleChange{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.CommunityRuleDecide), key, [3]string{id, to, answer}, func(tx *db.Tx) (RuleChange, error) {
		was, err := ruleChange(tx, id)
		if err != nil {
			return was, err
		}
		is := was
		if is.Asked, err = was.Decided(by, to, answer, calendar.On(tx.Now()), tx.Millis()); err != nil {
			return was, err
		}
		if to == proposal.Approved {
			next := Rule{PartyAlone: is.PartyAlone, PartyMembers: is.PartyMembers, Own: is.Own, Joint: is.Joint, Basis: is.Basis, ValidFrom: is.ValidFrom, ValidTo: calendar.Forever}
			if err := enact(tx, next); err != nil {
				return was, err
			}
		}
		if err := proposal.Save(tx, "community_rule_change", id, is.Asked); err != nil {
			return was, err
		}
		return is, tx.Record(aboutRule, was, is)
	})
}

// enact ends the row in force on the day of the next; one that was to begin on
// that day or later never begins.
func enact(tx *db.Tx, next Rule) error {
	rows, err := ruleRows(tx)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		first := First()
		if err := db.Insert(tx, "community_rule", first); err != nil {
			return err
		}
		rows = []Rule{first}
	}
	for _, was := range rows {
		if was.ValidTo <= next.ValidFrom {
			continue
		}
		is := was
		is.ValidTo = next.ValidFrom
		if was.ValidFrom >= next.ValidFrom {
			if err := dropRule(tx, was); err != nil {
				return err
			}
			continue
		}
		if err := endRule(tx, was, is); err != nil {
			return err
		}
	}
	if err := db.Insert(tx, "community_rule", next); err != nil {
		return err
	}
	return tx.Record(aboutRule, nil, next)
}

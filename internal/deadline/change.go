package deadline

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

// Service is the guarded door to limits and calendars.
type Service struct {
	DB *db.DB
	// Recount lets each noun count anew what it has counted in working days, once
	// another year's calendar is known; in the transaction that makes it known.
	Recount []func(tx *db.Tx, n *calendar.Notice) error
}

// A Change is another row for a limit as somebody asked for it. It is in force
// from its day on, once another account has approved it.
type Change struct {
	ID             string `db:"id" record:"ignore"`
	Kind           string `db:"kind" record:"track"`
	Amount         int64  `db:"amount" record:"track"`
	Unit           Unit   `db:"unit" record:"track"`
	PauseMost      int64  `db:"pause_most" record:"track"`
	Basis          string `db:"basis" record:"track"`
	proposal.Asked `record:"track"`
}

// maxWords is how long a basis and a source can be, in characters.
const maxWords = 200

// A Table is every limit of today and what was asked to change.
type Table struct {
	Terms   []Term
	Changes []Change // the latest first
	Today   calendar.Date
}

// TermTable is every limit as it is today.
func (s *Service) TermTable(ctx context.Context, by actor.Actor) (t Table, err error) {
	if err := policy.Check(by, policy.TermRead, policy.Places{}); err != nil {
		return t, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		t.Today = calendar.On(tx.Now())
		if t.Terms, err = Terms(tx, t.Today); err != nil {
			return err
		}
		t.Changes, err = termChanges(tx, proposal.Shown)
		return err
	})
	return t, err
}

// ProposeTerm asks for another row of a limit from a day on. A limit has one
// proposal at a time.
func (s *Service) ProposeTerm(ctx context.Context, by actor.Actor, key db.Key, c Change) (Change, error) {
	if err := policy.Check(by, policy.TermPropose, policy.Places{}); err != nil {
		return Change{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.TermPropose), key, c, func(tx *db.Tx) (Change, error) {
		today := calendar.On(tx.Now())
		t, err := termNamed(tx, c.Kind, today)
		if err != nil {
			return c, err
		}
		if !t.Changeable() {
			return c, fault.New(fault.Conflict, "deadline.term.law")
		}
		if err := c.check(t, today); err != nil {
			return c, err
		}
		c.ID, c.Asked = tx.NewID(), c.By(by, tx.Millis())
		if err := proposal.Add(tx, "term", "term_kind_uq", c); err != nil {
			return c, err
		}
		return c, tx.Record("term/"+c.Kind, nil, c)
	})
}

// Changeable reports whether the county may change a limit: its own, and what a
// law gives an office to act in, which may be shorter. What a law gives people
// to ask for something is theirs whole.
func (t Term) Changeable() bool { return t.Owner == County || t.Passed == Escalate }

// termNamed is TermOn for what a person asks for.
func termNamed(tx *db.Tx, kind string, on calendar.Date) (Term, error) {
	if !slices.ContainsFunc(defaults, func(t Term) bool { return t.Kind == kind }) {
		return Term{}, fault.New(fault.NotFound, "policy.not_found")
	}
	return TermOn(tx, kind, on)
}

// check is the rule of a change: within what the limit may be, and from
// tomorrow at the earliest, so that no clock is set back. What a law sets may
// be shortened and not lengthened; the seven days are never more than seven.
func (c *Change) check(t Term, today calendar.Date) error {
	c.Basis = strings.TrimSpace(c.Basis)
	var f fault.Fields
	least := int64(1)
	if t.Passed == GoOn {
		least = 0
	}
	if c.Amount < least || c.Amount > t.Most {
		f.Add("amount", "deadline.term.amount", "least", least, "most", t.Most)
	}
	if !slices.Contains(UnitsOf(t), c.Unit) {
		f.Add("unit", "deadline.term.unit")
	}
	if c.PauseMost < 0 || t.PauseMost == 0 && c.PauseMost != 0 || c.PauseMost > max(t.PauseMost, mostPause) {
		f.Add("pause_most", "deadline.term.pause", "most", pauseLimit(t))
	}
	f.Words("basis", c.Basis, maxWords)
	c.Check(&f, today.AddDays(1))
	return f.Err()
}

// mostPause is how long the county may let a limit be paused that can be.
const mostPause = 60

func pauseLimit(t Term) int64 {
	if t.PauseMost == 0 {
		return 0
	}
	return max(t.PauseMost, mostPause)
}

// UnitsOf are the units a limit can be counted in. A working day is never
// shorter than a day, so a limit that a law sets in days stays in days; the
// seven days may be counted in working days, and end after seven days all the
// same.
func UnitsOf(t Term) []Unit {
	switch {
	case t.Kind == SevenDay:
		return []Unit{ExactDay, WorkingDay}
	case t.Owner == County && (t.Unit == Day || t.Unit == WorkingDay):
		return []Unit{Day, WorkingDay}
	}
	return []Unit{t.Unit}
}

// ApproveTerm lets a change be in force from its day on. Who asked for it
// cannot. Clocks that run keep the limit they began with.
func (s *Service) ApproveTerm(ctx context.Context, by actor.Actor, key db.Key, id string) (Change, error) {
	return s.decide(ctx, by, key, id, proposal.Approved, "")
}

// RefuseTerm says no, with the reason; who asked for it may take it back so.
func (s *Service) RefuseTerm(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (Change, error) {
	return s.decide(ctx, by, key, id, proposal.Refused, answer)
}

func (s *Service) decide(ctx context.Context, by actor.Actor, key db.Key, id, to, answer string) (Change, error) {
	if err := policy.Check(by, policy.TermDecide, policy.Places{}); err != nil {
		return Change{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.TermDecide), key, [3]string{id, to, answer}, func(tx *db.Tx) (Change, error) {
		was, err := getChange(tx, id)
		if err != nil {
			return was, err
		}
		is := was
		if is.Asked, err = was.Decided(by, to, answer, calendar.On(tx.Now()).AddDays(1), tx.Millis()); err != nil {
			return was, err
		}
		return is, saveChange(tx, was, is)
	})
}

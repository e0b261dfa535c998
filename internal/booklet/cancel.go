package booklet

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/residence"
)

// An End says why a booklet is to end, in a code and in words.
type End struct{ Why, Reason string }

// Cancel ends a booklet (注销): given back, moved away, nobody left, made by
// mistake. It leaves the archive as it is, and every right of the household too.
func (s *Service) Cancel(ctx context.Context, by actor.Actor, key db.Key, id ID, e End) (Booklet, error) {
	e.Reason = strings.TrimSpace(e.Reason)
	return s.act(ctx, by, key, policy.BookletCancel, id, e.Why+"\x00"+e.Reason, func(tx *db.Tx, _ Booklet, is *Booklet) error {
		var f fault.Fields
		if !slices.Contains(Ends, e.Why) {
			f.Add("why", "booklet.cancel.why")
		}
		f.Require("reason", e.Reason)
		if err := f.Err(); err != nil {
			return err
		}
		return end(tx, is, e)
	})
}

// end makes a booklet one that has ended.
func end(tx *db.Tx, is *Booklet, e End) error {
	is.State, is.EndedWhy, is.Reason, is.EndedAt, is.CheckDue, is.StaleAt = Cancelled, e.Why, e.Reason, tx.Millis(), 0, 0
	n, err := Versions(tx, is.ID)
	if err != nil {
		return err
	}
	return supersede(tx, is.ID, n+1, false)
}

// RegistrationMoved ends the booklets of a household whose people are now
// registered where they live (户籍迁移), if the rule of that day says so. Each
// keeps the rule's text as it was. It reports how many it has ended.
func RegistrationMoved(tx *db.Tx, id household.ID) (n int, err error) {
	all, err := LiveOf(tx, id)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	rules, err := relocation.Rules(tx)
	if err != nil {
		return 0, err
	}
	rule, err := relocation.Decide(rules, relocation.RegistrationMoved, calendar.On(tx.Now()))
	if fault.KindOf(err) == fault.Conflict || err == nil && rule.Track != relocation.CancelBooklet {
		return 0, nil // the table says nothing, or is switched off: people decide
	}
	if err != nil {
		return 0, err
	}
	for _, was := range all {
		moved, err := registeredThere(tx, was)
		if err != nil {
			return n, err
		}
		if !moved {
			continue
		}
		is := was
		if err := end(tx, &is, End{relocation.RegistrationMoved, rule.Text + "（" + rule.Basis + "）"}); err != nil {
			return n, err
		}
		if err := save(tx, was, is); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// registeredThere reports whether those a booklet is for are registered in the
// village it is for: one of them at least, and none anywhere else in the county.
func registeredThere(tx *db.Tx, b Booklet) (bool, error) {
	m, err := relocation.Get(tx, b.MoveID)
	if err != nil {
		return false, err
	}
	people, err := m.People()
	if err != nil {
		return false, err
	}
	there := false
	for _, id := range people {
		s, ok, err := residence.Current(tx, id, residence.Registered)
		if err != nil {
			return false, err
		}
		switch {
		case !ok || len(s.Path) < 12 || s.Path[:6] != b.Path[:6]: // dead, or gone from the county
		case s.Path[:12] != b.Path[:12]:
			return false, nil
		default:
			there = true
		}
	}
	return there, nil
}

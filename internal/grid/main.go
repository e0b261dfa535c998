package grid

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/proposal"
	"anju/internal/residence"
)

// SetMain lets another of a household's grids answer for it from today on, with
// the reason. What the table of routes gives to a certain grid stays there.
func (s *Service) SetMain(ctx context.Context, by actor.Actor, key db.Key, id household.ID, relation, reason string) (Tie, error) {
	reason = strings.TrimSpace(reason)
	return db.Once(ctx, s.DB, by, string(policy.GridMain), key, [3]string{string(id), relation, reason}, func(tx *db.Tx) (Tie, error) {
		places, err := residence.PlacesOf(tx, id)
		if err != nil {
			return Tie{}, err
		}
		if err := policy.Check(by, policy.GridMain, places); err != nil {
			return Tie{}, err
		}
		ties, err := TiesOf(tx, id)
		if err != nil {
			return Tie{}, err
		}
		return setMain(tx, ties, relation, reason)
	})
}

// setMain is the rule: a grid of the county that the household has, that nobody
// need be kept from knowing of, and that does not answer already.
func setMain(tx *db.Tx, ties []Tie, relation, reason string) (Tie, error) {
	var f fault.Fields
	f.Words("reason", reason, proposal.MaxWords)
	next, ok := tieOf(ties, relation)
	if !ok || !InCounty(next.Path) || next.SealedTo != "" {
		f.Add("relation", "grid.main.which")
	}
	if err := f.Err(); err != nil {
		return next, err
	}
	was := MainOf(ties)
	if was.Relation == relation {
		return was, fault.New(fault.Conflict, "grid.main.is")
	}
	today := calendar.On(tx.Now())
	for _, one := range []struct {
		was    Tie
		main   int64
		reason string
	}{{was, 0, ""}, {next, 1, reason}} {
		if one.was.Main == one.main {
			continue // it answered for want of another
		}
		if err := end(tx, one.was, today); err != nil {
			return next, err
		}
		is := one.was
		is.Main, is.MainReason, is.ValidFrom = one.main, one.reason, max(today, is.ValidFrom)
		if err := restate(tx, is); err != nil {
			return next, err
		}
		next = is
	}
	return next, nil
}

// SinceOf says since when a household has belonged to a grid in a relation: ties
// that follow one another, whichever of its grids answered for it meanwhile.
func SinceOf(tx *db.Tx, t Tie) (calendar.Date, error) {
	all, err := believed(tx, t.HouseholdID, t.Relation)
	since := t.ValidFrom
	for _, was := range all { // the latest first
		if was.Path == t.Path && was.SealedTo == t.SealedTo && was.ValidTo == since {
			since = was.ValidFrom
		}
	}
	return since, err
}

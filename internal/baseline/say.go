package baseline

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Sign signs off a household for the actor's side.
func (s *Service) Sign(ctx context.Context, by actor.Actor, key db.Key, round string, id household.ID) (Word, error) {
	return s.say(ctx, by, key, round, id, Signed, "")
}

// Dispute says for the actor's side what is wrong about a household; it stays
// on the list until the side signs.
func (s *Service) Dispute(ctx context.Context, by actor.Actor, key db.Key, round string, id household.ID, reason string) (Word, error) {
	return s.say(ctx, by, key, round, id, Disputed, strings.TrimSpace(reason))
}

func (s *Service) say(ctx context.Context, by actor.Actor, key db.Key, round string, id household.ID, v Verdict, reason string) (Word, error) {
	ask := [4]string{round, string(id), string(v), reason}
	return db.Once(ctx, s.DB, by, string(policy.BaselineSign), key, ask, func(tx *db.Tx) (Word, error) {
		h, side, err := sideOf(tx, by, id)
		if err != nil {
			return Word{}, err
		}
		r, err := Get(tx, round)
		if err != nil {
			return Word{}, err
		}
		switch {
		case !strings.HasPrefix(h.Village, r.Path):
			return Word{}, fault.New(fault.NotFound, "policy.not_found")
		case !r.Open(calendar.On(tx.Now())):
			return Word{}, fault.New(fault.Conflict, "baseline.not_open", "from", r.OpensOn, "to", r.ClosesOn)
		}
		var wrong fault.Fields
		if v == Disputed && reason == "" {
			wrong.Add("reason", "baseline.reason")
		}
		if utf8.RuneCountInString(reason) > maxText {
			wrong.Add("reason", "baseline.start.long", "n", maxText)
		}
		if err := wrong.Err(); err != nil {
			return Word{}, err
		}
		was, known, err := wordOf(tx, round, id, side)
		if err != nil {
			return was, err
		}
		if err := after(was.Verdict, v); err != nil {
			return was, err
		}
		is := was
		if !known {
			is = Word{ID: tx.NewID(), RoundID: round, HouseholdID: id, Side: side, Version: 1}
		}
		is.Verdict, is.Reason, is.Account, is.Name, is.Office, is.At = v, reason, by.Account, by.Name, by.Office, tx.Millis()
		return is, say(tx, was, known, is)
	})
}

// sideOf is for which side the actor speaks of a household: the police and the
// village where it is registered, the community where it lives elsewhere.
func sideOf(tx *db.Tx, by actor.Actor, id household.ID) (h household.Household, side Side, err error) {
	if h, err = household.Get(tx, id); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = fault.New(fault.NotFound, "policy.not_found")
		}
		return h, "", err
	}
	places := policy.Places{{Relation: policy.Registered, Path: h.Village}}
	ties, err := grid.TiesOf(tx, id)
	if err != nil {
		return h, "", err
	}
	for _, t := range ties {
		if t.Relation == residence.Living && t.SealedTo == "" && residence.Separated(h.Village, t.Path) && t.Path[:6] == h.Village[:6] {
			places = append(places, policy.Place{Relation: policy.Living, Path: t.Path})
		}
	}
	d, err := policy.Decide(by, policy.BaselineSign, places)
	switch {
	case err != nil:
		return h, "", err
	case by.Kind.Police():
		return h, Police, nil
	case slices.Contains(d.Via, policy.Registered):
		return h, Village, nil
	}
	return h, Community, nil
}

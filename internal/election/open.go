package election

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

// The longest a round's name and a text can be, in characters.
const (
	maxRound = 20
	maxText  = 200
)

// An Opening asks for the elections of a round: of one unit, or of every unit
// of a town.
type Opening struct {
	Round string
	Under string // 12 digits, or a town's 9
	Day   calendar.Date
}

// Open begins the lists of a round and returns how many. A unit that has one in
// the round already is passed over when it is one of many.
func (s *Service) Open(ctx context.Context, by actor.Actor, key db.Key, o Opening) (int, error) {
	o.Round = strings.TrimSpace(o.Round)
	if err := policy.Check(by, policy.ElectionOpen, policy.Places{{Relation: policy.At, Path: o.Under}}); err != nil {
		return 0, err
	}
	return db.Once(ctx, s.DB, by, string(policy.ElectionOpen), key, o, func(tx *db.Tx) (int, error) {
		if err := o.check(calendar.On(tx.Now())); err != nil {
			return 0, err
		}
		x, err := division.Load(tx)
		if err != nil {
			return 0, err
		}
		have, err := units(tx, o.Round)
		if err != nil {
			return 0, err
		}
		n := 0
		for _, v := range x.Villages(o.Under) {
			if slices.Contains(have, v.Code) {
				continue
			}
			n++
			e := Election{ID: ID(tx.NewID()), Round: o.Round, Path: v.Code, Law: LawOf(v.Kind), Day: o.Day, State: Preparing, OpenedBy: by.Account, OpenedAt: tx.Millis(), Version: 1}
			if err := insert(tx, e); err != nil {
				return 0, err
			}
		}
		if n == 0 {
			return 0, fault.New(fault.Conflict, "election.open.twice")
		}
		return n, nil
	})
}

func (o Opening) check(today calendar.Date) error {
	var f fault.Fields
	f.Require("round", o.Round)
	if utf8.RuneCountInString(o.Round) > maxRound {
		f.Add("round", "election.long", "n", maxRound)
	}
	if len(o.Under) != 9 && len(o.Under) != 12 {
		f.Add("under", "election.open.under")
	}
	if !o.Day.Valid() || o.Day < today.AddDays(publishDays) {
		f.Add("day", "election.open.day", "n", publishDays)
	}
	return f.Err()
}

// Cancel ends an election's list with the reason; another can be opened.
func (s *Service) Cancel(ctx context.Context, by actor.Actor, key db.Key, id ID, reason string) (Election, error) {
	reason = strings.TrimSpace(reason)
	return s.act(ctx, by, key, policy.ElectionCancel, id, reason, func(tx *db.Tx, e *Election) error {
		if e.State == Final || e.State == Cancelled {
			return fault.New(fault.Conflict, "election.not_now")
		}
		if err := text("reason", reason); err != nil {
			return err
		}
		e.State, e.Reason = Cancelled, reason
		// Who was on the list is free for another: the rows stay, the places do not.
		return release(tx, e.ID)
	})
}

// text is the rule of a text that has to be there.
func text(field, words string) error {
	var f fault.Fields
	f.Require(field, words)
	if utf8.RuneCountInString(words) > maxText {
		f.Add(field, "election.long", "n", maxText)
	}
	return f.Err()
}

// act is what every act on an election goes through: load, guard, rule, store,
// record; one transaction, once for each key.
func (s *Service) act(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id ID, words any, f func(tx *db.Tx, e *Election) error) (Election, error) {
	type asked struct {
		ID    ID
		Words any
	}
	return db.Once(ctx, s.DB, by, string(a), key, asked{id, words}, func(tx *db.Tx) (Election, error) {
		was, err := get(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, a, was); err != nil {
			return Election{}, err
		}
		is := was
		if err := f(tx, &is); err != nil {
			return was, err
		}
		if err := save(tx, was, is); err != nil {
			return was, err
		}
		is.Version++
		return is, nil
	})
}

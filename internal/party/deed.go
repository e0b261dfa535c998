package party

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/proposal"
)

// NoteDeed writes down in a file what the person did, since they have agreed to it.
func (s *Service) NoteDeed(ctx context.Context, by actor.Actor, key db.Key, file string, d Deed) (Deed, error) {
	d.Words, d.Evidence = strings.TrimSpace(d.Words), strings.TrimSpace(d.Evidence)
	if !policy.May(by, policy.ReserveNote) {
		return d, fault.New(fault.NotFound, "policy.not_found")
	}
	return db.Once(ctx, s.DB, by, string(policy.ReserveNote), key, [4]string{file, string(d.DoneOn), d.Words, d.Evidence}, func(tx *db.Tx) (Deed, error) {
		r, err := reserveFor(tx, by, policy.ReserveNote, file)
		switch {
		case err != nil:
			return d, err
		case r.AccountID == by.Account:
			return d, fault.New(fault.Forbidden, "party.reserve.own")
		case r.State != ReserveKept:
			return d, fault.New(fault.Conflict, "party.reserve.over")
		}
		var f fault.Fields
		if !d.DoneOn.Valid() || d.DoneOn > calendar.On(tx.Now()) {
			f.Add("done_on", "party.reserve.done")
		}
		f.Words("words", d.Words, maxView)
		f.Words("evidence", d.Evidence, proposal.MaxWords)
		if err := f.Err(); err != nil {
			return d, err
		}
		d = Deed{ID: tx.NewID(), FileID: file, DoneOn: d.DoneOn, Words: d.Words, Evidence: d.Evidence, NotedName: by.Name, NotedAt: tx.Millis(), Version: 1}
		if err := db.Insert(tx, "reserve_deed", d); err != nil {
			return d, err
		}
		return d, tx.Record(r.Subject(), nil, d)
	})
}

// WishDeed is what the person wants corrected in what is said of them.
func (s *Service) WishDeed(ctx context.Context, by actor.Actor, key db.Key, deed, wish string) (Deed, error) {
	wish = strings.TrimSpace(wish)
	return s.turnDeed(ctx, by, key, policy.ReserveSay, deed, wish, func(tx *db.Tx, is *Deed, f *fault.Fields) error {
		if is.Waits() {
			return fault.New(fault.Conflict, "party.reserve.wished")
		}
		f.Words("wish", wish, proposal.MaxWords)
		is.Wish, is.WishedAt = wish, max(tx.Millis(), is.AnsweredAt+1)
		return nil
	})
}

// CorrectDeed answers what the person wants corrected: with other words, of which
// the former are kept, or with why they stay.
func (s *Service) CorrectDeed(ctx context.Context, by actor.Actor, key db.Key, deed, words, answer string) (Deed, error) {
	words, answer = strings.TrimSpace(words), strings.TrimSpace(answer)
	return s.turnDeed(ctx, by, key, policy.ReserveCorrect, deed, [2]string{words, answer}, func(tx *db.Tx, is *Deed, f *fault.Fields) error {
		if !is.Waits() {
			return fault.New(fault.Conflict, "party.reserve.no_wish")
		}
		f.Words("words", words, maxView)
		f.Words("answer", answer, proposal.MaxWords)
		if words != is.Words {
			is.Was, is.Words = is.Words, words
		}
		is.Answer, is.AnsweredName, is.AnsweredAt = answer, by.Name, max(tx.Millis(), is.WishedAt)
		return nil
	})
}

func (s *Service) turnDeed(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id string, request any, do func(*db.Tx, *Deed, *fault.Fields) error) (Deed, error) {
	if !policy.May(by, a) {
		return Deed{}, fault.New(fault.NotFound, "policy.not_found")
	}
	return db.Once(ctx, s.DB, by, string(a), key, []any{id, request}, func(tx *db.Tx) (Deed, error) {
		was, err := getDeed(tx, id)
		if err != nil {
			return was, err
		}
		r, err := reserveFor(tx, by, a, was.FileID)
		switch {
		case err != nil:
			return Deed{}, err
		case r.AccountID == by.Account && a == policy.ReserveCorrect:
			return Deed{}, fault.New(fault.Forbidden, "party.reserve.own")
		case r.State != ReserveKept:
			return Deed{}, fault.New(fault.Conflict, "party.reserve.over")
		}
		is := was
		var f fault.Fields
		if err := do(tx, &is, &f); err != nil {
			return was, err
		}
		if err := f.Err(); err != nil {
			return was, err
		}
		is.Version++
		if err := saveDeed(tx, was, is); err != nil {
			return was, err
		}
		return is, tx.Record(r.Subject(), was, is)
	})
}

// A ReserveFile is a file with what is written down in it.
type ReserveFile struct {
	Reserve
	Deeds []Deed
	Mine  bool // the actor's own
}

// Reserves is a page of the files of a place, by place and day, never by anything that
// somebody did; and of the actor's own, wherever they lie. kept are those alone that a
// figure of the place counts. after is the Cursor of the line before, or "".
func (s *Service) Reserves(ctx context.Context, by actor.Actor, under string, kept bool, after string, limit int) ([]Reserve, error) {
	scope, err := policy.Predicate(by, policy.ReserveRead)
	if err != nil {
		return nil, err
	}
	q := reserves(by, scope, under, kept, after, limit)
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ReserveRead), For: "reserve.list"}, func(tx *db.Tx) ([]Reserve, error) {
		all, err := db.All[Reserve](tx, q.Text(), q.Args()...)
		tx.Saw()
		for _, r := range all {
			tx.Saw(r.Subject())
		}
		return all, err
	})
}

// ReserveFile is one file: for the person, and for those who keep it.
func (s *Service) ReserveFile(ctx context.Context, by actor.Actor, id string) (ReserveFile, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ReserveRead), For: "reserve/" + id}, func(tx *db.Tx) (p ReserveFile, err error) {
		if p.Reserve, err = reserveFor(tx, by, policy.ReserveRead, id); err != nil {
			return ReserveFile{}, err
		}
		tx.Saw(p.Subject())
		p.Mine = p.AccountID == by.Account
		p.Deeds, err = deedsOf(tx, id)
		return p, err
	})
}

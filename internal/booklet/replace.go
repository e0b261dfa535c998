package booklet

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Make freezes what the booklet says today as its next version. Printing reads
// only what is frozen. A version that never left the office is superseded by it.
func (s *Service) Make(ctx context.Context, by actor.Actor, key db.Key, id ID) (Booklet, error) {
	return s.act(ctx, by, key, policy.BookletMake, id, "", func(tx *db.Tx, was Booklet, is *Booklet) error {
		why := First
		if was.State != Approved {
			why = Again
		}
		return s.make(tx, by, nil, was, is, why)
	})
}

// Replace makes the next version of a booklet the household holds or has lost
// (换发): what changed, or the paper is worn. Until it is handed over the one
// in the household's hands stays valid, unless it is lost.
func (s *Service) Replace(ctx context.Context, by actor.Actor, key db.Key, id ID, why Why) (Booklet, error) {
	return s.act(ctx, by, key, policy.BookletReplace, id, string(why), func(tx *db.Tx, was Booklet, is *Booklet) error {
		if was.State == Lost {
			why = AfterLoss
		} else if !slices.Contains(Replacements, why) {
			var f fault.Fields
			f.Add("why", "booklet.replace.why")
			return f.Err()
		}
		return s.make(tx, by, nil, was, is, why)
	})
}

// make freezes the next version and says what of the former ones is no longer
// good: those that never left the office, and one that is lost.
func (s *Service) make(tx *db.Tx, by actor.Actor, x *division.Index, was Booklet, is *Booklet, why Why) error {
	n, err := Versions(tx, was.ID)
	if err != nil {
		return err
	}
	c, err := Sign(tx, s.Keys, Ask{By: by.Account, Booklet: was.ID, N: n + 1, At: tx.Now(), Index: x})
	if err != nil {
		return err
	}
	if n > 0 {
		before, err := s.frozen(tx, was)
		if err != nil {
			return err
		}
		c.FirstIssuedOn = before.FirstIssuedOn
		c.Changes = append(slices.Clone(before.Changes), changes(before, c, by.Name)...)
	}
	if err := printable(c); err != nil {
		return err
	}
	v, err := Freeze(s.Keys, was.ID, n+1, c, by.Account, tx.Millis())
	if err != nil {
		return err
	}
	v.MadeWhy = why
	if err := db.Insert(tx, "booklet_version", v); err != nil {
		return err
	}
	if err := supersede(tx, was.ID, n+1, was.State != Lost); err != nil {
		return err
	}
	is.MadeAt, is.StaleAt, is.HeadName = tx.Millis(), 0, c.Household.Head
	return tx.Record(was.Subject(), nil, v)
}

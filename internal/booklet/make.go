package booklet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/paper"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Make freezes what the booklet says today as its next version. Printing reads
// only what is frozen.
func (s *Service) Make(ctx context.Context, by actor.Actor, key db.Key, id ID) (Booklet, error) {
	return s.act(ctx, by, key, policy.BookletMake, id, "", func(tx *db.Tx, was Booklet, is *Booklet) error {
		c, err := Compose(tx, s.Keys, was)
		if err != nil {
			return err
		}
		if err := printable(c); err != nil {
			return err
		}
		n, err := db.One[int64](tx, `select coalesce(max(n), 0) + 1 from booklet_version where booklet_id = $1`, id)
		if err != nil {
			return err
		}
		v, err := Freeze(s.Keys, id, n, c, by.Account, tx.Millis())
		if err != nil {
			return err
		}
		if err := db.Insert(tx, "booklet_version", v); err != nil {
			return err
		}
		is.MadeAt = tx.Millis()
		return tx.Record(was.Subject(), nil, v)
	})
}

// Freeze makes a version of content: encrypted, with the hash of what was
// encrypted.
func Freeze(k *seal.Keys, id ID, n int64, c Content, by string, at int64) (Version, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return Version{}, err
	}
	sum := sha256.Sum256(text)
	return Version{
		BookletID: id, N: n, ContentSealed: k.Seal("booklet_version", "content", string(id), text),
		Hash: hex.EncodeToString(sum[:]), MadeBy: by, MadeAt: at,
	}, nil
}

// Thaw opens a version and checks it against its hash.
func Thaw(k *seal.Keys, v Version) (Content, error) {
	var c Content
	text, err := k.Open("booklet_version", "content", string(v.BookletID), v.ContentSealed)
	if err != nil {
		return c, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != v.Hash {
		return c, errors.New("a frozen booklet does not match its hash")
	}
	return c, json.Unmarshal(text, &c)
}

// printable tries the content on paper: a character without a glyph is told
// by name before anybody waits at the printer.
func printable(c Content) error { return paperFault(c.PDF(io.Discard)) }

func paperFault(err error) error {
	var missing *paper.MissingError
	switch {
	case errors.As(err, &missing):
		return fault.Wrap(fault.Conflict, "booklet.make.characters", err, "characters", string(missing.Runes))
	case errors.Is(err, ErrForbiddenContent):
		return fault.Wrap(fault.Conflict, "booklet.make.forbidden", err)
	}
	return err
}

// PDF prints the booklet as it was last made.
func (s *Service) PDF(ctx context.Context, by actor.Actor, id ID, w io.Writer) error {
	var c Content
	err := s.DB.Look(ctx, by, db.Purpose{Action: string(policy.BookletRead), For: "booklet/" + string(id)}, func(tx *db.Tx) error {
		b, err := Get(tx, id)
		if err != nil {
			return err
		}
		c, err = s.frozen(tx, by, b)
		return err
	})
	if err != nil {
		return err
	}
	return paperFault(c.PDF(w))
}

// PDFByNumber is PDF for the number on the cover.
func (s *Service) PDFByNumber(ctx context.Context, by actor.Actor, number string, w io.Writer) error {
	var c Content
	err := s.DB.Look(ctx, by, db.Purpose{Action: string(policy.BookletRead), For: "booklet.print"}, func(tx *db.Tx) error {
		b, err := ByNumber(tx, number)
		if err != nil {
			return err
		}
		c, err = s.frozen(tx, by, b)
		return err
	})
	if err != nil {
		return err
	}
	return paperFault(c.PDF(w))
}

func (s *Service) frozen(tx *db.Tx, by actor.Actor, b Booklet) (Content, error) {
	d, err := policy.Decide(by, policy.BookletRead, policy.Places(b.Places()))
	if err != nil {
		return Content{}, err
	}
	if !d.Fields.Has(policy.Booklet) {
		return Content{}, fault.New(fault.Forbidden, "policy.forbidden")
	}
	tx.Saw(b.Subject(), "household/"+string(b.HouseholdID))
	v, err := LatestVersion(tx, b.ID)
	if err != nil {
		return Content{}, err
	}
	return Thaw(s.Keys, v)
}

// Preview prints what the booklet would say if it were made now.
func (s *Service) Preview(ctx context.Context, by actor.Actor, id ID, w io.Writer) error {
	var c Content
	err := s.DB.Look(ctx, by, db.Purpose{Action: string(policy.BookletRead), For: "booklet/" + string(id)}, func(tx *db.Tx) error {
		b, err := Get(tx, id)
		if err != nil {
			return err
		}
		d, err := policy.Decide(by, policy.BookletRead, policy.Places(b.Places()))
		if err != nil {
			return err
		}
		if !d.Fields.Has(policy.Booklet) {
			return fault.New(fault.Forbidden, "policy.forbidden")
		}
		tx.Saw(b.Subject(), "household/"+string(b.HouseholdID))
		c, err = Compose(tx, s.Keys, b)
		return err
	})
	if err != nil {
		return err
	}
	return paperFault(c.PDF(w))
}

// stale reports whether a booklet says something else today than when it was
// made: computed when asked, never stored.
func stale(tx *db.Tx, k *seal.Keys, b Booklet) (bool, error) {
	v, err := LatestVersion(tx, b.ID)
	if err != nil {
		return false, err
	}
	was, err := Thaw(k, v)
	if err != nil {
		return false, err
	}
	is, err := Compose(tx, k, b)
	if err != nil {
		return false, err
	}
	is.IssuedOn, is.FirstIssuedOn, is.PrintedAt = was.IssuedOn, was.FirstIssuedOn, was.PrintedAt
	a, err := json.Marshal(was)
	if err != nil {
		return false, err
	}
	c, err := json.Marshal(is)
	return string(a) != string(c), err
}

func chinese(ms int64) string { return calendar.On(time.UnixMilli(ms)).Chinese() }

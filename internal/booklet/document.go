package booklet

import (
	"context"
	"io"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
)

// PDF prints the booklet as it was last made: what is frozen is printed, and
// nothing is read again.
func (s *Service) PDF(ctx context.Context, by actor.Actor, id ID, w io.Writer) error {
	return s.print(ctx, by, "booklet/"+string(id), w, func(tx *db.Tx) (Booklet, error) { return Get(tx, id) }, s.frozen)
}

// PDFByNumber is PDF for the number on the cover, with or without its dashes.
func (s *Service) PDFByNumber(ctx context.Context, by actor.Actor, number string, w io.Writer) error {
	return s.print(ctx, by, "booklet.print", w, func(tx *db.Tx) (Booklet, error) { return ByNumber(tx, number) }, s.frozen)
}

// Preview prints what the booklet would say if it were made now, for whoever
// approves it.
func (s *Service) Preview(ctx context.Context, by actor.Actor, id ID, w io.Writer) error {
	return s.print(ctx, by, "booklet/"+string(id), w, func(tx *db.Tx) (Booklet, error) { return Get(tx, id) },
		func(tx *db.Tx, b Booklet) (Content, error) { return Compose(tx, s.Keys, b) })
}

// print guards, reads the content, logs the look, and only then writes.
func (s *Service) print(ctx context.Context, by actor.Actor, why string, w io.Writer, find func(*db.Tx) (Booklet, error), read func(*db.Tx, Booklet) (Content, error)) error {
	c, err := db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.BookletRead), For: why}, func(tx *db.Tx) (Content, error) {
		b, err := find(tx)
		if err != nil {
			return Content{}, err
		}
		d, err := decide(tx, by, policy.BookletRead, &b)
		if err != nil {
			return Content{}, err
		}
		if err := mustSeeAll(d); err != nil {
			return Content{}, err
		}
		tx.Saw(b.Subject(), "household/"+string(b.HouseholdID))
		return read(tx, b)
	})
	if err != nil {
		return err
	}
	return paperFault(c.PDF(w))
}

func (s *Service) frozen(tx *db.Tx, b Booklet) (Content, error) {
	v, err := LatestVersion(tx, b.ID)
	if err != nil {
		return Content{}, err
	}
	return Thaw(s.Keys, v)
}

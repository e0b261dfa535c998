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
	return s.print(ctx, by, id, Layout{}, w, s.frozen)
}

// Preview prints what the booklet would say if it were made now, for whoever
// approves it.
func (s *Service) Preview(ctx context.Context, by actor.Actor, id ID, w io.Writer) error {
	return s.print(ctx, by, id, Layout{}, w, func(tx *db.Tx, b Booklet) (Content, error) { return Compose(tx, s.Keys, b) })
}

// print guards, reads the content, logs the look, and only then writes.
func (s *Service) print(ctx context.Context, by actor.Actor, id ID, l Layout, w io.Writer, read func(*db.Tx, Booklet) (Content, error)) error {
	c, err := db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.BookletRead), For: "booklet/" + string(id)}, func(tx *db.Tx) (Content, error) {
		b, err := Get(tx, id)
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
	return paperFault(Print(w, l, c))
}

// A Job says how a booklet is to be printed: with which layout, and on which of
// the office's printers, whose offsets are added.
type Job struct {
	Format  Format
	Printer string
}

// Print is PDF for the printer: it counts that the version was printed, before
// it is. A version that was printed twice is seen in the booklet's history.
func (s *Service) Print(ctx context.Context, by actor.Actor, key db.Key, id ID, j Job, w io.Writer) error {
	return s.printed(ctx, by, key, string(id), j, w, func(tx *db.Tx) (Booklet, error) { return Get(tx, id) })
}

// PrintByNumber is Print for the number on the cover.
func (s *Service) PrintByNumber(ctx context.Context, by actor.Actor, number string, w io.Writer) error {
	return s.printed(ctx, by, "", number, Job{}, w, func(tx *db.Tx) (Booklet, error) { return ByNumber(tx, number) })
}

func (s *Service) printed(ctx context.Context, by actor.Actor, key db.Key, what string, j Job, w io.Writer, find func(*db.Tx) (Booklet, error)) error {
	var l Layout
	id, err := db.Once(ctx, s.DB, by, string(policy.BookletPrint), key, [3]string{what, string(j.Format), j.Printer}, func(tx *db.Tx) (ID, error) {
		b, err := find(tx)
		if err != nil {
			return "", err
		}
		if _, err := decide(tx, by, policy.BookletPrint, &b); err != nil {
			return "", err
		}
		if _, err := b.after(policy.BookletPrint); err != nil {
			return "", err
		}
		if _, err := j.layout(tx, by); err != nil {
			return "", err
		}
		return b.ID, countPrint(tx, b)
	})
	if err != nil {
		return err
	}
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { l, err = j.layout(tx, by); return err }); err != nil {
		return err
	}
	return s.print(ctx, by, id, l, w, s.frozen)
}

// layout is the format with the offsets of the printer.
func (j Job) layout(tx *db.Tx, by actor.Actor) (Layout, error) {
	l := Layout{Format: j.Format}
	if j.Printer != "" {
		p, err := printerOf(tx, by, j.Printer)
		if err != nil {
			return l, err
		}
		l.DX, l.DY = p.DX(), p.DY()
	}
	return l, l.check()
}

func (s *Service) frozen(tx *db.Tx, b Booklet) (Content, error) {
	v, err := LatestVersion(tx, b.ID)
	if err != nil {
		return Content{}, err
	}
	return Thaw(s.Keys, v)
}

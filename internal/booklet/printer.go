package booklet

import (
	"context"
	"math"
	"strconv"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Printer of an office prints a little beside; how far is kept, so that it is
// measured once.
type Printer struct {
	ID      string `db:"id" record:"ignore"`
	Path    string `db:"path" record:"track"`
	Name    string `db:"name" record:"track"`
	DXum    int64  `db:"dx_um" record:"track"` // micrometres to the right
	DYum    int64  `db:"dy_um" record:"track"` // micrometres down
	Version int64  `db:"version" record:"ignore"`
}

// DX and DY are the offsets in millimetres.
func (p Printer) DX() float64 { return float64(p.DXum) / 1000 }
func (p Printer) DY() float64 { return float64(p.DYum) / 1000 }

// Printers lists those of the actor's office.
func (s *Service) Printers(ctx context.Context, by actor.Actor) (all []Printer, err error) {
	path, err := office(by)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { all, err = printers(tx, path); return err })
	return all, err
}

// SetPrinter notes how far a printer prints beside, in millimetres as written
// by hand: 0.8, -1.5. A name the office has is that printer.
func (s *Service) SetPrinter(ctx context.Context, by actor.Actor, key db.Key, name, right, down string) (Printer, error) {
	path, err := office(by)
	if err != nil {
		return Printer{}, err
	}
	name = strings.TrimSpace(name)
	return db.Once(ctx, s.DB, by, string(policy.PrinterSet), key, [3]string{name, right, down}, func(tx *db.Tx) (Printer, error) {
		var f fault.Fields
		f.Require("name", name)
		is := Printer{Path: path, Name: name, DXum: offset(&f, "dx", right), DYum: offset(&f, "dy", down), Version: 1}
		if err := f.Err(); err != nil {
			return is, err
		}
		was, err := printerNamed(tx, path, name)
		if err == db.ErrNoRow {
			is.ID = tx.NewID()
			if err := db.Insert(tx, "printer", is); err != nil {
				return is, err
			}
			return is, tx.Record("printer/"+is.ID, nil, is)
		}
		if err != nil {
			return is, err
		}
		is.ID, is.Version = was.ID, was.Version+1
		if err := movePrinter(tx, is); err != nil {
			return is, err
		}
		return is, tx.Record("printer/"+is.ID, was, is)
	})
}

// offset reads millimetres as micrometres.
func offset(f *fault.Fields, field, text string) int64 {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	mm, err := strconv.ParseFloat(text, 64)
	if err != nil || !(math.Abs(mm) <= printMove) {
		f.Add(field, "booklet.print.offset")
		return 0
	}
	return int64(math.Round(mm * 1000))
}

// office is where the actor's printers stand.
func office(by actor.Actor) (string, error) {
	if len(by.Paths) == 0 {
		return "", fault.New(fault.NotFound, "policy.not_found")
	}
	return by.Paths[0], policy.Check(by, policy.PrinterSet, policy.Places{{Relation: policy.At, Path: by.Paths[0]}})
}

// printerOf is one of the actor's office, or NotFound.
func printerOf(tx *db.Tx, by actor.Actor, id string) (Printer, error) {
	path, err := office(by)
	if err != nil {
		return Printer{}, err
	}
	return getPrinter(tx, path, id)
}

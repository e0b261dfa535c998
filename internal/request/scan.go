package request

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/jobs"
	"anju/internal/picture"
	"anju/internal/policy"
)

// A Scan is a page of the paper that a request speaks of.
type Scan struct {
	ID        string  `db:"id" record:"track"`
	RequestID ID      `db:"request_id" record:"track"`
	N         int64   `db:"n" record:"track"` // from 1
	Blob      blob.ID `db:"blob" record:"ignore"`
	Bytes     int64   `db:"bytes" record:"track"`
	Width     int64   `db:"width" record:"track"`
	Height    int64   `db:"height" record:"track"`
	AddedBy   string  `db:"added_by" record:"track"`
	AddedName string  `db:"added_name" record:"track"`
	AddedAt   int64   `db:"added_at" record:"track"`
}

// MaxScans is how many pages a request takes.
const MaxScans = 4

// draft is whose a page is while the form that it came with has not been taken.
func draft(by actor.Actor, key db.Key) ID { return ID("draft/" + by.Account + "/" + string(key)) }

func mayScan(by actor.Actor) error {
	if !policy.May(by, policy.RequestAsk) {
		return fault.New(fault.Forbidden, "policy.forbidden")
	}
	return nil
}

// KeepScan keeps a photograph or a scanned PDF that comes with a form, until
// the form is taken. What has come already is not kept again.
func (s *Service) KeepScan(ctx context.Context, by actor.Actor, key db.Key, r io.Reader) error {
	if err := mayScan(by); err != nil {
		return err
	}
	pages, err := picture.Scan(r, MaxScans)
	if err != nil {
		return refused(err)
	}
	var all []Scan
	for _, p := range pages {
		id, size, err := s.Blobs.Put(bytes.NewReader(p.JPEG))
		if err != nil {
			return errors.Join(err, s.remove(ctx, all))
		}
		all = append(all, Scan{RequestID: draft(by, key), Blob: id, Bytes: size, Width: int64(p.Width), Height: int64(p.Height), AddedBy: by.Account, AddedName: by.Name})
	}
	err = s.DB.Write(ctx, by, string(policy.RequestAsk), func(tx *db.Tx) error {
		had, err := scansOf(tx, draft(by, key))
		if err != nil {
			return err
		}
		kept := 0
		for _, is := range all {
			if slices.ContainsFunc(had, func(was Scan) bool { return was.Blob == is.Blob }) {
				continue
			}
			if kept++; len(had)+kept > MaxScans {
				return refused(picture.ErrMany)
			}
			is.ID, is.N, is.AddedAt = tx.NewID(), int64(len(had)+kept), tx.Millis()
			if err := db.Insert(tx, "request_scan", is); err != nil {
				return err
			}
			if err := tx.Record("scan/"+is.ID, nil, is); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return errors.Join(err, s.remove(ctx, all))
	}
	return nil
}

// refused says what is wrong with what was sent.
func refused(err error) error {
	for wrong, why := range map[error]string{
		picture.ErrNone: "request.scan.none", picture.ErrLarge: "request.scan.large", picture.ErrPDF: "request.scan.pdf", picture.ErrMany: "request.scan.many",
	} {
		if errors.Is(err, wrong) {
			var f fault.Fields
			f.Add("scan", why, "most", MaxScans)
			return f.Err()
		}
	}
	return err
}

// Drafts is how many pages have come with a form that has not been taken.
func (s *Service) Drafts(ctx context.Context, by actor.Actor, key db.Key) (n int, err error) {
	if err := mayScan(by); err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := scansOf(tx, draft(by, key))
		n = len(all)
		return err
	})
	return n, err
}

// adopt gives a request the pages that came with its form.
func adopt(tx *db.Tx, by actor.Actor, key db.Key, r Request) error {
	all, err := scansOf(tx, draft(by, key))
	if err != nil {
		return err
	}
	for _, was := range all {
		is := was
		is.RequestID, is.AddedAt = r.ID, tx.Millis()
		if err := moveScan(tx, is); err != nil {
			return err
		}
		if err := tx.Record(r.Subject(), was, is); err != nil {
			return err
		}
	}
	return nil
}

// Scan is a page of a request's papers, as JPEG, to who reads the request. Each
// look is logged.
func (s *Service) Scan(ctx context.Context, by actor.Actor, id ID, scan string) ([]byte, error) {
	is, err := db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RequestRead), For: "scan/" + scan}, func(tx *db.Tx) (none Scan, err error) {
		r, err := Get(tx, id)
		if err != nil {
			return none, err
		}
		if err := policy.Check(by, policy.RequestRead, r); err != nil {
			return none, err
		}
		tx.Saw(r.Subject(), "person/"+string(r.PersonID))
		all, err := scansOf(tx, id)
		for _, is := range all {
			if is.ID == scan {
				return is, err
			}
		}
		return none, errors.Join(err, fault.New(fault.NotFound, "policy.not_found"))
	})
	if err != nil {
		return nil, err
	}
	b, err := s.Blobs.Open(is.Blob)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(b)
	return raw, errors.Join(err, b.Close())
}

// JobScans takes away the pages of forms that were never taken, and of requests
// that were taken back: nobody decides by them any more.
const JobScans = "request.scans"

// scanHour is when that is looked for, and scanTime how long such pages wait.
const (
	scanHour = 3
	scanTime = 24 * time.Hour
)

// Schedule sees to it that the coming night looks for such pages.
func Schedule(tx *db.Tx) error { return jobs.Nightly(tx, JobScans, scanHour) }

// Handlers are the bodies of the jobs of requests.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{JobScans: s.dropScans}
}

func (s *Service) dropScans(ctx context.Context, _ string) error {
	var gone []Scan
	err := s.DB.Write(ctx, actor.ForSystem("scans"), string(policy.RequestWithdraw), func(tx *db.Tx) (err error) {
		if gone, err = dropScans(tx, tx.Now().Add(-scanTime).UnixMilli()); err != nil {
			return err
		}
		if err := Schedule(tx); err != nil {
			return err
		}
		return tx.RecordAll("scans", len(gone), JobScans)
	})
	if err != nil {
		return err
	}
	return s.remove(ctx, gone)
}

// remove takes the files of pages away, but those that something speaks of.
func (s *Service) remove(ctx context.Context, gone []Scan) error {
	var ids []blob.ID
	for _, is := range gone {
		ids = append(ids, is.Blob)
	}
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		return s.Blobs.RemoveUnused(ids,
			func(id blob.ID) (bool, error) { return ScanUsed(tx, id) }, func(id blob.ID) (bool, error) { return s.Used(tx, id) })
	})
}

package booklet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// A Batch prints what waits in a village or a town at one go: what is approved
// is made first. It is printed in parts, each finished and kept, so that after
// a crash or a jam nothing is printed twice and nothing is left out.
type Batch struct {
	ID         string     `db:"id" record:"ignore"`
	Path       string     `db:"path" record:"track"`
	Format     Format     `db:"format" record:"track"`
	DXum       int64      `db:"dx_um" record:"track"`
	DYum       int64      `db:"dy_um" record:"track"`
	Total      int64      `db:"total" record:"track"`
	Done       int64      `db:"done" record:"track"`
	AfterID    ID         `db:"after_id" record:"ignore"`
	State      string     `db:"state" record:"track"` // running, done
	Account    string     `db:"account" record:"ignore"`
	Name       string     `db:"name" record:"ignore"`
	Post       actor.Kind `db:"post" record:"ignore"`
	Area       string     `db:"area" record:"ignore"`
	CreatedAt  int64      `db:"created_at" record:"ignore"`
	FinishedAt int64      `db:"finished_at" record:"ignore"`
	Version    int64      `db:"version" record:"ignore"`
}

// States of a batch.
const (
	BatchRunning = "running"
	BatchDone    = "done"
)

// batchPart is how many booklets a file holds: a stack one carries, and little
// memory.
const batchPart = 50

// batchFiles is how many files are set side by side: a town's server has two
// cores, and setting pages is most of the work.
const batchFiles = 2

// A BatchPart is one finished file.
type BatchPart struct {
	BatchID  string `db:"batch_id" record:"track"`
	N        int64  `db:"n" record:"track"`
	Booklets int64  `db:"booklets" record:"track"`
	BlobID   string `db:"blob_id" record:"ignore"`
}

// A BatchFault is a booklet that was left out, and why: it cannot be printed
// (the characters that no typeface has), or not be made now.
type BatchFault struct {
	BatchID    string `db:"batch_id" record:"track"`
	BookletID  ID     `db:"booklet_id" record:"track"`
	Why        string `db:"why" record:"track"` // a catalogue key
	Characters string `db:"characters" record:"track"`
}

// A BatchPage is a batch with what it has made so far.
type BatchPage struct {
	Batch
	Parts  []BatchPart
	Faults []BatchFault
}

// StartBatch begins to print what waits below a path in the actor's area.
func (s *Service) StartBatch(ctx context.Context, by actor.Actor, key db.Key, path string, j Job) (Batch, error) {
	scope, err := batchScope(by)
	if err != nil {
		return Batch{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.BookletPrint), key, [3]string{path, string(j.Format), j.Printer}, func(tx *db.Tx) (Batch, error) {
		var f fault.Fields
		if !by.Over(path) {
			f.Add("path", "booklet.batch.path")
			return Batch{}, f.Err()
		}
		l, err := j.layout(tx, by)
		if err != nil {
			return Batch{}, err
		}
		if l.Format == "" {
			l.Format = Passbook
		}
		n, err := countWaiting(tx, scope, path)
		if err != nil {
			return Batch{}, err
		}
		if n == 0 {
			return Batch{}, fault.New(fault.Conflict, "booklet.batch.none")
		}
		b := Batch{
			ID: tx.NewID(), Path: path, Format: l.Format, DXum: int64(l.DX * 1000), DYum: int64(l.DY * 1000), Total: n, State: BatchRunning,
			Account: by.Account, Name: by.Name, Post: by.Kind, Area: by.Paths[0], CreatedAt: tx.Millis(), Version: 1,
		}
		if err := db.Insert(tx, "booklet_batch", b); err != nil {
			return b, err
		}
		if err := tx.Enqueue(jobBatch, b.ID, tx.Now(), b.ID); err != nil {
			return b, err
		}
		return b, tx.Record("batch/"+b.ID, nil, b)
	})
}

func batchScope(by actor.Actor) (policy.Scope, error) {
	scope, err := policy.Predicate(by, policy.BookletPrint)
	if err != nil {
		return scope, err
	}
	return scope, listsWhole(by)
}

// Waiting is how many booklets wait to be printed in the actor's area, by
// village.
func (s *Service) Waiting(ctx context.Context, by actor.Actor) (n map[string]int64, err error) {
	scope, err := batchScope(by)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { n, err = waitingByVillage(tx, scope); return err })
	return n, err
}

// Batches lists the actor's batches, the newest first.
func (s *Service) Batches(ctx context.Context, by actor.Actor, limit int) (all []Batch, err error) {
	if _, err := batchScope(by); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { all, err = batchesOf(tx, by.Account, limit); return err })
	return all, err
}

// GetBatch is one of the actor's batches.
func (s *Service) GetBatch(ctx context.Context, by actor.Actor, id string) (BatchPage, error) {
	if _, err := batchScope(by); err != nil {
		return BatchPage{}, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.BookletPrint), For: "batch/" + id}, func(tx *db.Tx) (p BatchPage, err error) {
		if p.Batch, err = ownBatch(tx, by, id); err != nil {
			return p, err
		}
		if p.Parts, err = partsOf(tx, id); err != nil {
			return p, err
		}
		p.Faults, err = faultsOf(tx, id)
		tx.Saw("batch/" + id)
		for _, f := range p.Faults {
			tx.Saw("booklet/" + string(f.BookletID))
		}
		return p, err
	})
}

// PartPDF writes a finished part.
func (s *Service) PartPDF(ctx context.Context, by actor.Actor, id string, n int64, w io.Writer) error {
	p, err := s.GetBatch(ctx, by, id)
	if err != nil {
		return err
	}
	if n < 1 || n > int64(len(p.Parts)) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	f, err := s.Blobs.Open(blob.ID(p.Parts[n-1].BlobID))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// runBatch prints part after part. Run again, it goes on after the last part
// that is kept.
func (s *Service) runBatch(ctx context.Context, payload string) error {
	var id string
	if err := json.Unmarshal([]byte(payload), &id); err != nil {
		return err
	}
	for {
		more, err := s.nextPart(ctx, id)
		if err != nil || !more {
			return err
		}
	}
}

// nextPart makes, prints and keeps one part; false says that there is no more.
func (s *Service) nextPart(ctx context.Context, id string) (bool, error) {
	var b Batch
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { b, err = getBatch(tx, id); return err }); err != nil || b.State != BatchRunning {
		return false, err
	}
	by := actor.Actor{Account: b.Account, Name: b.Name, Kind: b.Post, Paths: []string{b.Area}, Office: i18n.T("booklet.batch.office")}
	scope, err := batchScope(by)
	if err != nil {
		return false, err
	}
	part, faults, err := s.prepare(ctx, by, scope, b)
	if err != nil {
		return false, err
	}
	if len(part) == 0 && len(faults) == 0 {
		return false, s.DB.Write(ctx, by, string(policy.BookletPrint), func(tx *db.Tx) error {
			is := b
			is.State, is.FinishedAt = BatchDone, tx.Millis()
			return saveBatch(tx, b, is)
		})
	}
	all, err := s.contents(ctx, by, b, part)
	if err != nil {
		return false, err
	}
	files, err := s.files(b, all)
	if err != nil {
		return false, err
	}
	return true, s.DB.Write(ctx, by, string(policy.BookletPrint), func(tx *db.Tx) error { return keepParts(tx, b, part, faults, files) })
}

// files sets what the booklets say, as many to a file as it holds, side by side.
func (s *Service) files(b Batch, all []Content) ([]BatchPart, error) {
	var wait sync.WaitGroup
	chunks := slices.Collect(slices.Chunk(all, batchPart))
	files, errs := make([]BatchPart, len(chunks)), make([]error, len(chunks))
	l := Layout{Format: b.Format, DX: float64(b.DXum) / 1000, DY: float64(b.DYum) / 1000}
	for i, chunk := range chunks {
		wait.Go(func() {
			var pdf bytes.Buffer
			if errs[i] = Print(&pdf, l, chunk...); errs[i] != nil {
				return
			}
			id, _, err := s.Blobs.Put(&pdf)
			files[i], errs[i] = BatchPart{BatchID: b.ID, Booklets: int64(len(chunk)), BlobID: string(id)}, err
		})
	}
	wait.Wait()
	return files, errors.Join(errs...)
}

// prepare takes the next booklets that wait and makes those that are approved.
// What cannot be made or printed is left out and said.
func (s *Service) prepare(ctx context.Context, by actor.Actor, scope policy.Scope, b Batch) (part []Booklet, faults []BatchFault, err error) {
	var next []Booklet
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		next, err = waitingAfter(tx, scope, b.Path, b.AfterID, batchPart*batchFiles)
		return err
	}); err != nil {
		return nil, nil, err
	}
	if len(next) == 0 {
		return nil, nil, nil
	}
	err = s.DB.Write(ctx, by, string(policy.BookletMake), func(tx *db.Tx) error {
		part, faults = nil, nil // it may be run again
		x, err := division.Load(tx)
		if err != nil {
			return err
		}
		for _, was := range next {
			if _, err := decide(tx, by, policy.BookletMake, &was); err != nil {
				faults = append(faults, BatchFault{b.ID, was.ID, "policy.not_found", ""})
				continue // it has been hidden since
			}
			if was.State == Approved {
				is, err := was.after(policy.BookletMake)
				if err == nil {
					err = s.make(tx, by, x, was, &is, First)
				}
				if f := fault.Of(err); f != nil && f.Kind == fault.Conflict {
					faults = append(faults, BatchFault{b.ID, was.ID, f.Key, strings.Join(characters(f), "")})
					continue
				}
				if err != nil {
					return err
				}
				if err := save(tx, was, is); err != nil {
					return err
				}
			}
			part = append(part, was)
		}
		return nil
	})
	return part, faults, err
}

// characters are those that a fault names.
func characters(f *fault.Fault) (all []string) {
	for i := 0; i+1 < len(f.Args); i += 2 {
		if f.Args[i] == "characters" {
			if text, ok := f.Args[i+1].(string); ok {
				all = append(all, text)
			}
		}
	}
	return all
}

// contents reads what the booklets of a part say, logged before it is printed.
func (s *Service) contents(ctx context.Context, by actor.Actor, b Batch, part []Booklet) ([]Content, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.BookletPrint), For: "batch/" + b.ID}, func(tx *db.Tx) (all []Content, err error) {
		tx.Saw("batch/" + b.ID)
		for _, k := range part {
			c, err := s.frozen(tx, k)
			if err != nil {
				return nil, err
			}
			tx.Saw(k.Subject())
			all = append(all, c)
		}
		return all, nil
	})
}

// keepParts writes finished parts with all that it means: where the next one
// begins, that its booklets were printed, and what was left out.
func keepParts(tx *db.Tx, was Batch, part []Booklet, faults []BatchFault, files []BatchPart) error {
	is := was
	for _, b := range part {
		is.AfterID = max(is.AfterID, b.ID)
		if err := countPrint(tx, b); err != nil {
			return err
		}
	}
	for _, f := range faults {
		is.AfterID = max(is.AfterID, f.BookletID)
		if err := db.Insert(tx, "booklet_batch_fault", f); err != nil {
			return err
		}
	}
	is.Done += int64(len(part) + len(faults))
	n, err := countParts(tx, was.ID)
	if err != nil {
		return err
	}
	for i, f := range files {
		f.N = n + int64(i) + 1
		if err := db.Insert(tx, "booklet_batch_part", f); err != nil {
			return err
		}
	}
	return saveBatch(tx, was, is)
}

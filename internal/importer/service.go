package importer

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/importer/table"
	"anju/internal/jobs"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Service is the guarded door to files that offices hand over, and to what two
// of them disagree on.
type Service struct {
	DB    *db.DB
	Keys  *seal.Keys
	Blobs *blob.Store
}

// States of an import.
const (
	Unnamed  = "naming" // waits for somebody to say which column is which
	Checking = "checking"
	Checked  = "checked"
	Running  = "running"
	Done     = "done"
	Failed   = "failed"
)

// An Import is one file on its way into the register.
type Import struct {
	ID         string        `db:"id" record:"ignore"`
	Kind       string        `db:"kind" record:"track"`
	FileName   string        `db:"file_name" record:"track"`
	FileHash   string        `db:"file_hash" record:"track"`
	BlobID     string        `db:"blob_id" record:"ignore"`
	State      string        `db:"state" record:"track"`
	Account    string        `db:"account" record:"track"`
	Post       actor.Kind    `db:"post" record:"track"`
	Path       string        `db:"path" record:"track"`
	AsOf       calendar.Date `db:"as_of" record:"track"`
	RowDone    int64         `db:"row_done" record:"ignore"` // households or rows finished
	AtRow      int64         `db:"at_row" record:"ignore"`   // where in the file a restart goes on
	Columns    string        `db:"columns" record:"ignore"`  // JSON of Naming
	Report     string        `db:"report" record:"ignore"`   // JSON
	Error      string        `db:"error" record:"track"`
	CreatedAt  int64         `db:"created_at" record:"ignore"`
	FinishedAt int64         `db:"finished_at" record:"ignore"`
	Version    int64         `db:"version" record:"ignore"`
}

// Parsed is the report of an import; zero while there is none.
func (i Import) Parsed() (r Report, err error) {
	if i.Report == "" {
		return r, nil
	}
	return r, json.Unmarshal([]byte(i.Report), &r)
}

// The names of the jobs are in the rows of counties that are at work.
const (
	jobCheck = "register.check"
	jobRun   = "register.import"
)

// Handlers are the jobs of this package.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{jobCheck: s.check, jobRun: s.run}
}

// may reports whether a post brings a kind of file.
func may(by actor.Actor, k kind) error {
	_, err := policy.Predicate(by, k.action)
	return err
}

// mayAny reports whether a post brings any file at all.
func mayAny(by actor.Actor) error {
	_, err := policy.Predicate(by, policy.FileImport)
	return err
}

// A File is what its bringer says of it.
type File struct {
	Kind string
	Name string
	AsOf calendar.Date // the day it speaks of: what happened since is not undone by it; today if not said
}

// on is the day that a file speaks of.
func (f File) on(today calendar.Date) (calendar.Date, error) {
	switch {
	case f.AsOf == "":
		return today, nil
	case !f.AsOf.Valid() || f.AsOf.After(today):
		var wrong fault.Fields
		wrong.Add("as_of", "importer.as_of")
		return "", wrong.Err()
	}
	return f.AsOf, nil
}

// Upload takes a file in, encrypted, and begins to check it. A file that
// cannot be read at all is refused at once; one whose columns are not all
// recognised waits for somebody to name them.
func (s *Service) Upload(ctx context.Context, by actor.Actor, file File, r io.Reader) (Import, error) {
	if err := mayAny(by); err != nil {
		return Import{}, err
	}
	k, err := kindOf(file.Kind)
	if err != nil {
		return Import{}, err
	}
	if err := may(by, k); err != nil {
		return Import{}, err
	}
	if r == nil {
		var f fault.Fields
		f.Add("file", "importer.no_file")
		return Import{}, f.Err()
	}
	on, err := file.on(calendar.On(s.DB.Now()))
	if err != nil {
		return Import{}, err
	}
	id, _, err := s.Blobs.Put(r)
	if err != nil {
		return Import{}, err
	}
	imp, err := s.upload(ctx, by, k, file.Name, on, id)
	if err != nil {
		return Import{}, errors.Join(err, s.discard(ctx, id))
	}
	return imp, nil
}

// discard removes a stored file that no import is about.
func (s *Service) discard(ctx context.Context, id blob.ID) error {
	used := false
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { used, err = spokenOf(tx, id); return err })
	if err != nil || used {
		return err
	}
	return s.Blobs.Remove(id)
}

func (s *Service) upload(ctx context.Context, by actor.Actor, k kind, name string, on calendar.Date, id blob.ID) (imp Import, err error) {
	names, err := s.said(ctx, officeOf(by.Kind, by.Paths[0]), k.name)
	if err != nil {
		return imp, err
	}
	naming, err := s.header(id, name, k, names)
	if err != nil {
		return imp, err
	}
	columns, err := json.Marshal(naming)
	if err != nil {
		return imp, err
	}
	err = s.DB.Write(ctx, by, string(k.action), func(tx *db.Tx) error {
		imp = Import{
			ID: tx.NewID(), Kind: k.name, FileName: filepath.Base(name), FileHash: string(id), BlobID: string(id), State: Checking,
			Account: by.Account, Post: by.Kind, Path: by.Paths[0], AsOf: on, Columns: string(columns), CreatedAt: tx.Millis(), Version: 1,
		}
		if len(naming.Missing) > 0 {
			imp.State = Unnamed
		}
		if err := db.Insert(tx, "import", imp); err != nil {
			return err
		}
		if imp.State == Checking {
			if err := tx.Enqueue(jobCheck, imp.ID, tx.Now(), imp.ID); err != nil {
				return err
			}
		}
		return tx.Record("import/"+imp.ID, nil, imp)
	})
	return imp, err
}

func (s *Service) open(id blob.ID, name string, f func(*table.Table) error) error {
	b, err := s.Blobs.Open(id)
	if err != nil {
		return err
	}
	defer b.Close()
	t, err := table.Open(name, b, b.Size())
	if err != nil {
		return err
	}
	defer t.Close()
	return f(t)
}

// List lists the actor's imports, the newest first.
func (s *Service) List(ctx context.Context, by actor.Actor, limit int) (all []Import, err error) {
	if err := mayAny(by); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { all, err = importsOf(tx, by.Account, limit); return err })
	return all, err
}

// Get is one of the actor's imports, while the actor's post brings its kind.
func (s *Service) Get(ctx context.Context, by actor.Actor, id string) (Import, error) {
	var i Import
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { i, err = get(tx, id); return err }); err != nil {
		return Import{}, err
	}
	if i.Account != by.Account {
		return Import{}, fault.New(fault.NotFound, "policy.not_found")
	}
	k, err := kindOf(i.Kind)
	if err != nil {
		return Import{}, err
	}
	if err := may(by, k); err != nil {
		return Import{}, err
	}
	return i, nil
}

// Run lets the good rows of a checked file in.
func (s *Service) Run(ctx context.Context, by actor.Actor, id string) error {
	was, err := s.Get(ctx, by, id)
	if err != nil {
		return err
	}
	k, err := kindOf(was.Kind)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, by, string(k.action), func(tx *db.Tx) error {
		was, err := get(tx, id)
		if err != nil {
			return err
		}
		if was.State != Checked && was.State != Failed {
			return fault.New(fault.Conflict, "importer.not_checked")
		}
		is := was
		is.State, is.Error = Running, ""
		if err := update(tx, is); err != nil {
			return err
		}
		if err := tx.Enqueue(jobRun, id, tx.Now(), id); err != nil {
			return err
		}
		return tx.Record("import/"+id, was, is)
	})
}

// Annotated writes the clerk's own table back with the reasons beside it. It is
// full of names and numbers: that it was fetched is logged first.
func (s *Service) Annotated(ctx context.Context, by actor.Actor, id string, w io.Writer) error {
	i, err := s.Get(ctx, by, id)
	if err != nil {
		return err
	}
	if i.BlobID == "" { // it came from the terminal, where the file is
		return fault.New(fault.NotFound, "policy.not_found")
	}
	r, err := i.Parsed()
	if err != nil {
		return err
	}
	b, err := s.Blobs.Open(blob.ID(i.BlobID))
	if err != nil {
		return err
	}
	defer b.Close()
	subject := "import/" + i.ID
	if err := s.DB.Look(ctx, by, db.Purpose{Action: string(policy.FileImport), For: subject}, func(tx *db.Tx) error { tx.Saw(subject); return nil }); err != nil {
		return err
	}
	return r.WriteXLSX(w, b, b.Size())
}

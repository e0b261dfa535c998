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

// Service is the guarded door to imports of the household register.
type Service struct {
	DB    *db.DB
	Keys  *seal.Keys
	Blobs *blob.Store
}

// States of an import.
const (
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
	Path       string        `db:"path" record:"track"`
	AsOf       calendar.Date `db:"as_of" record:"track"`
	RowDone    int64         `db:"row_done" record:"ignore"` // households finished: where a restart goes on
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

const (
	jobCheck = "register.check"
	jobRun   = "register.import"
)

// Handlers are the jobs of this package.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{jobCheck: s.check, jobRun: s.run}
}

func (s *Service) may(by actor.Actor) error {
	_, err := policy.Predicate(by, policy.RegisterImport)
	return err
}

// Upload takes a file in, encrypted, and begins to check it. A file that
// cannot be read at all is refused at once.
func (s *Service) Upload(ctx context.Context, by actor.Actor, name string, r io.Reader) (Import, error) {
	if err := s.may(by); err != nil {
		return Import{}, err
	}
	if r == nil {
		var f fault.Fields
		f.Add("file", "importer.no_file")
		return Import{}, f.Err()
	}
	id, _, err := s.Blobs.Put(r)
	if err != nil {
		return Import{}, err
	}
	if err := s.readable(id, name); err != nil {
		return Import{}, errors.Join(err, s.Blobs.Remove(id))
	}
	var imp Import
	err = s.DB.Write(ctx, by, string(policy.RegisterImport), func(tx *db.Tx) error {
		imp = Import{
			ID: tx.NewID(), Kind: "register", FileName: filepath.Base(name), FileHash: string(id), BlobID: string(id), State: Checking,
			Account: by.Account, Path: by.Paths[0], AsOf: calendar.On(tx.Now()), CreatedAt: tx.Millis(), Version: 1,
		}
		if err := db.Insert(tx, "import", imp); err != nil {
			return err
		}
		if err := tx.Enqueue(jobCheck, imp.ID, tx.Now(), imp.ID); err != nil {
			return err
		}
		return tx.Record("import/"+imp.ID, nil, imp)
	})
	return imp, err
}

func (s *Service) readable(id blob.ID, name string) error {
	return s.open(id, name, func(t *table.Table) error {
		_, err := t.FindHeader(RegisterColumns)
		return err
	})
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
	if err := s.may(by); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err = db.All[Import](tx, `select `+db.Columns[Import]("")+` from import where account = $1 order by id desc limit $2`, by.Account, limit)
		return err
	})
	return all, err
}

// Get is one of the actor's imports.
func (s *Service) Get(ctx context.Context, by actor.Actor, id string) (i Import, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error { i, err = get(tx, id); return err })
	if err == nil && i.Account != by.Account {
		return Import{}, fault.New(fault.NotFound, "policy.not_found")
	}
	return i, err
}

func get(tx *db.Tx, id string) (Import, error) {
	i, err := db.One[Import](tx, `select `+db.Columns[Import]("")+` from import where id = $1`, id)
	if err == db.ErrNoRow {
		return i, fault.New(fault.NotFound, "policy.not_found")
	}
	return i, err
}

// Run lets the good rows of a checked file in.
func (s *Service) Run(ctx context.Context, by actor.Actor, id string) error {
	return s.DB.Write(ctx, by, string(policy.RegisterImport), func(tx *db.Tx) error {
		was, err := get(tx, id)
		if err != nil {
			return err
		}
		if was.Account != by.Account {
			return fault.New(fault.NotFound, "policy.not_found")
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

func update(tx *db.Tx, i Import) error {
	_, err := tx.Exec(`update import set state = $2, row_done = $3, report = $4, error = $5, finished_at = $6, version = version + 1 where id = $1`,
		i.ID, i.State, i.RowDone, i.Report, i.Error, i.FinishedAt)
	return err
}

// Annotated writes the clerk's own table back with the reasons beside it.
func (s *Service) Annotated(ctx context.Context, by actor.Actor, id string, w io.Writer) error {
	i, err := s.Get(ctx, by, id)
	if err != nil {
		return err
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
	return r.WriteXLSX(w, b, b.Size())
}

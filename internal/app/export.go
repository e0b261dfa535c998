package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/export"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/seal"
)

// An ExportRequest says who takes the county out, and what for. Opening what is
// sealed needs the document that allows it.
type ExportRequest struct {
	By       string `record:"track"` // who sits at the terminal
	Purpose  string `record:"track"`
	Open     bool   `record:"track"`
	Document string `record:"track"`
}

func (r *ExportRequest) check() error {
	r.By, r.Purpose, r.Document = strings.TrimSpace(r.By), strings.TrimSpace(r.Purpose), strings.TrimSpace(r.Document)
	switch {
	case r.By == "":
		return fault.New(fault.Invalid, "export.by")
	case r.Purpose == "":
		return fault.New(fault.Invalid, "export.purpose")
	case r.Open && r.Document == "":
		return fault.New(fault.Invalid, "export.document")
	}
	return nil
}

// exportAction is the act in both logs.
const exportAction = "county.export"

// Export writes the whole county to dir in open formats. Both logs have the
// act, with its purpose, before a row is read for it; so the export holds the
// record of itself.
func (a *App) Export(ctx context.Context, dir string, r ExportRequest, out io.Writer) error {
	if err := r.check(); err != nil {
		return err
	}
	if in, err := inside(dir, a.Config.Data); err != nil || in {
		return errors.Join(err, fault.New(fault.Invalid, "export.inside", "dir", dir))
	}
	if _, err := os.Lstat(dir); err == nil {
		return fault.New(fault.Conflict, "export.there", "dir", dir)
	}
	by, subject := a.atTerminal(actor.SystemAdmin), "county/"+a.Config.County
	by.Name = r.By
	err := a.DB.Write(ctx, by, exportAction, func(tx *db.Tx) error { return tx.Record(subject, nil, r) })
	if err != nil {
		return err
	}
	err = a.DB.Look(ctx, by, db.Purpose{Action: exportAction, For: subject}, func(tx *db.Tx) error { tx.Saw(subject); return nil })
	if err == nil {
		err = a.DB.Seal(ctx) // the look leaves with its place in the log
	}
	if err != nil {
		return err
	}
	bar := a.Config.Progress(out, i18n.T("export.running", "dir", dir))
	m, err := export.Write(ctx, a.DB, a.Keys, dir, export.Options{
		County: a.Config.County, Purpose: r.Purpose, Open: r.Open, Data: a.Config.Data,
	}, func(done, total int64) { bar.Step(int(done), int(total), "") })
	bar.Done()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, i18n.T("export.done", "dir", dir, "rows", m.Holds.Rows, "tables", len(m.Holds.Tables), "files", len(m.Files), "key", m.Key))
	switch {
	case m.Opened && m.Sealed > 0:
		fmt.Fprintln(out, i18n.T("export.opened_but", "sealed", m.Sealed))
	case m.Opened:
		fmt.Fprintln(out, i18n.T("export.opened"))
	default:
		fmt.Fprintln(out, i18n.T("export.sealed"))
	}
	return nil
}

// ImportCounty puts an export into an empty place, on either engine. It needs
// the key file of the county that was exported. Everything is read, compared
// and loaded beside the place before the place gets it.
func ImportCounty(ctx context.Context, c *Config, dir string, out io.Writer) error {
	bar := c.Progress(out, i18n.T("export.importing", "dir", dir))
	in := &countyImport{config: c, dir: dir, bar: bar}
	m, verdicts, err := in.run(ctx)
	bar.Done()
	if err != nil {
		return in.explain(err)
	}
	fmt.Fprintln(out, i18n.T("export.imported", "data", c.where(), "at", m.At.In(calendar.Zone).Format("2006-01-02 15:04"), "tables", len(m.Tables), "rows", m.Rows, "files", in.files))
	for _, v := range verdicts {
		if v.Problem != "" {
			fmt.Fprintln(out, v.Problem)
			err = No("backup.log_broken")
		}
	}
	return err
}

type countyImport struct {
	config *Config
	dir    string
	bar    *Bar
	files  int64
}

func (i *countyImport) run(ctx context.Context) (m db.Manifest, verdicts []db.Verdict, err error) {
	place := &restore{config: i.config}
	if err := place.roomFor(); err != nil {
		return m, nil, err
	}
	from, err := export.Open(ctx, i.dir)
	if err != nil {
		return m, nil, err
	}
	keys, err := place.keyFile(from.Key)
	if err != nil {
		return m, nil, err
	}
	data := filepath.Clean(i.config.Data)
	if err := os.MkdirAll(filepath.Dir(data), 0o700); err != nil {
		return m, nil, err
	}
	beside, err := os.MkdirTemp(filepath.Dir(data), filepath.Base(data)+".importing-")
	if err != nil {
		return m, nil, err
	}
	defer os.RemoveAll(beside) // once renamed there is nothing to remove
	if i.files, err = from.Documents(beside); err != nil {
		return m, nil, err
	}
	cfg := dbConfig(i.config, new(Clock), keys)
	cfg.Dir = beside
	if m, err = from.Load(ctx, cfg, keys, func(done, total int64) { i.bar.Step(int(done), int(total), "") }); err != nil {
		return m, nil, err
	}
	if verdicts, err = i.record(ctx, cfg, keys, m); err != nil {
		return m, nil, err
	}
	if err := os.Rename(beside, data); err != nil {
		return m, nil, err
	}
	return m, verdicts, syncDir(filepath.Dir(data))
}

// record verifies the logs that came and notes in them that the county has.
func (i *countyImport) record(ctx context.Context, cfg db.Config, k *seal.Keys, m db.Manifest) ([]db.Verdict, error) {
	d, err := db.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	check, err := checker(k)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	verdicts, err := d.VerifyLogs(ctx, check)
	if err == nil {
		err = d.Write(ctx, actor.ForSystem("import"), "county.import", func(tx *db.Tx) error {
			return tx.RecordAll("county/"+i.config.County, int(m.Rows), "export of "+m.At.Format("2006-01-02T15:04:05Z07:00"))
		})
	}
	return verdicts, errors.Join(err, d.Close())
}

// explain turns what goes wrong into the one line for it.
func (i *countyImport) explain(err error) error {
	switch {
	case fault.Of(err) != nil:
		return err
	case errors.Is(err, export.ErrDamaged), errors.Is(err, db.ErrCopy):
		return fault.Wrap(fault.Invalid, "export.damaged", err, "dir", i.dir)
	case errors.Is(err, db.ErrNotEmpty):
		return fault.Wrap(fault.Conflict, "backup.not_empty", err, "data", i.config.where())
	case errors.Is(err, db.ErrNewer):
		return fault.Wrap(fault.Conflict, "export.newer", err, "dir", i.dir)
	}
	return fmt.Errorf("import the county from %s: %w", i.dir, err)
}

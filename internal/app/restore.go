package app

import (
	"archive/tar"
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/seal"
)

// maxHeader bounds the line in clear.
const maxHeader = 4096

// Restore puts a backup into an empty place: a data folder that is empty or not
// there, and with PostgreSQL also a schema without rows. It needs the key file
// of the county that was backed up. Everything is read, loaded and compared
// beside the place before the place gets it; when something is wrong, nothing
// is left. If the logs in the backup are not whole, the county is restored and
// the answer is no.
func Restore(ctx context.Context, c *Config, file string, out io.Writer) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := &restore{config: c, file: file, bar: c.Progress(out, i18n.T("backup.restoring", "file", file))}
	verdicts, err := r.run(ctx, f)
	r.bar.Done()
	if err != nil {
		return r.explain(err)
	}
	fmt.Fprintln(out, i18n.T("backup.restored", "data", c.where(), "at", r.head.At.In(calendar.Zone).Format("2006-01-02 15:04"), "rows", r.rows, "tables", r.tables, "files", r.files))
	for _, v := range verdicts {
		if v.Problem != "" {
			fmt.Fprintln(out, v.Problem)
			err = No("backup.log_broken")
		}
	}
	return err
}

type restore struct {
	config       *Config
	file         string
	bar          *Bar
	head         backupHeader
	keys         *seal.Keys
	files        int64
	rows, tables int64
}

func (r *restore) run(ctx context.Context, f *os.File) ([]db.Verdict, error) {
	head, content, err := openBackup(f, r.keyFile)
	if err != nil {
		return nil, err
	}
	r.head = head
	if err := r.roomFor(); err != nil {
		return nil, err
	}
	data := filepath.Clean(r.config.Data)
	if err := os.MkdirAll(filepath.Dir(data), 0o700); err != nil {
		return nil, err
	}
	beside, err := os.MkdirTemp(filepath.Dir(data), filepath.Base(data)+".restoring-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(beside)                        // once renamed there is nothing to remove
	if err := r.unpack(content, beside); err != nil { // reads the whole file
		return nil, err
	}
	verdicts, err := r.load(ctx, content, beside)
	if err != nil {
		return nil, err
	}
	if err := os.Rename(beside, data); err != nil {
		return nil, err
	}
	return verdicts, syncDir(filepath.Dir(data))
}

// openBackup reads the header, takes the key that keyFile gives for its id, and
// opens the sealed frames.
func openBackup(f *os.File, keyFile func(id string) (*seal.Keys, error)) (h backupHeader, content *io.SectionReader, err error) {
	info, err := f.Stat()
	if err != nil {
		return h, nil, err
	}
	line, err := bufio.NewReaderSize(io.NewSectionReader(f, 0, maxHeader), maxHeader).ReadSlice('\n')
	if err != nil || json.Unmarshal(line, &h) != nil || h.Format != backupFormat || h.Key == "" {
		return h, nil, fault.New(fault.Invalid, "backup.not_ours", "file", f.Name())
	}
	if now := db.Current(); h.Version > backupVersion || h.Schema.County > now.County || h.Schema.Looks > now.Looks {
		return h, nil, db.ErrNewer
	}
	keys, err := keyFile(h.Key)
	if err != nil {
		return h, nil, err
	}
	key, err := keys.Derive(backupPurpose)
	if err != nil {
		return h, nil, err
	}
	content, err = blob.Decrypt(f, int64(len(line)), info.Size()-int64(len(line)), key, line)
	return h, content, err
}

// keyFile loads the key file, which must be the one with the id.
func (r *restore) keyFile(id string) (*seal.Keys, error) {
	keys, err := seal.Load(r.config.Keys)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Invalid, "backup.need_key", "id", id, "file", r.config.Keys)
	}
	if err != nil {
		return nil, err
	}
	if keys.ID() != id {
		return nil, fault.New(fault.Conflict, "backup.other_key", "id", id, "file", r.config.Keys, "has", keys.ID())
	}
	r.keys = keys
	return keys, nil
}

// roomFor refuses a data folder with anything in it, and one that cannot be
// put in place of another because a disk is mounted on it.
func (r *restore) roomFor() error {
	entries, err := os.ReadDir(r.config.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && len(entries) > 0 {
		err = fault.New(fault.Conflict, "backup.not_empty", "data", r.config.Data)
	}
	if err != nil {
		return err
	}
	if err := os.Remove(r.config.Data); err != nil {
		return fault.Wrap(fault.Conflict, "backup.mounted", err, "data", r.config.Data)
	}
	return nil
}

// unpack writes the county's files into dir and reads past the county itself.
func (r *restore) unpack(content *io.SectionReader, dir string) error {
	t := tar.NewReader(io.NewSectionReader(content, 0, content.Size()))
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if isCounty(h.Name) {
			if _, err := io.Copy(io.Discard, t); err != nil {
				return err
			}
			continue
		}
		if !blobForm.MatchString(h.Name) && !demoForm.MatchString(h.Name) {
			return blob.ErrDamaged
		}
		if err := unpackFile(t, filepath.Join(dir, filepath.FromSlash(h.Name))); err != nil {
			return err
		}
		r.files++
	}
}

func isCounty(name string) bool { return strings.HasPrefix(name, path.Dir(countyPart)+"/") }

func unpackFile(r io.Reader, file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// load loads the county, verifies its logs, and records that it was restored.
func (r *restore) load(ctx context.Context, content *io.SectionReader, dir string) ([]db.Verdict, error) {
	clock := new(Clock)
	cfg := dbConfig(r.config, clock, r.keys)
	cfg.Dir = dir
	t := tar.NewReader(io.NewSectionReader(content, 0, content.Size()))
	m, err := db.Load(ctx, cfg, &countyReader{t: t}, func(done, total int64) { r.bar.Step(int(done), int(total), "") })
	if err != nil {
		return nil, err
	}
	r.rows, r.tables = m.Rows, int64(len(m.Tables))
	d, err := db.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	verdicts, err := r.verify(ctx, d, clock)
	return verdicts, errors.Join(err, d.Close())
}

func (r *restore) verify(ctx context.Context, d *db.DB, clock *Clock) ([]db.Verdict, error) {
	check, err := checker(r.keys)
	if err != nil {
		return nil, err
	}
	verdicts, err := d.VerifyLogs(ctx, check)
	if err != nil {
		return nil, err
	}
	if err := (&ClockService{DB: d, Clock: clock}).load(ctx); err != nil {
		return nil, err
	}
	return verdicts, d.Write(ctx, actor.ForSystem("restore"), "county.restore", func(tx *db.Tx) error {
		return tx.RecordAll("county/"+r.config.County, int(r.rows), "backup of "+r.head.At.Format("2006-01-02T15:04:05Z07:00"))
	})
}

// countyReader reads the county's copy out of its parts.
type countyReader struct {
	t    *tar.Reader
	open bool
}

func (c *countyReader) Read(p []byte) (int, error) {
	for {
		if c.open {
			n, err := c.t.Read(p)
			if err != io.EOF { // which may come with the last bytes
				return n, err
			}
			if c.open = false; n > 0 {
				return n, nil
			}
		}
		h, err := c.t.Next()
		if err != nil {
			return 0, err
		}
		if !isCounty(h.Name) {
			return 0, io.EOF
		}
		c.open = true
	}
}

// explain turns what goes wrong with a backup into the one line for it.
func (r *restore) explain(err error) error {
	switch {
	case fault.Of(err) != nil:
		return err
	case errors.Is(err, blob.ErrDamaged), errors.Is(err, db.ErrCopy), errors.Is(err, tar.ErrHeader), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Wrap(fault.Invalid, "backup.damaged", err, "file", r.file)
	case errors.Is(err, db.ErrNotEmpty):
		return fault.Wrap(fault.Conflict, "backup.not_empty", err, "data", r.config.where())
	case errors.Is(err, db.ErrHalfLoaded):
		return fault.Wrap(fault.Conflict, "backup.half", err, "data", r.config.where())
	case errors.Is(err, db.ErrNewer):
		return fault.Wrap(fault.Conflict, "backup.newer", err, "file", r.file)
	}
	return fmt.Errorf("restore %s: %w", r.file, err)
}

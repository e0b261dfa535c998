package app

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/seal"
)

// A backup is one file: a line of JSON in clear that says which key opens it,
// and frames sealed with a key that is made of the county's and of that line.
// In the frames is a tar: the county's copy in parts (county/…), then its blobs
// and, of a demonstration county, its sign-ins. The key file is in none.
type backupHeader struct {
	Format  string     `json:"anju"`
	Version int        `json:"version"`
	Key     string     `json:"key"` // the id of the key file
	Schema  db.Version `json:"schema"`
	At      time.Time  `json:"at"`
	Salt    []byte     `json:"salt"`
}

const (
	backupFormat  = "backup"
	backupVersion = 1
	backupPurpose = "backup" // of the derived key
	partSize      = 1 << 18  // bytes of the copy in one entry of the tar
	countyPart    = "county/%06d"
)

var (
	blobForm = regexp.MustCompile(`^blobs/([a-z2-7]{2})/[a-z2-7]{52}$`)
	demoForm = regexp.MustCompile(`^demo-[a-z-]+\.json$`)
)

// Backup copies the county and its files, as they are at this moment, to an
// encrypted file. The county may be in use; its schema may be older than the
// program's. The file is read back before it gets its name: it is there whole
// or not at all, and one that was there before stays until then.
func Backup(ctx context.Context, c *Config, file string, out io.Writer) error {
	keys, src, err := c.source(ctx)
	if err != nil {
		return err
	}
	defer src.Close()
	if in, err := inside(file, c.Data); err != nil || in {
		return errors.Join(err, fault.New(fault.Invalid, "backup.inside", "file", file))
	}
	if err := NoFolder(file); err != nil {
		return err
	}
	b := &backup{config: c, keys: keys, src: src, bar: c.Progress(out, i18n.T("backup.running", "file", file))}
	size, err := b.write(ctx, file)
	b.bar.Done()
	if err != nil {
		return fmt.Errorf("backup %s: %w", file, err)
	}
	fmt.Fprintln(out, i18n.T("backup.done", "file", file, "rows", b.rows, "files", b.files, "mb", (size+1<<20-1)>>20, "key", keys.ID()))
	return nil
}

// source opens the county to be copied, with its own key file and no other.
func (c *Config) source(ctx context.Context) (*seal.Keys, *db.Source, error) {
	if err := c.hasCounty(); err != nil {
		return nil, nil, err
	}
	keys, err := seal.Load(c.Keys)
	if err != nil {
		return nil, nil, err
	}
	src, err := db.OpenSource(ctx, dbConfig(c, new(Clock), keys))
	if err != nil {
		return nil, nil, err
	}
	id, err := src.Setting(ctx, keySetting)
	switch {
	case err == nil && src.County == 0:
		err = fault.New(fault.Conflict, "app.no_county", "data", c.where())
	case err == nil && id != "" && id != keys.ID():
		err = fault.New(fault.Conflict, "app.other_keys", "file", c.Keys)
	}
	if err != nil {
		return nil, nil, errors.Join(err, src.Close())
	}
	return keys, src, nil
}

// hasCounty refuses a data folder in which there is no county, before opening
// one would make it.
func (c *Config) hasCounty() error {
	if c.DB != "" {
		return nil
	}
	_, err := os.Stat(filepath.Join(c.Data, "county.db"))
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Conflict, "app.no_county", "data", c.where())
	}
	return err
}

type backup struct {
	config      *Config
	keys        *seal.Keys
	src         *db.Source
	bar         *Bar
	rows, files int64
}

// write makes the file beside its place and moves it there.
func (b *backup) write(ctx context.Context, file string) (size int64, err error) {
	part := file + ".part"
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part))
		}
	}()
	err = b.seal(ctx, f)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		size, err = b.readBack(f)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(part, file); err != nil {
		return 0, err
	}
	return size, syncDir(filepath.Dir(file))
}

// seal writes the header and the sealed frames.
func (b *backup) seal(ctx context.Context, f io.Writer) error {
	h := backupHeader{Format: backupFormat, Version: backupVersion, Key: b.keys.ID(), Schema: b.src.Version, At: time.Now().UTC().Truncate(time.Second), Salt: make([]byte, 16)}
	if _, err := rand.Read(h.Salt); err != nil {
		return err
	}
	line, err := json.Marshal(h)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	key, err := b.keys.Derive(backupPurpose)
	if err != nil {
		return err
	}
	if _, err := f.Write(line); err != nil {
		return err
	}
	r, w := io.Pipe()
	packed := make(chan struct{})
	go func() {
		defer close(packed)
		w.CloseWithError(b.pack(ctx, w))
	}()
	err = blob.Encrypt(f, r, key, line)
	r.CloseWithError(err) // pack must not wait for a reader that has gone
	<-packed
	return err
}

// readBack opens every frame of what was written.
func (b *backup) readBack(f *os.File) (size int64, err error) {
	_, content, err := openBackup(f, func(string) (*seal.Keys, error) { return b.keys, nil })
	if err == nil {
		_, err = io.Copy(io.Discard, content)
	}
	if err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// pack writes the tar: the county first, so that every blob it speaks of is
// still to come.
func (b *backup) pack(ctx context.Context, w io.Writer) error {
	t := tar.NewWriter(w)
	p := &parts{w: t}
	m, err := b.src.Dump(ctx, p, func(done, total int64) { b.bar.Step(int(done), int(total), "") })
	if err != nil {
		return err
	}
	if err := p.flush(); err != nil {
		return err
	}
	b.rows = m.Rows
	folder := os.DirFS(b.config.Data)
	err = fs.WalkDir(folder, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && (name == "." || strings.HasPrefix(name, "blobs")): // not lost+found, which is root's
			return err
		case err != nil || !e.Type().IsRegular() || !blobForm.MatchString(name) && !demoForm.MatchString(name):
			return nil
		}
		return b.packFile(t, folder, name)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // on PostgreSQL a county without files has no folder
		return err
	}
	return t.Close()
}

func (b *backup) packFile(t *tar.Writer, folder fs.FS, name string) error {
	text, err := folder.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // removed since: the county no longer speaks of it
	}
	if err != nil {
		return err
	}
	defer text.Close()
	info, err := text.Stat()
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: name, Size: info.Size(), Mode: 0o600}); err != nil {
		return err
	}
	b.files++
	_, err = io.Copy(t, text)
	return err
}

// parts cuts a stream of unknown length into entries of a tar.
type parts struct {
	w   *tar.Writer
	n   int
	buf bytes.Buffer
}

func (p *parts) Write(b []byte) (int, error) {
	p.buf.Write(b)
	if p.buf.Len() < partSize {
		return len(b), nil
	}
	return len(b), p.flush()
}

func (p *parts) flush() error {
	if err := p.w.WriteHeader(&tar.Header{Name: fmt.Sprintf(countyPart, p.n), Size: int64(p.buf.Len()), Mode: 0o600}); err != nil {
		return err
	}
	p.n++
	_, err := p.buf.WriteTo(p.w)
	return err
}

// syncDir makes a new name in dir survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

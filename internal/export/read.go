package export

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/seal"
)

// A Folder is an export opened to be read back.
type Folder struct {
	Manifest
	dir    string
	schema Schema
}

// maxLine bounds a row; the longest is the report of an import.
const maxLine = 96 << 20

// Open opens an export and compares every file with what the manifest says of
// it: a folder that was cut short or changed is ErrDamaged before anything of
// it is used.
func Open(ctx context.Context, dir string) (*Folder, error) {
	f := &Folder{dir: dir}
	if err := readJSON(filepath.Join(dir, ManifestFile), &f.Manifest); err != nil || f.Format != format {
		if errors.Is(err, fs.ErrPermission) {
			return nil, err
		}
		return nil, fault.New(fault.Invalid, "export.not_ours", "dir", dir)
	}
	if now := db.Current(); f.Version > formatVersion || f.Holds.County > now.County || f.Holds.Looks > now.Looks {
		return nil, db.ErrNewer
	}
	for _, one := range f.Files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !filepath.IsLocal(filepath.FromSlash(one.Name)) {
			return nil, fmt.Errorf("%w: %s", ErrDamaged, one.Name)
		}
		if strings.HasPrefix(one.Name, OpenedDir+"/") {
			continue // a copy in clear, which may be left out
		}
		size, sum, err := f.sum(one.Name)
		if err != nil || size != one.Size || sum != one.SHA256 {
			return nil, fmt.Errorf("%w: %s", ErrDamaged, one.Name)
		}
	}
	if err := readJSON(filepath.Join(dir, SchemaFile), &f.schema); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return f, nil
}

func readJSON(path string, v any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}

func (f *Folder) sum(name string) (int64, string, error) {
	r, err := os.Open(filepath.Join(f.dir, filepath.FromSlash(name)))
	if err != nil {
		return 0, "", err
	}
	defer r.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, r)
	return n, hex.EncodeToString(sum.Sum(nil)), err
}

// Load puts the county into an empty place, on either engine, where it is the
// county that was exported, table for table: each is read back and compared.
func (f *Folder) Load(ctx context.Context, c db.Config, k *seal.Keys, progress func(done, total int64)) (db.Manifest, error) {
	tables := make([]db.Table, len(f.schema.Tables))
	for i, t := range f.schema.Tables {
		tables[i] = t.Table
	}
	r, w := io.Pipe()
	packed := make(chan struct{})
	go func() {
		defer close(packed)
		w.CloseWithError(db.Pack(w, f.Holds, tables, func(t db.Table, row func([]any) error) error {
			return f.rows(t, sealer{k}, row)
		}))
	}()
	m, err := db.Load(ctx, c, r, progress)
	r.CloseWithError(err) // Pack must not wait for a reader that has gone
	<-packed
	return m, err
}

// rows reads the rows of a table.
func (f *Folder) rows(t db.Table, s sealer, give func([]any) error) error {
	in, err := os.Open(filepath.Join(f.dir, filepath.FromSlash(linesFile(t))))
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<16), maxLine)
	for lines.Scan() {
		row, err := readRow(t, s, lines.Bytes())
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if err := give(row); err != nil {
			return err
		}
	}
	return lines.Err()
}

func readRow(t db.Table, s sealer, line []byte) ([]any, error) {
	if strings.HasPrefix(string(line[:min(len(line), 16)]), `{"`+sealedRow+`":`) {
		var shut map[string]string
		if err := json.Unmarshal(line, &shut); err != nil {
			return nil, err
		}
		return s.openRow(t, shut[sealedRow])
	}
	row, err := t.ReadObject(line)
	if err != nil {
		return nil, err
	}
	for i, f := range t.Columns {
		field := t.Name + "." + f.Name
		if text, ok := row[i].(string); ok && slices.Contains(credentials, field) {
			if row[i], err = s.openText(field, text); err != nil {
				return nil, err
			}
		}
	}
	return row, nil
}

// Documents copies the county's documents, and a demonstration county's
// sign-ins, into dir, the folder of the place.
func (f *Folder) Documents(dir string) (n int64, err error) {
	for _, one := range f.Files {
		document, isBlob := strings.CutPrefix(one.Name, blobsDir+"/")
		switch {
		case isBlob && !blob.IsName(document):
			return n, fmt.Errorf("%w: %s", ErrDamaged, one.Name)
		case !isBlob && !demoForm.MatchString(one.Name):
			continue
		}
		name := filepath.FromSlash(one.Name)
		if err := copyFile(filepath.Join(dir, name), filepath.Join(f.dir, name)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func copyFile(to, from string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Sync(), w.Close())
}

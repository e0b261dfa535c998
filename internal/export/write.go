package export

import (
	"context"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"anju/internal/blob"
	"anju/internal/code"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/seal"
)

// Write writes the whole county to dir, which must not be there yet. It is
// written beside its place and gets its name last: it is there whole or not at
// all. The caller has recorded the act and committed the look before.
func Write(ctx context.Context, d *db.DB, k *seal.Keys, dir string, o Options, progress func(done, total int64)) (Manifest, error) {
	dir = filepath.Clean(dir)
	if _, err := os.Lstat(dir); err == nil {
		return Manifest{}, fault.New(fault.Conflict, "export.there", "dir", dir)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return Manifest{}, err
	}
	beside, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".exporting-")
	if err != nil {
		return Manifest{}, err
	}
	defer os.RemoveAll(beside) // once renamed there is nothing to remove
	w := &writer{folder: folder{root: beside}, seal: sealer{k}, o: o}
	m, err := w.write(ctx, d, progress)
	if err == nil {
		err = syncDirs(beside)
	}
	if err == nil {
		err = os.Rename(beside, dir)
	}
	if err != nil {
		return m, fmt.Errorf("export to %s: %w", dir, err)
	}
	return m, syncDir(filepath.Dir(dir))
}

// writer is a db.Walker that writes the files of an export.
type writer struct {
	folder
	seal      sealer
	o         Options
	protected protection
	sealed    int64
	schema    Schema
	lines     *file
	table     *file
	csv       *csv.Writer
	opened    *opened
	buf       []byte
	record    []string
	row       []any
}

func (w *writer) write(ctx context.Context, d *db.DB, progress func(done, total int64)) (Manifest, error) {
	m := Manifest{Format: format, Version: formatVersion, County: w.o.County, Key: w.seal.keys.ID(), Purpose: w.o.Purpose, Opened: w.o.Open}
	holds, err := d.Walk(ctx, w, progress)
	w.abandon() // what a failed walk has left open
	if err != nil {
		return m, err
	}
	m.Holds, m.Sealed = holds, w.sealed
	if err := w.codes(); err != nil {
		return m, err
	}
	if err := w.documents(ctx); err != nil {
		return m, err
	}
	if err := w.json(SchemaFile, w.schema); err != nil {
		return m, err
	}
	readme := i18n.T("export.readme", "county", m.County, "at", holds.At.Format("2006-01-02T15:04:05Z07:00"), "purpose", m.Purpose, "key", m.Key, "tables", len(holds.Tables), "rows", holds.Rows)
	if err := w.put(ReadmeFile, strings.NewReader(readme+"\n")); err != nil {
		return m, err
	}
	m.Files = slices.Clone(w.files)
	return m, w.json(ManifestFile, m) // last: without it the folder is no export
}

// Begin learns whom the county protects at the moment that is exported.
func (w *writer) Begin(county *db.Tx, tables []db.Table, _ int64) (err error) {
	w.schema = schemaOf(tables)
	w.protected, err = protectedNow(county, tables)
	return err
}

// start opens the files of a table.
func (w *writer) start(t db.Table) (err error) {
	if w.lines, err = w.create(linesFile(t)); err != nil {
		return err
	}
	if w.table, err = w.create(csvFile(t)); err != nil {
		return err
	}
	w.csv = csv.NewWriter(w.table)
	head := []string{}
	for _, f := range t.Columns {
		head = append(head, f.Name)
	}
	if w.opened, err = w.open(t); err != nil {
		return err
	}
	return w.csv.Write(append(head, sealedRow))
}

// Row writes a row of t to its files.
func (w *writer) Row(t db.Table, row []any, line []byte) (err error) {
	if w.lines == nil {
		if err := w.start(t); err != nil {
			return err
		}
	}
	if w.protected.touches(row) {
		return w.shut(t, row, line)
	}
	if err := w.opened.row(w, row); err != nil {
		return err
	}
	w.row = append(w.row[:0], row...)
	for i, f := range t.Columns {
		if field := t.Name + "." + f.Name; slices.Contains(credentials, field) {
			plain, _ := row[i].(string)
			w.row[i] = w.seal.text(field, plain)
		}
	}
	if w.buf, err = t.AppendObject(w.buf[:0], w.row); err != nil {
		return err
	}
	if _, err := w.lines.Write(w.buf); err != nil {
		return err
	}
	w.record = w.record[:0]
	for _, v := range w.row {
		w.record = append(w.record, cell(v))
	}
	return w.csv.Write(append(w.record, ""))
}

// shut writes a row that leaves sealed: nothing of it is told,
// but to whoever has the county's key file.
func (w *writer) shut(t db.Table, row []any, line []byte) error {
	w.sealed++
	text := w.seal.row(t, line)
	if _, err := fmt.Fprintf(w.lines, "{%q:%q}\n", sealedRow, text); err != nil {
		return err
	}
	w.record = w.record[:0]
	for range row {
		w.record = append(w.record, "")
	}
	return w.csv.Write(append(w.record, text))
}

// End closes the files of t.
func (w *writer) End(t db.Table, _ db.TableSum) error {
	if w.lines == nil { // an empty table has its files too
		if err := w.start(t); err != nil {
			return err
		}
	}
	w.csv.Flush()
	err := w.done(w.lines, nil)
	w.lines = nil
	err = errors.Join(err, w.done(w.table, w.csv.Error()), w.opened.end(w))
	w.table, w.opened = nil, nil
	return err
}

// abandon closes what is open when the walk has failed.
func (w *writer) abandon() {
	for _, f := range []*file{w.lines, w.table, w.opened.file()} {
		if f != nil {
			f.f.Close()
		}
	}
}

// cell is a value as CSV has it.
func cell(v any) string {
	switch v := v.(type) {
	case string:
		if !utf8.ValidString(v) {
			return base64.StdEncoding.EncodeToString([]byte(v))
		}
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v+0, 'g', -1, 64)
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	}
	return ""
}

// codes writes the code tables.
func (w *writer) codes() error {
	for _, c := range w.schema.Codes {
		f, err := w.create(c.File)
		if err != nil {
			return err
		}
		out := csv.NewWriter(f)
		rows := [][]string{{"code", "name"}}
		for _, row := range code.Table(c.Name).Codes {
			rows = append(rows, []string{row.Code, row.Name})
		}
		if err := w.done(f, out.WriteAll(rows)); err != nil {
			return err
		}
	}
	return nil
}

// documents copies the county's documents as they lie there, sealed; and opens
// them if that is asked for and nobody is protected: a workbook can say of
// everybody where they live.
func (w *writer) documents(ctx context.Context) error {
	all := os.DirFS(w.o.Data)
	err := fs.WalkDir(all, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		document, isBlob := strings.CutPrefix(name, blobsDir+"/")
		isBlob = isBlob && blob.IsName(document)
		if err != nil || !e.Type().IsRegular() || !isBlob && !demoForm.MatchString(name) {
			return err
		}
		f, err := all.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed since: the county no longer speaks of it
		}
		if err != nil {
			return err
		}
		err = errors.Join(w.put(name, f), f.Close())
		if err != nil || !isBlob || !w.o.Open || len(w.protected) > 0 {
			return err
		}
		return w.document(blob.ID(e.Name()))
	})
	if errors.Is(err, fs.ErrNotExist) { // on PostgreSQL a county without files has no folder
		return nil
	}
	return err
}

// document writes a document in clear.
func (w *writer) document(id blob.ID) error {
	store, err := blob.New(filepath.Join(w.o.Data, blobsDir), w.seal.keys)
	if err != nil {
		return err
	}
	b, err := store.Open(id)
	if err != nil {
		return err
	}
	return errors.Join(w.put(OpenedDir+"/"+blobsDir+"/"+string(id), b), b.Close())
}

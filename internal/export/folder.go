package export

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// A folder is an export being written, beside its place.
type folder struct {
	root  string
	files []File
}

// A file is one file of it, summed while it is written.
type file struct {
	*bufio.Writer
	name string
	f    *os.File
	sum  hash.Hash
	size int64
}

func (d *folder) create(name string) (*file, error) {
	path := filepath.Join(d.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	out := &file{name: name, f: f, sum: sha256.New()}
	out.Writer = bufio.NewWriterSize(sink{out}, 1<<17)
	return out, nil
}

// sink is what a file writes to.
type sink struct{ out *file }

func (s sink) Write(p []byte) (int, error) {
	n, err := s.out.f.Write(p)
	s.out.sum.Write(p[:n])
	s.out.size += int64(n)
	return n, err
}

// done flushes a file to the disk and notes it; a file that failed is closed.
func (d *folder) done(f *file, err error) error {
	if err == nil {
		err = f.Flush()
	}
	if err == nil {
		err = f.f.Sync()
	}
	if err = errors.Join(err, f.f.Close()); err == nil {
		d.files = append(d.files, File{f.name, f.size, hex.EncodeToString(f.sum.Sum(nil))})
	}
	return err
}

// put writes a whole file.
func (d *folder) put(name string, r io.Reader) error {
	f, err := d.create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return d.done(f, err)
}

// json writes a value as an indented file.
func (d *folder) json(name string, v any) error {
	f, err := d.create(name)
	if err != nil {
		return err
	}
	e := json.NewEncoder(f)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return d.done(f, e.Encode(v))
}

// syncDirs makes the names in the folder survive a power cut.
func syncDirs(root string) error {
	return filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return syncDir(path)
	})
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Package blob keeps uploaded files, encrypted and named by their content:
// workbooks now, photographs later.
//
// The same content has the same ID and is kept once; who refers to it counts
// the references before Remove. The ID is a keyed hash, so a name in the
// folder does not tell which known file lies behind it. A file is written
// beside its place, flushed and renamed: it is there whole or not at all.
package blob

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"anju/internal/seal"
)

var (
	// ErrDamaged says that a blob is not what was put: cut, altered, or another's file under its name.
	ErrDamaged = errors.New("blob is damaged")
	// ErrNone says that there is no such blob.
	ErrNone = errors.New("no such blob")
)

// ID names a blob by its content: 52 letters and digits.
type ID string

const (
	idLen    = 52
	tempName = "put-*.part"
	tempAge  = 24 * time.Hour // a part this old belongs to a program that died
)

var idText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Store is a folder of blobs, for many goroutines and programs at once.
type Store struct {
	dir     string
	naming  []byte // key of the IDs
	content []byte // key of which each file's own key is derived
}

// New opens the store in dir, making the folder if it is not there, and
// removes what interrupted writes left behind.
func New(dir string, keys *seal.Keys) (*Store, error) {
	naming, err1 := keys.Derive("blob name")
	content, err2 := keys.Derive("blob content")
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("blob keys: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blob folder: %w", err)
	}
	s := &Store{dir, naming, content}
	return s, s.sweep()
}

// Put stores what r gives and returns its ID and size in bytes. When r fails
// nothing is kept. Limit r before: Put takes all it is given.
func (s *Store) Put(r io.Reader) (ID, int64, error) {
	f, err := os.CreateTemp(s.dir, tempName) // mode 0600
	if err != nil {
		return "", 0, fmt.Errorf("put blob: %w", err)
	}
	id, size, err := s.fill(f, r)
	if err = errors.Join(err, f.Close()); err == nil {
		err = s.settle(f.Name(), id)
	}
	if err != nil {
		return "", 0, fmt.Errorf("put blob: %w", errors.Join(err, ignoreMissing(os.Remove(f.Name()))))
	}
	return id, size, nil
}

// Open gives a blob for reading, from the start or anywhere. Every 64 KB
// frame is checked before a byte of it is given out.
func (s *Store) Open(id ID) (*Blob, error) {
	path, err := s.path(id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	b, err := s.open(f, id)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open blob %s: %w", id, err), f.Close())
	}
	return b, nil
}

// Remove deletes a blob. One that is not there is ErrNone. Who is reading it reads on.
func (s *Store) Remove(id ID) error {
	path, err := s.path(id)
	if err != nil {
		return err
	}
	err = os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNone
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("remove blob: %w", err)
	}
	return nil
}

// RemoveUnused removes those blobs of which nothing speaks any more, by any of
// used: the same content is kept once. One that is gone already is as it should be.
func (s *Store) RemoveUnused(ids []ID, used ...func(ID) (bool, error)) error {
	for _, id := range ids {
		kept := false
		for _, by := range used {
			in, err := by(id)
			if err != nil {
				return err
			}
			kept = kept || in
		}
		if kept {
			continue
		}
		if err := s.Remove(id); err != nil && !errors.Is(err, ErrNone) {
			return err
		}
	}
	return nil
}

// fill writes r encrypted to f and gives the ID and size of what was written.
func (s *Store) fill(f *os.File, r io.Reader) (ID, int64, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", 0, err
	}
	c, err := s.cipherOf(salt)
	if err != nil {
		return "", 0, err
	}
	sum := hmac.New(sha256.New, s.naming)
	size, err := c.encrypt(&offsetWriter{f, int64(headerSize)}, io.TeeReader(r, sum))
	if err != nil {
		return "", 0, err
	}
	id := idOf(sum)
	if _, err := f.WriteAt(c.header(salt, id), 0); err != nil {
		return "", 0, err
	}
	return id, size, f.Sync()
}

// settle moves a finished part to its place. The same content may be there
// already: replacing it is harmless, and heals it if it was damaged.
func (s *Store) settle(part string, id ID) error {
	path, err := s.path(id)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return errors.Join(syncDir(filepath.Dir(path)), syncDir(s.dir))
}

// path is dir/ab/ab…: an ID is checked here, so that none can lead out of the folder.
func (s *Store) path(id ID) (string, error) {
	if len(id) != idLen || strings.Trim(string(id), "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return "", ErrNone
	}
	return filepath.Join(s.dir, string(id[:2]), string(id)), nil
}

func (s *Store) sweep() error {
	parts, err := filepath.Glob(filepath.Join(s.dir, tempName))
	if err != nil {
		return fmt.Errorf("blob folder: %w", err)
	}
	for _, part := range parts {
		info, err := os.Stat(part)
		if err != nil || time.Since(info.ModTime()) < tempAge {
			continue // gone, or perhaps being written by another program
		}
		if err := ignoreMissing(os.Remove(part)); err != nil {
			return fmt.Errorf("blob folder: %w", err)
		}
	}
	return nil
}

func idOf(sum hash.Hash) ID { return ID(idText.EncodeToString(sum.Sum(nil))) }

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// syncDir makes a rename or removal in dir survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// offsetWriter writes on from an offset.
type offsetWriter struct {
	f  *os.File
	at int64
}

func (w *offsetWriter) Write(p []byte) (int, error) {
	n, err := w.f.WriteAt(p, w.at)
	w.at += int64(n)
	return n, err
}

// IsName reports whether a file of that name, below the folder of a store, is
// one of its blobs.
func IsName(name string) bool {
	dir, id, ok := strings.Cut(name, "/")
	return ok && len(id) == idLen && dir == id[:2] && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

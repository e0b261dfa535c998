package blob_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"anju/internal/blob"
	"anju/internal/seal"
)

const frame = 64 << 10

func given(t testing.TB) (*blob.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	s, err := blob.New(dir, seal.FromSeed(1))
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func content(n int) []byte {
	r, b := rand.NewChaCha8([32]byte{byte(n)}), make([]byte, n)
	_, _ = r.Read(b)
	return b
}

func put(t testing.TB, s *blob.Store, b []byte) blob.ID {
	t.Helper()
	id, size, err := s.Put(bytes.NewReader(b))
	if err != nil || size != int64(len(b)) {
		t.Fatalf("put %d bytes: size %d, %v", len(b), size, err)
	}
	return id
}

func read(s *blob.Store, id blob.ID) ([]byte, error) {
	b, err := s.Open(id)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	return io.ReadAll(b)
}

// files lists what lies in the folder.
func files(t testing.TB, dir string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestWhatIsPutComesBack(t *testing.T) {
	s, dir := given(t)
	for _, n := range []int{0, 1, 100, frame - 1, frame, frame + 1, 3*frame - 1, 3 * frame, 3*frame + 17} {
		want := content(n)
		id := put(t, s, want)
		got, err := read(s, id)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %d back, %v", n, len(got), err)
		}
		if slow, _, err := s.Put(iotest.OneByteReader(bytes.NewReader(want))); slow != id || err != nil {
			t.Errorf("%d bytes, one by one: id %s, want %s, %v", n, slow, id, err)
		}
	}
	for _, path := range files(t, dir) {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
		}
	}
}

func TestNothingReadableOnDisk(t *testing.T) {
	s, dir := given(t)
	secret := []byte("610928199001010018 王秀兰")
	id := put(t, s, bytes.Repeat(secret, 5000))
	for _, path := range files(t, dir) {
		b, err := os.ReadFile(path)
		if err != nil || bytes.Contains(b, secret[:18]) || bytes.Contains(b, secret[19:]) {
			t.Errorf("%s shows its content, %v", path, err)
		}
	}
	other, err := blob.New(t.TempDir(), seal.FromSeed(2))
	if err != nil {
		t.Fatal(err)
	}
	if put(t, other, bytes.Repeat(secret, 5000)) == id {
		t.Error("the same content has the same name under another key: known files can be recognised")
	}
	wrong, err := blob.New(dir, seal.FromSeed(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read(wrong, id); !errors.Is(err, blob.ErrDamaged) {
		t.Errorf("opened with another key: %v", err)
	}
}

func TestSameContentIsKeptOnce(t *testing.T) {
	s, dir := given(t)
	a, b, c := put(t, s, content(100)), put(t, s, content(100)), put(t, s, content(101))
	if a != b || a == c || len(files(t, dir)) != 2 {
		t.Errorf("ids %s %s %s, files %v", a, b, c, files(t, dir))
	}
}

func TestDamageIsNoticed(t *testing.T) {
	s, dir := given(t)
	want := content(2*frame + 10)
	id := put(t, s, want)
	path := files(t, dir)[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const head, sealed = 8 + 1 + 16 + 52 + 16, frame + 16
	flip := func(at int) []byte { b := bytes.Clone(whole); b[at] ^= 1; return b }
	swapped := bytes.Clone(whole)
	copy(swapped[head:], whole[head+sealed:head+2*sealed])
	copy(swapped[head+sealed:], whole[head:head+sealed])
	for name, bad := range map[string][]byte{
		"empty":                    {},
		"header only":              whole[:head],
		"half a header":            whole[:head/2],
		"cut by a byte":            whole[:len(whole)-1],
		"cut inside the tag":       whole[:head+2*sealed+10],
		"cut after two frames":     whole[:head+2*sealed],
		"cut after one frame":      whole[:head+sealed],
		"a byte more":              append(bytes.Clone(whole), 0),
		"last frame twice":         append(bytes.Clone(whole), whole[head+2*sealed:]...),
		"first two frames swapped": swapped,
		"a bit of the name":        flip(3),
		"a bit of the suite":       flip(8),
		"a bit of the salt":        flip(12),
		"a bit of the id":          flip(40),
		"a bit of frame one":       flip(head + 5),
		"a bit of frame two":       flip(head + sealed + 5),
		"a bit of the last tag":    flip(len(whole) - 1),
	} {
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := read(s, id); !errors.Is(err, blob.ErrDamaged) || len(got) == len(want) {
			t.Errorf("%s: read %d bytes, %v", name, len(got), err)
		}
	}
	put(t, s, want)
	if got, err := read(s, id); err != nil || !bytes.Equal(got, want) {
		t.Errorf("putting it again did not heal it: %v", err)
	}
}

func TestRenamedFileDoesNotOpen(t *testing.T) {
	s, dir := given(t)
	a, b := put(t, s, content(100)), put(t, s, content(200))
	at := func(id blob.ID) string { return filepath.Join(dir, string(id[:2]), string(id)) }
	if err := os.Rename(at(a), at(b)); err != nil {
		t.Fatal(err)
	}
	if _, err := read(s, b); !errors.Is(err, blob.ErrDamaged) {
		t.Errorf("another file's content opened: %v", err)
	}
}

func TestNoSuchBlob(t *testing.T) {
	s, dir := given(t)
	outside := filepath.Join(dir, "..", "secret")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	id := put(t, s, content(10))
	for _, bad := range []blob.ID{"", "x", "../secret", blob.ID("../../" + string(id[:46])), id[:51] + "A", id[:51], id + "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		if _, err := s.Open(bad); !errors.Is(err, blob.ErrNone) {
			t.Errorf("open %q: %v", bad, err)
		}
		if err := s.Remove(bad); !errors.Is(err, blob.ErrNone) {
			t.Errorf("remove %q: %v", bad, err)
		}
	}
	if err := s.Remove(id); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(id); !errors.Is(err, blob.ErrNone) {
		t.Errorf("a removed blob: %v", err)
	}
	if _, err := os.Stat(outside); err != nil {
		t.Error("a file outside the folder is gone")
	}
}

func TestFailedPutLeavesNothing(t *testing.T) {
	s, dir := given(t)
	broken := errors.New("line dropped")
	r := io.MultiReader(bytes.NewReader(content(frame+5)), iotest.ErrReader(broken))
	if id, _, err := s.Put(r); !errors.Is(err, broken) || id != "" {
		t.Errorf("got %q, %v", id, err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOldPartsAreSweptAndFreshOnesStay(t *testing.T) {
	s, dir := given(t)
	id := put(t, s, content(10))
	old, fresh := filepath.Join(dir, "put-1.part"), filepath.Join(dir, "put-2.part")
	for _, p := range []string{old, fresh} {
		if err := os.WriteFile(p, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.New(dir, seal.FromSeed(1)); err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); len(got) != 2 {
		t.Errorf("after the sweep: %v", got)
	}
	if _, err := read(s, id); err != nil {
		t.Error(err)
	}
}

func TestReadAnywhere(t *testing.T) {
	s, _ := given(t)
	var book bytes.Buffer
	z := zip.NewWriter(&book)
	for i := range 5 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i), Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(content(frame/2 + i))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := s.Open(put(t, s, book.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	zr, err := zip.NewReader(b, b.Size())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() {
			got, err := fs.ReadFile(zr, fmt.Sprint(i))
			if err != nil || !bytes.Equal(got, content(frame/2+i)) {
				t.Errorf("entry %d: %d bytes, %v", i, len(got), err)
			}
		})
	}
	wg.Wait()
	if err := iotest.TestReader(io.NewSectionReader(b, 0, b.Size()), book.Bytes()); err != nil {
		t.Error(err)
	}
}

func BenchmarkPut(b *testing.B) {
	s, _ := given(b)
	data := content(4 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		put(b, s, data)
	}
}

func BenchmarkOpen(b *testing.B) {
	s, _ := given(b)
	id := put(b, s, content(4<<20))
	b.SetBytes(4 << 20)
	for b.Loop() {
		if _, err := read(s, id); err != nil {
			b.Fatal(err)
		}
	}
}

// TestRemoveUnused: of what somebody speaks of stays, by whoever it is; the rest
// goes, and what is gone already is no fault.
func TestRemoveUnused(t *testing.T) {
	s, _ := given(t)
	free, first, second, gone := put(t, s, content(1)), put(t, s, content(2)), put(t, s, content(3)), put(t, s, content(4))
	if err := s.Remove(gone); err != nil {
		t.Fatal(err)
	}
	by := func(id blob.ID) func(blob.ID) (bool, error) {
		return func(is blob.ID) (bool, error) { return is == id, nil }
	}
	if err := s.RemoveUnused([]blob.ID{gone, free, first, second}, by(first), by(second)); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[blob.ID]bool{free: false, first: true, second: true} {
		if _, err := read(s, id); (err == nil) != want {
			t.Errorf("%s: %v, want it kept: %v", id, err, want)
		}
	}
	broken := errors.New("no answer")
	if err := s.RemoveUnused([]blob.ID{first}, func(blob.ID) (bool, error) { return false, broken }); !errors.Is(err, broken) {
		t.Errorf("who cannot tell: %v", err)
	}
	if _, err := read(s, first); err != nil {
		t.Errorf("removed though nobody could tell: %v", err)
	}
}

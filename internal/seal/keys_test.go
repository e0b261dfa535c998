package seal_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"anju/internal/seal"
)

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "anju.key")
	made, err := seal.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file has mode %v, %v", info.Mode(), err)
	}
	read, err := seal.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed := made.Seal("person", "id_number", "p1", []byte(idNumber))
	if got, err := read.Open("person", "id_number", "p1", sealed); err != nil || string(got) != idNumber {
		t.Errorf("the key read opens %q, %v", got, err)
	}
	if made.ID() != read.ID() || len(made.ID()) != 16 {
		t.Errorf("key ids %q and %q", made.ID(), read.ID())
	}
	before, _ := os.ReadFile(path)
	if _, err := seal.Create(path); !errors.Is(err, seal.ErrKeyFile) {
		t.Errorf("creating over a key: %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the key was overwritten")
	}
	other, err := seal.Create(filepath.Join(t.TempDir(), "other.key"))
	if err != nil || other.ID() == made.ID() {
		t.Errorf("a second key has id %q, %v", other.ID(), err)
	}
}

func TestKeyFileRefused(t *testing.T) {
	good := filepath.Join(t.TempDir(), "good.key")
	if _, err := seal.Create(good); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(good)
	master := strings.Split(strings.Split(string(text), `"master": "`)[1], `"`)[0]
	for _, c := range []struct {
		name, content, says string
		mode                fs.FileMode
	}{
		{"group can read", string(text), "0640", 0o640},
		{"all can read", string(text), "0604", 0o604},
		{"empty", "", "not a key", 0o600},
		{"other text", `{"master": "` + master[:20] + `"}`, "not a key", 0o600},
		{"cut", string(text[:len(text)-40]), "not a key", 0o600},
		{"one character changed", strings.Replace(string(text), master, "AAAA"+master[4:], 1), "damaged", 0o600},
		{"newer version", strings.Replace(string(text), `"version": 1`, `"version": 2`, 1), "version 2", 0o600},
	} {
		path := filepath.Join(t.TempDir(), "k")
		if err := os.WriteFile(path, []byte(c.content), c.mode); err != nil {
			t.Fatal(err)
		}
		_, err := seal.Load(path)
		if !errors.Is(err, seal.ErrKeyFile) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.says)
		}
		if err != nil && strings.Contains(err.Error(), master[5:20]) {
			t.Errorf("%s: the error shows the key: %v", c.name, err)
		}
	}
	if _, err := seal.Load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing key file: %v", err)
	}
	if _, err := seal.Load(t.TempDir()); !errors.Is(err, seal.ErrKeyFile) {
		t.Errorf("a folder as key file: %v", err)
	}
}

func TestSeededKeysAreReproducible(t *testing.T) {
	a, b, c := seal.FromSeed(1), seal.FromSeed(1), seal.FromSeed(2)
	if a.ID() != b.ID() || a.ID() == c.ID() {
		t.Errorf("ids %s %s %s", a.ID(), b.ID(), c.ID())
	}
	path := filepath.Join(t.TempDir(), "demo.key")
	if _, err := seal.CreateFromSeed(path, 1); err != nil {
		t.Fatal(err)
	}
	if k, err := seal.Load(path); err != nil || k.ID() != a.ID() {
		t.Errorf("seeded key file: %v", err)
	}
	x, err1 := a.Derive("x")
	y, err2 := a.Derive("y")
	if err1 != nil || err2 != nil || len(x) != 32 || bytes.Equal(x, y) {
		t.Error("derived keys are not apart")
	}
}

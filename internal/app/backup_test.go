package app

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/seal"
)

// config is a finished Config with these flags.
func config(t *testing.T, args ...string) *Config {
	t.Helper()
	f := flag.NewFlagSet("test", flag.ContinueOnError)
	c := Flags(f)
	if err := f.Parse(append([]string{"--no-progress"}, args...)); err != nil {
		t.Fatal(err)
	}
	if err := c.Finish(); err != nil {
		t.Fatal(err)
	}
	return c
}

// place is an empty place on the engine of cfg.
func place(t *testing.T, url string, args ...string) *Config {
	args = append([]string{"--data", filepath.Join(t.TempDir(), "county")}, args...)
	if url != "" {
		args = append(args, "--db", url)
	}
	return config(t, args...)
}

// given is a county of anju init with an uploaded file in it.
func given(t *testing.T, url string) *Config {
	t.Helper()
	c := place(t, url)
	if _, err := Init(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	a := open(t, c)
	if _, _, err := blobsOf(t, c, a.Keys).Put(strings.NewReader(strings.Repeat("上传的登记表", 20000))); err != nil {
		t.Fatal(err)
	}
	noise := make([]byte, 2*partSize) // the copy takes several parts
	rand.Read(noise)
	dbtest.Given(t, a.DB, func(tx *db.Tx) error { return db.SetSetting(tx, "noise", hex.EncodeToString(noise)) })
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return c
}

func blobsOf(t *testing.T, c *Config, k *seal.Keys) *blob.Store {
	t.Helper()
	s, err := blob.New(filepath.Join(c.Data, "blobs"), k)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t *testing.T, c *Config) *App {
	t.Helper()
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func eachEngine(t *testing.T, f func(t *testing.T, url func() string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, func() string { return "" }) })
	t.Run("postgres", func(t *testing.T) { f(t, func() string { return dbtest.Postgres(t) }) })
}

// copyOf is the manifest of a county without what differs by design.
func copyOf(t *testing.T, c *Config) map[string]db.TableSum {
	t.Helper()
	_, src, err := c.source(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	m, err := src.Dump(t.Context(), io.Discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]db.TableSum{}
	for _, s := range m.Tables {
		tables[s.Stream+"/"+s.Table] = s
	}
	return tables
}

// A backup of either engine is restored on both, with the county's own key,
// while the county goes on being written.
func TestBackupAndRestore(t *testing.T) {
	eachEngine(t, func(t *testing.T, url func() string) {
		c := given(t, url())
		a := open(t, c)
		write := func() error {
			return a.DB.Write(t.Context(), actor.ForSystem("test"), "test.write", func(tx *db.Tx) error {
				if err := db.SetSetting(tx, "test", tx.NewID()); err != nil {
					return err
				}
				return tx.RecordAll("setting/test", 1, "test")
			})
		}
		stop, wrote := make(chan struct{}), make(chan int)
		go func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					wrote <- n
					return
				default:
				}
				if err := write(); err != nil {
					t.Error(err)
				}
			}
		}()
		file := filepath.Join(t.TempDir(), "county.anju")
		var said bytes.Buffer
		if err := Backup(t.Context(), c, file, &said); err != nil {
			t.Fatal(err)
		}
		close(stop)
		if n := <-wrote; n == 0 {
			t.Error("nothing was written during the backup")
		}
		if !strings.Contains(said.String(), a.Keys.ID()) || !strings.Contains(said.String(), "1 个文件") {
			t.Errorf("said %q", said.String())
		}
		holdsNoKey(t, c, file)
		eachEngine(t, func(t *testing.T, url func() string) {
			to := place(t, url(), "--keys", c.Keys)
			said.Reset()
			if err := Restore(t.Context(), to, file, &said); err != nil {
				t.Fatal(err)
			}
			b := open(t, to)
			verdicts, err := b.VerifyLogs(t.Context())
			if err != nil || verdicts[0].Problem+verdicts[1].Problem != "" || verdicts[0].Size < 2 || verdicts[0].Heads == 0 {
				t.Errorf("logs of the restored county: %+v, %v", verdicts, err)
			}
			got, want := copyOf(t, to), copyOf(t, c)
			for _, same := range []string{"county/division", "county/account", "county/post", "county/track_rule", "county/right_route", "looks/look"} {
				if got[same] != want[same] || want[same].SHA256 == "" {
					t.Errorf("%s: got %+v, want %+v", same, got[same], want[same])
				}
			}
			b.DB.Read(t.Context(), func(tx *db.Tx) error {
				if changes, err := db.ChangesOf(tx, "county/610929", 1); err != nil || len(changes) != 1 || changes[0].Action != "county.restore" {
					t.Errorf("the restore is not in the record: %+v, %v", changes, err)
				}
				return nil
			})
			sameFiles(t, c, to)
			if err := Restore(t.Context(), to, file, &said); fault.KeyOf(err) != "backup.not_empty" {
				t.Errorf("restore over a county: %v", err)
			}
		})
	})
}

func sameFiles(t *testing.T, a, b *Config) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(a.Data, "blobs", "??", "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	want, _ := os.ReadFile(names[0])
	rel, _ := filepath.Rel(a.Data, names[0])
	if got, err := os.ReadFile(filepath.Join(b.Data, rel)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the uploaded file is not the same, %v", err)
	}
}

// holdsNoKey looks for the key in the file and in all that the file holds.
func holdsNoKey(t *testing.T, c *Config, file string) {
	t.Helper()
	text, err := os.ReadFile(c.Keys)
	if err != nil {
		t.Fatal(err)
	}
	var key struct{ Master []byte }
	if err := json.Unmarshal(text, &key); err != nil || len(key.Master) != 32 {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	keys, err := seal.Load(c.Keys)
	if err != nil {
		t.Fatal(err)
	}
	h, content, err := openBackup(f, func(string) (*seal.Keys, error) { return keys, nil })
	if err != nil || h.Key != keys.ID() || h.Schema != db.Current() || h.At.IsZero() {
		t.Fatalf("header %+v, %v", h, err)
	}
	inside, err := io.ReadAll(content)
	if err != nil || !bytes.Contains(inside, []byte("county/000002")) {
		t.Fatal("the content is no tar of a county", err)
	}
	for name, all := range map[string][]byte{"the file": raw, "its content": inside, "the county in it": unzipped(t, content)} {
		if name == "the county in it" && !bytes.Contains(all, []byte("610929")) {
			t.Error("the county is not there to be searched")
		}
		for _, form := range [][]byte{key.Master, []byte(hex.EncodeToString(key.Master)), []byte(base64.StdEncoding.EncodeToString(key.Master)), []byte("anju county key")} {
			if bytes.Contains(all, form) {
				t.Errorf("%s has the key in it", name)
			}
		}
		if name == "the file" && (bytes.Contains(all, []byte("division")) || bytes.Contains(all, []byte("blobs/"))) {
			t.Error("the file is not encrypted")
		}
	}
}

// A backup that is not whole, or not this county's, is refused with one line
// and leaves nothing, neither in the place nor beside it.
func TestRestoreRefuses(t *testing.T) {
	c := given(t, "")
	file := filepath.Join(t.TempDir(), "county.anju")
	if err := Backup(t.Context(), c, file, io.Discard); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flip := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 1
		return b
	}
	other := filepath.Join(t.TempDir(), "other.key")
	if _, err := seal.Create(other); err != nil {
		t.Fatal(err)
	}
	head := bytes.IndexByte(good, '\n')
	eachEngine(t, func(t *testing.T, url func() string) {
		at := url()
		for _, tt := range []struct {
			name, key, want string
			text            []byte
		}{
			{"another county's key", other, "backup.other_key", good},
			{"no key", c.Keys + "x", "backup.need_key", good},
			{"nothing", c.Keys, "backup.not_ours", nil},
			{"another file", c.Keys, "backup.not_ours", []byte("PK\x03\x04 a workbook\n")},
			{"the header only", c.Keys, "backup.damaged", good[:head+1]},
			{"cut", c.Keys, "backup.damaged", good[:len(good)*2/3]},
			{"one byte short", c.Keys, "backup.damaged", good[:len(good)-1]},
			{"one byte more", c.Keys, "backup.damaged", append(bytes.Clone(good), 0)},
			{"a bit of the first frame", c.Keys, "backup.damaged", flip(head + 100)},
			{"a bit in the middle", c.Keys, "backup.damaged", flip(len(good) / 2)},
			{"a bit at the end", c.Keys, "backup.damaged", flip(len(good) - 1)},
			{"another time", c.Keys, "backup.damaged", bytes.Replace(good, []byte(`"at":"2`), []byte(`"at":"3`), 1)},
			{"a newer schema", c.Keys, "backup.newer", bytes.Replace(good, []byte(`"county":`), []byte(`"county":9`), 1)},
		} {
			if tt.want == "backup.damaged" && bytes.Equal(tt.text, good) {
				t.Fatalf("%s: nothing is wrong with it", tt.name)
			}
			bad := filepath.Join(t.TempDir(), "bad.anju")
			if err := os.WriteFile(bad, tt.text, 0o600); err != nil {
				t.Fatal(err)
			}
			to := place(t, at, "--keys", tt.key)
			err := Restore(t.Context(), to, bad, io.Discard)
			if got := fault.KeyOf(err); got != tt.want {
				t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
			}
			if line := Line(err); strings.Contains(line, "\n") || strings.Contains(line, "⟦") {
				t.Errorf("%s: the line is %q", tt.name, line)
			}
			left, _ := os.ReadDir(filepath.Dir(to.Data))
			if len(left) != 0 {
				t.Errorf("%s: %v is left", tt.name, left)
			}
		}
		to := place(t, at, "--keys", c.Keys)
		if err := Restore(t.Context(), to, file, io.Discard); err != nil {
			t.Errorf("the good one after all the bad ones: %v", err)
		}
	})
}

// Tampering with the county before its backup does not cost the data: it is
// restored, and the answer is no.
func TestRestoreSaysThatLogsAreBroken(t *testing.T) {
	c := given(t, "")
	a := open(t, c)
	if err := a.DB.Keep(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`update change set name = '别人'`); return err }); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "county.anju")
	if err := Backup(t.Context(), c, file, io.Discard); err != nil {
		t.Fatal(err)
	}
	to := place(t, "", "--keys", c.Keys)
	if err := Restore(t.Context(), to, file, io.Discard); !errors.Is(err, ErrNo) {
		t.Errorf("got %v, want no", err)
	}
	open(t, to)
}

// What cannot be backed up leaves no file, and an earlier one stays.
func TestBackupRefuses(t *testing.T) {
	c := given(t, "")
	dir := t.TempDir()
	file := filepath.Join(dir, "county.anju")
	if err := os.WriteFile(file, []byte("yesterday's"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.key")
	if _, err := seal.Create(other); err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, tt := range []struct {
		name, file, want string
		config           *Config
		ctx              context.Context
	}{
		{"no county", file, "app.no_county", place(t, "", "--keys", c.Keys), t.Context()},
		{"another key", file, "app.other_keys", config(t, "--data", c.Data, "--keys", other), t.Context()},
		{"into the data", filepath.Join(c.Data, "x.anju"), "backup.inside", c, t.Context()},
		{"no folder", filepath.Join(dir, "none", "x.anju"), "", c, t.Context()},
		{"stopped", file, "", c, stopped},
	} {
		err := Backup(tt.ctx, tt.config, tt.file, io.Discard)
		if err == nil || tt.want != "" && fault.KeyOf(err) != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
		if strings.Contains(Line(err), "\n") {
			t.Errorf("%s: %q is more than a line", tt.name, Line(err))
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "yesterday's" {
		t.Errorf("yesterday's backup is %q, %v", text, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
	if _, err := os.Stat(filepath.Join(c.Data, "x.anju.part")); err == nil {
		t.Error("a part is left in the data folder")
	}
}

// A disk that is full at any moment is an error, never a backup.
func TestBackupToFullDisk(t *testing.T) {
	c := given(t, "")
	keys, src, err := c.source(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	b := &backup{config: c, keys: keys, src: src, bar: c.Progress(io.Discard, "")}
	var whole bytes.Buffer
	if err := b.seal(t.Context(), &whole); err != nil {
		t.Fatal(err)
	}
	for room := 0; room < whole.Len()-100; room += 100_000 { // compression makes some bytes of difference
		if err := b.seal(t.Context(), &small{room}); !errors.Is(err, errFull) {
			t.Errorf("with room for %d of %d bytes: %v", room, whole.Len(), err)
		}
	}
}

var errFull = errors.New("no space left on device")

type small struct{ room int }

func (s *small) Write(p []byte) (int, error) {
	if s.room -= len(p); s.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// An upgrade backs up first; the backup of the old schema is restored by the
// new program.
func TestUpgrade(t *testing.T) {
	eachEngine(t, func(t *testing.T, url func() string) {
		c := given(t, url())
		var said bytes.Buffer
		if err := Upgrade(t.Context(), c, &said); err != nil || said.Len() == 0 {
			t.Fatal(err)
		}
		if made := backups(t, c); len(made) != 0 {
			t.Errorf("nothing to do, and made %v", made)
		}
		c = older(t, url())
		if _, err := Open(t.Context(), c); !errors.Is(err, db.ErrOlder) {
			t.Fatalf("open an older county: %v", err)
		}
		if err := Upgrade(t.Context(), c, &said); err != nil {
			t.Fatal(err)
		}
		open(t, c)
		made := backups(t, c)
		if len(made) != 1 {
			t.Fatalf("backups: %v", made)
		}
		to := place(t, url(), "--keys", c.Keys)
		if err := Restore(t.Context(), to, made[0], io.Discard); err != nil {
			t.Fatal(err)
		}
		open(t, to)
	})
}

func backups(t *testing.T, c *Config) []string {
	t.Helper()
	made, err := filepath.Glob(c.Data + ".schema-*.anju")
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// older is a county as the first program left it: its key and its divisions.
func older(t *testing.T, url string) *Config {
	t.Helper()
	c := place(t, url)
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Create(c.Keys)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.MigrateTo(t.Context(), dbConfig(c, new(Clock), keys), db.Version{County: 6, Looks: 1}); err != nil {
		t.Fatal(err)
	}
	driver, name := "sqlite", "file:"+filepath.Join(c.Data, "county.db")
	if c.DB != "" {
		driver, name = "pgx", c.DB
	}
	d, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, q := range []string{
		`insert into setting (key, value, version) values ('` + keySetting + `', '` + keys.ID() + `', 1)`,
		`insert into division (code, name, parent, level, kind, valid_from, valid_to) values ('` + c.County + `', '白河县', '', 'county', '', '2020-01-01', '9999-12-31')`,
	} {
		if _, err := d.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func unzipped(t *testing.T, content *io.SectionReader) []byte {
	t.Helper()
	r, err := gzip.NewReader(&countyReader{t: tar.NewReader(io.NewSectionReader(content, 0, content.Size()))})
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

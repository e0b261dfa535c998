package db_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
)

// A data folder that somebody else made may be open to all; the county is not.
func TestOnlyTheOwnerReadsTheCounty(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	dbtest.Given(t, dbtest.Open(t, db.Config{Dir: dir}), func(tx *db.Tx) error { return db.SetSetting(tx, "a", "b") })
	files, err := filepath.Glob(filepath.Join(dir, "*.db*"))
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

// A schema that nobody made is said by its name, not by what is missing in it.
func TestSchemaMustBeThere(t *testing.T) {
	url, err := url.Parse(dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	q := url.Query()
	q.Set("search_path", "nobody_made_it")
	url.RawQuery = q.Encode()
	_, err = db.Open(t.Context(), db.Config{URL: url.String()})
	if fault.KeyOf(err) != "app.pg_schema" {
		t.Errorf("opened where there is no schema: %v", err)
	}
}

// A full disk is known as one on both engines.
func TestFull(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	err := d.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
		if _, err := tx.Exec(`pragma max_page_count = 1`); err != nil {
			return err
		}
		return db.SetSetting(tx, "a", strings.Repeat("x", 1<<24))
	})
	if !db.Full(err) {
		t.Errorf("SQLite has no room: %v", err)
	}
	if !db.Full(fmt.Errorf("write: %w", &pgconn.PgError{Code: "53100"})) || db.Full(nil) || db.Full(&pgconn.PgError{Code: "23505"}) {
		t.Error("PostgreSQL's disk_full is not known, or something else is taken for it")
	}
}

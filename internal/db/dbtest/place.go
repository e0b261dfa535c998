package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"anju/internal/db"
)

// Most tests begin with an empty county that has its schema. It is migrated
// once per process and engine, and copied: a migration takes ten times longer.

var modelFiles = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "anju-model")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if _, err := db.Migrate(context.Background(), db.Config{Dir: dir}); err != nil {
		return nil, err
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, n := range names {
		if files[n.Name()], err = os.ReadFile(filepath.Join(dir, n.Name())); err != nil {
			return nil, err
		}
	}
	return files, nil
})

// copied is the data folder of a migrated SQLite county.
func copied(t testing.TB) string {
	t.Helper()
	files, err := modelFiles()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var modelDatabase = sync.OnceValues(func() (name string, err error) {
	admin, err := server()
	if err != nil {
		return "", err
	}
	name = fmt.Sprintf("model_%d", os.Getpid())
	for _, q := range []string{"drop database if exists " + name, "create database " + name} {
		if _, err := admin.Exec(q); err != nil {
			return "", err
		}
	}
	_, err = db.Migrate(context.Background(), db.Config{URL: place(name)})
	return name, err
})

// cloned is the address of a migrated PostgreSQL county.
func cloned(t testing.TB) string {
	t.Helper()
	wantServer(t)
	model, err := modelDatabase()
	if err != nil {
		t.Fatal(err)
	}
	return database(t, model)
}

// Postgres makes an empty database and returns its address.
func Postgres(t testing.TB) string {
	t.Helper()
	wantServer(t)
	return database(t, "template1")
}

func wantServer(t testing.TB) {
	t.Helper()
	if os.Getenv(serverIn) != "" {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal(serverIn + " is not set: run the tests through make test")
	}
	t.Skip(serverIn + " is not set: run through make test to test PostgreSQL too")
}

var databases atomic.Int64

func database(t testing.TB, model string) string {
	t.Helper()
	admin, err := server()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), databases.Add(1))
	if _, err := admin.Exec("create database " + name + " template " + model + " strategy file_copy"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.ExecContext(context.Background(), "drop database "+name+" with (force)") })
	return place(name)
}

// serverIn names a database of a server on which tests may make others.
const serverIn = "ANJU_TEST_POSTGRES"

var server = sync.OnceValues(func() (*sql.DB, error) { return sql.Open("pgx", os.Getenv(serverIn)) })

// place is the address of another database of the same server.
func place(name string) string {
	at, err := url.Parse(os.Getenv(serverIn))
	if err != nil {
		return ""
	}
	at.Path = "/" + name
	return at.String()
}

package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"anju/internal/db"
)

// Most tests begin with an empty county that has its schema. It is migrated once
// for all test binaries of this schema, and copied: a migration takes ten times
// longer. On SQLite the model lies beside other temporary files; on PostgreSQL it
// is a database of the server that make test throws away.

var modelName = sync.OnceValues(func() (string, error) {
	sum, err := db.SchemaSum()
	return "anju_model_" + sum, err
})

var modelFiles = sync.OnceValues(func() (map[string][]byte, error) {
	name, err := modelName()
	if err != nil {
		return nil, err
	}
	model := filepath.Join(os.TempDir(), name)
	if _, err := os.Stat(model); err != nil {
		making, err := os.MkdirTemp("", "anju-model")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(making)
		if _, err := db.Migrate(context.Background(), db.Config{Dir: making}); err != nil {
			return nil, err
		}
		// Another binary may have been quicker: then its model stands.
		if err := os.Rename(making, model); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	names, err := os.ReadDir(model)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, n := range names {
		if files[n.Name()], err = os.ReadFile(filepath.Join(model, n.Name())); err != nil {
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
	if name, err = modelName(); err != nil {
		return "", err
	}
	admin, err := server()
	if err != nil {
		return "", err
	}
	ctx := context.Background()
	c, err := admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close()
	// One binary makes it, and the others wait for it.
	if _, err := c.ExecContext(ctx, "select pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", err
	}
	defer c.ExecContext(ctx, "select pg_advisory_unlock(hashtext($1))", name)
	var there bool
	if err := c.QueryRowContext(ctx, "select exists (select 1 from pg_database where datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	making := name + "_making" // left behind by a binary that was killed
	for _, q := range []string{"drop database if exists " + making, "create database " + making} {
		if _, err := c.ExecContext(ctx, q); err != nil {
			return "", err
		}
	}
	if _, err := db.Migrate(ctx, db.Config{URL: place(making)}); err != nil {
		return "", err
	}
	_, err = c.ExecContext(ctx, "alter database "+making+" rename to "+name)
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

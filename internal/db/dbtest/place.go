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
	d, err := sql.Open("pgx", place(making))
	if err != nil {
		return "", err
	}
	defer d.Close()
	var is string
	if err := d.QueryRowContext(ctx, shape).Scan(&is); err != nil {
		return "", err
	}
	d.Close() // a database in use is neither renamed nor cloned
	for _, q := range []string{"comment on database " + making + " is '" + is + "'", "alter database " + making + " rename to " + name} {
		if _, err := c.ExecContext(ctx, q); err != nil {
			return "", err
		}
	}
	return name, nil
})

// cloned is the address of a migrated PostgreSQL county that no other test uses.
// A clone is a thousand files: those of earlier tests, of whatever binary, are
// emptied and used again.
func cloned(t testing.TB) string {
	t.Helper()
	wantServer(t)
	model, err := modelDatabase()
	if err != nil {
		t.Fatal(err)
	}
	admin, err := server()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	c, err := admin.Conn(ctx) // holds the lock of the county
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	for i := 0; ; i++ {
		var mine bool
		if err := c.QueryRowContext(ctx, "select pg_try_advisory_lock(hashtext($1), $2)", model, i).Scan(&mine); err != nil {
			t.Fatal(err)
		}
		if !mine {
			continue
		}
		t.Cleanup(func() { c.ExecContext(ctx, "select pg_advisory_unlock(hashtext($1), $2)", model, i) })
		name := fmt.Sprint(model, "_", i)
		if err := emptied(ctx, c, name, model); err != nil {
			t.Fatal(err)
		}
		return place(name)
	}
}

// shape is what a county looks like without its rows.
const shape = `select md5(string_agg(part, ' ' order by part)) from (
	select c.relname::text || c.relkind::text || coalesce((select string_agg(a.attname::text || a.atttypid || a.attnotnull, ',' order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0), '') as part
		from pg_class c where c.relnamespace = 'public'::regnamespace
	union all select conname::text || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
	union all select tgname::text || tgrelid::text || tgenabled::text from pg_trigger where not tgisinternal
	union all select proname::text || prosrc from pg_proc where pronamespace = 'public'::regnamespace
	union all select 'county ' || version_id from migration_county
	union all select 'looks ' || version_id from migration_looks) parts`

// emptied makes name a county as the model is: by emptying it, or if a test has
// left it in another shape, or there is none, by cloning the model.
func emptied(ctx context.Context, admin *sql.Conn, name, model string) error {
	var was, want string
	err := admin.QueryRowContext(ctx, "select coalesce(shobj_description(oid, 'pg_database'), '') from pg_database where datname = $1", model).Scan(&want)
	if err != nil {
		return err
	}
	if d, err := sql.Open("pgx", place(name)); err == nil {
		defer d.Close()
		if err := d.QueryRowContext(ctx, shape).Scan(&was); err == nil && was == want {
			if _, err := d.ExecContext(ctx, empty); err == nil {
				return nil
			}
		}
		d.Close()
	}
	if _, err := admin.ExecContext(ctx, "drop database if exists "+name+" with (force)"); err != nil {
		return err
	}
	return clone(ctx, admin, name, model)
}

// clone makes a database like another one, which nobody uses.
func clone(ctx context.Context, admin interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, name, model string) error {
	_, err := admin.ExecContext(ctx, "create database "+name+" template "+model+" strategy file_copy")
	return err
}

// empty removes every row that a test has written, whatever guards it.
const empty = `do $$ declare r record; begin
	set local session_replication_role = replica;
	for r in select relname, pg_relation_size(oid) as size from pg_class
		where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not like 'migration_%' and pg_relation_size(oid) > 0 loop
		if r.size > 65536 then
			execute format('truncate %I cascade', r.relname);
		else
			execute format('delete from %I', r.relname);
		end if;
	end loop;
end $$`

// Postgres makes an empty database and returns its address.
func Postgres(t testing.TB) string {
	t.Helper()
	wantServer(t)
	admin, err := server()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), databases.Add(1))
	if err := clone(t.Context(), admin, name, "template1"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.ExecContext(context.Background(), "drop database "+name+" with (force)") })
	return place(name)
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

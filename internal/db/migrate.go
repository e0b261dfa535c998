package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed schema
var schema embed.FS

// SchemaSum names the text of the schema: two programs with the same sum make
// the same empty county.
func SchemaSum() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(schema, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := schema.ReadFile(path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:8]), err
}

// ErrOlder and ErrNewer mean that the county's schema is not this program's.
var (
	ErrOlder = errors.New("the county was made by an older version: back it up, then run anju migrate")
	ErrNewer = errors.New("the county was made by a newer version of the program: use that version")
)

// Migrate brings a county's schema up to this program's, making the county if
// there is none. It reports how many steps it took.
func Migrate(ctx context.Context, c Config) (int, error) { return MigrateTo(ctx, c, Current()) }

// MigrateTo is Migrate to the schema of an older program: what an upgrade
// begins with.
func MigrateTo(ctx context.Context, c Config, v Version) (int, error) {
	d, err := connect(ctx, c)
	if err != nil {
		return 0, err
	}
	defer d.closePools()
	return d.migrate(ctx, v)
}

func (d *DB) migrate(ctx context.Context, v Version) (steps int, err error) {
	want := []int64{v.County, v.Looks}
	for i, s := range d.streams() {
		p, err := d.provider(s)
		if err != nil {
			return steps, err
		}
		if err := newer(ctx, p); err != nil {
			return steps, err
		}
		done, err := p.UpTo(ctx, want[i])
		steps += len(done)
		if err != nil {
			return steps, fmt.Errorf("migrate: %w", err)
		}
	}
	return steps, nil
}

// A stream is one line of migrations: the county's, and its access log's,
// which on SQLite is a file of its own.
type stream struct {
	folder string
	db     *sql.DB
}

func (d *DB) streams() []stream {
	return []stream{{"county", d.write.db}, {"looks", d.looks.db}}
}

func (d *DB) provider(s stream) (*goose.Provider, error) {
	dialect, rowid := database.DialectSQLite3, "without rowid"
	if d.postgres {
		dialect, rowid = database.DialectPostgres, ""
	}
	files := fstest.MapFS{}
	names, err := fs.Glob(schema, "schema/"+s.folder+"/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := schema.ReadFile(name)
		if err != nil {
			return nil, err
		}
		short := strings.TrimPrefix(name, "schema/"+s.folder+"/")
		files[short] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(text), "/*without rowid*/", rowid))}
	}
	store, err := database.NewStore(dialect, "migration_"+s.folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider("", s.db, files, goose.WithStore(store))
}

func newer(ctx context.Context, p *goose.Provider) error {
	has, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	if len(sources) > 0 && has > sources[len(sources)-1].Version {
		return ErrNewer
	}
	return nil
}

func (d *DB) checkSchema(ctx context.Context) error {
	for _, s := range d.streams() {
		p, err := d.provider(s)
		if err != nil {
			return err
		}
		if err := newer(ctx, p); err != nil {
			return err
		}
		pending, err := p.HasPending(ctx)
		if err != nil {
			return err
		}
		if pending {
			return ErrOlder
		}
	}
	return nil
}

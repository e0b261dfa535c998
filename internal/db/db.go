// Package db is the one place that knows there is a database. It opens SQLite
// or PostgreSQL and offers four doors:
//
//	Read   what is no personal data: divisions, settings, one's own queue
//	Look   personal data: the look is committed to the access log before the data leaves
//	Write  one business transaction: it names its actor and action, and fails if
//	       something changed and nothing was recorded
//	Keep   the machine's own books: leases, sessions, rate limits
//
// SQL lives in the nouns, written once in the dialect both engines share: $1
// parameters, RETURNING, ON CONFLICT, CTEs. A county is one SQLite file (with
// its access log beside it) or one PostgreSQL schema.
package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL
	_ "modernc.org/sqlite"             // SQLite

	"anju/internal/fault"
)

// A Config says where a county lives and what its machine is made of.
type Config struct {
	Dir  string              // SQLite: the data folder
	URL  string              // PostgreSQL: postgres://…; wins over Dir
	Bulk bool                // SQLite: a large page cache, for making or restoring a whole county
	Now  func() time.Time    // the clock; nil is time.Now
	Rand io.Reader           // for ids; nil is crypto/rand
	Sign func([]byte) []byte // signs the checkpoints of the two logs; nil leaves them unsigned
}

// DB is an open county.
type DB struct {
	read, write, looks *pool
	log                *pool // reads the access log, and holds up nobody who writes it
	postgres           bool
	now                func() time.Time
	rand               io.Reader
	sign               func([]byte) []byte
	lookQueue          chan *pendingLook
	closing, looked    chan struct{}      // closed: no look is taken any more; the last one is committed
	sealedAt           atomic.Int64       // when the access log was last sealed: time since started
	started            time.Time          // of the machine's own clock, which nobody moves
	stop               context.CancelFunc // of the sequencer
	done               sync.WaitGroup
	closed             sync.Once
	queries            atomic.Int64
}

// Queries is how many queries readers have asked since the county was opened: a
// page that asks more for a larger household shows it here.
func (d *DB) Queries() int64 { return d.queries.Load() }

// Open opens a county whose schema is already the program's own; see Migrate.
func Open(ctx context.Context, c Config) (*DB, error) {
	d, err := connect(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := d.checkSchema(ctx); err != nil {
		d.closePools()
		return nil, err
	}
	bg, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.stop = stop
	d.started = time.Now()
	go d.commitLooks(bg)
	d.done.Go(func() { d.sealLooks(bg) })
	return d, nil
}

func connect(ctx context.Context, c Config) (*DB, error) {
	d := &DB{now: c.Now, rand: c.Rand, sign: c.Sign, postgres: c.URL != "",
		lookQueue: make(chan *pendingLook, 1024), closing: make(chan struct{}), looked: make(chan struct{})}
	if d.now == nil {
		d.now = time.Now
	}
	if d.rand == nil {
		d.rand = rand.Reader
	}
	open := d.openSQLite
	if d.postgres {
		open = d.openPostgres
	}
	if err := open(ctx, c); err != nil {
		d.closePools()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

func (d *DB) openPostgres(ctx context.Context, c Config) error {
	open := func(begin string, size int) (*pool, error) {
		p, err := sql.Open("pgx", c.URL)
		if err != nil {
			return nil, err
		}
		return newPool(p, begin, size, false), nil
	}
	var err error
	if d.write, err = open("begin", 2); err != nil {
		return err
	}
	if d.read, err = open("begin transaction isolation level repeatable read read only", 8); err != nil {
		return err
	}
	if d.looks, err = open("begin", 2); err != nil {
		return err
	}
	d.log = d.read
	var encoding, collate, ctype, path string
	var there bool
	if err := d.write.db.QueryRowContext(ctx, `select pg_encoding_to_char(encoding), datcollate, datctype, current_setting('search_path'), current_schema() is not null
		from pg_database where datname = current_database()`).Scan(&encoding, &collate, &ctype, &path, &there); err != nil {
		return err
	}
	if encoding != "UTF8" || collate != "C" || ctype != "C.UTF-8" && ctype != "C.utf8" {
		return fault.New(fault.Invalid, "app.pg_made", "has", strings.Join([]string{encoding, collate, ctype}, " "))
	}
	if !there {
		return fault.New(fault.Invalid, "app.pg_schema", "schema", path)
	}
	return nil
}

const sqliteOptions = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=analysis_limit(1000)"

func (d *DB) openSQLite(ctx context.Context, c Config) error {
	open := func(file, options, begin string, size int) (*pool, error) {
		if err := ownersOnly(filepath.Join(c.Dir, file)); err != nil {
			return nil, err
		}
		p, err := sql.Open("sqlite", "file:"+filepath.Join(c.Dir, file)+sqliteOptions+options)
		if err != nil {
			return nil, err
		}
		return newPool(p, begin, size, true), p.PingContext(ctx)
	}
	var err error
	cache := "&_pragma=cache_size(-32768)"
	if c.Bulk {
		cache = "&_pragma=cache_size(-393216)"
	}
	if d.write, err = open("county.db", cache, "begin immediate", 1); err != nil { // SQLite has one writer; say so
		return err
	}
	var version string
	if err := d.write.db.QueryRowContext(ctx, `select sqlite_version()`).Scan(&version); err != nil {
		return err
	}
	if older(version, "3.51.3") { // the WAL-reset corruption was mended there
		return fmt.Errorf("SQLite library %s is older than 3.51.3", version)
	}
	if d.read, err = open("county.db", "&_pragma=query_only(1)&_pragma=cache_size(-16384)", "begin", max(2, runtime.GOMAXPROCS(0))); err != nil {
		return err
	}
	if d.looks, err = open("looks.db", "&_pragma=cache_size(-4096)", "begin immediate", 1); err != nil {
		return err
	}
	d.log, err = open("looks.db", "&_pragma=query_only(1)&_pragma=cache_size(-2048)", "begin", 2)
	return err
}

// ownersOnly makes a file that nobody else can read, whatever the folder it was
// given lets others do; SQLite gives the files beside it the same mode. One
// that is there is not opened: closing it would let go of SQLite's locks.
func ownersOnly(file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// older reports whether dotted version a comes before b.
func older(a, b string) bool {
	var x, y [3]int
	fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

// Close commits and seals what is left of the access log and closes the
// county. Closing it again does nothing.
func (d *DB) Close() (err error) {
	d.closed.Do(func() {
		close(d.closing)
		<-d.looked
		d.stop()
		d.done.Wait()
		err = d.closePools()
	})
	return err
}

func (d *DB) closePools() error {
	var errs []error
	if d.log == d.read {
		d.log = nil
	}
	for _, p := range []*pool{d.read, d.write, d.looks, d.log} {
		if p != nil {
			errs = append(errs, p.close())
		}
	}
	return errors.Join(errs...)
}

// Analyze lets the engine count anew what its tables hold: after a whole county
// has come in at once, PostgreSQL would plan for empty tables for a while yet.
func (d *DB) Analyze(ctx context.Context) error {
	return d.Keep(ctx, func(tx *Tx) error { _, err := tx.exec("analyze"); return err })
}

// Now is the county's clock, to the millisecond.
func (d *DB) Now() time.Time { return d.now().Truncate(time.Millisecond).UTC() }

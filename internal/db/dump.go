package db

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"
)

// A Version is the state of a county's two lines of migrations.
type Version struct {
	County int64 `json:"county"`
	Looks  int64 `json:"looks"`
}

// A Manifest is what a copy holds.
type Manifest struct {
	Version
	At     time.Time  `json:"at"` // when the copy was begun
	Tables []TableSum `json:"tables"`
	Rows   int64      `json:"rows"`
}

// A TableSum tells whether a table is the same in two places: its rows and the
// SHA-256 of them in the order of its primary key.
type TableSum struct {
	Stream string `json:"stream"`
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// A copy is gzip over lines of JSON: a head; for each table a line about it,
// its rows as arrays, and its TableSum; and copyEnd, so that a copy cut short
// is never taken for whole.
const (
	copyFormat  = "anju county copy"
	copyVersion = 1
)

type copyHead struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Manifest
}

type copyTable struct {
	Stream  string   `json:"stream"`
	Table   string   `json:"table"`
	Columns []column `json:"columns"`
	Key     []string `json:"key"`
}

type copyEnd struct {
	End  bool  `json:"end"`
	Rows int64 `json:"rows"`
}

// A Source is a county opened to be copied and for nothing else. Its schema may
// be older than the program's: an upgrade copies first.
type Source struct {
	Version
	d *DB
}

// OpenSource opens a county to be copied. A schema newer than the program's is
// ErrNewer.
func OpenSource(ctx context.Context, c Config) (*Source, error) {
	d, err := connect(ctx, c)
	if err != nil {
		return nil, err
	}
	v, err := d.version(ctx)
	if err != nil {
		d.closePools()
		return nil, err
	}
	return &Source{v, d}, nil
}

// Close closes the county.
func (s *Source) Close() error { return s.d.closePools() }

// Setting reads one of the county's settings; "" if it was never set, or if
// there is no county.
func (s *Source) Setting(ctx context.Context, key string) (v string, err error) {
	if s.County == 0 {
		return "", nil
	}
	err = s.d.run(ctx, s.d.read, func(tx *Tx) error {
		v, err = Setting(tx, key)
		return err
	})
	return v, err
}

// version reports the schema's versions, or ErrNewer. It needs the writing
// connection, so the county must not be in use yet.
func (d *DB) version(ctx context.Context) (Version, error) {
	var v [2]int64
	for i, s := range d.streams() {
		p, err := d.provider(s)
		if err != nil {
			return Version{}, err
		}
		if err := newer(ctx, p); err != nil {
			return Version{}, err
		}
		if v[i], err = p.GetDBVersion(ctx); err != nil {
			return Version{}, err
		}
	}
	return Version{v[0], v[1]}, nil
}

// Dump writes a copy of the county to w: the county as it was at one moment,
// and the access log as it was no earlier, so that no read of what the copy
// holds is missing. Sessions, enrolments and throttles stay behind. It is the
// same for the same county on either engine, and holds nobody up. progress,
// which may be nil, hears how many rows of how many are done.
func (d *DB) Dump(ctx context.Context, w io.Writer, progress func(done, total int64)) (Manifest, error) {
	return (&Source{Current(), d}).Dump(ctx, w, progress) // Open has checked the version
}

// Dump is Dump of an open county.
func (s *Source) Dump(ctx context.Context, w io.Writer, progress func(done, total int64)) (Manifest, error) {
	tables, err := copied(s.Version)
	if err != nil {
		return Manifest{}, err
	}
	zip, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return Manifest{}, err
	}
	lines, wait := behind(zip)
	c := &copier{w: bufio.NewWriterSize(lines, 1<<18), step: step{tell: progress}}
	err = s.d.run(ctx, s.d.read, func(county *Tx) error {
		return s.d.run(ctx, s.d.log, func(looks *Tx) error {
			return c.dump(map[string]*Tx{"county": county, "looks": looks}, tables, Manifest{Version: s.Version, At: county.now})
		})
	})
	if err == nil {
		err = c.w.Flush()
	}
	lines.CloseWithError(err)
	if waited := wait(); err == nil {
		err = waited
	}
	if err == nil {
		err = zip.Close()
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("copy the county: %w", err)
	}
	return c.done, nil
}

// behind lets w be written by a goroutine of its own; wait for it after closing
// the pipe.
func behind(w io.Writer) (*io.PipeWriter, func() error) {
	r, pipe := io.Pipe()
	result := make(chan error, 1)
	go func() {
		_, err := io.CopyBuffer(struct{ io.Writer }{w}, r, make([]byte, 1<<18))
		r.CloseWithError(err)
		result <- err
	}()
	return pipe, func() error { return <-result }
}

// step tells of progress now and then.
type step struct {
	tell        func(done, total int64)
	done, total int64
}

func (s *step) add() {
	if s.done++; s.tell != nil && s.done%4096 == 0 {
		s.tell(s.done, s.total)
	}
}

func (s *step) finish() {
	if s.tell != nil {
		s.tell(s.total, s.total)
	}
}

// copier writes the lines of a copy.
type copier struct {
	w    *bufio.Writer
	step step
	done Manifest
}

func (c *copier) dump(in map[string]*Tx, tables []table, head Manifest) error {
	for _, t := range tables {
		n, err := One[int64](in[t.stream], "select count(*) from "+t.name+t.where())
		if err != nil {
			return err
		}
		c.step.total += n
	}
	c.done = head
	c.done.Rows = c.step.total
	if err := c.say(copyHead{copyFormat, copyVersion, c.done}); err != nil {
		return err
	}
	for _, t := range tables {
		columns, err := t.columnsOf(in[t.stream])
		if err != nil {
			return err
		}
		if err := c.say(copyTable{t.stream, t.name, columns, t.key}); err != nil {
			return err
		}
		sum, err := t.sum(in[t.stream], columns, func(line []byte, _ []any) error {
			c.step.add()
			_, err := c.w.Write(line)
			return err
		})
		if err != nil {
			return err
		}
		if err := c.say(sum); err != nil {
			return err
		}
		c.done.Tables = append(c.done.Tables, sum)
	}
	c.step.finish()
	return c.say(copyEnd{true, c.done.Rows})
}

func (c *copier) say(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = c.w.Write(append(line, '\n'))
	return err
}

// sum reads a table in the order of its key and gives each row's line to
// f, with its values; both are good until the next call.
func (t table) sum(tx *Tx, columns []column, f func(line []byte, row []any) error) (TableSum, error) {
	sum, n := sha256.New(), int64(0)
	rows, err := tx.conn.query(tx.ctx, tx.pool, t.selection(names(columns)), nil)
	if err != nil {
		return TableSum{}, fmt.Errorf("%s: %w", t.name, err)
	}
	defer rows.Close()
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var line []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return TableSum{}, fmt.Errorf("%s: %w", t.name, err)
		}
		if line, err = appendLine(line[:0], columns, values); err != nil {
			return TableSum{}, fmt.Errorf("%s: %w", t.name, err)
		}
		sum.Write(line)
		n++
		if err := f(line, values); err != nil {
			return TableSum{}, err
		}
	}
	return t.summed(n, sum), rowsErr(t, rows)
}

func (t table) summed(rows int64, sum hash.Hash) TableSum {
	return TableSum{t.stream, t.name, rows, hex.EncodeToString(sum.Sum(nil))}
}

func rowsErr(t table, rows *sql.Rows) error {
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return nil
}

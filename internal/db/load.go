package db

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Load refuses a place that has rows, and a copy that is not what Dump wrote.
var (
	ErrNotEmpty   = errors.New("there is a county already: a copy is loaded into an empty place only")
	ErrCopy       = errors.New("the copy of the county is damaged or cut short")
	ErrHalfLoaded = errors.New("the access log of a restore that was cut off is there, and no county: remove it and restore again")
)

// Load puts a copy that Dump wrote into an empty place on either engine: into
// one without a schema, which then gets the copy's and is brought up to the
// program's, or into one with the copy's own schema and no rows. Every table is
// read back and compared with the copy before anything is committed: the copy
// is there whole or not at all. A copy of a newer schema is ErrNewer.
// progress, which may be nil, hears of each row twice: written, read back.
func Load(ctx context.Context, c Config, r io.Reader, progress func(done, total int64)) (Manifest, error) {
	m, err := load(ctx, c, r, progress)
	if err != nil {
		return m, err
	}
	_, err = Migrate(context.WithoutCancel(ctx), c) // it is committed: there is no way back
	return m, err
}

func load(ctx context.Context, c Config, r io.Reader, progress func(done, total int64)) (Manifest, error) {
	zip, err := gzip.NewReader(bufio.NewReaderSize(r, 1<<18))
	if err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrCopy, err)
	}
	l := &loader{r: bufio.NewReaderSize(zip, 1<<18), step: step{tell: progress}}
	var head copyHead
	if err := l.hear(&head); err != nil {
		return Manifest{}, err
	}
	if head.Format != copyFormat {
		return Manifest{}, fmt.Errorf("%w: it is not the copy of a county", ErrCopy)
	}
	if head.Version != copyVersion {
		return Manifest{}, ErrNewer
	}
	l.want = head.Manifest
	l.step.total = 2 * head.Rows
	d, err := connect(ctx, c)
	if err != nil {
		return Manifest{}, err
	}
	defer d.closePools()
	if err := d.makeRoom(ctx, head.Manifest.Version); err != nil {
		return Manifest{}, err
	}
	// The county is committed last: cut off in between, there is none, and the
	// access log alone says what happened (ErrHalfLoaded).
	err = d.run(ctx, d.write, func(county *Tx) error {
		return d.run(ctx, d.looks, func(looks *Tx) error {
			return l.load(map[string]*Tx{"county": county, "looks": looks})
		})
	})
	if err != nil {
		return Manifest{}, fmt.Errorf("load the county: %w", err)
	}
	if err := d.Analyze(ctx); err != nil {
		return Manifest{}, err
	}
	l.step.finish()
	return l.want, nil
}

// makeRoom gives an empty place the schema v, and refuses any other.
func (d *DB) makeRoom(ctx context.Context, v Version) error {
	if own := Current(); v.County > own.County || v.Looks > own.Looks {
		return ErrNewer
	}
	has, err := d.version(ctx)
	if err != nil {
		return err
	}
	if err := d.empty(ctx, has); err != nil {
		return err
	}
	if has != (Version{}) && has != v {
		return fmt.Errorf("the empty place has schema %d and the copy has %d: load it into a place without a schema", has.County, v.County)
	}
	_, err = d.migrate(ctx, v)
	return err
}

// empty is ErrNotEmpty if any table of the county has a row, session or no, and
// ErrHalfLoaded if only the access log has.
func (d *DB) empty(ctx context.Context, v Version) error {
	county, err := tablesOf("county", v.County)
	if err != nil {
		return err
	}
	looks, err := tablesOf("looks", v.Looks)
	if err != nil {
		return err
	}
	// Both have the tables of a tree, on PostgreSQL the same ones.
	county = slices.DeleteFunc(county, func(t table) bool {
		return slices.ContainsFunc(looks, func(l table) bool { return l.name == t.name })
	})
	for _, of := range []struct {
		pool   *pool
		tables []table
		err    error
	}{{d.read, county, ErrNotEmpty}, {d.log, looks, ErrHalfLoaded}} {
		err := d.run(ctx, of.pool, func(tx *Tx) error {
			for _, t := range of.tables {
				_, err := One[int64](tx, "select 1 from "+t.name+" limit 1")
				switch {
				case err == nil:
					return fmt.Errorf("%w (%s has rows)", of.err, t.name)
				case err != ErrNoRow:
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// loader reads the lines of a copy.
type loader struct {
	r    *bufio.Reader
	long []byte
	step step
	want Manifest
}

// maxLine bounds what one row can take; the longest is the report of an import.
const maxLine = 64 << 20

// line reads the next line, which is good until the next call.
func (l *loader) line() ([]byte, error) {
	l.long = l.long[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		if err == nil && len(l.long) == 0 {
			return part, nil
		}
		l.long = append(l.long, part...)
		switch {
		case err == nil:
			return l.long, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("%w: %w", ErrCopy, err)
		case len(l.long) > maxLine:
			return nil, fmt.Errorf("%w: a line is too long", ErrCopy)
		}
	}
}

func (l *loader) hear(v any) error {
	line, err := l.line()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(line, v); err != nil {
		return fmt.Errorf("%w: %w", ErrCopy, err)
	}
	return nil
}

// load writes every table of the copy and reads it back.
func (l *loader) load(in map[string]*Tx) error {
	tables, err := copied(l.want.Version)
	if err != nil {
		return err
	}
	rows := int64(0)
	for _, t := range tables {
		var about copyTable
		if err := l.hear(&about); err != nil {
			return err
		}
		columns, err := t.columnsOf(in[t.stream])
		if err != nil {
			return err
		}
		if about.Table != t.name || about.Stream != t.stream || strings.Join(about.Key, " ") != strings.Join(t.key, " ") || !sameColumns(about.Columns, columns) {
			return fmt.Errorf("%w: it has table %s where %s belongs", ErrCopy, about.Table, t.name)
		}
		sum, err := l.fill(in[t.stream], t, about.Columns)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		rows += sum.Rows
		l.want.Tables = append(l.want.Tables, sum)
	}
	var end copyEnd
	if err := l.hear(&end); err != nil {
		return err
	}
	if !end.End || end.Rows != rows || rows != l.want.Rows {
		return fmt.Errorf("%w: it has %d rows for %d", ErrCopy, rows, l.want.Rows)
	}
	if _, err := l.r.ReadByte(); err != io.EOF { // the checksum of gzip comes with the end
		return fmt.Errorf("%w: there is more after its end", ErrCopy)
	}
	return nil
}

func sameColumns(a, b []column) bool {
	if len(a) != len(b) {
		return false
	}
	kinds := map[string]string{}
	for _, c := range b {
		kinds[c.Name] = c.Kind
	}
	for _, c := range a {
		if kinds[c.Name] != c.Kind || c.Kind == "" {
			return false
		}
	}
	return true
}

// fill takes in the rows of one table up to its sum, and compares the sum with
// what has come, and with what then stands in the table.
func (l *loader) fill(tx *Tx, t table, columns []column) (TableSum, error) {
	sum, n := sha256.New(), int64(0)
	batch := newBatch(t, columns)
	for {
		line, err := l.line()
		if err != nil {
			return TableSum{}, err
		}
		if line[0] == '{' {
			var said TableSum
			if err := json.Unmarshal(line, &said); err != nil || said != t.summed(n, sum) {
				return said, fmt.Errorf("%w: its rows are not those that were written", ErrCopy)
			}
			if err := batch.flush(tx); err != nil {
				return said, err
			}
			is, err := t.sum(tx, columns, func([]byte, []any) error { l.step.add(); return nil })
			if err == nil && is != said {
				err = errors.New("what was written is not what is read back")
			}
			return said, err
		}
		sum.Write(line)
		n++
		l.step.add()
		if batch.args, err = readLine(line, columns, batch.args); err != nil {
			return TableSum{}, fmt.Errorf("%w: row %d: %w", ErrCopy, n, err)
		}
		if len(batch.args) == cap(batch.args) {
			if err := batch.flush(tx); err != nil {
				return TableSum{}, err
			}
		}
	}
}

// batch writes rows many at a time.
type batch struct {
	head    string
	columns int
	full    string // the statement for a whole batch
	args    []any
}

const maxBatch = 64 // rows

func newBatch(t table, columns []column) *batch {
	b := &batch{head: "insert into " + t.name + " (" + strings.Join(names(columns), ", ") + ") values ", columns: len(columns)}
	b.full = b.head + values(maxBatch, b.columns)
	b.args = make([]any, 0, maxBatch*len(columns))
	return b
}

func (b *batch) flush(tx *Tx) error {
	q := b.full
	switch rows := len(b.args) / b.columns; rows {
	case 0:
		return nil
	case maxBatch:
	default:
		q = b.head + values(rows, b.columns)
	}
	_, err := tx.exec(q, b.args...)
	b.args = b.args[:0]
	return err
}

package db

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// A Table is a table of a county as it leaves it in open formats.
type Table struct {
	Stream  string   `json:"stream"`
	Name    string   `json:"table"`
	Key     []string `json:"key"`
	Columns []Field  `json:"fields"`
}

// A Walker is told a whole county, table by table, as it was at one moment.
type Walker interface {
	// Begin hears what will come; county reads the same moment.
	Begin(county *Tx, tables []Table, rows int64) error
	// Row hears a row: its values, and its line, which says all of them.
	Row(t Table, row []any, line []byte) error
	// End hears that a table is done.
	End(t Table, sum TableSum) error
}

// Walk tells w the county as Dump would write it.
func (d *DB) Walk(ctx context.Context, w Walker, progress func(done, total int64)) (Manifest, error) {
	m := Manifest{Version: Current(), At: d.Now()}
	inner, err := copied(m.Version)
	if err != nil {
		return m, err
	}
	err = d.run(ctx, d.read, func(county *Tx) error {
		return d.run(ctx, d.log, func(looks *Tx) error {
			in := map[string]*Tx{"county": county, "looks": looks}
			all := make([]Table, len(inner))
			for i, t := range inner {
				n, err := One[int64](in[t.stream], "select count(*) from "+t.name+t.where())
				if err != nil {
					return err
				}
				m.Rows += n
				if all[i], err = t.open(in[t.stream]); err != nil {
					return err
				}
			}
			if err := w.Begin(county, all, m.Rows); err != nil {
				return err
			}
			s := step{tell: progress, total: m.Rows}
			for i, t := range inner {
				sum, err := t.sum(in[t.stream], all[i].columns(), func(line []byte, row []any) error { s.add(); return w.Row(all[i], row, line) })
				if err == nil {
					err = w.End(all[i], sum)
				}
				if err != nil {
					return err
				}
				m.Tables = append(m.Tables, sum)
			}
			s.finish()
			return nil
		})
	})
	return m, err
}

func (t table) open(tx *Tx) (Table, error) {
	columns, err := t.columnsOf(tx)
	if err != nil {
		return Table{}, err
	}
	said, err := fieldsOf(t)
	if err != nil {
		return Table{}, err
	}
	all := Table{Stream: t.stream, Name: t.name, Key: t.key}
	for _, c := range columns {
		f := said[c.Name]
		f.Name, f.Kind = c.Name, c.Kind
		all.Columns = append(all.Columns, f)
	}
	return all, nil
}

// Has reports whether the table has a field of that name.
func (t Table) Has(name string) bool {
	return slices.ContainsFunc(t.Columns, func(f Field) bool { return f.Name == name })
}

func (t Table) columns() []column {
	all := make([]column, len(t.Columns))
	for i, f := range t.Columns {
		all[i] = column{f.Name, f.Kind}
	}
	return all
}

// AppendObject appends a row as a line of JSON: an object with the table's
// fields in their order. Bytes are base64; text that is no UTF-8 is base64 in
// an array.
func (t Table) AppendObject(b []byte, row []any) ([]byte, error) {
	b = append(b, '{')
	for i, f := range t.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, f.Name), ':')
		var err error
		if b, err = appendValue(b, f.Kind, row[i]); err != nil {
			return b, fmt.Errorf("%s.%s: %w", t.Name, f.Name, err)
		}
	}
	return append(b, '}', '\n'), nil
}

// ReadObject reads what AppendObject wrote: every field of the table, and no
// other.
func (t Table) ReadObject(line []byte) ([]any, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil || len(fields) != len(t.Columns) {
		return nil, errLine
	}
	row := make([]any, len(t.Columns))
	for i, f := range t.Columns {
		token, ok := fields[f.Name]
		if !ok {
			return nil, errLine
		}
		v, rest, err := readValue(append(bytes.TrimSpace(token), ','), f.Kind)
		if err != nil || string(rest) != "," {
			return nil, fmt.Errorf("%s: %w", f.Name, errLine)
		}
		row[i] = v
	}
	return row, nil
}

// ReadLine reads the line that a Walker is given with a row.
func (t Table) ReadLine(line []byte) ([]any, error) { return readLine(line, t.columns(), nil) }

// Pack writes a copy, as Dump does, of rows that come from elsewhere: fill
// gives every row of each of the tables, in the order of its key. What m says
// of them is compared by Load.
func Pack(w io.Writer, m Manifest, tables []Table, fill func(t Table, row func([]any) error) error) error {
	zip, err := gzip.NewWriterLevel(w, gzip.NoCompression) // nobody keeps it
	if err != nil {
		return err
	}
	sums := m.Tables
	m.Tables = nil
	c := &copier{w: bufio.NewWriterSize(zip, 1<<18)}
	if err := c.say(copyHead{copyFormat, copyVersion, m}); err != nil {
		return err
	}
	if len(sums) != len(tables) {
		return fmt.Errorf("%w: %d tables are described and %d summed", ErrCopy, len(tables), len(sums))
	}
	var line []byte
	for i, t := range tables {
		columns := t.columns()
		if err := c.say(copyTable{t.Stream, t.Name, columns, t.Key}); err != nil {
			return err
		}
		err := fill(t, func(row []any) error {
			if line, err = appendLine(line[:0], columns, row); err != nil {
				return err
			}
			_, err = c.w.Write(line)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
		if err := c.say(sums[i]); err != nil {
			return err
		}
	}
	if err := c.say(copyEnd{true, m.Rows}); err != nil {
		return err
	}
	if err := c.w.Flush(); err != nil {
		return err
	}
	return zip.Close()
}

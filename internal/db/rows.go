package db

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"anju/internal/fault"
)

// ErrNoRow means that One found nothing. Nouns turn it into a fault.
var ErrNoRow = errors.New("db: no row")

// All returns every row of query: a struct's columns are matched by `db` tags,
// anything else takes a single column.
func All[T any](tx *Tx, query string, args ...any) ([]T, error) {
	var all []T
	err := each(tx, query, args, func(v T) error { all = append(all, v); return nil })
	return all, err
}

// Each calls f with every row of query, for results too long to hold. f must
// not use tx.
func Each[T any](tx *Tx, query string, args []any, f func(T) error) error {
	return each(tx, query, args, f)
}

// One returns the first row of query, or ErrNoRow.
func One[T any](tx *Tx, query string, args ...any) (T, error) {
	var one T
	found := errors.New("found")
	err := each(tx, query, args, func(v T) error { one = v; return found })
	switch {
	case err == nil:
		return one, ErrNoRow
	case err == found:
		return one, nil
	}
	return one, err
}

// Change1 is One for a statement that changes data and returns a row.
func Change1[T any](tx *Tx, query string, args ...any) (T, error) {
	tx.writes++
	// Every row must be fetched for SQLite to finish the change.
	all, err := All[T](tx, query, args...)
	if err == nil && len(all) == 0 {
		err = ErrNoRow
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return all[0], nil
}

func each[T any](tx *Tx, query string, args []any, f func(T) error) error {
	if tx.pool == tx.d.read {
		tx.d.queries.Add(1)
	}
	rows, err := tx.conn.query(tx.ctx, tx.pool, query, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	var v T
	dst, err := targets(&v, rows)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := rows.Scan(dst...); err != nil {
			return err
		}
		if err := f(v); err != nil {
			return err
		}
	}
	tx.conn.note(rows.Err())
	return rows.Err()
}

func targets[T any](v *T, rows *sql.Rows) ([]any, error) {
	rv := reflect.ValueOf(v).Elem()
	if _, scans := any(v).(sql.Scanner); scans || rv.Kind() != reflect.Struct {
		return []any{v}, nil
	}
	cols, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	index := columns(rv.Type())
	dst := make([]any, len(cols))
	for i, c := range cols {
		f, ok := index[c]
		if !ok {
			return nil, fmt.Errorf("db: no field of %T for column %q", *v, c)
		}
		dst[i] = rv.FieldByIndex(f).Addr().Interface()
	}
	return dst, nil
}

var columnCache sync.Map // reflect.Type → map[string][]int

func columns(t reflect.Type) map[string][]int {
	if m, ok := columnCache.Load(t); ok {
		return m.(map[string][]int)
	}
	m := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("db"); name != "" && name != "-" {
			m[name] = f.Index
		}
	}
	columnCache.Store(t, m)
	return m
}

// A shape is what is known of a row type: its columns in field order, where
// each field is, and the statement that inserts one.
type shape struct {
	columns []string
	fields  [][]int
	insert  sync.Map // table → statement
}

var shapes sync.Map // reflect.Type → *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := new(shape)
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("db"); name != "" && name != "-" {
			s.columns = append(s.columns, name)
			s.fields = append(s.fields, f.Index)
		}
	}
	kept, _ := shapes.LoadOrStore(t, s)
	return kept.(*shape)
}

// Columns lists T's columns for a select, in field order, from its `db` tags,
// each with prefix ("" or "p.").
func Columns[T any](prefix string) string {
	s := shapeOf(reflect.TypeFor[T]())
	if prefix == "" {
		return strings.Join(s.columns, ", ")
	}
	return prefix + strings.Join(s.columns, ", "+prefix)
}

// Values lists v's column values in the order of Columns.
func Values[T any](v T) []any {
	rv := reflect.ValueOf(&v).Elem()
	s := shapeOf(rv.Type())
	args := make([]any, len(s.fields))
	for i, f := range s.fields {
		if len(f) == 1 {
			args[i] = rv.Field(f[0]).Interface()
		} else {
			args[i] = rv.FieldByIndex(f).Interface()
		}
	}
	return args
}

// Insert puts v into table, all columns of its `db` tags.
func Insert[T any](tx *Tx, table string, v T) error {
	_, err := tx.Exec(InsertText[T](table), Values(v)...)
	return err
}

// InsertText is the statement Insert runs.
func InsertText[T any](table string) string {
	s := shapeOf(reflect.TypeFor[T]())
	if text, ok := s.insert.Load(table); ok {
		return text.(string)
	}
	marks := make([]string, len(s.columns))
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	text := "insert into " + table + " (" + strings.Join(s.columns, ", ") + ") values (" + strings.Join(marks, ", ") + ")"
	s.insert.Store(table, text)
	return text
}

// A Query is built from parts; each ? becomes the next $n.
type Query struct {
	text strings.Builder
	args []any
}

// Add appends text and its arguments.
func (q *Query) Add(text string, args ...any) *Query {
	for {
		i := strings.IndexByte(text, '?')
		if i < 0 {
			break
		}
		q.text.WriteString(text[:i])
		q.args = append(q.args, args[0])
		q.text.WriteString("$" + strconv.Itoa(len(q.args)))
		text, args = text[i+1:], args[1:]
	}
	q.text.WriteString(text)
	q.text.WriteByte(' ')
	return q
}

// If is Add when ok.
func (q *Query) If(ok bool, text string, args ...any) *Query {
	if ok {
		q.Add(text, args...)
	}
	return q
}

// Text is the statement so far.
func (q *Query) Text() string { return q.text.String() }

// Args are its arguments.
func (q *Query) Args() []any { return q.args }

// Unique reports which unique index err violates, e.g. "booklet_number_uq", or
// "". Indexes are named <table>_<columns>_uq so that both engines can say.
func Unique(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		return pg.ConstraintName
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) && (lite.Code() == 2067 || lite.Code() == 1555) {
		_, cols, _ := strings.Cut(lite.Error(), "UNIQUE constraint failed: ")
		cols, _, _ = strings.Cut(cols, " (")
		var name string
		for i, c := range strings.Split(cols, ", ") {
			table, col, _ := strings.Cut(c, ".")
			if i == 0 {
				name = table
			}
			name += "_" + col
		}
		return name + "_uq"
	}
	return ""
}

// Full reports whether err says that the disk under the database is full.
func Full(err error) bool {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	return errors.As(err, &pg) && pg.Code == "53100" || errors.As(err, &lite) && lite.Code()&0xff == 13
}

// Found turns a row that is not there into NotFound, as a guard says it.
func Found[T any](row T, err error) (T, error) {
	if err == ErrNoRow {
		err = fault.New(fault.NotFound, "policy.not_found")
	}
	return row, err
}

// Met turns an update that met no row into a Conflict: somebody else has changed
// it since it was read.
func Met(n int64, err error) error {
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}

package db

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// A Bulk gathers rows of several tables and hands them on many to a statement:
// the program's own cost for a row, the driver's and PostgreSQL's way there and
// back are paid once for each hundred. It is for the makers of whole counties
// (seed); nouns write row by row and record every row. Rows are gathered in one
// goroutine; Rows.Write may run in another.
type Bulk struct {
	tables map[string]*bulkTable
	order  []*bulkTable
	refers map[string][]string // table → tables its rows refer to, written before it
	out    func(*Rows)
}

// Rows are rows of one table on their way to it.
type Rows struct {
	Table   string
	N       int
	head    string
	columns int
	args    []any
	table   *bulkTable
}

type bulkTable struct {
	name    string
	fields  [][]int
	head    string
	pending *Rows
	used    sync.Pool // of *[]any, back from Write
}

func (t *bulkTable) args(n int) []any {
	if a, ok := t.used.Get().(*[]any); ok {
		return (*a)[:0]
	}
	return make([]any, 0, n)
}

// bulkRows is how many rows go into one statement.
const bulkRows = 64

// NewBulk gathers rows and hands them to out, a statement's worth at a time. A
// table's rows come after those of the tables that refers names for it.
func NewBulk(refers map[string][]string, out func(*Rows)) *Bulk {
	return &Bulk{tables: map[string]*bulkTable{}, refers: refers, out: out}
}

// Put gathers one row, all columns of its `db` tags. A table has rows of one
// type.
func Put[T any](b *Bulk, table string, v T) {
	t := b.tables[table]
	if t == nil {
		t = &bulkTable{name: table, fields: shapeOf(reflect.TypeFor[T]()).fields, head: "insert into " + table + " (" + Columns[T]("") + ") values "}
		b.tables[table] = t
		b.order = append(b.order, t)
	}
	p := t.pending
	if p == nil {
		p = &Rows{Table: table, head: t.head, columns: len(t.fields), args: t.args(bulkRows * len(t.fields))}
		p.table = t
		t.pending = p
	}
	rv := reflect.ValueOf(&v).Elem()
	for _, f := range t.fields {
		p.args = append(p.args, plain(rv.FieldByIndex(f)))
	}
	if p.N++; p.N == bulkRows {
		b.send(t)
	}
}

// plain is a field's value as drivers take it, without their own reflection.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int64:
		return v.Int()
	}
	return v.Interface()
}

func (b *Bulk) send(t *bulkTable) {
	if t.pending == nil {
		return
	}
	for _, name := range b.refers[t.name] {
		if r := b.tables[name]; r != nil {
			b.send(r)
		}
	}
	p := t.pending
	t.pending = nil
	b.out(p)
}

// Flush hands on what is left.
func (b *Bulk) Flush() {
	for _, t := range b.order {
		b.send(t)
	}
}

// Write inserts the rows, once. The caller records how many there were.
func (r *Rows) Write(tx *Tx) error {
	_, err := tx.Exec(r.text(), r.args...)
	args := r.args
	r.args = nil
	clear(args)
	r.table.used.Put(&args) // the slice is the next owner's from here
	return err
}

// bulkTexts keeps the statements of full batches.
var bulkTexts sync.Map // head → statement

func (r *Rows) text() string {
	if r.N != bulkRows {
		return r.head + values(r.N, r.columns)
	}
	if q, ok := bulkTexts.Load(r.head); ok {
		return q.(string)
	}
	q := r.head + values(r.N, r.columns)
	bulkTexts.Store(r.head, q)
	return q
}

// values is the list of parameters of a statement for n rows.
func values(n, columns int) string {
	var q strings.Builder
	for i := range n * columns {
		switch {
		case i == 0:
			q.WriteString("($")
		case i%columns == 0:
			q.WriteString("), ($")
		default:
			q.WriteString(", $")
		}
		q.WriteString(strconv.Itoa(i + 1))
	}
	return q.String() + ")"
}

// InsertAll puts rows into a table, many to a statement.
func InsertAll[T any](tx *Tx, table string, all []T) error {
	tx.writes += len(all)
	return insertAll(tx, table, all)
}

// insertAll writes rows of one table within a transaction, in statements of 64
// rows, of 32, and so on: few texts, whatever the number of rows.
func insertAll[T any](tx *Tx, table string, all []T) error {
	columns := len(shapeOf(reflect.TypeFor[T]()).fields)
	for n := bulkRows; len(all) > 0; n /= 2 {
		for len(all) >= n {
			args := make([]any, 0, n*columns)
			for _, v := range all[:n] {
				args = append(args, Values(v)...)
			}
			if _, err := tx.exec(manyText[T](table, n), args...); err != nil {
				return err
			}
			all = all[n:]
		}
	}
	return nil
}

// manyText is the statement that inserts n rows.
func manyText[T any](table string, n int) string {
	if n == 1 {
		return InsertText[T](table)
	}
	s := shapeOf(reflect.TypeFor[T]())
	key := table + " " + strconv.Itoa(n)
	if q, ok := s.insert.Load(key); ok {
		return q.(string)
	}
	q := "insert into " + table + " (" + Columns[T]("") + ") values " + values(n, len(s.fields))
	s.insert.Store(key, q)
	return q
}

// In is every row of a query whose text ends before a list in parentheses: one
// statement for each 64 of the list, the last of them filled up.
func In[T any, K any](tx *Tx, query string, list []K, tail string) (all []T, err error) {
	for len(list) > 0 {
		n := min(len(list), bulkRows)
		size := 1
		for size < n {
			size *= 2
		}
		args := make([]any, size)
		for i := range args {
			args[i] = list[min(i, n-1)]
		}
		list = list[n:]
		rows, err := All[T](tx, query+" "+values(1, size)+" "+tail, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

package db

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"
)

// A Change is one recorded change of one subject. It is a leaf of the Merkle
// tree of changes, appended in the transaction that made it.
type Change struct {
	N       int64  `db:"n" json:"n"`
	At      int64  `db:"at" json:"at"` // Unix milliseconds
	Account string `db:"account" json:"account"`
	Name    string `db:"name" json:"name"` // the actor's name at that moment
	Kind    string `db:"kind" json:"kind"` // the post acted in
	Action  string `db:"action" json:"action"`
	Subject string `db:"subject" json:"subject"` // noun/id; no foreign key: the record outlives its subject
	Diff    string `db:"diff" json:"diff"`       // JSON: field → [before, after]; secrets show only that they changed
}

// Record notes what changed about subject ("noun/id"), in this transaction.
// before is nil for a creation, after is nil for a removal; both are structs
// of one type whose every exported field carries a `record` tag: track (kept
// with its values), secret (kept as a change without values) or ignore.
func (tx *Tx) Record(subject string, before, after any) error {
	diff, err := Diff(before, after)
	if err != nil {
		return fmt.Errorf("record %s: %w", subject, err)
	}
	return tx.note(subject, diff)
}

// RecordAll notes that n rows of a table were written together from one source
// (an import batch, the demonstration county), each of which has no history
// of its own yet.
func (tx *Tx) RecordAll(subject string, n int, source string) error {
	return tx.note(subject, map[string]any{"rows": n, "source": source})
}

func (tx *Tx) note(subject string, diff map[string]any) error {
	text, err := json.Marshal(diff)
	if err != nil {
		return err
	}
	tx.changes = append(tx.changes, Change{
		At: tx.Millis(), Account: tx.by.Account, Name: tx.by.Name, Kind: string(tx.by.Kind),
		Action: tx.action, Subject: subject, Diff: string(text),
	})
	return nil
}

// ErrUndeclared means that a recorded struct has a field nobody classified.
var ErrUndeclared = errors.New("db: field without a record tag")

// Diff compares two structs of one type by their `record` tags.
func Diff(before, after any) (map[string]any, error) {
	b, a := structOf(before), structOf(after)
	if !b.IsValid() && !a.IsValid() {
		return nil, errors.New("db: nothing to record")
	}
	t := a
	if !t.IsValid() {
		t = b
	}
	if b.IsValid() && a.IsValid() && b.Type() != a.Type() {
		return nil, fmt.Errorf("db: %s became %s", b.Type(), a.Type())
	}
	diff := map[string]any{}
	for _, f := range declaredBy(t.Type()) {
		var was, is any
		switch f.record {
		case "track", "secret":
		case "ignore":
			continue
		default:
			return nil, fmt.Errorf("%w: %s.%s", ErrUndeclared, t.Type(), f.name)
		}
		if b.IsValid() {
			was = b.FieldByIndex(f.index).Interface()
		}
		if a.IsValid() {
			is = a.FieldByIndex(f.index).Interface()
		}
		switch {
		case reflect.DeepEqual(was, is):
		case f.record == "secret":
			diff[f.name] = "•••"
		default:
			diff[f.name] = [2]any{was, is}
		}
	}
	return diff, nil
}

// A declared is a field with what its tag says of records.
type declared struct {
	name, record string
	index        []int
}

var declaredOf sync.Map // reflect.Type → []declared

// declaredBy are the exported fields of a struct, read once for each type.
func declaredBy(t reflect.Type) []declared {
	if all, ok := declaredOf.Load(t); ok {
		return all.([]declared)
	}
	var all []declared
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && !f.Anonymous {
			all = append(all, declared{f.Name, f.Tag.Get("record"), f.Index})
		}
	}
	declaredOf.Store(t, all)
	return all
}

func structOf(v any) reflect.Value {
	rv := reflect.ValueOf(v)
	for rv.IsValid() && rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return reflect.Value{}
		}
		rv = rv.Elem()
	}
	return rv
}

// keepChanges appends the transaction's changes to the record and its tree.
func (tx *Tx) keepChanges() error {
	if len(tx.changes) == 0 {
		return nil
	}
	next, err := One[int64](tx, `select coalesce(max(n), -1) + 1 from change`)
	if err != nil {
		return err
	}
	leaves := make([][]byte, len(tx.changes))
	for i := range tx.changes {
		tx.changes[i].N = next + int64(i)
		if leaves[i], err = json.Marshal(tx.changes[i]); err != nil {
			return err
		}
	}
	if err := insertAll(tx, "change", tx.changes); err != nil {
		return err
	}
	return tx.grow(changeTree, next, leaves)
}

// ChangesOf lists what was recorded about a subject, newest first.
func ChangesOf(tx *Tx, subject string, limit int) ([]Change, error) {
	return All[Change](tx, `select `+Columns[Change]("")+` from change where subject = $1 order by n desc limit $2`, subject, limit)
}

// LatestInstant is the moment of the last recorded change, or the zero time:
// a clock before it is wrong.
func (d *DB) LatestInstant(tx *Tx) (time.Time, error) {
	at, err := One[int64](tx, `select coalesce(max(at), 0) from change where n >= (select coalesce(max(n), 0) - 8 from change)`)
	if err != nil || at == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(at).UTC(), nil
}

package db

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A table is what the schema's texts say of one: enough to copy its rows in an
// order that is the same on both engines.
type table struct {
	stream string   // county or looks
	name   string   // as it is created
	key    []string // its primary key
}

// passing are the tables whose rows mean something on one machine only: who is
// signed in, who may enrol, who has guessed too often. No copy has them.
var passing = []string{"session", "enrolment", "throttle"}

var (
	statementForm = regexp.MustCompile(`(?is)create table (?:if not exists )?(\w+)\s*\((.*?)\n\)|drop table (?:if exists )?(\w+)|alter table (\w+) rename to (\w+)`)
	inlineKeyForm = regexp.MustCompile(`(?im)^\s*(\w+) [^,(]*\bprimary key\b`)
	tableKeyForm  = regexp.MustCompile(`(?im)^\s*primary key \(([^)]*)\)`)
	commentForm   = regexp.MustCompile(`--[^\n]*`)
)

// Current is the version of the schema that this program makes.
func Current() Version { return Version{newest("county"), newest("looks")} }

func newest(stream string) (last int64) {
	names, _ := fs.Glob(schema, "schema/"+stream+"/*.sql")
	for _, name := range names {
		last = max(last, number(stream, name))
	}
	return last
}

// number is the version that a file of the schema brings a stream to.
func number(stream, file string) int64 {
	text, _, _ := strings.Cut(strings.TrimPrefix(file, "schema/"+stream+"/"), "_")
	n, _ := strconv.ParseInt(text, 10, 64) // goose has refused any other name
	return n
}

// tablesOf lists the tables of a stream as they stand after the given version,
// in the order in which they were created: a table stands after those it
// refers to.
func tablesOf(stream string, version int64) ([]table, error) {
	names, err := fs.Glob(schema, "schema/"+stream+"/*.sql")
	if err != nil {
		return nil, err
	}
	var all []table
	for _, name := range names {
		if number(stream, name) > version {
			continue
		}
		text, err := schema.ReadFile(name)
		if err != nil {
			return nil, err
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		if all, err = readTables(all, stream, commentForm.ReplaceAllString(up, "")); err != nil {
			return nil, fmt.Errorf("schema %s: %w", name, err)
		}
	}
	return all, nil
}

// readTables brings all up to what one text of the schema does to it.
func readTables(all []table, stream, text string) ([]table, error) {
	find := func(name string) int { return slices.IndexFunc(all, func(t table) bool { return t.name == name }) }
	for _, m := range statementForm.FindAllStringSubmatch(text, -1) {
		made, body, dropped, was, is := m[1], m[2], m[3], m[4], m[5]
		switch {
		case dropped != "":
			if i := find(dropped); i >= 0 {
				all = slices.Delete(all, i, i+1)
			}
		case was != "":
			if i := find(was); i >= 0 {
				all[i].name = is
			}
		default:
			key := primaryKey(body)
			if len(key) == 0 {
				return nil, fmt.Errorf("table %s has no primary key", made)
			}
			all = append(all, table{stream, made, key})
		}
	}
	return all, nil
}

func primaryKey(body string) []string {
	if m := tableKeyForm.FindStringSubmatch(body); m != nil {
		return strings.FieldsFunc(m[1], func(r rune) bool { return r == ',' || r == ' ' })
	}
	if m := inlineKeyForm.FindStringSubmatch(body); m != nil {
		return []string{m[1]}
	}
	return nil
}

// copied lists what a copy of a county of this schema has in it.
func copied(v Version) ([]table, error) {
	county, err := tablesOf("county", v.County)
	if err != nil {
		return nil, err
	}
	looks, err := tablesOf("looks", v.Looks)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(append(county, looks...), func(t table) bool { return slices.Contains(passing, t.name) }), nil
}

// where is the part of a table that belongs to its stream. The stored hashes
// and heads of both trees are in one pair of tables on PostgreSQL and in a pair
// for each file on SQLite; a copy always has them apart.
func (t table) where() string {
	if t.name != "tree_hash" && t.name != "tree_head" {
		return ""
	}
	return " where tree = '" + map[string]string{"county": changeTree, "looks": lookTree}[t.stream] + "'"
}

func (t table) selection(columns []string) string {
	return "select " + strings.Join(columns, ", ") + " from " + t.name + t.where() + " order by " + strings.Join(t.key, ", ")
}

// A column is one column of a copied table.
type column struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // text, int, float, bytes
}

// columnsOf asks the engine for a table's columns.
func (t table) columnsOf(tx *Tx) ([]column, error) {
	rows, err := tx.conn.query(tx.ctx, tx.pool, "select * from "+t.name+" limit 0", nil)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(types))
	for i, c := range types {
		kind, ok := columnKinds[strings.ToLower(c.DatabaseTypeName())]
		if !ok {
			return nil, fmt.Errorf("%s.%s has type %q, which a copy does not know", t.name, c.Name(), c.DatabaseTypeName())
		}
		columns[i] = column{c.Name(), kind}
	}
	return columns, rows.Err()
}

var columnKinds = map[string]string{
	"text": "text", "varchar": "text",
	"bigint": "int", "int8": "int", "integer": "int", "int4": "int",
	"double precision": "float", "float8": "float",
	"bytea": "bytes",
}

func names(columns []column) []string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.Name
	}
	return all
}

package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/export"
)

// fill gives each table of a county that has no row yet one, by what the export
// itself says of its fields: a table that is forgotten on the way is missed then,
// also one that the invented county has nothing for.
func fill(t *testing.T, c *Config, schemaText string) {
	t.Helper()
	var schema export.Schema
	if err := json.Unmarshal([]byte(schemaText), &schema); err != nil {
		t.Fatal(err)
	}
	a := open(t, c)
	defer a.Close()
	filled := 0
	err := a.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
		filled = 0
		for left := schema.Tables; len(left) > 0; {
			var later []export.SchemaTable
			for _, table := range left {
				n, err := fillOne(tx, table.Table)
				if err != nil {
					return fmt.Errorf("%s: %w", table.Name, err)
				}
				if n < 0 {
					later = append(later, table)
					continue
				}
				filled += n
			}
			if len(later) == len(left) {
				return fmt.Errorf("%d tables refer to each other", len(later))
			}
			left = later
		}
		return tx.RecordAll("tables", filled, "test")
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range copyOf(t, c) {
		if s.Rows == 0 {
			t.Errorf("%s leaves without a row: nobody would miss it", name)
		}
	}
}

// fillOne writes a row into a table that has none, and reports how many it wrote;
// -1 where a table that it refers to has none yet.
func fillOne(tx *db.Tx, table db.Table) (int, error) {
	if table.Stream != "county" {
		return 0, nil
	}
	if n, err := db.One[int64](tx, `select count(*) from `+table.Name); err != nil || n > 0 {
		return 0, err
	}
	var names, marks []string
	var values []any
	for i, f := range table.Columns {
		v := any(f.Name)
		switch {
		case f.Refers != "":
			id, err := db.One[string](tx, `select id from `+f.Refers+` limit 1`)
			if err == db.ErrNoRow {
				return -1, nil
			}
			if err != nil {
				return 0, err
			}
			v = id
		case len(f.Values) > 0:
			v = f.Values[0]
		case f.Form == "date":
			v = "2026-01-02"
		case f.Kind == "int":
			v = 1
		case f.Kind == "float":
			v = 1.5
		case f.Kind == "bytes":
			v = []byte{0, 255, '"'}
		}
		names, marks, values = append(names, f.Name), append(marks, fmt.Sprintf("$%d", i+1)), append(values, v)
	}
	_, err := tx.Exec(`insert into `+table.Name+` (`+strings.Join(names, ", ")+`) values (`+strings.Join(marks, ", ")+`)`, values...)
	return 1, err
}

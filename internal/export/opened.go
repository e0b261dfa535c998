package export

import (
	"encoding/csv"
	"strings"

	"anju/internal/db"
)

// opened writes the sealed fields of a table in clear, each beside the key of
// its row, into files of their own: who passes the export on can leave them
// out. A nil *opened writes nothing.
type opened struct {
	csv    *csv.Writer
	out    *file
	key    []int
	fields []openedField
}

type openedField struct {
	at, id        int // the sealed field, and the one that names its place
	table, column string
}

// open begins the opened file of t, if opening is asked for and t has sealed
// fields that can be.
func (w *writer) open(t db.Table) (*opened, error) {
	if !w.o.Open {
		return nil, nil
	}
	o := &opened{}
	at := map[string]int{}
	for i, f := range t.Columns {
		at[f.Name] = i
	}
	head := []string{}
	for _, name := range t.Key {
		o.key, head = append(o.key, at[name]), append(head, name)
	}
	for _, f := range t.Columns {
		if how, ok := opening[t.Name+"."+f.Name]; ok {
			o.fields = append(o.fields, openedField{at[f.Name], at[how.id], how.table, how.column})
			head = append(head, strings.TrimSuffix(f.Name, "_sealed"))
		}
	}
	if len(o.fields) == 0 {
		return nil, nil
	}
	out, err := w.create(OpenedDir + "/" + fileOf(t) + ".csv")
	if err != nil {
		return nil, err
	}
	o.out, o.csv = out, csv.NewWriter(out)
	return o, o.csv.Write(head)
}

func (o *opened) row(w *writer, row []any) error {
	if o == nil {
		return nil
	}
	var record []string
	for _, i := range o.key {
		record = append(record, cell(row[i]))
	}
	found := false
	for _, f := range o.fields {
		sealed, _ := row[f.at].([]byte)
		plain := []byte{}
		if len(sealed) > 0 {
			id, _ := row[f.id].(string)
			var err error
			if plain, err = w.seal.keys.Open(f.table, f.column, id, sealed); err != nil {
				return err
			}
			found = true
		}
		record = append(record, string(plain))
	}
	if !found {
		return nil
	}
	return o.csv.Write(record)
}

func (o *opened) end(w *writer) error {
	if o == nil {
		return nil
	}
	o.csv.Flush()
	err := w.done(o.out, o.csv.Error())
	o.out = nil
	return err
}

func (o *opened) file() *file {
	if o == nil {
		return nil
	}
	return o.out
}

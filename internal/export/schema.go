package export

import (
	"slices"

	"anju/internal/code"
	"anju/internal/db"
)

// A Schema says what stands in the files.
type Schema struct {
	Notes  []string      `json:"notes"`
	Tables []SchemaTable `json:"tables"`
	Codes  []CodeTable   `json:"codes"`
}

// A SchemaTable is one table with its files.
type SchemaTable struct {
	db.Table
	Lines  string            `json:"jsonl"`
	CSV    string            `json:"csv"`
	Codes  map[string]string `json:"codes,omitempty"`  // field → code table
	Sealed []string          `json:"sealed,omitempty"` // fields that leave sealed
}

// A CodeTable is a code table of a national standard, with its file.
type CodeTable struct {
	Name     string `json:"name"`
	Standard string `json:"standard"`
	Edition  string `json:"edition"`
	Title    string `json:"title"`
	File     string `json:"file"`
}

var notes = []string{
	"text is UTF-8; in CSV a field that may be without a value (null) and is empty has none",
	"bytes are base64; fields named *_sealed hold, as bytes: suite (1: AES-256-GCM), 12 bytes of nonce, ciphertext and tag",
	"form date: 2006-01-02, 9999-12-31 is still so, empty is unknown or not yet; form instant: milliseconds since 1970-01-01 UTC, 0 is not yet",
	"form path: statistical division code (6, 9 or 12 digits), with a grid 15 digits",
	"a row with the field sealed_row speaks of a protected person and opens only with the county's key file",
}

// schemaOf is the schema of the tables, from what the program itself declares.
func schemaOf(tables []db.Table) Schema {
	s := Schema{Notes: notes}
	for _, t := range tables {
		st := SchemaTable{Table: t, Lines: linesFile(t), CSV: csvFile(t), Codes: map[string]string{}}
		for _, f := range t.Columns {
			field := t.Name + "." + f.Name
			if f.Kind == "text" && len(f.Values) == 0 && code.Table(f.Name) != nil {
				st.Codes[f.Name] = f.Name // a field of a code is named as its table
			}
			if _, can := opening[field]; can || slices.Contains(credentials, field) {
				st.Sealed = append(st.Sealed, f.Name)
			}
		}
		s.Tables = append(s.Tables, st)
	}
	for _, name := range code.Tables() {
		l := code.Table(name)
		s.Codes = append(s.Codes, CodeTable{name, l.Standard, l.Edition, l.Title, codesDir + "/" + name + ".csv"})
	}
	return s
}

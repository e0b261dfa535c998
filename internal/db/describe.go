package db

import (
	"io/fs"
	"regexp"
	"strings"
	"sync"
)

// A Field is what the schema's texts say of one column.
type Field struct {
	Name    string   `json:"field"`
	Kind    string   `json:"type"`             // text, int, float, bytes
	Form    string   `json:"form,omitempty"`   // date, instant, id, path
	Null    bool     `json:"null,omitempty"`   // may be without a value
	Values  []string `json:"values,omitempty"` // the only ones allowed
	Refers  string   `json:"refers,omitempty"` // to the id of this table
	Meaning string   `json:"meaning,omitempty"`
}

var (
	addColumnForm = regexp.MustCompile(`(?im)^alter table (\w+) add (?:column )?([^;]*);[ \t]*(--[^\n]*)?`)
	columnForm    = regexp.MustCompile(`(?i)^\s*(\w+) (text|bigint|bytea|double precision)([^\n]*?),?\s*(?:--\s*(.*))?$`)
	valuesForm    = regexp.MustCompile(`(?i)\bcheck \(\w+ in \(([^)]*)\)`)
	refersForm    = regexp.MustCompile(`(?i)\breferences (\w+)`)
)

// fieldsOf reads the columns of a table from the texts that made it, with the
// words beside them.
func fieldsOf(t table) (map[string]Field, error) {
	bodies, err := bodiesOf[t.stream]()
	if err != nil {
		return nil, err
	}
	all := map[string]Field{}
	for line := range strings.SplitSeq(bodies[t.name], "\n") {
		if f, ok := readField(line); ok {
			all[f.Name] = f
		}
	}
	return all, nil
}

// bodiesOf reads, once for each stream, what stands in the brackets of every
// create table of its texts.
var bodiesOf = map[string]func() (map[string]string, error){"county": readBodies("county"), "looks": readBodies("looks")}

func readBodies(stream string) func() (map[string]string, error) {
	return sync.OnceValues(func() (map[string]string, error) {
		names, err := fs.Glob(schema, "schema/"+stream+"/*.sql")
		if err != nil {
			return nil, err
		}
		bodies := map[string]string{}
		for _, name := range names {
			text, err := schema.ReadFile(name)
			if err != nil {
				return nil, err
			}
			up, _, _ := strings.Cut(string(text), "-- +goose Down")
			for _, m := range statementForm.FindAllStringSubmatch(up, -1) {
				switch made, body, was, is := m[1], m[2], m[4], m[5]; {
				case made != "":
					bodies[made] = body
				case was != "":
					bodies[is] = bodies[was]
				}
			}
			for _, m := range addColumnForm.FindAllStringSubmatch(up, -1) {
				bodies[m[1]] += "\n" + m[2] + ", " + m[3]
			}
		}
		return bodies, nil
	})
}

// readField reads a column from its line of a create table.
func readField(line string) (f Field, ok bool) {
	m := columnForm.FindStringSubmatch(line)
	if m == nil {
		return f, false
	}
	rules := strings.ToLower(m[3])
	f = Field{Name: m[1], Meaning: strings.TrimSpace(m[4])}
	f.Null = !strings.Contains(rules, "not null") && !strings.Contains(rules, "primary key")
	if v := valuesForm.FindStringSubmatch(m[3]); v != nil {
		for one := range strings.SplitSeq(v[1], ",") {
			f.Values = append(f.Values, strings.Trim(one, " '"))
		}
	}
	if v := refersForm.FindStringSubmatch(m[3]); v != nil {
		f.Refers = v[1]
	}
	f.Form = form(f.Name, strings.ToLower(m[2]))
	return f, true
}

// form is what the names of columns promise about their values.
func form(name, kind string) string {
	switch {
	case kind == "bigint" && (name == "at" || strings.HasSuffix(name, "_at")):
		return "instant" // milliseconds since 1970-01-01 UTC; 0: not yet
	case kind == "text" && (name == "birth" || name == "as_of" || name == "valid_from" || name == "valid_to" || strings.HasSuffix(name, "_on") || strings.HasSuffix(name, "_due")):
		return "date" // 2006-01-02; 9999-12-31: still so
	case kind == "text" && (name == "id" || strings.HasSuffix(name, "_id")):
		return "id"
	case kind == "text" && (name == "path" || strings.HasSuffix(name, "_path")):
		return "path" // codes of division and grid
	}
	return ""
}

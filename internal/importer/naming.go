package importer

import (
	"context"
	"encoding/json"
	"slices"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/importer/table"
)

// A Naming is the header row of a file and what its names mean: some by
// themselves, some because the office said so once.
type Naming struct {
	Headers []string          // in the order of the file
	Unknown []string          // that no column has
	Missing []string          // columns that must be there, and are not
	Names   map[string]string // header → column, as the office said
}

// Naming is the naming of an import; zero while there is none.
func (i Import) Naming() (n Naming, err error) {
	if i.Columns == "" {
		return n, nil
	}
	return n, json.Unmarshal([]byte(i.Columns), &n)
}

// officeOf names the office that a mapping is remembered for: the same post
// over the same area writes the same headers.
func officeOf(post actor.Kind, path string) string { return string(post) + "/" + path }

func (s *Service) said(ctx context.Context, office, kind string) (names map[string]string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error { names, err = said(tx, office, kind); return err })
	return names, err
}

// header finds the header row of a stored file. What is missing from it is told
// as long as some of it is recognised: then somebody can say the rest.
func (s *Service) header(id blob.ID, name string, k kind, names map[string]string) (n Naming, err error) {
	err = s.open(id, name, func(t *table.Table) error {
		n, err = naming(t, k, names)
		return err
	})
	return n, err
}

func naming(t *table.Table, k kind, names map[string]string) (Naming, error) {
	n := Naming{Names: names}
	h, err := t.FindHeader(named(k.columns, names))
	if err == nil {
		n.Headers, n.Unknown = h.Names, h.Unknown
		return n, nil
	}
	if fault.KeyOf(err) != "importer.file.header_missing" {
		return n, err
	}
	found := t.BestHeader()
	n.Headers, n.Unknown, n.Missing = found.Names, found.Unknown, found.Missing
	if len(n.Unknown) == 0 {
		return n, err // nothing that could be the missing column
	}
	return n, nil
}

// Name says what the headers of a file are, remembers it for the office, and
// checks the file again. A header left out is what it was; "" is no column.
func (s *Service) Name(ctx context.Context, by actor.Actor, id string, names map[string]string) error {
	i, err := s.Get(ctx, by, id)
	if err != nil {
		return err
	}
	k, err := kindOf(i.Kind)
	if err != nil {
		return err
	}
	if i.State != Unnamed && i.State != Checked && i.State != Failed || i.BlobID == "" {
		return fault.New(fault.Conflict, "importer.not_nameable")
	}
	was, err := i.Naming()
	if err != nil {
		return err
	}
	all, err := was.with(k, names)
	if err != nil {
		return err
	}
	found, err := s.header(blob.ID(i.BlobID), i.FileName, k, all)
	if err != nil {
		return err
	}
	text, err := json.Marshal(found)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, by, string(k.action), func(tx *db.Tx) error {
		was, err := get(tx, id)
		if err != nil {
			return err
		}
		for header := range names {
			if err := remember(tx, officeOf(by.Kind, i.Path), k.name, header, all[header]); err != nil {
				return err
			}
		}
		is := was
		is.Columns, is.Report, is.Error, is.State = string(text), "", "", Checking
		if len(found.Missing) > 0 {
			is.State = Unnamed
		} else if err := tx.Enqueue(jobCheck, id, tx.Now(), id); err != nil {
			return err
		}
		if err := update(tx, is); err != nil {
			return err
		}
		return tx.Record("import/"+id, was, is)
	})
}

// with is what the headers mean after somebody said more. A column can be one
// header only, and only a header of the file can be a column.
func (n Naming) with(k kind, says map[string]string) (map[string]string, error) {
	all := map[string]string{}
	for header, name := range n.Names {
		all[header] = name
	}
	var f fault.Fields
	taken := map[string]string{}
	for i, header := range n.Headers {
		name, ok := says[header]
		if !ok {
			name = all[header]
		}
		if name == "" {
			delete(all, header)
			continue
		}
		if !slices.ContainsFunc(k.columns, func(c table.Column) bool { return c.Name == name && !c.Drop }) {
			f.Add(FieldOf(i), "importer.name.column")
			continue
		}
		if other, ok := taken[name]; ok {
			f.Add(FieldOf(i), "importer.name.twice", "other", other)
			continue
		}
		taken[name], all[header] = header, name
	}
	return all, f.Err()
}

// FieldOf is the name of the form's field for the n-th header.
func FieldOf(n int) string { return "column_" + string(rune('a'+n/26%26)) + string(rune('a'+n%26)) }

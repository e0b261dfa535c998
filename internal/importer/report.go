package importer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"anju/internal/i18n"
	"anju/internal/importer/table"
)

// A Report is what an import did or, on a dry run, would do.
type Report struct {
	Kind                  string            `json:",omitempty"` // of the file; "" in old reports is the register
	Named                 map[string]string `json:",omitempty"` // headers that the office said the meaning of
	File, Sheet, Encoding string
	HeaderRow             int
	Rows                  int // below the header, without empty ones
	Good, Bad, Warnings   int // rows; a row with warnings is good as well
	Households            int // with at least one good row
	New                   int // persons, or lines of a list, not known before
	Updated               int // of which the file says something else
	Unchanged             int
	Dropped               []string // columns left unread on purpose
	Notes                 []table.Note
	Faults                []Fault // by row
}

// describe takes over what is known of the file once it has been read.
func (r *Report) describe(t *table.Table) {
	r.File, r.Sheet, r.Encoding, r.Notes = t.Name, t.Sheet, t.Encoding, t.Notes()
	warned := make(map[int]bool)
	for _, f := range r.Faults {
		if f.Severity == Warning && f.Row > r.HeaderRow {
			warned[f.Row] = true
		}
	}
	r.Warnings = len(warned)
}

// count adds a household that may be taken in.
func (r *Report) count(h Household, changes map[int]change) {
	r.Households++
	r.Good += len(h.Rows)
	for _, p := range h.Rows {
		r.tally(changes[p.Row])
	}
}

func (r *Report) tally(what change) {
	switch what {
	case added:
		r.New++
	case updated:
		r.Updated++
	case unchanged:
		r.Unchanged++
	}
}

// columns are those of the file the report is about.
func (r *Report) columns() ([]table.Column, error) {
	if r.Kind == "" {
		return RegisterColumns, nil
	}
	k, err := kindOf(r.Kind)
	return named(k.columns, r.Named), err
}

// Told is what is to be known of the file as a whole: sheets that were not read,
// rows that do not show.
func (r *Report) Told() (all []string) {
	for _, n := range r.Notes {
		all = append(all, i18n.T(n.Key, n.Args...)) //i18n:dynamic importer.note.
	}
	return all
}

// line is a line of the report as other programs read it.
type line struct {
	Row      int      `json:"row"`
	Column   string   `json:"column"`
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
}

// WriteJSONL writes one line of JSON for each note about the file (row 0) and
// each fault.
func (r *Report) WriteJSONL(w io.Writer) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for i, told := range r.Told() {
		if err := enc.Encode(line{Code: r.Notes[i].Key[len("importer.note."):], Severity: Warning, Message: told}); err != nil {
			return fmt.Errorf("write report: %w", err)
		}
	}
	for _, f := range r.Faults {
		if err := enc.Encode(line{f.Row, f.Column, f.Code, f.Severity, f.Message()}); err != nil {
			return fmt.Errorf("write report: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

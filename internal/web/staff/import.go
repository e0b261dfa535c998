package staff

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/importer"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type importsPage struct {
	ui.OfficeArgs
	Kind  ui.FieldArgs
	AsOf  ui.FieldArgs
	File  ui.FieldArgs
	Needs []ui.Item
	Wrong []ui.FieldError
	Table ui.TableArgs
}

// imports is the upload form with what was imported before.
func (p *Pages) imports(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showImports(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showImports(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	list, err := p.Imports.List(r.Context(), s.Actor, 20)
	if err != nil {
		return err
	}
	g := importsPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.imports"), "/imports"),
		File: ui.FieldArgs{Name: "file", Label: i18n.T("staff.import.file"), Kind: ui.FileField, Required: true, Hint: i18n.T("staff.import.hint"), Accept: ".xlsx,.csv,.txt", Wide: true},
		AsOf: ui.FieldArgs{Name: "as_of", Label: i18n.T("staff.import.as_of"), Kind: ui.DateField, Hint: i18n.T("staff.import.as_of_hint"), Value: string(calendar.On(p.Now()))}}
	g.Kind = ui.FieldArgs{Name: "kind", Label: i18n.T("staff.import.kind"), Kind: ui.SelectField, Required: true, Wide: true}
	for _, k := range importer.KindsFor(s.Actor) {
		label := i18n.T("importer.kind." + k) //i18n:dynamic importer.kind.
		required, optional := importer.ColumnsOf(k)
		g.Kind.Options = append(g.Kind.Options, ui.Option{Value: k, Label: label})
		g.Needs = append(g.Needs, ui.Item{Label: label, Text: i18n.T("staff.import.needs", "required", strings.Join(required, "、"), "optional", strings.Join(optional, "、")), Wide: true})
	}
	gate.Fill(r, wrong, &g.Kind, &g.AsOf, &g.File)
	g.File.Error += wrong[""] // what is wrong with the file itself
	g.Wrong = ui.Errors(g.Kind, g.AsOf, g.File)
	g.Table = ui.TableArgs{Caption: i18n.T("staff.import.before"), Columns: []ui.Column{{Label: i18n.T("staff.import.name"), Wide: true}, {Label: i18n.T("staff.import.kind")}, {Label: i18n.T("staff.import.at"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.import.none"), Hint: i18n.T("staff.import.none_hint"), Icon: ui.IconImport}}
	for _, i := range list {
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(i.FileName, "/imports/"+i.ID), ui.Text(i18n.T("importer.kind." + i.Kind)), ui.Text(gate.At(i.CreatedAt)), ui.Tag(importTag(i))}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: "/imports/" + i.ID}}})
	}
	return gate.RenderCode(w, r, status, importsView(g))
}

func importTag(i importer.Import) ui.TagArgs {
	tone := map[string]ui.Tone{importer.Unnamed: ui.Warn, importer.Checking: ui.Info, importer.Checked: ui.Warn, importer.Running: ui.Info, importer.Done: ui.Good, importer.Failed: ui.Bad}[i.State]
	return ui.TagArgs{Label: i18n.T("staff.import." + i.State), Tone: tone} //i18n:dynamic staff.import.
}

func (p *Pages) importUpload(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	f, head, err := r.FormFile("file")
	if err == http.ErrMissingFile {
		return p.showImports(w, r, s, map[string]string{"file": i18n.T("importer.no_file")}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	said := importer.File{Kind: r.FormValue("kind"), Name: head.Filename, AsOf: calendar.Date(gate.Trim(r, "as_of"))}
	i, err := p.Imports.Upload(r.Context(), s.Actor, said, f)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showImports(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/imports/"+i.ID)
}

type importPage struct {
	ui.OfficeArgs
	importer.Import
	Progress *ui.ProgressArgs
	Stats    []ui.Stat
	Told     []string
	Dropped  []string
	Table    *ui.TableArgs
	More     int
	Naming   *namingForm
	Differ   *ui.NoticeArgs
	Returns  int // corrections for the office the file came from
	Seen     string
}

// A namingForm asks which column each header is that nobody recognised.
type namingForm struct {
	Missing string
	Fields  []ui.FieldArgs
	Wrong   []ui.FieldError
}

// shownFaults is how many faults the page lists; the workbook has them all.
const shownFaults = 200

// importShow is one import: progress, the result of the dry run, the result.
func (p *Pages) importShow(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showImport(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showImport(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong *fault.Fault, status int) error {
	i, err := p.Imports.Get(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	g := importPage{OfficeArgs: p.frame(r, s, i.FileName, "/imports"), Import: i}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.imports"), Href: "/imports"}}
	g.Sub = i18n.T("importer.kind."+i.Kind) + " · " + importTag(i).Label
	rep, err := i.Parsed()
	if err != nil {
		return err
	}
	if i.State == importer.Checking || i.State == importer.Running {
		w.Header().Set("Refresh", "2") // the whole page changes when it is done
		g.Progress = &ui.ProgressArgs{ID: "progress", Label: importTag(i).Label, Detail: i18n.T("staff.import.leave"), Done: int(i.RowDone), Total: rep.Households}
	}
	if i.Report != "" {
		g.Stats = importStats(i.Kind, rep)
		g.Told, g.Dropped = rep.Told(), rep.Dropped
		g.Table = faultTable(rep.Faults)
		g.More = max(0, len(rep.Faults)-shownFaults)
	}
	if err := p.aboutImport(r, s, i, &g, wrong); err != nil {
		return err
	}
	return gate.RenderCode(w, r, status, importView(g))
}

// aboutImport adds what an import leads to: headers to name, facts on which it
// differs from another source, corrections that go back.
func (p *Pages) aboutImport(r *http.Request, s *gate.Session, i importer.Import, g *importPage, wrong *fault.Fault) error {
	if i.State == importer.Unnamed || i.State == importer.Checked || i.State == importer.Failed {
		n, err := i.Naming()
		if err != nil {
			return err
		}
		g.Naming = nameForm(i, n, r, wrong)
	}
	if i.State != importer.Done {
		return nil
	}
	g.Seen = map[string]string{importer.KindRegister: "/residents?view=registered", importer.KindResidents: "/residents", importer.KindMoves: "/residents?separated=1"}[i.Kind]
	if policy.May(s.Actor, policy.FactReconcile) {
		_, n, err := p.Imports.Differences(r.Context(), s.Actor, importer.DifferenceFilter{Import: i.ID}, 1)
		if err != nil {
			return err
		}
		if n > 0 {
			g.Differ = &ui.NoticeArgs{Tone: ui.Warn, Text: i18n.T("staff.import.differ", "n", n), Link: &ui.LinkArgs{Label: i18n.T("staff.import.reconcile"), Href: "/reconcile?import=" + i.ID}}
		}
	}
	var err error
	g.Returns, err = p.Imports.CountCorrections(r.Context(), s.Actor, i.ID)
	return err
}

// nameForm asks for the headers that nobody recognised, and for those that the
// office named before; nil if there are none.
func nameForm(i importer.Import, n importer.Naming, r *http.Request, wrong *fault.Fault) *namingForm {
	f := &namingForm{Missing: strings.Join(n.Missing, "、")}
	required, optional := importer.ColumnsOf(i.Kind)
	for at, header := range n.Headers {
		name, said := n.Names[header]
		if header == "" || !said && !slices.Contains(n.Unknown, header) {
			continue
		}
		field := ui.FieldArgs{Name: importer.FieldOf(at), Label: header, Kind: ui.SelectField, Empty: i18n.T("staff.import.no_column")}
		if r.Method == http.MethodPost {
			name = r.PostFormValue(field.Name)
		}
		for _, c := range slices.Concat(required, optional) {
			field.Options = append(field.Options, ui.Option{Value: c, Label: c, Selected: c == name})
		}
		if wrong != nil {
			for _, w := range wrong.Fields {
				if w.Name == field.Name {
					field.Error = i18n.T(w.Key, w.Args...)
				}
			}
		}
		f.Fields = append(f.Fields, field)
	}
	if len(f.Fields) == 0 {
		return nil
	}
	f.Wrong = ui.Errors(f.Fields...)
	return f
}

// importName takes what the headers of a file were said to be.
func (p *Pages) importName(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	i, err := p.Imports.Get(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	n, err := i.Naming()
	if err != nil {
		return err
	}
	names := map[string]string{}
	for at, header := range n.Headers {
		if field := importer.FieldOf(at); r.PostForm.Has(field) {
			names[header] = r.PostFormValue(field)
		}
	}
	err = p.Imports.Name(r.Context(), s.Actor, id, names)
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid && len(f.Fields) > 0 {
		return p.showImport(w, r, s, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/imports/"+id+"?done=named")
}

// importCorrections is the list that goes back to the office of the file.
func (p *Pages) importCorrections(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	var b bytes.Buffer
	if err := p.Imports.Corrections(r.Context(), s.Actor, r.PathValue("id"), &b); err != nil {
		return err
	}
	return attach(w, xlsx, &b, "corrections.xlsx")
}

func importStats(kind string, rep importer.Report) []ui.Stat {
	if kind != importer.KindRegister {
		return listStats(rep)
	}
	bad := ui.Neutral
	if rep.Bad > 0 {
		bad = ui.Bad
	}
	n := func(label string, v int, tone ui.Tone, unit string) ui.Stat {
		return ui.Stat{Label: i18n.T(label), Value: ui.Thousands(v), Unit: i18n.T(unit), Tone: tone}
	}
	return []ui.Stat{
		n("staff.import.rows", rep.Rows, ui.Neutral, "staff.unit.rows"), n("staff.import.good", rep.Good, ui.Good, "staff.unit.rows"), n("staff.import.bad", rep.Bad, bad, "staff.unit.rows"),
		n("staff.import.warnings", rep.Warnings, ui.Warn, "staff.unit.rows"), n("staff.import.households", rep.Households, ui.Neutral, "staff.unit.households"),
		n("staff.import.new", rep.New, ui.Neutral, "staff.unit.people"), n("staff.import.updated", rep.Updated, ui.Neutral, "staff.unit.people"), n("staff.import.unchanged", rep.Unchanged, ui.Neutral, "staff.unit.people"),
	}
}

// listStats are the numbers of a list: its lines are no people.
func listStats(rep importer.Report) []ui.Stat {
	bad := ui.Neutral
	if rep.Bad > 0 {
		bad = ui.Bad
	}
	n := func(label string, v int, tone ui.Tone) ui.Stat {
		return ui.Stat{Label: i18n.T(label), Value: ui.Thousands(v), Unit: i18n.T("staff.unit.rows"), Tone: tone}
	}
	return []ui.Stat{n("staff.import.rows", rep.Rows, ui.Neutral), n("staff.import.good", rep.Good, ui.Good), n("staff.import.bad", rep.Bad, bad), n("staff.import.warnings", rep.Warnings, ui.Warn),
		n("staff.import.new", rep.New, ui.Neutral), n("staff.import.updated", rep.Updated, ui.Neutral), n("staff.import.unchanged", rep.Unchanged, ui.Neutral)}
}

func faultTable(all []importer.Fault) *ui.TableArgs {
	t := &ui.TableArgs{Caption: i18n.T("staff.import.faults"), Columns: []ui.Column{{Label: i18n.T("staff.import.row"), Num: true}, {Label: i18n.T("staff.import.column")}, {Label: i18n.T("staff.import.reason"), Wide: true}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.import.clean"), Hint: i18n.T("staff.import.clean_hint"), Icon: ui.IconGood}}
	for _, f := range all[:min(len(all), shownFaults)] {
		tag := ui.TagArgs{Label: i18n.T("staff.import.warning"), Tone: ui.Warn}
		if f.Severity == importer.Error {
			tag = ui.TagArgs{Label: i18n.T("staff.import.error"), Tone: ui.Bad}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(strconv.Itoa(f.Row)), ui.Text(f.Column), ui.Text(f.Message()), ui.Tag(tag)}})
	}
	return t
}

func (p *Pages) importRun(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := p.Imports.Run(r.Context(), s.Actor, r.PathValue("id")); err != nil {
		return err
	}
	return gate.See(w, r, "/imports/"+r.PathValue("id")+"?done=running")
}

func (p *Pages) importReport(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	var b bytes.Buffer
	if err := p.Imports.Annotated(r.Context(), s.Actor, r.PathValue("id"), &b); err != nil {
		return err
	}
	return attach(w, xlsx, &b, "report.xlsx")
}

package staff

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/importer"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type importsPage struct {
	ui.OfficeArgs
	File  ui.FieldArgs
	Wrong []ui.FieldError
	Table ui.TableArgs
}

// imports is the upload form with what was imported before.
func (p *Pages) imports(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showImports(w, r, s, "", http.StatusOK)
}

func (p *Pages) showImports(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong string, status int) error {
	list, err := p.Imports.List(r.Context(), s.Actor, 20)
	if err != nil {
		return err
	}
	g := importsPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.imports"), "/imports"),
		File: ui.FieldArgs{Name: "file", Label: i18n.T("staff.import.file"), Kind: ui.FileField, Required: true, Hint: i18n.T("staff.import.hint"), Accept: ".xlsx,.csv,.txt", Error: wrong, Wide: true}}
	g.Wrong = ui.Errors(g.File)
	g.Table = ui.TableArgs{Caption: i18n.T("staff.import.before"), Columns: []ui.Column{{Label: i18n.T("staff.import.name"), Wide: true}, {Label: i18n.T("staff.import.at"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.import.none"), Hint: i18n.T("staff.import.none_hint"), Icon: ui.IconImport}}
	for _, i := range list {
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(i.FileName, "/imports/"+i.ID), ui.Text(gate.At(i.CreatedAt)), ui.Tag(importTag(i))}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: "/imports/" + i.ID}}})
	}
	return gate.RenderCode(w, r, status, importsView(g))
}

func importTag(i importer.Import) ui.TagArgs {
	tone := map[string]ui.Tone{importer.Checking: ui.Info, importer.Checked: ui.Warn, importer.Running: ui.Info, importer.Done: ui.Good, importer.Failed: ui.Bad}[i.State]
	return ui.TagArgs{Label: i18n.T("staff.import." + i.State), Tone: tone} //i18n:dynamic staff.import.
}

func (p *Pages) importUpload(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	f, head, err := r.FormFile("file")
	if err == http.ErrMissingFile {
		return p.showImports(w, r, s, i18n.T("importer.no_file"), http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	i, err := p.Imports.Upload(r.Context(), s.Actor, head.Filename, f)
	if ft := fault.Of(err); ft != nil && ft.Kind == fault.Invalid {
		return p.showImports(w, r, s, i18n.T(ft.Key, ft.Args...), http.StatusUnprocessableEntity)
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
	Dropped  []string
	Table    *ui.TableArgs
	More     int
}

// shownFaults is how many faults the page lists; the workbook has them all.
const shownFaults = 200

// importShow is one import: progress, the result of the dry run, the result.
func (p *Pages) importShow(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	i, err := p.Imports.Get(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	g := importPage{OfficeArgs: p.frame(r, s, i.FileName, "/imports"), Import: i}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.imports"), Href: "/imports"}}
	g.Sub = importTag(i).Label
	rep, err := i.Parsed()
	if err != nil {
		return err
	}
	if i.State == importer.Checking || i.State == importer.Running {
		w.Header().Set("Refresh", "2") // the whole page changes when it is done
		g.Progress = &ui.ProgressArgs{ID: "progress", Label: importTag(i).Label, Detail: i18n.T("staff.import.leave"), Done: int(i.RowDone), Total: rep.Households}
	}
	if i.Report != "" {
		g.Stats = importStats(rep)
		g.Dropped = rep.Dropped
		g.Table = faultTable(rep.Faults)
		g.More = max(0, len(rep.Faults)-shownFaults)
	}
	return gate.Render(w, r, importView(g))
}

func importStats(rep importer.Report) []ui.Stat {
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
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="report.xlsx"`)
	b.WriteTo(w) // if it fails, nobody is waiting any more
	return nil
}

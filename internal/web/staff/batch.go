package staff

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/booklet"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type batchesPage struct {
	ui.OfficeArgs
	Key            string
	Fields         []ui.FieldArgs
	Printer        []ui.FieldArgs
	Wrong          []ui.FieldError
	Table, Offsets ui.TableArgs
}

// batches is where a village or a town is printed at one go, with what was
// printed before and the printers of the office.
func (p *Pages) batches(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showBatches(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showBatches(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	list, err := p.Booklets.Batches(r.Context(), s.Actor, 20)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	printers, err := p.Booklets.Printers(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	options, err := p.printerOptions(r, s)
	if err != nil {
		return err
	}
	g := batchesPage{OfficeArgs: p.frame(r, s, i18n.T("staff.batch.title"), "/booklets"), Key: gate.NewKey()}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.booklets"), Href: "/booklets"}}
	place := ui.FieldArgs{Name: "path", Label: i18n.T("staff.batch.place"), Kind: ui.SelectField, Required: true}
	waiting, err := p.Booklets.Waiting(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	for _, d := range areas(x, s.Actor.Paths[0]) {
		var n int64
		for village, k := range waiting {
			if strings.HasPrefix(village, d.Code) {
				n += k
			}
		}
		if n > 0 {
			place.Options = append(place.Options, ui.Option{Value: d.Code, Label: i18n.T("staff.batch.waits", "place", d.Name, "n", n)})
		}
	}
	if len(place.Options) > 0 {
		g.Fields = append([]ui.FieldArgs{place}, printFields(options)...)
	}
	g.Printer = []ui.FieldArgs{{Name: "name", Label: i18n.T("staff.print.name"), Required: true, Max: 30, Hint: i18n.T("staff.print.name_hint")},
		{Name: "dx", Label: i18n.T("staff.print.dx"), Unit: i18n.T("staff.print.mm"), Short: true}, {Name: "dy", Label: i18n.T("staff.print.dy"), Unit: i18n.T("staff.print.mm"), Short: true, Hint: i18n.T("staff.print.dy_hint")}}
	for _, fields := range [][]ui.FieldArgs{g.Fields, g.Printer} {
		for i := range fields {
			gate.Fill(r, wrong, &fields[i])
		}
		g.Wrong = append(g.Wrong, ui.Errors(fields...)...)
	}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.batch.before"), Columns: []ui.Column{{Label: i18n.T("staff.batch.place"), Wide: true}, {Label: i18n.T("staff.print.format")}, {Label: i18n.T("staff.batch.at"), Code: true}, {Label: i18n.T("staff.batch.done")}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.batch.none"), Hint: i18n.T("staff.batch.none_hint"), Icon: ui.IconPrint}}
	for _, b := range list {
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(x.FullName(b.Path), "/batches/"+b.ID), ui.Text(formatName(b.Format)), ui.Text(gate.At(b.CreatedAt)),
			ui.Text(i18n.T("staff.batch.of", "done", b.Done, "total", b.Total)), ui.Tag(batchTag(b))}})
	}
	g.Offsets = ui.TableArgs{Caption: i18n.T("staff.print.printers"), Columns: []ui.Column{{Label: i18n.T("staff.print.name"), Wide: true}, {Label: i18n.T("staff.print.dx")}, {Label: i18n.T("staff.print.dy")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.print.none"), Hint: i18n.T("staff.print.none_hint"), Icon: ui.IconPrint}}
	for _, k := range printers {
		g.Offsets.Rows = append(g.Offsets.Rows, ui.Row{Cells: []templ.Component{ui.Text(k.Name), ui.Text(mm(k.DX()) + " " + i18n.T("staff.print.mm")), ui.Text(mm(k.DY()) + " " + i18n.T("staff.print.mm"))}})
	}
	return gate.RenderCode(w, r, status, batchesView(g))
}

// areas are the places a batch can be for: the actor's own and those directly
// below it, a town's villages or a county's towns.
func areas(x *division.Index, path string) []division.Division {
	var all []division.Division
	if d, ok := x.Get(path); ok {
		all = append(all, d)
	}
	return append(all, x.Children(path)...)
}

func formatName(f booklet.Format) string { return i18n.T("booklet.print.format_is." + string(f)) } //i18n:dynamic booklet.print.format_is.

func batchTag(b booklet.Batch) ui.TagArgs {
	tone := ui.Info
	if b.State == booklet.BatchDone {
		tone = ui.Good
	}
	return ui.TagArgs{Label: i18n.T("booklet.batch.state." + b.State), Tone: tone} //i18n:dynamic booklet.batch.state.
}

func (p *Pages) batchStart(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	b, err := p.Booklets.StartBatch(r.Context(), s.Actor, gate.Key(r), gate.Trim(r, "path"), job(r))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showBatches(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/batches/"+b.ID)
}

type batchPage struct {
	ui.OfficeArgs
	booklet.BatchPage
	Progress *ui.ProgressArgs
	Table    ui.TableArgs
	Faults   *ui.TableArgs
}

// batch is a batch with its progress, its finished files and what was left out.
func (p *Pages) batch(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	b, err := p.Booklets.GetBatch(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := batchPage{OfficeArgs: p.frame(r, s, i18n.T("staff.batch.of_place", "place", x.FullName(b.Path)), "/booklets"), BatchPage: b}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.booklets"), Href: "/booklets"}, {Label: i18n.T("staff.batch.title"), Href: "/batches"}}
	g.Sub = formatName(b.Format) + " · " + batchTag(b.Batch).Label
	if b.State == booklet.BatchRunning {
		w.Header().Set("Refresh", "2") // the whole page changes when it is done
		g.Progress = &ui.ProgressArgs{ID: "progress", Label: batchTag(b.Batch).Label, Detail: i18n.T("staff.batch.leave"), Done: int(b.Done), Total: int(b.Total)}
	}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.batch.parts"), Columns: []ui.Column{{Label: i18n.T("staff.batch.part"), Wide: true}, {Label: i18n.T("staff.batch.booklets")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.batch.no_part"), Icon: ui.IconPrint}}
	for _, k := range b.Parts {
		n := strconv.FormatInt(k.N, 10)
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(i18n.T("staff.batch.nth", "n", n), "/batches/"+b.ID+"/"+n), ui.Text(strconv.FormatInt(k.Booklets, 10))}})
	}
	if len(b.Faults) > 0 {
		g.Faults = &ui.TableArgs{Caption: i18n.T("staff.batch.faults"), Columns: []ui.Column{{Label: i18n.T("staff.col.booklet")}, {Label: i18n.T("staff.batch.why"), Wide: true}}}
		for _, f := range b.Faults {
			why := i18n.T(f.Why, "characters", f.Characters) //i18n:dynamic booklet.make.
			g.Faults.Rows = append(g.Faults.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(i18n.T("staff.see"), "/booklets/"+string(f.BookletID)), ui.Text(why)}})
		}
	}
	return gate.Render(w, r, batchView(g))
}

func (p *Pages) batchPart(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	n, err := strconv.ParseInt(r.PathValue("part"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	var b bytes.Buffer
	if err := p.Booklets.PartPDF(r.Context(), s.Actor, r.PathValue("id"), n, &b); err != nil {
		return err
	}
	return attach(w, "application/pdf", &b, "booklets-"+strconv.FormatInt(n, 10)+".pdf")
}

func (p *Pages) printerSet(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Booklets.SetPrinter(r.Context(), s.Actor, gate.Key(r), gate.Trim(r, "name"), gate.Trim(r, "dx"), gate.Trim(r, "dy"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showBatches(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/batches?done=saved")
}

package staff

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/importer"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type reconcilePage struct {
	ui.OfficeArgs
	Filter ui.FilterArgs
	Bulk   *bulkForm
	Wrong  []ui.FieldError
	Table  ui.TableArgs
}

// A bulkForm decides everything that the filter shows by one rule.
type bulkForm struct {
	Sub    string
	Reason ui.FieldArgs
	Hidden []ui.Option
}

const reconcileRows = 30

// reconcile lists the facts on which two sources disagree (两源核对).
func (p *Pages) reconcile(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showReconcile(w, r, s, nil, http.StatusOK)
}

func differenceFilter(r *http.Request) importer.DifferenceFilter {
	return importer.DifferenceFilter{Field: r.FormValue("field"), Kind: r.FormValue("kind"), Import: r.FormValue("import"), After: r.FormValue("after")}
}

func (p *Pages) showReconcile(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong *fault.Fault, status int) error {
	f := differenceFilter(r)
	rows, total, err := p.Imports.Differences(r.Context(), s.Actor, f, reconcileRows)
	if err != nil {
		return err
	}
	g := reconcilePage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.reconcile"), "/reconcile"), Filter: reconcileFilter(f)}
	g.Sub = i18n.T("staff.reconcile.sub", "n", total)
	g.Table = ui.TableArgs{Caption: i18n.T("staff.menu.reconcile"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.reconcile.field")},
		{Label: i18n.T("staff.reconcile.have"), Wide: true}, {Label: i18n.T("staff.reconcile.says"), Wide: true}, {Label: i18n.T("staff.reconcile.decide")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.reconcile.none"), Hint: i18n.T("staff.reconcile.none_hint"), Icon: ui.IconGood}}
	for _, d := range rows {
		g.Table.Rows = append(g.Table.Rows, differenceRow(d, s.CSRF, f))
	}
	next := ""
	if len(rows) == reconcileRows {
		next = rows[len(rows)-1].ID
	}
	g.Table.Pager = live(gate.More(r, "/reconcile", "after", next))
	if f.Field != "" && total > 0 {
		g.Bulk = &bulkForm{Sub: i18n.T("staff.reconcile.bulk_sub", "field", i18n.T("importer.field."+f.Field), "n", total), Hidden: hiddenFilter(f), //i18n:dynamic importer.field.
			Reason: ui.FieldArgs{Name: "reason", Label: i18n.T("staff.reconcile.reason"), Value: gate.Trim(r, "reason"), Required: true, Wide: true, Max: 200, Hint: i18n.T("staff.reconcile.reason_hint")}}
		if wrong != nil {
			g.Bulk.Reason.Error = i18n.T(wrong.Fields[0].Key, wrong.Fields[0].Args...)
			g.Wrong = ui.Errors(g.Bulk.Reason)
		}
	} else if wrong != nil {
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Bad, Text: i18n.T("staff.reconcile.no_reason")})
	}
	return gate.RenderCode(w, r, status, reconcileView(g))
}

func hiddenFilter(f importer.DifferenceFilter) []ui.Option {
	return []ui.Option{{Value: "field", Label: f.Field}, {Value: "kind", Label: f.Kind}, {Value: "import", Label: f.Import}}
}

func reconcileFilter(f importer.DifferenceFilter) ui.FilterArgs {
	fields := ui.FieldArgs{Name: "field", Label: i18n.T("staff.reconcile.field"), Kind: ui.SelectField, Empty: i18n.T("staff.all")}
	for _, name := range importer.Fields {
		fields.Options = append(fields.Options, ui.Option{Value: name, Label: i18n.T("importer.field." + name), Selected: name == f.Field})
	}
	kinds := ui.FieldArgs{Name: "kind", Label: i18n.T("staff.reconcile.from"), Kind: ui.SelectField, Empty: i18n.T("staff.all")}
	for _, k := range []string{importer.KindRegister, importer.KindResidents, importer.KindContracts, importer.KindUnits} {
		kinds.Options = append(kinds.Options, ui.Option{Value: k, Label: i18n.T("importer.kind." + k), Selected: k == f.Kind})
	}
	return ui.FilterArgs{Action: "/reconcile", Reset: "/reconcile", Fields: []ui.FieldArgs{fields, kinds}, Hidden: []ui.Option{{Value: "import", Label: f.Import}}}
}

func differenceRow(d importer.DifferenceRow, csrf string, f importer.DifferenceFilter) ui.Row {
	confirm := func(side, label, title string) templ.Component {
		return ui.ConfirmButton(ui.ConfirmArgs{Label: label, Title: title, Yes: label, Action: "/reconcile/" + d.ID, CSRF: csrf, Small: true,
			Fields: []ui.FieldArgs{{Name: "reason", ID: "f-" + side + "-" + d.ID, Label: i18n.T("staff.reconcile.reason"), Required: true, Max: 200}},
			Hidden: append(hiddenFilter(f), ui.Option{Value: "side", Label: side})})
	}
	about := "/households/" + string(d.HouseholdID)
	if d.Unit() != "" {
		about = "/organisations/" + d.Unit()
	}
	return ui.Row{Cells: []templ.Component{
		ui.LinkTo(d.Name, about), ui.Text(i18n.T("importer.field." + d.Field)),
		ui.Two(d.In(d.Have), originWords(d.HaveOrigin)), ui.Two(d.In(d.Says), originWords(d.SaysFile)),
		sides(confirm("have", i18n.T("staff.reconcile.keep"), i18n.T("staff.reconcile.keep_title")), confirm("says", i18n.T("staff.reconcile.take"), i18n.T("staff.reconcile.take_title"))),
	}}
}

// originWords is where a fact comes from, as a person says it.
func originWords(o importer.Origin) string {
	kind := i18n.T("importer.kind.other")
	if i18n.Has("importer.kind." + o.Kind) {
		kind = i18n.T("importer.kind." + o.Kind)
	}
	switch {
	case o.File != "":
		return i18n.T("staff.sources.file", "kind", kind, "file", o.File, "row", o.Row)
	case o.Row != "":
		return i18n.T("staff.sources.row", "kind", kind, "row", o.Row)
	}
	return kind
}

// reconcileOne decides one difference.
func (p *Pages) reconcileOne(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	err := p.Imports.Settle(r.Context(), s.Actor, r.PathValue("id"), r.PostFormValue("side") == "says", gate.Trim(r, "reason"))
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showReconcile(w, r, s, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/reconcile?"+filterQuery(r)+"&done=settled")
}

// reconcileAll decides by rule everything of one field and source.
func (p *Pages) reconcileAll(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	done, left, err := p.Imports.SettleAll(r.Context(), s.Actor, differenceFilter(r), r.PostFormValue("side") == "says", gate.Trim(r, "reason"))
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showReconcile(w, r, s, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/reconcile?"+filterQuery(r)+"&settled="+strconv.Itoa(done)+"&left="+strconv.Itoa(left)+"&done=settled")
}

func filterQuery(r *http.Request) string {
	var parts []string
	for _, name := range []string{"field", "kind", "import"} {
		if v := r.PostFormValue(name); v != "" {
			parts = append(parts, name+"="+v)
		}
	}
	return strings.Join(parts, "&")
}

// sources is where every fact of a household's file comes from.
func (p *Pages) sources(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	facts, err := p.Imports.Sources(r.Context(), s.Actor, household.ID(id))
	if err != nil {
		return err
	}
	g := listPage{OfficeArgs: p.frame(r, s, i18n.T("staff.sources.title"), "/residents"), Title: i18n.T("staff.sources.title"), Sub: i18n.T("staff.sources.sub")}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: i18n.T("staff.sources.household"), Href: "/households/" + id}}
	g.Table = ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.sources.fact")}, {Label: i18n.T("staff.sources.from"), Wide: true},
		{Label: i18n.T("staff.sources.as_of"), Code: true}, {Label: i18n.T("staff.sources.recorded"), Code: true, Lower: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.sources.none"), Icon: ui.IconFile}}
	for _, f := range facts {
		name := i18n.T("staff.sources.whole")
		if f.Who != "" {
			name = f.Who
		}
		fact := i18n.T("entitlement.kind." + f.Field)
		if i18n.Has("staff.sources." + f.Field) {
			fact = i18n.T("staff.sources." + f.Field) //i18n:dynamic staff.sources.
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.Text(name), ui.Text(fact), ui.Text(originWords(f.Origin)), ui.Text(string(f.AsOf)), ui.Text(gate.At(f.RecordedAt))}})
	}
	return gate.Render(w, r, listView(g))
}

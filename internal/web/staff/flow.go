package staff

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ledger"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type flowPage struct {
	ui.OfficeArgs
	Filter ui.FilterArgs
	Stats  *ui.StatsArgs
	Table  ui.TableArgs
	Export *exportForm
	Note   string
}

// flowQuery reads a ledger's query from an address or a form. A period that is
// not given is the ten years up to today.
func (p *Pages) flowQuery(r *http.Request, s *gate.Session) ledger.Query {
	q := ledger.Query{Side: ledger.Side(r.FormValue("side")), Other: gate.Trim(r, "other"), Programme: gate.Trim(r, "programme"), Period: p.period(r), After: r.FormValue("after")}
	if at := r.FormValue("at"); at != "" {
		q.Place = strings.Split(at, ".")
	} else {
		for _, path := range s.Actor.Paths {
			q.Place = append(q.Place, path[:min(len(path), 12)])
		}
	}
	if q.Side == "" && len(q.Place) == 1 && len(q.Place[0]) == 6 {
		q.Side = ledger.Within // nobody leaves the county as a whole but for another
	}
	if q.Side == "" {
		q.Side = ledger.Out
	}
	return q
}

func (p *Pages) period(r *http.Request) ledger.Period {
	d := ledger.Decade(calendar.On(p.Now()))
	if v := gate.Trim(r, "since"); v != "" {
		d.Since = calendar.Date(v)
	}
	if v := gate.Trim(r, "until"); v != "" {
		d.Until = calendar.Date(v)
	}
	return d
}

// flowURL is the address of a ledger.
func flowURL(q ledger.Query) string {
	v := url.Values{"at": {strings.Join(q.Place, ".")}, "side": {string(q.Side)}, "since": {string(q.Since)}, "until": {string(q.Until)}}
	if q.Other != "" {
		v.Set("other", q.Other)
	}
	if q.Programme != "" {
		v.Set("programme", q.Programme)
	}
	return "/flows?" + v.Encode()
}

// flows is a ledger of a place: who left it, who came, who moved within.
func (p *Pages) flows(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showFlows(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showFlows(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	q := p.flowQuery(r, s)
	page, err := p.Ledgers.List(r.Context(), s.Actor, q)
	if words, bad := gate.Invalid(err); bad {
		wrong, status = words, http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	stations, err := p.Ledgers.Stations(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := flowPage{OfficeArgs: p.frame(r, s, i18n.T("ledger.side."+string(q.Side)), "/flows")} //i18n:dynamic ledger.side.
	g.Sub = flowPlace(x, q)
	g.Aside = ui.Tree(ui.TreeArgs{Title: i18n.T("staff.residents.tree"), Nodes: flowTree(x, q, s.Actor), Filter: true})
	g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.menu.matrix"), Icon: ui.IconChart, Href: matrixURL(q)})
	g.Filter = flowFilter(q, stations, wrong)
	if q.Side != ledger.Between {
		g.Stats = flowStats(q, page)
	}
	next := q
	next.After = page.Next
	g.Table = flowTable(page, live(gate.More(r, "/flows", "after", page.Next)))
	g.Export = exportOf("/flows/export", s.CSRF, flowHidden(q), wrong["purpose"])
	g.Note = i18n.T("staff.flow.note")
	return gate.RenderCode(w, r, status, flowView(g))
}

// flowPlace is the place, or the two places, of a ledger in words.
func flowPlace(x *division.Index, q ledger.Query) string {
	name := func(code string) string {
		if code == ledger.Outside {
			return i18n.T("ledger.outside")
		}
		return x.FullName(code)
	}
	if q.Side == ledger.Between {
		return name(q.Place[0]) + " → " + name(q.Other)
	}
	if q.Other != "" {
		return ledger.PlaceName(x, q.Place) + " · " + name(q.Other)
	}
	return ledger.PlaceName(x, q.Place)
}

// matrixURL leads from a ledger to the matrix it belongs to.
func matrixURL(q ledger.Query) string {
	v := url.Values{"since": {string(q.Since)}, "until": {string(q.Until)}}
	if q.Programme != "" {
		v.Set("programme", q.Programme)
	}
	if q.Side == ledger.Between && len(q.Place[0]) == 9 && len(q.Other) == 9 {
		v.Set("from", q.Place[0])
		v.Set("to", q.Other)
	}
	return "/flows/matrix?" + v.Encode()
}

func flowHidden(q ledger.Query) []ui.Option {
	return []ui.Option{{Value: "at", Label: strings.Join(q.Place, ".")}, {Value: "side", Label: string(q.Side)}, {Value: "other", Label: q.Other},
		{Value: "since", Label: string(q.Since)}, {Value: "until", Label: string(q.Until)}, {Value: "programme", Label: q.Programme}}
}

// flowTree is the actor's places.
func flowTree(x *division.Index, q ledger.Query, by actor.Actor) []ui.TreeNode {
	current := strings.Join(q.Place, ".")
	var build func(d division.Division) (ui.TreeNode, bool)
	build = func(d division.Division) (ui.TreeNode, bool) {
		to := q
		to.Place, to.Other, to.After = []string{d.Code}, "", ""
		if to.Side == ledger.Between {
			to.Side = ledger.Out
		}
		n := ui.TreeNode{Label: d.Name, Count: -1, Current: d.Code == current}
		some := by.Over(d.Code)
		if some {
			n.Href = flowURL(to)
		}
		for _, c := range x.Children(d.Code) {
			if cn, ok := build(c); ok {
				n.Children = append(n.Children, cn)
				some = true
			}
		}
		n.Open = d.Level == division.County || strings.HasPrefix(current, d.Code)
		return n, some
	}
	var roots []ui.TreeNode
	for _, d := range x.Roots() {
		if n, ok := build(d); ok {
			roots = append(roots, n)
		}
	}
	return roots
}

func flowFilter(q ledger.Query, stations []ledger.Station, wrong map[string]string) ui.FilterArgs {
	a := ui.FilterArgs{Action: "/flows", Reset: "/flows", Live: "list"}
	at := strings.Join(q.Place, ".")
	if q.Side == ledger.Between {
		a.Hidden = []ui.Option{{Value: "at", Label: at}, {Value: "side", Label: string(q.Side)}, {Value: "other", Label: q.Other}}
	} else {
		f := ui.FieldArgs{Name: "side", Label: i18n.T("staff.flow.side"), Kind: ui.SelectField, Error: wrong["side"]}
		for _, side := range ledger.Sides {
			f.Options = append(f.Options, ui.Option{Value: string(side), Label: i18n.T("ledger.side." + string(side)), Selected: side == q.Side}) //i18n:dynamic ledger.side.
		}
		a.Fields = append(a.Fields, f)
		a.Hidden = []ui.Option{{Value: "other", Label: q.Other}}
		a.Fields = append(a.Fields, placeField(at, stations))
	}
	a.Fields = append(a.Fields, periodFields(q.Period, wrong)...)
	a.Fields = append(a.Fields, programmeField(q.Programme))
	return a
}

// placeField chooses between the place of the tree and the police stations.
func placeField(at string, stations []ledger.Station) ui.FieldArgs {
	f := ui.FieldArgs{Name: "at", Label: i18n.T("staff.flow.station"), Kind: ui.SelectField}
	here := false
	for _, st := range stations {
		v := strings.Join(st.Place, ".")
		here = here || v == at
		f.Options = append(f.Options, ui.Option{Value: v, Label: st.Name, Selected: v == at})
	}
	first := ui.Option{Value: at, Label: i18n.T("staff.flow.tree"), Selected: !here}
	if here {
		first.Value = ""
	}
	f.Options = append([]ui.Option{first}, f.Options...)
	return f
}

func periodFields(q ledger.Period, wrong map[string]string) []ui.FieldArgs {
	return []ui.FieldArgs{
		{Name: "since", Label: i18n.T("staff.flow.since"), Kind: ui.DateField, Value: string(q.Since), Error: wrong["since"]},
		{Name: "until", Label: i18n.T("staff.flow.until"), Kind: ui.DateField, Value: string(q.Until), Error: wrong["until"]},
	}
}

func programmeField(chosen string) ui.FieldArgs {
	f := ui.FieldArgs{Name: "programme", Label: i18n.T("staff.move.programme"), Kind: ui.SelectField, Options: []ui.Option{{Value: "", Label: i18n.T("staff.all"), Selected: chosen == ""}}}
	for _, k := range relocation.Programmes {
		f.Options = append(f.Options, ui.Option{Value: k, Label: i18n.T("relocation.programme." + k), Selected: k == chosen}) //i18n:dynamic relocation.programme.
	}
	return f
}

func flowStats(q ledger.Query, page ledger.Page) *ui.StatsArgs {
	a := &ui.StatsArgs{Label: i18n.T("staff.flow.sums")}
	for _, side := range ledger.Sides {
		n, to := page.Sides[side], q
		to.Side, to.Other, to.After = side, "", ""
		a.Items = append(a.Items, ui.Stat{Label: i18n.T("ledger.short." + string(side)), Value: ui.Thousands(int(n.People)), Unit: i18n.T("staff.unit.people"), Href: flowURL(to), //i18n:dynamic ledger.short.
			Note: i18n.T("staff.flow.moves", "n", ui.Thousands(int(n.Moves)))})
	}
	net := page.Sides[ledger.In].People - page.Sides[ledger.Out].People
	a.Items = append(a.Items, ui.Stat{Label: i18n.T("staff.flow.net"), Value: strconv.FormatInt(net, 10), Unit: i18n.T("staff.unit.people"), Note: i18n.T("staff.flow.net_hint")})
	return a
}

func flowTable(page ledger.Page, pager *ui.PagerArgs) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.menu.flows"), Cards: true, Pager: pager,
		Columns: []ui.Column{{Label: i18n.T("staff.flow.on"), Code: true}, {Label: i18n.T("staff.col.head")}, {Label: i18n.T("staff.flow.people"), Num: true}, {Label: i18n.T("staff.col.origin")},
			{Label: i18n.T("staff.flow.to")}, {Label: i18n.T("staff.move.programme")}, {Label: i18n.T("staff.flow.case"), Wide: true}, {Label: i18n.T("staff.flow.receipt"), Code: true, Lower: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.flow.none"), Hint: i18n.T("staff.flow.none_hint"), Icon: ui.IconFlow}}
	for _, e := range page.Entries {
		programme, moveCase := i18n.T("ledger.unregistered"), ""
		if e.Programme != "" {
			programme, moveCase = i18n.T("relocation.programme."+e.Programme), i18n.T("relocation.case."+e.Case) //i18n:dynamic relocation.programme. //i18n:dynamic relocation.case.
		}
		head := ui.Text("")
		if e.Head != "" {
			head = ui.NameLink(e.Head, "/households/"+string(e.HouseholdID))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(string(e.MovedOn)), head, ui.Num(int(e.People)), ui.Text(e.From), ui.Text(e.To), ui.Text(programme), ui.Text(moveCase), ui.Text(e.Number),
		}})
	}
	t.Pager.Total = int(page.Total.Moves)
	return t
}

// An exportForm takes a ledger along, once it is said what for.
type exportForm struct {
	Form  ui.FormArgs
	Field ui.FieldArgs
}

func exportOf(action, csrf string, hidden []ui.Option, wrong string) *exportForm {
	f := ui.FieldArgs{Name: "purpose", Label: i18n.T("staff.flow.purpose"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Error: wrong, Hint: i18n.T("staff.flow.export_text")}
	for _, why := range ledger.Purposes {
		f.Options = append(f.Options, ui.Option{Value: why, Label: i18n.T("ledger.why." + why)}) //i18n:dynamic ledger.why.
	}
	return &exportForm{ui.FormArgs{Action: action, CSRF: csrf, Hidden: hidden, Attrs: templ.Attributes{"target": "_blank"}}, f}
}

// flowExport is a ledger as a workbook.
func (p *Pages) flowExport(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	var b bytes.Buffer
	q := p.flowQuery(r, s)
	err := p.Ledgers.Write(r.Context(), s.Actor, ledger.Export{Query: q, Purpose: gate.Trim(r, "purpose")}, &b)
	if words, bad := gate.Invalid(err); bad {
		return p.showFlows(w, r, s, words, http.StatusUnprocessableEntity)
	}
	if fault.KeyOf(err) == "ledger.too_many" {
		return p.showFlows(w, r, s, map[string]string{"purpose": i18n.T(fault.Of(err).Key, fault.Of(err).Args...)}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return attach(w, xlsx, &b, "ledger.xlsx")
}

// matrixQuery reads the query of a matrix.
func (p *Pages) matrixQuery(r *http.Request) ledger.MatrixQuery {
	return ledger.MatrixQuery{From: gate.Trim(r, "from"), To: gate.Trim(r, "to"), Programme: gate.Trim(r, "programme"), Period: p.period(r)}
}

// flowMatrix is how many moved from where to where.
func (p *Pages) flowMatrix(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showMatrix(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showMatrix(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	q := p.matrixQuery(r)
	m, err := p.Ledgers.Matrix(r.Context(), s.Actor, q)
	if words, bad := gate.Invalid(err); bad {
		wrong, status = words, http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	byMoves := r.FormValue("unit") == "moves"
	g := flowPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.matrix"), "/flows/matrix")}
	if m.From != "" {
		g.Sub = x.FullName(m.From) + " → " + x.FullName(m.To)
	}
	if len(m.From) > 6 || len(m.To) > 6 {
		g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.matrix"), Href: "/flows/matrix"}}
	}
	g.Filter = ui.FilterArgs{Action: "/flows/matrix", Reset: "/flows/matrix", Live: "list",
		Fields: append(periodFields(q.Period, wrong), programmeField(q.Programme), ui.FieldArgs{Name: "unit", Label: i18n.T("staff.flow.unit"), Kind: ui.SelectField, Options: []ui.Option{
			{Value: "people", Label: i18n.T("staff.flow.people"), Selected: !byMoves}, {Value: "moves", Label: i18n.T("staff.flow.count"), Selected: byMoves}}}),
		Hidden: []ui.Option{{Value: "from", Label: q.From}, {Value: "to", Label: q.To}}}
	g.Table = matrixTable(m, q, s.Actor, byMoves)
	if policy.May(s.Actor, policy.LedgerExport) {
		g.Export = exportOf("/flows/matrix/export", s.CSRF, []ui.Option{{Value: "from", Label: q.From}, {Value: "to", Label: q.To},
			{Value: "since", Label: string(q.Since)}, {Value: "until", Label: string(q.Until)}, {Value: "programme", Label: q.Programme}}, wrong["purpose"])
	}
	g.Note = i18n.T("staff.flow.note")
	return gate.RenderCode(w, r, status, flowView(g))
}

// matrixTable sets the matrix: each number leads to its list, if the reader keeps
// it, each town to its villages.
func matrixTable(m ledger.Matrix, q ledger.MatrixQuery, by actor.Actor, byMoves bool) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.menu.matrix"), Columns: []ui.Column{{Label: i18n.T("staff.flow.corner")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.flow.none"), Hint: i18n.T("staff.flow.none_hint"), Icon: ui.IconFlow}}
	amount := func(n ledger.Sum) int {
		if byMoves {
			return int(n.Moves)
		}
		return int(n.People)
	}
	for _, c := range m.Columns {
		t.Columns = append(t.Columns, ui.Column{Label: matrixName(c), Num: true})
	}
	t.Columns = append(t.Columns, ui.Column{Label: i18n.T("ledger.sheet.total"), Num: true})
	for _, r := range m.Rows {
		row := ui.Row{Cells: []templ.Component{ui.Strong(matrixName(r))}}
		if len(r.Code) == 9 {
			v := url.Values{"from": {r.Code}, "since": {string(q.Since)}, "until": {string(q.Until)}, "programme": {q.Programme}}
			row.Cells[0] = ui.NameLink(r.Name, "/flows/matrix?"+v.Encode())
		}
		for _, c := range m.Columns {
			n := amount(m.Cells[[2]string{r.Code, c.Code}])
			to := ledger.Query{Place: []string{r.Code}, Side: ledger.Between, Other: c.Code, Programme: q.Programme, Period: q.Period}
			switch {
			case n == 0:
				row.Cells = append(row.Cells, ui.Text(""))
			case to.Kept(by):
				row.Cells = append(row.Cells, ui.LinkTo(ui.Thousands(n), flowURL(to)))
			default:
				row.Cells = append(row.Cells, ui.Num(n))
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: append(row.Cells, ui.Num(amount(m.Row(r.Code))))})
	}
	if len(t.Rows) == 0 {
		return t
	}
	last := ui.Row{Cells: []templ.Component{ui.Strong(i18n.T("ledger.sheet.total"))}}
	for _, c := range m.Columns {
		last.Cells = append(last.Cells, ui.Num(amount(m.Column(c.Code))))
	}
	t.Rows = append(slices.Clip(t.Rows), ui.Row{Cells: append(last.Cells, ui.Num(amount(m.Row(""))))})
	return t
}

func matrixName(a ledger.Axis) string {
	if a.Code == ledger.Outside {
		return i18n.T("ledger.outside")
	}
	return a.Name
}

// matrixExport is the matrix as a workbook.
func (p *Pages) matrixExport(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	var b bytes.Buffer
	err := p.Ledgers.WriteMatrix(r.Context(), s.Actor, p.matrixQuery(r), gate.Trim(r, "purpose"), &b)
	if words, bad := gate.Invalid(err); bad {
		return p.showMatrix(w, r, s, words, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return attach(w, xlsx, &b, "matrix.xlsx")
}

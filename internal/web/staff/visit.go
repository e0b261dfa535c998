package staff

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/policy"
	"anju/internal/visit"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// visitsOf are the last visits to a household, for those who may see them; nil for
// who may not.
func (p *Pages) visitsOf(r *http.Request, s *gate.Session, h overview.HouseholdPage) (*ui.TimelineArgs, error) {
	if !policy.May(s.Actor, policy.VisitRead) {
		return nil, nil
	}
	all, err := p.Visits.Of(r.Context(), s.Actor, h.Household.ID, 5)
	if k := fault.KindOf(err); k == fault.NotFound || k == fault.Forbidden {
		return nil, nil // another grid goes there, and this one need not know
	}
	t := ui.TimelineArgs{Label: i18n.T("staff.household.visits")}
	for _, v := range all {
		t.Events = append(t.Events, ui.Event{At: string(calendar.On(time.UnixMilli(v.VisitedAt))), Title: i18n.T("visit.outcome." + v.Outcome), Who: v.Name, Text: v.Note, Tone: ui.Info}) //i18n:dynamic visit.outcome.
	}
	return &t, err
}

// visits says of each grid of a place how many of the households that it sees at
// home have been seen within 90 days. It is about the grid and measures nobody.
func (p *Pages) visits(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	under := at(r, s, 12)
	all, err := p.Visits.Coverage(r.Context(), s.Actor, under)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.visits.of", "place", x.FullName(under)), "/visits")
	g.Sub = i18n.T("staff.visits.sub")
	g.Aside = placesTree(x, "/visits", under, firstPath(s))
	t := ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.visits.grid"), Wide: true}, {Label: i18n.T("staff.visits.households"), Num: true}, {Label: i18n.T("staff.visits.seen"), Num: true}, {Label: i18n.T("staff.visits.late"), Num: true}, {Label: i18n.T("staff.visits.rate"), Num: true}, {Label: i18n.T("staff.visits.need_help"), Num: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.visits.none"), Hint: i18n.T("staff.visits.none_hint"), Icon: ui.IconVisit}}
	list := func(path, show string, n int64) templ.Component {
		if n == 0 {
			return ui.Num(0)
		}
		return ui.LinkTo(ui.Thousands(int(n)), "/visits/list?"+url.Values{"at": {path}, "show": {show}}.Encode())
	}
	for _, c := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(x.GridName(c.Path)), list(c.Path, "all", c.Households), list(c.Path, "seen", c.Seen), list(c.Path, "late", c.Households-c.Seen), ui.Text(ratio(overview.Rate{N: c.Seen, Of: c.Households})), list(c.Path, "help", c.NeedHelp)}})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}}
	return g.render(w, r, "", nil)
}

// visitList are the households behind a number of visits, those not seen for
// longest first.
func (p *Pages) visitList(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	q := r.URL.Query()
	after, err := p.Gate.Unveil(s, q.Get("after"))
	if err != nil {
		return err
	}
	f := visit.Filter{Under: at(r, s, 15), Show: q.Get("show"), After: after, Limit: limit}
	if !slices.Contains(visit.Shows, f.Show) {
		f.Show = visit.All
	}
	all, err := p.Visits.Behind(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	next := ""
	if len(all) == limit {
		next = p.Gate.Veil(s, all[limit-1].Key()) // it tells an address
	}
	title := i18n.T("staff.visits.list." + f.Show) //i18n:dynamic staff.visits.list.
	g := listPage{OfficeArgs: p.frame(r, s, title, "/visits"), Title: title, Sub: x.GridName(f.Under)}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.visits"), Href: "/visits?at=" + url.QueryEscape(f.Under[:min(12, len(f.Under))])}}
	g.Table = ui.TableArgs{Caption: title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.col.place"), Wide: true}, {Label: i18n.T("staff.visits.grid")}, {Label: i18n.T("staff.visits.last"), Code: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.visits.none"), Hint: i18n.T("staff.visits.none_hint"), Icon: ui.IconGood}, Pager: live(gate.More(r, "/visits/list", "after", next))}
	for _, d := range all {
		last := i18n.T("field.visit.never")
		if d.LastAt > 0 {
			last = string(calendar.On(time.UnixMilli(d.LastAt)))
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Late: d.Late(p.Now()), Cells: []templ.Component{ui.NameLink(i18n.T("staff.household.title", "head", d.Head), "/households/"+string(d.HouseholdID)), ui.Text(d.Address), ui.Text(x.GridName(d.Path)), ui.Text(last)}})
	}
	return gate.Render(w, r, listView(g))
}

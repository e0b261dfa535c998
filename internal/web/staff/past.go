package staff

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type pastPage struct {
	ui.OfficeArgs
	When   ui.FilterArgs
	Notice *ui.NoticeArgs
	About  string // title of the facts
	Facts  []ui.Item
	Title  string
	Table  ui.TableArgs
	Rights *ui.TableArgs
	Units  ui.TableArgs
	Grids  []gridPanel
}

// whenOf reads which day a page is to show; asked is false for the present.
func whenOf(r *http.Request) (w residence.When, asked bool) {
	q := r.URL.Query()
	w = residence.When{On: calendar.Date(strings.TrimSpace(q.Get("on"))), Known: calendar.Date(strings.TrimSpace(q.Get("known")))}
	return w, !w.IsNow()
}

// whenForm is the control that takes a page to another day.
func whenForm(path string, w residence.When, wrong map[string]string) ui.FilterArgs {
	return ui.FilterArgs{Action: path, Reset: path, Fields: []ui.FieldArgs{
		{Name: "on", Label: i18n.T("staff.past.on"), Kind: ui.DateField, Value: string(w.On), Error: wrong["on"]},
		{Name: "known", Label: i18n.T("staff.past.known"), Kind: ui.DateField, Value: string(w.Known), Error: wrong["known"], Hint: i18n.T("staff.past.known_hint")},
	}}
}

// whenNotice says plainly which day a page shows.
func whenNotice(w residence.When, path string) *ui.NoticeArgs {
	text := i18n.T("staff.past.today")
	if w.Known != "" {
		text = i18n.T("staff.past.then", "known", w.Known.Chinese())
	}
	return &ui.NoticeArgs{Tone: ui.Warn, Title: i18n.T("staff.past.title", "on", w.On.Chinese()), Text: text, Link: &ui.LinkArgs{Label: i18n.T("staff.past.back"), Href: path}}
}

// badWhen shows the control again with what is wrong, and nothing else.
func (p *Pages) badWhen(w http.ResponseWriter, r *http.Request, s *gate.Session, when residence.When, wrong map[string]string) error {
	g := pastPage{OfficeArgs: p.frame(r, s, i18n.T("staff.past.control"), "/residents"), When: whenForm(r.URL.Path, when, wrong)}
	words := wrong["on"]
	if words == "" {
		words = wrong["known"]
	}
	g.Notice = &ui.NoticeArgs{Tone: ui.Bad, Text: words, Link: &ui.LinkArgs{Label: i18n.T("staff.past.back"), Href: r.URL.Path}}
	return gate.RenderCode(w, r, http.StatusUnprocessableEntity, pastView(g))
}

// pastHousehold is a household as it was on a day.
func (p *Pages) pastHousehold(w http.ResponseWriter, r *http.Request, s *gate.Session, when residence.When) error {
	h, err := p.Overview.HouseholdAt(r.Context(), s.Actor, household.ID(r.PathValue("id")), when)
	if words, bad := gate.Invalid(err); bad {
		return p.badWhen(w, r, s, when, words)
	}
	if err != nil {
		return err
	}
	title := h.RegisterNo
	if len(h.Members) > 0 {
		title = i18n.T("staff.household.title", "head", h.Members[0].Name)
	}
	g := pastPage{OfficeArgs: p.frame(r, s, title, "/residents"), When: whenForm(r.URL.Path, when, nil), Notice: whenNotice(h.When, r.URL.Path),
		About: i18n.T("staff.household.facts"), Title: i18n.T("staff.household.members")}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: title, Href: r.URL.Path}}
	g.Sub = i18n.T("staff.household.sub", "no", h.RegisterNo, "n", len(h.Members))
	g.Facts = []ui.Item{{Label: i18n.T("staff.household.register_no"), Text: h.RegisterNo}, {Label: i18n.T("staff.residents.registered"), Text: h.Registered}}
	g.Table = pastTable(h.Members, h.When, true)
	for _, gr := range h.Grids {
		g.Grids = append(g.Grids, gridPanelOf(gr))
	}
	if h.Fields.Has(policy.Land) {
		g.Rights = rightTable(h.Rights, true)
	}
	return gate.Render(w, r, pastView(g))
}

// pastTable lists people as of a day.
func pastTable(all []overview.PastMember, w residence.When, relations bool) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.household.members"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.col.sex")}, {Label: i18n.T("staff.past.age"), Num: true},
		{Label: i18n.T("staff.past.living"), Wide: true}, {Label: i18n.T("staff.past.since"), Code: true}, {Label: i18n.T("staff.past.work")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.past.none"), Hint: i18n.T("staff.past.none_hint"), Icon: ui.IconCalendar}}
	if relations {
		t.Columns = append([]ui.Column{t.Columns[0], {Label: i18n.T("staff.col.relation")}}, t.Columns[1:]...)
	}
	for _, m := range all {
		where := ui.Two(m.Place, m.Address)
		if m.Place == "" {
			where = ui.Text("")
		}
		since := string(m.Since)
		if m.Place == "" {
			since = ""
		}
		cells := []templ.Component{ui.NameLink(m.Name, "/people/"+string(m.ID)), ui.Text(sex(m.Sex)), ui.Num(m.Age), where, ui.Text(since), ui.Text(m.Work)}
		if relations {
			relation, _ := code.Relation.Lookup(m.Relation)
			cells = append([]templ.Component{cells[0], ui.Text(relation)}, cells[1:]...)
		}
		row := ui.Row{Cells: cells}
		if m.HouseID != "" {
			row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.past.house"), Href: "/houses/" + m.HouseID + "?" + whenQuery(w)}}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// whenQuery carries the day to another page.
func whenQuery(w residence.When) string {
	v := url.Values{"on": {string(w.On)}}
	if w.Known != "" {
		v.Set("known", string(w.Known))
	}
	return v.Encode()
}

// pastHouse is a house and who lived in it on a day.
func (p *Pages) pastHouse(w http.ResponseWriter, r *http.Request, s *gate.Session, when residence.When) error {
	h, err := p.Overview.HouseAt(r.Context(), s.Actor, r.PathValue("id"), when)
	if words, bad := gate.Invalid(err); bad {
		return p.badWhen(w, r, s, when, words)
	}
	if err != nil {
		return err
	}
	g := pastPage{OfficeArgs: p.frame(r, s, h.Address.Text, "/residents"), When: whenForm(r.URL.Path, when, nil), Notice: whenNotice(h.When, r.URL.Path),
		About: i18n.T("staff.house.title"), Title: i18n.T("staff.past.lived")}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: h.Place, Href: "/places/" + h.Address.Village + "?" + whenQuery(h.When)}}
	g.Facts = []ui.Item{{Label: i18n.T("staff.house.address"), Text: h.Address.Text, Wide: true}, {Label: i18n.T("staff.past.place"), Text: h.Place}}
	g.Table, g.Units = pastTable(h.People, h.When, false), unitTable(h.Units)
	return gate.Render(w, r, pastView(g))
}

// place is a village or a grid on a day, today if none is asked for.
func (p *Pages) place(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	when, asked := whenOf(r)
	path := r.PathValue("path")
	v, err := p.Overview.PlaceAt(r.Context(), s.Actor, path, when, r.URL.Query().Get("after"))
	if words, bad := gate.Invalid(err); bad {
		return p.badWhen(w, r, s, when, words)
	}
	if err != nil {
		return err
	}
	title := v.Place
	if v.Grid != "" {
		title = v.Grid
	}
	g := pastPage{OfficeArgs: p.frame(r, s, title, "/residents"), When: whenForm(r.URL.Path, when, nil), About: i18n.T("staff.past.about"), Title: i18n.T("staff.past.lived")}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents?at=" + path[:min(len(path), 12)]}}
	if v.Grid != "" {
		g.Crumbs = append(g.Crumbs, ui.LinkArgs{Label: v.Place, Href: "/places/" + path[:12] + "?" + whenQuery(v.When)})
	}
	if asked {
		g.Notice = whenNotice(v.When, r.URL.Path)
	} else {
		g.Title = i18n.T("staff.house.people")
	}
	unit := func(n int, key string) string { return ui.Thousands(n) + " " + i18n.T(key) } //i18n:dynamic staff.unit.
	g.Facts = []ui.Item{{Label: i18n.T("staff.past.place"), Text: v.Place}, {Label: i18n.T("staff.past.people"), Text: unit(v.Living, "staff.unit.people")},
		{Label: i18n.T("staff.past.households"), Text: unit(v.Households, "staff.unit.households")}, {Label: i18n.T("staff.past.registered"), Text: unit(v.Registered, "staff.unit.people")}}
	if len(v.Staff) > 0 {
		g.Grids = []gridPanel{gridPanelOf(overview.GridRow{Relation: residence.Living, Name: v.Grid, Staff: v.Staff})}
	}
	g.Table = pastTable(v.People, v.When, false)
	g.Table.Pager = live(gate.More(r, r.URL.Path, "after", v.Next))
	return gate.Render(w, r, pastView(g))
}

// clockWords is the residence clock in words, with how it was counted.
func clockWords(c residence.Clock, place string) (years string, why []string) {
	years = i18n.T("staff.clock.years", "place", place, "years", c.Years, "days", c.Days, "since", c.Since.Chinese())
	for _, s := range c.Stays {
		if s.To > c.On {
			why = append(why, i18n.T("staff.clock.stays", "from", s.From.Chinese()))
			continue
		}
		why = append(why, i18n.T("staff.clock.stay", "from", s.From.Chinese(), "to", s.To.Chinese(), "days", s.Days()))
	}
	for _, g := range c.Gaps {
		why = append(why, i18n.T("staff.clock.gap", "from", g.From.Chinese(), "to", g.To.Chinese(), "days", g.Days()))
	}
	return years, append(why, i18n.T("staff.clock.total", "days", c.Total), i18n.T("staff.clock.rule"))
}

package staff

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/code"
	"anju/internal/division"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type residentsPage struct {
	ui.OfficeArgs
	Filter ui.FilterArgs
	Other  string         // that the last of those found are here in another way than was asked for
	Ended  *ui.NoticeArgs // the booklet that was searched for is not good any more
	Table  ui.TableArgs
}

// residents is the list of people, with the tree of places beside it.
func (p *Pages) residents(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := r.URL.Query()
	f := overview.ResidentFilter{Under: q.Get("at"), View: q.Get("view"), Separated: q.Get("separated") == "1"}
	var err error
	if f.Search, err = p.Gate.Unveil(s, q.Get("find")); err != nil {
		return err
	}
	if f.After, err = p.Gate.Unveil(s, q.Get("after")); err != nil {
		return err
	}
	page, err := p.Overview.Residents(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	if page.Booklet != "" { // the clerk holds it
		return gate.See(w, r, "/booklets/"+string(page.Booklet))
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	people, err := p.Overview.PeopleByVillage(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := residentsPage{OfficeArgs: p.frame(r, s, i18n.T("staff.residents.title"), "/residents")}
	g.Fill = true
	g.Sub = x.FullName(f.Under)
	g.Aside = ui.Tree(ui.TreeArgs{Title: i18n.T("staff.residents.tree"), Nodes: tree(x, people, q, s.Actor), Filter: true})
	if policy.May(s.Actor, policy.RegisterImport) {
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.menu.imports"), Href: "/imports", Icon: ui.IconImport})
	}
	if d, err := policy.Decide(s.Actor, policy.HouseholdRead, policy.Places{{Relation: policy.Living, Path: f.Under}}); err == nil && len(f.Under) == 12 && d.Fields.Has(policy.Booklet) {
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.past.control"), Href: "/places/" + f.Under, Icon: ui.IconCalendar})
	}
	g.Filter = residentFilter(f, s.CSRF)
	if e := page.Ended; e != nil {
		g.Ended = &ui.NoticeArgs{Tone: ui.Warn, Title: i18n.T("staff.booklet.ended"), Text: i18n.T("staff.residents.ended", "number", e.Number, "on", e.On.Chinese()), Link: bookletNow(e.Now)}
	}
	g.Other = otherView(page, f.View)
	g.Table = residentTable(page, s.Actor, live(gate.More(r, "/residents", "after", p.Gate.Veil(s, page.Next))))
	return gate.Render(w, r, residentsView(g))
}

// otherView says which of those found live here and are registered elsewhere, or the
// other way about, where the list is by the one and the search has found the other.
func otherView(page overview.ResidentPage, view string) string {
	if page.Other == 0 {
		return ""
	}
	key := "staff.residents.other_registered"
	if view == residence.Registered {
		key = "staff.residents.other_living"
	}
	text := i18n.T(key, "n", page.Other) //i18n:dynamic staff.residents.other_
	if page.Cut {
		text += i18n.T("staff.residents.other_cut")
	}
	return text
}

// find takes in a search for residents: see ADR 8.
func (p *Pages) find(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.Gate.Searched(w, r, s, "/residents", "at", "view", "separated")
}

func residentFilter(f overview.ResidentFilter, csrf string) ui.FilterArgs {
	return ui.FilterArgs{
		Action: "/residents", Reset: "/residents", CSRF: csrf,
		Fields: []ui.FieldArgs{
			focused(residentSearch(f.Search)),
			{Name: "view", Label: i18n.T("staff.residents.view"), Kind: ui.SelectField, Options: []ui.Option{
				{Value: residence.Living, Label: i18n.T("staff.residents.living"), Selected: f.View != residence.Registered},
				{Value: residence.Registered, Label: i18n.T("staff.residents.registered"), Selected: f.View == residence.Registered},
			}},
			{Name: "separated", Label: i18n.T("staff.residents.separated"), Kind: ui.SelectField, Options: []ui.Option{
				{Value: "", Label: i18n.T("staff.all"), Selected: !f.Separated}, {Value: "1", Label: i18n.T("staff.residents.only_separated"), Selected: f.Separated},
			}},
		},
		Hidden: []ui.Option{{Value: "at", Label: f.Under}},
	}
}

// residentSearch is the box in which people are looked for.
func residentSearch(text string) ui.FieldArgs {
	return ui.FieldArgs{Name: "q", Label: i18n.T("staff.residents.find"), Kind: ui.SearchField, Value: text, Holder: i18n.T("staff.residents.find_hint"), Wide: true}
}

// focused is an empty box that one types into at once.
func focused(f ui.FieldArgs) ui.FieldArgs {
	f.Focus = f.Value == ""
	return f
}

func residentTable(page overview.ResidentPage, by actor.Actor, pager *ui.PagerArgs) ui.TableArgs {
	t := ui.TableArgs{
		Caption: i18n.T("staff.residents.title"), Pager: pager, Cards: true,
		Columns: []ui.Column{
			{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.col.sex")}, {Label: i18n.T("staff.col.age"), Num: true}, {Label: i18n.T("staff.col.number"), Code: true},
			{Label: i18n.T("staff.col.living"), Wide: true}, {Label: i18n.T("staff.col.registered")}, {Label: i18n.T("staff.col.phone"), Code: true, Lower: true}, {Label: i18n.T("staff.col.booklet")},
		},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.residents.none"), Hint: i18n.T("staff.residents.none_hint"), Icon: ui.IconSearch},
	}
	for _, row := range page.Rows {
		href := "/households/" + string(row.HouseholdID)
		r := ui.Row{Cells: []templ.Component{
			ui.NameLink(row.Name, href), ui.Text(sex(row.Sex)), ui.Num(row.Age), ui.Text(row.Number),
			ui.Two(row.Living, row.Address), ui.Text(row.Registered), ui.Text(row.Phone), bookletCell(row),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.residents.file"), Href: "/people/" + string(row.PersonID)}}}
		if policy.May(by, policy.MoveRecord) {
			r.Actions = append(r.Actions, ui.ButtonArgs{Label: i18n.T("staff.move.start"), Href: "/moves/new?household=" + string(row.HouseholdID)})
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// sex is a sex as a list says it: 男, 女.
func sex(c string) string {
	name, _ := code.Sex.Lookup(c)
	return strings.TrimSuffix(name, "性")
}

func bookletCell(row overview.ResidentRow) templ.Component {
	if row.Booklet != "" {
		return ui.Tag(*bookletTag(row.Booklet))
	}
	if row.Separated {
		return ui.Tag(ui.TagArgs{Label: i18n.T("staff.residents.separated_tag"), Tone: ui.Warn})
	}
	return ui.Text("")
}

func bookletTag(s booklet.State) *ui.TagArgs {
	tone := map[booklet.State]ui.Tone{booklet.Applied: ui.Info, booklet.Returned: ui.Warn, booklet.Verified: ui.Info, booklet.Approved: ui.Info, booklet.Made: ui.Info, booklet.Issued: ui.Good, booklet.Renewed: ui.Info, booklet.Lost: ui.Warn}[s]
	return &ui.TagArgs{Label: i18n.T("booklet.state." + string(s)), Tone: tone} //i18n:dynamic booklet.state.
}

// tree is the county's places within the actor's area, with the people living
// there. Another place keeps what else was asked for in q.
func tree(x *division.Index, people map[string]int64, q url.Values, by actor.Actor) []ui.TreeNode {
	current, asked := q.Get("at"), url.Values{}
	for _, name := range []string{"view", "separated", "find"} {
		if v := q.Get(name); v != "" {
			asked.Set(name, v)
		}
	}
	var build func(d division.Division) (ui.TreeNode, bool)
	build = func(d division.Division) (ui.TreeNode, bool) {
		asked.Set("at", d.Code)
		n := ui.TreeNode{Label: d.Name, Href: "/residents?" + asked.Encode(), Current: d.Code == current, Count: int(people[d.Code])}
		some := people[d.Code] > 0 || by.Over(d.Code)
		for _, c := range x.Children(d.Code) {
			if cn, ok := build(c); ok {
				n.Children = append(n.Children, cn)
				n.Count += cn.Count
				some = true
			}
		}
		n.Open = d.Level == division.County || len(current) >= len(d.Code) && current[:len(d.Code)] == d.Code
		return n, some
	}
	var roots []ui.TreeNode
	for _, p := range by.Paths {
		if len(p) < 6 {
			continue
		}
		if d, ok := x.Get(p[:6]); ok && len(roots) == 0 {
			if n, ok := build(d); ok {
				roots = append(roots, n)
			}
		}
	}
	return roots
}

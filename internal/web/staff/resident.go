package staff

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/code"
	"anju/internal/division"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type residentsPage struct {
	ui.OfficeArgs
	Filter ui.FilterArgs
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
	g.Table = residentTable(page, s.Actor, live(gate.More(r, "/residents", "after", p.Gate.Veil(s, page.Next))))
	return gate.Render(w, r, residentsView(g))
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
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.residents.file"), Href: "/people/" + string(row.PersonID)}, {Label: i18n.T("staff.residents.household"), Href: href}}}
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

type householdPage struct {
	ui.OfficeArgs
	overview.HouseholdPage
	Facts    []ui.Item
	Members  ui.TableArgs
	Grids    []gridPanel
	MainGrid *ui.ButtonArgs // the way to say which of them answers
	WorkHere *ui.ButtonArgs // the way to say where in the county they work
	WorkGrid *ui.ButtonArgs // the way to say at which one outside the county they work
	Origin   *ui.TableArgs
	Living   *ui.TableArgs
	Booklet  *ui.NoticeArgs
	Steps    []ui.Event
	When     *ui.FilterArgs   // to another day, for those who may look back
	Counter  []ui.ButtonArgs  // 办理
	Acts     []ui.Event       // what was done at the counter
	Visits   *ui.TimelineArgs // the last visits at home, for those who may see them
}

type gridPanel struct {
	Title, Sub string
	Main       templ.Component // that it answers for the household, or nil
	Why        []string        // since when, why it answers, what it does for the household
	People     []ui.PersonArgs
}

// household is the whole page of a household. shown is the one value that was
// just revealed, by its id on the page.
func (p *Pages) household(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if when, asked := whenOf(r); asked {
		return p.pastHousehold(w, r, s, when)
	}
	return p.showHousehold(w, r, s, household.ID(r.PathValue("id")), nil)
}

func (p *Pages) showHousehold(w http.ResponseWriter, r *http.Request, s *gate.Session, id household.ID, shown map[string]string) error {
	h, err := p.Overview.Household(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	g := householdPage{OfficeArgs: p.frame(r, s, gate.HouseholdTitle(h), "/residents"), HouseholdPage: h}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: h.Village, Href: "/residents?at=" + h.Household.Village + "&view=registered"}}
	g.Sub = i18n.T("staff.household.sub", "no", h.Household.RegisterNo, "n", len(h.Members))
	var acts []ui.ButtonArgs
	if policy.May(s.Actor, policy.ChangeRead) && h.Fields.Has(policy.History) {
		acts = append(acts, ui.ButtonArgs{Label: i18n.T("staff.record.open"), Icon: ui.IconLog, Href: "/records/household/" + string(id)})
	}
	if policy.May(s.Actor, policy.RightRead) {
		acts = append(acts, ui.ButtonArgs{Label: i18n.T("staff.right.open"), Icon: ui.IconBook, Href: "/households/" + string(id) + "/rights"})
	}
	if policy.May(s.Actor, policy.MoveRecord) && h.Fields.Has(policy.Booklet) {
		acts = append(acts, ui.ButtonArgs{Label: i18n.T("staff.move.start"), Kind: ui.Primary, Icon: ui.IconMove, Href: "/moves/new?household=" + string(id)})
	}
	if policy.May(s.Actor, policy.PairRecord) && h.Fields.Has(policy.Address) {
		acts = append(acts, ui.ButtonArgs{Label: i18n.T("staff.pair.title"), Icon: ui.IconPeople, Href: "/households/" + string(id) + "/pairs"})
	}
	if len(acts) > 0 {
		g.Actions = buttons(acts...)
	}
	if h.Fields.Has(policy.Booklet) {
		f := whenForm("/households/"+string(id), residence.When{}, nil)
		g.When = &f
	}
	g.Facts = facts(h)
	if h.Fields.Has(policy.History) || h.Fields.Has(policy.Land) {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.sources.title"), Value: ui.LinkTo(i18n.T("staff.sources.link"), "/households/"+string(id)+"/sources")})
	}
	g.Members = p.memberTable(h, s, shown)
	for _, gr := range h.Grids {
		g.Grids = append(g.Grids, gridPanelOf(gr))
		if c := gr.Call; c != nil {
			g.Grids[len(g.Grids)-1].People = []ui.PersonArgs{{Role: i18n.T("staff.grid.contact"), Name: c.Name, Post: c.Organisation,
				Phone: ui.Masked(ui.MaskedArgs{ID: workContact, Masked: c.Phone, Label: c.Name, CSRF: s.CSRF, Full: shown[workContact], Action: "/households/" + string(id) + "/work-contact/phone"})}}
		}
	}
	if policy.May(s.Actor, policy.WorkRecord) {
		g.WorkHere = &ui.ButtonArgs{Label: i18n.T("staff.work_here.title"), Href: "/households/" + string(h.Household.ID) + "/work", Small: true}
	}
	if policy.May(s.Actor, policy.WorkGridBind) && !h.WorksHere() {
		g.WorkGrid = &ui.ButtonArgs{Label: i18n.T("staff.work_grid.bind"), Href: "/households/" + string(h.Household.ID) + "/work-grid", Small: true}
	}
	if policy.May(s.Actor, policy.GridMain) && h.LivingPath != "" && policy.Check(s.Actor, policy.GridMain, policy.Places{{Relation: policy.Living, Path: h.LivingPath}}) == nil && len(h.Grids) > 1 {
		g.MainGrid = &ui.ButtonArgs{Label: i18n.T("staff.grid.set_main"), Href: "/households/" + string(h.Household.ID) + "/main-grid", Small: true}
	}
	if h.Fields.Has(policy.Land) {
		g.Origin = rightTable(h.OriginRights, true)
	}
	if h.Fields.Has(policy.Insurance) {
		g.Living = rightTable(h.LivingRights, false)
	}
	if b := h.Booklet; b != nil {
		n := &ui.NoticeArgs{Tone: bookletTag(b.State).Tone, Title: i18n.T("booklet.state." + string(b.State)), Text: b.Number}
		if h.Fields.Has(policy.Booklet) {
			n.Link = &ui.LinkArgs{Label: i18n.T("staff.see"), Href: "/booklets/" + string(b.ID)}
		}
		g.Booklet = n
	}
	for _, m := range h.Moves {
		e := ui.Event{At: string(m.MovedOn), Title: i18n.T("relocation.case." + m.Case), Text: m.FromAddress + " → " + m.ToAddress, Who: m.RecordedBy, Tone: ui.Info} //i18n:dynamic relocation.case.
		if m.Arrival != relocation.Accepted {
			e.Title += i18n.T("staff.arrival.short", "state", i18n.T("staff.arrival.state."+m.Arrival)) //i18n:dynamic staff.arrival.state.
		}
		if policy.May(s.Actor, policy.MoveRecord) {
			e.Body = ui.LinkTo(i18n.T("staff.move.see"), "/moves/"+m.ID)
		}
		g.Steps = append(g.Steps, e)
	}
	if g.Visits, err = p.visitsOf(r, s, h); err != nil {
		return err
	}
	if g.Counter, g.Acts, err = p.counter(r, s, h); err != nil {
		return err
	}
	return gate.Render(w, r, householdView(g))
}

func facts(h overview.HouseholdPage) []ui.Item {
	items := []ui.Item{
		{Label: i18n.T("staff.household.register_no"), Text: h.Household.RegisterNo},
		{Label: i18n.T("staff.household.kind"), Text: i18n.T("household.kind." + h.Household.Kind)}, //i18n:dynamic household.kind.
		{Label: i18n.T("staff.household.registered"), Text: orElse(h.Registered, h.Village), Wide: true},
		{Label: i18n.T("staff.household.living"), Text: orElse(h.Living, h.LivingPlace), Wide: true},
		{Label: i18n.T("staff.household.as_of"), Text: string(h.Household.AsOf)},
	}
	if h.LivingPath != "" {
		where := i18n.T("staff.household.together")
		if h.Separated {
			where = i18n.T("staff.household.separated")
		}
		items = append(items, ui.Item{Label: i18n.T("staff.household.state"), Text: where})
	}
	if h.Fields.Has(policy.Matters) {
		open := ui.Item{Label: i18n.T("staff.household.matters"), Text: strconv.FormatInt(h.OpenMatters, 10)}
		if h.OpenMatters > 0 {
			open.Value = ui.LinkTo(i18n.T("staff.household.matters_n", "n", h.OpenMatters), "/matters?household="+string(h.Household.ID))
		}
		items = append(items, open)
	}
	return items
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (p *Pages) memberTable(h overview.HouseholdPage, s *gate.Session, shown map[string]string) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.household.members"), Cards: true, Columns: []ui.Column{
		{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.col.relation")}, {Label: i18n.T("staff.col.sex")}, {Label: i18n.T("staff.col.age"), Num: true},
		{Label: i18n.T("staff.col.number"), Code: true}, {Label: i18n.T("staff.col.phone"), Code: true}, {Label: i18n.T("staff.col.place"), Wide: true},
	}}
	for _, m := range h.Members {
		relation, _ := code.Relation.Lookup(m.Relation)
		where := ui.Text(m.Place)
		if m.Working {
			where = ui.Two(m.Place, gate.Working(m))
		} else if m.HouseID != "" {
			where = ui.LinkTo(m.Place, "/houses/"+m.HouseID)
		}
		what := ui.Text(relation)
		if m.Merged {
			what = ui.Two(relation, i18n.T("staff.merged.row"))
		}
		var acts []ui.ButtonArgs
		if policy.May(s.Actor, policy.RequestAsk) {
			acts = append(acts, ui.ButtonArgs{Label: i18n.T("staff.requests.ask"), Href: "/requests/new?person=" + url.QueryEscape(string(m.ID)), Spoken: i18n.T("staff.requests.ask") + " " + m.Name})
		}
		t.Rows = append(t.Rows, ui.Row{Actions: acts, Cells: []templ.Component{
			ui.NameLink(m.Name, "/people/"+url.PathEscape(string(m.ID))), what, ui.Text(sex(m.Sex)), ui.Num(m.Age),
			p.masked("number", m, m.Number, s, shown), p.masked("phone", m, m.Phone, s, shown), where,
		}})
	}
	return t
}

// masked is a sealed value with the way to see it in full, where the actor may.
func (p *Pages) masked(what string, m overview.MemberRow, masked string, s *gate.Session, shown map[string]string) templ.Component {
	if masked == "" {
		return ui.Text("")
	}
	a := ui.MaskedArgs{ID: what + "-" + string(m.ID), Masked: masked, Label: m.Name, CSRF: s.CSRF, Full: shown[what+"-"+string(m.ID)]}
	action := policy.NumberReveal
	if what == "phone" {
		action = policy.PhoneReveal
	}
	if policy.May(s.Actor, action) {
		a.Action = "/people/" + url.PathEscape(string(m.ID)) + "/" + what
		if what == "number" {
			for _, why := range person.Reasons {
				a.Why = append(a.Why, ui.Option{Value: why, Label: i18n.T("person.why." + why)}) //i18n:dynamic person.why.
			}
		}
	}
	return ui.Masked(a)
}

func (p *Pages) revealNumber(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := person.ID(r.PathValue("id"))
	secret, err := p.People.RevealNumber(r.Context(), s.Actor, id, r.PostFormValue("reason"))
	if err != nil {
		return err
	}
	return p.revealed(w, r, s, "number", id, secret.Reveal()) // asked for, allowed, logged
}

func (p *Pages) revealPhone(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := person.ID(r.PathValue("id"))
	secret, err := p.People.RevealPhone(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	return p.revealed(w, r, s, "phone", id, secret.Reveal()) // asked for, allowed, logged
}

func (p *Pages) revealed(w http.ResponseWriter, r *http.Request, s *gate.Session, what string, id person.ID, full string) error {
	h, err := p.Overview.HouseholdOf(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	return p.showHousehold(w, r, s, h, map[string]string{what + "-" + string(id): full})
}

func gridPanelOf(g overview.GridRow) gridPanel {
	out := gridPanel{Title: i18n.T("staff.grid." + g.Relation), Sub: g.Name} //i18n:dynamic staff.grid.
	if g.Name == "" {
		out.Sub = i18n.T("staff.grid.none")
	}
	if g.Path != "" && !grid.InCounty(g.Path) {
		out.Sub = i18n.T("staff.grid.outside")
		if g.Name != "" {
			out.Sub = i18n.T("staff.grid.outside_name", "name", g.Name)
		}
	}
	if g.Since != "" {
		out.Why = append(out.Why, i18n.T("staff.grid.since", "since", g.Since.Chinese()))
	}
	if g.Main {
		out.Main = ui.Tag(ui.TagArgs{Label: i18n.T("staff.grid.main"), Tone: ui.Info})
		why := i18n.T("staff.grid.why_of." + g.Relation) //i18n:dynamic staff.grid.why_of.
		if g.Why != "" {
			why = i18n.T("staff.grid.why_said", "why", g.Why)
		}
		out.Why = append(out.Why, why)
	}
	var duties []string
	for _, d := range g.Duties {
		duties = append(duties, i18n.T("network.route.duty."+d)) //i18n:dynamic network.route.duty.
	}
	if len(duties) > 0 {
		out.Why = append(out.Why, i18n.T("staff.grid.duties", "duties", strings.Join(duties, "、")))
	}
	for _, st := range g.Staff {
		a := ui.PersonArgs{Role: gate.Kind(st.Kind) + " · " + i18n.T("account.role."+string(st.Kind)), Name: st.Name, Post: st.MadeOf, Level: st.Kind.Level()} //i18n:dynamic account.role.
		if st.Phone != "" {
			a.Phone = ui.Text(st.Phone)
		}
		out.People = append(out.People, a)
	}
	return out
}

func rightTable(rights []entitlement.Line, origin bool) *ui.TableArgs {
	t := &ui.TableArgs{Caption: i18n.T("staff.household.rights"), Columns: []ui.Column{{Label: i18n.T("staff.col.right")}, {Label: i18n.T("staff.col.unit"), Wide: true}, {Label: i18n.T("staff.col.basis")}}}
	for _, r := range rights {
		first := ui.Strong(i18n.T("entitlement.kind." + r.Kind)) //i18n:dynamic entitlement.kind.
		if held := r.Amounts(); origin && held != "" {
			first = ui.Two(i18n.T("entitlement.kind."+r.Kind), held)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{first, ui.Two(r.Unit, r.Note), ui.Text(r.Basis)}})
	}
	return t
}

package staff

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/code"
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
	Booklets []ui.NoticeArgs
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
	for _, b := range h.Booklets {
		n := ui.NoticeArgs{Tone: bookletTag(b.State).Tone, Title: i18n.T("booklet.state." + string(b.State)), Text: b.Number}
		if h.Fields.Has(policy.Booklet) {
			n.Link = &ui.LinkArgs{Label: i18n.T("staff.see"), Href: "/booklets/" + string(b.ID)}
		}
		g.Booklets = append(g.Booklets, n)
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

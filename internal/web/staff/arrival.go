package staff

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// arrivals lists the moves that lie between two offices: who has come and is to
// be confirmed, and what became of those one has registered as moved away.
func (p *Pages) arrivals(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	title, q := i18n.T("staff.menu.arrivals"), r.URL.Query()
	side := relocation.Side(orElse(q.Get("side"), string(relocation.Come)))
	n, err := p.Relocations.ArrivalCounts(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := requestsPage{OfficeArgs: p.frame(r, s, title, "/arrivals"), Tabs: ui.TabBarArgs{Label: title}}
	known := false
	for _, one := range relocation.SideOf(s.Actor) {
		known = known || one == side
		g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: i18n.T("staff.arrival.side." + string(one)), Href: "/arrivals?side=" + string(one), Count: int(n[one]), Current: one == side}) //i18n:dynamic staff.arrival.side.
	}
	if !known {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	list, err := p.Relocations.Arrivals(r.Context(), s.Actor, side, q.Get("after"), limit)
	if err != nil {
		return err
	}
	next := ""
	if len(list) == limit {
		next = list[limit-1].ID
	}
	g.Table = arrivalTable(list, x, side, live(gate.More(r, "/arrivals", "after", next)))
	return gate.Render(w, r, requestsView(g))
}

func arrivalTable(list []relocation.Arrival, x *division.Index, side relocation.Side, pager *ui.PagerArgs) ui.TableArgs {
	t := ui.TableArgs{
		Caption: i18n.T("staff.arrival.side." + string(side)), Pager: pager, Cards: true, //i18n:dynamic staff.arrival.side.
		Columns: []ui.Column{{Label: i18n.T("staff.arrival.head")}, {Label: i18n.T("staff.arrival.people"), Num: true}, {Label: i18n.T("staff.arrival.from"), Wide: true}, {Label: i18n.T("staff.arrival.to"), Wide: true}, {Label: i18n.T("staff.move.on"), Code: true}, {Label: i18n.T("staff.arrival.registered")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.arrival.none"), Hint: i18n.T("staff.arrival.none_of." + string(side)), Icon: ui.IconMove}, //i18n:dynamic staff.arrival.none_of.
	}
	for _, a := range list {
		href := "/arrivals/" + a.ID
		people, _ := a.People()
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.NameLink(orElse(a.Head, i18n.T("staff.arrival.no_head")), href), ui.Num(len(people)), ui.Text(x.FullName(a.FromPath)), ui.Text(a.ToAddress), ui.Text(string(a.MovedOn)), ui.Two(a.Office+" "+a.RecordedBy, gate.At(a.RecordedAt)),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return t
}

// arrival is one move between two offices: to the one, whether they have come; to
// the other, what is to be mended.
func (p *Pages) arrival(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showArrival(w, r, s, "", nil)
}

func (p *Pages) showArrival(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	a, err := p.Relocations.Arrival(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.arrival.title", "head", orElse(a.Head, i18n.T("staff.arrival.no_head"))), "/arrivals")
	g.Sub = a.Number
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.arrivals"), Href: "/arrivals"}}
	g.Notice = arrivalNotice(a.Arrival, a.Acts)
	facts := []ui.Item{
		{Label: i18n.T("staff.arrival.from"), Text: x.FullName(a.FromPath)}, {Label: i18n.T("staff.arrival.to"), Text: a.ToAddress, Wide: true},
		{Label: i18n.T("staff.move.on"), Text: string(a.MovedOn)}, {Label: i18n.T("staff.move.programme"), Text: i18n.T("relocation.programme." + a.Programme)}, //i18n:dynamic relocation.programme.
		{Label: i18n.T("staff.arrival.registered"), Text: a.Office + " " + a.RecordedBy + " " + gate.At(a.RecordedAt), Wide: true},
	}
	if policy.May(s.Actor, policy.HouseholdRead) {
		facts = append(facts, ui.Item{Label: i18n.T("staff.move.household"), Value: ui.LinkTo(i18n.T("staff.arrival.household"), "/households/"+string(a.HouseholdID))})
	}
	g.Panels = []sheetPanel{{Title: i18n.T("staff.arrival.facts"), Facts: facts}, {Title: i18n.T("staff.move.members"), Table: arrivedPeople(a)}}
	if len(a.Acts) > 0 {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.move.acts"), Table: actTable(a.Acts)})
	}
	g.Panels = append(arrivalForms(a), g.Panels...)
	return g.render(w, r, sent, wrong)
}

func arrivedPeople(a relocation.ArrivalPage) *ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.move.members"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.col.relation")}}}
	for _, m := range a.People {
		relation, _ := code.Relation.Lookup(m.Spell.Relation)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(m.Person.Name), ui.Text(relation)}})
	}
	return &t
}

// arrivalNotice says where a move stands between the offices; nil of one that
// nobody had to be asked about.
func arrivalNotice(state string, acts []relocation.Act) *ui.NoticeArgs {
	n := &ui.NoticeArgs{Title: i18n.T("staff.arrival.state." + state)} //i18n:dynamic staff.arrival.state.
	said := map[string]string{relocation.Returned: relocation.ActReturned, relocation.Withdrawn: relocation.ActWithdrawn, relocation.Waiting: relocation.ActMended, relocation.Accepted: relocation.ActAccepted}[state]
	for _, a := range acts {
		if a.Kind == said {
			n.Text = a.Office + " " + a.Name + " " + gate.At(a.At)
			if a.Reason != "" {
				n.Text += i18n.T("staff.arrival.said", "reason", a.Reason)
			}
			break
		}
	}
	switch state {
	case relocation.Waiting:
		n.Tone = ui.Info
		n.Text = orElse(n.Text, i18n.T("staff.arrival.waiting_how"))
	case relocation.Accepted:
		if n.Text == "" {
			return nil
		}
		n.Tone = ui.Good
	default:
		n.Tone = ui.Bad
	}
	return n
}

// arrivalForms are what the actor can say of a move now.
func arrivalForms(a relocation.ArrivalPage) (all []sheetPanel) {
	at, version := "/arrivals/"+a.ID+"/", []ui.Option{{Value: "version", Label: strconv.FormatInt(a.Version, 10)}}
	facts := func(reason ui.FieldArgs) []ui.FieldArgs {
		return []ui.FieldArgs{
			{Name: "on", Label: i18n.T("staff.arrival.on"), Kind: ui.DateField, Required: true, Value: string(a.MovedOn)},
			{Name: "address", Label: i18n.T("staff.move.address"), Required: true, Wide: true, Max: 100, Value: a.ToAddress, Hint: i18n.T("staff.arrival.address_hint")}, reason,
		}
	}
	why := func(label string) ui.FieldArgs {
		return ui.FieldArgs{Name: "reason", Label: i18n.T(label), Kind: ui.TextArea, Required: true, Wide: true, Max: 200} //i18n:dynamic staff.arrival.
	}
	if a.To && a.Arrival == relocation.Waiting {
		note := why("staff.arrival.note")
		note.Required, note.Hint = false, i18n.T("staff.arrival.note_hint")
		all = append(all,
			sheetPanel{Title: i18n.T("staff.arrival.accept"), Sub: i18n.T("staff.arrival.accept_sub"), Forms: []sheetForm{{Name: "accept", Action: at + "accept", Button: i18n.T("staff.arrival.accept_do"), Kind: ui.Primary, Hidden: version, Fields: facts(note)}}},
			sheetPanel{Title: i18n.T("staff.arrival.return"), Sub: i18n.T("staff.arrival.return_sub"), Forms: []sheetForm{{Name: "return", Action: at + "return", Button: i18n.T("staff.arrival.return_do"), Hidden: version, Fields: []ui.FieldArgs{why("staff.arrival.return_why")}}}})
	}
	if a.From && a.Arrival == relocation.Returned {
		all = append(all, sheetPanel{Title: i18n.T("staff.arrival.mend"), Sub: i18n.T("staff.arrival.mend_sub"), Forms: []sheetForm{{Name: "mend", Action: at + "mend", Button: i18n.T("staff.arrival.mend_do"), Kind: ui.Primary, Hidden: version, Fields: facts(why("staff.arrival.mend_why"))}}})
	}
	if a.From && (a.Arrival == relocation.Returned || a.Arrival == relocation.Waiting) {
		all = append(all, sheetPanel{Title: i18n.T("staff.arrival.withdraw"), Sub: i18n.T("staff.arrival.withdraw_sub"), Forms: []sheetForm{{Name: "withdraw", Action: at + "withdraw", Button: i18n.T("staff.arrival.withdraw_do"), Kind: ui.Danger, Hidden: version, Fields: []ui.FieldArgs{why("staff.arrival.withdraw_why")}}}})
	}
	return all
}

// arrivalDo says something of a move between two offices.
func (p *Pages) arrivalDo(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, do := r.PathValue("id"), r.PathValue("act")
	word := relocation.Answered{On: calendar.Date(gate.Trim(r, "on")), Address: gate.Trim(r, "address"), Reason: gate.Trim(r, "reason"), Version: versionOf(r)}
	var err error
	switch do {
	case "accept":
		_, err = p.Relocations.Accept(r.Context(), s.Actor, gate.Key(r), id, word)
	case "return":
		_, err = p.Relocations.Return(r.Context(), s.Actor, gate.Key(r), id, word)
	case "mend":
		_, err = p.Relocations.Mend(r.Context(), s.Actor, gate.Key(r), id, word)
	case "withdraw":
		_, err = p.Relocations.Withdraw(r.Context(), s.Actor, gate.Key(r), id, word)
	default:
		return fault.New(fault.NotFound, "gate.no_page")
	}
	if wrong, ok := gate.Invalid(err); ok {
		return p.showArrival(w, r, s, do, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/arrivals/"+id+"?done=arrival_"+do)
}

// arrivalWork is what waits between two offices.
func (p *Pages) arrivalWork(r *http.Request, by actor.Actor, g *workPage) error {
	n, err := p.Relocations.ArrivalCounts(r.Context(), by)
	if err != nil {
		return err
	}
	for _, side := range relocation.Sides[:2] {
		if n[side] > 0 {
			g.Tasks = append(g.Tasks, ui.TaskArgs{Title: i18n.T("staff.arrival.work."+string(side), "n", n[side]), Text: i18n.T("staff.arrival.work_how." + string(side)), Href: "/arrivals?side=" + string(side), Icon: ui.IconMove, Tag: &ui.TagArgs{Label: i18n.T("staff.work.waits"), Tone: ui.Warn}}) //i18n:dynamic staff.arrival.work.
		}
	}
	return nil
}

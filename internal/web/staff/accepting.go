package staff

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/accepting"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/proposal"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// acceptingPages are the addresses of the list of services that accept the
// booklet.
func (p *Pages) acceptingPages(m *gate.Mux) {
	m.Page("GET /accepting", policy.AcceptingRead, p.accepting)
	m.Page("GET /accepting/{item}", policy.AcceptingPropose, p.acceptingForm)
	m.Page("POST /accepting/{item}", policy.AcceptingPropose, p.acceptingPropose)
	m.Page("POST /accepting-proposals/{id}/approve", policy.AcceptingDecide, p.acceptingApprove)
	m.Page("POST /accepting-proposals/{id}/refuse", policy.AcceptingDecide, p.acceptingRefuse)
}

// newItem stands in the address for a service that is not on the list yet.
const newItem = "new"

// accepting is which services accept the booklet today, what is asked to change,
// and what was or will be on the list.
func (p *Pages) accepting(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showAccepting(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showAccepting(w http.ResponseWriter, r *http.Request, s *gate.Session, id string, wrong map[string]string, status int) error {
	l, err := p.Accepting.List(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	may := policy.May(s.Actor, policy.AcceptingPropose)
	g := routesPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.accepting"), "/accepting"), Key: gate.NewKey(), At: "/accepting-proposals/"}
	g.Sub = i18n.T("staff.accepting.sub")
	g.Now, g.Past = acceptingTable(i18n.T("staff.accepting.now"), i18n.T("staff.accepting.none")), acceptingTable(i18n.T("staff.accepting.past"), i18n.T("staff.accepting.no_past"))
	for _, o := range l.Items {
		row := acceptingRow(o)
		if may && o.ValidTo > l.Today {
			row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.rule.change"), Href: "/accepting/" + o.Item, Spoken: i18n.T("staff.rule.change") + " " + o.Name}}
		}
		if o.InForce(l.Today) {
			g.Now.Rows = append(g.Now.Rows, row)
		} else {
			g.Past.Rows = append(g.Past.Rows, row)
		}
	}
	if may {
		g.Add = &ui.ButtonArgs{Label: i18n.T("staff.accepting.add"), Href: "/accepting/" + newItem}
	}
	g.Decided = decidedTable()
	for _, k := range l.Changes {
		if k.State != proposal.Proposed {
			g.Decided.Rows = append(g.Decided.Rows, decidedRow(k.Name, k.Asked))
			continue
		}
		card := waitingCard(k.Name, k.ID, k.Asked, acceptingFacts(k), s, policy.AcceptingDecide)
		if k.ID == id {
			g.Wrong = answered(r, &card, wrong)
		}
		g.Waiting = append(g.Waiting, card)
	}
	return gate.RenderCode(w, r, status, routesView(g))
}

func acceptingTable(caption, empty string) ui.TableArgs {
	return ui.TableArgs{Caption: caption, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.accepting.name")}, {Label: i18n.T("staff.col.unit"), Wide: true}, {Label: i18n.T("staff.accepting.bring"), Lower: true}, {Label: i18n.T("staff.rule.basis"), Lower: true}, {Label: i18n.T("staff.rule.dates"), Code: true}},
		Empty: ui.EmptyArgs{Title: empty, Icon: ui.IconFile}}
}

func acceptingRow(o accepting.Item) ui.Row {
	return ui.Row{Cells: []templ.Component{ui.Strong(o.Name), ui.Two(o.Unit, o.Phone), ui.Text(o.Bring), ui.Text(o.Basis), ui.Text(ruleDates(o.ValidFrom, o.ValidTo))}}
}

// acceptingFacts is a change as whoever decides sees it.
func acceptingFacts(c accepting.Change) []ui.Item {
	facts := []ui.Item{{Label: i18n.T("staff.accepting.name"), Text: c.Name}, {Label: i18n.T("staff.col.unit"), Text: c.Unit}}
	if c.Ends == 1 {
		return append(facts, ui.Item{Label: i18n.T("staff.accepting.change"), Text: i18n.T("staff.accepting.ends")})
	}
	return append(facts, ui.Item{Label: i18n.T("staff.col.phone"), Text: c.Phone}, ui.Item{Label: i18n.T("staff.accepting.office"), Text: officeName(c.Office)},
		ui.Item{Label: i18n.T("staff.accepting.bring"), Text: c.Bring}, ui.Item{Label: i18n.T("staff.rule.basis"), Text: c.Basis})
}

// officeName is whose counter a service is, in words.
func officeName(k actor.Kind) string {
	if k == "" {
		return i18n.T("staff.accepting.other_office")
	}
	return gate.Kind(k)
}

// acceptingForm asks for a service on the list, new or otherwise than it is.
func (p *Pages) acceptingForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showAcceptingForm(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showAcceptingForm(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	if !policy.May(s.Actor, policy.AcceptingPropose) { // the guard would refuse what is sent: who cannot send it sees no form
		return fault.New(fault.NotFound, "policy.not_found")
	}
	l, err := p.Accepting.List(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	item, title := r.PathValue("item"), i18n.T("staff.accepting.add")
	var now accepting.Item
	if item != newItem {
		i := slices.IndexFunc(l.Items, func(o accepting.Item) bool { return o.Item == item && o.ValidTo > l.Today })
		if i < 0 {
			return fault.New(fault.NotFound, "policy.not_found")
		}
		now = l.Items[i]
		title = i18n.T("staff.accepting.title", "name", now.Name)
	}
	g := routePage{OfficeArgs: p.frame(r, s, title, "/accepting"), Action: "/accepting/" + item, Key: orElse(r.PostFormValue(gate.KeyField), gate.NewKey())}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.accepting"), Href: "/accepting"}}
	office := ui.FieldArgs{Name: "office", Label: i18n.T("staff.accepting.office"), Hint: i18n.T("staff.accepting.office_hint"), Kind: ui.SelectField, Options: []ui.Option{{Label: officeName("")}}}
	for _, k := range accepting.Offices {
		office.Options = append(office.Options, ui.Option{Value: string(k), Label: gate.Kind(k), Selected: k == now.Office})
	}
	g.Fields = []ui.FieldArgs{
		{Name: "name", Label: i18n.T("staff.accepting.name"), Hint: i18n.T("staff.accepting.name_hint"), Required: true, Max: 60, Value: now.Name},
		{Name: "unit", Label: i18n.T("staff.col.unit"), Required: true, Max: 60, Value: now.Unit},
		{Name: "phone", Label: i18n.T("staff.col.phone"), Required: true, Max: 40, Value: now.Phone},
		office,
		{Name: "bring", Label: i18n.T("staff.accepting.bring"), Hint: i18n.T("staff.accepting.bring_hint"), Max: 120, Value: now.Bring, Wide: true},
		{Name: "basis", Label: i18n.T("staff.rule.basis"), Required: true, Max: 200, Value: now.Basis, Wide: true},
		{Name: "valid_from", Label: i18n.T("staff.rule.from"), Kind: ui.DateField, Required: true, Value: string(l.Today)},
	}
	if item != newItem {
		g.Fields = append(g.Fields, ui.FieldArgs{Name: "ends", Label: i18n.T("staff.accepting.ends_from"), Kind: ui.CheckField})
	}
	g.Fields = append(g.Fields, ui.FieldArgs{Name: "reason", Label: i18n.T("staff.rule.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true})
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, routeView(g))
}

func (p *Pages) acceptingPropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	c := accepting.Change{Asked: asked(r), Says: accepting.Says{Item: r.PathValue("item"), Name: gate.Trim(r, "name"), Unit: gate.Trim(r, "unit"), Office: actor.Kind(gate.Trim(r, "office")),
		Phone: gate.Trim(r, "phone"), Bring: gate.Trim(r, "bring"), Basis: gate.Trim(r, "basis")}}
	if c.Item == newItem {
		c.Item = ""
	} else if gate.Trim(r, "ends") == "1" {
		c.Ends = 1
	}
	_, err := p.Accepting.Propose(r.Context(), s.Actor, gate.Key(r), c)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showAcceptingForm(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/accepting?done=proposed")
}

func (p *Pages) acceptingApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if _, err := p.Accepting.Approve(r.Context(), s.Actor, gate.Key(r), r.PathValue("id")); err != nil {
		return err
	}
	return gate.See(w, r, "/accepting?done=accepting_approved")
}

func (p *Pages) acceptingRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Accepting.Refuse(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "answer"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showAccepting(w, r, s, id, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/accepting?done=accepting_refused")
}

// ruleDates is from when to when a row of a table is in force, in words.
func ruleDates(from, to calendar.Date) string {
	if to == calendar.Forever {
		return i18n.T("staff.rule.since", "from", from)
	}
	return i18n.T("staff.rule.until", "from", from, "to", to)
}

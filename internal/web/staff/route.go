package staff

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/proposal"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type routesPage struct {
	ui.OfficeArgs
	Key     string
	Add     *ui.ButtonArgs
	Now     ui.TableArgs
	Waiting []proposalCard
	Past    ui.TableArgs
	Decided ui.TableArgs
	Wrong   []ui.FieldError
	At      string // below which the answers to what waits lie
}

// routes is the routing table: who owes which right today, what is asked to
// change, and every row there has been.
func (p *Pages) routes(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRoutes(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showRoutes(w http.ResponseWriter, r *http.Request, s *gate.Session, id string, wrong map[string]string, status int) error {
	t, err := p.Rights.RouteTable(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := routesPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.routes"), "/routes"), Key: gate.NewKey(), At: "/route-proposals/"}
	g.Sub = i18n.T("staff.route.sub")
	g.Now, g.Past = routeTable(i18n.T("staff.route.now"), i18n.T("staff.route.none")), routeTable(i18n.T("staff.route.past"), i18n.T("staff.rule.no_past"))
	for _, side := range []string{entitlement.Origin, entitlement.Living} {
		for _, kind := range entitlement.Kinds {
			for _, o := range t.Routes {
				if o.Kind != kind || o.Side != side || o.ValidFrom == o.ValidTo {
					continue
				}
				row := routeRow(o)
				if !o.InForce(t.Today) {
					g.Past.Rows = append(g.Past.Rows, row)
					continue
				}
				if policy.May(s.Actor, policy.RoutePropose) {
					row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.rule.change"), Href: "/routes/" + kind + "/" + side, Spoken: i18n.T("staff.rule.change") + " " + rightName(kind)}}
				}
				g.Now.Rows = append(g.Now.Rows, row)
			}
		}
	}
	if policy.May(s.Actor, policy.RoutePropose) {
		g.Add = &ui.ButtonArgs{Label: i18n.T("staff.route.add"), Href: "/routes/new"}
	}
	g.Decided = decidedTable()
	for _, k := range t.Changes {
		title := i18n.T("staff.route.of", "right", rightName(k.Kind), "side", i18n.T("staff.right.side_short."+k.Side)) //i18n:dynamic staff.right.side_short.
		if k.State != proposal.Proposed {
			g.Decided.Rows = append(g.Decided.Rows, decidedRow(title, k.Asked))
			continue
		}
		card := waitingCard(title, k.ID, k.Asked, routeFacts(k), s, policy.RouteDecide)
		if k.ID == id {
			g.Wrong = answered(r, &card, wrong)
		}
		g.Waiting = append(g.Waiting, card)
	}
	return gate.RenderCode(w, r, status, routesView(g))
}

func routeTable(caption, empty string) ui.TableArgs {
	return ui.TableArgs{Caption: caption, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.right")}, {Label: i18n.T("staff.right.side_col")}, {Label: i18n.T("staff.col.unit"), Wide: true}, {Label: i18n.T("staff.route.note"), Lower: true}, {Label: i18n.T("staff.rule.basis"), Lower: true}, {Label: i18n.T("staff.rule.dates"), Code: true}},
		Empty: ui.EmptyArgs{Title: empty, Icon: ui.IconFile}}
}

func routeRow(o entitlement.Route) ui.Row {
	return ui.Row{Cells: []templ.Component{ui.Strong(rightName(o.Kind)), ui.Text(i18n.T("staff.right.side_short." + o.Side)), ui.Two(unitWords(o.Unit), o.Phone), ui.Text(o.Note), ui.Text(o.Basis), ui.Text(ruleDates(o.ValidFrom, o.ValidTo))}} //i18n:dynamic staff.right.side_short.
}

// unitWords is a unit as the table shows it: its places by what they stand for.
func unitWords(unit string) string {
	return entitlement.Route{Unit: unit}.At(entitlement.Place{Town: i18n.T("staff.route.town"), Village: i18n.T("staff.route.village")}).Unit
}

func routeFacts(c entitlement.RouteChange) []ui.Item {
	unit := unitWords(c.Unit)
	if c.Ends == 1 {
		unit = i18n.T("staff.route.ends")
	}
	return []ui.Item{{Label: i18n.T("staff.col.unit"), Text: unit}, {Label: i18n.T("staff.col.phone"), Text: c.Phone}, {Label: i18n.T("staff.route.note"), Text: c.Note}, {Label: i18n.T("staff.rule.basis"), Text: c.Basis}}
}

// decidedTable lists what was decided about proposals.
func decidedTable() ui.TableArgs {
	return ui.TableArgs{Caption: i18n.T("staff.rule.decided"), Columns: []ui.Column{{Label: i18n.T("staff.proposal.about")}, {Label: i18n.T("staff.col.state")}, {Label: i18n.T("staff.rule.reason"), Wide: true}, {Label: i18n.T("staff.rule.proposed")}, {Label: i18n.T("staff.rule.decided_by")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.rule.no_past"), Icon: ui.IconFile}}
}

func decidedRow(title string, k proposal.Asked) ui.Row {
	why := ui.Text(k.Reason)
	if k.Answer != "" {
		why = ui.Two(k.Reason, k.Answer)
	}
	return ui.Row{Cells: []templ.Component{ui.Text(title), ui.Text(i18n.T("proposal.state." + k.State)), why, ui.Two(k.ProposedName, gate.At(k.ProposedAt)), ui.Two(k.DecidedName, gate.At(k.DecidedAt))}} //i18n:dynamic proposal.state.
}

// asked reads from when on and why somebody asks for a row.
func asked(r *http.Request) proposal.Asked {
	return proposal.Asked{ValidFrom: calendar.Date(gate.Trim(r, "valid_from")), Reason: gate.Trim(r, "reason")}
}

// answered shows again what was refused without the words it needs.
func answered(r *http.Request, card *proposalCard, wrong map[string]string) []ui.FieldError {
	gate.Fill(r, wrong, &card.Answer)
	return ui.Errors(card.Answer)
}

// waitingCard is a proposal that waits, with what the actor may do with it.
func waitingCard(title, id string, k proposal.Asked, facts []ui.Item, s *gate.Session, decide policy.Action) proposalCard {
	card := proposalCard{ID: id, Title: title, Own: k.ProposedBy == s.Actor.Account, Approve: policy.May(s.Actor, decide)}
	card.Facts = append(facts, ui.Item{Label: i18n.T("staff.rule.from"), Text: string(k.ValidFrom)}, ui.Item{Label: i18n.T("staff.rule.proposed"), Text: k.ProposedName + " " + gate.At(k.ProposedAt)},
		ui.Item{Label: i18n.T("staff.rule.reason"), Text: k.Reason, Wide: true})
	label := i18n.T("staff.rule.answer")
	if card.Own {
		label = i18n.T("staff.rule.take_back_why")
	}
	card.Answer = ui.FieldArgs{Name: "answer", ID: "f-answer-" + id, Label: label, Required: true, Max: 200}
	return card
}

// waitingPanel is waitingCard on a page of panels: at is the address below which
// the answers lie.
func waitingPanel(title, id string, k proposal.Asked, facts []ui.Item, s *gate.Session, decide policy.Action, at string) sheetPanel {
	card := waitingCard(title, id, k, facts, s, decide)
	panel := sheetPanel{Title: i18n.T("staff.rule.waiting", "case", title), Facts: card.Facts}
	if !card.Approve {
		return panel
	}
	refuse := sheetForm{Name: "refuse-" + id, Action: at + id + "/refuse", Button: i18n.T("staff.rule.refuse"), Fields: []ui.FieldArgs{card.Answer}}
	if card.Own {
		panel.Sub, refuse.Button = i18n.T("proposal.own"), i18n.T("staff.rule.take_back")
	} else {
		panel.Forms = append(panel.Forms, sheetForm{Name: "approve-" + id, Action: at + id + "/approve", Button: i18n.T("staff.rule.approve"), Kind: ui.Primary})
	}
	panel.Forms = append(panel.Forms, refuse)
	return panel
}

type routePage struct {
	ui.OfficeArgs
	Key, Action string
	Fields      []ui.FieldArgs
	Wrong       []ui.FieldError
}

// routeForm asks for another unit that owes one right at one side, beginning
// with the one in force.
func (p *Pages) routeForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRoute(w, r, s, r.PathValue("kind"), r.PathValue("side"), nil, http.StatusOK)
}

// routeNew asks first which right, at which side.
func (p *Pages) routeNew(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRoute(w, r, s, "", "", nil, http.StatusOK)
}

func (p *Pages) showRoute(w http.ResponseWriter, r *http.Request, s *gate.Session, kind, side string, wrong map[string]string, status int) error {
	if kind != "" && (!slices.Contains(entitlement.Kinds, kind) || side != entitlement.Origin && side != entitlement.Living) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	if !policy.May(s.Actor, policy.RoutePropose) { // the guard would refuse what is sent: who cannot send it sees no form
		return fault.New(fault.NotFound, "policy.not_found")
	}
	t, err := p.Rights.RouteTable(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	title := i18n.T("staff.route.add")
	g := routePage{Action: "/routes/new", Key: orElse(r.PostFormValue(gate.KeyField), gate.NewKey())}
	var now entitlement.Route
	if kind != "" {
		title = i18n.T("staff.route.title", "right", rightName(kind), "side", i18n.T("staff.right.side_short."+side)) //i18n:dynamic staff.right.side_short.
		g.Action = "/routes/" + kind + "/" + side
		for _, o := range t.Routes {
			if o.Kind == kind && o.Side == side && o.InForce(t.Today) {
				now = o
			}
		}
	} else {
		k := ui.FieldArgs{Name: "kind", Label: i18n.T("staff.col.right"), Kind: ui.SelectField, Empty: i18n.T("staff.choose"), Required: true}
		for _, name := range entitlement.Kinds {
			k.Options = append(k.Options, ui.Option{Value: name, Label: rightName(name)})
		}
		at := ui.FieldArgs{Name: "side", Label: i18n.T("staff.right.side_col"), Kind: ui.RadioField, Required: true}
		for _, name := range []string{entitlement.Origin, entitlement.Living} {
			at.Options = append(at.Options, ui.Option{Value: name, Label: i18n.T("staff.right.side_short." + name)}) //i18n:dynamic staff.right.side_short.
		}
		g.Fields = []ui.FieldArgs{k, at}
	}
	g.OfficeArgs = p.frame(r, s, title, "/routes")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.routes"), Href: "/routes"}}
	g.Fields = append(g.Fields,
		ui.FieldArgs{Name: "unit", Label: i18n.T("staff.col.unit"), Hint: i18n.T("staff.route.unit_hint", "town", "{town}", "village", "{village}", "committee", "{committee}"), Max: 60, Value: now.Unit, Wide: true},
		ui.FieldArgs{Name: "phone", Label: i18n.T("staff.col.phone"), Hint: i18n.T("staff.route.phone_hint"), Max: 20, Value: now.Phone},
		ui.FieldArgs{Name: "note", Label: i18n.T("staff.route.note"), Max: 60, Value: now.Note},
		ui.FieldArgs{Name: "basis", Label: i18n.T("staff.rule.basis"), Required: true, Max: 200, Value: now.Basis, Wide: true},
		ui.FieldArgs{Name: "valid_from", Label: i18n.T("staff.rule.from"), Kind: ui.DateField, Required: true, Value: string(t.Today)})
	if kind != "" {
		g.Fields = append(g.Fields, ui.FieldArgs{Name: "ends", Label: i18n.T("staff.route.ends_from"), Kind: ui.CheckField})
	}
	g.Fields = append(g.Fields, ui.FieldArgs{Name: "reason", Label: i18n.T("staff.rule.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true})
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, routeView(g))
}

func (p *Pages) routePropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	kind, side := r.PathValue("kind"), r.PathValue("side")
	c := entitlement.RouteChange{Kind: orElse(kind, gate.Trim(r, "kind")), Side: orElse(side, gate.Trim(r, "side")), Unit: gate.Trim(r, "unit"), Phone: gate.Trim(r, "phone"), Note: gate.Trim(r, "note"),
		Basis: gate.Trim(r, "basis"), Asked: asked(r)}
	if gate.Trim(r, "ends") == "1" {
		c.Ends = 1
	}
	_, err := p.Rights.ProposeRoute(r.Context(), s.Actor, gate.Key(r), c)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showRoute(w, r, s, kind, side, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/routes?done=proposed")
}

func (p *Pages) routeApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if _, err := p.Rights.ApproveRoute(r.Context(), s.Actor, gate.Key(r), r.PathValue("id")); err != nil {
		return err
	}
	return gate.See(w, r, "/routes?done=rule_approved")
}

func (p *Pages) routeRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Rights.RefuseRoute(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "answer"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showRoutes(w, r, s, id, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/routes?done=rule_refused")
}

package staff

import (
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/network"
	"anju/internal/policy"
	"anju/internal/proposal"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// duties is the county's list of what departments may place on a grid, what
// waits to be decided, and what has been placed.
func (p *Pages) duties(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showDuties(w, r, s, "", nil)
}

func (p *Pages) showDuties(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	under := at(r, s, 12)
	l, err := p.Network.Duties(r.Context(), s.Actor, under)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.menu.duties"), "/duties")
	g.Sub = i18n.T("staff.duty.sub")
	names := map[string]string{}
	now := ui.TableArgs{Caption: i18n.T("staff.duty.now"), Cards: true, Columns: dutyColumns(), Empty: ui.EmptyArgs{Title: i18n.T("staff.duty.none"), Hint: i18n.T("staff.duty.none_hint"), Icon: ui.IconFile}}
	for _, d := range l.Now {
		names[d.Duty] = d.Name
		now.Rows = append(now.Rows, ui.Row{Cells: append(dutyCells(d), ui.Two(d.DecidedName, gate.At(d.DecidedAt)))})
	}
	g.Panels = append(g.Panels, dutyWaiting(l, s)...)
	g.Panels = append(g.Panels, sheetPanel{Title: now.Caption, Table: &now})
	placed := ui.TableArgs{Caption: i18n.T("staff.duty.placed", "place", x.FullName(under)), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.network.place")}, {Label: i18n.T("staff.duty.name")}, {Label: i18n.T("staff.duty.what"), Wide: true}, {Label: i18n.T("staff.col.office")}, {Label: i18n.T("staff.network.days"), Code: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.duty.placed_none"), Icon: ui.IconFile}}
	back := ui.FieldArgs{Name: "id", Label: i18n.T("staff.duty.back_which"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Wide: true}
	for _, d := range l.Placed {
		if l.Own(d, s.Actor) {
			back.Options = append(back.Options, ui.Option{Value: d.ID, Label: i18n.T("staff.duty.back_one", "name", orElse(names[d.Duty], d.Duty), "place", x.FullName(d.Path), "days", dayRange(d.ValidFrom, d.ValidTo))})
		}
		placed.Rows = append(placed.Rows, ui.Row{Cells: []templ.Component{ui.Text(x.FullName(d.Path)), ui.Text(orElse(names[d.Duty], d.Duty)), ui.Text(d.What), ui.Two(d.Office, d.PlacedName), ui.Text(dayRange(d.ValidFrom, d.ValidTo))}})
	}
	g.Panels = append(g.Panels, sheetPanel{Title: placed.Caption, Table: &placed})
	if len(back.Options) > 0 {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.duty.take_back"), Sub: i18n.T("staff.duty.back_sub"), Forms: []sheetForm{{Name: "back", Action: "/duties/placed/end", Button: i18n.T("staff.duty.take_back"), Fields: []ui.FieldArgs{
			back, {Name: "on", Label: i18n.T("staff.duty.back_on"), Kind: ui.DateField, Required: true, Value: string(l.On), Hint: i18n.T("staff.duty.back_hint")}}}}})
	}
	if policy.May(s.Actor, policy.DutyPlace) {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.duty.place"), Sub: i18n.T("staff.duty.place_sub"), Forms: []sheetForm{dutyPlaceForm(l, s.Actor)}})
	}
	if policy.May(s.Actor, policy.DutyPropose) {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.duty.propose"), Sub: i18n.T("staff.duty.propose_sub"), Forms: []sheetForm{dutyProposeForm(l.On)}})
	}
	past := ui.TableArgs{Caption: i18n.T("staff.duty.rows"), Cards: true, Columns: append(dutyColumns(), ui.Column{Label: i18n.T("staff.col.state")}), Empty: ui.EmptyArgs{Title: i18n.T("staff.duty.none"), Icon: ui.IconLog}}
	for _, d := range l.Rows {
		if d.State != proposal.Proposed {
			past.Rows = append(past.Rows, ui.Row{Cells: append(dutyCells(d), ui.Two(d.DecidedName, gate.At(d.DecidedAt)), ui.Two(i18n.T("proposal.state."+d.State), d.Answer))}) //i18n:dynamic proposal.state.
		}
	}
	g.Panels = append(g.Panels, sheetPanel{Title: past.Caption, Table: &past})
	return g.render(w, r, sent, wrong)
}

func dutyColumns() []ui.Column {
	return []ui.Column{{Label: i18n.T("staff.duty.name"), Wide: true}, {Label: i18n.T("staff.duty.department")}, {Label: i18n.T("staff.duty.document")}, {Label: i18n.T("staff.rule.from"), Code: true}, {Label: i18n.T("staff.duty.approved")}}
}

func dutyCells(d network.Duty) []templ.Component {
	name := ui.Two(d.Name, d.Duty)
	if d.Ended == 1 {
		name = ui.Two(d.Name, i18n.T("staff.duty.ended"))
	}
	return []templ.Component{name, ui.Text(gate.Kind(d.Department)), ui.Text(d.Document), ui.Text(string(d.ValidFrom))}
}

// dutyWaiting are the rows that wait for a second person.
func dutyWaiting(l network.DutyList, s *gate.Session) (all []sheetPanel) {
	for _, d := range l.Rows {
		if d.State != proposal.Proposed {
			continue
		}
		kind := i18n.T("staff.duty.takes_effect")
		if d.Ended == 1 {
			kind = i18n.T("staff.duty.ended")
		}
		facts := []ui.Item{{Label: i18n.T("staff.duty.department"), Text: gate.Kind(d.Department)}, {Label: i18n.T("staff.duty.document"), Text: d.Document}, {Label: i18n.T("staff.duty.change"), Text: kind}}
		all = append(all, waitingPanel(d.Name, d.ID, d.Asked, facts, s, policy.DutyDecide, "/duties/"))
	}
	return all
}

func dutyPlaceForm(l network.DutyList, by actor.Actor) sheetForm {
	duty := ui.FieldArgs{Name: "duty", Label: i18n.T("staff.duty.name"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Hint: i18n.T("staff.duty.own_only")}
	for _, d := range l.Now {
		if d.Department == by.Kind {
			duty.Options = append(duty.Options, ui.Option{Value: d.Duty, Label: d.Name})
		}
	}
	return sheetForm{Name: "place", Action: "/duties/placed", Button: i18n.T("staff.duty.place"), Kind: ui.Primary, Fields: []ui.FieldArgs{
		duty, {Name: "path", Label: i18n.T("staff.duty.where"), Kind: ui.NumberField, Required: true, Max: 15, Hint: i18n.T("staff.duty.where_hint")},
		{Name: "what", Label: i18n.T("staff.duty.what"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true},
		{Name: "from", Label: i18n.T("staff.duty.from"), Kind: ui.DateField, Hint: i18n.T("staff.duty.from_hint")}, {Name: "last", Label: i18n.T("staff.duty.last"), Kind: ui.DateField, Hint: i18n.T("staff.duty.last_hint")}}}
}

func dutyProposeForm(today calendar.Date) sheetForm {
	department := ui.FieldArgs{Name: "department", Label: i18n.T("staff.duty.department"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
	for _, k := range network.Departments {
		department.Options = append(department.Options, ui.Option{Value: string(k), Label: gate.Kind(k)})
	}
	return sheetForm{Name: "propose", Action: "/duties", Button: i18n.T("staff.duty.propose"), Fields: []ui.FieldArgs{
		{Name: "code", Label: i18n.T("staff.duty.code"), Required: true, Max: 20, Hint: i18n.T("staff.duty.code_hint")}, {Name: "name", Label: i18n.T("staff.duty.name"), Required: true, Max: 60}, department,
		{Name: "document", Label: i18n.T("staff.duty.document"), Required: true, Max: 100, Hint: i18n.T("staff.duty.document_hint")}, {Name: "valid_from", Label: i18n.T("staff.rule.from"), Kind: ui.DateField, Required: true, Value: string(today)},
		{Name: "ended", Label: i18n.T("staff.duty.change"), Kind: ui.RadioField, Options: []ui.Option{{Value: "0", Label: i18n.T("staff.duty.takes_effect"), Selected: true}, {Value: "1", Label: i18n.T("staff.duty.ended")}}},
		{Name: "reason", Label: i18n.T("staff.rule.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true}}}
}

func (p *Pages) dutyPropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	d := network.Duty{Duty: gate.Trim(r, "code"), Name: gate.Trim(r, "name"), Department: actor.Kind(gate.Trim(r, "department")), Document: gate.Trim(r, "document"), Asked: asked(r)}
	if gate.Trim(r, "ended") == "1" {
		d.Ended = 1
	}
	_, err := p.Network.ProposeDuty(r.Context(), s.Actor, gate.Key(r), d)
	return p.dutyDone(w, r, s, err, "propose", "proposed")
}

// dutyDone leads back to the list, or shows the form again.
func (p *Pages) dutyDone(w http.ResponseWriter, r *http.Request, s *gate.Session, err error, form, done string) error {
	if wrong, ok := gate.Invalid(err); ok {
		if text := wrong["duty"]; form == "propose" && text != "" { // the page calls it code
			wrong["code"] = text
		}
		return p.showDuties(w, r, s, form, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/duties?done="+done)
}

func (p *Pages) dutyApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Network.ApproveDuty(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"))
	return p.dutyDone(w, r, s, err, "approve-"+r.PathValue("id"), "duty_approved")
}

func (p *Pages) dutyRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Network.RefuseDuty(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), gate.Trim(r, "answer"))
	return p.dutyDone(w, r, s, err, "refuse-"+r.PathValue("id"), "duty_refused")
}

func (p *Pages) dutyPlace(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	d := network.Placed{Duty: gate.Trim(r, "duty"), Path: gate.Trim(r, "path"), What: gate.Trim(r, "what"), ValidFrom: calendar.Date(gate.Trim(r, "from")), ValidTo: calendar.Date(gate.Trim(r, "last"))}
	if d.ValidTo.Valid() {
		d.ValidTo = d.ValidTo.AddDays(1)
	}
	_, err := p.Network.Place(r.Context(), s.Actor, gate.Key(r), d)
	return p.dutyDone(w, r, s, err, "place", "placed")
}

func (p *Pages) dutyTakeBack(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	err := p.Network.TakeBack(r.Context(), s.Actor, gate.Trim(r, "id"), calendar.Date(gate.Trim(r, "on")))
	return p.dutyDone(w, r, s, err, "back", "taken_back")
}

func massKind(k string) string { return i18n.T("network.mass.kind." + k) } //i18n:dynamic network.mass.kind.

// mass lists the mass organisations of a village or community.
func (p *Pages) mass(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showMass(w, r, s, at(r, s, 12), nil)
}

func (p *Pages) showMass(w http.ResponseWriter, r *http.Request, s *gate.Session, village string, wrong map[string]string) error {
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.mass.of", "place", x.FullName(village)), "/mass")
	g.Aside = placesTree(x, "/mass", village, firstPath(s))
	if len(village) < 12 {
		g.Panels = []sheetPanel{{Title: i18n.T("staff.menu.mass"), Table: &ui.TableArgs{Caption: g.Title, Empty: ui.EmptyArgs{Title: i18n.T("staff.mass.choose"), Hint: i18n.T("staff.mass.choose_hint"), Icon: ui.IconPeople}}}}
		return g.render(w, r, "", nil)
	}
	all, err := p.Network.MassOf(r.Context(), s.Actor, village)
	if err != nil {
		return err
	}
	may := policy.Check(s.Actor, policy.MassRecord, policy.Places{{Relation: policy.At, Path: village}}) == nil
	t := ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.mass.kind")}, {Label: i18n.T("staff.mass.name"), Wide: true}, {Label: i18n.T("staff.mass.leader")}, {Label: i18n.T("staff.mass.founded"), Code: true}, {Label: i18n.T("staff.duty.document")}, {Label: i18n.T("staff.col.do")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.mass.none"), Hint: i18n.T("staff.mass.none_hint"), Icon: ui.IconPeople}}
	for _, m := range all {
		do := ui.Text("")
		switch {
		case m.EndedOn != "":
			do = ui.Tag(ui.TagArgs{Label: i18n.T("staff.mass.ended", "on", m.EndedOn)})
		case may:
			do = confirm(s, "staff.mass.end", "staff.mass.end_text", m.Name, "/mass/"+m.ID+"/end?at="+village)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(massKind(m.Kind)), ui.Strong(m.Name), ui.Text(m.Leader), ui.Text(string(m.FoundedOn)), ui.Text(m.Document), do}})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}}
	if may {
		kind := ui.FieldArgs{Name: "kind", Label: i18n.T("staff.mass.kind"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
		for _, k := range network.MassKinds {
			kind.Options = append(kind.Options, ui.Option{Value: k, Label: massKind(k)})
		}
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.mass.new"), Forms: []sheetForm{{Name: "mass", Action: "/mass", Button: i18n.T("staff.mass.save"), Kind: ui.Primary, Hidden: []ui.Option{{Value: "village", Label: village}}, Fields: []ui.FieldArgs{
			kind, {Name: "name", Label: i18n.T("staff.mass.name"), Required: true, Max: 60}, {Name: "leader", Label: i18n.T("staff.mass.leader"), Max: 30},
			{Name: "founded_on", Label: i18n.T("staff.mass.founded"), Kind: ui.DateField, Required: true}, {Name: "document", Label: i18n.T("staff.duty.document"), Max: 100, Wide: true}}}}})
	}
	return g.render(w, r, "mass", wrong)
}

func (p *Pages) massRecord(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	m := network.Mass{Village: gate.Trim(r, "village"), Kind: gate.Trim(r, "kind"), Name: gate.Trim(r, "name"), Leader: gate.Trim(r, "leader"), FoundedOn: calendar.Date(gate.Trim(r, "founded_on")), Document: gate.Trim(r, "document")}
	_, err := p.Network.RecordMass(r.Context(), s.Actor, gate.Key(r), m)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showMass(w, r, s, m.Village, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/mass?done=saved&at="+m.Village)
}

func (p *Pages) massEnd(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := p.Network.EndMass(r.Context(), s.Actor, r.PathValue("id")); err != nil {
		return err
	}
	return gate.See(w, r, "/mass?done=saved&at="+at(r, s, 12))
}

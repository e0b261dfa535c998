package staff

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/party"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

func formName(f string) string { return i18n.T("party.form." + f) } //i18n:dynamic party.form.

func bodyName(b string) string { return i18n.T("party.body." + b) } //i18n:dynamic party.body.

// branches lists the grid party branches at a place.
func (p *Pages) branches(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showBranches(w, r, s, nil)
}

func (p *Pages) showBranches(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	under := at(r, s, 12)
	all, err := p.Party.Branches(r.Context(), s.Actor, under)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.branch.of", "place", x.FullName(under)), "/branches")
	g.Sub = i18n.T("staff.branch.sub")
	g.Aside = placesTree(x, "/branches", under, firstPath(s))
	t := ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.branch.name"), Wide: true}, {Label: i18n.T("staff.branch.form")}, {Label: i18n.T("staff.network.place")}, {Label: i18n.T("account.kind.branch_secretary")}, {Label: i18n.T("staff.branch.members"), Num: true}, {Label: i18n.T("staff.branch.households"), Num: true}, {Label: i18n.T("staff.branch.founded"), Code: true}, {Label: i18n.T("staff.col.do")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.branch.none"), Hint: i18n.T("staff.branch.none_hint"), Icon: ui.IconPeople}}
	may := policy.May(s.Actor, policy.BranchRecord)
	var hosts []ui.Option
	for _, b := range all {
		form := ui.Text(formName(b.Form))
		switch b.Form {
		case party.Attached:
			form = ui.Two(formName(b.Form), b.To)
		case party.Joint:
			form = ui.Two(formName(b.Form), strings.Join(b.Joint, "、"))
		}
		if b.Form != party.Attached {
			hosts = append(hosts, ui.Option{Value: b.ID, Label: b.Name})
		}
		do := ui.Text("")
		if may && s.Actor.Over(b.Path) {
			do = confirm(s, "staff.branch.end", "staff.branch.end_text", b.Name, "/branches/"+b.ID+"/end")
		}
		secretary := ui.Text(b.Secretary)
		if b.Secretary == "" {
			secretary = ui.Tag(ui.TagArgs{Label: i18n.T("ui.people.vacant"), Tone: ui.Warn})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Two(b.Name, b.Document), form, ui.Text(b.Place), secretary, ui.Num(int(b.Members)), ui.Num(int(b.Pairs)), ui.Text(string(b.FoundedOn)), do}})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}}
	if may {
		form := ui.FieldArgs{Name: "form", Label: i18n.T("staff.branch.form"), Kind: ui.RadioField, Required: true}
		for _, f := range party.Forms {
			form.Options = append(form.Options, ui.Option{Value: f, Label: formName(f)})
		}
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.branch.new"), Sub: i18n.T("staff.branch.new_sub"), Forms: []sheetForm{{Name: "branch", Action: "/branches", Button: i18n.T("staff.branch.save"), Kind: ui.Primary, Fields: []ui.FieldArgs{
			{Name: "name", Label: i18n.T("staff.branch.name"), Required: true, Max: 60}, form,
			{Name: "path", Label: i18n.T("staff.branch.where"), Kind: ui.NumberField, Required: true, Max: 15, Hint: i18n.T("staff.branch.where_hint")},
			{Name: "places", Label: i18n.T("staff.branch.places"), Max: 200, Hint: i18n.T("staff.branch.places_hint")},
			{Name: "attached_to", Label: i18n.T("staff.branch.attached_to"), Kind: ui.SelectField, Empty: i18n.T("staff.branch.to_none"), Options: hosts},
			{Name: "login", Label: i18n.T("staff.branch.secretary"), Max: 40, Hint: i18n.T("staff.branch.secretary_hint")},
			{Name: "founded_on", Label: i18n.T("staff.branch.founded"), Kind: ui.DateField, Required: true},
			{Name: "document", Label: i18n.T("staff.duty.document"), Required: true, Max: 100}}}}})
	}
	return g.render(w, r, "branch", wrong)
}

func (p *Pages) branchFound(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	f := party.Founding{Login: gate.Trim(r, "login"), Places: strings.FieldsFunc(r.PostFormValue("places"), func(c rune) bool { return c < '0' || c > '9' }),
		Branch: party.Branch{Name: gate.Trim(r, "name"), Form: gate.Trim(r, "form"), Path: gate.Trim(r, "path"), AttachedTo: gate.Trim(r, "attached_to"), FoundedOn: calendar.Date(gate.Trim(r, "founded_on")), Document: gate.Trim(r, "document")}}
	_, err := p.Party.Found(r.Context(), s.Actor, gate.Key(r), f)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showBranches(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/branches?done=founded")
}

func (p *Pages) branchEnd(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := p.Party.EndBranch(r.Context(), s.Actor, r.PathValue("id")); err != nil {
		return err
	}
	return gate.See(w, r, "/branches?done=saved")
}

// pairs are the households that the actor pairs with.
func (p *Pages) pairs(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	all, err := p.Party.Mine(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.menu.pairs"), "/pairs")
	t := ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.head")}, {Label: i18n.T("staff.pair.address"), Wide: true}, {Label: i18n.T("staff.col.grid")}, {Label: i18n.T("staff.pair.agreed"), Code: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.pair.none"), Hint: i18n.T("staff.pair.none_hint"), Icon: ui.IconHouse}}
	for _, l := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Strong(l.Head), ui.Text(l.Address), ui.Text(l.Grid), ui.Text(string(l.AgreedOn))}})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Sub: i18n.T("staff.pair.sub"), Table: &t}}
	return g.render(w, r, "", nil)
}

// householdPairs is who pairs with a household, for who serves it.
func (p *Pages) householdPairs(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showHouseholdPairs(w, r, s, nil)
}

func (p *Pages) showHouseholdPairs(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	id := r.PathValue("id")
	h, err := p.Party.OfHousehold(r.Context(), s.Actor, household.ID(id))
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.pair.title"), "/residents")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.residents"), Href: "/residents"}, {Label: i18n.T("staff.pair.household"), Href: "/households/" + id}}
	t := ui.TableArgs{Caption: i18n.T("staff.pair.now"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.pair.member"), Wide: true}, {Label: i18n.T("staff.pair.agreed"), Code: true}, {Label: i18n.T("staff.col.do")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.pair.nobody"), Icon: ui.IconPeople}}
	for _, q := range h.Pairs {
		why := ui.FieldArgs{Name: "why", ID: "f-why-" + q.ID, Label: i18n.T("staff.pair.why"), Kind: ui.SelectField, Required: true}
		for _, e := range party.Endings {
			why.Options = append(why.Options, ui.Option{Value: e, Label: i18n.T("party.ended." + e)}) //i18n:dynamic party.ended.
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Strong(q.Name), ui.Text(string(q.AgreedOn)),
			ui.ConfirmButton(ui.ConfirmArgs{Label: i18n.T("staff.pair.end"), Yes: i18n.T("staff.pair.end"), Title: i18n.T("staff.pair.end_title", "name", q.Name), Text: i18n.T("staff.pair.end_text"), Action: "/households/" + id + "/pairs/" + q.ID + "/end", CSRF: s.CSRF, Small: true, Fields: []ui.FieldArgs{why}})}})
	}
	member := ui.FieldArgs{Name: "account_id", Label: i18n.T("staff.pair.member"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
	for _, m := range h.Members {
		member.Options = append(member.Options, ui.Option{Value: m.ID, Label: m.Name})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}, {Title: i18n.T("staff.pair.new"), Sub: i18n.T("staff.pair.new_sub"), Forms: []sheetForm{{Name: "pair", Action: "/households/" + id + "/pairs", Button: i18n.T("staff.pair.save"), Kind: ui.Primary, Fields: []ui.FieldArgs{
		member, {Name: "agreed_on", Label: i18n.T("staff.pair.agreed"), Kind: ui.DateField, Required: true, Hint: i18n.T("staff.pair.agreed_hint")}}}}}}
	return g.render(w, r, "pair", wrong)
}

func (p *Pages) pairRecord(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Party.Pair(r.Context(), s.Actor, gate.Key(r), party.Pair{HouseholdID: household.ID(id), AccountID: gate.Trim(r, "account_id"), AgreedOn: calendar.Date(gate.Trim(r, "agreed_on"))})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showHouseholdPairs(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/households/"+id+"/pairs?done=paired")
}

func (p *Pages) pairEnd(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	err := p.Party.Unpair(r.Context(), s.Actor, r.PathValue("pair"), gate.Trim(r, "why"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showHouseholdPairs(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/households/"+r.PathValue("id")+"/pairs?done=unpaired")
}

// tasks is what is asked of the actor as one of the four bodies.
func (p *Pages) tasks(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showTasks(w, r, s, "", nil)
}

func (p *Pages) showTasks(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	all, err := p.Party.Tasks(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.menu.tasks"), "/tasks")
	g.Sub = i18n.T("staff.task.sub")
	if len(all) == 0 {
		g.Panels = []sheetPanel{{Title: g.Title, Table: &ui.TableArgs{Caption: g.Title, Empty: ui.EmptyArgs{Title: i18n.T("staff.task.none"), Hint: i18n.T("staff.task.none_hint"), Icon: ui.IconGood}}}}
	}
	for _, t := range all {
		title := x.FullName(t.Path)
		if t.Number != "" {
			title = i18n.T("staff.task.matter", "category", i18n.T("matter.category."+t.Category), "number", t.Number) //i18n:dynamic matter.category.
		}
		panel := sheetPanel{Title: title, Facts: []ui.Item{
			{Label: i18n.T("staff.task.body"), Text: bodyName(t.Body)}, {Label: i18n.T("staff.col.grid"), Text: x.FullName(t.Path)},
			{Label: i18n.T("staff.task.part"), Text: t.Part, Wide: true}, {Label: i18n.T("staff.task.named"), Text: t.NamedName + " " + gate.At(t.NamedAt)}}}
		if t.State != "" {
			panel.Facts = append(panel.Facts, ui.Item{Label: i18n.T("staff.col.state"), Text: i18n.T("matter.state." + t.State)}) //i18n:dynamic matter.state.
		}
		if t.AnsweredAt != 0 {
			panel.Facts = append(panel.Facts, ui.Item{Label: i18n.T("staff.task.answer"), Text: t.Answer, Wide: true})
		} else {
			panel.Forms = []sheetForm{{Name: "answer-" + t.ID, Action: "/tasks/" + t.ID, Button: i18n.T("staff.task.save"), Kind: ui.Primary, Fields: []ui.FieldArgs{{Name: "text", Label: i18n.T("staff.task.answer"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true}}}}
		}
		g.Panels = append(g.Panels, panel)
	}
	return g.render(w, r, sent, wrong)
}

func (p *Pages) taskAnswer(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Party.Answer(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "text"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showTasks(w, r, s, "answer-"+id, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/tasks?done=answered_task")
}

// participants are the four bodies on a matter or a grid.
func (p *Pages) participants(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showParticipants(w, r, s, nil)
}

func (p *Pages) showParticipants(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	noun, id := r.PathValue("noun"), r.PathValue("id")
	all, err := p.Party.Of(r.Context(), s.Actor, noun+"/"+id)
	if err != nil {
		return err
	}
	here := "/participants/" + noun + "/" + id
	g := p.sheet(r, s, i18n.T("staff.participant.title"), "/matters")
	if noun == "matter" {
		g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.matters"), Href: "/matters"}, {Label: i18n.T("staff.participant.matter"), Href: "/matters/" + id}}
	} else {
		g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.network_posts"), Href: "/posts?at=" + id}}
	}
	t := ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.task.body")}, {Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.task.part"), Wide: true}, {Label: i18n.T("staff.task.answer"), Wide: true}, {Label: i18n.T("staff.col.do")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.participant.none"), Hint: i18n.T("staff.participant.none_hint"), Icon: ui.IconPeople}}
	for _, one := range all {
		do := ui.Text(i18n.T("staff.participant.over"))
		if one.EndedAt == 0 {
			do = confirm(s, "staff.participant.end", "staff.participant.end_text", one.Name, here+"/"+one.ID+"/end")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(bodyName(one.Body)), ui.Strong(one.Name), ui.Two(one.Part, one.NamedName+" "+gate.At(one.NamedAt)), ui.Two(one.Answer, gate.At(one.AnsweredAt)), do}})
	}
	body := ui.FieldArgs{Name: "body", Label: i18n.T("staff.task.body"), Kind: ui.RadioField, Required: true}
	for _, b := range party.Bodies {
		body.Options = append(body.Options, ui.Option{Value: b, Label: bodyName(b)})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Sub: i18n.T("staff.participant.sub"), Table: &t}, {Title: i18n.T("staff.participant.new"), Forms: []sheetForm{{Name: "name", Action: here, Button: i18n.T("staff.participant.save"), Kind: ui.Primary, Fields: []ui.FieldArgs{
		body, {Name: "login", Label: i18n.T("staff.participant.login"), Max: 40, Hint: i18n.T("staff.participant.login_hint")}, {Name: "name", Label: i18n.T("staff.participant.resident"), Max: 30, Hint: i18n.T("staff.participant.resident_hint")},
		{Name: "part", Label: i18n.T("staff.task.part"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true, Hint: i18n.T("staff.participant.part_hint")}}}}}}
	return g.render(w, r, "name", wrong)
}

func (p *Pages) participantName(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	subject := r.PathValue("noun") + "/" + r.PathValue("id")
	_, err := p.Party.Name(r.Context(), s.Actor, gate.Key(r), party.Naming{Subject: subject, Body: gate.Trim(r, "body"), Login: gate.Trim(r, "login"), Name: gate.Trim(r, "name"), Part: gate.Trim(r, "part")})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showParticipants(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/participants/"+subject+"?done=participant")
}

func (p *Pages) participantEnd(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := p.Party.Release(r.Context(), s.Actor, r.PathValue("participant")); err != nil {
		return err
	}
	return gate.See(w, r, "/participants/"+r.PathValue("noun")+"/"+r.PathValue("id")+"?done=released")
}

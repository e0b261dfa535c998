package staff

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/party"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

func reserveState(k string) ui.TagArgs {
	tone := map[string]ui.Tone{party.ReserveAsked: ui.Warn, party.ReserveKept: ui.Good}[k]
	return ui.TagArgs{Label: i18n.T("party.reserve.state." + k), Tone: tone} //i18n:dynamic party.reserve.state.
}

// reserves lists the files of the reserve at a place, and one's own.
func (p *Pages) reserves(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showReserves(w, r, s, nil)
}

func (p *Pages) showReserves(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	const limit = 50
	under := at(r, s, 12)
	page, kept := "/reserve", r.URL.Query().Get("kept") == "1"
	if kept {
		page += "?kept=1"
	}
	all, err := p.Party.Reserves(r.Context(), s.Actor, under, kept, r.URL.Query().Get("after"), limit)
	if err != nil {
		return err
	}
	next := ""
	if len(all) == limit {
		next = all[limit-1].Cursor()
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.reserve.of", "place", x.FullName(under)), "/reserve")
	g.Sub = i18n.T("staff.reserve.sub")
	g.Aside = placesTree(x, page, under, firstPath(s))
	t := ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.reserve.place"), Wide: true}, {Label: i18n.T("staff.reserve.met"), Code: true}, {Label: i18n.T("staff.reserve.answered"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.reserve.none"), Hint: i18n.T("staff.reserve.none_hint"), Icon: ui.IconPerson}, Pager: gate.More(r, "/reserve", "after", next)}
	if policy.Check(s.Actor, policy.ReserveRead, policy.Places{{Relation: policy.At, Path: firstPath(s)}}) != nil { // sees the own file alone
		g.Title, g.Aside = i18n.T("staff.reserve.own"), nil
		t.Caption, t.Empty.Title = g.Title, i18n.T("staff.reserve.own_none")
	}
	for _, one := range all {
		name := ui.NameLink(one.Name, "/reserve/"+one.ID)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{name, ui.Two(x.FullName(one.Path), one.Document), ui.Text(string(one.MetOn)), ui.Text(string(one.AnsweredOn)), ui.Tag(reserveState(one.State))}})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}}
	if policy.Check(s.Actor, policy.ReservePropose, policy.Places{{Relation: policy.At, Path: under}}) == nil {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.reserve.propose"), Sub: i18n.T("staff.reserve.propose_sub"), Forms: []sheetForm{{Name: "propose", Action: "/reserve", Button: i18n.T("staff.reserve.propose"), Kind: ui.Primary, Hidden: []ui.Option{{Value: "path", Label: under}},
			Fields: []ui.FieldArgs{{Name: "login", Label: i18n.T("staff.reserve.login"), Required: true, Max: 40, Hint: i18n.T("staff.reserve.login_hint")}, {Name: "met_on", Label: i18n.T("staff.reserve.met"), Kind: ui.DateField, Required: true}, {Name: "document", Label: i18n.T("staff.reserve.document"), Required: true, Max: 200}}}}})
	}
	return g.render(w, r, "propose", wrong)
}

func (p *Pages) reservePropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	f, err := p.Party.ProposeReserve(r.Context(), s.Actor, gate.Key(r), party.ReserveProposal{Path: gate.Trim(r, "path"), Login: gate.Trim(r, "login"), MetOn: calendar.Date(gate.Trim(r, "met_on")), Document: gate.Trim(r, "document")})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showReserves(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/reserve/"+f.ID+"?done=saved")
}

// reserve is one file: what the person did, what they say of it, and what each may
// do with it now.
func (p *Pages) reserve(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showReserve(w, r, s, "", nil)
}

func (p *Pages) showReserve(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	f, err := p.Party.ReserveFile(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.reserve.file", "name", f.Name), "/reserve")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.reserve"), Href: "/reserve?at=" + f.Path}}
	facts := []ui.Item{{Label: i18n.T("staff.reserve.place"), Text: x.FullName(f.Path)}, {Label: i18n.T("staff.col.state"), Value: ui.Tag(reserveState(f.State))},
		{Label: i18n.T("staff.reserve.met"), Text: string(f.MetOn)}, {Label: i18n.T("staff.reserve.document"), Text: f.Document},
		{Label: i18n.T("staff.reserve.by"), Text: f.ProposedName}, {Label: i18n.T("staff.reserve.answered"), Text: string(f.AnsweredOn)}}
	if f.OwnView != "" {
		facts = append(facts, ui.Item{Label: i18n.T("staff.reserve.view"), Text: f.OwnView, Wide: true})
	}
	if f.EndedOn != "" {
		facts = append(facts, ui.Item{Label: i18n.T("staff.reserve.ended"), Text: i18n.T("staff.reserve.ended_by", "on", f.EndedOn, "name", f.EndedName, "why", f.EndedWhy), Wide: true})
	}
	g.Panels = []sheetPanel{{Title: i18n.T("staff.reserve.facts"), Facts: facts}}
	t := ui.TableArgs{Caption: i18n.T("staff.reserve.deeds"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.reserve.done_on"), Code: true}, {Label: i18n.T("staff.reserve.words"), Wide: true}, {Label: i18n.T("staff.reserve.evidence")}, {Label: i18n.T("staff.reserve.noted")}, {Label: i18n.T("staff.reserve.wish"), Wide: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.reserve.no_deeds"), Hint: i18n.T("staff.reserve.no_deeds_hint"), Icon: ui.IconFile}}
	which := ui.FieldArgs{Name: "deed", Label: i18n.T("staff.reserve.which"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Wide: true}
	waits := which
	for _, d := range f.Deeds {
		words := ui.Text(d.Words)
		if d.Was != "" {
			words = ui.Two(d.Words, i18n.T("staff.reserve.was", "was", d.Was))
		}
		wish := ui.Text(d.Wish)
		if d.AnsweredAt > 0 && !d.Waits() {
			wish = ui.Two(d.Wish, i18n.T("staff.reserve.answer_of", "name", d.AnsweredName, "answer", d.Answer))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(string(d.DoneOn)), words, ui.Text(d.Evidence), ui.Two(d.NotedName, string(calendar.On(time.UnixMilli(d.NotedAt)))), wish}})
		option := ui.Option{Value: d.ID, Label: string(d.DoneOn) + " " + clip(d.Words, 24)}
		if d.Waits() {
			waits.Options = append(waits.Options, option)
		} else {
			which.Options = append(which.Options, option)
		}
	}
	g.Panels = append(g.Panels, sheetPanel{Title: t.Caption, Table: &t})
	here := "/reserve/" + f.ID
	form := func(name, title, sub string, fields ...ui.FieldArgs) {
		g.Panels = append(g.Panels, sheetPanel{Title: title, Sub: sub, Forms: []sheetForm{{Name: name, Action: here + "/" + name, Button: title, Kind: ui.Primary, Fields: fields}}})
	}
	may := func(a policy.Action) bool { return policy.Check(s.Actor, a, f) == nil }
	kept := f.State == party.ReserveKept
	if f.Mine && f.State == party.ReserveAsked {
		form("answer", i18n.T("staff.reserve.answer"), i18n.T("staff.reserve.answer_sub"), ui.FieldArgs{Name: "agrees", Label: i18n.T("staff.reserve.agrees"), Kind: ui.RadioField, Required: true, Wide: true,
			Options: []ui.Option{{Value: "1", Label: i18n.T("staff.reserve.yes")}, {Value: "0", Label: i18n.T("staff.reserve.no")}}})
	}
	if f.Mine && kept {
		form("view", i18n.T("staff.reserve.say"), i18n.T("staff.reserve.say_sub"), ui.FieldArgs{Name: "own_view", Label: i18n.T("staff.reserve.view"), Kind: ui.TextArea, Required: true, Max: 500, Wide: true, Value: f.OwnView})
		if len(which.Options) > 0 {
			form("wish", i18n.T("staff.reserve.wish_do"), i18n.T("staff.reserve.wish_sub"), which, ui.FieldArgs{Name: "wish", Label: i18n.T("staff.reserve.wish"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true})
		}
	}
	if kept && !f.Mine && may(policy.ReserveNote) {
		form("deeds", i18n.T("staff.reserve.note"), "", ui.FieldArgs{Name: "done_on", Label: i18n.T("staff.reserve.done_on"), Kind: ui.DateField, Required: true}, ui.FieldArgs{Name: "evidence", Label: i18n.T("staff.reserve.evidence"), Required: true, Max: 200, Hint: i18n.T("staff.reserve.evidence_hint")},
			ui.FieldArgs{Name: "words", Label: i18n.T("staff.reserve.words"), Kind: ui.TextArea, Required: true, Max: 500, Wide: true})
		if len(waits.Options) > 0 {
			form("correct", i18n.T("staff.reserve.correct"), i18n.T("staff.reserve.correct_sub"), waits, ui.FieldArgs{Name: "words", Label: i18n.T("staff.reserve.words"), Kind: ui.TextArea, Required: true, Max: 500, Wide: true, Hint: i18n.T("staff.reserve.correct_hint")},
				ui.FieldArgs{Name: "answer", Label: i18n.T("staff.reserve.answer_words"), Required: true, Max: 200, Wide: true})
		}
	}
	if (kept || f.State == party.ReserveAsked && !f.Mine) && may(policy.ReserveEnd) {
		form("end", i18n.T("staff.reserve.end"), i18n.T("staff.reserve.end_sub"), ui.FieldArgs{Name: "why", Label: i18n.T("staff.reserve.why"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true})
	}
	return g.render(w, r, sent, wrong)
}

func (p *Pages) reserveDone(w http.ResponseWriter, r *http.Request, s *gate.Session, form string, err error) error {
	if wrong, ok := gate.Invalid(err); ok {
		return p.showReserve(w, r, s, form, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/reserve/"+r.PathValue("id")+"?done=saved")
}

func (p *Pages) reserveAnswer(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	agrees := gate.Trim(r, "agrees")
	if agrees != "1" && agrees != "0" {
		return p.showReserve(w, r, s, "answer", map[string]string{"agrees": i18n.T("form.required")})
	}
	_, err := p.Party.AnswerReserve(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), agrees == "1")
	return p.reserveDone(w, r, s, "answer", err)
}

func (p *Pages) reserveSay(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Party.SayOfReserve(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), gate.Trim(r, "own_view"))
	return p.reserveDone(w, r, s, "view", err)
}

func (p *Pages) reserveNote(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Party.NoteDeed(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), party.Deed{DoneOn: calendar.Date(gate.Trim(r, "done_on")), Words: gate.Trim(r, "words"), Evidence: gate.Trim(r, "evidence")})
	return p.reserveDone(w, r, s, "deeds", err)
}

func (p *Pages) reserveWish(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Party.WishDeed(r.Context(), s.Actor, gate.Key(r), gate.Trim(r, "deed"), gate.Trim(r, "wish"))
	return p.reserveDone(w, r, s, "wish", err)
}

func (p *Pages) reserveCorrect(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Party.CorrectDeed(r.Context(), s.Actor, gate.Key(r), gate.Trim(r, "deed"), gate.Trim(r, "words"), gate.Trim(r, "answer"))
	return p.reserveDone(w, r, s, "correct", err)
}

func (p *Pages) reserveEnd(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Party.EndReserve(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), gate.Trim(r, "why"))
	return p.reserveDone(w, r, s, "end", err)
}

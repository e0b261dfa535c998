package staff

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type mediationsPage struct {
	ui.OfficeArgs
	Tabs  ui.TabBarArgs
	Table ui.TableArgs
}

// mediations lists those that run, those whose agreement the court can still be
// asked to confirm, or all; of one matter, all of it.
func (p *Pages) mediations(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	q := r.URL.Query()
	show, mode, of := q.Get("show"), mediation.Mode(q.Get("mode")), matter.ID(q.Get("matter"))
	f := mediation.Filter{All: show != "" || of != "", ToConfirm: show == "confirm", Under: q.Get("at"), Matter: of, Mode: mode, After: mediation.ID(q.Get("after")), Limit: limit}
	list, err := p.Mediations.List(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	title := i18n.T("staff.menu.mediations")
	g := mediationsPage{OfficeArgs: p.frame(r, s, title, "/mediations"), Tabs: ui.TabBarArgs{Label: title, Items: []ui.TabItem{
		{Label: i18n.T("staff.mediation.running"), Href: "/mediations", Current: !f.All},
		{Label: i18n.T("staff.mediation.to_confirm"), Href: "/mediations?show=confirm", Current: f.ToConfirm},
		{Label: i18n.T("staff.all"), Href: "/mediations?show=all", Current: f.All && !f.ToConfirm},
	}}}
	if mode != "" {
		g.Sub = modeName(mode)
	}
	next := ""
	if len(list) == limit {
		next = string(list[limit-1].ID)
	}
	g.Table = ui.TableArgs{Caption: title, Pager: live(gate.More(r, "/mediations", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.mediation.number"), Code: true}, {Label: i18n.T("staff.col.matter_no"), Code: true}, {Label: i18n.T("staff.mediation.modes")}, {Label: i18n.T("staff.col.grid")}, {Label: i18n.T("staff.mediation.mediator")}, {Label: i18n.T("staff.mediation.days"), Wide: true}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.mediation.none"), Hint: i18n.T("staff.mediation.none_hint"), Icon: ui.IconPeople}}
	today := calendar.On(p.Now())
	for _, l := range list {
		href := "/mediations/" + string(l.ID)
		m := mediation.Mediation{Modes: l.Modes, State: l.State, PerformBy: l.PerformBy, EffectiveOn: l.EffectiveOn, ConfirmBy: l.ConfirmBy, Confirmation: l.Confirmation}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Late: l.State == mediation.Agreed && l.EffectiveOn != "" && l.PerformBy < today, Cells: []templ.Component{
			ui.LinkTo(l.Number, href), ui.Text(l.MatterNumber), ui.Text(modeNames(m)), ui.Text(x.FullName(l.Path)), ui.Text(l.Mediator), ui.Text(strings.Join(mediationDays(m, today), "")), ui.Tag(mediationTag(l.State)),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return gate.Render(w, r, mediationsView(g))
}

func modeName(m mediation.Mode) string { return i18n.T("mediation.mode." + string(m)) } //i18n:dynamic mediation.mode.

func modeNames(m mediation.Mediation) string {
	var all []string
	for _, mode := range mediation.Modes {
		if m.Has(mode) {
			all = append(all, modeName(mode))
		}
	}
	return strings.Join(all, "、")
}

func mediationTag(st mediation.State) ui.TagArgs {
	tone := map[mediation.State]ui.Tone{mediation.Asked: ui.Info, mediation.Open: ui.Info, mediation.Agreed: ui.Warn, mediation.Performed: ui.Good}[st]
	return ui.TagArgs{Label: i18n.T("mediation.state." + string(st)), Tone: tone} //i18n:dynamic mediation.state.
}

// mediationDays are the days that still matter of a mediation, in words.
func mediationDays(m mediation.Mediation, today calendar.Date) (all []string) {
	if m.State == mediation.Agreed && m.EffectiveOn == "" {
		return []string{i18n.T("staff.mediation.unsigned")}
	}
	if m.EffectiveOn == "" {
		return nil
	}
	if m.State == mediation.Agreed {
		if m.PerformBy < today {
			all = append(all, i18n.T("staff.mediation.perform_late", "by", m.PerformBy))
		} else {
			all = append(all, i18n.T("staff.mediation.perform_by", "by", m.PerformBy))
		}
	}
	switch {
	case m.Confirmation != "":
		all = append(all, i18n.T("mediation.confirmation."+m.Confirmation)) //i18n:dynamic mediation.confirmation.
	case m.ConfirmBy >= today:
		all = append(all, i18n.T("staff.mediation.confirm_by", "by", m.ConfirmBy, "days", calendar.DaysBetween(today, m.ConfirmBy)))
	default:
		all = append(all, i18n.T("staff.mediation.confirm_over", "by", m.ConfirmBy))
	}
	return all
}

type mediationFormPage struct {
	ui.OfficeArgs
	Matter matter.ID
	Key    string
	Facts  []ui.Item
	Fields []ui.FieldArgs
	Modes  []ui.FieldArgs
	Wrong  []ui.FieldError
}

// formParties is how many parties the form has room for.
const formParties = 4

func (p *Pages) mediationForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showMediationForm(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showMediationForm(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	id := matter.ID(r.FormValue("matter"))
	m, err := p.Mediations.Of(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := mediationFormPage{OfficeArgs: p.frame(r, s, i18n.T("staff.mediation.new"), "/mediations"), Matter: id, Key: gate.NewKey()}
	g.Sub = m.Number
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.mediation.matter"), Href: "/matters/" + string(id)}}
	g.Facts = []ui.Item{{Label: i18n.T("staff.col.category"), Text: i18n.T("matter.category." + m.Category)}, {Label: i18n.T("staff.col.grid"), Text: x.FullName(m.Path)}} //i18n:dynamic matter.category.
	for i, mode := range mediation.Modes {
		f := ui.FieldArgs{Name: "mode_" + string(mode), Label: modeName(mode), Kind: ui.CheckField, Value: r.PostFormValue("mode_" + string(mode))}
		if i == 0 {
			f.Error = wrong["modes"]
		}
		g.Modes = append(g.Modes, f)
	}
	g.Fields = []ui.FieldArgs{
		{Name: "committee", Label: i18n.T("staff.mediation.committee"), Required: true, Max: mediation.MaxName, Hint: i18n.T("staff.mediation.committee_hint")},
		{Name: "mediator", Label: i18n.T("staff.mediation.mediator"), Required: true, Max: mediation.MaxName},
		{Name: "issue", Label: i18n.T("staff.mediation.issue"), Kind: ui.TextArea, Required: true, Wide: true, Max: mediation.MaxText},
	}
	for i := 1; i <= formParties; i++ {
		n := strconv.Itoa(i)
		g.Fields = append(g.Fields,
			ui.FieldArgs{Name: "party" + n, Label: i18n.T("staff.mediation.party", "n", i), Required: i <= 2, Max: mediation.MaxName},
			ui.FieldArgs{Name: "about" + n, Label: i18n.T("staff.mediation.about"), Required: i <= 2, Max: 200, Hint: i18n.T("staff.mediation.about_hint")},
			ui.FieldArgs{Name: "consent" + n, Label: i18n.T("staff.mediation.consent", "n", i), Kind: ui.SelectField, Empty: i18n.T("staff.mediation.not_asked"), Options: yesNo()},
		)
	}
	g.Fields = append(g.Fields, ui.FieldArgs{Name: "public", Label: i18n.T("staff.mediation.public"), Kind: ui.CheckField, Wide: true})
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = append(ui.Errors(g.Modes...), ui.Errors(g.Fields...)...)
	return gate.RenderCode(w, r, status, mediationFormView(g))
}

func yesNo() []ui.Option {
	return []ui.Option{{Value: mediation.Yes, Label: i18n.T("staff.mediation.yes")}, {Value: mediation.No, Label: i18n.T("staff.mediation.no")}}
}

func (p *Pages) mediationStart(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	b := mediation.Beginning{MatterID: matter.ID(r.PostFormValue("matter")), Committee: gate.Trim(r, "committee"), Mediator: gate.Trim(r, "mediator"), Issue: gate.Trim(r, "issue"), Public: r.PostFormValue("public") != ""}
	for _, mode := range mediation.Modes {
		if r.PostFormValue("mode_"+string(mode)) != "" {
			b.Modes = append(b.Modes, mode)
		}
	}
	for i := 1; i <= formParties; i++ {
		n := strconv.Itoa(i)
		b.Parties = append(b.Parties, mediation.Draft{Name: gate.Trim(r, "party"+n), About: gate.Trim(r, "about"+n), Consent: r.PostFormValue("consent" + n)})
	}
	m, err := p.Mediations.Start(r.Context(), s.Actor, gate.Key(r), b)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showMediationForm(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/mediations/"+string(m.ID)+"?done=mediation_started")
}

// A mediationAct is one act that can be done from the page of a mediation.
type mediationAct struct {
	Act    mediation.Act
	Title  string
	Hint   string
	Button string
	Kind   ui.ButtonKind
	Fields []ui.FieldArgs
}

type mediationPage struct {
	ui.OfficeArgs
	mediation.Page
	Key    string
	Facts  []ui.Item
	People ui.TableArgs
	Notes  []ui.Event
	Acts   []mediationAct
	Print  string
	Days   []string
	Wrong  []ui.FieldError
}

func (p *Pages) mediation(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showMediation(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showMediation(w http.ResponseWriter, r *http.Request, s *gate.Session, tried mediation.Act, wrong map[string]string, status int) error {
	page, err := p.Mediations.Get(r.Context(), s.Actor, mediation.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	m := page.Mediation
	g := mediationPage{OfficeArgs: p.frame(r, s, i18n.T("staff.mediation.title"), "/mediations"), Page: page, Key: gate.NewKey()}
	g.Sub = m.Number
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.mediations"), Href: "/mediations"}}
	g.Days = mediationDays(m, calendar.On(p.Now()))
	private := i18n.T("staff.mediation.private")
	if m.Public == 1 {
		private = i18n.T("staff.mediation.is_public")
	}
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.col.state"), Value: ui.Tag(mediationTag(m.State))}, {Label: i18n.T("staff.mediation.modes"), Text: modeNames(m)},
		{Label: i18n.T("staff.col.matter_no"), Value: ui.LinkTo(page.Matter.Number, "/matters/"+string(m.MatterID))}, {Label: i18n.T("staff.col.grid"), Text: x.FullName(m.Path)},
		{Label: i18n.T("staff.mediation.committee"), Text: m.Committee}, {Label: i18n.T("staff.mediation.mediator"), Text: m.Mediator},
		{Label: i18n.T("staff.mediation.begun"), Text: m.OpenedName + " " + gate.At(m.OpenedAt)}, {Label: i18n.T("staff.mediation.open"), Text: private},
		{Label: i18n.T("staff.mediation.issue"), Text: m.Issue, Wide: true},
	}
	if m.EndedWhy != "" {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.mediation.why"), Text: m.EndedWhy, Wide: true})
	}
	if m.AgreedOn != "" {
		form := i18n.T("staff.mediation.written")
		if m.Form == mediation.Oral {
			form = i18n.T("staff.mediation.oral")
		}
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.mediation.form"), Text: form + " " + string(m.AgreedOn)}, ui.Item{Label: i18n.T("staff.mediation.effective"), Text: string(m.EffectiveOn)},
			ui.Item{Label: i18n.T("staff.mediation.facts"), Text: m.Facts, Wide: true}, ui.Item{Label: i18n.T("staff.mediation.terms"), Text: m.Terms, Wide: true},
			ui.Item{Label: i18n.T("staff.mediation.manner"), Text: m.Manner}, ui.Item{Label: i18n.T("staff.mediation.by"), Text: string(m.PerformBy)})
		if m.Form == mediation.Written {
			g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.mediation.mediator_on"), Text: string(m.MediatorOn)}, ui.Item{Label: i18n.T("staff.mediation.sealed_on"), Text: string(m.SealedOn)})
		}
		if m.Confirmation != "" {
			g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.mediation.court"), Text: strings.TrimSpace(i18n.T("mediation.confirmation."+m.Confirmation) + " " + string(m.ConfirmedOn) + " " + m.ConfirmDocument), Wide: true}) //i18n:dynamic mediation.confirmation.
		}
	}
	if m.AgreedOn != "" || m.State == mediation.Refused || m.State == mediation.Failed {
		g.Print = "/mediations/" + string(m.ID) + "/agreement.pdf"
	}
	g.People = mediationPeople(page)
	g.Notes = mediationNotes(page)
	if policy.May(s.Actor, policy.MediationRecord) {
		g.Acts = mediationActs(page, string(calendar.On(p.Now())))
	}
	for i, a := range g.Acts {
		if a.Act != tried {
			continue
		}
		if text, ok := wrong["present"]; ok { // it is about the boxes: said at the first
			wrong["present_1"] = text
		}
		for j := range a.Fields {
			gate.Fill(r, wrong, &g.Acts[i].Fields[j])
		}
		g.Wrong = append(g.Wrong, ui.Errors(a.Fields...)...)
	}
	return gate.RenderCode(w, r, status, mediationView(g))
}

func mediationPeople(page mediation.Page) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.mediation.people"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.mediation.side")}, {Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.mediation.about"), Wide: true}, {Label: i18n.T("staff.mediation.word")}, {Label: i18n.T("staff.mediation.signed"), Code: true}}}
	for _, w := range page.People {
		side, word := i18n.T("staff.mediation.party", "n", w.N), ui.TagArgs{Label: i18n.T("staff.mediation.not_asked"), Tone: ui.Info}
		switch {
		case w.Side == mediation.Third:
			side = i18n.T("staff.mediation.third")
			word.Label = i18n.T("staff.mediation.third_waits")
			if mediation.MayAttend(w, page.People, page.Consents) {
				word = ui.TagArgs{Label: i18n.T("staff.mediation.third_may"), Tone: ui.Good}
			}
			for _, c := range page.Consents {
				if c.Third == w.N && c.Answer == mediation.No {
					word = ui.TagArgs{Label: i18n.T("staff.mediation.third_no", "n", c.Party), Tone: ui.Warn}
				}
			}
		case w.Consent == mediation.Yes:
			word = ui.TagArgs{Label: i18n.T("staff.mediation.yes"), Tone: ui.Good}
		case w.Consent == mediation.No:
			word = ui.TagArgs{Label: i18n.T("staff.mediation.no"), Tone: ui.Warn}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(side), ui.Text(w.Name), ui.Text(w.About), ui.Tag(word), ui.Text(string(w.SignedOn))}})
	}
	return t
}

func mediationNotes(page mediation.Page) (all []ui.Event) {
	names := map[string]string{}
	for _, w := range page.People {
		names[strconv.FormatInt(w.N, 10)] = w.Name
	}
	for i := len(page.Notes) - 1; i >= 0; i-- {
		n := page.Notes[i]
		e := ui.Event{At: string(n.HeldOn), Title: i18n.T("staff.mediation.sitting") + " " + n.Place, Text: n.Text, Who: n.Name, Tone: ui.Info}
		if n.Kind == mediation.FollowUp {
			e.Title = i18n.T("mediation.outcome." + n.Outcome) //i18n:dynamic mediation.outcome.
			e.Tone = map[string]ui.Tone{mediation.WasPerformed: ui.Good, mediation.Broken: ui.Bad}[n.Outcome]
		} else {
			var present []string
			for _, k := range strings.Split(n.Present, ",") {
				present = append(present, names[k])
			}
			e.Title += "（" + strings.Join(present, "、") + "）"
		}
		all = append(all, e)
	}
	return all
}

// mediationAct does one act from the page.
func (p *Pages) mediationAct(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	ctx, by, key, id := r.Context(), s.Actor, gate.Key(r), mediation.ID(r.PathValue("id"))
	act := mediation.Act(r.PathValue("act"))
	number := func(name string) int64 { n, _ := strconv.ParseInt(r.PostFormValue(name), 10, 64); return n }
	day := func(name string) calendar.Date { return calendar.Date(gate.Trim(r, name)) }
	var err error
	switch act {
	case mediation.Answer:
		_, err = p.Mediations.Answer(ctx, by, key, id, number("party"), r.PostFormValue("answer"))
	case mediation.Invite:
		_, err = p.Mediations.Invite(ctx, by, key, id, mediation.Draft{Name: gate.Trim(r, "name"), About: gate.Trim(r, "about")})
	case mediation.Allow:
		_, err = p.Mediations.Allow(ctx, by, key, id, number("third"), number("party"), r.PostFormValue("answer"))
	case mediation.Sit:
		at := mediation.Session{On: day("on"), Place: gate.Trim(r, "place"), Text: gate.Trim(r, "text")}
		for name := range r.PostForm {
			if n, ok := strings.CutPrefix(name, "present_"); ok {
				k, _ := strconv.ParseInt(n, 10, 64)
				at.Present = append(at.Present, k)
			}
		}
		_, err = p.Mediations.Sit(ctx, by, key, id, at)
	case mediation.Agree:
		_, err = p.Mediations.Agree(ctx, by, key, id, mediation.Agreement{Form: r.PostFormValue("form"), On: day("on"), Facts: gate.Trim(r, "facts"), Terms: gate.Trim(r, "terms"), Manner: gate.Trim(r, "manner"), PerformBy: day("perform_by")})
	case mediation.Sign:
		_, err = p.Mediations.Sign(ctx, by, key, id, r.PostFormValue("who"), day("on"))
	case mediation.Court:
		_, err = p.Mediations.ToCourt(ctx, by, key, id, r.PostFormValue("confirmation"), day("on"), gate.Trim(r, "document"))
	case mediation.Follow:
		_, err = p.Mediations.FollowUp(ctx, by, key, id, day("on"), r.PostFormValue("outcome"), gate.Trim(r, "text"))
	case mediation.EndWith:
		_, err = p.Mediations.End(ctx, by, key, id, gate.Trim(r, "why"))
	default:
		err = fault.New(fault.NotFound, "gate.no_page")
	}
	if wrong, ok := gate.Invalid(err); ok {
		return p.showMediation(w, r, s, act, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/mediations/"+string(id)+"?done=recorded")
}

func (p *Pages) mediationPDF(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return pdf(w, "agreement.pdf", func(out io.Writer) error {
		return p.Mediations.PDF(r.Context(), s.Actor, mediation.ID(r.PathValue("id")), out)
	})
}

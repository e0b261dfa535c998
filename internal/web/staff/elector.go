package staff

import (
	"net/http"
	"net/url"
	"strconv"

	"anju/internal/calendar"
	"anju/internal/election"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

func declareFields(today string) []ui.FieldArgs {
	return []ui.FieldArgs{
		{Name: "answer", Label: i18n.T("staff.election.declared"), Kind: ui.RadioField, Required: true, Options: []ui.Option{{Value: election.Yes, Label: i18n.T("staff.election.said.yes")}, {Value: election.No, Label: i18n.T("staff.election.said.no")}}},
		{Name: "on", Label: i18n.T("staff.election.said_on"), Kind: ui.DateField, Required: true, Value: today},
		{Name: "how", Label: i18n.T("staff.election.how"), Required: true, Max: 200, Hint: i18n.T("staff.election.how_hint")},
	}
}

func consentFields(law election.Law, today string) []ui.FieldArgs {
	body := ui.FieldArgs{Name: "body", Label: i18n.T("staff.election.body"), Kind: ui.RadioField, Required: true}
	for _, b := range election.Bodies[law] {
		body.Options = append(body.Options, ui.Option{Value: b, Label: i18n.T("election.body." + b)}) //i18n:dynamic election.body.
	}
	return []ui.FieldArgs{
		{Name: "answer", Label: i18n.T("staff.election.resolved"), Kind: ui.RadioField, Required: true, Options: []ui.Option{{Value: election.Yes, Label: i18n.T("staff.election.resolved_yes")}, {Value: election.No, Label: i18n.T("staff.election.resolved_no")}}},
		body, {Name: "on", Label: i18n.T("staff.election.met_on"), Kind: ui.DateField, Required: true, Value: today},
		{Name: "for", Label: i18n.T("staff.election.for"), Kind: ui.NumberField, Required: true, Short: true},
		{Name: "against", Label: i18n.T("staff.election.against"), Kind: ui.NumberField, Required: true, Short: true, Value: "0"},
		{Name: "document", Label: i18n.T("staff.election.document"), Required: true, Max: 200},
	}
}

// word and resolution are what those forms say.
func word(r *http.Request, people []person.ID) election.Word {
	return election.Word{People: people, Answer: gate.Trim(r, "answer"), On: calendar.Date(gate.Trim(r, "on")), How: gate.Trim(r, "how")}
}

func resolution(r *http.Request, people []person.ID) election.Resolution {
	yes, err1 := strconv.ParseInt(gate.Trim(r, "for"), 10, 64)
	no, err2 := strconv.ParseInt(gate.Trim(r, "against"), 10, 64)
	if err1 != nil || err2 != nil {
		yes, no = -1, -1 // a wrong one is asked for again
	}
	return election.Resolution{People: people, Answer: gate.Trim(r, "answer"), Body: gate.Trim(r, "body"), On: calendar.Date(gate.Trim(r, "on")), For: yes, Against: no, Document: gate.Trim(r, "document")}
}

type electorPage struct {
	ui.OfficeArgs
	Key    string
	URL    string
	Facts  []ui.Item
	Reason string
	Next   string
	Acts   []electionAct
	Wrong  []ui.FieldError
}

// elector is one person's row: the reason, what they said, and the acts.
func (p *Pages) elector(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showElector(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showElector(w http.ResponseWriter, r *http.Request, s *gate.Session, tried string, wrong map[string]string, status int) error {
	id, of := election.ID(r.PathValue("id")), person.ID(r.PathValue("person"))
	x, err := p.Elections.Elector(r.Context(), s.Actor, id, of)
	if err != nil {
		return err
	}
	page, err := p.Elections.Get(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	e := page.Election
	g := electorPage{OfficeArgs: p.frame(r, s, x.Name, "/elections"), Key: gate.NewKey(), URL: "/elections/" + string(id) + "/people/" + string(of), Reason: election.Reason(e.Law, x), Next: election.Next(e, x)}
	g.Sub = e.Round
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.elections"), Href: "/elections"}, {Label: i18n.T("staff.election.people"), Href: "/elections/" + string(id) + "?why=" + url.QueryEscape(string(x.Why))}}
	tag := onListTag(x)
	said := ""
	if x.Declared != "" {
		said = i18n.T("staff.election.said."+x.Declared) + " " + string(x.DeclaredOn) + " " + x.DeclaredHow //i18n:dynamic staff.election.said.
	}
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.election.on_list"), Value: ui.Tag(tag)}, {Label: i18n.T("staff.election.since"), Text: x.Since.Chinese()},
		{Label: i18n.T("staff.election.full_on"), Text: x.FullOn.Chinese()}, {Label: i18n.T("staff.election.work"), Text: x.Work},
		{Label: i18n.T("staff.election.declared"), Text: said, Wide: true}, {Label: i18n.T("staff.election.meeting"), Text: x.Meeting, Wide: true},
	}
	g.Acts = electorActs(e, x, string(page.Today))
	g.Wrong = fillActs(r, g.Acts, tried, wrong)
	return gate.RenderCode(w, r, status, electorView(g))
}

func electorActs(e election.Election, x election.Elector, today string) (all []electionAct) {
	if e.State == election.Published {
		return []electionAct{newElectionAct("object", ui.Secondary,
			ui.FieldArgs{Name: "by_name", Label: i18n.T("staff.election.by_name"), Required: true, Max: 50, Value: x.Name},
			ui.FieldArgs{Name: "made_on", Label: i18n.T("staff.election.made_on"), Kind: ui.DateField, Required: true, Value: min(today, string(e.ObjectionsBy))},
			ui.FieldArgs{Name: "text", Label: i18n.T("staff.election.text"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true})}
	}
	if e.State != election.Preparing {
		return nil
	}
	if x.Why == election.Awaits {
		all = append(all, newElectionAct("consent", ui.Primary, consentFields(e.Law, today)...))
	}
	all = append(all, newElectionAct("declare", ui.Primary, declareFields(today)...))
	return append(all, newElectionAct("bar", ui.Secondary, ui.FieldArgs{Name: "document", Label: i18n.T("staff.election.court"), Max: 200, Value: x.Barred, Hint: i18n.T("staff.election.court_hint")}))
}

// electorAct does what a form of a person's page asks.
func (p *Pages) electorAct(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	ctx, id, of, act := r.Context(), election.ID(r.PathValue("id")), person.ID(r.PathValue("person")), r.PathValue("act")
	var err error
	switch act {
	case "declare":
		_, err = p.Elections.Declare(ctx, s.Actor, gate.Key(r), id, word(r, []person.ID{of}))
	case "consent":
		_, err = p.Elections.Consent(ctx, s.Actor, gate.Key(r), id, resolution(r, []person.ID{of}))
	case "bar":
		_, err = p.Elections.Bar(ctx, s.Actor, gate.Key(r), id, election.Bar{PersonID: of, Document: gate.Trim(r, "document")})
	case "object":
		_, err = p.Elections.Object(ctx, s.Actor, gate.Key(r), id, election.Objection{PersonID: of, ByName: gate.Trim(r, "by_name"), Text: gate.Trim(r, "text"), MadeOn: calendar.Date(gate.Trim(r, "made_on"))})
	default:
		return fault.New(fault.NotFound, "policy.not_found")
	}
	if wrong, ok := gate.Invalid(err); ok {
		return p.showElector(w, r, s, act, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/elections/"+string(id)+"/people/"+string(of)+"?done=saved")
}

func (p *Pages) electorNotice(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	n, err := p.Elections.Notice(r.Context(), s.Actor, election.ID(r.PathValue("id")), person.ID(r.PathValue("person")))
	if err != nil {
		return err
	}
	return pdf(w, "notice.pdf", n.PDF)
}

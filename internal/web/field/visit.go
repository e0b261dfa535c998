package field

import (
	"net/http"
	"time"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/visit"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type visitsPage struct {
	ui.PhoneArgs
	Search ui.FilterArgs
	Tasks  []ui.TaskArgs
	Empty  ui.EmptyArgs
}

// visits lists the households of one's grids, those not seen for longest first.
func (p *Pages) visits(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := trim(r, "q")
	list, err := p.Visits.Due(r.Context(), s.Actor, q, 60)
	if err != nil {
		return err
	}
	g := visitsPage{PhoneArgs: p.frame(r, s, i18n.T("field.home.visit"), ""), Empty: ui.EmptyArgs{Title: i18n.T("field.visit.none"), Hint: i18n.T("field.visit.none_hint"), Icon: ui.IconVisit}}
	g.Search = ui.FilterArgs{Action: "/m/visits", Reset: "/m/visits", Fields: []ui.FieldArgs{{Name: "q", Label: i18n.T("staff.residents.find"), Kind: ui.SearchField, Value: q, Holder: i18n.T("field.visit.find")}}}
	for _, d := range list {
		last := i18n.T("field.visit.never")
		if d.LastAt != 0 {
			last = i18n.T("field.visit.last", "on", string(calendar.On(time.UnixMilli(d.LastAt))))
		}
		g.Tasks = append(g.Tasks, ui.TaskArgs{Title: i18n.T("staff.household.title", "head", d.Head), Href: "/m/households/" + string(d.HouseholdID), Text: d.Address, Meta: []string{last}, Icon: ui.IconHouse})
	}
	return gate.Render(w, r, visitsView(g))
}

type householdPage struct {
	ui.PhoneArgs
	ID      string
	Key     string
	Facts   []ui.Item
	Members []member
	Staff   []ui.PersonArgs
	Visit   bool
	Outcome ui.FieldArgs
	Note    ui.FieldArgs
	Wrong   []ui.FieldError
	Before  []ui.Event
}

type member struct {
	Name, About string
	Phone       *ui.MaskedArgs
}

// household is a household as its grid worker sees it: who lives there, whom to
// call, and a visit in one tap.
func (p *Pages) household(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showHousehold(w, r, s, household.ID(r.PathValue("id")), nil, nil, http.StatusOK)
}

func (p *Pages) showHousehold(w http.ResponseWriter, r *http.Request, s *gate.Session, id household.ID, shown, wrong map[string]string, status int) error {
	h, err := p.Overview.Household(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	title := h.Household.RegisterNo
	if len(h.Members) > 0 {
		title = i18n.T("staff.household.title", "head", h.Members[0].Name)
	}
	g := householdPage{PhoneArgs: p.frame(r, s, title, ""), ID: string(id), Key: gate.NewKey(), Facts: []ui.Item{{Label: i18n.T("staff.household.living"), Text: h.Living, Wide: true}, {Label: i18n.T("staff.household.registered"), Text: h.Village, Wide: true}}}
	g.Back = &ui.LinkArgs{Label: i18n.T("field.home.visit"), Href: "/m/visits"}
	for _, m := range h.Members {
		relation, _ := code.Relation.Lookup(m.Relation)
		one := member{Name: m.Name, About: relation + "，" + i18n.T("staff.years", "n", m.Age)}
		if m.Working {
			one.About += "，" + i18n.T("staff.household.working")
		}
		if m.Phone != "" {
			one.Phone = &ui.MaskedArgs{ID: "phone-" + string(m.ID), Masked: m.Phone, Label: m.Name, CSRF: s.CSRF, Full: shown[string(m.ID)]}
			if policy.May(s.Actor, policy.PhoneReveal) {
				one.Phone.Action = "/m/people/" + string(m.ID) + "/phone"
			}
		}
		g.Members = append(g.Members, one)
	}
	for _, gr := range h.Grids {
		if gr.Main {
			for _, st := range gr.Staff {
				g.Staff = append(g.Staff, ui.PersonArgs{Role: i18n.T("account.kind." + string(st.Kind)), Name: st.Name, Level: st.Kind.Level(), Phone: ui.Text(st.Phone)}) //i18n:dynamic account.kind.
			}
		}
	}
	if h.LivingPath != "" && s.Actor.Over(h.LivingPath) && policy.May(s.Actor, policy.VisitRecord) {
		if err := p.visitPart(r, s, id, &g, wrong); err != nil {
			return err
		}
	}
	return gate.RenderCode(w, r, status, householdView(g))
}

func (p *Pages) visitPart(r *http.Request, s *gate.Session, id household.ID, g *householdPage, wrong map[string]string) error {
	g.Visit = true
	g.Outcome = ui.FieldArgs{Name: "outcome", Label: i18n.T("field.visit.outcome"), Kind: ui.RadioField, Required: true, Error: wrong["outcome"]}
	for _, o := range visit.Outcomes[1:] {
		g.Outcome.Options = append(g.Outcome.Options, ui.Option{Value: o, Label: i18n.T("visit.outcome." + o), Selected: r.FormValue("outcome") == o}) //i18n:dynamic visit.outcome.
	}
	g.Note = ui.FieldArgs{Name: "note", Label: i18n.T("field.visit.note"), Kind: ui.TextArea, Max: 500, Value: trim(r, "note"), Error: wrong["note"]}
	g.Wrong = ui.Errors(g.Outcome, g.Note)
	before, err := p.Visits.Of(r.Context(), s.Actor, id, 5)
	for _, v := range before {
		g.Before = append(g.Before, ui.Event{At: string(calendar.On(time.UnixMilli(v.VisitedAt))), Title: i18n.T("visit.outcome." + v.Outcome), Who: v.Name, Text: v.Note, Tone: ui.Info}) //i18n:dynamic visit.outcome.
	}
	return err
}

// visit records a visit; “无异常” is one tap.
func (p *Pages) visit(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := household.ID(r.PathValue("id"))
	_, err := p.Visits.Record(r.Context(), s.Actor, gate.Key(r), id, trim(r, "outcome"), trim(r, "note"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showHousehold(w, r, s, id, nil, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return see(w, r, "/m/visits")
}

func (p *Pages) revealPhone(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := person.ID(r.PathValue("id"))
	secret, err := p.People.RevealPhone(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	h, err := p.Overview.HouseholdOf(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	return p.showHousehold(w, r, s, h, map[string]string{string(id): secret.Reveal()}, nil, http.StatusOK) // asked for, allowed, logged
}

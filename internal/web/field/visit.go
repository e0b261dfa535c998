package field

import (
	"net/http"
	"time"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/policy"
	"anju/internal/visit"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type visitsPage struct {
	ui.PhoneArgs
	Search ui.FilterArgs
	Tasks  []ui.TaskArgs
	Pager  *ui.PagerArgs
	Empty  ui.EmptyArgs
}

// find takes in a search for households: see ADR 8.
func (p *Pages) find(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.Gate.Searched(w, r, s, "/m/visits")
}

// visits lists the households of one's grids, those not seen for longest first.
func (p *Pages) visits(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	q, err := p.Gate.Unveil(s, r.URL.Query().Get("find"))
	if err != nil {
		return err
	}
	after, err := p.Gate.Unveil(s, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	list, err := p.Visits.Due(r.Context(), s.Actor, visit.Filter{Search: q, After: after, Limit: limit})
	if err != nil {
		return err
	}
	next := ""
	if len(list) == limit {
		next = p.Gate.Veil(s, list[limit-1].Key())
	}
	g := visitsPage{PhoneArgs: p.frame(r, s, i18n.T("field.home.visit"), ""), Empty: ui.EmptyArgs{Title: i18n.T("field.visit.none"), Hint: i18n.T("field.visit.none_hint"), Icon: ui.IconVisit}}
	g.Search = ui.FilterArgs{Action: "/m/visits", Reset: "/m/visits", CSRF: s.CSRF, Fields: []ui.FieldArgs{{Name: "q", Label: i18n.T("staff.residents.find"), Kind: ui.SearchField, Value: q, Holder: i18n.T("field.visit.find")}}}
	g.Pager = gate.More(r, "/m/visits", "after", next)
	g.Back = &ui.LinkArgs{Label: i18n.T("field.tab.home"), Href: "/m/"}
	if r.URL.Query().Get("done") == "1" {
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Good, Text: i18n.T("field.visit.done"), Dismiss: true})
	}
	for _, d := range list {
		last := i18n.T("field.visit.never")
		if d.LastAt != 0 {
			last = i18n.T("field.visit.last", "on", string(calendar.On(time.UnixMilli(d.LastAt))))
		}
		t := ui.TaskArgs{Title: i18n.T("staff.household.title", "head", d.Head), Href: "/m/visits/" + string(d.HouseholdID), Text: d.Address, Meta: []string{last}, Icon: ui.IconHouse}
		if d.Late(p.Now()) {
			t.Tag = &ui.TagArgs{Label: i18n.T("field.home.to_visit"), Tone: ui.Warn}
		}
		g.Tasks = append(g.Tasks, t)
	}
	return gate.Render(w, r, visitsView(g))
}

type visitPage struct {
	ui.PhoneArgs
	ID      string
	Key     string
	Address string
	Outcome ui.FieldArgs
	Note    ui.FieldArgs
	Wrong   []ui.FieldError
	Before  []ui.Event
}

// visitForm asks how a visit went; “无异常” is one tap.
func (p *Pages) visitForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showVisit(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showVisit(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	id := household.ID(r.PathValue("household"))
	before, err := p.Visits.Of(r.Context(), s.Actor, id, 5)
	if err != nil {
		return err
	}
	h, err := p.Overview.Household(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	if !visits(s, h) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	g := visitPage{PhoneArgs: p.frame(r, s, gate.HouseholdTitle(h), ""), ID: string(id), Key: r.PostFormValue(gate.KeyField)}
	door, err := p.Visits.Due(r.Context(), s.Actor, visit.Filter{Of: id, Limit: 1})
	if err != nil {
		return err
	}
	for _, d := range door {
		g.Address = d.Address
	}
	if g.Key == "" {
		g.Key = gate.NewKey()
	}
	g.Back = &ui.LinkArgs{Label: i18n.T("field.home.visit"), Href: "/m/visits"}
	g.Outcome = ui.FieldArgs{Name: "outcome", Label: i18n.T("field.visit.outcome"), Kind: ui.RadioField, Required: true}
	for _, o := range visit.Outcomes[1:] {
		g.Outcome.Options = append(g.Outcome.Options, ui.Option{Value: o, Label: i18n.T("visit.outcome." + o)}) //i18n:dynamic visit.outcome.
	}
	g.Note = ui.FieldArgs{Name: "note", Label: i18n.T("field.visit.note"), Kind: ui.TextArea, Max: 500}
	gate.Fill(r, wrong, &g.Outcome, &g.Note)
	g.Wrong = ui.Errors(g.Outcome, g.Note)
	for _, v := range before {
		g.Before = append(g.Before, ui.Event{At: string(calendar.On(time.UnixMilli(v.VisitedAt))), Title: i18n.T("visit.outcome." + v.Outcome), Who: v.Name, Text: v.Note, Tone: ui.Info}) //i18n:dynamic visit.outcome.
	}
	return gate.RenderCode(w, r, status, visitView(g))
}

// visits reports whether this actor goes to a household: it is seen at home by a grid of
// the actor's. The guard decides again.
func visits(s *gate.Session, h overview.HouseholdPage) bool {
	return h.VisitedIn != "" && s.Actor.Over(h.VisitedIn) && policy.May(s.Actor, policy.VisitRecord)
}

// visit records a visit. Sent twice, it is one.
func (p *Pages) visit(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Visits.Record(r.Context(), s.Actor, gate.Key(r), household.ID(r.PathValue("household")), gate.Trim(r, "outcome"), gate.Trim(r, "note"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showVisit(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/m/visits?done=1")
}

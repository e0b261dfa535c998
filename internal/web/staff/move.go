package staff

import (
	"net/http"
	"slices"
	"strings"

	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type movePage struct {
	ui.OfficeArgs
	Key       string
	Steps     ui.StepsArgs
	Household overview.HouseholdPage
	Persons   []ui.FieldArgs
	Fields    []ui.FieldArgs
	Wrong     []ui.FieldError
	Preview   *relocation.Preview
	Hidden    []ui.Option
	Answer    ui.FieldArgs
	Facts     []ui.Item
}

// moveForm is the first step of the wizard: who moves, where to, since when.
func (p *Pages) moveForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g, err := p.movePage(r, s, r.FormValue("household"), nil)
	if err != nil {
		return err
	}
	return gate.Render(w, r, moveFormView(g))
}

func (p *Pages) movePage(r *http.Request, s *gate.Session, id string, wrong map[string]string) (g movePage, err error) {
	if !policy.May(s.Actor, policy.MoveRecord) { // no form whose answer will be refused; the guard decides about the household
		return g, fault.New(fault.Forbidden, "policy.forbidden")
	}
	h, err := p.Overview.Household(r.Context(), s.Actor, household.ID(id))
	if err != nil {
		return g, err
	}
	g = movePage{OfficeArgs: p.frame(r, s, i18n.T("staff.move.title"), "/residents"), Household: h, Key: r.FormValue("key")}
	if g.Key == "" {
		g.Key = gate.NewKey()
	}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: gate.HouseholdTitle(h), Href: "/households/" + id}}
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.household.registered"), Text: orElse(h.Registered, h.Village)},
		{Label: i18n.T("staff.household.living"), Text: orElse(h.Living, h.LivingPlace)},
	}
	g.Steps = moveSteps(0)
	chosen := r.Form["person"]
	for _, m := range h.Members {
		relation, _ := code.Relation.Lookup(m.Relation)
		f := ui.FieldArgs{Name: "person", ID: "p-" + string(m.ID), Kind: ui.CheckField, Label: m.Name + "（" + relation + "，" + i18n.T("staff.years", "n", m.Age) + "）",
			Options: []ui.Option{{Value: string(m.ID), Selected: r.Method == http.MethodGet || slices.Contains(chosen, string(m.ID))}}}
		g.Persons = append(g.Persons, f)
	}
	if g.Fields, err = p.moveFields(r, s, wrong); err != nil {
		return g, err
	}
	g.Wrong = ui.Errors(g.Fields...)
	if wrong["persons"] != "" && len(g.Persons) > 0 {
		g.Wrong = append([]ui.FieldError{{ID: g.Persons[0].ID, Text: wrong["persons"]}}, g.Wrong...)
	}
	return g, nil
}

func firstPath(s *gate.Session) string {
	if len(s.Actor.Paths) == 0 {
		return ""
	}
	return s.Actor.Paths[0]
}

func (p *Pages) moveFields(r *http.Request, s *gate.Session, wrong map[string]string) ([]ui.FieldArgs, error) {
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return nil, err
	}
	var villages, programmes []ui.Option
	for _, v := range x.Villages(firstPath(s)[:6]) {
		villages = append(villages, ui.Option{Value: v.Code, Label: x.FullName(v.Code)})
	}
	villages = append(villages, ui.Option{Value: outside, Label: i18n.T("staff.move.outside")})
	for _, k := range relocation.Programmes {
		programmes = append(programmes, ui.Option{Value: k, Label: i18n.T("relocation.programme." + k)}) //i18n:dynamic relocation.programme.
	}
	fields := []ui.FieldArgs{
		{Name: "village", Label: i18n.T("staff.move.village"), Kind: ui.SelectField, Required: true, Options: villages, Empty: i18n.T("staff.choose")},
		{Name: "outside", Label: i18n.T("staff.move.outside_code"), Kind: ui.NumberField, Max: 12, Hint: i18n.T("staff.move.outside_hint")},
		{Name: "address", Label: i18n.T("staff.move.address"), Required: true, Wide: true, Hint: i18n.T("staff.move.address_hint"), Max: 100},
		{Name: "programme", Label: i18n.T("staff.move.programme"), Kind: ui.SelectField, Required: true, Options: programmes, Empty: i18n.T("staff.choose")},
		{Name: "moved_on", Label: i18n.T("staff.move.on"), Kind: ui.DateField, Required: true, Value: string(calendar.On(p.Now()))},
	}
	for i := range fields {
		gate.Fill(r, wrong, &fields[i])
	}
	return fields, nil
}

func moveSteps(at int) ui.StepsArgs {
	a := ui.StepsArgs{Label: i18n.T("staff.move.title")}
	for i, k := range []string{"who", "case", "receipt", "booklet"} {
		st := ui.StepTodo
		if i < at {
			st = ui.StepDone
		} else if i == at {
			st = ui.StepCurrent
		}
		a.Steps = append(a.Steps, ui.Step{Label: i18n.T("staff.move.step." + k), State: st}) //i18n:dynamic staff.move.step.
	}
	return a
}

// outside stands in the list of villages for everywhere outside the county, of which
// the code is asked for.
const outside = "outside"

func moveRequest(r *http.Request) relocation.Request {
	q := relocation.Request{
		HouseholdID: household.ID(r.PostFormValue("household")), Village: gate.Trim(r, "village"),
		Address: gate.Trim(r, "address"), MovedOn: calendar.Date(gate.Trim(r, "moved_on")), Programme: gate.Trim(r, "programme"), Answer: gate.Trim(r, "answer"),
	}
	if q.Village == outside {
		q.Village = gate.Trim(r, "outside")
	}
	for _, id := range r.PostForm["person"] {
		q.Persons = append(q.Persons, person.ID(id))
	}
	return q
}

// movePreview is the second step: which case it is, and the rule that says so.
func (p *Pages) movePreview(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := moveRequest(r)
	if r.PostFormValue("back") != "" {
		return p.moveAgain(w, r, s, nil, http.StatusOK)
	}
	pre, err := p.Relocations.Preview(r.Context(), s.Actor, q)
	wrong, ok := gate.Invalid(err)
	if (ok || err == nil) && len(q.Persons) == 0 { // to the noun nobody is everybody; a clerk who has unticked all has not said so
		if wrong == nil {
			wrong = map[string]string{}
		}
		wrong["persons"], ok = i18n.T("relocation.record.persons"), true
	}
	if ok {
		return p.moveAgain(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return p.showPreview(w, r, s, q, pre, nil, http.StatusOK)
}

func (p *Pages) moveAgain(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, code int) error {
	if text, ok := wrong["village"]; ok && r.PostFormValue("village") == outside {
		wrong["outside"] = text
		delete(wrong, "village")
	}
	g, err := p.movePage(r, s, r.PostFormValue("household"), wrong)
	if err != nil {
		return err
	}
	return gate.RenderCode(w, r, code, moveFormView(g))
}

func (p *Pages) showPreview(w http.ResponseWriter, r *http.Request, s *gate.Session, q relocation.Request, pre relocation.Preview, wrong map[string]string, code int) error {
	g, err := p.movePage(r, s, r.PostFormValue("household"), nil)
	if err != nil {
		return err
	}
	g.Preview, g.Steps = &pre, moveSteps(1)
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.move.who"), Text: names(g.Household, q.Persons), Wide: true},
		{Label: i18n.T("staff.move.from"), Text: pre.From, Wide: true},
		{Label: i18n.T("staff.move.to"), Text: pre.To, Wide: true},
		{Label: i18n.T("staff.move.programme"), Text: i18n.T("relocation.programme." + q.Programme)}, //i18n:dynamic relocation.programme.
		{Label: i18n.T("staff.move.on"), Text: string(q.MovedOn)},
		{Label: i18n.T("staff.move.case"), Text: i18n.T("relocation.case." + pre.Case)},         //i18n:dynamic relocation.case.
		{Label: i18n.T("staff.move.track"), Text: i18n.T("relocation.track." + pre.Rule.Track)}, //i18n:dynamic relocation.track.
	}
	for _, name := range []string{"household", "village", "outside", "address", "programme", "moved_on", "key"} {
		g.Hidden = append(g.Hidden, ui.Option{Value: name, Label: orElse(r.PostFormValue(name), map[bool]string{true: g.Key}[name == "key"])})
	}
	for _, id := range r.PostForm["person"] {
		g.Hidden = append(g.Hidden, ui.Option{Value: "person", Label: id})
	}
	g.Answer = answerField(r.PostFormValue("answer"), wrong["answer"])
	g.Wrong = ui.Errors(g.Answer)
	return gate.RenderCode(w, r, code, movePreviewView(g))
}

// noQuestion says why nobody is asked whether the registration moves too.
func noQuestion(track string) string { return i18n.T("staff.move.no_question." + track) } //i18n:dynamic staff.move.no_question.

// names are those of some members of a household; of everybody where none is given.
func names(h overview.HouseholdPage, ids []person.ID) string {
	var all []string
	for _, m := range h.Members {
		if len(ids) == 0 || slices.Contains(ids, m.ID) {
			all = append(all, m.Name)
		}
	}
	return strings.Join(all, "、")
}

// answerField asks whether the household moves its registration too.
func answerField(given, wrong string) ui.FieldArgs {
	f := ui.FieldArgs{Name: "answer", Label: i18n.T("relocation.question"), Kind: ui.RadioField, Required: true, Error: wrong, Wide: true}
	for _, a := range relocation.Answers {
		f.Options = append(f.Options, ui.Option{Value: a, Label: i18n.T("relocation.answer." + a), Selected: a == given}) //i18n:dynamic relocation.answer.
	}
	return f
}

// moveRecord writes the move down and shows its receipt.
func (p *Pages) moveRecord(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := moveRequest(r)
	m, err := p.Relocations.Record(r.Context(), s.Actor, gate.Key(r), q)
	if wrong, ok := gate.Invalid(err); ok {
		if wrong["answer"] == "" {
			return p.moveAgain(w, r, s, wrong, http.StatusUnprocessableEntity)
		}
		pre, err := p.Relocations.Preview(r.Context(), s.Actor, q)
		if err != nil {
			return err
		}
		return p.showPreview(w, r, s, q, pre, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/moves/"+m.ID)
}

type receiptPage struct {
	ui.OfficeArgs
	Key     string
	Steps   ui.StepsArgs
	Move    relocation.Move
	Facts   []ui.Item
	CanAsk  bool          // for a booklet
	Booklet string        // that was asked for after this move
	Former  bool          // the household has one of an address that it has left
	Answer  *ui.FieldArgs // another answer, where the question was asked
	Redate  []ui.FieldArgs
	Acts    *ui.TableArgs
	Notice  *ui.NoticeArgs // where it stands between two offices
	Wrong   []ui.FieldError
}

// move is a registered move with its receipt, and the way to the booklet.
func (p *Pages) move(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showMove(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showMove(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, code int) error {
	m, err := p.Relocations.Get(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	g := receiptPage{OfficeArgs: p.frame(r, s, i18n.T("staff.move.done"), "/residents"), Move: m, Steps: moveSteps(2), Key: gate.NewKey()}
	g.Sub = m.Number
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: i18n.T("staff.move.household"), Href: "/households/" + string(m.HouseholdID)}}
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.move.number"), Text: m.Number},
		{Label: i18n.T("staff.move.on"), Text: string(m.MovedOn)},
		{Label: i18n.T("staff.move.from"), Text: m.FromAddress, Wide: true},
		{Label: i18n.T("staff.move.to"), Text: m.ToAddress, Wide: true},
		{Label: i18n.T("staff.move.case"), Text: i18n.T("relocation.case." + m.Case)}, //i18n:dynamic relocation.case.
		{Label: i18n.T("staff.move.rule"), Text: m.RuleText, Wide: true},
	}
	if m.OfferedOn != "" {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.move.answer"), Text: i18n.T("staff.move.answered", "answer", i18n.T("relocation.answer."+m.Answer), "on", m.OfferedOn.Chinese())}) //i18n:dynamic relocation.answer.
		f := answerField(m.Answer, wrong["answer"])
		g.Answer, g.Wrong = &f, ui.Errors(f)
	}
	if m.Arrival == relocation.Withdrawn {
		g.Answer = nil
	} else if mayRedate(s) {
		g.Redate = redateFields(r, m, wrong)
		g.Wrong = append(g.Wrong, ui.Errors(g.Redate...)...)
	}
	h, err := p.Overview.Household(r.Context(), s.Actor, m.HouseholdID)
	if err != nil {
		return err
	}
	g.Crumbs[1].Label = gate.HouseholdTitle(h)
	people, err := m.People()
	if err != nil {
		return err
	}
	g.Facts = slices.Insert(g.Facts, 1, ui.Item{Label: i18n.T("staff.move.who"), Text: names(h, people), Wide: true})
	var acts []relocation.Act
	if acts, g.Acts, err = p.moveActs(r, s, m.ID); err != nil {
		return err
	}
	if g.Notice = arrivalNotice(m.Arrival, acts); g.Notice != nil && m.Arrival == relocation.Returned && policy.May(s.Actor, policy.MoveMend) {
		g.Notice.Link = &ui.LinkArgs{Label: i18n.T("staff.arrival.mend"), Href: "/arrivals/" + m.ID}
	}
	for _, b := range h.Booklets {
		if b.MoveID == m.ID {
			g.Booklet = string(b.ID)
		}
	}
	g.Former = g.Booklet == "" && slices.ContainsFunc(h.Booklets, func(b booklet.Booklet) bool { return leftBehind(b.MoveID, h.Moves) })
	g.CanAsk = g.Booklet == "" && !m.LeftBehind(h.Moves) && m.Arrival != relocation.Returned && m.Arrival != relocation.Withdrawn && m.Track == relocation.Booklet && m.Answer != relocation.WillTransfer && policy.May(s.Actor, policy.BookletApply)
	return gate.RenderCode(w, r, code, receiptView(g))
}

// leftBehind reports whether everybody of a move has gone on from where it led.
func leftBehind(id string, moves []relocation.Move) bool {
	return slices.ContainsFunc(moves, func(m relocation.Move) bool { return m.ID == id && m.LeftBehind(moves) })
}

// moveAnswer writes down that the household has answered otherwise since.
func (p *Pages) moveAnswer(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Relocations.Answer(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "answer"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showMove(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/moves/"+id+"?done=move_answered")
}

func (p *Pages) moveReceipt(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return pdf(w, "receipt.pdf", func(w2 writer) error { return p.Relocations.Receipt(r.Context(), s.Actor, r.PathValue("id"), w2) })
}

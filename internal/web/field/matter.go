package field

import (
	"net/http"
	"slices"

	"anju/internal/actor"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type reportPage struct {
	ui.PhoneArgs
	gate.ReportForm
	Hidden []ui.Option
}

func (p *Pages) reportForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showReport(w, r, s, nil, nil, http.StatusOK)
}

func (p *Pages) showReport(w http.ResponseWriter, r *http.Request, s *gate.Session, similar []matter.Similar, wrong map[string]string, status int) error {
	form, err := p.Matters.Form(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	kept, err := p.Matters.Drafts(r.Context(), s.Actor, gate.Key(r))
	if err != nil {
		return err
	}
	g := reportPage{PhoneArgs: p.frame(r, s, i18n.T("field.report.title"), "/m/report"), ReportForm: gate.ReportFormOf(r, form.Tree, gate.GridOptions(x, s.Actor, form.Grids), similar, kept, wrong)}
	g.Hidden = []ui.Option{{Value: gate.KeyField, Label: gate.KeyOf(r)}, {Value: "household", Label: gate.Trim(r, "household")}}
	return gate.RenderCode(w, r, status, reportView(g))
}

// report sends a report, once it is said that it is none of the open matters
// that look the same. Sent twice, it is one.
func (p *Pages) report(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if wrong, err := gate.KeepPhotos(r, s, p.Matters); err != nil {
		return err
	} else if wrong != nil {
		return p.showReport(w, r, s, nil, wrong, http.StatusUnprocessableEntity)
	}
	q := gate.ReportOf(r)
	m, err := p.Matters.Report(r.Context(), s.Actor, gate.Key(r), q)
	if wrong, ok := gate.Invalid(err); ok {
		var similar []matter.Similar
		if wrong["into"] != "" {
			if similar, err = p.Matters.Similar(r.Context(), s.Actor, q); err != nil {
				return err
			}
		}
		return p.showReport(w, r, s, similar, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/m/matters/"+string(m.ID)+"?done=1")
}

// addressed are the states that are told to the reporter in other words than to
// everybody else.
var addressed = []matter.State{matter.Returned, matter.Handled, matter.Told, matter.Checked, matter.Rated, matter.Withdrawn}

// progress says where a matter is, in the words of a parcel; mine is whether to
// its reporter.
func progress(m matter.Matter, mine bool) string {
	who := i18n.T("account.kind." + string(actor.AtLevel(int(m.Level)))) //i18n:dynamic account.kind.
	if !mine && slices.Contains(addressed, m.State) {
		return i18n.T("field.progress_of."+string(m.State), "who", who) //i18n:dynamic field.progress_of.
	}
	return i18n.T("field.progress."+string(m.State), "who", who) //i18n:dynamic field.progress.
}

type matterPage struct {
	ui.PhoneArgs
	matter.Page
	Key    string
	Place  string
	Where  string
	Tag    ui.TagArgs
	Due    *ui.DueArgs
	Steps  []ui.Step
	Events []ui.Event
	Why    []string // it did or did not go up
	Asked  []askedOrder
	Acts   []gate.MatterAct // that stand open
	More   []gate.MatterAct
	Tried  string // the act, or the order, whose form comes back
	Again  string // and its key
	Wrong  []ui.FieldError
}

// matter is one matter on the phone: where it is, what happened, what one can
// do.
func (p *Pages) matter(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.show(w, r, s, matter.ID(r.PathValue("id")), "", nil, http.StatusOK)
}

// show shows a matter's page; tried is the act, or the id of the order, whose form
// comes back with what is wrong.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, s *gate.Session, id matter.ID, tried string, wrong map[string]string, status int) error {
	page, err := p.Matters.Get(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	m := page.Matter
	g := matterPage{PhoneArgs: p.frame(r, s, i18n.T("matter.category."+m.Category), ""), Page: page, Key: gate.NewKey(), Where: progress(m, page.Mine), Tag: *gate.MatterTag(m.State),
		Place: x.GridName(m.Path) + " " + m.Place}
	g.Back = &ui.LinkArgs{Label: i18n.T("field.home.mine"), Href: "/m/matters"}
	if !page.Mine {
		g.Back = &ui.LinkArgs{Label: i18n.T("field.tab.todo"), Href: "/m/todo"}
	}
	done := r.URL.Query().Get("done")
	said := gate.SaidOfMatter(done)
	switch done {
	case "answered":
		said = i18n.T("staff.done.answered")
	case "1":
		said = i18n.T("field.report.sent", "number", m.Number)
	}
	if said != "" {
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Good, Text: said, Dismiss: true})
	}
	g.Steps, g.Tried = steps(m), tried
	g.Due, g.Events, g.Why = gate.RunningDue(page, p.Now()), gate.Timeline(page.Events), page.Explain(p.Now())
	for _, o := range page.Orders {
		if !page.Asked[o.ID] {
			continue
		}
		a := askedOrder{Order: o, Due: i18n.T("field.order.due", "on", gate.Expected(o.AnswerDue, page.Expected[o.ID])), Answer: gate.AnswerField(o)}
		if tried == o.ID {
			gate.Fill(r, wrong, &a.Answer)
			g.Wrong, g.Again = ui.Errors(a.Answer), r.PostFormValue(gate.KeyField)
		}
		g.Asked = append(g.Asked, a)
	}
	for _, a := range gate.MatterActs(page) {
		if a.Path == tried {
			for i := range a.Fields {
				gate.Fill(r, wrong, &a.Fields[i])
			}
			g.Wrong = ui.Errors(a.Fields...)
			g.Again = r.PostFormValue(gate.KeyField)
		}
		if a.Main {
			g.Acts = append(g.Acts, a)
		} else {
			g.More = append(g.More, a)
		}
	}
	return gate.RenderCode(w, r, status, matterView(g))
}

// An askedOrder is a supervision order that waits for the actor's answer.
type askedOrder struct {
	matter.Order
	Due    string
	Answer ui.FieldArgs
}

// answer sends the answer to an order. Its form stands on the page of its matter,
// and comes back there.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	o, err := p.Matters.AnswerOrder(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "text"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.show(w, r, s, matter.ID(r.PostFormValue("matter")), id, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/m/matters/"+string(o.MatterID)+"?done=answered")
}

// steps is the way of a matter, like a parcel's: reported, accepted, handled,
// confirmed.
func steps(m matter.Matter) []ui.Step {
	who := gate.Kind(actor.AtLevel(int(m.Level)))
	all := []ui.Step{{Label: i18n.T("field.step.reported")}, {Label: i18n.T("field.step.accepted", "who", who)}, {Label: i18n.T("field.step.handled")}, {Label: i18n.T("field.step.confirmed")}}
	at := map[matter.State]int{matter.Reported: 1, matter.Returned: 1, matter.Accepted: 2, matter.Dispatched: 2, matter.Transferred: 2, matter.Suspended: 2, matter.Merged: 2, matter.Reopened: 2,
		matter.Handled: 3, matter.Told: 3, matter.Checked: 3, matter.Closed: 3 + int(m.Solved), matter.Rated: 4}[m.State]
	for i := range all {
		switch {
		case i < at:
			all[i].State = ui.StepDone
		case i == at:
			all[i].State = ui.StepCurrent
		}
	}
	return all
}

func (p *Pages) act(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, path := matter.ID(r.PathValue("id")), r.PathValue("act")
	if wrong, err := gate.KeepPhotos(r, s, p.Matters); err != nil {
		return err
	} else if wrong != nil {
		return p.show(w, r, s, id, path, wrong, http.StatusUnprocessableEntity)
	}
	_, err := p.Matters.Do(r.Context(), s.Actor, gate.Key(r), gate.ActOfPath(path), id, gate.SayOf(r))
	if wrong, bad := gate.Invalid(err); bad {
		if a := gate.ActOfPath(path); a == matter.Merge || a == matter.Split {
			return p.showAct(w, r, s, wrong, http.StatusUnprocessableEntity)
		}
		return p.show(w, r, s, id, path, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/m/matters/"+string(id)+"?done="+path)
}

type actPage struct {
	ui.PhoneArgs
	ID     matter.ID
	Key    string
	Act    gate.MatterAct
	Text   string // of the matter
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
}

// actForm is the page of an act that needs to see more than a form.
func (p *Pages) actForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showAct(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showAct(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	id, a := matter.ID(r.PathValue("id")), gate.ActOfPath(r.PathValue("act"))
	page, err := p.Matters.Get(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	g := actPage{ID: id, Key: gate.KeyOf(r), Act: gate.MatterActOf(page, a), Text: page.Matter.Text}
	if !g.Act.Page || !slices.Contains(page.Acts, a) {
		return fault.New(fault.NotFound, "gate.no_page")
	}
	g.PhoneArgs = p.frame(r, s, g.Act.Label, "")
	g.Back = &ui.LinkArgs{Label: page.Matter.Number, Href: "/m/matters/" + string(id)}
	if a == matter.Merge {
		lines, err := p.Matters.Beside(r.Context(), s.Actor, id)
		if err != nil {
			return err
		}
		x, err := p.Overview.Index(r.Context(), s.Actor)
		if err != nil {
			return err
		}
		g.Fields = gate.MergeFields(lines, x)
	}
	g.Fields = append(g.Fields, g.Act.Fields...)
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, actView(g))
}

// photo is one photograph of a matter.
func (p *Pages) photo(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	raw, err := p.Matters.Photo(r.Context(), s.Actor, matter.ID(r.PathValue("id")), r.PathValue("photo"))
	if err != nil {
		return err
	}
	return gate.SendPhoto(w, raw)
}

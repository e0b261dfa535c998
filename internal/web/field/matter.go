package field

import (
	"net/http"
	"strings"

	"anju/internal/actor"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type reportPage struct {
	ui.PhoneArgs
	Key    string
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
}

func (p *Pages) reportPage(r *http.Request, s *gate.Session, wrong map[string]string) (g reportPage, err error) {
	g = reportPage{PhoneArgs: p.frame(r, s, i18n.T("field.report.title"), "/m/report"), Key: r.FormValue(gate.KeyField)}
	if g.Key == "" {
		g.Key = gate.NewKey()
	}
	category := ui.FieldArgs{Name: "category", Label: i18n.T("field.report.category"), Kind: ui.RadioField, Required: true}
	for _, c := range matter.Categories {
		category.Options = append(category.Options, ui.Option{Value: c, Label: i18n.T("matter.category." + c)}) //i18n:dynamic matter.category.
	}
	g.Fields = []ui.FieldArgs{category,
		{Name: "text", Label: i18n.T("field.report.text"), Kind: ui.TextArea, Required: true, Rows: 4, Max: matter.MaxText, Holder: i18n.T("field.report.text_hint")},
		{Name: "place", Label: i18n.T("field.report.place"), Max: 100, Hint: i18n.T("field.report.place_hint")}}
	if len(s.Actor.Paths) > 1 {
		x, err := p.Overview.Index(r.Context(), s.Actor)
		if err != nil {
			return g, err
		}
		where := ui.FieldArgs{Name: "path", Label: i18n.T("field.report.grid"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
		for _, path := range s.Actor.Paths {
			where.Options = append(where.Options, ui.Option{Value: path, Label: gridName(x.FullName(path), path)})
		}
		g.Fields = append(g.Fields, where)
	}
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return g, nil
}

// gridName is the village of a path with the number of its grid.
func gridName(village, path string) string {
	if len(path) != 15 {
		return village
	}
	n := strings.TrimLeft(path[12:], "0")
	if n == "" {
		return village // in none of its grids
	}
	return i18n.T("field.grid", "village", village, "n", n)
}

func (p *Pages) reportForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g, err := p.reportPage(r, s, nil)
	if err != nil {
		return err
	}
	return gate.Render(w, r, reportView(g))
}

// report sends a report. Sent twice, it is one.
func (p *Pages) report(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	m, err := p.Matters.Report(r.Context(), s.Actor, gate.Key(r), matter.ReportRequest{Category: gate.Trim(r, "category"), Text: gate.Trim(r, "text"), Place: gate.Trim(r, "place"), Path: gate.Trim(r, "path")})
	if wrong, ok := gate.Invalid(err); ok {
		g, err := p.reportPage(r, s, wrong)
		if err != nil {
			return err
		}
		return gate.RenderCode(w, r, http.StatusUnprocessableEntity, reportView(g))
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/m/matters/"+string(m.ID)+"?done=1")
}

// progress says where a matter is, in the words of a parcel.
func progress(m matter.Matter) string {
	who := i18n.T("account.kind." + string(actor.AtLevel(int(m.Level)))) //i18n:dynamic account.kind.
	return i18n.T("field.progress."+string(m.State), "who", who)         //i18n:dynamic field.progress.
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
	Acts   []gate.MatterAct
	Wrong  []ui.FieldError
}

// matter is one matter on the phone: where it is, what happened, what one can
// do.
func (p *Pages) matter(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.show(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, s *gate.Session, tried string, wrong map[string]string, status int) error {
	page, err := p.Matters.Get(r.Context(), s.Actor, matter.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	m := page.Matter
	g := matterPage{PhoneArgs: p.frame(r, s, i18n.T("matter.category."+m.Category), ""), Page: page, Key: gate.NewKey(), Where: progress(m), Tag: *gate.MatterTag(m.State),
		Place: gridName(x.FullName(m.Path), m.Path) + " " + m.Place}
	g.Back = &ui.LinkArgs{Label: i18n.T("field.home.mine"), Href: "/m/matters"}
	if !page.Mine {
		g.Back = &ui.LinkArgs{Label: i18n.T("field.tab.todo"), Href: "/m/todo"}
	}
	switch done := r.URL.Query().Get("done"); done {
	case "1":
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Good, Text: i18n.T("field.report.sent", "number", m.Number), Dismiss: true})
	case "confirm", "reopen", "resubmit", "accept", "handle", "send_up", "return", "comment":
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Good, Text: i18n.T("field.done." + done), Dismiss: true}) //i18n:dynamic field.done.
	}
	g.Steps = steps(m)
	g.Due, g.Events, g.Acts = gate.RunningDue(page.Clocks, p.Now()), gate.Timeline(page.Events), gate.MatterActs(page, s.Actor, p.Now())
	for i := range g.Acts {
		if f := g.Acts[i].Field; f != nil && g.Acts[i].Path == tried {
			f.Error, f.Value = wrong["text"], gate.Trim(r, "text")
			g.Wrong = ui.Errors(*f)
		}
	}
	return gate.RenderCode(w, r, status, matterView(g))
}

// steps is the way of a matter, like a parcel's: reported, accepted, handled,
// confirmed.
func steps(m matter.Matter) []ui.Step {
	who := gate.Kind(actor.AtLevel(int(m.Level)))
	all := []ui.Step{{Label: i18n.T("field.step.reported")}, {Label: i18n.T("field.step.accepted", "who", who)}, {Label: i18n.T("field.step.handled")}, {Label: i18n.T("field.step.confirmed")}}
	at := map[matter.State]int{matter.Reported: 1, matter.Returned: 1, matter.Accepted: 2, matter.Reopened: 2, matter.Handled: 3, matter.Closed: 4}[m.State]
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
	id, act := matter.ID(r.PathValue("id")), r.PathValue("act")
	err := gate.Act(r.Context(), p.Matters, s.Actor, gate.Key(r), id, act, gate.Trim(r, "text"))
	if wrong, bad := gate.Invalid(err); bad {
		return p.show(w, r, s, act, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/m/matters/"+string(id)+"?done="+strings.ReplaceAll(act, "-", "_"))
}

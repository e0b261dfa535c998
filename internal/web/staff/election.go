package staff

import (
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/division"
	"anju/internal/election"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type electionsPage struct {
	ui.OfficeArgs
	Key    string
	Filter ui.FilterArgs
	Table  ui.TableArgs
	Open   []ui.FieldArgs
	Wrong  []ui.FieldError
}

// elections lists the lists of electors of the own area; the county's office
// opens a round.
func (p *Pages) elections(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showElections(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showElections(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	const limit = 50
	title := i18n.T("staff.menu.elections")
	q := r.URL.Query()
	f := election.Filter{Under: q.Get("at"), State: election.State(q.Get("state")), After: election.ID(q.Get("after")), Limit: limit}
	list, err := p.Elections.List(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := electionsPage{OfficeArgs: p.frame(r, s, title, "/elections"), Key: gate.NewKey()}
	g.Sub = i18n.T("staff.election.sub")
	g.Filter = electionFilter(x, f, s.Actor)
	next := ""
	if len(list) == limit {
		next = string(list[limit-1].ID)
	}
	g.Table = ui.TableArgs{Caption: title, Pager: live(gate.More(r, "/elections", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.election.unit")}, {Label: i18n.T("staff.election.round")}, {Label: i18n.T("staff.election.law")}, {Label: i18n.T("staff.election.day"), Code: true}, {Label: i18n.T("staff.election.publish_by"), Code: true}, {Label: i18n.T("staff.election.listed"), Num: true}, {Label: i18n.T("staff.col.state")}},
		Empty:   electionsEmpty(f, policy.May(s.Actor, policy.ElectionOpen))}
	today := calendar.On(p.Now())
	for _, e := range list {
		href := "/elections/" + string(e.ID)
		g.Table.Rows = append(g.Table.Rows, ui.Row{Late: e.State == election.Preparing && today > e.PublishBy(), Cells: []templ.Component{
			ui.LinkTo(x.FullName(e.Path), href), ui.Text(e.Round), ui.Text(electionLaw(e.Law)), ui.Text(string(e.Day)), ui.Text(string(e.PublishBy())), ui.Num(int(e.Listed)), ui.Tag(electionTag(e.State)),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	if policy.May(s.Actor, policy.ElectionOpen) {
		under := ui.FieldArgs{Name: "under", Label: i18n.T("staff.election.under"), Hint: i18n.T("staff.election.under_hint"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
		for _, county := range x.Roots() {
			for _, town := range x.Children(county.Code) {
				under.Options = append(under.Options, ui.Option{Value: town.Code, Label: town.Name})
				for _, v := range x.Villages(town.Code) {
					under.Options = append(under.Options, ui.Option{Value: v.Code, Label: town.Name + v.Name})
				}
			}
		}
		g.Open = []ui.FieldArgs{under,
			{Name: "round", Label: i18n.T("staff.election.round"), Required: true, Max: 20, Value: i18n.T("staff.election.round_of", "year", today.Year())},
			{Name: "day", Label: i18n.T("staff.election.day"), Kind: ui.DateField, Required: true, Hint: i18n.T("staff.election.day_hint")}}
		for i := range g.Open {
			gate.Fill(r, wrong, &g.Open[i])
		}
		g.Wrong = ui.Errors(g.Open...)
	}
	return gate.RenderCode(w, r, status, electionsView(g))
}

// electionFilter narrows the lists to a town or a state; whoever has one unit
// has nothing to narrow.
func electionFilter(x *division.Index, f election.Filter, by actor.Actor) ui.FilterArgs {
	a := ui.FilterArgs{Action: "/elections", Reset: "/elections"}
	at := ui.FieldArgs{Name: "at", Label: i18n.T("staff.election.town"), Kind: ui.SelectField, Options: []ui.Option{{Value: "", Label: i18n.T("staff.all")}}}
	for _, county := range x.Roots() {
		for _, town := range x.Children(county.Code) {
			if by.Over(town.Code) {
				at.Options = append(at.Options, ui.Option{Value: town.Code, Label: town.Name, Selected: f.Under == town.Code})
			}
		}
	}
	if len(at.Options) > 2 {
		a.Fields = append(a.Fields, at)
	}
	state := ui.FieldArgs{Name: "state", Label: i18n.T("staff.col.state"), Kind: ui.SelectField, Options: []ui.Option{{Value: "", Label: i18n.T("staff.all")}}}
	for _, st := range []election.State{election.Preparing, election.Published, election.Final, election.Cancelled} {
		state.Options = append(state.Options, ui.Option{Value: string(st), Label: i18n.T("election.state." + string(st)), Selected: f.State == st}) //i18n:dynamic election.state.
	}
	a.Fields = append(a.Fields, state)
	return a
}

func electionsEmpty(f election.Filter, opens bool) ui.EmptyArgs {
	e := ui.EmptyArgs{Title: i18n.T("staff.election.none"), Hint: i18n.T("staff.election.none_hint"), Icon: ui.IconFile}
	switch {
	case f.Under != "" || f.State != "":
		e.Title, e.Hint = i18n.T("staff.election.none_such"), i18n.T("staff.election.none_such_hint")
	case opens:
		e.Hint = i18n.T("staff.election.none_open")
	}
	return e
}

// electionWork is what lists of electors ask of the actor.
func (p *Pages) electionWork(r *http.Request, by actor.Actor, g *workPage) error {
	all, err := p.Elections.Waiting(r.Context(), by)
	if err != nil || len(all) == 0 {
		return err
	}
	x, err := p.Overview.Index(r.Context(), by)
	if err != nil {
		return err
	}
	const most = 8
	for _, w := range all[:min(len(all), most)] {
		g.Tasks = append(g.Tasks, ui.TaskArgs{Title: i18n.T("staff.election.task."+string(w.Step), "n", w.Open), Href: "/elections/" + string(w.Election.ID), //i18n:dynamic staff.election.task.
			Meta: []string{x.FullName(w.Election.Path), w.Election.Round, i18n.T("staff.election.task_by", "by", w.By.Chinese())}, Tag: electionTagRef(w.Election.State),
			Due: gate.Due(w.Election.OpenedAt, w.By.AddDays(1).Start().UnixMilli(), p.Now()), Icon: ui.IconFile})
	}
	return nil
}

func electionTagRef(st election.State) *ui.TagArgs { t := electionTag(st); return &t }

func electionLaw(l election.Law) string { return i18n.T("election.law." + string(l)) } //i18n:dynamic election.law.

func electionTag(st election.State) ui.TagArgs {
	tone := map[election.State]ui.Tone{election.Preparing: ui.Info, election.Published: ui.Warn, election.Final: ui.Good}[st]
	return ui.TagArgs{Label: i18n.T("election.state." + string(st)), Tone: tone} //i18n:dynamic election.state.
}

func electionWhy(y election.Why) string { return i18n.T("election.short." + string(y)) } //i18n:dynamic election.short.

func (p *Pages) electionOpen(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Elections.Open(r.Context(), s.Actor, gate.Key(r), election.Opening{Round: gate.Trim(r, "round"), Under: gate.Trim(r, "under"), Day: calendar.Date(gate.Trim(r, "day"))})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showElections(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/elections?done=election_opened")
}

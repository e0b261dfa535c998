package staff

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/proposal"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type termsPage struct {
	ui.OfficeArgs
	Key     string
	Run     ui.TableArgs
	Known   ui.TableArgs
	Waiting []proposalCard
	Decided ui.TableArgs
	Wrong   []ui.FieldError
}

// terms is every limit the county works by, why, and what is asked to change.
func (p *Pages) terms(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showTerms(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showTerms(w http.ResponseWriter, r *http.Request, s *gate.Session, id string, wrong map[string]string, status int) error {
	t, err := p.Deadlines.TermTable(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := termsPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.terms"), "/terms"), Key: gate.NewKey()}
	g.Sub = i18n.T("staff.term.sub")
	g.Run, g.Known = termTable(i18n.T("staff.term.run")), termTable(i18n.T("staff.term.known"))
	for _, k := range t.Terms {
		row := termRow(k)
		if k.Changeable() && policy.May(s.Actor, policy.TermPropose) {
			row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.term.change"), Href: "/terms/" + k.Kind}}
		}
		if k.Watched {
			g.Run.Rows = append(g.Run.Rows, row)
		} else {
			g.Known.Rows = append(g.Known.Rows, row)
		}
	}
	g.Decided = ui.TableArgs{Caption: i18n.T("staff.term.decided"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.term.name"), Wide: true}, {Label: i18n.T("staff.term.long")}, {Label: i18n.T("staff.col.state")}, {Label: i18n.T("staff.rule.reason"), Wide: true}, {Label: i18n.T("staff.rule.proposed")}, {Label: i18n.T("staff.rule.decided_by")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.term.no_changes"), Icon: ui.IconFile}}
	for _, c := range t.Changes {
		name := deadline.NameOf(c.Kind)
		if c.State != proposal.Proposed {
			row := decidedRow(name, c.Asked)
			row.Cells = slices.Insert(row.Cells, 1, ui.Two(amount(c.Amount, c.Unit), i18n.T("staff.term.since", "from", c.ValidFrom)))
			g.Decided.Rows = append(g.Decided.Rows, row)
			continue
		}
		card := waitingCard(name, c.ID, c.Asked, changeFacts(c), s, policy.TermDecide)
		if c.ID == id {
			g.Wrong = answered(r, &card, wrong)
		}
		g.Waiting = append(g.Waiting, card)
	}
	return gate.RenderCode(w, r, status, termsView(g))
}

func termTable(caption string) ui.TableArgs {
	return ui.TableArgs{Caption: caption, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.term.name"), Wide: true}, {Label: i18n.T("staff.term.long")}, {Label: i18n.T("staff.term.count"), Wide: true}, {Label: i18n.T("staff.term.pause")}, {Label: i18n.T("staff.term.passed"), Wide: true}, {Label: i18n.T("staff.rule.basis"), Wide: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.term.no_changes"), Icon: ui.IconFile}}
}

// amount is a length of time in words: 15工作日.
func amount(n int64, u deadline.Unit) string {
	return strconv.FormatInt(n, 10) + i18n.T("deadline.short."+string(u)) //i18n:dynamic deadline.short.
}

func termRow(t deadline.Term) ui.Row {
	long := ui.Text(amount(t.Amount, t.Unit))
	if t.ValidFrom != "" {
		long = ui.Two(amount(t.Amount, t.Unit), i18n.T("staff.term.since", "from", t.ValidFrom))
	}
	count := i18n.T("staff.term.from_to", "from", t.Starts, "to", t.Stops)
	roll := ""
	switch {
	case t.Rolls:
		roll = i18n.T("staff.term.rolls")
	case t.Unit == deadline.WorkingDay:
		roll = i18n.T("staff.term.working")
	case t.Unit == deadline.ExactDay:
		roll = i18n.T("staff.term.exact")
	}
	pause := i18n.T("staff.term.no_pause")
	if t.PauseMost > 0 {
		pause = i18n.T("staff.term.pauses", "n", t.PauseMost)
	}
	extend := ""
	if t.Extend > 0 {
		extend = i18n.T("staff.term.extends", "long", amount(t.Extend, t.Unit))
	}
	basis := i18n.T("staff.term.read")
	if !t.Verified {
		basis = i18n.T("staff.term.secondary")
	}
	return ui.Row{Cells: []templ.Component{ui.Two(t.Name, t.About+" · "+i18n.T("deadline.owner."+t.Owner)), long, ui.Two(count, roll), ui.Two(pause, extend), //i18n:dynamic deadline.owner.
		ui.Text(i18n.T("deadline.passed." + t.Passed)), ui.Two(t.Basis, basis)}} //i18n:dynamic deadline.passed.
}

func changeFacts(c deadline.Change) []ui.Item {
	return []ui.Item{
		{Label: i18n.T("staff.term.long"), Text: amount(c.Amount, c.Unit)}, {Label: i18n.T("staff.term.pause_most"), Text: strconv.FormatInt(c.PauseMost, 10)},
		{Label: i18n.T("staff.rule.basis"), Text: c.Basis},
	}
}

type termPage struct {
	ui.OfficeArgs
	Key, Kind string
	Facts     []ui.Item
	Fields    []ui.FieldArgs
	Wrong     []ui.FieldError
}

// termForm asks for another row of one limit, beginning with the one in force.
func (p *Pages) termForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showTerm(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showTerm(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	table, err := p.Deadlines.TermTable(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	kind := r.PathValue("kind")
	i := slices.IndexFunc(table.Terms, func(t deadline.Term) bool { return t.Kind == kind })
	if i < 0 || !table.Terms[i].Changeable() || !policy.May(s.Actor, policy.TermPropose) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	t := table.Terms[i]
	g := termPage{OfficeArgs: p.frame(r, s, i18n.T("staff.term.title", "name", t.Name), "/terms"), Key: orElse(r.PostFormValue(gate.KeyField), gate.NewKey()), Kind: kind}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.terms"), Href: "/terms"}}
	g.Facts = []ui.Item{{Label: i18n.T("staff.term.long"), Text: amount(t.Amount, t.Unit)}, {Label: i18n.T("staff.term.owner"), Text: i18n.T("deadline.owner." + t.Owner)}, //i18n:dynamic deadline.owner.
		{Label: i18n.T("staff.term.most"), Text: amount(t.Most, t.Unit)}, {Label: i18n.T("staff.rule.basis"), Text: t.Basis},
		{Label: i18n.T("staff.term.count"), Text: i18n.T("staff.term.from_to", "from", t.Starts, "to", t.Stops), Wide: true}}
	unit := ui.FieldArgs{Name: "unit", Label: i18n.T("staff.term.unit"), Kind: ui.RadioField, Required: true}
	for _, u := range deadline.UnitsOf(t) {
		unit.Options = append(unit.Options, ui.Option{Value: string(u), Label: i18n.T("deadline.unit." + string(u)), Selected: u == t.Unit}) //i18n:dynamic deadline.unit.
	}
	g.Fields = []ui.FieldArgs{
		{Name: "amount", Label: i18n.T("staff.term.long"), Kind: ui.NumberField, Required: true, Value: strconv.FormatInt(t.Amount, 10), Hint: i18n.T("staff.term.most_hint", "long", amount(t.Most, t.Unit))},
		unit,
		{Name: "pause_most", Label: i18n.T("staff.term.pause_most"), Kind: ui.NumberField, Required: true, Value: strconv.FormatInt(t.PauseMost, 10)},
		{Name: "valid_from", Label: i18n.T("staff.rule.from"), Kind: ui.DateField, Required: true, Value: string(table.Today.AddDays(1)), Hint: i18n.T("staff.term.from_hint")},
		{Name: "basis", Label: i18n.T("staff.rule.basis"), Required: true, Max: 200, Value: t.Basis, Wide: true},
		{Name: "reason", Label: i18n.T("staff.rule.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true},
	}
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, termView(g))
}

// wholeNumber reads a whole number of a form; what is none is -1, and refused.
func wholeNumber(r *http.Request, field string) int64 {
	n, err := strconv.ParseInt(gate.Trim(r, field), 10, 32)
	if err != nil {
		return -1
	}
	return n
}

func (p *Pages) termPropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Deadlines.ProposeTerm(r.Context(), s.Actor, gate.Key(r), deadline.Change{Kind: r.PathValue("kind"), Amount: wholeNumber(r, "amount"), Unit: deadline.Unit(gate.Trim(r, "unit")),
		PauseMost: wholeNumber(r, "pause_most"), Basis: gate.Trim(r, "basis"), Asked: asked(r)})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showTerm(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/terms?done=proposed")
}

func (p *Pages) termApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if _, err := p.Deadlines.ApproveTerm(r.Context(), s.Actor, gate.Key(r), r.PathValue("id")); err != nil {
		return err
	}
	return gate.See(w, r, "/terms?done=rule_approved")
}

func (p *Pages) termRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Deadlines.RefuseTerm(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "answer"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showTerms(w, r, s, id, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/terms?done=rule_refused")
}

type calendarPage struct {
	ui.OfficeArgs
	Key    string
	Import bool
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
	Trial  *trialCard
	Years  []yearCard
}

// A yearCard is one year of the calendar.
type yearCard struct {
	Title, Sub string
	Notice     *ui.NoticeArgs
	Days       ui.TableArgs
}

// A trialCard is what a notice would change.
type trialCard struct {
	Title, Sub string
	Odd        []ui.NoticeArgs
	Moved      ui.TableArgs
	Days       ui.TableArgs
}

// calendar shows which days are worked, year by year, and takes in the notice
// of a year.
func (p *Pages) calendar(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showCalendar(w, r, s, nil, nil, http.StatusOK)
}

func (p *Pages) showCalendar(w http.ResponseWriter, r *http.Request, s *gate.Session, trial *deadline.Trial, wrong map[string]string, status int) error {
	v, err := p.Deadlines.Years(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := calendarPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.calendar"), "/calendar"), Key: orElse(r.PostFormValue(gate.KeyField), gate.NewKey()), Import: policy.May(s.Actor, policy.CalendarImport)}
	g.Sub = i18n.T("staff.calendar.sub")
	if v.Missing != 0 {
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Warn, Title: i18n.T("staff.calendar.missing", "year", v.Missing), Text: i18n.T("staff.calendar.missing_text", "n", v.Waiting)})
	}
	g.Fields = []ui.FieldArgs{
		{Name: "text", Label: i18n.T("staff.calendar.text"), Kind: ui.TextArea, Required: true, Wide: true, Rows: 8, Hint: i18n.T("staff.calendar.text_hint")},
		{Name: "source", Label: i18n.T("staff.calendar.source"), Required: true, Max: 200, Wide: true, Hint: i18n.T("staff.calendar.source_hint")},
	}
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	if trial != nil {
		g.Trial = trialOf(*trial)
	}
	for _, y := range slices.Backward(v.Years) {
		c := yearCard{Title: i18n.T("staff.calendar.year", "year", y.Year), Sub: i18n.T("staff.calendar.working", "n", y.Working), Days: dayTable(i18n.T("staff.calendar.days", "year", y.Year), y.Days)}
		switch {
		case y.Provisional:
			c.Notice = &ui.NoticeArgs{Tone: ui.Warn, Title: i18n.T("staff.calendar.provisional"), Text: i18n.T("staff.calendar.provisional_text")}
		case y.Imported != 0:
			c.Sub += " · " + i18n.T("staff.calendar.imported", "source", y.Source, "at", gate.At(y.Imported))
		default:
			c.Sub += " · " + i18n.T("staff.calendar.built_in")
		}
		g.Years = append(g.Years, c)
	}
	return gate.RenderCode(w, r, status, calendarView(g))
}

var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func dayTable(caption string, days []calendar.Day) ui.TableArgs {
	t := ui.TableArgs{Caption: caption, Columns: []ui.Column{{Label: i18n.T("staff.calendar.day"), Code: true}, {Label: i18n.T("staff.calendar.weekday")}, {Label: i18n.T("staff.calendar.name")}, {Label: i18n.T("staff.calendar.what")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.calendar.no_days"), Icon: ui.IconFile}}
	for _, d := range days {
		what := ui.Tag(ui.TagArgs{Label: i18n.T("staff.calendar.off"), Tone: ui.Good})
		if d.Works {
			what = ui.Tag(ui.TagArgs{Label: i18n.T("staff.calendar.works"), Tone: ui.Warn})
		}
		name := d.Name
		if d.Statutory {
			name += i18n.T("staff.calendar.statutory")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(string(d.On)), ui.Text(i18n.T("staff.weekday." + weekdays[d.On.Weekday()])), ui.Text(name), what}}) //i18n:dynamic staff.weekday.
	}
	return t
}

func trialOf(t deadline.Trial) *trialCard {
	c := &trialCard{Title: i18n.T("staff.calendar.trial", "year", t.Year), Sub: i18n.T("staff.calendar.trial_sub", "off", t.Off, "worked", t.Worked, "working", t.Working, "before", t.Before),
		Days: dayTable(i18n.T("staff.calendar.days", "year", t.Year), t.Days)}
	if t.Replaces {
		c.Odd = append(c.Odd, ui.NoticeArgs{Tone: ui.Warn, Text: i18n.T("staff.calendar.replaces", "year", t.Year)})
	}
	for _, k := range t.Odd {
		c.Odd = append(c.Odd, ui.NoticeArgs{Tone: ui.Warn, Text: i18n.T(k)}) //i18n:dynamic deadline.notice.
	}
	c.Moved = ui.TableArgs{Caption: i18n.T("staff.calendar.moved", "n", t.Moves), Columns: []ui.Column{{Label: i18n.T("staff.term.name"), Wide: true}, {Label: i18n.T("staff.calendar.was")}, {Label: i18n.T("staff.calendar.is")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.calendar.none_moved"), Icon: ui.IconFile}}
	for _, m := range t.Moved {
		day := func(ms int64) templ.Component { return ui.Text(calendar.On(time.UnixMilli(ms - 1)).Chinese()) }
		c.Moved.Rows = append(c.Moved.Rows, ui.Row{Cells: []templ.Component{ui.Text(deadline.NameOf(m.Was.Kind)), day(m.Was.LimitAt), day(m.Is.LimitAt)}})
	}
	return c
}

// calendarImport tries a notice, or takes it in.
func (p *Pages) calendarImport(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	text, source := r.PostFormValue("text"), gate.Trim(r, "source")
	if r.PostFormValue("do") != "import" {
		trial, err := p.Deadlines.TryNotice(r.Context(), s.Actor, text)
		if wrong, ok := gate.Invalid(err); ok {
			return p.showCalendar(w, r, s, nil, wrong, http.StatusUnprocessableEntity)
		}
		if err != nil {
			return err
		}
		return p.showCalendar(w, r, s, &trial, nil, http.StatusOK)
	}
	_, err := p.Deadlines.ImportNotice(r.Context(), s.Actor, gate.Key(r), text, source)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showCalendar(w, r, s, nil, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/calendar?done=noticed")
}

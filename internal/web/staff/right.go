package staff

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/division"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// rightsPerPage is how many rights a page of a list shows.
const rightsPerPage = 50

func rightName(kind string) string { return i18n.T("entitlement.kind." + kind) } //i18n:dynamic entitlement.kind.

type rightsPage struct {
	ui.OfficeArgs
	Filter ui.FilterArgs
	Table  ui.TableArgs
}

// rights is the ledger of the places in one's area: what each keeps in its list.
func (p *Pages) rights(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := r.URL.Query()
	f := entitlement.Filter{Under: q.Get("at"), Kind: q.Get("kind"), Ended: q.Get("ended") == "1", After: q.Get("after")}
	rows, err := p.Rights.List(r.Context(), s.Actor, f, rightsPerPage)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := rightsPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.rights"), "/rights")}
	g.Sub = i18n.T("staff.right.sub")
	if policy.May(s.Actor, policy.RightImport) {
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.right.import"), Href: "/imports", Icon: ui.IconImport})
	}
	g.Filter = rightFilter(f, x, s)
	next := ""
	if len(rows) == rightsPerPage {
		next = rows[len(rows)-1].Cursor()
	}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.menu.rights"), Cards: true, Pager: live(gate.More(r, "/rights", "after", next)),
		Columns: []ui.Column{{Label: i18n.T("staff.right.head")}, {Label: i18n.T("staff.col.right")}, {Label: i18n.T("staff.right.evidence"), Wide: true}, {Label: i18n.T("staff.right.place")}, {Label: i18n.T("staff.right.dates"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.right.none"), Hint: i18n.T("staff.right.none_hint"), Icon: ui.IconFile}}
	for _, e := range rows {
		href := "/households/" + string(e.HouseholdID) + "/rights"
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.NameLink(orElse(e.Head, i18n.T("staff.right.nobody")), href), ui.Text(rightName(e.Kind)), ui.Two(e.Evidence, e.Amount), ui.Text(x.FullName(e.Path)), ui.Text(rightDates(e.Entitlement)), ui.Tag(rightTag(e.Entitlement, p.today())),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return gate.Render(w, r, rightsView(g))
}

func (p *Pages) today() calendar.Date { return calendar.On(p.Now()) }

// rightFilter asks for which places, kinds and states.
func rightFilter(f entitlement.Filter, x *division.Index, s *gate.Session) ui.FilterArgs {
	kind := ui.FieldArgs{Name: "kind", Label: i18n.T("staff.col.right"), Kind: ui.SelectField, Empty: i18n.T("staff.all")}
	for _, k := range entitlement.Duties(s.Actor) {
		kind.Options = append(kind.Options, ui.Option{Value: k, Label: rightName(k), Selected: k == f.Kind})
	}
	fields := []ui.FieldArgs{kind, {Name: "ended", Label: i18n.T("staff.col.state"), Kind: ui.SelectField, Options: []ui.Option{
		{Value: "", Label: i18n.T("staff.right.running"), Selected: !f.Ended}, {Value: "1", Label: i18n.T("staff.right.ended"), Selected: f.Ended}}}}
	at := ui.FieldArgs{Name: "at", Label: i18n.T("staff.right.at"), Kind: ui.SelectField, Empty: i18n.T("staff.all")}
	for _, path := range s.Actor.Paths {
		for _, d := range villagesIn(x, path) {
			at.Options = append(at.Options, ui.Option{Value: d.Code, Label: x.FullName(d.Code), Selected: d.Code == f.Under})
		}
	}
	if len(at.Options) > 1 {
		fields = append([]ui.FieldArgs{at}, fields...)
	}
	return ui.FilterArgs{Action: "/rights", Reset: "/rights", Fields: fields}
}

// villagesIn lists the villages below a path, in the order of their codes.
func villagesIn(x *division.Index, path string) (all []division.Division) {
	if len(path) >= 9 {
		for _, d := range x.Villages(path[:9]) {
			if strings.HasPrefix(d.Code, path) || strings.HasPrefix(path, d.Code) {
				all = append(all, d)
			}
		}
		return all
	}
	for _, town := range x.Children(path) {
		all = append(all, x.Villages(town.Code)...)
	}
	return all
}

// rightDates is from when and until when a right is written.
func rightDates(e entitlement.Entitlement) string {
	if e.ValidTo == calendar.Forever {
		return i18n.T("staff.rule.since", "from", e.ValidFrom)
	}
	return i18n.T("staff.rule.until", "from", e.ValidFrom, "to", e.ValidTo)
}

func rightTag(e entitlement.Entitlement, today calendar.Date) ui.TagArgs {
	switch {
	case e.Owed() && e.ValidTo <= today:
		return ui.TagArgs{Label: i18n.T("entitlement.state.over"), Tone: ui.Warn}
	case e.Owed():
		return ui.TagArgs{Label: i18n.T("entitlement.state." + e.State), Tone: ui.Good} //i18n:dynamic entitlement.state.
	}
	return ui.TagArgs{Label: i18n.T("entitlement.state." + e.State)} //i18n:dynamic entitlement.state.
}

type bookPage struct {
	ui.OfficeArgs
	Facts    []ui.Item
	Sides    []rightSide
	Findings []ui.NoticeArgs
	Acts     []ui.Event
	Protects string // what the law says of a move
}

type rightSide struct {
	Title, Sub, Caption string
	Table               ui.TableArgs
}

// book is the ledger of a household at its two places.
func (p *Pages) book(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	b, err := p.Rights.Book(r.Context(), s.Actor, household.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	g := bookPage{OfficeArgs: p.frame(r, s, i18n.T("staff.right.book", "head", orElse(b.Head, i18n.T("staff.right.nobody"))), "/rights")}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.rights"), Href: "/rights"}}
	g.Facts = []ui.Item{{Label: i18n.T("staff.household.registered"), Text: b.Village}, {Label: i18n.T("staff.household.living"), Text: orElse(b.LivesAt, i18n.T("staff.right.not_here"))}}
	if len(b.Choices) > 0 {
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.right.enter"), Kind: ui.Primary, Href: "/households/" + string(b.HouseholdID) + "/rights/new"})
	}
	for _, f := range b.Findings {
		g.Findings = append(g.Findings, ui.NoticeArgs{Tone: ui.Warn, Title: i18n.T("staff.finding.of", "right", rightName(f.Kind)), Text: faultWords(f.Fault), Link: &ui.LinkArgs{Label: i18n.T("staff.finding.look"), Href: "/findings/" + f.ID}})
	}
	for _, side := range []string{entitlement.Origin, entitlement.Living} {
		t := bookTable(b, side)
		if len(t.Rows) > 0 {
			g.Sides = append(g.Sides, rightSide{Title: i18n.T("staff.right.side." + side), Sub: i18n.T("staff.right.side_sub." + side), Table: t}) //i18n:dynamic staff.right.
		}
	}
	for _, a := range b.Acts {
		title := i18n.T("entitlement.acted."+a.Act, "right", rightName(a.Kind)) //i18n:dynamic entitlement.acted.
		text := i18n.T("staff.right.acted", "evidence", a.Evidence, "reason", a.Reason)
		if a.Ground != "" {
			text = i18n.T("entitlement.ground."+a.Ground) + "；" + text //i18n:dynamic entitlement.ground.
		}
		g.Acts = append(g.Acts, ui.Event{At: gate.At(a.At), Title: title, Who: a.Office + " " + a.Name, Text: text, Tone: ui.Info})
	}
	return gate.Render(w, r, bookView(g))
}

// bookTable is one side: each right with who owes it, and below it what is in
// the places' lists.
func bookTable(b entitlement.Book, side string) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.right.side." + side), Columns: []ui.Column{{Label: i18n.T("staff.col.right")}, {Label: i18n.T("staff.col.unit"), Wide: true}, {Label: i18n.T("staff.right.evidence"), Wide: true}, {Label: i18n.T("staff.right.place")}, {Label: i18n.T("staff.right.dates"), Code: true}, {Label: i18n.T("staff.col.state")}}} //i18n:dynamic staff.right.side.
	for _, l := range b.Lines {
		if l.Side != side {
			continue
		}
		unit := ui.Two(l.Unit, l.Phone)
		if l.Unit == "" {
			unit = ui.Tag(ui.TagArgs{Label: i18n.T("staff.right.no_unit"), Tone: ui.Warn})
		}
		if len(l.Held) == 0 {
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Strong(rightName(l.Kind)), unit, ui.Text(i18n.T("staff.right.unwritten")), ui.Text(""), ui.Text(""), ui.Text("")}})
		}
		for i, k := range l.Held {
			first, owes := ui.Strong(rightName(l.Kind)), unit
			if i > 0 {
				first, owes = ui.Text(""), ui.Text("")
			}
			row := ui.Row{Cells: []templ.Component{first, owes, ui.Two(k.Evidence, k.Amount), ui.Text(k.Place), ui.Text(rightDates(k.Entitlement)), ui.Tag(rightTag(k.Entitlement, b.Today))}}
			if k.May {
				for _, act := range []string{entitlement.ActCorrect, entitlement.ActChange, entitlement.ActEnd, entitlement.ActReopen} {
					if k.Can(act, b.Today) {
						row.Actions = append(row.Actions, ui.ButtonArgs{Label: rightDoes(act), Href: "/rights/" + url.PathEscape(k.ID) + "/" + act, Spoken: rightDoes(act) + " " + rightName(k.Kind) + " " + k.Evidence})
					}
				}
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

func rightDoes(act string) string { return i18n.T("entitlement.does." + act) } //i18n:dynamic entitlement.does.

type rightFormPage struct {
	ui.OfficeArgs
	Action string
	Key    string
	Title  string
	Hint   string
	Button string
	Facts  []ui.Item
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
}

// rightNew asks for a right that one's own place enters for a household.
func (p *Pages) rightNew(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRightNew(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showRightNew(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	id := r.PathValue("id")
	b, err := p.Rights.Book(r.Context(), s.Actor, household.ID(id))
	if err != nil {
		return err
	}
	if len(b.Choices) == 0 {
		return fault.New(fault.Forbidden, "policy.forbidden")
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.rightForm(r, s, i18n.T("staff.right.enter"), id)
	g.Sub, g.Action, g.Hint, g.Button = b.Head, "/households/"+id+"/rights", i18n.T("staff.right.enter_hint"), i18n.T("staff.right.enter")
	g.Facts = []ui.Item{{Label: i18n.T("staff.household.registered"), Text: b.Village}, {Label: i18n.T("staff.household.living"), Text: orElse(b.LivesAt, i18n.T("staff.right.not_here"))}}
	kind := ui.FieldArgs{Name: "kind", Label: i18n.T("staff.right.choice"), Kind: ui.SelectField, Empty: i18n.T("staff.choose"), Required: true, Wide: true}
	for _, c := range b.Choices {
		kind.Options = append(kind.Options, ui.Option{Value: strings.Join([]string{c.Kind, c.Side, c.Path}, "/"), Label: i18n.T("staff.right.choice_of", "right", rightName(c.Kind), "side", i18n.T("staff.right.side_short."+c.Side), "place", x.FullName(c.Path))}) //i18n:dynamic staff.right.side_short.
	}
	g.Fields = []ui.FieldArgs{kind, evidenceField(""),
		{Name: "amount", Label: i18n.T("staff.right.amount"), Hint: i18n.T("staff.right.amount_any"), Max: 10, Short: true},
		{Name: "from", Label: i18n.T("staff.right.from"), Kind: ui.DateField, Required: true},
		{Name: "to", Label: i18n.T("staff.right.to"), Hint: i18n.T("staff.right.to_hint"), Kind: ui.DateField}, reasonField()}
	return p.sendRightForm(w, r, g, wrong, status)
}

func (p *Pages) rightForm(r *http.Request, s *gate.Session, title, householdID string) rightFormPage {
	g := rightFormPage{OfficeArgs: p.frame(r, s, title, "/rights"), Title: title, Key: orElse(r.PostFormValue(gate.KeyField), gate.NewKey())}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.rights"), Href: "/rights"}, {Label: i18n.T("staff.right.back"), Href: "/households/" + householdID + "/rights"}}
	return g
}

func (p *Pages) sendRightForm(w http.ResponseWriter, r *http.Request, g rightFormPage, wrong map[string]string, status int) error {
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, rightFormView(g))
}

func evidenceField(value string) ui.FieldArgs {
	return ui.FieldArgs{Name: "evidence", Label: i18n.T("staff.right.evidence"), Hint: i18n.T("staff.right.evidence_hint"), Required: true, Max: 200, Wide: true, Value: value}
}

func reasonField() ui.FieldArgs {
	return ui.FieldArgs{Name: "reason", Label: i18n.T("staff.right.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true}
}

// rightWords reads the form of an act.
func rightWords(r *http.Request) entitlement.Words {
	return entitlement.Words{Evidence: gate.Trim(r, "evidence"), Amount: gate.Trim(r, "amount"), From: calendar.Date(gate.Trim(r, "from")), To: calendar.Date(gate.Trim(r, "to")),
		Ground: gate.Trim(r, "ground"), Reason: gate.Trim(r, "reason")}
}

func (p *Pages) rightEnter(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	words := rightWords(r)
	if parts := strings.Split(gate.Trim(r, "kind"), "/"); len(parts) == 3 {
		words.Kind, words.Side, words.Path = parts[0], parts[1], parts[2]
	}
	_, err := p.Rights.Enter(r.Context(), s.Actor, gate.Key(r), household.ID(id), words)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showRightNew(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/households/"+id+"/rights?done=right_entered")
}

// rightAct asks for what an act on a right needs.
func (p *Pages) rightAct(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRightAct(w, r, s, nil, http.StatusOK)
}

var rightActs = []string{entitlement.ActCorrect, entitlement.ActChange, entitlement.ActEnd, entitlement.ActReopen}

func (p *Pages) showRightAct(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	act := r.PathValue("act")
	if !slices.Contains(rightActs, act) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	e, err := p.Rights.Right(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	if !e.Can(act, p.today()) {
		return fault.New(fault.Conflict, "entitlement.act.not_now")
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.rightForm(r, s, rightDoes(act)+rightName(e.Kind), string(e.HouseholdID))
	g.Sub, g.Action, g.Button = e.Head, "/rights/"+url.PathEscape(e.ID)+"/"+act, rightDoes(act)
	g.Hint = i18n.T("staff.right.hint." + act) //i18n:dynamic staff.right.hint.
	g.Facts = []ui.Item{{Label: i18n.T("staff.col.right"), Text: rightName(e.Kind)}, {Label: i18n.T("staff.right.place"), Text: x.FullName(e.Path)},
		{Label: i18n.T("staff.right.evidence"), Text: e.Evidence}, {Label: i18n.T("staff.right.amount"), Text: e.Amount},
		{Label: i18n.T("staff.right.dates"), Text: rightDates(e.Entitlement)}, {Label: i18n.T("staff.col.state"), Value: ui.Tag(rightTag(e.Entitlement, p.today()))}}
	g.Fields = actFields(act, e.Entitlement, p.today())
	return p.sendRightForm(w, r, g, wrong, status)
}

// actFields are the questions of an act, beginning with what is written.
func actFields(act string, e entitlement.Entitlement, today calendar.Date) []ui.FieldArgs {
	amount := ui.FieldArgs{Name: "amount", Label: i18n.T("staff.right.amount"), Unit: entitlement.Unit(e.Kind), Value: e.Number(), Max: 10, Short: true}
	day := ui.FieldArgs{Name: "from", Label: i18n.T("staff.right.day." + act), Kind: ui.DateField, Required: true, Value: string(today)} //i18n:dynamic staff.right.day.
	var fields []ui.FieldArgs
	switch act {
	case entitlement.ActCorrect:
		day.Value = string(e.ValidFrom)
		to := ui.FieldArgs{Name: "to", Label: i18n.T("staff.right.to"), Hint: i18n.T("staff.right.to_hint"), Kind: ui.DateField, Value: string(e.ValidTo)}
		if e.ValidTo == calendar.Forever {
			to.Value = ""
		}
		fields = []ui.FieldArgs{evidenceField(e.Evidence), amount, day, to}
	case entitlement.ActChange:
		fields = []ui.FieldArgs{evidenceField(""), amount, day}
	case entitlement.ActEnd:
		ground := ui.FieldArgs{Name: "ground", Label: i18n.T("staff.right.ground"), Hint: i18n.T("staff.right.ground_hint"), Kind: ui.RadioField, Required: true, Wide: true}
		for _, k := range entitlement.GroundsOf(e.Kind) {
			ground.Options = append(ground.Options, ui.Option{Value: k.Name, Label: i18n.T("entitlement.ground." + k.Name)}) //i18n:dynamic entitlement.ground.
		}
		fields = []ui.FieldArgs{ground, evidenceField(""), day}
	default:
		fields = []ui.FieldArgs{evidenceField(e.Evidence), day}
	}
	if entitlement.Unit(e.Kind) == "" {
		fields = slices.DeleteFunc(fields, func(f ui.FieldArgs) bool { return f.Name == "amount" })
	}
	return append(fields, reasonField())
}

func (p *Pages) rightDo(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, act := r.PathValue("id"), r.PathValue("act")
	do, ok := map[string]rightDoer{entitlement.ActCorrect: p.Rights.Correct, entitlement.ActChange: p.Rights.Change, entitlement.ActEnd: p.Rights.End, entitlement.ActReopen: p.Rights.Reopen}[act]
	if !ok {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	e, err := do(r.Context(), s.Actor, gate.Key(r), id, rightWords(r))
	if wrong, again := gate.Invalid(err); again {
		return p.showRightAct(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/households/"+string(e.HouseholdID)+"/rights?done=right_"+act)
}

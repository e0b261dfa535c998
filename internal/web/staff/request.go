package staff

import (
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/request"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type requestsPage struct {
	ui.OfficeArgs
	Tabs  ui.TabBarArgs
	Table ui.TableArgs
}

// requests is the inbox of who decides, by state, and the own questions of who
// asks.
func (p *Pages) requests(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	title, q := i18n.T("staff.menu.requests"), r.URL.Query()
	after, state := request.ID(q.Get("after")), request.State(q.Get("state"))
	g := requestsPage{OfficeArgs: p.frame(r, s, title, "/requests"), Tabs: ui.TabBarArgs{Label: title}}
	decides := policy.May(s.Actor, policy.RequestApprove)
	var list []request.Line
	var err error
	if decides {
		if state == "" {
			state = request.Asked
		}
		n, err := p.Requests.Counts(r.Context(), s.Actor)
		if err != nil {
			return err
		}
		for _, st := range []request.State{request.Asked, request.Approved, request.Refused, request.Withdrawn} {
			t := ui.TabItem{Label: requestState(st), Href: "/requests?state=" + string(st), Current: st == state}
			if st == request.Asked {
				t.Count = int(n.Waiting)
			}
			g.Tabs.Items = append(g.Tabs.Items, t)
		}
		list, err = p.Requests.Inbox(r.Context(), s.Actor, state, after, limit)
		if err != nil {
			return err
		}
	} else {
		g.Sub = i18n.T("staff.requests.mine")
		if list, err = p.Requests.Mine(r.Context(), s.Actor, after, limit); err != nil {
			return err
		}
	}
	next := ""
	if len(list) == limit {
		next = string(list[limit-1].ID)
	}
	g.Table = requestTable(list, live(gate.More(r, "/requests", "after", next)))
	if !decides {
		g.Table.Empty.Hint = i18n.T("staff.requests.none_mine")
	}
	return gate.Render(w, r, requestsView(g))
}

func requestTable(list []request.Line, pager *ui.PagerArgs) ui.TableArgs {
	t := ui.TableArgs{
		Caption: i18n.T("staff.menu.requests"), Pager: pager, Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.requests.kind")}, {Label: i18n.T("staff.requests.number"), Code: true}, {Label: i18n.T("staff.requests.evidence"), Wide: true}, {Label: i18n.T("staff.requests.asked")}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.requests.none"), Hint: i18n.T("staff.requests.none_hint"), Icon: ui.IconFile},
	}
	for _, l := range list {
		href := "/requests/" + string(l.ID)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.NameLink(l.Name, href), ui.Text(requestKind(l.Kind)), ui.Text(l.Number), ui.Text(l.Evidence), ui.Two(l.AskedOffice+" "+l.AskedName, gate.At(l.AskedAt)), ui.Tag(requestTag(l.State)),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return t
}

func requestKind(k request.Kind) string { return i18n.T("request.kind." + string(k)) } //i18n:dynamic request.kind.

func requestState(st request.State) string { return i18n.T("request.state." + string(st)) } //i18n:dynamic request.state.

func requestTag(st request.State) ui.TagArgs {
	tone := map[request.State]ui.Tone{request.Asked: ui.Info, request.Approved: ui.Good, request.Refused: ui.Warn}[st]
	return ui.TagArgs{Label: requestState(st), Tone: tone}
}

// said is a value of a fact in words.
func said(k request.Kind, v string) string {
	switch k {
	case request.Sex:
		return sex(v)
	case request.Ethnicity:
		name, _ := code.Ethnicity.Lookup(v)
		return name
	case request.Ended:
		return i18n.T("staff.requests.since", "on", v)
	}
	return v
}

type requestFormPage struct {
	ui.OfficeArgs
	Person string
	Kind   request.Kind
	Key    string
	Tabs   ui.TabBarArgs
	Facts  []ui.Item
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
}

func (p *Pages) requestForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRequestForm(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showRequestForm(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	id := person.ID(r.FormValue("person"))
	f, err := p.Requests.Form(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	kind := request.Kind(r.FormValue("kind"))
	if !slices.Contains(f.Kinds, kind) {
		kind = f.Kinds[0]
	}
	home, err := p.Overview.HouseholdOf(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	g := requestFormPage{OfficeArgs: p.frame(r, s, i18n.T("staff.requests.new"), "/requests"), Person: string(id), Kind: kind, Key: gate.KeyOf(r)}
	g.Sub = f.Name
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.move.household"), Href: "/households/" + string(home)}}
	g.Tabs = ui.TabBarArgs{Label: i18n.T("staff.requests.kind")}
	for _, k := range f.Kinds {
		g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: requestKind(k), Href: "/requests/new?person=" + url.QueryEscape(string(id)) + "&kind=" + string(k), Current: k == kind})
	}
	g.Facts = []ui.Item{{Label: i18n.T("staff.requests.now"), Text: said(kind, f.Now[kind]), Wide: true}}
	kept, err := p.Requests.Drafts(r.Context(), s.Actor, gate.Key(r))
	if err != nil {
		return err
	}
	g.Fields = append(requestFields(kind), scanField(kept))
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
		if f := &g.Fields[i]; f.Secret { // typed a moment ago, by whoever sees it again
			f.Value = r.PostFormValue(f.Name)
		}
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, requestFormView(g))
}

// requestFields are the questions about one fact.
func requestFields(kind request.Kind) []ui.FieldArgs {
	want := ui.FieldArgs{Name: "want", Label: i18n.T("staff.requests.want", "what", requestKind(kind)), Required: true}
	var more []ui.FieldArgs
	switch kind {
	case request.Sex:
		want.Kind, want.Empty = ui.SelectField, i18n.T("staff.choose")
		for _, c := range []string{code.Male, code.Female} {
			want.Options = append(want.Options, ui.Option{Value: c, Label: sex(c)})
		}
	case request.Ethnicity:
		want.Kind, want.Empty = ui.SelectField, i18n.T("staff.choose")
		for _, c := range code.Ethnicity.Codes {
			want.Options = append(want.Options, ui.Option{Value: c.Code, Label: c.Name})
		}
	case request.Birth:
		want.Kind = ui.DateField
	case request.Number:
		want.Secret, want.Max = true, 18
	case request.Address:
		want.Wide, want.Max = true, 100
	case request.Ended:
		want.Label, want.Kind = i18n.T("staff.requests.ending"), ui.RadioField
		for _, e := range request.Endings {
			want.Options = append(want.Options, ui.Option{Value: e, Label: i18n.T("request.ending." + e)}) //i18n:dynamic request.ending.
		}
		more = append(more, ui.FieldArgs{Name: "ends_on", Label: i18n.T("staff.requests.ends_on"), Kind: ui.DateField, Required: true})
	}
	evidence := ui.FieldArgs{Name: "evidence", Label: i18n.T("staff.requests.evidence"), Hint: i18n.T("staff.requests.evidence_hint"), Kind: ui.TextArea, Required: true, Wide: true, Max: 200}
	return append(append([]ui.FieldArgs{want}, more...), evidence)
}

// scanField takes the paper itself; kept pages have come with the form before.
func scanField(kept int) ui.FieldArgs {
	f := ui.FieldArgs{Name: "scan", Label: i18n.T("staff.requests.scans"), Kind: ui.FileField, Accept: "image/*,.pdf", Multiple: true, Wide: true, Hint: i18n.T("staff.requests.scans_hint", "most", request.MaxScans)}
	if kept > 0 {
		f.Hint = i18n.T("staff.requests.scans_kept", "n", kept)
	}
	return f
}

func (p *Pages) requestAsk(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	wrong, err := gate.KeepFiles(r, "scan", func(f io.Reader) error { return p.Requests.KeepScan(r.Context(), s.Actor, gate.Key(r), f) })
	if err != nil {
		return err
	}
	if wrong != nil {
		return p.showRequestForm(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	q := request.Question{
		PersonID: person.ID(r.PostFormValue("person")), Kind: request.Kind(r.PostFormValue("kind")),
		Want: gate.Trim(r, "want"), EndsOn: calendar.Date(gate.Trim(r, "ends_on")), Evidence: gate.Trim(r, "evidence"),
	}
	if q.Kind == request.Number {
		q.Number, _ = ident.ParseCitizenID(q.Want, p.Now()) // a wrong one is asked for again
		q.Want = ""
	}
	made, err := p.Requests.Ask(r.Context(), s.Actor, gate.Key(r), q)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showRequestForm(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/requests/"+string(made.ID)+"?done=asked")
}

type requestPage struct {
	ui.OfficeArgs
	request.Page
	Key         string
	Facts       []ui.Item
	Approve     bool
	Withdraw    bool
	Acknowledge bool
	Reason      ui.FieldArgs
	Wrong       []ui.FieldError
}

// request is one request: what is asked, by whom, and what was answered.
func (p *Pages) request(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRequest(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showRequest(w http.ResponseWriter, r *http.Request, s *gate.Session, full string, wrong map[string]string, status int) error {
	page, err := p.Requests.Get(r.Context(), s.Actor, request.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	q := page.Request
	g := requestPage{OfficeArgs: p.frame(r, s, i18n.T("staff.requests.title", "name", page.Name, "what", requestKind(q.Kind)), "/requests"), Page: page, Key: gate.NewKey()}
	g.Sub = q.Number
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.requests"), Href: "/requests"}}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	may := func(a policy.Action) bool { return q.Can(a) && policy.May(s.Actor, a) }
	g.Approve = may(policy.RequestApprove) && !page.Own
	g.Withdraw, g.Acknowledge = page.Own && may(policy.RequestWithdraw), page.Own && may(policy.RequestAcknowledge)
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.col.name"), Text: page.Name}, {Label: i18n.T("staff.col.registered"), Text: x.FullName(q.Path)},
		{Label: i18n.T("staff.requests.was"), Text: said(q.Kind, q.Was), Wide: true}, p.wanted(g, s, full),
		{Label: i18n.T("staff.requests.evidence"), Text: q.Evidence, Wide: true},
		{Label: i18n.T("staff.requests.asked"), Text: q.AskedOffice + " " + q.AskedName + " " + gate.At(q.AskedAt), Wide: true},
		{Label: i18n.T("staff.col.state"), Value: ui.Tag(requestTag(q.State))},
	}
	if q.DecidedAt != 0 {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.requests.decided"), Text: q.DecidedName + " " + gate.At(q.DecidedAt), Wide: true})
	}
	g.Reason = ui.FieldArgs{Name: "reason", Label: i18n.T("staff.requests.reason"), Kind: ui.TextArea, Required: true, Max: 200, Error: wrong["reason"], Value: r.PostFormValue("reason")}
	g.Wrong = ui.Errors(g.Reason)
	return gate.RenderCode(w, r, status, requestView(g))
}

// wanted is what the register should say; a number masked, with the way to see
// it in full for who decides.
func (p *Pages) wanted(g requestPage, s *gate.Session, full string) ui.Item {
	q := g.Page.Request
	item := ui.Item{Label: i18n.T("staff.requests.want", "what", requestKind(q.Kind)), Text: said(q.Kind, g.Want), Wide: true}
	switch q.Kind {
	case request.Ended:
		item.Label = i18n.T("staff.requests.ending")
		item.Text = i18n.T("staff.requests.ended", "why", i18n.T("request.ending."+q.Want), "on", q.EndsOn) //i18n:dynamic request.ending.
	case request.Number:
		a := ui.MaskedArgs{ID: "want", Masked: g.Want, Label: item.Label, CSRF: s.CSRF, Full: full}
		if policy.May(s.Actor, policy.RequestApprove) {
			a.Action = "/requests/" + string(q.ID) + "/number"
		}
		item.Text, item.Value = "", ui.Masked(a)
	}
	return item
}

// requestScan is one page of a request's papers.
func (p *Pages) requestScan(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	raw, err := p.Requests.Scan(r.Context(), s.Actor, request.ID(r.PathValue("id")), r.PathValue("scan"))
	if err != nil {
		return err
	}
	return gate.SendPhoto(w, raw)
}

func (p *Pages) requestNumber(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	secret, err := p.Requests.RevealNumber(r.Context(), s.Actor, request.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return p.showRequest(w, r, s, secret.Reveal(), nil, http.StatusOK) // asked for, allowed, logged
}

func (p *Pages) requestAgain(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	return p.showRequest(w, r, s, "", wrong, http.StatusUnprocessableEntity)
}

func (p *Pages) requestAcknowledge(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Requests.Acknowledge(r.Context(), s.Actor, gate.Key(r), request.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return gate.See(w, r, "/requests")
}

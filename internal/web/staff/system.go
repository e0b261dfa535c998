package staff

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/division"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// live lets a list's pager replace the list alone.
func live(a *ui.PagerArgs) *ui.PagerArgs {
	a.Live = "list"
	return a
}

type listPage struct {
	ui.OfficeArgs
	Title, Sub string
	Notice     *ui.NoticeArgs
	Filter     *ui.FilterArgs
	Table      ui.TableArgs
	Verify     bool
	Lines      []string
}

// grids lists the grids of a village or town with their size and people.
func (p *Pages) grids(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	under := r.URL.Query().Get("at")
	if under == "" {
		under = firstPath(s)
		under = under[:min(len(under), 12)]
	}
	lines, err := p.Grids.List(r.Context(), s.Actor, under)
	if err != nil {
		return err
	}
	g := listPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.grids"), "/grids"), Title: i18n.T("staff.grids.of", "place", x.FullName(under)), Sub: i18n.T("staff.grids.rule")}
	g.Aside = placesTree(x, "/grids", under, firstPath(s))
	g.Table = ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.grid_code"), Code: true}, {Label: i18n.T("staff.col.grid")}, {Label: i18n.T("staff.col.covers"), Wide: true}, {Label: i18n.T("staff.col.households"), Num: true}, {Label: i18n.T("account.kind.grid_worker")}, {Label: i18n.T("account.kind.grid_leader")}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.grids.none"), Hint: i18n.T("staff.grids.none_hint"), Icon: ui.IconGrid}}
	for _, l := range lines {
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(l.Code), gridName(l, s.Actor), ui.Text(l.Covers), ui.Num(int(l.Households)), holderCell(l.Worker), holderCell(l.Leader), sizeCell(l),
		}})
	}
	return gate.Render(w, r, listView(g))
}

// gridName leads those who register moves to who lives in the grid, and lived.
func gridName(l grid.Line, by actor.Actor) templ.Component {
	d, err := policy.Decide(by, policy.HouseholdRead, policy.Places{{Relation: policy.Living, Path: l.Code}})
	if err == nil && d.Fields.Has(policy.Booklet) {
		return ui.NameLink(l.Name, "/places/"+l.Code)
	}
	return ui.Strong(l.Name)
}

func holderCell(h account.Holder) templ.Component {
	if h.Name == "" {
		return ui.Tag(ui.TagArgs{Label: i18n.T("ui.people.vacant"), Tone: ui.Warn})
	}
	return ui.Two(h.Name, h.MaskedPhone())
}

func sizeCell(l grid.Line) templ.Component {
	if l.OutOfSize() {
		return ui.Tag(ui.TagArgs{Label: i18n.T("staff.grids.out_of_size"), Tone: ui.Warn})
	}
	return ui.Tag(ui.TagArgs{Label: i18n.T("staff.grids.in_size"), Tone: ui.Good})
}

// placesTree leads to a page of each place of the county that path lies in. What
// query the address of the page has goes along.
func placesTree(x *division.Index, page, current, path string) templ.Component {
	to := page + "?at="
	if strings.Contains(page, "?") {
		to = page + "&at="
	}
	var build func(d division.Division) ui.TreeNode
	build = func(d division.Division) ui.TreeNode {
		n := ui.TreeNode{Label: d.Name, Href: to + d.Code, Current: d.Code == current, Count: -1}
		n.Open = len(current) >= len(d.Code) && current[:len(d.Code)] == d.Code
		for _, c := range x.Children(d.Code) {
			n.Children = append(n.Children, build(c))
		}
		return n
	}
	t := ui.TreeArgs{Title: i18n.T("staff.residents.tree"), Filter: true}
	if root, ok := x.Get(path[:min(6, len(path))]); ok {
		t.Nodes = []ui.TreeNode{build(root)}
	}
	return ui.Tree(t)
}

// accounts lists posts and their holders.
func (p *Pages) accounts(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showAccounts(w, r, s, nil)
}

func (p *Pages) showAccounts(w http.ResponseWriter, r *http.Request, s *gate.Session, n *ui.NoticeArgs) error {
	const limit = 50
	q := r.URL.Query()
	list, err := p.Accounts.List(r.Context(), s.Actor, q.Get("at"), q.Get("after"), limit)
	if err != nil {
		return err
	}
	g := listPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.accounts"), "/accounts"), Title: i18n.T("staff.menu.accounts"), Sub: i18n.T("staff.accounts.sub"), Notice: n}
	g.Filter = &ui.FilterArgs{Action: "/accounts", Reset: "/accounts", Fields: []ui.FieldArgs{{Name: "at", Label: i18n.T("staff.accounts.at"), Value: q.Get("at"), Kind: ui.SearchField, Holder: i18n.T("staff.accounts.at_hint"), Wide: true}}}
	next := ""
	if len(list) == limit {
		next = list[limit-1].Key()
	}
	g.Table = ui.TableArgs{Caption: g.Title, Cards: true, Columns: accountColumns(), Empty: noAccounts(), Pager: live(gate.More(r, "/accounts", "after", next))}
	appoints, resets := policy.May(s.Actor, policy.PostAppoint), policy.May(s.Actor, policy.AccountReset)
	for _, e := range list {
		row := accountRow(e)
		do := ui.Text("")
		if resets {
			do = confirm(s, "staff.accounts.reset", "", e.Name, "/accounts/"+string(e.ID)+"/reset")
		}
		row.Cells = append(row.Cells, do)
		if appoints && !e.Kind.Admin() {
			row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.accounts.posts"), Href: "/accounts/" + string(e.ID)}}
		}
		g.Table.Rows = append(g.Table.Rows, row)
	}
	return gate.Render(w, r, listView(g))
}

func accountColumns() []ui.Column {
	return []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.col.login"), Code: true}, {Label: i18n.T("staff.col.post")}, {Label: i18n.T("staff.col.office"), Wide: true}, {Label: i18n.T("staff.col.area"), Code: true}, {Label: i18n.T("staff.col.do")}}
}

func noAccounts() ui.EmptyArgs {
	return ui.EmptyArgs{Title: i18n.T("staff.accounts.none"), Hint: i18n.T("staff.accounts.none_hint"), Icon: ui.IconPerson}
}

func accountRow(e account.Entry) ui.Row {
	office := ui.Text(e.Office)
	if e.MadeOf != "" {
		office = ui.Two(e.Office, e.MadeOf)
	}
	return ui.Row{Cells: []templ.Component{ui.Strong(e.Called()), ui.Text(e.Login), ui.Text(gate.Kind(e.Kind)), office, ui.Text(e.Path)}}
}

// confirm is a button for an act on somebody that asks once more.
func confirm(s *gate.Session, label, text, name, action string) templ.Component {
	a := ui.ConfirmArgs{Label: i18n.T(label), Yes: i18n.T(label), Title: i18n.T("staff.accounts.sure", "act", i18n.T(label), "name", name), Action: action, CSRF: s.CSRF, Small: true}
	if text != "" {
		a.Text = i18n.T(text)
	}
	return ui.ConfirmButton(a)
}

func (p *Pages) accountReset(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	secret, err := p.Accounts.ResetPassword(r.Context(), s.Actor, account.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return p.showAccounts(w, r, s, &ui.NoticeArgs{Tone: ui.Good, Title: i18n.T("staff.accounts.done"), Text: i18n.T("staff.accounts.password", "password", secret.Reveal())}) // to be read out once
}

// phones lists those whose phones one may enrol, and take out of use.
func (p *Pages) phones(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showPhones(w, r, s, nil)
}

func (p *Pages) showPhones(w http.ResponseWriter, r *http.Request, s *gate.Session, n *ui.NoticeArgs) error {
	const limit = 50
	list, err := p.Accounts.Phones(r.Context(), s.Actor, r.URL.Query().Get("after"), limit)
	if err != nil {
		return err
	}
	g := listPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.phones"), "/phones"), Title: i18n.T("staff.menu.phones"), Sub: i18n.T("staff.phones.sub"), Notice: n}
	next := ""
	if len(list) == limit {
		next = list[limit-1].Key()
	}
	columns := slices.Insert(accountColumns(), 5, ui.Column{Label: i18n.T("staff.phones.device")})
	g.Table = ui.TableArgs{Caption: g.Title, Cards: true, Columns: append(columns, ui.Column{Label: i18n.T("staff.phones.lost")}), Empty: noAccounts(), Pager: live(gate.More(r, "/phones", "after", next))}
	for _, h := range list {
		row, at := accountRow(h.Entry), "/phones/"+string(h.ID)
		device, lost := ui.Text(i18n.T("staff.phones.none")), ui.Text("")
		if h.Device != "" {
			device, lost = ui.Two(h.Device, gate.At(h.EnrolledAt)), confirm(s, "staff.phones.lost", "staff.phones.lost_text", h.Name, at+"/revoke")
		}
		row.Cells = append(row.Cells, device, confirm(s, "staff.phones.code", "", h.Name, at), lost)
		g.Table.Rows = append(g.Table.Rows, row)
	}
	return gate.Render(w, r, listView(g))
}

func (p *Pages) phoneEnrol(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	code, err := p.Accounts.EnrolPhone(r.Context(), s.Actor, account.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return p.showPhones(w, r, s, &ui.NoticeArgs{Tone: ui.Good, Title: i18n.T("staff.phones.done"), Text: i18n.T("staff.phones.tell", "code", code.Reveal())}) // to be told the worker once
}

// phoneRevoke takes a lost phone out of use.
func (p *Pages) phoneRevoke(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := p.Accounts.RevokePhone(r.Context(), s.Actor, account.ID(r.PathValue("id"))); err != nil {
		return err
	}
	return gate.See(w, r, "/phones?done=revoked")
}

// looks is the access log, for the audit administrator.
func (p *Pages) looks(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showLooks(w, r, s, nil)
}

func (p *Pages) showLooks(w http.ResponseWriter, r *http.Request, s *gate.Session, lines []string) error {
	const limit = 50
	list, err := p.Audit.Looks(r.Context(), s.Actor, r.URL.Query().Get("after"), limit)
	if err != nil {
		return err
	}
	g := listPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.audit"), "/audit"), Title: i18n.T("staff.menu.audit"), Sub: i18n.T("staff.audit.sub"), Verify: true, Lines: lines}
	next := ""
	if len(list) == limit {
		next = list[limit-1].ID
	}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.menu.audit"), Pager: live(gate.More(r, "/audit", "after", next)), Columns: []ui.Column{{Label: i18n.T("staff.audit.at"), Code: true}, {Label: i18n.T("staff.audit.who")}, {Label: i18n.T("staff.audit.post")}, {Label: i18n.T("staff.audit.act")}, {Label: i18n.T("staff.audit.for"), Wide: true}, {Label: i18n.T("staff.audit.about"), Num: true}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.audit.none"), Icon: ui.IconLog}}
	for _, l := range list {
		sealed := ui.TagArgs{Label: i18n.T("staff.audit.sealed"), Tone: ui.Good}
		if l.N < 0 {
			sealed = ui.TagArgs{Label: i18n.T("staff.audit.open"), Tone: ui.Info}
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(gate.At(l.At)), ui.Two(l.Name, l.Office), ui.Text(kindOrSystem(l.Kind)), ui.Text(i18n.T("policy.action." + l.Action)), ui.Text(purpose(l.For)), ui.Num(len(strings.Fields(l.Subjects))), ui.Tag(sealed), //i18n:dynamic policy.action.
		}})
	}
	return gate.Render(w, r, listView(g))
}

// purpose is what somebody looked for, in words: a reason that was given, a
// list, or one record.
func purpose(of string) string {
	if strings.HasPrefix(of, "person.why.") {
		return i18n.T(of) //i18n:dynamic person.why.
	}
	if strings.HasPrefix(of, "ledger.why.") {
		return i18n.T(of) //i18n:dynamic ledger.why.
	}
	noun, _, _ := strings.Cut(of, "/")
	return i18n.T("audit.for." + strings.ReplaceAll(noun, ".", "_")) //i18n:dynamic audit.for.
}

func kindOrSystem(k string) string {
	if k == string(actor.System) {
		return i18n.T("staff.matter.system")
	}
	return gate.Kind(actor.Kind(k))
}

func (p *Pages) verifyLogs(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	verdicts, err := p.Audit.Verify(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	var lines []string
	for _, v := range verdicts {
		tree := i18n.T("staff.audit.tree." + v.Tree) //i18n:dynamic staff.audit.tree.
		if v.Problem == "" {
			lines = append(lines, i18n.T("cli.audit.ok", "tree", tree, "size", v.Size, "heads", v.Heads))
		} else {
			lines = append(lines, i18n.T("cli.audit.bad", "tree", tree, "why", v.Problem))
		}
	}
	return p.showLooks(w, r, s, lines)
}

// demoTable is the list of sign-ins of the demonstration county.
func demoTable(all []gate.DemoSignIn, next string) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.sign.demo"), Columns: []ui.Column{{Label: i18n.T("staff.sign.role")}, {Label: i18n.T("staff.col.name")}}, Actions: i18n.T("staff.sign.use")}
	for _, d := range all {
		q := url.Values{"demo": {d.Login}}
		if next != "" {
			q.Set("next", next)
		} else if d.Phone {
			q.Set("next", "/m/")
		}
		href := "/sign-in?" + q.Encode()
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Two(d.Role, d.Office), ui.Text(d.Name)}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.sign.fill"), Href: href}}})
	}
	return t
}

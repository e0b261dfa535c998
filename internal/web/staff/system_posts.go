package staff

import (
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type postsPage struct {
	ui.OfficeArgs
	ID     string
	Key    string
	Table  ui.TableArgs
	Fields []ui.FieldArgs
	Leave  ui.LinkArgs
	Wrong  []ui.FieldError
}

// posts is an account with the posts it holds, for whoever appoints.
func (p *Pages) posts(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showPosts(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showPosts(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	id := r.PathValue("id")
	a, err := p.Accounts.Posts(r.Context(), s.Actor, account.ID(id))
	if err != nil {
		return err
	}
	g := postsPage{OfficeArgs: p.frame(r, s, i18n.T("staff.accounts.posts"), "/accounts"), ID: id, Key: r.PostFormValue(gate.KeyField)}
	if g.Key == "" {
		g.Key = gate.NewKey()
	}
	g.Sub = a.Name + " " + a.Login
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.accounts"), Href: "/accounts"}}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.accounts.held"), Cards: true, Empty: ui.EmptyArgs{Title: i18n.T("account.no_post"), Icon: ui.IconPerson}, Columns: []ui.Column{
		{Label: i18n.T("staff.col.post")}, {Label: i18n.T("staff.col.office"), Wide: true}, {Label: i18n.T("staff.col.area"), Code: true}, {Label: i18n.T("staff.accounts.from"), Code: true}, {Label: i18n.T("staff.accounts.last"), Code: true}, {Label: i18n.T("staff.col.do")}}}
	today := calendar.On(p.Now())
	for _, post := range a.Posts {
		end := ui.Text("")
		switch {
		case post.Kind.Admin():
		case post.ValidFrom <= today && post.HeldAs != account.StandIn:
			end = ui.LinkTo(i18n.T("staff.hand_over.end"), "/accounts/"+id+"/posts/"+post.ID+"/hand-over")
		default:
			end = confirm(s, "staff.accounts.end", "staff.accounts.end_text", a.Name, "/accounts/"+id+"/posts/"+post.ID+"/end")
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.Strong(post.HeldAs.Marked(gate.Kind(post.Kind))), ui.Text(post.Office), ui.Text(post.Path), ui.Text(string(post.ValidFrom)), ui.Text(lastDay(post.ValidTo)), end}})
	}
	kinds := ui.FieldArgs{Name: "kind", Label: i18n.T("staff.col.post"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
	for _, k := range actor.Kinds {
		if !k.Admin() {
			kinds.Options = append(kinds.Options, ui.Option{Value: string(k), Label: gate.Kind(k)})
		}
	}
	held := ui.FieldArgs{Name: "held_as", Label: i18n.T("staff.accounts.held_as"), Kind: ui.SelectField, Options: []ui.Option{{Value: "", Label: i18n.T("staff.accounts.whole")}, {Value: string(account.Deputy), Label: i18n.T("staff.network.deputy")}}}
	g.Leave = ui.LinkArgs{Label: i18n.T("staff.leave.title", "name", a.Name), Href: "/accounts/" + id + "/leave"}
	g.Fields = []ui.FieldArgs{kinds, held,
		{Name: "path", Label: i18n.T("staff.accounts.path"), Kind: ui.NumberField, Required: true, Max: 15, Hint: i18n.T("staff.accounts.path_hint")},
		{Name: "from", Label: i18n.T("staff.accounts.from"), Kind: ui.DateField, Hint: i18n.T("staff.accounts.from_hint")},
		{Name: "last", Label: i18n.T("staff.accounts.last"), Kind: ui.DateField, Hint: i18n.T("staff.accounts.last_hint")},
		{Name: "office", Label: i18n.T("staff.col.office"), Max: 60, Hint: i18n.T("staff.accounts.office_hint"), Wide: true}}
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, postsView(g))
}

// lastDay is the last day of a time in words.
func lastDay(to calendar.Date) string {
	if to == calendar.Forever {
		return i18n.T("staff.accounts.no_end")
	}
	return string(to.AddDays(-1))
}

// appoint gives an account a post for the days asked.
func (p *Pages) appoint(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	post := account.Post{AccountID: account.ID(id), Kind: actor.Kind(gate.Trim(r, "kind")), Path: gate.Trim(r, "path"), Office: gate.Trim(r, "office"), HeldAs: account.Hold(gate.Trim(r, "held_as")),
		ValidFrom: calendar.Date(gate.Trim(r, "from")), ValidTo: calendar.Date(gate.Trim(r, "last"))}
	if post.ValidTo.Valid() { // the page says the last day, a time ends before a day
		post.ValidTo = post.ValidTo.AddDays(1)
	}
	_, err := p.Accounts.Appoint(r.Context(), s.Actor, gate.Key(r), post)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showPosts(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/accounts/"+id+"?done=appointed")
}

// postEnd ends a post today.
func (p *Pages) postEnd(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := p.Accounts.EndPost(r.Context(), s.Actor, r.PathValue("post")); err != nil {
		return err
	}
	return gate.See(w, r, "/accounts/"+r.PathValue("id")+"?done=ended")
}

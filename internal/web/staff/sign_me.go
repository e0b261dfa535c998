package staff

import (
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/i18n"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type myPage struct {
	ui.OfficeArgs
	Items []ui.Item
	Posts ui.TableArgs
}

// my is the own account: who one is here, in which posts, on which phone.
func (p *Pages) my(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	mine, err := p.Accounts.Mine(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := myPage{OfficeArgs: p.frame(r, s, i18n.T("staff.me.title"), "/me"), Items: []ui.Item{
		{Label: i18n.T("staff.me.name"), Text: mine.Name}, {Label: i18n.T("staff.sign.login"), Text: mine.Login},
		{Label: i18n.T("staff.me.mobile"), Text: mine.Phone},
		{Label: i18n.T("staff.sign.code"), Value: ui.Tag(ui.TagArgs{Label: i18n.T("staff.me.bound"), Tone: ui.Good})},
	}}
	if !mine.TOTP {
		g.Items[3].Value = ui.Tag(ui.TagArgs{Label: i18n.T("staff.me.unbound"), Tone: ui.Warn})
	}
	if mine.Device != "" {
		g.Items = append(g.Items, ui.Item{Label: i18n.T("staff.me.device"), Text: i18n.T("staff.me.enrolled", "name", mine.Device, "on", gate.At(mine.EnrolledAt))})
	}
	g.Posts = ui.TableArgs{Caption: i18n.T("staff.me.posts"), Columns: []ui.Column{
		{Label: i18n.T("staff.sign.role")}, {Label: i18n.T("staff.me.office"), Wide: true}, {Label: i18n.T("staff.me.path"), Code: true}, {Label: i18n.T("staff.me.since"), Code: true}}}
	for _, post := range mine.Posts {
		g.Posts.Rows = append(g.Posts.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(gate.Kind(post.Kind)), ui.Text(post.Office), ui.Text(post.Path), ui.Text(string(post.ValidFrom))}})
	}
	return gate.Render(w, r, myView(g))
}

type postPage struct {
	ui.PlainArgs
	Field ui.FieldArgs
}

// choosePost asks somebody with several hats which one is worn now.
func (p *Pages) choosePost(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	mine, err := p.Accounts.Mine(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := postPage{
		PlainArgs: ui.PlainArgs{PageArgs: ui.PageArgs{Title: i18n.T("staff.me.choose"), County: p.Gate.County, CSRF: s.CSRF, Elder: p.Gate.Elder(r)}, Cover: true, Lead: i18n.T("staff.sign.lead")},
		Field:     ui.FieldArgs{Name: "post", Label: i18n.T("staff.sign.role"), Kind: ui.RadioField, Required: true},
	}
	if s.Demo != nil {
		g.Demo = &ui.DemoArgs{}
	}
	offices := map[actor.Kind]string{}
	for _, post := range mine.Posts {
		if had := offices[post.Kind]; had != "" {
			post.Office = had + i18n.T("staff.me.and") + post.Office
		}
		offices[post.Kind] = post.Office
	}
	for _, k := range s.Kinds {
		g.Field.Options = append(g.Field.Options, ui.Option{Value: string(k), Label: gate.Kind(k), Hint: offices[k], Selected: k == s.Actor.Kind})
	}
	return gate.Render(w, r, postView(g))
}

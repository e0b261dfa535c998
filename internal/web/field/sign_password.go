package field

import (
	"net/http"

	"anju/internal/account"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// passwordPage asks for account, password and code: for those whose phone is
// not enrolled. In the demonstration county it lists who can be tried, and one
// tap fills the form.
func (p *Pages) passwordPage(r *http.Request) signPage {
	g := signPage{PlainArgs: p.plain(r, i18n.T("field.sign.title"), i18n.T("field.sign.lead")), Next: gate.Next(r, "/m/"), Action: "/m/sign-in", Do: i18n.T("field.sign.in"),
		Ways: []ui.LinkArgs{{Label: i18n.T("field.sign.enrol"), Href: onTo("/m/enrol", r)}},
		Fields: []ui.FieldArgs{
			{Name: "login", Label: i18n.T("staff.sign.login"), Required: true, Complete: "username", Attrs: map[string]any{"autocapitalize": "none", "spellcheck": "false"}},
			{Name: "password", Label: i18n.T("staff.sign.password"), Kind: ui.PasswordField, Required: true, Complete: "current-password"},
			{Name: "code", Label: i18n.T("staff.sign.code"), Kind: ui.NumberField, Max: 7, Complete: "one-time-code", Hint: i18n.T("staff.sign.code_hint"), Secret: true},
		}}
	if p.Gate.Demo == nil {
		return g
	}
	for _, s := range p.Gate.Demo.SignIns {
		if !s.Phone {
			continue
		}
		g.Demo = append(g.Demo, s)
		if s.Login == r.URL.Query().Get("demo") {
			g.fill(s)
		}
	}
	return g
}

// fill fills in a printed account of the demonstration county.
func (g *signPage) fill(s gate.DemoSignIn) {
	g.Fields[0].Value = s.Login
	g.Fields[1].Attrs = map[string]any{"value": s.Password}
	g.Fields[2].Value, _ = s.Code() // without it the page says that the code is wrong
	g.Filled = i18n.T("field.sign.filled", "role", s.Role, "name", s.Name)
}

// signIn opens a session by account, password and code. It is one of the
// office, which asks for as much, and opens both doors.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	cookie, err := p.Gate.Entrance.SignIn(r.Context(), account.Credentials{
		Login: gate.Trim(r, "login"), Password: r.PostFormValue("password"), Code: gate.Trim(r, "code"), Address: p.Gate.Address(r),
	})
	if k := fault.KindOf(err); k == fault.Invalid || k == fault.Forbidden {
		g := p.passwordPage(r)
		g.Fields[0].Value = gate.Trim(r, "login")
		f := fault.Of(err)
		g.Wrong = i18n.T(f.Key, f.Args...)
		return gate.RenderCode(w, r, gate.Status(err), signView(g))
	}
	if err != nil {
		return err
	}
	if err := p.Gate.Leave(w, r); err != nil {
		return err
	}
	p.Gate.Set(w, r, gate.OfficeCookie, cookie, 0)
	return gate.See(w, r, gate.Next(r, "/m/"))
}

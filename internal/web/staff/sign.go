package staff

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/seal"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type signInPage struct {
	ui.PlainArgs
	Login, Password, Code ui.FieldArgs
	Wrong                 string
	Next                  string
	Filled                string // whose account has been filled in
	Demo                  []gate.DemoSignIn
}

func (p *Pages) signInPage(r *http.Request) signInPage {
	g := signInPage{
		PlainArgs: ui.PlainArgs{PageArgs: ui.PageArgs{Title: i18n.T("staff.sign.title"), County: p.Gate.County, Elder: p.Gate.Elder(r)}, Cover: true, Lead: i18n.T("staff.sign.lead"),
			Foot: []string{i18n.T("staff.sign.help")}},
		Login:    ui.FieldArgs{Name: "login", Label: i18n.T("staff.sign.login"), Required: true, Complete: "username", Focus: true, Attrs: templ.Attributes{"autocapitalize": "none", "spellcheck": "false"}},
		Password: ui.FieldArgs{Name: "password", Label: i18n.T("staff.sign.password"), Kind: ui.PasswordField, Required: true, Complete: "current-password"},
		Code:     ui.FieldArgs{Name: "code", Label: i18n.T("staff.sign.code"), Kind: ui.NumberField, Max: 7, Complete: "one-time-code", Hint: i18n.T("staff.sign.code_hint"), Secret: true},
		Next:     gate.Next(r, ""),
	}
	if why := gate.Over(r); why != "" {
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Warn, Text: why})
	}
	if d := p.Gate.Demo; d != nil {
		g.PageArgs.Demo = &ui.DemoArgs{}
		g.Demo = d.SignIns
		g.fill(r.URL.Query().Get("demo"))
	}
	return g
}

// fill fills in one of the printed accounts of the demonstration county.
func (g *signInPage) fill(login string) {
	for _, s := range g.Demo {
		if s.Login == login {
			g.Login.Value, g.Login.Focus = s.Login, false
			g.Password.Attrs = templ.Attributes{"value": s.Password}
			g.Code.Value, _ = s.Code() // without it the page says that the code is wrong
			g.Filled = i18n.T("staff.sign.filled", "role", s.Role, "name", s.Name)
		}
	}
}

func (p *Pages) signInForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if s != nil && r.URL.Query().Get("demo") == "" {
		return gate.See(w, r, gate.Next(r, home(s.Actor.Kind)))
	}
	return gate.Render(w, r, signInView(p.signInPage(r)))
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	cookie, err := p.Gate.Entrance.SignIn(r.Context(), account.Credentials{
		Login: gate.Trim(r, "login"), Password: r.PostFormValue("password"), Code: gate.Trim(r, "code"), Address: p.Gate.Address(r),
	})
	if k := fault.KindOf(err); k == fault.Invalid || k == fault.Forbidden {
		g := p.signInPage(r)
		g.Login.Value, g.Login.Focus = gate.Trim(r, "login"), false
		g.Password.Focus = true
		g.fill(g.Login.Value) // a printed code lapsed: here is the next
		f := fault.Of(err)
		g.Wrong = i18n.T(f.Key, f.Args...)
		return gate.RenderCode(w, r, gate.Status(err), signInView(g))
	}
	if err != nil {
		return err
	}
	if err := p.Gate.Leave(w, r); err != nil {
		return err
	}
	p.mux.SetCookie(w, r, cookie)
	s, err := p.Gate.Entrance.Resume(r.Context(), cookie)
	if err != nil {
		return err
	}
	to := gate.Next(r, home(s.Actor.Kind))
	if len(s.Kinds) > 1 && gate.Next(r, "") == "" {
		to = "/me/post"
	}
	return gate.See(w, r, to)
}

// home is where a kind of post begins: who goes from door to door, on the
// phone pages.
func home(k actor.Kind) string {
	if k == actor.GridWorker {
		return "/m/"
	}
	return "/"
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	if err := p.Gate.Leave(w, r); err != nil {
		return err
	}
	return gate.See(w, r, "/sign-in")
}

func (p *Pages) switchPost(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := p.Gate.Entrance.SwitchPost(r.Context(), s.Session, actor.Kind(r.PostFormValue("post"))); err != nil {
		return err
	}
	return gate.See(w, r, home(actor.Kind(r.PostFormValue("post"))))
}

type mePage struct {
	ui.OfficeArgs
	Fields []ui.FieldArgs
	First  bool   // has to be done before anything else
	QR     string // SVG path data is drawn by the template
	Secret string // shown once, to be typed where a code cannot be scanned
	Size   int
}

func (p *Pages) passwordPage(r *http.Request, s *gate.Session) mePage {
	return mePage{
		OfficeArgs: p.frame(r, s, i18n.T("staff.me.password"), ""), First: s.Must == "password",
		Fields: []ui.FieldArgs{
			{Name: "old", Label: i18n.T("staff.me.old"), Kind: ui.PasswordField, Required: true, Complete: "current-password", Focus: true},
			{Name: "new", Label: i18n.T("staff.me.new"), Kind: ui.PasswordField, Required: true, Complete: "new-password", Hint: i18n.T("staff.me.rule")},
			{Name: "again", Label: i18n.T("staff.me.again"), Kind: ui.PasswordField, Required: true, Complete: "new-password"},
		},
	}
}

func (p *Pages) passwordForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return gate.Render(w, r, passwordView(p.passwordPage(r, s)))
}

func (p *Pages) password(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	err := p.Accounts.ChangePassword(r.Context(), s.Actor, s.Token, r.PostFormValue("old"), r.PostFormValue("new"), r.PostFormValue("again"))
	if wrong, ok := gate.Invalid(err); ok {
		g := p.passwordPage(r, s)
		for i := range g.Fields {
			g.Fields[i].Error = wrong[g.Fields[i].Name]
		}
		return gate.RenderCode(w, r, http.StatusUnprocessableEntity, passwordView(g))
	}
	if f := fault.Of(err); f != nil && gate.Status(err) == http.StatusTooManyRequests {
		g := p.passwordPage(r, s)
		g.Fields[0].Error = i18n.T(f.Key, f.Args...)
		return gate.RenderCode(w, r, http.StatusTooManyRequests, passwordView(g))
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, home(s.Actor.Kind)+"?done=password")
}

// totpCookie keeps the secret between the page that shows it and the code that
// proves it was taken over.
const totpCookie = "anju_totp"

func (p *Pages) totpForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	secret, url, err := p.Accounts.NewTOTP(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	p.Gate.Set(w, r, totpCookie, secret.Reveal(), int((10 * time.Minute).Seconds()))
	return p.showTOTP(w, r, s, secret, url, "")
}

func (p *Pages) showTOTP(w http.ResponseWriter, r *http.Request, s *gate.Session, secret, url seal.Secret, wrong string) error {
	g := mePage{OfficeArgs: p.frame(r, s, i18n.T("staff.me.totp"), ""), First: true, Secret: inFours(secret.Reveal()), // to be typed into one's own phone
		Fields: []ui.FieldArgs{{Name: "code", Label: i18n.T("staff.sign.code"), Kind: ui.NumberField, Max: 6, Required: true, Short: true, Secret: true, Focus: true, Error: wrong}}}
	var err error
	if g.QR, g.Size, err = qrPath(url.Reveal()); err != nil { // the same secret, as a picture
		return err
	}
	code := http.StatusOK
	if wrong != "" {
		code = http.StatusUnprocessableEntity
	}
	return gate.RenderCode(w, r, code, totpView(g))
}

// inFours writes a secret as it is read aloud.
func inFours(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (p *Pages) totp(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	raw := p.Gate.Get(r, totpCookie)
	if raw == "" {
		return gate.See(w, r, "/me/totp")
	}
	secret := seal.Hide(raw)
	err := p.Accounts.SetTOTP(r.Context(), s.Actor, s.Token, secret, gate.Trim(r, "code"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showTOTP(w, r, s, secret, seal.TOTPURL("Anju", s.Login, secret), wrong["code"])
	}
	if err != nil {
		return err
	}
	p.Gate.Set(w, r, totpCookie, "", -1)
	return gate.See(w, r, home(s.Actor.Kind)+"?done=totp")
}

func (p *Pages) gallery(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	return gate.Render(w, r, ui.Gallery(ui.PageArgs{County: p.Gate.County, Demo: &ui.DemoArgs{}}))
}

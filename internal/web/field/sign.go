package field

import (
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// DeviceCookie holds the secret of an enrolled phone.
const (
	DeviceCookie = "anju_device"
	deviceAge    = 400 * 24 * 60 * 60 // seconds; browsers keep no cookie longer
	maxName      = 20                 // characters of a phone's name
)

type signPage struct {
	ui.PlainArgs
	Action string // where the form goes
	Do     string // the words on its button
	Fields []ui.FieldArgs
	Wrong  string
	Filled string // whose account has been filled in
	Next   string
	Ways   []ui.LinkArgs // other ways in
	Demo   []gate.DemoSignIn
}

func (p *Pages) plain(r *http.Request, title, lead string) ui.PlainArgs {
	a := ui.PlainArgs{
		PageArgs: ui.PageArgs{Title: title, County: p.Gate.County, Elder: p.Gate.Elder(r)},
		Cover:    true, Lead: lead,
	}
	if p.Gate.Demo != nil {
		a.Demo = &ui.DemoArgs{}
	}
	if why := gate.Over(r); why != "" {
		a.Notices = append(a.Notices, ui.NoticeArgs{Tone: ui.Warn, Text: why})
	}
	return a
}

func pinField(name, label, hint string) ui.FieldArgs {
	return ui.FieldArgs{Name: name, Label: label, Kind: ui.PasswordField, Required: true, Secret: true, Max: 6, Hint: hint,
		Attrs: map[string]any{"inputmode": "numeric"}}
}

// signForm asks for the PIN of an enrolled phone; on any other, or when asked
// to, for account, password and code.
func (p *Pages) signForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := r.URL.Query()
	if s != nil && q.Get("demo") == "" {
		return gate.See(w, r, gate.Next(r, "/m/"))
	}
	if q.Get("by") == "password" || q.Get("demo") != "" {
		return gate.Render(w, r, signView(p.passwordPage(r)))
	}
	name, err := p.Gate.Entrance.Knows(r.Context(), p.Gate.Get(r, DeviceCookie))
	if fault.KindOf(err) == fault.NotFound {
		return gate.Render(w, r, signView(p.passwordPage(r)))
	}
	if err != nil {
		return err
	}
	return gate.Render(w, r, signView(p.pinPage(r, name)))
}

func (p *Pages) pinPage(r *http.Request, name string) signPage {
	g := signPage{PlainArgs: p.plain(r, i18n.T("field.sign.hello", "name", name), i18n.T("field.sign.lead")), Next: gate.Next(r, "/m/"), Action: "/m/sign-in", Do: i18n.T("field.sign.in"),
		Ways:   []ui.LinkArgs{{Label: i18n.T("field.sign.other"), Href: onTo("/m/enrol", r)}, {Label: i18n.T("field.sign.by_password"), Href: onTo("/m/sign-in?by=password", r)}},
		Fields: []ui.FieldArgs{pinField("pin", i18n.T("field.sign.pin"), "")}}
	g.Fields[0].Focus, g.Fields[0].Complete = true, "off"
	return g
}

// onTo is another way in that leads to the same page afterwards.
func onTo(way string, r *http.Request) string {
	next := gate.Next(r, "")
	if next == "" {
		return way
	}
	between := "?"
	if strings.Contains(way, "?") {
		between = "&"
	}
	return way + between + url.Values{"next": {next}}.Encode()
}

// sign lets in by what the form that was sent asked for.
func (p *Pages) sign(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	if r.PostForm.Has("login") {
		return p.signIn(w, r)
	}
	return p.unlock(w, r)
}

func (p *Pages) unlock(w http.ResponseWriter, r *http.Request) error {
	device := p.Gate.Get(r, DeviceCookie)
	name, err := p.Gate.Entrance.Knows(r.Context(), device)
	if fault.KindOf(err) == fault.NotFound {
		return gate.See(w, r, onTo("/m/sign-in", r))
	}
	if err != nil {
		return err
	}
	cookie, err := p.Gate.Entrance.Unlock(r.Context(), device, gate.Trim(r, "pin"))
	if fault.KeyOf(err) == "account.device.revoked" {
		p.Gate.Set(w, r, DeviceCookie, "", -1)
	}
	if wrong, ok := gate.Invalid(err); ok {
		g := p.pinPage(r, name)
		g.Fields[0].Error = wrong["pin"]
		return gate.RenderCode(w, r, http.StatusUnprocessableEntity, signView(g))
	}
	if err != nil {
		return err
	}
	if err := p.Gate.Leave(w, r); err != nil {
		return err
	}
	p.mux.SetCookie(w, r, cookie)
	return gate.See(w, r, gate.Next(r, "/m/"))
}

func (p *Pages) enrolPage(r *http.Request) signPage {
	g := signPage{PlainArgs: p.plain(r, i18n.T("field.enrol.title"), i18n.T("field.sign.lead")), Next: gate.Next(r, "/m/"), Action: "/m/enrol", Do: i18n.T("field.enrol.do"),
		Ways: []ui.LinkArgs{{Label: i18n.T("field.sign.by_password"), Href: onTo("/m/sign-in?by=password", r)}},
		Fields: []ui.FieldArgs{
			{Name: "code", Label: i18n.T("field.enrol.code"), Hint: i18n.T("field.enrol.code_hint"), Required: true, Max: 10, Complete: "off", Focus: true,
				Attrs: map[string]any{"autocapitalize": "characters", "spellcheck": "false"}},
			pinField("pin", i18n.T("field.enrol.pin"), i18n.T("field.enrol.pin_hint")),
			pinField("again", i18n.T("field.enrol.again"), ""),
			{Name: "name", Label: i18n.T("field.enrol.name"), Hint: i18n.T("field.enrol.name_hint"), Value: deviceName(r), Max: maxName, Complete: "off"},
		}}
	g.Fields[1].Complete, g.Fields[2].Complete = "new-password", "new-password"
	return g
}

func (p *Pages) enrolForm(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	return gate.Render(w, r, signView(p.enrolPage(r)))
}

func (p *Pages) enrol(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	again := func(wrong map[string]string, code int) error {
		g := p.enrolPage(r)
		for i := range g.Fields {
			gate.Fill(r, wrong, &g.Fields[i])
		}
		g.Wrong = wrong[""]
		return gate.RenderCode(w, r, code, signView(g))
	}
	if gate.Trim(r, "pin") != gate.Trim(r, "again") {
		return again(map[string]string{"again": i18n.T("field.enrol.differs")}, http.StatusUnprocessableEntity)
	}
	name := gate.Trim(r, "name")
	if name == "" {
		name = deviceName(r)
	}
	if utf8.RuneCountInString(name) > maxName {
		return again(map[string]string{"name": i18n.T("field.enrol.name_long")}, http.StatusUnprocessableEntity)
	}
	device, err := p.Gate.Entrance.Enrol(r.Context(), gate.Trim(r, "code"), gate.Trim(r, "pin"), name, p.Gate.Address(r))
	if wrong, ok := gate.Invalid(err); ok {
		return again(wrong, http.StatusUnprocessableEntity)
	}
	if gate.Status(err) == http.StatusTooManyRequests {
		f := fault.Of(err)
		return again(map[string]string{"": i18n.T(f.Key, f.Args...)}, http.StatusTooManyRequests)
	}
	if err != nil {
		return err
	}
	p.Gate.Set(w, r, DeviceCookie, device, deviceAge)
	cookie, err := p.Gate.Entrance.Unlock(r.Context(), device, gate.Trim(r, "pin"))
	if err != nil {
		return err
	}
	if err := p.Gate.Leave(w, r); err != nil {
		return err
	}
	p.mux.SetCookie(w, r, cookie)
	return gate.See(w, r, gate.Next(r, "/m/"))
}

// deviceName is what a phone is called if its owner gives it no name: its
// system, and no more.
func deviceName(r *http.Request) string {
	for _, system := range []string{"HarmonyOS", "OpenHarmony", "Android", "iPhone", "Windows", "Linux"} {
		if strings.Contains(r.UserAgent(), system) {
			return system
		}
	}
	return i18n.T("field.me.device")
}

// signOut ends the session; the phone stays enrolled.
func (p *Pages) signOut(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	if err := p.Gate.Leave(w, r); err != nil {
		return err
	}
	return gate.See(w, r, "/m/sign-in")
}

type mePage struct {
	ui.PhoneArgs
	Items  []ui.Item
	Posts  []actor.Kind // the other posts this session can act in
	Office bool         // signed in at the office as well
}

// me is the own page on the phone.
func (p *Pages) me(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	mine, err := p.Accounts.Mine(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := mePage{PhoneArgs: p.frame(r, s, i18n.T("field.me.title"), "/m/me"), Office: !s.Device,
		Items: []ui.Item{
			{Label: i18n.T("field.me.name"), Text: mine.Name},
			{Label: i18n.T("field.me.login"), Text: mine.Login},
			{Label: i18n.T("field.me.phone"), Text: mine.Phone},
		}}
	for _, k := range s.Kinds {
		if k != s.Actor.Kind {
			g.Posts = append(g.Posts, k)
		}
	}
	for _, post := range mine.Posts {
		g.Items = append(g.Items, ui.Item{Label: gate.Kind(post.Kind), Text: post.Office})
	}
	if mine.Device != "" {
		on := time.UnixMilli(mine.EnrolledAt).In(calendar.Zone).Format(time.DateOnly)
		g.Items = append(g.Items, ui.Item{Label: i18n.T("field.me.device"), Text: i18n.T("field.me.enrolled", "name", mine.Device, "on", on)})
	}
	return gate.Render(w, r, meView(g))
}

// switchPost changes hats.
func (p *Pages) switchPost(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := p.Gate.Entrance.SwitchPost(r.Context(), s.Session, actor.Kind(r.PostFormValue("post"))); err != nil {
		return err
	}
	return gate.See(w, r, "/m/")
}

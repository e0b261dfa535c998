// Package gate stands before every page: it finds out who is asking, refuses
// forged forms, sets the headers that keep pages private, and turns errors into
// pages that say how to go on. It decides nothing about data: that is the
// guards' business.
package gate

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"anju/internal/account"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// A Session is someone signed in, at a door.
type Session struct {
	account.Session
	Demo *Demo
	From string // of what was sent: the page that its form stands on, if that can be opened again
	told bool
}

// A Handler is a page. The errors it returns become pages too.
type Handler func(w http.ResponseWriter, r *http.Request, s *Session) error

// A Gate is what all doors share.
type Gate struct {
	Entrance *account.Entrance
	County   string         // 白河县, for pages without a session
	Secure   bool           // served over TLS: cookies say so
	Proxy    []netip.Prefix // whose X-Forwarded-For and X-Forwarded-Proto are believed
	Demo     *Demo          // the demonstration county only
}

// Demo is what only the demonstration county shows.
type Demo struct {
	Now     func() time.Time
	Moves   bool // the clock can be moved on
	SignIns []DemoSignIn
}

// DemoSignIn is an account whose credentials are printed.
type DemoSignIn struct {
	Role, Name, Office, Login, Password string
	Code                                func() (string, error) // the second factor of this moment
	Phone                               bool                   // works on the phone pages
}

// A Route is one address with the action of the policy it stands for.
type Route struct {
	Pattern string
	Action  policy.Action // "" for pages about oneself
	Open    bool          // no session is asked for
}

// A Mux is the addresses of one door.
type Mux struct {
	Gate   *Gate
	Cookie string // the name of the session cookie of this door
	SignIn string // where those go who are not signed in
	mux    *http.ServeMux
	routes []Route
}

// Cookies of the two doors. They are apart: the PIN of a phone opens less than
// what the office asks for. A browser holds one of them at a time.
const (
	OfficeCookie = "anju"
	PhoneCookie  = "anju_m"
)

// NewMux makes a door.
func (g *Gate) NewMux(cookie, signIn string) *Mux {
	return &Mux{Gate: g, Cookie: cookie, SignIn: signIn, mux: http.NewServeMux()}
}

// Routes lists the addresses registered so far.
func (m *Mux) Routes() []Route { return m.routes }

// Limits of what a request may carry, in bytes.
const (
	formLimit   = 1 << 20
	UploadLimit = 65 << 20
)

// Page registers a page for those signed in. action is what the page is about;
// its guard lies in the service.
func (m *Mux) Page(pattern string, action policy.Action, h Handler) {
	m.page(pattern, action, h, formLimit)
}

// Upload is Page for a form with a file.
func (m *Mux) Upload(pattern string, action policy.Action, h Handler) {
	m.page(pattern, action, h, UploadLimit)
}

func (m *Mux) page(pattern string, action policy.Action, h Handler, limit int64) {
	m.routes = append(m.routes, Route{Pattern: pattern, Action: action})
	m.mux.Handle(pattern, m.guard(func(w http.ResponseWriter, r *http.Request) error {
		s, err := m.session(r)
		if fault.KindOf(err) == fault.NotFound {
			return m.toSignIn(w, r, fault.KeyOf(err))
		}
		if err != nil {
			return err
		}
		if err := readForm(w, r, limit); err != nil { // of nobody before it is known who sends it
			return err
		}
		if unsafe(r) && !sameToken(r, s.CSRF) {
			return fault.New(fault.Forbidden, "gate.forged")
		}
		if s.Must != "" && r.URL.Path != "/me/"+s.Must && r.URL.Path != "/sign-out" && r.URL.Path != "/m/sign-out" {
			http.Redirect(w, r, "/me/"+s.Must, http.StatusSeeOther)
			return nil
		}
		if unsafe(r) {
			s.From = m.origin(r)
		}
		if err := h(w, r, s); err != nil || s.Note == "" || !s.told {
			return err
		}
		return m.Gate.Entrance.Said(r.Context(), s.Session)
	}))
}

// Tell is what a page has to say once about the sign-in itself, or "".
func (s *Session) Tell() string {
	if s.Note == "" {
		return ""
	}
	s.told = true
	return i18n.T("account.note." + s.Note) //i18n:dynamic account.note.
}

// Open registers a page that asks for no session; s is nil without one.
func (m *Mux) Open(pattern string, h Handler) {
	m.routes = append(m.routes, Route{Pattern: pattern, Open: true})
	m.mux.Handle(pattern, m.guard(func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(w, r, formLimit); err != nil {
			return err
		}
		s, err := m.session(r)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		return h(w, r, s)
	}))
}

// Missing is the page for addresses that do not exist.
func (m *Mux) Missing(pattern string) {
	m.mux.Handle(pattern, m.guard(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.NotFound, "gate.no_page")
	}))
}

func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.mux.ServeHTTP(w, r) }

// session is who is asking. A phone's session opens the phone pages only; a
// session of the office, which asked for more, opens both.
func (m *Mux) session(r *http.Request) (*Session, error) {
	cookies := []string{m.Cookie}
	if m.phone() {
		cookies = append(cookies, OfficeCookie)
	}
	var first error
	for _, name := range cookies {
		cookie := m.Gate.Get(r, name)
		if cookie == "" {
			continue
		}
		s, err := m.Gate.Entrance.Resume(r.Context(), cookie)
		if err == nil && s.Device && !m.phone() {
			err = fault.New(fault.NotFound, "account.signed_out")
		}
		if err == nil {
			return &Session{Session: s, Demo: m.Gate.Demo}, nil
		}
		if fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = fault.New(fault.NotFound, "account.signed_out")
	}
	return nil, first
}

func (m *Mux) phone() bool { return m.Cookie == PhoneCookie }

// toSignIn leads to the sign-in page and back again afterwards, and says there
// why a session is over.
func (m *Mux) toSignIn(w http.ResponseWriter, r *http.Request, why string) error {
	q := url.Values{}
	if next := m.origin(r); next != "" && next != "/" {
		q.Set("next", next)
	}
	if reason, ok := strings.CutPrefix(why, "account.ended."); ok {
		q.Set("over", reason)
	}
	to := m.SignIn
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	if r.Header.Get("HX-Request") != "" {
		w.Header().Set("HX-Redirect", to) // never a sign-in page inside a table
		w.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// origin is the page that a request asks for, or that its form stands on, if
// that can be opened again: a form sent into a session that is over is found
// again, with what was typed, by who signs in anew.
func (m *Mux) origin(r *http.Request) string {
	if !unsafe(r) {
		return r.URL.RequestURI()
	}
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return ""
	}
	match := func(method string) string {
		_, pattern := m.mux.Handler(&http.Request{Method: method, URL: u, Host: u.Host})
		path, ok := strings.CutPrefix(pattern, method+" ")
		if !ok {
			return ""
		}
		return path
	}
	get, post := match(http.MethodGet), match(http.MethodPost)
	if get == "" || post != "" && post != get { // the answer to another form
		return ""
	}
	return u.RequestURI()
}

// Over is the sentence that says on the sign-in page why the last session is
// over, or "".
func Over(r *http.Request) string {
	switch reason := r.URL.Query().Get("over"); reason {
	case "idle", "elsewhere", "password", "phone":
		return i18n.T("account.ended." + reason) //i18n:dynamic account.ended.
	}
	return ""
}

// Key is the key of the form that was sent: the same form sent twice does its
// act once.
func Key(r *http.Request) db.Key { return db.Key(r.PostFormValue("key")) }

// KeyField is the name of the hidden field that Key reads.
const KeyField = "key"

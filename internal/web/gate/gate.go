// Package gate stands before every page: it finds out who is asking, refuses
// forged forms, sets the headers that keep pages private, and turns errors into
// pages that say how to go on. It decides nothing about data: that is the
// guards' business.
package gate

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"anju/internal/account"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Session is someone signed in, at a door.
type Session struct {
	account.Session
	Demo *Demo
}

// A Handler is a page. The errors it returns become pages too.
type Handler func(w http.ResponseWriter, r *http.Request, s *Session) error

// A Gate is what all doors share.
type Gate struct {
	Entrance *account.Entrance
	County   string         // 白河县, for pages without a session
	Secure   bool           // served over TLS: cookies say so
	Proxy    []netip.Prefix // whose X-Forwarded-For is believed
	Demo     *Demo          // the demonstration county only
}

// Demo is what only the demonstration county shows.
type Demo struct {
	Now     func() time.Time
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

// Cookies of the two doors. They are apart: somebody may be signed in at the
// office and on the phone at once.
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
	m.mux.Handle(pattern, m.Gate.guard(limit, func(w http.ResponseWriter, r *http.Request) error {
		s, err := m.session(r)
		if fault.KindOf(err) == fault.NotFound {
			return m.toSignIn(w, r)
		}
		if err != nil {
			return err
		}
		if r.Method == http.MethodPost && !sameToken(r, s.CSRF) {
			return fault.New(fault.Forbidden, "gate.forged")
		}
		if s.Must != "" && !strings.HasPrefix(r.URL.Path, "/me/") && r.URL.Path != "/sign-out" {
			http.Redirect(w, r, "/me/"+s.Must, http.StatusSeeOther)
			return nil
		}
		return h(w, r, s)
	}))
}

// Open registers a page that asks for no session; s is nil without one.
func (m *Mux) Open(pattern string, h Handler) {
	m.routes = append(m.routes, Route{Pattern: pattern, Open: true})
	m.mux.Handle(pattern, m.Gate.guard(formLimit, func(w http.ResponseWriter, r *http.Request) error {
		s, err := m.session(r)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		return h(w, r, s)
	}))
}

// Missing is the page for addresses that do not exist.
func (m *Mux) Missing(pattern string) {
	m.mux.Handle(pattern, m.Gate.guard(formLimit, func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.NotFound, "gate.no_page")
	}))
}

func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.mux.ServeHTTP(w, r) }

func (m *Mux) session(r *http.Request) (*Session, error) {
	c, err := r.Cookie(m.cookieName())
	if err != nil {
		return nil, fault.New(fault.NotFound, "account.signed_out")
	}
	s, err := m.Gate.Entrance.Resume(r.Context(), c.Value)
	if err != nil {
		return nil, err
	}
	return &Session{Session: s, Demo: m.Gate.Demo}, nil
}

func (m *Mux) toSignIn(w http.ResponseWriter, r *http.Request) error {
	to := m.SignIn
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		to += "?next=" + urlQuery(r.URL.RequestURI())
	}
	if r.Header.Get("HX-Request") != "" {
		w.Header().Set("HX-Redirect", to) // never a sign-in page inside a table
		w.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// guard is what every request goes through.
func (g *Gate) guard(limit int64, f func(http.ResponseWriter, *http.Request) error) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.fail(w, r, fault.New(fault.Forbidden, "gate.forged"))
	}))
	return cross.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers(w.Header(), g.Secure)
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				slog.Error("a page broke", "page", r.Pattern, "panic", v)
				g.fail(w, r, errPanic)
			}
		}()
		if err := f(w, r); err != nil {
			g.fail(w, r, err)
		}
	}))
}

func headers(h http.Header, secure bool) {
	h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// Address is where a request comes from, for the limits on guessing.
func (g *Gate) Address(r *http.Request) string {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	for _, p := range g.Proxy {
		if p.Contains(from.Addr().Unmap()) {
			all := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
			if a, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1])); err == nil {
				return a.String()
			}
		}
	}
	return from.Addr().String()
}

// Key is the key of the form that was sent: the same form sent twice does its
// act once.
func Key(r *http.Request) db.Key { return db.Key(r.PostFormValue("key")) }

// KeyField is the name of the hidden field that Key reads.
const KeyField = "key"

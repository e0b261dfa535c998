package gate

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"

	"anju/internal/fault"
)

// requestID names the request: in the answer's head, in the log, and on the
// page that says that something broke.
const requestID = "X-Request-Id"

// inMemory is how much of an uploaded form is kept in memory; what is larger
// lies in a temporary file until the answer is given.
const inMemory = 8 << 20

// guard is what every request goes through.
func (m *Mux) guard(f func(http.ResponseWriter, *http.Request) error) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.fail(w, r, fault.New(fault.Forbidden, "gate.forged"))
	}))
	inside := cross.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := f(w, r); err != nil {
			m.fail(w, r, err)
		}
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers(w.Header(), m.Gate.secure(r))
		w.Header().Set(requestID, rand.Text()[:10])
		defer m.recover(w, r)
		inside.ServeHTTP(w, r)
	})
}

// recover answers for a page that panicked. What it panicked with may be
// somebody's data; the place is enough to mend it.
func (m *Mux) recover(w http.ResponseWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	what := fmt.Sprintf("%T", v)
	if bug, ok := v.(runtime.Error); ok {
		what = scrub(bug.Error())
	}
	slog.Error("a page panicked", "ref", w.Header().Get(requestID), "page", r.Pattern, "panic", what, "stack", string(debug.Stack()))
	m.fail(w, r, errPanic)
}

func unsafe(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
}

// readForm reads the form whole before anything is decided by it: a form that
// was cut off or is too large is not an empty one.
func readForm(w http.ResponseWriter, r *http.Request, limit int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if !unsafe(r) {
		return nil
	}
	err := r.ParseForm()
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		err = r.ParseMultipartForm(inMemory)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errForm, err)
	}
	for _, values := range []url.Values{r.Form, r.PostForm} {
		for _, vs := range values {
			for i := range vs {
				vs[i] = lines.Replace(vs[i])
			}
		}
	}
	return nil
}

// lines ends lines as everybody else does: a browser sends two characters for
// what it counts as one.
var lines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func headers(h http.Header, secure bool) {
	h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// Framed lets our own pages show this answer in a frame: a document to be
// looked at before it is printed. Everything else is shown in no frame.
func Framed(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", "default-src 'self'; object-src 'self'; frame-ancestors 'self'")
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
}

// Address is where a request comes from, for the limits on guessing. What a
// trusted proxy says is believed, from the nearest hop to the first that is
// not trusted; what anybody else says is not. A network of IPv6 counts as one: a
// single machine has all of its addresses to guess from.
func (g *Gate) Address(r *http.Request) string {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at := from.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && g.trusts(at); i-- {
		hop, err := parseHop(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap()
	}
	if network, err := at.Prefix(64); at.Is6() && err == nil {
		return network.String()
	}
	return at.String()
}

// parseHop reads an address; some proxies write the port behind it.
func parseHop(s string) (netip.Addr, error) {
	if at, err := netip.ParseAddrPort(s); err == nil {
		return at.Addr(), nil
	}
	return netip.ParseAddr(s)
}

// secure reports whether the browser speaks TLS: with us, or with the trusted
// proxy before us, which says so.
func (g *Gate) secure(r *http.Request) bool {
	if g.Secure {
		return true
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && g.trusts(from.Addr().Unmap()) && r.Header.Get("X-Forwarded-Proto") == "https"
}

func (g *Gate) trusts(a netip.Addr) bool {
	for _, p := range g.Proxy {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// ElderCookie is set while a person reads in large type.
const ElderCookie = "anju_elder"

// Elder reports whether the person at this browser reads in large type.
func (g *Gate) Elder(r *http.Request) bool { return g.Get(r, ElderCookie) != "" }

// SetElder turns large type on or off for this browser.
func (g *Gate) SetElder(w http.ResponseWriter, r *http.Request, on bool) {
	if on {
		g.Set(w, r, ElderCookie, "1", 365*24*60*60)
	} else {
		g.Set(w, r, ElderCookie, "", -1)
	}
}

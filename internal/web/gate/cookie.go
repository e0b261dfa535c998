package gate

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strings"
	"unicode"
)

// name is the name of a cookie on the wire. __Host- keeps other hosts of the
// same domain from setting it; a browser takes it over TLS only.
func (g *Gate) name(cookie string) string {
	if g.Secure {
		return "__Host-" + cookie
	}
	return cookie
}

// SetCookie hands a session to the browser.
func (m *Mux) SetCookie(w http.ResponseWriter, value string) { m.Gate.Set(w, m.Cookie, value, 0) }

// ClearCookie takes it back.
func (m *Mux) ClearCookie(w http.ResponseWriter) { m.Gate.Set(w, m.Cookie, "", -1) }

// Set sets a cookie that no script reads and no other site sends. age is in
// seconds; 0 lasts until the browser is closed.
func (g *Gate) Set(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: g.name(name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: g.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// Get reads a cookie, "" without one.
func (g *Gate) Get(r *http.Request, name string) string {
	c, err := r.Cookie(g.name(name))
	if err != nil {
		return ""
	}
	return c.Value
}

func sameToken(r *http.Request, want string) bool {
	return subtle.ConstantTimeCompare([]byte(r.PostFormValue("csrf")), []byte(want)) == 1
}

// NewKey invents the key of a form.
func NewKey() string { return rand.Text() }

// Next is the address within this site that the request asks to go on to, or
// other.
func Next(r *http.Request, other string) string {
	n := r.FormValue("next")
	if !strings.HasPrefix(n, "/") || strings.HasPrefix(n, "//") || strings.ContainsFunc(n, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }) {
		return other
	}
	return n
}

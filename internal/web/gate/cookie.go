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
func (g *Gate) name(r *http.Request, cookie string) string {
	if g.secure(r) {
		return "__Host-" + cookie
	}
	return cookie
}

// SetCookie hands a session to the browser.
func (m *Mux) SetCookie(w http.ResponseWriter, r *http.Request, value string) {
	m.Gate.Set(w, r, m.Cookie, value, 0)
}

// Leave ends every session of this browser, at whichever door, and takes the
// cookies back: nobody stays signed in behind whoever leaves, or was here
// before.
func (g *Gate) Leave(w http.ResponseWriter, r *http.Request) error {
	for _, name := range []string{OfficeCookie, PhoneCookie} {
		cookie := g.Get(r, name)
		if cookie == "" {
			continue
		}
		if err := g.Entrance.SignOut(r.Context(), cookie); err != nil {
			return err
		}
		g.Set(w, r, name, "", -1)
	}
	return nil
}

// Set sets a cookie that no script reads and no other site sends. age is in
// seconds; 0 lasts until the browser is closed.
func (g *Gate) Set(w http.ResponseWriter, r *http.Request, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: g.name(r, name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: g.secure(r), SameSite: http.SameSiteLaxMode,
	})
}

// Get reads a cookie, "" without one.
func (g *Gate) Get(r *http.Request, name string) string {
	c, err := r.Cookie(g.name(r, name))
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

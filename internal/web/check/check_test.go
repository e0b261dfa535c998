package check_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"anju/internal/booklet"
	"anju/internal/db/dbtest"
	"anju/internal/seal"
	"anju/internal/web/check"
	"anju/internal/web/gate"
)

// A county without a trust list says so, and never that a code is good.
func TestWithoutTrust(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	p := &check.Pages{Gate: &gate.Gate{County: "白河县"}, Codes: &booklet.Public{DB: d, Keys: seal.FromSeed(1)}}
	h := p.Mux()
	for code, want := range map[string]int{"": http.StatusUnprocessableEntity, "hello": http.StatusUnprocessableEntity, "JZB1:BB8": http.StatusUnprocessableEntity} {
		r := httptest.NewRequest(http.MethodPost, "/check", strings.NewReader(url.Values{"code": {code}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want || !strings.Contains(w.Body.String(), `id="verdict" role="status" aria-live="polite"></div>`) {
			t.Errorf("%q: %d", code, w.Code)
		}
	}
	for path, want := range map[string]int{"/check": 200, "/check/worker.js": 200, "/check/check.js": 200, "/check/jsqr.js": 200, "/check/jsqr-license": 200, "/check/book.json": 404, "/check/nothing": 404} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

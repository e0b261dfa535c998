package check_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"anju/internal/accepting"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/seal"
	"anju/internal/web/check"
	"anju/internal/web/gate"
)

// A county without a trust list says so, and never that a code is good.
func TestWithoutTrust(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	p := &check.Pages{Gate: &gate.Gate{County: "白河县"}, Codes: &booklet.Public{DB: d, Keys: seal.FromSeed(1)}, Accepting: &accepting.Public{DB: d}}
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
	for path, want := range map[string]int{"/check": 200, "/check/services": 200, "/check/worker.js": 200, "/check/check.js": 200, "/check/jsqr.js": 200, "/check/jsqr-license": 200, "/check/book.json": 404, "/check/nothing": 404} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

// TestServices: the list is read without an account, says what it is on which
// day, and shows what is not there yet as little as what is over.
func TestServices(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	p := &check.Pages{Gate: &gate.Gate{County: "白河县"}, Codes: &booklet.Public{DB: d, Keys: seal.FromSeed(1)}, Accepting: &accepting.Public{DB: d}}
	h := p.Mux()
	page := func() string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/check/services", nil))
		return w.Body.String()
	}
	if empty := page(); !strings.Contains(empty, "还没有公布认簿的服务") || strings.Contains(empty, "class=\"services\"") {
		t.Error("an empty list does not say so")
	}
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for _, i := range []accepting.Item{
			{ID: "1", Says: accepting.Says{Item: "1", Name: "子女入学", Unit: "县教育局", Phone: "0915-5550101、0915-5550102", Bring: "<b>学籍</b>", Basis: "文一"}, ValidFrom: "2021-07-01", ValidTo: calendar.Forever},
			{ID: "2", Says: accepting.Says{Item: "2", Name: "早已停办", Unit: "某局", Phone: "1", Basis: "文二"}, ValidFrom: "2020-01-01", ValidTo: "2021-01-01"},
			{ID: "3", Says: accepting.Says{Item: "3", Name: "将来才办", Unit: "某局", Phone: "1", Basis: "文三"}, ValidFrom: "2099-01-01", ValidTo: calendar.Forever},
			{ID: "4", Says: accepting.Says{Item: "4", Name: "快要停办", Unit: "某局", Phone: "1", Basis: "文四"}, ValidFrom: "2020-01-01", ValidTo: "2098-01-01"},
		} {
			if err := db.Insert(tx, "accepting", i); err != nil {
				return err
			}
		}
		return nil
	})
	got := page()
	for _, want := range []string{"子女入学", "县教育局", "tel:0915-5550101", "tel:0915-5550102", "居住簿、&lt;b&gt;学籍", "2021年7月1日起", "2098年1月1日", "共2项"} {
		if !strings.Contains(got, want) {
			t.Errorf("the list does not say %q", want)
		}
	}
	for _, not := range []string{"早已停办", "将来才办", "<b>"} {
		if strings.Contains(got, not) {
			t.Errorf("the list says %q", not)
		}
	}
}

// TestLargeType: the switch stays with the browser, and leads to no other page.
func TestLargeType(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	h := (&check.Pages{Gate: &gate.Gate{County: "白河县"}, Codes: &booklet.Public{DB: d, Keys: seal.FromSeed(1)}, Accepting: &accepting.Public{DB: d}}).Mux()
	for back, want := range map[string]string{"/check/services": "/check/services", "https://example.org/": "/check", "//example.org": "/check"} {
		r := httptest.NewRequest(http.MethodPost, "/check/type", strings.NewReader(url.Values{"type": {"large"}, "back": {back}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want || !strings.Contains(w.Header().Get("Set-Cookie"), gate.ElderCookie+"=1") {
			t.Errorf("%s: %d %v", back, w.Code, w.Header())
		}
	}
}

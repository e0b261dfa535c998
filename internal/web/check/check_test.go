package check_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"anju/internal/accepting"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/matter"
	"anju/internal/seal"
	"anju/internal/web/check"
	"anju/internal/web/gate"
)

// A county without a trust list says so, and never that a code is good.
func TestWithoutTrust(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	p := &check.Pages{Gate: &gate.Gate{County: "白河县"}, Codes: &booklet.Public{DB: d, Keys: seal.FromSeed(1)}, Accepting: &accepting.Public{DB: d}, Matters: &matter.Service{DB: d, Keys: seal.FromSeed(1)}}
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
	for path, want := range map[string]int{"/check": 200, "/check/services": 200, "/check/refusals": 200, "/check/refusals/state": 200, "/check/worker.js": 200, "/check/check.js": 200, "/check/jsqr.js": 200, "/check/jsqr-license": 200, "/check/book.json": 404, "/check/nothing": 404} {
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
	p := &check.Pages{Gate: &gate.Gate{County: "白河县"}, Codes: &booklet.Public{DB: d, Keys: seal.FromSeed(1)}, Accepting: &accepting.Public{DB: d}, Matters: &matter.Service{DB: d, Keys: seal.FromSeed(1)}}
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
	h := (&check.Pages{Gate: &gate.Gate{County: "白河县"}, Codes: &booklet.Public{DB: d, Keys: seal.FromSeed(1)}, Accepting: &accepting.Public{DB: d}, Matters: &matter.Service{DB: d, Keys: seal.FromSeed(1)}}).Mux()
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

// TestRefusalPages: somebody without an account reports that a service did not
// accept the booklet. Another site cannot send it for them, what is wrong comes
// back as it was typed, sent twice it is one, and the receipt alone says how it
// stands.
func TestRefusalPages(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	dbtest.Given(t, d, division.Install)
	h := (&check.Pages{Gate: &gate.Gate{County: "白河县"}, Codes: &booklet.Public{DB: d, Keys: seal.FromSeed(1)}, Accepting: &accepting.Public{DB: d}, Matters: &matter.Service{DB: d, Keys: seal.FromSeed(1)}}).Mux()
	send := func(path, site string, fields ...string) *httptest.ResponseRecorder {
		form := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	fields := func(place string) []string {
		return []string{"key", "a key of this form", "item", "other", "service", "办电话卡", "place", place, "town", "构朳镇", "on", "2026-03-01", "text", "说只认户口簿", "name", "覃秀兰", "phone", "13900001111"}
	}
	if w := send("/check/refusals", "cross-site", fields("某营业厅")...); w.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", w.Code)
	}
	wrong := send("/check/refusals", "same-origin", fields("")...)
	for _, want := range []string{"请填写此项", "办电话卡", "2026-03-01", "说只认户口簿", "覃秀兰", "13900001111", "a key of this form", `value="构朳镇" selected`} {
		if wrong.Code != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body.String(), want) {
			t.Errorf("what was typed comes back (%d) without %q", wrong.Code, want)
		}
	}
	receipt := regexp.MustCompile(`<dd>(SJ[0-9-]+)</dd><dt>[^<]*</dt><dd>([A-Z2-7]{5} [A-Z2-7]{5})</dd>`)
	first, again := send("/check/refusals", "same-origin", fields("某营业厅")...), send("/check/refusals", "same-origin", fields("某营业厅")...)
	got := receipt.FindStringSubmatch(first.Body.String())
	if first.Code != http.StatusOK || got == nil || !strings.Contains(again.Body.String(), got[2]) {
		t.Fatalf("%d %s", first.Code, first.Body)
	}
	if strings.Contains(first.Body.String(), "覃秀兰") || strings.Contains(first.Body.String(), "13900001111") {
		t.Error("the receipt names its reporter")
	}
	if w := send("/check/refusals/state", "same-origin", "number", got[1], "code", "AAAAA AAAAA"); w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "办电话卡") {
		t.Errorf("without its code: %d", w.Code)
	}
	if w := send("/check/refusals/state", "same-origin", "number", got[1], "code", got[2]); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "已收到，还没有开始办理") || strings.Contains(w.Body.String(), "覃秀兰") {
		t.Errorf("with its code: %d %s", w.Code, w.Body)
	}
	for i := range 12 {
		f := fields("某营业厅")
		f[1] = fmt.Sprint("another key ", i)
		if w := send("/check/refusals", "same-origin", f...); w.Code == http.StatusTooManyRequests {
			if !strings.Contains(w.Body.String(), "说只认户口簿") || w.Header().Get("Retry-After") == "" {
				t.Error("what was typed is lost in the flood")
			}
			return
		}
	}
	t.Error("nothing stops a flood")
}

package gate_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/seal"
	"anju/internal/web/gate"
)

const (
	password = "Tao-hua-2026"
	pin      = "274913"
	idNumber = "610929199001011234"
)

// A house is two doors with a few pages behind them.
type house struct {
	*gate.Gate
	office, phone *gate.Mux
	clock         *dbtest.Clock
	s             *account.Service
}

func newHouse(t *testing.T) *house {
	d, clock := dbtest.SQLite(t)
	keys := seal.FromSeed(1)
	h := &house{Gate: &gate.Gate{Entrance: &account.Entrance{DB: d, Keys: keys}, County: "白河县"}, clock: clock, s: &account.Service{DB: d, Keys: keys}}
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for login, p := range map[string]account.Post{
			"leader": {Kind: actor.GridLeader, Path: "610929101001"},
			"worker": {Kind: actor.GridWorker, Path: "610929101001001"},
			"fresh":  {Kind: actor.GridWorker, Path: "610929101001001"},
		} {
			a := account.Account{ID: account.ID(login), Login: login, Name: "王芳", State: "active",
				Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef"))}
			if login == "fresh" {
				a.MustChange = 1
			} else {
				a.TOTPSealed = keys.Seal("account", "totp", login, []byte(totp.Reveal()))
			}
			if err := account.Insert(tx, a); err != nil {
				return err
			}
			p.AccountID, p.Office, p.ValidFrom = a.ID, "办公室", "2025-01-01"
			if _, err := account.Appoint(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	h.office, h.phone = h.NewMux(gate.OfficeCookie, "/sign-in"), h.NewMux(gate.PhoneCookie, "/m/sign-in")
	page := func(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
		_, err := io.WriteString(w, "for "+s.Login+" "+r.FormValue("what"))
		return err
	}
	for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
		h.office.Page(method+" /page", policy.GridRead, page)
	}
	h.office.Upload("POST /upload", policy.GridRead, page)
	h.office.Page("GET /me/password", "", page)
	h.office.Page("GET /me/acts", "", page)
	h.office.Page("GET /things/{id}", policy.GridRead, page)
	h.office.Page("POST /things/{id}/act", policy.GridRead, page)
	h.office.Page("POST /things/check", policy.GridRead, page)
	h.phone.Page("GET /m/page", policy.GridRead, page)
	h.phone.Page("POST /m/sign-out", "", func(w http.ResponseWriter, r *http.Request, _ *gate.Session) error { return h.Leave(w, r) })
	h.office.Open("POST /open", func(w http.ResponseWriter, r *http.Request, s *gate.Session) error { return nil })
	h.office.Missing("/")
	return h
}

var totp = seal.TOTPSecret([]byte("01234567890123456789"))

// fails registers a page that returns an error.
func (h *house) fails(path string, f func() error) {
	h.office.Open("GET "+path, func(http.ResponseWriter, *http.Request, *gate.Session) error { return f() })
}

func (h *house) signIn(t *testing.T, login string) (cookie *http.Cookie, csrf string) {
	t.Helper()
	h.clock.Move(30 * time.Second)
	code, err := h.Entrance.NextCode(t.Context(), login, totp)
	if err != nil {
		t.Fatal(err)
	}
	value, err := h.Entrance.SignIn(t.Context(), account.Credentials{Login: login, Password: password, Code: code})
	if err != nil {
		t.Fatal(err)
	}
	s, err := h.Entrance.Resume(t.Context(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Cookie{Name: gate.OfficeCookie, Value: value}, s.CSRF
}

type change func(*http.Request)

func with(c *http.Cookie) change     { return func(r *http.Request) { r.AddCookie(c) } }
func head(name, value string) change { return func(r *http.Request) { r.Header.Set(name, value) } }
func from(address string) change     { return func(r *http.Request) { r.RemoteAddr = address } }
func (h *house) get(path string, cs ...change) *httptest.ResponseRecorder {
	return h.do(httptest.NewRequest("GET", "http://anju.test"+path, nil), cs)
}

func (h *house) send(method, path string, form url.Values, cs ...change) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://anju.test"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.do(r, cs)
}

func (h *house) do(r *http.Request, cs []change) *httptest.ResponseRecorder {
	for _, c := range cs {
		c(r)
	}
	w := httptest.NewRecorder()
	if strings.HasPrefix(r.URL.Path, "/m/") {
		h.phone.ServeHTTP(w, r)
	} else {
		h.office.ServeHTTP(w, r)
	}
	return w
}

func TestNobodyComesIn(t *testing.T) {
	h := newHouse(t)
	good, _ := h.signIn(t, "leader")
	for _, c := range []struct {
		name string
		cs   []change
	}{
		{"no cookie", nil},
		{"a cookie chosen by somebody else", []change{with(&http.Cookie{Name: gate.OfficeCookie, Value: "fixed"})}},
		{"under the name of TLS", []change{with(&http.Cookie{Name: "__Host-" + gate.OfficeCookie, Value: good.Value})}},
		{"under the phone's name", []change{with(&http.Cookie{Name: gate.PhoneCookie, Value: good.Value})}},
	} {
		w := h.get("/page?a=1&b=2", c.cs...)
		if got, want := w.Header().Get("Location"), "/sign-in?next=%2Fpage%3Fa%3D1%26b%3D2"; w.Code != 303 || got != want {
			t.Errorf("%s: %d to %q, want 303 to %q", c.name, w.Code, got, want)
		}
		w = h.get("/page", append(c.cs, head("HX-Request", "true"))...)
		if got := w.Header().Get("HX-Redirect"); got != "/sign-in?next=%2Fpage" || w.Body.Len() != 0 {
			t.Errorf("%s, part of a page: to %q with %d bytes", c.name, got, w.Body.Len())
		}
	}
	if w := h.get("/page", with(good)); w.Code != 200 || w.Body.String() != "for leader " {
		t.Errorf("the right one: %d %s", w.Code, w.Body)
	}
	newer, _ := h.signIn(t, "leader")
	if w := h.get("/page", with(good)); w.Header().Get("Location") != "/sign-in?next=%2Fpage&over=elsewhere" {
		t.Errorf("the older session goes to %q", w.Header().Get("Location"))
	}
	if w := h.get("/page", with(newer)); w.Code != 200 {
		t.Errorf("the newer: %d", w.Code)
	}
}

// TestPhoneAndOffice: six digits open the phone pages and nothing else; who
// has signed in at the office may look at the phone pages too.
func TestPhoneAndOffice(t *testing.T) {
	h := newHouse(t)
	leader := actor.Actor{Account: "leader", Kind: actor.GridLeader, Paths: []string{"610929101001"}}
	code, err := h.s.EnrolPhone(t.Context(), leader, "worker")
	if err != nil {
		t.Fatal(err)
	}
	device, err := h.Entrance.Enrol(t.Context(), code.Reveal(), pin, "", "")
	if err != nil {
		t.Fatal(err)
	}
	value, err := h.Entrance.Unlock(t.Context(), device, pin)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{gate.OfficeCookie, gate.PhoneCookie} {
		if w := h.get("/page", with(&http.Cookie{Name: name, Value: value})); w.Code != 303 {
			t.Errorf("a phone's session as %s opens the office: %d", name, w.Code)
		}
	}
	if w := h.get("/m/page", with(&http.Cookie{Name: gate.PhoneCookie, Value: value})); w.Code != 200 {
		t.Errorf("the phone: %d", w.Code)
	}
	office, _ := h.signIn(t, "worker")
	if w := h.get("/m/page", with(office)); w.Code != 200 {
		t.Errorf("the office on the phone pages: %d", w.Code)
	}
	if w := h.get("/m/page"); w.Header().Get("Location") != "/m/sign-in?next=%2Fm%2Fpage" {
		t.Errorf("nobody on the phone: %q", w.Header().Get("Location"))
	}
}

func TestForgedForms(t *testing.T) {
	h := newHouse(t)
	me, csrf := h.signIn(t, "leader")
	_, other := h.signIn(t, "worker")
	form := func(token string) url.Values { return url.Values{"csrf": {token}, "what": {"deed"}} }
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		for _, c := range []struct {
			name string
			form url.Values
			cs   []change
		}{
			{"no token", url.Values{}, nil},
			{"empty token", form(""), nil},
			{"somebody else's token", form(other), nil},
			{"from another site", form(csrf), []change{head("Sec-Fetch-Site", "cross-site")}},
			{"from a neighbour of the same domain", form(csrf), []change{head("Sec-Fetch-Site", "same-site")}},
			{"from another site, old browser", form(csrf), []change{head("Origin", "http://evil.test")}},
			{"from a sandboxed frame", form(csrf), []change{head("Origin", "null")}},
		} {
			w := h.send(method, "/page", c.form, append(c.cs, with(me))...)
			if w.Code != 403 || strings.Contains(w.Body.String(), "deed") {
				t.Errorf("%s %s: %d %.200s", method, c.name, w.Code, w.Body)
			}
		}
		if method == "DELETE" {
			continue // has no body to carry the token
		}
		for _, cs := range [][]change{{}, {head("Sec-Fetch-Site", "same-origin")}, {head("Origin", "http://anju.test")}} {
			if w := h.send(method, "/page", form(csrf), append(cs, with(me))...); w.Body.String() != "for leader deed" {
				t.Errorf("%s of our own: %d %s", method, w.Code, w.Body)
			}
		}
	}
	// The token does not travel in addresses.
	if w := h.send("POST", "/page?csrf="+csrf, url.Values{}, with(me)); w.Code != 403 {
		t.Errorf("a token in the address: %d", w.Code)
	}
	if w := h.send("POST", "/open", url.Values{}, head("Sec-Fetch-Site", "cross-site")); w.Code != 403 {
		t.Errorf("another site signs somebody in: %d", w.Code)
	}
}

func TestBodies(t *testing.T) {
	h := newHouse(t)
	me, csrf := h.signIn(t, "leader")
	upload := func(size int) *httptest.ResponseRecorder {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		m.WriteField("csrf", csrf)
		part, _ := m.CreateFormFile("file", "a.xlsx")
		part.Write(make([]byte, size))
		m.Close()
		r := httptest.NewRequest("POST", "http://anju.test/upload", &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		return h.do(r, []change{with(me)})
	}
	if w := upload(10 << 20); w.Code != 200 {
		t.Errorf("ten megabytes: %d", w.Code)
	}
	if w := upload(gate.UploadLimit); w.Code != 413 || !strings.Contains(w.Body.String(), "64兆") {
		t.Errorf("too large: %d", w.Code)
	}
	big := url.Values{"csrf": {csrf}, "what": {strings.Repeat("x", 2<<20)}}
	if w := h.send("POST", "/page", big, with(me)); w.Code != 413 {
		t.Errorf("a form of two megabytes: %d", w.Code)
	}
	r := httptest.NewRequest("POST", "http://anju.test/page", strings.NewReader("csrf="+csrf+"&what=%zz"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w := h.do(r, []change{with(me)}); w.Code != 400 {
		t.Errorf("a form that cannot be read: %d", w.Code)
	}
}

// TestBackToTheForm: a form sent into a session that is over leads back to the
// page it stands on, if that is one of ours and opens by itself.
func TestBackToTheForm(t *testing.T) {
	h := newHouse(t)
	for referer, want := range map[string]string{
		"":                              "/sign-in",
		"http://anju.test/things/7":     "/sign-in?next=%2Fthings%2F7",
		"http://anju.test/page?a=1":     "/sign-in?next=%2Fpage%3Fa%3D1",
		"http://evil.test/things/7":     "/sign-in",
		"http://anju.test/none":         "/sign-in",
		"http://anju.test/things/check": "/sign-in", // the answer to a form
		"http://anju.test/things/7/act": "/sign-in",
		"%":                             "/sign-in",
	} {
		w := h.send("POST", "/things/7/act", url.Values{"what": {"deed"}}, head("Referer", referer))
		if got := w.Header().Get("Location"); w.Code != 303 || got != want {
			t.Errorf("from %q: %d to %q, want %q", referer, w.Code, got, want)
		}
	}
}

// TestRefusedLeadsBack: the page that refuses a form leads back to where it
// stands, as it is now; what is not there leads home only.
func TestRefusedLeadsBack(t *testing.T) {
	h := newHouse(t)
	me, csrf := h.signIn(t, "leader")
	h.office.Page("POST /refused/{key}", "", func(_ http.ResponseWriter, r *http.Request, _ *gate.Session) error {
		return fault.New(map[string]fault.Kind{"late": fault.Conflict, "none": fault.NotFound}[r.PathValue("key")], "policy.not_found")
	})
	for _, c := range []struct {
		key, referer string
		back         bool
	}{
		{"none", "http://anju.test/page?a=1", false},
		{"late", "http://evil.test/page?a=1", false},
		{"late", "http://anju.test/things/check", false}, // the answer to a form
		{"late", "", false},
		{"late", "http://anju.test/page?a=1", true},
	} {
		body := h.send("POST", "/refused/"+c.key, url.Values{"csrf": {csrf}}, with(me), head("Referer", c.referer)).Body.String()
		if back := strings.Contains(body, `href="/page?a=1"`); back != c.back || back != strings.Contains(body, "返回刚才的页面") || !strings.Contains(body, "返回首页") {
			t.Errorf("%s from %q:\n%s", c.key, c.referer, body)
		}
	}
}

// A counter counts what is read of it.
type counter struct {
	io.Reader
	n int
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += n
	return n, err
}

// TestNothingIsReadOfNobody: who has no session makes the server take in
// nothing.
func TestNothingIsReadOfNobody(t *testing.T) {
	h := newHouse(t)
	body := &counter{Reader: strings.NewReader(strings.Repeat("x", 1<<20))}
	r := httptest.NewRequest("POST", "http://anju.test/upload", body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w := h.do(r, nil); w.Code != 303 || body.n != 0 {
		t.Errorf("%d, and %d bytes were read", w.Code, body.n)
	}
}

// TestLinesEndOnce: a browser sends two characters for the end of a line that
// it counts as one.
func TestLinesEndOnce(t *testing.T) {
	h := newHouse(t)
	me, csrf := h.signIn(t, "leader")
	w := h.send("POST", "/page", url.Values{"csrf": {csrf}, "what": {"a\r\nb\rc\nd"}}, with(me))
	if got := w.Body.String(); got != "for leader a\nb\nc\nd" {
		t.Errorf("%q", got)
	}
}

// TestLeave: who leaves ends what this browser holds at both doors, also
// somebody else's, and may do so before anything else.
func TestLeave(t *testing.T) {
	h := newHouse(t)
	office, _ := h.signIn(t, "leader")
	code, err := h.s.EnrolPhone(t.Context(), actor.Actor{Account: "leader", Kind: actor.GridLeader, Paths: []string{"610929101001"}}, "worker")
	if err != nil {
		t.Fatal(err)
	}
	device, err := h.Entrance.Enrol(t.Context(), code.Reveal(), pin, "", "")
	if err != nil {
		t.Fatal(err)
	}
	value, err := h.Entrance.Unlock(t.Context(), device, pin)
	if err != nil {
		t.Fatal(err)
	}
	s, err := h.Entrance.Resume(t.Context(), value)
	if err != nil {
		t.Fatal(err)
	}
	phone := &http.Cookie{Name: gate.PhoneCookie, Value: value}
	w := h.send("POST", "/m/sign-out", url.Values{"csrf": {s.CSRF}}, with(phone), with(office))
	if n := len(w.Result().Cookies()); n != 2 {
		t.Errorf("%d cookies are taken back, want 2", n)
	}
	for _, c := range []*http.Cookie{phone, office} {
		if w := h.get("/m/page", with(c)); w.Code != 303 {
			t.Errorf("%s still opens: %d", c.Name, w.Code)
		}
	}
	fresh, csrf := h.signIn(t, "fresh")
	if w := h.send("POST", "/m/sign-out", url.Values{"csrf": {csrf}}, with(fresh)); w.Code != 200 || w.Header().Get("Location") != "" {
		t.Errorf("who has to change the password cannot leave: %d to %q", w.Code, w.Header().Get("Location"))
	}
}

func TestMustFirst(t *testing.T) {
	h := newHouse(t)
	me, _ := h.signIn(t, "fresh")
	for _, path := range []string{"/page", "/m/page"} {
		if w := h.get(path, with(me)); w.Code != 303 || w.Header().Get("Location") != "/me/password" {
			t.Errorf("%s: %d to %q", path, w.Code, w.Header().Get("Location"))
		}
	}
	if w := h.get("/me/acts", with(me)); w.Code != 303 || w.Header().Get("Location") != "/me/password" { // one's own, and still not before the second factor
		t.Errorf("what one has done: %d", w.Code)
	}
	if w := h.get("/me/password", with(me)); w.Code != 200 {
		t.Errorf("the page itself: %d", w.Code)
	}
}

// TestErrorsArePages: each says what happened and how to go on; none says what
// is not the reader's.
func TestErrorsArePages(t *testing.T) {
	h := newHouse(t)
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(old)
	for _, c := range []struct {
		path string
		err  func() error
		code int
		says string
	}{
		{"/missing", func() error { return fault.New(fault.NotFound, "account.unknown") }, 404, "管辖范围"},
		{"/foreign", func() error { return fault.New(fault.NotFound, "policy.not_found") }, 404, "管辖范围"},
		{"/forbidden", func() error { return fault.New(fault.Forbidden, "policy.forbidden") }, 403, "切换岗位"},
		{"/conflict", func() error { return fault.New(fault.Conflict, "form.key_reused") }, 409, "刷新"},
		{"/busy", func() error { return fault.New(fault.Forbidden, "account.too_many") }, 429, "15分钟"},
		{"/invalid", func() error {
			return &fault.Fault{Kind: fault.Invalid, Key: "form.invalid", Fields: []fault.Field{{Name: "a", Key: "form.required"}}}
		}, 422, "请填写此项"},
		{"/outage", func() error { return errors.New("disk full while reading " + idNumber + " 13800001234") }, 500, "编号"},
		{"/panic", func() error { panic("王芳 " + idNumber) }, 500, "编号"},
		{"/bug", func() error { return []error{}[len(log.String())] }, 500, "编号"},
	} {
		h.fails(c.path, c.err)
		w := h.get(c.path)
		body := w.Body.String()
		if w.Code != c.code || !strings.Contains(body, c.says) || !strings.Contains(body, "返回首页") || strings.Contains(body, "⟦") {
			t.Errorf("%s: %d, want %d and %q:\n%s", c.path, w.Code, c.code, c.says, body)
		}
		if strings.Contains(body, "disk") || strings.Contains(body, idNumber) || strings.Contains(body, "runtime") {
			t.Errorf("%s tells what is ours: %s", c.path, body)
		}
		id := w.Header().Get("X-Request-Id")
		if c.code == 500 && (!strings.Contains(body, id) || !strings.Contains(log.String(), id)) {
			t.Errorf("%s: number %q is not both on the page and in the log", c.path, id)
		}
		if c.code == 429 && w.Header().Get("Retry-After") == "" {
			t.Errorf("%s does not say when", c.path)
		}
		checkHeaders(t, c.path, w)
	}
	if h.get("/missing").Body.String() != h.get("/foreign").Body.String() {
		t.Error("what is not there looks different from what is not ours")
	}
	if bad := regexp.MustCompile(`[1-9]\d{16}[\dXx]|1[3-9]\d{9}|王芳`).FindString(log.String()); bad != "" {
		t.Errorf("the log knows %s:\n%s", bad, log.String())
	}
	if !strings.Contains(log.String(), "disk full") || !strings.Contains(log.String(), "index out of range") {
		t.Errorf("the log does not say what to mend:\n%s", log.String())
	}
	if w := h.get("/no/such/page"); w.Code != 404 || !strings.Contains(w.Body.String(), "没有这个页面") {
		t.Errorf("no such page: %d", w.Code)
	}
}

func checkHeaders(t *testing.T, path string, w *httptest.ResponseRecorder) {
	t.Helper()
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", path, name, got, want)
		}
	}
	csp := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("%s: %q lacks %q", path, csp, want)
		}
	}
	if strings.Contains(csp, "unsafe") {
		t.Errorf("%s: %q", path, csp)
	}
	if regexp.MustCompile(`<script>|<style|\son[a-z]+=|style="`).MatchString(w.Body.String()) {
		t.Errorf("%s has inline script or style", path)
	}
}

func TestCookies(t *testing.T) {
	for _, secure := range []bool{false, true} {
		h := newHouse(t)
		h.Secure = secure
		w := httptest.NewRecorder()
		h.office.SetCookie(w, httptest.NewRequest("GET", "/", nil), "value")
		c := w.Result().Cookies()[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != secure ||
			strings.HasPrefix(c.Name, "__Host-") != secure {
			t.Errorf("TLS %v: %v", secure, c)
		}
		if hsts := h.get("/page").Header().Get("Strict-Transport-Security"); (hsts != "") != secure {
			t.Errorf("TLS %v: HSTS %q", secure, hsts)
		}
	}
}

// TestTLSBeforeUs: the trusted proxy says that the browser speaks TLS; nobody
// else can.
func TestTLSBeforeUs(t *testing.T) {
	h := newHouse(t)
	h.Proxy = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}
	for _, c := range []struct {
		remote, proto string
		want          bool
	}{
		{"10.0.0.7:99", "https", true}, {"10.0.0.7:99", "http", false}, {"10.0.0.7:99", "", false}, {"192.0.2.1:99", "https", false},
	} {
		r := httptest.NewRequest("GET", "http://anju.test/page", nil)
		from(c.remote)(r)
		head("X-Forwarded-Proto", c.proto)(r)
		w := httptest.NewRecorder()
		h.office.SetCookie(w, r, "value")
		cookie := w.Result().Cookies()[0]
		if cookie.Secure != c.want || strings.HasPrefix(cookie.Name, "__Host-") != c.want {
			t.Errorf("%s says %q: %v", c.remote, c.proto, cookie)
		}
		if hsts := h.do(r, nil).Header().Get("Strict-Transport-Security"); (hsts != "") != c.want {
			t.Errorf("%s says %q: HSTS %q", c.remote, c.proto, hsts)
		}
	}
}

func TestAddress(t *testing.T) {
	h := newHouse(t)
	h.Proxy = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"192.0.2.1:99", "", "192.0.2.1"},
		{"192.0.2.1:99", "203.0.113.9", "192.0.2.1"}, // not our proxy: anybody can write that
		{"10.0.0.7:99", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.7:99", "198.51.100.1, 203.0.113.9", "203.0.113.9"}, // the first was written by the client
		{"10.0.0.7:99", "203.0.113.9, 10.0.0.8", "203.0.113.9"},     // two proxies of ours
		{"10.0.0.7:99", "203.0.113.9:4711", "203.0.113.9"},          // some proxies write the port, too
		{"10.0.0.7:99", "[2001:db8::1]:4711", "2001:db8::/64"},
		{"10.0.0.7:99", "rubbish", "10.0.0.7"},
		{"10.0.0.7:99", "", "10.0.0.7"},
		{"[::1]:99", "2001:db8::1", "2001:db8::/64"},
		{"[2001:db8:0:1:aaaa::7]:99", "", "2001:db8:0:1::/64"}, // whoever has one of a network's addresses has them all
		{"[fe80::7%eth0]:99", "", "fe80::/64"},
		{"[::ffff:10.0.0.7]:99", "203.0.113.9", "203.0.113.9"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		from(c.remote)(r)
		if c.forwarded != "" {
			head("X-Forwarded-For", c.forwarded)(r)
		}
		if got := h.Address(r); got != c.want {
			t.Errorf("%s for %q: %q, want %q", c.remote, c.forwarded, got, c.want)
		}
	}
}

func TestNextStaysHere(t *testing.T) {
	for next, want := range map[string]string{
		"": "/", "/page?a=1": "/page?a=1", "https://evil.test": "/", "//evil.test": "/", `/\evil.test`: "/", "page": "/", "javascript:x": "/", "/\t/evil.test": "/",
	} {
		r := httptest.NewRequest("GET", "/sign-in?next="+url.QueryEscape(next), nil)
		if got := gate.Next(r, "/"); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestOver(t *testing.T) {
	for over, want := range map[string]bool{"": false, "idle": true, "elsewhere": true, "password": true, "phone": true, "x": false} {
		if got := gate.Over(httptest.NewRequest("GET", "/sign-in?over="+over, nil)); (got != "") != want || strings.Contains(got, "⟦") {
			t.Errorf("%q: %q", over, got)
		}
	}
}

package staff

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/network"
	"anju/internal/seal"
	"anju/internal/visit"
	"anju/internal/web/gate"
)

const (
	password = "Tao-hua-2026"
	fresh    = "Xin-kou-ling-77"
)

var secret = seal.TOTPSecret([]byte("01234567890123456789"))

// An office is the office door on a wire, with a few accounts behind it.
type office struct {
	*httptest.Server
	*Pages
	clock *dbtest.Clock
}

func newOffice(t *testing.T, demo bool) office {
	d, clock := dbtest.SQLite(t)
	return officeOn(t, d, clock, demo)
}

// officeOn is newOffice on a database of the test's own.
func officeOn(t *testing.T, d *db.DB, clock *dbtest.Clock, demo bool) office {
	keys := seal.FromSeed(1)
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for login, kinds := range map[string][]actor.Kind{
			"clerk": {actor.VillageClerk}, "both": {actor.SectionLeader, actor.VillageClerk}, "new": {actor.VillageClerk}, "admin": {actor.SystemAdmin},
		} {
			a := account.Account{ID: account.ID(login), Login: login, Name: "王芳", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef"))}
			if login == "new" {
				a.MustChange = 1
			} else {
				a.TOTPSealed = keys.Seal("account", "totp", login, []byte(secret.Reveal()))
			}
			if err := account.Insert(tx, a); err != nil {
				return err
			}
			for _, k := range kinds {
				if _, err := account.Appoint(tx, account.Post{AccountID: a.ID, Kind: k, Path: "610929101001", Office: "清风社区", ValidFrom: "2025-01-01"}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	g := &gate.Gate{Entrance: &account.Entrance{DB: d, Keys: keys}, County: "白河县"}
	if demo {
		g.Demo = &gate.Demo{Now: d.Now, SignIns: []gate.DemoSignIn{{Role: "村干部", Name: "王芳", Login: "clerk", Password: password,
			Code: func() (string, error) { return g.Entrance.NextCode(t.Context(), "clerk", secret) }}}}
	}
	p := &Pages{Gate: g, Accounts: &account.Service{DB: d, Keys: keys}, Network: &network.Service{DB: d, Keys: keys}, Visits: &visit.Service{DB: d}, Now: d.Now}
	s := httptest.NewServer(p.Mux())
	t.Cleanup(s.Close)
	return office{s, p, clock}
}

// A browser keeps cookies and follows no redirect.
type browser struct {
	*http.Client
	t    *testing.T
	base string
}

func (o office) browser(t *testing.T) browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, t, o.URL}
}

// A page is an answer: its status, where it leads, and its text.
type page struct {
	code     int
	to, body string
}

func (b browser) answer(r *http.Response, err error) page {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{r.StatusCode, r.Header.Get("Location"), string(body)}
}

func (b browser) get(path string) page { b.t.Helper(); return b.answer(b.Client.Get(b.base + path)) }

var tokenField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// send fills in the form of the page at from and sends it to path.
func (b browser) send(from, path string, pairs ...string) page {
	b.t.Helper()
	form := url.Values{}
	if m := tokenField.FindStringSubmatch(b.get(from).body); m != nil {
		form.Set("csrf", m[1])
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.answer(b.Client.PostForm(b.base+path, form))
}

func (o office) code(t *testing.T, login string) string {
	t.Helper()
	o.clock.Move(30 * time.Second)
	code, err := o.Gate.Entrance.NextCode(t.Context(), login, secret)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func (p page) check(t *testing.T, what string, code int, to string, says ...string) {
	t.Helper()
	if p.code != code || p.to != to || strings.Contains(p.body, "⟦") {
		t.Errorf("%s: %d to %q, want %d to %q\n%.2000s", what, p.code, p.to, code, to, p.body)
	}
	for _, s := range says {
		not, isNot := strings.CutPrefix(s, "!")
		if strings.Contains(p.body, not) == isNot {
			t.Errorf("%s: says %q: %v", what, not, !isNot)
		}
	}
}

func TestSignIn(t *testing.T) {
	o := newOffice(t, false)
	b := o.browser(t)
	b.get("/me").check(t, "nobody", 303, "/sign-in?next=%2Fme")
	b.get("/sign-in?demo=clerk").check(t, "a real county", 200, "", `name="login"`, "!"+password, "!演示")
	b.send("/sign-in", "/sign-in", "login", "clerk", "password", "falsch-1A", "code", "123456").
		check(t, "a wrong password", 422, "", "账号、口令或动态码不对", `value="clerk"`, "!falsch-1A", "!123456")
	b.send("/sign-in", "/sign-in", "login", "clerk", "password", password, "code", o.code(t, "clerk"), "next", "//evil.test").
		check(t, "a way out of the house", 303, "/")
	b.get("/me").check(t, "the own account", 200, "", "王芳", "清风社区", "已绑定", "!别处")
	b.get("/sign-in").check(t, "already in", 303, "/")

	other := o.browser(t)
	other.send("/sign-in", "/sign-in", "login", " CLERK ", "password", password, "code", o.code(t, "clerk"), "next", "/me?x=1").
		check(t, "a second browser", 303, "/me?x=1")
	other.get("/me").check(t, "it is told", 200, "", "那边已自动退出")
	other.get("/me").check(t, "once", 200, "", "!那边已自动退出")
	b.get("/me").check(t, "the first is out", 303, "/sign-in?next=%2Fme&over=elsewhere")
	b.get("/sign-in?over=elsewhere").check(t, "and is told", 200, "", "您的账号在别处登录了")

	other.send("/me", "/sign-out").check(t, "out", 303, "/sign-in")
	other.get("/me").check(t, "after signing out", 303, "/sign-in?next=%2Fme")

	for range 5 {
		b.send("/sign-in", "/sign-in", "login", "nobody-at-all", "password", "x")
	}
	b.send("/sign-in", "/sign-in", "login", "nobody-at-all", "password", "x").check(t, "too often", 429, "", "暂停登录，请30分钟后再试")
}

func TestChoosePost(t *testing.T) {
	o := newOffice(t, false)
	b := o.browser(t)
	b.send("/sign-in", "/sign-in", "login", "both", "password", password, "code", o.code(t, "both")).check(t, "two hats", 303, "/me/post")
	b.get("/me/post").check(t, "which", 200, "", "网格片长", "村（社区）工作人员", "!户籍民警")
	b.send("/me/post", "/post", "post", "registrar").check(t, "a hat of somebody else", 404, "")
	b.send("/me/post", "/post", "post", "village_clerk").check(t, "the other", 303, "/")
	b.get("/me").check(t, "worn", 200, "", "清风社区 · 村（社区）工作人员")
	b.answer(b.PostForm(b.base+"/post", url.Values{"post": {"section_leader"}})).check(t, "without a token", 403, "")
}

// TestFirstSignIn: whoever comes with a one-time password first makes it their
// own, then binds a second factor; nothing else opens before.
func TestFirstSignIn(t *testing.T) {
	o := newOffice(t, false)
	b := o.browser(t)
	b.send("/sign-in", "/sign-in", "login", "new", "password", password).check(t, "in", 303, "/")
	for _, path := range []string{"/", "/me", "/residents"} {
		b.get(path).check(t, path+" first", 303, "/me/password")
	}
	b.send("/me/password", "/me/password", "old", password, "new", "kurz", "again", "kurz").check(t, "a poor one", 422, "", "口令至少10个字符")
	b.send("/me/password", "/me/password", "old", password, "new", fresh, "again", fresh).check(t, "a good one", 303, "/?done=password")
	b.get("/").check(t, "then", 303, "/me/totp")
	first := b.get("/me/totp")
	first.check(t, "the second factor", 200, "", "<svg", "密钥")
	shown := regexp.MustCompile(`class="code">([A-Z2-7 ]{39})<`).FindStringSubmatch(first.body)
	if shown == nil {
		t.Fatal("no secret is shown")
	}
	mine := strings.ReplaceAll(shown[1], " ", "")
	form := tokenField.FindStringSubmatch(first.body)[1]
	try := func(code string) page {
		return b.answer(b.PostForm(b.base+"/me/totp", url.Values{"csrf": {form}, "code": {code}}))
	}
	try("000000").check(t, "a wrong code", 422, "", "动态码不对", shown[1])
	code, err := seal.TOTPCode(seal.Hide(mine), o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	try(code).check(t, "the right code", 303, "/?done=totp")
	b.get("/me").check(t, "open", 200, "", "已绑定")
	b.get("/me/totp").check(t, "not again", 409, "", "已经绑定了动态码")
}

// TestPasswordChangeEndsOthers: whoever knew the old password is out.
func TestPasswordChangeEndsOthers(t *testing.T) {
	o := newOffice(t, false)
	b := o.browser(t)
	b.send("/sign-in", "/sign-in", "login", "clerk", "password", password, "code", o.code(t, "clerk"))
	for range 5 {
		b.send("/me/password", "/me/password", "old", "geraten", "new", fresh, "again", fresh).check(t, "guessing", 422, "", "原口令不对")
	}
	b.send("/me/password", "/me/password", "old", password, "new", fresh, "again", fresh).check(t, "too often", 429, "")
	o.clock.Move(29 * time.Minute)
	b.get("/me")
	o.clock.Move(2 * time.Minute)
	b.send("/me/password", "/me/password", "old", password, "new", fresh, "again", fresh).check(t, "changed", 303, "/?done=password")
	b.get("/me").check(t, "still in", 200, "")
}

func TestDemoFillsIn(t *testing.T) {
	o := newOffice(t, true)
	b := o.browser(t)
	b.get("/sign-in").check(t, "the list", 200, "", "演示系统", "村干部", "!"+password)
	p := b.get("/sign-in?demo=clerk")
	p.check(t, "filled in", 200, "", password, "已填入村干部王芳")
	code := regexp.MustCompile(`name="code"[^>]*value="(\d{6})"|value="(\d{6})"[^>]*name="code"`).FindStringSubmatch(p.body)
	if code == nil {
		t.Fatalf("no code is filled in:\n%s", p.body)
	}
	b.send("/sign-in", "/sign-in", "login", "clerk", "password", password, "code", code[1]+code[2]).check(t, "one click", 303, "/")
	b.get("/sign-in?demo=nobody").check(t, "no such account", 200, "", "!"+password)
}

// TestRoutesSayWhatTheyAreAbout: only pages about oneself name no action of
// the policy.
func TestRoutesSayWhatTheyAreAbout(t *testing.T) {
	o := newOffice(t, false)
	own := map[string]bool{"GET /{$}": true, "POST /sign-out": true, "POST /post": true}
	for _, r := range o.Pages.Mux().Routes() {
		_, path, _ := strings.Cut(r.Pattern, " ")
		about := own[r.Pattern] || path == "/me" || strings.HasPrefix(path, "/me/")
		if r.Open && path != "/sign-in" {
			t.Errorf("%s is open to everybody", r.Pattern)
		}
		if !r.Open && r.Action == "" && !about {
			t.Errorf("%s names no action", r.Pattern)
		}
	}
}

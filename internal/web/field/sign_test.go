package field

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/network"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
	"anju/internal/visit"
	"anju/internal/web/gate"
)

const (
	pin      = "274913"
	password = "Tao-hua-2026"
)

var secret = seal.TOTPSecret([]byte("01234567890123456789"))

var leader = actor.Actor{Account: "leader", Name: "李明", Kind: actor.GridLeader, Paths: []string{"610929101001"}}

// A phone is a browser on the phone door.
type phone struct {
	t       *testing.T
	door    http.Handler
	cookies map[string]string
}

func newDoor(t *testing.T) (*Pages, func() *phone) {
	d, _ := dbtest.SQLite(t)
	return doorOn(t, d)
}

func doorOn(t *testing.T, d *db.DB) (*Pages, func() *phone) {
	keys := seal.FromSeed(1)
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for login, post := range map[string]account.Post{
			"leader": {Kind: actor.GridLeader, Path: "610929101001"}, "worker": {Kind: actor.GridWorker, Path: "610929101001003"}, "other": {Kind: actor.GridWorker, Path: "610929101001004"},
		} {
			if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: "刘秀英", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")),
				TOTPSealed: keys.Seal("account", "totp", login, []byte(secret.Reveal()))}); err != nil {
				return err
			}
			post.AccountID, post.Office, post.ValidFrom = account.ID(login), "清风社区第3网格", "2025-01-01"
			if _, err := account.Appoint(tx, post); err != nil {
				return err
			}
		}
		if err := division.Install(tx); err != nil {
			return err
		}
		for _, code := range []string{"610929101001003", "610929101001004"} {
			if err := db.Insert(tx, "grid", grid.Grid{Code: code, Village: code[:12], Name: "网格", ValidFrom: "2025-01-01", ValidTo: "9999-12-31", Version: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	p := &Pages{Gate: &gate.Gate{Entrance: &account.Entrance{DB: d, Keys: keys}, County: "白河县"}, Accounts: &account.Service{DB: d, Keys: keys},
		Overview: &overview.Service{DB: d, Keys: keys}, People: &person.Service{DB: d, Keys: keys, Places: residence.PersonPlaces}, Visits: &visit.Service{DB: d}, Matters: &matter.Service{DB: d, Keys: keys}, Network: &network.Service{DB: d, Keys: keys}, Now: d.Now}
	door := p.Mux()
	return p, func() *phone { return &phone{t, door, map[string]string{}} }
}

func (p *phone) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 12; HarmonyOS)")
	for name, value := range p.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	p.door.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if p.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(p.cookies, c.Name)
		}
	}
	if strings.Contains(w.Body.String(), "⟦") {
		p.t.Errorf("%s %s: a text is missing", method, path)
	}
	return w
}

func (p *phone) want(method, path string, form url.Values, code int, to string, says ...string) string {
	p.t.Helper()
	w := p.do(method, path, form)
	if w.Code != code || w.Header().Get("Location") != to {
		p.t.Errorf("%s %s: %d to %q, want %d to %q\n%.1500s", method, path, w.Code, w.Header().Get("Location"), code, to, w.Body)
	}
	for _, s := range says {
		not, isNot := strings.CutPrefix(s, "!")
		if strings.Contains(w.Body.String(), not) == isNot {
			p.t.Errorf("%s %s: says %q: %v", method, path, not, !isNot)
		}
	}
	return w.Body.String()
}

func TestEnrolAndUnlock(t *testing.T) {
	pages, newPhone := newDoor(t)
	p := newPhone()
	p.want("GET", "/m/me", nil, 303, "/m/sign-in?next=%2Fm%2Fme")
	p.want("GET", "/m/sign-in?next=%2Fm%2Fme", nil, 200, "", "动态码", `href="/m/enrol?next=%2Fm%2Fme"`, "!演示")
	p.want("GET", "/m/enrol", nil, 200, "", "绑定码", `value="HarmonyOS"`, "!演示")

	code, err := pages.Accounts.EnrolPhone(t.Context(), leader, "worker")
	if err != nil {
		t.Fatal(err)
	}
	form := func(code, pin, again string) url.Values {
		return url.Values{"code": {code}, "pin": {pin}, "again": {again}, "next": {"/m/me"}}
	}
	p.want("POST", "/m/enrol", form("AAAAAAAA", pin, pin), 422, "", "绑定码不对", `value="AAAAAAAA"`, "!"+pin)
	p.want("POST", "/m/enrol", form(code.Reveal(), pin, "274914"), 422, "", "两次输入的手机口令不一致")
	p.want("POST", "/m/enrol", form(code.Reveal(), "111111", "111111"), 422, "", "太容易被猜到")
	long := form(code.Reveal(), pin, pin)
	long.Set("name", strings.Repeat("长", 21))
	p.want("POST", "/m/enrol", long, 422, "", "最多20个字")
	if len(p.cookies) != 0 {
		t.Errorf("nothing is enrolled, and the phone keeps %v", p.cookies)
	}
	p.want("POST", "/m/enrol", form(code.Reveal(), pin, pin), 303, "/m/me")
	me := p.want("GET", "/m/me", nil, 200, "", "刘秀英", "清风社区第3网格", "HarmonyOS", "!去办公页面")
	p.want("GET", "/m/sign-in", nil, 303, "/m/")

	// Somebody else had signed in here: enrolling sends them away.
	q := newPhone().signIn(pages, "leader")
	other, err := pages.Accounts.EnrolPhone(t.Context(), leader, "other")
	if err != nil {
		t.Fatal(err)
	}
	q.want("POST", "/m/enrol", form(other.Reveal(), pin, pin), 303, "/m/me")
	if q.cookies[gate.OfficeCookie] != "" || q.cookies[gate.PhoneCookie] == "" {
		t.Errorf("after enrolling the phone keeps %v", q.cookies)
	}
	q.want("POST", "/m/sign-out", q.post("/m/me"), 303, "/m/sign-in")
	q.want("GET", "/m/me", nil, 303, "/m/sign-in?next=%2Fm%2Fme")

	token := func(body string) url.Values {
		_, rest, _ := strings.Cut(body, `name="csrf" value="`)
		value, _, _ := strings.Cut(rest, `"`)
		return url.Values{"csrf": {value}}
	}
	p.want("POST", "/m/sign-out", nil, 403, "")
	p.want("POST", "/m/sign-out", token(me), 303, "/m/sign-in")
	p.want("GET", "/m/sign-in", nil, 200, "", "刘秀英，您好", "手机口令")

	p.want("POST", "/m/sign-in", url.Values{"pin": {"271828"}}, 422, "", "还可以再试4次", "!271828")
	p.want("POST", "/m/sign-in", url.Values{"pin": {pin}, "next": {"https://evil.test"}}, 303, "/m/")
	session := p.cookies[gate.PhoneCookie]
	delete(p.cookies, gate.PhoneCookie)
	for range 4 {
		p.want("POST", "/m/sign-in", url.Values{"pin": {"271828"}}, 422, "")
	}
	p.want("POST", "/m/sign-in", url.Values{"pin": {"271828"}}, 403, "", "这部手机已停用")
	if len(p.cookies) != 0 {
		t.Errorf("a revoked phone keeps %v", p.cookies)
	}
	p.cookies[gate.PhoneCookie] = session
	p.want("GET", "/m/me", nil, 303, "/m/sign-in?next=%2Fm%2Fme&over=phone")
	p.want("GET", "/m/enrol?over=phone", nil, 200, "", "这部手机已停用")
}

func TestLargeType(t *testing.T) {
	pages, newPhone := newDoor(t)
	p := newPhone()
	code, err := pages.Accounts.EnrolPhone(t.Context(), leader, "worker")
	if err != nil {
		t.Fatal(err)
	}
	p.do("POST", "/m/enrol", url.Values{"code": {code.Reveal()}, "pin": {pin}, "again": {pin}})
	body := p.want("GET", "/m/me", nil, 200, "", "改用大字", "!改回标准字号")
	_, rest, _ := strings.Cut(body, `name="csrf" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	p.want("POST", "/m/me/type", url.Values{"csrf": {token}, "type": {"large"}}, 303, "/m/me")
	p.want("GET", "/m/me", nil, 200, "", "改回标准字号", "elder")
	p.want("GET", "/m/no-such-page", nil, 404, "", "没有这个页面", "elder")
}

// TestRoutesSayWhatTheyAreAbout: only pages about oneself name no action of
// the policy, and only the two before a session are open.
func TestRoutesSayWhatTheyAreAbout(t *testing.T) {
	pages, _ := newDoor(t)
	for _, r := range pages.Mux().Routes() {
		_, path, _ := strings.Cut(r.Pattern, " ")
		if r.Open && path != "/m/sign-in" && path != "/m/enrol" {
			t.Errorf("%s is open to everybody", r.Pattern)
		}
		own := path == "/m/sign-out" || path == "/m/{$}" || path == "/m/me" || strings.HasPrefix(path, "/m/me/")
		if !r.Open && r.Action == "" && !own {
			t.Errorf("%s names no action", r.Pattern)
		}
	}
}

package field

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/party"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/visit"
	"anju/internal/web/gate"
)

// signIn signs in by account, password and code, as on a phone that is not
// enrolled.
func (p *phone) signIn(pages *Pages, login string) *phone {
	p.t.Helper()
	code, err := pages.Gate.Entrance.NextCode(p.t.Context(), login, secret)
	if err != nil {
		p.t.Fatal(err)
	}
	p.want("POST", "/m/sign-in", url.Values{"login": {login}, "password": {password}, "code": {code}}, 303, "/m/")
	return p
}

// valueOf is what a page's first field or button of a name holds.
func valueOf(body, name string) string {
	tag := regexp.MustCompile(`<[^>]* name="` + name + `"[^>]*>`).FindString(body)
	_, rest, _ := strings.Cut(tag, ` value="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// post sends a form with the token of a page and what else it asks for.
func (p *phone) post(page string, pairs ...string) url.Values {
	form := url.Values{"csrf": {valueOf(p.do("GET", page, nil).Body.String(), "csrf")}, "key": {gate.NewKey()}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func worker(grid string) actor.Actor {
	return actor.Actor{Account: "worker", Name: "刘秀英", Kind: actor.GridWorker, Paths: []string{"610929101001" + grid}}
}

// given reports a matter as the worker of the third grid.
func given(t *testing.T, p *Pages) matter.Matter {
	t.Helper()
	m, err := p.Matters.Report(t.Context(), worker("003"), db.Key(gate.NewKey()), matter.ReportRequest{Category: "safety", Text: "三号楼后坡有落石", Place: "三号楼"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestNobodyComesIn: every page that is not for everybody asks who one is.
func TestNobodyComesIn(t *testing.T) {
	pages, newPhone := newDoor(t)
	p := newPhone()
	for _, route := range pages.Mux().Routes() {
		if route.Open {
			continue
		}
		method, path, _ := strings.Cut(route.Pattern, " ")
		path = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(strings.TrimSuffix(path, "{$}"), "x")
		to := "/m/sign-in"
		if method == "GET" {
			to += "?" + url.Values{"next": {path}}.Encode()
		}
		p.want(method, path, nil, 303, to)
	}
}

func TestPasswordSignIn(t *testing.T) {
	pages, newPhone := newDoor(t)
	p := newPhone()
	p.want("POST", "/m/sign-in", url.Values{"login": {"worker"}, "password": {"wrong-" + password}, "code": {"000000"}}, 422, "", `value="worker"`, "!"+password)
	p.want("POST", "/m/sign-in", url.Values{"login": {"nobody"}, "password": {password}}, 422, "")
	if len(p.cookies) != 0 {
		t.Errorf("nobody is signed in, and the phone keeps %v", p.cookies)
	}
	p.signIn(pages, "worker")
	p.want("GET", "/m/", nil, 200, "", "刘秀英，您好", "第3网格", "等您回话", "本网格户数", "待走访", "我上报未办结", `href="/m/todo"`, `href="/m/report"`, `href="/m/visits"`, `href="/m/grid"`, `href="/m/matters"`, "!超期")
	p.want("GET", "/m/?done=totp", nil, 200, "", "动态码已绑定")
	p.want("GET", "/m/?done=password", nil, 200, "", "口令已修改")
	p.want("GET", "/m/grid", nil, 200, "", "清风社区第3网格", "网格员")
	p.want("GET", "/m/me", nil, 200, "", "投诉", "!切换岗位")
	p.want("POST", "/m/sign-out", p.post("/m/me"), 303, "/m/sign-in")
	if len(p.cookies) != 0 {
		t.Errorf("signed out, and the phone keeps %v", p.cookies)
	}
}

func TestDemoFillsIn(t *testing.T) {
	pages, newPhone := newDoor(t)
	code := func() (string, error) { return pages.Gate.Entrance.NextCode(t.Context(), "worker", secret) }
	pages.Gate.Demo = &gate.Demo{Now: pages.Now, SignIns: []gate.DemoSignIn{
		{Role: "网格员", Name: "刘秀英", Login: "worker", Password: password, Code: code, Phone: true},
		{Role: "民警", Name: "王芳", Login: "police", Password: "Other-2026", Code: code},
	}}
	p := newPhone()
	p.want("GET", "/m/sign-in", nil, 200, "", "演示账号", `href="/m/sign-in?demo=worker"`, "!police", "!"+password)
	p.want("GET", "/m/sign-in?demo=police", nil, 200, "", "!Other-2026")
	body := p.want("GET", "/m/sign-in?demo=worker", nil, 200, "", "已填入网格员刘秀英")
	p.want("POST", "/m/sign-in", url.Values{"login": {valueOf(body, "login")}, "password": {password}, "code": {valueOf(body, "code")}}, 303, "/m/")
	if !strings.Contains(body, `value="`+password+`"`) {
		t.Error("the printed password is not filled in")
	}
}

func TestSwitchPost(t *testing.T) {
	pages, newPhone := newDoor(t)
	dbtest.Given(t, pages.Accounts.DB, func(tx *db.Tx) error {
		_, err := account.Appoint(tx, account.Post{AccountID: "worker", Kind: actor.SectionLeader, Path: "610929101", Office: "城关镇片区", ValidFrom: "2025-01-01"})
		return err
	})
	p := newPhone().signIn(pages, "worker")
	body := p.want("GET", "/m/me", nil, 200, "", "切换岗位")
	other := valueOf(body, "post")
	if other == "" {
		t.Fatalf("no other post is offered:\n%s", body)
	}
	p.want("POST", "/m/me/post", p.post("/m/me", "post", "chief"), 404, "")
	p.want("POST", "/m/me/post", p.post("/m/me", "post", other), 303, "/m/")
	p.want("GET", "/m/me", nil, 200, "", "!"+`value="`+other+`"`)
}

func TestReport(t *testing.T) {
	pages, newPhone := newDoor(t)
	p := newPhone().signIn(pages, "worker")
	form := p.post("/m/report", "category", "", "text", "后坡有落石", "place", "三号楼")
	body := p.want("POST", "/m/report", form, 422, "", "请选择事件类型", "后坡有落石", `value="三号楼"`)
	if got := valueOf(body, "key"); got != form.Get("key") {
		t.Errorf("the form shown again has key %q, want %q", got, form.Get("key"))
	}
	form.Set("category", "safety")
	first := p.do("POST", "/m/report", form).Header().Get("Location")
	if !regexp.MustCompile(`^/m/matters/[0-9a-f-]{36}\?done=1$`).MatchString(first) {
		t.Fatalf("a report leads to %q", first)
	}
	p.want("POST", "/m/report", form, 303, first) // sent twice, it is one
	lines, err := pages.Matters.List(t.Context(), worker("003"), matter.Filter{Mine: true})
	if err != nil || len(lines) != 1 {
		t.Errorf("%d matters (%v), want 1", len(lines), err)
	}
	p.want("GET", first, nil, 200, "", "已上报，编号", "网格长受理", "上报人确认", "清风社区第3网格")
	p.want("GET", "/m/matters", nil, 200, "", "后坡有落石", "已上报，等网格长受理")
	p.want("GET", "/m/todo", nil, 200, "", "没有待办", "!后坡有落石")
	elsewhere := p.post("/m/report", "category", "safety", "text", "别处", "path", "610929101001004")
	p.want("POST", "/m/report", elsewhere, 404, "")
}

// TestOtherGrid: a worker of another grid finds neither the matter nor any act
// on it, and cannot tell it from one that does not exist.
func TestOtherGrid(t *testing.T) {
	pages, newPhone := newDoor(t)
	m := given(t, pages)
	p := newPhone().signIn(pages, "other")
	foreign := p.want("GET", "/m/matters/"+string(m.ID), nil, 404, "", "!落石")
	if none := p.want("GET", "/m/matters/none", nil, 404, ""); none != foreign {
		t.Error("what is not theirs looks different from what is not there")
	}
	for _, act := range []string{"confirm", "reopen", "resubmit", "accept", "handle", "send-up", "return", "comment"} {
		w := p.do("POST", "/m/matters/"+string(m.ID)+"/"+act, p.post("/m/me", "text", "x"))
		if w.Code != 404 && w.Code != 403 || strings.Contains(w.Body.String(), "落石") {
			t.Errorf("%s: %d", act, w.Code)
		}
	}
	p.want("GET", "/m/matters", nil, 200, "", "!落石")
	p.want("GET", "/m/todo", nil, 200, "", "!落石")
}

// TestThereAndBack: the leader returns, the reporter adds; the leader handles,
// the reporter is not content, and then is.
func TestThereAndBack(t *testing.T) {
	pages, newPhone := newDoor(t)
	m := given(t, pages)
	at := "/m/matters/" + string(m.ID)
	w, l := newPhone().signIn(pages, "worker"), newPhone().signIn(pages, "leader")
	act := func(p *phone, act, text string) {
		t.Helper()
		to := at + "?done=" + strings.ReplaceAll(act, "-", "_")
		p.want("POST", at+"/"+act, p.post(at, "text", text), 303, to)
		p.want("GET", to, nil, 200, "")
	}
	l.want("GET", "/m/todo", nil, 200, "", "在我手里", "落石", "剩")
	l.want("POST", at+"/return", l.post(at, "text", ""), 422, "", "请写明情况")
	act(l, "return", "哪一栋？")
	w.want("GET", "/m/todo", nil, 200, "", "等您回话", "落石", "网格长请您补充")
	for _, path := range []string{"/m/todo", at} { // it is not the leader who is asked
		l.want("GET", path, nil, 200, "", "网格长请上报人补充", "!请您补充")
	}
	act(w, "resubmit", "三号楼")
	act(l, "accept", "")
	act(l, "comment", "已联系施工队")
	act(l, "handle", "已清理")
	body := w.want("GET", at, nil, 200, "", "已处置，请您确认", "确认已解决", "还没有解决")
	if strings.Index(body, "还没有解决") > strings.Index(body, "留言") {
		t.Error("that it is not solved comes after a word that changes nothing")
	}
	l.want("GET", at, nil, 200, "", "已处置，等上报人确认", "!请您确认")
	w.want("POST", at+"/reopen", w.post(at, "text", " "), 422, "", "请写明情况")
	act(w, "reopen", "又落石了")
	act(l, "handle", "加装防护网")
	act(w, "confirm", "")
	w.want("GET", "/m/todo", nil, 200, "", "没有待办")
	w.want("GET", "/m/matters", nil, 200, "", "已办结")
	l.want("POST", at+"/steal", l.post("/m/me"), 404, "")
}

// TestOrderOnThePhone: who has let a matter lie reads why it has gone up, and
// answers the order, on the phone too; the answer that is wrong comes back.
func TestOrderOnThePhone(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		pages, newPhone := doorOn(t, d)
		m := given(t, pages)
		c.Move(7*24*time.Hour + time.Minute)
		if _, err := pages.Matters.Sweeper().Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		page, err := pages.Matters.Get(t.Context(), leader, m.ID)
		if err != nil || len(page.Orders) != 1 {
			t.Fatalf("%d orders, %v", len(page.Orders), err)
		}
		at, answer := "/m/matters/"+string(m.ID), "/m/orders/"+page.Orders[0].ID+"/answer"
		w, l := newPhone().signIn(pages, "worker"), newPhone().signIn(pages, "leader")
		w.want("GET", at, nil, 200, "", "时限说明", "受理、留言、退回都不停表", "!督办答复")
		w.want("POST", answer, w.post(at, "text", "不归我答", "matter", string(m.ID)), 403, "")
		newPhone().signIn(pages, "other").want("GET", at, nil, 404, "", "!落石")

		// What has run past a limit is a number of the village, and opens the list of it.
		l.want("GET", "/m/", nil, 200, "", "超期事件", `href="/m/overdue"`)
		l.want("GET", "/m/overdue", nil, 200, "", "超期事件", "落石")
		w.want("GET", "/m/overdue", nil, 200, "", "!落石")
		act := l.post(at, "text", "已清理")
		l.want("POST", at+"/handle", act, 303, at+"?done=handle")
		l.want("GET", "/m/todo", nil, 200, "", "督办等我答复", "落石", "!在我手里")
		l.want("GET", "/m/overdue", nil, 200, "", "!落石")
		l.want("GET", at, nil, 200, "", "督办答复", page.Orders[0].Number, "时限说明")
		l.want("POST", answer, l.post(at, "text", " ", "matter", string(m.ID)), 422, "", "请写明情况", "落石")
		l.want("POST", answer, l.post(at, "text", "已清理完毕", "matter", string(m.ID)), 303, at+"?done=answered")
		l.want("GET", at+"?done=answered", nil, 200, "", "督办回复已送出", "!督办答复")
		l.want("GET", "/m/todo", nil, 200, "", "!落石")
	})
}

// lives is a household in the third grid.
func lives(t *testing.T, p *Pages) (id household.ID, head person.ID) {
	t.Helper()
	const path = "610929101001003"
	dbtest.Given(t, p.Visits.DB, func(tx *db.Tx) error {
		if _, err := tx.Exec(`insert into address (id, village, group_no, text, state, version) values ('a', $1, '01', '一号楼', 'approved', 1)`, path[:12]); err != nil {
			return err
		}
		h, err := household.Insert(tx, household.Household{RegisterNo: "1", Kind: household.Family, Village: path[:12], GroupNo: "01", AddressID: "a", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		one, err := person.Insert(tx, p.People.Keys, person.Draft{Name: "张桃花", Sex: "2", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "unknown", Phone: "13800001234", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		id, head = h.ID, one.ID
		for _, s := range []residence.Spell{{Kind: "registered", HouseholdID: h.ID, Relation: "02"}, {Kind: "living"}} {
			s.PersonID, s.Path, s.ValidFrom, s.Source = one.ID, path, "2020-01-01", "test"
			if _, err := residence.Begin(tx, s); err != nil {
				return err
			}
		}
		return grid.Bind(tx, h.ID, "living", path, "2020-01-01", "")
	})
	return id, head
}

// TestReserveWaits: whoever is proposed for the reserve is told on the phone, which
// is where their day begins; nobody else is.
func TestReserveWaits(t *testing.T) {
	pages, newPhone := newDoor(t)
	w, o := newPhone().signIn(pages, "worker"), newPhone().signIn(pages, "other")
	w.want("GET", "/m/", nil, 200, "", "!后备干部")
	dbtest.Given(t, pages.Visits.DB, func(tx *db.Tx) error {
		file := party.Reserve{ID: "f", Path: "610929101001", AccountID: "worker", Name: "刘秀英", MetOn: "2026-01-01", Document: "1", State: party.ReserveAsked, ProposedBy: "x", Version: 1}
		if err := db.Insert(tx, "reserve_file", file); err != nil {
			return err
		}
		return tx.RecordAll("test", 1, "test")
	})
	w.want("GET", "/m/", nil, 200, "", "后备干部材料1件等您答复", `href="/reserve"`)
	o.want("GET", "/m/", nil, 200, "", "!后备干部")
}

func TestVisit(t *testing.T) {
	pages, newPhone := newDoor(t)
	id, head := lives(t, pages)
	at, home := "/m/visits/"+string(id), "/m/households/"+string(id)
	o := newPhone().signIn(pages, "other")
	for _, path := range []string{at, home} {
		o.want("GET", path, nil, 404, "", "!张桃花")
	}
	o.want("POST", at, o.post("/m/me", "outcome", visit.Well), 404, "")
	o.want("GET", "/m/visits", nil, 200, "", "!张桃花")

	p := newPhone().signIn(pages, "worker")
	find := func(words string) string {
		to := p.do("POST", "/m/visits", p.post("/m/me", "q", words)).Header().Get("Location")
		if !strings.HasPrefix(to, "/m/visits?find=") || strings.Contains(to, url.QueryEscape(words)) {
			t.Errorf("a search for %s leads to %q", words, to)
		}
		return to
	}
	p.want("GET", "/m/", nil, 200, "", "待走访")
	p.want("GET", find("张"), nil, 200, "", "张桃花", "还没有走访过", "待走访", `href="`+at+`"`, `value="张"`)
	p.want("GET", find("李"), nil, 200, "", "!张桃花")
	o.want("GET", find("张"), nil, 404, "", "!张桃花") // of somebody else
	p.want("GET", at, nil, 200, "", "无异常", `href="`+home+`"`)
	p.want("POST", at, p.post(at, "outcome", visit.NeedsHelp, "note", ""), 422, "", "error")
	form := p.post(at, "outcome", visit.Well)
	p.want("POST", at, form, 303, "/m/visits?done=1")
	p.want("POST", at, form, 303, "/m/visits?done=1")
	all, err := pages.Visits.Of(t.Context(), worker("003"), id, 10)
	if err != nil || len(all) != 1 {
		t.Errorf("%d visits (%v), want 1", len(all), err)
	}
	p.want("GET", "/m/visits?done=1", nil, 200, "", "走访已记录", "上次走访", "!待走访") // what the first page counts is marked, and it alone

	p.want("GET", home, nil, 200, "", "张桃花", "138****1234", "!13800001234")
	reveal := "/m/people/" + string(head) + "/phone"
	o.want("POST", reveal, o.post("/m/me"), 404, "", "!13800001234")
	p.want("POST", reveal, p.post(home), 200, "", "13800001234")
}

// TestListsGoOn: a list does not end silently with its page.
func TestListsGoOn(t *testing.T) {
	pages, newPhone := newDoor(t)
	for range most + 1 {
		given(t, pages)
	}
	next := regexp.MustCompile(`href="([^"]*(?:after|hands)=[^"]*)"`)
	for who, path := range map[string]string{"worker": "/m/matters", "leader": "/m/todo"} {
		p := newPhone().signIn(pages, who)
		body := p.want("GET", path, nil, 200, "", "下一页")
		more := next.FindStringSubmatch(body)
		if n := strings.Count(body, "三号楼后坡有落石"); n != most || more == nil {
			t.Fatalf("%s: %d matters and %v, want %d and the way on", path, n, more, most)
		}
		rest := p.want("GET", strings.ReplaceAll(more[1], "&amp;", "&"), nil, 200, "", "上一页", `href="`+path+`"`)
		if n := strings.Count(rest, "三号楼后坡有落石"); n != 1 {
			t.Errorf("%s: %d matters on the second page, want 1", path, n)
		}
	}
}

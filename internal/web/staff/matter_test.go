package staff

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/audit"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/overview"
	"anju/internal/paper/papertest"
	"anju/internal/party"
	"anju/internal/seal"
	"anju/internal/web/gate"
)

var reporter = actor.Actor{Account: "worker", Name: "刘秀英", Kind: actor.GridWorker, Paths: []string{"610929101001003"}}

var adminActor = actor.Actor{Account: "admin", Name: "王芳", Kind: actor.SystemAdmin, Paths: []string{"610929"}}

// withMatters is the office door of a county with a grid, its leader, another
// village's and the town's centre.
func withMatters(t *testing.T) office {
	o := newOffice(t, false)
	d, keys := o.Accounts.DB, seal.FromSeed(1)
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for login, p := range map[string]account.Post{
			"leader": {Kind: actor.GridLeader, Path: "610929101001"}, "far": {Kind: actor.GridLeader, Path: "610929101002"}, "centre": {Kind: actor.TownCentre, Path: "610929101"},
			"worker": {Kind: actor.GridWorker, Path: "610929101001003"},
		} {
			if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: "王芳", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")),
				TOTPSealed: keys.Seal("account", "totp", login, []byte(secret.Reveal()))}); err != nil {
				return err
			}
			p.AccountID, p.Office, p.ValidFrom = account.ID(login), "清风社区", "2025-01-01"
			if _, err := account.Appoint(tx, p); err != nil {
				return err
			}
		}
		if err := division.Install(tx); err != nil {
			return err
		}
		return db.Insert(tx, "grid", grid.Grid{Code: "610929101001003", Village: "610929101001", Name: "网格", ValidFrom: "2025-01-01", ValidTo: "9999-12-31", Version: 1})
	})
	o.Pages.Matters, o.Pages.Overview = &matter.Service{DB: d, Keys: keys}, &overview.Service{DB: d, Keys: keys}
	return o
}

func (o office) signIn(t *testing.T, login string) browser {
	t.Helper()
	b := o.browser(t)
	if got := b.send("/sign-in", "/sign-in", "login", login, "password", password, "code", o.code(t, login)); got.code != http.StatusSeeOther {
		t.Fatalf("%s: %d\n%.500s", login, got.code, got.body)
	}
	return b
}

// report is a matter that the worker has reported.
func (o office) report(t *testing.T, text string) matter.Matter {
	t.Helper()
	m, err := o.Matters.Report(t.Context(), reporter, db.Key(gate.NewKey()), matter.ReportRequest{Category: "safety", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// overdue lets seven days pass over a matter, and returns its order.
func (o office) overdue(t *testing.T, m matter.Matter) matter.Order {
	t.Helper()
	o.clock.Move(7*24*time.Hour + time.Minute)
	if _, err := o.Matters.Sweeper().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	page, err := o.Matters.Get(t.Context(), reporter, m.ID)
	if err != nil || len(page.Orders) != 1 {
		t.Fatalf("orders of the matter: %v, %v", page.Orders, err)
	}
	return page.Orders[0]
}

// TestOrderAnswer: an answer with nothing in it, or too much, comes back with
// what is wrong at its own field, and with what was typed.
func TestOrderAnswer(t *testing.T) {
	o := withMatters(t)
	m := o.report(t, "后坡有落石")
	order := o.overdue(t, m)
	at, to := "/matters/"+string(m.ID), "/orders/"+order.ID+"/answer"

	far := o.signIn(t, "far")
	far.send("/me", to, "text", "不是我的", "matter", string(m.ID), "key", "k1").check(t, "another village", 404, "", "!落石")
	leader := o.signIn(t, "leader")
	leader.get(at).check(t, "the matter", 200, "", `data-draft="order-`+order.ID+`"`)
	leader.send(at, to, "text", " ", "matter", string(m.ID), "key", "k2").check(t, "nothing", 422, "", `id="f-order-`+order.ID+`-error"`, "请写明情况", `href="#f-order-`+order.ID+`"`)
	long := strings.Repeat("已联系施工队。", 300)
	leader.send(at, to, "text", long, "matter", string(m.ID), "key", "k3").check(t, "too much", 422, "", "最多2000字", long)
	leader.send(at, to, "text", "三日内清理完毕", "matter", string(m.ID), "key", "k4").check(t, "an answer", 303, at+"?done=answered")
	leader.send(at, "/orders/"+order.ID+"/close", "key", "k5").check(t, "closed by whom it asks", 403, "")
	centre := o.signIn(t, "centre")
	centre.send(at, "/orders/"+order.ID+"/close", "key", "k6").check(t, "closed", 303, at+"?done=order_closed")
}

// TestOrderIsAskedFor: who has to answer an order is told so where the day begins
// and among the matters, also once the matter itself is dealt with.
func TestOrderIsAskedFor(t *testing.T) {
	o := withMatters(t)
	m := o.report(t, "后坡有落石")
	order := o.overdue(t, m)
	at := "/matters/" + string(m.ID)
	leader := o.signIn(t, "leader")
	leader.send(at, at+"/handle", "text", "已清理", "key", "k1").check(t, "handled", 303, at+"?done=handle")
	leader.get("/matters").check(t, "the way to it", 200, "", "督办等我答复", `href="/matters?asked=1"`)
	leader.get("/matters?asked=1").check(t, "the list", 200, "", "后坡有落石", "待确认")
	o.signIn(t, "far").get("/matters?asked=1").check(t, "of another village", 200, "", "!后坡有落石")
	o.signIn(t, "centre").get("/matters").check(t, "the centre answers none", 200, "", "!督办等我答复")
	leader.send(at, "/orders/"+order.ID+"/answer", "text", "已清理完毕", "matter", string(m.ID), "key", "k2").check(t, "answered", 303, at+"?done=answered")
	leader.get("/matters?asked=1").check(t, "no more", 200, "", "!后坡有落石")
	leader.get("/matters").check(t, "nothing waits", 200, "", "!督办等我答复")
}

// TestOrdersThatWait: the number of orders that wait for an answer leads to as many:
// not to those that have one and wait for the centre.
func TestOrdersThatWait(t *testing.T) {
	o := withMatters(t)
	m := o.report(t, "后坡有落石")
	order := o.overdue(t, m)
	at := "/matters/" + string(m.ID)
	centre := o.signIn(t, "centre")
	centre.get("/orders?waiting=1").check(t, "it waits", 200, "", order.Number, `href="/orders?waiting=1"`)
	o.signIn(t, "leader").send(at, "/orders/"+order.ID+"/answer", "text", "已清理完毕", "matter", string(m.ID), "key", "k1").check(t, "answered", 303, at+"?done=answered")
	centre.get("/orders?waiting=1").check(t, "it has an answer", 200, "", "!"+order.Number)
	centre.get("/orders").check(t, "the centre has not closed it", 200, "", order.Number, "已答复")
}

// TestOrderIsLate: an order is marked when the day for its answer is over, not
// when it goes out.
func TestOrderIsLate(t *testing.T) {
	o := withMatters(t)
	o.overdue(t, o.report(t, "后坡有落石"))
	o.signIn(t, "centre").get("/orders").check(t, "just issued", 200, "", "待答复", `!<tr class="late"`)
	o.clock.Move(14 * 24 * time.Hour)
	o.signIn(t, "centre").get("/orders").check(t, "two weeks later", 200, "", "待答复", `<tr class="late"`)
}

// TestLinesAndLength: what a browser counts as 2000 characters is taken, with
// its line ends.
func TestLinesAndLength(t *testing.T) {
	o := withMatters(t)
	m := o.report(t, "后坡有落石")
	at := "/matters/" + string(m.ID)
	leader := o.signIn(t, "leader")
	lines := strings.Repeat("字\r\n", 1000) // 2000 in the box, 3000 on the wire
	leader.send(at, at+"/comment", "text", lines, "key", "k1").check(t, "as much as the box takes", 303, at+"?done=comment")
	leader.send(at, at+"/comment", "text", strings.Repeat("字", 2001), "key", "k2").check(t, "one too many", 422, "", "最多2000字")
}

// TestTabsCountTheirLists: the tab that has a number leads to as many.
func TestTabsCountTheirLists(t *testing.T) {
	o := withMatters(t)
	m := o.report(t, "后坡有落石")
	leader := o.signIn(t, "leader")
	leader.send("/matters/"+string(m.ID), "/matters/"+string(m.ID)+"/return", "text", "哪一栋？", "key", "k1").check(t, "returned", 303, "/matters/"+string(m.ID)+"?done=return")
	worker := o.signIn(t, "worker")
	worker.get("/matters?mine=waiting").check(t, "waits for a word", 200, "", "等我回话", "后坡有落石")
	worker.send("/matters/"+string(m.ID), "/matters/"+string(m.ID)+"/resubmit", "text", "三号楼", "key", "k2").check(t, "at the office too", 303, "/matters/"+string(m.ID)+"?done=resubmit")
	worker.get("/matters?mine=waiting").check(t, "no more", 200, "", "!后坡有落石")
	worker.get("/matters?mine=1").check(t, "all of one's own", 200, "", "后坡有落石")
	leader.send("/matters/"+string(m.ID), "/matters/"+string(m.ID)+"/handle", "text", "已清理", "key", "k3").check(t, "handled", 303, "/matters/"+string(m.ID)+"?done=handle")
	worker.send("/matters/"+string(m.ID), "/matters/"+string(m.ID)+"/reopen", "text", "又落石了", "key", "k4").check(t, "reopened", 303, "/matters/"+string(m.ID)+"?done=reopen")
	worker.get("/matters/"+string(m.ID)+"?done=reopen").check(t, "says so", 200, "", "时限重新计算", "!已记录。")
}

// TestOrderButtons begins with the wrong people: the centre says that it has a
// warning, asks again for an answer, and sends back one that does not suffice;
// the form stays with what was typed.
func TestOrderButtons(t *testing.T) {
	o := withMatters(t)
	m := o.report(t, "楼梯扶手松动")
	order := o.overdue(t, m)
	page := "/matters/" + string(m.ID)
	leader, centre := o.signIn(t, "leader"), o.signIn(t, "centre")
	if got := leader.get(page); strings.Contains(got.body, "签收预警") || strings.Contains(got.body, "/remind") {
		t.Error("the leader is offered what is the centre's")
	}
	for _, act := range []string{"receive", "remind", "sign", "return"} {
		if got := leader.send(page, "/orders/"+order.ID+"/"+act, "text", "x"); got.code != http.StatusForbidden {
			t.Errorf("the leader does %s: %d", act, got.code)
		}
	}
	if got := centre.get(page); !strings.Contains(got.body, "签收预警") || !strings.Contains(got.body, "县中心签收") || strings.Contains(got.body, "⟦") {
		t.Errorf("the centre's page: %d", got.code)
	}
	for _, act := range []string{"receive", "remind"} {
		if got := centre.send(page, "/orders/"+order.ID+"/"+act); got.code != http.StatusSeeOther {
			t.Errorf("the centre does %s: %d", act, got.code)
		}
	}
	if got := leader.send(page, "/orders/"+order.ID+"/answer", "text", "在办", "matter", string(m.ID)); got.code != http.StatusSeeOther {
		t.Fatalf("answered: %d", got.code)
	}
	if got := centre.send(page, "/orders/"+order.ID+"/return", "text", "", "matter", string(m.ID)); got.code != http.StatusUnprocessableEntity {
		t.Errorf("returned without a reason: %d", got.code)
	}
	if got := centre.send(page, "/orders/"+order.ID+"/return", "text", "没有写明措施", "matter", string(m.ID)); got.code != http.StatusSeeOther {
		t.Errorf("returned: %d", got.code)
	}
	if got := leader.get(page); !strings.Contains(got.body, "没有写明措施") || !strings.Contains(got.body, "答复退回1次") {
		t.Error("the leader does not read why")
	}
}

// TestExtensionForm: the form of an extension says how long there is at most and
// to which day each choice leads; what it leads to stands in the timeline.
func TestExtensionForm(t *testing.T) {
	o := withMatters(t)
	m, err := o.Matters.Report(t.Context(), reporter, db.Key(gate.NewKey()), matter.ReportRequest{Category: matter.Hotline, Text: "路灯不亮"})
	if err != nil {
		t.Fatal(err)
	}
	at := "/matters/" + string(m.ID)
	o.signIn(t, "far").send("/me", at+"/extend-limit", "extension", "hotline_answer/2", "text", "要等配件", "key", "k0").check(t, "another village", 404, "")
	leader := o.signIn(t, "leader")
	leader.get(at).check(t, "whose own limit it is", 200, "", "路灯不亮", "!extend-limit")
	leader.send(at, at+"/extend-limit", "extension", "hotline_answer/2", "text", "要等配件", "key", "k1").check(t, "granted to oneself", 403, "")
	centre := o.signIn(t, "centre")
	centre.get(at).check(t, "the form", 200, "", "最多延长5个工作日，只能延长一次", "延长1个工作日，到", "延长5个工作日，到", "!延长6个工作日", "!怎样告知上报人延长的理由")
	centre.send(at, at+"/extend-limit", "extension", "hotline_answer/9", "text", "要等配件", "key", "k2").check(t, "by too much", 422, "", "最多5", "要等配件")
	centre.send(at, at+"/extend-limit", "extension", "hotline_answer/2", "text", "要等配件", "key", "k3").check(t, "extended", 303, at+"?done=extend-limit")
	centre.get(at+"?done=extend-limit").check(t, "afterwards", 200, "", "已延长，新的到期日和理由写入办理过程", "12345热线转办件办结反馈延长2个工作日", "新的到期日：", "!最多延长5个工作日")
}

// TestNamedOfficialOnEveryPage: of a matter that names an official no page says
// anything to that official: no list, order, photograph, print, board or stream.
func TestNamedOfficialOnEveryPage(t *testing.T) {
	o := withMatters(t)
	d, keys := o.Accounts.DB, seal.FromSeed(1)
	o.Pages.Mediations, o.Pages.Party, o.Pages.Audit = &mediation.Service{DB: d, Keys: keys}, &party.Service{DB: d, Keys: keys}, &audit.Service{DB: d}
	m, err := o.Matters.Report(t.Context(), reporter, db.Key(gate.NewKey()), matter.ReportRequest{Category: "service", Text: "办事推诿", Names: []string{"centre"}})
	if err != nil || m.Names != 1 {
		t.Fatalf("%+v, %v", m, err)
	}
	other := o.report(t, "后坡有落石")
	order := o.overdue(t, m)
	centre := o.signIn(t, "centre")
	at := "/matters/" + string(m.ID)
	for _, path := range []string{at, at + "/merge", at + "/photos/x", "/orders/" + order.ID + "/order.pdf", "/participants/matter/" + string(m.ID), "/mediations/new?matter=" + string(m.ID)} {
		if got := centre.get(path); got.code != http.StatusNotFound && got.code != http.StatusForbidden || strings.Contains(got.body, m.Number) || strings.Contains(got.body, "推诿") {
			t.Errorf("%s: %d", path, got.code)
		}
	}
	for _, act := range []string{"/comment", "/check", "/extend-limit"} {
		centre.send("/me", at+act, "text", "x", "key", "k"+act).check(t, act, 404, "", "!"+m.Number)
	}
	for _, path := range []string{"/", "/matters", "/matters?overdue=1", "/matters?at=610929101", "/orders", "/orders?all=1", "/board", "/board/list?what=open", "/board/list?what=overdue", "/board/screen", "/board/frame", "/me/acts"} {
		if got := centre.get(path); got.code != http.StatusOK || strings.Contains(got.body, m.Number) || strings.Contains(got.body, "推诿") || strings.Contains(got.body, string(m.ID)) {
			t.Errorf("%s: %d", path, got.code)
		}
	}
	centre.get("/matters").check(t, "the others", 200, "", other.Number)
	now, err := o.Overview.Live(t.Context(), actor.Actor{Account: "centre", Kind: actor.TownCentre, Paths: []string{"610929101"}}, "")
	if text, _ := json.Marshal(now); err != nil || strings.Contains(string(text), string(m.ID)) || strings.Contains(string(text), m.Number) {
		t.Errorf("the stream: %s, %v", text, err)
	}
	if got := centre.get("/board/brief.pdf?at=610929101"); got.code != http.StatusOK || strings.Contains(papertest.Text(t, papertest.File(t, func(w io.Writer) error { _, err := io.WriteString(w, got.body); return err })), m.Number) {
		t.Errorf("the weekly brief: %d", got.code)
	}
}

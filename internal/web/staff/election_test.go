package staff

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/election"
	"anju/internal/entitlement"
	"anju/internal/household"
	"anju/internal/network"
	"anju/internal/person"
	"anju/internal/relocation"
	"anju/internal/request"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	electing  = "610929100207" // 幸福村: the village law
	committee = "610929101001" // a residents' committee
)

// withElectors is an office where 幸福村 elects, and two people of it live in a
// residents' committee.
func withElectors(t *testing.T) office {
	t.Helper()
	o := withMatters(t)
	d, keys := o.Accounts.DB, seal.FromSeed(1)
	o.Pages.Elections, o.Pages.Requests = &election.Service{DB: d, Keys: keys}, &request.Service{DB: d, Keys: keys}
	o.Pages.Network, o.Pages.Rights = &network.Service{DB: d, Keys: keys}, &entitlement.Service{DB: d, Keys: keys}
	o.Pages.Relocations = &relocation.Service{DB: d, Keys: keys}
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for login, p := range map[string]account.Post{"village": {Kind: actor.VillageClerk, Path: electing}, "residents": {Kind: actor.VillageClerk, Path: committee},
			"other": {Kind: actor.VillageClerk, Path: "610929100206"}, "window": {Kind: actor.TownWindow, Path: "610929100"}, "police": {Kind: actor.Registrar, Path: "610929100"}, "civil": {Kind: actor.CivilAffairs, Path: "610929"}} {
			if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: "李芳", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")),
				TOTPSealed: keys.Seal("account", "totp", login, []byte(secret.Reveal()))}); err != nil {
				return err
			}
			p.AccountID, p.Office, p.ValidFrom = account.ID(login), "便民服务站", "2025-01-01"
			if _, err := account.Appoint(tx, p); err != nil {
				return err
			}
		}
		for i, one := range []struct {
			name, registered, living string
			birth                    calendar.Date
		}{{"覃大海", electing, electing, "1961-02-14"}, {"王秀兰", electing, committee, "1970-05-01"}, {"许长安", committee, electing, "1980-03-02"}, {"覃小雨", electing, electing, "2015-06-01"}} {
			if err := livesIn(tx, keys, string(rune('1'+i)), one.name, one.registered, one.living, one.birth); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

func livesIn(tx *db.Tx, keys *seal.Keys, no, name, registered, living string, birth calendar.Date) error {
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: registered, GroupNo: "01", Text: no + "号", State: dwelling.Approved})
	if err != nil {
		return err
	}
	h, err := household.Insert(tx, household.Household{RegisterNo: no, Kind: household.Family, Village: registered, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	p, err := person.Insert(tx, keys, person.Draft{Name: name, Sex: "1", Birth: birth, Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	if _, err := residence.Register(tx, p.ID, h.ID, registered+"001", "02", "2010-01-01", "test"); err != nil {
		return err
	}
	return residence.Relocate(tx, h.ID, []person.ID{p.ID}, living+"003", "", "2020-01-01", "test")
}

var (
	electionHref = regexp.MustCompile(`href="(/elections/[0-9a-f-]{36})"`)
	electorHref  = regexp.MustCompile(`href="(/elections/[0-9a-f-]{36}/people/[0-9a-f-]{36})"`)
	decideHref   = regexp.MustCompile(`action="(/elections/[0-9a-f-]{36}/objections/[0-9a-f-]{36})"`)
)

// first is the first address of a form in a page.
func (p page) first(t *testing.T, form *regexp.Regexp) string {
	t.Helper()
	m := form.FindStringSubmatch(p.body)
	if m == nil {
		t.Fatalf("no %s in %.2000s", form, p.body)
	}
	return m[1]
}

// found is the page of a person that a committee looks for by name.
func (b browser) found(t *testing.T, at, name string) string {
	t.Helper()
	got := b.send(at, at+"/find", "q", name)
	if got.code != http.StatusSeeOther || strings.Contains(got.to, url.QueryEscape(name)) {
		t.Fatalf("looking for %s: %d %s", name, got.code, got.to)
	}
	return b.get(got.to).first(t, electorHref)
}

// TestElectionPages walks a round through its pages, the wrong people first.
func TestElectionPages(t *testing.T) {
	o := withElectors(t)
	civil, village, residents := o.signIn(t, "civil"), o.signIn(t, "village"), o.signIn(t, "residents")
	village.send("/elections", "/elections", "under", electing, "round", "2026年换届", "day", "2099-01-01", "key", "k0").check(t, "a village opens its own round", 403, "")
	village.get("/elections").check(t, "nothing yet", 200, "", "还没有选民名单", "由县民政局按轮次开启")
	civil.send("/elections", "/elections", "under", electing, "round", "2026年换届", "day", "2026-02-01", "key", "k1").check(t, "too soon a day", 422, "", "须在今天起20日以后")
	today := calendar.On(o.clock.Now())
	day := string(today.AddDays(40))
	for i, at := range []string{electing, committee} {
		civil.send("/elections", "/elections", "under", at, "round", "2026年换届", "day", day, "key", "k2"+string(rune('a'+i))).check(t, "opened", 303, "/elections?done=election_opened")
	}
	civil.send("/elections", "/elections", "under", electing, "round", "2026年换届", "day", day, "key", "k2c").check(t, "opened twice", 409, "", "已有选民名单")
	at, there := village.get("/elections").first(t, electionHref), residents.get("/elections").first(t, electionHref)
	civil.get("/elections?state=final").check(t, "no final list", 200, "", "没有这样的选民名单")

	for who, b := range map[string]browser{"another village": o.signIn(t, "other"), "the police": o.signIn(t, "police"), "a grid worker": o.signIn(t, "worker"), "where they live": residents} {
		for _, path := range []string{at, at + "/list.pdf", at + "/people/x"} {
			if got := b.get(path); got.code != http.StatusNotFound && got.code != http.StatusForbidden {
				t.Errorf("%s opens to %s: %d", path, who, got.code)
			}
		}
		if got := b.send("/me", at+"/publish", "key", "w1"); got.code != http.StatusNotFound && got.code != http.StatusForbidden {
			t.Errorf("%s publishes: %d", who, got.code)
		}
	}
	window := o.signIn(t, "window")
	window.get(at).check(t, "the town's window follows", 200, "", "登记中", "村民委员会组织法", "!核对登记情况", "!找人")
	window.send(at, at+"/draw", "key", "w1").check(t, "the window draws", 403, "")

	// The list is drawn; people say what they want.
	village.get("/").check(t, "the work table", 200, "", "选民名单：核对登记")
	village.get(at).check(t, "not drawn", 200, "", "第一步：核对登记", "!找人")
	village.send(at, at+"/draw", "key", "v1").check(t, "drawn", 303, at+"?done=election_draw")
	village.get(at).check(t, "on the list", 200, "", "覃大海", "第十六条第一项", "!王秀兰", "!许长安")
	village.get(at+"?why=young").check(t, "a child", 200, "", "覃小雨", "不满十八周岁")
	village.get(village.send(at, at+"/find", "q", "无此人").to).check(t, "nobody of that name", 200, "", "核对到的人里没有这个名字", "无此人")
	mover, comer := village.found(t, at, "王秀兰"), village.found(t, at, "许")
	village.get(comer).check(t, "who came", 200, "", "许长安", "已满一年", "村民会议或者村民代表会议同意")
	village.send(at, at+"/declare", "answer", "yes", "on", string(today), "how", "书面申请", "why", "may_apply", "key", "v2").check(t, "nobody ticked", 422, "", "请至少勾选一个人", "书面申请")
	village.send(comer, comer+"/declare", "answer", "yes", "on", string(today), "how", "", "key", "v3").check(t, "without how", 422, "", "请填写此项")
	village.send(comer, comer+"/declare", "answer", "yes", "on", string(today), "how", "书面申请", "key", "v4").check(t, "applied", 303, comer+"?done=saved")
	village.send(comer, comer+"/consent", "answer", "yes", "body", "committee", "on", string(today), "for", "1", "against", "2", "document", "决议1号", "key", "v5").check(t, "a body and votes that the law does not know", 422, "", "请选择作出决定的会议", "票数与决定不符", "决议1号")
	village.send(comer, comer+"/consent", "answer", "yes", "body", "representatives", "on", string(today), "for", "21", "against", "2", "document", "决议1号", "key", "v6").check(t, "consented", 303, comer+"?done=saved")
	village.get(comer).check(t, "on the list by consent", 200, "", "赞成21票、反对2票（决议1号）", "第十六条第三项")

	// Nobody is on two lists of a round, and the page says so with the law's words.
	residents.send(there, there+"/draw", "key", "r1").check(t, "drawn there", 303, there+"?done=election_draw")
	moved := residents.found(t, there, "王秀兰")
	residents.send(moved, moved+"/declare", "answer", "yes", "on", string(today), "how", "电话", "key", "r2").check(t, "takes part where she lives", 303, moved+"?done=saved")
	village.send(mover, mover+"/declare", "answer", "yes", "on", string(today), "how", "电话", "key", "v7").check(t, "and at home", 303, mover+"?done=saved")
	village.get(mover).check(t, "blocked", 200, "", "不得再参加其他地方的选举（村民委员会组织法第十六条）", "未列入")

	// Published: objections, a decision, and the end.
	village.send(at, at+"/finish", "key", "v8").check(t, "final before it is published", 409, "")
	village.send(at, at+"/publish", "key", "v9").check(t, "published", 303, at+"?done=election_publish")
	village.get(at).check(t, "hearing", 200, "", "正在受理申诉", "没有申诉")
	if got := civil.get(at + "/list.pdf"); got.code != 200 || !strings.HasPrefix(got.body, "%PDF") {
		t.Errorf("the list for the wall: %d", got.code)
	}
	civil.get(at).check(t, "the county's office follows", 200, "", "已公布", "!许长安", "!覃大海", "!找人")
	village.send(mover, mover+"/object", "by_name", "王秀兰", "made_on", "2020-01-01", "text", "我要在本村参加", "key", "v10").check(t, "a day before it was published", 422, "", "五日内提出", "我要在本村参加")
	village.send(mover, mover+"/object", "by_name", "王秀兰", "made_on", string(today), "text", "我要在本村参加", "key", "v11").check(t, "objected", 303, mover+"?done=saved")
	decide := village.get(at).first(t, decideHref)
	village.get("/").check(t, "waits on the work table", 200, "", "选民名单：1件申诉待决定")
	civil.send(at, decide, "decision", "add", "answer", "同意", "key", "c1").check(t, "the county decides", 403, "")
	village.send(at, decide, "decision", "", "answer", "", "key", "v12").check(t, "no decision", 422, "", "请选择处理决定")
	village.send(at, decide, "decision", "add", "answer", "同意", "key", "v13").check(t, "two places", 409, "", "已在另一处登记")
	village.send(at, decide, "decision", "reject", "answer", "已在居住地登记参加选举", "key", "v14").check(t, "decided", 303, at+"?done=election_decided")
	village.send(at, at+"/finish", "key", "v15").check(t, "final while objections can come", 409, "", "期满后才能定稿")
	o.clock.Set(today.AddDays(6).Start())
	village = o.signIn(t, "village")
	village.get(at).check(t, "can be final", 200, "", "申诉期已过，可以定稿")
	village.send(at, at+"/finish", "key", "v16").check(t, "final", 303, at+"?done=election_finish")
	village.get(at).check(t, "the end", 200, "", "名单已定稿", "维持原名单", "已在居住地登记参加选举")
	if got := village.get(at + "/list.xlsx"); got.code != 200 || !strings.HasPrefix(got.body, "PK") {
		t.Errorf("the workbook: %d", got.code)
	}
}

// TestElectionLate: a list that was not published in time asks for another day.
func TestElectionLate(t *testing.T) {
	o := withElectors(t)
	today := calendar.On(o.clock.Now())
	o.signIn(t, "civil").send("/elections", "/elections", "under", electing, "round", "2026年换届", "day", string(today.AddDays(25)), "key", "k1").check(t, "opened", 303, "/elections?done=election_opened")
	o.clock.Set(today.AddDays(6).Start())
	village, civil := o.signIn(t, "village"), o.signIn(t, "civil")
	at := village.get("/elections").first(t, electionHref)
	village.get("/").check(t, "the committee's work", 200, "", "选民名单来不及公布")
	village.send(at, at+"/publish", "key", "v1").check(t, "published too late", 409, "", "已经来不及")
	civil.get("/").check(t, "the county's work", 200, "", "选民名单来不及公布")
	civil.get(at).check(t, "what to do", 200, "", "另定选举日")
	village.send(at, at+"/cancel", "reason", "改期", "key", "v2").check(t, "cancelled by the village", 403, "")
	civil.send(at, at+"/cancel", "reason", "", "key", "c1").check(t, "without a reason", 422, "", "请填写此项")
	civil.send(at, at+"/cancel", "reason", "改期", "key", "c2").check(t, "cancelled", 303, at+"?done=saved")
	civil.get(at).check(t, "cancelled", 200, "", "已取消", "改期")
}

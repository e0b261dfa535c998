package staff

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/seal"
)

// withTerms is an office with the county's centre twice, and who runs the
// system.
func withTerms(t *testing.T) office {
	o := withMatters(t)
	d, keys := o.Accounts.DB, seal.FromSeed(1)
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for login, kind := range map[string]actor.Kind{"county": actor.CountyCentre, "county2": actor.CountyCentre, "system": actor.SystemAdmin} {
			if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: "李强", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")),
				TOTPSealed: keys.Seal("account", "totp", login, []byte(secret.Reveal()))}); err != nil {
				return err
			}
			if _, err := account.Appoint(tx, account.Post{AccountID: account.ID(login), Kind: kind, Path: "610929", Office: "县综治中心", ValidFrom: "2025-01-01"}); err != nil {
				return err
			}
		}
		return nil
	})
	o.Pages.Deadlines = &deadline.Service{DB: d}
	return o
}

// TestTermPages begins with the wrong people: everybody who works by the limits
// reads them, the centre asks for a change, and another account approves it.
func TestTermPages(t *testing.T) {
	o := withTerms(t)
	worker, town := o.signIn(t, "leader"), o.signIn(t, "centre")
	from := string(calendar.On(o.Accounts.DB.Now()).AddDays(3))
	for who, b := range map[string]browser{"the grid leader": worker, "the town's centre": town} {
		if page := b.get("/terms"); page.code != http.StatusOK || !strings.Contains(page.body, "信访工作条例34") || strings.Contains(page.body, "/terms/seven_day") {
			t.Errorf("%s: %d; the limits are there to be read, and only that", who, page.code)
		}
		if page := b.get("/terms/seven_day"); page.code != http.StatusNotFound {
			t.Errorf("%s opens the form: %d", who, page.code)
		}
		if page := b.send("/terms", "/terms/seven_day", "amount", "3"); page.code != http.StatusNotFound {
			t.Errorf("%s asks for a change: %d", who, page.code)
		}
	}
	county, other := o.signIn(t, "county"), o.signIn(t, "county2")
	if page := county.get("/terms/mediation_confirm"); page.code != http.StatusNotFound {
		t.Errorf("a form for what the law gives people: %d", page.code)
	}
	page := county.send("/terms/seven_day", "/terms/seven_day", "amount", "9", "unit", "exact_day", "pause_most", "0", "basis", "县委常委会纪要", "valid_from", from, "reason", "群众等得太久")
	if page.code != http.StatusUnprocessableEntity || !strings.Contains(page.body, "请填写1到7之间的整数") || !strings.Contains(page.body, "群众等得太久") {
		t.Errorf("nine days: %d; the form stays with what was typed", page.code)
	}
	if page = county.send("/terms/seven_day", "/terms/seven_day", "amount", "5", "unit", "exact_day", "pause_most", "0", "basis", "县委常委会纪要", "valid_from", from, "reason", "群众等得太久"); page.code != http.StatusSeeOther {
		t.Fatalf("five days: %d\n%.500s", page.code, page.body)
	}
	table, err := o.Deadlines.TermTable(t.Context(), actor.Actor{Account: "county", Kind: actor.CountyCentre, Paths: []string{"610929"}})
	if err != nil || len(table.Changes) != 1 {
		t.Fatalf("%d changes, %v", len(table.Changes), err)
	}
	approve := "/term-changes/" + table.Changes[0].ID + "/approve"
	if page := county.get("/terms"); strings.Contains(page.body, approve) || !strings.Contains(page.body, "提出人不能审定") {
		t.Error("whoever asked is offered to approve")
	}
	if page := town.send("/terms", approve); page.code != http.StatusNotFound {
		t.Errorf("the town's centre approves: %d", page.code)
	}
	if page := other.send("/terms", approve); page.code != http.StatusSeeOther {
		t.Errorf("the second account approves: %d", page.code)
	}
}

// TestCalendarPages begins with the wrong people: the calendar is there for all,
// and whoever runs the system tries a notice before taking it in.
func TestCalendarPages(t *testing.T) {
	o := withTerms(t)
	const text = "2027-01-01,元旦,放假,1\n2027-02-05,春节,放假,1\n2027-02-20,春节,上班,0"
	leader := o.signIn(t, "leader")
	if page := leader.get("/calendar"); page.code != http.StatusOK || strings.Contains(page.body, "试算") || !strings.Contains(page.body, "2026-02-14") || !strings.Contains(page.body, "预计") {
		t.Errorf("the leader sees the calendar: %d", page.code)
	}
	if page := leader.send("/calendar", "/calendar", "text", text, "source", "x", "do", "import"); page.code != http.StatusNotFound {
		t.Errorf("the leader imports a notice: %d", page.code)
	}
	system := o.signIn(t, "system")
	page := system.send("/calendar", "/calendar", "text", "2027-01-01,元旦,加班,1", "source", "", "do", "try")
	if page.code != http.StatusUnprocessableEntity || !strings.Contains(page.body, "第1行") || !strings.Contains(page.body, "加班") {
		t.Errorf("a notice with a fault: %d", page.code)
	}
	page = system.send("/calendar", "/calendar", "text", text, "source", "国办发明电〔2026〕7号", "do", "try")
	if page.code != http.StatusOK || !strings.Contains(page.body, "试算结果：2027年") || !strings.Contains(page.body, "法定节假日不是13天") || !strings.Contains(page.body, "国办发明电〔2026〕7号") {
		t.Errorf("tried: %d", page.code)
	}
	if page := system.get("/calendar"); strings.Contains(page.body, "2027-02-20") {
		t.Error("a trial was stored")
	}
	if page = system.send("/calendar", "/calendar", "text", text, "source", "国办发明电〔2026〕7号", "do", "import"); page.code != http.StatusSeeOther {
		t.Fatalf("taken in: %d", page.code)
	}
	if page := system.get("/calendar"); !strings.Contains(page.body, "2027-02-20") || !strings.Contains(page.body, "国办发明电〔2026〕7号") || strings.Contains(page.body, "尚无放假通知") {
		t.Error("the notice is not the calendar")
	}
}

// TestMissingNoticeIsSaid: while the notice of a year is missing, whoever takes
// it in is warned on the first page, with the way there, and nobody else is.
func TestMissingNoticeIsSaid(t *testing.T) {
	o := withTerms(t)
	system := o.signIn(t, "system")
	system.get("/").check(t, "in spring", 200, "", "!放假通知还没有导入")
	o.clock.Move(time.Date(2026, 11, 3, 2, 0, 0, 0, time.UTC).Sub(o.Accounts.DB.Now()))
	system = o.signIn(t, "system")
	system.get("/").check(t, "in November", 200, "", "2027年的放假通知还没有导入", `href="/calendar"`)
	o.signIn(t, "county").get("/calendar").check(t, "who cannot take it in", 200, "", "!导入放假通知")
	system.send("/calendar", "/calendar", "text", "2027-01-01,元旦,放假,1", "source", "国办发明电〔2026〕7号", "do", "import").check(t, "taken in", 303, "/calendar?done=noticed")
	system.get("/").check(t, "afterwards", 200, "", "!放假通知还没有导入")
}

// TestCategoryPages begins with the wrong people: the centre asks for another
// category, what is wrong comes back with what was typed, and another account
// approves it.
func TestCategoryPages(t *testing.T) {
	o := withTerms(t)
	from := string(calendar.On(o.Accounts.DB.Now()).AddDays(3))
	fill := func(pairs ...string) []string {
		return append([]string{"parent", "safety", "name", "河道险情", "days", "1", "level", "3", "unit", "agriculture", "basis", "防汛条例", "valid_from", from, "reason", "汛期", "need_place", "1"}, pairs...)
	}
	leader, county, other := o.signIn(t, "leader"), o.signIn(t, "county"), o.signIn(t, "county2")
	leader.get("/categories").check(t, "the leader reads", 200, "", "滑坡落石", "地质灾害防治条例", "!/categories/new")
	leader.get("/categories/new").check(t, "the leader's form", 404, "")
	leader.send("/me", "/categories/new", fill("key", "c0")...).check(t, "the leader asks", 404, "")
	county.get("/categories/safety_slope").check(t, "the form of one", 200, "", "滑坡落石", `name="ended"`, `name="need_place"`, "上报要填：具体位置", "停用：从生效日期起")
	county.get("/categories/safety").check(t, "the form of a root", 200, "", `!name="ended"`)
	county.get("/categories/none").check(t, "of none", 404, "")
	county.send("/categories/new", "/categories/new", fill("key", "c1", "days", "9")...).check(t, "nine days", 422, "", "请填写1到7的整数", "河道险情", "防汛条例", "汛期")
	county.send("/categories/new", "/categories/new", fill("key", "c2")...).check(t, "asked", 303, "/categories?done=proposed")
	table, err := o.Matters.CategoryTable(t.Context(), actor.Actor{Account: "county", Kind: actor.CountyCentre, Paths: []string{"610929"}})
	if err != nil || len(table.Changes) != 1 || table.Changes[0].Needs != "place" {
		t.Fatalf("%+v, %v", table.Changes, err)
	}
	at := "/category-changes/" + table.Changes[0].ID
	county.get("/categories").check(t, "who asked", 200, "", "提出人不能审定", "!"+at+"/approve")
	leader.send("/me", at+"/approve", "key", "c3").check(t, "the leader approves", 404, "")
	other.send("/categories", at+"/refuse", "key", "c4", "answer", " ").check(t, "refused without a word", 422, "")
	other.send("/categories", at+"/approve", "key", "c5").check(t, "approved", 303, "/categories?done=rule_approved")
	other.get("/categories").check(t, "afterwards", 200, "", "安全隐患 · 河道险情")
}

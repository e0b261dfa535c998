package staff

import (
	"net/http"
	"testing"

	"anju/internal/accepting"
	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/seal"
)

// TestAcceptingPages: who only reads the list is offered nothing; two accounts
// of the county change it, and nothing that was typed is lost.
func TestAcceptingPages(t *testing.T) {
	o := withMatters(t)
	d, keys := o.Accounts.DB, seal.FromSeed(1)
	o.Pages.Accepting = &accepting.Service{DB: d}
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for login, p := range map[string]account.Post{"police1": {Kind: actor.CountyPolice}, "police2": {Kind: actor.CountyPolice}, "window": {Kind: actor.TownWindow}} {
			if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: "李芳", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")),
				TOTPSealed: keys.Seal("account", "totp", login, []byte(secret.Reveal()))}); err != nil {
				return err
			}
			p.AccountID, p.Path, p.Office, p.ValidFrom = account.ID(login), "610929", "县公安局", "2025-01-01"
			if _, err := account.Appoint(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	window := o.signIn(t, "window")
	window.get("/accepting").check(t, "who reads", 200, "", "还没有认簿事项", "!新增事项")
	if got := window.get("/accepting/new"); got.code != http.StatusNotFound && got.code != http.StatusForbidden {
		t.Errorf("the form opens to a counter: %d", got.code)
	}

	police := o.signIn(t, "police1")
	fields := func(phone, key string) []string {
		return []string{"name", "子女入学", "unit", "县教育局", "phone", phone, "office", "", "bring", "学籍证明", "basis", "白教发〔2026〕1号", "valid_from", "2099-01-01", "reason", "县里发文", "key", key}
	}
	police.get("/accepting/new").check(t, "the form", 200, "", "镇便民服务窗口", "其他单位", "!从生效日期起不再列入清单")
	police.get("/accepting/nothing").check(t, "a service that is none", http.StatusNotFound, "")
	police.send("/accepting/new", "/accepting/new", fields("找老王", "a1")...).check(t, "no number", 422, "", "请填写联系电话", "找老王", "学籍证明", "县里发文")
	police.send("/accepting/new", "/accepting/new", fields("0915-5550101", "a2")...).check(t, "proposed", 303, "/accepting?done=proposed")
	police.send("/accepting/new", "/accepting/new", fields("0915-5550101", "a2")...).check(t, "sent twice", 303, "/accepting?done=proposed")
	police.get("/accepting").check(t, "one's own", 200, "", "提出人不能审定", "学籍证明", "!/approve")
	second := o.signIn(t, "police2")
	second.get("/accepting").check(t, "another's", 200, "", "县里发文", "/approve")
	l, err := o.Pages.Accepting.List(t.Context(), actor.Actor{Account: "police2", Kind: actor.CountyPolice, Paths: []string{"610929"}})
	if err != nil || len(l.Changes) != 1 {
		t.Fatal(l, err)
	}
	at := "/accepting-proposals/" + l.Changes[0].ID
	second.send("/accepting", at+"/refuse", "answer", "", "key", "a3").check(t, "refused without a word", 422, "", "县里发文")
	police.send("/accepting", at+"/approve", "key", "a4").check(t, "approved by who asked", http.StatusForbidden, "")
	second.send("/accepting", at+"/approve", "key", "a5").check(t, "approved", 303, "/accepting?done=accepting_approved")
	second.get("/accepting").check(t, "to begin later", 200, "", "2099-01-01", "已同意")
	at = "/accepting/" + l.Changes[0].Item
	police.get(at).check(t, "its form", 200, "", "修改认簿事项：子女入学", "县教育局", "从生效日期起不再列入清单")
	police.send(at, at, "ends", "1", "valid_from", "2099-02-01", "reason", "改为网上办理", "key", "a6").check(t, "to end", 303, "/accepting?done=proposed")
	police.get("/accepting").check(t, "what is to end", 200, "", "从生效日期起不再列入清单", "改为网上办理")
}

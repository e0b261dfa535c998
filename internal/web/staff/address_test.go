package staff

import (
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/duplicate"
	"anju/internal/dwelling"
	"anju/internal/grid"
	"anju/internal/residence"
	"anju/internal/seal"
)

// withStation is withHousehold with the head of its police station, and a house
// at an address that waits.
func withStation(t *testing.T) (o office, head string, address string) {
	o, _, people := withHousehold(t)
	d, keys := o.Accounts.DB, o.Accounts.Keys
	dbtest.Given(t, d, func(tx *db.Tx) error {
		if err := account.Insert(tx, account.Account{ID: "station", Login: "station", Name: "刘站长", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")),
			TOTPSealed: keys.Seal("account", "totp", "station", []byte(secret.Reveal()))}); err != nil {
			return err
		}
		if _, err := account.Appoint(tx, account.Post{AccountID: "station", Kind: actor.StationHead, Path: "610929101", Office: "派出所", ValidFrom: "2025-01-01"}); err != nil {
			return err
		}
		a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: "610929101001", Text: "清风社区新苑9号"})
		address = a.ID
		return err
	})
	o.Pages.Duplicates = &duplicate.Service{DB: d, Keys: keys}
	o.Pages.Grids = &grid.Service{DB: d, Keys: keys}
	o.Pages.Dwellings = &dwelling.Service{DB: d, Seen: residence.HouseSeen}
	return o, string(people[0]), address
}

// TestAddressPages: who may not decide sees no form and is refused; the reason
// of a refusal stands on the page; an approved address is one.
func TestAddressPages(t *testing.T) {
	o, _, id := withStation(t)
	at := "/addresses/" + id
	o.signIn(t, "worker").get("/addresses").check(t, "a worker", 403, "", "!新苑")
	o.signIn(t, "worker").get(at).check(t, "a worker", 403, "", "!新苑")
	other := o.signIn(t, "police2")
	other.get("/addresses").check(t, "another station's list", 200, "", "!新苑")
	other.get(at).check(t, "another station", 404, "", "!新苑")
	police := o.signIn(t, "police")
	police.get("/addresses").check(t, "the list", 200, "", "新苑9号", "待核定", at)
	police.get(at).check(t, "a registrar", 200, "", "新苑9号", "!不予核定</button>", "!/approve")
	police.send(at, at+"/approve", "version", "1").check(t, "a registrar approves", 403, "")

	head := o.signIn(t, "station")
	head.get(at).check(t, "the head of the station", 200, "", at+"/approve", at+"/refuse")
	head.send(at, at+"/refuse", "version", "1", "reason", " ", "key", "k0refuse").check(t, "no reason", 422, "", "请填写")
	head.send(at, at+"/approve", "version", "7", "key", "k1approve").check(t, "an old page", 409, "")
	head.send(at, at+"/approve", "version", "1", "building", "新苑9号楼", "group_no", "x", "key", "k2approve").check(t, "a bad group", 422, "", "组号请填两位数字", `value="新苑9号楼"`)
	head.send(at, at+"/refuse", "version", "1", "reason", "应写清风小区9号", "key", "k3refuse").check(t, "refused", 303, at+"?done=address_refused")
	police.get(at).check(t, "the reason", 200, "", "应写清风小区9号", "不予核定")
	police.get("/addresses?state=refused").check(t, "the list of refused", 200, "", "新苑9号")
	police.get("/addresses").check(t, "what waits", 200, "", "!新苑9号")
}

// TestProtectionPages: only the police where somebody lives protect, and it is
// so at once; for everybody else the page is gone. A second account lets it go.
func TestProtectionPages(t *testing.T) {
	o, id, _ := withStation(t)
	at := "/people/" + id + "/protection"
	for who, code := range map[string]int{"worker": 403, "leader": 403, "clerk": 403, "police2": 404} {
		b := o.signIn(t, who)
		b.get(at).check(t, who, code, "", "!张桃花")
		b.send("/me", at, "ground", "court_order", "document", "1号", "review_on", "2026-06-01").check(t, who+" protects", code, "")
	}
	police, head := o.signIn(t, "police"), o.signIn(t, "station")
	police.get("/people/"+id).check(t, "the way there", 200, "", `href="`+at+`"`)
	police.get(at).check(t, "what it does", 200, "", "张桃花", "只有这个单位看得到", "一个账号即可", "!申请解除")
	police.send(at, at, "ground", "gossip", "document", "", "review_on", "2027-06-01", "key", "p0").check(t, "no ground, no paper, in a year and more", 422, "", "请选择保护的依据", "请填写复核日期", "请填写")
	police.send(at, at, "ground", "court_order", "document", "（2026）民保令1号", "review_on", "2026-06-01", "key", "p1").check(t, "protected", 303, at+"?done=protected")
	o.signIn(t, "leader").get("/people/"+id).check(t, "the leader there", 200, "", "张桃花", "!>居住</td>")
	o.signIn(t, "police2").get("/protections").check(t, "another station's list", 200, "", "!张桃花")
	head.get("/protections").check(t, "the unit's list", 200, "", "张桃花", "（2026）民保令1号", "人身安全保护令")

	police.send(at, at+"/lift", "key", "p2").check(t, "lifted, and nobody asked", 409, "")
	police.send(at, at+"/ask", "reason", "", "key", "p3").check(t, "no reason", 422, "", "请填写")
	police.send(at, at+"/ask", "reason", "保护令到期，本人同意", "key", "p4").check(t, "asked", 303, at+"?done=lift_asked")
	police.get(at).check(t, "who asked", 200, "", "解除保护须由另一个账号决定", "!/lift")
	police.send(at, at+"/lift", "key", "p5").check(t, "who asked lifts", 403, "")
	head.get(at).check(t, "the second account", 200, "", "保护令到期，本人同意", at+"/lift")
	head.send(at, at+"/steal", "key", "p6").check(t, "no such act", 404, "")
	head.send(at, at+"/keep", "key", "p7").check(t, "it stays", 303, at+"?done=protection_kept")
	o.signIn(t, "leader").get("/people/"+id).check(t, "still hidden", 200, "", "!>居住</td>")
	police.send(at, at+"/ask", "reason", "本人再次申请", "key", "p8").check(t, "asked again", 303, at+"?done=lift_asked")
	head.send(at, at+"/lift", "key", "p9").check(t, "lifted", 303, at+"?done=lifted")
	o.signIn(t, "leader").get("/people/"+id).check(t, "there again", 200, "", ">居住</td>")
	head.get("/protections").check(t, "the list is empty", 200, "", "没有受保护的住处")
}

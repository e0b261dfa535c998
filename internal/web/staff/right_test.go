package staff

import (
	"net/http"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/entitlement"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// withRights is an office where a household that lives in 清风社区 is insured
// there and in another village, and draws 低保 in two places.
func withRights(t *testing.T) (o office, house string) {
	t.Helper()
	o = withMatters(t)
	d, keys := o.Accounts.DB, seal.FromSeed(1)
	o.Pages.Rights = &entitlement.Service{DB: d, Keys: keys}
	const here, elsewhere = "610929101001", "610929102001"
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for login, p := range map[string]account.Post{"village": {Kind: actor.VillageClerk, Path: here}, "other": {Kind: actor.VillageClerk, Path: "610929101002"},
			"window": {Kind: actor.TownWindow, Path: "610929101"}, "civil": {Kind: actor.CivilAffairs, Path: "610929"}, "civil2": {Kind: actor.CountyCentre, Path: "610929"}} {
			if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: "李芳", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")),
				TOTPSealed: keys.Seal("account", "totp", login, []byte(secret.Reveal()))}); err != nil {
				return err
			}
			p.AccountID, p.Office, p.ValidFrom = account.ID(login), "清风社区", "2025-01-01"
			if _, err := account.Appoint(tx, p); err != nil {
				return err
			}
		}
		if err := entitlement.InstallRoutes(tx); err != nil {
			return err
		}
		a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: here, GroupNo: "01", Text: "白河县中厂镇一组17号"})
		if err != nil {
			return err
		}
		h, err := household.Insert(tx, household.Household{RegisterNo: "1", Kind: household.Family, Village: here, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		house = string(h.ID)
		who, err := person.Insert(tx, keys, person.Draft{Name: "覃大海", Sex: "1", Birth: "1961-02-14", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		if _, err := residence.Register(tx, who.ID, h.ID, here+"003", "02", "2010-01-01", "test"); err != nil {
			return err
		}
		if err := residence.Relocate(tx, h.ID, []person.ID{who.ID}, here+"003", "", "2010-01-01", "test"); err != nil {
			return err
		}
		for _, e := range []entitlement.Entitlement{
			{Kind: "medical", Side: entitlement.Living, Path: here, Evidence: "参保甲"}, {Kind: "medical", Side: entitlement.Living, Path: elsewhere, Evidence: "参保乙"},
			{Kind: "subsistence", Side: entitlement.Origin, Path: here, Evidence: "审批丙"}, {Kind: "subsistence", Side: entitlement.Living, Path: elsewhere, Evidence: "审批丁"},
		} {
			e.HouseholdID, e.State, e.ValidFrom, e.Source = h.ID, entitlement.Valid, "2020-01-01", "test"
			if _, err := entitlement.Enter(tx, e); err != nil {
				return err
			}
		}
		_, err = entitlement.Recheck(tx, h.ID)
		return err
	})
	return o, house
}

// TestRightPages begins with the wrong people: who has no duty for a kind meets
// it on no page and in no number.
func TestRightPages(t *testing.T) {
	o, house := withRights(t)
	book := "/households/" + house + "/rights"
	for _, login := range []string{"worker", "centre"} {
		b := o.signIn(t, login)
		for _, page := range []string{"/rights", book, "/findings"} {
			if got := b.get(page); got.code != http.StatusNotFound && got.code != http.StatusForbidden {
				t.Errorf("%s opens to the %s: %d", page, login, got.code)
			}
		}
	}
	other := o.signIn(t, "other")
	other.get(book).check(t, "another village", http.StatusNotFound, "", "!覃大海")
	other.get("/rights").check(t, "another village's list", 200, "", "没有权益记录", "!覃大海")
	other.get("/findings").check(t, "another village's tasks", 200, "", "没有对不上的权益", "!覃大海")

	village := o.signIn(t, "village")
	village.get("/findings").check(t, "the community's tasks", 200, "", "覃大海", "基本医疗保险", "两地同时在办", "!农村低保")
	village.get(book).check(t, "the community's ledger", 200, "", "参保甲", "参保乙", "两地清单对不上", "!审批丙", "!审批丁", "!农村低保")
	village.get("/rights").check(t, "the community's list", 200, "", "参保甲", "!参保乙", "!审批丙")
	civil := o.signIn(t, "civil")
	civil.get("/findings").check(t, "civil affairs' tasks", 200, "", "农村低保", "!基本医疗保险")
	civil.get(book).check(t, "civil affairs' ledger", 200, "", "审批丙", "审批丁", "!参保甲", "!基本医疗保险")

	form := book + "/new"
	village.get(form).check(t, "the form", 200, "", "登记权益", "大病保险", "!农村低保")
	village.send(form, book, "kind", "serious_illness/living/610929101001", "evidence", "", "from", "2024-01-01", "reason", "本人持证", "key", "k1").check(t, "without evidence", 422, "", "请填写此项", "本人持证")
	village.send(form, book, "kind", "subsistence/origin/610929101001", "evidence", "审批戊", "from", "2024-01-01", "reason", "不归我管", "key", "k2").check(t, "低保 by the community", 422, "", "请选择本地负责的权益种类", "审批戊")
	village.send(form, book, "kind", "serious_illness/living/610929101001", "evidence", "参保己", "from", "2024-01-01", "reason", "本人持证", "key", "k3").check(t, "entered", 303, book+"?done=right_entered")
	village.get(book).check(t, "the ledger after", 200, "", "参保己", "登记大病保险", "本人持证")
}

// TestRoutePages: the routing table is changed by two accounts of the county.
func TestRoutePages(t *testing.T) {
	o, _ := withRights(t)
	village := o.signIn(t, "village")
	village.get("/routes").check(t, "the table", 200, "", "某村便民服务站", "!提出修改")
	if got := village.get("/routes/medical/living"); got.code != http.StatusNotFound && got.code != http.StatusForbidden {
		t.Errorf("the form opens to a village: %d", got.code)
	}
	civil := o.signIn(t, "civil")
	at := "/routes/medical/living"
	civil.get(at).check(t, "the form", 200, "", "{village}便民服务站", "从生效日期起，这一地不再负责")
	civil.send(at, at, "unit", "{county}医保局", "basis", "白政办发〔2026〕1号", "valid_from", "2099-01-01", "reason", "改革", "key", "r1").check(t, "a place that is none", 422, "", "三种占位", "医保局")
	civil.send(at, at, "unit", "{town}医保站", "basis", "白政办发〔2026〕1号", "valid_from", "2099-01-01", "reason", "改革", "key", "r2").check(t, "proposed", 303, "/routes?done=proposed")
	civil.get("/routes").check(t, "one's own", 200, "", "提出人不能审定", "某镇医保站")
	o.signIn(t, "civil2").get("/routes").check(t, "another's", 200, "", "改革", "/approve")
}

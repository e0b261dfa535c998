package staff

import (
	"fmt"
	"net/http"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/election"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/overview"
	"anju/internal/relocation"
	"anju/internal/request"
	"anju/internal/seal"
)

// TestWorkTableDeniesNothing: what the numbers above say waits is not denied below
// them. Where no task is listed, the page leads to the lists that hold it; where
// nothing waits, it says so.
func TestWorkTableDeniesNothing(t *testing.T) {
	const nothing, elsewhere = "没有待办事项", "这里没有逐件列出的事项"
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o := officeOn(t, d, c, false)
		keys := seal.FromSeed(1)
		o.Pages.Overview, o.Pages.Booklets, o.Pages.Matters = &overview.Service{DB: d, Keys: keys}, &booklet.Service{DB: d, Keys: keys}, &matter.Service{DB: d, Keys: keys}
		o.Pages.Deadlines, o.Pages.Requests, o.Pages.Relocations, o.Pages.Rights, o.Pages.Elections = &deadline.Service{DB: d}, &request.Service{DB: d, Keys: keys}, &relocation.Service{DB: d, Keys: keys}, &entitlement.Service{DB: d, Keys: keys}, &election.Service{DB: d, Keys: keys}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for login, p := range map[string]account.Post{
				"registrar": {Kind: actor.Registrar, Path: "610929101"}, "head": {Kind: actor.StationHead, Path: "610929101"}, "far": {Kind: actor.Registrar, Path: "610929102"},
				"centre": {Kind: actor.TownCentre, Path: "610929101"}, "farcentre": {Kind: actor.TownCentre, Path: "610929102"},
			} {
				if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: "王芳", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")),
					TOTPSealed: keys.Seal("account", "totp", login, []byte(secret.Reveal()))}); err != nil {
					return err
				}
				p.AccountID, p.Office, p.ValidFrom = account.ID(login), "派出所", "2025-01-01"
				if _, err := account.Appoint(tx, p); err != nil {
					return err
				}
			}
			if err := division.Install(tx); err != nil {
				return err
			}
			if err := db.Insert(tx, "grid", grid.Grid{Code: "610929101001003", Village: "610929101001", Name: "网格", ValidFrom: "2025-01-01", ValidTo: "9999-12-31", Version: 1}); err != nil {
				return err
			}
			for i, st := range []booklet.State{booklet.Approved, booklet.Approved, booklet.Made, booklet.Issued} {
				id := fmt.Sprint("b", i)
				if err := db.Insert(tx, "booklet", booklet.Booklet{ID: booklet.ID(id), HouseholdID: household.ID(id), Path: "610929101001003", OriginPath: "610929102001001", HeadName: "王守山", State: st, AppliedBy: "a", ApprovedBy: "b", AppliedAt: int64(i + 1), Version: 1}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, other := range []string{"far", "farcentre"} {
			o.signIn(t, other).get("/").check(t, other, http.StatusOK, "", nothing, "!"+elsewhere, "!居住簿待制作")
		}
		o.signIn(t, "centre").get("/").check(t, "nothing in the town yet", http.StatusOK, "", nothing, "!"+elsewhere)
		for _, who := range []string{"registrar", "head"} {
			o.signIn(t, who).get("/").check(t, who, http.StatusOK, "", "!"+nothing, elsewhere, `<a href="/booklets?state=approved">居住簿待制作：2本</a>`, `<a href="/booklets?state=made">居住簿待发放：1本</a>`, "!居住簿待审核：", "!居住簿已发放")
		}
		m := o.report(t, "楼梯扶手松动")
		o.signIn(t, "centre").get("/").check(t, "a matter under way below", http.StatusOK, "", "!"+nothing, elsewhere, `<a href="/matters">在办事件：1件</a>`, "!/matters/"+string(m.ID), "!超期事件：")
		o.signIn(t, "registrar").get("/").check(t, "nothing handed over", http.StatusOK, "", "!移交给我部门的")
		leader := actor.Actor{Account: "leader", Name: "李明", Kind: actor.GridLeader, Paths: []string{"610929101001003"}}
		if _, err := o.Matters.Do(t.Context(), leader, "k", matter.Transfer, m.ID, matter.Say{Unit: actor.Registrar, Text: "请核实"}); err != nil {
			t.Fatal(err)
		}
		o.signIn(t, "far").get("/").check(t, "handed to another station", http.StatusOK, "", nothing, "!楼梯扶手松动")
		o.signIn(t, "registrar").get("/").check(t, "handed to the station", http.StatusOK, "", "移交给我部门的", "楼梯扶手松动", `href="/matters/`+string(m.ID)+`"`)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			return db.Insert(tx, "booklet", booklet.Booklet{ID: "b9", HouseholdID: "b9", Path: "610929101001003", HeadName: "王守山", State: booklet.Verified, AppliedBy: "a", AppliedAt: 9, Version: 1})
		})
		o.signIn(t, "head").get("/").check(t, "with a task", http.StatusOK, "", `href="/booklets/b9"`, "!"+nothing, "!"+elsewhere)
		o.signIn(t, "admin").get("/").check(t, "an administrator", http.StatusOK, "", "管理员不查看业务数据", "!"+nothing, "!"+elsewhere)
	})
}

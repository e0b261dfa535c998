package staff

import (
	"fmt"
	"html"
	"regexp"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/overview"
	"anju/internal/party"
	"anju/internal/seal"
)

// TestReservePages: a place with more files than a page holds leads on to every one,
// and its address says no name.
func TestReservePages(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o := officeOn(t, d, c, false)
		keys := seal.FromSeed(1)
		o.Pages.Overview, o.Pages.Party = &overview.Service{DB: d, Keys: keys}, &party.Service{DB: d, Keys: keys}
		const many = 520
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := division.Install(tx); err != nil {
				return err
			}
			for i := range many {
				id := fmt.Sprintf("f%03d", i)
				if err := db.Insert(tx, "reserve_file", party.Reserve{ID: id, Path: "610929101001", AccountID: id, Name: "王守山" + id, MetOn: "2026-01-01", Document: "第1号", State: party.ReserveEnded, ProposedBy: "x", ProposedName: "x", ProposedAt: int64(i), Version: 1}); err != nil {
					return err
				}
			}
			if err := account.Insert(tx, account.Account{ID: "far", Login: "far", Name: "王芳", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")), TOTPSealed: keys.Seal("account", "totp", "far", []byte(secret.Reveal()))}); err != nil {
				return err
			}
			if err := account.Insert(tx, account.Account{ID: "centre", Login: "centre", Name: "李强", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")), TOTPSealed: keys.Seal("account", "totp", "centre", []byte(secret.Reveal()))}); err != nil {
				return err
			}
			if _, err := account.Appoint(tx, account.Post{AccountID: "centre", Kind: actor.TownCentre, Path: "610929101", Office: "镇综治中心", ValidFrom: "2025-01-01"}); err != nil {
				return err
			}
			_, err := account.Appoint(tx, account.Post{AccountID: "far", Kind: actor.VillageClerk, Path: "610929101002", Office: "清风社区", ValidFrom: "2025-01-01"})
			return err
		})
		// Who may see the own file alone is not told that a place has none.
		o.signIn(t, "centre").get("/reserve").check(t, "the town's centre", 200, "", "没有您本人的后备干部材料", "!这里还没有后备干部材料", "!王守山")
		o.signIn(t, "far").get("/reserve?at=610929101001").check(t, "another village", 200, "", "这里还没有后备干部材料", "!王守山")
		clerk := o.signIn(t, "clerk")
		link, more := regexp.MustCompile(`href="/reserve/(f\d+)"`), regexp.MustCompile(`href="(/reserve\?[^"]*after=[^"]*)"`)
		seen := map[string]bool{}
		for at, n := "/reserve?at=610929101001", 0; at != "" && n < many; n++ {
			p := clerk.get(at)
			p.check(t, at, 200, "")
			for _, m := range link.FindAllStringSubmatch(p.body, -1) {
				seen[m[1]] = true
			}
			at = ""
			if m := more.FindStringSubmatch(p.body); m != nil {
				at = html.UnescapeString(m[1])
			}
			if regexp.MustCompile("王守山|%E7%8E%8B").MatchString(at) {
				t.Fatalf("leads on to %s", at)
			}
		}
		if len(seen) != many {
			t.Errorf("%d files on the pages, want %d", len(seen), many)
		}
		// what is shown of one place is shown of the others in the tree
		clerk.get("/reserve?kept=1&at=610929101001").check(t, "those kept", 200, "", "/reserve?kept=1&amp;at=610929100002", "!/reserve?at=", "!王守山")
	})
}

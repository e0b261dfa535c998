package staff

import (
	"net/http"
	"strings"
	"testing"

	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/seal"
)

// TestEndedBookletPages: the number of a booklet that has ended leads to it, or to
// its household, and both say that it is not good any more and which one is.
func TestEndedBookletPages(t *testing.T) {
	o, home, people := withHousehold(t)
	o.Pages.Booklets = &booklet.Service{DB: o.Accounts.DB, Keys: seal.FromSeed(1)}
	const old, next, was, is = "610929-26-000002-J", "610929-26-000003-H", "610929101001003", "610929102001001"
	dbtest.Given(t, o.Accounts.DB, func(tx *db.Tx) error {
		if err := residence.Relocate(tx, home, people, is, "", "2026-03-01", "test"); err != nil {
			return err
		}
		for _, b := range []booklet.Booklet{
			{ID: "a", MoveID: "ma", Number: old, Path: was, State: booklet.Cancelled, EndedWhy: "moved_away", Reason: "搬到构朳镇", EndedAt: tx.Millis()},
			{ID: "b", MoveID: "mb", Number: next, Path: is, State: booklet.Issued},
		} {
			b.HouseholdID, b.OriginPath, b.HeadName, b.AppliedBy, b.Version = home, was, "张桃花", "x", 1
			m := relocation.Move{Arrival: relocation.Accepted, ID: b.MoveID, Number: b.MoveID, HouseholdID: home, Programme: "natural", MovedOn: "2020-05-01", FromPath: was, ToPath: b.Path,
				Case: "other_town", Track: "booklet", Persons: "[]", RecordedBy: "刘芳", Source: "test", Version: 1}
			if err := db.Insert(tx, "move", m); err != nil {
				return err
			}
			if err := db.Insert(tx, "booklet", b); err != nil {
				return err
			}
		}
		return nil
	})
	const gone, now = "这本居住簿已注销，不再有效", "这户现在的居住簿：" + next + "（已发放）"
	search := func(b browser, number string) page {
		t.Helper()
		found := b.send("/residents", "/residents", "q", number)
		if found.code != http.StatusSeeOther {
			t.Fatalf("%d to %q", found.code, found.to)
		}
		return b.get(found.to)
	}
	leader, police, police2 := o.signIn(t, "leader"), o.signIn(t, "police"), o.signIn(t, "police2")
	search(leader, old).check(t, "a grid leader", 200, "", "没有找到符合条件的人", "!"+gone, "!张桃花")
	search(police, old).check(t, "the police where it was given out", http.StatusSeeOther, "/booklets/a")
	police.get("/booklets/a").check(t, "the booklet", 200, "", gone, "注销（已搬离）：搬到构朳镇", now, "/booklets/b", "!请换发")
	search(police2, old).check(t, "the police where they live now", 200, "", gone, "编号"+old+"的居住簿已于", now, "张桃花", "李小山", "!没有找到")
	police2.get("/booklets/a").check(t, "which does not open there", http.StatusNotFound, "", "!张桃花")
	search(police2, next).check(t, "the one they have", http.StatusSeeOther, "/booklets/b")
	police2.get("/booklets/b").check(t, "is good", 200, "", next, "!"+gone)
}

// TestMovedOnPages: an application that came back because the address was wrong is
// not sent again for that address. Its page leads to the move that put it right, and
// there the booklet can be asked for.
func TestMovedOnPages(t *testing.T) {
	o, home, _ := withHousehold(t)
	o.Pages.Booklets = &booklet.Service{DB: o.Accounts.DB, Keys: seal.FromSeed(1)}
	police := o.signIn(t, "police")
	move := func(address, on, key string) string {
		t.Helper()
		made := police.send("/me", "/moves", "household", string(home), "village", "610929101202", "address", address, "programme", relocation.Programmes[0], "moved_on", on, "answer", "stays", "key", key)
		if made.code != http.StatusSeeOther {
			t.Fatalf("%d\n%.2000s", made.code, made.body)
		}
		return made.to
	}
	const ask, former, onward = `action="/booklets"`, "原住址的居住簿先不用注销", "查看后来那次搬迁"
	first := move("惠民小区99号楼101室", "2026-01-05", "k1")
	police.get(first).check(t, "the first move", 200, "", ask, "!"+former)
	asked := police.send(first, "/booklets", "move", strings.TrimPrefix(first, "/moves/"), "key", "k2")
	at, _, _ := strings.Cut(asked.to, "?")
	police.get(at).check(t, "asked for", 200, "", `<dt>核验</dt><dd><span class="none">—</span></dd>`, `<dt>审核</dt><dd><span class="none">—</span></dd>`, `href="/households/`+string(home)+`">张桃花户</a>`, `action="`+at+`/verify"`, "!"+onward)
	police.get(first).check(t, "the first move, asked for", 200, "", "!"+ask, at)
	second := move("惠民小区9号楼101室", "2026-01-06", "k3")
	police.get(at).check(t, "left", 200, "", "簿上的人都已搬离这个地址", onward, second, `action="`+at+`/cancel"`, "!"+at+"/verify")
	police.get(second).check(t, "the second move", 200, "", ask, former, "!"+at)
	police.get(first).check(t, "the first move, left behind", 200, "", "!"+ask)
	again := police.send(second, "/booklets", "move", strings.TrimPrefix(second, "/moves/"), "key", "k5")
	next, _, _ := strings.Cut(again.to, "?")
	if next == at {
		t.Fatalf("asked for at the second address: %s", next)
	}
	police.get("/households/"+string(home)).check(t, "the household", 200, "", at, next)
	police.get(police.send("/residents?view=registered", "/residents", "q", "1", "view", "registered", "at", "610929101202").to).check(t, "who lives in the village, searched for among those registered there", 200, "", "列在最后的2人现居住在这里，户籍在别处。", "张桃花", "李小山")
}

package booklet_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/paper/papertest"
	"anju/internal/relocation"
)

// TestWhoReads begins with the wrong people, through every way to a booklet.
func TestWhoReads(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Issued)
		for _, c := range []struct {
			who         string
			by          actor.Actor
			page, print fault.Kind
		}{
			{"nobody", actor.Actor{}, fault.NotFound, fault.NotFound},
			{"another town's registrar", as(actor.Registrar, third), fault.NotFound, fault.NotFound},
			{"another village's clerk", as(actor.VillageClerk, far[:11]+"9"), fault.NotFound, fault.NotFound},
			{"the chief", as(actor.Chief, county), fault.Forbidden, fault.Forbidden},
			{"the system administrator", as(actor.SystemAdmin, county), fault.Forbidden, fault.Forbidden},
			{"the audit administrator", as(actor.AuditAdmin, county), fault.Forbidden, fault.Forbidden},
			{"the grid worker there", as(actor.GridWorker, far+"001"), "", fault.Forbidden},
			{"the village clerk there", as(actor.VillageClerk, far), "", fault.Forbidden},
			{"the town window there", as(actor.TownWindow, there), "", ""},
			{"the registrar at the origin", as(actor.Registrar, town), "", ""},
			{"the head of the station", head, "", ""},
		} {
			p, err := w.Get(t.Context(), c.by, b.ID)
			if fault.KindOf(err) != c.page {
				t.Errorf("%s opens the page: %v, want %q", c.who, err, c.page)
			}
			if c.page == "" && c.print != "" && (p.Whole || p.Booklet.HeadName+p.Booklet.Path+p.Booklet.ReceivedBy+p.Move.ToAddress != "" || p.Booklet.Number != b.Number) {
				t.Errorf("%s may know whether it is valid, and sees %+v", c.who, p)
			}
			for how, f := range map[string]func() error{
				"prints it":   func() error { return w.PDF(t.Context(), c.by, b.ID, io.Discard) },
				"previews it": func() error { return w.Preview(t.Context(), c.by, b.ID, io.Discard) },
			} {
				if c.print == "" && c.by.Account != head.Account {
					continue // paper takes time: one who may is enough
				}
				if err := f(); fault.KindOf(err) != c.print {
					t.Errorf("%s %s: %v, want %q", c.who, how, err, c.print)
				}
			}
		}
	})
}

// TestWhoLists begins with the wrong people; the others see what lies in their area.
func TestWhoLists(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Verified)
		for who, by := range map[string]actor.Actor{"nobody": {}, "the grid worker": as(actor.GridWorker, far+"001"), "the auditor": as(actor.AuditAdmin, county), "the chief": as(actor.Chief, county)} {
			if _, err := w.List(t.Context(), by, booklet.View(booklet.Verified), "", 10); !refused(err) {
				t.Errorf("%s lists booklets: %v", who, err)
			}
		}
		listed := func(by actor.Actor, st booklet.State) int {
			all, err := w.List(t.Context(), by, booklet.View(st), "", 10)
			if err != nil {
				t.Fatal(err)
			}
			n, err := w.Counts(t.Context(), by)
			if err != nil || n[st] != int64(len(all)) {
				t.Errorf("%s of %s: %d counted, %d listed, %v", st, by.Kind, n[st], len(all), err)
			}
			return len(all)
		}
		for _, c := range []struct {
			who  string
			by   actor.Actor
			want int
		}{
			{"another station's head", as(actor.StationHead, third), 0},
			{"the head of the station", head, 1},
			{"the county police", as(actor.CountyPolice, county), 1},
			{"the registrar", registrar, 1},
		} {
			if got := listed(c.by, booklet.Verified); got != c.want {
				t.Errorf("%s: %d verified, want %d", c.who, got, c.want)
			}
		}
		if _, err := w.Approve(t.Context(), head, "", b.ID); err != nil {
			t.Fatal(err)
		}
		if was, is := listed(head, booklet.Verified), listed(registrar, booklet.Approved); was != 0 || is != 1 {
			t.Errorf("after approval %d are verified and %d approved", was, is)
		}
	})
}

// TestWhatIsSaid reads the booklet of a household that has everything.
func TestWhatIsSaid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Made)
		text := papertest.Text(t, papertest.File(t, func(out io.Writer) error { return w.PDF(t.Context(), registrar, b.ID, out) }))
		for _, want := range []string{
			b.Number, "王守山", "陈桂兰", number, "610929012", "白河县城关镇幸福村一组17号", "白河县中厂镇同心社区幸福家园8号楼2单元302室", "易地扶贫搬迁", "2026年3月1日", "性别 男 民族",
			"承包地3.2亩", "承包合同J0012", "幸福村村民委员会", "城关镇人民政府", "同心社区便民服务站", "13800000005", "13800000006",
			"同心一网格", "李护林", "13800000001", "周网格", "幸福一网格", "吴护路", "农村低保（受理审核）", "农村低保（代收转交）",
		} {
			if !strings.Contains(strings.ReplaceAll(text, "\n", ""), want) && !strings.Contains(text, want) {
				t.Errorf("the booklet does not say %s", want)
			}
		}
		var v booklet.Version
		w.DB.Read(t.Context(), func(tx *db.Tx) (err error) { v, err = booklet.LatestVersion(tx, b.ID); return err })
		c, err := booklet.Thaw(w.Keys, v)
		if err != nil {
			t.Fatal(err)
		}
		frozen, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		// Neither who stayed behind, nor what is drawn, is in the paper or in what is frozen.
		for _, never := range []string{"王建军", "610929199005010010", "480元", "低保证", "A类", "特困证", "全护理", "资助参保", "医保电子凭证", "残疾", "信访", "矫正", "血型", "宗教", "红户", "黄户"} {
			if strings.Contains(text, never) || strings.Contains(string(frozen), never) {
				t.Errorf("the booklet says %s", never)
			}
		}
		if t.Failed() {
			t.Log(text)
		}
	})
}

// TestProtectedBooklet: the booklet of a protected household is there for the
// unit that knows the place, and says the unit's address.
func TestProtectedBooklet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Approved)
		for _, id := range w.people[:2] {
			if _, err := (&grid.Service{DB: w.DB, Keys: w.Keys}).Protect(t.Context(), registrar, "", grid.ProtectionDraft{PersonID: id, Ground: "court_order", Document: "（2026）陕0929民保令1号", ReviewOn: "2026-09-01"}); err != nil {
				t.Fatal(err)
			}
		}
		for who, by := range map[string]actor.Actor{
			"the registrar at the origin": as(actor.Registrar, town), "the county police": as(actor.CountyPolice, county),
			"the town window": as(actor.TownWindow, there), "the grid worker": as(actor.GridWorker, far+"001"), "the village clerk": as(actor.VillageClerk, far),
		} {
			if _, err := w.Get(t.Context(), by, b.ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s opens it: %v", who, err)
			}
			if _, err := w.Make(t.Context(), by, "", b.ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s makes it: %v", who, err)
			}
			if n, err := w.Counts(t.Context(), by); err != nil || n[booklet.Approved] != 0 {
				t.Errorf("%s counts it: %v, %v", who, n, err)
			}
		}
		if all, err := w.List(t.Context(), as(actor.CountyPolice, county), booklet.View(booklet.Approved), "", 10); err != nil || len(all) > 0 {
			t.Errorf("the county lists it: %v, %v", all, err)
		}
		if all, err := w.List(t.Context(), registrar, booklet.View(booklet.Approved), "", 10); err != nil || len(all) != 1 {
			t.Errorf("the unit lists it: %v, %v", all, err)
		}
		if _, err := w.Make(t.Context(), registrar, "", b.ID); err != nil {
			t.Fatal(err)
		}
		text := papertest.Text(t, papertest.File(t, func(out io.Writer) error { return w.PDF(t.Context(), registrar, b.ID, out) }))
		if !strings.Contains(text, "由中厂镇派出所转") || !strings.Contains(text, "陈桂兰") {
			t.Errorf("the booklet of a protected household:\n%s", text)
		}
		for _, never := range []string{"同心", "幸福家园", "8号楼", "李护林", "周网格", "陈文", "13800000005", "480元", "低保证", "A类", "特困证", "全护理", "资助参保", "医保电子凭证", "残疾"} {
			if strings.Contains(text, never) {
				t.Errorf("it says %s", never)
			}
		}
	})
}

// TestProtectedBookletOfSome: the wife has moved away alone, has a booklet for
// her place, and is protected there; the head lives openly where he did.
func TestProtectedBookletOfSome(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.move = w.moves(t, relocation.Request{Persons: w.people[1:2], Village: third + "206", Address: "平安小区3号楼1单元101室", MovedOn: "2026-03-02"})
		unit := as(actor.Registrar, third)
		b, err := w.Apply(t.Context(), unit, "", w.move.ID)
		if err != nil {
			t.Fatal(err)
		}
		text := papertest.Text(t, papertest.File(t, func(out io.Writer) error { return w.Preview(t.Context(), unit, b.ID, out) }))
		if strings.Contains(text, "同心一网格") || !strings.Contains(text, "幸福一网格") {
			t.Errorf("her grid is that of her head:\n%s", text)
		}
		if _, err := (&grid.Service{DB: w.DB, Keys: w.Keys}).Protect(t.Context(), unit, "", grid.ProtectionDraft{PersonID: w.people[1], Ground: "court_order", Document: "（2026）陕0929民保令1号", ReviewOn: "2026-09-01"}); err != nil {
			t.Fatal(err)
		}
		for who, by := range map[string]actor.Actor{
			"the registrar at the origin": as(actor.Registrar, town), "the county police": as(actor.CountyPolice, county),
			"the registrar where the head lives": registrar, "the window of her town": as(actor.TownWindow, third),
		} {
			if _, err := w.Get(t.Context(), by, b.ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s opens it: %v", who, err)
			}
			if n, err := w.Counts(t.Context(), by); err != nil || n[booklet.Applied] != 0 {
				t.Errorf("%s counts it: %v, %v", who, n, err)
			}
			if all, err := w.List(t.Context(), by, booklet.View(booklet.Applied), "", 10); err != nil || len(all) > 0 {
				t.Errorf("%s lists it: %v, %v", who, all, err)
			}
		}
		if p, err := w.Get(t.Context(), unit, b.ID); err != nil || p.Booklet.SealedTo != third {
			t.Errorf("the unit opens it: %+v, %v", p, err)
		}
	})
}

// TestCharactersWithoutAShape: a name that cannot be printed whole is not
// printed, and the character is named.
func TestCharactersWithoutAShape(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update person set name = '王𫟰𱅒' where id = $1`, string(w.people[0]))
			return err
		})
		b := w.reach(t, booklet.Approved)
		_, err := w.Make(t.Context(), registrar, "", b.ID)
		f := fault.Of(err)
		if f == nil || f.Key != "paper.characters" || len(f.Args) != 2 || !strings.Contains(f.Args[1].(string), "𱅒") {
			t.Fatalf("made: %v", err)
		}
		if n := w.count(t, `select count(*) from booklet_version`) + w.count(t, `select count(*) from booklet where state = 'made'`); n != 0 {
			t.Error("half a booklet was made")
		}
	})
}

// TestGridOfTheBooklet: the wife has moved within the village, to where no grid
// is set up; the grid of her head, next door, is not hers.
func TestGridOfTheBooklet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.move = w.moves(t, relocation.Request{Persons: w.people[1:2], Village: far, Address: "幸福家园9号楼1单元101室", MovedOn: "2026-03-02"})
		b := w.reach(t, booklet.Made)
		text := papertest.Text(t, papertest.File(t, func(out io.Writer) error { return w.PDF(t.Context(), registrar, b.ID, out) }))
		if strings.Contains(text, "同心一网格") || !strings.Contains(text, "9号楼1单元101室") {
			t.Errorf("the grid of another address:\n%s", text)
		}
	})
}

package booklet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/proof"
	"anju/internal/seal"
)

// given a trust list and a booklet that is made.
func (w *world) coded(t *testing.T) (booklet.Booklet, booklet.Content) {
	t.Helper()
	dbtest.Given(t, w.DB, func(tx *db.Tx) error { return booklet.Trust(tx, w.Keys, seal.FromSeed(99), county) })
	b := w.reach(t, booklet.Made)
	return b, w.thawed(t, b.ID)
}

func (w *world) thawed(t *testing.T, id booklet.ID) (c booklet.Content) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
		v, err := booklet.LatestVersion(tx, id)
		if err == nil {
			c, err = booklet.Thaw(w.Keys, v)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) check(t *testing.T, text string) booklet.Answer {
	t.Helper()
	a, err := (&booklet.Public{DB: w.DB, Keys: w.Keys}).Check(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What a code never says: not in its bytes, not in what the check answers.
func TestCodeSaysNothingElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, c := w.coded(t)
		if c.Code == "" || len(c.Members) < 2 {
			t.Fatalf("cover %q, %d members", c.Code, len(c.Members))
		}
		for i, m := range c.Members {
			code, err := proof.Parse(m.Code)
			if err != nil {
				t.Fatal(err)
			}
			if b := code.Booklet; b.Name != m.Name || b.Last != m.IDNumber[17:] || fmt.Sprint(b.Origin) != origin || fmt.Sprint(b.Living) != far || b.Member != int64(i+1) {
				t.Errorf("member %d: %+v", i+1, b)
			}
			raw, err := proof.ParseBase45(strings.TrimPrefix(m.Code, proof.Prefix))
			if err != nil {
				t.Fatal(err)
			}
			never := []string{m.IDNumber, m.IDNumber[6:14], m.IDNumber[13:], "8号楼", "13800000001", "低保", "特困", "480", "A类", "全护理", "资助", "医保", "残疾", "subsistence", "destitute", "J0012", "承包", "信访", "红", "黄", "矫正", "宗教", "贫困"}
			for j, other := range c.Members {
				if j != i {
					never = append(never, other.Name)
				}
			}
			said := strings.Join(booklet.Said(w.check(t, m.Code)), "\n")
			for _, word := range never {
				if bytes.Contains(raw, []byte(word)) || strings.Contains(said, word) {
					t.Errorf("member %d: the code says %q", i+1, word)
				}
			}
			if strings.Contains(said, m.Name) {
				t.Errorf("the whole name is shown: %s", said)
			}
		}
		cover, err := proof.Parse(c.Code)
		if err != nil {
			t.Fatal(err)
		}
		if b := cover.Booklet; b.Name != "" || b.Last != "" || b.Living != 0 || b.Origin != 0 || b.Settled != 0 || b.Member != 0 {
			t.Errorf("the cover: %+v", b)
		}
	})
}

// TestProtectedCode: the code and the check of a protected household's booklet
// say neither where it lives nor what it draws.
func TestProtectedCode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { return booklet.Trust(tx, w.Keys, seal.FromSeed(99), county) })
		b := w.reach(t, booklet.Approved)
		for _, id := range w.people[:2] {
			if _, err := (&grid.Service{DB: w.DB, Keys: w.Keys}).Protect(t.Context(), registrar, "", grid.ProtectionDraft{PersonID: id, Ground: "court_order", Document: "（2026）陕0929民保令1号", ReviewOn: "2026-09-01"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Make(t.Context(), registrar, "", b.ID); err != nil {
			t.Fatal(err)
		}
		c := w.thawed(t, b.ID)
		if c.Code == "" || len(c.Members) == 0 {
			t.Fatalf("cover %q, %d members", c.Code, len(c.Members))
		}
		frozen, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		draws := []string{"480", "A类", "特困证", "低保证", "全护理", "资助参保", "医保电子凭证", "残疾"}
		for _, word := range append(draws, "同心", "幸福家园", "8号楼") {
			if bytes.Contains(frozen, []byte(word)) {
				t.Errorf("what is frozen says %s", word)
			}
		}
		for _, m := range c.Members {
			code, err := proof.Parse(m.Code)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(fmt.Sprint(code.Booklet.Living), far) {
				t.Errorf("the code says where %d", code.Booklet.Living)
			}
			raw, err := proof.ParseBase45(strings.TrimPrefix(m.Code, proof.Prefix))
			if err != nil {
				t.Fatal(err)
			}
			said := strings.Join(booklet.Said(w.check(t, m.Code)), "\n")
			for _, word := range append(draws, "同心", "幸福家园", "低保", "特困", m.IDNumber) {
				if bytes.Contains(raw, []byte(word)) || strings.Contains(said, word) {
					t.Errorf("the code or its check says %q", word)
				}
			}
		}
	})
}

// A code lives and dies with its booklet.
func TestCodeFollowsItsBooklet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b, c := w.coded(t)
		if a := w.check(t, c.Members[0].Code); a.Good || a.Status != proof.Suspended {
			t.Fatalf("made, and nobody has it yet: %+v", a)
		}
		kept, err := (&booklet.Public{DB: w.DB, Keys: w.Keys}).Book(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(w.clock.Now().Add(time.Hour))
		if _, err := w.Make(t.Context(), as(actor.Registrar, there), "", b.ID); err != nil {
			t.Fatal(err)
		}
		newer, err := proof.Parse(w.thawed(t, b.ID).Members[0].Code)
		if err != nil {
			t.Fatal(err)
		}
		if a, err := booklet.CheckBy(kept, newer, w.clock.Now()); err != nil || !a.Newer || !strings.Contains(strings.Join(booklet.Said(a), ""), "在保存的核对清单之后签发") {
			t.Errorf("by a list that was kept before: %+v %q, %v", a, booklet.Said(a), err)
		}
		if a := w.check(t, c.Members[0].Code); a.Good || a.Status != proof.Superseded || a.Since == "" || !strings.Contains(booklet.Reason(a), "换发") {
			t.Errorf("made again: %+v", a)
		}
		again := w.thawed(t, b.ID)
		if _, err := w.HandOver(t.Context(), registrar, "", b.ID, "王守山"); err != nil {
			t.Fatal(err)
		}
		if a := w.check(t, again.Code); !a.Good || a.Number != c.Number || a.Old {
			t.Errorf("the new one: %+v", a)
		}
		if _, err := w.Cancel(t.Context(), as(actor.Registrar, there), "", b.ID, booklet.End{Why: "given_back", Reason: "自愿交回"}); err != nil {
			t.Fatal(err)
		}
		a := w.check(t, again.Code)
		if a.Good || a.Why != proof.Withdrawn {
			t.Errorf("ended: %+v", a)
		}
		if said := booklet.Reason(a); strings.Contains(said, "交回") || strings.Contains(said, "注销") {
			t.Errorf("why it ended is told: %s", said)
		}
		if err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
			_, err := booklet.Sign(tx, w.Keys, booklet.Ask{By: "police", Booklet: b.ID, N: 3, At: tx.Now()})
			return err
		}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a booklet that has ended was given codes: %v", err)
		}
	})
}

// Every code is in the record before it is signed, in both suites.
func TestCodesAreRecorded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { return db.SetSetting(tx, booklet.SuiteSetting, "SM2") })
		b, c := w.coded(t)
		code, err := proof.Parse(c.Code)
		if err != nil || code.Suite() != proof.SM2 {
			t.Fatalf("suite %v, %v", code.Suite(), err)
		}
		if a := w.check(t, c.Code); a.Why != proof.Withdrawn || a.Status != proof.Suspended {
			t.Errorf("signed with SM2, and not handed over: %+v", a)
		}
		if _, err := w.HandOver(t.Context(), registrar, "", b.ID, "王守山"); err != nil {
			t.Fatal(err)
		}
		if a := w.check(t, c.Code); !a.Good {
			t.Errorf("%+v", a)
		}
		var n int64
		if err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
			n, err = db.One[int64](tx, `select count(*) from change where subject = $1 and diff like '%KeyID%'`, b.Subject())
			return err
		}); err != nil || n != int64(len(c.Members))+1 {
			t.Errorf("%d codes recorded, %v", n, err)
		}
	})
}

// TestAnotherRootIsRefused: what phones keep to check by is worth as much as
// the root that never changes.
func TestAnotherRootIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, c := w.coded(t)
		for who, by := range map[string]actor.Actor{"nobody": {}, "the registrar": registrar, "the system administrator": as(actor.SystemAdmin, county), "the auditor": as(actor.AuditAdmin, county)} {
			if err := w.Trust(t.Context(), by, seal.FromSeed(99), county); !refused(err) {
				t.Errorf("%s vouches for keys: %v", who, err)
			}
		}
		vouch := func(seed uint64) error {
			return w.Trust(t.Context(), as(actor.SecurityAdmin, county), seal.FromSeed(seed), county)
		}
		if err := vouch(98); fault.KeyOf(err) != "check.other_root" {
			t.Errorf("another root takes over: %v", err)
		}
		if err := vouch(99); err != nil {
			t.Errorf("the same root, a year later: %v", err)
		}
		if a := w.check(t, c.Code); a.Why == proof.Forged {
			t.Errorf("what was signed before is forged now: %+v", a)
		}
	})
}

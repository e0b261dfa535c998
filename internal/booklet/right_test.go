package booklet_test

import (
	"context"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/entitlement"
	"anju/internal/jobs"
	"anju/internal/proof"
)

// work does the jobs that wait.
func (w *world) work(t *testing.T) {
	t.Helper()
	r := jobs.Runner{DB: w.DB, Handlers: w.Handlers()}
	for ran := true; ran; {
		var err error
		if ran, err = r.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) stale(t *testing.T) (n int) {
	t.Helper()
	all, err := w.List(t.Context(), registrar, booklet.Stales, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// TestChangedRight: an act in the ledger of rights, and nothing else, makes the
// household's booklet stale and queues the next one; the former's code is good
// until the household has it, and says from then on that it is superseded. Of
// what a household draws the booklet says nothing, so that no change of it shows.
func TestChangedRight(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b, c := w.coded(t)
		w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.HandOver(c, registrar, "", b.ID, "王守山")
		})
		w.work(t)
		if n := w.stale(t); n != 0 {
			t.Fatalf("%d are stale before anything was done", n)
		}
		rights := &entitlement.Service{DB: w.DB, Keys: w.Keys}
		if _, err := rights.Change(t.Context(), as(actor.TownWindow, there), "", "e3", entitlement.Words{Evidence: "医保电子凭证二", From: "2026-03-02", Reason: "换证"}); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if n := w.stale(t); n != 0 {
			t.Error("a change of what is drawn shows on the booklet")
		}
		if _, err := rights.Change(t.Context(), as(actor.VillageClerk, origin), "", "e0", entitlement.Words{Amount: "4", Evidence: "承包合同J0099", From: "2026-03-02", Reason: "调整"}); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if n := w.stale(t); n != 1 {
			t.Fatalf("other land: %d are queued", n)
		}
		if a := w.check(t, c.Code); !a.Good {
			t.Errorf("the code before the next is there: %+v", a)
		}
		w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.Replace(c, registrar, "", b.ID, booklet.Changed)
		})
		if a := w.check(t, c.Code); !a.Good {
			t.Errorf("the code before the next is handed over: %+v", a)
		}
		w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.HandOver(c, registrar, "", b.ID, "王守山")
		})
		next := w.thawed(t, b.ID)
		if text := next.Origin.Rights[0].Detail; !strings.Contains(text, "承包地4亩") || strings.Contains(text, "3.2") {
			t.Errorf("the next says %q", text)
		}
		for _, code := range []string{c.Code, c.Members[0].Code} {
			if a := w.check(t, code); a.Good || a.Status != proof.Superseded || !strings.Contains(booklet.Reason(a), "2026年3月4日换发") {
				t.Errorf("the former code: %+v, %s", a, booklet.Reason(a))
			}
		}
		if a := w.check(t, next.Code); !a.Good {
			t.Errorf("the next code: %+v", a)
		}
		w.work(t)
		if n := w.stale(t); n != 0 {
			t.Errorf("afterwards %d are queued", n)
		}
	})
}

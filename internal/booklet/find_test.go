package booklet_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/proof"
	"anju/internal/residence"
)

// TestWhoMayAskAboutABooklet begins with the wrong people.
func TestWhoMayAskAboutABooklet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b, c := w.coded(t)
		ask := func(by actor.Actor, text, purpose, why string) (booklet.Found, error) {
			return w.Find(t.Context(), by, text, purpose, why)
		}
		for who, by := range map[string]actor.Actor{"nobody": {}, "the grid worker": as(actor.GridWorker, far+"001"), "the system administrator": as(actor.SystemAdmin, county), "the auditor": as(actor.AuditAdmin, county)} {
			if _, err := ask(by, c.Members[0].Code, "identify", ""); !refused(err) {
				t.Errorf("%s is answered: %v", who, err)
			}
		}
		clerk := as(actor.VillageClerk, third+"001")
		for what, try := range map[string]struct{ text, purpose, why string }{
			"no purpose": {b.Number, "", ""}, "another purpose": {b.Number, "curious", ""}, "other, unsaid": {b.Number, "other", " "}, "nothing": {"", "identify", ""},
			"half a code": {c.Code[:40], "identify", ""}, "no number": {"610929-26-000001-Q", "identify", ""},
		} {
			if _, err := ask(clerk, try.text, try.purpose, try.why); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		if f, err := ask(clerk, c.Members[0].Code, "identify", ""); err != nil || f.Status != proof.Suspended {
			t.Errorf("a booklet that nobody has been given is %d, %v", f.Status, err)
		}
		if a := w.check(t, c.Members[0].Code); a.Good {
			t.Error("and good to everybody else")
		}
		b = w.step(t, func(ctx context.Context) (booklet.Booklet, error) {
			return w.HandOver(ctx, registrar, "", b.ID, "王守山")
		})
		before, err := w.DB.LooksAt(t.Context(), b.Subject(), 50)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ask(clerk, c.Members[1].Code, "other", "子女入学")
		if err != nil || f.Status != proof.Valid || f.Number != b.Number || f.Member != "陈*兰" || f.Head != "王*山" || f.ID != "" || f.Path == "" {
			t.Errorf("the clerk finds %+v, %v", f, err)
		}
		if f, err := ask(registrar, b.Number, "identify", ""); err != nil || f.ID != b.ID {
			t.Errorf("the registrar finds %+v, %v", f, err)
		}
		after, err := w.DB.LooksAt(t.Context(), b.Subject(), 50)
		if err != nil || len(after) != len(before)+2 || !slices.ContainsFunc(after, func(l db.LookEntry) bool { return strings.Contains(l.For, "子女入学") }) {
			t.Errorf("the looks: %+v, %v", after, err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			return second(tx.Exec(`update spell set sealed_to = $1 where kind = $2 and superseded_at = 0`, there, residence.Living))
		})
		for _, by := range []actor.Actor{clerk, as(actor.TownWindow, town)} {
			if f, err := ask(by, b.Number, "identify", ""); err != nil || f.Path != "" || f.Origin != "" || f.ID != "" {
				t.Errorf("%s learns where a hidden household is: %+v, %v", by.Kind, f, err)
			}
		}
	})
}

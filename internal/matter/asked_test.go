package matter_test

import (
	"testing"

	"anju/internal/matter"
)

// asked is how many orders a matter's page asks somebody to answer, how many
// matters the list of those holds, and what is counted.
func (w *world) asked(who string, id matter.ID) [3]int {
	w.t.Helper()
	by := people[who]
	p, _ := w.Get(w.t.Context(), by, id) // who may not see it is asked nothing
	list, err := w.List(w.t.Context(), by, matter.Filter{Asked: true})
	if err != nil {
		w.t.Fatal(err)
	}
	n, err := w.Counts(w.t.Context(), by)
	if err != nil {
		w.t.Fatal(err)
	}
	return [3]int{len(p.Asked), len(list), int(n.Asked)}
}

// TestAskedToAnswer begins with the wrong people: an order waits for the level that
// let the matter lie, and goes on waiting when the matter is handled and closed.
func TestAskedToAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(7 * day)
		w.sweep()
		o := w.page(m.ID).Orders[0]
		w.must(w.act("leader", matter.Handle, m.ID))
		w.must(w.act("worker", matter.Confirm, m.ID))
		for _, who := range []string{"worker", "next leader", "section", "general", "far general", "chief", "town centre"} {
			if got := w.asked(who, m.ID); got != [3]int{} {
				t.Errorf("%s is asked %v", who, got)
			}
		}
		if got := w.asked("leader", m.ID); got != [3]int{1, 1, 1} {
			t.Errorf("the leader is asked %v", got)
		}
		if _, err := w.AnswerOrder(t.Context(), people["leader"], w.key(), o.ID, "已修好"); err != nil {
			t.Fatal(err)
		}
		if got := w.asked("leader", m.ID); got != [3]int{} {
			t.Errorf("once answered, %v", got)
		}
		if _, err := w.ReturnOrder(t.Context(), people["town centre"], w.key(), o.ID, "没有写明措施"); err != nil {
			t.Fatal(err)
		}
		if got := w.asked("leader", m.ID); got != [3]int{1, 1, 1} {
			t.Errorf("returned, %v", got)
		}
	})
}

// TestAskedInstead: what a vacant level is asked, whoever answers for it is.
func TestAskedInstead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.must(w.act("leader", matter.SendUp, m.ID)) // level 3 of the village is vacant
		w.clock.Move(8 * day)
		w.sweep()
		for who, want := range map[string][3]int{"leader": {}, "chief": {}, "far general": {}, "general": {1, 1, 1}} {
			if got := w.asked(who, m.ID); got != want {
				t.Errorf("%s is asked %v, want %v", who, got, want)
			}
		}
		if _, err := w.AnswerOrder(t.Context(), people["general"], w.key(), w.page(m.ID).Orders[0].ID, "明日施工"); err != nil {
			t.Fatal(err)
		}
		if got := w.asked("general", m.ID); got != [3]int{} {
			t.Errorf("once answered, %v", got)
		}
	})
}

package matter_test

import (
	"testing"

	"anju/internal/matter"
)

// TestInWhoseHands: a grid leader reads the matters of the whole village, and has
// those of the own grids in hand.
func TestInWhoseHands(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "facility", Text: "3号楼下水管道破裂", Via: "counter", ForName: "王大山"}))
		hands := func(who string, f matter.Filter) [2]int {
			f.Level = int64(people[who].Kind.Level())
			if f.Untold {
				f.Level = 0
			}
			list, err := w.List(t.Context(), people[who], f)
			if err != nil {
				t.Fatal(err)
			}
			n, err := w.Counts(t.Context(), people[who])
			if err != nil {
				t.Fatal(err)
			}
			if f.Untold {
				return [2]int{len(list), int(n.Untold)}
			}
			return [2]int{len(list), int(n.Mine)}
		}
		for who, want := range map[string][2]int{"next leader": {}, "section": {}, "leader": {1, 1}} {
			if got := hands(who, matter.Filter{}); got != want {
				t.Errorf("%s has in hand %v, want %v", who, got, want)
			}
		}
		if list, err := w.List(t.Context(), people["next leader"], matter.Filter{}); err != nil || len(list) != 1 {
			t.Errorf("the next leader reads %d of the village, %v", len(list), err)
		}
		w.must(w.act("leader", matter.Handle, m.ID))
		for who, want := range map[string][2]int{"next leader": {}, "leader": {1, 1}} {
			if got := hands(who, matter.Filter{Untold: true}); got != want {
				t.Errorf("%s has to tell %v, want %v", who, got, want)
			}
		}
	})
}

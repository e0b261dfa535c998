package matter_test

import (
	"testing"

	"anju/internal/matter"
)

// TestVacantLevel: what lies with a level that nobody holds is done by the next,
// and by nobody else; also what only those whose duty it is may see. The clock
// of the vacant level goes on.
func TestVacantLevel(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "dispute", Text: "家里的事", Private: true}))
		w.must(w.act("leader", matter.SendUp, m.ID)) // level 3 of the village is vacant
		for who, want := range map[string]string{"nobody": "not_found", "next leader": "not_found", "elsewhere section": "not_found", "far general": "not_found", "chief": "not_found", "general": "ok"} {
			if _, err := w.act(who, matter.Accept, m.ID); kind(err) != want {
				t.Errorf("%s accepts: %v, want %s", who, err, want)
			}
		}
		p, err := w.Get(t.Context(), people["general"], m.ID)
		if err != nil || p.Matter.Level != 3 || p.Answers != 4 {
			t.Fatalf("level %d, answered by %d, %v", p.Matter.Level, p.Answers, err)
		}
		w.clock.Move(8 * 24 * 60 * 60 * 1e9)
		if done := w.sweep(); done.Warnings != 1 {
			t.Errorf("%d warnings for a level that nobody holds", done.Warnings)
		}
		w.must(w.act("general", matter.Handle, m.ID))
	})
}

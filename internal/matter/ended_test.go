package matter_test

import (
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/matter"
)

// TestEndedGrid: a report that names a grid that is no more is refused, and says
// since when; until its last day it is taken.
func TestEndedGrid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		today := calendar.On(w.DB.Now())
		err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test.end", func(tx *db.Tx) error {
			g, err := grid.Get(tx, next)
			if err != nil {
				return err
			}
			return grid.End(tx, g, today.AddDays(1))
		})
		if err != nil {
			t.Fatal(err)
		}
		r := matter.ReportRequest{Category: "facility", Text: "路灯不亮", Path: next}
		w.must(w.Report(t.Context(), people["next worker"], w.key(), r))
		w.clock.Set(today.AddDays(1).Start())
		if _, err := w.Report(t.Context(), people["far leader"], w.key(), r); kind(err) != "not_found" {
			t.Errorf("from elsewhere: %v", err)
		}
		for _, who := range []string{"next worker", "section", "chief"} {
			_, err := w.Report(t.Context(), people[who], w.key(), r)
			f := fault.Of(err)
			if f == nil || len(f.Fields) != 1 || f.Fields[0].Name != "path" || f.Fields[0].Key != "matter.report.grid_ended" {
				t.Fatalf("%s: %v", who, err)
			}
			if text := i18n.T(f.Fields[0].Key, f.Fields[0].Args...); !strings.Contains(text, "第002网格") || !strings.Contains(text, today.AddDays(1).Chinese()) {
				t.Errorf("it says %q", text)
			}
		}
		r.Path = here
		w.must(w.Report(t.Context(), people["section"], w.key(), r))
	})
}

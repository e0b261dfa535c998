package matter_test

import (
	"testing"
	"time"

	"anju/internal/db"
	"anju/internal/matter"
)

// counts are the sums of a grid, over all its months.
func (w *world) counts(path string) (s matter.Sums) {
	w.t.Helper()
	err := w.DB.Read(w.t.Context(), func(tx *db.Tx) error {
		months, err := db.All[matter.Month](tx, `select `+db.Columns[matter.Month]("")+` from matter_month where path = $1`, path)
		for _, m := range months {
			s.Add(m.Sums, 1)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// What a matter counts for follows every act, in its transaction: never more
// often than once, and back again when it is opened again.
func TestFiguresFollowTheActs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		want := func(what string, s matter.Sums) {
			t.Helper()
			got := w.counts(here)
			got.Minutes = s.Minutes
			if got != s {
				t.Errorf("%s: got %+v, want %+v", what, got, s)
			}
		}
		if _, err := w.Report(t.Context(), people["far worker"], w.key(), matter.ReportRequest{Category: "facility", Text: "x", Path: here}); kind(err) != "not_found" {
			t.Fatalf("a worker of another town reports here: %v", err)
		}
		want("before", matter.Sums{})
		m := w.report()
		want("reported", matter.Sums{Reported: 1, Open: 1})
		w.must(w.act("leader", matter.Comment, m.ID))
		want("a comment is no answer", matter.Sums{Reported: 1, Open: 1})
		w.clock.Move(23 * time.Hour)
		w.must(w.act("leader", matter.Accept, m.ID))
		want("answered", matter.Sums{Reported: 1, Answered: 1, Open: 1})
		w.must(w.act("leader", matter.Handle, m.ID))
		w.must(w.act("worker", matter.Reopen, m.ID))
		w.must(w.act("leader", matter.Handle, m.ID))
		want("handled is not closed", matter.Sums{Reported: 1, Answered: 1, Open: 1})
		w.must(w.act("worker", matter.Confirm, m.ID))
		want("solved, the second time", matter.Sums{Reported: 1, Answered: 1, Closed: 1, OnTime: 1, Solved: 1, Level2: 1})

		late := w.report()
		w.clock.Move(8 * 24 * time.Hour)
		w.must(w.act("leader", matter.SendUp, late.ID)) // no sweep has been here: the act stores the warning
		w.must(w.act("leader", matter.Comment, late.ID))
		want("late and open", matter.Sums{Reported: 2, Answered: 1, Open: 1, Closed: 1, OnTime: 1, Solved: 1, Level2: 1})
		w.clock.Move(time.Hour)
		section := people["section"]
		w.must(w.Do(t.Context(), section, w.key(), matter.Handle, late.ID, matter.Say{Text: "已修好"}))
		w.must(w.act("worker", matter.Confirm, late.ID))
		want("late is late, whoever solved it", matter.Sums{Reported: 2, Answered: 1, Closed: 2, OnTime: 1, Solved: 2, First: 1, Level2: 1, Level3: 1})
	})
}

// A county from before there were figures is counted once, and counting again
// changes nothing.
func TestRecount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.must(w.act("leader", matter.Handle, m.ID))
		w.must(w.act("worker", matter.Confirm, m.ID))
		w.report()
		before := w.counts(here)
		recount := w.Handlers()[matter.JobRecount]
		for _, forget := range []bool{true, false} {
			if forget {
				if err := w.DB.Write(t.Context(), people["worker"], "test", func(tx *db.Tx) error {
					for _, q := range []string{`delete from matter_figure`, `delete from matter_month`} {
						if _, err := tx.Exec(q); err != nil {
							return err
						}
					}
					return tx.RecordAll("figures", 1, "test")
				}); err != nil {
					t.Fatal(err)
				}
				if got := w.counts(here); got != (matter.Sums{}) {
					t.Fatalf("not forgotten: %+v", got)
				}
			}
			if err := recount(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
			if got := w.counts(here); got != before || got.Closed != 1 || got.Open != 1 {
				t.Errorf("counted anew: %+v, before %+v", got, before)
			}
		}
	})
}

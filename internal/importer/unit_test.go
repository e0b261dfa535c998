package importer

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/dwelling"
	"anju/internal/fault"
)

// TestUnitOfTheCounter: what the counter has written of a unit is not written over
// by a file. The difference is laid before the police of the place; each answer
// is carried out, and the file read again does not ask again.
func TestUnitOfTheCounter(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.takenAs(t, w.by, KindUnits, listOf(t, KindUnits, goodLine[KindUnits]))
		units := &dwelling.Service{DB: w.DB}
		id := w.all(t, `select id from organisation`)[0]
		if _, err := units.SaveOrganisation(t.Context(), w.by, "", dwelling.OrganisationDraft{ID: id, Version: 1, Name: "高庄便利店", Village: gao, Address: standardFlat, From: "2019-05-06"}); err != nil {
			t.Fatal(err)
		}
		const what = `select name || ' ' || valid_to || ' ' || source from organisation`
		byHand := "高庄便利店 9999-12-31 counter"
		if got := w.all(t, what); !slices.Equal(got, []string{byHand}) {
			t.Fatalf("by hand: %q", got)
		}
		w.clock.Move(time.Hour)
		file := listOf(t, KindUnits, goodLine[KindUnits])
		before := w.register(t)
		if r := w.dry(t, KindUnits, goodLine[KindUnits]); len(r.Faults) != 1 || r.Faults[0].Code != "unit_differs" || r.Good != 1 {
			t.Errorf("a dry run: %+v", r)
		}
		if after := w.register(t); !slices.Equal(before, after) {
			t.Error("a dry run wrote")
		}
		i := w.takenAs(t, w.by, KindUnits, file)
		if got := w.all(t, what); !slices.Equal(got, []string{byHand}) {
			t.Errorf("the file has written over the counter: %q", got)
		}
		open := func(by actor.Actor) []DifferenceRow {
			t.Helper()
			all, total, err := w.Differences(t.Context(), by, DifferenceFilter{Field: FieldUnit}, 10)
			if err != nil || total != len(all) {
				t.Fatalf("%d of %d, %v", len(all), total, err)
			}
			return all
		}
		far := actor.Actor{Account: "far", Name: "远", Kind: actor.Registrar, Paths: []string{"610929101"}, Office: "派出所"}
		if all := open(far); len(all) != 0 {
			t.Errorf("another town is asked: %+v", all)
		}
		all := open(w.by)
		if len(all) != 1 || all[0].Name != "高庄便利店" || all[0].Unit() != id || !strings.Contains(all[0].Says, "高庄日用百货店") || !strings.Contains(all[0].Have, "高庄便利店") || all[0].SaysFile.Kind != KindUnits || all[0].HaveOrigin.Kind != dwelling.Counter {
			t.Fatalf("asked: %+v", all)
		}
		if err := w.Settle(t.Context(), far, all[0].ID, true, "x"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another town decides: %v", err)
		}
		if err := w.Settle(t.Context(), w.by, all[0].ID, false, "门头换过了"); err != nil {
			t.Fatal(err)
		}
		if got := w.all(t, what); !slices.Equal(got, []string{byHand}) {
			t.Errorf("kept: %q", got)
		}
		w.takenAs(t, w.by, KindUnits, file)
		if all := open(w.by); len(all) != 0 {
			t.Errorf("asked again: %+v", all)
		}
		if n, err := w.CountCorrections(t.Context(), w.by, i.ID); err != nil || n != 1 {
			t.Errorf("%d corrections go back, %v", n, err)
		}
		gone := maps.Clone(goodLine[KindUnits])
		gone[colGone] = "2025-12-31"
		j := w.takenAs(t, w.by, KindUnits, listOf(t, KindUnits, gone))
		all = open(w.by)
		if len(all) != 1 {
			t.Fatalf("news: %+v", all)
		}
		if err := w.Settle(t.Context(), w.by, all[0].ID, true, "已注销"); err != nil {
			t.Fatal(err)
		}
		if got := w.all(t, what); !slices.Equal(got, []string{"高庄日用百货店 2025-12-31 import/" + j.ID + "/2"}) {
			t.Errorf("taken: %q", got)
		}
	})
}

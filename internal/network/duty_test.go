package network_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/network"
	"anju/internal/proposal"
)

// TestDuties: only what is on the county's list, of one's own department, from
// its day on, is placed on a grid; a second person puts it there.
func TestDuties(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		fire := network.Duty{Duty: "fire", Name: "森林防火巡查", Department: actor.Agriculture, Document: "白农发〔2026〕8号", Asked: proposal.Asked{ValidFrom: today.AddDays(1), Reason: "防火期"}}
		for _, by := range []actor.Actor{{}, as("worker"), as("leader"), as("sysadmin"), as("police")} {
			if _, err := w.ProposeDuty(t.Context(), by, "", fire); err == nil {
				t.Errorf("%q proposes", by.Kind)
			}
		}
		bad := fire
		bad.Department, bad.Document, bad.ValidFrom = actor.GridWorker, " ", today.AddDays(-1)
		_, err := w.ProposeDuty(t.Context(), as("farms"), "", bad)
		for field, key := range map[string]string{"department": "form.required", "document": "form.required", "valid_from": "proposal.from"} {
			if got := wrong(err, field); got != key {
				t.Errorf("%s: %q, want %q", field, got, key)
			}
		}
		d, err := w.ProposeDuty(t.Context(), as("centre"), w.key(), fire)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ProposeDuty(t.Context(), as("farms"), "", fire); kind(err) != "conflict" {
			t.Errorf("while one waits: %v", err)
		}
		for by, want := range map[string]string{"worker": "not_found", "farms": "not_found", "centre": "forbidden"} {
			if _, err := w.ApproveDuty(t.Context(), as(by), "", d.ID); kind(err) != want {
				t.Errorf("%s approves: %v, want %s", by, err, want)
			}
		}
		if _, err := w.ApproveDuty(t.Context(), as("centre2"), w.key(), d.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.RefuseDuty(t.Context(), as("centre2"), "", d.ID, "不需要"); kind(err) != "conflict" {
			t.Errorf("decided twice: %v", err)
		}
		// The schema itself does not take who proposed as the second person.
		err = w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
			if _, err := tx.Exec(`update grid_duty set decided_by = proposed_by where id = $1`, d.ID); err != nil {
				return err
			}
			return tx.Record("duty/"+d.ID, nil, d)
		})
		if err == nil {
			t.Error("approved by who proposed it")
		}
		p := network.Placed{Duty: "fire", Path: here, What: "每天巡山一次"}
		for by, want := range map[string]string{"worker": "forbidden", "general": "forbidden", "farms": "invalid"} {
			if _, err := w.Place(t.Context(), as(by), "", p); kind(err) != want {
				t.Errorf("%s before its day: %v, want %s", by, err, want)
			}
		}
		w.clock.Set(today.AddDays(1).Start())
		if _, err := w.Place(t.Context(), as("civil"), "", p); wrong(err, "duty") != "network.duty.outside" {
			t.Errorf("another department: %v", err)
		}
		p.Duty = "census"
		if _, err := w.Place(t.Context(), as("farms"), "", p); wrong(err, "duty") != "network.duty.outside" {
			t.Errorf("not on the list: %v", err)
		}
		p.Duty = "fire"
		for _, path := range []string{"", county, village + "000", village + "009", "620000000"} {
			q := p
			q.Path = path
			if _, err := w.Place(t.Context(), as("farms"), "", q); err == nil {
				t.Errorf("placed on %q", path)
			}
		}
		placed, err := w.Place(t.Context(), as("farms"), w.key(), p)
		if err != nil {
			t.Fatal(err)
		}
		if l, err := w.Duties(t.Context(), as("worker"), here); err != nil || len(l.Now) != 1 || len(l.Placed) != 1 {
			t.Errorf("the worker reads %+v, %v", l, err)
		}
		if l, err := w.Duties(t.Context(), as("worker"), next); err != nil || len(l.Placed) != 0 {
			t.Errorf("the grid beside has %+v, %v", l.Placed, err)
		}
		w.clock.Set(today.AddDays(2).Start())
		for by, want := range map[string]string{"worker": "not_found", "civil": "forbidden", "centre": "forbidden"} {
			if err := w.TakeBack(t.Context(), as(by), placed.ID, ""); kind(err) != want {
				t.Errorf("%s takes back: %v, want %s", by, err, want)
			}
		}
		colleague := as("farms")
		colleague.Account = "colleague" // of the same office
		l, err := w.Duties(t.Context(), colleague, here)
		if err != nil || !l.Own(l.Placed[0], colleague) || l.Own(l.Placed[0], as("civil")) || l.Own(l.Placed[0], as("worker")) {
			t.Errorf("whose to take back: %+v, %v", l.Placed, err)
		}
		for _, on := range []calendar.Date{today.AddDays(1), "2026-13-01", calendar.Forever} {
			if err := w.TakeBack(t.Context(), colleague, placed.ID, on); wrong(err, "on") != "network.duty.back" {
				t.Errorf("from %s: %v", on, err)
			}
		}
		if err := w.TakeBack(t.Context(), colleague, placed.ID, today.AddDays(5)); err != nil {
			t.Fatal(err)
		}
		for day, n := range map[int]int{4: 1, 5: 0} {
			w.clock.Set(today.AddDays(day).Start())
			if l, err := w.Duties(t.Context(), as("worker"), here); err != nil || len(l.Placed) != n {
				t.Errorf("day %d: %+v, %v, want %d", day, l.Placed, err, n)
			}
		}
		w.clock.Set(today.AddDays(5).Start())
		if err := w.TakeBack(t.Context(), colleague, placed.ID, ""); kind(err) != "conflict" {
			t.Errorf("taken back twice: %v", err)
		}
		w.clock.Set(today.AddDays(2).Start())
		// What has been taken off the list is placed no more.
		fire.Ended, fire.ValidFrom = 1, today.AddDays(2)
		if d, err = w.ProposeDuty(t.Context(), as("farms"), w.key(), fire); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ApproveDuty(t.Context(), as("centre"), w.key(), d.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Place(t.Context(), as("farms"), "", p); wrong(err, "duty") != "network.duty.outside" {
			t.Errorf("after its end: %v", err)
		}
	})
}

// TestMass: who serves the village keeps its mass organisations; everybody of
// the county reads them.
func TestMass(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		clerk := as("second")
		clerk.Kind, clerk.Paths = actor.VillageClerk, []string{village}
		m := network.Mass{Village: village, Kind: "women", Name: "幸福村妇女联合会", FoundedOn: "2024-03-08"}
		for _, by := range []actor.Actor{{}, as("worker"), as("farleader"), as("sysadmin"), {Account: "x", Kind: actor.VillageClerk, Paths: []string{far}}} {
			if _, err := w.RecordMass(t.Context(), by, "", m); err == nil {
				t.Errorf("%q records it", by.Kind)
			}
		}
		bad := m
		bad.Kind, bad.FoundedOn = "party", today.AddDays(1)
		_, err := w.RecordMass(t.Context(), clerk, "", bad)
		if wrong(err, "kind") == "" || wrong(err, "founded_on") == "" {
			t.Errorf("a kind that there is not, founded tomorrow: %v", err)
		}
		is, err := w.RecordMass(t.Context(), clerk, w.key(), m)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.EndMass(t.Context(), as("worker"), is.ID); kind(err) != "not_found" {
			t.Errorf("the worker ends it: %v", err)
		}
		if err := w.EndMass(t.Context(), clerk, is.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.EndMass(t.Context(), clerk, is.ID); kind(err) != "conflict" {
			t.Errorf("twice: %v", err)
		}
		if all, err := w.MassOf(t.Context(), as("police"), village); err != nil || len(all) != 1 || all[0].EndedOn != today {
			t.Errorf("kept and shown: %+v, %v", all, err)
		}
	})
}

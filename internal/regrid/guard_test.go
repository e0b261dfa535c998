package regrid_test

import (
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/network"
	"anju/internal/regrid"
)

// grids counts the grids of the village.
func (w *world) grids(t *testing.T) (n int) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
		all, err := grid.All(tx, village)
		n = len(all)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// submitted is a plan that waits for a decision, for the tenth.
func (w *world) submitted(t *testing.T) regrid.Plan {
	t.Helper()
	p := w.drafted(t)
	p, err := w.Submit(t.Context(), clerk, "", p.ID, regrid.Submission{On: "2026-03-10", Document: "白政发〔2026〕3号"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestGuarded: what the network refuses is not approved; what it refuses on the
// day is not carried out, says why, and is tried again.
func TestGuarded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		no := true
		var asked []calendar.Date
		w.Guard = func(tx *db.Tx, on calendar.Date, act func() error) error {
			asked = append(asked, on)
			if err := act(); err != nil {
				return err
			}
			if all, err := grid.Ever(tx, village); err != nil || len(all) != 3 {
				t.Errorf("asked of %d grids, %v", len(all), err)
			}
			if no {
				return fault.New(fault.Conflict, "network.check.refused", "holes", "某处没有人")
			}
			return nil
		}
		p := w.submitted(t)
		if _, err := w.Approve(t.Context(), clerk, "", p.ID); err == nil || len(asked) != 0 {
			t.Errorf("the clerk approves: %v, asked %v", err, asked)
		}
		if _, err := w.Approve(t.Context(), secretary, "", p.ID); fault.KindOf(err) != fault.Conflict || fault.Of(err).Key != "regrid.blocked" {
			t.Errorf("approved against the network: %v", err)
		}
		if v := w.see(t, clerk, p.ID); v.Plan.State != regrid.Submitted || w.grids(t) != 2 || len(asked) != 1 || asked[0] != "2026-03-10" {
			t.Errorf("%s, %d grids, asked %v", v.Plan.State, w.grids(t), asked)
		}
		no = false
		if _, err := w.Approve(t.Context(), secretary, "", p.ID); err != nil || w.grids(t) != 2 {
			t.Fatalf("%v, %d grids before the day", err, w.grids(t))
		}
		no = true
		w.clock.Set(calendar.Date("2026-03-10").Start().Add(time.Minute))
		w.run(t)
		if v := w.see(t, clerk, p.ID); v.Plan.State != regrid.Approved || v.Plan.Waits == "" || w.grids(t) != 2 {
			t.Errorf("%s, waits for %q, %d grids", v.Plan.State, v.Plan.Waits, w.grids(t))
		}
		no = false
		w.clock.Move(2 * time.Hour)
		w.run(t)
		if v := w.see(t, clerk, p.ID); v.Plan.State != regrid.Applied || v.Plan.Waits != "" || w.grids(t) != 3 {
			t.Errorf("%s, waits for %q, %d grids", v.Plan.State, v.Plan.Waits, w.grids(t))
		}
	})
}

// TestTheNetworkItself lets a good plan pass, in a county with a chief.
func TestTheNetworkItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Guard = network.Guard
		err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test.appoint", func(tx *db.Tx) error {
			_, err := account.Appoint(tx, account.Post{AccountID: "leader1", Kind: actor.Chief, Path: county, ValidFrom: "2026-01-01"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		p := w.submitted(t)
		if _, err := w.Approve(t.Context(), secretary, "", p.ID); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(calendar.Date("2026-03-10").Start().Add(time.Minute))
		w.run(t)
		if v := w.see(t, clerk, p.ID); v.Plan.State != regrid.Applied {
			t.Errorf("%s, waits for %q", v.Plan.State, v.Plan.Waits)
		}
	})
}

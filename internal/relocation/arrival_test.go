package relocation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/relocation"
	"anju/internal/residence"
)

var (
	there = as(actor.Registrar, farTown)
	here  = as(actor.Registrar, town)
)

// sent is a move that the station of the origin has registered.
func (w *world) sent(t *testing.T) relocation.Move {
	t.Helper()
	m, err := w.Record(t.Context(), here, "", w.toFar())
	if err != nil || m.Arrival != relocation.Waiting {
		t.Fatalf("%+v, %v", m, err)
	}
	return m
}

func word(m relocation.Move, reason string) relocation.Answered {
	return relocation.Answered{On: m.MovedOn, Address: m.ToAddress, Reason: reason, Version: m.Version}
}

// TestWhoAnswersAnArrival begins with the wrong people, for every act and list.
func TestWhoAnswersAnArrival(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.sent(t)
		acts := map[string]func(actor.Actor) error{
			"accept":   func(by actor.Actor) error { _, err := w.Accept(t.Context(), by, "", m.ID, word(m, "x")); return err },
			"return":   func(by actor.Actor) error { _, err := w.Return(t.Context(), by, "", m.ID, word(m, "x")); return err },
			"mend":     func(by actor.Actor) error { _, err := w.Mend(t.Context(), by, "", m.ID, word(m, "x")); return err },
			"withdraw": func(by actor.Actor) error { _, err := w.Withdraw(t.Context(), by, "", m.ID, word(m, "x")); return err },
			"see":      func(by actor.Actor) error { _, err := w.Arrival(t.Context(), by, m.ID); return err },
		}
		for _, c := range []struct {
			who  string
			by   actor.Actor
			want map[string]fault.Kind // "": NotFound
		}{
			{"nobody", actor.Actor{}, nil},
			{"the registrar of a third town", as(actor.Registrar, third), nil},
			{"the clerk of another community", as(actor.VillageClerk, farTown+"002"), nil},
			{"the clerk of the origin", as(actor.VillageClerk, origin), map[string]fault.Kind{"mend": fault.Forbidden, "withdraw": fault.Forbidden}},
			{"the grid worker there", as(actor.GridWorker, far+"001"), map[string]fault.Kind{"accept": fault.Forbidden, "return": fault.Forbidden}},
			{"the administrator", as(actor.SystemAdmin, county), map[string]fault.Kind{"accept": fault.Forbidden, "return": fault.Forbidden, "mend": fault.Forbidden, "withdraw": fault.Forbidden}},
		} {
			for name, do := range acts {
				want := fault.NotFound
				if k, ok := c.want[name]; ok {
					want = k
				}
				if err := do(c.by); fault.KindOf(err) != want {
					t.Errorf("%s: %s: %v, want %s", c.who, name, err, want)
				}
			}
		}
		// Each side does its own, and nobody the other's.
		for name, by := range map[string]actor.Actor{"accept": here, "return": here, "mend": there, "withdraw": there} {
			if err := acts[name](by); fault.KindOf(err) != fault.NotFound {
				t.Errorf("the other side's %s: %v", name, err)
			}
		}
		for _, c := range []struct {
			by    actor.Actor
			sides []int64 // come, back, sent
		}{{there, []int64{1, 0, 0}}, {as(actor.VillageClerk, far), []int64{1, 0, 0}}, {here, []int64{0, 0, 1}}, {as(actor.Registrar, third), []int64{0, 0, 0}}, {as(actor.VillageClerk, origin), []int64{0, 0, 0}}} {
			n, err := w.ArrivalCounts(t.Context(), c.by)
			if err != nil {
				t.Fatal(err)
			}
			for i, side := range relocation.Sides {
				list, err := w.Arrivals(t.Context(), c.by, side, "", 10)
				if c.by.Kind == actor.VillageClerk && side != relocation.Come {
					if fault.KindOf(err) != fault.Forbidden {
						t.Errorf("a clerk lists %s: %v", side, err)
					}
					continue
				}
				if err != nil || int64(len(list)) != c.sides[i] || n[side] != c.sides[i] {
					t.Errorf("%v %s: %d listed, %d counted, %v, want %d", c.by.Paths, side, len(list), n[side], err, c.sides[i])
				}
			}
		}
		// Somebody of it is protected meanwhile: there is nothing there any more.
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.people[0], third); return err })
		for name, by := range map[string]actor.Actor{"accept": there, "return": as(actor.VillageClerk, far), "withdraw": here, "see": there} {
			if err := acts[name](by); fault.KindOf(err) != fault.NotFound {
				t.Errorf("protected, and %s: %v", name, err)
			}
		}
		if list, err := w.Arrivals(t.Context(), there, relocation.Come, "", 10); err != nil || len(list) > 0 {
			t.Errorf("protected, and listed: %v, %v", list, err)
		}
		if n := w.rows(t, `select id from move_act`); len(n) > 0 {
			t.Errorf("the wrong people have left %d acts", len(n))
		}
	})
}

// TestNobodyIsAsked: who answers for both places, and a move within the village
// or out of the county, waits for nobody.
func TestNobodyIsAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, c := range map[string]struct {
			by actor.Actor
			r  func(*relocation.Request)
		}{
			"the county's police":       {as(actor.CountyPolice, county), func(*relocation.Request) {}},
			"the station there":         {there, func(*relocation.Request) {}},
			"another village, one town": {here, func(r *relocation.Request) { r.Village, r.Address = sameTown, "惠民小区3号楼" }},
			"out of the county":         {here, func(r *relocation.Request) { r.Village, r.Address, r.Answer = "420300", "十堰市茅箭区", "" }},
		} {
			r := w.toFar()
			c.r(&r)
			m, err := w.Record(t.Context(), c.by, "", r)
			if err != nil || m.Arrival != relocation.Accepted {
				t.Errorf("%s: %s, %v", name, m.Arrival, err)
			}
			dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := tx.Exec(`delete from move`); return err })
			dbtest.Given(t, w.DB, func(tx *db.Tx) error {
				for _, id := range w.people {
					s, _, err := residence.Current(tx, id, residence.Living)
					if err != nil {
						return err
					}
					if _, _, err := residence.Retract(tx, s); err != nil {
						return err
					}
				}
				return nil
			})
		}
	})
}

// TestArrivalAccepted: with the day and the address as the place there knows
// them; the register, the grid and the lists follow.
func TestArrivalAccepted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.sent(t)
		w.clock.Move(time.Hour)
		clerk := as(actor.VillageClerk, far)
		other := word(m, "")
		other.On, other.Address = "2026-03-03", "老街9号"
		for want, c := range map[string]relocation.Answered{
			"reason relocation.accept.reason":   other,
			"address form.required":             {On: m.MovedOn, Version: m.Version, Reason: "x"},
			"on relocation.record.future":       {On: "2026-03-09", Address: m.ToAddress, Version: m.Version, Reason: "x"},
			"address relocation.record.address": {On: m.MovedOn, Address: "白河县中厂镇同心社区", Version: m.Version, Reason: "x"},
			"reason form.long":                  word(m, strings.Repeat("远", 201)),
		} {
			_, err := w.Accept(t.Context(), clerk, "", m.ID, c)
			f := fault.Of(err)
			if f == nil || len(f.Fields) == 0 || f.Fields[0].Name+" "+f.Fields[0].Key != want {
				t.Errorf("want %s: %v", want, err)
			}
		}
		other.Reason = "入户看过，住在老街"
		got, err := w.Accept(t.Context(), clerk, "k", m.ID, other)
		if err != nil || got.Arrival != relocation.Accepted || got.MovedOn != "2026-03-03" || got.ToAddress != "白河县中厂镇同心社区老街9号" || got.ToPath != far+grid.NoGrid {
			t.Fatalf("%+v, %v", got, err)
		}
		w.DB.Read(t.Context(), func(tx *db.Tx) error {
			for _, id := range w.people {
				s, _, err := residence.Current(tx, id, residence.Living)
				if err != nil || s.HouseID != got.HouseID || s.ValidFrom != "2026-03-03" || s.Path != got.ToPath {
					t.Errorf("lives: %+v, %v", s, err)
				}
			}
			ties, err := grid.TiesOf(tx, w.house)
			if err != nil || ties[0].Path != got.ToPath || ties[0].ValidFrom != "2026-03-03" {
				t.Errorf("ties: %+v, %v", ties, err)
			}
			return nil
		})
		if n, err := w.ArrivalCounts(t.Context(), there); err != nil || n[relocation.Come] != 0 {
			t.Errorf("still waits: %v, %v", n, err)
		}
		if _, err := w.Return(t.Context(), there, "", m.ID, word(got, "x")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("returned after it was accepted: %v", err)
		}
		if _, err := w.Withdraw(t.Context(), here, "", m.ID, word(got, "x")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("taken back after it was accepted: %v", err)
		}
	})
}

// TestArrivalReturned: the origin sees why, mends and sends again, or takes the
// move back; the move counts until then, and nobody lives in two places or none.
func TestArrivalReturned(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.sent(t)
		flows := func() int {
			return len(w.rows(t, `select person_id from flow where superseded_at = 0 and moved_on >= '2026-01-01'`))
		}
		if _, err := w.Return(t.Context(), there, "", m.ID, word(m, " ")); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		m, err := w.Return(t.Context(), there, "", m.ID, word(m, "302室住的是别家"))
		if err != nil || m.Arrival != relocation.Returned || flows() != 3 {
			t.Fatalf("%+v, %v, %d flows", m, err, flows())
		}
		page, err := w.Arrival(t.Context(), here, m.ID)
		if err != nil || !page.From || page.To || page.Acts[0].Reason != "302室住的是别家" || len(page.People) != 3 || page.Head != "王守山" {
			t.Errorf("%+v, %v", page, err)
		}
		if n, err := w.ArrivalCounts(t.Context(), here); err != nil || n[relocation.Back] != 1 || n[relocation.Sent] != 0 {
			t.Errorf("the origin's lists: %v, %v", n, err)
		}
		w.clock.Move(time.Hour)
		mended := word(m, "是303室")
		mended.Address = "幸福家园8号楼2单元303室"
		if m, err = w.Mend(t.Context(), here, "", m.ID, mended); err != nil || m.Arrival != relocation.Waiting || !strings.HasSuffix(m.ToAddress, "303室") || m.ToPath != far+"001" {
			t.Fatalf("mended: %+v, %v", m, err)
		}
		if _, err := w.Mend(t.Context(), here, "", m.ID, word(m, "x")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("mended again: %v", err)
		}
		w.clock.Move(time.Hour)
		if m, err = w.Return(t.Context(), there, "", m.ID, word(m, "没有这家人")); err != nil {
			t.Fatal(err)
		}
		w.clock.Move(time.Hour)
		if m, err = w.Withdraw(t.Context(), here, "", m.ID, word(m, "登记错了户")); err != nil || m.Arrival != relocation.Withdrawn {
			t.Fatalf("%+v, %v", m, err)
		}
		if n := flows(); n != 0 {
			t.Errorf("taken back, and %d have flowed", n)
		}
		w.DB.Read(t.Context(), func(tx *db.Tx) error {
			for _, id := range w.people {
				s, lives, err := residence.Current(tx, id, residence.Living)
				if err != nil || !lives || s.Path != origin+"001" || s.ValidFrom != calendar.Date("2010-01-01") {
					t.Errorf("lives: %+v, %v", s, err)
				}
			}
			ties, err := grid.TiesOf(tx, w.house)
			if err != nil || len(ties) != 2 || ties[0].Path != origin+"001" || ties[0].ValidFrom != "2024-01-01" {
				t.Errorf("ties: %+v, %v", ties, err)
			}
			if all, err := relocation.Of(tx, w.house); err != nil || len(all) > 0 {
				t.Errorf("it still follows: %v, %v", all, err)
			}
			return nil
		})
		kinds := w.rows(t, `select kind from move_act order by id`)
		if !slices.Equal(kinds, []string{"returned", "mended", "returned", "withdrawn"}) {
			t.Errorf("acts: %v", kinds)
		}
		for name, err := range map[string]error{
			"answered": func() error { _, err := w.Answer(t.Context(), here, "", m.ID, relocation.Later); return err }(),
			"redated": func() error {
				_, err := w.Redate(t.Context(), here, "", m.ID, redating("2026-02-01", m.Version))
				return err
			}(),
		} {
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s after it was taken back: %v", name, err)
			}
		}
		if _, err := w.Record(t.Context(), here, "", w.toFar()); err != nil {
			t.Errorf("registered anew: %v", err)
		}
	})
}

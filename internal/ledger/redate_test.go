package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/ledger"
	"anju/internal/person"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/seal"
)

// TestBooksBalanceAfterCorrections: moves by chance, and then their days
// corrected by chance: after each correction the books of every period balance,
// both days' ledgers have changed, nobody lives in two places or in none, the
// flows are what the spells say, and what was believed before can be asked for.
func TestBooksBalanceAfterCorrections(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := &world{Service: &ledger.Service{DB: d}, moves: &relocation.Service{DB: d, Keys: seal.FromSeed(1)}}
		dbtest.Given(t, d, w.given)
		r := rand.New(rand.NewPCG(11, 3))
		for i := range 24 {
			home := i % len(w.homes)
			id := w.homes[home]
			on := w.last[id].AddDays(30 + r.IntN(700))
			if on > "2026-03-04" {
				continue
			}
			var who []person.ID
			if all := w.people[id]; r.IntN(3) == 0 {
				who = all[r.IntN(len(all)):][:1]
			}
			w.move(t, home, villages[r.IntN(len(villages))], on, who...)
			w.last[id] = on
		}
		moves := w.all(t)
		known := calendar.On(d.Now())
		before := w.history(t, residence.When{})
		done := 0
		for range 30 {
			clock.Move(24 * time.Hour)
			m := moves[r.IntN(len(moves))]
			now, err := w.moves.Get(t.Context(), police, m.ID)
			if err != nil {
				t.Fatal(err)
			}
			on := now.MovedOn.AddDays(r.IntN(500) - 250)
			before := w.sum(t, now.MovedOn)
			_, err = w.moves.Redate(t.Context(), police, "", m.ID, relocation.Redating{On: on, Reason: "日期看错", Evidence: "交房签收单", Version: now.Version})
			if fault.KindOf(err) == fault.Invalid {
				continue // out of the order of their moves
			}
			if err != nil {
				t.Fatalf("%s to %s: %v", now.MovedOn, on, err)
			}
			done++
			if after := w.sum(t, now.MovedOn); after.People >= before.People {
				t.Errorf("moved from %s to %s, and the old day still has %v of %v", now.MovedOn, on, after, before)
			}
			w.balance(t, ledger.Period{Since: min(on, now.MovedOn), Until: max(on, now.MovedOn)}, true)
			w.unbroken(t)
		}
		if done < 10 {
			t.Errorf("only %d days were corrected", done)
		}
		w.balance(t, ledger.Decade("2026-03-04"), true)
		if got := w.history(t, residence.When{Known: known}); got != before {
			t.Errorf("what was believed on %s is not kept:\n%s\nwant\n%s", known, got, before)
		}
		if w.history(t, residence.When{}) == before {
			t.Error("nothing has changed")
		}
	})
}

// all lists the moves of the world.
func (w *world) all(t *testing.T) (all []relocation.Move) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
		for _, id := range w.homes {
			some, err := relocation.Of(tx, id)
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sum is what flowed on one day.
func (w *world) sum(t *testing.T, on calendar.Date) ledger.Sum {
	t.Helper()
	m, err := w.Matrix(t.Context(), police, ledger.MatrixQuery{Period: ledger.Period{Since: on, Until: on}})
	if err != nil {
		t.Fatal(err)
	}
	return m.Row("")
}

// history is where everybody lived, month by month, by what is known at a time.
func (w *world) history(t *testing.T, when residence.When) (text string) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
		text = ""
		for _, id := range w.homes {
			for y := 2015; y <= 2026; y++ {
				for month := 1; month <= 12; month++ {
					when.On = calendar.Date(fmt.Sprintf("%d-%02d-01", y, month))
					if when.On > "2026-03-01" {
						continue
					}
					at, err := residence.PlacesAt(tx, w.people[id], when)
					if err != nil {
						return err
					}
					if len(at) != len(w.people[id]) {
						t.Errorf("%v: %d places of %d people", when, len(at), len(w.people[id]))
					}
					where := map[person.ID]string{}
					for _, s := range at {
						where[s.PersonID] = s.Path
					}
					for _, p := range w.people[id] {
						text += where[p] + " "
					}
				}
			}
			text += "\n"
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// unbroken checks that everybody's stays follow each other day by day, and that
// the flows are those that they say.
func (w *world) unbroken(t *testing.T) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
		for _, id := range w.homes {
			for _, p := range w.people[id] {
				spells, err := residence.SpellsOf(tx, p)
				if err != nil {
					return err
				}
				stays := 0
				for _, s := range spells {
					if s.Kind == residence.Living {
						stays++
					}
				}
				flows := residence.FlowsOf(spells)
				kept, err := db.One[int64](tx, `select count(*) from flow where person_id = $1 and superseded_at = 0`, p)
				if err != nil {
					return err
				}
				if len(flows) != stays-1 || int(kept) != len(flows) {
					t.Errorf("%d stays, %d flows, %d kept", stays, len(flows), kept)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

package entitlement_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// TestNothingIsLostOrDoubled plays random sequences of moves, of lists that
// places bring without asking each other, and of acts. Whatever happens:
//   - a move changes no right;
//   - every right that was ever written is owed, or was ended on a ground by
//     somebody, or is a gap that somebody is told of;
//   - what runs in two places at once is told to both;
//   - once every place has put its own list right, nothing is left to tell.
func TestNothingIsLostOrDoubled(t *testing.T) {
	villages := []string{origin, far, elsewhere, "610929103001"}
	kinds := []struct{ kind, side string }{
		{"farmland", entitlement.Origin}, {"collective_income", entitlement.Origin}, {"medical", entitlement.Living}, {"subsistence", entitlement.Origin}, {"pension", entitlement.Living}, {"subsistence", entitlement.Living},
	}
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		d, clock := dbtest.SQLite(t)
		s := &entitlement.Service{DB: d, Keys: seal.FromSeed(1)}
		house, head := given(t, d, s.Keys)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(`delete from entitlement`)
			return err
		})
		places := map[string]string{entitlement.Origin: origin, entitlement.Living: far}
		evidence := 0
		for range rapid.IntRange(3, 14).Draw(r, "steps") {
			clock.Set(clock.Now().AddDate(0, 0, rapid.IntRange(1, 200).Draw(r, "days")))
			today := calendar.On(clock.Now())
			switch act := rapid.SampledFrom([]string{"move", "register", "list", "list", "enter", "correct", "change", "end", "reopen", "sweep"}).Draw(r, "act"); act {
			case "move", "register":
				before := dump(t, d)
				to := rapid.SampledFrom(villages).Draw(r, "to")
				moved(t, d, house, head, act == "move", to, today)
				if places[entitlement.Origin] = to; act == "move" {
					places[entitlement.Living], places[entitlement.Origin] = to, registeredAt(t, d, house)
				}
				if after := dump(t, d); after != before {
					t.Fatalf("a %s changed a right:\n%s\n%s", act, before, after)
				}
				if err := s.HouseholdChanged(t.Context(), actor.ForSystem("rights"), strconv.Quote(string(house))); err != nil {
					t.Fatal(err)
				}
			case "sweep":
				if _, err := s.Sweep(t.Context(), actor.ForSystem("rights")); err != nil {
					t.Fatal(err)
				}
			case "list": // some place's list says so, whoever else has it
				k := rapid.SampledFrom(kinds).Draw(r, "kind")
				evidence++
				paper := fmt.Sprint("P", rapid.IntRange(1, evidence).Draw(r, "paper"))
				e := right(k.kind, k.side, rapid.SampledFrom(villages).Draw(r, "place"), paper)
				e.HouseholdID, e.Source = house, "import/x/1"
				dbtest.Given(t, d, func(tx *db.Tx) error {
					if _, err := entitlement.Enter(tx, e); err != nil {
						return err
					}
					_, err := entitlement.Recheck(tx, house)
					return err
				})
			case "enter":
				k := rapid.SampledFrom(kinds).Draw(r, "kind")
				evidence++
				w := entitlement.Words{Kind: k.kind, Side: k.side, Path: places[k.side], Evidence: fmt.Sprint("E", evidence), From: today.AddDays(-1), Reason: "登记"}
				if _, err := s.Enter(t.Context(), as(actor.TownWindow, w.Path[:9]), "", house, w); err != nil {
					t.Fatalf("enter %+v: %v", w, err)
				}
			default:
				all := current(t, d)
				if len(all) == 0 {
					continue
				}
				e := rapid.SampledFrom(all).Draw(r, "right")
				w := entitlement.Words{Evidence: e.Evidence, From: today, Reason: "核实", Ground: rapid.SampledFrom(entitlement.GroundsOf(e.Kind)).Draw(r, "ground").Name}
				by := as(actor.TownWindow, e.Path[:9])
				can := e.Can(act, today)
				var err error
				switch act {
				case "correct":
					w.From, w.To = e.ValidFrom, e.ValidTo
					w.Evidence = fmt.Sprint("C", e.Evidence)
					_, err = s.Correct(t.Context(), by, "", e.ID, w)
				case "change":
					w.Evidence = fmt.Sprint("N", e.Evidence)
					_, err = s.Change(t.Context(), by, "", e.ID, w)
				case "end":
					_, err = s.End(t.Context(), by, "", e.ID, w)
				case "reopen":
					_, err = s.Reopen(t.Context(), by, "", e.ID, w)
				}
				if can == (fault.KindOf(err) == fault.Conflict && fault.KeyOf(err) != "entitlement.act.listed") || err != nil && fault.Of(err) == nil {
					t.Fatalf("%s of %+v (can: %v): %v", act, e, can, err)
				}
			}
			hold(t, d, house, calendar.On(clock.Now()))
		}
		// Every place puts its own list right: of what runs twice, all but one end.
		clock.Set(clock.Now().AddDate(0, 0, 9))
		tidy(t, d, s, house, calendar.On(clock.Now()))
		if text := said(open(t, d, house)); text != "" {
			t.Fatalf("every list is in order, and still %s", text)
		}
	})
	if n < 50 {
		t.Errorf("only %d sequences were played", n)
	}
}

func current(t *testing.T, d *db.DB) (all []entitlement.Entitlement) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) (err error) {
		all, err = db.All[entitlement.Entitlement](tx, `select `+db.Columns[entitlement.Entitlement]("")+` from entitlement where superseded_at = 0 order by id`)
		return err
	})
	return all
}

func dump(t *testing.T, d *db.DB) string { t.Helper(); return fmt.Sprint(current(t, d)) }

func registeredAt(t *testing.T, d *db.DB, house household.ID) (path string) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		places, err := residence.PlacesOf(tx, house)
		for _, p := range places {
			if p.Relation == residence.Registered {
				path = p.Path[:12]
			}
		}
		return err
	})
	return path
}

// moved lets the household live, or be registered, somewhere else.
func moved(t *testing.T, d *db.DB, house household.ID, head person.ID, lives bool, to string, on calendar.Date) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		if !lives {
			_, err := residence.Register(tx, head, house, to+"001", "02", on, "test")
			return err
		}
		if err := residence.Relocate(tx, house, []person.ID{head}, to+"001", "", on, "test"); err != nil {
			return err
		}
		return grid.Bind(tx, house, residence.Living, to+"001", on, "")
	})
}

// hold is what is true after every step, reckoned from the rows alone.
func hold(t *testing.T, d *db.DB, house household.ID, today calendar.Date) {
	t.Helper()
	told := said(open(t, d, house))
	has := func(kind string, faults ...entitlement.Fault) bool {
		return slices.ContainsFunc(faults, func(f entitlement.Fault) bool {
			return slices.ContainsFunc(open(t, d, house), func(o entitlement.Finding) bool { return o.Kind == kind && o.Fault == f })
		})
	}
	all := current(t, d)
	places, papers := map[string][]string{}, map[string][]string{}
	for _, e := range all {
		if e.Running(today) {
			places[e.Kind] = append(places[e.Kind], e.Path)
			papers[e.Kind+e.Evidence] = append(papers[e.Kind+e.Evidence], e.Path)
		}
	}
	for _, e := range all {
		if len(distinct(places[e.Kind])) > 1 && e.Kind != "farmland" && !has(e.Kind, entitlement.DoubleDrawn, entitlement.TwoMembers, entitlement.Gap) {
			t.Fatalf("%s runs in %v and nobody is told: %s", e.Kind, places[e.Kind], told)
		}
		if len(distinct(papers["farmland"+e.Evidence])) > 1 && !has("farmland", entitlement.DoubleClaim) {
			t.Fatalf("paper %s is kept in %v and nobody is told: %s", e.Evidence, papers["farmland"+e.Evidence], told)
		}
		if len(places[e.Kind]) == 0 && e.Owed() && e.ValidTo <= today && !has(e.Kind, entitlement.Gap) && lastWord(all, e) {
			t.Fatalf("%+v ended, nobody said why, and nobody is told: %s", e, told)
		}
	}
}

// lastWord reports whether nothing of the kind lies after a right.
func lastWord(all []entitlement.Entitlement, e entitlement.Entitlement) bool {
	return !slices.ContainsFunc(all, func(o entitlement.Entitlement) bool {
		return o.ID != e.ID && o.Kind == e.Kind && (o.ValidTo > e.ValidTo || o.ValidTo == e.ValidTo && !o.Owed())
	})
}

func distinct(all []string) []string {
	all = slices.Clone(all)
	slices.Sort(all)
	return slices.Compact(all)
}

// tidy is what the people of the places would do: of what nobody or two places
// owe, every place ends what it keeps with a ground.
func tidy(t *testing.T, d *db.DB, s *entitlement.Service, house household.ID, today calendar.Date) {
	t.Helper()
	told := open(t, d, house)
	for _, e := range current(t, d) {
		if !slices.ContainsFunc(told, func(f entitlement.Finding) bool { return f.Kind == e.Kind }) || !e.Owed() {
			continue
		}
		by := as(actor.TownWindow, e.Path[:9])
		id, w := e.ID, entitlement.Words{Evidence: e.Evidence + "销", Reason: "两地核实", Ground: "nobody_left", From: today}
		if e.ValidTo <= today {
			w.From = max(e.ValidTo, e.ValidFrom.AddDays(1))
			again, err := s.Reopen(t.Context(), by, "", id, w)
			if err != nil {
				t.Fatalf("open %+v again: %v", e, err)
			}
			id, w.From = again.ID, today
		}
		if _, err := s.End(t.Context(), by, "", id, w); err != nil {
			t.Fatalf("end %+v: %v", e, err)
		}
	}
}

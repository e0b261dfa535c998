package overview_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/ident"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/relocation"
	"anju/internal/residence"
)

const elsewhere = third + "201" // where the 王 move on to

// ended gives the booklet of the 王 a number and ends it; their next one is
// for another village, where they go if they move on.
func (w *world) ended(t *testing.T, movesOn bool) (old, next string) {
	t.Helper()
	var numbers []string
	for serial := range 2 {
		n, err := ident.NewBookletNumber(county, 2026, serial+7)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, string(n))
	}
	old, next = numbers[0], numbers[1]
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		if _, err := tx.Exec(`update booklet set number = $1, state = 'cancelled', ended_why = 'moved_away', ended_at = $2 where id = 'booklet-a'`, old, tx.Millis()); err != nil || !movesOn {
			return err
		}
		ids := []person.ID{w.id["王守山"], w.id["王建军"], w.id["陈桂兰"]}
		if err := residence.Relocate(tx, w.home["王守山"], ids, elsewhere+"001", "", "2026-03-01", "test"); err != nil {
			return err
		}
		if err := grid.Bind(tx, w.home["王守山"], residence.Living, elsewhere+"001", "2026-03-01", ""); err != nil {
			return err
		}
		m := relocation.Move{Arrival: relocation.Accepted, ID: "move-c", Number: "nc", HouseholdID: w.home["王守山"], Programme: "natural", MovedOn: "2026-03-01", FromPath: far + "001", ToPath: elsewhere + "001",
			Case: "other_town", Track: "booklet", Persons: "[]", RecordedBy: "刘芳", Source: "test", Version: 1}
		if err := db.Insert(tx, "move", m); err != nil {
			return err
		}
		return db.Insert(tx, "booklet", booklet.Booklet{ID: "booklet-c", Number: next, HouseholdID: m.HouseholdID, MoveID: m.ID, Path: m.ToPath, OriginPath: origin + "001", HeadName: "王守山",
			State: booklet.Issued, AppliedBy: "x", Version: 1})
	})
	return old, next
}

// A held is what one search by a booklet's number comes to.
type held struct {
	by      actor.Actor
	view    string
	names   string
	booklet booklet.ID // that it leads to
	now     booklet.ID // that the list says is good instead
	ended   bool       // the list says that it is not good any more
}

// finds searches by a number and says what is shown otherwise than wanted, or
// logged of nobody who is shown.
func (w *world) finds(t *testing.T, number string, all ...held) {
	t.Helper()
	for _, tt := range all {
		before := w.shown(t)
		page, err := w.Residents(t.Context(), tt.by, overview.ResidentFilter{Search: number, View: tt.view})
		if err != nil {
			t.Fatal(err)
		}
		got := held{by: tt.by, view: tt.view, booklet: page.Booklet, ended: page.Ended != nil}
		var names []string
		for _, r := range page.Rows {
			names = append(names, r.Name)
		}
		got.names = sorted(names)
		if e := page.Ended; e != nil {
			if e.Number != number || e.On != "2026-03-04" {
				t.Errorf("%s %v: %+v", tt.by.Kind, tt.by.Paths, e)
			}
			if e.Now != nil {
				got.now = e.Now.ID
			}
		}
		if got.names != tt.names || got.booklet != tt.booklet || got.now != tt.now || got.ended != tt.ended || page.Next != "" {
			t.Errorf("%s %v, by %q:\ngot  %+v, next %q\nwant %+v", tt.by.Kind, tt.by.Paths, tt.view, got, page.Next, tt)
		}
		if n := w.shown(t) - before; n > 0 != (got.names != "" || got.booklet != "") {
			t.Errorf("%s %v: logged %d pages that show somebody", tt.by.Kind, tt.by.Paths, n)
		}
	}
}

// shown is how many looks at somebody have been logged.
func (w *world) shown(t *testing.T) (n int) {
	t.Helper()
	looks, err := w.DB.Looks(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range looks {
		if l.Subjects != "" {
			n++
		}
	}
	return n
}

// strangers find nobody by the number of a booklet of the 王, good or ended.
func strangers() (all []held) {
	for _, by := range []actor.Actor{as(actor.GridWorker, far+"001"), as(actor.GridWorker, elsewhere+"001"), as(actor.VillageClerk, origin), as(actor.VillageClerk, far), as(actor.VillageClerk, elsewhere),
		as(actor.Registrar, unit), as(actor.TownWindow, unit), as(actor.GeneralLeader, unit), as(actor.CivilAffairs, county), as(actor.Agriculture, county)} {
		all = append(all, held{by: by}, held{by: by, view: residence.Registered})
	}
	return all
}

// TestEndedBookletIsFound: the number of a booklet that has ended finds whose it
// was, for those alone whom its number found before, and leads to it.
func TestEndedBookletIsFound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old, _ := w.ended(t, false)
		w.finds(t, old, append(strangers(), held{by: as(actor.Registrar, third)})...)
		family := want("王守山", "王建军", "陈桂兰")
		for _, by := range []actor.Actor{as(actor.Registrar, there), as(actor.TownWindow, there), as(actor.GeneralLeader, there), as(actor.CountyPolice, county)} {
			w.finds(t, old, held{by: by, names: family, booklet: "booklet-a"})
		}
		w.finds(t, old, held{by: as(actor.Registrar, town), view: residence.Registered, names: family, booklet: "booklet-a"})
		if _, err := w.Residents(t.Context(), as(actor.CountyCentre, county), overview.ResidentFilter{Search: old}); err == nil {
			t.Error("who lists nobody finds by a number")
		}
	})
}

// TestEndedBookletOfWhoMovedOn: where they lived the booklet opens and nobody says
// where they are now; where they live they are found, and told that it has ended.
func TestEndedBookletOfWhoMovedOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old, next := w.ended(t, true)
		family, before, after := want("王守山", "王建军", "陈桂兰"), as(actor.Registrar, there), as(actor.Registrar, third)
		w.finds(t, old, strangers()...)
		w.finds(t, next, append(strangers(), held{by: before}, held{by: before, view: residence.Registered})...)
		w.finds(t, old, held{by: before, booklet: "booklet-a"}, held{by: after, names: family, ended: true, now: "booklet-c"}, held{by: as(actor.CountyPolice, county), names: family, booklet: "booklet-a"})
		w.finds(t, next, held{by: after, names: family, booklet: "booklet-c"})
		books := &booklet.Service{DB: w.DB, Keys: w.Keys}
		for by, now := range map[*actor.Actor]booklet.ID{&before: "", {Account: "me", Name: "我", Kind: actor.CountyPolice, Paths: []string{county}}: "booklet-c"} {
			p, err := books.Get(t.Context(), *by, "booklet-a")
			if err != nil || (p.Now != nil) != (now != "") || p.Now != nil && p.Now.ID != now || p.Stale {
				t.Errorf("%s reads %+v, %v", by.Kind, p, err)
			}
		}
		// Whom the old booklet is for is protected now, in a household of their own.
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			if _, err := residence.Protect(tx, w.id["覃丽"], unit); err != nil {
				return err
			}
			_, err := tx.Exec(`update move set persons = $1 where id = 'move-a'`, `["`+string(w.id["覃丽"])+`"]`)
			return err
		})
		w.finds(t, old, held{by: before}, held{by: as(actor.CountyPolice, county), names: family, ended: true, now: "booklet-c"})
		for _, by := range []actor.Actor{before, as(actor.CountyPolice, county)} {
			if _, err := books.Get(t.Context(), by, "booklet-a"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s reads the old booklet of somebody protected: %v", by.Kind, err)
			}
		}
	})
}

// TestEndedBookletOfTheProtected: who is protected today is found by no booklet,
// but for the unit that knows the place.
func TestEndedBookletOfTheProtected(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old, next := w.ended(t, true)
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			for _, name := range []string{"王守山", "王建军", "陈桂兰"} {
				if _, err := residence.Protect(tx, w.id[name], third); err != nil {
					return err
				}
			}
			return nil
		})
		for _, n := range []string{old, next} {
			w.finds(t, n, strangers()...)
			for _, by := range []actor.Actor{as(actor.Registrar, there), as(actor.Registrar, town), as(actor.CountyPolice, county), as(actor.TownWindow, third)} {
				w.finds(t, n, held{by: by}, held{by: by, view: residence.Registered})
			}
		}
		w.finds(t, old, held{by: as(actor.Registrar, third), names: want("王守山", "王建军", "陈桂兰"), ended: true, now: "booklet-c"})
	})
}

// TestEndedBookletOfNobodyLeft: a household in which nobody is registered any more
// is found by its booklet all the same.
func TestEndedBookletOfNobodyLeft(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		old, _ := w.ended(t, false)
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update spell set valid_to = '2026-03-04' where household_id = $1`, string(w.home["王守山"]))
			return err
		})
		w.finds(t, old, append(strangers(), held{by: as(actor.Registrar, third)}, held{by: as(actor.Registrar, there), booklet: "booklet-a"})...)
	})
}

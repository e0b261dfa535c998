package residence_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// TestLifeEndsAndBegins: who has died is nowhere and is not brought back by an
// older list; a child lives where its parent has lived since it was born, and
// is hidden where the parent is.
func TestLifeEndsAndBegins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := given(t, d)
		var born person.ID
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if _, err := residence.Protect(tx, f.wife, unit); err != nil {
				return err
			}
			p, err := person.Insert(tx, seal.FromSeed(1), person.Draft{Name: "王新生", Sex: "2", Birth: "2026-02-01", Ethnicity: "01", NoNumberReason: "新生儿", Source: "test", AsOf: "2026-02-01"})
			if err != nil {
				return err
			}
			born = p.ID
			return residence.GrowUp(tx, born, f.wife, p.Birth, "act/1")
		})
		dbtest.Given(t, d, func(tx *db.Tx) error { return residence.Cease(tx, f.head, "2026-02-02") })
		dbtest.Given(t, d, func(tx *db.Tx) error {
			child, ok, err := residence.Current(tx, born, residence.Living)
			if !ok || child.SealedTo != unit || child.ValidFrom != "2026-02-01" || child.HouseID != f.house {
				t.Errorf("the child lives at %+v", child)
			}
			if err != nil {
				return err
			}
			all, err := residence.SpellsOf(tx, f.head)
			for _, s := range all {
				if s.ValidTo != "2026-02-02" {
					t.Errorf("the dead %s until %s", s.Kind, s.ValidTo)
				}
			}
			if err != nil {
				return err
			}
			last, ok, err := residence.LastRegistered(tx, f.head)
			if !ok || last.HouseholdID != f.id {
				t.Errorf("was last registered %+v", last)
			}
			if err != nil {
				return err
			}
			news, err := residence.Register(tx, f.head, f.id, home, "02", "2026-02-01", "import/older")
			if news {
				t.Error("an older list has brought the dead back")
			}
			if err != nil {
				return err
			}
			free, err := residence.Free(tx, f.head, residence.Registered)
			if free != "2026-02-02" {
				t.Errorf("free from %s", free)
			}
			return err
		})
	})
}

// TestTwoSeals: where two are hidden by two units, neither learns of the other.
func TestTwoSeals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := given(t, d)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			return residence.Relocate(tx, f.id, []person.ID{f.lodger}, away, f.newHouse, "2020-01-01", "test")
		})
		join := func(on calendar.Date) error {
			return d.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error { return residence.JoinLiving(tx, f.lodger, f.wife, on, "act/1") })
		}
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, f.lodger, unit); return err })
		if err := join("2019-01-01"); fault.KeyOf(err) != "residence.overlaps" {
			t.Errorf("before the present stay began: %v", err)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, f.wife, "610929100"); return err })
		if err := join("2026-02-01"); fault.KeyOf(err) != "residence.two_seals" {
			t.Errorf("two units: %v", err)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := residence.Unprotect(tx, f.wife); return err })
		if err := join("2026-02-01"); err != nil {
			t.Fatal(err)
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			s, _, err := residence.Current(tx, f.lodger, residence.Living)
			if s.SealedTo != unit || s.HouseID != f.house {
				t.Errorf("who was hidden is so no longer: %+v", s)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

package residence_test

import (
	"fmt"
	"strings"
	"testing"

	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/residence"
)

func TestProtect(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		for name, err := range map[string]error{
			"nobody":         write(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, "nobody", unit); return err }),
			"for no unit":    write(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.wife, ""); return err }),
			"open an open":   write(t, d, func(tx *db.Tx) error { _, err := residence.Unprotect(tx, w.wife); return err }),
			"open a nobody":  write(t, d, func(tx *db.Tx) error { _, err := residence.Unprotect(tx, "nobody"); return err }),
			"protect no one": write(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, "", unit); return err }),
		} {
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		// The wife and the child flee; a year later within the same village.
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := residence.Relocate(tx, w.id, []person.ID{w.wife, w.child}, away[:12]+"001", "", "2024-05-01", "move"); err != nil {
				return err
			}
			return residence.Relocate(tx, w.id, []person.ID{w.wife, w.child}, away, w.newHouse, "2025-05-01", "move")
		})
		before := spells(t, d, w.wife)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			s, err := residence.Protect(tx, w.wife, unit)
			if s.SealedTo != unit || s.Path != away || s.PersonID != w.wife {
				t.Errorf("sealed %+v", s)
			}
			return err
		})
		for _, id := range []person.ID{w.wife, w.child} {
			for _, line := range strings.Split(strings.TrimSpace(spells(t, d, id)), "\n") {
				if there := strings.Contains(line, away[:12]); there != strings.HasSuffix(line, unit) {
					t.Errorf("after: %s", line)
				}
			}
		}
		for who, id := range map[string]person.ID{"the head, who lives elsewhere": w.head, "the lodger there": w.lodger} {
			if strings.Contains(spells(t, d, id), unit+"\n") {
				t.Errorf("%s is sealed too:\n%s", who, spells(t, d, id))
			}
		}
		read(t, d, func(tx *db.Tx) error {
			unsealed, err := residence.SealOf(tx, w.id)
			if unsealed != "" {
				t.Errorf("the household lives with its head, and is sealed to %s", unsealed)
			}
			return err
		})
		after := spells(t, d, w.child)
		if err := write(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.child, unit); return err }); err != nil || spells(t, d, w.child) != after {
			t.Errorf("protected with the mother, and again: %v", err)
		}
		if err := write(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.child, "610929"); return err }); fault.KindOf(err) != fault.Conflict {
			t.Errorf("protected by another unit: %v", err)
		}
		// The record says that something changed, and neither where nor to whom.
		read(t, d, func(tx *db.Tx) error {
			diffs, err := db.All[string](tx, `select diff from change where diff like '%SealedTo%' order by n desc limit 4`)
			if len(diffs) != 4 || strings.Contains(fmt.Sprint(diffs), unit) || strings.Contains(fmt.Sprint(diffs), "Path") {
				t.Errorf("recorded: %v", diffs)
			}
			return err
		})
		// Whoever is protected stays so at the next place.
		next := away[:9] + "002003"
		dbtest.Given(t, d, func(tx *db.Tx) error {
			return residence.Relocate(tx, w.id, []person.ID{w.wife, w.child}, next, "", "2026-01-01", "move")
		})
		if got := spells(t, d, w.wife); !strings.HasPrefix(got, "living "+next+" 2026-01-01 9999-12-31 "+unit+"\n") {
			t.Errorf("moved on:\n%s", got)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := residence.Unprotect(tx, w.wife); return err })
		got := spells(t, d, w.wife)
		if !strings.HasPrefix(got, "living "+next+" 2026-01-01 9999-12-31 \n") || strings.Count(got, unit+"\n") != 2 {
			t.Errorf("opened, the places before it still closed:\n%s", got)
		}
		if strings.Count(got, "\n") != strings.Count(before, "\n")+1 {
			t.Errorf("before\n%safter\n%s", before, got)
		}
	})
}

// Who joins the protected in their house is protected with them; a lodger of
// another household is not.
func TestJoinTheProtected(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := residence.Relocate(tx, w.id, []person.ID{w.wife}, away, w.newHouse, "2025-05-01", "move"); err != nil {
				return err
			}
			if _, err := residence.Protect(tx, w.wife, unit); err != nil {
				return err
			}
			return residence.Relocate(tx, w.id, []person.ID{w.child}, away, w.newHouse, "2025-06-01", "move")
		})
		if got := spells(t, d, w.child); !strings.HasPrefix(got, "living "+away+" 2025-06-01 9999-12-31 "+unit+"\n") {
			t.Errorf("the child that followed:\n%s", got)
		}
		if strings.Contains(spells(t, d, w.lodger), unit+"\n") || strings.Contains(spells(t, d, w.head), unit+"\n") {
			t.Error("others are sealed too")
		}
	})
}

// When the head is protected, the household is.
func TestSealOf(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.wife, unit); return err })
		read(t, d, func(tx *db.Tx) error {
			got, err := residence.SealOf(tx, w.id)
			if got != unit {
				t.Errorf("all three live in one house; the household is sealed to %q", got)
			}
			return err
		})
		if got := spells(t, d, w.lodger); strings.Contains(got, unit+"\n") {
			t.Errorf("the lodger is sealed too:\n%s", got)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := residence.Unprotect(tx, w.head); return err })
		for _, id := range []person.ID{w.head, w.wife, w.child} {
			if got := spells(t, d, id); strings.Contains(got, unit+"\n") {
				t.Errorf("still sealed:\n%s", got)
			}
		}
	})
}

// Those who were with the protected and have died or gone away since say nothing
// of the place either, in no ledger; who lives in the village still, and who is
// protected where they went, are left as they are.
func TestProtectHidesWhoIsNoMore(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := residence.Relocate(tx, w.id, []person.ID{w.head, w.wife, w.child}, away, w.newHouse, "2024-05-01", "move"); err != nil {
				return err
			}
			if err := residence.Cease(tx, w.head, "2025-03-01", residence.Living); err != nil { // the head died
				return err
			}
			return residence.Relocate(tx, w.id, []person.ID{w.child}, away[:12]+"002", "", "2025-06-01", "move") // next door
		})
		open := spells(t, d, w.child)
		flows := func() (n int64) {
			read(t, d, func(tx *db.Tx) (err error) {
				n, err = db.One[int64](tx, `select count(*) from flow where superseded_at = 0 and sealed_to = '' and person_id in ($1, $2)`, w.head, w.wife)
				return err
			})
			return n
		}
		if flows() != 2 {
			t.Fatalf("%d flows before", flows())
		}
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.wife, unit); return err })
		if got := spells(t, d, w.head); !strings.Contains(got, "living "+away+" 2024-05-01 2025-03-01 "+unit+"\n") || strings.Count(got, unit+"\n") != 1 {
			t.Errorf("the head who died there:\n%s", got)
		}
		if got := spells(t, d, w.child); got != open {
			t.Errorf("the child next door:\n%s", got)
		}
		if flows() != 0 {
			t.Errorf("%d flows say where", flows())
		}
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := residence.Unprotect(tx, w.wife); return err })
		if got := spells(t, d, w.head); strings.Contains(got, unit+"\n") || flows() != 2 {
			t.Errorf("let go, %d flows:\n%s", flows(), got)
		}
	})
}

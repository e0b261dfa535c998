package residence_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	home = "610929100203001"
	away = "610929101001002"
	unit = "610929101"
)

// A family is a household of three, registered and living in one house since
// 2010; a neighbour lives with them.
type family struct {
	id                household.ID
	head, wife, child person.ID
	lodger            person.ID
	house, newHouse   string
}

func given(t *testing.T, d *db.DB) (f family) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		f = family{}
		for _, h := range []struct {
			village, text string
			id            *string
		}{{home[:12], "清风村一组1号", &f.house}, {away[:12], "同心社区1号楼", &f.newHouse}} {
			a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: h.village, Text: h.text})
			if err != nil {
				return err
			}
			house, err := dwelling.HouseAt(tx, a.ID, "farmhouse")
			if err != nil {
				return err
			}
			*h.id = house.ID
		}
		a, _, err := dwelling.FindAddress(tx, home[:12], "清风村一组1号")
		if err != nil {
			return err
		}
		var other household.ID
		for no, id := range map[string]*household.ID{"1": &f.id, "2": &other} {
			h, err := household.Insert(tx, household.Household{RegisterNo: no, Kind: household.Family, Village: home[:12], GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
			if err != nil {
				return err
			}
			*id = h.ID
		}
		for _, m := range []struct {
			name, relation string
			birth          calendar.Date
			id             *person.ID
			household      household.ID
		}{
			{"王小宝", "20", "2012-05-01", &f.child, f.id}, {"陈桂兰", "12", "1983-08-05", &f.wife, f.id}, {"王守山", "02", "1981-02-14", &f.head, f.id},
			{"孙房客", "02", "1990-01-01", &f.lodger, other},
		} {
			p, err := person.Insert(tx, seal.FromSeed(1), person.Draft{Name: m.name, Sex: "1", Birth: m.birth, Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
			if err != nil {
				return err
			}
			*m.id = p.ID
			from := max(m.birth, "2010-01-01")
			if _, err := residence.Register(tx, p.ID, m.household, home, m.relation, from, "test"); err != nil {
				return err
			}
			if err := residence.Relocate(tx, m.household, []person.ID{p.ID}, home, f.house, from, "test"); err != nil {
				return err
			}
		}
		return nil
	})
	return f
}

func each(t *testing.T, f func(t *testing.T, d *db.DB, w family)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, d, given(t, d)) })
}

func read(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, d *db.DB, f func(tx *db.Tx) error) error {
	t.Helper()
	return d.Write(t.Context(), actor.ForSystem("test"), "test", f)
}

// spells writes the believed spells of a person as one text, the present first.
func spells(t *testing.T, d *db.DB, id person.ID) (s string) {
	t.Helper()
	read(t, d, func(tx *db.Tx) error {
		all, err := residence.SpellsOf(tx, id)
		for _, x := range all {
			s += fmt.Sprintf("%s %s %s %s %s\n", x.Kind, x.Path, x.ValidFrom, x.ValidTo, x.SealedTo)
		}
		return err
	})
	return s
}

func TestMembers(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		read(t, d, func(tx *db.Tx) error {
			all, err := residence.Members(tx, w.id)
			if err != nil {
				return err
			}
			var got []person.ID
			for _, m := range all {
				got = append(got, m.Person.ID)
				if m.Spell.PersonID != m.Person.ID || m.Spell.HouseholdID != w.id {
					t.Errorf("%+v", m)
				}
			}
			if want := []person.ID{w.head, w.wife, w.child}; !slices.Equal(got, want) {
				t.Errorf("members %v, want %v", got, want)
			}
			if h, ok := residence.HeadOf(all); !ok || h.Person.ID != w.head {
				t.Errorf("head: %+v, %v", h, ok)
			}
			if _, ok := residence.HeadOf(all[1:]); ok {
				t.Error("a head was found among the others")
			}
			none, err := residence.Members(tx, "nobody's")
			if len(none) != 0 {
				t.Errorf("members of no household: %v", none)
			}
			return err
		})
	})
}

func TestSeparated(t *testing.T) {
	for _, tt := range []struct {
		registered, living string
		want               bool
	}{
		{home, home, false}, {home, home[:12] + "009", false}, {home, "", false}, {home[:12], home, false},
		{home, away, true}, {home, "610929100002001", true}, {home, "610902", true},
	} {
		if got := residence.Separated(tt.registered, tt.living); got != tt.want {
			t.Errorf("registered %s, living %s: %v", tt.registered, tt.living, got)
		}
	}
}

// Who moves lives there from that day on; what was is kept; registration is not
// touched; the old belief stays readable.
func TestRelocate(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		before := spells(t, d, w.child)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			return residence.Relocate(tx, w.id, []person.ID{w.head, w.wife}, away, w.newHouse, "2024-05-01", "move")
		})
		want := "living " + away + " 2024-05-01 9999-12-31 \nregistered " + home + " 2010-01-01 9999-12-31 \nliving " + home + " 2010-01-01 2024-05-01 \n"
		if got := spells(t, d, w.head); got != want {
			t.Errorf("the head's spells:\n%swant\n%s", got, want)
		}
		if got := spells(t, d, w.child); got != before {
			t.Errorf("who stays behind:\n%s", got)
		}
		read(t, d, func(tx *db.Tx) error {
			n, err := db.One[int64](tx, `select count(*) from spell where person_id = $1 and superseded_at > 0 and valid_to = '9999-12-31' and path = $2`, w.head, home)
			if n != 1 {
				t.Errorf("%d old beliefs are kept, want 1", n)
			}
			return err
		})

		again := write(t, d, func(tx *db.Tx) error {
			return residence.Relocate(tx, w.id, []person.ID{w.head}, away, w.newHouse, "2024-06-01", "move")
		})
		if got := spells(t, d, w.head); again != nil || got != want {
			t.Errorf("moved to where they live: %v\n%s", again, got)
		}
		if err := write(t, d, func(tx *db.Tx) error {
			return residence.Relocate(tx, w.id, []person.ID{w.head}, home, w.house, "2024-01-01", "move")
		}); fault.KeyOf(err) != "residence.overlaps" {
			t.Errorf("back before the move away: %v", err)
		}
		if got := spells(t, d, w.head); got != want {
			t.Errorf("a refused move left\n%s", got)
		}

		// An assumption gives way to a move that was earlier than it.
		dbtest.Given(t, d, func(tx *db.Tx) error {
			return residence.Relocate(tx, w.id, []person.ID{w.child}, away, w.newHouse, "2012-05-01", "move")
		})
		if got := spells(t, d, w.child); strings.Contains(got, "living "+home) || !strings.HasPrefix(got, "living "+away+" 2012-05-01 9999-12-31") {
			t.Errorf("the child has always lived there:\n%s", got)
		}
	})
}

func TestRegister(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		register := func(relation string, on calendar.Date, path string) bool {
			t.Helper()
			var news bool
			err := write(t, d, func(tx *db.Tx) (err error) {
				news, err = residence.Register(tx, w.wife, w.id, path, relation, on, "test/2")
				if err == nil && !news {
					err = tx.RecordAll("test", 1, "nothing")
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return news
		}
		if register("12", "2026-02-01", home) {
			t.Error("what is known is news")
		}
		if !register("10", "2026-02-01", home) {
			t.Error("another relation is no news")
		}
		if got := spells(t, d, w.wife); !strings.Contains(got, "registered "+home+" 2010-01-01 9999-12-31") || strings.Count(got, "registered") != 1 {
			t.Errorf("another relation:\n%s", got)
		}
		if !register("10", "2026-03-01", away) {
			t.Error("another village is no news")
		}
		want := spells(t, d, w.wife)
		if !strings.Contains(want, "registered "+away+" 2026-03-01 9999-12-31") || !strings.Contains(want, "registered "+home+" 2010-01-01 2026-03-01") {
			t.Errorf("another village:\n%s", want)
		}
		if register("12", "2026-02-15", home) || spells(t, d, w.wife) != want {
			t.Errorf("an older register undoes a newer one:\n%s", spells(t, d, w.wife))
		}
	})
}

// A register that comes in again after the grids: the grid has become known.
func TestRegisterFindsTheGrid(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		village := home[:12]
		dbtest.Given(t, d, func(tx *db.Tx) error {
			_, err := residence.Register(tx, w.wife, w.id, village[:9]+"002000", "12", "2025-01-01", "test")
			return err
		})
		for _, tt := range []struct{ path, want string }{
			{village[:9] + "002007", "registered " + village[:9] + "002007 2025-01-01 9999-12-31"},
			{village[:9] + "002000", "registered " + village[:9] + "002007 2025-01-01 9999-12-31"}, // what is known is not forgotten
		} {
			dbtest.Given(t, d, func(tx *db.Tx) error {
				_, err := residence.Register(tx, w.wife, w.id, tt.path, "12", "2026-01-01", "test")
				return err
			})
			if got := spells(t, d, w.wife); !strings.Contains(got, tt.want) || strings.Count(got, "registered "+village[:9]+"002") != 1 {
				t.Errorf("after %s:\n%s", tt.path, got)
			}
		}
	})
}

// The places of a household are those of all its registered members.
func TestPlaces(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := residence.Relocate(tx, w.id, []person.ID{w.wife}, away, w.newHouse, "2024-05-01", "move"); err != nil {
				return err
			}
			_, err := residence.Begin(tx, residence.Spell{PersonID: w.head, Kind: residence.Working, Path: "440300", Place: "深圳", ValidFrom: "2025-01-01", Source: "test"})
			return err
		})
		read(t, d, func(tx *db.Tx) error {
			got, err := residence.PlacesOf(tx, w.id)
			if err != nil {
				return err
			}
			want := policy.Places{{Relation: policy.Registered, Path: home}, {Relation: policy.Living, Path: home}, {Relation: policy.Living, Path: away}, {Relation: policy.Working, Path: "440300"}}
			if !sameSet(got, want) {
				t.Errorf("household: %v", got)
			}
			got, err = residence.PersonPlaces(tx, w.wife)
			if !sameSet(got, policy.Places{want[0], want[2]}) {
				t.Errorf("wife: %v", got)
			}
			if err != nil {
				return err
			}
			elsewhere, err := residence.Elsewhere(tx, w.id)
			if len(elsewhere) != 4 {
				t.Errorf("%d stays elsewhere", len(elsewhere))
			}
			if err != nil {
				return err
			}
			nobody, err := residence.PlacesOf(tx, "nobody's")
			if len(nobody) != 0 {
				t.Errorf("nobody's: %v", nobody)
			}
			return err
		})
	})
}

func sameSet(a, b policy.Places) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(p policy.Place) bool { return !slices.Contains(b, p) })
}

package residence_test

import (
	"fmt"
	"strings"
	"testing"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/person"
	"anju/internal/residence"
)

func TestFlowsOf(t *testing.T) {
	living := func(path, from, to string) residence.Spell {
		return residence.Spell{Kind: residence.Living, Path: path, ValidFrom: calendar.Date(from), ValidTo: calendar.Date(to)}
	}
	sealed := living("B", "2020-01-01", "2022-01-01")
	sealed.SealedTo = unit
	old := living("X", "2021-01-01", "9999-12-31")
	old.SupersededAt = 1
	for name, tt := range map[string]struct {
		spells []residence.Spell
		want   string
	}{
		"nobody":            {nil, ""},
		"first known of":    {[]residence.Spell{living("A", "2010-01-01", "9999-12-31")}, ""},
		"one move":          {[]residence.Spell{living("B", "2020-01-01", "9999-12-31"), living("A", "2010-01-01", "2020-01-01")}, "2020-01-01 A B "},
		"two":               {[]residence.Spell{living("A", "2010-01-01", "2020-01-01"), living("B", "2020-01-01", "2022-01-01"), living("A", "2022-01-01", "9999-12-31")}, "2020-01-01 A B ;2022-01-01 B A "},
		"after a gap":       {[]residence.Spell{living("A", "2010-01-01", "2020-01-01"), living("B", "2020-01-02", "9999-12-31")}, ""},
		"to a sealed place": {[]residence.Spell{living("A", "2010-01-01", "2020-01-01"), sealed, living("C", "2022-01-01", "9999-12-31")}, "2020-01-01 A B " + unit + ";2022-01-01 B C " + unit},
		"an old belief":     {[]residence.Spell{living("A", "2010-01-01", "2021-01-01"), old}, ""},
		"registration":      {[]residence.Spell{living("A", "2010-01-01", "2021-01-01"), {Kind: residence.Registered, Path: "B", ValidFrom: "2021-01-01", ValidTo: "9999-12-31"}}, ""},
	} {
		var got []string
		for _, f := range residence.FlowsOf(tt.spells) {
			got = append(got, fmt.Sprint(f.MovedOn, " ", f.FromPath, " ", f.ToPath, " ", f.SealedTo))
		}
		if s := strings.Join(got, ";"); s != tt.want {
			t.Errorf("%s: %q, want %q", name, s, tt.want)
		}
	}
}

// TestFlowsFollowTheSpells: whatever is done to where people live, what is kept
// of their flows is what the spells say.
func TestFlowsFollowTheSpells(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, w family) {
		check := func(what string, want int) {
			t.Helper()
			read(t, d, func(tx *db.Tx) error {
				spells, err := residence.SpellsOf(tx, w.wife)
				if err != nil {
					return err
				}
				kept, err := db.All[residence.Flow](tx, `select `+db.Columns[residence.Flow]("")+` from flow where person_id = $1 and superseded_at = 0 order by moved_on`, w.wife)
				said := residence.FlowsOf(spells)
				for i := range kept {
					kept[i].RecordedAt = 0
				}
				if fmt.Sprint(kept) != fmt.Sprint(said) || len(said) != want {
					t.Errorf("%s: kept %v, the spells say %v, want %d", what, kept, said, want)
				}
				return err
			})
		}
		check("at first", 0)
		do := func(what string, want int, f func(tx *db.Tx) error) {
			t.Helper()
			dbtest.Given(t, d, f)
			check(what, want)
		}
		do("moved", 1, func(tx *db.Tx) error {
			return residence.Relocate(tx, w.id, []person.ID{w.wife}, away, w.newHouse, "2024-05-01", "move/1")
		})
		do("moved on, the same day", 1, func(tx *db.Tx) error {
			return residence.Relocate(tx, w.id, []person.ID{w.wife}, home, w.house, "2024-05-01", "move/2")
		})
		do("moved again", 2, func(tx *db.Tx) error {
			return residence.Relocate(tx, w.id, []person.ID{w.wife}, away, w.newHouse, "2025-05-01", "move/3")
		})
		do("protected", 2, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.wife, unit); return err })
		do("opened", 2, func(tx *db.Tx) error { _, err := residence.Unprotect(tx, w.wife); return err })
		do("it never was", 1, func(tx *db.Tx) error {
			s, _, err := residence.Current(tx, w.wife, residence.Living)
			if err != nil {
				return err
			}
			return residence.End(tx, s, "2025-05-01")
		})
		do("back, the day after it ended", 2, func(tx *db.Tx) error {
			_, err := residence.Begin(tx, residence.Spell{PersonID: w.wife, HouseholdID: w.id, Kind: residence.Living, Path: home, ValidFrom: "2025-05-01"})
			return err
		})
	})
}

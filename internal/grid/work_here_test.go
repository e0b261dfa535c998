package grid_test

import (
	"slices"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// TestWorkHere: whoever serves a household where it lives or is registered notes
// where in the county its members work, since when and until when; the household
// has its working grid by that, and one only.
func TestWorkHere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &grid.Service{DB: d, Keys: seal.FromSeed(1)}
		as := func(k actor.Kind, path string) actor.Actor {
			return actor.Actor{Account: string(k), Name: "甲", Kind: k, Paths: []string{path}}
		}
		clerk, other := as(actor.VillageClerk, atSite[:12]), atHome
		who := map[string]person.ID{}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for _, code := range []string{atWork, atSite, other} {
				if err := db.Insert(tx, "grid", grid.Grid{Code: code, Village: code[:12], Name: code[12:], ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
					return err
				}
			}
			for name, of := range map[string]struct {
				household household.ID
				birth     calendar.Date
				sealed    string
			}{"he": {"h", "1980-01-01", ""}, "she": {"h", "1982-01-01", ""}, "child": {"h", "2015-01-01", ""}, "hidden": {"hidden", "1980-01-01", "610929101"}, "his": {"past", "1980-01-01", ""}, "hers": {"past", "1980-01-01", ""},
				"his too": {"past too", "1980-01-01", ""}, "hers too": {"past too", "1980-01-01", ""}} {
				p, err := person.Insert(tx, s.Keys, person.Draft{Name: name, Sex: "1", Birth: of.birth, Ethnicity: "01", NoNumberReason: "unknown", Source: "test", AsOf: "2026-01-01"})
				if err != nil {
					return err
				}
				who[name] = p.ID
				for _, one := range []residence.Spell{{Kind: residence.Registered, Path: atHome, Relation: "02"}, {Kind: residence.Living, Path: atSite, SealedTo: of.sealed}} {
					one.PersonID, one.HouseholdID, one.ValidFrom, one.Source = p.ID, of.household, "2020-01-01", "test"
					if _, err := residence.Begin(tx, one); err != nil {
						return err
					}
				}
			}
			return grid.Bind(tx, "h", residence.Living, atSite, "2020-01-01", "")
		})
		work := grid.Work{Person: who["he"], Grid: atWork, Place: "社区工厂", From: "2026-01-05"}
		for _, by := range []actor.Actor{{}, as(actor.GridWorker, atSite), as(actor.VillageClerk, atWork[:12]), as(actor.Registrar, atSite[:9]), as(actor.CountyCentre, "610929")} {
			if _, err := s.RecordWork(t.Context(), by, "", "h", work); err == nil {
				t.Errorf("%q over %v records it", by.Kind, by.Paths)
			}
			if _, err := s.WorkForm(t.Context(), by, "h", atWork[:12]); err == nil {
				t.Errorf("%q over %v reads it", by.Kind, by.Paths)
			}
		}
		if _, err := s.RecordWork(t.Context(), clerk, "", "hidden", grid.Work{Person: who["hidden"], Grid: atWork, Place: "厂", From: "2026-01-05"}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody protected: %v", err)
		}
		for field, change := range map[string]func(*grid.Work){
			"person": func(w *grid.Work) { w.Person = who["hidden"] }, "grid": func(w *grid.Work) { w.Grid = elsewhere },
			"place": func(w *grid.Work) { w.Place = " " }, "from": func(w *grid.Work) { w.From = "2999-01-01" },
		} {
			w := work
			change(&w)
			_, err := s.RecordWork(t.Context(), clerk, "", "h", w)
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := s.RecordWork(t.Context(), clerk, "", "h", grid.Work{Person: who["child"], Grid: atWork, Place: "厂", From: "2026-01-05"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a child works: %v", err)
		}
		record := func(w grid.Work) residence.Spell {
			t.Helper()
			is, err := s.RecordWork(t.Context(), clerk, "", "h", w)
			if err != nil {
				t.Fatal(err)
			}
			return is
		}
		tied := func() (path string) {
			t.Helper()
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				ties, err := grid.TiesOf(tx, "h")
				for _, one := range ties {
					if one.Relation == residence.Working {
						path += one.Path
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return path
		}
		his := record(work)
		if _, err := s.RecordWork(t.Context(), clerk, "", "h", work); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the same again: %v", err)
		}
		hers := record(grid.Work{Person: who["she"], Grid: other, Place: "合作社", From: "2026-02-01"})
		if got := tied(); got != atWork {
			t.Errorf("works at %q, want the first grid alone", got)
		}
		f, err := s.WorkForm(t.Context(), clerk, "h", atWork[:12])
		if err != nil || len(f.Rows) != 2 || len(f.Grids) != 1 || len(f.Members) != 3 {
			t.Errorf("%+v, %v", f, err)
		}
		for _, by := range []actor.Actor{{}, as(actor.GridWorker, atSite), as(actor.VillageClerk, atWork[:12])} {
			if _, err := s.EndWork(t.Context(), by, "", "h", his.ID, "2026-03-01"); err == nil {
				t.Errorf("%q over %v ends it", by.Kind, by.Paths)
			}
		}
		for _, on := range []calendar.Date{"", "2026-01-05", "2999-01-01"} {
			if _, err := s.EndWork(t.Context(), clerk, "", "h", his.ID, on); fault.KindOf(err) != fault.Invalid {
				t.Errorf("ends on %q: %v", on, err)
			}
		}
		for _, end := range []struct{ id, want string }{{his.ID, other}, {hers.ID, ""}} {
			if _, err := s.EndWork(t.Context(), clerk, "", "h", end.id, "2026-03-01"); err != nil {
				t.Fatal(err)
			}
			if got := tied(); got != end.want {
				t.Errorf("works at %q, want %q", got, end.want)
			}
			if _, err := s.EndWork(t.Context(), clerk, "", "h", end.id, "2026-03-01"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("ends twice: %v", err)
			}
		}
		t.Run("past", func(t *testing.T) { worksInThePast(t, s, clerk, "past", who["his"], who["hers"], who["his"], other) })
		t.Run("past, the other way", func(t *testing.T) {
			worksInThePast(t, s, clerk, "past too", who["his too"], who["hers too"], who["hers too"], other)
		})
	})
}

// worksInThePast: work that lies back does not take the days on which the household
// belonged to another working grid, and where nobody worked it belonged to none,
// whoever's end is heard of first.
func worksInThePast(t *testing.T, s *grid.Service, clerk actor.Actor, id household.ID, his, hers, first person.ID, other string) {
	for _, one := range []struct {
		who         person.ID
		grid        string
		from, until calendar.Date
	}{{his, atWork, "2020-06-01", "2022-01-01"}, {hers, atWork, "2021-01-01", ""}, {his, other, "2024-01-01", ""}} {
		is, err := s.RecordWork(t.Context(), clerk, "", id, grid.Work{Person: one.who, Grid: one.grid, Place: "厂", From: one.from})
		if err == nil && one.until != "" {
			_, err = s.EndWork(t.Context(), clerk, "", id, is.ID, one.until)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := s.WorkForm(t.Context(), clerk, id, "")
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(f.Rows, func(a, b grid.WorkRow) int { // whoever is ended first
		if a.PersonID == first {
			return -1
		}
		return 1
	})
	for _, row := range f.Rows {
		over := calendar.Date("2025-01-01")
		if row.PersonID == hers {
			over = "2023-01-01"
		}
		if _, err := s.EndWork(t.Context(), clerk, "", id, row.ID, over); err != nil {
			t.Fatal(err)
		}
	}
	away, err := s.EnterWork(t.Context(), clerk, "", grid.WorkGrid{Village: atSite[:12], Name: "昆山务工网格", Place: "江苏省昆山市"}, grid.Contact{Name: "邓长安", Organisation: "电子厂", Phone: "15400000001", ValidFrom: "2019-01-01"})
	if err == nil {
		_, err = s.BindWork(t.Context(), clerk, "", id, away.Code, "2024-06-01")
	}
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Given(t, s.DB, func(tx *db.Tx) error {
		all, err := db.All[grid.Tie](tx, `select `+db.Columns[grid.Tie]("")+` from tie where household_id = $1 and relation = 'working' and superseded_at = 0 order by valid_from`, id)
		var got []string
		for _, one := range all {
			got = append(got, string(one.ValidFrom)+" "+one.Path+" "+string(one.ValidTo))
		}
		want := []string{"2020-06-01 " + atWork + " 2022-01-01", "2022-01-01 " + atWork + " 2023-01-01", "2024-01-01 " + other + " 2025-01-01", "2025-01-01 " + away.Code + " 9999-12-31"}
		if !slices.Equal(got, want) {
			t.Errorf("belonged to %q, want %q", got, want)
		}
		return err
	})
}

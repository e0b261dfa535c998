package grid_test

import (
	"fmt"
	"slices"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/seal"
)

const (
	village = "610929100207"
	other   = "610929100002"
	town    = "610929100"
	county  = "610929"
)

func as(k actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(k) + path, Name: "甲", Kind: k, Paths: []string{path}}
}

var admin = as(actor.SystemAdmin, county)

func each(t *testing.T, f func(t *testing.T, s *grid.Service, c *dbtest.Clock)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Given(t, d, division.Install)
		f(t, &grid.Service{DB: d, Keys: seal.FromSeed(1)}, c)
	})
}

func group(code, no string) grid.Part { return grid.Part{Grid: code, Village: code[:12], GroupNo: no} }

func building(code, name string) grid.Part {
	return grid.Part{Grid: code, Village: code[:12], Building: name}
}

func rows() []grid.Row {
	return []grid.Row{
		{Line: 2, Code: village + "001", Name: "一网格", Village: village, Covers: "一组、二组", Parts: []grid.Part{group(village+"001", "01"), group(village+"001", "02")}},
		{Line: 3, Code: village + "002", Name: "二网格", Village: village, Parts: []grid.Part{group(village+"002", "03"), building(village+"002", "1号楼")}},
		{Line: 4, Code: other + "001", Name: "清风一网格", Village: other},
	}
}

func imported(t *testing.T, s *grid.Service) {
	t.Helper()
	if n, faults, err := s.Import(t.Context(), admin, rows(), false); n != 3 || len(faults) > 0 || err != nil {
		t.Fatalf("got %d, %v, %v", n, faults, err)
	}
}

func TestWrongPeople(t *testing.T) {
	each(t, func(t *testing.T, s *grid.Service, _ *dbtest.Clock) {
		for _, tt := range []struct {
			by             actor.Actor
			imports, lists string
		}{
			{actor.Actor{}, "not_found", "not_found"},
			{as("mayor", county), "not_found", "not_found"},
			{as(actor.GridWorker, village+"001"), "not_found", ""},
			{as(actor.Chief, county), "not_found", ""},
			{as(actor.AuditAdmin, county), "not_found", "not_found"},
			{admin, "", ""},
		} {
			_, _, err := s.Import(t.Context(), tt.by, rows(), true)
			if got := string(fault.KindOf(err)); got != tt.imports || (err == nil) != (tt.imports == "") {
				t.Errorf("%s imports: %v, want %q", tt.by.Kind, err, tt.imports)
			}
			if _, err := s.List(t.Context(), tt.by, village); string(fault.KindOf(err)) != tt.lists || (err == nil) != (tt.lists == "") {
				t.Errorf("%s lists: %v, want %q", tt.by.Kind, err, tt.lists)
			}
		}
	})
}

// TestImportTwice: a second run changes nothing, a changed line changes its own
// grid, and a dry run nothing at all.
func TestImportTwice(t *testing.T) {
	each(t, func(t *testing.T, s *grid.Service, _ *dbtest.Clock) {
		if n, _, err := s.Import(t.Context(), admin, rows(), true); n != 3 || err != nil {
			t.Errorf("dry: %d, %v", n, err)
		}
		if lines, err := s.List(t.Context(), admin, county); err != nil || len(lines) != 0 {
			t.Errorf("a dry run wrote %d grids, %v", len(lines), err)
		}
		imported(t, s)
		if n, faults, err := s.Import(t.Context(), admin, rows(), false); n != 0 || len(faults) > 0 || err != nil {
			t.Errorf("again: %d, %v, %v", n, faults, err)
		}
		changed := rows()
		changed[0].Name = "幸福一网格"
		changed[1].Parts = append(changed[1].Parts, group(village+"002", "04"))
		if n, faults, err := s.Import(t.Context(), admin, changed, false); n != 2 || len(faults) > 0 || err != nil {
			t.Errorf("changed: %d, %v, %v", n, faults, err)
		}
		lines, err := s.List(t.Context(), admin, village)
		if err != nil || len(lines) == 0 || lines[0].Name != "幸福一网格" || lines[0].Version != 2 {
			t.Errorf("the list: %+v, %v", lines, err)
		}
	})
}

// TestImportRefuses tells each line's own fault, and takes in the others.
func TestImportRefuses(t *testing.T) {
	each(t, func(t *testing.T, s *grid.Service, _ *dbtest.Clock) {
		imported(t, s)
		gone, serial := "610929100299", 100
		for name, tt := range map[string]struct {
			row grid.Row
			key string
		}{
			"too short":           {grid.Row{Code: village + "03", Name: "甲", Village: village}, "grid.row.code"},
			"letters":             {grid.Row{Code: village + "0O3", Name: "甲", Village: village}, "grid.row.code"},
			"another village":     {grid.Row{Code: village + "003", Name: "甲", Village: other}, "grid.row.code"},
			"the serial for none": {grid.Row{Code: village + "000", Name: "甲", Village: village}, "grid.row.code"},
			"no name":             {grid.Row{Code: village + "003", Name: " ", Village: village}, "form.required"},
			"no such village":     {grid.Row{Code: gone + "001", Name: "甲", Village: gone}, "division.unknown"},
			"a part twice":        {grid.Row{Code: village + "003", Name: "甲", Village: village, Parts: []grid.Part{group(village+"003", "01")}}, "grid.row.part_taken"},
		} {
			tt.row.Line = 7
			serial++
			good := grid.Row{Line: 8, Code: fmt.Sprint(village, serial), Name: "好", Village: village}
			n, faults, err := s.Import(t.Context(), admin, []grid.Row{tt.row, good}, false)
			if err != nil || n != 1 || len(faults) != 1 || faults[0].Key != tt.key || faults[0].Line != 7 {
				t.Errorf("%s: %d, %v, %v, want %s and the good one", name, n, faults, err, tt.key)
			}
		}
	})
}

func TestAt(t *testing.T) {
	each(t, func(t *testing.T, s *grid.Service, _ *dbtest.Clock) {
		imported(t, s)
		err := s.DB.Read(t.Context(), func(tx *db.Tx) error {
			for _, tt := range []struct{ village, group, building, want string }{
				{village, "01", "", village + "001"}, {village, "03", "", village + "002"}, {village, "", "1号楼", village + "002"},
				{village, "09", "", village + "000"}, {village, "", "", village + "000"}, {other, "01", "", other + "000"},
			} {
				if got, err := grid.At(tx, tt.village, tt.group, tt.building); got != tt.want || err != nil {
					t.Errorf("At(%s %s %s) = %s, %v, want %s", tt.village, tt.group, tt.building, got, err, tt.want)
				}
			}
			for _, tt := range []struct{ address, path, group, building string }{
				{"幸福村一组17号", village + "001", "01", ""}, {"幸福村 第 3 村民小组", village + "002", "03", ""},
				{"天宝小区1号楼501室", village + "002", "", "1号楼"}, {"天宝小区11号楼501室", village + "000", "", ""},
				{"天宝小区11号楼对面1号楼", village + "002", "", "1号楼"}, {"二组1号楼", village + "002", "02", "1号楼"}, {"河边", village + "000", "", ""},
			} {
				path, group, building, err := grid.Locate(tx, village, tt.address)
				if path != tt.path || group != tt.group || building != tt.building || err != nil {
					t.Errorf("Locate(%s) = %s %q %q, %v, want %s %q %q", tt.address, path, group, building, err, tt.path, tt.group, tt.building)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestGroupOf(t *testing.T) {
	for address, want := range map[string]string{"十组": "10", "十一村民小组": "11", "二十组": "20", "二十三组": "23", "7组": "07", "12居民组": "12", "组": "", "": "", "3号楼": ""} {
		if got := grid.GroupOf(address); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}

func bind(t *testing.T, s *grid.Service, id household.ID, relation, path string, on calendar.Date, sealedTo string) {
	t.Helper()
	dbtest.Given(t, s.DB, func(tx *db.Tx) error { return grid.Bind(tx, id, relation, path, on, sealedTo) })
}

func ties(t *testing.T, s *grid.Service, id household.ID) (all []string) {
	t.Helper()
	err := s.DB.Read(t.Context(), func(tx *db.Tx) error {
		is, err := grid.TiesOf(tx, id)
		for _, tie := range is {
			all = append(all, fmt.Sprint(tie.Relation, " ", tie.Path, " ", tie.Main, " ", tie.ValidFrom))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestThreeGrids: registered, living, working; one of them answers for the
// household; a new one ends the one before and keeps it.
func TestThreeGrids(t *testing.T) {
	each(t, func(t *testing.T, s *grid.Service, c *dbtest.Clock) {
		bind(t, s, "h", "registered", village+"001", "2020-01-01", "")
		bind(t, s, "h", "living", village+"001", "2020-01-01", "")
		bind(t, s, "h", "working", "440305", "2024-01-01", "")     // outside the county
		bind(t, s, "h", "living", village+"001", "2021-01-01", "") // so already
		c.Move(1000)
		bind(t, s, "h", "living", other+"001", "2026-02-01", "")
		want := []string{"living " + other + "001 1 2026-02-01", "registered " + village + "001 0 2020-01-01", "working 440305 0 2024-01-01"}
		if got := ties(t, s, "h"); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		dbtest.Given(t, s.DB, func(tx *db.Tx) error { // two moves of one day, in one act
			if err := grid.Bind(tx, "h", "living", village+"002", "2026-03-01", ""); err != nil {
				return err
			}
			return grid.Bind(tx, "h", "living", village+"001", "2026-03-01", "")
		})
		want[0] = "living " + village + "001 1 2026-03-01"
		if got := ties(t, s, "h"); !slices.Equal(got, want) {
			t.Errorf("after two of one day: got %v, want %v", got, want)
		}
		var past []string
		if err := s.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
			past, err = db.All[string](tx, `select path || ' ' || valid_from || ' ' || valid_to from tie where relation = 'living' and superseded_at = 0 and valid_to <> '9999-12-31' order by valid_from`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if want := []string{village + "001 2020-01-01 2026-02-01", other + "001 2026-02-01 2026-03-01"}; !slices.Equal(past, want) {
			t.Errorf("the past: got %v, want %v", past, want)
		}
	})
}

// TestSize flags a grid outside 50 to 100 households, and a protected household
// is in no count.
func TestSize(t *testing.T) {
	each(t, func(t *testing.T, s *grid.Service, _ *dbtest.Clock) {
		imported(t, s)
		dbtest.Given(t, s.DB, func(tx *db.Tx) error {
			for i := range 101 {
				path, sealedTo := village+"001", ""
				if i == 100 {
					sealedTo = town
				}
				if err := grid.Bind(tx, household.ID(fmt.Sprint("h", i)), "living", path, "2026-01-01", sealedTo); err != nil {
					return err
				}
			}
			return grid.Bind(tx, "h200", "living", village+"002", "2026-01-01", "")
		})
		lines, err := s.List(t.Context(), admin, village)
		if err != nil || len(lines) != 2 {
			t.Fatalf("got %d grids, %v", len(lines), err)
		}
		if l := lines[0]; l.Households != 100 || l.OutOfSize() {
			t.Errorf("the first: %d households, out of size %v; want 100, false", l.Households, l.OutOfSize())
		}
		if l := lines[1]; l.Households != 1 || !l.OutOfSize() {
			t.Errorf("the second: %d households, out of size %v; want 1, true", l.Households, l.OutOfSize())
		}
		for n, want := range map[int64]bool{49: true, 50: false, 100: false, 101: true} {
			if got := (grid.Line{Households: n}).OutOfSize(); got != want {
				t.Errorf("%d households: out of size %v, want %v", n, got, want)
			}
		}
	})
}

package importer

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/importer/table"
	"anju/internal/residence"
	"anju/internal/seal"
)

// standardFlat is flat as a county writes it that has not heard of it.
const standardFlat = "白河县构朳镇高庄社区1号楼2单元301室"

var farmOffice = actor.Actor{Account: "farm", Name: "农经员", Kind: actor.Agriculture, Paths: []string{town}, Office: "构朳镇农业农村办"}

var goodLine = map[string]cells{
	KindHouses: {colAddress: flat, colVillage: gao, colUse: "安置房", colOwnership: "自有", colArea: "100.5平方米", colBuilding: "1号楼", colUnit: "2单元", colRoom: "301室",
		colLongitude: "110.11", colLatitude: "32.80", colDatum: "CGCS2000"},
	KindAddresses: {colAddress: flat, colVillage: gao, colGroup: "3", colBuilding: "1号楼", colLongitude: "110.11", colLatitude: "32.80", colDatum: "CGCS2000"},
	KindUnits:     {colUnitCode: "91350100M000100Y43", colUnitName: "高庄日用百货店", colAddress: flat, colVillage: gao, colFounded: "2019年5月6日"},
	KindResidents: {ColID: number("1970-05-06", 997), ColName: "黄大山", colAddress: flat, colVillage: gao, colSince: "2019-10-01"},
	KindMoves: {ColID: number("1970-05-06", 997), ColName: "黄大山", colProgramme: "易地扶贫搬迁", colMovedOn: "2018年11月1日", colAddress: flat, colVillage: gao, colCount: "3",
		colAnswer: "暂不迁移"},
	KindContracts: {ColID: number("1970-05-06", 997), ColName: "黄大山", colRight: "承包地", colContract: "610929102206J000012", colMu: "3.2亩", colFrom: "2017-12-01",
		colTo: "2047-11-30", colVillage: east},
	KindRights: {ColID: number("1970-05-06", 997), ColName: "黄大山", colOwed: "宅基地", colPaper: "宅基地证0012", colHowMuch: "120平方米", colBegins: "2017-12-01", colVillage: east},
}

// window is the office that brings the list of its own town.
var window = actor.Actor{Account: "window", Name: "窗口员", Kind: actor.TownWindow, Paths: []string{town}, Office: "构朳镇便民服务中心"}

// listOf writes lines below the columns of a kind.
func listOf(t testing.TB, kind string, lines ...cells) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	required, optional := ColumnsOf(kind)
	for i, l := range append([]cells{nil}, lines...) {
		for j, c := range slices.Concat(required, optional) {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			value := any(c)
			if i > 0 {
				value = l[c]
			}
			switch v := value.(type) {
			case formula:
				err = f.SetCellFormula("Sheet1", cell, string(v))
			case nil:
			default:
				err = f.SetCellValue("Sheet1", cell, v)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func officeFor(w *world, kind string) actor.Actor {
	switch kind {
	case KindContracts:
		return farmOffice
	case KindRights:
		return window
	}
	return w.by
}

// dry is the report of a dry run of lines.
func (w *world) dry(t *testing.T, kind string, lines ...cells) Report {
	t.Helper()
	file := listOf(t, kind, lines...)
	r, err := w.Terminal(t.Context(), officeFor(w, kind), File{Kind: kind, Name: "x.xlsx"}, bytes.NewReader(file), int64(len(file)), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// listCases is what can be wrong with a line, by kind and code.
func listCases() map[string]map[string]cells {
	other := number("1962-03-04", 997) // nobody
	return map[string]map[string]cells{
		KindHouses: {
			"address_missing": {colAddress: ""}, "address_short": {colAddress: "1号楼"}, "division_missing": {colVillage: ""}, "division_form": {colVillage: "610929102"},
			"division_outside": {colVillage: "610921100001"}, "division_unknown": {colVillage: "610929102888"}, "division_closed": {colVillage: "610929102299"},
			"division_area": {colVillage: "610929100207"}, "use_missing": {colUse: nil}, "use_unknown": {colUse: "庙"}, "ownership_unknown": {colOwnership: "不详"},
			"area_form": {colArea: "一百"}, "coordinates_form": {colLongitude: "110°6′"}, "coordinates_half": {colLatitude: ""}, "coordinates_far": {colLongitude: "32.80", colLatitude: "110.11"},
			"crs_unknown": {colDatum: ""}, "cell_formula": {colUse: formula("1+1")}, "cell_long": {colAddress: strings.Repeat("长", 250)},
		},
		KindAddresses: {
			"address_missing": {colAddress: ""}, "address_short": {colAddress: "构朳镇高庄社区"}, "division_missing": {colVillage: ""}, "division_area": {colVillage: "610929100207"},
			"division_closed": {colVillage: "610929102299"}, "group_form": {colGroup: "东边"}, "coordinates_half": {colLatitude: ""}, "coordinates_far": {colLongitude: "32.80", colLatitude: "110.11"},
			"coordinates_form": {colLongitude: "110°6′"}, "crs_unknown": {colDatum: "北京54"},
		},
		KindUnits: {
			"unit_code_missing": {colUnitCode: ""}, "unit_code_length": {colUnitCode: "610929000012345"}, "unit_code_charset": {colUnitCode: "91350100I000100Y43"},
			"unit_code_check": {colUnitCode: "91350100M000100Y44"}, "cell_rounded": {colUnitCode: 913501000000100043}, "unit_name_missing": {colUnitName: " "}, "cell_long": {colUnitName: strings.Repeat("店", 101)},
			"address_missing": {colAddress: ""}, "division_form": {colVillage: "610929102"}, "division_closed": {colVillage: "610929102299"}, "unit_from_missing": {colFounded: ""},
			"unit_from_form": {colFounded: "开业那年"}, "unit_future": {colFounded: "2030-01-01"}, "unit_to_form": {colGone: "已关"}, "unit_order": {colGone: "2019-05-06"},
		},
		KindResidents: {
			"id_missing": {ColID: ""}, "id_check": {ColID: spoiled(number("1970-05-06", 997))}, "id_number": {ColID: 610929197005069970}, "id_masked": {ColID: "6109**********997X"},
			"person_unknown": {ColID: other}, "person_other_name": {ColName: "黄大海"}, "name_missing": {ColName: ""}, "since_form": {colSince: "前年"},
			"since_future": {colSince: "2030-01-01"}, "since_before_birth": {colSince: "1969-01-01"}, "address_missing": {colAddress: " "},
		},
		KindMoves: {
			"programme_missing": {colProgramme: ""}, "programme_unknown": {colProgramme: "扩建"}, "move_date_missing": {colMovedOn: ""}, "move_date_form": {colMovedOn: "2018-13-01"},
			"move_future": {colMovedOn: "2030-01-01"}, "address_short": {colAddress: "陕西省安康市白河县构朳镇高庄社区"}, "answer_unknown": {colAnswer: "看情况吧"},
			"person_unknown": {ColID: other}, "move_not_head": {ColID: number("1998-01-02", 997), ColName: "黄小川"}, "move_count": {colCount: "5"},
		},
		KindContracts: {
			"right_missing": {colRight: ""}, "right_unknown": {colRight: "鱼塘"}, "contract_missing": {colContract: ""}, "contract_form": {colContract: "1"},
			"cell_rounded": {colContract: 6109291022060000012}, "mu_missing": {colMu: ""}, "mu_form": {colMu: "-3"}, "contract_from_missing": {colFrom: ""},
			"contract_from_form": {colFrom: "二轮延包"}, "contract_to_form": {colTo: "长期"}, "contract_order": {colTo: "2010-01-01"}, "contract_over": {colTo: "2020-01-01"},
			"contract_village": {colVillage: gao}, "person_unknown": {ColID: other},
		},
		KindRights: {
			"owed_missing": {colOwed: ""}, "owed_unknown": {colOwed: "补贴"}, "side_unknown": {colSide: "外省"}, "paper_missing": {colPaper: ""}, "owed_from_missing": {colBegins: ""},
			"owed_from_form": {colBegins: "去年"}, "owed_to_form": {colUntil: "长期"}, "owed_order": {colUntil: "2010-01-01"}, "owed_future": {colBegins: "2030-01-01"},
			"owed_amount": {colHowMuch: "-3"}, "owed_not_here": {colSide: "居住地"}, "person_unknown": {ColID: other}, "cell_rounded": {colPaper: 6109291022060000012},
		},
	}
}

func TestEveryFaultOfAList(t *testing.T) {
	tested := map[string]bool{"fact_differs": true, "living_differs": true, "contract_differs": true, "row_overtaken": true, // in reconcile_test.go
		"move_elsewhere": true, "move_earlier": true, "contract_other_household": true, "since_overlaps": true, "unit_elsewhere": true, "unit_differs": true} // below
	eachWorld(t, func(t *testing.T, w *world) {
		w.close(t)
		w.taken(t, workbook(t, family()))
		before := w.register(t)
		for kind, cases := range listCases() {
			if r := w.dry(t, kind, goodLine[kind]); r.Good != 1 || len(r.Faults) != 0 {
				t.Errorf("%s: the good line has %v", kind, r.Faults)
			}
			if r := w.dry(t, kind, goodLine[kind], goodLine[kind]); len(r.Faults) != 1 || r.Faults[0].Code != "row_twice" || r.Good != 1 {
				t.Errorf("%s twice: %v", kind, r.Faults)
			}
			tested["row_twice"] = true
			for code, change := range cases {
				tested[code] = true
				l := maps.Clone(goodLine[kind])
				maps.Copy(l, change)
				r := w.dry(t, kind, l)
				var got []string
				for _, f := range r.Faults {
					got = append(got, f.Code)
					if m := f.Message(); strings.ContainsAny(m, "{}⟦") {
						t.Errorf("%s says %q", f.Code, m)
					}
				}
				if !slices.Equal(got, []string{code}) {
					t.Errorf("%s %s: got %v", kind, code, got)
				}
				if held := severityOf(code) == Error; held == (r.Good == 1) {
					t.Errorf("%s %s: %d good", kind, code, r.Good)
				}
			}
		}
		if d := cmp.Diff(before, w.register(t)); d != "" {
			t.Errorf("dry runs wrote (-before +after):\n%s", d)
		}
	})
	for code := range listSeverities {
		if !tested[code] {
			t.Errorf("%s has no test", code)
		}
		if !i18n.Has("importer.row." + code) {
			t.Errorf("importer.row.%s has no text", code)
		}
	}
}

func severityOf(code string) Severity { return newFault(1, "", code).Severity }

// close abolishes a village.
func (w *world) close(t *testing.T) {
	t.Helper()
	if err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into division (code, name, parent, level, kind, valid_from, valid_to, replaced_by) values ('610929102299', '旧坡村', '610929102', 'village', 'village_committee', '2010-01-01', '2015-06-01', $1)`, east)
		if err != nil {
			return err
		}
		return tx.RecordAll("division/610929102299", 1, "test")
	}); err != nil {
		t.Fatal(err)
	}
}

func TestHousesComeWithTheirAddresses(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		file := listOf(t, KindHouses, goodLine[KindHouses])
		i := w.takenAs(t, w.by, KindHouses, file)
		if r, _ := i.Parsed(); i.State != Done || r.New != 1 {
			t.Fatalf("%s %+v", i.State, r)
		}
		got := w.all(t, `select a.text || ' ' || a.building || ' ' || a.room || ' ' || a.state || ' ' || a.crs || ' ' || h.use || ' ' || h.ownership || ' ' || h.area from address a join house h on h.address_id = a.id`)
		if want := []string{standardFlat + " 1号楼 301室 approved CGCS2000 resettlement own 100.5"}; !slices.Equal(got, want) {
			t.Errorf("houses %q", got)
		}
		if got := w.all(t, `select source from fact_source`); !slices.Equal(got, []string{"import/" + i.ID + "/2"}) {
			t.Errorf("sources %q", got)
		}
		before := w.register(t)
		if r, _ := w.takenAs(t, w.by, KindHouses, file).Parsed(); r.Unchanged != 1 || r.New+r.Updated != 0 {
			t.Errorf("again: %+v", r)
		}
		if d := cmp.Diff(before, w.register(t)); d != "" {
			t.Errorf("again changed something:\n%s", d)
		}
		larger := maps.Clone(goodLine[KindHouses])
		larger[colArea], larger[colOwnership] = "120", ""
		w.takenAs(t, w.by, KindHouses, listOf(t, KindHouses, larger))
		if got := w.all(t, `select ownership || ' ' || area from house`); !slices.Equal(got, []string{"own 120.0"}) && !slices.Equal(got, []string{"own 120"}) {
			t.Errorf("a house said anew: %q", got)
		}
	})
}

// TestUnits: a unit comes in with its address and where it was read; read again
// nothing changes; what is said anew is taken over; the code of a unit in
// another office's area is held back, and dropped columns are not read.
func TestUnits(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		file := listOf(t, KindUnits, goodLine[KindUnits])
		i := w.takenAs(t, w.by, KindUnits, file)
		if r, _ := i.Parsed(); i.State != Done || r.New != 1 || len(r.Faults) != 0 {
			t.Fatalf("%s %+v", i.State, r)
		}
		const what = `select o.uscc || ' ' || o.name || ' ' || a.text || ' ' || a.state || ' ' || o.valid_from || ' ' || o.valid_to || ' ' || o.source from organisation o join address a on a.id = o.address_id`
		want := []string{"91350100M000100Y43 高庄日用百货店 " + standardFlat + " pending 2019-05-06 9999-12-31 import/" + i.ID + "/2"}
		if got := w.all(t, what); !slices.Equal(got, want) {
			t.Errorf("units %q", got)
		}
		w.clock.Move(time.Hour)
		if r, _ := w.takenAs(t, w.by, KindUnits, file).Parsed(); r.Unchanged != 1 || r.New+r.Updated != 0 {
			t.Errorf("again: %+v", r)
		}
		if got := w.all(t, what); !slices.Equal(got, want) {
			t.Errorf("again, units are %q", got)
		}
		gone := maps.Clone(goodLine[KindUnits])
		gone[colUnitName], gone[colGone] = "高庄百货商行", "2025/12/31"
		j := w.takenAs(t, w.by, KindUnits, listOf(t, KindUnits, gone))
		if got := w.all(t, what); len(got) != 1 || !strings.Contains(got[0], "高庄百货商行") || !strings.Contains(got[0], "2025-12-31 import/"+j.ID) {
			t.Errorf("said anew: %q", got)
		}
		far := actor.Actor{Account: "far", Name: "远", Kind: actor.Registrar, Paths: []string{"610929101"}, Office: "派出所"}
		elsewhere := maps.Clone(goodLine[KindUnits])
		elsewhere[colVillage], elsewhere[colAddress] = "610929101001", "中厂镇清风路5号院内"
		b := listOf(t, KindUnits, elsewhere)
		r, err := w.Terminal(t.Context(), far, File{Kind: KindUnits, Name: "x.xlsx"}, bytes.NewReader(b), int64(len(b)), true, nil)
		if err != nil || len(r.Faults) != 1 || r.Faults[0].Code != "unit_elsewhere" {
			t.Errorf("the code of another area's unit: %v, %v", r.Faults, err)
		}
		for _, by := range []actor.Actor{{}, farmOffice, {Account: "w", Kind: actor.GridWorker, Paths: []string{gao + "001"}}} {
			if _, err := w.Terminal(t.Context(), by, File{Kind: KindUnits, Name: "x.xlsx"}, bytes.NewReader(b), int64(len(b)), true, nil); err == nil {
				t.Errorf("%s brings units", by.Kind)
			}
		}
	})
}

// TestAddresses: the register of addresses makes a pending address a standard
// one, and a refused one too; again it changes nothing.
func TestAddresses(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.takenAs(t, w.by, KindUnits, listOf(t, KindUnits, goodLine[KindUnits])) // leaves its address pending
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update address set refusal = '写法不对', decided_by = 'x', decided_at = 5 where text = $1`, standardFlat)
			return err
		})
		file := listOf(t, KindAddresses, goodLine[KindAddresses])
		i := w.takenAs(t, w.by, KindAddresses, file)
		if r, _ := i.Parsed(); i.State != Done || r.Updated != 1 {
			t.Fatalf("%s %s %+v", i.State, i.Error, r)
		}
		if got := w.all(t, `select text || ' ' || state || ' ' || group_no || ' ' || building || ' ' || crs || refusal || decided_by from address`); !slices.Equal(got, []string{standardFlat + " approved 03 1号楼 CGCS2000"}) {
			t.Errorf("addresses %q", got)
		}
		if got := w.all(t, `select subject || source from fact_source`); len(got) != 1 || !strings.HasSuffix(got[0], "import/"+i.ID+"/2") || !strings.HasPrefix(got[0], "address/") {
			t.Errorf("sources %q", got)
		}
		if r, _ := w.takenAs(t, w.by, KindAddresses, file).Parsed(); r.Unchanged != 1 {
			t.Errorf("again: %+v", r)
		}
	})
}

func TestListOfMoves(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.taken(t, workbook(t, family()))
		file := listOf(t, KindMoves, goodLine[KindMoves])
		i := w.takenAs(t, w.by, KindMoves, file)
		if r, _ := i.Parsed(); i.State != Done || r.New != 1 || len(r.Faults) != 0 {
			t.Fatalf("%s %s %+v", i.State, i.Error, r)
		}
		if got := w.all(t, `select moved_on || ' ' || programme || ' ' || to_path || ' ' || source from move`); !slices.Equal(got, []string{"2018-11-01 poverty_relief " + gao + "001 import/" + i.ID + "/2"}) {
			t.Errorf("moves %q", got)
		}
		if got := w.all(t, `select path || ' ' || valid_from from spell where kind = 'living' and superseded_at = 0 and valid_to = '9999-12-31'`); len(got) != 3 || got[0] != gao+"001 2018-11-01" {
			t.Errorf("they live at %q", got)
		}
		if got := w.all(t, `select path from tie where relation = 'living' and superseded_at = 0 and valid_to = '9999-12-31'`); !slices.Equal(got, []string{gao + "001"}) {
			t.Errorf("main grid %q", got)
		}
		before := w.register(t)
		w.clock.Move(time.Hour)
		if r, _ := w.takenAs(t, w.by, KindMoves, file).Parsed(); r.Unchanged != 1 || r.New != 0 {
			t.Errorf("again: %+v", r)
		}
		if d := cmp.Diff(before, w.register(t)); d != "" {
			t.Errorf("again changed something:\n%s", d)
		}
		earlier := maps.Clone(goodLine[KindMoves])
		earlier[colMovedOn], earlier[colAddress] = "2015-01-01", "陕西省白河县构朳镇高庄社区2号楼1单元101室"
		if r := w.dry(t, KindMoves, earlier); len(r.Faults) != 1 || r.Faults[0].Code != "move_earlier" {
			t.Errorf("before a move that is known: %v", r.Faults)
		}
	})
}

// TestProtectedHouseholdInAList: who is protected is moved by their own unit
// only, and another office learns nothing but that it is not the one.
func TestProtectedHouseholdInAList(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.taken(t, workbook(t, family()))
		w.clock.Move(24 * time.Hour)
		w.moved(t, "610929100")
		before := w.register(t)
		l := maps.Clone(goodLine[KindMoves])
		l[colMovedOn] = string(calendar.On(w.clock.Now()))
		r := w.dry(t, KindMoves, l)
		if len(r.Faults) != 1 || r.Faults[0].Code != "move_elsewhere" || strings.Contains(r.Faults[0].Message(), "城关") {
			t.Errorf("faults %v", r.Faults)
		}
		w.takenAs(t, w.by, KindResidents, listOf(t, KindResidents, goodLine[KindResidents]))
		if d := cmp.Diff(before, w.register(t)); d != "" {
			t.Errorf("a protected household was touched:\n%s", d)
		}
		rows, n, err := w.Differences(t.Context(), w.by, DifferenceFilter{}, 10)
		if err != nil || n != 0 || len(rows) != 0 {
			t.Errorf("another unit is shown %d differences: %+v %v", n, rows, err)
		}
	})
}

// TestRowOvertaken: what has become impossible between the reading and the
// writing of a row is told, and holds nothing else up.
func TestRowOvertaken(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.taken(t, workbook(t, family()))
		w.clock.Move(24 * time.Hour)
		l := maps.Clone(goodLine[KindMoves])
		l[colMovedOn] = string(calendar.On(w.clock.Now()))
		file := listOf(t, KindMoves, l)
		tab, err := table.Open("x", bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		defer tab.Close()
		imp, err := w.begin(t.Context(), w.by, kinds[3], Import{Kind: KindMoves, State: Running, Account: w.by.Account, Path: town, AsOf: calendar.On(w.clock.Now()), Version: 1})
		if err != nil {
			t.Fatal(err)
		}
		r, err := w.read(t.Context(), w.by, imp, tab, "import/"+imp.ID)
		if err != nil || r.Report.Good != 1 {
			t.Fatalf("%+v %v", r, err)
		}
		w.moved(t, "610929100") // and is protected by another unit from now on
		before := w.register(t)
		late, err := w.take(t.Context(), w.by, imp, r, nil)
		if err != nil || len(late) != 1 || late[0].Code != "row_overtaken" || late[0].Row != 2 {
			t.Errorf("late %v, %v", late, err)
		}
		if d := cmp.Diff(before, w.register(t)); d != "" {
			t.Errorf("it was written all the same:\n%s", d)
		}
	})
}

// TestRights begins with the wrong people: each place brings its own list, and
// none is asked about another's.
func TestRights(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.taken(t, workbook(t, family()))
		file := listOf(t, KindRights, goodLine[KindRights])
		for who, by := range map[string]actor.Actor{"nobody": {}, "police": w.by, "a grid leader": {Account: "v", Kind: actor.GridLeader, Paths: []string{east}}} {
			if _, err := w.Upload(t.Context(), by, File{Kind: KindRights, Name: "x.xlsx"}, bytes.NewReader(file)); err == nil {
				t.Errorf("%s imports a list of rights", who)
			}
		}
		elsewhere := window
		elsewhere.Paths = []string{"610929100"}
		aid := maps.Clone(goodLine[KindRights])
		aid[colOwed], aid[colHowMuch] = "低保", ""
		clerk := actor.Actor{Account: "clerk", Kind: actor.VillageClerk, Paths: []string{east}}
		for who, c := range map[string]struct {
			by   actor.Actor
			line cells
		}{"another town": {elsewhere, goodLine[KindRights]}, "the village, 低保": {clerk, aid}, "agriculture, 低保": {farmOffice, aid}} {
			l := listOf(t, KindRights, c.line)
			if r, err := w.Terminal(t.Context(), c.by, File{Kind: KindRights, Name: "x.xlsx"}, bytes.NewReader(l), int64(len(l)), true, nil); err != nil || r.Good != 0 {
				t.Errorf("%s: %+v %v", who, r, err)
			}
		}
		i := w.takenAs(t, window, KindRights, listOf(t, KindRights, goodLine[KindRights], aid))
		if r, _ := i.Parsed(); i.State != Done || r.New != 2 {
			t.Fatalf("%s %s %+v", i.State, i.Error, r)
		}
		got := w.all(t, `select kind || ' ' || side || ' ' || path || ' ' || amount || ' ' || evidence || ' ' || valid_from from entitlement order by kind`)
		if want := []string{"homestead origin " + east + " 宅基地120平方米 宅基地证0012 2017-12-01", "subsistence origin " + east + "  宅基地证0012 2017-12-01"}; !slices.Equal(got, want) {
			t.Errorf("rights %q, want %q", got, want)
		}
		before := w.register(t)
		if r, _ := w.takenAs(t, window, KindRights, file).Parsed(); r.Unchanged != 1 {
			t.Errorf("again: %+v", r)
		}
		if d := cmp.Diff(before, w.register(t)); d != "" {
			t.Errorf("again changed something:\n%s", d)
		}
		more := maps.Clone(goodLine[KindRights])
		more[colHowMuch] = "130"
		w.takenAs(t, window, KindRights, listOf(t, KindRights, more)) // the same place says it anew
		if got := w.all(t, `select amount from entitlement where kind = 'homestead' and superseded_at = 0`); !slices.Equal(got, []string{"宅基地130平方米"}) {
			t.Errorf("rights %q", got)
		}
		if got := w.all(t, `select kind from job where kind = 'household.changed'`); len(got) == 0 {
			t.Error("nobody looks at the household's booklet again")
		}
	})
}

func TestContracts(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.taken(t, workbook(t, family()))
		file := listOf(t, KindContracts, goodLine[KindContracts])
		for who, by := range map[string]actor.Actor{"police": w.by, "a village clerk": {Account: "v", Kind: actor.VillageClerk, Paths: []string{east}}} {
			if _, err := w.Upload(t.Context(), by, File{Kind: KindContracts, Name: "x.xlsx"}, bytes.NewReader(file)); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s imports contracts: %v", who, err)
			}
		}
		other := farmOffice
		other.Paths = []string{"610929100"}
		if r, err := w.Terminal(t.Context(), other, File{Kind: KindContracts, Name: "x.xlsx"}, bytes.NewReader(file), int64(len(file)), true, nil); err != nil || r.Good != 0 {
			t.Errorf("the office of another town: %+v %v", r, err)
		}
		i := w.takenAs(t, farmOffice, KindContracts, file)
		if r, _ := i.Parsed(); i.State != Done || r.New != 1 {
			t.Fatalf("%s %s %+v", i.State, i.Error, r)
		}
		got := w.all(t, `select kind || ' ' || side || ' ' || amount || ' ' || evidence || ' ' || valid_to || ' ' || source from entitlement`)
		if want := []string{"farmland origin 承包地3.2亩 610929102206J000012 2047-11-30 import/" + i.ID + "/2"}; !slices.Equal(got, want) {
			t.Errorf("rights %q, want %q", got, want)
		}
		before := w.register(t)
		if r, _ := w.takenAs(t, farmOffice, KindContracts, file).Parsed(); r.Unchanged != 1 {
			t.Errorf("again: %+v", r)
		}
		if d := cmp.Diff(before, w.register(t)); d != "" {
			t.Errorf("again changed something:\n%s", d)
		}
		neighbour := member("吴大山", "户主", "男", "1960-05-06").with(ColHousehold, "610929000002")
		w.taken(t, workbook(t, []cells{neighbour}))
		l := maps.Clone(goodLine[KindContracts])
		l[ColID], l[ColName] = neighbour[ColID], "吴大山"
		if r := w.dry(t, KindContracts, l); len(r.Faults) != 1 || r.Faults[0].Code != "contract_other_household" {
			t.Errorf("the contract of somebody else: %v", r.Faults)
		}
		l = maps.Clone(goodLine[KindContracts])
		l[colMu] = "4"
		w.takenAs(t, farmOffice, KindContracts, listOf(t, KindContracts, l)) // the same office says it anew
		if got := w.all(t, `select amount || ' ' || (superseded_at = 0) from entitlement order by recorded_at, amount`); len(got) != 2 || !strings.HasPrefix(got[1], "承包地4亩") {
			t.Errorf("rights %q", got)
		}
	})
}

func TestResidentsAfterAnAssumedPlace(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.taken(t, workbook(t, family()))
		w.clock.Move(24 * time.Hour)
		w.takenAs(t, w.by, KindResidents, listOf(t, KindResidents, goodLine[KindResidents]))
		if got := w.all(t, `select s.path || ' ' || s.valid_from from spell s join person p on p.id = s.person_id where p.name = '黄大山' and s.kind = 'living' and s.superseded_at = 0 and s.valid_to = '9999-12-31'`); !slices.Equal(got, []string{gao + "001 2019-10-01"}) {
			t.Errorf("lives at %q", got)
		}
		w.endStay(t)
		l := maps.Clone(goodLine[KindResidents])
		l[colSince], l[colAddress] = "2019-12-01", "陕西省白河县构朳镇高庄社区1号楼1单元101室"
		if r := w.dry(t, KindResidents, l); len(r.Faults) != 1 || r.Faults[0].Code != "since_overlaps" {
			t.Errorf("within an earlier stay: %v", r.Faults)
		}
	})
}

// endStay ends where the head lives.
func (w *world) endStay(t *testing.T) {
	t.Helper()
	if err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
		r := RegisterRow{}
		var err error
		if r.ID, err = parsed(number("1970-05-06", 997), tx); err != nil {
			return err
		}
		p, err := find(tx, w.Keys, r)
		if err != nil {
			return err
		}
		s, _, err := residence.Current(tx, p.ID, residence.Living)
		if err != nil {
			return err
		}
		return residence.End(tx, s, "2020-05-01")
	}); err != nil {
		t.Fatal(err)
	}
}

func parsed(s string, tx *db.Tx) (ident.CitizenID, error) { return ident.ParseCitizenID(s, tx.Now()) }

// FuzzLines gives any texts to a line of each list: it must neither fail nor
// let through what it did not understand.
func FuzzLines(f *testing.F) {
	d := dbtest.Open(f, db.Config{Dir: f.TempDir()})
	dbtest.Given(f, d, division.Install)
	for i := range kinds[1:] {
		f.Add(i, flat, gao, "安置房", "100.5", "2019-10-01", number("1970-05-06", 997), "黄大山", "110.11", "32.80")
		f.Add(i, "", "6109", "承包地", "NaN", "36925", "6.1E+17", "𠮷·*", "+Inf", "１１０")
	}
	f.Fuzz(func(t *testing.T, n int, address, village, word, amount, day, id, name, east, north string) {
		lists := len(kinds) - 1
		k := kinds[1+((n%lists)+lists)%lists]
		l := cells{colAddress: address, colVillage: village, colUse: word, colRight: word, colProgramme: word, colArea: amount, colMu: amount, colSince: day, colMovedOn: day, colFrom: day,
			colTo: day, colContract: id, ColID: id, ColName: name, colLongitude: east, colLatitude: north, colDatum: "CGCS2000", colUnitCode: id, colUnitName: name, colFounded: day}
		required, optional := ColumnsOf(k.name)
		columns := slices.Concat(required, optional)
		text := []byte(strings.Join(columns, ","))
		tab, err := table.Open("x", bytes.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		h, err := tab.FindHeader(k.columns)
		if err != nil {
			t.Fatal(err)
		}
		row := table.Row{Number: 2}
		for _, c := range columns {
			s, _ := l[c].(string)
			row.Cells = append(row.Cells, table.Cell{Text: s, Kind: table.Text})
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			x, err := division.Load(tx)
			if err != nil {
				return err
			}
			in := &list{kind: k, header: h, tx: tx, keys: seal.FromSeed(1), on: today, index: x, seen: map[string]int{}, by: actor.Actor{Account: "x", Kind: actor.CountyPolice, Paths: []string{"610929"}}}
			p := &rowParser{header: h, row: row, on: today}
			e, _, err := k.read(in, p)
			if err == nil && !bad(p.faults) {
				if !understood(e) {
					t.Errorf("let through: %+v", e)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// understood reports whether an entry says all that it must. Nobody is
// registered: a line about people cannot be right.
func understood(e entry) bool {
	place := func(a dwelling.Address) bool {
		return len(a.Village) == 12 && a.Text != "" && (a.Lng == nil) == (a.CRS == "")
	}
	switch e := e.(type) {
	case house:
		return place(e.address) && e.house.Use != "" && e.house.Area >= 0
	case standard:
		return place(e.address) && len(e.address.GroupNo) != 1
	case unit:
		_, err := ident.ParseUSCC(string(e.is.USCC))
		return err == nil && e.is.Name != "" && len(e.is.Village) == 12 && e.address != "" && e.is.ValidFrom.Before(e.is.ValidTo)
	}
	return false
}

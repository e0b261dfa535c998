package importer

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
)

// disputed is a county that knows the family from the counter, and a register
// that says otherwise of the son.
func (w *world) disputed(t *testing.T) Import {
	t.Helper()
	w.taken(t, workbook(t, family()))
	w.saidBy(t, "counter")
	w.clock.Move(24 * time.Hour)
	return w.taken(t, workbook(t, []cells{head(), wife(), son().with(ColEducation, "大专").with(ColMarital, "已婚").with(ColSex, "男").with(ColEthnicity, "土家族")}))
}

// saidBy lets another source have said what is known of everybody.
func (w *world) saidBy(t *testing.T, source string) {
	t.Helper()
	if err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
		if _, err := tx.Exec(`update person set source = $1, education = '60'`, source); err != nil {
			return err
		}
		return tx.RecordAll("test/said", 3, source)
	}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) differences(t *testing.T, by actor.Actor, f DifferenceFilter) []DifferenceRow {
	t.Helper()
	rows, n, err := w.Differences(t.Context(), by, f, 50)
	if err != nil {
		t.Fatal(err)
	}
	if n != len(rows) {
		t.Errorf("%d counted, %d listed", n, len(rows))
	}
	return rows
}

func (w *world) sonIs(t *testing.T) string {
	t.Helper()
	return strings.Join(w.all(t, `select ethnicity || ' ' || education || ' ' || marital || ' ' || source from person where name = '黄小川'`), "\n")
}

func TestTwoSourcesDisagree(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		i := w.disputed(t)
		if r, _ := i.Parsed(); !slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Code == "fact_differs" && f.Row == 4 && f.Column == ColEthnicity }) {
			t.Errorf("the clerk is told of %v", r.Faults)
		}
		if got := w.sonIs(t); !strings.HasPrefix(got, "01 60 20 ") {
			t.Errorf("before anybody decided: %q", got)
		}
		rows := w.differences(t, w.by, DifferenceFilter{})
		slices.SortFunc(rows, func(a, b DifferenceRow) int { return strings.Compare(b.Field, a.Field) })
		var got []string
		for _, d := range rows {
			got = append(got, d.Name+" "+d.Field+" "+d.In(d.Have)+" "+d.In(d.Says)+" "+d.HaveOrigin.Kind+" "+d.SaysFile.File+" "+d.SaysFile.Row)
		}
		want := []string{"黄小川 ethnicity 汉族 土家族 counter 名册.xlsx 4", "黄小川 education 普通高级中学教育 大学专科教育 counter 名册.xlsx 4"}
		if !slices.Equal(got, want) {
			t.Fatalf("differences %q, want %q", got, want)
		}
		for who, by := range map[string]actor.Actor{"nobody": {}, "a grid worker": {Account: "w", Kind: actor.GridWorker, Paths: []string{east + "001"}}} {
			if _, _, err := w.Differences(t.Context(), by, DifferenceFilter{}, 10); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s reads differences: %v", who, err)
			}
			if err := w.Settle(t.Context(), by, rows[0].ID, true, "x"); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s decides: %v", who, err)
			}
		}
		station := w.by
		station.Paths = []string{"610929100"}
		if err := w.Settle(t.Context(), station, rows[0].ID, true, "x"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another station decides: %v", err)
		}
		if err := w.Settle(t.Context(), farmOffice, rows[0].ID, true, "x"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the office of agriculture decides on an ethnicity: %v", err)
		}
		if err := w.Settle(t.Context(), w.by, rows[0].ID, true, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := w.Settle(t.Context(), w.by, rows[0].ID, true, "已看户口簿"); err != nil {
			t.Fatal(err)
		}
		if err := w.Settle(t.Context(), w.by, rows[1].ID, false, "毕业证未见"); err != nil {
			t.Fatal(err)
		}
		if err := w.Settle(t.Context(), w.by, rows[1].ID, true, "x"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("decided twice: %v", err)
		}
		if got := w.sonIs(t); !strings.HasPrefix(got, "15 60 20 import/"+i.ID+"/4") {
			t.Errorf("decided: %q", got)
		}
		w.clock.Move(24 * time.Hour)
		w.saidBy(t, "counter")
		w.taken(t, workbook(t, []cells{son().with(ColEducation, "大专").with(ColRelation, "户主").with(ColEthnicity, "土家族")}))
		if left := w.differences(t, w.by, DifferenceFilter{}); len(left) != 0 {
			t.Errorf("asked again: %+v", left)
		}
	})
}

func TestManyDecidedByOneRule(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		var people []cells
		for i := range 120 {
			no := "6109290009" + string(rune('0'+i/100)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10))
			day := calendarDay(i)
			people = append(people, member("黄大山", "户主", "男", day).with(ColHousehold, no).with(ColEducation, "初中"))
		}
		w.taken(t, workbook(t, people))
		w.saidBy(t, "counter")
		w.taken(t, workbook(t, people))
		f := DifferenceFilter{Field: FieldEducation, Kind: KindRegister}
		if _, _, err := w.SettleAll(t.Context(), w.by, DifferenceFilter{}, true, "一律以户籍为准"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a rule about everything: %v", err)
		}
		done, left, err := w.SettleAll(t.Context(), w.by, f, true, "文化程度一律以户籍登记为准")
		if err != nil || done != 120 || left != 0 {
			t.Fatalf("%d decided, %d left, %v", done, left, err)
		}
		if got := w.all(t, `select distinct education from person`); !slices.Equal(got, []string{"70"}) {
			t.Errorf("education %q", got)
		}
		if got := w.all(t, `select distinct reason || ' ' || decided_by || ' ' || state from difference`); !slices.Equal(got, []string{"文化程度一律以户籍登记为准 police taken"}) {
			t.Errorf("decisions %q", got)
		}
	})
}

func calendarDay(i int) string {
	return time.Date(1950, 1, 1+i, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
}

// TestCorrectionsGoBackToTheirSource: the file that was wrong gets a list by its
// own rows, once; the one that was right gets none.
func TestCorrectionsGoBackToTheirSource(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		i := w.disputed(t)
		if err := w.Corrections(t.Context(), w.by, i.ID, new(bytes.Buffer)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("before anything was decided: %v", err)
		}
		for _, d := range w.differences(t, w.by, DifferenceFilter{}) {
			if err := w.Settle(t.Context(), w.by, d.ID, d.Field == FieldEthnicity, "已看户口簿"); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := w.CountCorrections(t.Context(), w.by, i.ID); n != 1 || err != nil {
			t.Errorf("%d corrections, %v", n, err)
		}
		if err := w.Corrections(t.Context(), farmOffice, i.ID, new(bytes.Buffer)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody else's file: %v", err)
		}
		var b bytes.Buffer
		if err := w.Corrections(t.Context(), w.by, i.ID, &b); err != nil {
			t.Fatal(err)
		}
		rows := sheets(t, b.Bytes())["更正清单"]
		if len(rows) != 2 || rows[1][0] != "4" || rows[1][1] != "文化程度" || !strings.Contains(rows[1][2], "专科") || rows[1][4] != "已看户口簿" {
			t.Errorf("the list: %q", rows)
		}
		if got := w.all(t, `select field from difference where returned_at > 0`); !slices.Equal(got, []string{FieldEducation}) {
			t.Errorf("returned %q", got)
		}
	})
}

// TestLivingAndContractsDiffer: a place that a move said is not moved by a list
// of residents, nor an area that a village said by a list of contracts.
func TestLivingAndContractsDiffer(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.taken(t, workbook(t, family()))
		w.clock.Move(24 * time.Hour)
		w.takenAs(t, w.by, KindMoves, listOf(t, KindMoves, goodLine[KindMoves]))
		l := maps.Clone(goodLine[KindResidents])
		l[colAddress] = "陕西省白河县构朳镇高庄社区1号楼1单元502室"
		before := w.register(t)
		i := w.takenAs(t, w.by, KindResidents, listOf(t, KindResidents, l))
		if r, _ := i.Parsed(); len(r.Faults) != 1 || r.Faults[0].Code != "living_differs" {
			t.Errorf("the clerk is told of %v", r.Faults)
		}
		if got := w.register(t); !slices.Equal(got, before) {
			t.Error("a difference changed something")
		}
		rows := w.differences(t, w.by, DifferenceFilter{Import: i.ID})
		if len(rows) != 1 || rows[0].Have != standardFlat || "陕西省"+rows[0].Says != l[colAddress] || rows[0].HaveOrigin.Kind != KindMoves {
			t.Fatalf("differences %+v", rows)
		}
		if err := w.Settle(t.Context(), w.by, rows[0].ID, true, "上门看过"); err != nil {
			t.Fatal(err)
		}
		if got := w.all(t, `select a.text from spell s join house h on h.id = s.house_id join address a on a.id = h.address_id join person p on p.id = s.person_id
			where p.name = '黄大山' and s.kind = 'living' and s.superseded_at = 0 and s.valid_to = '9999-12-31'`); !slices.Equal(got, []string{strings.TrimPrefix(l[colAddress].(string), "陕西省")}) {
			t.Errorf("lives at %q", got)
		}

		w.takenAs(t, farmOffice, KindContracts, listOf(t, KindContracts, goodLine[KindContracts]))
		if err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
			if _, err := tx.Exec(`update entitlement set source = 'counter'`); err != nil {
				return err
			}
			return tx.RecordAll("test/right", 1, "test")
		}); err != nil {
			t.Fatal(err)
		}
		c := maps.Clone(goodLine[KindContracts])
		c[colMu] = "4"
		i = w.takenAs(t, farmOffice, KindContracts, listOf(t, KindContracts, c))
		if r, _ := i.Parsed(); len(r.Faults) != 1 || r.Faults[0].Code != "contract_differs" {
			t.Errorf("the clerk is told of %v", r.Faults)
		}
		if got := w.differences(t, w.by, DifferenceFilter{}); len(got) != 0 {
			t.Errorf("the police are asked about land: %+v", got)
		}
		rows = w.differences(t, farmOffice, DifferenceFilter{})
		if len(rows) != 1 || !strings.HasPrefix(rows[0].Says, "承包地4亩，自2017年12月1日至") || rows[0].Name != "黄大山" {
			t.Fatalf("differences %+v", rows)
		}
		if err := w.Settle(t.Context(), farmOffice, rows[0].ID, true, "重新丈量"); err != nil {
			t.Fatal(err)
		}
		if got := w.all(t, `select amount from entitlement where superseded_at = 0`); !slices.Equal(got, []string{"承包地4亩"}) {
			t.Errorf("rights %q", got)
		}
	})
}

func TestWhereEveryFactComesFrom(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.taken(t, workbook(t, family()))
		w.clock.Move(24 * time.Hour)
		w.takenAs(t, w.by, KindMoves, listOf(t, KindMoves, goodLine[KindMoves]))
		w.takenAs(t, w.by, KindHouses, listOf(t, KindHouses, goodLine[KindHouses]))
		w.takenAs(t, farmOffice, KindContracts, listOf(t, KindContracts, goodLine[KindContracts]))
		id := household.ID(w.all(t, `select id from household`)[0])
		for who, by := range map[string]actor.Actor{"nobody": {}, "another station": {Account: "o", Kind: actor.Registrar, Paths: []string{"610929100"}}} {
			if _, err := w.Sources(t.Context(), by, id); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s reads sources: %v", who, err)
			}
		}
		if _, err := w.Sources(t.Context(), actor.Actor{Account: "g", Kind: actor.GridWorker, Paths: []string{gao + "001"}}, id); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a grid worker reads sources: %v", err)
		}
		said := func(by actor.Actor) (all []string) {
			facts, err := w.Sources(t.Context(), by, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range facts {
				all = append(all, strings.Join([]string{f.Who, f.Field, f.Kind, f.File, f.Row, string(f.AsOf)}, " "))
			}
			return all
		}
		police := said(w.by)
		for _, want := range []string{" household register 名册.xlsx 2 2026-11-23", "黄小川 person register 名册.xlsx 4 2026-11-23", "黄小川 living moves 名册.xlsx 2 2018-11-01", " house houses 名册.xlsx 2 2026-11-24"} {
			if !slices.Contains(police, want) {
				t.Errorf("the police are not told %q: %q", want, police)
			}
		}
		if s := strings.Join(police, "\n"); strings.Contains(s, "farmland") {
			t.Errorf("the police are told of land: %s", s)
		}
		if got := said(farmOffice); !slices.Equal(got, []string{" farmland contracts 名册.xlsx 2 2017-12-01"}) {
			t.Errorf("the office of agriculture is told %q", got)
		}
		w.moved(t, "610929100")
		if s := strings.Join(said(w.by), "\n"); strings.Contains(s, "living") || strings.Contains(s, " house ") {
			t.Errorf("where protected people live is told to another unit: %s", s)
		}
	})
}

// TestHeadersAreNamedOnceForAnOffice: unknown headers wait for the clerk; what
// was said is remembered for the office and for nobody else.
func TestHeadersAreNamedOnceForAnOffice(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		file := bytes.ReplaceAll([]byte("门牌,村代码,房子干啥用,建筑面积\n"+flat+","+gao+",安置房,100\n"), nil, nil)
		i, err := w.Upload(t.Context(), w.by, File{Kind: KindHouses, Name: "房屋.csv"}, bytes.NewReader(file))
		if err != nil || i.State != Unnamed {
			t.Fatalf("%s %v", i.State, err)
		}
		n, err := i.Naming()
		if err != nil || !slices.Equal(n.Missing, []string{colAddress, colUse}) || !slices.Equal(n.Unknown, []string{"门牌", "房子干啥用"}) {
			t.Fatalf("naming %+v %v", n, err)
		}
		if err := w.Run(t.Context(), w.by, i.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("run before it was checked: %v", err)
		}
		if err := w.Name(t.Context(), farmOffice, i.ID, map[string]string{"门牌": colAddress}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody else names the columns: %v", err)
		}
		if err := w.Name(t.Context(), w.by, i.ID, map[string]string{"门牌": colAddress, "房子干啥用": colAddress}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("two headers for one column: %v", err)
		}
		if err := w.Name(t.Context(), w.by, i.ID, map[string]string{"门牌": colAddress, "房子干啥用": "颜色"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a column that is none: %v", err)
		}
		if err := w.Name(t.Context(), w.by, i.ID, map[string]string{"门牌": colAddress, "房子干啥用": colUse}); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if i = w.get(t, w.by, i.ID); i.State != Checked {
			t.Fatalf("%s %s", i.State, i.Error)
		}
		var b bytes.Buffer
		if err := w.Annotated(t.Context(), w.by, i.ID, &b); err != nil {
			t.Errorf("the clerk's own table: %v", err)
		}
		again, err := w.Upload(t.Context(), w.by, File{Kind: KindHouses, Name: "房屋2.csv"}, bytes.NewReader(append(file, '\n')))
		if err != nil || again.State != Checking {
			t.Errorf("the next time: %s %v", again.State, err)
		}
		other := w.by
		other.Account, other.Paths = "farm", []string{"610929100"}
		if i, err := w.Upload(t.Context(), other, File{Kind: KindHouses, Name: "房屋.csv"}, bytes.NewReader(file)); err != nil || i.State != Unnamed {
			t.Errorf("another office: %s %v", i.State, err)
		}
	})
}

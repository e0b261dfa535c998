package ledger_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ledger"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county   = "610929"
	town     = "610929100"
	origin   = "610929100207" // 幸福村
	sameTown = "610929100002" // 清风社区
	farTown  = "610929101"
	far      = "610929101001" // 同心社区
	third    = "610929102203"
	away     = "420300" // 十堰
)

var villages = []string{origin, sameTown, far, third}

// A world is a county of households that all live in 幸福村 since 2010.
type world struct {
	*ledger.Service
	moves  *relocation.Service
	homes  []household.ID
	people map[household.ID][]person.ID
	last   map[household.ID]calendar.Date // of the latest move
	n      int
}

func as(k actor.Kind, paths ...string) actor.Actor {
	return actor.Actor{Account: "me", Name: "刘芳", Kind: k, Paths: paths, Office: "派出所"}
}

var police = as(actor.CountyPolice, county)

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Service: &ledger.Service{DB: d}, moves: &relocation.Service{DB: d, Keys: seal.FromSeed(1)}}
		dbtest.Given(t, d, w.given)
		f(t, w)
	})
}

func (w *world) given(tx *db.Tx) error {
	w.homes, w.people, w.last = nil, map[household.ID][]person.ID{}, map[household.ID]calendar.Date{}
	for _, f := range []func(*db.Tx) error{division.Install, relocation.InstallRules, entitlement.InstallRoutes} {
		if err := f(tx); err != nil {
			return err
		}
	}
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: origin, GroupNo: "01", Text: "白河县城关镇幸福村一组1号", State: dwelling.Approved})
	if err != nil {
		return err
	}
	house, err := dwelling.HouseAt(tx, a.ID, "farmhouse")
	if err != nil {
		return err
	}
	for i := range 6 {
		h, err := household.Insert(tx, household.Household{RegisterNo: fmt.Sprint("61092900", i), Kind: household.Family, Village: origin, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		w.homes = append(w.homes, h.ID)
		for j, relation := range []string{"02", "12", "20"}[:1+i%3] {
			p, err := person.Insert(tx, w.moves.Keys, person.Draft{Name: string([]rune("王李张刘陈杨")[i]) + string([]rune("甲乙丙")[j]), Sex: "1", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
			if err != nil {
				return err
			}
			if _, err := residence.Register(tx, p.ID, h.ID, origin+"000", relation, "2010-01-01", "test"); err != nil {
				return err
			}
			w.people[h.ID] = append(w.people[h.ID], p.ID)
		}
		if err := residence.Relocate(tx, h.ID, w.people[h.ID], origin+"000", house.ID, "2010-01-01", "test"); err != nil {
			return err
		}
		w.last[h.ID] = "2016-01-01"
	}
	return nil
}

// move moves some of a household's people, or all, through the counter.
func (w *world) move(t *testing.T, home int, to string, on calendar.Date, who ...person.ID) {
	t.Helper()
	w.n++
	r := relocation.Request{HouseholdID: w.homes[home], Persons: who, Village: to, Address: fmt.Sprintf("新街%d号", w.n), MovedOn: on, Programme: relocation.Programmes[w.n%len(relocation.Programmes)], Answer: relocation.Stays}
	if to == away {
		r.Answer = ""
	}
	if _, err := w.moves.Record(t.Context(), police, "", r); err != nil {
		t.Fatalf("move %d to %s on %s: %v", home, to, on, err)
	}
}

func decade(side ledger.Side, place ...string) ledger.Query {
	return ledger.Query{Place: place, Side: side, Period: ledger.Decade("2026-03-04")}
}

func TestWrongPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.move(t, 0, far, "2020-05-01")
		for name, tt := range map[string]struct {
			by           actor.Actor
			list, matrix fault.Kind
		}{
			"nobody":                        {actor.Actor{}, fault.NotFound, fault.Forbidden},
			"the auditor":                   {as(actor.AuditAdmin, county), fault.Forbidden, fault.Forbidden},
			"a grid worker":                 {as(actor.GridWorker, origin+"001"), fault.NotFound, fault.Forbidden},
			"the clerk of another village":  {as(actor.VillageClerk, third), fault.NotFound, ""},
			"the police of another town":    {as(actor.Registrar, farTown), fault.NotFound, ""},
			"the centre, which counts only": {as(actor.CountyCentre, county), fault.Forbidden, ""},
			"the clerk of the village":      {as(actor.VillageClerk, origin), "", ""},
		} {
			if p, err := w.List(t.Context(), tt.by, decade(ledger.Out, origin)); fault.KindOf(err) != tt.list || (err != nil) == (tt.list == "") || err != nil && len(p.Entries) > 0 {
				t.Errorf("%s lists: %v", name, err)
			}
			var b bytes.Buffer
			if err := w.Write(t.Context(), tt.by, ledger.Export{Query: decade(ledger.Out, origin), Purpose: "report"}, &b); fault.KindOf(err) != tt.list || err != nil && b.Len() > 0 {
				t.Errorf("%s exports: %v", name, err)
			}
			if _, err := w.Matrix(t.Context(), tt.by, ledger.MatrixQuery{Period: ledger.Decade("2026-03-04")}); fault.KindOf(err) != tt.matrix {
				t.Errorf("%s counts: %v", name, err)
			}
		}
		m, err := w.Matrix(t.Context(), as(actor.VillageClerk, third), ledger.MatrixQuery{Period: ledger.Decade("2026-03-04")})
		if n := m.Row(""); err != nil || n != (ledger.Sum{}) {
			t.Errorf("a clerk counts %v of other villages, %v", n, err)
		}
		if _, err := w.Matrix(t.Context(), police, ledger.MatrixQuery{From: "420300", Period: ledger.Decade("2026-03-04")}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another county: %v", err)
		}
	})
}

func TestQueryRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for field, q := range map[string]ledger.Query{
			"side":  {Side: "up", Period: ledger.Decade("2026-03-04")},
			"since": {Side: ledger.In, Period: ledger.Period{Since: "2026-02-30", Until: "2026-03-04"}},
			"until": {Side: ledger.In, Period: ledger.Period{Since: "2026-03-04", Until: "2026-03-03"}},
		} {
			_, err := w.List(t.Context(), police, q)
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || !fault.Fields(f.Fields).Has(field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		for _, why := range []string{"", "curious"} {
			if err := w.Write(t.Context(), police, ledger.Export{Query: decade(ledger.In, county), Purpose: why}, new(bytes.Buffer)); fault.KindOf(err) != fault.Invalid {
				t.Errorf("exported for %q: %v", why, err)
			}
		}
	})
}

// TestLedger: who left, who came, by which programme; page by page; the number
// of each cell is the length of its list.
func TestLedger(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.move(t, 2, far, "2019-03-01")                            // three people
		w.move(t, 1, sameTown, "2020-05-01")                       // two
		w.move(t, 2, third, "2021-06-01", w.people[w.homes[2]][0]) // the head alone
		w.move(t, 0, away, "2022-07-01")                           // one, out of the county
		lines := func(q ledger.Query) (all []string) {
			t.Helper()
			for {
				q.Limit = 1 // every page break
				p, err := w.List(t.Context(), police, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range p.Entries {
					all = append(all, fmt.Sprint(e.MovedOn, " ", e.Head, " ", e.People, " ", e.From, " ", e.To))
				}
				if q.After = p.Next; q.After == "" {
					return all
				}
			}
		}
		for name, tt := range map[string]struct {
			q    ledger.Query
			want []string
		}{
			"out of the village": {decade(ledger.Out, origin), []string{"2022-07-01 王甲 1 城关镇幸福村 420300", "2020-05-01 李甲 2 城关镇幸福村 城关镇清风社区", "2019-03-01 张甲 3 城关镇幸福村 中厂镇同心社区"}},
			"within the town":    {decade(ledger.Within, town), []string{"2020-05-01 李甲 2 城关镇幸福村 城关镇清风社区"}},
			"out of the town":    {decade(ledger.Out, town), []string{"2022-07-01 王甲 1 城关镇幸福村 420300", "2019-03-01 张甲 3 城关镇幸福村 中厂镇同心社区"}},
			"into the village":   {decade(ledger.In, far), []string{"2019-03-01 张甲 3 城关镇幸福村 中厂镇同心社区"}},
			"out of it again":    {decade(ledger.Out, far), []string{"2021-06-01 张甲 1 中厂镇同心社区 构朳镇家朳村"}},
			"a station of two":   {decade(ledger.Out, town, farTown), []string{"2022-07-01 王甲 1 城关镇幸福村 420300", "2021-06-01 张甲 1 中厂镇同心社区 构朳镇家朳村"}},
			"out of the county":  {decade(ledger.Out, county), []string{"2022-07-01 王甲 1 城关镇幸福村 420300"}},
			"into the county":    {decade(ledger.In, county), nil},
			"from there to here": {ledger.Query{Place: []string{town}, Side: ledger.Out, Other: farTown, Period: ledger.Decade("2026-03-04")}, []string{"2019-03-01 张甲 3 城关镇幸福村 中厂镇同心社区"}},
			"to the outside":     {ledger.Query{Place: []string{town}, Side: ledger.Out, Other: ledger.Outside, Period: ledger.Decade("2026-03-04")}, []string{"2022-07-01 王甲 1 城关镇幸福村 420300"}},
			"that one day":       {ledger.Query{Place: []string{town}, Side: ledger.Within, Period: ledger.Period{Since: "2020-05-01", Until: "2020-05-01"}}, []string{"2020-05-01 李甲 2 城关镇幸福村 城关镇清风社区"}},
			"the day after":      {ledger.Query{Place: []string{town}, Side: ledger.Within, Period: ledger.Period{Since: "2020-05-02", Until: "2026-05-01"}}, nil},
			"by a programme":     {ledger.Query{Place: []string{county}, Side: ledger.Within, Programme: relocation.Programmes[2], Period: ledger.Decade("2026-03-04")}, []string{"2020-05-01 李甲 2 城关镇幸福村 城关镇清风社区"}},
		} {
			if got := lines(tt.q); !slices.Equal(got, tt.want) {
				t.Errorf("%s: got %q, want %q", name, got, tt.want)
			}
		}
		if seen := looksOf(t, w, w.homes[1]); seen == 0 {
			t.Error("nobody is said to have looked at a household of the ledger")
		}
	})
}

func looksOf(t *testing.T, w *world, id household.ID) int {
	t.Helper()
	looks, err := w.DB.LooksAt(t.Context(), "household/"+string(id), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return len(looks)
}

// TestWorkbook: the layout offices use, with what was asked for and nothing
// that runs; the look says for what, at everybody in it.
func TestWorkbook(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.move(t, 1, sameTown, "2020-05-01")
		w.move(t, 2, far, "2019-03-01")
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update person set name = '=1+1' where id = $1`, w.people[w.homes[2]][0])
			return err
		})
		before := looksOf(t, w, w.homes[2])
		var b bytes.Buffer
		if err := w.Write(t.Context(), police, ledger.Export{Query: decade(ledger.Out, origin), Purpose: "report"}, &b); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := f.GetRows("人口流出台账")
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"城关镇幸福村人口流出台账",
			"填报单位：城关镇幸福村　　统计期间：2016年3月5日至2026年3月4日　　计量单位：户次、人",
			"序号 户主 人数 迁出地 迁入地 搬迁日期 搬迁类型 情形 回执编号",
			"1 李甲 2 城关镇幸福村 城关镇清风社区 2020-05-01 陕南移民搬迁 跨村（社区）搬迁，户籍未迁 白搬回〔2026〕00001号",
			"2 =1+1 3 城关镇幸福村 中厂镇同心社区 2019-03-01 避灾搬迁 跨镇搬迁，户籍未迁 白搬回〔2026〕00002号",
			"合计 2户次 5",
		}
		if len(rows) != len(want)+2 {
			t.Fatalf("%d rows: %q", len(rows), rows)
		}
		for i, line := range want {
			if got := strings.Join(rows[i], " "); got != line {
				t.Errorf("row %d: %q, want %q", i+1, got, line)
			}
		}
		if sign := rows[len(want)][0]; !strings.Contains(sign, "单位负责人") || !strings.Contains(sign, "填表人") {
			t.Errorf("nowhere to sign: %q", sign)
		}
		if note := rows[len(want)+1][0]; !strings.Contains(note, "由派出所刘芳于2026-03-04 12:00导出，用途：按要求上报") {
			t.Errorf("who took it: %q", note)
		}
		if formula, _ := f.GetCellFormula("人口流出台账", "B5"); formula != "" {
			t.Errorf("a name has become a formula: %q", formula)
		}
		looks, err := w.DB.LooksAt(t.Context(), "household/"+string(w.homes[2]), 10)
		if err != nil || len(looks) != before+1 || looks[0].For != "ledger.why.report" || looks[0].Action != string(policy.LedgerExport) {
			t.Errorf("the look: %+v, %v", looks, err)
		}
		b.Reset()
		if err := w.WriteMatrix(t.Context(), police, ledger.MatrixQuery{From: town, To: farTown, Period: ledger.Decade("2026-03-04")}, "check", &b); err != nil {
			t.Fatal(err)
		}
		g, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		defer g.Close()
		rows, err = g.GetRows("人口流向矩阵")
		if err != nil || rows[0][0] != "城关镇人口流向矩阵" || !slices.Contains(rows[2], "同心社区") || rows[len(rows)-3][len(rows[2])-1] != "3" {
			t.Errorf("the matrix: %q, %v", rows, err)
		}
	})
}

// TestProtectedIsInNoLedger: a flow to a protected place is counted nowhere,
// for nobody, not even for the police who know; opened, it is there again.
func TestProtectedIsInNoLedger(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.move(t, 2, far, "2019-03-01")
		p := w.people[w.homes[2]]
		counts := func() (n []int64) {
			t.Helper()
			for _, q := range []ledger.Query{decade(ledger.Out, origin), decade(ledger.In, far), decade(ledger.Within, county)} {
				page, err := w.List(t.Context(), police, q)
				if err != nil {
					t.Fatal(err)
				}
				n = append(n, page.Total.People)
			}
			m, err := w.Matrix(t.Context(), police, ledger.MatrixQuery{Period: ledger.Decade("2026-03-04")})
			if err != nil {
				t.Fatal(err)
			}
			return append(n, m.Row("").People)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Protect(tx, p[0], farTown); return err })
		if got := counts(); !slices.Equal(got, []int64{0, 0, 0, 0}) {
			t.Errorf("protected, and counted: %v", got)
		}
		page, err := w.List(t.Context(), as(actor.Registrar, farTown), decade(ledger.In, far))
		if err != nil || len(page.Entries) > 0 {
			t.Errorf("the ledger of the unit that knows names them: %v, %v", page.Entries, err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Unprotect(tx, p[0]); return err })
		if got := counts(); !slices.Equal(got, []int64{3, 3, 3, 3}) {
			t.Errorf("opened: %v", got)
		}
	})
}

// TestBooksBalance: over random histories of moves through the counter, in any
// period, for every village and town: what it had, and what came, less what
// left, is what it has; what leaves one ledger stands in another or has left
// the county; the matrix says the same.
func TestBooksBalance(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(7, 7))
		places := append(slices.Clone(villages), away)
		for range 40 {
			home := r.IntN(len(w.homes))
			id := w.homes[home]
			on := w.last[id].AddDays(1 + r.IntN(400))
			if on > "2026-03-04" {
				continue
			}
			var who []person.ID // all, or one of them
			if all := w.people[id]; r.IntN(3) == 0 {
				who = all[r.IntN(len(all)):][:1]
			}
			w.move(t, home, places[r.IntN(len(places))], on, who...)
			w.last[id] = on
		}
		for range 4 {
			since := calendar.Date("2016-01-01").AddDays(r.IntN(3000))
			w.balance(t, ledger.Period{Since: since, Until: since.AddDays(r.IntN(1500))}, true)
		}
		all := w.balance(t, ledger.Decade("2026-03-04"), true)
		// Who is protected is missing on both sides.
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.people[w.homes[5]][0], town); return err })
		if open := w.balance(t, ledger.Decade("2026-03-04"), false); open.People >= all.People {
			t.Errorf("%v, and with somebody protected %v", all, open)
		}
	})
}

// balance checks the books of a period, with the people themselves where nobody
// is protected, and returns the whole of the matrix.
func (w *world) balance(t *testing.T, p ledger.Period, whole bool) ledger.Sum {
	t.Helper()
	m, err := w.Matrix(t.Context(), police, ledger.MatrixQuery{Period: p})
	if err != nil {
		t.Fatal(err)
	}
	of := func(side ledger.Side, other string, place ...string) ledger.Sum {
		t.Helper()
		page, err := w.List(t.Context(), police, ledger.Query{Place: place, Side: side, Other: other, Period: p})
		if err != nil {
			t.Fatal(err)
		}
		return page.Total
	}
	var net int64
	for _, v := range villages {
		in, out := of(ledger.In, "", v).People, of(ledger.Out, "", v).People
		net += in - out
		if before, after := w.living(t, v, p.Since.AddDays(-1)), w.living(t, v, p.Until); whole && before+in-out != after {
			t.Errorf("%s to %s, %s: %d and %d in and %d out are not %d", p.Since, p.Until, v, before, in, out, after)
		}
	}
	came, left := of(ledger.In, "", county).People, of(ledger.Out, "", county).People
	if net != came-left {
		t.Errorf("%s to %s: the villages' books are out by %d", p.Since, p.Until, net-came+left)
	}
	towns := []string{town, farTown, third[:9]}
	for _, a := range towns {
		for _, b := range towns {
			cell := m.Cells[[2]string{a, b}]
			out, in := of(ledger.Out, b, a), of(ledger.In, a, b)
			if a == b {
				out, in = of(ledger.Within, "", a), cell
			}
			if out != cell || in != cell {
				t.Errorf("%s to %s, %s to %s: %v left, %v came, the matrix says %v", p.Since, p.Until, a, b, out, in, cell)
			}
		}
		for _, b := range append(slices.Clone(towns), ledger.Outside) { // each number opens its list
			if cell, list := m.Cells[[2]string{a, b}], of(ledger.Between, b, a); cell != list {
				t.Errorf("%s to %s, %s to %s: the matrix says %v, its list has %v", p.Since, p.Until, a, b, cell, list)
			}
			if cell, list := m.Cells[[2]string{b, a}], of(ledger.Between, a, b); cell != list {
				t.Errorf("%s to %s, %s to %s: the matrix says %v, its list has %v", p.Since, p.Until, b, a, cell, list)
			}
		}
		if cell, out := m.Cells[[2]string{a, ledger.Outside}], of(ledger.Out, ledger.Outside, a); cell != out {
			t.Errorf("%s out of the county: %v and %v", a, cell, out)
		}
		var below ledger.Sum
		for _, to := range towns {
			d, err := w.Matrix(t.Context(), police, ledger.MatrixQuery{From: a, To: to, Period: p})
			if err != nil {
				t.Fatal(err)
			}
			n := d.Row("")
			if n != m.Cells[[2]string{a, to}] {
				t.Errorf("%s to %s: by village %v, by town %v", a, to, n, m.Cells[[2]string{a, to}])
			}
			below.People += n.People
		}
		if out, within := of(ledger.Out, "", a).People, of(ledger.Within, "", a).People; below.People+of(ledger.Out, ledger.Outside, a).People != out+within {
			t.Errorf("%s: the rows add up to %d, the ledgers to %d", a, below.People, out+within)
		}
	}
	return m.Row("")
}

// living is how many live in a village at the end of a day.
func (w *world) living(t *testing.T, village string, on calendar.Date) (n int64) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One[int64](tx, `select count(*) from spell s where kind = 'living' and superseded_at = 0 and path >= $1 and path < $2 and valid_from <= $3 and valid_to > $3`, village, policy.PrefixEnd(village), string(on))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

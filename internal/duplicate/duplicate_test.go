package duplicate_test

import (
	"fmt"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/duplicate"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	here  = "610929100207" // of the station of 城关镇
	there = "610929101001" // of the station of 中厂镇
)

var (
	station = actor.Actor{Account: "reg", Name: "民警甲", Kind: actor.Registrar, Paths: []string{"610929100"}, Office: "城关派出所"}
	abroad  = actor.Actor{Account: "reg2", Name: "民警乙", Kind: actor.Registrar, Paths: []string{"610929101"}, Office: "中厂派出所"}
	county  = actor.Actor{Account: "hz", Name: "户政", Kind: actor.CountyPolice, Paths: []string{"610929"}, Office: "县公安局"}
	sweeper = actor.ForSystem("duplicates")
)

// A world is a county with two pairs of records of one person: 王建军 and 王建君
// of one household, and 陈静 of two stations.
type world struct {
	*duplicate.Service
	people map[string]person.ID
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Service: &duplicate.Service{DB: d, Keys: seal.FromSeed(1)}, people: map[string]person.ID{}}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			clear(w.people)
			if err := division.Install(tx); err != nil {
				return err
			}
			for i, village := range []string{here, there} {
				if err := w.home(tx, i, village); err != nil {
					return err
				}
			}
			return nil
		})
		f(t, w)
	})
}

func (w *world) home(tx *db.Tx, i int, village string) error {
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: village, GroupNo: "01", Text: village + "一号", State: dwelling.Approved})
	if err != nil {
		return err
	}
	house, err := dwelling.HouseAt(tx, a.ID, "farmhouse")
	if err != nil {
		return err
	}
	h, err := household.Insert(tx, household.Household{RegisterNo: "户" + fmt.Sprint(i), Kind: household.Family, Village: village, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	for _, m := range [][]struct {
		name, relation, sex string
		birth               calendar.Date
	}{
		{{"王守山", "02", "1", "1961-02-14"}, {"王建军", "20", "1", "1990-05-01"}, {"王建君", "99", "1", "1990-05-01"}, {"陈静", "99", "2", "1985-01-02"}},
		{{"赵德", "02", "1", "1958-06-06"}, {"陈静", "38", "2", "1985-01-03"}},
	}[i] {
		p, err := person.Insert(tx, w.Keys, person.Draft{Name: m.name, Sex: m.sex, Birth: m.birth, Ethnicity: "01", NoNumberReason: "旧册", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		w.people[m.name+fmt.Sprint(i)] = p.ID
		if _, err := residence.Register(tx, p.ID, h.ID, village+"001", m.relation, "2010-01-01", "test"); err != nil {
			return err
		}
		if err := residence.Relocate(tx, h.ID, []person.ID{p.ID}, village+"001", house.ID, "2010-01-01", "test"); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) sweep(t *testing.T, want int) {
	t.Helper()
	n, err := w.Sweep(t.Context(), sweeper)
	if err != nil || n != want {
		t.Fatalf("the sweep found %d new pairs, %v; want %d", n, err, want)
	}
}

// list is what an actor sees waiting, in words.
func (w *world) list(t *testing.T, by actor.Actor) []duplicate.Line {
	t.Helper()
	page, err := w.List(t.Context(), by, "")
	if err != nil {
		t.Fatal(err)
	}
	return page.Lines
}

// TestTheSweepIsNobodys: only the program compares everybody with everybody.
func TestTheSweepIsNobodys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, station, county} {
			if _, err := w.Sweep(t.Context(), by); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s: %v", by.Kind, err)
			}
		}
	})
}

// TestPairs: a sweep finds each pair once, each station sees its own, and what
// lies between two stations is the county's.
func TestPairs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sweep(t, 2)
		w.sweep(t, 0)
		mine := w.list(t, station)
		if len(mine) != 1 || mine[0].Signs != "pinyin birth address" || mine[0].AName+mine[0].BName != "王建军王建君" && mine[0].AName+mine[0].BName != "王建君王建军" {
			t.Fatalf("the station sees %+v", mine)
		}
		if got := w.list(t, abroad); len(got) != 0 {
			t.Errorf("the other station sees %+v", got)
		}
		if got := w.list(t, county); len(got) != 2 {
			t.Errorf("the county sees %d pairs", len(got))
		}
		if _, err := w.List(t.Context(), actor.Actor{Account: "x", Kind: actor.GridWorker, Paths: []string{here + "001"}}, ""); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a grid worker: %v", err)
		}
		between := ""
		for _, l := range w.list(t, county) {
			if l.APath[:9] != l.BPath[:9] {
				between = l.ID
			}
		}
		for _, by := range []actor.Actor{station, abroad} {
			if _, err := w.Compare(t.Context(), by, between); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s compares with a record of another station: %v", by.Office, err)
			}
			if _, err := w.Decide(t.Context(), by, "", between, duplicate.Decision{Reason: "x"}); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s decides about a record of another station: %v", by.Office, err)
			}
		}
		if _, err := w.Compare(t.Context(), county, between); err != nil {
			t.Error(err)
		}
	})
}

// TestCompareMarksDifferences and says nothing about a protected place.
func TestCompareMarksDifferences(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sweep(t, 2)
		id := w.list(t, station)[0].ID
		c, err := w.Compare(t.Context(), station, id)
		if err != nil {
			t.Fatal(err)
		}
		differ := map[string]bool{}
		for _, l := range c.Lines {
			differ[l.Field] = l.Differs
		}
		for field, want := range map[string]bool{"name": true, "relation": true, "birth": false, "sex": false, "register_no": false, "living": false} {
			if got, ok := differ[field]; !ok || got != want {
				t.Errorf("%s differs: %v", field, got)
			}
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := residence.Protect(tx, w.people["王建军0"], "610929102")
			return err
		})
		c, err = w.Compare(t.Context(), station, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range c.Lines {
			if l.Field == "living" && (l.A != "" || l.B != "") {
				t.Errorf("where a protected person lives: %+v", l)
			}
		}
	})
}

// TestDecisions: with a reason, once, and never back into the list by a sweep.
func TestDecisions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sweep(t, 2)
		id := w.list(t, station)[0].ID
		if _, err := w.Decide(t.Context(), station, "", id, duplicate.Decision{Same: true, Main: "nobody", Reason: " "}); fault.KindOf(err) != fault.Invalid || len(fault.Of(err).Fields) != 2 {
			t.Errorf("neither a record nor a reason: %v", err)
		}
		if p, err := w.Decide(t.Context(), station, "", id, duplicate.Decision{Reason: "兄弟二人"}); err != nil || p.State != person.PairDifferent {
			t.Fatalf("%+v %v", p, err)
		}
		if _, err := w.Decide(t.Context(), station, "", id, duplicate.Decision{Reason: "再来"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("decided twice: %v", err)
		}
		w.sweep(t, 0)
		if got := w.list(t, station); len(got) != 0 {
			t.Errorf("what was decided waits again: %+v", got)
		}
	})
}

// TestMergeAndUnmerge: each file shows the other record, and after an un-merge
// neither does; a chain comes apart where it is cut.
func TestMergeAndUnmerge(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sweep(t, 2)
		a, b := w.people["王建军0"], w.people["王建君0"]
		id := w.list(t, station)[0].ID
		if _, err := w.Decide(t.Context(), station, "", id, duplicate.Decision{Same: true, Main: a, Reason: "本人到场"}); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[person.ID]bool{a: false, b: true} {
			others, err := w.Others(t.Context(), station, who)
			if err != nil || len(others) != 1 || others[0].Main != want || others[0].Reason != "本人到场" {
				t.Errorf("the other record: %+v %v", others, err)
			}
		}
		if _, err := w.Others(t.Context(), abroad, a); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another station reads it: %v", err)
		}
		w.sweep(t, 0)
		third := w.people["王守山0"]
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := person.Merge(tx, a, third, "错上加错"); return err })
		if err := w.DB.Write(t.Context(), sweeper, "test", func(tx *db.Tx) error { _, err := person.Merge(tx, third, b, "圆圈"); return err }); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a circle of records: %v", err)
		}
		if d, err := w.Unmerge(t.Context(), station, "", a, "不是父亲"); err != nil || d.Other != third {
			t.Fatalf("%+v %v", d, err)
		}
		err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
			group, err := person.Records(tx, b)
			if len(group) != 2 || strings.Contains(fmt.Sprint(group), string(third)) {
				t.Errorf("the chain did not come apart where it was cut: %v", group)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if d, err := w.Unmerge(t.Context(), station, "", b, "指纹不符"); err != nil || d.ToDecide != 0 {
			t.Fatalf("%+v %v", d, err)
		}
		if others, err := w.Others(t.Context(), station, b); err != nil || len(others) != 0 {
			t.Errorf("%+v %v", others, err)
		}
		if c, err := w.Compare(t.Context(), station, id); err != nil || c.Pair.State != person.PairDifferent || c.Pair.Reason != "指纹不符" {
			t.Errorf("%+v %v", c.Pair, err)
		}
	})
}

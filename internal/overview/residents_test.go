package overview_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/overview"
	"anju/internal/policy"
	"anju/internal/residence"
)

// names are those on all pages of a list.
func (w *world) names(t *testing.T, by actor.Actor, f overview.ResidentFilter) (all []string) {
	t.Helper()
	for range 20 {
		page, err := w.Residents(t.Context(), by, f)
		if err != nil {
			t.Fatalf("%s %+v: %v", by.Kind, f, err)
		}
		for _, r := range page.Rows {
			all = append(all, r.Name)
		}
		if page.Next == "" {
			return all
		}
		f.After = page.Next
	}
	t.Fatalf("%+v never ends: %v", f, all)
	return nil
}

func sorted(names []string) string {
	slices.Sort(names)
	return strings.Join(names, " ")
}

func want(names ...string) string { return sorted(names) }

// Who lists whom, in either view.
func TestWhoListsWhom(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, as("mayor", county), as(actor.TownCentre, town), as(actor.CountyCentre, county), as(actor.Chief, county), as(actor.Justice, county),
			as(actor.SystemAdmin, county), as(actor.SecurityAdmin, county), as(actor.AuditAdmin, county), as(actor.Registrar)} {
			page, err := w.Residents(t.Context(), by, overview.ResidentFilter{})
			if fault.KindOf(err) != fault.Forbidden || len(page.Rows) > 0 {
				t.Errorf("%q lists %d, %v", by.Kind, len(page.Rows), err)
			}
		}
		all := want("王守山", "王建军", "陈桂兰", "覃丽", "覃小宝", "李大山", "王秀英", "张华")
		for _, tt := range []struct {
			by                 actor.Actor
			living, registered string
		}{
			{as(actor.GridWorker, third+"001001"), "", ""},
			{as(actor.Registrar, third), "", ""},
			{as(actor.GridWorker, far+"002"), "", ""},
			{as(actor.GridWorker, far+"001"), want("王守山", "王建军", "陈桂兰"), ""},
			{as(actor.GridLeader, far+"002"), want("王守山", "王建军", "陈桂兰"), ""}, // a leader works over the village
			{as(actor.GridWorker, origin+"001"), want("李大山", "王秀英", "张华"), all},
			{as(actor.VillageClerk, origin), want("李大山", "王秀英", "张华"), all},
			{as(actor.GridWorker, far+"001", hidden+"001"), want("王守山", "王建军", "陈桂兰", "覃丽", "覃小宝"), ""},
			{as(actor.TownWindow, town), want("李大山", "王秀英", "张华"), all},
			{as(actor.Registrar, there), want("王守山", "王建军", "陈桂兰"), ""},
			{as(actor.CountyPolice, county), all, all},
			{as(actor.Agriculture, county), all, all},
		} {
			if got := sorted(w.names(t, tt.by, overview.ResidentFilter{})); got != tt.living {
				t.Errorf("%s %v lists %q as living there, want %q", tt.by.Kind, tt.by.Paths, got, tt.living)
			}
			if got := sorted(w.names(t, tt.by, overview.ResidentFilter{View: residence.Registered})); got != tt.registered {
				t.Errorf("%s %v lists %q as registered there, want %q", tt.by.Kind, tt.by.Paths, got, tt.registered)
			}
		}
	})
}

// Every filter, for those of a wide and of a narrow area, and in pages of any
// size: the same people, each once.
func TestFilters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		wide, narrow, clerk := as(actor.CountyPolice, county), as(actor.GridWorker, far+"001"), as(actor.VillageClerk, origin)
		for _, tt := range []struct {
			by   actor.Actor
			f    overview.ResidentFilter
			want string
		}{
			{narrow, overview.ResidentFilter{Search: "李"}, ""},
			{narrow, overview.ResidentFilter{Search: "覃丽"}, ""},
			{narrow, overview.ResidentFilter{Search: "ql"}, ""},
			{clerk, overview.ResidentFilter{Search: numberA}, want("王守山")}, // lives elsewhere
			{clerk, overview.ResidentFilter{Search: "0016"}, want("王守山")},
			{clerk, overview.ResidentFilter{Search: "0016", Under: far}, ""},
			{wide, overview.ResidentFilter{Search: "0017"}, ""},
			{wide, overview.ResidentFilter{Search: "#"}, ""},
			{wide, overview.ResidentFilter{Search: "610929196102140017"}, ""},
			{wide, overview.ResidentFilter{Under: third}, ""},
			{wide, overview.ResidentFilter{Under: "6109291000029999"}, ""},
			{wide, overview.ResidentFilter{Under: "' or 1=1 --"}, ""},
			{narrow, overview.ResidentFilter{Under: hidden}, ""},
			{wide, overview.ResidentFilter{Search: "王"}, want("王守山", "王建军", "王秀英")},
			{narrow, overview.ResidentFilter{Search: "王"}, want("王守山", "王建军")},
			{narrow, overview.ResidentFilter{Search: "w"}, want("王守山", "王建军")},
			{wide, overview.ResidentFilter{Search: "w"}, want("王守山", "王建军", "王秀英")},
			{wide, overview.ResidentFilter{Search: "wj"}, want("王建军")},
			{narrow, overview.ResidentFilter{Search: "wj"}, want("王建军")},
			{wide, overview.ResidentFilter{Search: "WANG jian"}, want("王建军")},
			{wide, overview.ResidentFilter{Search: "wangjianjun"}, want("王建军")},
			{wide, overview.ResidentFilter{Search: "建军"}, want("王建军")},
			{wide, overview.ResidentFilter{Search: "zh"}, want("张华")}, // by the pinyin and by the initials
			{wide, overview.ResidentFilter{Search: "q"}, want("覃丽", "覃小宝")},
			{wide, overview.ResidentFilter{Search: "0016"}, want("王守山")},
			{narrow, overview.ResidentFilter{Search: "610929001"}, want("王守山", "王建军", "陈桂兰")}, // a household's number
			{narrow, overview.ResidentFilter{Search: "610929002"}, ""},
			{narrow, overview.ResidentFilter{Search: "1234"}, want("王守山", "陈桂兰")}, // the tail of a phone, too
			{wide, overview.ResidentFilter{Search: numberA}, want("王守山")},
			{wide, overview.ResidentFilter{Search: numberA, View: residence.Registered}, want("王守山")},
			{wide, overview.ResidentFilter{Sex: "2"}, want("陈桂兰", "覃丽", "王秀英", "张华")},
			{wide, overview.ResidentFilter{Sex: "2", Search: "王"}, want("王秀英")},
			{wide, overview.ResidentFilter{Separated: true}, want("王守山", "王建军", "陈桂兰", "覃丽", "覃小宝")},
			{clerk, overview.ResidentFilter{Separated: true, View: residence.Registered}, want("王守山", "王建军", "陈桂兰", "覃丽", "覃小宝")},
			{clerk, overview.ResidentFilter{Separated: true}, ""},
			{clerk, overview.ResidentFilter{Separated: true, View: residence.Registered, Search: "王", Sex: "1"}, want("王守山", "王建军")},
			{wide, overview.ResidentFilter{Separated: true, Search: "wangjianjun", Sex: "1"}, want("王建军")},
			{wide, overview.ResidentFilter{Under: there, Search: "王"}, want("王守山", "王建军")},
			{wide, overview.ResidentFilter{Under: far, Search: "w"}, want("王守山", "王建军")},
			{wide, overview.ResidentFilter{Under: origin + "001"}, want("李大山", "王秀英", "张华")},
		} {
			for _, limit := range []int{0, 1, 2} {
				tt.f.Limit = limit
				if got := sorted(w.names(t, tt.by, tt.f)); got != tt.want {
					t.Errorf("%s %+v: %q, want %q", tt.by.Kind, tt.f, got, tt.want)
				}
			}
		}
	})
}

// TestOtherView: who is searched for is found in either view, those of the view that
// was asked for first; without a search a list stays what it is.
func TestOtherView(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		home, there := as(actor.VillageClerk, origin), as(actor.VillageClerk, far)
		for _, tt := range []struct {
			by    actor.Actor
			f     overview.ResidentFilter
			want  string
			other int
		}{
			{as(actor.VillageClerk, hidden), overview.ResidentFilter{Search: "王"}, "", 0},
			{as(actor.VillageClerk, hidden), overview.ResidentFilter{Search: "610929001"}, "", 0},
			{home, overview.ResidentFilter{Search: "王建军"}, "王建军", 1}, // lives elsewhere
			{home, overview.ResidentFilter{Search: "wjj"}, "王建军", 1},
			{home, overview.ResidentFilter{Search: "王"}, "王秀英 王守山 王建军", 2},
			{home, overview.ResidentFilter{Search: "王", View: residence.Registered}, "王守山 王建军 王秀英", 0},
			{there, overview.ResidentFilter{Search: "王", View: residence.Registered}, "王守山 王建军", 2},
			{there, overview.ResidentFilter{Search: "610929001", Under: hidden}, "", 0},
			{home, overview.ResidentFilter{Search: "王", Limit: 1}, "王秀英 王守山", 1}, // and one more
		} {
			page, err := w.Residents(t.Context(), tt.by, tt.f)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, r := range page.Rows {
				names = append(names, r.Name)
			}
			if got := strings.Join(names, " "); got != tt.want || page.Other != tt.other || page.Cut != (tt.f.Limit == 1) || page.Count != map[bool]int64{true: -1, false: int64(len(names))}[page.Cut] {
				t.Errorf("%s %+v: %q, the last %d from the other view, %d in all; want %q, %d", tt.by.Kind, tt.f, got, page.Other, page.Count, tt.want, tt.other)
			}
		}
	})
}

// A part of an address and the number of a booklet find whoever lives there and holds
// it, for those alone who may see the address or the booklet, and log no other.
func TestFoundByAddressAndBooklet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		number, err := ident.NewBookletNumber("610929", 2026, 7)
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update booklet set number = $1 where household_id = $2`, string(number), string(w.home["王守山"]))
			return err
		})
		seen := 0
		household := want("王守山", "王建军", "陈桂兰")
		registered := func(text string) overview.ResidentFilter {
			return overview.ResidentFilter{View: residence.Registered, Search: text}
		}
		for _, tt := range []struct {
			by   actor.Actor
			f    overview.ResidentFilter
			want string
		}{
			{as(actor.CivilAffairs, county), overview.ResidentFilter{Search: "8号楼"}, ""},
			{as(actor.VillageClerk, origin), registered("8号楼"), ""},
			{as(actor.VillageClerk, origin), registered("暗香苑"), ""},
			{as(actor.GridWorker, third+"001001"), overview.ResidentFilter{Search: "8号楼"}, ""},
			{as(actor.GridWorker, origin+"001"), registered(string(number)), ""},
			{as(actor.GridWorker, third+"001001"), overview.ResidentFilter{Search: string(number)}, ""},
			{as(actor.Registrar, there), overview.ResidentFilter{Search: "610929-26-000008-0"}, ""},
			{as(actor.Registrar, there), overview.ResidentFilter{Search: "8"}, ""},
			{as(actor.Registrar, there), overview.ResidentFilter{Search: "9号楼"}, ""},
			{as(actor.Registrar, there), overview.ResidentFilter{Search: "8_楼"}, ""},
			{as(actor.Registrar, there), overview.ResidentFilter{Search: "8号楼"}, household},
			{as(actor.Registrar, there), overview.ResidentFilter{Search: " 同心社区  302 "}, household},
			{as(actor.GridWorker, far+"001"), overview.ResidentFilter{Search: "302室"}, household},
			{as(actor.CountyPolice, county), registered("8号楼"), household},
			{as(actor.CountyPolice, county), overview.ResidentFilter{Search: "8号楼", Under: hidden}, ""},
			{as(actor.Registrar, there), overview.ResidentFilter{Search: string(number)}, household},
			{as(actor.Registrar, there), overview.ResidentFilter{Search: strings.ReplaceAll(string(number), "-", "")}, household},
		} {
			for _, limit := range []int{0, 1, 2} {
				tt.f.Limit = limit
				if got := sorted(w.names(t, tt.by, tt.f)); got != tt.want {
					t.Errorf("%s %+v: %q, want %q", tt.by.Kind, tt.f, got, tt.want)
				}
				page, err := w.Residents(t.Context(), tt.by, tt.f)
				if err != nil || tt.want == "" && (page.Next != "" || page.Booklet != "") {
					t.Errorf("%s %+v tells by its pages: next %q, booklet %q, %v", tt.by.Kind, tt.f, page.Next, page.Booklet, err)
				}
				if _, err := ident.ParseBookletNumber(tt.f.Search); (err == nil && tt.want != "") != (page.Booklet != "") {
					t.Errorf("%s %+v leads to %q", tt.by.Kind, tt.f, page.Booklet)
				}
			}
			if n := w.shown(t); (n > seen) != (tt.want != "") {
				t.Errorf("%s %+v: %d pages showed somebody by then, %d before", tt.by.Kind, tt.f, n, seen)
			} else {
				seen = n
			}
		}
	})
}

// A row shows what the relation opens and no more, and never the last four.
func TestRows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		row := func(by actor.Actor, view string) overview.ResidentRow {
			t.Helper()
			page, err := w.Residents(t.Context(), by, overview.ResidentFilter{View: view, Search: "王守山"})
			if err != nil || len(page.Rows) != 1 || page.Count != 1 {
				t.Fatalf("%s: %+v, %v", by.Kind, page, err)
			}
			r := page.Rows[0]
			if text := fmt.Sprint(r.Name, r.Number, r.Phone, r.Address, r.Living, r.Grid, r.Registered); strings.Contains(text, "0016") || strings.Contains(text, numberA[6:14]) || strings.Contains(text, phoneA) {
				t.Errorf("%s reads the number or the phone: %s", by.Kind, text)
			}
			if r.PersonID != w.id["王守山"] || r.HouseholdID != w.home["王守山"] || r.Sex != "1" || r.Age != 65 || r.Number != "6109*************6" ||
				r.Living != "中厂镇同心社区" || r.Grid != "同心一网格" || r.Registered != "城关镇幸福村" || !r.Separated || r.Booklet != "applied" {
				t.Errorf("%s: %+v", by.Kind, r)
			}
			return r
		}
		for _, tt := range []struct {
			by             actor.Actor
			view           string
			phone, address string
		}{
			{as(actor.CivilAffairs, county), "", "", ""},
			{as(actor.GridWorker, origin+"001"), residence.Registered, "", ""},
			{as(actor.VillageClerk, origin), residence.Registered, "", ""},
			{as(actor.GridWorker, far+"001"), "", "138****1234", "8号楼302室"},
			{as(actor.Registrar, there), "", "138****1234", "8号楼302室"},
		} {
			if r := row(tt.by, tt.view); r.Phone != tt.phone || r.Address != tt.address {
				t.Errorf("%s: phone %q, address %q", tt.by.Kind, r.Phone, r.Address)
			}
		}
	})
}

// One look for a page, naming all whom it shows and nobody else; the count is
// of all pages.
func TestListIsLogged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.VillageClerk, far)
		page, err := w.Residents(t.Context(), by, overview.ResidentFilter{Limit: 2})
		if err != nil || len(page.Rows) != 2 || page.Next == "" || page.Count != 3 {
			t.Fatalf("%d rows of %d, next %q, %v", len(page.Rows), page.Count, page.Next, err)
		}
		looks, err := w.DB.Looks(t.Context(), "", 10)
		if err != nil || len(looks) != 1 {
			t.Fatalf("%d looks, %v", len(looks), err)
		}
		var subjects []string
		for _, r := range page.Rows {
			subjects = append(subjects, "person/"+string(r.PersonID))
		}
		if l := looks[0]; l.Action != string(policy.HouseholdRead) || l.For != "resident.list" || l.Account != "me" || l.Subjects != strings.Join(subjects, " ") {
			t.Errorf("the log says %+v, want %v", l, subjects)
		}
		nobody, err := w.Residents(t.Context(), by, overview.ResidentFilter{Search: "没有"})
		if err != nil || len(nobody.Rows) != 0 || nobody.Count != 0 {
			t.Errorf("%+v, %v", nobody, err)
		}
		if looks, err = w.DB.Looks(t.Context(), "", 10); err != nil || len(looks) != 2 {
			t.Errorf("a search that found nobody is not logged: %v, %v", looks, err)
		}
	})
}

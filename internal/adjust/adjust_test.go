package adjust_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/adjust"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county   = "610929"
	town     = "610929100"    // 城关镇
	village  = "610929100203" // 清风村
	namesake = "610929100002" // 清风社区, in the same town
	far      = "610929101001" // 同心社区
	fresh    = "610929100299"
)

var affairs = actor.Actor{Account: "mz", Name: "张燕", Kind: actor.CivilAffairs, Paths: []string{county}, Office: "县民政局"}

// A world is three villages with two groups and two grids each, six households
// in each of them; 清风村 has one who lives in no grid, and one who moved away.
type world struct {
	*adjust.Service
	people *overview.Service
	homes  map[string]household.ID // by village and number
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Service: &adjust.Service{DB: d}, people: &overview.Service{DB: d, Keys: seal.FromSeed(1)}}
		dbtest.Given(t, d, w.given)
		f(t, w)
	})
}

func (w *world) given(tx *db.Tx) error {
	w.homes = map[string]household.ID{}
	if err := division.Install(tx); err != nil {
		return err
	}
	for i, v := range []string{village, namesake, far} {
		for n := range 2 {
			no := fmt.Sprintf("%02d", n+1)
			code := fmt.Sprintf("%s%03d", v, n+1)
			if err := division.InsertGroup(tx, division.Group{Village: v, No: no, Name: []string{"一组", "二组"}[n], ValidFrom: "2003-01-01", ValidTo: calendar.Forever}); err != nil {
				return err
			}
			if err := db.Insert(tx, "grid", grid.Grid{Code: code, Village: v, Name: code, ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
				return err
			}
			if err := db.Insert(tx, "grid_part", grid.Part{Grid: code, Village: v, GroupNo: no}); err != nil {
				return err
			}
			for k, p := range map[actor.Kind]string{actor.GridWorker: code, actor.GridLeader: v, actor.VillageClerk: v} {
				id := account.ID(fmt.Sprint(k, i, n))
				if err := account.Insert(tx, account.Account{ID: id, Login: string(id), Name: "甲", State: "active", Version: 1}); err != nil {
					return err
				}
				if _, err := account.Appoint(tx, account.Post{AccountID: id, Kind: k, Path: p, ValidFrom: "2025-01-01"}); err != nil {
					return err
				}
			}
		}
		for n := range 6 {
			if err := w.family(tx, v, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) family(tx *db.Tx, v string, n int) error {
	no := []string{"01", "02"}[n%2]
	path := fmt.Sprintf("%s%03d", v, n%2+1)
	if n == 5 {
		path = v + "000"
	}
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: v, GroupNo: no, Text: fmt.Sprint(v, no, n, "号"), State: dwelling.Approved})
	if err != nil {
		return err
	}
	house, err := dwelling.HouseAt(tx, a.ID, "farmhouse")
	if err != nil {
		return err
	}
	h, err := household.Insert(tx, household.Household{RegisterNo: fmt.Sprint(v[6:], n), Kind: household.Family, Village: v, GroupNo: no, AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	w.homes[fmt.Sprint(v, n)] = h.ID
	p, err := person.Insert(tx, w.people.Keys, person.Draft{Name: "王" + string([]rune("甲乙丙丁戊己")[n]), Sex: "1", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	if _, err := residence.Register(tx, p.ID, h.ID, path, "02", "2010-01-01", "test"); err != nil {
		return err
	}
	if err := residence.Relocate(tx, h.ID, []person.ID{p.ID}, path, house.ID, "2010-01-01", "test"); err != nil {
		return err
	}
	if v == village && n == 4 {
		if err := residence.Relocate(tx, h.ID, []person.ID{p.ID}, far+"001", "", "2020-01-01", "test"); err != nil {
			return err
		}
	}
	for relation, path := range map[string]string{residence.Registered: path, residence.Living: path} {
		if err := grid.Bind(tx, h.ID, relation, path, "2024-01-01", ""); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`insert into matter (id, number, category, text, path, household_id, reporter, reporter_name, reported_at, state, level, level_since, version)
		values ($1, $1, 'other', '漏水', $2, $3, 'x', 'x', 1, 'accepted', 2, 1, 1)`, "matter"+path+fmt.Sprint(n), path, string(h.ID))
	return err
}

// sees is everybody an actor can list, living and registered there, in the eyes
// of a program that has kept nothing.
func (w *world) sees(t *testing.T, by actor.Actor) string {
	t.Helper()
	fresh := &overview.Service{DB: w.DB, Keys: w.people.Keys}
	var all []string
	for _, view := range []string{residence.Living, residence.Registered} {
		p, err := fresh.Residents(t.Context(), by, overview.ResidentFilter{View: view, Limit: 200})
		if fault.KindOf(err) == fault.Forbidden {
			return "forbidden"
		}
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range p.Rows {
			ids = append(ids, fmt.Sprint(r.PersonID, r.Phone != "", r.Address != "", r.Booklet))
		}
		slices.Sort(ids)
		all = append(all, fmt.Sprint(view, ids))
	}
	return strings.Join(all, "\n")
}

// scopes is what everybody sees: posts of each sort of sight, over every area.
func (w *world) scopes(t *testing.T, areas []string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for i, area := range areas {
		for _, k := range []actor.Kind{actor.GridWorker, actor.GridLeader, actor.SectionLeader, actor.GeneralLeader, actor.Registrar, actor.VillageClerk, actor.Agriculture, actor.SystemAdmin} {
			all[fmt.Sprint(k, i)] = w.sees(t, actor.Actor{Account: "x", Name: "x", Kind: k, Paths: []string{area}})
		}
	}
	return all
}

// called is what a code was the name of on a day, "" for nothing.
func (w *world) called(t *testing.T, code, on string) string {
	t.Helper()
	var d division.Division
	err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) { d, err = division.Get(tx, code, calendar.Date(on)); return err })
	if err != nil && fault.KindOf(err) != fault.NotFound {
		t.Fatal(err)
	}
	return d.Name
}

func (w *world) do(t *testing.T, r adjust.Request) adjust.Act {
	t.Helper()
	a, err := w.Record(t.Context(), affairs, "", r)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	return a
}

func request(k adjust.Kind) adjust.Request {
	return adjust.Request{Kind: k, Village: village, Consent: "村民会议2025年12月通过", On: "2026-01-01", Document: "白政发〔2026〕1号"}
}

func TestWrongPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := request(adjust.CreateGroup)
		r.Name = "三组"
		for _, by := range []actor.Actor{{}, {Kind: "mayor", Paths: []string{county}}, {Kind: actor.VillageClerk, Paths: []string{village}}, {Kind: actor.Chief, Paths: []string{county}},
			{Kind: actor.SystemAdmin, Paths: []string{county}}, {Kind: actor.CountyPolice, Paths: []string{county}}, {Kind: actor.CivilAffairs, Paths: []string{"610922"}}} {
			if _, err := w.Record(t.Context(), by, "", r); fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s over %v: %v", by.Kind, by.Paths, err)
			}
		}
		r.Kind, r.Into = adjust.MergeVillage, "610922100001"
		if _, err := w.Record(t.Context(), affairs, "", r); fault.KindOf(err) != fault.NotFound {
			t.Errorf("into another county: %v", err)
		}
		if _, err := w.History(t.Context(), actor.Actor{}, village, ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the history, for nobody: %v", err)
		}
	})
}

// TestRefused: each field says what is wrong with it; nothing is done by halves.
func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		whole := adjust.Request{Kind: adjust.Divide, Village: village, Groups: []string{"01"}, Code: fresh, Name: "新民社区", VillageIs: division.CommunityVillage, Founding: "分村组建", Consent: "村民会议2025年12月通过", On: "2026-01-01", Document: "白政发〔2026〕1号"}
		for name, tt := range map[string]struct {
			field string
			spoil func(r *adjust.Request)
		}{
			"no kind":                  {"kind", func(r *adjust.Request) { r.Kind = "conquer" }},
			"by its name alone":        {"village", func(r *adjust.Request) { r.Village = "清风村" }},
			"a town":                   {"village", func(r *adjust.Request) { r.Village = town }},
			"no document":              {"document", func(r *adjust.Request) { r.Document = " " }},
			"no day":                   {"on", func(r *adjust.Request) { r.On = "2026-02-30" }},
			"a day to come":            {"on", func(r *adjust.Request) { r.On = "2026-03-05" }},
			"before it was there":      {"on", func(r *adjust.Request) { r.On = "2023-06-30" }},
			"no group":                 {"groups", func(r *adjust.Request) { r.Groups = nil }},
			"no such group":            {"groups", func(r *adjust.Request) { r.Groups = []string{"01", "09"} }},
			"a short code":             {"code", func(r *adjust.Request) { r.Code = "61092910021" }},
			"a code once used":         {"code", func(r *adjust.Request) { r.Code = namesake; r.VillageIs = division.ResidentsCommittee }},
			"in no town":               {"code", func(r *adjust.Request) { r.Code = "610929999210" }},
			"a committee's code":       {"code", func(r *adjust.Request) { r.Code = town + "009" }},
			"a village's code":         {"code", func(r *adjust.Request) { r.VillageIs = division.ResidentsCommittee }},
			"no consent":               {"consent", func(r *adjust.Request) { r.Consent = "" }},
			"another founding":         {"founding", func(r *adjust.Request) { r.Founding = "自愿组建" }},
			"into itself":              {"into", func(r *adjust.Request) { r.Kind, r.Into = adjust.MergeVillage, village }},
			"a group into itself":      {"into", func(r *adjust.Request) { r.Kind, r.Into = adjust.MergeGroups, "01" }},
			"the same name":            {"name", func(r *adjust.Request) { r.Kind, r.Name = adjust.RenameVillage, "清风村" }},
			"a group of the same name": {"name", func(r *adjust.Request) { r.Kind, r.Name = adjust.CreateGroup, "二组" }},
			"groups of two grids":      {"groups", func(r *adjust.Request) { r.Kind, r.Into = adjust.MergeGroups, "02" }},
			"an inhabited group":       {"groups", func(r *adjust.Request) { r.Kind = adjust.AbolishGroup }},
			"an inhabited village":     {"village", func(r *adjust.Request) { r.Kind = adjust.Abolish }},
		} {
			r := whole
			tt.spoil(&r)
			_, err := w.Record(t.Context(), affairs, "", r)
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid && r.Village == village || f.Kind == fault.Invalid && !fault.Fields(f.Fields).Has(tt.field) {
				t.Errorf("%s: %v, want a word about %s", name, err, tt.field)
			}
		}
	})
}

// TestStraddlingGrid: a grid of which only a part would go over is divided first.
func TestStraddlingGrid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			return db.Insert(tx, "grid_part", grid.Part{Grid: village + "001", Village: village, GroupNo: "", Building: "3号楼"})
		})
		before := w.scopes(t, []string{county, village})
		_, err := w.Record(t.Context(), affairs, "", adjust.Request{Kind: adjust.Divide, Village: village, Groups: []string{"01"}, Code: fresh, Name: "新民社区", VillageIs: division.CommunityVillage, Founding: "分村组建", Consent: "村民会议2025年12月通过", On: "2026-01-01", Document: "1号"})
		if f := fault.Of(err); f == nil || !fault.Fields(f.Fields).Has("groups") {
			t.Errorf("divided: %v", err)
		}
		h, err := w.History(t.Context(), affairs, fresh, "")
		if fault.KindOf(err) != fault.NotFound || len(h.Meanings) > 0 {
			t.Errorf("half of it is there: %+v, %v", h, err)
		}
		same(t, before, w.scopes(t, []string{county, village}))
	})
}

// leaders takes the leaders of some areas out: their sight is their whole
// village and it is another village now.
func leaders(before, after map[string]string, areas ...int) {
	for _, i := range areas {
		for _, k := range []actor.Kind{actor.GridLeader, actor.SectionLeader} {
			delete(before, fmt.Sprint(k, i))
			delete(after, fmt.Sprint(k, i))
		}
	}
}

func same(t *testing.T, before, after map[string]string) {
	t.Helper()
	some := 0
	for who, saw := range before {
		if after[who] != saw {
			t.Errorf("%s saw\n%s\nand now\n%s", who, saw, after[who])
		}
		if strings.Contains(saw, "-") {
			some++
		}
	}
	if some < 8 {
		t.Errorf("only %d actors saw anybody: nothing is compared", some)
	}
}

// TestRecode: a village gets another code; whatever the post, whatever the
// area, everybody sees exactly whom they saw; the old code still resolves on
// the days it was valid, and the past is shown by its name of then.
func TestRecode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.scopes(t, []string{county, town, village, village + "001", village + "002", namesake, far, far + "001"})
		r := request(adjust.Recode)
		r.Code, r.Name, r.VillageIs = fresh, "新风社区", division.CommunityVillage
		a := w.do(t, r)
		same(t, before, w.scopes(t, []string{county, town, fresh, fresh + "001", fresh + "002", namesake, far, far + "001"}))
		if p := a.Proved(); p.Rows < 40 || p.Posts < 6 || p.People == 0 || p.Ended != 0 {
			t.Errorf("the proof: %+v", p)
		}
		for area, want := range w.scopes(t, []string{village}) {
			if strings.Contains(want, "-") {
				t.Errorf("%s still sees somebody under the old code: %s", area, want)
			}
		}
		for _, tt := range []struct {
			code, on, want string
		}{{village, "2025-12-31", "清风村"}, {village, "2026-01-01", ""}, {fresh, "2026-01-01", "新风社区"}, {fresh, "2025-12-31", ""}, {namesake, "2026-01-01", "清风社区"}} {
			got := w.called(t, tt.code, tt.on)
			if got != tt.want {
				t.Errorf("%s on %s is %q, want %q", tt.code, tt.on, got, tt.want)
			}
		}
		police := actor.Actor{Account: "x", Name: "x", Kind: actor.CountyPolice, Paths: []string{county}}
		for on, want := range map[calendar.Date]string{"2025-01-01": "城关镇清风村", "2026-02-01": "城关镇新风社区"} {
			p, err := (&overview.Service{DB: w.DB, Keys: w.people.Keys}).HouseholdAt(t.Context(), police, w.homes[village+"0"], residence.When{On: on})
			if err != nil || p.Registered != want {
				t.Errorf("on %s registered in %q, want %q, %v", on, p.Registered, want, err)
			}
		}
		for on, want := range map[calendar.Date]bool{"2025-12-31": true, "2026-01-01": false} {
			h, err := w.History(t.Context(), affairs, town, on)
			if err != nil {
				t.Fatal(err)
			}
			has := func(code string) bool {
				return slices.ContainsFunc(h.Below, func(d division.Division) bool { return d.Code == code })
			}
			if has(village) != want || has(fresh) == want || !has(namesake) {
				t.Errorf("the town on %s has %v", on, h.Below)
			}
		}
		h, err := w.History(t.Context(), affairs, village, "2025-01-01")
		if err != nil || h.Division.Name != "清风村" || len(h.Acts) != 1 || h.Acts[0].Document != r.Document || h.Meanings[0].ReplacedBy != fresh || len(h.Groups) != 2 {
			t.Errorf("the history: %+v, %v", h, err)
		}
	})
}

// TestMergeVillage: who answers for a grid, a town or the county sees whom they
// saw; the posts over the village are over with it, and the other village's see
// both.
func TestMergeVillage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		areas := []string{county, town, village + "001", village + "002", namesake + "001", far}
		before := w.scopes(t, areas)
		clerk := actor.Actor{Account: "x", Name: "x", Kind: actor.VillageClerk, Paths: []string{namesake}}
		both := clerk
		both.Paths = []string{village, namesake}
		saw := w.sees(t, both)
		r := request(adjust.MergeVillage)
		r.Into = namesake
		a := w.do(t, r)
		areas[2], areas[3] = namesake+"003", namesake+"004" // 001 and 002 are there
		after := w.scopes(t, areas)
		leaders(before, after, 2, 3, 4)
		same(t, before, after)
		leader := actor.Actor{Account: "x", Name: "x", Kind: actor.GridLeader, Paths: []string{namesake + "004"}}
		if got, want := w.sees(t, leader), w.sees(t, clerk); got != want {
			t.Errorf("a leader, whose sight is the village, sees\n%s\nwant\n%s", got, want)
		}
		if got := w.sees(t, clerk); got != saw {
			t.Errorf("the clerk of both sees\n%s\nwant\n%s", got, saw)
		}
		if p := a.Proved(); p.Ended != 4 || p.Rows < 40 {
			t.Errorf("the proof: %+v", p)
		}
		err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
			left, err := db.All[string](tx, `select path from post where path like $1 and superseded_at = 0 and valid_to = '9999-12-31'`, village+"%")
			if len(left) > 0 {
				t.Errorf("posts over a village that is no more: %v", left)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h, err := w.History(t.Context(), affairs, namesake, "")
		var groups []string
		for _, g := range h.Groups {
			groups = append(groups, g.No+g.Name)
		}
		if want := []string{"01一组", "02二组", "03清风村一组", "04清风村二组"}; err != nil || !slices.Equal(groups, want) {
			t.Errorf("the groups: %v, want %v, %v", groups, want, err)
		}
		if _, err := w.Record(t.Context(), affairs, "", r); fault.KindOf(err) != fault.Invalid {
			t.Errorf("merged twice: %v", err)
		}
	})
}

// TestDivide: a group with its grid becomes a community; what lies in no grid
// follows its household.
func TestDivide(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		areas := []string{county, town, village + "001", village + "002", namesake, far}
		before := w.scopes(t, areas)
		clerk := actor.Actor{Account: "x", Name: "x", Kind: actor.VillageClerk, Paths: []string{village}}
		saw := w.sees(t, clerk)
		w.do(t, adjust.Request{Kind: adjust.Divide, Village: village, Groups: []string{"02"}, Code: fresh, Name: "新民社区", VillageIs: division.CommunityVillage, Founding: "分村组建", Consent: "村民会议2025年12月通过", On: "2026-01-01", Document: "1号"})
		areas[3] = fresh + "002"
		after := w.scopes(t, areas)
		leaders(before, after, 2, 3)
		same(t, before, after)
		two := clerk
		two.Paths = []string{village, fresh}
		if got := w.sees(t, two); got != saw {
			t.Errorf("both clerks see\n%s\nwant\n%s", got, saw)
		}
		there := clerk
		there.Paths = []string{fresh}
		if n := strings.Count(w.sees(t, there), "-") / 4; n != 6 { // three registered, who live there too; one of them in no grid
			t.Errorf("%d of the community: %s", n, w.sees(t, there))
		}
		h, err := w.History(t.Context(), affairs, fresh, "")
		if err != nil || h.Division.Name != "新民社区" || len(h.Groups) != 1 || h.Groups[0].No != "02" || h.Acts[0].Founding != "分村组建" {
			t.Errorf("%+v, %v", h, err)
		}
		// Another village's group joins it: a community formed from several.
		areas = []string{county, town, namesake + "002", fresh + "002", far}
		before = w.scopes(t, areas)
		w.do(t, adjust.Request{Kind: adjust.Transfer, Village: namesake, Groups: []string{"02"}, Into: fresh, Consent: "村民会议2025年12月通过", On: "2026-01-02", Document: "2号"})
		areas[2] = fresh + "001"
		after = w.scopes(t, areas)
		leaders(before, after, 2, 3)
		same(t, before, after)
		if n := strings.Count(w.sees(t, there), "-") / 4; n != 12 {
			t.Errorf("%d of the community now", n)
		}
	})
}

// TestGroups: created, merged, abolished; who was registered in the one is in
// the other.
func TestGroups(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.scopes(t, []string{county, village, village + "001"})
		r := request(adjust.CreateGroup)
		r.Name = "三组"
		w.do(t, r)
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { // first one grid is made of both
			_, err := tx.Exec(`update grid_part set grid = $2 where village = $1`, village, village+"001")
			return err
		})
		r = request(adjust.MergeGroups)
		r.Groups, r.Into = []string{"02"}, "01"
		w.do(t, r)
		r = request(adjust.AbolishGroup)
		r.Groups, r.On = []string{"03"}, "2026-02-01"
		w.do(t, r)
		same(t, before, w.scopes(t, []string{county, village, village + "001"}))
		h, err := w.History(t.Context(), affairs, village, "")
		var got []string
		for _, g := range h.Groups {
			got = append(got, fmt.Sprint(g.No, g.Name, g.ValidFrom, g.ValidTo, g.ReplacedBy))
		}
		want := []string{"01一组2003-01-019999-12-31", "02二组2003-01-012026-01-01" + village + "01", "03三组2026-01-012026-02-01"}
		if err != nil || !slices.Equal(got, want) || len(h.Acts) != 3 {
			t.Errorf("%v, want %v; %d acts, %v", got, want, len(h.Acts), err)
		}
		err = w.DB.Read(t.Context(), func(tx *db.Tx) error {
			n, err := db.One[int64](tx, `select count(*) from household where village = $1 and group_no = '01'`, village)
			if n != 6 {
				t.Errorf("%d households in the group that stays, want 6", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestRename: the code stays, and stands for the old name on the days it had it.
func TestRename(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := request(adjust.RenameVillage)
		r.Name = "清和村"
		w.do(t, r)
		r = adjust.Request{Kind: adjust.CreateVillage, Code: fresh, Name: "新村", VillageIs: division.VillageCommittee, On: "2026-01-01", Document: "2号"}
		w.do(t, r)
		w.do(t, adjust.Request{Kind: adjust.Abolish, Village: fresh, On: "2026-02-01", Document: "3号"})
		for _, tt := range []struct {
			code, on, want string
		}{{village, "2025-12-31", "清风村"}, {village, "2026-01-01", "清和村"}, {fresh, "2026-01-31", "新村"}, {fresh, "2026-02-01", ""}} {
			got := w.called(t, tt.code, tt.on)
			if got != tt.want {
				t.Errorf("%s on %s is %q, want %q", tt.code, tt.on, got, tt.want)
			}
		}
	})
}

package community_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/community"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/proposal"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county   = "610929"
	town     = "610929100"    // 城关镇
	village  = "610929100203" // 清风村
	neighbor = "610929100205"
	farTown  = "610929101"
	far      = "610929101202"
	fresh    = "610929100299"
	today    = calendar.Date("2026-03-04")
)

func as(k actor.Kind, path, name string) actor.Actor {
	return actor.Actor{Account: name, Name: name, Kind: k, Paths: []string{path}, Office: "办公室"}
}

var (
	secretary = as(actor.GeneralLeader, town, "secretary")
	centre    = as(actor.TownCentre, town, "centre")
	clerk     = as(actor.VillageClerk, village, "clerk")
	clerk2    = as(actor.VillageClerk, neighbor, "clerk2")
	civil     = as(actor.CivilAffairs, county, "civil")
	civil2    = as(actor.CivilAffairs, county, "civil2")
	chief     = as(actor.CountyCentre, county, "chief")
	worker    = as(actor.GridWorker, village+"001", "worker")
	farther   = as(actor.GeneralLeader, farTown, "farther")
	admin     = as(actor.SystemAdmin, county, "admin")
)

// A world is three villages with two groups in one grid; 清风村 has a site of
// three households, one of them protected, and its neighbour an empty one.
type world struct {
	*community.Service
	t     *testing.T
	clock *dbtest.Clock
	keys  int
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{Service: &community.Service{DB: d}, t: t, clock: c}
		dbtest.Given(t, d, w.given)
		f(t, w)
	})
}

func (w *world) key() db.Key { w.keys++; return db.Key(fmt.Sprint("key ", w.keys)) }

func (w *world) given(tx *db.Tx) error {
	for _, install := range []func(*db.Tx) error{division.Install, community.InstallRules} {
		if err := install(tx); err != nil {
			return err
		}
	}
	for _, v := range []string{village, neighbor, far} {
		for n, name := range []string{"一组", "二组"} {
			no := fmt.Sprintf("%02d", n+1)
			if err := division.InsertGroup(tx, division.Group{Village: v, No: no, Name: name, ValidFrom: "2003-01-01", ValidTo: calendar.Forever}); err != nil {
				return err
			}
			code := fmt.Sprintf("%s%03d", v, n+1)
			if v == village {
				code = v + "001"
			}
			if v != village || n == 0 {
				if err := db.Insert(tx, "grid", grid.Grid{Code: code, Village: v, Name: code, ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
					return err
				}
			}
			if err := db.Insert(tx, "grid_part", grid.Part{Grid: code, Village: v, GroupNo: no}); err != nil {
				return err
			}
		}
	}
	for i, v := range []string{village, neighbor} {
		if err := db.Insert(tx, "site", division.Site{ID: fmt.Sprint("site", i), Village: v, Name: []string{"清风苑", "邻苑"}[i], Founding: "整村划转", OpenedOn: "2019-01-01"}); err != nil {
			return err
		}
	}
	for n := range 3 {
		if err := w.family(tx, n); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) family(tx *db.Tx, n int) error {
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: village, GroupNo: "01", SiteID: "site0", Text: fmt.Sprint("清风苑", n, "号"), State: dwelling.Approved})
	if err != nil {
		return err
	}
	house, err := dwelling.HouseAt(tx, a.ID, "farmhouse")
	if err != nil {
		return err
	}
	h, err := household.Insert(tx, household.Household{RegisterNo: fmt.Sprint(n), Kind: household.Family, Village: village, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	for m := range 2 {
		p, err := person.Insert(tx, seal.FromSeed(1), person.Draft{Name: "王" + string([]rune("甲乙丙丁戊己")[2*n+m]), Sex: "1", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		if _, err := residence.Register(tx, p.ID, h.ID, village+"001", []string{"02", "10"}[m], "2020-01-01", "test"); err != nil {
			return err
		}
		if err := residence.Relocate(tx, h.ID, []person.ID{p.ID}, village+"001", house.ID, "2020-01-01", "test"); err != nil {
			return err
		}
		if n == 2 {
			if _, err := residence.Protect(tx, p.ID, town); err != nil {
				return err
			}
		}
	}
	return nil
}

// wrong is the key of what is wrong with a field.
func wrong(err error, name string) string {
	if f := fault.Of(err); f != nil {
		for _, e := range f.Fields {
			if e.Name == name {
				return e.Key
			}
		}
	}
	return ""
}

func kind(err error) string {
	if err == nil {
		return "ok"
	}
	return string(fault.KindOf(err))
}

// TestPropose: the article's table, at each of its edges.
func TestPropose(t *testing.T) {
	r := community.First()
	for _, c := range []struct {
		households, members int64
		self, party, change string
	}{
		{0, 0, "attached", "attached", "再增300户，可联合设立；再增1000户，可单独设立"},
		{299, 9, "attached", "attached", "再增1户"},
		{300, 9, "joint", "attached", "再增700户，可单独设立；再减1户，改为挂靠"},
		{999, 9, "joint", "attached", "再增1户，可单独设立"},
		{1000, 3, "own", "alone", "再减1户，改为联合设立"},
		{1000, 2, "own", "joint", "再减1户"},
		{1234, -1, "own", "alone", "再减235户"},
	} {
		p := r.Propose(c.households, c.members)
		if p.Self != c.self || p.Party != c.party || !strings.HasPrefix(p.Change, c.change) {
			t.Errorf("%d households, %d members: %+v, want %s %s %s", c.households, c.members, p, c.self, c.party, c.change)
		}
		if n := fmt.Sprint(c.households, "户"); !strings.Contains(p.WhySelf, n) || !strings.Contains(p.WhyParty, n) {
			t.Errorf("%d households: %q, %q", c.households, p.WhySelf, p.WhyParty)
		}
	}
}

// TestSites: who lives in a site is counted, those who are protected are not; a
// form of another kind than proposed needs a reason.
func TestSites(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, {Account: "x", Kind: "mayor", Paths: []string{county}}, as(actor.AuditAdmin, county, "audit")} {
			if _, err := w.Sites(t.Context(), by, community.Filter{}); err == nil {
				t.Errorf("%q reads sites", by.Kind)
			}
			if _, err := w.Site(t.Context(), by, "site0"); err == nil {
				t.Errorf("%q reads a site", by.Kind)
			}
		}
		one, err := w.Sites(t.Context(), worker, community.Filter{Under: county, Limit: 1})
		if err != nil || len(one.Lines) != 1 || one.Next == "" || one.Sites != 2 {
			t.Fatalf("%+v, %v", one, err)
		}
		l := one.Lines[0]
		if l.Site.ID != "site0" || l.Households != 2 || l.People != 4 || l.Form.Self != "" || l.Proposed.Self != community.Attached || !l.Differs() {
			t.Errorf("%+v", l)
		}
		two, err := w.Sites(t.Context(), worker, community.Filter{Under: county, Limit: 1, After: one.Next})
		if err != nil || len(two.Lines) != 1 || two.Lines[0].Site.ID != "site1" || two.Next != "" {
			t.Errorf("%+v, %v", two, err)
		}
		if p, err := w.Sites(t.Context(), worker, community.Filter{Under: farTown}); err != nil || len(p.Lines) != 0 || p.Sites != 0 {
			t.Errorf("of another town: %+v, %v", p, err)
		}
		if n := one.Classes; n["rural"] != 24 || n["town"] != 11 || n["urban"] != 5 {
			t.Errorf("communities %v", n)
		}
		good := community.Form{SiteID: "site0", Party: community.Attached, Self: community.Attached, With: neighbor, Members: 1, Document: "白政函〔2026〕1号", ValidFrom: "2026-03-01"}
		for _, by := range []actor.Actor{{}, worker, clerk, secretary, centre, admin, as(actor.CivilAffairs, "610922", "elsewhere")} {
			if _, err := w.SetForm(t.Context(), by, "", good); kind(err) != "not_found" && kind(err) != "forbidden" {
				t.Errorf("%q sets a form: %v", by.Kind, err)
			}
		}
		for field, change := range map[string]func(*community.Form){
			"party": func(f *community.Form) { f.Party = "own" }, "self": func(f *community.Form) { f.Self = "" }, "with": func(f *community.Form) { f.With = "" },
			"members": func(f *community.Form) { f.Members = -1 }, "document": func(f *community.Form) { f.Document = " " }, "valid_from": func(f *community.Form) { f.ValidFrom = today.AddDays(1) },
			"reason": func(f *community.Form) { f.Self = community.Joint },
		} {
			bad := good
			change(&bad)
			if _, err := w.SetForm(t.Context(), civil, "", bad); wrong(err, field) == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.SetForm(t.Context(), civil, w.key(), good); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SetForm(t.Context(), civil, w.key(), good); wrong(err, "valid_from") != "community.form.before" {
			t.Errorf("on the same day again: %v", err)
		}
		if p, err := w.Sites(t.Context(), worker, community.Filter{Under: county, Differs: true}); err != nil || len(p.Lines) != 1 || p.Lines[0].Site.ID != "site1" {
			t.Errorf("that differ: %+v, %v", p.Lines, err)
		}
		next := good
		next.Self, next.Reason, next.ValidFrom = community.Joint, "与邻村同步换届", today
		if _, err := w.SetForm(t.Context(), chief, w.key(), next); err != nil {
			t.Fatal(err)
		}
		s, err := w.Site(t.Context(), clerk, "site0")
		if err != nil || len(s.Forms) != 2 || s.Form.Self != community.Joint || s.Forms[1].ValidTo != today || s.With == "" {
			t.Errorf("%+v, %v", s, err)
		}
		if p, err := w.Sites(t.Context(), worker, community.Filter{Under: county, Self: community.Joint}); err != nil || len(p.Lines) != 1 || p.Forms[community.Joint] != 1 {
			t.Errorf("joint: %+v, %v", p, err)
		}
	})
}

// TestRule: the sizes are data; who asks for others does not approve them, and
// they count from their day on.
func TestRule(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := community.RuleChange{PartyAlone: 3, PartyMembers: 1, Own: 2, Joint: 1, Basis: "白政发〔2026〕7号", Asked: proposal.Asked{ValidFrom: today.AddDays(10), Reason: "试点"}}
		for _, by := range []actor.Actor{{}, worker, secretary, clerk, admin} {
			if _, err := w.ProposeRule(t.Context(), by, "", c); err == nil {
				t.Errorf("%q proposes", by.Kind)
			}
		}
		bad := c
		bad.Joint, bad.PartyMembers, bad.Basis, bad.ValidFrom = 2, 0, "", today.AddDays(-1)
		_, err := w.ProposeRule(t.Context(), civil, "", bad)
		for _, field := range []string{"joint", "party_members", "basis", "valid_from"} {
			if wrong(err, field) == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		p, err := w.ProposeRule(t.Context(), civil, w.key(), c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ApproveRule(t.Context(), civil, "", p.ID); kind(err) != "forbidden" {
			t.Errorf("own: %v", err)
		}
		if _, err := w.ApproveRule(t.Context(), secretary, "", p.ID); err == nil {
			t.Error("the secretary approves")
		}
		if _, err := w.ApproveRule(t.Context(), civil2, w.key(), p.ID); err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{community.Attached, community.Own} { // the day before, and the day itself
			days := 9 + i
			w.clock.Set(today.AddDays(days).Start())
			if s, err := w.Site(t.Context(), clerk, "site0"); err != nil || s.Proposed.Self != want {
				t.Errorf("after %d days: %+v, %v", days, s.Proposed, err)
			}
		}
		if r, err := w.Rule(t.Context(), clerk); err != nil || r.Now.Own != 2 || len(r.Rows) != 2 || r.Rows[1].ValidTo != today.AddDays(10) {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// found is a founding as the secretary of the town proposes it.
func found(way string, groups map[string][]string) community.Request {
	return community.Request{Way: way, Code: fresh, Name: "新民社区", Kind: division.CommunityVillage, Class: "rural", Document: "城政发〔2026〕2号", Groups: groups}
}

var agreed = community.Consent{Village: village, MetOn: "2026-03-01", Entitled: 100, Present: 60, Agreed: 31, Resolution: "清风村村民会议决议"}

// TestFoundings: each of the four ways is carried out by the acts it comes to,
// once all have agreed and the county has approved.
func TestFoundings(t *testing.T) {
	for way, c := range map[string]struct {
		groups map[string][]string
		acts   []string
		names  []string // groups of the community after it
	}{
		community.Whole:    {map[string][]string{village: nil}, []string{"recode"}, []string{"一组", "二组"}},
		community.Divided:  {map[string][]string{neighbor: {"02"}}, []string{"divide"}, []string{"二组"}},
		community.Gathered: {map[string][]string{neighbor: {"02"}, far: {"01"}}, []string{"divide", "transfer_groups"}, []string{"二组", "一组"}},
		community.Dissolve: {map[string][]string{village: {"01", "02"}}, []string{"merge_groups", "divide"}, []string{"一组"}},
	} {
		t.Run(way, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				secretary := secretary
				secretary.Paths = []string{town, farTown}
				f, err := w.Propose(t.Context(), secretary, w.key(), found(way, c.groups))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := w.Approve(t.Context(), civil, "", f.ID, community.Approval{Document: "白政函〔2026〕5号", On: today}); fault.Of(err) == nil || fault.Of(err).Key != "community.founding.no_consent" {
					t.Errorf("before anybody has agreed: %v", err)
				}
				for v := range c.groups {
					r := agreed
					r.Village = v
					if _, err := w.Consent(t.Context(), secretary, w.key(), f.ID, r); err != nil {
						t.Fatal(err)
					}
				}
				asked := false
				w.Guard = func(tx *db.Tx, on calendar.Date, act func() error) error { asked = true; return act() }
				if f, err = w.Approve(t.Context(), civil, w.key(), f.ID, community.Approval{Document: "白政函〔2026〕5号", On: today}); err != nil || f.State != community.Done || !asked {
					t.Fatalf("%+v, asked %v, %v %v", f, asked, err, fault.Of(err))
				}
				err = w.DB.Read(t.Context(), func(tx *db.Tx) error {
					x, err := division.Load(tx)
					if err != nil {
						return err
					}
					d, ok := x.Get(fresh)
					if !ok || d.Name != "新民社区" || d.Class != "rural" || d.ValidFrom != today {
						t.Errorf("%+v", d)
					}
					var names []string
					for _, g := range x.Groups(fresh) {
						if g.ValidTo == calendar.Forever {
							names = append(names, g.Name)
						}
					}
					slices.Sort(names)
					want := slices.Sorted(slices.Values(c.names))
					if !slices.Equal(names, want) {
						t.Errorf("groups %v, want %v", names, want)
					}
					acts, err := db.All[string](tx, `select kind from division_act order by kind`)
					if err != nil || !slices.Equal(acts, slices.Sorted(slices.Values(c.acts))) {
						t.Errorf("acts %v, want %v, %v", acts, c.acts, err)
					}
					n, err := db.One[int64](tx, `select count(*) from division_act where consent like '%应到100人，到会60人，同意31人%' and document = '白政函〔2026〕5号'`)
					if err != nil || int(n) != len(c.acts) {
						t.Errorf("%d acts say who agreed, %v", n, err)
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := w.Refuse(t.Context(), civil, "", f.ID, "不妥"); kind(err) != "conflict" {
					t.Errorf("refused afterwards: %v", err)
				}
			})
		})
	}
}

// TestWrongFoundings begins with the wrong people, then with what is wrong.
func TestWrongFoundings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		good := found(community.Divided, map[string][]string{village: {"01", "02"}})
		for _, by := range []actor.Actor{{}, worker, clerk, civil, farther, admin} {
			if _, err := w.Propose(t.Context(), by, "", good); kind(err) != "not_found" && kind(err) != "forbidden" {
				t.Errorf("%q proposes: %v", by.Kind, err)
			}
		}
		elsewhere := found(community.Gathered, map[string][]string{village: {"01"}, far: {"01"}})
		if _, err := w.Propose(t.Context(), secretary, "", elsewhere); err == nil {
			t.Error("a village of another town is taken in")
		}
		for field, change := range map[string]func(*community.Request){
			"way": func(r *community.Request) { r.Way = "合并" }, "name": func(r *community.Request) { r.Name = "" }, "kind": func(r *community.Request) { r.Kind = division.VillageCommittee },
			"class": func(r *community.Request) { r.Class = "" }, "code": func(r *community.Request) { r.Code = village }, "document": func(r *community.Request) { r.Document = "" },
			"groups": func(r *community.Request) { r.Groups = map[string][]string{village: {"09"}} },
		} {
			bad := good
			change(&bad)
			if _, err := w.Propose(t.Context(), secretary, "", bad); wrong(err, field) == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		one := good
		one.Way = community.Gathered
		if _, err := w.Propose(t.Context(), secretary, "", one); wrong(err, "groups") != "community.founding.several" {
			t.Errorf("gathered from one: %v", err)
		}
		f, err := w.Propose(t.Context(), centre, w.key(), good)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Propose(t.Context(), secretary, "", good); kind(err) != "conflict" {
			t.Errorf("twice: %v", err)
		}
		for _, by := range []actor.Actor{{}, worker, clerk2, farther, civil} {
			if _, err := w.Consent(t.Context(), by, "", f.ID, agreed); kind(err) != "not_found" && kind(err) != "forbidden" {
				t.Errorf("%q notes the consent: %v", by.Kind, err)
			}
		}
		for field, change := range map[string]func(*community.Consent){
			"met_on": func(r *community.Consent) { r.MetOn = today.AddDays(1) }, "entitled": func(r *community.Consent) { r.Entitled = 0 }, "present": func(r *community.Consent) { r.Present = 50 },
			"agreed": func(r *community.Consent) { r.Agreed = 30 }, "resolution": func(r *community.Consent) { r.Resolution = "" },
		} {
			bad := agreed
			change(&bad)
			if _, err := w.Consent(t.Context(), clerk, "", f.ID, bad); wrong(err, field) == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		stale := agreed
		stale.MetOn = today.AddDays(-181) // half a year before it was proposed
		if _, err := w.Consent(t.Context(), clerk, "", f.ID, stale); wrong(err, "met_on") == "" {
			t.Errorf("of another time: %v", err)
		}
		w.clock.Move(30 * 24 * time.Hour) // the half year is counted from the proposal
		stale.MetOn, stale.Resolution = today.AddDays(-179), ""
		if _, err := w.Consent(t.Context(), clerk, "", f.ID, stale); wrong(err, "met_on") != "" {
			t.Errorf("noted a month later: %v", err)
		}
		w.clock.Move(-30 * 24 * time.Hour)
		other := agreed
		other.Village = neighbor
		if _, err := w.Consent(t.Context(), clerk2, "", f.ID, other); kind(err) != "not_found" {
			t.Errorf("of a village that it does not concern: %v", err)
		}
		if _, err := w.Consent(t.Context(), clerk, w.key(), f.ID, agreed); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Consent(t.Context(), clerk, "", f.ID, agreed); kind(err) != "conflict" {
			t.Errorf("noted twice: %v", err)
		}
		yes := community.Approval{Document: "白政函〔2026〕5号", On: today}
		for _, by := range []actor.Actor{{}, worker, clerk, secretary, centre, chief, admin} {
			if _, err := w.Approve(t.Context(), by, "", f.ID, yes); kind(err) != "not_found" && kind(err) != "forbidden" {
				t.Errorf("%q approves: %v", by.Kind, err)
			}
		}
		mine := civil
		mine.Account = centre.Account // the same person in another post
		if _, err := w.Approve(t.Context(), mine, "", f.ID, yes); kind(err) != "forbidden" {
			t.Errorf("one's own: %v", err)
		}
		for _, bad := range []community.Approval{{Document: "x", On: today.AddDays(1)}, {Document: "x", On: "2026-02-28"}, {On: today}} {
			if _, err := w.Approve(t.Context(), civil, "", f.ID, bad); kind(err) != "invalid" {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		w.Guard = func(tx *db.Tx, _ calendar.Date, act func() error) error {
			if err := act(); err != nil {
				return err
			}
			return fault.New(fault.Conflict, "network.check.refused", "holes", "x")
		}
		if _, err := w.Approve(t.Context(), civil, "", f.ID, yes); kind(err) != "conflict" {
			t.Errorf("what the network refuses: %v", err)
		}
		w.clock.Move(time.Minute)
		p, err := w.Founding(t.Context(), worker, f.ID)
		if err != nil || p.State != community.Waiting || len(p.Parts) != 1 || !p.Parts[0].Agrees() {
			t.Errorf("%+v, %v", p, err)
		}
		if _, err := w.Refuse(t.Context(), civil, w.key(), f.ID, " "); wrong(err, "answer") == "" {
			t.Errorf("refused without a word: %v", err)
		}
		if _, err := w.Refuse(t.Context(), civil, w.key(), f.ID, "材料不全"); err != nil {
			t.Fatal(err)
		}
		if all, _, err := w.Foundings(t.Context(), worker, community.Refused, "", 10); err != nil || len(all) != 1 || all[0].Answer != "材料不全" {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

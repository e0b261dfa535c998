package booklet_test

import (
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county = "610929"
	town   = "610929100"    // 城关镇: where the household is registered
	origin = "610929100207" // 幸福村
	there  = "610929101"    // 中厂镇: where it lives
	far    = "610929101001" // 同心社区
	third  = "610929102"    // 构朳镇
	number = "610929196102140016"
)

// A world is a county in which a household of three, registered in 幸福村, has
// moved to 中厂镇同心社区; the son stayed behind.
type world struct {
	*booklet.Service
	clock  *dbtest.Clock
	house  household.ID
	people []person.ID
	move   relocation.Move
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, in(t, d, c)) })
}

// alone is the world on one engine, for what no engine can change.
func alone(t *testing.T) *world {
	t.Helper()
	d, c := dbtest.SQLite(t)
	return in(t, d, c)
}

func in(t *testing.T, d *db.DB, c *dbtest.Clock) *world {
	t.Helper()
	keys := seal.FromSeed(1)
	blobs, err := blob.New(t.TempDir(), keys)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Service: &booklet.Service{DB: d, Keys: keys, Blobs: blobs}, clock: c}
	w.given(t)
	return w
}

func (w *world) given(t *testing.T) {
	t.Helper()
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		for _, f := range []func(*db.Tx) error{division.Install, relocation.InstallRules, entitlement.InstallRoutes, w.places, w.staff, w.family} {
			if err := f(tx); err != nil {
				return err
			}
		}
		return nil
	})
	w.move = w.moves(t, relocation.Request{Persons: w.people[:2], Village: far, Address: "幸福家园8号楼2单元302室", MovedOn: "2026-03-01"})
}

// moves registers a move by the police at the origin.
func (w *world) moves(t *testing.T, r relocation.Request) relocation.Move {
	t.Helper()
	r.HouseholdID, r.Programme, r.Answer = w.house, "poverty_relief", relocation.Stays
	m, err := (&relocation.Service{DB: w.DB, Keys: w.Keys}).Record(t.Context(), as(actor.Registrar, town), "", r)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (w *world) places(tx *db.Tx) error {
	for _, g := range []grid.Grid{{Code: origin + "001", Name: "幸福一网格"}, {Code: far + "001", Name: "同心一网格"}} {
		g.Village, g.ValidFrom, g.ValidTo, g.Version = g.Code[:12], "2024-01-01", calendar.Forever, 1
		if err := db.Insert(tx, "grid", g); err != nil {
			return err
		}
	}
	for _, p := range []grid.Part{{Grid: origin + "001", Village: origin, GroupNo: "01"}, {Grid: far + "001", Village: far, Building: "8号楼"}} {
		if err := db.Insert(tx, "grid_part", p); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) staff(tx *db.Tx) error {
	for _, s := range []struct {
		login, name, phone string
		kind               actor.Kind
		path               string
	}{
		{"worker", "李护林", "13800000001", actor.GridWorker, far + "001"},
		{"leader", "周网格", "13800000002", actor.GridLeader, far},
		{"home", "吴护路", "13800000003", actor.GridWorker, origin + "001"},
		{"police", "刘芳", "13800000004", actor.Registrar, there},
		{"clerk", "陈文", "13800000005", actor.VillageClerk, far},
		{"window", "郑窗", "13800000006", actor.TownWindow, town},
	} {
		a := account.Account{ID: account.ID(s.login), Login: s.login, Name: s.name, State: "active", Version: 1, PhoneSealed: w.Keys.Seal("account", "phone", s.login, []byte(s.phone))}
		if err := account.Insert(tx, a); err != nil {
			return err
		}
		if _, err := account.Appoint(tx, account.Post{AccountID: a.ID, Kind: s.kind, Path: s.path, ValidFrom: "2025-01-01"}); err != nil {
			return err
		}
	}
	return nil
}

// family has everything that a booklet must never say, and what it must.
func (w *world) family(tx *db.Tx) error {
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: origin, GroupNo: "01", Text: "白河县城关镇幸福村一组17号", State: dwelling.Approved})
	if err != nil {
		return err
	}
	house, err := dwelling.HouseAt(tx, a.ID, "farmhouse")
	if err != nil {
		return err
	}
	hh, err := household.Insert(tx, household.Household{RegisterNo: "610929012", Kind: household.Family, Village: origin, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	w.house, w.people = hh.ID, nil
	for _, m := range []struct {
		name, relation, sex, number string
		birth                       calendar.Date
	}{{"王守山", "02", "1", number, "1961-02-14"}, {"陈桂兰", "12", "2", "610929196308050024", "1963-08-05"}, {"王建军", "20", "1", "610929199005010010", "1990-05-01"}} {
		n, err := ident.ParseCitizenID(m.number, tx.Now())
		if err != nil {
			return err
		}
		p, err := person.Insert(tx, w.Keys, person.Draft{Name: m.name, Sex: m.sex, Birth: m.birth, Ethnicity: "01", Number: n, Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		w.people = append(w.people, p.ID)
		if _, err := residence.Register(tx, p.ID, hh.ID, origin+"001", m.relation, "2010-01-01", "test"); err != nil {
			return err
		}
	}
	if err := residence.Relocate(tx, hh.ID, w.people, origin+"001", house.ID, "2010-01-01", "test"); err != nil {
		return err
	}
	for _, r := range []string{residence.Registered, residence.Living} {
		if err := grid.Bind(tx, hh.ID, r, origin+"001", "2024-01-01", ""); err != nil {
			return err
		}
	}
	return w.rights(tx)
}

func (w *world) rights(tx *db.Tx) error {
	for i, e := range []entitlement.Entitlement{
		{Kind: "farmland", Side: entitlement.Origin, Path: origin, Amount: "承包地3.2亩", Evidence: "承包合同J0012"},
		{Kind: "subsistence", Side: entitlement.Origin, Path: origin, Amount: "低保A类每月480元", Evidence: "低保证2020号"},
		{Kind: "destitute", Side: entitlement.Living, Path: far, Amount: "特困供养全护理", Evidence: "特困证3号"},
		{Kind: "medical", Side: entitlement.Living, Path: far, Amount: "资助参保380元", Evidence: "医保电子凭证"},
		{Kind: "other_policy", Side: entitlement.Origin, Path: origin, Amount: "残疾补贴二级", Evidence: "残疾证"},
	} {
		e.ID, e.HouseholdID, e.State, e.ValidFrom, e.ValidTo, e.RecordedAt, e.Source = "e"+string(rune('0'+i)), w.house, "valid", "2017-12-01", calendar.Forever, 1, "test"
		if err := db.Insert(tx, "entitlement", e); err != nil {
			return err
		}
	}
	return nil
}

func as(kind actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(kind) + path, Name: "民警", Kind: kind, Paths: []string{path}, Office: "派出所"}
}

var (
	registrar = as(actor.Registrar, there)
	head      = as(actor.StationHead, there)
)

// reach brings a fresh booklet as far as a state.
func (w *world) reach(t *testing.T, state booklet.State) booklet.Booklet {
	t.Helper()
	b, err := w.Apply(t.Context(), registrar, "", w.move.ID)
	for _, step := range []struct {
		state booklet.State
		act   func() (booklet.Booklet, error)
	}{
		{booklet.Applied, nil},
		{booklet.Verified, func() (booklet.Booklet, error) { return w.Verify(t.Context(), registrar, "", b.ID) }},
		{booklet.Approved, func() (booklet.Booklet, error) { return w.Approve(t.Context(), head, "", b.ID) }},
		{booklet.Made, func() (booklet.Booklet, error) { return w.Make(t.Context(), registrar, "", b.ID) }},
		{booklet.Issued, func() (booklet.Booklet, error) { return w.HandOver(t.Context(), registrar, "", b.ID, "王守山") }},
	} {
		if step.act != nil && err == nil {
			b, err = step.act()
		}
		if err != nil {
			t.Fatalf("as far as %s: %v", step.state, err)
		}
		if step.state == state {
			return b
		}
	}
	t.Fatalf("no way to %s", state)
	return b
}

// count is one number from the county.
func (w *world) count(t *testing.T, query string, args ...any) (n int64) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) { n, err = db.One[int64](tx, query, args...); return err })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

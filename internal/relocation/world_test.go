package relocation_test

import (
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
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
	county   = "610929"
	town     = "610929100"          // 城关镇
	origin   = "610929100207"       // 幸福村
	sameTown = "610929100002"       // 清风社区
	farTown  = "610929101"          // 中厂镇
	far      = "610929101001"       // 同心社区
	third    = "610929102"          // 构朳镇
	closed   = "610929100299"       // a village that was abolished
	number   = "610929196102140016" // of the head
	home     = "陕西省白河县城关镇幸福村一组17号"
)

// A world is a county with one household of three that lives where it is
// registered, in 幸福村一组.
type world struct {
	*relocation.Service
	clock  *dbtest.Clock
	house  household.ID
	people []person.ID // 王守山, 陈桂兰, 王建军
	flat   string      // an approved flat in 清风社区
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{Service: &relocation.Service{DB: d, Keys: seal.FromSeed(1)}, clock: c}
		w.given(t)
		f(t, w)
	})
}

func (w *world) given(t *testing.T) {
	t.Helper()
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		w.people = nil
		for _, install := range []func(*db.Tx) error{division.Install, relocation.InstallRules, entitlement.InstallRoutes} {
			if err := install(tx); err != nil {
				return err
			}
		}
		if err := division.Insert(tx, division.Division{Code: closed, Name: "旧村", Parent: town, Level: division.Village, Kind: division.VillageCommittee, ValidFrom: "2010-01-01", ValidTo: "2020-01-01"}); err != nil {
			return err
		}
		for _, g := range []grid.Grid{{Code: origin + "001", Name: "幸福一网格"}, {Code: sameTown + "001", Name: "清风一网格"}, {Code: far + "001", Name: "同心一网格"}} {
			g.Village, g.ValidFrom, g.ValidTo, g.Version = g.Code[:12], "2024-01-01", calendar.Forever, 1
			if err := db.Insert(tx, "grid", g); err != nil {
				return err
			}
		}
		for _, p := range []grid.Part{{Grid: origin + "001", Village: origin, GroupNo: "01"}, {Grid: sameTown + "001", Village: sameTown, Building: "3号楼"}, {Grid: far + "001", Village: far, Building: "8号楼"}} {
			if err := db.Insert(tx, "grid_part", p); err != nil {
				return err
			}
		}
		if err := w.staff(tx); err != nil {
			return err
		}
		return w.family(tx)
	})
}

func (w *world) staff(tx *db.Tx) error {
	for login, p := range map[string]account.Post{
		"worker": {Kind: actor.GridWorker, Path: far + "001"}, "leader": {Kind: actor.GridLeader, Path: far}, "police": {Kind: actor.Registrar, Path: farTown},
	} {
		id := account.ID(login)
		a := account.Account{ID: id, Login: login, Name: "甲" + login, State: "active", Version: 1, PhoneSealed: w.Keys.Seal("account", "phone", login, []byte("13800000001"))}
		if err := account.Insert(tx, a); err != nil {
			return err
		}
		p.AccountID, p.ValidFrom = id, "2025-01-01"
		if _, err := account.Appoint(tx, p); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) family(tx *db.Tx) error {
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: origin, GroupNo: "01", Text: home, State: dwelling.Approved})
	if err != nil {
		return err
	}
	farmhouse, err := dwelling.HouseAt(tx, a.ID, "farmhouse")
	if err != nil {
		return err
	}
	flat, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: sameTown, Building: "3号楼", Text: "白河县城关镇清风社区天宝小区3号楼501室", State: dwelling.Approved})
	if err != nil {
		return err
	}
	h, err := dwelling.HouseAt(tx, flat.ID, "resettlement")
	if err != nil {
		return err
	}
	w.flat = h.ID
	hh, err := household.Insert(tx, household.Household{RegisterNo: "610929012", Kind: household.Family, Village: origin, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	w.house = hh.ID
	for _, m := range []struct {
		name, relation, sex string
		birth               calendar.Date
	}{{"王守山", "02", "1", "1961-02-14"}, {"陈桂兰", "12", "2", "1963-08-05"}, {"王建军", "20", "1", "1990-05-01"}} {
		d := person.Draft{Name: m.name, Sex: m.sex, Birth: m.birth, Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"}
		if m.relation == "02" {
			if d.Number, err = ident.ParseCitizenID(number, tx.Now()); err != nil {
				return err
			}
		}
		p, err := person.Insert(tx, w.Keys, d)
		if err != nil {
			return err
		}
		w.people = append(w.people, p.ID)
		if _, err := residence.Register(tx, p.ID, hh.ID, origin+"001", m.relation, "2010-01-01", "test"); err != nil {
			return err
		}
	}
	if err := residence.Relocate(tx, hh.ID, w.people, origin+"001", farmhouse.ID, "2010-01-01", "test"); err != nil {
		return err
	}
	for _, r := range []string{residence.Registered, residence.Living} {
		if err := grid.Bind(tx, hh.ID, r, origin+"001", "2024-01-01", ""); err != nil {
			return err
		}
	}
	return db.Insert(tx, "entitlement", entitlement.Entitlement{ID: "e1", HouseholdID: hh.ID, Kind: "farmland", Side: entitlement.Origin, Path: origin,
		Evidence: "承包合同J0012", Amount: "承包地3.2亩", State: "valid", ValidFrom: "2017-12-01", ValidTo: calendar.Forever, RecordedAt: 1, Source: "test"})
}

func as(kind actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(kind) + path, Name: "民警", Kind: kind, Paths: []string{path}, Office: "派出所"}
}

// toFar is the whole household moving to 中厂镇同心社区.
func (w *world) toFar() relocation.Request {
	return relocation.Request{HouseholdID: w.house, Village: far, Address: "幸福家园8号楼2单元302室", MovedOn: "2026-03-01", Programme: "poverty_relief", Answer: relocation.Stays}
}

// rows is a table as text, for asserting that nothing touched it.
func (w *world) rows(t *testing.T, query string, args ...any) (all []string) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) { all, err = db.All[string](tx, query, args...); return err })
	if err != nil {
		t.Fatal(err)
	}
	return all
}

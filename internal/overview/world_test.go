package overview_test

import (
	"fmt"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
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
	"anju/internal/matter"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county  = "610929"
	town    = "610929100"    // 城关镇: where everybody is registered
	origin  = "610929100207" // 幸福村
	there   = "610929101"    // 中厂镇
	far     = "610929101001" // 同心社区: where the 王 live
	unit    = "610929102"    // 构朳镇: whose police know
	hidden  = "610929102203" // 家朳村: where the 覃 hide
	third   = "610929103"
	numberA = "610929196102140016"
	phoneA  = "13800001234"
)

// A world is a county of four households registered in 幸福村: the 王 have moved
// to 中厂镇 with a booklet, the 覃 to 构朳镇, the 李 live at home, and so does 张,
// alone, in the house of the 李.
type world struct {
	*overview.Service
	house map[string]string       // by name of the head: the house they live in
	home  map[string]household.ID // by name of the head
	id    map[string]person.ID    // by name
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Service: &overview.Service{DB: d, Keys: seal.FromSeed(1)}}
		dbtest.Given(t, d, w.given)
		f(t, w)
	})
}

// again is the service with nothing kept.
func (w *world) again() *overview.Service { return &overview.Service{DB: w.DB, Keys: w.Keys} }

func (w *world) given(tx *db.Tx) error {
	w.house, w.home, w.id = map[string]string{}, map[string]household.ID{}, map[string]person.ID{}
	for _, f := range []func(*db.Tx) error{division.Install, relocation.InstallRules, entitlement.InstallRoutes, grids, w.staff, w.families, w.papers} {
		if err := f(tx); err != nil {
			return err
		}
	}
	return nil
}

func grids(tx *db.Tx) error {
	for code, name := range map[string]string{origin + "001": "幸福一网格", far + "001": "同心一网格", hidden + "001": "暗香网格"} {
		if err := db.Insert(tx, "grid", grid.Grid{Code: code, Village: code[:12], Name: name, ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) staff(tx *db.Tx) error {
	for _, s := range []struct {
		name string
		kind actor.Kind
		path string
	}{
		{"李护林", actor.GridWorker, far + "001"}, {"周网格", actor.GridLeader, far}, {"吴护路", actor.GridWorker, origin + "001"}, {"暗格员", actor.GridWorker, hidden + "001"},
	} {
		a := account.Account{ID: account.ID(s.name), Login: s.name, Name: s.name, State: "active", Version: 1, PhoneSealed: w.Keys.Seal("account", "phone", s.name, []byte("13900000001"))}
		if err := account.Insert(tx, a); err != nil {
			return err
		}
		if _, err := account.Appoint(tx, account.Post{AccountID: a.ID, Kind: s.kind, Path: s.path, ValidFrom: "2025-01-01", MadeOf: "公益性岗位"}); err != nil {
			return err
		}
	}
	return nil
}

type member struct {
	name, relation, sex, number string
	birth                       calendar.Date
}

func (w *world) families(tx *db.Tx) error {
	for _, f := range []struct {
		members []member
		path    string
		address string
		shares  string // the house of another head
	}{
		{[]member{{"王守山", "02", "1", numberA, "1961-02-14"}, {"王建军", "20", "1", "", "1990-05-01"}, {"陈桂兰", "12", "2", "610929196308050024", "1963-08-05"}}, far + "001", "白河县中厂镇同心社区8号楼302室", ""},
		{[]member{{"覃丽", "02", "2", "", "1985-08-05"}, {"覃小宝", "20", "1", "", "2015-08-05"}}, hidden + "001", "白河县构朳镇暗香苑9号", ""},
		{[]member{{"李大山", "02", "1", "", "1970-01-01"}, {"王秀英", "12", "2", "", "1972-01-01"}}, origin + "001", "", ""},
		{[]member{{"张华", "02", "2", "", "1999-01-01"}}, origin + "001", "", "李大山"},
	} {
		if err := w.family(tx, f.members, f.path, f.address, f.shares); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) family(tx *db.Tx, members []member, path, address, shares string) error {
	head, n := members[0].name, len(w.home)+1
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: origin, GroupNo: "01", Text: fmt.Sprintf("白河县城关镇幸福村一组%d号", n), State: dwelling.Approved})
	if err != nil {
		return err
	}
	hh, err := household.Insert(tx, household.Household{RegisterNo: fmt.Sprintf("61092900%d", n), Kind: household.Family, Village: origin, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	w.home[head] = hh.ID
	if address != "" {
		if a, err = dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: path[:12], Text: address, State: dwelling.Approved}); err != nil {
			return err
		}
	}
	house, err := dwelling.HouseAt(tx, a.ID, "resettlement")
	if err != nil {
		return err
	}
	w.house[head] = house.ID
	if shares != "" {
		w.house[head] = w.house[shares]
	}
	var ids []person.ID
	for _, m := range members {
		if err := w.person(tx, m, hh.ID); err != nil {
			return err
		}
		ids = append(ids, w.id[m.name])
	}
	const on = "2020-05-01"
	if err := residence.Relocate(tx, hh.ID, ids, path, w.house[head], on, "test"); err != nil {
		return err
	}
	if err := grid.Bind(tx, hh.ID, residence.Registered, origin+"001", on, ""); err != nil {
		return err
	}
	return grid.Bind(tx, hh.ID, residence.Living, path, on, "")
}

func (w *world) person(tx *db.Tx, m member, id household.ID) error {
	d := person.Draft{Name: m.name, Sex: m.sex, Birth: m.birth, Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"}
	if m.number != "" {
		n, err := ident.ParseCitizenID(m.number, tx.Now())
		if err != nil {
			return err
		}
		d.Number, d.NoNumberReason, d.Phone = n, "", phoneA
	}
	p, err := person.Insert(tx, w.Keys, d)
	if err != nil {
		return err
	}
	w.id[m.name] = p.ID
	_, err = residence.Register(tx, p.ID, id, origin+"001", m.relation, max(m.birth, "2010-01-01"), "test")
	return err
}

// papers are a move and a booklet of the two families who left, a right that
// stayed at the origin, and an open matter.
func (w *world) papers(tx *db.Tx) error {
	for i, f := range []struct{ head, path, address string }{{"王守山", far + "001", "白河县中厂镇同心社区8号楼302室"}, {"覃丽", hidden + "001", "白河县构朳镇暗香苑9号"}} {
		id := string(rune('a' + i))
		m := relocation.Move{Arrival: relocation.Accepted, ID: "move-" + id, Number: "n" + id, HouseholdID: w.home[f.head], Programme: "natural", MovedOn: "2020-05-01", FromPath: origin + "001", ToPath: f.path,
			ToAddress: f.address, Case: "other_town", Track: "booklet", Persons: "[]", RecordedBy: "刘芳", Source: "test", Version: 1}
		if err := db.Insert(tx, "move", m); err != nil {
			return err
		}
		b := booklet.Booklet{ID: booklet.ID("booklet-" + id), HouseholdID: w.home[f.head], MoveID: m.ID, Path: f.path, OriginPath: origin + "001", HeadName: f.head,
			State: booklet.Applied, AppliedBy: "x", Version: 1}
		if err := db.Insert(tx, "booklet", b); err != nil {
			return err
		}
		e := entitlement.Entitlement{ID: "right-" + id, HouseholdID: w.home[f.head], Kind: "farmland", Side: entitlement.Origin, Path: origin, Amount: "承包地3.2亩", Evidence: "J0012",
			State: "valid", ValidFrom: "2017-12-01", ValidTo: calendar.Forever, RecordedAt: 1, Source: "test"}
		if err := db.Insert(tx, "entitlement", e); err != nil {
			return err
		}
		e.ID, e.Amount, e.Evidence = e.ID+"2", "承包地1亩", "J0013"
		if err := db.Insert(tx, "entitlement", e); err != nil {
			return err
		}
		if _, err := tx.Exec(`insert into matter (id, number, category, text, path, household_id, reporter, reporter_name, reported_at, state, level, level_since, version)
			values ($1, $2, 'other', '漏水', $3, $4, 'x', 'x', 1, 'handled', 2, 1, 1)`, "matter-"+id, "matter-"+id, f.path, string(w.home[f.head])); err != nil {
			return err
		}
		leak, err := matter.Get(tx, matter.ID("matter-"+id))
		if err != nil {
			return err
		}
		if err := matter.Tally(tx, leak); err != nil {
			return err
		}
	}
	return nil
}

func as(k actor.Kind, paths ...string) actor.Actor {
	return actor.Actor{Account: "me", Name: "我", Kind: k, Paths: paths, Office: "单位"}
}

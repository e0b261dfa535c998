package network_test

import (
	"fmt"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/network"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county  = "610929"
	town    = "610929100"     // 城关镇
	village = "610929100207"  // 幸福村
	here    = village + "001" // with everybody
	next    = village + "002" // with a worker alone
	farTown = "610929101"
	far     = "610929101001"
	today   = calendar.Date("2026-03-04")
)

// people are those of the world, by account; each holds the posts given.
var people = []struct {
	login string
	posts []account.Post
}{
	{"worker", []account.Post{{Kind: actor.GridWorker, Path: here, MadeOf: "护林员"}}},
	{"second", []account.Post{{Kind: actor.GridWorker, Path: here, MadeOf: "公益性岗位"}, {Kind: actor.GridWorker, Path: next, MadeOf: "公益性岗位"}, {Kind: actor.VillageClerk, Path: village}}},
	{"leader", []account.Post{{Kind: actor.GridLeader, Path: here}}},
	{"section", []account.Post{{Kind: actor.SectionLeader, Path: village}}},
	{"general", []account.Post{{Kind: actor.GeneralLeader, Path: town}}},
	{"chief", []account.Post{{Kind: actor.Chief, Path: county}}},
	{"farleader", []account.Post{{Kind: actor.SectionLeader, Path: far}}},
	{"fargeneral", []account.Post{{Kind: actor.GeneralLeader, Path: farTown}}},
	{"police", []account.Post{{Kind: actor.Registrar, Path: town}}},
	{"centre", []account.Post{{Kind: actor.CountyCentre, Path: county}}},
	{"centre2", []account.Post{{Kind: actor.CountyCentre, Path: county}}},
	{"civil", []account.Post{{Kind: actor.CivilAffairs, Path: county}}},
	{"farms", []account.Post{{Kind: actor.Agriculture, Path: county}}},
	{"sysadmin", []account.Post{{Kind: actor.SystemAdmin, Path: county}}},
	{"audadmin", []account.Post{{Kind: actor.AuditAdmin, Path: county}}},
	{"spare", nil},
}

type world struct {
	*network.Service
	t        *testing.T
	accounts *account.Service
	matters  *matter.Service
	clock    *dbtest.Clock
	keys     int
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		k := seal.FromSeed(1)
		w := &world{&network.Service{DB: d, Keys: k}, t, &account.Service{DB: d, Keys: k, Ends: network.Ends, Guard: network.Guard}, &matter.Service{DB: d, Keys: k}, c, 0}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := division.Install(tx); err != nil {
				return err
			}
			for _, code := range []string{here, next} {
				g := grid.Grid{Code: code, Village: village, Name: "第" + code[12:] + "网格", ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}
				if err := db.Insert(tx, "grid", g); err != nil {
					return err
				}
			}
			for i, p := range people {
				a := account.Account{ID: account.ID(p.login), Login: p.login, Name: "甲" + p.login, State: "active", Version: 1,
					PhoneSealed: k.Seal("account", "phone", p.login, fmt.Appendf(nil, "138000000%02d", i))}
				if err := account.Insert(tx, a); err != nil {
					return err
				}
				for _, post := range p.posts {
					post.AccountID, post.Office, post.ValidFrom = a.ID, "办公室", "2025-01-01"
					if _, err := account.Appoint(tx, post); err != nil {
						return err
					}
				}
			}
			return nil
		})
		f(t, w)
	})
}

// as is an account in its first kind of post.
func as(login string) actor.Actor {
	for _, p := range people {
		if p.login == login && len(p.posts) > 0 {
			a := actor.Actor{Account: login, Name: "甲" + login, Kind: p.posts[0].Kind, Office: "办公室"}
			for _, q := range p.posts {
				if q.Kind == a.Kind {
					a.Paths = append(a.Paths, q.Path)
				}
			}
			return a
		}
	}
	return actor.Actor{}
}

func (w *world) key() db.Key { w.keys++; return db.Key(fmt.Sprint("key ", w.keys)) }

// post is somebody's post over a path.
func (w *world) post(login, path string) (p account.Post) {
	w.t.Helper()
	all, err := w.accounts.Posts(w.t.Context(), as("sysadmin"), account.ID(login))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range all.Posts {
		if p.Path == path {
			return p
		}
	}
	w.t.Fatalf("%s has no post over %s", login, path)
	return p
}

// household is one that is registered and lives here, of one person.
func (w *world) household(id household.ID) (one person.ID) {
	w.t.Helper()
	err := w.DB.Write(w.t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
		if _, err := tx.Exec(`insert into address (id, village, group_no, text, state, version) values ('a', $1, '01', '一组', 'approved', 1)`, village); err != nil {
			return err
		}
		h := household.Household{ID: id, RegisterNo: "1", Kind: household.Family, Village: village, GroupNo: "01", AddressID: "a", Source: "test", AsOf: "2026-01-01", Version: 1}
		if err := db.Insert(tx, "household", h); err != nil {
			return err
		}
		p, err := person.Insert(tx, w.Keys, person.Draft{Name: "张桃花", Sex: "2", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "unknown", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		for _, s := range []residence.Spell{{Kind: residence.Registered, Relation: "02"}, {Kind: residence.Living}} {
			s.PersonID, s.HouseholdID, s.Path, s.ValidFrom, s.Source = p.ID, h.ID, here, "2020-01-01", "test"
			if _, err := residence.Begin(tx, s); err != nil {
				return err
			}
		}
		one = p.ID
		return grid.Bind(tx, h.ID, residence.Living, here, "2020-01-01", "")
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return one
}

// sweep is a night.
func (w *world) sweep() {
	w.t.Helper()
	if err := w.Sweep(w.t.Context(), actor.ForSystem("network")); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(query string, args ...any) (n int64) {
	w.t.Helper()
	err := w.DB.Read(w.t.Context(), func(tx *db.Tx) (err error) { n, err = db.One[int64](tx, query, args...); return err })
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// kind is the kind of a fault, "ok" without an error.
func kind(err error) string {
	if err == nil {
		return "ok"
	}
	if k := fault.KindOf(err); k != "" {
		return string(k)
	}
	return err.Error()
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

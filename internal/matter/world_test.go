package matter_test

import (
	"fmt"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/seal"
)

const (
	county    = "610929"
	town      = "610929100"       // 城关镇
	village   = "610929100207"    // 幸福村
	here      = village + "001"   // the grid where it happens
	next      = village + "002"   // the grid beside it
	elsewhere = "610929100002"    // 清风社区, of the same town
	farTown   = "610929101"       // 中厂镇
	far       = "610929101001001" // a grid there
)

// people are those of the world, by name. Each acts in one post.
var people = map[string]actor.Actor{
	"nobody":            {},
	"no post":           {Account: "x", Name: "x", Paths: []string{county}},
	"worker":            as(actor.GridWorker, here),
	"other worker":      as(actor.GridWorker, here), // of the same grid
	"next worker":       as(actor.GridWorker, next),
	"far worker":        as(actor.GridWorker, far),
	"leader":            as(actor.GridLeader, here),
	"next leader":       as(actor.GridLeader, next),
	"far leader":        as(actor.GridLeader, far),
	"section":           as(actor.SectionLeader, village),
	"elsewhere section": as(actor.SectionLeader, elsewhere),
	"general":           as(actor.GeneralLeader, town),
	"far general":       as(actor.GeneralLeader, farTown),
	"chief":             as(actor.Chief, county),
	"clerk":             as(actor.VillageClerk, village),
	"police":            as(actor.Registrar, town),
	"town centre":       as(actor.TownCentre, town),
	"far centre":        as(actor.TownCentre, farTown),
	"county centre":     as(actor.CountyCentre, county),
	"system admin":      as(actor.SystemAdmin, county),
	"audit admin":       as(actor.AuditAdmin, county),
}

func as(k actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(k) + path, Name: string(k), Kind: k, Paths: []string{path}, Office: path}
}

func init() {
	other := people["other worker"]
	other.Account = "another worker"
	people["other worker"] = other
}

// A world is a county with its divisions, grids and posts.
type world struct {
	*matter.Service
	t     *testing.T
	clock *dbtest.Clock
	keys  int
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, given(t, d, c)) })
}

func given(t *testing.T, d *db.DB, c *dbtest.Clock) *world {
	t.Helper()
	w := &world{Service: &matter.Service{DB: d, Keys: seal.FromSeed(1)}, t: t, clock: c}
	dbtest.Given(t, d, func(tx *db.Tx) error {
		if err := division.Install(tx); err != nil {
			return err
		}
		for _, code := range []string{here, next, far} {
			g := grid.Grid{Code: code, Village: code[:12], Name: "第" + code[12:] + "网格", ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}
			if err := db.Insert(tx, "grid", g); err != nil {
				return err
			}
		}
		return w.staff(tx)
	})
	return w
}

// staff appoints the network and the centres. Level 3 of the village and level
// 4 of the far town are vacant.
func (w *world) staff(tx *db.Tx) error {
	for i, name := range []string{"worker", "leader", "general", "chief", "town centre", "county centre"} {
		by := people[name]
		a := account.Account{ID: account.ID(by.Account), Login: by.Account, Name: "甲" + fmt.Sprint(i), State: "active", Version: 1,
			PhoneSealed: w.Keys.Seal("account", "phone", by.Account, fmt.Appendf(nil, "1380000000%d", i))}
		if err := account.Insert(tx, a); err != nil {
			return err
		}
		if _, err := account.Appoint(tx, account.Post{AccountID: a.ID, Kind: by.Kind, Path: by.Paths[0], Office: "办公室", ValidFrom: "2025-01-01"}); err != nil {
			return err
		}
	}
	return nil
}

// key is a form's key that nobody has used.
func (w *world) key() db.Key { w.keys++; return db.Key(fmt.Sprint("key ", w.keys)) }

// report is a matter that the worker of the grid has reported.
func (w *world) report() matter.Matter {
	w.t.Helper()
	return w.must(w.Report(w.t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "facility", Text: "3号楼下水管道破裂"}))
}

func (w *world) must(m matter.Matter, err error) matter.Matter {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// said is what is said with each act.
var said = map[matter.Act]string{
	matter.Accept: "", matter.Comment: "已联系", matter.Return: "请补充位置", matter.Resubmit: "在3号楼",
	matter.SendUp: "已查看两次", matter.Handle: "已修好", matter.Confirm: "", matter.Reopen: "又漏了",
}

// act does an act of the form by name.
func (w *world) act(who string, a matter.Act, id matter.ID) (matter.Matter, error) {
	text, ok := said[a]
	if !ok {
		return matter.Matter{}, fmt.Errorf("no act %s", a)
	}
	return w.Do(w.t.Context(), people[who], w.key(), a, id, matter.Say{Text: text})
}

func (w *world) sweep() deadline.Swept {
	w.t.Helper()
	done, err := w.Sweeper().Sweep(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return done
}

func (w *world) page(id matter.ID) matter.Page {
	w.t.Helper()
	p, err := w.Get(w.t.Context(), people["leader"], id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// acts are the acts of a timeline, as one line.
func acts(p matter.Page) (all []matter.Act) {
	for _, e := range p.Events {
		all = append(all, e.Act)
	}
	return all
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

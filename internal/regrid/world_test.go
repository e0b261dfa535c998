package regrid_test

import (
	"fmt"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/person"
	"anju/internal/regrid"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county  = "610929"
	town    = "610929100"
	village = "610929100203"
	next    = "610929100002"
)

func as(k actor.Kind, path, name string) actor.Actor {
	return actor.Actor{Account: name, Name: name, Kind: k, Paths: []string{path}}
}

var (
	clerk     = as(actor.VillageClerk, village, "clerk")
	leader    = as(actor.GridLeader, village+"001", "leader1")
	worker    = as(actor.GridWorker, village+"001", "worker1")
	secretary = as(actor.GeneralLeader, town, "secretary")
	centre    = as(actor.CountyCentre, county, "centre")
)

// A world is 清风村: 210 households in three groups, 30 in a building of the site,
// in two grids cut by address; one of them is protected, one has moved away.
type world struct {
	*regrid.Service
	clock *dbtest.Clock
	homes []household.ID
	where []string // address of each, as the plan calls it
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{Service: &regrid.Service{DB: d, Keys: seal.FromSeed(1)}, clock: c}
		dbtest.Given(t, d, w.given)
		f(t, w)
	})
}

const hidden, away = 7, 8

func (w *world) given(tx *db.Tx) error {
	if err := division.Install(tx); err != nil {
		return err
	}
	for n := range 3 {
		no := fmt.Sprintf("%02d", n+1)
		if err := division.InsertGroup(tx, division.Group{Village: village, No: no, Name: []string{"一组", "二组", "三组"}[n], ValidFrom: "2003-01-01", ValidTo: calendar.Forever}); err != nil {
			return err
		}
		if err := db.Insert(tx, "grid_part", grid.Part{Grid: village + []string{"001", "001", "002"}[n], Village: village, GroupNo: no}); err != nil {
			return err
		}
	}
	if err := db.Insert(tx, "grid_part", grid.Part{Grid: village + "002", Village: village, Building: "清风村新区1号楼"}); err != nil {
		return err
	}
	for n := range 2 {
		code := fmt.Sprintf("%s%03d", village, n+1)
		if err := db.Insert(tx, "grid", grid.Grid{Code: code, Village: village, Name: fmt.Sprintf("清风村第%d网格", n+1), ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
			return err
		}
		for _, k := range []struct {
			kind  actor.Kind
			login string
		}{{actor.GridWorker, "worker"}, {actor.GridLeader, "leader"}} {
			id := account.ID(fmt.Sprint(k.login, n+1))
			if err := account.Insert(tx, account.Account{ID: id, Login: string(id), Name: string(id), State: "active", Version: 1}); err != nil {
				return err
			}
			if _, err := account.Appoint(tx, account.Post{AccountID: id, Kind: k.kind, Path: code, ValidFrom: "2024-01-01"}); err != nil {
				return err
			}
		}
	}
	for n := range 210 {
		if err := w.family(tx, n); err != nil {
			return err
		}
	}
	return nil
}

// family is the n-th household: 60 in each group along a lane, the lanes far
// apart, and 30 in a building beside the second.
func (w *world) family(tx *db.Tx, n int) error {
	group, grid2 := n/60, "001"
	lng, lat := 110.0+float64(group)*0.02, 32.7+float64(n%60)*0.0002
	a := dwelling.Address{Village: village, GroupNo: fmt.Sprintf("%02d", group+1), Text: fmt.Sprintf("白河县城关镇清风村%s%d号", []string{"一组", "二组", "三组", ""}[group], n%60+1), State: dwelling.Approved, Lng: &lng, Lat: &lat, CRS: "CGCS2000"}
	registered := a.GroupNo
	if group == 3 {
		lng, lat = 110.021, 32.705
		a.GroupNo, a.Building, a.Text, registered = "", "清风村新区1号楼", fmt.Sprintf("白河县城关镇清风村新区1号楼%d室", n), "02"
	}
	if group >= 2 || n >= 90 {
		grid2 = "002"
	}
	path := village + grid2
	addr, err := dwelling.FindOrInsertAddress(tx, a)
	if err != nil {
		return err
	}
	house, err := dwelling.HouseAt(tx, addr.ID, "farmhouse")
	if err != nil {
		return err
	}
	h, err := household.Insert(tx, household.Household{RegisterNo: fmt.Sprintf("H%05d", n), Kind: household.Family, Village: village, GroupNo: registered, AddressID: addr.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	w.homes, w.where = append(w.homes, h.ID), append(w.where, "a:"+addr.ID)
	p, err := person.Insert(tx, w.Keys, person.Draft{Name: fmt.Sprintf("王%c", '一'+n), Sex: "1", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	if _, err := residence.Register(tx, p.ID, h.ID, path, "02", "2010-01-01", "test"); err != nil {
		return err
	}
	lives, at := path, house.ID
	if n == away {
		lives, at = next+"001", ""
	}
	if err := residence.Relocate(tx, h.ID, []person.ID{p.ID}, lives, at, "2015-01-01", "test"); err != nil {
		return err
	}
	seal := ""
	if n == hidden {
		seal = town
		if _, err := residence.Protect(tx, p.ID, town); err != nil {
			return err
		}
	}
	if err := grid.Bind(tx, h.ID, residence.Registered, path, "2024-01-01", ""); err != nil {
		return err
	}
	return grid.Bind(tx, h.ID, residence.Living, lives, "2024-01-01", seal)
}

// reported is a matter at a household, still open.
func (w *world) reported(t *testing.T, n int) matter.ID {
	t.Helper()
	s := &matter.Service{DB: w.DB, Keys: w.Keys}
	m, err := s.Report(t.Context(), as(actor.GridWorker, village+"001", "worker1"), "", matter.ReportRequest{Category: "dispute", Text: "漏水", Path: village + "001", Place: "门前", HouseholdID: string(w.homes[n])})
	if err != nil {
		t.Fatal(err)
	}
	return m.ID
}

func (w *world) drafted(t *testing.T) regrid.Plan {
	t.Helper()
	p, err := w.Draft(t.Context(), clerk, "", regrid.DraftRequest{Village: village})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// approved is a plan from 10 March on.
func (w *world) approved(t *testing.T, p regrid.Plan) regrid.Plan {
	t.Helper()
	p, err := w.Submit(t.Context(), clerk, "", p.ID, regrid.Submission{On: "2026-03-10", Document: "清社发〔2026〕3号"})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = w.Approve(t.Context(), secretary, "", p.ID); err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) see(t *testing.T, by actor.Actor, id regrid.ID) regrid.View {
	t.Helper()
	v, err := w.Get(t.Context(), by, id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

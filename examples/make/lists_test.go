package main

import (
	"bytes"
	"os"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/entitlement"
	"anju/internal/importer"
	"anju/internal/relocation"
	"anju/internal/seal"
)

// TestListsAreTakenIn: every list beside the register goes in whole, without a
// word, and a second time changes nothing.
func TestListsAreTakenIn(t *testing.T) {
	d, c := dbtest.SQLite(t)
	c.Set(day.Start().Add(10 * time.Hour))
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for _, install := range []func(*db.Tx) error{division.Install, relocation.InstallRules, entitlement.InstallRoutes} {
			if err := install(tx); err != nil {
				return err
			}
		}
		return nil
	})
	keys := seal.FromSeed(1)
	blobs, err := blob.New(t.TempDir(), keys)
	if err != nil {
		t.Fatal(err)
	}
	s := &importer.Service{DB: d, Keys: keys, Blobs: blobs}
	take := func(kind, name string) importer.Report {
		b, err := os.ReadFile("../" + name)
		if err != nil {
			t.Fatal(err)
		}
		by := actor.Actor{Account: "terminal", Name: "terminal", Kind: actor.CountyPolice, Paths: []string{county}}
		switch kind {
		case importer.KindContracts:
			by.Kind = actor.Agriculture
		case importer.KindRights:
			by.Kind = actor.TownWindow
		}
		r, err := s.Terminal(t.Context(), by, importer.File{Kind: kind, Name: name}, bytes.NewReader(b), int64(len(b)), false, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return r
	}
	take(importer.KindRegister, "register-good.xlsx")
	for _, f := range []struct{ kind, name string }{
		{importer.KindAddresses, "addresses.xlsx"}, {importer.KindUnits, "units.xlsx"}, {importer.KindHouses, "houses.xlsx"}, {importer.KindMoves, "moves.xlsx"}, {importer.KindResidents, "residents.xlsx"}, {importer.KindContracts, "contracts.xlsx"}, {importer.KindRights, "rights.xlsx"},
	} {
		c.Move(24 * time.Hour)
		r := take(f.kind, f.name)
		if r.Rows < 20 || r.Good != r.Rows || len(r.Faults) != 0 || r.New+r.Updated != r.Rows {
			t.Errorf("%s: %d of %d rows, %d new, %d changed, faults %v", f.name, r.Good, r.Rows, r.New, r.Updated, r.Faults)
		}
		if r := take(f.kind, f.name); r.Unchanged != r.Rows {
			t.Errorf("%s again: %d of %d unchanged, faults %v", f.name, r.Unchanged, r.Rows, r.Faults)
		}
	}
}

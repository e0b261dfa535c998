package household_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/household"
)

func TestHouseholds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func(f func(tx *db.Tx) error) error {
			return d.Write(t.Context(), actor.ForSystem("test"), "test", f)
		}
		h := household.Household{RegisterNo: "610929001", Kind: household.Family, Village: "610929100203", GroupNo: "01", Source: "test/1", AsOf: "2026-01-01"}
		for no, get := range map[string]func(tx *db.Tx) (household.Household, error){
			"id":     func(tx *db.Tx) (household.Household, error) { return household.Get(tx, "none") },
			"number": func(tx *db.Tx) (household.Household, error) { return household.FindByRegisterNo(tx, "none") },
		} {
			if err := d.Read(t.Context(), func(tx *db.Tx) error { _, err := get(tx); return err }); fault.KindOf(err) != fault.NotFound {
				t.Errorf("a %s that is not there: %v", no, err)
			}
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: h.Village, GroupNo: "01", Text: "清风村一组1号"})
			h.AddressID = a.ID
			return err
		})
		dbtest.Given(t, d, func(tx *db.Tx) (err error) { h, err = household.Insert(tx, h); return err })
		again := h
		if err := write(func(tx *db.Tx) error { _, err := household.Insert(tx, again); return err }); fault.KeyOf(err) != "household.register_no_taken" {
			t.Errorf("the same number again: %v", err)
		}

		newer := h
		newer.Source, newer.AsOf = "test/2", "2026-02-01"
		if err := write(func(tx *db.Tx) error {
			got, changed, err := household.Update(tx, h, newer)
			if changed || got != h {
				t.Errorf("the same words of a newer source are a change: %+v", got)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		newer.GroupNo = "02"
		dbtest.Given(t, d, func(tx *db.Tx) error {
			got, changed, err := household.Update(tx, h, newer)
			if !changed || got.Version != 2 || got.GroupNo != "02" || got.ID != h.ID {
				t.Errorf("changed %v: %+v", changed, got)
			}
			return err
		})
		newer.GroupNo = "03"
		if err := write(func(tx *db.Tx) error { _, _, err := household.Update(tx, h, newer); return err }); fault.KeyOf(err) != "form.changed_meanwhile" {
			t.Errorf("over somebody else's change: %v", err)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			got, err := household.FindByRegisterNo(tx, h.RegisterNo)
			if got.GroupNo != "02" || got.Source != "test/2" || got.Version != 2 {
				t.Errorf("stored %+v", got)
			}
			if err != nil {
				return err
			}
			changes, err := db.ChangesOf(tx, "household/"+string(h.ID), 10)
			if len(changes) != 2 {
				t.Errorf("%d recorded changes", len(changes))
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

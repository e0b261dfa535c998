package dwelling_test

import (
	"testing"

	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
)

const village, other = "610929100203", "610929100002"

func TestAddresses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var a dwelling.Address
		var h dwelling.House
		dbtest.Given(t, d, func(tx *db.Tx) (err error) {
			if _, err := dwelling.GetAddress(tx, "none"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("no address: %v", err)
			}
			if _, _, err := dwelling.GetHouse(tx, "none"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("no house: %v", err)
			}
			if a, err = dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: village, GroupNo: "01", Text: " 清风村 一组\t1号 "}); err != nil {
				return err
			}
			h, err = dwelling.HouseAt(tx, a.ID, "farmhouse")
			return err
		})
		if a.Text != "清风村一组1号" || a.State != dwelling.Pending || a.Version != 1 {
			t.Errorf("a new address: %+v", a)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			same, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: village, Text: "清风村一组1号", State: dwelling.Approved})
			if err != nil || same != a {
				t.Errorf("found again: %+v, %v", same, err)
			}
			elsewhere, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: other, Text: "清风村一组1号", State: dwelling.Approved})
			if err != nil || elsewhere.ID == a.ID || elsewhere.State != dwelling.Approved {
				t.Errorf("the same text of another village: %+v, %v", elsewhere, err)
			}
			house, err := dwelling.HouseAt(tx, a.ID, "commercial")
			if err != nil || house != h || house.Use != "farmhouse" {
				t.Errorf("the house again: %+v, %v", house, err)
			}
			gotHouse, gotAddress, err := dwelling.GetHouse(tx, h.ID)
			if err != nil || gotHouse != h || gotAddress != a {
				t.Errorf("got %+v %+v, %v", gotHouse, gotAddress, err)
			}
			return nil
		})
	})
}

package staff

import (
	"fmt"
	"regexp"
	"testing"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// TestVisitPages: how many of a grid's households have been seen opens their list;
// its pages tell no name and no address in their own addresses.
func TestVisitPages(t *testing.T) {
	o := withMatters(t)
	const code = "610929101001003"
	dbtest.Given(t, o.Visits.DB, func(tx *db.Tx) error {
		for i := range 51 {
			id := fmt.Sprintf("v%02d", i)
			if err := db.Insert(tx, "address", dwelling.Address{ID: id, Village: code[:12], GroupNo: "01", Text: "清风社区一组" + id + "号", State: dwelling.Approved, Version: 1}); err != nil {
				return err
			}
			if err := db.Insert(tx, "house", dwelling.House{ID: id, AddressID: id, Use: "farmhouse", Ownership: "own", Version: 1}); err != nil {
				return err
			}
			p, err := person.Insert(tx, seal.FromSeed(1), person.Draft{Name: "王幸福", Sex: "1", Birth: "1961-02-14", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
			if err != nil {
				return err
			}
			for _, one := range []residence.Spell{{Kind: residence.Registered, Relation: "02"}, {Kind: residence.Living, HouseID: id}} {
				one.PersonID, one.HouseholdID, one.Path, one.ValidFrom, one.ValidTo, one.Source = p.ID, household.ID(id), code, "2020-01-01", calendar.Forever, "test"
				if _, err := residence.Begin(tx, one); err != nil {
					return err
				}
			}
			if err := grid.Bind(tx, household.ID(id), residence.Living, code, "2020-01-01", ""); err != nil {
				return err
			}
		}
		return nil
	})
	leader := o.signIn(t, "leader")
	leader.get("/visits").check(t, "the figures", 200, "", "/visits/list?", ">51<")
	first := leader.get("/visits/list?show=late&at=" + code)
	first.check(t, "the list", 200, "", "王幸福户", "v00号")
	leader.get("/visits/list?show=worst&at="+code).check(t, "another word", 200, "", "由本网格走访的户", "!⟦")
	next := regexp.MustCompile(`href="(/visits/list\?[^"]*after=[^"]*)"`).FindStringSubmatch(first.body)
	if next == nil {
		t.Fatal("there is no second page")
	}
	if regexp.MustCompile(`%[EF]|王|v\d\d`).MatchString(next[1]) {
		t.Errorf("the address of the second page tells where somebody lives: %s", next[1])
	}
	leader.get(regexp.MustCompile(`&amp;`).ReplaceAllString(next[1], "&")).check(t, "the second page", 200, "", "王幸福户")
	o.signIn(t, "far").get("/visits/list?show=late&at="+code).check(t, "another village", 200, "", "!王幸福")
}

package entitlement_test

import (
	"strings"
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
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county  = "610929"
	origin  = "610929100207" // 城关镇幸福村
	far     = "610929101001" // 中厂镇同心社区, a residents' committee
	another = "610929102"
)

// given is a household registered in 幸福村 that lives in 同心社区.
func given(t *testing.T, d *db.DB, k *seal.Keys) (house household.ID, head person.ID) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for _, install := range []func(*db.Tx) error{division.Install, entitlement.InstallRoutes} {
			if err := install(tx); err != nil {
				return err
			}
		}
		a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: origin, GroupNo: "01", Text: "白河县城关镇幸福村一组17号"})
		if err != nil {
			return err
		}
		h, err := household.Insert(tx, household.Household{RegisterNo: "1", Kind: household.Family, Village: origin, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		p, err := person.Insert(tx, k, person.Draft{Name: "王守山", Sex: "1", Birth: "1961-02-14", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		house, head = h.ID, p.ID
		if _, err := residence.Register(tx, p.ID, h.ID, origin+"001", "02", "2010-01-01", "test"); err != nil {
			return err
		}
		if err := residence.Relocate(tx, h.ID, []person.ID{p.ID}, far+"001", "", "2020-01-01", "test"); err != nil {
			return err
		}
		if err := grid.Bind(tx, h.ID, residence.Living, far+"001", "2020-01-01", ""); err != nil {
			return err
		}
		for login, path := range map[string]string{"clerk": far, "window": "610929100"} {
			kind := map[string]actor.Kind{"clerk": actor.VillageClerk, "window": actor.TownWindow}[login]
			if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: login, State: "active", Version: 1, PhoneSealed: k.Seal("account", "phone", login, []byte("of "+login))}); err != nil {
				return err
			}
			if _, err := account.Appoint(tx, account.Post{AccountID: account.ID(login), Kind: kind, Path: path, ValidFrom: "2025-01-01"}); err != nil {
				return err
			}
		}
		for _, e := range []entitlement.Entitlement{
			{ID: "e1", Kind: "farmland", Side: entitlement.Origin, Path: origin, Amount: "承包地3.2亩", Evidence: "J0012"},
			{ID: "e2", Kind: "farmland", Side: entitlement.Origin, Path: origin, Amount: "承包地1亩", Evidence: "J0013"},
			{ID: "e3", Kind: "medical", Side: entitlement.Living, Path: far, Amount: "已参保"},
			{ID: "e5", Kind: "subsistence", Side: entitlement.Origin, Path: origin, Amount: "低保A类"},
			{ID: "e6", Kind: "destitute", Side: entitlement.Living, Path: far, Amount: "特困"},
			{ID: "e4", Kind: "forest", Side: entitlement.Origin, Path: origin, Amount: "林地9亩", SupersededAt: 1},
		} {
			e.HouseholdID, e.State, e.ValidFrom, e.ValidTo, e.RecordedAt, e.Source = h.ID, "valid", "2017-12-01", calendar.Forever, 1, "test"
			if err := db.Insert(tx, "entitlement", e); err != nil {
				return err
			}
		}
		return nil
	})
	return house, head
}

func as(kind actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(kind) + path, Kind: kind, Paths: []string{path}}
}

// TestLedgerOf: each side sees its own rights, and what is held under them.
func TestLedgerOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := seal.FromSeed(1)
		house, _ := given(t, d, k)
		ledger := func(living string, fields policy.Fields) (l entitlement.Ledger) {
			t.Helper()
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				x, err := division.Load(tx)
				if err != nil {
					return err
				}
				routes, err := entitlement.RoutesFor(tx, k, x, origin, far, calendar.On(tx.Now()))
				if err != nil {
					return err
				}
				l, err = entitlement.LedgerOf(tx, house, living, routes, fields)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		for _, c := range []struct {
			who             string
			living          string
			fields          policy.Fields
			atOrigin, where int
		}{
			{"who sees neither", far, policy.Basic, 0, 0},
			{"the place of origin", far, policy.Land, 7, 0},
			{"the community", far, policy.Insurance, 0, 6},
			{"the town window", far, policy.Land | policy.Insurance, 7, 6},
			{"who may not know where it lives", "", policy.Land | policy.Insurance, 7, 0},
		} {
			if l := ledger(c.living, c.fields); len(l.Origin) != c.atOrigin || len(l.Living) != c.where {
				t.Fatalf("%s: %d of the origin, %d of the place of living", c.who, len(l.Origin), len(l.Living))
			}
		}
		l := ledger(far, policy.Land|policy.Insurance)
		land, forest, medical := l.Origin[0], l.Origin[1], l.Living[0]
		if land.Kind != "farmland" || len(land.Held) != 2 || land.Unit != "幸福村村民委员会" || land.Phone != "of window" || land.Basis == "" {
			t.Errorf("farmland: %+v", land)
		}
		for _, line := range append(l.Origin, l.Living...) {
			if entitlement.Benefit(line.Kind) && len(line.Held) > 0 {
				t.Errorf("the ledger says who draws %s: %+v", line.Kind, line.Held)
			}
		}
		if len(forest.Held) != 0 {
			t.Errorf("what is no longer believed is listed: %+v", forest.Held)
		}
		if medical.Kind != "medical" || len(medical.Held) != 1 || medical.Unit != "同心社区便民服务站" || medical.Phone != "of clerk" {
			t.Errorf("medical: %+v", medical)
		}
	})
}

// TestDefaultRoutes is who owes what by default (社会救助法 37, 农村土地承包法 27).
func TestDefaultRoutes(t *testing.T) {
	all, err := entitlement.DefaultRoutes()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range all {
		if r.Basis == "" || r.Unit == "" {
			t.Errorf("%s at the %s: no unit or no basis", r.Kind, r.Side)
		}
		got = append(got, r.Kind+" "+r.Side)
	}
	want := "farmland origin, forest origin, homestead origin, collective_income origin, other_policy origin, subsistence origin, destitute origin, " +
		"medical living, serious_illness living, pension living, subsistence living, destitute living, temporary_aid living"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got %s\nwant %s", text, want)
	}
	for _, r := range all {
		if (r.Kind == "subsistence" || r.Kind == "destitute") && (r.Side == entitlement.Origin) != strings.Contains(r.Unit, "{town}") {
			t.Errorf("%s at the %s is decided by %s", r.Kind, r.Side, r.Unit)
		}
	}
}

func TestUnits(t *testing.T) {
	route := entitlement.Route{Unit: "{committee}、{town}人民政府", Phone: "1"}
	for _, c := range []struct {
		unit  string
		place entitlement.Place
		want  string
	}{
		{route.Unit, entitlement.Place{Town: "城关镇", Village: "幸福村", Kind: division.VillageCommittee}, "幸福村村民委员会、城关镇人民政府"},
		{route.Unit, entitlement.Place{Town: "中厂镇", Village: "同心社区", Kind: division.ResidentsCommittee}, "同心社区居民委员会、中厂镇人民政府"},
		{route.Unit, entitlement.Place{Town: "中厂镇", Village: "宽坪社区", Kind: division.CommunityVillage}, "宽坪社区村民委员会、中厂镇人民政府"},
		{route.Unit, entitlement.Place{Town: "中厂镇"}, "中厂镇人民政府"},
		{"{village}便民服务站", entitlement.Place{Town: "中厂镇"}, "中厂镇人民政府"},
		{route.Unit, entitlement.Place{}, "居住地主管部门"},
	} {
		if got := (entitlement.Route{Unit: c.unit}).At(c.place).Unit; got != c.want {
			t.Errorf("%s at %+v: got %s, want %s", c.unit, c.place, got, c.want)
		}
	}
}

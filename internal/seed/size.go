package seed

import (
	"context"
	"errors"
	"fmt"

	"anju/internal/db"
	"anju/internal/grid"
)

// Sizes checks that the county made at a scale has the numbers of the article,
// and that what lies in the database is what Made says. The error says what is
// wrong, all of it.
func Sizes(ctx context.Context, d *db.DB, m *Made, scale float64) error {
	var errs []error
	near := func(what string, got int, full, off float64) {
		if f := float64(got); f < full*scale*(1-off) || f > full*scale*(1+off) {
			errs = append(errs, fmt.Errorf("%s: %d, want about %.0f", what, got, full*scale))
		}
	}
	near("households", m.Households, fullHouseholds, 0.02)
	near("people", m.People, 210000, 0.04)
	near("away", m.Away, fullAway, 0.02)
	near("people away", m.AwayPeople, 110000, 0.06)
	near("cross", m.Cross, fullCross, 0.03)
	near("people cross", m.CrossPeople, 63000, 0.06)
	if scale == 1 {
		near("sites", m.Sites, fullSites, 0)
		near("workers", m.Workers, 1000, 0.1)
		near("accounts", m.Accounts, 2500, 0.1)
	}
	err := d.Read(ctx, func(tx *db.Tx) error {
		for _, q := range counts(m, scale) {
			n, err := db.One[int64](tx, q.query)
			if err != nil {
				return fmt.Errorf("%s: %w", q.query, err)
			}
			if n < q.least || q.most >= 0 && n > q.most {
				errs = append(errs, fmt.Errorf("%s = %d, want %d to %d", q.query, n, q.least, q.most))
			}
		}
		sizes, err := grid.Counts(tx, "610929")
		outside := 0
		for _, n := range sizes {
			if n < grid.MinHouseholds || n > grid.MaxHouseholds {
				outside++
			}
		}
		if outside*50 > len(sizes) {
			errs = append(errs, fmt.Errorf("%d of %d grids are outside 50 to 100 households", outside, len(sizes)))
		}
		return err
	})
	return errors.Join(append(errs, err)...)
}

type count struct {
	query       string
	least, most int64 // most -1: any number
}

func counts(m *Made, scale float64) []count {
	exactly := func(n int, q string) count { return count{q, int64(n), int64(n)} }
	all := []count{
		exactly(m.Households, `select count(*) from household`), exactly(m.People, `select count(*) from person`),
		exactly(m.Away-protectedFamilies, `select count(*) from move`), exactly(m.Sites, `select count(*) from site where fictional = 1`),
		exactly(m.Grids, `select count(*) from grid`), exactly(m.Accounts, `select count(*) from account`), exactly(m.Matters, `select count(*) from matter`),
		exactly(11, `select count(*) from division where level = 'town'`), exactly(122, `select count(*) from division where level = 'village'`),
		exactly(protectedFamilies, `select count(distinct household_id) from spell where sealed_to <> ''`),
		exactly(protectedFamilies, `select count(*) from tie where sealed_to <> ''`),
		exactly(25, `select count(*) from division where class = 'rural'`), exactly(11, `select count(*) from division where class = 'town'`), exactly(4, `select count(*) from division where class = 'urban'`),
		exactly(m.Sites, `select count(*) from site_form`),
		exactly(len(foundings), `select count(distinct founding) from site`),
		exactly(7, `select count(distinct state) from matter`),  // reported, accepted, returned, handled, told, reopened, closed
		exactly(8, `select count(distinct state) from booklet`), // and of a booklet but renewed
		exactly(3, `select count(*) from post where kind in ('system_admin', 'security_admin', 'audit_admin')`),
		exactly(11, `select count(*) from post where kind = 'general_leader' and held_as = ''`),
		exactly(5, `select count(distinct made_of) from post where kind = 'grid_worker'`),
		{`select count(*) from clock where stopped_at = 0 and step > 0`, 2, int64(60*scale) + 8},                   // overdue today: a handful
		{`select count(*) from clock where stopped_at = 0 and step = 0 and notice_at = 0`, 2, int64(60*scale) + 8}, // due soon
		{`select count(*) from supervision where answered_at > 0 and closed_at > 0`, 1, -1},
		{`select count(*) from matter where household_id <> ''`, 1, -1},
		{`select count(*) from visit`, int64(m.Households) * 6 / 10, int64(m.Households) * 13 / 10},
		{`select count(*) from tie where relation = 'working'`, int64(m.Households) / 20, -1},
		{`select count(*) from spell where kind = 'working' and path not like '610929%'`, int64(m.People) / 10, -1},
		{`select count(*) from entitlement where side = 'living'`, 1, -1},
		{`select count(*) from entitlement where kind = 'farmland' and evidence <> ''`, 1, -1},
	}
	if scale == 1 {
		all = append(all,
			exactly(28, `select count(*) from division_group where valid_to < '9999-12-31'`), exactly(6, `select count(*) from division_group where valid_from > '2003-01-01'`),
			exactly(16, `select count(*) from site_form where self <> 'attached'`), exactly(140, `select count(*) from site_form where self = 'attached'`),
			count{`select count(*) from booklet where state = 'issued'`, 1000, -1})
	}
	return all
}

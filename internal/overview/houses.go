package overview

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A HouseFilter says which houses a list shows.
type HouseFilter struct {
	Under    string // within this path
	Old      bool   // only those of which something becomes
	Disposal dwelling.Disposal
	After    string // id of the last line of the page before
	Limit    int
}

// A HouseRow is a house in a list.
type HouseRow struct {
	dwelling.House
	Address string `db:"address"`
	Village string `db:"village"`
	People  int64  `db:"people"` // who live there
}

// liveThere are those who live in a house h and are no secret.
const liveThere = `from spell s where s.house_id = h.id and s.house_id <> '' and s.kind = 'living' and s.superseded_at = 0 and s.valid_to = '9999-12-31' and s.sealed_to`

// Houses lists the houses of the actor's area. One where only somebody
// protected lives is on no list, and the protected are in no number.
func (s *Service) Houses(ctx context.Context, by actor.Actor, f HouseFilter) ([]HouseRow, error) {
	scope, err := policy.Predicate(by, policy.HouseholdRead)
	if err != nil {
		return nil, err
	}
	if !seesHouses(by) {
		return nil, fault.New(fault.Forbidden, "policy.forbidden")
	}
	where, args := scope.WhereOn(policy.Living, "a.village", "")
	q := new(db.Query).Add(`select `+db.Columns[dwelling.House]("h.")+`, a.text as address, a.village as village, (select count(*) `+liveThere+` = '') as people
		from house h join address a on a.id = h.address_id where `+where, args...).
		Add(`and (not exists (select 1 `+liveThere+` <> '') or exists (select 1 `+liveThere+` = ''))`).
		If(f.Under != "", "and a.village >= ? and a.village < ?", f.Under, policy.PrefixEnd(f.Under)).
		If(f.Disposal != "", "and h.disposal = ?", f.Disposal).If(f.Old, "and h.disposal <> ''").
		If(f.After != "", "and h.id > ?", f.After).Add("order by h.id limit ?", min(max(f.Limit, 1), 200))
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "house.list"}, func(tx *db.Tx) ([]HouseRow, error) {
		tx.Saw() // a list of houses names nobody
		return db.All[HouseRow](tx, q.Text(), q.Args()...)
	})
}

// seesHouses reports whether the actor's kind of post sees addresses in its own
// area.
func seesHouses(by actor.Actor) bool {
	return slices.ContainsFunc(by.Paths, func(path string) bool {
		d, err := policy.Decide(by, policy.HouseholdRead, policy.Places{{Relation: policy.Living, Path: path}})
		return err == nil && d.Fields.Has(policy.Address)
	})
}

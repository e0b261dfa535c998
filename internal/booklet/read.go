package booklet

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
	"anju/internal/relocation"
)

// A Page is a booklet with the move it comes from and whether it still says
// what is so.
type Page struct {
	Booklet  Booklet
	Move     relocation.Move
	Versions int64
	Stale    bool
	Whole    bool // the actor may read all of it, not only whether it is valid
	Own      bool // the actor applied for it
}

// Get is a booklet as its page shows it.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (p Page, err error) {
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(policy.BookletRead), For: "booklet/" + string(id)}, func(tx *db.Tx) error {
		if p.Booklet, err = Get(tx, id); err != nil {
			return err
		}
		d, err := policy.Decide(by, policy.BookletRead, policy.Places(p.Booklet.Places()))
		if err != nil {
			return err
		}
		tx.Saw(p.Booklet.Subject(), "household/"+string(p.Booklet.HouseholdID))
		p.Whole, p.Own = d.Fields.Has(policy.Booklet), p.Booklet.AppliedBy == by.Account
		if !p.Whole {
			return nil
		}
		if p.Versions, err = db.One[int64](tx, `select count(*) from booklet_version where booklet_id = $1`, id); err != nil {
			return err
		}
		if p.Versions > 0 {
			if p.Stale, err = stale(tx, s.Keys, p.Booklet); err != nil {
				return err
			}
		}
		p.Move, err = relocation.Get(tx, p.Booklet.MoveID)
		return err
	})
	return p, err
}

// List lists the booklets in a state in the actor's area, the oldest first: an
// inbox is worked off from its front.
func (s *Service) List(ctx context.Context, by actor.Actor, state State, after ID, limit int) (all []Booklet, err error) {
	scope, err := policy.Predicate(by, policy.BookletRead)
	if err != nil {
		return nil, err
	}
	where, args := scope.WhereOn(policy.Living, "path", "sealed_to")
	q := new(db.Query).Add(`select `+db.Columns[Booklet]("")+` from booklet where state = ? and `, state).Add(where, args...).
		If(after != "", "and id > ?", after).Add("order by id limit ?", limit)
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(policy.BookletRead), For: "booklet.list"}, func(tx *db.Tx) error {
		if all, err = db.All[Booklet](tx, q.Text(), q.Args()...); err != nil {
			return err
		}
		tx.Saw()
		for _, b := range all {
			tx.Saw(b.Subject())
		}
		return nil
	})
	return all, err
}

// Counts is how many booklets wait in each state in the actor's area.
func (s *Service) Counts(ctx context.Context, by actor.Actor) (map[State]int64, error) {
	scope, err := policy.Predicate(by, policy.BookletRead)
	if err != nil {
		return nil, err
	}
	where, args := scope.WhereOn(policy.Living, "path", "sealed_to")
	type row struct {
		State State `db:"state"`
		N     int64 `db:"n"`
	}
	q := new(db.Query).Add("select state, count(*) as n from booklet where "+where, args...).Add("group by state")
	n := map[State]int64{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := db.All[row](tx, q.Text(), q.Args()...)
		for _, r := range rows {
			n[r.State] = r.N
		}
		return err
	})
	return n, err
}

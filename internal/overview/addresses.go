package overview

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Which addresses a list shows.
const (
	AddressWaiting  = "waiting" // somebody has to decide
	AddressRefused  = "refused"
	AddressApproved = "approved"
)

// An AddressFilter says which addresses a list shows.
type AddressFilter struct {
	Under string // within this path
	State string // one of the above
	After string // id of the last line of the page before
	Limit int
}

// An AddressRow is an address in a list.
type AddressRow struct {
	dwelling.Address
	Houses     int64 `db:"houses"`
	Households int64 `db:"households"` // registered there
}

// atAddress are those who live at an address a; a condition on their seal follows.
const atAddress = `(select 1 from spell s join house h on h.id = s.house_id where h.address_id = a.id and s.kind = 'living' and s.superseded_at = 0 and s.valid_to = '9999-12-31'`

// addressSeen is whom an address a is there for: everybody, or, where only
// somebody protected lives, the unit that may know. open is the condition on a
// seal that the actor may know.
func addressSeen(open string) string {
	return `(not exists ` + atAddress + ` and s.sealed_to <> '') or exists ` + atAddress + ` and ` + open + `))`
}

// Addresses lists the standard addresses of the actor's area and those that
// wait. One where only somebody protected lives is on no list but that of the
// unit that may know.
func (s *Service) Addresses(ctx context.Context, by actor.Actor, f AddressFilter) ([]AddressRow, error) {
	scope, err := policy.Predicate(by, policy.AddressRead)
	if err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.AddressRead), For: "address.list"}, func(tx *db.Tx) ([]AddressRow, error) {
		tx.Saw() // a list of addresses names nobody
		q := addressQuery(scope, `(select count(*) from house h where h.address_id = a.id) as houses, (select count(*) from household r where r.address_id = a.id) as households`, f).
			If(f.After != "", "and a.id > ?", f.After).Add("order by a.id limit ?", min(max(f.Limit, 1), 200))
		return db.All[AddressRow](tx, q.Text(), q.Args()...)
	})
}

// AddressesWaiting is how many addresses of the actor's area wait.
func (s *Service) AddressesWaiting(ctx context.Context, by actor.Actor) (n int64, err error) {
	scope, err := policy.Predicate(by, policy.AddressRead)
	if err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q := addressQuery(scope, "", AddressFilter{State: AddressWaiting})
		n, err = db.One[int64](tx, q.Text(), q.Args()...)
		return err
	})
	return n, err
}

// addressQuery reads addresses with more about each, or how many there are.
func addressQuery(scope policy.Scope, more string, f AddressFilter) *db.Query {
	what := `count(*)`
	if more != "" {
		what = db.Columns[dwelling.Address]("a.") + ", " + more
	}
	where, args := scope.WhereOn(policy.At, "a.village", "")
	open, seals := scope.Unsealed("s.sealed_to")
	q := new(db.Query).Add(`select `+what+` from address a where `+where, args...)
	switch f.State {
	case AddressRefused:
		q.Add(`and a.state = 'pending' and a.refusal <> ''`)
	case AddressApproved:
		q.Add(`and a.state = 'approved'`)
	default:
		q.Add(`and a.state = 'pending' and a.refusal = ''`)
	}
	return q.Add(`and `+addressSeen(open), seals...).
		If(f.Under != "", "and a.village >= ? and a.village < ?", f.Under, policy.PrefixEnd(f.Under))
}

// An AddressPage is one address and what hangs on it.
type AddressPage struct {
	AddressRow
	Place     string
	Dwellings []dwelling.House
	Units     []dwelling.Organisation
	Entered   string // the name of who wrote it down
	Own       bool   // the actor did
}

// Address is a standard address, or one that waits. One where only somebody
// lives whom the actor may not know of is not there.
func (s *Service) Address(ctx context.Context, by actor.Actor, id string) (AddressPage, error) {
	scope, err := policy.Predicate(by, policy.AddressRead)
	if err != nil {
		return AddressPage{}, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.AddressRead), For: "address/" + id}, func(tx *db.Tx) (p AddressPage, err error) {
		a, err := dwelling.GetAddress(tx, id)
		if err != nil {
			return p, err
		}
		if err := policy.Check(by, policy.AddressRead, policy.Places{{Relation: policy.At, Path: a.Village}}); err != nil {
			return p, err
		}
		open, seals := scope.Unsealed("s.sealed_to")
		q := new(db.Query).Add(`select count(*) from address a where a.id = ? and `+addressSeen(open), append([]any{id}, seals...)...)
		if n, err := db.One[int64](tx, q.Text(), q.Args()...); err != nil || n == 0 {
			if err == nil {
				err = fault.New(fault.NotFound, "dwelling.unknown")
			}
			return p, err
		}
		tx.Saw("address/" + id)
		x, err := s.index(tx)
		if err != nil {
			return p, err
		}
		p.Address, p.Place, p.Own = a, x.FullName(a.Village), a.EnteredBy == by.Account
		if p.Dwellings, err = dwelling.HousesAt(tx, id); err != nil {
			return p, err
		}
		p.Houses = int64(len(p.Dwellings))
		if p.Households, err = db.One[int64](tx, `select count(*) from household where address_id = $1`, id); err != nil {
			return p, err
		}
		if a.EnteredBy != "" {
			if p.Entered, err = db.One[string](tx, `select name from account where id = $1`, a.EnteredBy); err == db.ErrNoRow {
				err = nil // an account of a county that was loaded
			}
			if err != nil {
				return p, err
			}
		}
		p.Units, err = dwelling.OrganisationsAt(tx, id)
		return p, err
	})
}

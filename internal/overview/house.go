package overview

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Index is the names of all places, for pages.
func (s *Service) Index(ctx context.Context, by actor.Actor) (x *division.Index, err error) {
	if err := policy.Check(by, policy.DivisionRead, policy.Places{}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { x, err = s.index(tx); return err })
	return x, err
}

// A HousePage is a house with those who live in it (查房知人).
type HousePage struct {
	House   dwelling.House
	Address dwelling.Address
	Place   string
	People  []ResidentRow
	Units   []dwelling.Organisation
	Past    bool // the actor may ask who lived in it before
}

// House is a house and its people. Who is protected from the actor does not
// live there; a house where nobody else does is not there either.
func (s *Service) House(ctx context.Context, by actor.Actor, id string) (HousePage, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "house/" + id}, func(tx *db.Tx) (HousePage, error) {
		return s.house(tx, by, id)
	})
}

// opensHouse reports whether the page of a house opens to an actor for the sake
// of one who lives there: a household's own may lie out of the actor's area.
func opensHouse(by actor.Actor, lives policy.Place) bool {
	d, err := policy.Decide(by, policy.HouseholdRead, policy.Places{lives})
	return err == nil && d.Fields.Has(policy.Address)
}

func (s *Service) house(tx *db.Tx, by actor.Actor, id string) (p HousePage, err error) {
	h, a, err := dwelling.GetHouse(tx, id)
	if err != nil {
		return p, err
	}
	today := calendar.On(tx.Now())
	spells, err := residence.OccupantsOn(tx, id, today)
	if err != nil {
		return p, err
	}
	var places policy.Places
	if len(spells) == 0 {
		places = policy.Places{{Relation: policy.Living, Path: a.Village + residence.NoGrid}}
	}
	var found []hit
	for _, sp := range spells {
		if lives := (policy.Place{Relation: policy.Living, Path: sp.Path, SealedTo: sp.SealedTo}); policy.Sees(by, lives) {
			places = append(places, lives)
			found = append(found, hit{PersonID: sp.PersonID})
		}
	}
	d, err := policy.Decide(by, policy.HouseholdRead, places)
	if err != nil {
		return p, err
	}
	if !d.Fields.Has(policy.Address) {
		return p, fault.New(fault.Forbidden, "policy.forbidden")
	}
	x, err := s.index(tx)
	if err != nil {
		return p, err
	}
	tx.Saw()
	p.House, p.Address, p.Place, p.Past = h, a, x.FullName(a.Village), d.Fields.Has(policy.Booklet)
	if p.Units, err = unitsOn(tx, a.ID, today); err != nil {
		return p, err
	}
	p.People, err = s.rows(tx, by, ResidentFilter{}, found)
	return p, err
}

// unitsOn are the organisations at an address on a day.
func unitsOn(tx *db.Tx, address string, on calendar.Date) ([]dwelling.Organisation, error) {
	all, err := dwelling.OrganisationsAt(tx, address)
	return slices.DeleteFunc(all, func(o dwelling.Organisation) bool { return !o.Here(on) }), err
}

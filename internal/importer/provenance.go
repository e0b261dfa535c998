package importer

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A Fact is one thing the county knows of a household, and where from.
type Fact struct {
	Who   string // the person, or "" for the household
	Field string // registered, living, working, person, household, house, or a kind of right
	Origin
	AsOf       calendar.Date
	RecordedAt int64 // 0: not kept for this fact
}

// Sources lists where every fact of a household's file comes from: the source,
// the file and row, the day it speaks of and when it was written down. Where
// people are is told to those who see the history, rights at the origin to
// those who see the land; a place the actor does not know is left out.
func (s *Service) Sources(ctx context.Context, by actor.Actor, id household.ID) ([]Fact, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "household/" + string(id)}, func(tx *db.Tx) ([]Fact, error) {
		places, err := residence.PlacesOf(tx, id)
		if err != nil {
			return nil, err
		}
		d, err := policy.Decide(by, policy.HouseholdRead, places)
		if err != nil {
			return nil, err
		}
		if !d.Fields.Has(policy.History) && !d.Fields.Has(policy.Land) {
			return nil, fault.New(fault.Forbidden, "policy.forbidden")
		}
		tx.Saw("household/" + string(id))
		return factsOf(tx, by, id, d.Fields)
	})
}

func factsOf(tx *db.Tx, by actor.Actor, id household.ID, fields policy.Fields) (facts []Fact, err error) {
	add := func(f Fact, source string) error {
		f.Origin, err = originOf(tx, source)
		facts = append(facts, f)
		return err
	}
	if fields.Has(policy.History) {
		if err := registerFacts(tx, by, id, add); err != nil {
			return nil, err
		}
	}
	if !fields.Has(policy.Land) {
		return facts, nil
	}
	rights, err := entitlement.Of(tx, id)
	if err != nil {
		return nil, err
	}
	for _, e := range rights {
		if entitlement.Benefit(e.Kind) || e.Side != entitlement.Origin {
			continue // what a household draws is between it and the office that decides
		}
		if err := add(Fact{Field: e.Kind, AsOf: e.ValidFrom, RecordedAt: e.RecordedAt}, e.Source); err != nil {
			return nil, err
		}
	}
	return facts, nil
}

func registerFacts(tx *db.Tx, by actor.Actor, id household.ID, add func(Fact, string) error) error {
	h, err := household.Get(tx, id)
	if err != nil {
		return err
	}
	if err := add(Fact{Field: "household", AsOf: h.AsOf}, h.Source); err != nil {
		return err
	}
	members, err := residence.Members(tx, id)
	if err != nil {
		return err
	}
	spells, err := spellsOf(tx, id)
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := add(Fact{Who: m.Person.Name, Field: "person", AsOf: m.Person.AsOf}, m.Person.Source); err != nil {
			return err
		}
		for _, sp := range spells {
			if sp.PersonID != m.Person.ID || !policy.Sees(by, policy.Place{Relation: policy.Relation(sp.Kind), Path: sp.Path, SealedTo: sp.SealedTo}) {
				continue
			}
			if err := add(Fact{Who: m.Person.Name, Field: sp.Kind, AsOf: sp.ValidFrom, RecordedAt: sp.RecordedAt}, sp.Source); err != nil {
				return err
			}
		}
	}
	houses, err := houseSources(tx, spells, by)
	if err != nil {
		return err
	}
	for _, f := range houses {
		if err := add(Fact{Field: "house", AsOf: f.AsOf, RecordedAt: f.RecordedAt}, f.Source); err != nil {
			return err
		}
	}
	return nil
}

type houseSource struct {
	Source     string        `db:"source"`
	AsOf       calendar.Date `db:"as_of"`
	RecordedAt int64         `db:"recorded_at"`
}

// houseSources is who last said something of the houses that people live in.
func houseSources(tx *db.Tx, spells []residence.Spell, by actor.Actor) (all []houseSource, err error) {
	var seen []string
	for _, sp := range spells {
		if sp.HouseID == "" || slices.Contains(seen, sp.HouseID) || !policy.Sees(by, policy.Place{Relation: policy.Living, Path: sp.Path, SealedTo: sp.SealedTo}) {
			continue
		}
		seen = append(seen, sp.HouseID)
		rows, err := factSource(tx, "house/"+sp.HouseID)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

package registration

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Get is an act as its page shows it.
func (s *Service) Get(ctx context.Context, by actor.Actor, id string) (Act, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdAct), For: "act/" + id}, func(tx *db.Tx) (Act, error) {
		a, err := getAct(tx, id)
		if err != nil {
			return a, err
		}
		tx.Saw("household/" + string(a.HouseholdID))
		a.RequestSealed = nil
		return a, policy.Check(by, policy.HouseholdAct, policy.Places{{Relation: policy.Registered, Path: a.Path}})
	})
}

// Acts lists what has been done to a household at the counter, the latest
// first: dates and papers, for those who do such acts.
func (s *Service) Acts(ctx context.Context, by actor.Actor, id household.ID) ([]Act, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdAct), For: "household/" + string(id)}, func(tx *db.Tx) ([]Act, error) {
		places, err := residence.PlacesOf(tx, id)
		if err != nil {
			return nil, err
		}
		if err := policy.Check(by, policy.HouseholdAct, places); err != nil {
			return nil, err
		}
		tx.Saw("household/" + string(id))
		all, err := ActsOf(tx, id)
		for i := range all {
			all[i].RequestSealed = nil
		}
		return all, err
	})
}

// A LookAlike is a record that who joins may be of. Of one that the actor may
// not see there is only that it is there.
type LookAlike struct {
	ID     person.ID
	Name   string
	Sex    string
	Birth  calendar.Date
	Number string // masked
	Path   string // where registered
	Signs  []person.Sign
	Hidden bool
}

// LookAlikes lists whom of the register a newcomer looks like, while the form
// is being filled in.
func (s *Service) LookAlikes(ctx context.Context, by actor.Actor, r Request) ([]LookAlike, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdAct), For: "household/" + string(r.HouseholdID)}, func(tx *db.Tx) ([]LookAlike, error) {
		p, err := s.open(tx, by, r)
		if err != nil {
			return nil, err
		}
		tx.Saw()
		d := person.Draft{Name: strings.TrimSpace(r.Newcomer.Name), Sex: r.Newcomer.Sex, Birth: r.Newcomer.Birth}
		if d.Number, err = ident.ParseCitizenID(r.Newcomer.Number, tx.Now()); err != nil {
			d.Number = ident.CitizenID{} // said beside its field
		}
		return s.lookAlikes(tx, by, d, p.household.AddressID)
	})
}

func (s *Service) lookAlikes(tx *db.Tx, by actor.Actor, d person.Draft, address string) (all []LookAlike, err error) {
	found, signs, err := person.LookAlikes(tx, s.Keys, d, address)
	if err != nil {
		return nil, err
	}
	for i, n := range found {
		if policy.Check(by, policy.HouseholdRead, policy.Places{{Relation: policy.Registered, Path: n.Path}}) != nil {
			all = append(all, LookAlike{Signs: signs[i], Hidden: true})
			continue
		}
		tx.Saw("person/" + string(n.ID))
		l := LookAlike{ID: n.ID, Name: n.Name, Sex: n.Sex, Birth: n.Birth, Path: n.Path, Signs: signs[i]}
		if l.Number, _, err = n.Masked(s.Keys); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// Unmerged opens a review of every act that was possible only while two groups
// of records were one person, and lists them: which of the two it belongs to is
// for a person to say. Everything else stays with the record it named.
func Unmerged(tx *db.Tx, one, other []person.ID, since int64) (all []PersonAct, err error) {
	side := map[person.ID]int{}
	for _, id := range one {
		side[id] = 1
	}
	for _, id := range other {
		side[id] = 2
	}
	for _, id := range append(append([]person.ID{}, one...), other...) {
		acts, err := ActsAbout(tx, id, since)
		if err != nil {
			return nil, err
		}
		for _, a := range acts {
			if a.Record != id || side[a.Named] == 0 || side[a.Named] == side[a.Record] {
				continue
			}
			all = append(all, a)
			if err := insertReview(tx, Review{ID: tx.NewID(), Kind: UnmergedReview, HouseholdID: a.HouseholdID, PersonID: a.Named, ActID: a.ID, Path: a.Path,
				State: ReviewOpen, OpenedAt: tx.Millis(), Version: 1}); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

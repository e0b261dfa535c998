package party

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A PairLine is a pair as the member sees it: whom to see, and where.
type PairLine struct {
	Pair
	Head    string `db:"head"`
	Address string `db:"address"`
	Path    string `db:"path"`
	Grid    string `db:"-"`
}

// Mine lists the households that the actor pairs with: head, address and since
// when. No number, no phone, no other member, and no household that is
// protected.
func (s *Service) Mine(ctx context.Context, by actor.Actor) ([]PairLine, error) {
	if err := policy.Check(by, policy.PairRead, policy.Places{{Relation: policy.Own, Path: by.Account}}); err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.PairRead), For: "pairing.list"}, func(tx *db.Tx) ([]PairLine, error) { //i18n:none
		all, err := pairsOf(tx, by.Account)
		if err != nil {
			return nil, err
		}
		x, err := division.Load(tx)
		tx.Saw()
		for i, p := range all {
			tx.Saw("household/" + string(p.HouseholdID))
			if err == nil {
				all[i].Grid = x.FullName(p.Path)
			}
		}
		return all, err
	})
}

// A Member is somebody who can pair with a household.
type MemberChoice struct {
	ID   string `db:"id"`
	Name string `db:"name"`
}

// A HouseholdPairs is who pairs with a household, and who could.
type HouseholdPairs struct {
	Pairs   []Paired
	Members []MemberChoice
	May     bool // the actor may record
}

// Paired is a pair as the household's page shows it.
type Paired struct {
	Pair
	Name string `db:"name"`
}

// OfHousehold is who pairs with a household, for who serves it.
func (s *Service) OfHousehold(ctx context.Context, by actor.Actor, id household.ID) (HouseholdPairs, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.PairRecord), For: "household/" + string(id)}, func(tx *db.Tx) (h HouseholdPairs, err error) {
		path, err := s.livesIn(tx, by, id)
		if err != nil {
			return h, err
		}
		tx.Saw("household/" + string(id))
		if h.Pairs, err = pairedWith(tx, id); err != nil {
			return h, err
		}
		h.May = true
		h.Members, err = membersOver(tx, path, calendar.On(tx.Now()))
		return h, err
	})
}

// livesIn is where a household lives, for who may pair it. A protected one is
// not there.
func (s *Service) livesIn(tx *db.Tx, by actor.Actor, id household.ID) (string, error) {
	places, err := residence.PlacesOf(tx, id)
	if err != nil {
		return "", err
	}
	if err := policy.Check(by, policy.PairRecord, places); err != nil {
		return "", err
	}
	if !policy.SeesAll(by, places) {
		return "", fault.New(fault.NotFound, "policy.not_found")
	}
	i := slices.IndexFunc(places, func(p policy.Place) bool { return p.Relation == policy.Living })
	if i < 0 {
		return "", fault.New(fault.NotFound, "policy.not_found")
	}
	return places[i].Path, nil
}

// Pair notes that a member pairs with a household which has said that it wishes
// so, and when.
func (s *Service) Pair(ctx context.Context, by actor.Actor, key db.Key, p Pair) (Pair, error) {
	if !policy.May(by, policy.PairRecord) {
		return p, fault.New(fault.NotFound, "policy.not_found")
	}
	return db.Once(ctx, s.DB, by, string(policy.PairRecord), key, p, func(tx *db.Tx) (Pair, error) {
		path, err := s.livesIn(tx, by, p.HouseholdID)
		if err != nil {
			return p, err
		}
		today := calendar.On(tx.Now())
		var f fault.Fields
		members, err := membersOver(tx, path, today)
		if err != nil {
			return p, err
		}
		if !slices.ContainsFunc(members, func(m MemberChoice) bool { return m.ID == p.AccountID }) {
			f.Add("account_id", "party.pair.member")
		}
		if !p.AgreedOn.Valid() || p.AgreedOn > today {
			f.Add("agreed_on", "party.pair.agreed")
		}
		b, ok, err := branchOver(tx, path)
		if err != nil {
			return p, err
		}
		if !ok {
			f.Add("account_id", "party.pair.branch")
		}
		if err := f.Err(); err != nil {
			return p, err
		}
		p.ID, p.BranchID, p.BegunOn, p.EndedOn, p.EndedWhy = tx.NewID(), b.ID, today, "", ""
		p.RecordedBy, p.RecordedAt, p.Version = by.Account, tx.Millis(), 1
		return p, insertPair(tx, p)
	})
}

// Unpair ends a pair: the household may say so at any time, without a reason.
func (s *Service) Unpair(ctx context.Context, by actor.Actor, id, why string) error {
	if !policy.May(by, policy.PairRecord) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return s.DB.Write(ctx, by, string(policy.PairRecord), func(tx *db.Tx) error {
		p, err := GetPair(tx, id)
		if err != nil {
			return err
		}
		if _, err := s.livesIn(tx, by, p.HouseholdID); err != nil {
			return err
		}
		var f fault.Fields
		if !slices.Contains(Endings, why) {
			f.Add("why", "form.required")
			return f.Err()
		}
		if p.EndedOn != "" {
			return fault.New(fault.Conflict, "party.pair.over")
		}
		return EndPair(tx, p, calendar.On(tx.Now()), why)
	})
}

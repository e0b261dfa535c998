package overview

import (
	"context"
	"time"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// figuresLife is how old the count of people by village may be: it is for
// finding one's way, not for reports.
const figuresLife = 5 * time.Minute

// PeopleByVillage is how many people live in each village of the actor's area,
// protected places left out. It names nobody.
func (s *Service) PeopleByVillage(ctx context.Context, by actor.Actor) (map[string]int64, error) {
	scope, err := policy.Predicate(by, policy.HouseholdRead)
	if err != nil {
		return nil, err
	}
	all, err := s.peopleByVillage(ctx)
	if err != nil {
		return nil, err
	}
	own := map[string]int64{}
	for v, n := range all {
		if scope.Covers(policy.Place{Relation: policy.Living, Path: v + "000"}) {
			own[v] = n
		}
	}
	return own, nil
}

func (s *Service) peopleByVillage(ctx context.Context) (map[string]int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.people != nil && time.Since(s.atN) < figuresLife {
		return s.people, nil
	}
	type row struct {
		Village string `db:"village"`
		N       int64  `db:"n"`
	}
	n := map[string]int64{}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := db.All[row](tx, `select substr(path, 1, 12) as village, count(*) as n from spell
			where kind = 'living' and superseded_at = 0 and valid_to = '9999-12-31' and sealed_to = '' group by substr(path, 1, 12)`)
		for _, r := range rows {
			n[r.Village] = r.N
		}
		return err
	})
	if err == nil {
		s.people, s.atN = n, time.Now()
	}
	return n, err
}

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
}

// House is a house and its people; a house whose people are all protected from
// the actor does not exist.
func (s *Service) House(ctx context.Context, by actor.Actor, id string) (p HousePage, err error) {
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(policy.HouseholdRead), For: "house/" + id}, func(tx *db.Tx) error {
		if p.House, p.Address, err = dwelling.GetHouse(tx, id); err != nil {
			return err
		}
		spells, err := residence.OccupantsOf(tx, id)
		if err != nil {
			return err
		}
		places := policy.Places{}
		for _, sp := range spells {
			places = append(places, policy.Place{Relation: policy.Living, Path: sp.Path, SealedTo: sp.SealedTo})
		}
		if len(spells) == 0 {
			places = policy.Places{{Relation: policy.Living, Path: p.Address.Village + "000"}}
		}
		d, err := policy.Decide(by, policy.HouseholdRead, places)
		if err != nil {
			return err
		}
		if !d.Fields.Has(policy.Address) {
			return fault.New(fault.Forbidden, "policy.forbidden")
		}
		x, err := s.index(tx)
		if err != nil {
			return err
		}
		p.Place = x.FullName(p.Address.Village)
		rows, err := db.All[residentRow](tx, "select "+residentColumns+", '' as sort_key from spell s join person p on p.id = s.person_id"+residentJoins+
			"where s.house_id = $1 and s.house_id <> '' and s.kind = 'living' and s.superseded_at = 0 and s.valid_to = '9999-12-31' order by s.household_id, p.birth", id)
		if err != nil {
			return err
		}
		tx.Saw()
		var page ResidentPage
		err = s.rows(tx, by, rows, &page)
		p.People = page.Rows
		return err
	})
	return p, err
}

// Work is what waits on a work table: counts with the list each leads to.
type Work struct {
	People   int64 // living in the area
	Villages int
	Booklets map[booklet.State]int64
}

// Work counts what the actor's area holds. It names nobody.
func (s *Service) Work(ctx context.Context, by actor.Actor) (w Work, err error) {
	people, err := s.PeopleByVillage(ctx, by)
	if err != nil {
		return w, err
	}
	for _, n := range people {
		w.People += n
		w.Villages++
	}
	if policy.May(by, policy.BookletRead) {
		w.Booklets, err = (&booklet.Service{DB: s.DB, Keys: s.Keys}).Counts(ctx, by)
	}
	return w, err
}

// HouseholdOf is the household a person is registered in, if the actor may see
// the person.
func (s *Service) HouseholdOf(ctx context.Context, by actor.Actor, id person.ID) (h household.ID, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		places, err := residence.PersonPlaces(tx, id)
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.HouseholdRead, places); err != nil {
			return err
		}
		sp, ok, err := residence.Current(tx, id, residence.Registered)
		if err == nil && !ok {
			err = fault.New(fault.NotFound, "household.unknown")
		}
		h = sp.HouseholdID
		return err
	})
	return h, err
}

package overview

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A PersonPage is one person (查人知房): who it is, and where. Of what the actor
// may not see there is nothing.
type PersonPage struct {
	Fields      policy.Fields
	ID          person.ID
	HouseholdID household.ID // registered in
	Name        string
	Relation    string // to the head, GB/T 4761
	Sex         string
	Birth       calendar.Date
	Age         int
	Ethnicity   string
	Education   string
	Marital     string
	Number      string           // masked
	Phone       string           // masked
	Stays       []Stay           // the present first
	Clock       *residence.Clock // how long where they live now; for those who register moves
	ClockPlace  string
}

// A Stay is where a person is registered, lives or works, or did.
type Stay struct {
	Kind    string // residence.Registered, Living, Working
	Place   string // town and village, or in words
	Address string
	HouseID string
	From    calendar.Date
	To      calendar.Date // calendar.Forever: now
}

type stayRow struct {
	residence.Spell
	Address string `db:"address"`
}

// Person is the whole page of a person. Where somebody was before is for the
// police and the town, who register moves.
func (s *Service) Person(ctx context.Context, by actor.Actor, id person.ID) (PersonPage, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "person/" + string(id)}, func(tx *db.Tx) (PersonPage, error) {
		return s.person(tx, by, id)
	})
}

func (s *Service) person(tx *db.Tx, by actor.Actor, id person.ID) (p PersonPage, err error) {
	spells, err := db.All[stayRow](tx, `select `+db.Columns[residence.Spell]("s.")+`, coalesce(a.text, '') as address
		from spell s left join house h on h.id = s.house_id left join address a on a.id = h.address_id
		where s.person_id = $1 and s.superseded_at = 0 order by s.valid_to desc, s.valid_from desc, s.kind`, string(id))
	if err != nil {
		return p, err
	}
	var places policy.Places
	for _, sp := range spells {
		if sp.ValidTo == calendar.Forever {
			places = append(places, policy.Place{Relation: policy.Relation(sp.Kind), Path: sp.Path, SealedTo: sp.SealedTo})
		}
	}
	d, err := policy.Decide(by, policy.HouseholdRead, places)
	if err != nil {
		return p, err
	}
	who, err := person.Get(tx, id)
	if err != nil {
		return p, err
	}
	tx.Saw("person/" + string(id))
	p = PersonPage{
		Fields: d.Fields, ID: id, Name: who.Name, Sex: who.Sex, Birth: who.Birth, Age: age(string(who.Birth), tx.Now()),
		Ethnicity: who.Ethnicity, Education: who.Education, Marital: who.Marital,
	}
	if p.Number, p.Phone, err = who.Masked(s.Keys); err != nil {
		return p, err
	}
	if !d.Fields.Has(policy.Phone) {
		p.Phone = ""
	}
	return p, s.stays(tx, by, spells, &p)
}

func (s *Service) stays(tx *db.Tx, by actor.Actor, spells []stayRow, p *PersonPage) error {
	x, err := s.index(tx)
	if err != nil {
		return err
	}
	// Where somebody works says where somebody protected may be found.
	hidden := slices.ContainsFunc(spells, func(sp stayRow) bool {
		return sp.Kind == residence.Living && sp.ValidTo == calendar.Forever && !policy.Sees(by, policy.Place{SealedTo: sp.SealedTo})
	})
	for _, sp := range spells {
		if sp.Kind == residence.Working && hidden {
			continue
		}
		now := sp.ValidTo == calendar.Forever
		if sp.Kind == residence.Registered && now {
			p.HouseholdID, p.Relation = sp.HouseholdID, sp.Relation
		}
		if !policy.Sees(by, policy.Place{Path: sp.Path, SealedTo: sp.SealedTo}) || !now && !p.Fields.Has(policy.Booklet) {
			continue
		}
		stay := Stay{Kind: sp.Kind, Place: x.FullName(sp.Path), From: sp.ValidFrom, To: sp.ValidTo}
		if sp.Spell.Place != "" {
			stay.Place = sp.Spell.Place
		}
		if p.Fields.Has(policy.Address) {
			stay.Address = sp.Address
			if opensHouse(by, policy.Place{Relation: policy.Living, Path: sp.Path, SealedTo: sp.SealedTo}) {
				stay.HouseID = sp.HouseID
			}
		}
		p.Stays = append(p.Stays, stay)
		if now && sp.Kind == residence.Living && p.Fields.Has(policy.Booklet) {
			c := residence.ClockOf(seen(by, spells), sp.Path, calendar.On(tx.Now()))
			p.Clock, p.ClockPlace = &c, stay.Place
		}
	}
	return nil
}

// seen are the spells that an actor may know of.
func seen(by actor.Actor, spells []stayRow) (all []residence.Spell) {
	for _, sp := range spells {
		if policy.Sees(by, policy.Place{Path: sp.Path, SealedTo: sp.SealedTo}) {
			all = append(all, sp.Spell)
		}
	}
	return all
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

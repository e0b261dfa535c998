package grid

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

// States of a protection.
const (
	Kept    = "kept"
	Lifting = "lifting" // one account asked to let it go, another decides
	Lifted  = "lifted"
)

// Grounds lists why somebody's place is protected, in the order of a form: an
// order of a court (反家庭暴力法 29), the protection of a witness (刑事诉讼法 64),
// a decision of the police.
var Grounds = []string{"court_order", "witness", "police"}

// A Protection is why a place is protected, and who let it go. That it is
// protected is said by the spell: who may not know finds neither.
type Protection struct {
	ID          string        `db:"id" record:"ignore"`
	PersonID    person.ID     `db:"person_id" record:"track"`
	SealedTo    string        `db:"sealed_to" record:"secret"`
	Ground      string        `db:"ground" record:"secret"` // one of Grounds; "" from before they were kept
	Document    string        `db:"document" record:"secret"`
	ReviewOn    calendar.Date `db:"review_on" record:"track"` // to be looked at again: nothing ends by itself
	KeptBy      string        `db:"kept_by" record:"track"`
	KeptName    string        `db:"kept_name" record:"ignore"`
	KeptAt      int64         `db:"kept_at" record:"ignore"`
	State       string        `db:"state" record:"track"`
	LiftReason  string        `db:"lift_reason" record:"secret"`
	AskedBy     string        `db:"asked_by" record:"track"`
	AskedName   string        `db:"asked_name" record:"ignore"`
	AskedAt     int64         `db:"asked_at" record:"ignore"`
	DecidedBy   string        `db:"decided_by" record:"track"`
	DecidedName string        `db:"decided_name" record:"ignore"`
	DecidedAt   int64         `db:"decided_at" record:"ignore"`
	Version     int64         `db:"version" record:"ignore"`
}

// Subject is the protection in the record.
func (p Protection) Subject() string { return "protection/" + p.ID }

// A ProtectionPage is one person's place and its protection, for the police
// where they live; once protected, for the unit that may know alone.
type ProtectionPage struct {
	Protection // zero of a place that is not protected, or was before grounds were kept
	Name       string
	Household  household.ID
	Protected  bool
	Unit       string   // to which it is, or would be, sealed
	With       []string // of the household, in the same house: sealed with them
	Grid       string   // whose worker would no longer see the household, or ""
	Today      calendar.Date
	Own        bool // the actor asked to lift it
}

// Protection is the page of one person.
func (s *Service) Protection(ctx context.Context, by actor.Actor, id person.ID) (ProtectionPage, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ProtectionRead), For: "person/" + string(id)}, func(tx *db.Tx) (p ProtectionPage, err error) {
		lives, err := livesFor(tx, by, policy.ProtectionRead, id)
		if err != nil {
			return p, err
		}
		who, err := person.Get(tx, id)
		if err != nil {
			return p, err
		}
		tx.Saw("person/" + string(id))
		p.Name, p.Household, p.Today = who.Name, lives.HouseholdID, calendar.On(tx.Now())
		p.Protected, p.Unit = lives.SealedTo != "", lives.SealedTo
		if !p.Protected {
			p.Unit = unitOver(by, lives.Path)
		}
		if p.With, err = together(tx, lives); err != nil {
			return p, err
		}
		if len(lives.Path) == 15 && lives.Path[12:] != NoGrid {
			g, err := Get(tx, lives.Path)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return p, err
			}
			p.Grid = g.Name
		}
		if p.Protected {
			p.Protection, err = protectionOf(tx, lives)
			p.Own = p.AskedBy == by.Account && by.Account != ""
		}
		return p, err
	})
}

// livesFor is where a person lives, if the actor may do something about it.
func livesFor(tx *db.Tx, by actor.Actor, a policy.Action, id person.ID) (residence.Spell, error) {
	places, err := residence.PersonPlaces(tx, id)
	if err != nil {
		return residence.Spell{}, err
	}
	if err := policy.Check(by, a, places); err != nil {
		return residence.Spell{}, err
	}
	lives, ok, err := residence.Current(tx, id, residence.Living)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "policy.not_found")
	}
	return lives, err
}

// together names the others of the household who live in the same house.
func together(tx *db.Tx, lives residence.Spell) (names []string, err error) {
	there, err := residence.OccupantsOf(tx, lives.HouseID)
	if err != nil {
		return nil, err
	}
	for _, o := range there {
		if o.Kind != residence.Living || o.PersonID == lives.PersonID || o.HouseholdID != lives.HouseholdID || lives.HouseholdID == "" {
			continue
		}
		tx.Saw("person/" + string(o.PersonID))
		p, err := person.Get(tx, o.PersonID)
		if err != nil {
			return nil, err
		}
		names = append(names, p.Name)
	}
	return names, nil
}

// A ProtectedRow is one protected person in the list of the unit that may know.
type ProtectedRow struct {
	Protection
	Name      string       `db:"name"`
	PersonIs  person.ID    `db:"person_is"`
	Household household.ID `db:"household_id"`
	Address   string       `db:"address"`
}

// Due reports whether the protection is to be looked at again.
func (r ProtectedRow) Due(today calendar.Date) bool { return r.ReviewOn != "" && r.ReviewOn <= today }

// Protections lists those whose place is sealed to one of the actor's own units:
// what others may not know is on this list alone.
func (s *Service) Protections(ctx context.Context, by actor.Actor) ([]ProtectedRow, error) {
	if _, err := policy.Predicate(by, policy.ProtectionRead); err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ProtectionRead), For: "protection.list"}, func(tx *db.Tx) ([]ProtectedRow, error) {
		tx.Saw()
		all, err := protectedIn(tx, by.Paths)
		for _, r := range all {
			tx.Saw("person/"+string(r.PersonIs), "household/"+string(r.Household))
		}
		slices.SortStableFunc(all, func(a, b ProtectedRow) int { return rankOf(a) - rankOf(b) })
		return all, err
	})
}

// rankOf puts what waits for a second account first.
func rankOf(r ProtectedRow) int {
	if r.State == Lifting {
		return 0
	}
	return 1
}

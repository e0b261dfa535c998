package relocation

import (
	"context"
	"encoding/json"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Service is the guarded door to moves.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// A Request is a move as the counter writes it down.
type Request struct {
	HouseholdID household.ID
	Persons     []person.ID // who moves; none is everybody
	HouseID     string      // an existing house; "" for Village and Address
	Village     string      // 12 digits, where they live now; outside the county its 6 to 12 digits
	Address     string      // the standard address within the village, as text
	MovedOn     calendar.Date
	Programme   string
	OfferedOn   calendar.Date // when the voluntary-transfer question was asked; "" is today
	Answer      string        // to the voluntary-transfer question; "" when none is asked
	listed      bool          // a list says so: who lives there already may have moved there
}

// A Preview says what a move would be, before anything is written.
type Preview struct {
	Case    string
	Rule    Rule
	Asks    bool // whether the voluntary-transfer question is put
	From    string
	To      string
	Path    string
	Pending bool     // the address is new, or waits for approval
	Next    []string // what will happen, step by step
}

// Preview decides the case of a move and shows the rule that decides it.
func (s *Service) Preview(ctx context.Context, by actor.Actor, r Request) (Preview, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MoveRecord), For: "household/" + string(r.HouseholdID)}, func(tx *db.Tx) (Preview, error) {
		plan, err := s.check(tx, by, r)
		if err != nil {
			return Preview{}, err
		}
		tx.Saw("household/" + string(r.HouseholdID))
		return plan.preview, nil
	})
}

// Record registers a move: people live at the new address from that day on,
// the household is bound to the grid there, the receipt gets its number, and
// the rule that decided the case is kept as it was. Registration and the
// rights at the origin are not touched (农村土地承包法 27).
func (s *Service) Record(ctx context.Context, by actor.Actor, key db.Key, r Request) (Move, error) {
	return db.Once(ctx, s.DB, by, string(policy.MoveRecord), key, r, func(tx *db.Tx) (Move, error) {
		p, err := s.check(tx, by, r)
		if err != nil {
			return Move{}, err
		}
		m, err := p.move(tx, by, r)
		if err != nil {
			return m, err
		}
		m.Arrival = p.arrival(by, m)
		if err := p.settle(tx, &m); err != nil {
			return m, err
		}
		if m.Number, err = nextNumber(tx); err != nil {
			return m, err
		}
		if err := db.Insert(tx, "move", m); err != nil {
			return m, err
		}
		if err := household.Changed(tx, r.HouseholdID); err != nil {
			return m, err
		}
		return m, tx.Record("household/"+string(r.HouseholdID), nil, m)
	})
}

// move is what will be kept of the move.
func (p plan) move(tx *db.Tx, by actor.Actor, r Request) (Move, error) {
	persons, err := json.Marshal(p.moverIDs())
	if err != nil {
		return Move{}, err
	}
	rule := p.preview.Rule
	m := Move{
		ID: tx.NewID(), HouseholdID: r.HouseholdID, Programme: r.Programme, MovedOn: r.MovedOn,
		FromPath: p.from.Path, ToPath: p.preview.Path, FromAddress: p.preview.From, ToAddress: p.to.Text, SiteID: p.to.SiteID,
		Case: p.preview.Case, Track: rule.Track, RuleID: rule.ID, RuleText: rule.Text,
		Persons: string(persons), Office: by.Office, RecordedBy: by.Name, RecordedAt: tx.Millis(), Source: "counter", Arrival: Accepted, Version: 1,
	}
	if !p.preview.Asks {
		return m, nil
	}
	m.OfferedOn, m.Answer = r.OfferedOn, r.Answer
	today := calendar.On(tx.Now())
	if m.OfferedOn == "" {
		m.OfferedOn = today
	}
	var f fault.Fields
	if !m.OfferedOn.Valid() || m.OfferedOn > today {
		f.Add("offered_on", "relocation.record.offered")
	}
	if !slices.Contains(Answers, m.Answer) {
		f.Add("answer", "relocation.record.answer")
	}
	return m, f.Err()
}

// settle lets the movers live at the new address. Of a protected household the
// move itself says only which police unit knows the place.
func (p plan) settle(tx *db.Tx, m *Move) error {
	houseID := p.houseID
	if !p.outside && houseID == "" {
		a, err := dwelling.FindOrInsertAddress(tx, p.to)
		if err != nil {
			return err
		}
		house, err := dwelling.HouseAt(tx, a.ID, "resettlement")
		if err != nil {
			return err
		}
		houseID = house.ID
	}
	m.HouseID = houseID
	for _, mover := range p.movers {
		since := max(m.MovedOn, mover.Person.Birth) // nobody lives anywhere before being born
		if err := residence.Relocate(tx, m.HouseholdID, []person.ID{mover.Person.ID}, m.ToPath, houseID, since, "move/"+m.ID); err != nil {
			return err
		}
	}
	if p.headMoves() {
		unit, err := residence.SealOf(tx, m.HouseholdID) // of the head: others may be protected elsewhere
		if err != nil {
			return err
		}
		if err := grid.Bind(tx, m.HouseholdID, residence.Living, m.ToPath, m.MovedOn, unit); err != nil {
			return err
		}
	}
	return p.hide(tx, m)
}

// hide takes the places out of a protected household's move.
func (p plan) hide(tx *db.Tx, m *Move) error {
	if p.sealedTo == "" {
		return nil
	}
	x, err := division.Load(tx)
	if err != nil {
		return err
	}
	by := i18n.T("relocation.protected", "unit", x.FullName(p.sealedTo))
	m.HouseID, m.SiteID, m.FromPath, m.ToPath, m.FromAddress, m.ToAddress = "", "", p.sealedTo, p.sealedTo, by, by
	return nil
}

package relocation

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// An Answered is what an office says of a move that lies between two: the place
// where people went, or the one that registered it.
type Answered struct {
	On      calendar.Date // when they came, as the office knows it; of a word about the day and the address
	Address string        // and where they live there
	Reason  string
	Version int64 // of the move that was seen
}

// arrival is what the place where people go has to say of a move: nothing when
// they stay in their village, leave the county, or are registered as moved by
// somebody who answers for that place too. Where a place is protected nobody is
// asked.
func (p plan) arrival(by actor.Actor, m Move) string {
	if p.outside || p.sealedTo != "" || by.Over(m.ToPath[:12]) || within(p.from.Path, m.ToPath, 12) {
		return Accepted
	}
	return Waiting
}

// Accept says that the people of a move have come. The office there says the day
// and the address as it knows them; where they are others than was registered,
// the register follows, and it says why.
func (s *Service) Accept(ctx context.Context, by actor.Actor, key db.Key, id string, w Answered) (Move, error) {
	w.trim()
	return s.act(ctx, by, key, policy.MoveAccept, id, w.Version, w, guardTo, func(tx *db.Tx, is *Move, act *Act) error {
		if is.Arrival != Waiting {
			return fault.New(fault.Conflict, "relocation.not_waiting")
		}
		act.Kind, act.Reason, is.Arrival = ActAccepted, w.Reason, Accepted
		var f fault.Fields
		changes := w.On != is.MovedOn || w.Address != is.ToAddress
		if f.Within("reason", w.Reason, maxWords); changes && w.Reason == "" {
			f.Add("reason", "relocation.accept.reason")
		}
		return w.mend(tx, is, act, &f)
	})
}

// Return says that the people of a move are not there, and why. The move counts
// as it did, in both ledgers, until the office that registered it has mended it
// or taken it back: a move in dispute has one place, not two and not none.
func (s *Service) Return(ctx context.Context, by actor.Actor, key db.Key, id string, w Answered) (Move, error) {
	w.trim()
	return s.act(ctx, by, key, policy.MoveReturn, id, w.Version, w, guardTo, func(tx *db.Tx, is *Move, act *Act) error {
		if is.Arrival != Waiting {
			return fault.New(fault.Conflict, "relocation.not_waiting")
		}
		var f fault.Fields
		f.Words("reason", w.Reason, maxWords)
		act.Kind, act.Reason, is.Arrival = ActReturned, w.Reason, Returned
		return f.Err()
	})
}

// Mend answers a returned move: the day and the address are said anew, within the
// same village, and it waits for the other office again.
func (s *Service) Mend(ctx context.Context, by actor.Actor, key db.Key, id string, w Answered) (Move, error) {
	w.trim()
	return s.act(ctx, by, key, policy.MoveMend, id, w.Version, w, guardFrom, func(tx *db.Tx, is *Move, act *Act) error {
		if is.Arrival != Returned {
			return fault.New(fault.Conflict, "relocation.not_returned")
		}
		var f fault.Fields
		f.Words("reason", w.Reason, maxWords)
		act.Kind, act.Reason, is.Arrival = ActMended, w.Reason, Waiting
		return w.mend(tx, is, act, &f)
	})
}

// Withdraw takes back a move that the other office has not accepted: nobody has
// moved. Where people lived goes on, both ledgers lose it, and what was believed
// is kept. Of who has moved on since it cannot be taken back.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, key db.Key, id string, w Answered) (Move, error) {
	w.trim()
	return s.act(ctx, by, key, policy.MoveWithdraw, id, w.Version, w, guardFrom, func(tx *db.Tx, is *Move, act *Act) error {
		if is.Arrival != Returned && is.Arrival != Waiting {
			return fault.New(fault.Conflict, "relocation.not_returned")
		}
		var f fault.Fields
		f.Words("reason", w.Reason, maxWords)
		if err := f.Err(); err != nil {
			return err
		}
		act.Kind, act.Reason, is.Arrival = ActWithdrawn, w.Reason, Withdrawn
		return is.retract(tx, &f)
	})
}

func (w *Answered) trim() { w.Reason, w.Address = strings.TrimSpace(w.Reason), squeeze(w.Address) }

// mend lets a move be as an office says that it was.
func (w Answered) mend(tx *db.Tx, is *Move, act *Act, f *fault.Fields) error {
	f.Require("address", w.Address)
	if err := f.Err(); err != nil {
		return err
	}
	if w.Address != is.ToAddress {
		act.WasAddress = is.ToAddress
		if err := is.rehouse(tx, w.Address, f); err != nil {
			return err
		}
		act.IsAddress = is.ToAddress
	}
	if w.On == is.MovedOn {
		return nil
	}
	act.WasOn, act.IsOn = is.MovedOn, w.On
	return redate(tx, is, w.On, f)
}

// rehouse lets the people of a move live at another address of the village.
func (m *Move) rehouse(tx *db.Tx, address string, f *fault.Fields) error {
	var p plan
	if err := p.compile(tx, Request{Village: m.ToPath[:12], Address: address}, f); err != nil {
		return err
	}
	if p.to.Refused() {
		f.Add("address", "relocation.record.refused", "why", p.to.Refusal)
	}
	if err := f.Err(); err != nil {
		return err
	}
	path, err := gridOf(tx, p.to)
	if err != nil {
		return err
	}
	a, err := dwelling.FindOrInsertAddress(tx, p.to)
	if err != nil {
		return err
	}
	house, err := dwelling.HouseAt(tx, a.ID, "resettlement")
	if err != nil {
		return err
	}
	movers, err := m.movers(tx)
	if err != nil {
		return err
	}
	for _, one := range movers {
		if err := residence.Rehouse(tx, one.stay, path, house.ID); err != nil {
			return err
		}
	}
	m.ToPath, m.ToAddress, m.HouseID, m.SiteID = path, a.Text, house.ID, a.SiteID
	return grid.Regrid(tx, m.HouseholdID, residence.Living, m.MovedOn, path)
}

// retract takes the stays of a move back, and the grid that came with them. The
// grid before may have been divided anew since: it is the one of the door today.
func (m Move) retract(tx *db.Tx, f *fault.Fields) error {
	movers, err := m.movers(tx)
	if err != nil {
		return err
	}
	err = m.joined(tx, movers, calendar.On(tx.Now()).AddDays(1), f)
	if fault.Of(err) != nil {
		return fault.New(fault.Conflict, "relocation.withdraw.joined")
	}
	if err != nil {
		return err
	}
	if err := grid.Retract(tx, m.HouseholdID, residence.Living, m.MovedOn); err != nil {
		return err
	}
	for _, one := range movers {
		on, ok, err := residence.Retract(tx, one.stay)
		if err != nil {
			return err
		}
		if !ok || on.HouseID == "" {
			continue
		}
		_, a, err := dwelling.GetHouse(tx, on.HouseID)
		if err != nil {
			return err
		}
		path, err := gridOf(tx, a)
		if err != nil {
			return err
		}
		if path == on.Path || !within(path, on.Path, 12) || strings.HasSuffix(path, grid.NoGrid) {
			continue
		}
		if _, err := residence.InGrid(tx, on, path); err != nil {
			return err
		}
	}
	return m.follow(tx)
}

// follow binds the household to the grid where its head lives, after a move has
// been taken back.
func (m Move) follow(tx *db.Tx) error {
	members, err := residence.Members(tx, m.HouseholdID)
	if err != nil {
		return err
	}
	head, ok := residence.HeadOf(members)
	if !ok {
		return nil
	}
	lives, ok, err := residence.Current(tx, head.Person.ID, residence.Living)
	if err != nil || !ok {
		return err
	}
	ties, err := grid.TiesOf(tx, m.HouseholdID)
	if err != nil {
		return err
	}
	for _, t := range ties {
		if t.Relation == residence.Living && t.Path != lives.Path {
			return grid.Rebind(tx, t, lives.Path, calendar.On(tx.Now()))
		}
	}
	return nil
}

// guardTo lets the office in where the people of a move went.
func guardTo(tx *db.Tx, by actor.Actor, a policy.Action, m Move) error {
	return guardAt(tx, by, a, m, m.ToPath)
}

// guardFrom lets the office in from whose area they went: it registered the move.
func guardFrom(tx *db.Tx, by actor.Actor, a policy.Action, m Move) error {
	h, err := household.Get(tx, m.HouseholdID)
	if err != nil {
		return err
	}
	return guardAt(tx, by, a, m, m.FromPath, h.Village)
}

func guardAt(tx *db.Tx, by actor.Actor, a policy.Action, m Move, paths ...string) error {
	lies, err := residence.PlacesOf(tx, m.HouseholdID)
	if err != nil {
		return err
	}
	if !policy.SeesAll(by, lies) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	var at policy.Places
	for _, p := range paths {
		at = append(at, policy.Place{Relation: policy.At, Path: p})
	}
	return policy.Check(by, a, at)
}

// Arrived says that people have come: who serves them there has seen them.
func Arrived(tx *db.Tx, by actor.Actor, was Move) (Move, error) {
	if was.Arrival != Waiting {
		return was, nil
	}
	is, act := was, newAct(tx, by, was.ID)
	is.Arrival, act.Kind = Accepted, ActAccepted
	return is, act.write(tx, was, &is)
}

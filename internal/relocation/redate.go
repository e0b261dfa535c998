package relocation

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A Redating says that a move was on another day than was registered.
type Redating struct {
	On       calendar.Date
	Reason   string
	Evidence string // which paper says so, and where it lies
	Version  int64  // of the move that was seen
}

// Redate corrects the day of a registered move. Where people lived and which
// grid was theirs follow, and with them the ledgers of both days; what was
// believed until now is kept, and the move says by whom and why it is another
// day. Nothing else of the move changes: neither its case, which was decided by
// the rule of its time, nor any right.
func (s *Service) Redate(ctx context.Context, by actor.Actor, key db.Key, id string, d Redating) (Move, error) {
	d.Reason, d.Evidence = strings.TrimSpace(d.Reason), strings.TrimSpace(d.Evidence)
	return s.act(ctx, by, key, policy.MoveRedate, id, d.Version, d, guardAct, func(tx *db.Tx, is *Move, act *Act) error {
		var f fault.Fields
		f.Words("reason", d.Reason, maxWords)
		f.Words("evidence", d.Evidence, maxWords)
		if d.On == is.MovedOn {
			f.Add("on", "relocation.redate.same")
		}
		act.Kind, act.WasOn, act.IsOn, act.Reason, act.Evidence = ActRedated, is.MovedOn, d.On, d.Reason, d.Evidence
		return redate(tx, is, d.On, &f)
	})
}

// guardAct lets those in who may see a move and do an act of the counter to it.
func guardAct(tx *db.Tx, by actor.Actor, a policy.Action, m Move) error {
	places, err := residence.PlacesOf(tx, m.HouseholdID)
	if err != nil {
		return err
	}
	if !policy.SeesAll(by, places) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return policy.Check(by, a, places)
}

// redate lets a move be on another day, with all that follows from the day.
func redate(tx *db.Tx, m *Move, on calendar.Date, f *fault.Fields) error {
	switch {
	case !on.Valid():
		f.Add("on", "relocation.record.date")
	case on > calendar.On(tx.Now()):
		f.Add("on", "relocation.record.future")
	}
	if err := f.Err(); err != nil {
		return err
	}
	was := m.MovedOn
	if err := neighbours(tx, *m, on, f); err != nil {
		return err
	}
	if err := m.restay(tx, on, f); err != nil {
		return err
	}
	if err := grid.Redate(tx, m.HouseholdID, residence.Living, was, on); err != nil {
		return err
	}
	m.MovedOn = on
	return nil
}

// neighbours is the rule that moves of the same people keep their order: none
// is brought before an earlier one or after a later one.
func neighbours(tx *db.Tx, m Move, on calendar.Date, f *fault.Fields) error {
	all, err := Of(tx, m.HouseholdID)
	if err != nil {
		return err
	}
	ids, err := m.People()
	if err != nil {
		return err
	}
	for _, o := range all {
		switch {
		case o.ID == m.ID || !o.moves(ids):
		case o.MovedOn <= m.MovedOn && on < o.MovedOn:
			f.Add("on", "relocation.record.before", "on", o.MovedOn.Chinese())
			return f.Err()
		case o.MovedOn > m.MovedOn && on >= o.MovedOn:
			f.Add("on", "relocation.redate.after", "on", o.MovedOn.Chinese())
			return f.Err()
		}
	}
	return nil
}

// restay brings the stays that began with a move to another day. Of a move that
// a list told of people who lived there already, no stay began with it.
func (m Move) restay(tx *db.Tx, on calendar.Date, f *fault.Fields) error {
	movers, err := m.movers(tx)
	if err != nil {
		return err
	}
	if err := m.joined(tx, movers, on, f); err != nil {
		return err
	}
	for _, one := range movers {
		err := residence.Redate(tx, one.stay, max(on, one.birth))
		if found := fault.Of(err); found != nil && found.Kind == fault.Conflict {
			f.Add("on", found.Key, found.Args...)
			return f.Err()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// joined is the rule that nobody has joined the movers at the new place before
// they came: a child born there, or who married in, would have lived there alone.
func (m Move) joined(tx *db.Tx, movers []mover, on calendar.Date, f *fault.Fields) error {
	if len(movers) == 0 || movers[0].stay.HouseID == "" || on <= m.MovedOn {
		return nil
	}
	there, err := residence.OccupantsOn(tx, movers[0].stay.HouseID, on) // all of a move live in one house
	if err != nil {
		return err
	}
	for _, o := range there {
		if o.Kind == residence.Living && o.HouseholdID == m.HouseholdID && o.ValidFrom > m.MovedOn && o.ValidFrom < on &&
			!slices.ContainsFunc(movers, func(one mover) bool { return one.stay.PersonID == o.PersonID }) {
			f.Add("on", "relocation.redate.joined", "on", o.ValidFrom.Chinese())
			return f.Err()
		}
	}
	return nil
}

// A mover is somebody of a move with the stay that began with it.
type mover struct {
	birth calendar.Date
	stay  residence.Spell
}

// movers are those of a move whose stay began with it, as it is believed now.
func (m Move) movers(tx *db.Tx) (all []mover, err error) {
	ids, err := m.People()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		p, err := person.Get(tx, id)
		if err != nil {
			return nil, err
		}
		stay, ok, err := residence.StayFrom(tx, id, residence.Living, max(m.MovedOn, p.Birth))
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, mover{p.Birth, stay})
		}
	}
	return all, nil
}

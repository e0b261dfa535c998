package accepting

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/proposal"
)

// Propose asks for a service on the list from a day on: a new one, if it names
// no item, or one that is there as it is to be.
func (s *Service) Propose(ctx context.Context, by actor.Actor, key db.Key, c Change) (Change, error) {
	if err := policy.Check(by, policy.AcceptingPropose, policy.Places{}); err != nil {
		return Change{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.AcceptingPropose), key, c, func(tx *db.Tx) (Change, error) {
		today := calendar.On(tx.Now())
		var f fault.Fields
		if c.Ends == 1 {
			was, err := now(tx, c.Item, today)
			if err != nil {
				return c, err
			}
			c.Says = was.Says
		} else {
			c.check(&f)
		}
		c.Check(&f, today)
		if err := f.Err(); err != nil {
			return c, err
		}
		if err := c.place(tx, today); err != nil {
			return c, err
		}
		c.ID, c.Asked = tx.NewID(), c.By(by, tx.Millis())
		if err := proposal.Add(tx, "accepting_change", "accepting_change_item_uq", c); err != nil {
			return c, err
		}
		return c, tx.Record(c.Subject(), nil, c)
	})
}

// place finds the item that a change is about, or gives a new service one. No
// two of the list have one name and one unit.
func (c *Change) place(tx *db.Tx, today calendar.Date) error {
	if c.Item == "" {
		c.Item = tx.NewID()
	} else if _, err := now(tx, c.Item, today); err != nil {
		return err
	}
	taken, err := named(tx, c.Item, c.Name, c.Unit, today)
	if err == nil && taken {
		var f fault.Fields
		f.Add("name", "accepting.taken")
		err = f.Err()
	}
	return err
}

// Approve lets a change be on the list from its day on. Who asked for it cannot.
func (s *Service) Approve(ctx context.Context, by actor.Actor, key db.Key, id string) (Change, error) {
	return s.decide(ctx, by, key, id, proposal.Approved, "")
}

// Refuse says no, with the reason; who asked for it may take it back so.
func (s *Service) Refuse(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (Change, error) {
	return s.decide(ctx, by, key, id, proposal.Refused, answer)
}

func (s *Service) decide(ctx context.Context, by actor.Actor, key db.Key, id, to, answer string) (Change, error) {
	if err := policy.Check(by, policy.AcceptingDecide, policy.Places{}); err != nil {
		return Change{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.AcceptingDecide), key, [3]string{id, to, answer}, func(tx *db.Tx) (Change, error) {
		was, err := change(tx, id)
		if err != nil {
			return was, err
		}
		is := was
		if is.Asked, err = was.Decided(by, to, answer, calendar.On(tx.Now()), tx.Millis()); err != nil {
			return was, err
		}
		if to == proposal.Approved {
			if err := enact(tx, is); err != nil {
				return was, err
			}
		}
		if err := proposal.Save(tx, "accepting_change", id, is.Asked); err != nil {
			return was, err
		}
		return is, tx.Record(is.Subject(), was, is)
	})
}

// enact writes what a change makes of the list.
func enact(tx *db.Tx, c Change) error {
	rows, err := of(tx, c.Item)
	if err != nil {
		return err
	}
	is, next := after(rows, c)
	for i, was := range rows {
		if is[i] == was {
			continue
		}
		if err := end(tx, was, is[i]); err != nil {
			return err
		}
	}
	if next == nil {
		return nil
	}
	next.ID = tx.NewID()
	if err := db.Insert(tx, "accepting", *next); err != nil {
		return err
	}
	return tx.Record(c.Subject(), nil, *next)
}

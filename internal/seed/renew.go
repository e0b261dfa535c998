package seed

import (
	"context"
	"fmt"
	"slices"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/seal"
)

// Renew gives every queue of booklets something real: the night's comparison
// with the register, a loss that waits, papers made again after a loss, damage
// or a change, some of them taken home. The county's own registrars do it,
// through the doors everybody goes through.
func Renew(ctx context.Context, d *db.DB, keys *seal.Keys, made *Made) error {
	s := &booklet.Service{DB: d, Keys: keys}
	if _, err := s.Sweep(ctx, actor.ForSystem("booklets")); err != nil {
		return err
	}
	var stations []string
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		stations, err = db.All[string](tx, `select login from account where login like 'mj___' order by login`)
		return err
	}); err != nil {
		return err
	}
	n := &networker{ctx: ctx, d: d, day: calendar.On(d.Now())}
	for _, login := range stations[:min(2, len(stations))] {
		by, err := n.who(login, actor.Registrar)
		if err == nil && len(by.Paths) > 0 {
			err = (&counter{ctx, s, by, made}).renew()
		}
		if err != nil {
			return fmt.Errorf("booklets of %s: %w", login, err)
		}
	}
	return nil
}

// A counter is where a registrar has booklets made again.
type counter struct {
	ctx  context.Context
	s    *booklet.Service
	by   actor.Actor
	made *Made
}

func (c *counter) renew() error {
	held, err := c.s.List(c.ctx, c.by, booklet.View(booklet.Issued), "", 500)
	if err != nil {
		return err
	}
	kept := c.made.Booklets[:min(10, len(c.made.Booklets))] // their numbers are told as good ones
	held = slices.DeleteFunc(held, func(b booklet.Booklet) bool { return b.StaleAt > 0 || slices.Contains(kept, b.Number) })
	slices.Reverse(held)
	stale, err := c.s.List(c.ctx, c.by, booklet.Stales, "", 500)
	if err != nil {
		return err
	}
	stale = slices.DeleteFunc(stale, func(b booklet.Booklet) bool { return b.State != booklet.Issued || slices.Contains(kept, b.Number) })
	lost, handed := "户主来所挂失，居住簿在搬家时遗失。", true
	for i, do := range []func(booklet.Booklet) error{
		func(b booklet.Booklet) error { return c.lose(b, lost) },
		func(b booklet.Booklet) error { return c.again(b, booklet.AfterLoss, lost, !handed) },
		func(b booklet.Booklet) error { return c.again(b, booklet.AfterLoss, lost, handed) },
		func(b booklet.Booklet) error { return c.again(b, booklet.Damaged, "", !handed) },
		func(b booklet.Booklet) error { return c.again(b, booklet.Damaged, "", handed) },
	} {
		if i < len(held) {
			if err := do(held[i]); err != nil {
				return err
			}
		}
	}
	for i, b := range stale[:min(2, len(stale)/2)] { // as many stay in the queue
		if err := c.again(b, booklet.Changed, "", i == 0); err != nil {
			return err
		}
	}
	return nil
}

func (c *counter) lose(b booklet.Booklet, told string) error {
	_, err := c.s.ReportLost(c.ctx, c.by, "", b.ID, told)
	return err
}

// again makes the next version of a booklet and, when it is taken home, hands
// it over. A household that has left in between keeps what it has.
func (c *counter) again(b booklet.Booklet, why booklet.Why, lost string, home bool) error {
	if lost != "" {
		if err := c.lose(b, lost); err != nil {
			return err
		}
	}
	_, err := c.s.Replace(c.ctx, c.by, "", b.ID, why)
	if fault.KindOf(err) == fault.Conflict {
		return nil
	}
	if err == nil && home {
		_, err = c.s.HandOver(c.ctx, c.by, "", b.ID, b.HeadName)
	}
	return err
}

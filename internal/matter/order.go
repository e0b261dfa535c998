package matter

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/paper"
	"anju/internal/policy"
)

// SignOrder is the signature of an officer of the centre in whose name an order
// goes out. It goes out with it.
func (s *Service) SignOrder(ctx context.Context, by actor.Actor, key db.Key, id string) (Order, error) {
	return s.order(ctx, by, key, policy.OrderSign, "", id, "", func(tx *db.Tx, m Matter, o *Order) error {
		if !o.signs(by) {
			return fault.New(fault.Forbidden, "matter.order.other_centre")
		}
		if o.SignedAt != 0 {
			return fault.New(fault.Conflict, "matter.order.signed")
		}
		if err := deadline.Stop(tx, o.Subject(), deadline.OrderSign); err != nil {
			return err
		}
		return o.goOut(tx, m, by)
	})
}

// AnswerOrder is the answer of the level that let the matter lie, even when the
// matter has gone up or has been closed since.
func (s *Service) AnswerOrder(ctx context.Context, by actor.Actor, key db.Key, id, text string) (Order, error) {
	text = strings.TrimSpace(text)
	return s.order(ctx, by, key, policy.OrderAnswer, AnswerOrder, id, text, func(tx *db.Tx, m Matter, o *Order) error {
		if err := inHands(tx, by, o.Level, m.Path); err != nil {
			return err
		}
		if err := o.mayAnswer(); err != nil {
			return err
		}
		o.Answer, o.AnsweredBy, o.AnsweredAt = text, by.Name, tx.Millis()
		return deadline.Stop(tx, o.Subject(), deadline.OrderAnswer)
	})
}

// mayAnswer is the rule: what has gone out and has no answer yet.
func (o Order) mayAnswer() error {
	switch {
	case o.SignedAt == 0:
		return fault.New(fault.Conflict, "matter.order.unsigned")
	case o.AnsweredAt != 0:
		return fault.New(fault.Conflict, "matter.order.answered")
	}
	return nil
}

// ReturnOrder is the centre's word that the answer does not suffice, and why.
// The time for another begins.
func (s *Service) ReturnOrder(ctx context.Context, by actor.Actor, key db.Key, id, text string) (Order, error) {
	text = strings.TrimSpace(text)
	return s.order(ctx, by, key, policy.OrderReturn, ReturnOrder, id, text, func(tx *db.Tx, _ Matter, o *Order) error {
		if err := o.mayDecide(); err != nil {
			return err
		}
		o.AnsweredAt, o.Returns, o.ReturnedWhy = 0, o.Returns+1, text
		return o.awaitAnswer(tx)
	})
}

// mayDecide is the rule: an answer that nobody has decided on.
func (o Order) mayDecide() error {
	switch {
	case o.ClosedAt != 0:
		return fault.New(fault.Conflict, "matter.order.closed")
	case o.AnsweredAt == 0:
		return fault.New(fault.Conflict, "matter.order.unanswered")
	}
	return nil
}

// RemindOrder asks for an answer that has not come, in the centre's name.
func (s *Service) RemindOrder(ctx context.Context, by actor.Actor, key db.Key, id string) (Order, error) {
	return s.order(ctx, by, key, policy.OrderRemind, RemindOrder, id, "", func(_ *db.Tx, _ Matter, o *Order) error {
		if err := o.mayAnswer(); err != nil {
			return err
		}
		o.Reminded++
		return nil
	})
}

// CloseOrder is the centre's word that the answer will do. It closes the
// order, not the matter.
func (s *Service) CloseOrder(ctx context.Context, by actor.Actor, key db.Key, id string) (Order, error) {
	return s.order(ctx, by, key, policy.OrderClose, CloseOrder, id, "", func(tx *db.Tx, _ Matter, o *Order) error {
		if err := o.mayDecide(); err != nil {
			return err
		}
		o.ClosedAt = tx.Millis()
		return nil
	})
}

// order is what every act upon an order goes through. a is what the timeline
// says; "" where the act itself has said it.
func (s *Service) order(ctx context.Context, by actor.Actor, key db.Key, p policy.Action, a Act, id, text string, f func(*db.Tx, Matter, *Order) error) (Order, error) {
	request := [3]string{id, string(p), text}
	return db.Once(ctx, s.DB, by, string(p), key, request, func(tx *db.Tx) (Order, error) {
		was, err := getOrder(tx, id)
		if err != nil {
			return was, err
		}
		m, err := Get(tx, was.MatterID)
		if err != nil {
			return was, err
		}
		if err := Allowed(tx, by, p, m); err != nil {
			return was, err
		}
		if err := deadline.Settle(tx, was.Subject(), s.warn); err != nil {
			return was, err
		}
		if was, err = getOrder(tx, id); err != nil { // what was due has happened to it
			return was, err
		}
		is := was
		if err := f(tx, m, &is); err != nil {
			return was, err
		}
		is.Version++
		if a != "" {
			if _, _, err := m.after(a, Say{Text: text}, tx.Now()); err != nil {
				return was, err
			}
			if err := appendEvent(tx, by, m, a, Say{Text: strings.TrimSpace(was.Number + " " + text)}); err != nil {
				return was, err
			}
		}
		if err := saveOrder(tx, was, is); err != nil {
			return was, err
		}
		return is, tx.Record(m.Subject(), was, is)
	})
}

// Receive is a centre's word that it has a warning. It changes nothing for
// whoever is late.
func (s *Service) Receive(ctx context.Context, by actor.Actor, key db.Key, orderID string) (Order, error) {
	return db.Once(ctx, s.DB, by, string(policy.WarningReceive), key, orderID, func(tx *db.Tx) (Order, error) {
		o, err := getOrder(tx, orderID)
		if err != nil {
			return o, err
		}
		m, err := Get(tx, o.MatterID)
		if err != nil {
			return o, err
		}
		if err := Allowed(tx, by, policy.WarningReceive, m); err != nil {
			return o, err
		}
		return o, receive(tx, by, m, o.WarningID)
	})
}

// OrderPDF prints a supervision order as it went out.
func (s *Service) OrderPDF(ctx context.Context, by actor.Actor, id string, w io.Writer) error {
	c, err := db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MatterRead), For: "supervision/" + id}, func(tx *db.Tx) (OrderContent, error) {
		o, err := getOrder(tx, id)
		if err != nil {
			return OrderContent{}, err
		}
		m, err := Get(tx, o.MatterID)
		if err != nil {
			return OrderContent{}, err
		}
		if err := Allowed(tx, by, policy.MatterRead, m); err != nil {
			return OrderContent{}, err
		}
		tx.Saw(m.Subject())
		if o.SignedAt == 0 {
			return OrderContent{}, fault.New(fault.Conflict, "matter.order.unsigned")
		}
		return s.content(tx, o, m)
	})
	if err != nil {
		return err
	}
	return paper.Fault(c.PDF(w))
}

// lay is the clock whose limit passed: since when a matter lay with the level an
// order asks; and how long it had lain there then.
func lay(tx *db.Tx, m Matter, o Order) (c deadline.Clock, passed time.Duration, err error) {
	clocks, err := deadline.Of(tx, m.Subject())
	if err != nil {
		return c, 0, err
	}
	warnings, err := deadline.WarningsOf(tx, m.Subject())
	if err != nil {
		return c, 0, err
	}
	for _, w := range warnings {
		for _, c := range clocks {
			if w.ID == o.WarningID && c.ID == w.ClockID {
				return c, time.Duration(w.DueAt-c.StartedAt) * time.Millisecond, nil
			}
		}
	}
	return c, 0, fmt.Errorf("order %s: its warning is gone", o.ID)
}

func (s *Service) content(tx *db.Tx, o Order, m Matter) (OrderContent, error) {
	x, err := division.Load(tx)
	if err != nil {
		return OrderContent{}, err
	}
	late, passed, err := lay(tx, m, o)
	if err != nil {
		return OrderContent{}, err
	}
	kind := string(actor.AtLevel(int(o.Level)))
	level := i18n.T("account.kind."+kind) + "（" + i18n.T("account.role."+kind) + "）" //i18n:dynamic account.role.
	day := func(ms int64) string { return calendar.On(time.UnixMilli(ms)).Chinese() }
	c := OrderContent{
		Issuer: o.Issuer, Number: o.Number, To: x.FullName(m.Path) + level, IssuedOn: day(o.IssuedAt), PrintedAt: time.UnixMilli(o.IssuedAt),
		MatterNumber: m.Number, Subject: i18n.T("matter.category." + m.Category), Place: x.FullName(m.Path), //i18n:dynamic matter.category.
		ReportedOn: day(m.ReportedAt), ReachedOn: day(late.StartedAt), Level: level, Days: fmt.Sprint(int(passed / (24 * time.Hour))),
		Basis: basisOf(late), State: o.stands(), AnswerDueOn: calendar.Date(o.AnswerDue).Chinese(), Next: i18n.T("matter.order.next"),
	}
	if o.AnsweredAt != 0 {
		c.Answer, c.AnsweredBy, c.AnsweredOn = o.Answer, o.AnsweredBy, day(o.AnsweredAt)
	}
	n, err := deadline.Calendar(tx)
	if err != nil {
		return c, err
	}
	expected, err := o.expected(tx, n)
	if err != nil {
		return c, err
	}
	if expected {
		c.AnswerDueOn = i18n.T("ui.due.expected_day", "day", c.AnswerDueOn)
		c.Expected = i18n.T("matter.order.expected", "year", calendar.Date(o.AnswerDue).Year())
	}
	centre := actor.TownCentre
	if len(o.IssuerPath) < 9 {
		centre = actor.CountyCentre
	}
	hs, err := account.Holders(tx, s.Keys, centre, m.Path, calendar.On(tx.Now()))
	if err == nil && len(hs) > 0 {
		c.Contact, c.Phone = hs[0].Name, hs[0].Phone.Reveal()
	}
	return c, err
}

// basisOf is by which rule an order goes out: that of the limit that passed.
func basisOf(c deadline.Clock) string {
	if c.Kind == deadline.SevenDay {
		return i18n.T("matter.order.basis")
	}
	return i18n.T("matter.order.basis_law", "basis", deadline.BasisOf(c.Kind), "name", deadline.NameOf(c.Kind), "n", c.Amount, "unit", i18n.T("deadline.short."+string(c.Unit))) //i18n:dynamic deadline.short.
}

// stands is how an order stands, in a word.
func (o Order) stands() string {
	on := func(ms int64) string { return calendar.On(time.UnixMilli(ms)).Chinese() }
	switch {
	case o.ClosedAt != 0:
		return i18n.T("matter.order.state.closed", "on", on(o.ClosedAt))
	case o.AnsweredAt != 0:
		return i18n.T("matter.order.state.answered", "on", on(o.AnsweredAt))
	case o.Returns > 0:
		return i18n.T("matter.order.state.returned")
	case o.Reminded > 0:
		return i18n.T("matter.order.state.reminded", "n", o.Reminded)
	}
	return i18n.T("matter.order.state.waiting")
}

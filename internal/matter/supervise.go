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

// answerDays is how long a level has to answer a supervision order.
const answerDays = 3 // working days

// Sweeper is the deadline's sweeper with what a passed limit means for a
// matter.
func (s *Service) Sweeper() *deadline.Sweeper {
	return &deadline.Sweeper{DB: s.DB, Warn: s.warn, Notice: s.notice}
}

// warn follows a stored warning, in its transaction: the timeline says so, and
// a numbered supervision order goes out in the centre's name. The owner stays.
func (s *Service) warn(tx *db.Tx, c deadline.Clock, w deadline.Warning) error {
	m, err := Get(tx, ID(strings.TrimPrefix(w.Subject, "matter/")))
	if err != nil {
		return err
	}
	if err := appendEvent(tx, byItself, m, Warn, Say{}); err != nil {
		return err
	}
	o, err := issue(tx, m, w)
	if err != nil {
		return err
	}
	return appendEvent(tx, byItself, m, Supervise, Say{Text: o.Number})
}

// byItself is who stands in the timeline for what nobody had to do.
var byItself = actor.ForSystem("deadline")

func issue(tx *db.Tx, m Matter, w deadline.Warning) (Order, error) {
	path := m.IssuerPath(w)
	issuer, err := issuerName(tx, path)
	if err != nil {
		return Order{}, err
	}
	day := calendar.On(tx.Now())
	n, err := db.NextInSeries(tx, fmt.Sprintf("supervision/%d", day.Year()))
	if err != nil {
		return Order{}, err
	}
	o := Order{
		ID: tx.NewID(), Number: i18n.T("matter.order.number", "year", day.Year(), "n", n), MatterID: m.ID, WarningID: w.ID, Path: m.Path, Level: w.Level,
		Issuer: issuer, IssuerPath: path, IssuedAt: tx.Millis(), AnswerDue: string(calendar.AddWorking(day, answerDays)), Version: 1,
	}
	if err := db.Insert(tx, "supervision", o); err != nil {
		return o, err
	}
	return o, tx.Record(m.Subject(), nil, o)
}

// IssuerPath is the area of the centre in whose name an order goes out: the
// town's while the matter lies with levels 1 to 3, the county's once the town
// itself is late or the county's own level is told.
func (m Matter) IssuerPath(w deadline.Warning) string {
	if w.Level >= 4 || w.Told >= deadline.TopLevel {
		return m.Path[:min(6, len(m.Path))]
	}
	return m.Path[:min(9, len(m.Path))]
}

// issuerName is the centre over an area, by name. A town that has been merged or
// abolished keeps its last name here: no order fails for want of one.
func issuerName(tx *db.Tx, path string) (string, error) {
	ever, err := division.History(tx, path)
	name := path
	if len(ever) > 0 {
		name = ever[0].Name
	}
	return i18n.T("matter.issuer", "name", name), err
}

func (s *Service) notice(tx *db.Tx, c deadline.Clock) error {
	m, err := Get(tx, ID(strings.TrimPrefix(c.Subject, "matter/")))
	if err != nil {
		return err
	}
	if err := appendEvent(tx, byItself, m, Notice, Say{}); err != nil {
		return err
	}
	return tx.RecordAll(m.Subject(), 1, string(Notice))
}

// AnswerOrder is the answer of the level that let the matter lie, even when the
// matter has gone up or has been closed since.
func (s *Service) AnswerOrder(ctx context.Context, by actor.Actor, key db.Key, id, text string) (Order, error) {
	text = strings.TrimSpace(text)
	return s.order(ctx, by, key, policy.OrderAnswer, AnswerOrder, id, text, func(tx *db.Tx, m Matter, o *Order) error {
		if err := inHands(tx, by, o.Level, m.Path); err != nil {
			return err
		}
		if o.AnsweredAt != 0 {
			return fault.New(fault.Conflict, "matter.order.answered")
		}
		o.Answer, o.AnsweredBy, o.AnsweredAt = text, by.Name, tx.Millis()
		return nil
	})
}

// CloseOrder is the centre's word that the answer will do. It closes the
// order, not the matter.
func (s *Service) CloseOrder(ctx context.Context, by actor.Actor, key db.Key, id string) (Order, error) {
	return s.order(ctx, by, key, policy.OrderClose, CloseOrder, id, "", func(tx *db.Tx, m Matter, o *Order) error {
		if o.AnsweredAt == 0 {
			return fault.New(fault.Conflict, "matter.order.unanswered")
		}
		if o.ClosedAt != 0 {
			return fault.New(fault.Conflict, "matter.order.closed")
		}
		o.ClosedAt = tx.Millis()
		return nil
	})
}

func (s *Service) order(ctx context.Context, by actor.Actor, key db.Key, p policy.Action, a Act, id, text string, f func(*db.Tx, Matter, *Order) error) (Order, error) {
	request := [3]string{id, string(a), text}
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
		is := was
		if err := f(tx, m, &is); err != nil {
			return was, err
		}
		if _, _, err := m.after(a, Say{Text: text}, tx.Now()); err != nil {
			return was, err
		}
		is.Version++
		if err := saveOrder(tx, was, is); err != nil {
			return was, err
		}
		if err := appendEvent(tx, by, m, a, Say{Text: strings.TrimSpace(was.Number + " " + text)}); err != nil {
			return was, err
		}
		return is, tx.Record(m.Subject(), was, is)
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
		return s.content(tx, o, m)
	})
	if err != nil {
		return err
	}
	return paper.Fault(c.PDF(w))
}

// lay is since when a matter lay with the level an order asks, and how long it
// had lain there at the limit that passed.
func lay(tx *db.Tx, m Matter, o Order) (reached int64, passed time.Duration, err error) {
	clocks, err := deadline.Of(tx, m.Subject())
	if err != nil {
		return 0, 0, err
	}
	warnings, err := deadline.WarningsOf(tx, m.Subject())
	if err != nil {
		return 0, 0, err
	}
	for _, w := range warnings {
		for _, c := range clocks {
			if w.ID == o.WarningID && c.ID == w.ClockID {
				return c.StartedAt, time.Duration(w.DueAt-c.StartedAt) * time.Millisecond, nil
			}
		}
	}
	return 0, 0, fmt.Errorf("order %s: its warning is gone", o.ID)
}

func (s *Service) content(tx *db.Tx, o Order, m Matter) (OrderContent, error) {
	x, err := division.Load(tx)
	if err != nil {
		return OrderContent{}, err
	}
	reached, passed, err := lay(tx, m, o)
	if err != nil {
		return OrderContent{}, err
	}
	kind := string(actor.AtLevel(int(o.Level)))
	level := i18n.T("account.kind."+kind) + "（" + i18n.T("account.role."+kind) + "）" //i18n:dynamic account.role.
	day := func(ms int64) string { return calendar.On(time.UnixMilli(ms)).Chinese() }
	c := OrderContent{
		Issuer: o.Issuer, Number: o.Number, To: x.FullName(m.Path) + level, IssuedOn: day(o.IssuedAt), PrintedAt: time.UnixMilli(o.IssuedAt),
		MatterNumber: m.Number, Subject: i18n.T("matter.category." + m.Category), Place: x.FullName(m.Path), //i18n:dynamic matter.category.
		ReportedOn: day(m.ReportedAt), ReachedOn: day(reached), Level: level, Days: fmt.Sprint(int(passed / (24 * time.Hour))),
		Basis: i18n.T("matter.order.basis"), AnswerDueOn: calendar.Date(o.AnswerDue).Chinese(), Next: i18n.T("matter.order.next"),
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

package matter

import (
	"fmt"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/i18n"
)

// Sweeper is the deadline's sweeper with what a passed limit means for a
// matter and for an order about one.
func (s *Service) Sweeper() *deadline.Sweeper {
	return &deadline.Sweeper{DB: s.DB, Warn: s.warn, Notice: s.notice}
}

const (
	matterSubject = "matter/"
	orderSubject  = "supervision/"
)

// warn follows stored warnings, in their transaction: each goes to both centres,
// the timeline says so, and a numbered supervision order goes out in a centre's
// name. The owner stays.
func (s *Service) warn(tx *db.Tx, all []deadline.Missed) error {
	var late []deadline.Missed
	for _, p := range all {
		if id, ok := strings.CutPrefix(p.Clock.Subject, orderSubject); ok {
			if err := s.orderDue(tx, p.Clock, id); err != nil {
				return err
			}
		} else {
			late = append(late, p)
		}
	}
	if len(late) == 0 {
		return nil
	}
	ids := make([]ID, len(late))
	var receipts []Receipt
	for i, p := range late {
		ids[i] = ID(strings.TrimPrefix(p.Clock.Subject, matterSubject))
		for _, path := range Centres(p.Warning.Path) {
			receipts = append(receipts, Receipt{WarningID: p.Warning.ID, Path: path})
		}
	}
	lines, err := timelines(tx, ids)
	if err != nil {
		return err
	}
	if err := db.InsertAll(tx, "warning_receipt", receipts); err != nil {
		return err
	}
	return issue(tx, late, ids, lines)
}

// byItself is who stands in the timeline for what nobody had to do.
var byItself = actor.ForSystem("deadline")

// limitName is what a timeline calls a limit: nothing for the seven days.
func limitName(kind string) string {
	if kind == deadline.SevenDay {
		return ""
	}
	return kind
}

// Centres are the areas of the centres to which a warning about a place goes:
// the county's and the town's, always both; of what lies with the county itself
// the county's.
func Centres(path string) []string {
	county, town := path[:min(6, len(path))], path[:min(9, len(path))]
	if county == town || isCountys(path) {
		return []string{county}
	}
	return []string{county, town}
}

// issue makes the supervision orders of warnings, numbered in their order.
// Unless an officer of the centre has to sign them first, they go out at once.
func issue(tx *db.Tx, late []deadline.Missed, ids []ID, lines timeline) error {
	day := calendar.On(tx.Now())
	last, err := db.TakeInSeries(tx, fmt.Sprintf("supervision/%d", day.Year()), len(late))
	if err != nil {
		return err
	}
	sign, err := deadline.TermOn(tx, deadline.OrderSign, day)
	if err != nil {
		return err
	}
	kind := deadline.OrderAnswer
	if sign.Amount > 0 {
		kind = deadline.OrderSign
	}
	orders, on, names := make([]Order, len(late)), make([]deadline.On, len(late)), map[string]string{}
	for i, p := range late {
		m, w := lines.of[ids[i]], p.Warning
		path := m.IssuerPath(w)
		if names[path] == "" {
			if names[path], err = issuerName(tx, path); err != nil {
				return err
			}
		}
		n := last - int64(len(late)-1-i)
		o := &orders[i]
		*o = Order{
			ID: tx.NewID(), Number: i18n.T("matter.order.number", "year", day.Year(), "n", n), MatterID: m.ID, WarningID: w.ID, Path: m.Path, Level: w.Level,
			Issuer: names[path], IssuerPath: path, IssuedAt: tx.Millis(), Version: 1,
		}
		on[i] = deadline.On{Subject: o.Subject(), Path: o.Path, Level: o.Level}
		lines.add(tx, byItself, m, Warn, Say{Limit: limitName(p.Clock.Kind)})
		if kind == deadline.OrderSign {
			on[i].Level = w.Told
			continue
		}
		o.SignedAt = tx.Millis()
		lines.add(tx, byItself, m, Supervise, Say{Text: o.Number})
	}
	clocks, err := deadline.StartAll(tx, kind, on, tx.Now())
	if err != nil {
		return err
	}
	for i := range orders {
		if kind == deadline.OrderAnswer {
			orders[i].AnswerDue = answerDue(clocks[i])
		}
		if err := tx.Record(matterSubject+string(ids[i]), nil, orders[i]); err != nil {
			return err
		}
	}
	if err := db.InsertAll(tx, "supervision", orders); err != nil {
		return err
	}
	return lines.store(tx)
}

// answerDue is the last day for an answer.
func answerDue(c deadline.Clock) string { return string(c.LastDay()) }

// goOut sends an order on its way: the time for its answer begins.
func (o *Order) goOut(tx *db.Tx, m Matter, by actor.Actor) error {
	o.SignedAt = tx.Millis()
	if by.Kind != actor.System {
		o.SignedBy = by.Name
	}
	if err := o.awaitAnswer(tx); err != nil {
		return err
	}
	return appendEvent(tx, by, m, Supervise, Say{Text: o.Number})
}

// expected reports whether the day for an answer that is still to come hangs on
// a year whose notice is not known (预计).
func (o Order) expected(tx *db.Tx, n *calendar.Notice) (bool, error) {
	due := calendar.Date(o.AnswerDue)
	if o.SignedAt == 0 || o.AnsweredAt != 0 || o.ClosedAt != 0 || !due.Valid() || !n.Provisional(due.Year()) {
		return false, nil
	}
	clocks, err := deadline.Of(tx, o.Subject())
	return slices.ContainsFunc(clocks, func(c deadline.Clock) bool {
		return c.Kind == deadline.OrderAnswer && c.StoppedAt == 0 && c.Step == 0 && c.Provisional(n)
	}), err
}

// awaitAnswer begins the time for an order's answer.
func (o *Order) awaitAnswer(tx *db.Tx) error {
	c, err := deadline.StartKind(tx, deadline.OrderAnswer, o.Subject(), o.Path, o.Level, tx.Now())
	o.AnswerDue = answerDue(c)
	return err
}

// orderDue is what a passed limit of an order means: one that nobody has signed
// goes out unsigned, and an answer that has not come is asked for again.
func (s *Service) orderDue(tx *db.Tx, c deadline.Clock, id string) error {
	was, err := getOrder(tx, id)
	if err != nil {
		return err
	}
	m, err := Get(tx, was.MatterID)
	if err != nil {
		return err
	}
	is := was
	switch c.Kind {
	case deadline.OrderSign:
		if was.SignedAt != 0 {
			return nil
		}
		if err := is.goOut(tx, m, byItself); err != nil {
			return err
		}
	default:
		is.Reminded++
		if err := appendEvent(tx, byItself, m, RemindOrder, Say{Text: is.Number}); err != nil {
			return err
		}
	}
	is.Version++
	if err := saveOrder(tx, was, is); err != nil {
		return err
	}
	return tx.Record(m.Subject(), was, is)
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

// notice follows what is said beforehand: of a matter in its timeline, of an
// order nowhere but in the record.
func (s *Service) notice(tx *db.Tx, all []deadline.Clock) error {
	var ids []ID
	for _, c := range all {
		if id, ok := strings.CutPrefix(c.Subject, matterSubject); ok {
			ids = append(ids, ID(id))
		}
		if err := tx.RecordAll(c.Subject, 1, string(Notice)); err != nil {
			return err
		}
	}
	lines, err := timelines(tx, ids)
	if err != nil {
		return err
	}
	for _, c := range all {
		if id, ok := strings.CutPrefix(c.Subject, matterSubject); ok {
			lines.add(tx, byItself, lines.of[ID(id)], Notice, Say{Limit: limitName(c.Kind)})
		}
	}
	return lines.store(tx)
}

// Recount writes anew by when orders have to be answered, once another year's
// calendar is known: the clocks have moved, and what is shown is what reminds.
func Recount(tx *db.Tx, _ *calendar.Notice) error {
	all, err := unanswered(tx, calendar.On(tx.Now()))
	if err != nil {
		return err
	}
	for _, was := range all {
		clocks, err := deadline.Of(tx, was.Subject())
		if err != nil {
			return err
		}
		is := was
		for _, c := range clocks {
			if c.Kind == deadline.OrderAnswer && c.StoppedAt == 0 && c.Step == 0 {
				is.AnswerDue = answerDue(c)
			}
		}
		if is.AnswerDue == was.AnswerDue {
			continue
		}
		is.Version++
		if err := saveOrder(tx, was, is); err != nil {
			return err
		}
		if err := tx.Record(matterSubject+string(was.MatterID), was, is); err != nil {
			return err
		}
	}
	return nil
}

// signs reports whether somebody is an officer of the centre in whose name an
// order goes out, or of the one above it.
func (o Order) signs(by actor.Actor) bool {
	return by.Kind == actor.CountyCentre && by.Over(o.IssuerPath) || by.Kind == actor.TownCentre && slices.Contains(by.Paths, o.IssuerPath)
}

package matter

import (
	"context"
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A statutory is a limit of a law upon matters of a category: which acts it
// runs from, and which end it. It runs beside the seven-day clock of the level
// that has the matter, and follows the matter from level to level.
type statutory struct {
	kind     string // a kind of limit; see package deadline
	category string // a leaf of the tree
	starts   []Act
	stops    []Act
}

// Categories with limits of their own.
const (
	Petition = "livelihood_petition"
	Hotline  = "livelihood_hotline"
)

// statutories are the limits besides the seven days.
var statutories = []statutory{
	{deadline.PetitionAccept, Petition, []Act{Report}, []Act{Accept, Tell}},
	{deadline.PetitionAnswer, Petition, []Act{Accept, Reopen}, []Act{Tell}},
	{deadline.HotlineAnswer, Hotline, []Act{Report, Reopen}, []Act{Tell}},
}

// limits does to the limits of a law what an act does to them: they start and
// stop by their own table, pause with the matter, and go on for whoever has it.
func limits(tx *db.Tx, was, is Matter, a Act, y Say) error {
	subject := is.Subject()
	switch {
	case is.IsEnded():
		return deadline.StopOthers(tx, subject, deadline.SevenDay)
	case a == Suspend:
		_, err := deadline.PauseAll(tx, subject, y.Until)
		return err
	case was.State == Suspended && is.State != Suspended:
		if _, err := deadline.ResumeAll(tx, subject); err != nil {
			return err
		}
	}
	if was.Level != is.Level && was.Level != 0 {
		if err := deadline.Hand(tx, subject, deadline.SevenDay, is.Level); err != nil {
			return err
		}
	}
	for _, l := range statutories {
		if err := l.limit(tx, is, a); err != nil {
			return err
		}
	}
	return nil
}

func (l statutory) limit(tx *db.Tx, is Matter, a Act) error {
	told := a == Handle && is.tellsItself() && slices.Contains(l.stops, Tell) // its reporter sees the result
	if slices.Contains(l.stops, a) || told {
		if err := deadline.Stop(tx, is.Subject(), l.kind); err != nil {
			return err
		}
	}
	if !slices.Contains(l.starts, a) || is.Kind != l.category {
		return nil
	}
	running, err := deadline.Runs(tx, is.Subject(), l.kind)
	if err != nil || running {
		return err
	}
	from := tx.Now()
	if said := calendar.Date(is.SaidOn); a == Report && said.Valid() { // on paper or at the counter, and entered later
		from = said.Start()
	}
	_, err = deadline.StartKind(tx, l.kind, is.Subject(), is.Path, is.Level, from)
	return err
}

// ExtendLimit extends a limit of a law upon a matter, once, by what the law
// allows. Whoever answers for it has to agree: a level above the one that has
// the matter, or a centre; the reasons stand in the timeline, which the
// reporter reads (信访工作条例 34).
func (s *Service) ExtendLimit(ctx context.Context, by actor.Actor, key db.Key, id ID, kind, text string) (Matter, error) {
	text = strings.TrimSpace(text)
	return db.Once(ctx, s.DB, by, string(policy.LimitExtend), key, [3]string{string(id), kind, text}, func(tx *db.Tx) (Matter, error) {
		m, err := Get(tx, id)
		if err != nil {
			return m, err
		}
		e, _ := EdgeOf(ExtendLimit)
		if err := guard(tx, by, e, m); err != nil {
			return m, err
		}
		y := Say{Text: text, limit: kind, By: by.Account}
		is, _, err := m.after(ExtendLimit, y, tx.Now())
		if err != nil {
			return m, err
		}
		if !slices.ContainsFunc(statutories, func(l statutory) bool { return l.kind == kind }) {
			return m, fault.New(fault.NotFound, "policy.not_found")
		}
		if err := deadline.Settle(tx, m.Subject(), s.warn); err != nil {
			return m, err
		}
		c, err := deadline.Extend(tx, m.Subject(), kind)
		if err != nil {
			return m, err
		}
		if err := save(tx, m, is); err != nil {
			return m, err
		}
		if err := appendEvent(tx, by, is, ExtendLimit, y); err != nil {
			return m, err
		}
		return is, tx.Record(m.Subject(), nil, c)
	})
}

// Extendable lists the running limits of a matter that can still be extended.
func (p Page) Extendable(now time.Time) (kinds []string) {
	for _, c := range p.Clocks {
		if c.Kind != deadline.SevenDay && c.StoppedAt == 0 && c.Step == 0 && c.Extended == 0 && !c.Overdue(now) && deadline.Extends(c.Kind) {
			kinds = append(kinds, c.Kind)
		}
	}
	return kinds
}

package matter

import (
	"slices"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
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
	case a == ExtendLimit:
		return extendLimit(tx, is, y)
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
	told := a == Handle && is.TellsItself() && slices.Contains(l.stops, Tell) // its reporter sees the result
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

// extendLimit makes a limit of a law longer, once, by what whoever answers for
// it has granted: a level above the one that has the matter, or a centre. The
// reasons stand in the timeline, which the reporter reads (信访工作条例 34).
func extendLimit(tx *db.Tx, m Matter, y Say) error {
	was, err := runningLimit(tx, m, y.Limit)
	if err != nil {
		return err
	}
	is, err := deadline.Extend(tx, m.Subject(), y.Limit, y.Days)
	if err != nil {
		return err
	}
	return tx.Record(m.Subject(), was, is)
}

// runningLimit is the clock of a limit of a law that runs upon a matter.
func runningLimit(tx *db.Tx, m Matter, kind string) (c deadline.Clock, err error) {
	clocks, err := deadline.Of(tx, m.Subject())
	if err != nil {
		return c, err
	}
	i := slices.IndexFunc(clocks, func(c deadline.Clock) bool { return c.Kind == kind && c.StoppedAt == 0 })
	if i < 0 {
		return c, fault.New(fault.Conflict, "deadline.extend.not_now")
	}
	return clocks[i], nil
}

// granted finds out until when an extension reaches: what the timeline keeps.
func (y *Say) granted(tx *db.Tx, m Matter) error {
	c, err := runningLimit(tx, m, y.Limit)
	if err != nil {
		return err
	}
	n, err := deadline.Calendar(tx)
	if err != nil {
		return err
	}
	pauses, err := deadline.PausesOf(tx, c.ID)
	if last := c.Longer(n, pauses, tx.Now()); err == nil && y.Days > 0 && y.Days <= int64(len(last)) {
		y.Until = last[y.Days-1]
	} else if err == nil && len(last) == 0 {
		err = fault.New(fault.Conflict, "deadline.extend.not_now")
	}
	return err
}

// mayGrant is the rule of an extension: by how much, and that whoever reported
// has been told the reasons, unless the page of the report tells them.
func (m Matter) mayGrant(y Say) error {
	var f fault.Fields
	if most := deadline.ExtendMost(y.Limit); most == 0 || y.Days < 1 || y.Days > most {
		f.Add("extension", "deadline.extend.days", "most", most)
	}
	if !m.TellsItself() && !slices.Contains(Hows, y.How) {
		f.Add("how", "matter.tell.how")
	}
	return f.Err()
}

// An Extension is a running limit of a law that can be made longer.
type Extension struct {
	deadline.Clock
	Until []calendar.Date // its last day if it is made longer by one, two, …
}

// Extensions lists the running limits of a matter that can still be extended.
func (p Page) Extensions(now time.Time) (all []Extension) {
	for _, c := range p.Clocks {
		if last := c.Longer(p.Calendar, p.Pauses[c.ID], now); len(last) > 0 {
			all = append(all, Extension{c, last})
		}
	}
	return all
}

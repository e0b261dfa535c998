package network

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/proposal"
)

// A Duty is a row of the county's list of what a department may place on a grid
// (多网合一): nothing else is. Rows are dated; the latest approved one of a duty
// counts from its day on, and whoever proposed it does not approve it.
type Duty struct {
	ID             string     `db:"id" record:"ignore"`
	Duty           string     `db:"duty" record:"track"` // short name, given once for good
	Name           string     `db:"name" record:"track"`
	Department     actor.Kind `db:"department" record:"track"`
	Document       string     `db:"document" record:"track"`
	Ended          int64      `db:"ended" record:"track"` // 1: nothing new is placed under it
	proposal.Asked `record:"track"`
}

// InForce reports whether a department may place the duty on a day, as far as
// this row says.
func (d Duty) InForce(on calendar.Date) bool {
	return d.State == proposal.Approved && d.Ended == 0 && d.ValidFrom <= on
}

// DutiesOn is the rule of the list: of each duty the latest approved row that
// has begun, without those that have ended.
func DutiesOn(rows []Duty, on calendar.Date) (all []Duty) {
	latest := map[string]Duty{}
	for _, d := range rows {
		was, ok := latest[d.Duty]
		if d.State == proposal.Approved && d.ValidFrom <= on && (!ok || d.ValidFrom > was.ValidFrom || d.ValidFrom == was.ValidFrom && d.DecidedAt >= was.DecidedAt) {
			latest[d.Duty] = d
		}
	}
	for _, d := range latest {
		if d.Ended == 0 {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b Duty) int { return strings.Compare(a.Duty, b.Duty) })
	return all
}

// Departments are the kinds of post that may have a duty on the list.
var Departments = []actor.Kind{actor.CountyPolice, actor.CountyCentre, actor.CivilAffairs, actor.Agriculture, actor.Justice}

// A Placed is a duty that a department has placed on a grid, or on every grid of
// a village or town.
type Placed struct {
	ID         string        `db:"id" record:"ignore"`
	Duty       string        `db:"duty" record:"track"`
	Path       string        `db:"path" record:"track"`
	What       string        `db:"what" record:"track"`
	ValidFrom  calendar.Date `db:"valid_from" record:"track"`
	ValidTo    calendar.Date `db:"valid_to" record:"track"`
	PlacedBy   string        `db:"placed_by" record:"track"`
	PlacedName string        `db:"placed_name" record:"track"`
	Office     string        `db:"office" record:"track"`
	PlacedAt   int64         `db:"placed_at" record:"ignore"`
	Version    int64         `db:"version" record:"ignore"`
}

const maxText = 200 // characters of what is written in one field

// check says what is wrong with a row as it is proposed.
func (d *Duty) check(today calendar.Date) error {
	var f fault.Fields
	f.Words("duty", d.Duty, maxText)
	f.Words("name", d.Name, maxText)
	if !slices.Contains(Departments, d.Department) {
		f.Add("department", "form.required")
	}
	f.Words("document", d.Document, maxText)
	d.Check(&f, today)
	return f.Err()
}

// A DutyList is the county's list with what waits to be decided.
type DutyList struct {
	On     calendar.Date
	Now    []Duty
	Rows   []Duty // every row, the newest first
	Placed []Placed
}

// Own reports whether an actor may take a placed duty back: it is of the actor's
// department and place, and not over.
func (l DutyList) Own(p Placed, by actor.Actor) bool {
	return p.ValidTo > l.On && slices.ContainsFunc(l.Rows, func(d Duty) bool { return d.Duty == p.Duty && d.Department == by.Kind }) &&
		policy.Check(by, policy.DutyPlace, policy.Places{{Relation: policy.At, Path: p.Path}}) == nil
}

// Duties is the county's list, and what has been placed under a path.
func (s *Service) Duties(ctx context.Context, by actor.Actor, under string) (l DutyList, err error) {
	if err := policy.Check(by, policy.DutyRead, policy.Places{}); err != nil {
		return l, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		l = DutyList{On: calendar.On(tx.Now())}
		if l.Rows, err = dutyRows(tx); err != nil {
			return err
		}
		l.Now = DutiesOn(l.Rows, l.On)
		l.Placed, err = placedOn(tx, under, l.On)
		return err
	})
	return l, err
}

// ProposeDuty asks for a row of the list: a new duty, or another row of one that
// is there. It counts once a second person has approved it.
func (s *Service) ProposeDuty(ctx context.Context, by actor.Actor, key db.Key, d Duty) (Duty, error) {
	if err := policy.Check(by, policy.DutyPropose, policy.Places{}); err != nil {
		return d, err
	}
	for _, text := range []*string{&d.Duty, &d.Name, &d.Document} {
		*text = strings.TrimSpace(*text)
	}
	return db.Once(ctx, s.DB, by, string(policy.DutyPropose), key, d, func(tx *db.Tx) (Duty, error) {
		if err := d.check(calendar.On(tx.Now())); err != nil {
			return d, err
		}
		d.ID, d.Asked = tx.NewID(), d.By(by, tx.Millis())
		if err := proposal.Add(tx, "grid_duty", "grid_duty_duty_uq", d); err != nil {
			return d, err
		}
		return d, tx.Record("duty/"+d.ID, nil, d)
	})
}

// ApproveDuty puts a row on the list from its day on. Whoever proposed it is
// not the second person.
func (s *Service) ApproveDuty(ctx context.Context, by actor.Actor, key db.Key, id string) (Duty, error) {
	return s.decide(ctx, by, key, id, proposal.Approved, "")
}

// RefuseDuty says no to a row, and why.
func (s *Service) RefuseDuty(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (Duty, error) {
	return s.decide(ctx, by, key, id, proposal.Refused, answer)
}

func (s *Service) decide(ctx context.Context, by actor.Actor, key db.Key, id, state, answer string) (Duty, error) {
	if err := policy.Check(by, policy.DutyDecide, policy.Places{}); err != nil {
		return Duty{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.DutyDecide), key, [3]string{id, state, answer}, func(tx *db.Tx) (Duty, error) {
		was, err := dutyRow(tx, id)
		if err != nil {
			return was, err
		}
		is := was
		if is.Asked, err = was.Decided(by, state, answer, calendar.On(tx.Now()), tx.Millis()); err != nil {
			return was, err
		}
		return is, s.guard(tx, is.ValidFrom, func() error {
			if err := proposal.Save(tx, "grid_duty", is.ID, is.Asked); err != nil {
				return err
			}
			return tx.Record("duty/"+is.ID, was, is)
		})
	})
}

// Place places a duty on a grid, a village or a town. What is not on the list of
// that department on that day is refused: what a department wants of the grids
// comes to the county first.
func (s *Service) Place(ctx context.Context, by actor.Actor, key db.Key, p Placed) (Placed, error) {
	if err := policy.Check(by, policy.DutyPlace, policy.Places{{Relation: policy.At, Path: p.Path}}); err != nil {
		return p, err
	}
	p.What = strings.TrimSpace(p.What)
	return db.Once(ctx, s.DB, by, string(policy.DutyPlace), key, p, func(tx *db.Tx) (Placed, error) {
		today := calendar.On(tx.Now())
		if p.ValidFrom == "" {
			p.ValidFrom = today
		}
		if p.ValidTo == "" {
			p.ValidTo = calendar.Forever
		}
		rows, err := dutyRows(tx)
		if err != nil {
			return p, err
		}
		var f fault.Fields
		if !slices.ContainsFunc(DutiesOn(rows, p.ValidFrom), func(d Duty) bool { return d.Duty == p.Duty && d.Department == by.Kind }) {
			f.Add("duty", "network.duty.outside")
		}
		seats, err := grid.SeatsUnder(tx, p.Path, p.ValidFrom)
		if err != nil {
			return p, err
		}
		if len(p.Path) < 9 || !slices.ContainsFunc(seats, func(s grid.Seat) bool { return s.Path == p.Path }) {
			f.Add("path", "network.duty.where")
		}
		f.Words("what", p.What, maxText)
		if !p.ValidFrom.Valid() || p.ValidFrom < today || !p.ValidTo.Valid() || p.ValidTo <= p.ValidFrom {
			f.Add("from", "network.duty.days")
		}
		if err := f.Err(); err != nil {
			return p, err
		}
		p.ID, p.PlacedBy, p.PlacedName, p.Office, p.PlacedAt, p.Version = tx.NewID(), by.Account, by.Name, by.Office, tx.Millis(), 1
		if err := db.Insert(tx, "grid_duty_placed", p); err != nil {
			return p, err
		}
		return p, tx.Record("grid/"+p.Path, nil, p)
	})
}

// TakeBack ends a placed duty from a day on, today if none is said: any office
// of the department that has the duty can.
func (s *Service) TakeBack(ctx context.Context, by actor.Actor, id string, on calendar.Date) error {
	if !policy.May(by, policy.DutyPlace) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return s.DB.Write(ctx, by, string(policy.DutyPlace), func(tx *db.Tx) error {
		was, err := placed(tx, id)
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.DutyPlace, policy.Places{{Relation: policy.At, Path: was.Path}}); err != nil {
			return err
		}
		rows, err := dutyRows(tx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(rows, func(d Duty) bool { return d.Duty == was.Duty && d.Department == by.Kind }) {
			return fault.New(fault.Forbidden, "policy.forbidden")
		}
		today := calendar.On(tx.Now())
		if on == "" {
			on = today
		}
		if was.ValidTo <= today {
			return fault.New(fault.Conflict, "network.duty.over")
		}
		if !on.Valid() || on < today || on >= was.ValidTo {
			var f fault.Fields
			f.Add("on", "network.duty.back", "last", lastDay(was.ValidTo))
			return f.Err()
		}
		is := was
		is.ValidTo, is.Version = max(on, was.ValidFrom), was.Version+1
		if err := savePlaced(tx, was, is); err != nil {
			return err
		}
		return tx.Record("grid/"+is.Path, was, is)
	})
}

// lastDay is the last day of what ends before a day, in words.
func lastDay(end calendar.Date) string {
	if end == calendar.Forever {
		return i18n.T("network.duty.open")
	}
	return end.AddDays(-1).Chinese()
}

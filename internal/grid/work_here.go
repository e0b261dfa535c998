package grid

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// workAge is how old somebody must be to be taken on (劳动法第十五条).
const workAge = 16

// A Work is where a member of a household works within the county, since when.
type Work struct {
	Person person.ID
	Grid   string
	Place  string // in words: the factory, the farm
	From   calendar.Date
}

// A WorkRow is a present stay of work of a household within the county.
type WorkRow struct {
	residence.Spell
	Name string // of the member
	Grid string // the grid's, in words
}

// RecordWork notes that a member of a household works in a grid of the county from
// a day on. The household belongs to that grid from then on, unless it has a
// working grid in the county already: there is one for a household.
func (s *Service) RecordWork(ctx context.Context, by actor.Actor, key db.Key, id household.ID, w Work) (residence.Spell, error) {
	w.Place = strings.TrimSpace(w.Place)
	request := struct {
		Household household.ID
		Work
	}{id, w}
	return db.Once(ctx, s.DB, by, string(policy.WorkRecord), key, request, func(tx *db.Tx) (none residence.Spell, err error) {
		if err := mayWork(tx, by, policy.WorkRecord, id); err != nil {
			return none, err
		}
		today := calendar.On(tx.Now())
		var f fault.Fields
		m, err := memberOf(tx, id, w.Person)
		if fault.KindOf(err) == fault.NotFound {
			f.Add("person", "grid.work.member")
		} else if err != nil {
			return none, err
		}
		g, err := Get(tx, w.Grid)
		if fault.KindOf(err) == fault.NotFound || err == nil && (g.ValidFrom > today || g.ValidTo <= today) {
			f.Add("grid", "grid.work.grid")
		} else if err != nil {
			return none, err
		}
		f.Words("place", w.Place, maxWork)
		switch {
		case !w.From.Valid() || w.From > today:
			f.Add("from", "grid.work.from")
		case f.Err() == nil && w.From < m.Person.Birth.AddYears(workAge):
			f.Add("from", "grid.work.age", "from", m.Person.Birth.AddYears(workAge).Chinese())
		}
		had, err := worksOf(tx, id)
		if err != nil {
			return none, err
		}
		if slices.ContainsFunc(had, func(s residence.Spell) bool { return s.PersonID == w.Person && s.Path == w.Grid }) {
			f.Add("grid", "grid.work.already")
		}
		if err := f.Err(); err != nil {
			return none, err
		}
		is, err := residence.Begin(tx, residence.Spell{PersonID: w.Person, HouseholdID: id, Kind: residence.Working, Path: w.Grid, Place: w.Place, ValidFrom: w.From, Source: "work/" + by.Account})
		if err != nil {
			return none, err
		}
		ties, err := TiesOf(tx, id)
		if err != nil {
			return none, err
		}
		if was, ok := tieOf(ties, residence.Working); !ok || !InCounty(was.Path) { // one outside the county gives way, from when it began
			over, err := workOver(tx, id)
			if err != nil {
				return is, err
			}
			if err := Bind(tx, id, residence.Working, w.Grid, max(w.From, was.ValidFrom, over), ""); err != nil {
				return is, err
			}
		}
		return is, household.Changed(tx, id)
	})
}

// EndWork notes that a stay of work within the county was over on a day. The
// household then belongs to the grid where another of its members works, if there
// is one; a working grid in the county goes before one outside.
func (s *Service) EndWork(ctx context.Context, by actor.Actor, key db.Key, id household.ID, spell string, on calendar.Date) (residence.Spell, error) {
	return db.Once(ctx, s.DB, by, string(policy.WorkEnd), key, [3]string{string(id), spell, string(on)}, func(tx *db.Tx) (was residence.Spell, err error) {
		if err := mayWork(tx, by, policy.WorkEnd, id); err != nil {
			return was, err
		}
		all, err := worksOf(tx, id)
		if err != nil {
			return was, err
		}
		i := slices.IndexFunc(all, func(s residence.Spell) bool { return s.ID == spell && InCounty(s.Path) })
		if i < 0 {
			return was, fault.New(fault.NotFound, "policy.not_found")
		}
		was = all[i]
		var f fault.Fields
		if !on.Valid() || on > calendar.On(tx.Now()) || on <= was.ValidFrom {
			f.Add("on", "grid.work.ends", "from", was.ValidFrom.Chinese())
			return was, f.Err()
		}
		if err := residence.End(tx, was, on); err != nil {
			return was, err
		}
		if err := workAfter(tx, id, was.Path, slices.Delete(all, i, i+1), on); err != nil {
			return was, err
		}
		return was, household.Changed(tx, id)
	})
}

// workAfter is the working grid of a household of which nobody works any more in
// one that it belonged to for that: where others of them have worked since, one
// after another, or none.
func workAfter(tx *db.Tx, id household.ID, path string, now []residence.Spell, on calendar.Date) error {
	ties, err := TiesOf(tx, id)
	if err != nil {
		return err
	}
	tie, ok := tieOf(ties, residence.Working)
	if !ok || tie.Path != path || slices.ContainsFunc(now, func(s residence.Spell) bool { return s.Path == path }) {
		return nil
	}
	on = max(on, tie.ValidFrom)
	left, err := residence.WorkedSince(tx, id, on)
	if err != nil {
		return err
	}
	if err := end(tx, tie, on); err != nil || len(left) == 0 {
		return err
	}
	for _, is := range workedAt(left, on) {
		of := tie
		of.Path, of.ValidFrom, of.ValidTo = is.Path, is.ValidFrom, is.ValidTo
		if err := restate(tx, of); err != nil {
			return err
		}
	}
	return tellTied(tx, tie)
}

// workedAt is where a household belonged for its members' work from a day on: to
// one place at a time, in the county before outside, and to none while nobody
// worked.
func workedAt(spells []residence.Spell, on calendar.Date) (at []residence.Spell) {
	for {
		spells = slices.DeleteFunc(spells, func(s residence.Spell) bool { return s.ValidTo <= on })
		if len(spells) == 0 {
			return at
		}
		is := slices.MinFunc(spells, func(a, b residence.Spell) int {
			outside := func(s residence.Spell) int {
				if InCounty(s.Path) {
					return 0
				}
				return 1
			}
			return cmp.Or(cmp.Compare(max(on, a.ValidFrom), max(on, b.ValidFrom)), outside(a)-outside(b), cmp.Compare(a.ValidFrom, b.ValidFrom))
		})
		is.ValidFrom = max(on, is.ValidFrom)
		for _, s := range spells {
			if !InCounty(is.Path) && InCounty(s.Path) && s.ValidFrom > is.ValidFrom {
				is.ValidTo = min(is.ValidTo, s.ValidFrom)
			}
		}
		at, on = append(at, is), is.ValidTo
	}
}

// mayWork reports whether somebody may say where people of a household work: that
// tells where somebody protected may be found.
func mayWork(tx *db.Tx, by actor.Actor, a policy.Action, id household.ID) error {
	places, err := residence.PlacesOf(tx, id)
	if err != nil {
		return err
	}
	if err := policy.Check(by, a, places); err != nil {
		return err
	}
	if !policy.SeesAll(by, places) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return nil
}

func memberOf(tx *db.Tx, id household.ID, who person.ID) (residence.Member, error) {
	members, err := residence.Members(tx, id)
	i := slices.IndexFunc(members, func(m residence.Member) bool { return m.Person.ID == who })
	if err != nil || i < 0 {
		return residence.Member{}, cmp.Or[error](err, fault.New(fault.NotFound, "policy.not_found"))
	}
	return members[i], nil
}

// worksOf lists where the members of a household work today.
func worksOf(tx *db.Tx, id household.ID) ([]residence.Spell, error) {
	all, err := residence.Elsewhere(tx, id)
	return slices.DeleteFunc(all, func(s residence.Spell) bool { return s.Kind != residence.Working }), err
}

// A WorkForm is what can be said of where a household's members work: who they
// are, where they do within the county, and the grids of a village.
type WorkForm struct {
	Members []residence.Member
	Rows    []WorkRow
	Grids   []Grid
}

// WorkForm is the form for one household and a village of the county.
func (s *Service) WorkForm(ctx context.Context, by actor.Actor, id household.ID, village string) (WorkForm, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.WorkRecord), For: "household/" + string(id)}, func(tx *db.Tx) (f WorkForm, err error) {
		if err := mayWork(tx, by, policy.WorkRecord, id); err != nil {
			return f, err
		}
		tx.Saw("household/" + string(id))
		if f.Members, err = residence.Members(tx, id); err != nil {
			return f, err
		}
		all, err := worksOf(tx, id)
		if err != nil {
			return f, err
		}
		for _, one := range all {
			if !InCounty(one.Path) {
				continue
			}
			row := WorkRow{Spell: one}
			for _, m := range f.Members {
				if m.Person.ID == one.PersonID {
					row.Name = m.Person.Name
				}
			}
			g, err := Get(tx, one.Path)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return f, err
			}
			row.Grid = g.Name
			f.Rows = append(f.Rows, row)
		}
		if len(village) == 12 {
			f.Grids, err = All(tx, village)
		}
		return f, err
	})
}

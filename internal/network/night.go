package network

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/jobs"
	"anju/internal/policy"
)

const jobNight = "network.night"

// nightHour is when what has come by a day passing is looked for.
const nightHour = 0

// Handlers are the bodies of the jobs of the network.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{jobNight: s.night, grid.JobTied: s.tied}
}

// Schedule sees to it that the coming night looks over the network.
func Schedule(tx *db.Tx) error { return jobs.Nightly(tx, jobNight, nightHour) }

// night stores what has come by a day passing: a term that is over, a leave that
// has begun. There will be another night first.
func (s *Service) night(ctx context.Context, _ string) error {
	by := actor.ForSystem("network")
	if err := s.DB.Write(ctx, by, string(policy.NetworkCheck), Schedule); err != nil {
		return err
	}
	return s.Sweep(ctx, by)
}

// Sweep stores who has to be told of what is vacant today, and what is with
// nobody. Doing it again changes nothing.
func (s *Service) Sweep(ctx context.Context, by actor.Actor) error {
	if err := policy.Check(by, policy.NetworkCheck, policy.Places{}); err != nil {
		return err
	}
	return s.DB.Write(ctx, by, string(policy.NetworkCheck), func(tx *db.Tx) error {
		c, err := load(tx, calendar.On(tx.Now()))
		if err != nil {
			return err
		}
		if err := notice(tx, c); err != nil {
			return err
		}
		return keepHoles(tx, c)
	})
}

// A FoundHole is a hole with the day on which a night found it.
type FoundHole struct {
	ID string `db:"id"`
	Hole
	FoundOn calendar.Date `db:"found_on"`
	Text    string        `db:"-"`
}

func keepHoles(tx *db.Tx, c Config) error {
	known, err := openHoles(tx)
	if err != nil {
		return err
	}
	now := c.Check()
	for _, k := range known {
		if slices.Contains(now, k.Hole) {
			continue
		}
		if err := endHole(tx, k.ID, c.On); err != nil {
			return err
		}
		if err := tx.Record("hole/"+k.ID, k.Hole, nil); err != nil {
			return err
		}
	}
	for _, h := range now {
		if slices.ContainsFunc(known, func(k FoundHole) bool { return k.Hole == h }) {
			continue
		}
		id := tx.NewID()
		if err := putHole(tx, id, h, c.On); err != nil {
			return err
		}
		if err := tx.Record("hole/"+id, nil, h); err != nil {
			return err
		}
	}
	return nil
}

// Holes is what is with nobody today, with the day on which it was found.
func (s *Service) Holes(ctx context.Context, by actor.Actor) (all []FoundHole, err error) {
	if err := policy.Check(by, policy.NetworkCheck, policy.Places{}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		c, err := load(tx, calendar.On(tx.Now()))
		if err != nil {
			return err
		}
		known, err := openHoles(tx)
		if err != nil {
			return err
		}
		now := c.Check()
		text, err := s.say(tx, now)
		if err != nil {
			return err
		}
		all = nil
		for i, h := range now {
			f := FoundHole{Hole: h, FoundOn: c.On, Text: text[i]}
			if k := slices.IndexFunc(known, func(k FoundHole) bool { return k.Hole == h }); k >= 0 {
				f.FoundOn = known[k].FoundOn
			}
			all = append(all, f)
		}
		return nil
	})
	return all, err
}

// say puts holes into words.
func (s *Service) say(tx *db.Tx, holes []Hole) ([]string, error) {
	x, err := division.Load(tx)
	if err != nil {
		return nil, err
	}
	all := make([]string, len(holes))
	for i, h := range holes {
		name := h.Name
		if h.What == HoleRoute {
			name = i18n.T("entitlement.kind." + h.Name) //i18n:dynamic entitlement.kind.
		}
		place := ""
		if h.Path != "" {
			place = x.FullName(h.Path)
		}
		level := ""
		if h.Level > 0 {
			level = i18n.T("account.kind." + string(actor.AtLevel(int(h.Level)))) //i18n:dynamic account.kind.
		}
		all[i] = i18n.T("network.hole."+string(h.What), "place", place, "name", name, "level", level) //i18n:dynamic network.hole.
	}
	return all, nil
}

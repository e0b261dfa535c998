package grid

import (
	"context"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Service is the guarded door to grids.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// A Line is a grid as a list shows it.
type Line struct {
	Grid
	Households int64
	Worker     account.Holder
	Leader     account.Holder
}

// OutOfSize reports whether a grid has too few or too many households.
func (l Line) OutOfSize() bool { return l.Households < MinHouseholds || l.Households > MaxHouseholds }

// List lists the grids under a village or town with their size and the two
// people nearest to it. Grids and their staff are published in the county.
func (s *Service) List(ctx context.Context, by actor.Actor, under string) (lines []Line, err error) {
	if err := policy.Check(by, policy.GridRead, policy.Places{}); err != nil {
		return nil, err
	}
	if len(under) < 6 {
		return nil, fault.New(fault.NotFound, "grid.unknown")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		grids, err := All(tx, under)
		if err != nil {
			return err
		}
		n, err := Counts(tx, under)
		if err != nil {
			return err
		}
		workers, err := account.HoldersUnder(tx, s.Keys, []actor.Kind{actor.GridWorker, actor.GridLeader}, under, calendar.On(tx.Now()))
		if err != nil {
			return err
		}
		for _, g := range grids {
			l := Line{Grid: g, Households: n[g.Code]}
			for _, h := range workers {
				if h.Kind == actor.GridWorker && h.Path == g.Code && l.Worker.Name == "" {
					l.Worker = h
				}
				if h.Kind == actor.GridLeader && (h.Path == g.Code || h.Path == g.Village && l.Leader.Name == "") {
					l.Leader = h
				}
			}
			lines = append(lines, l)
		}
		return nil
	})
	return lines, err
}

// unitOver is the actor's own unit that a place lies in.
func unitOver(by actor.Actor, path string) string {
	for _, p := range by.Paths {
		if strings.HasPrefix(path, p) {
			return p
		}
	}
	return ""
}

// sealTie gives unit to the living tie of a household.
func sealTie(tx *db.Tx, id household.ID, unit string) error {
	ties, err := TiesOf(tx, id)
	if err != nil {
		return err
	}
	for _, was := range ties {
		if was.Relation != residence.Living || was.SealedTo == unit {
			continue
		}
		is := was
		is.SealedTo = unit
		if err := reseal(tx, id, unit); err != nil {
			return err
		}
		if err := tx.Record("household/"+string(id), was, is); err != nil {
			return err
		}
	}
	return nil
}

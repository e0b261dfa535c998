package grid

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Assign gives a grid of its village to a household that is registered or lives
// there and is in none, because its address does not say which. Nobody moves by
// that: only what is believed of the same stay becomes exact.
func (s *Service) Assign(ctx context.Context, by actor.Actor, key db.Key, id household.ID, relation, code string) (Tie, error) {
	return db.Once(ctx, s.DB, by, string(policy.GridAssign), key, [3]string{string(id), relation, code}, func(tx *db.Tx) (t Tie, err error) {
		if t, err = gridlessTie(tx, by, id, relation); err != nil {
			return t, err
		}
		var f fault.Fields
		g, err := Get(tx, code)
		today := calendar.On(tx.Now())
		if fault.KindOf(err) == fault.NotFound || err == nil && (g.Village != t.Path[:12] || g.ValidFrom > today || g.ValidTo <= today) {
			f.Add("grid", "grid.assign.which")
			return t, f.Err()
		}
		if err != nil {
			return t, err
		}
		stays, err := staysIn(tx, id, relation, t.Path)
		if err != nil {
			return t, err
		}
		for _, one := range stays {
			if _, err := residence.InGrid(tx, one, code); err != nil {
				return t, err
			}
		}
		if err := Bind(tx, id, relation, code, t.ValidFrom, t.SealedTo); err != nil {
			return t, err
		}
		t.Path = code
		return t, nil
	})
}

// gridlessTie is the tie of a household to a village where it is in no grid, if
// the actor may give it one.
func gridlessTie(tx *db.Tx, by actor.Actor, id household.ID, relation string) (Tie, error) {
	ties, err := TiesOf(tx, id)
	if err != nil {
		return Tie{}, err
	}
	t, ok := tieOf(ties, relation)
	if !ok || relation == residence.Working {
		return t, fault.New(fault.NotFound, "policy.not_found")
	}
	if err := policy.Check(by, policy.GridAssign, policy.Places{{Relation: policy.Relation(relation), Path: t.Path, SealedTo: t.SealedTo}}); err != nil {
		return t, err
	}
	if !strings.HasSuffix(t.Path, NoGrid) {
		return t, fault.New(fault.Conflict, "grid.assign.has")
	}
	return t, nil
}

// AssignForm is a household that is in no grid, and the grids that it could be
// given.
func (s *Service) AssignForm(ctx context.Context, by actor.Actor, id household.ID, relation string) (village string, grids []Grid, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		t, err := gridlessTie(tx, by, id, relation)
		if err != nil {
			return err
		}
		village = t.Path[:12]
		grids, err = All(tx, village)
		return err
	})
	return village, grids, err
}

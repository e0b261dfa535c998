package network

import (
	"context"
	"encoding/json"
	"fmt"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/policy"
)

// tied lets what is open for a household go from a grid that had it to the one
// that has it now, in the same relation: in the hands of the same level, whose
// clock goes on. Where the household's new place is protected, outside the county
// or not known, it stays with the grid that has it.
func (s *Service) tied(ctx context.Context, payload string) error {
	var t grid.Tied
	if err := json.Unmarshal([]byte(payload), &t); err != nil {
		return fmt.Errorf("read tie: %w", err)
	}
	by := actor.ForSystem("network")
	return s.DB.Write(ctx, by, string(policy.MatterAccept), func(tx *db.Tx) error {
		ties, err := grid.TiesOf(tx, t.HouseholdID)
		if err != nil {
			return err
		}
		to := ""
		for _, is := range ties {
			if is.SealedTo != "" {
				return nil
			}
			if is.Relation == t.Relation {
				to = is.Path
			}
		}
		if !grid.InCounty(to) || to == t.From {
			return nil
		}
		open, err := matter.OpenFor(tx, t.HouseholdID, t.Relation, t.From)
		if err != nil {
			return err
		}
		from, err := gridName(tx, t.From)
		if err != nil {
			return err
		}
		next, err := gridName(tx, to)
		if err != nil {
			return err
		}
		text := i18n.T("network.tied", "relation", i18n.T("grid.relation."+t.Relation), "from", from, "to", next) //i18n:dynamic grid.relation.
		for _, m := range open {
			if err := matter.GoOver(tx, by, m, to, text); err != nil {
				return err
			}
			if err := mediation.MoveTo(tx, string(m.ID), to); err != nil {
				return err
			}
		}
		return nil
	})
}

func gridName(tx *db.Tx, code string) (string, error) {
	g, err := grid.Get(tx, code)
	if fault.KindOf(err) == fault.NotFound {
		return code, nil
	}
	return g.Name, err
}

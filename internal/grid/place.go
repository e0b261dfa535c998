package grid

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/policy"
	"anju/internal/residence"
)

// placeBatch is how many people one transaction places.
const placeBatch = 200

// Place gives a grid to those who were registered or lived in a village before
// its grids were known, where the building or the group of their address says
// which. Nobody moves by that: only what is believed of the same stay becomes
// exact. It reports how many stays were placed.
func (s *Service) Place(ctx context.Context, by actor.Actor) (placed int, err error) {
	if err := policy.Check(by, policy.GridImport, policy.Places{}); err != nil {
		return 0, err
	}
	var villages []string
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { villages, err = gridded(tx); return err }); err != nil {
		return 0, err
	}
	for _, v := range villages {
		n, err := s.placeIn(ctx, by, v)
		if placed += n; err != nil {
			return placed, err
		}
	}
	return placed, nil
}

func (s *Service) placeIn(ctx context.Context, by actor.Actor, village string) (placed int, err error) {
	for after := ""; ; {
		var batch []stay
		n := 0
		err := s.DB.Write(ctx, by, string(policy.GridImport), func(tx *db.Tx) error {
			n = 0
			parts, err := partsIn(tx, village)
			if err != nil {
				return err
			}
			if batch, err = gridless(tx, village, after, placeBatch); err != nil {
				return err
			}
			for _, one := range batch {
				path, _, _ := locate(parts, village, one.Text)
				if strings.HasSuffix(path, NoGrid) {
					continue
				}
				if err := placeOne(tx, one.Spell, path); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if placed += n; err != nil || len(batch) < placeBatch {
			return placed, err
		}
		after = batch[len(batch)-1].ID
	}
}

// placeOne says in which grid a stay is, and binds the household to it where
// its own tie has none. A seal stays where it is.
func placeOne(tx *db.Tx, s residence.Spell, path string) error {
	if _, err := residence.InGrid(tx, s, path); err != nil {
		return err
	}
	if ok, err := leads(tx, s); err != nil || !ok {
		return err
	}
	ties, err := TiesOf(tx, s.HouseholdID)
	if err != nil {
		return err
	}
	for _, t := range ties {
		if t.Relation == s.Kind && t.Path == path[:12]+NoGrid {
			return Bind(tx, s.HouseholdID, t.Relation, path, t.ValidFrom, t.SealedTo)
		}
	}
	return nil
}

// leads reports whether the household's grid goes by this stay: where it is
// registered by anybody's, where it lives by the head's.
func leads(tx *db.Tx, s residence.Spell) (bool, error) {
	if s.Kind == residence.Registered {
		return true, nil
	}
	members, err := residence.Members(tx, s.HouseholdID)
	head, ok := residence.HeadOf(members)
	return !ok || head.Person.ID == s.PersonID, err
}

// A Gridless is a household that nobody's grid has yet.
type Gridless struct {
	HouseholdID string `db:"household_id"`
	RegisterNo  string `db:"register_no"`
	Head        string `db:"head"`
	Relation    string `db:"relation"` // registered or living
	Path        string `db:"path"`
	Place       string `db:"-"`
}

// Gridless lists the households of the actor's area that are registered or live
// where no grid is, and how many there are. Their address names neither a
// building nor a group that a grid is made of: somebody has to say.
func (s *Service) Gridless(ctx context.Context, by actor.Actor, after string, limit int) ([]Gridless, error) {
	scope, err := policy.Predicate(by, policy.HouseholdRead)
	if err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "grid.gridless"}, func(tx *db.Tx) ([]Gridless, error) {
		tx.Saw()
		all, err := withoutGrid(tx, scope, after, limit)
		if err != nil {
			return nil, err
		}
		x, err := division.Load(tx)
		if err != nil {
			return nil, err
		}
		for i := range all {
			tx.Saw("household/" + all[i].HouseholdID)
			all[i].Place = x.FullName(all[i].Path)
		}
		return all, nil
	})
}

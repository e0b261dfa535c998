package grid

import (
	"anju/internal/calendar"
	"anju/internal/db"
)

// Begin lets a grid be from a day on, and records it.
func Begin(tx *db.Tx, g Grid) error {
	g.ValidTo, g.Version = calendar.Forever, 1
	if err := db.Insert(tx, "grid", g); err != nil {
		return err
	}
	return tx.Record("grid/"+g.Code, nil, g)
}

// End lets a grid be no more from a day on: its code goes on standing for what
// it was.
func End(tx *db.Tx, was Grid, on calendar.Date) error {
	is := was
	is.ValidTo, is.Version = on, was.Version+1
	if err := endGrid(tx, is, was.Version); err != nil {
		return err
	}
	return tx.Record("grid/"+is.Code, was, is)
}

// Rename says what a grid is called and what it covers now.
func Rename(tx *db.Tx, was Grid, name, covers string) error {
	is := was
	is.Name, is.Covers = name, covers
	if is == was {
		return nil
	}
	is.Version++
	if err := change(tx, was, is); err != nil {
		return err
	}
	return tx.Record("grid/"+is.Code, was, is)
}

// A Door is an address whose grid is not that of its group.
type Door struct {
	AddressID string `db:"address_id" record:"track"`
	Village   string `db:"village" record:"track"`
	Grid      string `db:"grid" record:"track"`
}

// A Made is how many pieces the grids of a village are made of.
type Made struct {
	Parts int `record:"track"`
	Doors int `record:"track"`
}

// MakeUp says anew what all grids of a village are made of.
func MakeUp(tx *db.Tx, village string, parts []Part, doors []Door) error {
	was, err := partsIn(tx, village)
	if err != nil {
		return err
	}
	if err := forget(tx, village); err != nil {
		return err
	}
	for _, p := range parts {
		if err := db.Insert(tx, "grid_part", p); err != nil {
			return err
		}
	}
	for _, d := range doors {
		if err := db.Insert(tx, "grid_door", d); err != nil {
			return err
		}
	}
	return tx.Record("grid_parts/"+village, Made{Parts: len(was)}, Made{len(parts), len(doors)})
}

// PartsIn lists what the grids of a village are made of.
func PartsIn(tx *db.Tx, village string) ([]Part, error) { return partsIn(tx, village) }

// AtDoor is At for an address that is known: its own grid, where it has one.
func AtDoor(tx *db.Tx, addressID, village, group, building string) (string, error) {
	if addressID != "" {
		if code, err := doorOf(tx, addressID); err != db.ErrNoRow {
			return code, err
		}
	}
	return At(tx, village, group, building)
}

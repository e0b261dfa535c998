package residence

import (
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
)

// Retract says that a stay never was: the one before it, where it lasted until
// then, goes on. It returns the stay that goes on; ok is false if none does. What
// was believed is kept. Of who has moved on since it is a Conflict.
func Retract(tx *db.Tx, was Spell) (on Spell, ok bool, err error) {
	if was.ValidTo != calendar.Forever {
		return on, false, fault.New(fault.Conflict, "residence.retract.over", "on", was.ValidTo.Chinese())
	}
	all, err := SpellsOf(tx, was.PersonID)
	if err != nil {
		return on, false, err
	}
	if err := supersede(tx, was); err != nil {
		return on, false, err
	}
	if err := tx.Record("spell/"+was.ID, was, nil); err != nil {
		return on, false, err
	}
	b, ok := before(all, was)
	if !ok || b.ValidTo != was.ValidFrom {
		return on, false, reflow(tx, was.PersonID)
	}
	on = b
	on.ValidTo = calendar.Forever
	on, err = replace(tx, b, on)
	return on, true, err
}

// Rehouse says that a stay was in another house, and so perhaps in another grid,
// than was believed.
func Rehouse(tx *db.Tx, was Spell, path, houseID string) error {
	is := was
	is.Path, is.HouseID = path, houseID
	if is == was {
		return nil
	}
	_, err := replace(tx, was, is)
	return err
}

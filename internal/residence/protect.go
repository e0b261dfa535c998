package residence

import (
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/person"
)

// Protect seals where a person lives to a police unit: from now on, to
// everyone else, the place does not exist. It returns the spell as sealed; the
// grid of the household is sealed with it by grid.Service.Protect.
func Protect(tx *db.Tx, id person.ID, unit string) (Spell, error) {
	was, ok, err := Current(tx, id, Living)
	if err != nil {
		return was, err
	}
	if !ok || was.SealedTo != "" {
		return was, fault.New(fault.Conflict, "residence.nothing_to_protect")
	}
	is := was
	is.SealedTo = unit
	return replace(tx, was, is)
}

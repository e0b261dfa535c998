package proposal

import (
	"anju/internal/db"
	"anju/internal/fault"
)

// Add stores a row that embeds Asked, unless one about the same waits: waiting
// is the unique index that says so.
func Add[T any](tx *db.Tx, table, waiting string, row T) error {
	err := db.Insert(tx, table, row)
	if db.Unique(err) == waiting {
		return fault.Wrap(fault.Conflict, "proposal.waiting", err)
	}
	return err
}

// Save stores what was decided about a row, if nobody decided meanwhile.
func Save(tx *db.Tx, table, id string, is Asked) error {
	return db.Met(tx.Exec(`update `+table+` set state = $2, decided_by = $3, decided_name = $4, decided_at = $5, answer = $6, version = $7 where id = $1 and version = $8`,
		id, is.State, is.DecidedBy, is.DecidedName, is.DecidedAt, is.Answer, is.Version, is.Version-1))
}

package household

import "anju/internal/db"

// JobChanged is the news that something of a household has changed: who hears
// it looks at what it keeps about the household.
const JobChanged = "household.changed"

// Changed tells the news once this transaction is done.
func Changed(tx *db.Tx, id ID) error { return tx.Enqueue(JobChanged, string(id), tx.Now(), id) }

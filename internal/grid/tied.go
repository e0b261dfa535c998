package grid

import (
	"anju/internal/db"
	"anju/internal/household"
)

// JobTied is the news that a household belongs to another grid in one of its
// relations: what that grid has open for it goes over.
const JobTied = "grid.tied"

// A Tied is the tie that a household had.
type Tied struct {
	HouseholdID household.ID
	Relation    string
	From        string // the grid that had it
}

func tellTied(tx *db.Tx, was Tie) error {
	t := Tied{was.HouseholdID, was.Relation, was.Path}
	return tx.Enqueue(JobTied, string(t.HouseholdID)+" "+t.Relation+" "+t.From, tx.Now(), t)
}

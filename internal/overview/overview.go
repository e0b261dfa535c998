// Package overview joins the nouns for pages that show several at once: the
// list of residents, a household, a house, a person, the figures of a work
// table. It only reads, and every read of people is a look.
package overview

import (
	"time"

	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/seal"
)

// Service is the guarded door to the joined pages.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys

	names  kept[*division.Index]
	people kept[[]pathCount]

	promised kept[[]promise]
}

// How old what is kept may be: names of places change by acts that take effect
// on a day; counts are for finding one's way, not for reports.
const (
	namesLife    = time.Minute
	peopleLife   = 2 * time.Minute
	promisesLife = 10 * time.Minute
)

func (s *Service) index(tx *db.Tx) (*division.Index, error) {
	return s.names.get(namesLife, func() (*division.Index, error) { return division.Load(tx) })
}

// Package overview joins the nouns for pages that show several at once: the
// list of residents, a household, a house, the figures of a work table. It
// only reads, and every read of people is a look.
package overview

import (
	"sync"
	"time"

	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/seal"
)

// Service is the guarded door to the joined pages.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys

	mu      sync.Mutex
	names   *division.Index
	namesAt time.Time
	people  map[string]int64 // living people by village, unprotected
	atN     time.Time
}

// namesLife is how long names of places may be old; places change by acts that
// take effect on a day.
const namesLife = time.Minute

func (s *Service) index(tx *db.Tx) (*division.Index, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names != nil && time.Since(s.namesAt) < namesLife {
		return s.names, nil
	}
	x, err := division.Load(tx)
	if err == nil {
		s.names, s.namesAt = x, time.Now()
	}
	return x, err
}

package overview

import "anju/internal/db"

// Check is the consistency check inside a transaction.
func (s *Service) Check(tx *db.Tx) ([]string, error) { return s.check(tx) }

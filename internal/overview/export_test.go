package overview

import "anju/internal/db"

// Check is the consistency check inside a transaction.
func (s *Service) Check(tx *db.Tx) ([]string, error) { return s.check(tx) }

// Listed is the query of a page of applications.
func Listed(under string, decided bool, after string, limit int) *db.Query {
	return listed(under, decided, after, limit)
}

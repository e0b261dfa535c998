// Package audit shows and proves the two logs of the county: what was changed
// and what was looked at. Only the audit administrator reads them; nobody
// deletes from them. What a log entry is, and how it is kept, is db's.
package audit

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
)

// Service is the guarded door to the logs.
type Service struct {
	DB    *db.DB
	Check func(text, signature []byte) bool // a head's signature
	Sign  func(text string) ([]byte, error) // a copy of a record, under RecordOrigin
}

// Looks lists the access log, the newest first, before the entry with id
// before.
func (s *Service) Looks(ctx context.Context, by actor.Actor, before string, limit int) ([]db.LookEntry, error) {
	if err := policy.Check(by, policy.AuditRead, policy.Places{}); err != nil {
		return nil, err
	}
	return s.DB.Looks(ctx, before, page(limit))
}

// page is a sensible number of lines.
func page(limit int) int { return min(max(limit, 1), 500) }

// Verify recomputes both trees from their rows and says, in words, what is
// wrong with each: a Verdict without a Problem is a whole log.
func (s *Service) Verify(ctx context.Context, by actor.Actor) ([]db.Verdict, error) {
	if err := policy.Check(by, policy.AuditVerify, policy.Places{}); err != nil {
		return nil, err
	}
	return s.DB.VerifyLogs(ctx, s.Check)
}

package booklet

import (
	"context"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// checkAhead is how long before a full year a booklet can be looked at again:
// about a month, as with a residence permit (居住证暂行条例 10).
const checkAhead = 31 * 24 * time.Hour

// Check is the annual check (年审): the household still lives there, and the
// booklet was seen. A booklet that says something else than is so is replaced
// first. Who does not come loses nothing: a booklet is never invalid for that.
func (s *Service) Check(ctx context.Context, by actor.Actor, key db.Key, id ID) (Booklet, error) {
	return s.act(ctx, by, key, policy.BookletCheck, id, "", func(tx *db.Tx, was Booklet, is *Booklet) error {
		if !was.CheckOpen(tx.Now()) {
			return fault.New(fault.Conflict, "booklet.check.early")
		}
		stale, err := Stale(tx, s.Keys, was)
		if err != nil {
			return err
		}
		if stale {
			return fault.New(fault.Conflict, "booklet.check.stale")
		}
		is.CheckedAt, is.CheckDue = tx.Millis(), aYearAfter(tx)
		return nil
	})
}

// CheckOpen is the rule: from a month before the year is full.
func (b Booklet) CheckOpen(now time.Time) bool {
	return b.State == Issued && b.CheckDue > 0 && now.Add(checkAhead).UnixMilli() >= b.CheckDue
}

// ReportLost notes that the household has lost its booklet (挂失). From now on
// it is not valid, and another can be made.
func (s *Service) ReportLost(ctx context.Context, by actor.Actor, key db.Key, id ID, told string) (Booklet, error) {
	told = strings.TrimSpace(told)
	return s.act(ctx, by, key, policy.BookletReportLost, id, told, func(tx *db.Tx, was Booklet, is *Booklet) error {
		var f fault.Fields
		f.Require("told", told)
		if err := f.Err(); err != nil {
			return err
		}
		is.LostAt, is.Reason = tx.Millis(), told
		n, err := Versions(tx, id)
		if err != nil || was.State != Renewed {
			return err
		}
		return supersede(tx, id, n, false)
	})
}

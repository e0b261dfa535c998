package booklet

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// HandOver records who took the booklet home. From then on the version before
// is no longer the household's, and says so when it is checked.
func (s *Service) HandOver(ctx context.Context, by actor.Actor, key db.Key, id ID, to string) (Booklet, error) {
	to = strings.TrimSpace(to)
	return s.act(ctx, by, key, policy.BookletHandOver, id, to, func(tx *db.Tx, was Booklet, is *Booklet) error {
		var f fault.Fields
		f.Require("received_by", to)
		if err := f.Err(); err != nil {
			return err
		}
		is.ReceivedBy, is.LostAt, is.CheckDue, is.Reason = to, 0, aYearAfter(tx), ""
		if was.IssuedAt == 0 {
			is.IssuedAt = tx.Millis()
		}
		n, err := Versions(tx, id)
		if err != nil {
			return err
		}
		if err := supersede(tx, id, n, false); err != nil {
			return err
		}
		return issued(tx, id, n)
	})
}

// aYearAfter is when a booklet seen today is looked at again.
func aYearAfter(tx *db.Tx) int64 {
	on := calendar.On(tx.Now())
	return on.AddYears(1).Start().UnixMilli()
}

package jobs

import (
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
)

// Nightly sees to it that a job runs at an hour of the coming night, once,
// however often it is asked for. The job asks for the next one itself.
func Nightly(tx *db.Tx, kind string, hour int) error {
	at := calendar.On(tx.Now()).Start().Add(time.Duration(hour) * time.Hour)
	if !at.After(tx.Now()) {
		at = at.AddDate(0, 0, 1)
	}
	return Once(tx, kind, at)
}

// Once sees to it that a job without a payload runs at a moment, once.
func Once(tx *db.Tx, kind string, at time.Time) error {
	return tx.Enqueue(kind, at.UTC().Format(time.RFC3339), at, struct{}{})
}

package booklet

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
)

// A Tray is what waits in one state for the actor's kind of post.
type Tray struct {
	State State
	Act   policy.Action // what is to be done with it
	N     int64         // how many wait
	First []Booklet     // the longest waiting
}

// waiting says which act a state waits for, in the order of a booklet's life.
var waiting = []Tray{
	{State: Applied, Act: policy.BookletVerify},
	{State: Verified, Act: policy.BookletApprove},
	{State: Returned, Act: policy.BookletApply},
	{State: Approved, Act: policy.BookletMake},
	{State: Made, Act: policy.BookletHandOver},
	{State: Renewed, Act: policy.BookletHandOver},
	{State: Lost, Act: policy.BookletReplace},
}

// Inbox lists what waits for the actor, by state: applications for the head of
// the station, what came back and what is to be made and handed over for the
// registrar. A post that does none of it has no inbox.
func (s *Service) Inbox(ctx context.Context, by actor.Actor, limit int) ([]Tray, error) {
	scope, err := lists(by)
	if err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.BookletRead), For: "booklet.inbox"}, func(tx *db.Tx) (trays []Tray, err error) { //i18n:none
		n, err := count(tx, scope)
		if err != nil {
			return trays, err
		}
		tx.Saw()
		for _, t := range waiting {
			if !policy.May(by, t.Act) {
				continue
			}
			t.N = n[t.State]
			if t.First, err = list(tx, scope, View(t.State), "", limit); err != nil {
				return trays, err
			}
			saw(tx, t.First)
			trays = append(trays, t)
		}
		return trays, nil
	})
}

package matter

import (
	"anju/internal/actor"
	"anju/internal/db"
)

// HandOn gives the reporter's word on a matter to somebody else: who reported it
// has left the post. The name of who reported it stays, and the timeline says
// who speaks for them now.
func HandOn(tx *db.Tx, by actor.Actor, id ID, to, text string) error {
	was, err := Get(tx, id)
	if err != nil {
		return err
	}
	is := was
	is.Reporter, is.Version = to, was.Version+1
	if err := saveReporter(tx, was, is); err != nil {
		return err
	}
	return appendEvent(tx, by, is, Comment, Say{Text: text})
}

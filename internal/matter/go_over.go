package matter

import (
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/deadline"
)

// GoOver lets a matter that is not ended go to another grid: the grids have been
// divided anew, or its household belongs to another. It stays in the hands of its level, whose clock
// goes on; whoever holds that level's post over the new grid has it now.
func GoOver(tx *db.Tx, by actor.Actor, was Matter, path, text string) error {
	is, _, err := was.after(Rehome, Say{Text: text}, tx.Now())
	if err != nil {
		return err
	}
	is.Path = path
	if err := save(tx, was, is); err != nil {
		return err
	}
	if err := move(tx, is); err != nil {
		return err
	}
	if err := deadline.MoveTo(tx, is.Subject(), path); err != nil {
		return err
	}
	return appendEvent(tx, by, is, Rehome, Say{Text: text})
}

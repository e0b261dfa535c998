package adjust

import (
	"context"
	"encoding/json"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A History is a division's page: what the code stood for on a day, all it has
// ever stood for, its groups, and the acts that made it so.
type History struct {
	On       calendar.Date
	Division division.Division // on the day
	Meanings []division.Division
	Below    []division.Division // towns or villages on the day, by code
	Groups   []division.Group    // of a village, those of the past too
	Acts     []Act               // the latest first
}

// History is what a code stands for on a day and stood for before. A code that
// stood for nothing on that day is NotFound.
func (s *Service) History(ctx context.Context, by actor.Actor, code string, on calendar.Date) (h History, err error) {
	if err := policy.Check(by, policy.DivisionRead, policy.Places{}); err != nil {
		return h, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		h, err = history(tx, code, on)
		return err
	})
	return h, err
}

func history(tx *db.Tx, code string, on calendar.Date) (h History, err error) {
	if on == "" {
		on = calendar.On(tx.Now())
	}
	if !on.Valid() {
		return h, invalid("on", "adjust.date")
	}
	x, err := division.Load(tx)
	if err != nil {
		return h, err
	}
	h = History{On: on, Meanings: x.Meanings(code), Groups: x.Groups(code), Below: x.ChildrenOn(code, on)}
	if len(h.Meanings) == 0 {
		return h, fault.New(fault.NotFound, "division.unknown")
	}
	h.Division, _ = x.On(code, on)
	h.Acts, err = db.All[Act](tx, `select `+db.Columns[Act]("")+` from division_act where code = $1 or result = $1 order by effective_on desc, id desc limit 200`, code)
	return h, err
}

// Proved is the proof an act keeps.
func (a Act) Proved() (p Proof) {
	json.Unmarshal([]byte(a.Proof), &p) // what Record wrote; an older act without one shows zeros
	return p
}

package relocation

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
)

// Acts upon a move that has been registered.
const (
	ActRedated   = "redated"
	ActAccepted  = "accepted"
	ActReturned  = "returned"
	ActMended    = "mended"
	ActWithdrawn = "withdrawn"
)

// An Act is what became of a move after it was registered: the move says what is
// believed now, its acts say what was.
type Act struct {
	ID         string        `db:"id" record:"ignore"`
	MoveID     string        `db:"move_id" record:"track"`
	Kind       string        `db:"kind" record:"track"`
	WasOn      calendar.Date `db:"was_on" record:"track"` // "" where the day is not in question
	IsOn       calendar.Date `db:"is_on" record:"track"`
	WasAddress string        `db:"was_address" record:"secret"` // "" where the address is not in question
	IsAddress  string        `db:"is_address" record:"secret"`
	Reason     string        `db:"reason" record:"track"`
	Evidence   string        `db:"evidence" record:"track"`
	Account    string        `db:"account" record:"track"`
	Name       string        `db:"name" record:"track"`
	Office     string        `db:"office" record:"track"`
	At         int64         `db:"at" record:"ignore"`
}

// maxWords is how long a reason or an evidence may be, in characters.
const maxWords = 200

// act is what every act on a registered move goes through: load, guard, rule,
// store, record; one transaction, once for each key.
func (s *Service) act(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id string, version int64, words any, guard func(*db.Tx, actor.Actor, policy.Action, Move) error, do func(tx *db.Tx, is *Move, act *Act) error) (Move, error) {
	request := struct {
		ID    string
		Words any
	}{id, words}
	return db.Once(ctx, s.DB, by, string(a), key, request, func(tx *db.Tx) (Move, error) {
		was, err := Get(tx, id)
		if err != nil {
			return was, err
		}
		if err := guard(tx, by, a, was); err != nil {
			return Move{}, err
		}
		if was.Arrival == Withdrawn {
			return was, fault.New(fault.Conflict, "relocation.withdrawn")
		}
		if version != was.Version {
			return was, fault.New(fault.Conflict, "form.changed_meanwhile")
		}
		is := was
		done := newAct(tx, by, id)
		if err := do(tx, &is, &done); err != nil {
			return was, err
		}
		return is, done.write(tx, was, &is)
	})
}

func newAct(tx *db.Tx, by actor.Actor, id string) Act {
	return Act{ID: tx.NewID(), MoveID: id, Account: by.Account, Name: by.Name, Office: by.Office, At: tx.Millis()}
}

// write keeps an act and what the move is after it, and tells the news.
func (a Act) write(tx *db.Tx, was Move, is *Move) error {
	is.Version++
	if err := save(tx, was, *is); err != nil {
		return err
	}
	if err := db.Insert(tx, "move_act", a); err != nil {
		return err
	}
	if err := tx.Record("household/"+string(is.HouseholdID), nil, a); err != nil {
		return err
	}
	return household.Changed(tx, is.HouseholdID)
}

// Acts lists what became of a move, the latest first, to whoever may see it.
func (s *Service) Acts(ctx context.Context, by actor.Actor, id string) ([]Act, error) {
	return look(ctx, s, by, id, func(tx *db.Tx, m Move) ([]Act, error) { return actsOf(tx, m.ID) })
}

package account

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/policy"
)

// An Entry is an account with its posts, as a list shows it.
type Entry struct {
	ID     ID         `db:"id"`
	Login  string     `db:"login"`
	Name   string     `db:"name"`
	State  string     `db:"state"`
	Kind   actor.Kind `db:"kind"`
	Path   string     `db:"path"`
	Office string     `db:"office"`
	MadeOf string     `db:"made_of"`
}

// List lists posts with their holders in the actor's area under a path, after
// the given key (login and path of the last entry), in order of path.
func (s *Service) List(ctx context.Context, by actor.Actor, under, after string, limit int) (all []Entry, err error) {
	scope, err := policy.Predicate(by, policy.AccountRead)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		where, args := scope.WhereOn(policy.At, "p.path", "")
		on := calendar.On(tx.Now())
		q := new(db.Query).Add(`select a.id, a.login, a.name, a.state, p.kind, p.path, p.office, p.made_of
			from post p join account a on a.id = p.account_id
			where p.superseded_at = 0 and p.valid_from <= ? and p.valid_to > ?`, on, on).
			Add("and "+where, args...).
			If(under != "", "and p.path >= ? and p.path < ?", under, db.PrefixEnd(under)).
			If(after != "", "and p.path || ' ' || a.login || ' ' || p.kind > ?", after).
			Add("order by p.path || ' ' || a.login || ' ' || p.kind limit ?", limit)
		all, err = db.All[Entry](tx, q.Text(), q.Args()...)
		return err
	})
	return all, err
}

// Key is where a list goes on after an entry.
func (e Entry) Key() string { return e.Path + " " + e.Login + " " + string(e.Kind) }

// WorkersOf lists the level-1 workers of the actor's own village, for
// enrolling their phones.
func (s *Service) WorkersOf(ctx context.Context, by actor.Actor) ([]Entry, error) {
	if err := may(by, policy.PhoneEnrol); err != nil {
		return nil, err
	}
	var out []Entry
	for _, p := range by.Paths {
		all, err := s.List(ctx, by, p[:min(12, len(p))], "", 500)
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			if e.Kind == actor.GridWorker {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

func may(by actor.Actor, a policy.Action) error {
	_, err := policy.Predicate(by, a)
	return err
}

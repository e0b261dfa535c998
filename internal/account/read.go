package account

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
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

// A Profile is what a person sees of the own account.
type Profile struct {
	Login, Name, Phone string // the phone masked
	TOTP               bool   // has a second factor
	Device             string // name of the enrolled phone, "" if none
	EnrolledAt         int64  // Unix milliseconds
	Posts              []Post
}

// Mine is the actor's own account with its posts.
func (s *Service) Mine(ctx context.Context, by actor.Actor) (p Profile, err error) {
	if by.Account == "" {
		return p, fault.New(fault.NotFound, "account.unknown")
	}
	type device struct {
		Name       string `db:"name"`
		EnrolledAt int64  `db:"enrolled_at"`
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := Get(tx, ID(by.Account))
		if err != nil {
			return err
		}
		phone, err := openPhone(s.Keys, a.ID, a.PhoneSealed)
		if err != nil {
			return err
		}
		d, err := db.One[device](tx, `select name, enrolled_at from device where account_id = $1 and revoked_at = 0`, a.ID)
		if err != nil && err != db.ErrNoRow {
			return err
		}
		p = Profile{Login: a.Login, Name: a.Name, Phone: Holder{Phone: phone}.MaskedPhone(), TOTP: len(a.TOTPSealed) > 0, Device: d.Name, EnrolledAt: d.EnrolledAt}
		p.Posts, err = PostsOf(tx, a.ID, calendar.On(tx.Now()))
		return err
	})
	return p, err
}

func may(by actor.Actor, a policy.Action) error {
	_, err := policy.Predicate(by, a)
	return err
}

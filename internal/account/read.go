package account

import (
	"context"
	"strings"

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
	HeldAs Hold       `db:"held_as"`
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
		q := new(db.Query).Add(`select a.id, a.login, a.name, a.state, p.kind, p.path, p.office, p.made_of, p.held_as
			from post p join account a on a.id = p.account_id
			where `+current("p"), on, on).
			Add("and "+where, args...).
			If(under != "", "and p.path >= ? and p.path < ?", under, policy.PrefixEnd(under)).
			If(after != "", "and p.path || ' ' || a.login || ' ' || p.kind > ?", after).
			Add("order by p.path || ' ' || a.login || ' ' || p.kind limit ?", limit)
		all, err = db.All[Entry](tx, q.Text(), q.Args()...)
		return err
	})
	return all, err
}

// Called is the name as it stands beside the post.
func (e Entry) Called() string { return e.HeldAs.Marked(e.Name) }

// Key is where a list goes on after an entry.
func (e Entry) Key() string { return e.Path + " " + e.Login + " " + string(e.Kind) }

// A PhoneHolder is somebody who goes from door to door, with the enrolled phone
// if there is one.
type PhoneHolder struct {
	Entry
	Device     string `db:"device"`      // "" without a phone
	EnrolledAt int64  `db:"enrolled_at"` // Unix milliseconds
}

// held today, for a post that a query calls so.
func current(post string) string {
	return post + ".superseded_at = 0 and " + post + ".valid_from <= ? and " + post + ".valid_to > ?"
}

// Phones lists, once each, those whose phones the actor may enrol and revoke,
// after the given key, in order of their first post: the words of mayEnrol in
// SQL.
func (s *Service) Phones(ctx context.Context, by actor.Actor, after string, limit int) (all []PhoneHolder, err error) {
	scope, err := policy.Predicate(by, policy.PhoneEnrol)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		on := calendar.On(tx.Now())
		inside := func(post string) (string, []any) {
			where, args := scope.WhereOn(policy.At, post+".path", "")
			return where + " and " + kindIn(post, enrolledBy(by.Kind)), args
		}
		mine, mineArgs := inside("p")
		theirs, theirArgs := inside("q")
		onPhones := kindIn("q", phoneKinds)
		q := new(db.Query).Add(`select a.id, a.login, a.name, a.state, p.kind, p.path, p.office, p.made_of, p.held_as,
				coalesce(d.name, '') as device, coalesce(d.enrolled_at, 0) as enrolled_at
			from post p join account a on a.id = p.account_id left join device d on d.account_id = a.id and d.revoked_at = 0
			where a.state = 'active' and a.id <> ? and `+current("p"), by.Account, on, on).
			Add("and "+mine, mineArgs...).
			Add("and not exists (select 1 from post q where q.account_id = a.id and "+onPhones+" and "+current("q"), on, on).
			Add("and (q.path || ' ' || q.kind < p.path || ' ' || p.kind or not ("+theirs+")))", theirArgs...).
			If(after != "", "and p.path || ' ' || a.login > ?", after).
			Add("order by p.path || ' ' || a.login limit ?", limit)
		all, err = db.All[PhoneHolder](tx, q.Text(), q.Args()...)
		return err
	})
	return all, err
}

// Key is where a list of phones goes on after somebody.
func (h PhoneHolder) Key() string { return h.Path + " " + h.Login }

// kindIn is, in SQL, that a post is of one of some kinds: words of ours.
func kindIn(post string, kinds []actor.Kind) string {
	var b strings.Builder
	for i, k := range kinds {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("'" + string(k) + "'")
	}
	return post + ".kind in (" + b.String() + ")"
}

// Posts is an account with the posts it holds or will hold, for whoever
// appoints.
func (s *Service) Posts(ctx context.Context, by actor.Actor, id ID) (p Profile, err error) {
	if err := policy.Check(by, policy.PostAppoint, policy.Places{}); err != nil {
		return p, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := Get(tx, id)
		if err != nil {
			return err
		}
		p = Profile{Login: a.Login, Name: a.Name}
		if p.Leaves, err = leavesOf(tx, id, calendar.On(tx.Now())); err != nil {
			return err
		}
		p.Posts, err = postsBetween(tx, id, calendar.On(tx.Now()), calendar.Forever)
		return err
	})
	return p, err
}

// A Profile is what a person sees of the own account.
type Profile struct {
	Login, Name, Phone string // the phone masked
	TOTP               bool   // has a second factor
	Device             string // name of the enrolled phone, "" if none
	EnrolledAt         int64  // Unix milliseconds
	Posts              []Post
	Leaves             []Leave // that are not over
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

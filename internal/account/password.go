package account

import (
	"context"
	"crypto/rand"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Service is the guarded door to accounts.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
	Wall func() time.Time // the time on people's own phones; nil is the county's
	// Place is the full name of the area behind a code of the county, or
	// NotFound: divisions know. Without it every code of the right length is
	// taken.
	Place func(tx *db.Tx, code string) (string, error)
	// Ends refuses the end of a post with anything open in it, and Guard lets an
	// act upon posts happen unless it would leave something with nobody from a
	// day on. The network knows; nil asks nobody.
	Ends  func(tx *db.Tx, p Post, on calendar.Date) error
	Guard func(tx *db.Tx, on calendar.Date, act func() error) error
}

// ChangePassword changes one's own password and ends every other session of
// the account; here is the token of the one that stays. Whoever sits down at a
// desk left open has five guesses at the old one.
func (s *Service) ChangePassword(ctx context.Context, by actor.Actor, here, old, new, again string) error {
	a, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	if err := tried(ctx, s.DB, limitKey("change", by.Account)); err != nil {
		return err
	}
	var f fault.Fields
	ok, err := seal.CheckPassword(ctx, a.Password, old)
	if err != nil {
		return err
	}
	if !ok {
		f.Add("old", "account.change.wrong_old")
		return f.Err()
	}
	for _, key := range seal.PasswordFaults(new, a.Login) {
		f.Add("new", key)
	}
	if new == old {
		f.Add("new", "account.change.same")
	}
	if new != again {
		f.Add("again", "account.change.differs")
	}
	hash := ""
	if f.Err() == nil {
		if hash, err = seal.HashPassword(ctx, new); err != nil {
			return err
		}
	}
	if err := s.DB.Keep(ctx, func(tx *db.Tx) error { return forgive(tx, limitKey("change", by.Account)) }); err != nil {
		return err // the old password was right
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.changeOwn(ctx, by, "account.change_password", here, a, func(a *Account) error { a.Password, a.MustChange = hash, 0; return nil })
}

// changeOwn changes what lets oneself in, and ends the other sessions with it.
// Hashing takes its time: what was looked at before must still be so, or a
// reset that came in between would be undone by whom it shut out.
func (s *Service) changeOwn(ctx context.Context, by actor.Actor, action, here string, was Account, f func(*Account) error) error {
	return s.DB.Write(ctx, by, action, func(tx *db.Tx) error {
		open, err := db.One[int64](tx, `select count(*) from session where id = $1 and account_id = $2 and ended = ''`, here, was.ID)
		if err != nil {
			return err
		}
		err = changeIn(tx, was.ID, func(a *Account) error {
			if open == 0 || a.Password != was.Password || a.State != was.State {
				return fault.New(fault.Conflict, "account.change.meanwhile")
			}
			return f(a)
		})
		if err != nil {
			return err
		}
		_, err = tx.Exec(`update session set ended = 'password' where account_id = $1 and id <> $2 and ended = ''`, was.ID, here)
		return err
	})
}

// own is the actor's own account.
func (s *Service) own(ctx context.Context, by actor.Actor) (a Account, err error) {
	if by.Account == "" {
		return a, fault.New(fault.NotFound, "account.unknown")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { a, err = Get(tx, ID(by.Account)); return err })
	return a, err
}

// change changes an account and records what changed.
func (s *Service) change(ctx context.Context, by actor.Actor, action string, id ID, f func(*Account) error) error {
	return s.DB.Write(ctx, by, action, func(tx *db.Tx) error { return changeIn(tx, id, f) })
}

func changeIn(tx *db.Tx, id ID, f func(*Account) error) error {
	was, err := Get(tx, id)
	if err != nil {
		return err
	}
	is := was
	if err := f(&is); err != nil {
		return err
	}
	if err := update(tx, is); err != nil {
		return err
	}
	return tx.Record("account/"+string(id), was, is)
}

// ResetPassword gives an account a one-time password, takes its second factor
// away (it is set anew at the next sign-in), ends its sessions, revokes its
// phones and lifts its lock.
func (s *Service) ResetPassword(ctx context.Context, by actor.Actor, id ID) (seal.Secret, error) {
	if by.Kind == "" {
		return seal.Secret{}, fault.New(fault.NotFound, "policy.not_found") // before any hashing
	}
	password, hash, err := oneTime(ctx)
	if err != nil {
		return seal.Secret{}, err
	}
	err = s.DB.Write(ctx, by, string(policy.AccountReset), func(tx *db.Tx) error {
		posts, err := PostsOf(tx, id, calendar.On(tx.Now()))
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.AccountReset, places(posts)); err != nil {
			return err
		}
		if err := mayReset(by, id, posts); err != nil {
			return err
		}
		a, err := Get(tx, id)
		if err != nil {
			return err
		}
		if err := endSessions(tx, id, "password"); err != nil {
			return err
		}
		if err := revokeDevices(tx, id); err != nil {
			return err
		}
		if err := forgive(tx, limitKey("login", a.Login)); err != nil {
			return err
		}
		return changeIn(tx, id, func(a *Account) error {
			a.Password, a.MustChange, a.TOTPSealed, a.TOTPStep = hash, 1, nil, 0
			return nil
		})
	})
	if err != nil {
		return seal.Secret{}, err
	}
	return password, nil
}

// mayReset says who may let an account in anew, beyond the policy. Whoever
// resets a password could use it, so a town resets only accounts all of whose
// posts lie in the town, and no policeman's; and an administrator's is reset
// at the machine, or one administrator would be all three.
func mayReset(by actor.Actor, id ID, posts []Post) error {
	if by.Kind == actor.System {
		return nil
	}
	if by.Account == string(id) {
		return fault.New(fault.Forbidden, "account.reset.own")
	}
	for _, p := range posts {
		switch {
		case p.Kind.Admin():
			return fault.New(fault.Forbidden, "account.at_the_machine")
		case by.Kind == actor.SystemAdmin:
		case p.Kind.Police() || !by.Over(p.Path):
			return fault.New(fault.Forbidden, "account.reset.beyond")
		}
	}
	return nil
}

// places is how an account lies in the county: where its posts are.
func places(posts []Post) (at policy.Places) {
	for _, p := range posts {
		at = append(at, policy.Place{Relation: policy.At, Path: p.Path})
	}
	return at
}

// oneTime is a password to be read out once and its hash: groups of letters
// and digits that the policy for passwords accepts.
func oneTime(ctx context.Context) (password seal.Secret, hash string, err error) {
	digits, err := seal.NewCode(6)
	if err != nil {
		return seal.Secret{}, "", err
	}
	text := letters(4) + "-" + digits.Reveal() + "-" + letters(4)
	hash, err = seal.HashPassword(ctx, text)
	return seal.Hide(text), hash, err
}

// letters are n random letters that are not mistaken for one another, the
// first upper case.
func letters(n int) string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz"
	b := []byte(rand.Text()[:n])
	for i, c := range b {
		b[i] = alphabet[int(c)%len(alphabet)]
	}
	b[0] -= 'a' - 'A'
	return string(b)
}

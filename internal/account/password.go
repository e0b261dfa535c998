package account

import (
	"context"
	"crypto/rand"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Service is the guarded door to accounts.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// ChangePassword changes one's own password.
func (s *Service) ChangePassword(ctx context.Context, by actor.Actor, old, new, again string) error {
	a, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	var f fault.Fields
	if ok, err := seal.CheckPassword(ctx, a.Password, old); err != nil {
		return err
	} else if !ok {
		f.Add("old", "account.change.wrong_old")
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
	if err := f.Err(); err != nil {
		return err
	}
	hash, err := seal.HashPassword(ctx, new)
	if err != nil {
		return err
	}
	return s.change(ctx, by, "account.change_password", a.ID, func(a *Account) { a.Password, a.MustChange = hash, 0 })
}

func (s *Service) own(ctx context.Context, by actor.Actor) (a Account, err error) {
	if by.Account == "" {
		return a, fault.New(fault.NotFound, "account.unknown")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { a, err = Get(tx, ID(by.Account)); return err })
	return a, err
}

// change changes an account and records what changed.
func (s *Service) change(ctx context.Context, by actor.Actor, action string, id ID, f func(*Account)) error {
	return s.DB.Write(ctx, by, action, func(tx *db.Tx) error {
		was, err := Get(tx, id)
		if err != nil {
			return err
		}
		is := was
		f(&is)
		if err := update(tx, is); err != nil {
			return err
		}
		return tx.Record("account/"+string(id), was, is)
	})
}

// NewTOTP invents a second factor for one's own account; it counts once
// SetTOTP has seen a code made with it.
func (s *Service) NewTOTP(ctx context.Context, by actor.Actor) (secret, url seal.Secret, err error) {
	a, err := s.own(ctx, by)
	if err != nil {
		return secret, url, err
	}
	if secret, err = seal.NewTOTP(); err != nil {
		return secret, url, err
	}
	return secret, seal.TOTPURL("Anju", a.Login, secret), nil
}

// SetTOTP sets one's own second factor after a code made with it.
func (s *Service) SetTOTP(ctx context.Context, by actor.Actor, secret seal.Secret, code string) error {
	a, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	step, ok := seal.CheckTOTP(secret, code, s.DB.Now(), 0)
	if !ok {
		var f fault.Fields
		f.Add("code", "account.totp.wrong")
		return f.Err()
	}
	sealed := s.Keys.Seal("account", "totp", string(a.ID), []byte(secret.Reveal()))
	return s.change(ctx, by, "account.set_totp", a.ID, func(a *Account) { a.TOTPSealed, a.TOTPStep = sealed, step })
}

// ResetPassword gives an account a one-time password, takes its second factor
// away (it is set anew at the next sign-in), ends its sessions and revokes its
// phones. A town resets its own people's accounts.
func (s *Service) ResetPassword(ctx context.Context, by actor.Actor, id ID) (seal.Secret, error) {
	password, err := oneTime()
	if err != nil {
		return seal.Secret{}, err
	}
	hash, err := seal.HashPassword(ctx, password.Reveal())
	if err != nil {
		return seal.Secret{}, err
	}
	err = s.DB.Write(ctx, by, string(policy.AccountReset), func(tx *db.Tx) error {
		places, err := placesOf(tx, id)
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.AccountReset, places); err != nil {
			return err
		}
		was, err := Get(tx, id)
		if err != nil {
			return err
		}
		is := was
		is.Password, is.MustChange, is.TOTPSealed, is.TOTPStep, is.Failed, is.LockedUntil = hash, 1, nil, 0, 0, 0
		if err := update(tx, is); err != nil {
			return err
		}
		if _, err := tx.Exec(`delete from session where account_id = $1`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(`update device set revoked_at = $2 where account_id = $1 and revoked_at = 0`, id, tx.Millis()); err != nil {
			return err
		}
		return tx.Record("account/"+string(id), was, is)
	})
	if err != nil {
		return seal.Secret{}, err
	}
	return password, nil
}

// oneTime is a password to be read out once: groups of letters and digits that
// the policy accepts.
func oneTime() (seal.Secret, error) {
	digits, err := seal.NewCode(6)
	if err != nil {
		return seal.Secret{}, err
	}
	return seal.Hide(letters(4) + "-" + digits.Reveal() + "-" + letters(4)), nil
}

// letters are n random letters that are not mistaken for one another, the
// first upper case.
func letters(n int) string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz"
	b := make([]byte, n)
	for i, c := range []byte(rand.Text()[:n]) {
		b[i] = alphabet[int(c)%len(alphabet)]
	}
	b[0] -= 'a' - 'A'
	return string(b)
}

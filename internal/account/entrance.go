package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/seal"
)

// An Entrance lets people in who are not yet anyone. Everything behind it asks
// for an actor.
type Entrance struct {
	DB   *db.DB
	Keys *seal.Keys
	Wall func() time.Time // the time on people's own phones; nil is the county's
}

func (e *Entrance) wall() time.Time {
	if e.Wall != nil {
		return e.Wall()
	}
	return e.DB.Now()
}

// Shift keeps everybody signed in when the demonstration county's clock is
// moved by d: they have not been away.
func (e *Entrance) Shift(ctx context.Context, d time.Duration) error {
	return e.DB.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update session set seen_at = seen_at + $1, created_at = created_at + $1`, d.Milliseconds())
		return err
	})
}

// Credentials are what the sign-in form asks for.
type Credentials struct {
	Login, Password, Code string
	Address               string // where from, for the limits
}

// SignIn checks credentials and opens a session, ending the account's older
// one. It returns the cookie. Whatever is wrong, and whether there is such an
// account or not, the answer is the same and takes as long.
func (e *Entrance) SignIn(ctx context.Context, c Credentials) (cookie string, err error) {
	c.Login = strings.ToLower(strings.TrimSpace(c.Login))
	address := limitKey("address", c.Address)
	if err := counted(ctx, e.DB, address, perAddress); err != nil {
		return "", err
	}
	if err := tried(ctx, e.DB, limitKey("login", c.Login)); err != nil {
		return "", err
	}
	a, err := e.byLogin(ctx, c.Login)
	if err != nil {
		return "", err
	}
	ok, err := seal.CheckPassword(ctx, a.Password, c.Password)
	if err != nil {
		return "", err
	}
	step, right, err := e.checkCode(a, c.Code, e.wall())
	if err != nil {
		return "", err
	}
	if ok && right {
		cookie, err = e.signIn(ctx, a, step, address)
		if fault.KeyOf(err) != "account.wrong" {
			return cookie, err
		}
	}
	return "", fault.New(fault.Invalid, "account.wrong")
}

func (e *Entrance) byLogin(ctx context.Context, login string) (a Account, err error) {
	err = e.DB.Read(ctx, func(tx *db.Tx) error { a, err = ByLogin(tx, login); return err })
	if fault.KindOf(err) == fault.NotFound {
		return Account{}, nil // checked like any other, and refused
	}
	return a, err
}

// checkCode checks the second factor. An account that has none yet passes, and
// must set one before it can do anything.
func (e *Entrance) checkCode(a Account, code string, now time.Time) (step int64, ok bool, err error) {
	if len(a.TOTPSealed) == 0 {
		return 0, true, nil
	}
	secret, err := e.Keys.Open("account", "totp", string(a.ID), a.TOTPSealed)
	if err != nil {
		return 0, false, err
	}
	step, ok = seal.CheckTOTP(seal.Hide(string(secret)), code, now, a.TOTPStep)
	return step, ok, nil
}

// signIn opens a session for an account whose credentials were right a moment
// ago, if they still are: a code works once, also for two who send it together.
func (e *Entrance) signIn(ctx context.Context, was Account, step int64, address string) (cookie string, err error) {
	err = e.DB.Keep(ctx, func(tx *db.Tx) error {
		a, err := Get(tx, was.ID)
		if err != nil {
			return err
		}
		if a.State != "active" || a.Password != was.Password || len(a.TOTPSealed) > 0 && step <= a.TOTPStep {
			return fault.New(fault.Invalid, "account.wrong")
		}
		posts, err := PostsOf(tx, a.ID, calendar.On(tx.Now()))
		if err != nil {
			return err
		}
		if len(posts) == 0 {
			return fault.New(fault.Forbidden, "account.no_post")
		}
		a.TOTPStep = max(step, a.TOTPStep)
		if err := update(tx, a); err != nil {
			return err
		}
		if err := forgive(tx, limitKey("login", a.Login)); err != nil {
			return err
		}
		if err := uncount(tx, address); err != nil {
			return err
		}
		cookie, err = open(tx, a.ID, posts[0].Kind, "")
		return err
	})
	return cookie, err
}

// NextCode is a second factor that SignIn will take now: for the demonstration
// county, whose secrets are printed, where one signs in and out faster than an
// authenticator counts. The code of now lives longest; the one before may lapse
// while the page is being read.
func (e *Entrance) NextCode(ctx context.Context, login string, secret seal.Secret) (string, error) {
	a, err := e.byLogin(ctx, login)
	if err != nil {
		return "", err
	}
	now := e.wall()
	for _, at := range []time.Time{now, now.Add(30 * time.Second), now.Add(-30 * time.Second)} {
		code, err := seal.TOTPCode(secret, at)
		if err != nil {
			return "", err
		}
		if _, ok := seal.CheckTOTP(secret, code, now, a.TOTPStep); ok {
			return code, nil
		}
	}
	return seal.TOTPCode(secret, now)
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/seal"
)

// Limits of sessions and of guessing.
const (
	idleLimit  = 30 * time.Minute
	dayLimit   = 12 * time.Hour
	maxFailed  = 5
	lockFor    = 15 * time.Minute
	window     = 15 * time.Minute
	perAddress = 60 // attempts of one address in a window
)

// An Entrance lets people in who are not yet anyone. Everything behind it asks
// for an actor.
type Entrance struct {
	DB   *db.DB
	Keys *seal.Keys
}

// A Session is someone signed in.
type Session struct {
	Token  string // SHA-256 of the cookie, never the cookie
	Actor  actor.Actor
	Login  string
	Kinds  []actor.Kind // every kind of post held today
	CSRF   string
	Device bool   // signed in on an enrolled phone by PIN
	Must   string // "password" or "totp": what has to be done before anything else
}

// Credentials are what the sign-in form asks for.
type Credentials struct {
	Login, Password, Code string
	Address               string // where from, for the limits
}

// SignIn checks credentials and opens a session, ending the account's older
// ones. It returns the cookie. Whatever is wrong, the answer is the same, and
// takes as long.
func (e *Entrance) SignIn(ctx context.Context, c Credentials) (cookie string, err error) {
	if err := e.limit(ctx, "address:"+c.Address, perAddress); err != nil {
		return "", err
	}
	a, err := e.byLogin(ctx, c.Login)
	if err != nil {
		return "", err
	}
	now := e.DB.Now()
	if a.LockedUntil > now.UnixMilli() {
		return "", fault.New(fault.Forbidden, "account.locked", "minutes", int((time.UnixMilli(a.LockedUntil).Sub(now)+time.Minute-1)/time.Minute))
	}
	ok, err := seal.CheckPassword(ctx, a.Password, c.Password)
	if err != nil {
		return "", err
	}
	step, ok2, err := e.checkCode(a, c.Code, now)
	if err != nil {
		return "", err
	}
	if a.State != "active" || !ok || !ok2 {
		return "", e.failed(ctx, a)
	}
	return e.open(ctx, a, step, "")
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
		return a.TOTPStep, true, nil
	}
	secret, err := e.Keys.Open("account", "totp", string(a.ID), a.TOTPSealed)
	if err != nil {
		return 0, false, err
	}
	step, ok = seal.CheckTOTP(seal.Hide(string(secret)), code, now, a.TOTPStep)
	return step, ok, nil
}

func (e *Entrance) failed(ctx context.Context, a Account) error {
	if a.ID != "" {
		err := e.DB.Keep(ctx, func(tx *db.Tx) error {
			a, err := Get(tx, a.ID)
			if err != nil {
				return err
			}
			if a.Failed++; a.Failed >= maxFailed {
				a.Failed, a.LockedUntil = 0, tx.Now().Add(lockFor).UnixMilli()
			}
			return update(tx, a)
		})
		if err != nil {
			return err
		}
	}
	return fault.New(fault.Invalid, "account.wrong")
}

func (e *Entrance) open(ctx context.Context, a Account, step int64, device string) (string, error) {
	cookie := rand.Text() + rand.Text()
	err := e.DB.Keep(ctx, func(tx *db.Tx) error {
		a, err := Get(tx, a.ID)
		if err != nil {
			return err
		}
		a.Failed, a.LockedUntil, a.TOTPStep = 0, 0, max(step, a.TOTPStep)
		if err := update(tx, a); err != nil {
			return err
		}
		posts, err := PostsOf(tx, a.ID, calendar.On(tx.Now()))
		if err != nil {
			return err
		}
		if len(posts) == 0 {
			return fault.New(fault.Forbidden, "account.no_post")
		}
		kind := posts[0].Kind
		if device != "" {
			for _, p := range posts { // on the phone: the post closest to the people
				if p.Kind.Level() > 0 {
					kind = p.Kind
					break
				}
			}
		}
		if _, err := tx.Exec(`delete from session where account_id = $1 and device_id = $2`, a.ID, device); err != nil {
			return err
		}
		_, err = tx.Exec(`insert into session (id, account_id, kind, csrf, device_id, created_at, seen_at) values ($1, $2, $3, $4, $5, $6, $6)`,
			digest(cookie), a.ID, kind, rand.Text(), device, tx.Millis())
		return err
	})
	return cookie, err
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Resume finds the session of a cookie, or NotFound when there is none or its
// time is over.
func (e *Entrance) Resume(ctx context.Context, cookie string) (s Session, err error) {
	type row struct {
		AccountID ID         `db:"account_id"`
		Kind      actor.Kind `db:"kind"`
		CSRF      string     `db:"csrf"`
		DeviceID  string     `db:"device_id"`
		CreatedAt int64      `db:"created_at"`
		SeenAt    int64      `db:"seen_at"`
	}
	id, stale := digest(cookie), false
	err = e.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := db.One[row](tx, `select account_id, kind, csrf, device_id, created_at, seen_at from session where id = $1`, id)
		if err == db.ErrNoRow {
			return fault.New(fault.NotFound, "account.signed_out")
		}
		if err != nil {
			return err
		}
		if tx.Millis()-r.SeenAt > idleLimit.Milliseconds() || tx.Millis()-r.CreatedAt > dayLimit.Milliseconds() {
			return fault.New(fault.NotFound, "account.signed_out")
		}
		stale = tx.Millis()-r.SeenAt > time.Minute.Milliseconds()
		a, err := Get(tx, r.AccountID)
		if err != nil {
			return err
		}
		posts, err := PostsOf(tx, a.ID, calendar.On(tx.Now()))
		if err != nil {
			return err
		}
		s = session(id, a, posts, r.Kind)
		s.CSRF, s.Device = r.CSRF, r.DeviceID != ""
		if s.Device {
			s.Must = ""
		}
		if a.State != "active" || len(s.Actor.Paths) == 0 {
			return fault.New(fault.NotFound, "account.signed_out")
		}
		return nil
	})
	if err != nil || !stale {
		return s, err
	}
	return s, e.DB.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update session set seen_at = $2 where id = $1`, id, tx.Millis())
		return err
	})
}

func session(token string, a Account, posts []Post, kind actor.Kind) Session {
	s := Session{Token: token, Login: a.Login, Actor: actor.Actor{Account: string(a.ID), Name: a.Name, Kind: kind}}
	for _, p := range posts {
		if len(s.Kinds) == 0 || s.Kinds[len(s.Kinds)-1] != p.Kind {
			s.Kinds = append(s.Kinds, p.Kind)
		}
		if p.Kind == kind {
			s.Actor.Paths = append(s.Actor.Paths, p.Path)
			if s.Actor.Office == "" {
				s.Actor.Office = p.Office
			}
		}
	}
	switch {
	case a.MustChange == 1:
		s.Must = "password"
	case len(a.TOTPSealed) == 0:
		s.Must = "totp"
	}
	return s
}

// SwitchPost changes hats: the session acts in another kind of post that the
// account holds.
func (e *Entrance) SwitchPost(ctx context.Context, s Session, kind actor.Kind) error {
	for _, k := range s.Kinds {
		if k == kind {
			return e.DB.Keep(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`update session set kind = $2 where id = $1`, s.Token, kind)
				return err
			})
		}
	}
	return fault.New(fault.NotFound, "policy.not_found")
}

// SignOut ends a session.
func (e *Entrance) SignOut(ctx context.Context, s Session) error {
	return e.DB.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`delete from session where id = $1`, s.Token)
		return err
	})
}

// limit counts an attempt and refuses when there were too many in the window.
func (e *Entrance) limit(ctx context.Context, key string, most int64) error {
	var n int64
	err := e.DB.Keep(ctx, func(tx *db.Tx) (err error) {
		n, err = db.Change1[int64](tx, `insert into throttle (key, started_at, n) values ($1, $2, 1)
			on conflict (key) do update set
				n = case when throttle.started_at < $3 then 1 else throttle.n + 1 end,
				started_at = case when throttle.started_at < $3 then excluded.started_at else throttle.started_at end
			returning n`, key, tx.Millis(), tx.Millis()-window.Milliseconds())
		return err
	})
	if err == nil && n > most {
		return fault.New(fault.Forbidden, "account.too_many")
	}
	return err
}

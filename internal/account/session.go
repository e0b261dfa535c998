package account

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
)

// How long a session lasts. The two settings can shorten it, never lengthen it.
const (
	idleLimit   = 30 * time.Minute
	dayLimit    = 12 * time.Hour
	IdleSetting = "account.idle_minutes" //i18n:none
	DaySetting  = "account.day_hours"    //i18n:none
)

// A Session is someone signed in.
type Session struct {
	Token  string // SHA-256 of the cookie, never the cookie
	Actor  actor.Actor
	Login  string
	Kinds  []actor.Kind // every kind of post that can be changed to
	CSRF   string
	Device bool   // signed in on an enrolled phone by PIN: for the phone pages only
	Must   string // "password" or "totp": what has to be done before anything else
	Note   string // "replaced": this sign-in ended another; until Said
}

// open begins a session and ends the older ones at the same kind of door. What
// is over for good is thrown away.
func open(tx *db.Tx, id ID, kind actor.Kind, device string) (cookie string, err error) {
	if _, err := tx.Exec(`delete from session where created_at < $1`, tx.Millis()-dayLimit.Milliseconds()); err != nil {
		return "", err
	}
	idle, _, err := limits(tx)
	if err != nil {
		return "", err
	}
	older, err := db.One[int64](tx, `select count(*) from session where account_id = $1 and (device_id = '') = (cast($2 as text) = '')
		and ended = '' and seen_at > $3`, id, device, tx.Millis()-idle.Milliseconds())
	if err != nil {
		return "", err
	}
	if _, err := tx.Exec(`update session set ended = 'elsewhere' where account_id = $1 and (device_id = '') = (cast($2 as text) = '') and ended = ''`, id, device); err != nil {
		return "", err
	}
	note := ""
	if older > 0 {
		note = "replaced"
	}
	cookie = rand.Text() + rand.Text()
	_, err = tx.Exec(`insert into session (id, account_id, kind, csrf, device_id, note, created_at, seen_at) values ($1, $2, $3, $4, $5, $6, $7, $7)`,
		digest(cookie), id, kind, rand.Text(), device, note, tx.Millis())
	return cookie, err
}

// limits reads how long a session may stand idle and how long it lasts.
func limits(tx *db.Tx) (idle, day time.Duration, err error) {
	read := func(key string, unit, most time.Duration) (time.Duration, error) {
		text, err := db.Setting(tx, key)
		n, bad := strconv.Atoi(text)
		if err != nil || bad != nil || n < 1 {
			return most, err
		}
		return min(time.Duration(n)*unit, most), nil
	}
	if idle, err = read(IdleSetting, time.Minute, idleLimit); err != nil {
		return 0, 0, err
	}
	day, err = read(DaySetting, time.Hour, dayLimit)
	return idle, day, err
}

type sessionRow struct {
	AccountID ID         `db:"account_id"`
	Kind      actor.Kind `db:"kind"`
	CSRF      string     `db:"csrf"`
	DeviceID  string     `db:"device_id"`
	Ended     string     `db:"ended"`
	Note      string     `db:"note"`
	CreatedAt int64      `db:"created_at"`
	SeenAt    int64      `db:"seen_at"`
}

// Resume finds the session of a cookie, or NotFound when there is none or its
// time is over, with a key that says why if it is known.
func (e *Entrance) Resume(ctx context.Context, cookie string) (s Session, err error) {
	id, stale := digest(cookie), false
	err = e.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := db.One[sessionRow](tx, `select account_id, kind, csrf, device_id, ended, note, created_at, seen_at from session where id = $1`, id)
		if err == db.ErrNoRow {
			return fault.New(fault.NotFound, "account.signed_out")
		}
		if err != nil {
			return err
		}
		idle, day, err := limits(tx)
		if err != nil {
			return err
		}
		if err := r.over(tx.Millis(), idle, day); err != nil {
			return err
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
		s = r.session(id, a, posts)
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

// over says why a session is over, or nil.
func (r sessionRow) over(now int64, idle, day time.Duration) error {
	switch {
	case r.Ended == "elsewhere":
		return fault.New(fault.NotFound, "account.ended.elsewhere")
	case r.Ended == "password":
		return fault.New(fault.NotFound, "account.ended.password")
	case r.Ended != "":
		return fault.New(fault.NotFound, "account.ended.phone")
	case now-r.SeenAt > idle.Milliseconds(), now-r.CreatedAt > day.Milliseconds():
		return fault.New(fault.NotFound, "account.ended.idle")
	}
	return nil
}

// session is the row with who it is. A post that has ended since is no longer
// acted in; on a phone only the posts of the people network can be.
func (r sessionRow) session(token string, a Account, posts []Post) Session {
	s := Session{Token: token, Login: a.Login, CSRF: r.CSRF, Device: r.DeviceID != "", Note: r.Note,
		Actor: actor.Actor{Account: string(a.ID), Name: heldAs(posts, r.Kind).Marked(a.Name), Kind: r.Kind}}
	for _, p := range posts {
		if s.Device && !onPhone(p.Kind) {
			continue
		}
		if !slices.Contains(s.Kinds, p.Kind) {
			s.Kinds = append(s.Kinds, p.Kind)
		}
		if p.Kind == r.Kind {
			s.Actor.Paths = append(s.Actor.Paths, p.Path)
			if s.Actor.Office == "" {
				s.Actor.Office = p.Office
			}
		}
	}
	switch {
	case s.Device:
	case a.MustChange == 1:
		s.Must = "password"
	case len(a.TOTPSealed) == 0:
		s.Must = "totp"
	}
	return s
}

// heldAs is how somebody acts in a kind of post: as its deputy or as a stand-in
// only who holds none of that kind whole.
func heldAs(posts []Post, kind actor.Kind) Hold {
	as := Whole
	for _, p := range posts {
		if p.Kind != kind {
			continue
		}
		if p.HeldAs == Whole {
			return Whole
		}
		if as != Deputy {
			as = p.HeldAs
		}
	}
	return as
}

// SwitchPost changes hats: the session acts in another kind of post that the
// account holds.
func (e *Entrance) SwitchPost(ctx context.Context, s Session, kind actor.Kind) error {
	if !slices.Contains(s.Kinds, kind) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return e.DB.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update session set kind = $2 where id = $1`, s.Token, kind)
		return err
	})
}

// Said notes that the session's Note has been read.
func (e *Entrance) Said(ctx context.Context, s Session) error {
	return e.DB.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update session set note = '' where id = $1`, s.Token)
		return err
	})
}

// SignOut ends the session of a cookie and forgets it.
func (e *Entrance) SignOut(ctx context.Context, cookie string) error {
	return e.DB.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`delete from session where id = $1`, digest(cookie))
		return err
	})
}

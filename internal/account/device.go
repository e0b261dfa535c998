package account

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/seal"
)

const (
	enrolmentLife = 24 * time.Hour
	enrolmentLen  = 8
	maxWrongPINs  = 5
)

// phoneKinds are the kinds of post that are acted in on an enrolled phone: the
// three levels that go from door to door. A PIN opens nothing more.
var phoneKinds = []actor.Kind{actor.GridWorker, actor.GridLeader, actor.SectionLeader}

func onPhone(k actor.Kind) bool { return slices.Contains(phoneKinds, k) }

// enrolledBy are the kinds of post whose holders' phones a kind of post enrols.
func enrolledBy(k actor.Kind) []actor.Kind {
	if k == actor.GridLeader {
		return phoneKinds[:1]
	}
	return phoneKinds
}

// EnrolPhone gives a leader a code with which a worker of the own area can
// enrol a phone, once, within a day. Codes given out earlier lapse.
func (s *Service) EnrolPhone(ctx context.Context, by actor.Actor, worker ID) (seal.Secret, error) {
	code := rand.Text()[:enrolmentLen]
	err := s.DB.Write(ctx, by, string(policy.PhoneEnrol), func(tx *db.Tx) error {
		if err := mayEnrol(tx, by, worker); err != nil {
			return err
		}
		if _, err := tx.Exec(`delete from enrolment where account_id = $1 and used_at = 0`, worker); err != nil {
			return err
		}
		if _, err := tx.Exec(`insert into enrolment (code_hash, account_id, issued_by, issued_at, expires_at, used_at) values ($1, $2, $3, $4, $5, 0)`,
			digest(code), worker, by.Account, tx.Millis(), tx.Now().Add(enrolmentLife).UnixMilli()); err != nil {
			return err
		}
		return tx.RecordAll("account/"+string(worker), 1, "enrolment")
	})
	if err != nil {
		return seal.Secret{}, err
	}
	return seal.Hide(code), nil
}

// mayEnrol says whose phones a leader may enrol and revoke: of accounts all of
// whose posts on the phone lie in the leader's area. A grid leader enrols
// workers, a town's centre all who go from door to door there. Nobody enrols
// the own phone: a code is proof that two people met.
func mayEnrol(tx *db.Tx, by actor.Actor, worker ID) error {
	posts, err := PostsOf(tx, worker, calendar.On(tx.Now()))
	if err != nil {
		return err
	}
	if err := policy.Check(by, policy.PhoneEnrol, places(posts)); err != nil {
		return err
	}
	some := false
	for _, p := range posts {
		if !onPhone(p.Kind) {
			continue
		}
		some = true
		if err := policy.Check(by, policy.PhoneEnrol, places([]Post{p})); err != nil || !slices.Contains(enrolledBy(by.Kind), p.Kind) {
			return fault.New(fault.Forbidden, "account.enrol.beyond")
		}
	}
	if !some || by.Account == string(worker) {
		return fault.New(fault.Forbidden, "account.enrol.beyond")
	}
	return nil
}

// RevokePhone ends a phone that was lost: whoever found it gets no further.
func (s *Service) RevokePhone(ctx context.Context, by actor.Actor, worker ID) error {
	return s.DB.Write(ctx, by, string(policy.PhoneEnrol), func(tx *db.Tx) error {
		if err := mayEnrol(tx, by, worker); err != nil {
			return err
		}
		if err := revokeDevices(tx, worker); err != nil {
			return err
		}
		return tx.RecordAll("account/"+string(worker), 1, "device revoked")
	})
}

// Enrol makes a phone known with a leader's code and sets its PIN; a phone
// enrolled earlier is revoked. It returns the secret that the phone keeps.
func (e *Entrance) Enrol(ctx context.Context, code, pin, name, address string) (secret string, err error) {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
	var f fault.Fields
	if len(code) != enrolmentLen {
		f.Add("code", "account.enrol.wrong")
	}
	if key := seal.PINFault(pin); key != "" {
		f.Add("pin", key)
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	tries := limitKey("enrol", address)
	if err := counted(ctx, e.DB, tries, perEnrol); err != nil {
		return "", err
	}
	hash, err := seal.HashPassword(ctx, pin)
	if err != nil {
		return "", err
	}
	secret = rand.Text() + rand.Text()
	err = e.DB.Write(ctx, actor.ForSystem("enrolment"), string(policy.PhoneEnrol), func(tx *db.Tx) error {
		if err := enrol(tx, digest(code), digest(secret), hash, name); err != nil {
			return err
		}
		return uncount(tx, tries)
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

func enrol(tx *db.Tx, code, secret, pin, name string) error {
	id, err := db.Change1[ID](tx, `update enrolment set used_at = $2 where code_hash = $1 and used_at = 0 and expires_at > $2 returning account_id`,
		code, tx.Millis())
	if err == db.ErrNoRow {
		var f fault.Fields
		f.Add("code", "account.enrol.wrong")
		return f.Err()
	}
	if err != nil {
		return err
	}
	if err := revokeDevices(tx, id); err != nil {
		return err
	}
	device := tx.NewID()
	if _, err := tx.Exec(`insert into device (id, account_id, secret_hash, pin, name, failed, enrolled_at, revoked_at) values ($1, $2, $3, $4, $5, 0, $6, 0)`,
		device, id, secret, pin, name, tx.Millis()); err != nil {
		return err
	}
	return tx.RecordAll("account/"+string(id), 1, "device/"+device)
}

// Unlock opens a session on an enrolled phone with its PIN. Five wrong PINs
// revoke the phone; the leader enrols it anew. A try counts before it is
// looked at.
func (e *Entrance) Unlock(ctx context.Context, secret, pin string) (cookie string, err error) {
	type device struct {
		ID        string `db:"id"`
		AccountID ID     `db:"account_id"`
		PIN       string `db:"pin"`
		Failed    int64  `db:"failed"`
	}
	var d device
	err = e.DB.Keep(ctx, func(tx *db.Tx) error {
		d, err = db.Change1[device](tx, `update device set failed = failed + 1 where secret_hash = $1 and revoked_at = 0 and failed < $2
			returning id, account_id, pin, failed`, digest(secret), maxWrongPINs)
		return err
	})
	if err == db.ErrNoRow {
		return "", fault.New(fault.NotFound, "account.device.unknown")
	}
	if err != nil {
		return "", err
	}
	ok, err := seal.CheckPassword(ctx, d.PIN, pin)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", e.wrongPIN(ctx, d.AccountID, maxWrongPINs-d.Failed)
	}
	err = e.DB.Keep(ctx, func(tx *db.Tx) error {
		kind, err := phoneKind(tx, d.AccountID)
		if err != nil {
			return err
		}
		n, err := tx.Exec(`update device set failed = 0 where id = $1 and revoked_at = 0`, d.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "account.device.unknown")
		}
		cookie, err = open(tx, d.AccountID, kind, d.ID)
		return err
	})
	return cookie, err
}

// wrongPIN answers a wrong PIN; with none left the phone is revoked.
func (e *Entrance) wrongPIN(ctx context.Context, id ID, left int64) error {
	if left > 0 {
		var f fault.Fields
		f.Add("pin", "account.device.wrong_pin", "left", left)
		return f.Err()
	}
	if err := e.DB.Keep(ctx, func(tx *db.Tx) error { return revokeDevices(tx, id) }); err != nil {
		return err
	}
	return fault.New(fault.Forbidden, "account.device.revoked")
}

// phoneKind is the post that a phone opens in: of those held today the closest
// to the people.
func phoneKind(tx *db.Tx, id ID) (actor.Kind, error) {
	a, err := Get(tx, id)
	if err != nil {
		return "", err
	}
	posts, err := PostsOf(tx, id, calendar.On(tx.Now()))
	if err != nil {
		return "", err
	}
	for _, p := range posts {
		if a.State == "active" && onPhone(p.Kind) {
			return p.Kind, nil
		}
	}
	return "", fault.New(fault.Forbidden, "account.no_post")
}

// Knows reports whose phone this is, for the PIN page: the name of its owner,
// or NotFound.
func (e *Entrance) Knows(ctx context.Context, secret string) (name string, err error) {
	err = e.DB.Read(ctx, func(tx *db.Tx) error {
		name, err = db.One[string](tx, `select a.name from device d join account a on a.id = d.account_id
			where d.secret_hash = $1 and d.revoked_at = 0 and a.state = 'active'`, digest(secret))
		return err
	})
	if err == db.ErrNoRow {
		return "", fault.New(fault.NotFound, "account.device.unknown")
	}
	return name, err
}

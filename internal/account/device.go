package account

import (
	"context"
	"crypto/rand"
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
	maxWrongPINs  = 5
)

// EnrolPhone gives a leader a code with which a worker of the own area can
// enrol a phone, once, within a day.
func (s *Service) EnrolPhone(ctx context.Context, by actor.Actor, worker ID) (seal.Secret, error) {
	code := strings.ToUpper(rand.Text()[:8])
	err := s.DB.Write(ctx, by, string(policy.PhoneEnrol), func(tx *db.Tx) error {
		places, err := placesOf(tx, worker)
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.PhoneEnrol, places); err != nil {
			return err
		}
		a, err := Get(tx, worker)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`insert into enrolment (code_hash, account_id, issued_by, issued_at, expires_at, used_at) values ($1, $2, $3, $4, $5, 0)`,
			digest(code), worker, by.Account, tx.Millis(), tx.Now().Add(enrolmentLife).UnixMilli()); err != nil {
			return err
		}
		return tx.RecordAll("account/"+string(a.ID), 1, "enrolment")
	})
	if err != nil {
		return seal.Secret{}, err
	}
	return seal.Hide(code), nil
}

// placesOf is how an account lies in the county: where its posts are.
func placesOf(tx *db.Tx, id ID) (policy.Places, error) {
	posts, err := PostsOf(tx, id, calendar.On(tx.Now()))
	if err != nil {
		return nil, err
	}
	var places policy.Places
	for _, p := range posts {
		places = append(places, policy.Place{Relation: policy.At, Path: p.Path})
	}
	return places, nil
}

// Enrol makes a phone known with a leader's code and sets its PIN. It returns
// the device's secret, which the phone keeps.
func (e *Entrance) Enrol(ctx context.Context, code, pin, name, address string) (secret string, err error) {
	if err := e.limit(ctx, "enrol:"+address, maxFailed*4); err != nil {
		return "", err
	}
	if key := seal.PINFault(pin); key != "" {
		var f fault.Fields
		f.Add("pin", key)
		return "", f.Err()
	}
	hash, err := seal.HashPassword(ctx, pin)
	if err != nil {
		return "", err
	}
	secret = rand.Text() + rand.Text()
	err = e.DB.Write(ctx, actor.ForSystem("enrolment"), string(policy.PhoneEnrol), func(tx *db.Tx) error {
		id, err := db.Change1[ID](tx, `update enrolment set used_at = $2 where code_hash = $1 and used_at = 0 and expires_at > $2 returning account_id`,
			digest(strings.ToUpper(strings.TrimSpace(code))), tx.Millis())
		if err == db.ErrNoRow {
			var f fault.Fields
			f.Add("code", "account.enrol.wrong")
			return f.Err()
		}
		if err != nil {
			return err
		}
		device := tx.NewID()
		if _, err := tx.Exec(`insert into device (id, account_id, secret_hash, pin, name, failed, enrolled_at, revoked_at) values ($1, $2, $3, $4, $5, 0, $6, 0)`,
			device, id, digest(secret), hash, name, tx.Millis()); err != nil {
			return err
		}
		return tx.RecordAll("account/"+string(id), 1, "device/"+device)
	})
	return secret, err
}

// Unlock opens a session on an enrolled phone with its PIN. Five wrong PINs
// in a row revoke the phone; the leader enrols it anew.
func (e *Entrance) Unlock(ctx context.Context, secret, pin string) (cookie string, err error) {
	type device struct {
		ID        string `db:"id"`
		AccountID ID     `db:"account_id"`
		PIN       string `db:"pin"`
		Failed    int64  `db:"failed"`
	}
	var d device
	err = e.DB.Read(ctx, func(tx *db.Tx) error {
		d, err = db.One[device](tx, `select id, account_id, pin, failed from device where secret_hash = $1 and revoked_at = 0`, digest(secret))
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
	err = e.DB.Keep(ctx, func(tx *db.Tx) error {
		if ok {
			_, err := tx.Exec(`update device set failed = 0 where id = $1`, d.ID)
			return err
		}
		_, err := tx.Exec(`update device set failed = failed + 1, revoked_at = case when failed + 1 >= $2 then $3 else 0 end where id = $1`,
			d.ID, maxWrongPINs, tx.Millis())
		return err
	})
	if err != nil {
		return "", err
	}
	if !ok {
		if d.Failed+1 >= maxWrongPINs {
			return "", fault.New(fault.Forbidden, "account.device.revoked")
		}
		var f fault.Fields
		f.Add("pin", "account.device.wrong_pin", "left", maxWrongPINs-d.Failed-1)
		return "", f.Err()
	}
	return e.open(ctx, Account{ID: d.AccountID}, 0, d.ID)
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

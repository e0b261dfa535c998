package account

import (
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/seal"
)

// An Admin is one of the three administrators a county begins with.
type Admin struct {
	Kind        actor.Kind
	Login, Name string
}

// FirstAdmins are the three that anju init makes if nobody says otherwise.
func FirstAdmins() []Admin {
	return []Admin{
		{actor.SystemAdmin, "sysadmin", kindName(actor.SystemAdmin)},
		{actor.SecurityAdmin, "secadmin", kindName(actor.SecurityAdmin)},
		{actor.AuditAdmin, "audadmin", kindName(actor.AuditAdmin)},
	}
}

// InitAdmins makes the three administrators of an empty county, each with a
// one-time password. It refuses a county that has an account.
func InitAdmins(tx *db.Tx, county string, admins []Admin) ([]OneTime, error) {
	n, err := db.One[int64](tx, `select count(*) from account`)
	if err != nil {
		return nil, err
	}
	if n > 0 {
		return nil, fault.New(fault.Conflict, "account.init.done")
	}
	kinds := map[actor.Kind]bool{}
	var first []OneTime
	for _, a := range admins {
		kinds[a.Kind] = a.Kind.Admin()
		password, hash, err := oneTime(tx.Context())
		if err != nil {
			return nil, err
		}
		made := Account{ID: ID(tx.NewID()), Login: strings.ToLower(a.Login), Name: a.Name, Password: hash, MustChange: 1,
			State: "active", CreatedAt: tx.Millis(), Version: 1}
		if err := Insert(tx, made); err != nil {
			return nil, err
		}
		if _, err := Appoint(tx, Post{AccountID: made.ID, Kind: a.Kind, Path: county, Office: kindName(a.Kind), ValidFrom: calendar.On(tx.Now())}); err != nil {
			return nil, err
		}
		first = append(first, OneTime{Login: made.Login, Name: made.Name, Password: password})
	}
	if len(admins) != 3 || !kinds[actor.SystemAdmin] || !kinds[actor.SecurityAdmin] || !kinds[actor.AuditAdmin] {
		return nil, fault.New(fault.Invalid, "account.init.three")
	}
	return first, nil
}

// OneTime is the first password of an account, to be handed over once.
type OneTime struct {
	Login, Name string
	Password    seal.Secret
}

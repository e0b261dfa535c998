package account

import (
	"context"
	"encoding/base32"
	"time"

	"anju/internal/actor"
	"anju/internal/fault"
	"anju/internal/seal"
)

// NewTOTP invents a second factor for one's own account; it counts once
// SetTOTP has seen a code made with it. An account that has one keeps it until
// its password is reset: a session left open must not be enough to change it.
func (s *Service) NewTOTP(ctx context.Context, by actor.Actor) (secret, url seal.Secret, err error) {
	a, err := s.own(ctx, by)
	if err != nil {
		return secret, url, err
	}
	if len(a.TOTPSealed) > 0 {
		return secret, url, fault.New(fault.Conflict, "account.totp.already")
	}
	if secret, err = seal.NewTOTP(); err != nil {
		return secret, url, err
	}
	return secret, seal.TOTPURL("Anju", a.Login, secret), nil
}

// SetTOTP sets one's own second factor after a code made with it, and ends
// every session but here: they were opened without it.
func (s *Service) SetTOTP(ctx context.Context, by actor.Actor, here string, secret seal.Secret, code string) error {
	a, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	step, ok := seal.CheckTOTP(secret, code, s.wall(), 0)
	if !ok || !whole(secret) {
		var f fault.Fields
		f.Add("code", "account.totp.wrong")
		return f.Err()
	}
	sealed := s.Keys.Seal("account", "totp", string(a.ID), []byte(secret.Reveal()))
	return s.changeOwn(ctx, by, "account.set_totp", here, a, func(a *Account) error {
		if len(a.TOTPSealed) > 0 {
			return fault.New(fault.Conflict, "account.totp.already")
		}
		a.TOTPSealed, a.TOTPStep = sealed, step
		return nil
	})
}

// whole reports whether a secret that came back from a browser has the length
// of ours: nobody weakens the own account.
func whole(secret seal.Secret) bool {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret.Reveal())
	return err == nil && len(raw) == 20
}

func (s *Service) wall() time.Time {
	if s.Wall != nil {
		return s.Wall()
	}
	return s.DB.Now()
}

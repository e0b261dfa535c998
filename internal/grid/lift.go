package grid

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// AskToLift asks to let a protection go. Nothing is opened by it: a second
// account of the unit decides.
func (s *Service) AskToLift(ctx context.Context, by actor.Actor, key db.Key, id person.ID, reason string) (Protection, error) {
	reason = strings.TrimSpace(reason)
	return s.lift(ctx, by, key, policy.ProtectionAsk, id, reason, func(tx *db.Tx, lives residence.Spell, is *Protection) error {
		if is.State == Lifting {
			return fault.New(fault.Conflict, "grid.lift.asked")
		}
		var wrong fault.Fields
		wrong.Words("reason", reason, maxWhy)
		is.State, is.LiftReason, is.AskedBy, is.AskedName, is.AskedAt = Lifting, reason, by.Account, by.Name, tx.Millis()
		is.DecidedBy, is.DecidedName, is.DecidedAt = "", "", 0
		return wrong.Err()
	})
}

// Lift opens a protected place again: the place is there for everyone whose area
// it lies in. Who asked for it does not decide it.
func (s *Service) Lift(ctx context.Context, by actor.Actor, key db.Key, id person.ID) (Protection, error) {
	return s.lift(ctx, by, key, policy.ProtectionLift, id, "", func(tx *db.Tx, lives residence.Spell, is *Protection) error {
		if is.State != Lifting {
			return fault.New(fault.Conflict, "grid.lift.not_asked")
		}
		if is.AskedBy == by.Account {
			return fault.New(fault.Forbidden, "grid.lift.own")
		}
		open, err := residence.Unprotect(tx, lives.PersonID)
		if err != nil {
			return err
		}
		is.State, is.DecidedBy, is.DecidedName, is.DecidedAt = Lifted, by.Account, by.Name, tx.Millis()
		return follow(tx, open)
	})
}

// KeepProtection says that a protection stays, though somebody asked to let it
// go; who asked may take it back so.
func (s *Service) KeepProtection(ctx context.Context, by actor.Actor, key db.Key, id person.ID) (Protection, error) {
	return s.lift(ctx, by, key, policy.ProtectionKeep, id, "", func(tx *db.Tx, lives residence.Spell, is *Protection) error {
		if is.State != Lifting {
			return fault.New(fault.Conflict, "grid.lift.not_asked")
		}
		is.State, is.DecidedBy, is.DecidedName, is.DecidedAt = Kept, by.Account, by.Name, tx.Millis()
		return nil
	})
}

// lift is what each of the three goes through. A place that was protected before
// grounds were kept gets its paper here.
func (s *Service) lift(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id person.ID, word string, f func(*db.Tx, residence.Spell, *Protection) error) (Protection, error) {
	return db.Once(ctx, s.DB, by, string(a), key, [2]string{string(id), word}, func(tx *db.Tx) (Protection, error) {
		lives, err := livesFor(tx, by, a, id)
		if err != nil {
			return Protection{}, err
		}
		if lives.SealedTo == "" {
			return Protection{}, fault.New(fault.Conflict, "residence.nothing_to_open")
		}
		was, err := protectionOf(tx, lives)
		if err != nil {
			return was, err
		}
		if was.ID == "" {
			was = Protection{ID: tx.NewID(), PersonID: id, SealedTo: lives.SealedTo, KeptAt: lives.RecordedAt, State: Kept, Version: 1}
			if err := db.Insert(tx, "protection", was); err != nil {
				return was, err
			}
		}
		is := was
		if err := f(tx, lives, &is); err != nil {
			return was, err
		}
		if err := saveProtection(tx, was, is); err != nil {
			return was, err
		}
		is.Version++
		return is, nil
	})
}

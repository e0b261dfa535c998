package dwelling

import (
	"context"
	"regexp"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// An Approval is an address as it is taken into the register of addresses: its
// text stays, its parts are said.
type Approval struct {
	ID       string
	Version  int64  // that the page showed
	GroupNo  string // two digits, or ""
	Building string
	Unit     string
	Room     string
}

const (
	maxPart   = 30  // characters of a building, a unit, a room
	maxReason = 200 // characters of a reason
)

var groupForm = regexp.MustCompile(`^([0-9]{2})?$`)

// ApproveAddress makes a pending address a standard one. Who wrote it down does
// not approve it.
func (s *Service) ApproveAddress(ctx context.Context, by actor.Actor, key db.Key, a Approval) (Address, error) {
	a.Building, a.Unit, a.Room = clean(a.Building), clean(a.Unit), clean(a.Room)
	return s.decideAddress(ctx, by, key, policy.AddressApprove, a.ID, a.Version, a, func(is *Address) error {
		if is.EnteredBy == by.Account && by.Account != "" {
			return fault.New(fault.Forbidden, "dwelling.approve_address.own")
		}
		var wrong fault.Fields
		if !groupForm.MatchString(a.GroupNo) {
			wrong.Add("group_no", "dwelling.approve_address.group")
		}
		wrong.Within("building", a.Building, maxPart)
		wrong.Within("unit", a.Unit, maxPart)
		wrong.Within("room", a.Room, maxPart)
		is.State, is.GroupNo, is.Building, is.Unit, is.Room = Approved, a.GroupNo, a.Building, a.Unit, a.Room
		return wrong.Err()
	})
}

// decideAddress is what both answers go through: load, guard, rule, store,
// record; one transaction, once for each key.
func (s *Service) decideAddress(ctx context.Context, by actor.Actor, key db.Key, act policy.Action, id string, version int64, request any, f func(is *Address) error) (Address, error) {
	return db.Once(ctx, s.DB, by, string(act), key, request, func(tx *db.Tx) (Address, error) {
		if !policy.May(by, act) {
			return Address{}, fault.New(fault.Forbidden, "policy.forbidden")
		}
		was, err := GetAddress(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, act, policy.Places{{Relation: policy.At, Path: was.Village}}); err != nil {
			return Address{}, err
		}
		if err := s.seenAddress(tx, by, id); err != nil {
			return Address{}, err
		}
		switch {
		case was.Version != version:
			return was, fault.New(fault.Conflict, "form.changed_meanwhile")
		case !was.Waits():
			return was, fault.New(fault.Conflict, "dwelling.approve_address.decided")
		}
		is := was
		if err := f(&is); err != nil {
			return was, err
		}
		is.DecidedBy, is.DecidedName, is.DecidedAt = by.Account, by.Name, tx.Millis()
		if _, err := UpdateAddress(tx, was, is); err != nil {
			return was, err
		}
		is.Version++
		return is, nil
	})
}

// seenAddress is whether the actor may know of an address: of one with houses,
// as of any of them.
func (s *Service) seenAddress(tx *db.Tx, by actor.Actor, id string) error {
	houses, err := HousesAt(tx, id)
	if err != nil || len(houses) == 0 {
		return err
	}
	for _, h := range houses {
		if err = s.Seen(tx, by, h.ID); err == nil {
			return nil
		}
	}
	return err
}

// RefuseAddress says that a pending address is none, and why: who wrote it down
// reads it where the address stands, and names another.
func (s *Service) RefuseAddress(ctx context.Context, by actor.Actor, key db.Key, id string, version int64, reason string) (Address, error) {
	reason = strings.TrimSpace(reason)
	request := struct {
		ID, Reason string
		Version    int64
	}{id, reason, version}
	return s.decideAddress(ctx, by, key, policy.AddressRefuse, id, version, request, func(is *Address) error {
		var wrong fault.Fields
		wrong.Words("reason", reason, maxReason)
		is.Refusal = reason
		return wrong.Err()
	})
}

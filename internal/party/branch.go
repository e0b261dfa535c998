package party

import (
	"context"
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A BranchLine is a branch as a list shows it.
type BranchLine struct {
	Branch
	Place     string
	Secretary string // name, "" while there is none
	To        string // name of the branch it is attached to
	Joint     []string
	Members   int64 // accounts that are members' over its place
	Pairs     int64 // households that somebody pairs with
}

// Branches lists the branches under a place that have not ended, by place.
func (s *Service) Branches(ctx context.Context, by actor.Actor, under string) (all []BranchLine, err error) {
	if err := policy.Check(by, policy.BranchRead, policy.Places{}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		x, err := division.Load(tx)
		if err != nil {
			return err
		}
		if all, err = branches(tx, under, calendar.On(tx.Now())); err != nil {
			return err
		}
		joint, err := jointPlaces(tx)
		if err != nil {
			return err
		}
		for i := range all {
			all[i].Place = x.FullName(all[i].Path)
			for _, path := range joint[all[i].ID] {
				all[i].Joint = append(all[i].Joint, x.FullName(path))
			}
		}
		return nil
	})
	return all, err
}

// A Founding is a branch as it is written down; Places are all of a joint one's.
type Founding struct {
	Branch Branch
	Places []string
	Login  string // of the secretary, "" while there is none
}

// Found sets up a branch.
func (s *Service) Found(ctx context.Context, by actor.Actor, key db.Key, f Founding) (Branch, error) {
	b := f.Branch
	if err := policy.Check(by, policy.BranchRecord, b); err != nil {
		return b, err
	}
	b.Name, b.Document = strings.TrimSpace(b.Name), strings.TrimSpace(b.Document)
	return db.Once(ctx, s.DB, by, string(policy.BranchRecord), key, f, func(tx *db.Tx) (Branch, error) {
		var other *Branch
		if b.AttachedTo != "" {
			o, err := branch(tx, b.AttachedTo)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return b, err
			}
			if err == nil {
				other = &o
			}
		}
		places := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(f.Places), b.Path))))
		x, err := division.Load(tx)
		if err != nil {
			return b, err
		}
		for _, path := range places {
			if _, ok := x.Of(path); !ok || len(path) < 12 {
				var wrong fault.Fields
				wrong.Add("path", "party.branch.where")
				return b, wrong.Err()
			}
			if err := policy.Check(by, policy.BranchRecord, policy.Places{{Relation: policy.At, Path: path}}); err != nil {
				return b, err
			}
		}
		if err := b.check(places, other, calendar.On(tx.Now())); err != nil {
			return b, err
		}
		if f.Login != "" {
			a, err := account.ByLogin(tx, strings.ToLower(f.Login))
			if fault.KindOf(err) == fault.NotFound {
				var wrong fault.Fields
				wrong.Add("login", "party.nobody")
				return b, wrong.Err()
			}
			if err != nil {
				return b, err
			}
			b.Secretary = string(a.ID)
		}
		if b.Form != Attached {
			b.AttachedTo = ""
		}
		b.ID, b.EndedOn, b.Version = tx.NewID(), "", 1
		if b.Form != Joint {
			places = nil
		}
		return b, insertBranch(tx, b, places)
	})
}

// EndBranch ends a branch today. One that another is attached to stays until
// that one has been attached elsewhere.
func (s *Service) EndBranch(ctx context.Context, by actor.Actor, id string) error {
	if !policy.May(by, policy.BranchRecord) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return s.DB.Write(ctx, by, string(policy.BranchRecord), func(tx *db.Tx) error {
		was, err := branch(tx, id)
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.BranchRecord, was); err != nil {
			return err
		}
		hangs, err := hangsOn(tx, id)
		if err != nil {
			return err
		}
		if was.EndedOn != "" || hangs > 0 {
			return fault.New(fault.Conflict, "party.branch.needed", "n", hangs)
		}
		is := was
		is.EndedOn, is.Version = calendar.On(tx.Now()), was.Version+1
		return saveBranch(tx, was, is)
	})
}

// Package duplicate finds records that may be of one person, shows two side by
// side, and lets somebody decide. That they are the same is an alias: no fact
// of either is rewritten, each act stays with the record it was done to, and so
// what was merged can be un-merged with everything that has happened since.
package duplicate

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/registration"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Service is the guarded door to duplicates.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// A Line is a pair in a list.
type Line struct {
	person.Pair
	AName, BName string
}

// shown is how many pairs a page holds.
const shown = 50

// A Page is a page of the list, and where the following one begins.
type Page struct {
	Lines []Line
	Next  string
}

// List lists the pairs that wait for the actor. Both records must be the
// actor's to see; what lies across two stations is the county's to decide.
func (s *Service) List(ctx context.Context, by actor.Actor, after string) (Page, error) {
	scope, err := policy.Predicate(by, policy.DuplicateDecide)
	if err != nil {
		return Page{}, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.DuplicateDecide), For: why}, func(tx *db.Tx) (page Page, err error) {
		tx.Saw()
		pairs, err := person.OpenPairs(tx, scope, after, shown+1)
		if err != nil {
			return page, err
		}
		if len(pairs) > shown {
			pairs = pairs[:shown]
			page.Next = pairs[shown-1].ID
		}
		names, err := person.Names(tx, both(pairs))
		for _, p := range pairs {
			tx.Saw("person/"+string(p.A), "person/"+string(p.B))
			page.Lines = append(page.Lines, Line{p, names[p.A], names[p.B]})
		}
		return page, err
	})
}

// why is what the access log says of looking at all pairs.
const why = "pair.list"

func both(pairs []person.Pair) (ids []person.ID) {
	for _, p := range pairs {
		ids = append(ids, p.A, p.B)
	}
	return ids
}

// load is a pair that the actor may decide about.
func load(tx *db.Tx, by actor.Actor, id string) (person.Pair, error) {
	p, err := person.GetPair(tx, id)
	if fault.KindOf(err) == fault.NotFound {
		return p, fault.New(fault.NotFound, "policy.not_found")
	}
	if err != nil {
		return p, err
	}
	if err := guard(tx, by, p.A); err != nil {
		return p, err
	}
	return p, guard(tx, by, p.B)
}

// guard lets whoever may decide about a record where it is registered, or was
// last: who has died or left the county may have been written down twice too.
func guard(tx *db.Tx, by actor.Actor, id person.ID) error {
	last, ok, err := residence.LastRegistered(tx, id)
	if err != nil {
		return err
	}
	if !ok {
		return policy.Check(by, policy.DuplicateDecide, policy.Places{})
	}
	return policy.Check(by, policy.DuplicateDecide, policy.Places{{Relation: policy.Registered, Path: last.Path}})
}

// A Decision is what somebody says of a pair.
type Decision struct {
	Same   bool
	Main   person.ID // of the same: the record the other is read as
	Reason string
}

// Decide says whether the records of a pair are of one person, and why.
func (s *Service) Decide(ctx context.Context, by actor.Actor, key db.Key, id string, d Decision) (person.Pair, error) {
	return db.Once(ctx, s.DB, by, string(policy.DuplicateDecide), key, []any{id, d}, func(tx *db.Tx) (person.Pair, error) {
		was, err := load(tx, by, id)
		if err != nil {
			return was, err
		}
		d.Reason = strings.TrimSpace(d.Reason)
		if err := d.check(was); err != nil {
			return was, err
		}
		if !d.Same {
			return person.Settle(tx, was, person.PairDifferent, d.Reason)
		}
		dup := was.A
		if d.Main == was.A {
			dup = was.B
		}
		if _, err := person.Merge(tx, dup, d.Main, d.Reason); err != nil {
			return was, err
		}
		return person.Settle(tx, was, person.PairSame, d.Reason)
	})
}

// check is the rule: an open pair is decided once, with a reason, and of two
// that are the same one is the record that stays in view.
func (d Decision) check(p person.Pair) error {
	if p.State != person.PairOpen {
		return fault.New(fault.Conflict, "person.pair_decided")
	}
	var f fault.Fields
	if d.Same && d.Main != p.A && d.Main != p.B {
		f.Add("main", "person.duplicate.main")
	}
	f.Require("reason", d.Reason)
	if len([]rune(d.Reason)) > maxReason {
		f.Add("reason", "household.act.long", "n", maxReason)
	}
	return f.Err()
}

const maxReason = 200

// A Divided is what an un-merge has divided.
type Divided struct {
	One, Other person.ID
	ToDecide   int // acts that were possible only while the two were one
}

// Unmerge says that a record is not of the person it has been read as. What was
// done since stays with the record it was done to; what could be done only
// because the two were one goes to a person to decide.
func (s *Service) Unmerge(ctx context.Context, by actor.Actor, key db.Key, id person.ID, reason string) (Divided, error) {
	return db.Once(ctx, s.DB, by, string(policy.DuplicateDecide), key, []string{"unmerge", string(id), reason}, func(tx *db.Tx) (d Divided, err error) {
		if err := guard(tx, by, id); err != nil {
			return d, err
		}
		was, err := person.GetAlias(tx, id)
		if fault.KindOf(err) == fault.NotFound {
			return d, fault.New(fault.Conflict, "person.duplicate.not_merged")
		}
		if err != nil {
			return d, err
		}
		if err := guard(tx, by, was.MainID); err != nil {
			return d, err
		}
		var f fault.Fields
		if f.Require("reason", reason); len(f) > 0 {
			return d, f.Err()
		}
		if _, err := person.Unmerge(tx, was, strings.TrimSpace(reason)); err != nil {
			return d, err
		}
		one, err := person.Records(tx, was.PersonID)
		if err != nil {
			return d, err
		}
		other, err := person.Records(tx, was.MainID)
		if err != nil {
			return d, err
		}
		acts, err := registration.Unmerged(tx, one, other, was.FromAt)
		if err != nil {
			return d, err
		}
		d = Divided{One: was.PersonID, Other: was.MainID, ToDecide: len(acts)}
		return d, again(tx, was, reason)
	})
}

// again keeps of a pair that was called the same that it is not.
func again(tx *db.Tx, a person.Alias, reason string) error {
	p, ok, err := person.FindPair(tx, a.PersonID, a.MainID)
	if err != nil || !ok {
		return err
	}
	_, err = person.Settle(tx, p, person.PairDifferent, strings.TrimSpace(reason))
	return err
}

// A Record is another record of a person: what it is read as, or what is read
// as it.
type Record struct {
	ID     person.ID
	Name   string
	Main   bool   // the person's file is read as this one
	Reason string // of the merge
	By     string
	At     int64
}

// Others lists the other records of a person, for the person's file.
func (s *Service) Others(ctx context.Context, by actor.Actor, id person.ID) ([]Record, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.DuplicateDecide), For: "person/" + string(id)}, func(tx *db.Tx) ([]Record, error) {
		if err := guard(tx, by, id); err != nil {
			return nil, err
		}
		tx.Saw("person/" + string(id))
		return others(tx, by, id)
	})
}

func others(tx *db.Tx, by actor.Actor, id person.ID) (all []Record, err error) {
	aliases, err := person.Aliases(tx, id)
	if err != nil {
		return nil, err
	}
	var ids []person.ID
	for _, a := range aliases {
		ids = append(ids, a.PersonID, a.MainID)
	}
	names, err := person.Names(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range aliases {
		other := a.PersonID
		if other == id {
			other = a.MainID
		}
		if guard(tx, by, other) != nil {
			continue
		}
		tx.Saw("person/" + string(other))
		all = append(all, Record{ID: other, Name: names[other], Main: other == a.MainID, Reason: a.Reason, By: a.Name, At: a.FromAt})
	}
	return all, nil
}

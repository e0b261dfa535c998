package network

import (
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/residence"
)

// unnamed are, of some subjects, those that are no matter that names an account.
func unnamed(tx *db.Tx, id account.ID, items []string) (rest []string, err error) {
	for _, item := range items {
		if m, is := strings.CutPrefix(item, "matter/"); is {
			named, err := matter.Names(tx, matter.ID(m), string(id))
			if err != nil {
				return nil, err
			}
			if named {
				continue
			}
		}
		rest = append(rest, item)
	}
	return rest, nil
}

// handles is how many of some matters lie in the hands of a level that an
// account is of: whoever handles a matter does not say whether it is solved.
func handles(tx *db.Tx, id account.ID, items []string, on calendar.Date) (n int, err error) {
	posts, err := account.PostsOf(tx, id, on)
	if err != nil {
		return 0, err
	}
	for _, item := range items {
		m, err := matter.Get(tx, matter.ID(strings.TrimPrefix(item, "matter/")))
		if err != nil {
			return n, err
		}
		if slices.ContainsFunc(posts, func(p account.Post) bool {
			return int64(p.Kind.Level()) == m.Level && strings.HasPrefix(m.Path, p.Path)
		}) {
			n++
		}
	}
	return n, nil
}

// unsealed are the households of which nothing is hidden from the actor: one may have
// been protected since they were written down.
func unsealed(tx *db.Tx, by actor.Actor, subjects []string) ([]string, error) {
	ids := make([]household.ID, len(subjects))
	for i, subject := range subjects {
		ids[i] = household.ID(strings.TrimPrefix(subject, "household/"))
	}
	lie, err := residence.PlacesOfAll(tx, ids)
	return slices.DeleteFunc(subjects, func(subject string) bool {
		return !policy.SeesAll(by, lie[household.ID(strings.TrimPrefix(subject, "household/"))])
	}), err
}

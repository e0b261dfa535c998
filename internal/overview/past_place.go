package overview

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A PastPlace is a village or a grid as of a day: how many were registered and
// lived there, and who lived there, a page at a time.
type PastPlace struct {
	When       residence.When
	Path       string
	Place      string // town and village by their names of that day
	Grid       string // of a grid its name
	Staff      []StaffRow
	Living     int
	Households int // that somebody who lived there belonged to
	Registered int
	People     []PastMember
	Next       string // "" at the end
}

// PlaceAt is a village (12 digits) or a grid (15) on a day, as known on a day.
func (s *Service) PlaceAt(ctx context.Context, by actor.Actor, path string, w residence.When, after string) (PastPlace, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "place/" + path}, func(tx *db.Tx) (PastPlace, error) {
		return s.placeAt(tx, by, path, w, after)
	})
}

// pastPage is how many people a page of a place shows.
const pastPage = 50

func (s *Service) placeAt(tx *db.Tx, by actor.Actor, path string, w residence.When, after string) (p PastPlace, err error) {
	if _, err := past(tx, by, policy.Places{{Relation: policy.Living, Path: path}}, &w); err != nil {
		return p, err
	}
	if len(path) != 12 && len(path) != 15 {
		return p, fault.New(fault.NotFound, "policy.not_found")
	}
	x, err := s.index(tx)
	if err != nil {
		return p, err
	}
	tx.Saw()
	p = PastPlace{When: w, Path: path, Place: x.FullNameOn(path, w.On)}
	lived, err := inAreaAt(tx, residence.Living, path, w)
	if err != nil {
		return p, err
	}
	if lived, err = unveiled(tx, by, lived); err != nil {
		return p, err
	}
	registered, err := inAreaAt(tx, residence.Registered, path, w)
	if err != nil {
		return p, err
	}
	homes := map[household.ID]bool{}
	for _, l := range lived {
		homes[l.HouseholdID] = true
	}
	p.Living, p.Households, p.Registered = len(lived), len(homes), len(registered)
	slices.SortFunc(lived, func(a, b residence.Spell) int { return strings.Compare(string(a.PersonID), string(b.PersonID)) })
	from, _ := slices.BinarySearchFunc(lived, after+"\x00", func(l residence.Spell, id string) int { return strings.Compare(string(l.PersonID), id) })
	if after == "" {
		from = 0
	}
	lived = lived[from:]
	if len(lived) > pastPage {
		lived = lived[:pastPage]
		p.Next = string(lived[pastPage-1].PersonID)
	}
	if len(path) == 15 {
		if p.Grid, p.Staff, err = staffAt(tx, path, w); err != nil {
			return p, err
		}
	}
	p.People, err = s.membersAt(tx, by, x, lived, w)
	return p, err
}

// inAreaAt lists who was registered or lived in a village or a grid at a time. A
// stay says in which grid it lies today; in which it lay then, when the village
// was divided otherwise, the ties of its household say.
func inAreaAt(tx *db.Tx, relation, path string, w residence.When) ([]residence.Spell, error) {
	if len(path) != 15 {
		return residence.InAreaAt(tx, relation, path, w)
	}
	all, err := residence.InAreaAt(tx, relation, path[:12], w)
	if err != nil {
		return nil, err
	}
	then, err := grid.PathsAt(tx, relation, path[:12], w)
	if err != nil {
		return nil, err
	}
	now, err := grid.PathsAt(tx, relation, path[:12], residence.When{On: calendar.On(tx.Now()), Known: w.Known})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(s residence.Spell) bool {
		if was := then[s.HouseholdID]; was != "" && now[s.HouseholdID] == s.Path { // who lives apart is in a grid of their own
			s.Path = was
		}
		return s.Path != path
	}), nil
}

package visit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Service is the guarded door to visits.
type Service struct{ DB *db.DB }

// Outcomes in the order of the phone's form; the first is one tap.
var Outcomes = []string{Well, NeedsHelp, NobodyIn}

// Record notes a visit to a household of the own grid, by the table of routes of
// the day.
func (s *Service) Record(ctx context.Context, by actor.Actor, key db.Key, id household.ID, outcome, note string) (Visit, error) {
	note = strings.TrimSpace(note)
	return db.Once(ctx, s.DB, by, string(policy.VisitRecord), key, [3]string{string(id), outcome, note}, func(tx *db.Tx) (Visit, error) {
		places, err := placesOf(tx, id)
		if err != nil {
			return Visit{}, err
		}
		if err := policy.Check(by, policy.VisitRecord, places); err != nil {
			return Visit{}, err
		}
		var f fault.Fields
		if !slices.Contains(Outcomes, outcome) {
			f.Add("outcome", "visit.record.outcome")
		}
		if outcome == NeedsHelp && note == "" {
			f.Add("note", "visit.record.note")
		}
		if err := f.Err(); err != nil {
			return Visit{}, err
		}
		v := Visit{ID: tx.NewID(), HouseholdID: id, Account: by.Account, Name: by.Name, VisitedAt: tx.Millis(), Outcome: outcome, Note: note, RecordedAt: tx.Millis()}
		for _, p := range places { // the grid it was visited in: one that let the actor in
			if policy.Check(by, policy.VisitRecord, policy.Places{p}) == nil {
				v.Path = p.Path
			}
		}
		if err := db.Insert(tx, "visit", v); err != nil {
			return v, err
		}
		return v, tx.Record("household/"+string(id), nil, v)
	})
}

// placesOf is how the visits to a household lie: with the grid that the table of
// routes sends to it, and its members' own places of that kind; before the eyes of
// the other grids that the row names; and where the household itself lies, from
// which a visit is not to be seen.
func placesOf(tx *db.Tx, id household.ID) (policy.Places, error) {
	places, err := residence.PlacesOf(tx, id)
	if err != nil {
		return nil, err
	}
	r, err := grid.VisitRoute(tx)
	if err != nil {
		return nil, err
	}
	ties, err := grid.TiesOf(tx, id)
	if err != nil {
		return nil, err
	}
	relation, all := r.Answers, slices.Clone(places)
	if t, ok := r.Visited(ties); ok {
		relation = t.Relation
		all = append(all, policy.Place{Relation: policy.At, Path: t.Path})
	}
	hidden := slices.ContainsFunc(places, func(p policy.Place) bool { return p.SealedTo != "" })
	known := func(relation string) bool { return !hidden || relation != residence.Working } // as in Visited
	for _, p := range places {
		if string(p.Relation) == relation && known(relation) {
			p.Relation = policy.At
			all = append(all, p)
		}
	}
	for _, t := range ties {
		if slices.Contains(r.Seeing(), t.Relation) && t.Relation != relation && known(t.Relation) && t.SealedTo == "" && grid.InCounty(t.Path) {
			all = append(all, policy.Place{Relation: policy.Informed, Path: t.Path})
		}
	}
	return all, nil
}

// A Due is a household of a grid with the moment it was last seen: a visit that
// found nobody home has seen nobody.
type Due struct {
	HouseholdID household.ID `db:"household_id"`
	Path        string       `db:"path"`
	Head        string       `db:"head"`
	Address     string       `db:"address"`
	LastAt      int64        `db:"last_at"` // 0: never
}

// Late reports whether the household has not been seen for 90 days.
func (d Due) Late(now time.Time) bool { return d.LastAt < now.Add(-Every).UnixMilli() }

// Key is where the list goes on after a household. It tells an address.
func (d Due) Key() string {
	return strings.Join([]string{strconv.FormatInt(d.LastAt, 10), d.Path, string(d.HouseholdID), d.Address}, "|")
}

// cut takes a key apart.
func cut(key string) (last int64, path, address, id string, ok bool) {
	at := strings.SplitN(key, "|", 4)
	if len(at) != 4 {
		return 0, "", "", "", false
	}
	last, err := strconv.ParseInt(at[0], 10, 64)
	return last, at[1], at[3], at[2], err == nil
}

// What a list shows of the households.
const (
	All    = "all"
	Seen   = "seen" // within 90 days
	Unseen = "late"
	InNeed = "help" // whose last visit found that they need help
)

// Shows are all of these.
var Shows = []string{All, Seen, Unseen, InNeed}

// A Filter says which of the households a list shows.
type Filter struct {
	Under  string       // within this path
	Of     household.ID // this one alone
	Show   string       // All, Seen, Unseen or InNeed; "" is All
	Search string       // of the head's name, or of an address
	After  string       // the Key of the last one of the page before
	Limit  int
}

// Due lists the households of the actor's grids, those not seen for longest first,
// for going round. The list is the grid's, not a measure of anybody.
func (s *Service) Due(ctx context.Context, by actor.Actor, f Filter) ([]Due, error) {
	return s.due(ctx, by, policy.VisitRecord, f)
}

// Behind lists what Due does for those who answer for the grids: the households
// that a number of Coverage counts.
func (s *Service) Behind(ctx context.Context, by actor.Actor, f Filter) ([]Due, error) {
	return s.due(ctx, by, policy.VisitRead, f)
}

func (s *Service) due(ctx context.Context, by actor.Actor, may policy.Action, f Filter) ([]Due, error) {
	scope, err := policy.Predicate(by, may)
	if err != nil {
		return nil, err
	}
	where, args := scope.WhereOn(policy.At, "t.path", "")
	about := "visit.due"
	if f.Of != "" {
		about = "household/" + string(f.Of)
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(may), For: about}, func(tx *db.Tx) ([]Due, error) {
		r, err := grid.VisitRoute(tx)
		if err != nil {
			return nil, err
		}
		all, err := due(tx, r, f, where, args)
		tx.Saw()
		for _, d := range all {
			tx.Saw("household/" + string(d.HouseholdID))
		}
		return all, err
	})
}

func like(s string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(s)) + "%"
}

// Of lists the last visits to a household. To an actor who may not know of all
// its places it lists those at the places the actor knows: a visit names the
// worker, and so the grid.
func (s *Service) Of(ctx context.Context, by actor.Actor, id household.ID, limit int) ([]Visit, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.VisitRead), For: "household/" + string(id)}, func(tx *db.Tx) (all []Visit, err error) {
		places, err := placesOf(tx, id)
		if err != nil {
			return all, err
		}
		if err := policy.Check(by, policy.VisitRead, places); err != nil {
			return all, err
		}
		tx.Saw("household/" + string(id))
		q := new(db.Query).Add("select "+db.Columns[Visit]("")+" from visit where household_id = ?", id)
		if !policy.SeesAll(by, places) {
			q.Add("and path in (''")
			for _, p := range places {
				q.If(p.Relation == policy.At && policy.Sees(by, p), ", ?", p.Path)
			}
			q.Add(")")
		}
		q.Add("order by visited_at desc limit ?", limit)
		return db.All[Visit](tx, q.Text(), q.Args()...)
	})
}

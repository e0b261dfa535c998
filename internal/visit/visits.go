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
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Service is the guarded door to visits.
type Service struct{ DB *db.DB }

// Outcomes in the order of the phone's form; the first is one tap.
var Outcomes = []string{Well, NeedsHelp, NobodyIn}

// Record notes a visit to a household of the own grid.
func (s *Service) Record(ctx context.Context, by actor.Actor, key db.Key, id household.ID, outcome, note string) (Visit, error) {
	note = strings.TrimSpace(note)
	return db.Once(ctx, s.DB, by, string(policy.VisitRecord), key, [3]string{string(id), outcome, note}, func(tx *db.Tx) (Visit, error) {
		places, err := residence.PlacesOf(tx, id)
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

// Due's households in SQL: the list and the count that leads to it are the
// same words.
const (
	dueColumns = `select t.household_id, t.path, p.name as head, coalesce(a.text, '') as address,
			coalesce((select max(v.visited_at) from visit v where v.household_id = t.household_id and v.outcome <> 'nobody_home'), 0) as last_at`
	dueFrom = `
		from tie t
		join spell r on r.household_id = t.household_id and r.kind = 'registered' and r.relation = '02' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
		join person p on p.id = r.person_id
		left join spell l on l.person_id = p.id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31' and l.sealed_to = ''
		left join house h on h.id = l.house_id left join address a on a.id = h.address_id
		where t.relation = 'living' and t.superseded_at = 0 and t.valid_to = '9999-12-31' and `
)

// Key is where the list goes on after a household. It tells an address.
func (d Due) Key() string {
	return strings.Join([]string{strconv.FormatInt(d.LastAt, 10), d.Path, string(d.HouseholdID), d.Address}, "|")
}

// Due lists the households of the actor's grids after a key, those not seen for
// longest first, for going round. The list is the grid's, not a measure of
// anybody.
func (s *Service) Due(ctx context.Context, by actor.Actor, search, after string, limit int) ([]Due, error) {
	scope, err := policy.Predicate(by, policy.VisitRecord)
	if err != nil {
		return nil, err
	}
	where, args := scope.WhereOn(policy.Living, "t.path", "t.sealed_to")
	q := new(db.Query).Add("select * from ("+dueColumns+dueFrom).Add(where, args...).
		If(search != "", "and (p.name like ? escape '\\' or a.text like ? escape '\\')", like(search), like(search)).
		Add(") d")
	if at := strings.SplitN(after, "|", 4); len(at) == 4 {
		last, _ := strconv.ParseInt(at[0], 10, 64) // a key of ours
		q.Add("where (d.last_at, d.path, d.address, d.household_id) > (?, ?, ?, ?)", last, at[1], at[3], at[2])
	}
	q.Add("order by d.last_at, d.path, d.address, d.household_id limit ?", limit)
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.VisitRecord), For: "visit.due"}, func(tx *db.Tx) (all []Due, err error) {
		if all, err = db.All[Due](tx, q.Text(), q.Args()...); err != nil {
			return all, err
		}
		tx.Saw()
		for _, d := range all {
			tx.Saw("household/" + string(d.HouseholdID))
		}
		return all, nil
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
		places, err := residence.PlacesOf(tx, id)
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
				q.If(p.Relation == policy.Living && policy.Sees(by, p), ", ?", p.Path)
			}
			q.Add(")")
		}
		q.Add("order by visited_at desc limit ?", limit)
		return db.All[Visit](tx, q.Text(), q.Args()...)
	})
}

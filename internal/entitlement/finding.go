package entitlement

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/policy"
)

// A Task is a finding as it is stored: since when, and until when.
type Task struct {
	ID          string       `db:"id" record:"ignore"`
	HouseholdID household.ID `db:"household_id" record:"track"`
	Kind        string       `db:"kind" record:"track"`
	Fault       Fault        `db:"fault" record:"track"`
	FoundAt     int64        `db:"found_at" record:"ignore"`
	GoneAt      int64        `db:"gone_at" record:"track"` // 0 while it is so
	Version     int64        `db:"version" record:"ignore"`
}

// Subject is the finding's name in records and looks.
func (t Task) Subject() string { return "finding/" + t.ID }

// A Part is the part of one place in a finding, with what it has found out.
type Part struct {
	ID             string          `db:"id" record:"ignore"`
	FindingID      string          `db:"finding_id" record:"track"`
	Path           string          `db:"path" record:"track"`
	Relation       policy.Relation `db:"relation" record:"track"`
	Answer         string          `db:"answer" record:"track"`
	AnsweredBy     string          `db:"answered_by" record:"track"`
	AnsweredName   string          `db:"answered_name" record:"track"`
	AnsweredOffice string          `db:"answered_office" record:"track"`
	AnsweredAt     int64           `db:"answered_at" record:"ignore"`
	GoneAt         int64           `db:"gone_at" record:"track"`
	Version        int64           `db:"version" record:"ignore"`
}

// an open finding with its parts.
type open struct {
	Task
	parts []Part
}

// Recheck checks the rights of some households and stores what has become of it:
// a new finding, one whose places are others now, one that is gone. It reports
// how many changed. No right does.
func Recheck(tx *db.Tx, ids ...household.ID) (changed int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found, was, err := compared(tx, calendar.On(tx.Now()), within{ids: ids})
	if err != nil {
		return 0, err
	}
	return settle(tx, found, was)
}

// compared is what is found among households, and what is stored of them.
func compared(tx *db.Tx, on calendar.Date, w within) (found []Finding, was []open, err error) {
	routes, err := RoutesOn(tx, on)
	if err != nil {
		return nil, nil, err
	}
	held, err := holdings(tx, on, w)
	if err != nil {
		return nil, nil, err
	}
	for _, h := range held {
		found = append(found, Check(h, routes, on)...)
	}
	was, err = openFindings(tx, w)
	return found, was, err
}

// same reports whether it also lies between the same places.
func (o open) same(f Finding) bool {
	var spots []Spot
	for _, p := range o.parts {
		spots = append(spots, Spot{side(p.Relation), p.Path})
	}
	return slices.Equal(sorted(spots), f.Spots)
}

func side(r policy.Relation) string {
	if r == policy.Living {
		return Living
	}
	return Origin
}

// differing are the households of which something else is found than stored.
func differing(found []Finding, was []open) (ids []household.ID) {
	at := byKey(was)
	for _, f := range found {
		if i, ok := at[keyOf(f)]; !ok || !was[i].same(f) {
			ids = append(ids, f.Household)
		}
	}
	still := map[key]bool{}
	for _, f := range found {
		still[keyOf(f)] = true
	}
	for _, o := range was {
		if !still[key{o.HouseholdID, o.Kind, o.Fault}] {
			ids = append(ids, o.HouseholdID)
		}
	}
	return ids
}

type key struct {
	household household.ID
	kind      string
	fault     Fault
}

func keyOf(f Finding) key { return key{f.Household, f.Kind, f.Fault} }

func byKey(was []open) map[key]int {
	at := make(map[key]int, len(was))
	for i, o := range was {
		at[key{o.HouseholdID, o.Kind, o.Fault}] = i
	}
	return at
}

// settle brings what is stored to what is found. What a place has answered stays
// with it as long as it has a part.
func settle(tx *db.Tx, found []Finding, was []open) (changed int, err error) {
	at := byKey(was)
	for _, f := range found {
		i, ok := at[keyOf(f)]
		delete(at, keyOf(f))
		switch {
		case !ok:
			t := Task{ID: tx.NewID(), HouseholdID: f.Household, Kind: f.Kind, Fault: f.Fault, FoundAt: tx.Millis(), Version: 1}
			if err := insertTask(tx, t); err != nil {
				return changed, err
			}
			if err := parts(tx, t, nil, f.Spots); err != nil {
				return changed, err
			}
			changed++
		case !was[i].same(f):
			if err := parts(tx, was[i].Task, was[i].parts, f.Spots); err != nil {
				return changed, err
			}
			changed++
		}
	}
	for _, o := range was {
		if _, gone := at[key{o.HouseholdID, o.Kind, o.Fault}]; !gone {
			continue
		}
		if err := parts(tx, o.Task, o.parts, nil); err != nil {
			return changed, err
		}
		if err := closeTask(tx, o.Task); err != nil {
			return changed, err
		}
		changed++
	}
	return changed, nil
}

// parts gives every place of a finding its part, and takes it from the others.
func parts(tx *db.Tx, t Task, was []Part, spots []Spot) error {
	for _, p := range was {
		if i := slices.Index(spots, Spot{side(p.Relation), p.Path}); i < 0 {
			is := p
			is.GoneAt = tx.Millis()
			if err := savePart(tx, t, p, is); err != nil {
				return err
			}
		}
	}
	for _, s := range spots {
		if slices.ContainsFunc(was, func(p Part) bool { return side(p.Relation) == s.Side && p.Path == s.Path }) {
			continue
		}
		p := Part{ID: tx.NewID(), FindingID: t.ID, Path: s.Path, Relation: relation(s.Side), Version: 1}
		if err := insertPart(tx, t, p); err != nil {
			return err
		}
	}
	return nil
}

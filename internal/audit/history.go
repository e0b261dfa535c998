package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// An Entry is one recorded change as it is shown to the police.
type Entry struct {
	N      int64
	At     time.Time
	Name   string     // who did it, as named at that moment
	Kind   actor.Kind // in which post
	Action string     // noun.verb
	Fields []Field
}

// A Field is one field of a change. A value that was kept as a change without
// values, or that may not be shown here, is Hidden.
type Field struct {
	Name          string
	Before, After string
	Hidden        bool
}

// maxEntries bounds a history: it is read by a person.
const maxEntries = 200

// ChangesOf lists what was recorded about a household ("household/…") or a
// person ("person/…", with the places where they were), the newest first. It
// is for the police over a place where the object is registered or lives; it
// is a look at personal data and is logged as one. Whoever may not know a
// protected address that the object has or had sees that something changed,
// and no values.
func (s *Service) ChangesOf(ctx context.Context, by actor.Actor, subject string) ([]Entry, error) {
	p := db.Purpose{Action: string(policy.ChangeRead), For: subject}
	return db.Looked(ctx, s.DB, by, p, func(tx *db.Tx) (all []Entry, err error) {
		about, err := find(tx, subject)
		if err != nil {
			return all, err
		}
		if err := policy.Check(by, policy.ChangeRead, about.places); err != nil {
			return all, err
		}
		tx.Saw(subject)
		changes, err := about.changes(tx, subject)
		if err != nil {
			return all, err
		}
		closed := slices.ContainsFunc(about.seals, func(unit string) bool { return !sees(by, unit) })
		for _, c := range changes {
			e, err := entry(by, c, closed)
			if err != nil {
				return all, fmt.Errorf("change %d: %w", c.N, err)
			}
			all = append(all, e)
		}
		return all, nil
	})
}

// an object whose history is asked for.
type object struct {
	places policy.Places
	seals  []string // every unit that any of its addresses is or was sealed to
	spells string   // the query for its places, by its id; "" for none
	id     string
}

func find(tx *db.Tx, subject string) (object, error) {
	noun, id, _ := strings.Cut(subject, "/")
	o := object{id: id}
	var err error
	var seals string
	switch {
	case noun == "household" && id != "":
		seals = `select distinct x.sealed_to from spell s join spell x on x.person_id = s.person_id where s.household_id = $1 and x.sealed_to <> ''`
		o.places, err = residence.PlacesOf(tx, household.ID(id))
	case noun == "person" && id != "":
		seals = `select distinct sealed_to from spell where person_id = $1 and sealed_to <> ''`
		o.spells = `select id from spell where person_id = $1`
		o.places, err = residence.PersonPlaces(tx, person.ID(id))
	default:
		return o, fault.New(fault.NotFound, "policy.not_found")
	}
	if err != nil {
		return o, err
	}
	o.seals, err = db.All[string](tx, seals, id)
	return o, err
}

// changes are those of the object itself and of its places.
func (o object) changes(tx *db.Tx, subject string) ([]db.Change, error) {
	subjects := []string{subject}
	if o.spells != "" {
		ids, err := db.All[string](tx, o.spells, o.id)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			subjects = append(subjects, "spell/"+id)
		}
	}
	var all []db.Change
	for _, s := range subjects {
		some, err := db.ChangesOf(tx, s, maxEntries)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b db.Change) int { return int(b.N - a.N) })
	return all[:min(len(all), maxEntries)], nil
}

func sees(by actor.Actor, unit string) bool {
	return policy.Sees(by, policy.Place{SealedTo: unit})
}

// entry reads a change's JSON: field → [before, after], or a text in place of
// both.
func entry(by actor.Actor, c db.Change, closed bool) (Entry, error) {
	e := Entry{N: c.N, At: time.UnixMilli(c.At).UTC(), Name: c.Name, Kind: actor.Kind(c.Kind), Action: c.Action}
	diff := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(c.Diff), &diff); err != nil {
		return e, err
	}
	for _, name := range slices.Sorted(maps.Keys(diff)) {
		f := Field{Name: name}
		var pair []any
		if json.Unmarshal(diff[name], &pair) == nil && len(pair) == 2 {
			f.Before, f.After = words(pair[0]), words(pair[1])
		} else {
			f.Hidden = true
		}
		if name == "SealedTo" && (f.Before != "" && !sees(by, f.Before) || f.After != "" && !sees(by, f.After)) {
			closed = true
		}
		e.Fields = append(e.Fields, f)
	}
	if closed {
		for i := range e.Fields {
			e.Fields[i] = Field{Name: e.Fields[i].Name, Hidden: true}
		}
	}
	return e, nil
}

func words(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return fmt.Sprintf("%.15g", v)
	case string, bool:
		return fmt.Sprint(v)
	}
	text, _ := json.Marshal(v) // it was JSON a moment ago
	return string(text)
}

package duplicate

import (
	"cmp"
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/policy"
)

// A record as the sweep compares it.
type record struct {
	id    person.ID
	facts person.Facts
	path  string
}

type candidate struct {
	a, b  record
	signs []person.Sign
}

// batch is how many pairs a sweep writes at a time, so that nobody waits for it.
const batch = 200

// Sweep compares the whole register with itself and puts what looks alike
// before those who decide. It is the program's own: nobody else may look at
// everybody. It reports how many pairs are new.
func (s *Service) Sweep(ctx context.Context, by actor.Actor) (n int, err error) {
	if by.Kind != actor.System {
		return 0, fault.New(fault.Forbidden, "policy.forbidden")
	}
	all, err := db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.DuplicateDecide), For: why}, unseen)
	if err != nil {
		return 0, err
	}
	for part := range slices.Chunk(all, batch) {
		err := s.DB.Write(ctx, by, string(policy.DuplicateDecide), func(tx *db.Tx) error {
			for _, c := range part {
				added, err := person.InsertPair(tx, person.NewPair(tx, c.a.id, c.b.id, c.a.path, c.b.path, c.signs))
				if err != nil {
					return err
				}
				if added {
					n++
				}
			}
			return nil
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// unseen compares everybody with everybody and lists what nobody has seen yet.
func unseen(tx *db.Tx) (all []candidate, err error) {
	tx.Saw()
	var records []record
	err = person.EachFacts(tx, func(id person.ID, f person.Facts, path string) { records = append(records, record{id, f, path}) })
	if err != nil {
		return nil, err
	}
	for _, c := range alike(records) {
		known, err := known(tx, c)
		if err != nil {
			return nil, err
		}
		if !known {
			all = append(all, c)
			tx.Saw("person/"+string(c.a.id), "person/"+string(c.b.id))
		}
	}
	return all, nil
}

// known reports whether a pair has been seen before, or is one person already.
func known(tx *db.Tx, c candidate) (bool, error) {
	if _, seen, err := person.FindPair(tx, c.a.id, c.b.id); err != nil || seen {
		return seen, err
	}
	records, err := person.Records(tx, c.a.id)
	return slices.Contains(records, c.b.id), err
}

// alike lists every two records with enough in common. Only those of one sound,
// or of one tail and birthday, are compared at all.
func alike(records []record) (found []candidate) {
	groups := map[string][]int{}
	for i, r := range records {
		sound, _ := person.Pinyin(r.facts.Name)
		if sound == "" {
			sound = r.facts.Name
		}
		groups[sound] = append(groups[sound], i)
		if r.facts.Tail != "" {
			key := r.facts.Tail + string(r.facts.Birth)
			groups[key] = append(groups[key], i)
		}
	}
	seen := map[[2]person.ID]bool{}
	for _, group := range groups {
		for n, i := range group {
			for _, j := range group[n+1:] {
				a, b := records[i], records[j]
				if a.id == b.id || !person.Near(a.facts, b.facts) || seen[[2]person.ID{min(a.id, b.id), max(a.id, b.id)}] {
					continue
				}
				if signs := person.Alike(a.facts, b.facts); signs != nil {
					seen[[2]person.ID{min(a.id, b.id), max(a.id, b.id)}] = true
					found = append(found, candidate{a, b, signs})
				}
			}
		}
	}
	slices.SortFunc(found, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(x.a.id, y.a.id), cmp.Compare(x.b.id, y.b.id))
	})
	return found
}

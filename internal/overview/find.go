package overview

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// A hit is one person that a list shows, and the key it is ordered by.
type hit struct {
	Key      string    `db:"sort_key"`
	PersonID person.ID `db:"person_id"`
}

// A search is one list being looked up. Its statements join in the order in
// which they are written (cross join): without that, SQLite begins with the
// area, and reads everybody in it for each page.
type search struct {
	s     *Service
	tx    *db.Tx
	by    actor.Actor
	scope policy.Scope
	f     ResidentFilter
	key   string // of the last one on the page before
	id    string
}

// find lists one person more than a page shows.
func (s *Service) find(tx *db.Tx, by actor.Actor, scope policy.Scope, f ResidentFilter) ([]hit, error) {
	q := search{s: s, tx: tx, by: by, scope: scope, f: f}
	q.key, q.id, _ = strings.Cut(f.After, "|")
	if strings.TrimSpace(f.Search) == "" {
		return q.all()
	}
	if n, err := ident.ParseBookletNumber(f.Search); err == nil {
		return q.booklet(string(n))
	}
	switch {
	case strings.HasPrefix(q.key, addressMark):
		return q.address()
	case strings.HasPrefix(q.key, householdMark):
		return q.household()
	}
	t, ok := person.ParseTerm(s.Keys, f.Search, func(n string) (ident.CitizenID, error) { return ident.ParseCitizenID(n, tx.Now()) })
	switch {
	case !ok:
		return nil, nil
	case !t.Number.IsZero():
		return q.number(t)
	}
	names := q.keys
	if t.Name && t.Broad && q.narrow() {
		names = q.near
	}
	found, err := names(t)
	if err != nil || len(found) > 0 || f.After != "" || !t.Name {
		return found, err
	}
	if found, err = q.household(); err != nil || len(found) > 0 || f.named { // nobody has that name
		return found, err
	}
	return q.address()
}

// byPerson is the path of a spell that is looked up by its person. To SQLite it
// is no column of an index: it would take the index of paths, and read all of
// the area for each person.
const byPerson = "(s.path || '')"

// where is the condition on the person's spell s of the list's view: that it is
// now, within the area, and as the filter says. path is s.path where the span of
// the list is run through, byPerson where people come from elsewhere. Separated
// asks for the other spell too; that one must not be sealed, or the
// filter would tell.
func (q search) where(b *db.Query, path string, joinsPerson bool) *db.Query {
	other := residence.Registered
	if q.f.View == residence.Registered {
		other = residence.Living
	}
	b.If(q.f.Separated, "cross join spell o")
	b.If(q.f.Sex != "" && !joinsPerson, "cross join person p")
	b.Add("where s.kind = ? and s.superseded_at = 0 and s.valid_to = '9999-12-31'", q.f.View)
	area, args := q.scope.WhereOn(policy.Relation(q.f.View), byPerson, "s.sealed_to") // the span is the narrower
	b.Add("and "+area, args...)
	if lo, hi, ok := q.span(); ok {
		b.Add("and "+path+" >= ? and "+path+" < ?", lo, hi)
	}
	if q.f.Separated {
		open, args := q.scope.Unsealed("o.sealed_to")
		b.Add("and o.person_id = s.person_id and o.kind = ? and o.superseded_at = 0 and o.valid_to = '9999-12-31' and o.path <> '' and substr(o.path, 1, 12) <> substr(s.path, 1, 12)", other)
		b.Add("and "+open, args...)
	}
	b.If(q.f.Sex != "" && !joinsPerson, "and p.id = s.person_id")
	return b.If(q.f.Sex != "", "and p.sex = ?", q.f.Sex)
}

// span bounds the paths of the list: one range that the index can run through,
// whatever areas the actor holds. ok is false when there is no bound.
func (q search) span() (lo, hi string, ok bool) {
	if q.f.Under != "" {
		if strings.Trim(q.f.Under, "0123456789") != "" {
			return "-", "-", true // no code: nobody is there
		}
		return q.f.Under, policy.PrefixEnd(q.f.Under), true
	}
	if q.by.Kind == actor.System || len(q.by.Paths) == 0 {
		return "", "", false
	}
	for _, p := range q.by.Paths {
		p = p[:min(len(p), 12)] // a leader works over the whole village
		if p == "" {
			return "", "", false
		}
		if lo == "" || p < lo {
			lo = p
		}
		hi = max(hi, policy.PrefixEnd(p))
	}
	return lo, hi, true
}

// all lists everybody, by where they are.
func (q search) all() ([]hit, error) {
	b := new(db.Query).Add("select s.path as sort_key, s.person_id from spell s")
	q.where(b, "s.path", false).
		If(q.f.After != "", "and (s.path, s.person_id) > (?, ?)", q.key, q.id).
		Add("order by s.path, s.person_id limit ?", q.f.Limit+1)
	return db.All[hit](q.tx, b.Text(), b.Args()...)
}

// number finds whom a whole ID number belongs to.
func (q search) number(t person.Term) ([]hit, error) {
	b := new(db.Query).Add("select '' as sort_key, s.person_id from person p cross join spell s")
	q.where(b, byPerson, true).Add("and s.person_id = p.id and p.number_token = ? limit 2", q.s.Keys.Token(seal.KindCitizenID, t.Number.Plain()))
	return db.All[hit](q.tx, b.Text(), b.Args()...)
}

// keys runs through the search index, one range of the term after the other.
func (q search) keys(t person.Term) (found []hit, err error) {
	for i, r := range t.Ranges {
		last := hit{q.key, person.ID(q.id)}
		for len(found) <= q.f.Limit && (last.Key == "" || r.Hi == "" && last.Key <= r.Lo || last.Key < r.Hi) {
			some, err := q.inRange(r, last)
			if err != nil {
				return nil, err
			}
			for _, h := range some {
				// Initials find only whom the pinyin has not found already.
				if first, _ := t.Finds(person.NameKeys(h.Name)); i == 0 || !t.Name || first == h.Key {
					found = append(found, h.hit)
				}
			}
			if len(some) <= q.f.Limit {
				break
			}
			last = some[len(some)-1].hit
		}
	}
	return found[:min(len(found), q.f.Limit+1)], nil
}

type named struct {
	hit
	Name string `db:"name"`
}

// inRange is the next page of one range of keys.
func (q search) inRange(r person.Range, after hit) ([]named, error) {
	b := new(db.Query).Add("select k.key as sort_key, k.person_id, p.name from person_key k cross join spell s cross join person p")
	q.where(b, byPerson, true).Add("and s.person_id = k.person_id and p.id = k.person_id")
	if r.Hi == "" {
		b.Add("and k.key = ?", r.Lo)
	} else {
		b.Add("and k.key >= ? and k.key < ?", r.Lo, r.Hi)
	}
	b.If(after.Key != "", "and (k.key, k.person_id) > (?, ?)", after.Key, string(after.PersonID)).
		Add("order by k.key, k.person_id limit ?", q.f.Limit+1)
	return db.All[named](q.tx, b.Text(), b.Args()...)
}

// narrow reports whether the list is of a village or less: then it is quicker
// to read everybody there than the county's many of one name.
func (q search) narrow() bool {
	if len(q.f.Under) >= 12 {
		return true
	}
	return len(q.by.Paths) > 0 && !slices.ContainsFunc(q.by.Paths, func(p string) bool { return len(p) < 12 })
}

// near asks everybody in a small area for their name.
func (q search) near(t person.Term) ([]hit, error) {
	b := new(db.Query).Add("select p.name as sort_key, s.person_id from spell s cross join person p")
	q.where(b, "s.path", true).Add("and p.id = s.person_id")
	all, err := db.All[hit](q.tx, b.Text(), b.Args()...)
	if err != nil {
		return nil, err
	}
	found := all[:0]
	for _, h := range all {
		var ok bool
		if h.Key, ok = t.Finds(person.NameKeys(h.Key)); ok && (q.f.After == "" || compare(h, hit{q.key, person.ID(q.id)}) > 0) {
			found = append(found, h)
		}
	}
	slices.SortFunc(found, compare)
	return found[:min(len(found), q.f.Limit+1)], nil
}

func compare(a, b hit) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.PersonID, b.PersonID))
}

// booklet finds the household of a booklet, be it one that has ended.
func (q search) booklet(number string) ([]hit, error) {
	b := new(db.Query).Add("select '' as sort_key, s.person_id from booklet b cross join spell r cross join spell s")
	q.where(b, byPerson, false).
		Add("and b.number = ? and r.household_id = b.household_id and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'", number).
		Add("and s.person_id = r.person_id and s.person_id > ? order by s.person_id limit ?", q.id, q.f.Limit+1)
	return db.All[hit](q.tx, b.Text(), b.Args()...)
}

// household finds who is registered under a household's number (户号).
func (q search) household() ([]hit, error) {
	b := new(db.Query).Add("select '" + householdMark + "' as sort_key, s.person_id from household h cross join spell r cross join spell s")
	q.where(b, byPerson, false).
		Add("and h.register_no = ? and r.household_id = h.id and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'", strings.TrimSpace(q.f.Search)).
		Add("and s.person_id = r.person_id and s.person_id > ? order by s.person_id limit ?", q.id, q.f.Limit+1)
	return db.All[hit](q.tx, b.Text(), b.Args()...)
}

// householdMark is the key of whom a household's number has found.
const householdMark = "="

// addressMark stands before the key of whom a part of an address has found; no key
// of the search index begins so.
const addressMark = "!"

// address finds who lives at addresses in which every part that was typed stands,
// by where they are.
func (q search) address() ([]hit, error) {
	parts := strings.Fields(q.f.Search)
	if utf8.RuneCountInString(strings.Join(parts, "")) < 2 {
		return nil, nil
	}
	home := "s"
	b := new(db.Query).Add("select '" + addressMark + "' || s.path as sort_key, s.person_id from address a cross join house h")
	if q.f.View == residence.Registered { // found by where they live, in a list of where they are registered
		home = "l"
		b.Add("cross join spell l")
	}
	b.Add("cross join spell s")
	q.where(b, byPerson, false).Add("and h.address_id = a.id and " + home + ".house_id = h.id and " + home + ".house_id <> '' and " + home + ".superseded_at = 0")
	if home == "l" {
		open, args := q.scope.Unsealed("l.sealed_to")
		b.Add("and s.person_id = l.person_id and l.kind = 'living' and l.valid_to = '9999-12-31' and "+open, args...)
	} else if lo, hi, ok := q.span(); ok {
		b.Add("and a.village >= ? and a.village < ?", lo[:min(12, len(lo))], max(hi, policy.PrefixEnd(lo[:min(12, len(lo))])))
	}
	for _, part := range parts {
		b.Add(`and a.text like ? escape '!'`, "%"+likely.Replace(part)+"%")
	}
	b.If(q.f.After != "", "and (s.path, s.person_id) > (?, ?)", strings.TrimPrefix(q.key, addressMark), q.id).
		Add("order by s.path, s.person_id limit ?", q.f.Limit+1)
	return db.All[hit](q.tx, b.Text(), b.Args()...)
}

// likely is what was typed, where nothing in it stands for anything else.
var likely = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// held says of the booklet whose number was searched for where it is to be read, or
// that it has ended, to whom its household is shown.
func held(tx *db.Tx, by actor.Actor, number string, page *ResidentPage) error {
	b, open, err := booklet.InHand(tx, by, number)
	switch {
	case err != nil:
		return err
	case open:
		tx.Saw(b.Subject(), "household/"+string(b.HouseholdID))
		page.Booklet = b.ID
	case b.State == booklet.Cancelled && len(page.Rows) > 0:
		page.Ended = &EndedBooklet{Number: b.Number, On: calendar.On(time.UnixMilli(b.EndedAt))}
		now, ok, err := booklet.Instead(tx, by, b)
		if err != nil {
			return err
		}
		if ok {
			tx.Saw(now.Subject())
			page.Ended.Now = &now
		}
	}
	return nil
}

// shows reports whether a row says what was searched for: who may not see an
// address or a booklet finds nobody by it.
func (f ResidentFilter) shows(r ResidentRow, key string) bool {
	if _, err := ident.ParseBookletNumber(f.Search); err == nil {
		return r.whole
	}
	return r.Address != "" || !strings.HasPrefix(key, addressMark)
}

package overview

import (
	"context"
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A ResidentFilter says which residents a list shows.
type ResidentFilter struct {
	Under     string // within this division
	Search    string // one box: name, pinyin, initials, four last digits, a whole number, a household's, a booklet's, parts of an address
	View      string // residence.Living (default) or residence.Registered
	Sex       string // GB/T 2261.1, "" for all
	Separated bool   // only those who live elsewhere than they are registered
	After     string // Next of the page before
	Limit     int    // 1 to 200; anything else is 50
	named     bool   // by no part of an address
}

// A ResidentRow is one resident in a list.
type ResidentRow struct {
	PersonID    person.ID
	HouseholdID household.ID
	Name        string
	Sex         string // GB/T 2261.1
	Age         int
	Number      string // masked
	Phone       string // masked, where the field is open
	Living      string // village, "" where not known
	Grid        string // name of the grid they live in
	Address     string // within the village
	Registered  string
	Separated   bool
	Booklet     booklet.State // "" without one
	whole       bool          // of their booklet all is open, not only whether it is good
}

// A ResidentPage is a page of the list.
type ResidentPage struct {
	Rows  []ResidentRow
	Next  string // "" at the end
	Count int64  // on all pages; -1 where that is not counted
	Other int    // how many of Rows, the last, only the other view has
	Cut   bool   // the other view has more of them
	// Booklet is the one whose number was searched for, if it is open to who looks.
	Booklet booklet.ID
	Ended   *EndedBooklet // the one whose number was searched for, ended where only its household is open
}

// An EndedBooklet is one that is not good any more.
type EndedBooklet struct {
	Number string
	On     calendar.Date
	Now    *booklet.Booklet // the household's of today, if it is open to who looks
}

type residentRow struct {
	PersonID   person.ID     `db:"person_id"`
	Name       string        `db:"name"`
	Sex        string        `db:"sex"`
	Birth      string        `db:"birth"`
	Number     []byte        `db:"number_sealed"`
	Phone      []byte        `db:"phone_sealed"`
	LivingPath string        `db:"living_path"`
	LivingSeal string        `db:"living_seal"`
	LivesWith  household.ID  `db:"living_household"`
	Registered string        `db:"registered_path"`
	RegHouse   household.ID  `db:"registered_household"`
	Grid       string        `db:"grid"`
	Address    string        `db:"address"`
	Booklet    booklet.State `db:"booklet"`
}

// residentsByID reads what a page shows of each of some people; the list of
// ids is to be added.
const residentsByID = `select p.id as person_id, p.name, p.sex, p.birth, p.number_sealed, p.phone_sealed,
	coalesce(l.path, '') as living_path, coalesce(l.sealed_to, '') as living_seal, coalesce(l.household_id, '') as living_household,
	coalesce(r.path, '') as registered_path, coalesce(r.household_id, '') as registered_household,
	coalesce(g.name, '') as grid, coalesce(a.text, '') as address, coalesce(b.state, '') as booklet
	from person p
	left join spell l on l.person_id = p.id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31'
	left join spell r on r.person_id = p.id and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
	left join grid g on g.code = l.path
	left join house h on h.id = l.house_id
	left join address a on a.id = h.address_id
	left join booklet b on b.id = (select max(id) from booklet where household_id = r.household_id and state <> 'cancelled')
	where p.id in (''`

// Residents lists people in the actor's area, a page at a time, and logs whom
// the page shows.
func (s *Service) Residents(ctx context.Context, by actor.Actor, f ResidentFilter) (ResidentPage, error) {
	scope, err := policy.Predicate(by, policy.HouseholdRead)
	if err != nil {
		return ResidentPage{}, err
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	if f.View != residence.Registered {
		f.View = residence.Living
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "resident.list"}, func(tx *db.Tx) (page ResidentPage, err error) {
		tx.Saw()
		if page, err = s.listed(tx, by, scope, f, nil); err != nil {
			return page, err
		}
		if f.Search != "" && f.After == "" && page.Next == "" {
			if err := s.others(tx, by, scope, f, &page); err != nil {
				return page, err
			}
		}
		if n, err := ident.ParseBookletNumber(f.Search); err == nil {
			if err := held(tx, by, string(n), &page); err != nil {
				return page, err
			}
		}
		page.Count, err = s.count(tx, scope, f, page)
		return page, err
	})
}

// listed is a page of one view, without those who are shown already.
func (s *Service) listed(tx *db.Tx, by actor.Actor, scope policy.Scope, f ResidentFilter, shown []ResidentRow) (page ResidentPage, err error) {
	for { // until somebody can be shown: that there is a next page tells, too
		found, err := s.find(tx, by, scope, f)
		if err != nil {
			return page, err
		}
		page.Next = ""
		if len(found) > f.Limit {
			found = found[:f.Limit]
			last := found[f.Limit-1]
			page.Next = last.Key + "|" + string(last.PersonID)
		}
		found = slices.DeleteFunc(found, func(h hit) bool {
			return slices.ContainsFunc(shown, func(r ResidentRow) bool { return r.PersonID == h.PersonID })
		})
		if page.Rows, err = s.rows(tx, by, f, found); err != nil || len(page.Rows) > 0 || page.Next == "" {
			return page, err
		}
		f.After = page.Next
	}
}

// others adds to who was searched for those whom only the other view has: whoever
// stands at the counter may be registered here and live elsewhere, and somebody of
// the same name who does live here must not be taken for them.
func (s *Service) others(tx *db.Tx, by actor.Actor, scope policy.Scope, f ResidentFilter, page *ResidentPage) error {
	f.View, f.named = map[string]string{residence.Living: residence.Registered, residence.Registered: residence.Living}[f.View], true
	more, err := s.listed(tx, by, scope, f, page.Rows)
	page.Rows, page.Other, page.Cut = append(page.Rows, more.Rows...), len(more.Rows), more.Next != ""
	return err
}

// count is how many people all pages of a list show: known where one page is
// all, or where the counts by path say.
func (s *Service) count(tx *db.Tx, scope policy.Scope, f ResidentFilter, page ResidentPage) (n int64, err error) {
	switch {
	case page.Cut:
		return -1, nil
	case f.After == "" && page.Next == "":
		return int64(len(page.Rows)), nil
	case f.Search != "" || f.Sex != "" || f.Separated:
		return -1, nil
	}
	all, err := s.peopleByPath(tx)
	for _, c := range all {
		if c.Kind == f.View && strings.HasPrefix(c.Path, f.Under) && scope.Covers(policy.Place{Relation: policy.Relation(c.Kind), Path: c.Path, SealedTo: c.SealedTo}) {
			n += c.N
		}
	}
	return n, err
}

// rows turns those found into what the page may show of them, in their order, and
// notes whom it shows.
func (s *Service) rows(tx *db.Tx, by actor.Actor, filter ResidentFilter, found []hit) ([]ResidentRow, error) {
	if len(found) == 0 {
		return nil, nil
	}
	q := new(db.Query).Add(residentsByID)
	for _, h := range found {
		q.Add(", ?", string(h.PersonID))
	}
	read, err := db.All[residentRow](tx, q.Add(")").Text(), q.Args()...)
	if err != nil {
		return nil, err
	}
	byID := make(map[person.ID]residentRow, len(read))
	for _, r := range read {
		byID[r.PersonID] = r
	}
	var rows []ResidentRow
	for _, h := range found {
		f, ok := byID[h.PersonID]
		if !ok {
			continue
		}
		delete(byID, h.PersonID) // found under two keys, shown once
		r, ok, err := s.row(tx, by, f)
		if err != nil {
			return nil, err
		}
		if ok && filter.shows(r, h.Key) {
			tx.Saw("person/" + string(r.PersonID))
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// row is what a list may show of one person; ok is false for nothing at all.
func (s *Service) row(tx *db.Tx, by actor.Actor, f residentRow) (r ResidentRow, ok bool, err error) {
	lives := policy.Place{Relation: policy.Living, Path: f.LivingPath, SealedTo: f.LivingSeal}
	d, err := policy.Decide(by, policy.HouseholdRead, policy.Places{lives, {Relation: policy.Registered, Path: f.Registered}})
	if err != nil {
		return r, false, nil
	}
	x, err := s.index(tx)
	if err != nil {
		return r, false, err
	}
	r = ResidentRow{
		PersonID: f.PersonID, HouseholdID: f.RegHouse, Name: f.Name, Sex: f.Sex, Age: age(f.Birth, tx.Now()),
		Registered: x.FullName(f.Registered),
	}
	if r.HouseholdID == "" {
		r.HouseholdID = f.LivesWith
	}
	p := person.Person{ID: f.PersonID, NumberSealed: f.Number, PhoneSealed: f.Phone}
	if r.Number, r.Phone, err = p.Masked(s.Keys); err != nil {
		return r, false, err
	}
	if !d.Fields.Has(policy.Phone) {
		r.Phone = ""
	}
	if !policy.Sees(by, lives) {
		return r, true, nil // a booklet, too, would say that they live elsewhere
	}
	if d.Fields.Has(policy.Validity) {
		r.Booklet = f.Booklet
	}
	r.whole = d.Fields.Has(policy.Booklet)
	if f.LivingPath != "" {
		r.Living, r.Grid = placeName(x, f.LivingPath), f.Grid
		r.Separated = residence.Separated(f.Registered, f.LivingPath)
		if d.Fields.Has(policy.Address) {
			r.Address = short(f.Address, x.Name(f.LivingPath[:min(6, len(f.LivingPath))]), r.Living)
		}
	}
	return r, true, nil
}

// placeName is where people live in words; of a place outside the county only its
// code is known.
func placeName(x *division.Index, path string) string {
	if _, ok := x.Get(path[:min(6, len(path))]); !ok {
		return i18n.T("overview.outside", "code", path)
	}
	return x.FullName(path)
}

// short leaves out of an address what the page says anyway.
func short(text, county, village string) string {
	text = strings.TrimPrefix(text, county)
	return strings.TrimPrefix(text, village)
}

func age(birth string, now time.Time) int {
	return calendar.Age(calendar.Date(birth), calendar.On(now))
}

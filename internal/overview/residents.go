package overview

import (
	"context"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// A ResidentFilter says which residents a list shows.
type ResidentFilter struct {
	Under     string // within this division
	Search    string // one box: name, pinyin, initials, four last digits, a whole number
	View      string // residence.Living (default) or residence.Registered
	Separated bool   // only those who live elsewhere than they are registered
	After     string // Next of the page before
	Limit     int
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
	Living      string // village and address, "" where not known
	Address     string
	Registered  string
	Separated   bool
	Booklet     booklet.State // "" without one
}

// A ResidentPage is a page of the list.
type ResidentPage struct {
	Rows []ResidentRow
	Next string // "" at the end
}

type residentRow struct {
	PersonID    person.ID     `db:"person_id"`
	HouseholdID household.ID  `db:"household_id"`
	Name        string        `db:"name"`
	Sex         string        `db:"sex"`
	Birth       string        `db:"birth"`
	Number      []byte        `db:"number_sealed"`
	Phone       []byte        `db:"phone_sealed"`
	Kind        string        `db:"kind"`
	Path        string        `db:"path"`
	LivingPath  string        `db:"living_path"`
	LivingSeal  string        `db:"living_seal"`
	Registered  string        `db:"registered_path"`
	Address     string        `db:"address"`
	Booklet     booklet.State `db:"booklet"`
	Key         string        `db:"sort_key"`
	RegHouse    household.ID  `db:"registered_household"`
	LivingHouse string        `db:"living_house"`
}

const residentColumns = `s.person_id, s.household_id, p.name, p.sex, p.birth, p.number_sealed, p.phone_sealed, s.kind, s.path,
	coalesce(l.path, '') as living_path, coalesce(l.sealed_to, '') as living_seal, coalesce(l.house_id, '') as living_house,
	coalesce(r.path, '') as registered_path, coalesce(r.household_id, '') as registered_household,
	coalesce(a.text, '') as address, coalesce(b.state, '') as booklet`

const residentJoins = `
	left join spell l on l.person_id = s.person_id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31'
	left join spell r on r.person_id = s.person_id and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
	left join house h on h.id = l.house_id
	left join address a on a.id = h.address_id
	left join booklet b on b.household_id = r.household_id and b.state in ('applied', 'returned', 'approved', 'made', 'issued') `

// Residents lists people in the actor's area, a page at a time, and logs whom
// the page shows.
func (s *Service) Residents(ctx context.Context, by actor.Actor, f ResidentFilter) (page ResidentPage, err error) {
	scope, err := policy.Predicate(by, policy.HouseholdRead)
	if err != nil {
		return page, err
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	if f.View != residence.Registered {
		f.View = residence.Living
	}
	q, ok, err := s.residentQuery(scope, f)
	if err != nil {
		return page, err
	}
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(policy.HouseholdRead), For: "resident.list"}, func(tx *db.Tx) error {
		tx.Saw()
		if !ok {
			return nil
		}
		rows, err := db.All[residentRow](tx, q.Text(), q.Args()...)
		if err != nil {
			return err
		}
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			last := rows[f.Limit-1]
			page.Next = last.Key + "|" + string(last.PersonID)
		}
		return s.rows(tx, by, rows, &page)
	})
	return page, err
}

// residentQuery builds the list's statement; ok is false when the search can
// find nobody.
func (s *Service) residentQuery(scope policy.Scope, f ResidentFilter) (q *db.Query, ok bool, err error) {
	where, args := scope.WhereOn(policy.Relation(f.View), "s.path", "s.sealed_to")
	key, id, _ := strings.Cut(f.After, "|")
	q = new(db.Query)
	common := func() {
		q.Add("and "+where, args...).
			If(f.Under != "", "and s.path >= ? and s.path < ?", f.Under, safeEnd(f.Under)).
			If(f.Separated, "and substr(l.path, 1, 12) <> substr(r.path, 1, 12)")
	}
	if strings.TrimSpace(f.Search) == "" {
		q.Add("select " + residentColumns + ", s.path as sort_key from spell s join person p on p.id = s.person_id" + residentJoins)
		q.Add("where s.kind = ? and s.superseded_at = 0 and s.valid_to = '9999-12-31'", f.View)
		common()
		q.If(f.After != "", "and (s.path, s.person_id) > (?, ?)", key, id).Add("order by s.path, s.person_id limit ?", f.Limit+1)
		return q, true, nil
	}
	t, ok := person.ParseTerm(s.Keys, f.Search, func(n string) (ident.CitizenID, error) { return ident.ParseCitizenID(n, s.DB.Now()) })
	if !ok {
		return q, false, nil
	}
	if !t.Number.IsZero() {
		q.Add("select "+residentColumns+", '' as sort_key from person p join spell s on s.person_id = p.id"+residentJoins+
			"where p.number_token = ? and s.kind = ? and s.superseded_at = 0 and s.valid_to = '9999-12-31'", s.Keys.Token(seal.KindCitizenID, t.Number.Plain()), f.View)
		common()
		return q.Add("limit ?", f.Limit+1), true, nil
	}
	q.Add("select " + residentColumns + ", k.key as sort_key from person_key k join spell s on s.person_id = k.person_id join person p on p.id = k.person_id" + residentJoins + "where")
	if t.Hi != "" {
		q.Add("k.key >= ? and k.key < ?", t.Lo, t.Hi)
	} else {
		q.Add("k.key in (?, ?)", t.Lo, t.Alt)
	}
	q.Add("and s.kind = ? and s.superseded_at = 0 and s.valid_to = '9999-12-31'", f.View)
	common()
	q.If(f.After != "", "and (k.key, k.person_id) > (?, ?)", key, id).Add("order by k.key, k.person_id limit ?", f.Limit+1)
	return q, true, nil
}

// safeEnd ends the range of paths under a division; anything that is no code
// has no people.
func safeEnd(code string) string {
	if strings.Trim(code, "0123456789") != "" {
		return code
	}
	return policy.PrefixEnd(code)
}

// rows turns what was found into what the page may show.
func (s *Service) rows(tx *db.Tx, by actor.Actor, found []residentRow, page *ResidentPage) error {
	x, err := s.index(tx)
	if err != nil {
		return err
	}
	seen := map[person.ID]bool{}
	for _, f := range found {
		if seen[f.PersonID] {
			continue // found by name and by initials
		}
		seen[f.PersonID] = true
		tx.Saw("person/" + string(f.PersonID))
		places := policy.Places{{Relation: policy.Living, Path: f.LivingPath, SealedTo: f.LivingSeal}, {Relation: policy.Registered, Path: f.Registered}}
		d, err := policy.Decide(by, policy.HouseholdRead, places)
		if err != nil {
			continue
		}
		r := ResidentRow{
			PersonID: f.PersonID, HouseholdID: f.RegHouse, Name: f.Name, Sex: f.Sex, Age: age(f.Birth, tx.Now()),
			Registered: x.FullName(f.Registered), Booklet: f.Booklet,
		}
		if r.HouseholdID == "" {
			r.HouseholdID = f.HouseholdID
		}
		p := person.Person{ID: f.PersonID, NumberSealed: f.Number, PhoneSealed: f.Phone}
		if r.Number, r.Phone, err = p.Masked(s.Keys); err != nil {
			return err
		}
		if !d.Fields.Has(policy.Phone) {
			r.Phone = ""
		}
		if f.LivingPath != "" && policy.Sees(by, places[0]) {
			r.Living = x.FullName(f.LivingPath)
			r.Separated = residence.Separated(f.Registered, f.LivingPath)
			if d.Fields.Has(policy.Address) {
				r.Address = short(f.Address, x.Name(f.LivingPath[:min(6, len(f.LivingPath))]), r.Living)
			}
		} else if f.LivingSeal != "" {
			r.Booklet = "" // a booklet would say that they live elsewhere
		}
		page.Rows = append(page.Rows, r)
	}
	return nil
}

// short leaves out of an address what the page says anyway.
func short(text, county, village string) string {
	text = strings.TrimPrefix(text, county)
	return strings.TrimPrefix(text, village)
}

func age(birth string, now time.Time) int {
	return calendar.Age(calendar.Date(birth), calendar.On(now))
}

package entitlement

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A Kept is a right in some place's list, as a page shows it.
type Kept struct {
	Entitlement
	Place string // in words
	May   bool   // the actor keeps this list and has the duty
}

// A BookLine is one kind of right at one of the two places: who owes it, and
// what the places have written.
type BookLine struct {
	Route
	Held []Kept
}

// A Book is the rights of one household at both of its places, as far as the
// actor's duties go: of a kind without the duty there is nothing in it.
type Book struct {
	HouseholdID household.ID
	Head        string
	Village     string // where it is registered, in words
	LivesAt     string // "" where that is not known, or not the actor's to know
	Lines       []BookLine
	Choices     []Choice // what the actor may enter
	Findings    []FindingRow
	Acts        []Act
	Today       calendar.Date
}

// actsShown is how many acts a ledger shows.
const actsShown = 50

// Book is the ledger of a household. A place that keeps a right of a household
// sees it also when the household has left.
func (s *Service) Book(ctx context.Context, by actor.Actor, id household.ID) (Book, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RightRead), For: "household/" + string(id)}, func(tx *db.Tx) (Book, error) {
		return s.book(tx, by, id)
	})
}

// a reader is what one actor may see of one household's rights.
type reader struct {
	fields policy.Fields
	places policy.Places
	rights []Entitlement // of every kind
	sealed bool          // somebody of the household is protected
}

// readerOf decides what an actor may see of a household's rights.
func readerOf(tx *db.Tx, by actor.Actor, id household.ID) (r reader, err error) {
	if r.places, err = residence.PlacesOf(tx, id); err != nil {
		return r, err
	}
	if r.rights, err = ofHousehold(tx, id); err != nil {
		return r, err
	}
	seal := sealOf(r.places)
	r.sealed = seal != ""
	all := slices.Clone(r.places)
	for _, e := range r.rights {
		p := policy.Place{Relation: relation(e.Side), Path: e.Path}
		if e.Side == Living {
			p.SealedTo = seal
		}
		all = append(all, p)
	}
	d, err := policy.Decide(by, policy.RightRead, all)
	r.fields = d.Fields
	return r, err
}

// sees reports whether rights of a kind at a side are shown.
func (r reader) sees(kind, side string) bool {
	return r.fields.Has(Duty(kind)) && (side == Origin || !r.sealed)
}

func (s *Service) book(tx *db.Tx, by actor.Actor, id household.ID) (b Book, err error) {
	r, err := readerOf(tx, by, id)
	if err != nil {
		return b, err
	}
	tx.Saw("household/" + string(id))
	h, err := household.Get(tx, id)
	if err != nil {
		return b, err
	}
	x, err := division.Load(tx)
	if err != nil {
		return b, err
	}
	b.HouseholdID, b.Village, b.Today = id, x.FullName(h.Village), calendar.On(tx.Now())
	members, err := residence.Members(tx, id)
	if err != nil {
		return b, err
	}
	living := ""
	if len(members) > 0 {
		b.Head = members[0].Person.Name
		if living, err = livingPath(tx, by, members[0].Person.ID); err != nil {
			return b, err
		}
	}
	if r.sealed {
		living = ""
	}
	if living != "" {
		b.LivesAt = x.FullName(living)
	}
	routes, err := RoutesFor(tx, s.Keys, x, h.Village, living, b.Today)
	if err != nil {
		return b, err
	}
	b.Lines = linesOf(by, x, r, routes)
	if b.Choices, err = Choices(tx, by, id); err != nil && fault.Of(err) == nil {
		return b, err
	}
	acts, err := actsOf(tx, id, actsShown)
	if err != nil {
		return b, err
	}
	for _, a := range acts {
		if r.sees(a.Kind, a.Side) {
			b.Acts = append(b.Acts, a)
		}
	}
	scope, err := policy.Predicate(by, policy.RightRead)
	if err != nil {
		return b, err
	}
	b.Findings, err = findings(tx, scope, FindingFilter{Household: id}, actsShown)
	return b, err
}

// livingPath is where the head lives, or "" where that is not known or not the
// actor's to know.
func livingPath(tx *db.Tx, by actor.Actor, head person.ID) (string, error) {
	s, lives, err := residence.Current(tx, head, residence.Living)
	if err != nil || !lives || !policy.Sees(by, policy.Place{Path: s.Path, SealedTo: s.SealedTo}) {
		return "", err
	}
	return s.Path, nil
}

// linesOf puts what is written beside who owes it. What no route names any more
// has a line of its own: nobody owes it.
func linesOf(by actor.Actor, x *division.Index, r reader, routes []Route) (lines []BookLine) {
	for _, side := range []string{Origin, Living} {
		for _, kind := range Kinds {
			if !r.sees(kind, side) {
				continue
			}
			line := BookLine{Route: Route{Kind: kind, Side: side}}
			i := slices.IndexFunc(routes, func(o Route) bool { return o.Kind == kind && o.Side == side })
			if i >= 0 {
				line.Route = routes[i]
			}
			for _, e := range r.rights {
				if e.Kind == kind && e.Side == side {
					line.Held = append(line.Held, Kept{e, x.FullName(e.Path), mayKeep(by, policy.RightCorrect, e, "") == nil})
				}
			}
			if i >= 0 || len(line.Held) > 0 {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// Right is one right that the actor's place keeps, for the form of an act.
func (s *Service) Right(ctx context.Context, by actor.Actor, id string) (Row, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RightRead), For: "entitlement/" + id}, func(tx *db.Tx) (r Row, err error) {
		if r.Entitlement, err = held(tx, by, policy.RightCorrect, id); err != nil {
			return r, err
		}
		tx.Saw(r.Subject(), "household/"+string(r.HouseholdID))
		members, err := residence.Members(tx, r.HouseholdID)
		if err == nil && len(members) > 0 {
			r.Head = members[0].Person.Name
		}
		return r, err
	})
}

// A Filter says which rights of which places.
type Filter struct {
	Under string // below this division; "" is all of the actor's
	Kind  string // "" is every kind of the actor's duties
	Ended bool   // those that have ended instead of those that run
	After string // cursor
}

// Cursor is where a list goes on after a row.
func (r Row) Cursor() string { return strings.Join([]string{r.Path, string(r.HouseholdID), r.ID}, "|") }

// List lists what the places in the actor's area keep in their lists, by
// household, and where it goes on.
func (s *Service) List(ctx context.Context, by actor.Actor, f Filter, limit int) (rows []Row, err error) {
	scope, err := policy.Predicate(by, policy.RightRead)
	if err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RightRead), For: "rights"}, func(tx *db.Tx) ([]Row, error) {
		rows, err := list(tx, scope, f, calendar.On(tx.Now()), limit)
		tx.Saw()
		for _, r := range rows {
			tx.Saw("household/" + string(r.HouseholdID))
		}
		return rows, err
	})
}

// Duties lists the kinds of right that an actor's post has to do with.
func Duties(by actor.Actor) (kinds []string) {
	scope, err := policy.Predicate(by, policy.RightRead)
	if err != nil {
		return nil
	}
	for _, k := range Kinds {
		if scope.Opens(Duty(k)) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

package booklet

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/policy"
	"anju/internal/relocation"
)

// A Page is a booklet with the move it comes from and whether it still says
// what is so. Who may not see the whole of it gets its number and state alone.
type Page struct {
	Booklet  Booklet
	Move     relocation.Move
	Versions int64
	History  []Version // the latest first, without what they say
	Stale    bool
	Whole    bool     // the actor may read all of it, not only whether it is valid
	Own      bool     // the actor applied for it
	Onward   string   // of one whose people have all left its address: their next move
	Now      *Booklet // of one that has ended: the household's of today, if that is open too
}

// Get is a booklet as its page shows it.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (Page, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.BookletRead), For: "booklet/" + string(id)}, func(tx *db.Tx) (Page, error) {
		b, err := Get(tx, id)
		if err != nil {
			return Page{}, err
		}
		d, err := decide(tx, by, policy.BookletRead, &b)
		if err != nil {
			return Page{}, err
		}
		tx.Saw(b.Subject(), "household/"+string(b.HouseholdID))
		return s.page(tx, by, b, d)
	})
}

func (s *Service) page(tx *db.Tx, by actor.Actor, b Booklet, d policy.Decision) (p Page, err error) {
	if p.Whole = d.Fields.Has(policy.Booklet); !p.Whole {
		p.Booklet = b.validity()
		return p, nil
	}
	p.Booklet = b
	if p.Own, err = appliedFor(tx, b, by); err != nil {
		return p, err
	}
	if p.History, err = AllVersions(tx, b.ID); err != nil {
		return p, err
	}
	for i := range p.History {
		p.History[i].ContentSealed = nil
	}
	p.Versions = int64(len(p.History))
	switch {
	case b.State == Cancelled: // nobody is to replace it for what has changed since
		if now, ok, err := Instead(tx, by, b); err != nil {
			return p, err
		} else if ok {
			tx.Saw(now.Subject())
			p.Now = &now
		}
	case p.Versions > 0:
		if p.Stale, err = Stale(tx, s.Keys, b); err != nil {
			return p, err
		}
		fallthrough
	default:
		next, _, err := onward(tx, b)
		if err != nil {
			return p, err
		}
		p.Onward = next.ID
	}
	p.Move, err = relocation.Get(tx, b.MoveID)
	return p, err
}

// A View is a list of booklets to work off: those in a state, or one of these.
type View string

const (
	Stales View = "stale" // out of date, to be replaced
	Due    View = "due"   // for the annual check
)

// Views lists them in the order of a booklet's life.
var Views = []View{View(Applied), View(Returned), View(Verified), View(Approved), View(Made), View(Renewed), View(Issued), Stales, Due, View(Lost), View(Cancelled)}

// List lists the booklets of a view in the actor's area, the oldest first: an
// inbox is worked off from its front.
func (s *Service) List(ctx context.Context, by actor.Actor, v View, after ID, limit int) ([]Booklet, error) {
	scope, err := lists(by)
	if err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.BookletRead), For: "booklet.list"}, func(tx *db.Tx) (all []Booklet, err error) { //i18n:none
		if all, err = list(tx, scope, v, after, limit); err != nil {
			return all, err
		}
		saw(tx, all)
		return all, nil
	})
}

// lists is the filter of a list of whole booklets.
func lists(by actor.Actor) (policy.Scope, error) {
	scope, err := policy.Predicate(by, policy.BookletRead)
	if err != nil {
		return scope, err
	}
	return scope, listsWhole(by)
}

func saw(tx *db.Tx, all []Booklet) {
	tx.Saw()
	for _, b := range all {
		tx.Saw(b.Subject())
	}
}

// Counts is how many booklets are in each state in the actor's area.
func (s *Service) Counts(ctx context.Context, by actor.Actor) (n map[State]int64, err error) {
	scope, err := policy.Predicate(by, policy.BookletRead)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { n, err = count(tx, scope); return err })
	return n, err
}

// CountViews is how many booklets each view shows in the actor's area.
func (s *Service) CountViews(ctx context.Context, by actor.Actor) (map[View]int64, error) {
	scope, err := policy.Predicate(by, policy.BookletRead)
	if err != nil {
		return nil, err
	}
	all := map[View]int64{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n, err := count(tx, scope)
		if err != nil {
			return err
		}
		for st, k := range n {
			all[View(st)] = k
		}
		for _, v := range []View{Stales, Due} {
			if all[v], err = countView(tx, scope, v); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

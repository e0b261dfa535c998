package account

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Appoint gives an account a post from a day on and records it. Given again,
// it changes nothing. No account holds two of the three administrators' posts,
// or one of them and another post, on any day (三员分立, GB/T 22239-2019).
func Appoint(tx *db.Tx, p Post) (Post, error) {
	if p.ValidTo == "" {
		p.ValidTo = calendar.Forever
	}
	held, err := postsBetween(tx, p.AccountID, p.ValidFrom, p.ValidTo)
	if err != nil {
		return p, err
	}
	for _, h := range held {
		if h.Kind == p.Kind && h.Path == p.Path {
			return h, nil
		}
		if !together(h.Kind, p.Kind) {
			return p, fault.New(fault.Conflict, "account.three_apart")
		}
	}
	p.ID, p.RecordedAt, p.SupersededAt = tx.NewID(), tx.Millis(), 0
	if err := db.Insert(tx, "post", p); err != nil {
		return p, err
	}
	return p, tx.Record("account/"+string(p.AccountID), nil, p)
}

// together reports whether one account may hold both kinds of post.
func together(a, b actor.Kind) bool { return a == b || !a.Admin() && !b.Admin() }

// EndPost ends a post on a day: the old belief is superseded. A post ended on
// or before its first day was never held.
func EndPost(tx *db.Tx, p Post, on calendar.Date) error {
	if _, err := tx.Exec(`update post set superseded_at = $2 where id = $1`, p.ID, tx.Millis()); err != nil {
		return err
	}
	ended := p
	ended.ID, ended.ValidTo, ended.RecordedAt = tx.NewID(), on, tx.Millis()
	if on > p.ValidFrom {
		if err := db.Insert(tx, "post", ended); err != nil {
			return err
		}
	}
	return tx.Record("account/"+string(p.AccountID), p, ended)
}

// Appoint gives an account a post for a time: from today on if ValidFrom is
// empty, without an end if ValidTo is. Who stands in for somebody on leave is
// appointed for those days, sees what the post sees from the first day on, and
// nothing more once ValidTo is reached. A time that has begun before today is
// Invalid: what was seen then cannot be made good. The posts of the three
// administrators are given at the machine itself, never from a page: who can
// appoint administrators is all three of them.
func (s *Service) Appoint(ctx context.Context, by actor.Actor, key db.Key, p Post) (Post, error) {
	if err := policy.Check(by, policy.PostAppoint, policy.Places{}); err != nil {
		return Post{}, err
	}
	var f fault.Fields
	if levels[p.Kind] == nil {
		f.Add("kind", "form.required")
	} else if !slices.Contains(levels[p.Kind], len(p.Path)) {
		f.Add("path", "account.row.level", "kind", kindName(p.Kind))
	}
	if err := f.Err(); err != nil {
		return Post{}, err
	}
	if p.Kind.Admin() && by.Kind != actor.System {
		return Post{}, fault.New(fault.Forbidden, "account.at_the_machine")
	}
	if p.HeldAs != Deputy { // who stands in is appointed with the leave
		p.HeldAs, p.StandsFor = Whole, ""
	}
	return db.Once(ctx, s.DB, by, string(policy.PostAppoint), key, p, func(tx *db.Tx) (Post, error) {
		if _, err := Get(tx, p.AccountID); err != nil {
			return Post{}, err
		}
		if err := p.term(calendar.On(tx.Now())); err != nil {
			return Post{}, err
		}
		area, err := s.area(tx, p.Path)
		if fault.KindOf(err) == fault.NotFound {
			var f fault.Fields
			f.Add("path", "account.row.no_division")
			return Post{}, f.Err()
		}
		if err != nil {
			return Post{}, err
		}
		if p.Office == "" {
			at := min(12, len(p.Path))
			p.Office = Row{Kind: kindName(p.Kind), Code: p.Path[:at], Grid: p.Path[at:]}.office(area)
		}
		is := p
		err = s.guarded(tx, p.ValidFrom, func() (err error) { is, err = Appoint(tx, p); return err })
		if err == nil && (is.ValidFrom > p.ValidFrom || is.ValidTo < p.ValidTo) {
			var f fault.Fields
			f.Add("from", "account.term.overlaps", "from", is.ValidFrom, "last", is.ValidTo.AddDays(-1))
			return Post{}, f.Err()
		}
		return is, err
	})
}

// term fills in the time a post is given for and says what is wrong with it.
func (p *Post) term(today calendar.Date) error {
	if p.ValidFrom == "" {
		p.ValidFrom = today
	}
	if p.ValidTo == "" {
		p.ValidTo = calendar.Forever
	}
	var f fault.Fields
	switch {
	case !p.ValidFrom.Valid():
		f.Add("from", "account.term.bad")
	case p.ValidFrom < today:
		f.Add("from", "account.term.past")
	}
	switch {
	case !p.ValidTo.Valid():
		f.Add("last", "account.term.bad")
	case p.ValidTo <= p.ValidFrom:
		f.Add("last", "account.term.order")
	}
	return f.Err()
}

// area is the full name of the area of a path, "" where no names are known, or
// NotFound.
func (s *Service) area(tx *db.Tx, path string) (string, error) {
	if s.Place == nil {
		return "", nil
	}
	return s.Place(tx, path[:min(12, len(path))])
}

// EndPost ends a post today. What is open in it goes to somebody first: see
// Service.Ends.
func (s *Service) EndPost(ctx context.Context, by actor.Actor, id string) error {
	if err := policy.Check(by, policy.PostAppoint, policy.Places{}); err != nil {
		return err
	}
	return s.DB.Write(ctx, by, string(policy.PostAppoint), func(tx *db.Tx) error {
		p, err := db.One[Post](tx, `select `+postColumns+` from post where id = $1 and superseded_at = 0`, id)
		if err == db.ErrNoRow {
			return fault.New(fault.NotFound, "policy.not_found")
		}
		if err != nil {
			return err
		}
		if p.Kind.Admin() && by.Kind != actor.System {
			return fault.New(fault.Forbidden, "account.at_the_machine")
		}
		on := calendar.On(tx.Now())
		if s.Ends != nil && on > p.ValidFrom { // one that has not begun has left nothing
			if err := s.Ends(tx, p, on); err != nil {
				return err
			}
		}
		return s.guarded(tx, on, func() error { return EndPost(tx, p, on) })
	})
}

// levels are the lengths of path that a kind of post may have: 6 the county, 9
// a town, 12 a village or community, 15 a grid.
var levels = map[actor.Kind][]int{
	actor.GridWorker: {15}, actor.GridLeader: {12, 15}, actor.SectionLeader: {12}, actor.GeneralLeader: {9}, actor.Chief: {6},
	actor.Registrar: {9}, actor.StationHead: {9}, actor.CountyPolice: {6},
	actor.VillageClerk: {12}, actor.TownWindow: {9}, actor.TownCentre: {9}, actor.CountyCentre: {6},
	actor.CivilAffairs: {6}, actor.Agriculture: {6}, actor.Justice: {6},
	actor.BranchSecretary: {12, 15}, actor.PartyMember: {12, 15},
	actor.SystemAdmin: {6}, actor.SecurityAdmin: {6}, actor.AuditAdmin: {6},
}

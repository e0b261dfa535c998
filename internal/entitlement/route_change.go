package entitlement

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/proposal"
)

// A RouteChange is how a row of the routing table is to be from a day on, as
// somebody asked for it.
type RouteChange struct {
	ID             string `db:"id" record:"ignore"`
	Kind           string `db:"kind" record:"track"`
	Side           string `db:"side" record:"track"`
	Unit           string `db:"unit" record:"track"`
	Phone          string `db:"phone" record:"track"`
	Note           string `db:"note" record:"track"`
	Basis          string `db:"basis" record:"track"`
	Ends           int64  `db:"ends" record:"track"` // 1: nobody owes it at this side any more
	proposal.Asked `record:"track"`
}

// about is the row that a change is about; one change of it waits at a time.
func (c RouteChange) about() string { return "route/" + c.Kind + "/" + c.Side }

// limits of a route, in characters.
const (
	maxUnit  = 60
	maxPhone = 20
)

// A RouteTable is who owes which right, has owed it, and will.
type RouteTable struct {
	Routes  []Route
	Changes []RouteChange // the latest first
	Today   calendar.Date
}

// InForce reports whether a route answers on a day.
func (r Route) InForce(on calendar.Date) bool { return on >= r.ValidFrom && on < r.ValidTo }

// RouteTable is the whole routing table with its dates.
func (s *Service) RouteTable(ctx context.Context, by actor.Actor) (t RouteTable, err error) {
	if err := policy.Check(by, policy.RouteRead, policy.Places{}); err != nil {
		return t, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		t.Today = calendar.On(tx.Now())
		if t.Routes, err = allRoutes(tx); err != nil {
			return err
		}
		t.Changes, err = routeChanges(tx, proposal.Shown)
		return err
	})
	return t, err
}

// ProposeRoute asks for another unit that owes a right from a day on.
func (s *Service) ProposeRoute(ctx context.Context, by actor.Actor, key db.Key, c RouteChange) (RouteChange, error) {
	if err := policy.Check(by, policy.RoutePropose, policy.Places{}); err != nil {
		return RouteChange{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.RoutePropose), key, c, func(tx *db.Tx) (RouteChange, error) {
		var f fault.Fields
		c.check(&f)
		c.Check(&f, calendar.On(tx.Now()))
		if err := f.Err(); err != nil {
			return c, err
		}
		c.ID, c.Asked = tx.NewID(), c.By(by, tx.Millis())
		if err := proposal.Add(tx, "right_route_change", "right_route_change_kind_side_uq", c); err != nil {
			return c, err
		}
		return c, tx.Record(c.about(), nil, c)
	})
}

var (
	unitPlace = regexp.MustCompile(`\{[^{}]*\}?|\}`)
	phoneForm = regexp.MustCompile(`^[0-9-]*$`)
)

// check is the rule of a change: a unit whose places can be filled in, a basis.
// Land and what hangs on the collective stay at the origin (农村土地承包法 27).
func (c *RouteChange) check(f *fault.Fields) {
	for _, text := range []*string{&c.Unit, &c.Phone, &c.Note, &c.Basis} {
		*text = strings.TrimSpace(*text)
	}
	if !slices.Contains(Kinds, c.Kind) || c.Side != Origin && c.Side != Living || c.Side == Living && Duty(c.Kind) == policy.Land {
		f.Add("unit", "entitlement.route.side")
	}
	if c.Ends == 1 {
		c.Unit, c.Phone, c.Note = "", "", ""
	} else {
		f.Require("unit", c.Unit)
	}
	for _, place := range unitPlace.FindAllString(c.Unit, -1) {
		if !slices.Contains([]string{"{town}", "{village}", "{committee}"}, place) {
			f.Add("unit", "entitlement.route.place", "town", "{town}", "village", "{village}", "committee", "{committee}")
			break
		}
	}
	if !phoneForm.MatchString(c.Phone) || len(c.Phone) > maxPhone {
		f.Add("phone", "entitlement.route.phone")
	}
	f.Within("unit", c.Unit, maxUnit)
	f.Within("note", c.Note, maxUnit)
	f.Words("basis", c.Basis, maxWords)
}

// ApproveRoute lets a change be the route from its day on. Who asked for it
// cannot. Booklets say another unit from then on, and the county's rights are
// checked again: what nobody owes any more is found.
func (s *Service) ApproveRoute(ctx context.Context, by actor.Actor, key db.Key, id string) (RouteChange, error) {
	return s.decideRoute(ctx, by, key, id, proposal.Approved, "")
}

// RefuseRoute says no, with the reason; who asked for it may take it back so.
func (s *Service) RefuseRoute(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (RouteChange, error) {
	return s.decideRoute(ctx, by, key, id, proposal.Refused, answer)
}

func (s *Service) decideRoute(ctx context.Context, by actor.Actor, key db.Key, id, to, answer string) (RouteChange, error) {
	if err := policy.Check(by, policy.RouteDecide, policy.Places{}); err != nil {
		return RouteChange{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.RouteDecide), key, [3]string{id, to, answer}, func(tx *db.Tx) (RouteChange, error) {
		was, err := routeChange(tx, id)
		if err != nil {
			return was, err
		}
		is := was
		if is.Asked, err = was.Decided(by, to, answer, calendar.On(tx.Now()), tx.Millis()); err != nil {
			return was, err
		}
		if to == proposal.Approved {
			if err := enact(tx, is); err != nil {
				return was, err
			}
			if err := SweepSoon(tx); err != nil {
				return was, err
			}
		}
		if err := proposal.Save(tx, "right_route_change", id, is.Asked); err != nil {
			return was, err
		}
		return is, tx.Record(is.about(), was, is)
	})
}

// enact makes a change the route: the one in force ends that day, and one that
// was to begin later never begins. What was stays in the table.
func enact(tx *db.Tx, c RouteChange) error {
	all, err := allRoutes(tx)
	if err != nil {
		return err
	}
	next := Route{Kind: c.Kind, Side: c.Side, Unit: c.Unit, Phone: c.Phone, Note: c.Note, Basis: c.Basis, ValidFrom: c.ValidFrom, ValidTo: calendar.Forever}
	replaced := false
	for _, was := range all {
		if was.Kind != c.Kind || was.Side != c.Side || was.ValidTo <= c.ValidFrom && was.ValidFrom != c.ValidFrom {
			continue
		}
		is := was
		switch {
		case was.ValidFrom == c.ValidFrom && c.Ends == 0: // it was to begin on the same day
			is, replaced = next, true
		default:
			is.ValidTo = max(was.ValidFrom, c.ValidFrom)
		}
		if err := saveRoute(tx, was, is); err != nil {
			return err
		}
	}
	if replaced || c.Ends == 1 {
		return nil
	}
	if err := db.Insert(tx, "right_route", next); err != nil {
		return err
	}
	return tx.Record(c.about(), nil, next)
}

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

// A RouteChange is how a row of the routing table is to be from a day on.
type RouteChange struct {
	Kind      string
	Side      string
	Unit      string
	Phone     string
	Note      string
	Basis     string
	Ends      bool          // nobody owes it at this side any more
	ValidFrom calendar.Date `json:"-"`
	Reason    string        `json:"-"`
}

// about is the row that a change is about; one change of it waits at a time.
func (c RouteChange) about() string { return routePrefix + c.Kind + "/" + c.Side }

const routePrefix = "route/"

// limits of a route, in characters.
const (
	maxUnit  = 60
	maxPhone = 20
)

// A RouteProposal is a change of the routing table as somebody asked for it.
type RouteProposal struct {
	proposal.Proposal
	Change RouteChange
}

// A RouteTable is who owes which right, has owed it, and will.
type RouteTable struct {
	Routes    []Route
	Proposals []RouteProposal // the latest first
	Today     calendar.Date
}

// InForce reports whether a route answers on a day.
func (r Route) InForce(on calendar.Date) bool { return on >= r.ValidFrom && on < r.ValidTo }

// proposalsShown is how many proposals the page lists.
const proposalsShown = 30

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
		all, err := proposal.Of(tx, routePrefix, proposalsShown)
		for _, p := range all {
			r := RouteProposal{Proposal: p}
			if err := p.Read(&r.Change); err != nil {
				return err
			}
			t.Proposals = append(t.Proposals, r)
		}
		return err
	})
	return t, err
}

// ProposeRoute asks for another unit that owes a right from a day on.
func (s *Service) ProposeRoute(ctx context.Context, by actor.Actor, key db.Key, c RouteChange) (proposal.Proposal, error) {
	if err := policy.Check(by, policy.RoutePropose, policy.Places{}); err != nil {
		return proposal.Proposal{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.RoutePropose), key, c, func(tx *db.Tx) (proposal.Proposal, error) {
		p := proposal.Proposal{About: c.about(), ValidFrom: c.ValidFrom, Reason: c.Reason}
		var f fault.Fields
		c.check(&f)
		p.Check(&f, calendar.On(tx.Now()))
		if err := f.Err(); err != nil {
			return p, err
		}
		return proposal.Make(tx, by, p, c)
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
	if c.Ends {
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
	f.Require("basis", c.Basis)
	for _, words := range []struct {
		field, text string
		most        int
	}{{"unit", c.Unit, maxUnit}, {"note", c.Note, maxUnit}, {"basis", c.Basis, maxWords}} {
		if len([]rune(words.text)) > words.most {
			f.Add(words.field, "entitlement.act.long", "n", words.most)
		}
	}
}

// ApproveRoute lets a change be the route from its day on. Who asked for it
// cannot. Booklets say another unit from then on, and the county's rights are
// checked again: what nobody owes any more is found.
func (s *Service) ApproveRoute(ctx context.Context, by actor.Actor, key db.Key, id string) (proposal.Proposal, error) {
	return s.decideRoute(ctx, by, key, id, proposal.Approved, "")
}

// RefuseRoute says no, with the reason; who asked for it may take it back so.
func (s *Service) RefuseRoute(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (proposal.Proposal, error) {
	return s.decideRoute(ctx, by, key, id, proposal.Refused, answer)
}

func (s *Service) decideRoute(ctx context.Context, by actor.Actor, key db.Key, id, to, answer string) (proposal.Proposal, error) {
	if err := policy.Check(by, policy.RouteDecide, policy.Places{}); err != nil {
		return proposal.Proposal{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.RouteDecide), key, [3]string{id, to, answer}, func(tx *db.Tx) (proposal.Proposal, error) {
		return proposal.Decide(tx, by, id, routePrefix, to, answer, func(p proposal.Proposal) error {
			var c RouteChange
			if err := p.Read(&c); err != nil {
				return err
			}
			c.ValidFrom = p.ValidFrom
			if err := enact(tx, c); err != nil {
				return err
			}
			return SweepSoon(tx)
		})
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
		case was.ValidFrom == c.ValidFrom && !c.Ends: // it was to begin on the same day
			is, replaced = next, true
		default:
			is.ValidTo = max(was.ValidFrom, c.ValidFrom)
		}
		if err := saveRoute(tx, was, is); err != nil {
			return err
		}
	}
	if replaced || c.Ends {
		return nil
	}
	if err := db.Insert(tx, "right_route", next); err != nil {
		return err
	}
	return tx.Record(c.about(), nil, next)
}

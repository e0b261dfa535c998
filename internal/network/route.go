package network

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/proposal"
)

// A Subject is what the table of routes has a row for, or could have.
type Subject struct {
	Key   string // matter/ or duty/ and a code
	Above string // the row that counts where there is none of its own
	Name  string // of a category or of a duty on the county's list; "" of the program's own
	Route grid.Route
}

// A RouteTable is which of a household's three grids answers for what, today and
// as it is asked to be.
type RouteTable struct {
	On       calendar.Date
	Subjects []Subject    // in the order of the page, with the row in force
	Rows     []grid.Route // every row of the county's, the latest first
}

// Of is a subject of the table by its key.
func (t RouteTable) Of(key string) (Subject, bool) {
	i := slices.IndexFunc(t.Subjects, func(s Subject) bool { return s.Key == key })
	if i < 0 {
		return Subject{}, false
	}
	return t.Subjects[i], true
}

// Routes is the table with what waits to be decided.
func (s *Service) Routes(ctx context.Context, by actor.Actor) (t RouteTable, err error) {
	if err := policy.Check(by, policy.GridRouteRead, policy.Places{}); err != nil {
		return t, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { t, err = routeTable(tx); return err })
	return t, err
}

func routeTable(tx *db.Tx) (t RouteTable, err error) {
	t.On = calendar.On(tx.Now())
	if t.Subjects, err = SubjectsOn(tx, t.On); err != nil {
		return t, err
	}
	t.Rows, err = grid.RouteRows(tx, proposal.Shown)
	return t, err
}

// SubjectsOn lists what there is a route for on a day: each category of matters,
// each duty of the program and of the county's list, and what is none of these.
func SubjectsOn(tx *db.Tx, on calendar.Date) (all []Subject, err error) {
	tree, err := matter.TreeOn(tx, on)
	if err != nil {
		return nil, err
	}
	rows, err := dutyRows(tx)
	if err != nil {
		return nil, err
	}
	routes, err := grid.RoutesOn(tx, on)
	if err != nil {
		return nil, err
	}
	add := func(key, above, name string) {
		all = append(all, Subject{key, above, name, routes.Of(key, above)})
	}
	for _, c := range tree.All {
		if c.Ended == 0 {
			add(matter.Routed(c.Code), matter.Routed(c.Parent), c.Name)
		}
	}
	add(grid.OfMatter, "", "")
	for _, d := range grid.Duties {
		add(grid.OfDuty+d, "", "")
	}
	for _, d := range DutiesOn(rows, on) {
		if slices.Contains(grid.Duties, d.Duty) {
			continue
		}
		add(grid.OfDuty+d.Duty, "", d.Name)
	}
	add(grid.OfDuty, "", "")
	return all, nil
}

// ProposeRoute asks for another row of the table from a day on.
func (s *Service) ProposeRoute(ctx context.Context, by actor.Actor, key db.Key, r grid.Route) (grid.Route, error) {
	if err := policy.Check(by, policy.GridRoutePropose, policy.Places{}); err != nil {
		return r, err
	}
	r.Basis = strings.TrimSpace(r.Basis)
	return db.Once(ctx, s.DB, by, string(policy.GridRoutePropose), key, r, func(tx *db.Tx) (grid.Route, error) {
		t, err := routeTable(tx)
		if err != nil {
			return r, err
		}
		if err := t.check(&r); err != nil {
			return r, err
		}
		r.ID, r.Asked = tx.NewID(), r.By(by, tx.Millis())
		if err := proposal.Add(tx, "grid_route", "grid_route_subject_uq", r); err != nil {
			return r, err
		}
		return r, tx.Record("grid_route/"+r.ID, nil, r)
	})
}

// check is the rule of a row: something that there is, one grid that answers,
// others that see it, and why. What everything hangs on does not end. Of the duties
// it is the visits that others can see.
func (t RouteTable) check(r *grid.Route) error {
	var f fault.Fields
	one, ok := t.Of(r.Subject)
	if !ok {
		f.Add("subject", "network.route.subject")
	}
	whole := r.Subject == grid.OfMatter || r.Subject == grid.OfDuty
	if r.Ended == 1 {
		if whole || ok && one.Route.Subject != r.Subject {
			f.Add("answers", "network.route.ends")
		}
		r.Answers, r.Sees, r.Basis = one.Route.Answers, one.Route.Sees, one.Route.Basis
	}
	duty := strings.HasPrefix(r.Subject, grid.OfDuty)
	if !slices.Contains(grid.Relations, r.Answers) && (r.Answers != grid.AtPlace || duty) {
		f.Add("answers", "network.route.answers")
	}
	var sees []string
	for _, rel := range grid.Relations {
		if slices.Contains(r.Seeing(), rel) && rel != r.Answers && r.Answers != grid.AtPlace && (!duty || r.Subject == grid.Visiting) {
			sees = append(sees, rel)
		}
	}
	r.Sees = strings.Join(sees, ",")
	f.Words("basis", r.Basis, maxText)
	r.Check(&f, t.On)
	return f.Err()
}

// ApproveRoute lets a row be in force from its day on. Whoever asked for it is
// not the second person. What has been reported stays where it is.
func (s *Service) ApproveRoute(ctx context.Context, by actor.Actor, key db.Key, id string) (grid.Route, error) {
	return s.decideRoute(ctx, by, key, id, proposal.Approved, "")
}

// RefuseRoute says no to a row, and why; who asked for it may take it back so.
func (s *Service) RefuseRoute(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (grid.Route, error) {
	return s.decideRoute(ctx, by, key, id, proposal.Refused, answer)
}

func (s *Service) decideRoute(ctx context.Context, by actor.Actor, key db.Key, id, to, answer string) (grid.Route, error) {
	if err := policy.Check(by, policy.GridRouteDecide, policy.Places{}); err != nil {
		return grid.Route{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.GridRouteDecide), key, [3]string{id, to, answer}, func(tx *db.Tx) (grid.Route, error) {
		was, err := grid.RouteRow(tx, id)
		if err != nil {
			return was, err
		}
		is := was
		if is.Asked, err = was.Decided(by, to, answer, calendar.On(tx.Now()), tx.Millis()); err != nil {
			return was, err
		}
		if err := proposal.Save(tx, "grid_route", id, is.Asked); err != nil {
			return was, err
		}
		return is, tx.Record("grid_route/"+id, was, is)
	})
}

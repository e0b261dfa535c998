package matter

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// Do is what every act on a matter goes through: load, guard, warnings that are
// due, rule, store, timeline, clock, record; one transaction, once for each key.
func (s *Service) Do(ctx context.Context, by actor.Actor, key db.Key, a Act, id ID, y Say) (Matter, error) {
	y.trim()
	y.By = by.Account
	e, ok := EdgeOf(a)
	if !ok || e.May == "" || e.From == nil || a.Apart() {
		return Matter{}, fault.New(fault.NotFound, "policy.not_found")
	}
	request := struct {
		ID  ID
		Act Act
		Say Say
	}{id, a, y}
	return db.Once(ctx, s.DB, by, string(e.May), key, request, func(tx *db.Tx) (Matter, error) {
		was, err := Get(tx, id)
		if err != nil {
			return was, err
		}
		if err := guard(tx, by, e, was); err != nil {
			return was, err
		}
		is, err := s.carry(tx, by, was, a, y)
		if err != nil {
			return is, err
		}
		return is, adopt(tx, by, key, is)
	})
}

// guard is who may do an act to a matter: the permission, and whose act it is.
func guard(tx *db.Tx, by actor.Actor, e Edge, m Matter) error {
	if err := Allowed(tx, by, e.May, m); err != nil {
		return err
	}
	return whose(tx, by, e, m)
}

// acts are what somebody can do with a matter now: what guard and the rule
// would let pass, with a form that is filled in well.
func (m Matter) acts(tx *db.Tx, by actor.Actor, places policy.Places) (can []Act) {
	owner := inHands(tx, by, m.Level, m.Path) == nil
	is := func(w Who) bool { return w == Owner && owner || w != Owner && m.is(tx, by, w) == nil }
	for _, e := range Edges {
		if e.May == "" || e.From == nil || e.Act.Apart() { // an order has forms of its own
			continue
		}
		if m.Can(e.Act, tx.Now()) && policy.Check(by, e.May, places) == nil && slices.ContainsFunc(e.Who, is) {
			can = append(can, e.Act)
		}
	}
	return can
}

// whose refuses everyone whose act it is not, saying why.
func whose(tx *db.Tx, by actor.Actor, e Edge, m Matter) error {
	var why error
	for _, w := range e.Who {
		err := m.is(tx, by, w)
		if err == nil {
			return nil
		}
		if why == nil {
			why = err
		}
	}
	return why
}

// is reports whether somebody is one of the people of an edge.
func (m Matter) is(tx *db.Tx, by actor.Actor, w Who) error {
	switch w {
	case Anybody:
		return nil
	case Owner:
		return inHands(tx, by, m.Level, m.Path)
	case Over:
		centre := by.Kind == actor.TownCentre || by.Kind == actor.CountyCentre
		switch {
		case !by.Over(m.Path) || !centre && int64(by.Kind.Level()) <= m.Level:
			return fault.New(fault.Forbidden, "matter.not_over")
		case m.HandledBy == by.Account:
			return fault.New(fault.Forbidden, "matter.own_work")
		}
		return nil
	case Reporter:
		if m.Reporter != by.Account {
			return fault.New(fault.Forbidden, "matter.not_reporter")
		}
		return nil
	case Office:
		if m.Unit != string(by.Kind) || !by.Over(m.Path) {
			return fault.New(fault.Forbidden, "matter.not_office")
		}
		return nil
	}
	return fault.New(fault.Forbidden, "policy.forbidden")
}

// inHands refuses everyone who is not the level that has to act over a path:
// the owner is a level, whoever holds its post. While nobody does, or is there,
// the next level that somebody holds answers for it.
func inHands(tx *db.Tx, by actor.Actor, level int64, path string) error {
	if by.Kind == actor.CountyCentre && isCountys(path) && by.Over(path) {
		return nil // what lies with the county itself lies with its centre
	}
	mine := int64(by.Kind.Level())
	if mine > level && by.Over(path) {
		instead, err := grid.Answers(tx, int(level), path, calendar.On(tx.Now()))
		if err != nil || int64(instead) == mine {
			return err
		}
	}
	switch {
	case mine != level:
		return fault.New(fault.Forbidden, "matter.other_level")
	case !by.Over(path):
		return fault.New(fault.Forbidden, "matter.other_grid")
	}
	return nil
}

// carry lets an act happen to a matter, and to what goes along with it.
func (s *Service) carry(tx *db.Tx, by actor.Actor, was Matter, a Act, y Say) (Matter, error) {
	if err := s.settleBeside(tx, by, was, a, &y); err != nil {
		return was, err
	}
	is, err := s.one(tx, by, was, a, y)
	if err != nil {
		return is, err
	}
	if err := s.follow(tx, by, is, a, y); err != nil {
		return is, err
	}
	if !slices.Contains(Along, a) {
		return is, nil
	}
	along, err := mergedInto(tx, was.Number)
	if err != nil {
		return is, err
	}
	y.along, y.Into, y.Level = true, was.Number, is.Level
	for _, m := range along {
		if _, err := s.one(tx, by, m, a, y); err != nil {
			return is, err
		}
	}
	return is, nil
}

// one lets an act happen to one matter.
func (s *Service) one(tx *db.Tx, by actor.Actor, was Matter, a Act, y Say) (Matter, error) {
	is, t, err := was.after(a, y, tx.Now())
	if err != nil {
		return was, err
	}
	if err := deadline.Settle(tx, was.Subject(), s.warn); err != nil {
		return was, err
	}
	if err := save(tx, was, is); err != nil {
		return was, err
	}
	if err := appendEvent(tx, by, is, a, y); err != nil {
		return was, err
	}
	if err := setClock(tx, is, t); err != nil {
		return is, err
	}
	if a == Amend && (is.Category != was.Category || is.Kind != was.Kind) {
		if err := leadAgain(tx, is); err != nil {
			return is, err
		}
	}
	return is, limits(tx, was, is, a, y)
}

// settleBeside finds out what an act needs to know of other rows: where a
// matter may go without coming into the hands of an official it names, and
// whether another matter can take it in.
func (s *Service) settleBeside(tx *db.Tx, by actor.Actor, m Matter, a Act, y *Say) (err error) {
	switch a {
	case SendUp:
		y.Level, err = s.clear(tx, m, m.Level, 1)
		if err == nil && y.Level == 0 {
			err = fault.New(fault.Conflict, "matter.no_higher")
		}
	case SendDown:
		y.Level, err = s.clear(tx, m, m.Level, -1)
		if err == nil && y.Level == 0 {
			err = fault.New(fault.Conflict, "matter.no_lower")
		}
	case Transfer:
		var held bool
		if held, err = s.heldByNamed(tx, m, y.Unit); err == nil && held {
			err = fault.New(fault.Conflict, "matter.transfer.named")
		}
		if err == nil && m.IsCountys() {
			err = mayHand(tx, m, y.Unit)
		}
	case Merge:
		err = mergeable(tx, by, m, y)
	case ExtendLimit:
		if err = m.mayGrant(*y); err == nil {
			err = y.granted(tx, m)
		}
	case Amend:
		err = y.leaf(tx)
	case Split:
		if err = y.leaf(tx); err == nil {
			y.Into, err = nextNumber(tx)
		}
	}
	return err
}

// leaf finds the category that a form has chosen in the tree of the day: a root,
// or a leaf under one.
func (y *Say) leaf(tx *db.Tx) error {
	if y.Category == "" {
		return nil
	}
	tree, err := TreeOn(tx, today(tx))
	if err != nil {
		return err
	}
	c, ok := tree.Of(y.Category)
	switch {
	case !ok || c.Ended != 0:
		var f fault.Fields
		f.Add("category", "matter.report.category")
		return f.Err()
	case c.Parent != "":
		y.Category, y.Kind = c.Parent, c.Code
	}
	return nil
}

// clear is the next level up or down whose post nobody holds whom the matter
// names; 0 is none.
func (s *Service) clear(tx *db.Tx, m Matter, from, step int64) (int64, error) {
	for level := from + step; level >= 2 && level <= deadline.TopLevel; level += step {
		held, err := s.heldByNamed(tx, m, actor.AtLevel(int(level)))
		if err != nil || !held {
			return level, err
		}
	}
	return 0, nil
}

// follow is what an act on one matter means for another.
func (s *Service) follow(tx *db.Tx, by actor.Actor, m Matter, a Act, y Say) error {
	switch a {
	case Merge:
		main, err := byNumber(tx, m.Into)
		if err != nil {
			return err
		}
		_, err = s.one(tx, by, main, Absorb, Say{Into: m.Number})
		return err
	case Split:
		_, err := splitOff(tx, by, m, y)
		return err
	case Withdraw: // what went along goes its own way again, under the clock it always had
		others, err := mergedInto(tx, m.Number)
		if err != nil {
			return err
		}
		for _, o := range others {
			if _, err := s.one(tx, byItself, o, Part, Say{Text: i18n.T("matter.part.withdrawn", "number", m.Number)}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (y *Say) trim() {
	y.Text, y.To, y.Into, y.How = strings.TrimSpace(y.Text), strings.TrimSpace(y.To), strings.TrimSpace(y.Into), strings.TrimSpace(y.How)
	y.Category, y.Place = strings.TrimSpace(y.Category), strings.TrimSpace(y.Place)
}

// today is the civil date of a transaction.
func today(tx *db.Tx) calendar.Date { return calendar.On(tx.Now()) }

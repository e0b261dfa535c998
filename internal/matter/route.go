package matter

import (
	"cmp"
	"slices"
	"strings"

	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// Routed is what the table of routes calls a category, "" of none.
func Routed(category string) string {
	if category == "" {
		return ""
	}
	return grid.OfMatter + category
}

// A Led is one of the grids of its household that a matter concerns: the one that
// answers, or one that sees it. Where it lies and who sees it follows the
// household; by which row, and why, is as it was when it was reported.
type Led struct {
	MatterID ID     `db:"matter_id" record:"track"`
	Relation string `db:"relation" record:"track"`
	Path     string `db:"path" record:"track"`
	Answers  int64  `db:"answers" record:"track"` // 1: it answers; 0: it sees the matter
	Subject  string `db:"subject" record:"track"`
	Basis    string `db:"basis" record:"ignore"`
	Instead  string `db:"instead" record:"track"` // "", or why it is not the grid that the row names, and which that is
	Name     string `db:"-" record:"ignore"`      // of the grid, on a page
}

// lead finds by the table of routes which grid of its household answers for a
// report. Without a household, or if what happened is to be dealt with where it
// happened, it is the one it was reported from.
func (r *ReportRequest) lead(tx *db.Tx, c Category) (grid.Pick, error) {
	r.from = r.Path
	if r.HouseholdID == "" || r.Here {
		return grid.Pick{}, nil
	}
	p, err := pick(tx, r.HouseholdID, c)
	if err == nil && p.Path != "" {
		r.Path = p.Path
	}
	return p, err
}

// pick is where the table of today leads with a category for a household.
func pick(tx *db.Tx, id string, c Category) (grid.Pick, error) {
	routes, err := grid.RoutesOn(tx, today(tx))
	if err != nil {
		return grid.Pick{}, err
	}
	ties, err := grid.TiesOf(tx, household.ID(id))
	return routes.Of(Routed(c.Code), Routed(c.Parent)).Pick(ties), err
}

// LedOf is the rule: which grids of its household a new matter concerns, by where
// the table leads. What is private is seen by no other grid.
func LedOf(m Matter, p grid.Pick) (all []Led) {
	if p.Path == "" {
		return nil
	}
	one := Led{MatterID: m.ID, Relation: p.Relation, Path: p.Path, Answers: 1, Subject: p.Route.Subject, Basis: p.Route.Basis}
	if p.Instead != "" {
		one.Instead = p.Instead + "/" + p.Route.Answers
	}
	return append(append(all, one), seeing(m, p)...)
}

func seeing(m Matter, p grid.Pick) (all []Led) {
	for _, t := range p.Sees {
		if m.Private == 0 {
			all = append(all, Led{MatterID: m.ID, Relation: t.Relation, Path: t.Path, Subject: p.Route.Subject, Basis: p.Route.Basis})
		}
	}
	return all
}

func keepLed(tx *db.Tx, m Matter, all []Led) error {
	for _, one := range all {
		if err := db.Insert(tx, "matter_grid", one); err != nil {
			return err
		}
		if err := tx.Record(m.Subject(), nil, one); err != nil {
			return err
		}
	}
	return nil
}

// leadAgain lets other grids see a matter whose category has been amended. It
// stays where it is.
func leadAgain(tx *db.Tx, m Matter) error {
	led, err := ledOf(tx, m.ID)
	if err != nil || len(led) == 0 {
		return err
	}
	tree, err := TreeOn(tx, today(tx))
	if err != nil {
		return err
	}
	c, _ := tree.Of(cmp.Or(m.Kind, m.Category))
	p, err := pick(tx, m.HouseholdID, c)
	if err != nil {
		return err
	}
	for _, was := range led {
		if was.Answers == 1 {
			p.Sees = slices.DeleteFunc(p.Sees, func(t grid.Tie) bool { return t.Relation == was.Relation })
			continue
		}
		if err := dropLed(tx, was); err != nil {
			return err
		}
	}
	if c.Private != 0 {
		return nil
	}
	return keepLed(tx, m, seeing(m, p))
}

// ledNow are the grids that a matter concerns as they are today: the one that
// answers has it, the others follow the household. Where a place of the household
// is protected nothing is said of any.
func ledNow(tx *db.Tx, m Matter) (all []Led, err error) {
	led, err := ledOf(tx, m.ID)
	if err != nil || len(led) == 0 {
		return nil, err
	}
	ties, err := grid.TiesOf(tx, household.ID(m.HouseholdID))
	if err != nil || slices.ContainsFunc(ties, func(t grid.Tie) bool { return t.SealedTo != "" }) {
		return nil, err
	}
	for _, l := range led {
		if l.Answers == 1 {
			l.Path = m.Path
			all = append(all, l)
			continue
		}
		for _, t := range ties {
			if t.Relation == l.Relation && m.Private == 0 && t.Path != m.Path && grid.InCounty(t.Path) {
				l.Path = t.Path
				all = append(all, l)
			}
		}
	}
	return all, nil
}

// informed are the places from which other grids of its household see a matter
// today.
func informed(tx *db.Tx, m Matter) (all policy.Places, err error) {
	if m.Private != 0 || m.HouseholdID == "" {
		return nil, nil
	}
	led, err := ledNow(tx, m)
	for _, l := range led {
		if l.Answers == 0 {
			all = append(all, policy.Place{Relation: policy.Informed, Path: l.Path})
		}
	}
	return all, err
}

// onlyInformed reports whether somebody sees a matter for no other reason than
// that another grid of the household answers for it.
func onlyInformed(d policy.Decision) bool {
	return !slices.ContainsFunc(d.Via, func(r policy.Relation) bool { return r != policy.Informed })
}

// led reads which grids a matter concerns, with their names.
func (p *Page) led(tx *db.Tx, m Matter) (err error) {
	all, err := ledNow(tx, m)
	if err != nil || len(all) == 0 {
		return err
	}
	if len(p.Tree.All) == 0 {
		if p.Tree, err = TreeOn(tx, today(tx)); err != nil {
			return err
		}
	}
	for _, l := range all {
		if l.Answers == 0 && p.Matter.HouseholdID == "" {
			continue // to whom the household is not known, neither are its places
		}
		g, err := grid.Get(tx, l.Path)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		l.Name = g.Name
		p.Led = append(p.Led, l)
	}
	return nil
}

// ledWords say by which row of the table a matter lies where it does, and which
// other grids see it.
func (p Page) ledWords() (out []string) {
	for _, l := range p.Led {
		relation := i18n.T("grid.relation." + l.Relation) //i18n:dynamic grid.relation.
		if l.Name != "" {
			relation = i18n.T("matter.route.grid", "relation", relation, "grid", l.Name)
		}
		if l.Answers == 0 {
			out = append(out, i18n.T("matter.route.sees", "grid", relation))
			continue
		}
		subject := i18n.T("network.route.other.matter")
		if c, ok := p.Tree.Of(strings.TrimPrefix(l.Subject, grid.OfMatter)); ok {
			subject = c.Name
		}
		out = append(out, i18n.T("matter.route.answers", "subject", subject, "grid", relation, "basis", l.Basis))
		if why, named, ok := strings.Cut(l.Instead, "/"); ok {
			out = append(out, i18n.T("matter.route."+why, "named", i18n.T("grid.relation."+named), "grid", relation)) //i18n:dynamic matter.route. grid.relation.
			if why == grid.Outside && p.Matter.Private == 0 && p.Matter.HouseholdID != "" {
				out = append(out, i18n.T("matter.route.call"))
			}
		}
	}
	return out
}

package regrid

import (
	"context"
	"math"
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// NewGrid is the number of a grid that is not there yet.
const NewGrid = 0

// A Change is a change of a draft by hand, with the version the page showed.
type Change struct {
	Version int64
	Unit    string // building, homestead, or HouseholdUnit: what goes to another grid
	To      int64  // grid of the plan, or NewGrid
	Fix     bool   // it stays there whatever is proposed
	With    string // or: fix that it shares a grid with this other unit
	Unwish  int64  // or: drop this wish
	Grid    int64  // or: what this grid is called, and who answers for it
	Name    string
	Leader  string
	Worker  string
}

// A Step is what the record keeps of a change.
type Step struct {
	Unit       string `record:"track"`
	Label      string `record:"track"`
	To         int64  `record:"track"`
	Households int    `record:"track"`
}

// changing is a draft being changed.
type changing struct {
	tx    *db.Tx
	by    actor.Actor
	plan  Plan
	homes []home // those of today, none that is protected
	fixed []Wish
	c     Change
}

// Change changes a draft by hand. Figures follow from it; nothing else does.
func (s *Service) Change(ctx context.Context, by actor.Actor, key db.Key, id ID, c Change) (Plan, error) {
	c.Name = strings.TrimSpace(c.Name)
	request := struct {
		ID ID
		Change
	}{id, c}
	return db.Once(ctx, s.DB, by, string(policy.RegridChange), key, request, func(tx *db.Tx) (Plan, error) {
		was, err := Get(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, policy.RegridChange, was); err != nil {
			return Plan{}, err
		}
		is, err := was.after(policy.RegridChange, calendar.On(tx.Now()))
		if err != nil {
			return was, err
		}
		if was.Version != c.Version {
			return was, fault.New(fault.Conflict, "form.changed_meanwhile")
		}
		d := &changing{tx: tx, by: by, plan: is, c: c}
		if err := d.load(); err != nil {
			return was, err
		}
		if err := d.do(s); err != nil {
			return was, err
		}
		if err := save(tx, was, is); err != nil {
			return was, err
		}
		is.Version++
		return is, nil
	})
}

func (d *changing) load() (err error) {
	x, err := division.Load(d.tx)
	if err != nil {
		return err
	}
	if d.homes, err = settled(d.tx, x, d.plan); err != nil {
		return err
	}
	d.homes = slices.DeleteFunc(d.homes, func(h home) bool { return h.sealed })
	d.fixed, err = wishes(d.tx, d.plan.ID)
	return err
}

// settled are the households of today, each in its grid of a plan.
func settled(tx *db.Tx, x *division.Index, p Plan) ([]home, error) {
	all, err := present(tx, x, p.Village)
	if err != nil {
		return nil, err
	}
	said, err := homes(tx, p.ID)
	if err != nil {
		return nil, err
	}
	kept := make(map[string]Home, len(said))
	for _, h := range said {
		kept[h.HouseholdID] = h
	}
	all = settle(all, kept)
	for i := range all {
		all[i].PlanID = p.ID
	}
	return all, nil
}

func (d *changing) do(s *Service) error {
	switch {
	case d.c.Unwish != 0:
		return d.unwish()
	case d.c.Grid != 0:
		return d.people(s)
	case d.c.With != "":
		return d.together()
	}
	return d.move()
}

// of lists the households of a unit.
func (d *changing) of(unit string) (all []home) {
	for _, h := range d.homes {
		if h.Unit == unit || HouseholdUnit(h.HouseholdID) == unit {
			all = append(all, h)
		}
	}
	return all
}

// name is what a unit is called to those who look at the plan: a household by
// its house, never by a name.
func name(unit string, of []home) string {
	if strings.HasPrefix(unit, "h:") {
		return i18n.T("regrid.household_in", "house", of[0].Label)
	}
	return of[0].Label
}

func (d *changing) last() (n int64) {
	for _, h := range d.homes {
		n = max(n, h.N)
	}
	return n
}

func (d *changing) move() error {
	all := d.of(d.c.Unit)
	if len(all) == 0 {
		return invalid("unit", "regrid.unit")
	}
	to := d.c.To
	if to == NewGrid {
		to = d.last() + 1
	}
	if to < 1 || to > d.last()+1 {
		return invalid("to", "regrid.grid")
	}
	if err := d.put(d.c.Unit, all, to); err != nil {
		return err
	}
	if !d.c.Fix {
		return nil
	}
	anchor := d.middle(to, d.c.Unit)
	if anchor == "" {
		return invalid("to", "regrid.alone")
	}
	return d.wish(anchor, i18n.T("regrid.wish.in", "what", name(d.c.Unit, all), "n", to))
}

// put moves households to a grid, unless a wish holds them elsewhere.
func (d *changing) put(unit string, all []home, to int64) error {
	moving := map[string]bool{}
	for _, h := range all {
		moving[h.HouseholdID] = true
	}
	for _, w := range d.fixed {
		a, b := d.of(w.Unit), d.of(w.Other)
		for _, pair := range [][2][]home{{a, b}, {b, a}} {
			if holds(pair[0], moving) && !holds(pair[1], moving) && !within(pair[1], to) {
				return invalid("unit", "regrid.held", "wish", w.Label)
			}
		}
	}
	for _, h := range all {
		for i := range d.homes {
			if d.homes[i].HouseholdID == h.HouseholdID {
				d.homes[i].N, d.homes[i].ByHand = to, 1
				if err := moveHome(d.tx, d.homes[i].Home); err != nil {
					return err
				}
			}
		}
	}
	return d.tx.Record(d.plan.Subject(), nil, Step{Unit: unit, Label: name(unit, all), To: to, Households: len(all)})
}

func holds(all []home, moving map[string]bool) bool {
	return slices.ContainsFunc(all, func(h home) bool { return moving[h.HouseholdID] })
}

func within(all []home, n int64) bool {
	return !slices.ContainsFunc(all, func(h home) bool { return h.N != n })
}

// middle is the unit of a grid nearest to its middle, other than one: what a
// household stays with that is fixed to be in this grid.
func (d *changing) middle(n int64, not string) (best string) {
	x, y, k := 0.0, 0.0, 0.0
	for _, h := range d.homes {
		if h.N == n && h.Unit != not && HouseholdUnit(h.HouseholdID) != not {
			x, y, k = x+h.X, y+h.Y, k+1
		}
	}
	far := math.Inf(1)
	for _, h := range d.homes {
		if h.N != n || h.Unit == not || HouseholdUnit(h.HouseholdID) == not {
			continue
		}
		if f := math.Hypot(h.X-x/k, h.Y-y/k); f < far {
			far, best = f, h.Unit
		}
	}
	return best
}

// together fixes that two units share a grid, and brings the first to the other.
func (d *changing) together() error {
	all, other := d.of(d.c.Unit), d.of(d.c.With)
	switch {
	case len(all) == 0:
		return invalid("unit", "regrid.unit")
	case len(other) == 0 || d.c.With == d.c.Unit || holds(other, map[string]bool{all[0].HouseholdID: true}):
		return invalid("with", "regrid.with")
	}
	if !within(all, other[0].N) {
		if err := d.put(d.c.Unit, all, other[0].N); err != nil {
			return err
		}
	}
	return d.wish(d.c.With, i18n.T("regrid.wish.with", "what", name(d.c.Unit, all), "other", name(d.c.With, other)))
}

func (d *changing) wish(other, label string) error {
	no := int64(1)
	for _, w := range d.fixed {
		if w.Unit == d.c.Unit && w.Other == other {
			return invalid("unit", "regrid.fixed")
		}
		no = max(no, w.No+1)
	}
	w := Wish{PlanID: d.plan.ID, No: no, Unit: d.c.Unit, Other: other, Label: label, Account: d.by.Account, Name: d.by.Name, At: d.tx.Millis()}
	if err := db.Insert(d.tx, "grid_plan_wish", w); err != nil {
		return err
	}
	return d.tx.Record(d.plan.Subject(), nil, w)
}

func (d *changing) unwish() error {
	for _, w := range d.fixed {
		if w.No == d.c.Unwish {
			if err := dropWish(d.tx, w); err != nil {
				return err
			}
			return d.tx.Record(d.plan.Subject(), w, nil)
		}
	}
	return fault.New(fault.NotFound, "policy.not_found")
}

// people says what a grid is called and who is appointed to a new one.
func (d *changing) people(s *Service) error {
	if d.c.Grid > d.last() {
		return invalid("grid", "regrid.grid")
	}
	staff, err := staffOf(d.tx, s, d.plan.Village)
	if err != nil {
		return err
	}
	for field, id := range map[string]string{"leader": d.c.Leader, "worker": d.c.Worker} {
		if id != "" && !slices.ContainsFunc(staff, func(h account.Holder) bool { return string(h.ID) == id }) {
			return invalid(field, "regrid.person")
		}
	}
	all, err := grids(d.tx, d.plan.ID)
	if err != nil {
		return err
	}
	is := Grid{PlanID: d.plan.ID, N: d.c.Grid}
	for _, g := range all {
		if g.N == is.N {
			is = g
		}
	}
	was := is
	is.Name, is.Leader, is.Worker = d.c.Name, d.c.Leader, d.c.Worker
	if err := putGrid(d.tx, is); err != nil {
		return err
	}
	return d.tx.Record(d.plan.Subject(), was, is)
}

// staffOf are those who hold a post of level 1 or 2 in a village today.
func staffOf(tx *db.Tx, s *Service, village string) ([]account.Holder, error) {
	return account.HoldersUnder(tx, s.Keys, []actor.Kind{actor.GridWorker, actor.GridLeader}, village, calendar.On(tx.Now()))
}

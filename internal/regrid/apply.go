package regrid

import (
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/residence"
)

// turning is a plan being carried out.
type turning struct {
	s     *Service
	tx    *db.Tx
	by    actor.Actor
	plan  Plan
	v     View
	all   []home            // everybody who lives in the village, protected ones too
	codes map[int64]string  // grid of the plan → its code
	heir  map[string]string // grid of today → the one that has most of it
	place map[string]string // household → where it lives now
	reg   map[string]string // household → where it is registered now
}

// apply carries a plan out in one transaction.
func (s *Service) apply(tx *db.Tx, by actor.Actor, was Plan) error {
	t := &turning{s: s, tx: tx, by: by, plan: was}
	var err error
	if t.v, _, err = s.view(tx, was); err != nil {
		return err
	}
	if len(t.v.Blocks) > 0 {
		return blockedError{blocked(t.v.Blocks)}
	}
	for _, step := range []func() error{t.locate, t.turnGrids, t.makeUp, t.bind, t.stays, t.booklets, t.matters, t.posts, t.handOver, t.freeze} {
		if err := step(); err != nil {
			return err
		}
	}
	is := was
	is.State, is.AppliedAt, is.Waits = Applied, tx.Millis(), ""
	return save(tx, was, is)
}

// locate works out where every household of the village goes.
func (t *turning) locate() error {
	x, err := division.Load(t.tx)
	if err != nil {
		return err
	}
	if t.all, err = settled(t.tx, x, t.plan); err != nil {
		return err
	}
	t.codes, t.heir, t.place, t.reg = map[int64]string{}, map[string]string{}, map[string]string{}, map[string]string{}
	for _, g := range t.v.Grids {
		t.codes[g.N] = g.Code
	}
	for code, n := range heirs(t.all) {
		t.heir[code] = t.codes[n]
	}
	for i, h := range t.all {
		if t.codes[h.N] == "" { // a grid that only a protected household would be in
			t.all[i].N = t.v.Grids[0].N
		}
		t.place[h.HouseholdID] = t.codes[t.all[i].N]
	}
	return t.registered()
}

// registered works out in which grid those are registered who are registered in
// the village: where their own house is, if somebody lives in it; else with
// their group.
func (t *turning) registered() error {
	rows, err := registeredIn(t.tx, t.plan.Village)
	if err != nil {
		return err
	}
	doors, groups := map[string]string{}, map[string]map[int64]int{}
	for _, h := range t.all {
		if h.sealed {
			continue
		}
		doors[h.address] = t.codes[h.N]
		if h.group != "" {
			if groups[h.group] == nil {
				groups[h.group] = map[int64]int{}
			}
			groups[h.group][h.N]++
		}
	}
	for _, r := range rows {
		if code := doors[r.AddressID]; code != "" && r.AddressID != "" {
			t.reg[r.HouseholdID] = code
		} else if n := most(groups[r.GroupNo]); n != 0 {
			t.reg[r.HouseholdID] = t.codes[n]
		}
	}
	return nil
}

// next is where what lay in a grid lies now, if nothing says it more exactly.
func (t *turning) next(path string) string {
	if !strings.HasPrefix(path, t.plan.Village) || len(path) != 15 {
		return path
	}
	if to := t.heir[path]; to != "" {
		return to
	}
	if strings.HasSuffix(path, grid.NoGrid) { // somebody has to say; see grid.Gridless
		return path
	}
	if slices.ContainsFunc(t.v.Grids, func(g GridView) bool { return g.Code == path }) {
		return path
	}
	return t.v.Grids[0].Code // nobody lived in it
}

// turnGrids ends the grids that are no more and begins the new ones.
func (t *turning) turnGrids() error {
	today, err := grid.All(t.tx, t.plan.Village)
	if err != nil {
		return err
	}
	for _, was := range today {
		i := slices.IndexFunc(t.v.Grids, func(g GridView) bool { return g.Code == was.Code })
		if i < 0 {
			err = grid.End(t.tx, was, max(t.plan.EffectiveOn, was.ValidFrom))
		} else {
			err = grid.Rename(t.tx, was, t.v.Grids[i].Name, t.v.Grids[i].Covers)
		}
		if err != nil {
			return err
		}
	}
	for _, g := range t.v.Grids {
		if slices.ContainsFunc(today, func(was grid.Grid) bool { return was.Code == g.Code }) {
			continue
		}
		if err := grid.Begin(t.tx, grid.Grid{Code: g.Code, Village: t.plan.Village, Name: g.Name, Covers: g.Covers, ValidFrom: t.plan.EffectiveOn}); err != nil {
			return err
		}
	}
	return nil
}

// makeUp says what the grids are made of: where a group or building lies in
// several, the one that has most of it, and the doors of the others.
func (t *turning) makeUp() error {
	was, err := grid.PartsIn(t.tx, t.plan.Village)
	if err != nil {
		return err
	}
	type key struct{ group, building string }
	in := map[key]map[int64]int{}
	for _, h := range t.all {
		k := key{building: strings.TrimPrefix(h.Unit, "b:")}
		if !strings.HasPrefix(h.Unit, "b:") {
			k = key{group: h.group}
		}
		if k == (key{}) || h.sealed {
			continue
		}
		if in[k] == nil {
			in[k] = map[int64]int{}
		}
		in[k][h.N]++
	}
	var parts []grid.Part
	for _, p := range was {
		k := key{p.GroupNo, p.Building}
		if p.Building != "" {
			k.group = ""
		}
		p.Grid = t.next(p.Grid)
		if n := most(in[k]); n != 0 {
			p.Grid = t.codes[n]
		}
		delete(in, k)
		parts = append(parts, p)
	}
	for k, n := range in {
		parts = append(parts, grid.Part{Grid: t.codes[most(n)], Village: t.plan.Village, GroupNo: k.group, Building: k.building})
	}
	slices.SortFunc(parts, func(a, b grid.Part) int {
		return strings.Compare(a.Grid+a.GroupNo+a.Building, b.Grid+b.GroupNo+b.Building)
	})
	whole := map[key]string{}
	for _, p := range parts {
		whole[key{p.GroupNo, p.Building}] = p.Grid
	}
	doors := map[string]grid.Door{}
	for _, h := range t.all {
		if h.door && h.group != "" && !h.sealed && t.codes[h.N] != whole[key{group: h.group}] {
			doors[h.address] = grid.Door{AddressID: h.address, Village: t.plan.Village, Grid: t.codes[h.N]}
		}
	}
	var list []grid.Door
	for _, h := range t.all {
		if d, ok := doors[h.address]; ok {
			list = append(list, d)
			delete(doors, h.address)
		}
	}
	return grid.MakeUp(t.tx, t.plan.Village, parts, list)
}

// bind ties every household to its grids from the day on. A tie that began
// after the day was to the wrong grid from its beginning.
func (t *turning) bind() error {
	for _, h := range t.all {
		ties, err := grid.TiesOf(t.tx, household.ID(h.HouseholdID))
		if err != nil {
			return err
		}
		for _, tie := range ties {
			if tie.Relation == residence.Living {
				if err := t.rebind(tie, t.place[h.HouseholdID]); err != nil {
					return err
				}
			}
		}
	}
	others, err := otherTies(t.tx, t.plan.Village)
	if err != nil {
		return err
	}
	for _, tie := range others {
		to := t.next(tie.Path)
		if code := t.reg[string(tie.HouseholdID)]; tie.Relation == residence.Registered && code != "" {
			to = code
		}
		if err := t.rebind(tie, to); err != nil {
			return err
		}
	}
	return nil
}

func (t *turning) rebind(tie grid.Tie, to string) error {
	if tie.Path == to {
		return nil
	}
	return grid.Rebind(t.tx, tie, to, max(t.plan.EffectiveOn, tie.ValidFrom))
}

// stays say in which grid everybody is now: nobody has moved, and the ties keep
// which grid it was before.
func (t *turning) stays() error {
	all, err := stays(t.tx, t.plan.Village)
	if err != nil {
		return err
	}
	for _, s := range all {
		to := t.next(s.Path)
		switch id := string(s.HouseholdID); {
		case s.Kind == residence.Living && t.place[id] != "":
			to = t.place[id]
		case s.Kind == residence.Registered && t.reg[id] != "":
			to = t.reg[id]
		}
		if to == s.Path {
			continue
		}
		if _, err := residence.InGrid(t.tx, s, to); err != nil {
			return err
		}
	}
	return nil
}

// booklets follow their households. Their page of grids is out of date now.
func (t *turning) booklets() error {
	ids := map[string]bool{}
	for id := range t.place {
		ids[id] = true
	}
	for id := range t.reg {
		ids[id] = true
	}
	var order []string
	for id := range ids {
		order = append(order, id)
	}
	slices.Sort(order)
	for _, id := range order {
		err := booklet.MoveTo(t.tx, household.ID(id), func(path string) string {
			if !strings.HasPrefix(path, t.plan.Village) || len(path) != 15 {
				return path
			}
			if to := t.place[id]; to != "" && path == t.was(id) {
				return to
			}
			if to := t.reg[id]; to != "" {
				return to
			}
			return t.next(path)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// was is the grid a household lived in until now.
func (t *turning) was(id string) string {
	for _, h := range t.all {
		if h.HouseholdID == id {
			return h.WasGrid
		}
	}
	return ""
}

// matters that are not ended go to the grid of their household, or else to the
// one that has most of theirs.
func (t *turning) matters() error {
	open, err := matter.OpenIn(t.tx, t.plan.Village)
	if err != nil {
		return err
	}
	for _, m := range open {
		to := t.next(m.Path)
		if code := t.place[m.HouseholdID]; code != "" && m.Path == t.was(m.HouseholdID) {
			to = code
		}
		if to == m.Path {
			continue
		}
		text := i18n.T("regrid.matter", "number", t.plan.Number, "from", t.name(m.Path), "to", t.name(to))
		if err := matter.GoOver(t.tx, t.by, m, to, text); err != nil {
			return err
		}
		if err := mediation.MoveTo(t.tx, string(m.ID), to); err != nil {
			return err
		}
	}
	return nil
}

func (t *turning) name(code string) string {
	for _, g := range t.v.Grids {
		if g.Code == code {
			return g.Name
		}
	}
	if g, err := grid.Get(t.tx, code); err == nil {
		return g.Name
	}
	return code
}

package adjust

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Record carries an act out: the divisions as they are from the day on, every
// scope path that changes with them, and the proof.
func (s *Service) Record(ctx context.Context, by actor.Actor, key db.Key, r Request) (Act, error) {
	return db.Once(ctx, s.DB, by, string(policy.DivisionAdjust), key, r, func(tx *db.Tx) (Act, error) {
		if err := policy.Check(by, policy.DivisionAdjust, places(by, r)); err != nil {
			return Act{}, err
		}
		if s.Guard == nil {
			return Carry(tx, by, r)
		}
		var a Act
		err := s.Guard(tx, calendar.On(tx.Now()), func() (err error) { a, err = Carry(tx, by, r); return err })
		return a, err
	})
}

// Carry carries an act out within a transaction: whoever calls it has asked who
// may, and whether it leaves something with nobody.
func Carry(tx *db.Tx, by actor.Actor, r Request) (Act, error) {
	if err := r.check(calendar.On(tx.Now())); err != nil {
		return Act{}, err
	}
	x, err := division.Load(tx)
	if err != nil {
		return Act{}, err
	}
	d := &doing{tx: tx, x: x, r: r}
	if err := d.do(); err != nil {
		return Act{}, err
	}
	proof, err := json.Marshal(d.proof)
	if err != nil {
		return Act{}, err
	}
	a := Act{ID: tx.NewID(), Kind: r.Kind, Code: r.Village, Result: d.result, Groups: strings.Join(r.Groups, " "), Name: strings.TrimSpace(r.Name), Founding: r.Founding,
		EffectiveOn: r.On, Document: strings.TrimSpace(r.Document), Consent: strings.TrimSpace(r.Consent), Proof: string(proof), Account: by.Account, ByName: by.Name, RecordedAt: tx.Millis()}
	if a.Code == "" {
		a.Code = r.Code
	}
	if r.Kind == Recode && r.VillageIs != division.VillageCommittee {
		a.Founding = Foundings[0] // a whole village has become the community
	}
	if err := db.Insert(tx, "division_act", a); err != nil {
		return a, err
	}
	return a, tx.Record("division/"+a.Code, nil, a)
}

// places are where an act happens: everywhere it touches.
func places(by actor.Actor, r Request) policy.Places {
	var all policy.Places
	for _, code := range []string{r.Village, r.Code, r.Into} {
		if len(code) >= 9 { // a group's number is no place
			all = append(all, policy.Place{Relation: policy.At, Path: code})
		}
	}
	if len(all) == 0 {
		for _, p := range by.Paths { // nothing is said yet: the form will say so
			all = append(all, policy.Place{Relation: policy.At, Path: p})
		}
	}
	for i, p := range all {
		if i > 0 && !by.Over(p.Path) {
			return policy.Places{} // one end lies elsewhere
		}
	}
	return all
}

// doing is an act being carried out.
type doing struct {
	tx     *db.Tx
	x      *division.Index
	r      Request
	was    division.Division // the village acted upon
	result string
	proof  Proof
}

func invalid(field, key string, args ...any) error {
	var f fault.Fields
	f.Add(field, key, args...)
	return f.Err()
}

func (d *doing) do() error {
	if slices.Contains(needs[d.r.Kind], "village") {
		was, ok := d.x.Get(d.r.Village)
		if !ok || was.Level != division.Village || was.ValidTo != calendar.Forever {
			return invalid("village", "adjust.village")
		}
		if d.r.On <= was.ValidFrom {
			return invalid("on", "adjust.before", "since", was.ValidFrom.Chinese())
		}
		d.was, d.result = was, was.Code
	}
	if err := d.groupsExist(); err != nil {
		return err
	}
	switch d.r.Kind {
	case CreateGroup:
		return d.createGroup()
	case MergeGroups:
		return d.mergeGroups()
	case AbolishGroup:
		return d.abolishGroup()
	case CreateVillage:
		return d.createVillage()
	case RenameVillage:
		return d.rename()
	case Recode:
		return d.recode()
	case MergeVillage:
		return d.mergeVillage()
	case Divide:
		return d.divide()
	case Transfer:
		return d.transferGroups()
	default:
		return d.abolish()
	}
}

// groupsExist checks that the groups an act names are there.
func (d *doing) groupsExist() error {
	if !slices.Contains(needs[d.r.Kind], "groups") {
		return nil
	}
	for _, no := range d.r.Groups {
		g, ok := d.group(no)
		if !ok {
			return invalid("groups", "adjust.group")
		}
		if d.r.On <= g.ValidFrom {
			return invalid("on", "adjust.before", "since", g.ValidFrom.Chinese())
		}
	}
	return nil
}

func (d *doing) group(no string) (division.Group, bool) {
	for _, g := range d.x.Groups(d.was.Code) {
		if g.No == no && g.ValidTo == calendar.Forever {
			return g, true
		}
	}
	return division.Group{}, false
}

// nextGroup is a number that no group of a village has ever had.
func (d *doing) nextGroup(village string, taken map[string]bool) string {
	for n := 1; ; n++ {
		no := fmt.Sprintf("%02d", n)
		if !taken[no] && !slices.ContainsFunc(d.x.Groups(village), func(g division.Group) bool { return g.No == no }) {
			taken[no] = true
			return no
		}
	}
}

func (d *doing) createGroup() error {
	name := strings.TrimSpace(d.r.Name)
	if slices.ContainsFunc(d.x.Groups(d.was.Code), func(g division.Group) bool { return g.Name == name && g.ValidTo == calendar.Forever }) {
		return invalid("name", "adjust.group_name")
	}
	return division.InsertGroup(d.tx, division.Group{Village: d.was.Code, No: d.nextGroup(d.was.Code, map[string]bool{}), Name: name, ValidFrom: d.r.On, ValidTo: calendar.Forever, Document: d.r.Document})
}

func (d *doing) mergeGroups() error {
	if _, ok := d.group(d.r.Into); !ok || slices.Contains(d.r.Groups, d.r.Into) {
		return invalid("into", "adjust.into_group")
	}
	to := map[string]string{}
	for _, no := range d.r.Groups {
		to[no] = d.r.Into
		if err := division.EndGroup(d.tx, d.was.Code, no, d.r.On, d.was.Code+d.r.Into, d.r.Document); err != nil {
			return err
		}
	}
	return d.transfer(transfer{from: d.was.Code, to: d.was.Code, groups: to})
}

// abolishGroup ends groups that nobody is registered in any more.
func (d *doing) abolishGroup() error {
	for _, no := range d.r.Groups {
		n, err := householdsIn(d.tx, d.was.Code, no)
		if err != nil {
			return err
		}
		if n > 0 {
			return invalid("groups", "adjust.inhabited", "n", n)
		}
		if err := division.EndGroup(d.tx, d.was.Code, no, d.r.On, "", d.r.Document); err != nil {
			return err
		}
	}
	return nil
}

// createVillage begins the village of the request.
func (d *doing) createVillage() error {
	if d.x.Known(d.r.Code) {
		return invalid("code", "adjust.code_taken")
	}
	town, ok := d.x.Get(d.r.Code[:9])
	if !ok || town.Level != division.Town || town.ValidTo != calendar.Forever {
		return invalid("code", "adjust.code_town")
	}
	d.result = d.r.Code
	return division.Insert(d.tx, division.Division{Code: d.r.Code, Name: strings.TrimSpace(d.r.Name), Parent: town.Code, Level: division.Village, Kind: d.r.VillageIs, Class: cmp.Or(d.r.Class, division.ClassOf(d.r.Code, d.r.VillageIs)),
		ValidFrom: d.r.On, ValidTo: calendar.Forever, Document: d.r.Document})
}

func (d *doing) rename() error {
	name := strings.TrimSpace(d.r.Name)
	if name == d.was.Name {
		return invalid("name", "adjust.same_name")
	}
	if err := division.End(d.tx, d.was.Code, d.r.On, d.was.Code, d.r.Document); err != nil {
		return err
	}
	is := d.was
	is.Name, is.ValidFrom, is.Document = name, d.r.On, d.r.Document
	return division.Insert(d.tx, is)
}

func (d *doing) recode() error {
	if err := d.createVillage(); err != nil {
		return err
	}
	return d.whole(d.r.Code)
}

func (d *doing) mergeVillage() error {
	if err := d.into(); err != nil {
		return err
	}
	return d.whole(d.result)
}

// into finds the other village that an act names.
func (d *doing) into() error {
	to, ok := d.x.Get(d.r.Into)
	if !ok || to.Level != division.Village || to.ValidTo != calendar.Forever || to.Code == d.was.Code || to.Code[:6] != d.was.Code[:6] {
		return invalid("into", "adjust.into_village")
	}
	if d.r.On < to.ValidFrom {
		return invalid("on", "adjust.before", "since", to.ValidFrom.Chinese())
	}
	d.result = to.Code
	return nil
}

// whole lets everything of the village go over to another, and ends it.
func (d *doing) whole(to string) error {
	if err := division.End(d.tx, d.was.Code, d.r.On, to, d.r.Document); err != nil {
		return err
	}
	t := transfer{from: d.was.Code, to: to, whole: true, groups: map[string]string{}}
	if err := d.moveGroups(&t, func(division.Group) bool { return true }); err != nil {
		return err
	}
	return d.transfer(t)
}

// moveGroups ends the chosen groups in the village and begins them in the other:
// with their numbers where those are free.
func (d *doing) moveGroups(t *transfer, chosen func(division.Group) bool) error {
	taken := map[string]bool{}
	names := map[string]bool{}
	for _, g := range d.x.Groups(t.to) {
		taken[g.No], names[g.Name] = true, names[g.Name] || g.ValidTo == calendar.Forever
	}
	for _, g := range d.x.Groups(t.from) {
		if g.ValidTo != calendar.Forever || !chosen(g) {
			continue
		}
		is := division.Group{Village: t.to, No: g.No, Name: g.Name, ValidFrom: d.r.On, ValidTo: calendar.Forever, Document: d.r.Document}
		if taken[g.No] {
			is.No = d.nextGroup(t.to, taken)
		}
		taken[is.No] = true
		if names[is.Name] {
			is.Name = d.was.Name + g.Name // 清风村一组, in a village that has a 一组
		}
		t.groups[g.No] = is.No
		if err := division.EndGroup(d.tx, t.from, g.No, d.r.On, t.to+is.No, d.r.Document); err != nil {
			return err
		}
		if err := division.InsertGroup(d.tx, is); err != nil {
			return err
		}
	}
	return nil
}

// divide lets some groups become a community of their own.
func (d *doing) divide() error {
	if err := d.createVillage(); err != nil {
		return err
	}
	return d.some()
}

// transferGroups lets some groups go over to a village that is there.
func (d *doing) transferGroups() error {
	if err := d.into(); err != nil {
		return err
	}
	return d.some()
}

// some lets the groups of the request go over.
func (d *doing) some() error {
	t := transfer{from: d.was.Code, to: d.result, groups: map[string]string{}}
	if err := d.moveGroups(&t, func(g division.Group) bool { return slices.Contains(d.r.Groups, g.No) }); err != nil {
		return err
	}
	return d.transfer(t)
}

// abolish ends a village where nobody is registered or lives any more.
func (d *doing) abolish() error {
	n, err := peopleIn(d.tx, d.was.Code)
	if err != nil {
		return err
	}
	if n > 0 {
		return invalid("village", "adjust.inhabited_village", "n", n)
	}
	d.result = ""
	return division.End(d.tx, d.was.Code, d.r.On, "", d.r.Document)
}

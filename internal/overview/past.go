package overview

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A PastMember is somebody as of a day: in a household, a house, a grid or a
// village.
type PastMember struct {
	ID          person.ID
	HouseholdID household.ID
	Name        string
	Relation    string // to the head then, GB/T 4761
	Sex         string
	Age         int // on that day
	Place       string
	Address     string
	HouseID     string
	Work        string
	Since       calendar.Date // lives there, or is registered, since
}

// A PastHousehold is a household as of a day, as it was known on a day.
type PastHousehold struct {
	When       residence.When
	Fields     policy.Fields
	ID         household.ID
	RegisterNo string
	Registered string // town and village, by their names of that day
	Members    []PastMember
	Grids      []GridRow          // with those who held the posts that day
	Rights     []entitlement.Line // kept at the origin, with the village that owed them
}

// HouseholdAt is a household as it was on a day, as known on a day: for those
// who register moves, and may see it today. What is protected today is hidden
// on every day.
func (s *Service) HouseholdAt(ctx context.Context, by actor.Actor, id household.ID, w residence.When) (PastHousehold, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "household/" + string(id)}, func(tx *db.Tx) (PastHousehold, error) {
		return s.householdAt(tx, by, id, w)
	})
}

// past decides whether an actor may look back at what lies in some places, and
// completes the day.
func past(tx *db.Tx, by actor.Actor, places policy.Places, w *residence.When) (policy.Fields, error) {
	d, err := policy.Decide(by, policy.HouseholdRead, places)
	if err != nil {
		return 0, err
	}
	if !d.Fields.Has(policy.Booklet) {
		return 0, fault.New(fault.Forbidden, "policy.forbidden")
	}
	return d.Fields, w.Check(calendar.On(tx.Now()))
}

func (s *Service) householdAt(tx *db.Tx, by actor.Actor, id household.ID, w residence.When) (p PastHousehold, err error) {
	places, err := residence.PlacesOf(tx, id)
	if err != nil {
		return p, err
	}
	if p.Fields, err = past(tx, by, places, &w); err != nil {
		return p, err
	}
	tx.Saw("household/" + string(id))
	h, err := household.Get(tx, id)
	if err != nil {
		return p, err
	}
	p.When, p.ID, p.RegisterNo = w, id, h.RegisterNo
	registered, err := residence.RegisteredAt(tx, id, w)
	if err != nil || len(registered) == 0 {
		return p, err
	}
	x, err := s.index(tx)
	if err != nil {
		return p, err
	}
	p.Registered = x.FullNameOn(registered[0].Path, w.On)
	if p.Members, err = s.membersAt(tx, by, x, registered, w); err != nil {
		return p, err
	}
	if err := s.gridsAt(tx, by, id, !policy.SeesAll(by, places), &p); err != nil || !p.Fields.Has(policy.Land) {
		return p, err
	}
	rights, err := entitlement.At(tx, id, w)
	for _, e := range rights {
		if e.Side == entitlement.Origin && !entitlement.Benefit(e.Kind) {
			p.Rights = append(p.Rights, entitlement.Line{Route: entitlement.Route{Kind: e.Kind, Unit: x.FullNameOn(e.Path, w.On)}, Held: []entitlement.Entitlement{e}})
		}
	}
	return p, err
}

// membersAt says of each spell who it is, and where they lived and worked then.
func (s *Service) membersAt(tx *db.Tx, by actor.Actor, x *division.Index, spells []residence.Spell, w residence.When) (all []PastMember, err error) {
	ids := make([]person.ID, len(spells))
	for i, sp := range spells {
		ids[i] = sp.PersonID
	}
	who, err := peopleByID(tx, ids)
	if err != nil {
		return nil, err
	}
	veil, err := residence.VeilOver(tx, by, ids)
	if err != nil {
		return nil, err
	}
	lived, err := residence.PlacesAt(tx, ids, w)
	if err != nil {
		return nil, err
	}
	if lived, err = told(tx, by, ids, lived); err != nil {
		return nil, err
	}
	addresses, err := addressesOf(tx, lived)
	if err != nil {
		return nil, err
	}
	for _, sp := range spells {
		p := who[sp.PersonID]
		tx.Saw("person/" + string(sp.PersonID))
		m := PastMember{ID: sp.PersonID, HouseholdID: sp.HouseholdID, Name: p.Name, Relation: sp.Relation, Sex: p.Sex, Age: calendar.Age(p.Birth, w.On), Since: sp.ValidFrom}
		m.where(x, veil, lived, addresses, w.On)
		all = append(all, m)
	}
	return all, nil
}

// where fills in where somebody lived, and worked if that may be known.
func (m *PastMember) where(x *division.Index, veil residence.Veil, lived []residence.Spell, addresses map[string]string, on calendar.Date) {
	home := slices.IndexFunc(lived, func(l residence.Spell) bool { return l.PersonID == m.ID && l.Kind == residence.Living })
	if home >= 0 {
		l := lived[home]
		if !veil.Sees(l) {
			return // nor where they worked
		}
		m.Place, m.Address, m.HouseID, m.Since = x.FullNameOn(l.Path, on), addresses[l.HouseID], l.HouseID, l.ValidFrom
	}
	for _, l := range lived {
		if l.PersonID == m.ID && l.Kind == residence.Working && !veil.Hides(m.ID) {
			m.Work = l.Place
		}
	}
}

// peopleByID reads some people.
func peopleByID(tx *db.Tx, ids []person.ID) (map[person.ID]person.Person, error) {
	all := make(map[person.ID]person.Person, len(ids))
	for part := range slices.Chunk(ids, 500) {
		q := new(db.Query).Add(`select ` + db.Columns[person.Person]("") + ` from person where id in (''`)
		for _, id := range part {
			q.Add(", ?", string(id))
		}
		if err := db.Each(tx, q.Add(")").Text(), q.Args(), func(p person.Person) error { all[p.ID] = p; return nil }); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// addressesOf are the addresses of the houses of spells, by house.
func addressesOf(tx *db.Tx, spells []residence.Spell) (map[string]string, error) {
	type row struct {
		House string `db:"id"`
		Text  string `db:"text"`
	}
	all := map[string]string{}
	for part := range slices.Chunk(spells, 500) {
		q := new(db.Query).Add(`select h.id, a.text from house h join address a on a.id = h.address_id where h.id in (''`)
		for _, s := range part {
			q.Add(", ?", s.HouseID)
		}
		if err := db.Each(tx, q.Add(")").Text(), q.Args(), func(r row) error { all[r.House] = r.Text; return nil }); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// gridsAt reads the grids of a household on the day, and who held their posts.
// Where somebody of it is hidden today, where they worked is too.
func (s *Service) gridsAt(tx *db.Tx, by actor.Actor, id household.ID, somebody bool, p *PastHousehold) error {
	ties, err := grid.TiesAt(tx, id, p.When)
	if err != nil {
		return err
	}
	now, err := grid.TiesOf(tx, id)
	if err != nil {
		return err
	}
	for _, t := range ties {
		hidden := func(t grid.Tie) bool { return !policy.Sees(by, policy.Place{Path: t.Path, SealedTo: t.SealedTo}) }
		if hidden(t) || slices.ContainsFunc(now, func(n grid.Tie) bool {
			return hidden(n) && n.Path[:min(12, len(n.Path))] == t.Path[:min(12, len(t.Path))]
		}) {
			continue
		}
		if t.Relation == residence.Working && somebody {
			continue
		}
		if t.Relation == residence.Living && (len(p.Members) == 0 || p.Members[0].Place == "") {
			continue // it would say where the head lived
		}
		row := GridRow{Relation: t.Relation, Path: t.Path, Main: t.Relation == grid.MainOf(ties).Relation, Why: t.MainReason, Since: t.ValidFrom}
		if grid.InCounty(t.Path) {
			row.Name, row.Staff, err = staffAt(tx, t.Path, p.When)
		} else {
			row.Name, err = grid.WorkName(tx, t.Path)
		}
		if err != nil {
			return err
		}
		p.Grids = append(p.Grids, row)
	}
	return nil
}

// staffAt is a grid's name, and who was its worker and its leader at a time.
func staffAt(tx *db.Tx, path string, w residence.When) (name string, staff []StaffRow, err error) {
	if g, err := grid.Get(tx, path); err == nil {
		name = g.Name
	} else if fault.KindOf(err) != fault.NotFound {
		return "", nil, err
	}
	for _, k := range networkKinds[:2] {
		row := StaffRow{Kind: k}
		q := new(db.Query).Add(`select a.name from post p join account a on a.id = p.account_id where p.kind = ? and p.path in (?, ?) and p.held_as = '' and p.valid_from <= ? and p.valid_to > ?`,
			string(k), path, path[:min(len(path), 12)], string(w.On), string(w.On))
		if known, ok := w.KnownBy(); ok {
			q.Add(`and p.recorded_at < ? and (p.superseded_at = 0 or p.superseded_at >= ?)`, known, known)
		} else {
			q.Add(`and p.superseded_at = 0`)
		}
		row.Name, err = db.One[string](tx, q.Add(`order by length(p.path) desc, a.login limit 1`).Text(), q.Args()...)
		if err != nil && err != db.ErrNoRow {
			return "", nil, err
		}
		staff = append(staff, row)
	}
	return name, staff, nil
}

// A PastHouse is a house with those who lived in it on a day.
type PastHouse struct {
	When    residence.When
	House   dwelling.House
	Address dwelling.Address
	Place   string
	People  []PastMember
	Units   []dwelling.Organisation // there on that day, as known now
}

// HouseAt is a house and who lived in it on a day, as known on a day, for those
// who may see the house today: its past is theirs, wherever those people are now.
func (s *Service) HouseAt(ctx context.Context, by actor.Actor, id string, w residence.When) (PastHouse, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "house/" + id}, func(tx *db.Tx) (PastHouse, error) {
		return s.houseAt(tx, by, id, w)
	})
}

func (s *Service) houseAt(tx *db.Tx, by actor.Actor, id string, w residence.When) (p PastHouse, err error) {
	present, err := s.house(tx, by, id) // what may not be seen today is not there on any day
	if err != nil {
		return p, err
	}
	if !present.Past {
		return p, fault.New(fault.Forbidden, "policy.forbidden")
	}
	if err := w.Check(calendar.On(tx.Now())); err != nil {
		return p, err
	}
	p = PastHouse{When: w, House: present.House, Address: present.Address}
	x, err := s.index(tx)
	if err != nil {
		return p, err
	}
	p.Place = x.FullNameOn(present.Address.Village, w.On)
	if p.Units, err = unitsOn(tx, present.Address.ID, w.On); err != nil {
		return p, err
	}
	lived, err := residence.LivingInHouseAt(tx, id, w)
	if err != nil {
		return p, err
	}
	p.People, err = s.seenAt(tx, by, x, lived, w)
	return p, err
}

// seenAt are those of some living spells whom the actor may know to have lived
// there.
func (s *Service) seenAt(tx *db.Tx, by actor.Actor, x *division.Index, lived []residence.Spell, w residence.When) ([]PastMember, error) {
	seen, err := unveiled(tx, by, lived)
	if err != nil {
		return nil, err
	}
	return s.membersAt(tx, by, x, seen, w)
}

// unveiled leaves out what is hidden from the actor today.
func unveiled(tx *db.Tx, by actor.Actor, all []residence.Spell) ([]residence.Spell, error) {
	ids := make([]person.ID, len(all))
	for i, l := range all {
		ids[i] = l.PersonID
	}
	veil, err := residence.VeilOver(tx, by, ids)
	return slices.DeleteFunc(all, func(l residence.Spell) bool { return !veil.Sees(l) }), err
}

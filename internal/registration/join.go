package registration

import (
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/residence"
)

// join lets somebody become a member: born, married, adopted, or moved in. Who
// is in the register already keeps one record and one history.
func (p *plan) join() error {
	head := p.oldHead()
	with, known, err := p.with(head)
	if err != nil {
		return err
	}
	d, who, err := p.newcomer()
	if err != nil {
		return err
	}
	joiner := household.Kin{ID: who.ID, Sex: d.Sex, Birth: d.Birth}
	if d.Birth.Valid() && (d.Sex == code.Male || d.Sex == code.Female) {
		household.CheckRelation("relation", p.r.Relation, joiner, kin(head), &p.fields)
		if known {
			p.rules(kin(with), joiner)
		}
	}
	since, err := p.since(who.ID, with)
	if err != nil {
		return err
	}
	if err := p.fields.Err(); err != nil {
		return err
	}
	if who.ID == "" {
		if who, err = p.insert(d); err != nil {
			return err
		}
		p.touch(who.ID, who.ID)
	}
	return p.settle(who.ID, with.Person.ID, since)
}

// with is the member the newcomer comes to: a parent, a spouse, who adopts; of
// who just moves in, the head.
func (p *plan) with(head residence.Member) (residence.Member, bool, error) {
	if p.r.Kind == household.MoveIn {
		return head, true, nil
	}
	return p.member("kin", p.r.Kin)
}

func (p *plan) rules(with, joiner household.Kin) {
	switch p.r.Kind {
	case household.Birth:
		household.CheckBirth(with, joiner, &p.fields)
		if p.r.On.Valid() && p.r.On != joiner.Birth {
			p.fields.Add("happened_on", "household.act.birth_day")
		}
	case household.MarriageIn:
		household.CheckMarriage(with, joiner, p.r.On, &p.fields)
	case household.Adoption:
		married := slices.ContainsFunc(p.members, func(m residence.Member) bool { return household.Couple(with, kin(m)) })
		household.CheckAdoption(with, joiner, p.r.On, married, &p.fields)
	}
}

// newcomer reads who joins. Somebody whose number the register has is that
// person, by whatever name the paper of the day spells alike; anybody else is
// new, once nobody in the register looks like them or a person has said that
// they are not the same.
func (p *plan) newcomer() (person.Draft, person.Person, error) {
	n := p.r.Newcomer
	d := person.Draft{Name: n.Name, Sex: n.Sex, Birth: n.Birth, Ethnicity: n.Ethnicity, NoNumberReason: strings.TrimSpace(n.NoNumberReason), Source: p.source(), AsOf: p.r.On}
	if strings.TrimSpace(n.Number) != "" {
		number, err := ident.ParseCitizenID(n.Number, p.tx.Now())
		if err != nil {
			p.fields.Add("number", fault.KeyOf(err))
			return d, person.Person{}, nil
		}
		d.Number = number
		who, err := person.FindByNumber(p.tx, p.s.Keys, number)
		if err == nil {
			return d, who, p.known(&d, who)
		}
		if fault.KindOf(err) != fault.NotFound {
			return d, who, err
		}
	}
	checked, err := d.Check(p.today)
	if f := fault.Of(err); f != nil {
		p.fields = append(p.fields, f.Fields...)
		return d, person.Person{}, nil
	}
	if err != nil {
		return d, person.Person{}, err
	}
	alike, _, err := person.LookAlikes(p.tx, p.s.Keys, checked, p.household.AddressID)
	if err == nil && len(alike) > 0 && strings.TrimSpace(n.Distinct) == "" {
		p.fields.Add("distinct", "household.act.alike", "n", len(alike))
	}
	return checked, person.Person{}, err
}

// known checks that a person of the register can join.
func (p *plan) known(d *person.Draft, who person.Person) error {
	if who.Name != strings.TrimSpace(d.Name) {
		p.fields.Add("name", "household.act.other_name")
		return nil
	}
	if p.r.Kind == household.Birth {
		p.fields.Add("number", "household.act.born_already")
		return nil
	}
	d.Sex, d.Birth = who.Sex, who.Birth
	records, err := person.Records(p.tx, who.ID)
	if err != nil {
		return err
	}
	dead, err := Died(p.tx, records)
	if err != nil {
		return err
	}
	if dead {
		p.fields.Add("number", "household.act.dead")
		return nil
	}
	record, err := p.registeredAs(who.ID, records)
	if err != nil {
		return err
	}
	p.touch(who.ID, record)
	return nil
}

// registeredAs is the record that gives up a registration: the one that was
// named, or another of the same person where that one has none.
func (p *plan) registeredAs(named person.ID, records []person.ID) (person.ID, error) {
	for _, id := range records {
		was, ok, err := residence.Current(p.tx, id, residence.Registered)
		if err != nil {
			return named, err
		}
		if !ok {
			continue
		}
		switch {
		case was.HouseholdID == p.r.HouseholdID:
			p.fields.Add("number", "household.act.member_already")
		case was.HouseholdID != "":
			p.act.OtherID = was.HouseholdID
			left, err := residence.Members(p.tx, was.HouseholdID)
			if err != nil {
				return id, err
			}
			if was.Relation == code.Head && len(left) > 1 {
				p.fields.Add("number", "household.act.still_head")
			}
		}
		return id, nil
	}
	return named, nil
}

// since is the day from which who joins is registered here: of a child the
// birthday, or the day the parent came.
func (p *plan) since(id person.ID, with residence.Member) (calendar.Date, error) {
	if p.r.Kind == household.Birth {
		return max(p.r.On, with.Spell.ValidFrom), nil
	}
	if id == "" {
		return p.r.On, nil
	}
	first, err := residence.Free(p.tx, p.record(id), residence.Registered)
	if err == nil && p.r.On.Valid() && p.r.On < first {
		p.fields.Add("happened_on", "household.act.before", "on", first.Chinese())
	}
	return p.r.On, err
}

// record is the record that an act named as id is written to.
func (p *plan) record(id person.ID) person.ID {
	for _, t := range p.touched {
		if t.named == id {
			return t.record
		}
	}
	return id
}

// insert enters a person nobody has entered, and keeps for the sweep that those
// who look alike have been looked at.
func (p *plan) insert(d person.Draft) (person.Person, error) {
	alike, signs, err := person.LookAlikes(p.tx, p.s.Keys, d, p.household.AddressID)
	if err != nil {
		return person.Person{}, err
	}
	who, err := person.Insert(p.tx, p.s.Keys, d)
	if err != nil {
		return who, err
	}
	for i, a := range alike {
		pair := person.NewPair(p.tx, who.ID, a.ID, p.path, a.Path, signs[i])
		if _, err := person.InsertPair(p.tx, pair); err != nil {
			return who, err
		}
		if _, err := person.Settle(p.tx, pair, person.PairDifferent, p.r.Newcomer.Distinct); err != nil {
			return who, err
		}
	}
	return who, nil
}

// settle registers who joins, and lets live with the parent, the spouse, who
// adopts, or the head whoever does.
func (p *plan) settle(who, with person.ID, since calendar.Date) error {
	id := p.record(who)
	if err := p.enter(id, p.r.HouseholdID, p.r.Relation, since); err != nil {
		return err
	}
	var err error
	switch {
	case p.r.Kind == household.Birth:
		err = residence.GrowUp(p.tx, id, with, p.r.On, p.source())
	case p.r.Lives:
		err = residence.JoinLiving(p.tx, id, with, p.r.On, p.source())
	}
	if fault.KeyOf(err) == "residence.overlaps" {
		p.fields.Add("happened_on", "residence.overlaps")
		return p.fields.Err()
	}
	if err != nil {
		return err
	}
	if p.act.OtherID != "" {
		if err := p.lost(p.act.OtherID, p.r.On); err != nil {
			return err
		}
	}
	return p.follow(p.r.HouseholdID, p.r.On)
}

package registration

import (
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// merge takes another household of the same village in: all its members become
// members here, and its number is given to nobody again.
func (p *plan) merge() error {
	other, err := p.otherHousehold()
	if err != nil {
		return err
	}
	var theirs []residence.Member
	if other.ID != "" {
		if theirs, err = residence.Members(p.tx, other.ID); err != nil {
			return err
		}
	}
	head := p.oldHead()
	relations := map[string]string{}
	for _, m := range theirs {
		p.notBefore(m)
		p.touch(m.Person.ID, m.Person.ID)
		name := RelationField + string(m.Person.ID)
		relation := p.r.Relations[m.Person.ID]
		if relation == "" {
			p.fields.Add(name, "household.act.relation_ask")
			continue
		}
		household.CheckRelation(name, relation, kin(m), kin(head), &p.fields)
		relations[string(m.Person.ID)] = relation
	}
	if err := p.fields.Err(); err != nil {
		return err
	}
	p.act.OtherID = other.ID
	for _, m := range theirs {
		if err := p.enter(m.Person.ID, p.r.HouseholdID, relations[string(m.Person.ID)], p.r.On); err != nil {
			return err
		}
	}
	if err := p.lost(other.ID, p.r.On); err != nil {
		return err
	}
	return p.follow(p.r.HouseholdID, p.r.On)
}

// otherHousehold is the household that is to be taken in, by its number; to who
// may not act on it, it is not there.
func (p *plan) otherHousehold() (household.Household, error) {
	if p.r.OtherNo == "" {
		p.fields.Add("other_no", "form.required")
		return household.Household{}, nil
	}
	h, err := household.FindByRegisterNo(p.tx, p.r.OtherNo)
	if fault.KindOf(err) == fault.NotFound {
		p.fields.Add("other_no", "household.act.other")
		return household.Household{}, nil
	}
	if err != nil {
		return h, err
	}
	places, err := residence.PlacesOf(p.tx, h.ID)
	if err != nil {
		return h, err
	}
	switch err := policy.Check(p.by, policy.HouseholdAct, places); {
	case fault.KindOf(err) == fault.NotFound, h.ID == p.r.HouseholdID:
		p.fields.Add("other_no", "household.act.other")
		return household.Household{}, nil
	case err != nil:
		return h, err
	case h.Village != p.household.Village:
		p.fields.Add("other_no", "household.act.other_village")
		return household.Household{}, nil
	}
	return h, nil
}

package registration

import (
	"slices"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
)

// split lets some members be a household of their own at the same address.
// Nobody moves by it; both households keep every right they had.
func (p *plan) split() error {
	old := p.oldHead()
	var gone []residence.Member
	for _, id := range p.r.Persons {
		m, ok, err := p.member("persons", id)
		if err != nil {
			return err
		}
		if ok && !slices.ContainsFunc(gone, func(g residence.Member) bool { return g.Person.ID == m.Person.ID }) {
			gone = append(gone, m)
			p.notBefore(m)
		}
	}
	left := rest(p.members, ids(gone)...)
	if len(p.r.Persons) == 0 {
		p.fields.Add("persons", "household.act.nobody")
	} else if len(left) == 0 {
		p.fields.Add("persons", "household.act.everybody")
	}
	p.fields.Require("register_no", p.r.RegisterNo)
	if len(p.r.RegisterNo) > 40 {
		p.fields.Add("register_no", "household.act.long", "n", 40)
	}
	mine, err := p.succeed("head", old, p.r.Head, gone)
	if err != nil {
		return err
	}
	var theirs succession
	headless := slices.ContainsFunc(gone, residence.Member.Head) && len(left) > 0
	if headless {
		if theirs, err = p.succeed("successor", old, p.r.Successor, left); err != nil {
			return err
		}
	}
	if err := p.fields.Err(); err != nil {
		return err
	}
	h := p.household
	h.RegisterNo, h.Source, h.AsOf = p.r.RegisterNo, p.source(), p.r.On
	if h, err = household.Insert(p.tx, h); fault.KeyOf(err) == "household.register_no_taken" {
		p.fields.Add("register_no", "household.register_no_taken")
		return p.fields.Err()
	}
	if err != nil {
		return err
	}
	p.act.OtherID = h.ID
	if err := p.register(mine, h.ID, p.r.On); err != nil {
		return err
	}
	if headless {
		if err := p.register(theirs, p.r.HouseholdID, p.r.On); err != nil {
			return err
		}
	}
	if err := p.bindRegistered(h.ID, p.r.On); err != nil {
		return err
	}
	if err := p.follow(h.ID, p.r.On); err != nil {
		return err
	}
	return p.lost(p.r.HouseholdID, p.r.On)
}

func ids(all []residence.Member) (out []person.ID) {
	for _, m := range all {
		out = append(out, m.Person.ID)
	}
	return out
}

// bindRegistered ties a new household to the grid it is registered in.
func (p *plan) bindRegistered(id household.ID, on calendar.Date) error {
	return grid.Bind(p.tx, id, residence.Registered, p.path, on, "")
}

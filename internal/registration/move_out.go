package registration

import (
	"strings"

	"anju/internal/ident"
	"anju/internal/residence"
)

// moveOut lets a member be registered outside the county. Where somebody lives
// is left alone, and so is every right at the origin (农村土地承包法 27; 农村集体
// 经济组织法 18): whoever answers for them is asked to look.
func (p *plan) moveOut() error {
	gone, ok, err := p.member("person", p.r.Person)
	if err != nil {
		return err
	}
	if ok {
		p.notBefore(gone)
	}
	if _, err := ident.ParseDivisionCode(p.r.To); err != nil || len(p.r.To) < 6 || strings.HasPrefix(p.r.To, p.path[:6]) {
		p.fields.Add("to", "household.act.to")
	}
	var c succession
	left := rest(p.members, gone.Person.ID)
	headless := ok && gone.Head() && len(left) > 0
	if headless {
		if c, err = p.succeed("head", gone, p.r.Head, left); err != nil {
			return err
		}
	}
	if err := p.fields.Err(); err != nil {
		return err
	}
	away := residence.Spell{PersonID: gone.Person.ID, Kind: residence.Registered, Path: p.r.To, ValidFrom: p.r.On, Source: p.source()}
	if err := residence.Succeed(p.tx, away); err != nil {
		return err
	}
	if headless {
		if err := p.register(c, p.r.HouseholdID, p.r.On); err != nil {
			return err
		}
	}
	return p.lost(p.r.HouseholdID, p.r.On)
}

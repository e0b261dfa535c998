package registration

import "anju/internal/residence"

// death ends where somebody was registered, lived and worked, the day after.
// Rights are not ended: land is the household's (农村土地承包法 16, 32), and who
// answers for the others is asked to look.
func (p *plan) death() error {
	gone, ok, err := p.member("person", p.r.Person)
	if err != nil {
		return err
	}
	if ok {
		p.notBefore(gone)
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
	on := p.r.On.AddDays(1)
	if err := residence.Cease(p.tx, gone.Person.ID, on); err != nil {
		return err
	}
	if headless {
		if err := p.register(c, p.r.HouseholdID, on); err != nil {
			return err
		}
	}
	if err := p.elsewhere(gone.Person.ID); err != nil {
		return err
	}
	return p.lost(p.r.HouseholdID, on)
}

package registration

// changeHead makes another member the head, and everybody what they are to the
// new one.
func (p *plan) changeHead() error {
	old := p.oldHead()
	c, err := p.succeed("head", old, p.r.Head, p.members)
	if err != nil {
		return err
	}
	if c.head.Person.ID != "" {
		p.notBefore(c.head)
		if c.head.Head() {
			p.fields.Add("head", "household.act.head_already")
		}
	}
	if err := p.fields.Err(); err != nil {
		return err
	}
	if err := p.register(c, p.r.HouseholdID, p.r.On); err != nil {
		return err
	}
	return p.follow(p.r.HouseholdID, p.r.On)
}

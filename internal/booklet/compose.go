package booklet

import (
	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Compose puts together what a booklet says today. The address of a protected
// household is that of the police unit it is sealed to.
func Compose(tx *db.Tx, k *seal.Keys, b Booklet) (Content, error) {
	x, err := division.Load(tx)
	if err != nil {
		return Content{}, err
	}
	m, err := relocation.Get(tx, b.MoveID)
	if err != nil {
		return Content{}, err
	}
	today := calendar.On(tx.Now())
	c := Content{
		Number: b.Number, County: x.Name(b.Path[:6]), Issuer: i18n.T("booklet.issuer", "county", x.Name(b.Path[:6])),
		IssuedOn: today.Chinese(), FirstIssuedOn: today.Chinese(), PrintedAt: tx.Now(),
		Origin:     PrintedPlace{Name: x.FullName(b.OriginPath)},
		Settlement: PrintedPlace{Name: x.FullName(b.Path)},
	}
	if b.IssuedAt != 0 {
		c.FirstIssuedOn = chinese(b.IssuedAt)
	}
	if hs, err := account.Holders(tx, k, actor.Registrar, b.Path, today); err != nil {
		return c, err
	} else if len(hs) > 0 {
		c.Phone = hs[0].Phone.Reveal()
	}
	if err := c.household(tx, k, x, b, m); err != nil {
		return c, err
	}
	if err := c.rights(tx, x, b, today); err != nil {
		return c, err
	}
	return c, c.grids(tx, k, b, today)
}

func (c *Content) household(tx *db.Tx, k *seal.Keys, x *division.Index, b Booklet, m relocation.Move) error {
	h, err := household.Get(tx, b.HouseholdID)
	if err != nil {
		return err
	}
	origin, err := dwelling.GetAddress(tx, h.AddressID)
	if err != nil {
		return err
	}
	c.Household = PrintedHousehold{
		Head: b.HeadName, RegisterNumber: h.RegisterNo, OriginAddress: origin.Text, Address: m.ToAddress,
		Programme: i18n.T("relocation.programme." + m.Programme), MovedInOn: m.MovedOn.Chinese(), //i18n:dynamic relocation.programme.
	}
	if s, ok := x.Site(m.SiteID); ok {
		c.Household.Site = s.Name
	}
	if b.SealedTo != "" {
		c.Household.Address, c.Household.Site = i18n.T("booklet.protected", "unit", x.FullName(b.SealedTo)), ""
		c.Settlement.Name = x.Name(b.Path[:6])
	}
	members, err := residence.Members(tx, b.HouseholdID)
	if err != nil {
		return err
	}
	for _, mem := range members {
		p := mem.Person
		number, err := p.Number(k)
		if err != nil {
			return err
		}
		c.Members = append(c.Members, PrintedMember{
			Name: p.Name, Relation: name(code.Relation, mem.Spell.Relation), Sex: name(code.Sex, p.Sex), Ethnicity: name(code.Ethnicity, p.Ethnicity),
			BornOn: p.Birth.Chinese(), IDNumber: number.Reveal(), // on paper in full: the household's own document
		})
	}
	return nil
}

func name(table *code.List, value string) string {
	n, _ := table.Lookup(value)
	return n
}

// rights says who owes what; of land and forest also which, never whether a
// benefit is drawn.
func (c *Content) rights(tx *db.Tx, x *division.Index, b Booklet, on calendar.Date) error {
	routes, err := entitlement.RoutesOn(tx, on)
	if err != nil {
		return err
	}
	held, err := entitlement.Of(tx, b.HouseholdID)
	if err != nil {
		return err
	}
	for _, r := range routes {
		path := b.Path
		if r.Side == entitlement.Origin {
			path = b.OriginPath
		} else if b.SealedTo != "" {
			path = b.SealedTo
		}
		r = r.For(x.Name(path[:min(9, len(path))]), x.Name(path[:min(12, len(path))]))
		right := PrintedRight{Name: i18n.T("entitlement.kind." + r.Kind), Unit: r.Unit, Phone: r.Phone} //i18n:dynamic entitlement.kind.
		if r.Side == entitlement.Living {
			c.Settlement.Rights = append(c.Settlement.Rights, right)
			continue
		}
		for _, e := range held {
			if e.Kind == r.Kind && (r.Kind == "farmland" || r.Kind == "forest") {
				right.Detail = e.Amount
				if e.Evidence != "" {
					right.Detail += " " + e.Evidence
				}
			}
		}
		c.Origin.Rights = append(c.Origin.Rights, right)
	}
	return nil
}

func (c *Content) grids(tx *db.Tx, k *seal.Keys, b Booklet, on calendar.Date) error {
	ties, err := grid.TiesOf(tx, b.HouseholdID)
	if err != nil {
		return err
	}
	for _, t := range ties {
		if t.SealedTo != "" {
			continue
		}
		var g PrintedGrid
		found, err := grid.Get(tx, t.Path)
		if err != nil {
			continue // a village without grids yet
		}
		g.Name = found.Name
		for kind, to := range map[actor.Kind][2]*string{actor.GridWorker: {&g.Worker, &g.WorkerPhone}, actor.GridLeader: {&g.Leader, &g.LeaderPhone}} {
			hs, err := account.Holders(tx, k, kind, t.Path, on)
			if err != nil {
				return err
			}
			if len(hs) > 0 {
				*to[0], *to[1] = hs[0].Name, hs[0].Phone.Reveal()
			}
		}
		switch t.Relation {
		case residence.Registered:
			c.Registered = g
		case residence.Living:
			c.Living = g
		case residence.Working:
			c.Working = g
		}
	}
	return nil
}

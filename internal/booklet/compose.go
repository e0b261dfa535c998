package booklet

import (
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/seal"
)

// A composer puts together what one booklet says today.
type composer struct {
	tx    *db.Tx
	keys  *seal.Keys
	x     *division.Index
	b     Booklet
	move  relocation.Move
	today calendar.Date
	c     Content
}

// Compose puts together what a booklet says today: the household and those of
// its members who live at the booklet's address, the grids of its places with
// the people to call, and which office owes which right. The address of a
// protected household is that of the police unit it is sealed to. A Conflict
// if none of its members lives there any more.
func Compose(tx *db.Tx, k *seal.Keys, b Booklet) (Content, error) {
	x, err := division.Load(tx)
	if err != nil {
		return Content{}, err
	}
	return ComposeIn(tx, k, x, b)
}

// ComposeIn is Compose for who has the divisions at hand and makes many
// booklets.
func ComposeIn(tx *db.Tx, k *seal.Keys, x *division.Index, b Booklet) (Content, error) {
	m, err := relocation.Get(tx, b.MoveID)
	if err != nil {
		return Content{}, err
	}
	p := composer{tx: tx, keys: k, x: x, b: b, move: m, today: calendar.On(tx.Now())}
	for _, part := range []func() error{p.cover, p.household, p.members, p.rights, p.grids} {
		if err := part(); err != nil {
			return Content{}, err
		}
	}
	return p.c, nil
}

func (p *composer) cover() error {
	county := p.x.Name(p.b.Path[:6])
	p.c = Content{
		Number: p.b.Number, County: county, Issuer: i18n.T("booklet.issuer", "county", county),
		IssuedOn: p.today.Chinese(), FirstIssuedOn: p.today.Chinese(), PrintedAt: p.tx.Now(),
		Origin:     PrintedPlace{Name: p.x.FullName(p.b.OriginPath)},
		Settlement: PrintedPlace{Name: p.x.FullName(p.b.Path)},
	}
	if p.move.Outside() {
		p.c.Settlement.Name = p.move.ToAddress
	}
	if p.b.SealedTo != "" {
		p.c.Settlement.Name = county
	}
	if p.b.IssuedAt != 0 {
		p.c.FirstIssuedOn = chinese(p.b.IssuedAt)
	}
	hs, err := account.Holders(p.tx, p.keys, actor.Registrar, p.b.Path, p.today)
	if len(hs) > 0 {
		p.c.Phone = hs[0].Phone.Reveal()
	}
	return err
}

func (p *composer) household() error {
	h, err := household.Get(p.tx, p.b.HouseholdID)
	if err != nil {
		return err
	}
	origin, err := dwelling.GetAddress(p.tx, h.AddressID)
	if err != nil {
		return err
	}
	p.c.Household = PrintedHousehold{
		Head: p.b.HeadName, RegisterNumber: h.RegisterNo, OriginAddress: origin.Text, Address: p.move.ToAddress,
		Programme: i18n.T("relocation.programme." + p.move.Programme), MovedInOn: p.move.MovedOn.Chinese(), //i18n:dynamic relocation.programme.
	}
	if p.b.SealedTo != "" {
		p.c.Household.Address = i18n.T("relocation.protected", "unit", p.x.FullName(p.b.SealedTo))
		return nil
	}
	if s, ok := p.x.Site(p.move.SiteID); ok {
		p.c.Household.Site = s.Name
	}
	return nil
}

// members lists those who live at the booklet's address, in the order of the
// register. ID numbers are in full: it is the household's own document.
func (p *composer) members() error {
	all, err := residence.Members(p.tx, p.b.HouseholdID)
	if err != nil {
		return err
	}
	elsewhere, err := residence.Elsewhere(p.tx, p.b.HouseholdID)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Head() {
			p.c.Household.Head = m.Person.Name
		}
		if !slices.ContainsFunc(elsewhere, func(s residence.Spell) bool { return s.PersonID == m.Person.ID && p.here(s) }) {
			continue
		}
		number, err := m.Person.Number(p.keys)
		if err != nil {
			return err
		}
		p.c.Members = append(p.c.Members, PrintedMember{
			Name: m.Person.Name, Relation: name(code.Relation, m.Spell.Relation), Sex: sex(m.Person.Sex),
			Ethnicity: name(code.Ethnicity, m.Person.Ethnicity), BornOn: m.Person.Birth.Chinese(), IDNumber: number.Reveal(),
		})
	}
	if len(p.c.Members) == 0 {
		return fault.New(fault.Conflict, "booklet.make.nobody")
	}
	return nil
}

// here reports whether a spell is a stay at the booklet's address.
func (p *composer) here(s residence.Spell) bool {
	switch {
	case s.Kind != residence.Living:
		return false
	case p.move.Outside():
		return s.Path == p.move.ToPath
	case p.move.HouseID == "":
		return p.b.SealedTo != "" && s.SealedTo == p.b.SealedTo
	default:
		return s.HouseID == p.move.HouseID
	}
}

// sex is a sex as a register writes it: 男, 女.
func sex(value string) string {
	switch value {
	case "1":
		return i18n.T("booklet.sex.male")
	case "2":
		return i18n.T("booklet.sex.female")
	}
	return name(code.Sex, value)
}

func name(table *code.List, value string) string {
	n, _ := table.Lookup(value)
	return n
}

// rights says who owes what; of land and forest also which, never whether a
// benefit is drawn.
func (p *composer) rights() error {
	living := p.b.Path
	if p.move.Outside() {
		living = p.move.ToPath
	}
	if p.b.SealedTo != "" {
		living = p.b.SealedTo
	}
	routes, err := entitlement.RoutesFor(p.tx, p.keys, p.x, p.b.OriginPath, living, p.today)
	if err != nil {
		return err
	}
	held, err := entitlement.Of(p.tx, p.b.HouseholdID)
	if err != nil {
		return err
	}
	for _, r := range routes {
		right := PrintedRight{Name: rightName(routes, r), Unit: r.Unit, Phone: r.Phone}
		if r.Side == entitlement.Living {
			p.c.Settlement.Rights = append(p.c.Settlement.Rights, right)
			continue
		}
		right.Detail = detail(held, r.Kind)
		p.c.Origin.Rights = append(p.c.Origin.Rights, right)
	}
	return nil
}

// rightName is a right in words; where both places have a part in it, with the
// part: the origin decides, the community takes in and passes on.
func rightName(routes []entitlement.Route, r entitlement.Route) string {
	right := i18n.T("entitlement.kind." + r.Kind) //i18n:dynamic entitlement.kind.
	if !slices.ContainsFunc(routes, func(o entitlement.Route) bool { return o.Kind == r.Kind && o.Side != r.Side }) {
		return right
	}
	if r.Side == entitlement.Origin {
		return i18n.T("booklet.right.decides", "right", right)
	}
	return i18n.T("booklet.right.forwards", "right", right)
}

// detail is which land or forest is meant. Of every other right nothing is
// said: it could only be the state of a benefit.
func detail(held []entitlement.Entitlement, kind string) string {
	if kind != "farmland" && kind != "forest" {
		return ""
	}
	var parts []string
	for _, e := range held {
		if e.Kind == kind && e.Side == entitlement.Origin {
			parts = append(parts, strings.TrimSpace(e.Amount+" "+e.Evidence))
		}
	}
	return strings.Join(parts, "；")
}

// grids are those of the household and, as the one it lives in, that of the
// booklet's own place: the household's may be its head's, who lives elsewhere.
func (p *composer) grids() error {
	ties, err := grid.TiesOf(p.tx, p.b.HouseholdID)
	if err != nil {
		return err
	}
	for _, t := range ties {
		if t.SealedTo != "" || t.Relation == residence.Living {
			continue
		}
		g, err := p.grid(t.Path)
		if err != nil {
			return err
		}
		switch t.Relation {
		case residence.Registered:
			p.c.Registered = g
		case residence.Working:
			p.c.Working = g
		}
	}
	if p.b.SealedTo == "" && !p.move.Outside() {
		p.c.Living, err = p.grid(p.b.Path)
	}
	return err
}

// grid is a grid with the people to call; empty where a village has none yet.
func (p *composer) grid(path string) (g PrintedGrid, err error) {
	found, err := grid.Get(p.tx, path)
	if fault.KindOf(err) == fault.NotFound {
		return g, nil
	}
	if err != nil {
		return g, err
	}
	g.Name, g.Code = found.Name, found.Code
	if g.Worker, g.WorkerPhone, err = p.call(actor.GridWorker, path); err != nil {
		return g, err
	}
	g.Leader, g.LeaderPhone, err = p.call(actor.GridLeader, path)
	return g, err
}

func (p *composer) call(kind actor.Kind, path string) (name, phone string, err error) {
	hs, err := account.Holders(p.tx, p.keys, kind, path, p.today)
	if err != nil || len(hs) == 0 {
		return "", "", err
	}
	return hs[0].Name, hs[0].Phone.Reveal(), nil
}

package importer

import (
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/registration"
	"anju/internal/residence"
	"anju/internal/seal"
)

// known is the county's register as the checks ask for it.
type known struct {
	tx   *db.Tx
	keys *seal.Keys
	area string // of the office that imports
	in   intake // for what it knows of sources

	ahead map[string]registered // by token of the number: of the rows asked about next
}

// Area is the area of the office that imports.
func (k *known) Area() string { return k.area }

// County is the six-digit code of the county the office belongs to.
func (k *known) County() ident.DivisionCode { return ident.DivisionCode(k.area[:6]) }

// Division looks a code up as of a day.
func (k *known) Division(c ident.DivisionCode, on calendar.Date) (Division, bool, error) {
	all, err := division.History(k.tx, string(c))
	if err != nil || len(all) == 0 {
		return Division{}, false, err
	}
	d := all[0]
	out := Division{Name: d.Name, Successor: ident.DivisionCode(d.ReplacedBy)}
	if d.ValidTo != calendar.Forever {
		out.EndedOn = d.ValidTo
	}
	return out, true, nil
}

// Ahead looks up who has the numbers of the next rows.
func (k *known) Ahead(rows []RegisterRow) error {
	var tokens []string
	for _, r := range rows {
		if !r.ID.IsZero() {
			tokens = append(tokens, k.keys.Token(seal.KindCitizenID, r.ID.Plain()))
		}
	}
	all, err := registeredBy(k.tx, tokens)
	clear(k.ahead)
	if k.ahead == nil {
		k.ahead = make(map[string]registered, rowsAhead)
	}
	for _, p := range all {
		k.ahead[*p.NumberToken] = p
	}
	return err
}

// find is who a row speaks of, and where they are registered.
func (k *known) find(r RegisterRow) (p registered, ok bool, err error) {
	if !r.ID.IsZero() {
		p, ok = k.ahead[k.keys.Token(seal.KindCitizenID, r.ID.Plain())]
		return p, ok, nil
	}
	who, err := find(k.tx, k.keys, r)
	if fault.KindOf(err) == fault.NotFound {
		return p, false, nil
	}
	if err == nil {
		p, err = registeredAs(k.tx, who.ID)
	}
	return p, err == nil, err
}

// Person finds who a row speaks of.
func (k *known) Person(r RegisterRow) (RegisterRow, bool, error) {
	p, ok, err := k.find(r)
	if err != nil || !ok {
		return RegisterRow{}, false, err
	}
	out := RegisterRow{
		Name: p.Name, Sex: p.Sex, Ethnicity: p.Ethnicity, Birth: p.Birth, ID: r.ID, NoIDReason: p.NoNumberReason, Education: p.Education, Marital: p.Marital,
		// What the register does not keep contradicts nothing.
		FormerName: r.FormerName, BirthPlace: r.BirthPlace, NativePlace: r.NativePlace, Employer: r.Employer, Occupation: r.Occupation, Registered: r.Registered,
	}
	k.in.tx = k.tx
	origin, err := k.in.origin(p.Source)
	if err != nil {
		return out, true, err
	}
	out.Disputed, out.Newest = origin != KindRegister, Newest{p.AsOf, p.Since, p.HomeAsOf}
	phone, err := p.Phone(k.keys)
	if err != nil {
		return out, true, err
	}
	if phone.Equal(seal.Hide(r.Phone)) {
		out.Phone = r.Phone
	}
	if p.RegisterNo == "" {
		out.Gone, err = gone(k.tx, p.ID)
		return out, true, err
	}
	out.Relation, out.HouseholdNo, out.Kind, out.Address = p.Relation, p.RegisterNo, p.Kind, r.Address
	if p.Text != strings.Join(strings.Fields(r.Address), "") {
		out.Address = p.Text
	}
	out.Division = ident.DivisionCode(p.Village)
	if strings.HasPrefix(p.Village, string(r.Division)) {
		out.Division = r.Division // a town's code says less, and nothing else
	}
	return out, true, nil
}

// gone says why somebody known is registered in no household of the county: they
// have died, or their registration went elsewhere. Neither, if it never was here.
func gone(tx *db.Tx, id person.ID) (g Gone, err error) {
	if g.Died, err = registration.Died(tx, []person.ID{id}); err != nil || g.Died {
		return g, err
	}
	all, err := residence.SpellsOf(tx, id)
	for _, s := range all {
		if s.Kind == residence.Registered && s.HouseholdID != "" {
			g.Left = max(g.Left, s.ValidTo)
		}
	}
	return g, err
}

// find is the person of a row: by number, or without one by household, name
// and birth date.
func find(tx *db.Tx, keys *seal.Keys, r RegisterRow) (person.Person, error) {
	if !r.ID.IsZero() {
		return person.FindByNumber(tx, keys, r.ID)
	}
	h, err := household.FindByRegisterNo(tx, r.HouseholdNo)
	if err != nil {
		return person.Person{}, err
	}
	members, err := residence.Members(tx, h.ID)
	if err != nil {
		return person.Person{}, err
	}
	for _, m := range members {
		if m.Person.Name == r.Name && m.Person.Birth == r.Birth {
			return m.Person, nil
		}
	}
	return person.Person{}, fault.New(fault.NotFound, "person.unknown")
}

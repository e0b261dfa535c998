package relocation

import (
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A plan is everything a move is decided from and will be written as.
type plan struct {
	household household.Household
	members   []residence.Member
	movers    []residence.Member
	living    map[person.ID]residence.Spell // where the movers live until now
	from      residence.Spell               // of the first mover
	to        dwelling.Address              // ID "": to be added; text alone outside the county
	houseID   string                        // "": the first house of the address, or a new one
	sealedTo  string                        // the household's address is protected
	outside   bool                          // leaves the county
	lives     bool                          // everybody lives there already, and a list says since when
	preview   Preview
}

// check reads and checks a request, and guards it: a move is registered by the
// station at the origin, or by the one where the household lives now or will
// live.
func (s *Service) check(tx *db.Tx, by actor.Actor, r Request) (p plan, err error) {
	var f fault.Fields
	if err := p.destination(tx, &r, &f); err != nil {
		return p, err
	}
	if err := p.guard(tx, by, r); err != nil {
		return p, err
	}
	if p.members, err = residence.Members(tx, r.HouseholdID); err != nil {
		return p, err
	}
	today := calendar.On(tx.Now())
	if err := p.village(tx, r, today, &f); err != nil {
		return p, err
	}
	if !slices.Contains(Programmes, r.Programme) {
		f.Add("programme", "relocation.record.programme")
	}
	p.choose(r.Persons, &f)
	if err := p.whence(tx); err != nil {
		return p, err
	}
	if err := p.date(tx, r, today, &f); err != nil {
		return p, err
	}
	if !f.Has("village") && !f.Has("address") && !f.Has("house") {
		if err := p.address(tx, r, &f); err != nil {
			return p, err
		}
	}
	if err := f.Err(); err != nil {
		return p, err
	}
	return p, p.decide(tx, today, r.Programme)
}

// destination reads the house of the request, if it names one: it says the
// village.
func (p *plan) destination(tx *db.Tx, r *Request, f *fault.Fields) error {
	if r.HouseID == "" {
		return nil
	}
	h, a, err := dwelling.GetHouse(tx, r.HouseID)
	if fault.KindOf(err) == fault.NotFound {
		f.Add("house", "relocation.record.house")
		return nil
	}
	r.Village, r.Address, p.to, p.houseID = a.Village, a.Text, a, h.ID
	return err
}

// guard lets the registrar at the origin and at the present or future place of
// living in. A household with a protected address is moved only by the unit
// that knows the place: nobody else could write a move without touching it.
func (p *plan) guard(tx *db.Tx, by actor.Actor, r Request) error {
	places, err := residence.PlacesOf(tx, r.HouseholdID)
	if err != nil {
		return err
	}
	all := places
	if r.Village != "" {
		all = append(slices.Clone(places), policy.Place{Relation: policy.Living, Path: r.Village})
	}
	if err := policy.Check(by, policy.MoveRecord, all); err != nil {
		return err
	}
	if p.household, err = household.Get(tx, r.HouseholdID); err != nil {
		return err
	}
	if !policy.SeesAll(by, places) {
		return fault.New(fault.Conflict, "relocation.record.elsewhere")
	}
	for _, pl := range places {
		if pl.Relation == policy.Living && pl.SealedTo != "" {
			p.sealedTo = pl.SealedTo
		}
	}
	return nil
}

// village checks that people can move to the village today: one that was
// abolished is not there any more. Outside the county any real code will do.
func (p *plan) village(tx *db.Tx, r Request, today calendar.Date, f *fault.Fields) error {
	f.Require("village", r.Village)
	f.Require("address", r.Address)
	if f.Has("village") {
		return nil
	}
	if p.outside = !within(p.household.Village, r.Village, 6); p.outside {
		if _, err := ident.ParseDivisionCode(r.Village); err != nil || len(r.Village) < 6 {
			f.Add("village", "relocation.record.outside")
		}
		return nil
	}
	d, err := division.Get(tx, r.Village, today)
	switch {
	case fault.KindOf(err) == fault.NotFound, err == nil && d.Level != division.Village:
		f.Add("village", "relocation.record.village")
		return nil
	}
	return err
}

// choose finds who moves: everybody, or the members that the request names.
func (p *plan) choose(wanted []person.ID, f *fault.Fields) {
	for _, m := range p.members {
		if len(wanted) == 0 || slices.Contains(wanted, m.Person.ID) {
			p.movers = append(p.movers, m)
		}
	}
	for _, id := range wanted {
		if !slices.ContainsFunc(p.members, func(m residence.Member) bool { return m.Person.ID == id }) {
			f.Add("persons", "relocation.record.not_member")
			return
		}
	}
	if len(p.movers) == 0 {
		f.Add("persons", "relocation.record.persons")
	}
}

func (p plan) moverIDs() (ids []person.ID) {
	for _, m := range p.movers {
		ids = append(ids, m.Person.ID)
	}
	return ids
}

// whence finds where the movers live until now.
func (p *plan) whence(tx *db.Tx) error {
	p.living = map[person.ID]residence.Spell{}
	for i, m := range p.movers {
		was, lives, err := residence.Current(tx, m.Person.ID, residence.Living)
		if err != nil {
			return err
		}
		if !lives {
			continue
		}
		p.living[m.Person.ID] = was
		if i == 0 {
			p.from = was
		}
	}
	if p.from.HouseID == "" {
		return nil
	}
	_, a, err := dwelling.GetHouse(tx, p.from.HouseID)
	p.preview.From = a.Text
	return err
}

// date checks the day of moving in: no day to come, and no day before a move
// that the same people have already made.
func (p *plan) date(tx *db.Tx, r Request, today calendar.Date, f *fault.Fields) error {
	switch {
	case !r.MovedOn.Valid():
		f.Add("moved_on", "relocation.record.date")
		return nil
	case r.MovedOn > today:
		f.Add("moved_on", "relocation.record.future")
		return nil
	}
	moves, err := Of(tx, r.HouseholdID)
	if err != nil {
		return err
	}
	ids := p.moverIDs()
	for _, m := range moves {
		if r.MovedOn < m.MovedOn && m.moves(ids) {
			f.Add("moved_on", "relocation.record.before", "on", m.MovedOn.Chinese())
			return nil
		}
	}
	return nil
}

// address finds the standard address and its grid. What the clerk writes
// within the village is completed with the names of county, town and village.
func (p *plan) address(tx *db.Tx, r Request, f *fault.Fields) error {
	if p.outside {
		p.to = dwelling.Address{Village: r.Village, Text: squeeze(r.Address)}
		p.preview.To, p.preview.Path = p.to.Text, r.Village
		return nil
	}
	if p.to.ID == "" {
		if err := p.compile(tx, r, f); err != nil || f.Has("address") {
			return err
		}
	}
	if p.to.Refused() && !r.listed { // a list is a source of its own: the address waits again
		f.Add("address", "relocation.record.refused", "why", p.to.Refusal)
		return nil
	}
	switch there := p.everybodyLivesThere(); {
	case there && !r.listed:
		f.Add("address", "relocation.record.same")
		return nil
	case there:
		p.lives, p.preview.Path, p.preview.To = true, p.from.Path, p.to.Text
		return nil
	}
	var err error
	p.preview.Path, err = gridOf(tx, p.to)
	p.preview.To, p.preview.Pending = p.to.Text, p.to.State != dwelling.Approved
	return err
}

// gridOf is the scope path of an address that is known or is to be added.
func gridOf(tx *db.Tx, a dwelling.Address) (string, error) {
	path, err := grid.AtDoor(tx, a.ID, a.Village, a.GroupNo, a.Building)
	if err == nil && strings.HasSuffix(path, grid.NoGrid) {
		path, _, _, err = grid.Locate(tx, a.Village, a.Text)
	}
	return path, err
}

// compile makes the standard address of what was written, or finds the one
// that is there.
func (p *plan) compile(tx *db.Tx, r Request, f *fault.Fields) error {
	old, ok, err := dwelling.FindAddress(tx, r.Village, r.Address)
	if err != nil || ok {
		p.to = old
		return err
	}
	x, err := division.Load(tx)
	if err != nil {
		return err
	}
	county, town, village := x.Name(r.Village[:6]), x.Name(r.Village[:9]), x.Name(r.Village)
	rest := squeeze(r.Address)
	if _, after, ok := strings.Cut(rest, county); ok {
		rest = after
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, town), village)
	if rest == "" {
		f.Add("address", "relocation.record.address")
		return nil
	}
	text := county + town + village + rest
	if old, ok, err = dwelling.FindAddress(tx, r.Village, text); err != nil || ok {
		p.to = old
		return err
	}
	p.to = dwelling.Address{Village: r.Village, Text: text, State: dwelling.Pending}
	_, p.to.GroupNo, p.to.Building, err = grid.Locate(tx, r.Village, text)
	return err
}

// squeeze takes out every space: nothing in a Chinese address needs one.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// everybodyLivesThere reports whether nobody moves at all: all live in the house
// that is named, or in one house, at the address that is named.
func (p plan) everybodyLivesThere() bool {
	house := p.houseID
	if house == "" && p.from.Path[:min(12, len(p.from.Path))] == p.to.Village && p.preview.From == p.to.Text {
		house = p.from.HouseID
	}
	return house != "" && !slices.ContainsFunc(p.movers, func(m residence.Member) bool { return p.living[m.Person.ID].HouseID != house })
}

// decide asks the decision table of today: the case is decided when it is
// registered, by the rule in force.
func (p *plan) decide(tx *db.Tx, today calendar.Date, programme string) (err error) {
	rules, err := Rules(tx)
	if err != nil {
		return err
	}
	p.preview.Case = CaseOf(p.household.Village, p.preview.Path)
	if p.preview.Rule, err = DecideFor(rules, p.preview.Case, programme, today); err != nil {
		return err
	}
	p.preview.Asks = p.preview.Rule.Track == Booklet
	p.preview.Next = next(p.preview.Rule.Track, "")
	return nil
}

// headMoves reports whether the household's centre of life moves: with its
// head, or with all of it when there is none.
func (p plan) headMoves() bool {
	head, ok := residence.HeadOf(p.members)
	if !ok {
		return len(p.movers) == len(p.members)
	}
	return slices.ContainsFunc(p.movers, func(m residence.Member) bool { return m.Person.ID == head.Person.ID })
}

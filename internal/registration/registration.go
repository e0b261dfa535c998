// Package registration is the household counter (户籍办理): birth, death,
// marriage, adoption, moving in and out, the division and union of households
// and the change of a head, each a dated act with its evidence. An act changes
// registration; what follows from it for where people live, for the household's
// grids and for those who must look at its rights follows in the same
// transaction. Nobody is dragged along: an act touches whom it names.
package registration

import (
	"context"
	"fmt"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Service is the guarded door to household acts and what they leave to decide.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// An Act is one act as it was done.
type Act struct {
	ID            string            `db:"id" record:"ignore"`
	Number        string            `db:"number" record:"track"`
	Kind          household.ActKind `db:"kind" record:"track"`
	HouseholdID   household.ID      `db:"household_id" record:"track"`
	OtherID       household.ID      `db:"other_id" record:"track"`
	On            calendar.Date     `db:"happened_on" record:"track"`
	Document      string            `db:"document" record:"track"`
	DocumentNo    string            `db:"document_no" record:"secret"`
	Office        string            `db:"document_office" record:"track"`
	DocumentOn    calendar.Date     `db:"document_on" record:"track"`
	Path          string            `db:"path" record:"track"`
	RequestSealed []byte            `db:"request_sealed" record:"ignore"`
	Account       string            `db:"account" record:"ignore"`
	Name          string            `db:"name" record:"ignore"`
	RecordedAt    int64             `db:"recorded_at" record:"ignore"`
}

// A Request is an act as the counter writes it down.
type Request struct {
	Kind        household.ActKind
	HouseholdID household.ID
	On          calendar.Date
	Evidence    household.Evidence

	Person   person.ID // who dies, moves out, becomes head
	Kin      person.ID // a member: the parent of a birth, the spouse, who adopts
	Newcomer Newcomer  // who joins
	Relation string    // of who joins, to the head
	Lives    bool      // who joins lives with Kin, or with the head, from that day

	Persons    []person.ID          // split: who leaves
	Head       person.ID            // split, death, moving out, change of head: the new head of those who are without one
	Relations  map[person.ID]string // to that head; what the words of the register say need not be said
	Successor  person.ID            // split: the head of those who stay, where the old one leaves
	RegisterNo string               // split: of the new household
	OtherNo    string               // merge: the number of the household that is taken in
	To         string               // move out: division code outside the county
}

// A Newcomer is somebody who joins a household: found by the number where the
// register has it, entered where it has not.
type Newcomer struct {
	Name           string
	Sex            string
	Birth          calendar.Date
	Ethnicity      string
	Number         string
	NoNumberReason string
	Distinct       string // why this is nobody of those in the register who look alike
}

// Record does an act.
func (s *Service) Record(ctx context.Context, by actor.Actor, key db.Key, r Request) (Act, error) {
	return db.Once(ctx, s.DB, by, string(policy.HouseholdAct), key, r, func(tx *db.Tx) (Act, error) { return s.do(tx, by, r) })
}

func (s *Service) do(tx *db.Tx, by actor.Actor, r Request) (Act, error) {
	p, err := s.open(tx, by, r)
	if err != nil {
		return Act{}, err
	}
	if err := p.do(); err != nil {
		return Act{}, err
	}
	if p.act.Number, err = nextNumber(tx); err != nil {
		return p.act, err
	}
	if err := p.keep(); err != nil {
		return p.act, err
	}
	p.act.RequestSealed = nil // nobody needs it to know that it is done
	return p.act, nil
}

// A plan is an act while it is decided and done.
type plan struct {
	s         *Service
	tx        *db.Tx
	by        actor.Actor
	r         Request
	act       Act
	household household.Household
	members   []residence.Member
	path      string // of the household's registration, with its grid
	today     calendar.Date
	fields    fault.Fields
	touched   []touched
	reviews   []review
}

// touched is a record that an act was written to, and the record it was asked for.
type touched struct{ named, record person.ID }

// open guards an act and reads what every act is decided from.
func (s *Service) open(tx *db.Tx, by actor.Actor, r Request) (*plan, error) {
	p := &plan{s: s, tx: tx, by: by, r: r, today: calendar.On(tx.Now())}
	places, err := residence.PlacesOf(tx, r.HouseholdID)
	if err != nil {
		return nil, err
	}
	if err := policy.Check(by, policy.HouseholdAct, places); err != nil {
		return nil, err
	}
	if p.household, err = household.Get(tx, r.HouseholdID); err != nil {
		return nil, err
	}
	if p.members, err = residence.Members(tx, r.HouseholdID); err != nil {
		return nil, err
	}
	if len(p.members) == 0 {
		return nil, fault.New(fault.NotFound, "policy.not_found")
	}
	p.path = p.members[0].Spell.Path
	p.act = Act{ID: tx.NewID(), Kind: r.Kind, HouseholdID: r.HouseholdID, On: r.On, Document: r.Evidence.Document, DocumentNo: r.Evidence.Number,
		Office: r.Evidence.Office, DocumentOn: r.Evidence.On, Path: p.path, Account: by.Account, Name: by.Name, RecordedAt: tx.Millis()}
	if !slices.Contains(household.ActKinds, r.Kind) {
		return nil, fault.New(fault.NotFound, "policy.not_found")
	}
	switch {
	case !r.On.Valid():
		p.fields.Add("happened_on", "household.act.date")
	case r.On > p.today:
		p.fields.Add("happened_on", "household.act.future")
	}
	r.Evidence.Check(r.Kind, p.today, &p.fields)
	return p, nil
}

func (p *plan) do() error {
	switch p.r.Kind {
	case household.Death:
		return p.death()
	case household.Split:
		return p.split()
	case household.Merge:
		return p.merge()
	case household.MoveOut:
		return p.moveOut()
	case household.ChangeHead:
		return p.changeHead()
	default:
		return p.join()
	}
}

// source names the act in the spells it makes.
func (p *plan) source() string { return "act/" + p.act.ID }

// kin is a member as the rules see one.
func kin(m residence.Member) household.Kin {
	return household.Kin{ID: m.Person.ID, Sex: m.Person.Sex, Birth: m.Person.Birth, Relation: m.Spell.Relation}
}

func kins(all []residence.Member) []household.Kin {
	out := make([]household.Kin, len(all))
	for i, m := range all {
		out[i] = kin(m)
	}
	return out
}

// member finds a member by the record that was named, or by another record of
// the same person. Nothing can be done to who has died.
func (p *plan) member(field string, id person.ID) (m residence.Member, ok bool, err error) {
	if id == "" {
		p.fields.Add(field, "household.act.member")
		return m, false, nil
	}
	records, err := person.Records(p.tx, id)
	if err != nil {
		return m, false, err
	}
	for _, record := range records {
		if i := slices.IndexFunc(p.members, func(m residence.Member) bool { return m.Person.ID == record }); i >= 0 {
			p.touch(id, record)
			return p.members[i], true, nil
		}
	}
	p.fields.Add(field, "household.act.member")
	return m, false, nil
}

func (p *plan) touch(named, record person.ID) {
	if !slices.ContainsFunc(p.touched, func(t touched) bool { return t.record == record }) {
		p.touched = append(p.touched, touched{named, record})
	}
}

// rest are the members other than those of a list.
func rest(all []residence.Member, gone ...person.ID) (left []residence.Member) {
	for _, m := range all {
		if !slices.Contains(gone, m.Person.ID) {
			left = append(left, m)
		}
	}
	return left
}

// notBefore checks that on is no day before a member was registered as is.
func (p *plan) notBefore(m residence.Member) {
	if p.r.On.Valid() && p.r.On < m.Spell.ValidFrom && !p.fields.Has("happened_on") {
		p.fields.Add("happened_on", "household.act.before", "on", m.Spell.ValidFrom.Chinese())
	}
}

// A succession is a head with the relations of everybody else to it.
type succession struct {
	head      residence.Member
	relations map[person.ID]string
}

// succeed decides who of left is head and how the others are related to that
// head, by the words they have to the old one or by what the counter was told.
// field names the head's field; a relation's is its name with the person's id.
func (p *plan) succeed(field string, old residence.Member, wanted person.ID, left []residence.Member) (succession, error) {
	c := succession{relations: map[person.ID]string{}}
	head, ok, err := p.member(field, wanted)
	if err != nil || !ok {
		return c, err
	}
	if !slices.ContainsFunc(left, func(m residence.Member) bool { return m.Person.ID == head.Person.ID }) {
		p.fields.Add(field, "household.act.head_gone")
		return c, nil
	}
	c.head = head
	household.CheckHead(field, kin(head), kins(left), p.r.On, &p.fields)
	for _, m := range left {
		if m.Person.ID == head.Person.ID {
			continue
		}
		p.touch(m.Person.ID, m.Person.ID)
		relation := p.r.Relations[m.Person.ID]
		if relation == "" {
			relation = household.RelationTo(kin(head), kin(m), kin(old))
		}
		name := RelationField + string(m.Person.ID)
		if relation == "" {
			p.fields.Add(name, "household.act.relation_ask")
			continue
		}
		household.CheckRelation(name, relation, kin(m), kin(head), &p.fields)
		c.relations[m.Person.ID] = relation
	}
	return c, nil
}

// RelationField begins the name of the field of somebody's relation.
const RelationField = "relation_"

// register writes a succession: from on the head is head, and everybody else
// is what they are to the head, in a household.
func (p *plan) register(c succession, id household.ID, on calendar.Date) error {
	if err := p.enter(c.head.Person.ID, id, code.Head, max(on, c.head.Spell.ValidFrom)); err != nil {
		return err
	}
	for _, m := range p.members { // in the register's order
		if relation, ok := c.relations[m.Person.ID]; ok {
			if err := p.enter(m.Person.ID, id, relation, max(on, m.Spell.ValidFrom)); err != nil {
				return err
			}
		}
	}
	return nil
}

// enter registers somebody in a household from a day on.
func (p *plan) enter(id person.ID, in household.ID, relation string, on calendar.Date) error {
	return residence.Succeed(p.tx, residence.Spell{PersonID: id, Kind: residence.Registered, Path: p.path, HouseholdID: in, Relation: relation, ValidFrom: on, Source: p.source()})
}

// oldHead is the household's head, or the first member where it has none.
func (p *plan) oldHead() residence.Member {
	if m, ok := residence.HeadOf(p.members); ok {
		return m
	}
	return p.members[0]
}

func nextNumber(tx *db.Tx) (string, error) {
	year := calendar.On(tx.Now()).Year()
	n, err := db.NextInSeries(tx, fmt.Sprintf("act/%d", year))
	return i18n.T("registration.number", "year", year, "n", fmt.Sprintf("%05d", n)), err
}

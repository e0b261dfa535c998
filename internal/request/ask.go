package request

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// A Question is a request as it is written down.
type Question struct {
	PersonID person.ID
	Kind     Kind
	Want     string          // a name, a code, a date, an address, why a registration is over
	Number   ident.CitizenID // of Kind Number
	EndsOn   calendar.Date   // of Kind Ended
	Evidence string
}

// A Form is what the page of a question shows before it is asked.
type Form struct {
	PersonID person.ID
	Name     string
	Kinds    []Kind          // what the actor may ask about
	Now      map[Kind]string // what the register says of those; a number masked
}

// limits of what can be written, in characters.
const (
	maxEvidence = 200
	maxAddress  = 100
)

// Form is what the register says of a person, for who may ask to change it.
func (s *Service) Form(ctx context.Context, by actor.Actor, id person.ID) (Form, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RequestAsk), For: "person/" + string(id)}, func(tx *db.Tx) (f Form, err error) {
		kinds, err := mayAsk(tx, by, id)
		if err != nil {
			return f, err
		}
		tx.Saw("person/" + string(id))
		all, err := load(tx, s.Keys, id)
		if err != nil {
			return f, err
		}
		f = Form{PersonID: id, Name: all.person.Name, Kinds: kinds, Now: map[Kind]string{}}
		for _, k := range kinds {
			f.Now[k] = all.now(k)
		}
		return f, nil
	})
}

// mayAsk is what the actor may ask about a person: of an address only who may
// see it.
func mayAsk(tx *db.Tx, by actor.Actor, id person.ID) ([]Kind, error) {
	places, err := residence.PersonPlaces(tx, id)
	if err != nil {
		return nil, err
	}
	if err := policy.Check(by, policy.RequestAsk, places); err != nil {
		return nil, err
	}
	d, err := policy.Decide(by, policy.HouseholdRead, places)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool { return k == Address && !d.Fields.Has(policy.Address) }), nil
}

// Ask asks for a change. Nothing of the register changes until it is approved.
func (s *Service) Ask(ctx context.Context, by actor.Actor, key db.Key, q Question) (Request, error) {
	q.Want, q.Evidence = strings.TrimSpace(q.Want), strings.TrimSpace(q.Evidence)
	return db.Once(ctx, s.DB, by, string(policy.RequestAsk), key, q, func(tx *db.Tx) (Request, error) {
		kinds, err := mayAsk(tx, by, q.PersonID)
		if err != nil {
			return Request{}, err
		}
		is, err := load(tx, s.Keys, q.PersonID)
		if err != nil {
			return Request{}, err
		}
		if err := is.check(&q, kinds, calendar.On(tx.Now())); err != nil {
			return Request{}, err
		}
		r := Request{
			ID: ID(tx.NewID()), Kind: q.Kind, PersonID: q.PersonID, HouseholdID: is.household.ID, Path: is.registered.Path,
			Was: is.now(q.Kind), Want: q.Want, EndsOn: q.EndsOn, Evidence: q.Evidence, State: Asked,
			AskedBy: by.Account, AskedName: by.Name, AskedOffice: by.Office, AskedAt: tx.Millis(), Version: 1,
		}
		if q.Kind == Number {
			r.Want, r.WantSealed = "", s.Keys.Seal("change_request", "want", string(r.ID), []byte(q.Number.Plain()))
		}
		if r.Number, err = nextNumber(tx); err != nil {
			return r, err
		}
		if err := insert(tx, r); err != nil {
			return r, err
		}
		return r, adopt(tx, by, key, r)
	})
}

// facts is what the register says of a person now.
type facts struct {
	person     person.Person
	number     string // masked
	registered residence.Spell
	household  household.Household
	address    dwelling.Address
	others     int // further members of the household
}

// load reads the facts of a person; one who is registered nowhere in the county
// is a Conflict: there is nobody to decide.
func load(tx *db.Tx, k *seal.Keys, id person.ID) (f facts, err error) {
	if f.person, err = person.Get(tx, id); err != nil {
		return f, err
	}
	if f.number, _, err = f.person.Masked(k); err != nil {
		return f, err
	}
	var ok bool
	if f.registered, ok, err = residence.Current(tx, id, residence.Registered); err != nil {
		return f, err
	}
	if !ok {
		return f, fault.New(fault.Conflict, "request.not_registered")
	}
	if f.household, err = household.Get(tx, f.registered.HouseholdID); err != nil {
		return f, err
	}
	members, err := residence.Members(tx, f.household.ID)
	if err != nil {
		return f, err
	}
	f.others = len(members) - 1
	f.address, err = dwelling.GetAddress(tx, f.household.AddressID)
	return f, err
}

// now is what the register says of one fact, as it is compared and shown.
func (f facts) now(k Kind) string {
	switch k {
	case Name:
		return f.person.Name
	case Sex:
		return f.person.Sex
	case Birth:
		return string(f.person.Birth)
	case Ethnicity:
		return f.person.Ethnicity
	case Number:
		return f.number
	case Address:
		return f.address.Text
	case Ended:
		return string(f.registered.ValidFrom)
	}
	return ""
}

// check is whether a question can be asked: its fields, and that it asks for
// something that is not so already.
func (f facts) check(q *Question, kinds []Kind, today calendar.Date) error {
	var wrong fault.Fields
	if !slices.Contains(kinds, q.Kind) {
		wrong.Add("kind", "request.ask.kind")
		return wrong.Err()
	}
	switch q.Kind {
	case Address:
		q.Want = strings.Join(strings.Fields(q.Want), "")
		wrong.Require("want", q.Want)
		if utf8.RuneCountInString(q.Want) > maxAddress {
			wrong.Add("want", "request.ask.long", "n", maxAddress)
		}
	case Ended:
		if !slices.Contains(Endings, q.Want) {
			wrong.Add("want", "request.ask.ending")
		}
		if !q.EndsOn.Valid() || q.EndsOn > today || q.EndsOn <= f.registered.ValidFrom {
			wrong.Add("ends_on", "request.ask.ends_on", "from", f.registered.ValidFrom)
		}
	case Number:
		if q.Number.IsZero() {
			wrong.Add("want", "request.ask.number")
		}
	default:
		d := f.draft(q.Kind, q.Want)
		d.NoNumberReason = "-" // the number is not in question
		if _, err := d.Check(today); err != nil {
			for _, e := range fault.Of(err).Fields {
				if e.Name == string(q.Kind) {
					wrong.Add("want", e.Key, e.Args...)
				}
			}
		}
	}
	if q.Kind != Ended {
		q.EndsOn = ""
	}
	if len(wrong) == 0 && q.Kind != Ended && q.Kind != Number && q.Want == f.now(q.Kind) {
		wrong.Add("want", "request.ask.same")
	}
	wrong.Require("evidence", q.Evidence)
	if utf8.RuneCountInString(q.Evidence) > maxEvidence {
		wrong.Add("evidence", "request.ask.long", "n", maxEvidence)
	}
	if len(wrong) == 0 && q.Kind == Ended {
		return f.headFirst()
	}
	return wrong.Err()
}

// headFirst refuses to end the registration of a head: while others are
// registered with them, the register would say who they are to nobody; alone,
// it is the household that ends, which is an act of its own.
func (f facts) headFirst() error {
	switch {
	case !(residence.Member{Spell: f.registered}).Head():
		return nil
	case f.others > 0:
		return fault.New(fault.Conflict, "request.head_first")
	}
	return fault.New(fault.Conflict, "request.last_one")
}

// draft is the person with one fact changed.
func (f facts) draft(k Kind, want string) person.Draft {
	d := person.Draft{
		Name: f.person.Name, Sex: f.person.Sex, Birth: f.person.Birth, Ethnicity: f.person.Ethnicity,
		Education: f.person.Education, Marital: f.person.Marital,
	}
	switch k {
	case Name:
		d.Name = want
	case Sex:
		d.Sex = want
	case Birth:
		d.Birth = calendar.Date(want)
	case Ethnicity:
		d.Ethnicity = want
	}
	return d
}

package mediation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A doing is one act under way: the mediation with everybody in it.
type doing struct {
	tx       *db.Tx
	is       Mediation
	people   []Person
	consents []Consent
}

// do is what every act goes through: load, guard, rule, store, record; one
// transaction, once for each key.
func (s *Service) do(ctx context.Context, by actor.Actor, key db.Key, a Act, id ID, request any, f func(*doing) error) (Mediation, error) {
	return db.Once(ctx, s.DB, by, string(policy.MediationRecord), key, [3]any{id, a, request}, func(tx *db.Tx) (Mediation, error) {
		was, err := Get(tx, id)
		if err != nil {
			return was, err
		}
		if err := allowed(tx, by, policy.MediationRecord, was); err != nil {
			return Mediation{}, err
		}
		if err := was.check(a); err != nil {
			return was, err
		}
		d := &doing{tx: tx, is: was}
		if d.people, err = peopleOf(tx, id); err != nil {
			return was, err
		}
		if d.consents, err = consentsOf(tx, id); err != nil {
			return was, err
		}
		if err := f(d); err != nil {
			return was, err
		}
		if err := save(tx, was, d.is); err != nil {
			return was, err
		}
		d.is.Version++
		return d.is, nil
	})
}

// find is a person of a side by number, or Invalid at a field.
func (d *doing) find(field, side string, n int64) (*Person, error) {
	for i, p := range d.people {
		if p.N == n && p.Side == side {
			return &d.people[i], nil
		}
	}
	var f fault.Fields
	f.Add(field, "mediation.who")
	return nil, f.Err()
}

// past refuses a day that is none, or lies ahead, or before an earlier one.
func past(f *fault.Fields, name string, on, from, today calendar.Date) {
	if !on.Valid() || on > today || from != "" && on < from {
		f.Add(name, "mediation.day", "from", from)
	}
}

func (d *doing) today() calendar.Date { return calendar.On(d.tx.Now()) }

// Answer is a party's word about being mediated. A party can refuse at any time
// before an agreement is in force, and that ends it (人民调解法 17, 23).
func (s *Service) Answer(ctx context.Context, by actor.Actor, key db.Key, id ID, party int64, answer string) (Mediation, error) {
	return s.do(ctx, by, key, Answer, id, [2]any{party, answer}, func(d *doing) error {
		p, err := d.find("party", Party, party)
		if err != nil {
			return err
		}
		if answer != Yes && answer != No {
			var f fault.Fields
			f.Add("answer", "mediation.answer.which")
			return f.Err()
		}
		was := *p
		p.Consent, p.ConsentAt = answer, d.tx.Millis()
		if d.is.State = d.is.answered(d.people); d.is.State == Refused {
			d.is.EndedAt = d.tx.Millis()
		}
		return savePerson(d.tx, d.is, was, *p)
	})
}

// Invite names a third person who might help: a relative, a neighbour, a
// colleague, somebody who knows the subject (art 20). They may come once every
// party has said yes.
func (s *Service) Invite(ctx context.Context, by actor.Actor, key db.Key, id ID, third Draft) (Mediation, error) {
	third.Name, third.About = strings.TrimSpace(third.Name), strings.TrimSpace(third.About)
	return s.do(ctx, by, key, Invite, id, third, func(d *doing) error {
		var f fault.Fields
		limit(&f, "name", third.Name, MaxName)
		limit(&f, "about", third.About, 200)
		if err := f.Err(); err != nil {
			return err
		}
		return addPerson(d.tx, d.is, Person{Side: Third, Name: third.Name, About: third.About})
	})
}

// Allow is a party's word about a third person.
func (s *Service) Allow(ctx context.Context, by actor.Actor, key db.Key, id ID, third, party int64, answer string) (Mediation, error) {
	return s.do(ctx, by, key, Allow, id, [3]any{third, party, answer}, func(d *doing) error {
		if _, err := d.find("third", Third, third); err != nil {
			return err
		}
		if _, err := d.find("party", Party, party); err != nil {
			return err
		}
		if answer != Yes && answer != No {
			var f fault.Fields
			f.Add("answer", "mediation.answer.which")
			return f.Err()
		}
		return saveConsent(d.tx, d.is, Consent{MediationID: d.is.ID, Third: third, Party: party, Answer: answer, At: d.tx.Millis()})
	})
}

// A Session is a sitting as it is written down.
type Session struct {
	On      calendar.Date
	Place   string
	Present []int64 // numbers of the persons
	Text    string
}

// Sit keeps a sitting. A third person without the consent of every party was
// not there, or should not have been: it is refused.
func (s *Service) Sit(ctx context.Context, by actor.Actor, key db.Key, id ID, at Session) (Mediation, error) {
	at.Place, at.Text = strings.TrimSpace(at.Place), strings.TrimSpace(at.Text)
	return s.do(ctx, by, key, Sit, id, at, func(d *doing) error {
		var f fault.Fields
		past(&f, "on", at.On, calendar.On(msTime(d.is.OpenedAt)), d.today())
		limit(&f, "place", at.Place, MaxName)
		limit(&f, "text", at.Text, MaxText)
		var present []string
		parties := 0
		for _, p := range d.people {
			if !slices.Contains(at.Present, p.N) {
				continue
			}
			if p.Side == Third && !MayAttend(p, d.people, d.consents) {
				f.Add("present", "mediation.sit.third", "name", p.Name)
			}
			if p.Side == Party {
				parties++
			}
			present = append(present, fmt.Sprint(p.N))
		}
		if parties == 0 {
			f.Add("present", "mediation.sit.nobody")
		}
		if err := f.Err(); err != nil {
			return err
		}
		return addNote(d.tx, d.is, Note{Kind: Sitting, HeldOn: at.On, Place: at.Place, Present: strings.Join(present, ","), Text: at.Text})
	})
}

// End ends a mediation that does not succeed, and why; the parties are told
// their other remedies (art 26).
func (s *Service) End(ctx context.Context, by actor.Actor, key db.Key, id ID, why string) (Mediation, error) {
	why = strings.TrimSpace(why)
	return s.do(ctx, by, key, EndWith, id, why, func(d *doing) error {
		var f fault.Fields
		limit(&f, "why", why, MaxText)
		d.is.State, d.is.EndedWhy, d.is.EndedAt = Failed, why, d.tx.Millis()
		return f.Err()
	})
}

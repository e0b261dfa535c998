package mediation

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/matter"
	"anju/internal/policy"
)

// Lengths of what can be written, in characters.
const (
	MaxText = 2000
	MaxName = 60
)

// MaxParties is how many parties one record holds.
const MaxParties = 6

// A Beginning is a mediation as it is begun.
type Beginning struct {
	MatterID  matter.ID
	Modes     []Mode
	Committee string
	Mediator  string
	Issue     string
	Public    bool
	Parties   []Draft
}

// A Draft is a person as it is written down.
type Draft struct {
	Name    string
	About   string
	Consent string // "", yes, no: what a party says to being mediated
}

// Start begins the mediation of a matter, on request or of the committee's own
// accord. If one party clearly refuses, it is kept as refused and goes no
// further (人民调解法 17).
func (s *Service) Start(ctx context.Context, by actor.Actor, key db.Key, b Beginning) (Mediation, error) {
	b.trim()
	return db.Once(ctx, s.DB, by, string(policy.MediationStart), key, b, func(tx *db.Tx) (Mediation, error) {
		of, err := matter.Get(tx, b.MatterID)
		if err != nil {
			return Mediation{}, err
		}
		if err := matter.Allowed(tx, by, policy.MediationStart, of); err != nil {
			return Mediation{}, err
		}
		if err := b.check(); err != nil {
			return Mediation{}, err
		}
		m := Mediation{
			ID: ID(tx.NewID()), MatterID: of.ID, Path: of.Path, Modes: join(b.Modes), Committee: b.Committee, Mediator: b.Mediator, Issue: b.Issue,
			OpenedBy: by.Account, OpenedName: by.Name, OpenedAt: tx.Millis(), Version: 1,
		}
		if b.Public {
			m.Public = 1
		}
		people := b.people(tx.Millis())
		if m.State = m.answered(people); m.State == Refused {
			m.EndedAt = tx.Millis()
		}
		if m.Number, err = nextNumber(tx); err != nil {
			return m, err
		}
		if err := insert(tx, m); err != nil {
			return m, err
		}
		for _, p := range people {
			if err := addPerson(tx, m, p); err != nil {
				return m, err
			}
		}
		return m, nil
	})
}

func (b *Beginning) trim() {
	b.Committee, b.Mediator, b.Issue = strings.TrimSpace(b.Committee), strings.TrimSpace(b.Mediator), strings.TrimSpace(b.Issue)
	var parties []Draft
	for _, p := range b.Parties {
		p.Name, p.About = strings.TrimSpace(p.Name), strings.TrimSpace(p.About)
		if p.Name != "" || p.About != "" {
			parties = append(parties, p)
		}
	}
	b.Parties = parties
}

func (b Beginning) check() error {
	var f fault.Fields
	if len(b.Modes) == 0 || slices.ContainsFunc(b.Modes, func(m Mode) bool { return !slices.Contains(Modes, m) }) {
		f.Add("modes", "mediation.start.modes")
	}
	limit(&f, "committee", b.Committee, MaxName)
	limit(&f, "mediator", b.Mediator, MaxName)
	limit(&f, "issue", b.Issue, MaxText)
	if len(b.Parties) < 2 || len(b.Parties) > MaxParties {
		f.Add("party1", "mediation.start.parties", "most", MaxParties)
	}
	for i, p := range b.Parties {
		n := string(rune('1' + i))
		limit(&f, "party"+n, p.Name, MaxName)
		limit(&f, "about"+n, p.About, 200)
		if !slices.Contains([]string{"", Yes, No}, p.Consent) {
			f.Add("consent"+n, "mediation.answer.which")
		}
	}
	return f.Err()
}

// limit asks for words, and not for too many.
func limit(f *fault.Fields, name, text string, most int) {
	f.Require(name, text)
	if utf8.RuneCountInString(text) > most {
		f.Add(name, "mediation.long", "most", most)
	}
}

func (b Beginning) people(at int64) (all []Person) {
	for i, p := range b.Parties {
		one := Person{N: int64(i + 1), Side: Party, Name: p.Name, About: p.About, Consent: p.Consent}
		if p.Consent != "" {
			one.ConsentAt = at
		}
		all = append(all, one)
	}
	return all
}

func join(modes []Mode) string {
	var all []string
	for _, m := range Modes {
		if slices.Contains(modes, m) {
			all = append(all, string(m))
		}
	}
	return strings.Join(all, ",")
}

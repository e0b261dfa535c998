package entitlement

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// sealedAway stands for the unit that a place is sealed to, where nobody who has
// a duty for rights can be of it.
const sealedAway = "-"

// Views of the findings of a place.
const (
	Waiting  = "waiting"  // its part has not been looked into
	Answered = "answered" // it has, and the lists still do not add up
)

// A FindingFilter says which open findings.
type FindingFilter struct {
	View      string // Waiting, Answered, or "" for both
	Household household.ID
	After     string
}

// A FindingLine is a finding in a list with the places it lies between.
type FindingLine struct {
	FindingRow
	Parts []PartLine
}

// A PartLine is the part of one place, in words.
type PartLine struct {
	Part
	Place string
	May   bool // the actor answers for it
}

// Findings lists what does not add up in the actor's area, the oldest first.
// What the actor has no duty for is not in it, nor in Count.
func (s *Service) Findings(ctx context.Context, by actor.Actor, f FindingFilter, limit int) ([]FindingLine, error) {
	scope, err := policy.Predicate(by, policy.RightRead)
	if err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RightRead), For: "findings"}, func(tx *db.Tx) (lines []FindingLine, err error) {
		rows, err := findings(tx, scope, f, limit)
		tx.Saw()
		ids := make([]string, len(rows))
		for i, r := range rows {
			tx.Saw(r.Subject(), "household/"+string(r.HouseholdID))
			ids[i] = r.ID
		}
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		parts, err := partsOf(tx, ids)
		if err != nil {
			return nil, err
		}
		x, err := division.Load(tx)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			line := FindingLine{FindingRow: r}
			seal := ""
			if r.Hidden != 0 {
				seal = sealedAway
			}
			for _, p := range parts {
				if p.FindingID == r.ID && !(seal != "" && p.Relation == policy.Living) {
					line.Parts = append(line.Parts, PartLine{p, x.FullName(p.Path), mayAnswer(by, r.Task, p, seal) == nil})
				}
			}
			lines = append(lines, line)
		}
		return lines, nil
	})
}

// Count is how many findings wait for the actor's place. It names nobody.
func (s *Service) Count(ctx context.Context, by actor.Actor) (n int64, err error) {
	scope, err := policy.Predicate(by, policy.RightRead)
	if err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n, err = countFindings(tx, scope, FindingFilter{View: Waiting})
		return err
	})
	return n, err
}

// A FindingPage is one finding with what each place has written.
type FindingPage struct {
	FindingLine
	Village string
	Rights  []Kept // of its kind, in every list
}

// Finding is one finding, for the people of its places who have the duty.
func (s *Service) Finding(ctx context.Context, by actor.Actor, id string) (FindingPage, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.RightRead), For: "finding/" + id}, func(tx *db.Tx) (p FindingPage, err error) {
		t, parts, err := getTask(tx, id)
		if err != nil {
			return p, err
		}
		places, err := residence.PlacesOf(tx, t.HouseholdID)
		if err != nil {
			return p, err
		}
		seal := sealOf(places)
		d, err := policy.Decide(by, policy.RightRead, t.places(parts, seal))
		if err != nil {
			return p, err
		}
		if !d.Fields.Has(Duty(t.Kind)) {
			return p, fault.New(fault.NotFound, "policy.not_found")
		}
		tx.Saw(t.Subject(), "household/"+string(t.HouseholdID))
		x, err := division.Load(tx)
		if err != nil {
			return p, err
		}
		p.Task = t
		for _, part := range parts {
			if !(seal != "" && part.Relation == policy.Living) {
				p.Parts = append(p.Parts, PartLine{part, x.FullName(part.Path), t.GoneAt == 0 && mayAnswer(by, t, part, seal) == nil})
			}
		}
		h, err := household.Get(tx, t.HouseholdID)
		if err != nil {
			return p, err
		}
		p.Village = x.FullName(h.Village)
		members, err := residence.Members(tx, t.HouseholdID)
		if err != nil {
			return p, err
		}
		if len(members) > 0 {
			p.Head = members[0].Person.Name
		}
		rights, err := ofHousehold(tx, t.HouseholdID)
		for _, e := range rights {
			if e.Kind == t.Kind && !(seal != "" && e.Side == Living) {
				p.Rights = append(p.Rights, Kept{e, x.FullName(e.Path), mayKeep(by, policy.RightCorrect, e, "") == nil})
			}
		}
		return p, err
	})
}

// places is how a finding lies: with each place that has a part in it.
func (t Task) places(parts []Part, seal string) (all policy.Places) {
	for _, p := range parts {
		all = append(all, p.place(seal))
	}
	return all
}

func (p Part) place(seal string) policy.Place {
	place := policy.Place{Relation: p.Relation, Path: p.Path}
	if p.Relation == policy.Living {
		place.SealedTo = seal
	}
	return place
}

func mayAnswer(by actor.Actor, t Task, p Part, seal string) error {
	d, err := policy.Decide(by, policy.FindingAnswer, policy.Places{p.place(seal)})
	if err != nil {
		return err
	}
	if !d.Fields.Has(Duty(t.Kind)) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return nil
}

// Answer writes what a place has found out about its part of a finding. It
// changes no right, and the finding stays until the lists add up.
func (s *Service) Answer(ctx context.Context, by actor.Actor, key db.Key, part, text string) (Part, error) {
	text = strings.TrimSpace(text)
	return db.Once(ctx, s.DB, by, string(policy.FindingAnswer), key, [2]string{part, text}, func(tx *db.Tx) (Part, error) {
		was, err := getPart(tx, part)
		if err != nil {
			return Part{}, err
		}
		t, _, err := getTask(tx, was.FindingID)
		if err != nil {
			return Part{}, err
		}
		places, err := residence.PlacesOf(tx, t.HouseholdID)
		if err != nil {
			return Part{}, err
		}
		if err := mayAnswer(by, t, was, sealOf(places)); err != nil {
			return Part{}, err
		}
		if was.GoneAt != 0 {
			return Part{}, fault.New(fault.Conflict, "entitlement.finding.gone")
		}
		var f fault.Fields
		f.Require("answer", text)
		if len([]rune(text)) > maxWords {
			f.Add("answer", "entitlement.act.long", "n", maxWords)
		}
		is := was
		is.Answer, is.AnsweredBy, is.AnsweredName, is.AnsweredOffice, is.AnsweredAt = text, by.Account, by.Name, by.Office, tx.Millis()
		if err := f.Err(); err != nil {
			return Part{}, err
		}
		return is, savePart(tx, t, was, is)
	})
}

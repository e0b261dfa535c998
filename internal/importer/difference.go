package importer

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/db"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
)

// Facts on which two sources can disagree.
const (
	FieldName      = "name"
	FieldSex       = "sex"
	FieldBirth     = "birth"
	FieldEthnicity = "ethnicity"
	FieldEducation = "education"
	FieldMarital   = "marital"
	FieldLiving    = "living"
	FieldContract  = "contract"
	FieldUnit      = "unit" // an organisation, as a whole
)

// Fields are the facts in the order of a page.
var Fields = []string{FieldName, FieldSex, FieldBirth, FieldEthnicity, FieldEducation, FieldMarital, FieldLiving, FieldContract, FieldUnit}

// States of a difference.
const (
	Open  = "open"
	Kept  = "kept"  // what the county had stays
	Taken = "taken" // what the file says is taken over
)

// A Difference is a fact on which two sources disagree (两源核对). It changes
// nothing until somebody decides.
type Difference struct {
	ID          string        `db:"id" record:"ignore"`
	Subject     string        `db:"subject" record:"ignore"`
	PersonID    person.ID     `db:"person_id" record:"track"`
	HouseholdID household.ID  `db:"household_id" record:"track"`
	Field       string        `db:"field" record:"track"`
	Path        string        `db:"path" record:"track"`
	LivingPath  string        `db:"living_path" record:"ignore"`
	Have        string        `db:"have" record:"secret"`
	HaveSource  string        `db:"have_source" record:"track"`
	Says        string        `db:"says" record:"secret"`
	SaysSource  string        `db:"says_source" record:"track"`
	SaysKind    string        `db:"says_kind" record:"track"`
	SaysAsOf    calendar.Date `db:"says_as_of" record:"track"`
	Detail      string        `db:"detail" record:"ignore"`
	State       string        `db:"state" record:"track"`
	Reason      string        `db:"reason" record:"track"`
	DecidedBy   string        `db:"decided_by" record:"track"`
	DecidedName string        `db:"decided_name" record:"track"`
	DecidedAt   int64         `db:"decided_at" record:"track"`
	ReturnedAt  int64         `db:"returned_at" record:"track"`
	RecordedAt  int64         `db:"recorded_at" record:"ignore"`
	Version     int64         `db:"version" record:"ignore"`
}

// subject is what a difference is about, in the record and in looks: a household,
// or a unit.
func (d Difference) subject() string {
	if d.HouseholdID == "" {
		return d.Subject
	}
	return "household/" + string(d.HouseholdID)
}

// Unit is the organisation that a difference is about, or "".
func (d Difference) Unit() string {
	id, ok := strings.CutPrefix(d.Subject, unitSubject)
	if !ok {
		return ""
	}
	return id
}

// In is a value of a field as a person reads it.
func (d Difference) In(value string) string {
	list := map[string]*code.List{FieldSex: code.Sex, FieldEthnicity: code.Ethnicity, FieldEducation: code.Education, FieldMarital: code.Marital}[d.Field]
	if list == nil {
		return value
	}
	if name, ok := list.Lookup(value); ok {
		return name
	}
	return value
}

// differing are the facts in which a file contradicts what is known of a person.
func (r RegisterRow) differing(p person.Person) (all []Difference) {
	for _, f := range []struct{ field, have, says string }{
		{FieldName, p.Name, r.Name}, {FieldSex, p.Sex, r.Sex}, {FieldBirth, string(p.Birth), string(r.Birth)}, {FieldEthnicity, p.Ethnicity, r.Ethnicity},
		{FieldEducation, p.Education, r.Education}, {FieldMarital, p.Marital, r.Marital},
	} {
		if f.says != "" && f.have != "" && f.says != f.have {
			all = append(all, Difference{Subject: "person/" + string(p.ID), PersonID: p.ID, Field: f.field, Have: f.have, HaveSource: p.Source, Says: f.says})
		}
	}
	return all
}

// draft is a person with one fact as a source says it.
func (d Difference) draft(p person.Person) person.Draft {
	return d.over(person.Draft{Name: p.Name, Sex: p.Sex, Birth: p.Birth, Ethnicity: p.Ethnicity, Education: p.Education, Marital: p.Marital,
		NoNumberReason: p.NoNumberReason, Source: d.SaysSource, AsOf: d.SaysAsOf})
}

func (d Difference) over(out person.Draft) person.Draft {
	switch d.Field {
	case FieldName:
		out.Name = d.Says
	case FieldSex:
		out.Sex = d.Says
	case FieldBirth:
		out.Birth = calendar.Date(d.Says)
	case FieldEthnicity:
		out.Ethnicity = d.Says
	case FieldEducation:
		out.Education = d.Says
	case FieldMarital:
		out.Marital = d.Says
	}
	return out
}

// fieldsFor are the facts that a post decides on: contracts are the office of
// agriculture's, everything else the police's.
func fieldsFor(by actor.Actor) []string {
	if by.Kind == actor.Agriculture {
		return []string{FieldContract}
	}
	return slices.DeleteFunc(slices.Clone(Fields), func(f string) bool { return f == FieldContract })
}

// A DifferenceFilter says which open differences: "" is any.
type DifferenceFilter struct {
	Field  string
	Kind   string // of the file
	Import string
	After  string // id of the last one of the page before
}

// A DifferenceRow is one difference with whom it is about, and the two sources
// in words.
type DifferenceRow struct {
	Difference
	Name                 string
	HaveOrigin, SaysFile Origin
}

// Differences lists the open differences in the actor's area, the oldest first,
// a page at a time, and how many there are.
func (s *Service) Differences(ctx context.Context, by actor.Actor, f DifferenceFilter, limit int) (rows []DifferenceRow, total int, err error) {
	scope, err := policy.Predicate(by, policy.FactReconcile)
	if err != nil {
		return nil, 0, err
	}
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(policy.FactReconcile), For: "importer.reconcile"}, func(tx *db.Tx) error {
		tx.Saw()
		if total, err = countDifferences(tx, by, scope, f); err != nil {
			return err
		}
		all, err := openDifferences(tx, by, scope, f, limit)
		if err != nil {
			return err
		}
		rows, err = s.named(tx, all)
		for _, r := range rows {
			tx.Saw(r.subject())
		}
		return err
	})
	if err != nil {
		return nil, 0, err // not logged: nothing leaves
	}
	return rows, total, nil
}

// Settle decides one difference: taken is what the file says, else what the
// county has stays. It needs a reason.
func (s *Service) Settle(ctx context.Context, by actor.Actor, id string, taken bool, reason string) error {
	scope, err := policy.Predicate(by, policy.FactReconcile)
	if err != nil {
		return err
	}
	if err := reasonable(reason); err != nil {
		return err
	}
	return s.DB.Write(ctx, by, string(policy.FactReconcile), func(tx *db.Tx) error {
		d, err := openDifference(tx, by, scope, id)
		if err != nil {
			return err
		}
		return s.settleOne(tx, by, d, taken, reason)
	})
}

// settleBatch is how many differences one transaction decides.
const settleBatch = 100

// SettleAll decides every open difference of a field and a kind of file in the
// actor's area by one rule, with one reason: those that have become impossible
// stay open. It reports how many it decided, and how many are left.
func (s *Service) SettleAll(ctx context.Context, by actor.Actor, f DifferenceFilter, taken bool, reason string) (done, left int, err error) {
	scope, err := policy.Predicate(by, policy.FactReconcile)
	if err != nil {
		return 0, 0, err
	}
	if err := reasonable(reason); err != nil {
		return 0, 0, err
	}
	if f.Field == "" {
		var wrong fault.Fields
		wrong.Add("field", "importer.reconcile.rule")
		return 0, 0, wrong.Err()
	}
	for f.After = ""; ; {
		var batch []Difference
		n := 0
		err := s.DB.Write(ctx, by, string(policy.FactReconcile), func(tx *db.Tx) error {
			n = 0
			if batch, err = openDifferences(tx, by, scope, f, settleBatch); err != nil {
				return err
			}
			for _, d := range batch {
				if ok, err := s.possible(tx, d, taken); err != nil || !ok {
					if err != nil {
						return err
					}
					continue
				}
				if err := s.settleOne(tx, by, d, taken, reason); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil {
			return done, left, err
		}
		done, left = done+n, left+len(batch)-n
		if len(batch) < settleBatch {
			return done, left, nil
		}
		f.After = batch[len(batch)-1].ID
	}
}

func reasonable(reason string) error {
	var f fault.Fields
	f.Require("reason", reason)
	if len([]rune(reason)) > 200 {
		f.Add("reason", "importer.reconcile.reason_long")
	}
	return f.Err()
}

// possible reports whether a difference can be decided as wished today.
func (s *Service) possible(tx *db.Tx, d Difference, taken bool) (bool, error) {
	if !taken || d.Field != FieldLiving {
		return true, nil
	}
	var r resident
	if err := json.Unmarshal([]byte(d.Detail), &r); err != nil {
		return false, err
	}
	r.Person = d.PersonID
	return r.possible(tx)
}

func (s *Service) settleOne(tx *db.Tx, by actor.Actor, was Difference, taken bool, reason string) error {
	if ok, err := s.possible(tx, was, taken); err != nil || !ok {
		if err == nil {
			err = fault.New(fault.Conflict, "importer.reconcile.overlaps")
		}
		return err
	}
	is := was
	is.State, is.Reason, is.DecidedBy, is.DecidedName, is.DecidedAt = Kept, strings.TrimSpace(reason), by.Account, by.Name, tx.Millis()
	if taken {
		is.State = Taken
		if err := s.apply(tx, by, was); err != nil {
			return err
		}
	}
	return saveDifference(tx, was, is)
}

// apply takes over what the file says.
func (s *Service) apply(tx *db.Tx, by actor.Actor, d Difference) error {
	switch d.Field {
	case FieldLiving:
		r := resident{Person: d.PersonID}
		if err := json.Unmarshal([]byte(d.Detail), &r); err != nil {
			return err
		}
		return r.move(&intake{tx: tx, keys: s.Keys, by: by}, d.SaysSource)
	case FieldUnit:
		return takeUnit(tx, d)
	case FieldContract:
		var is entitlement.Entitlement
		if err := json.Unmarshal([]byte(d.Detail), &is); err != nil {
			return err
		}
		was, known, err := entitlement.ByEvidence(tx, is.Kind, is.Evidence)
		if err != nil || !known {
			return err
		}
		if _, err = entitlement.Correct(tx, was, is); err != nil {
			return err
		}
		return told(tx, was.HouseholdID)
	}
	p, err := person.Get(tx, d.PersonID)
	if err != nil {
		return err
	}
	_, _, err = person.Update(tx, s.Keys, p, d.draft(p))
	return err
}

package dwelling

import (
	"context"
	"strings"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/policy"
)

// An OrganisationDraft is an organisation as it is written down.
type OrganisationDraft struct {
	ID      string // "" for a new one
	Version int64  // that the page showed
	USCC    string // of a new one; it does not change
	Name    string
	Village string
	Address string // within the village
	From    calendar.Date
	To      calendar.Date // "" while it is there
}

const maxName = 100

// Counter is the source of what was written down by hand.
const Counter = "counter"

// SaveOrganisation registers an organisation, or changes what is said of one:
// its name, where it is, and since and until when.
func (s *Service) SaveOrganisation(ctx context.Context, by actor.Actor, key db.Key, d OrganisationDraft) (Organisation, error) {
	d.Name, d.Address = strings.TrimSpace(d.Name), clean(d.Address)
	return db.Once(ctx, s.DB, by, string(policy.OrganisationRecord), key, d, func(tx *db.Tx) (o Organisation, err error) {
		var was Organisation
		if !policy.May(by, policy.OrganisationRecord) {
			return o, fault.New(fault.Forbidden, "policy.forbidden")
		}
		if d.ID != "" {
			if was, err = GetOrganisation(tx, d.ID); err != nil {
				return o, err
			}
			if err := mayRecord(by, was.Village); err != nil { // and where it is moved to
				return o, err
			}
			d.USCC = string(was.USCC)
		}
		is, err := d.check(calendar.On(tx.Now()))
		if err != nil {
			return o, err
		}
		if err := mayRecord(by, is.Village); err != nil {
			return o, err
		}
		a, err := FindOrInsertAddress(tx, Address{Village: d.Village, Text: d.Address})
		if err != nil {
			return o, err
		}
		is.AddressID = a.ID
		if d.ID == "" {
			is.ID, is.Source, is.Version = tx.NewID(), Counter, 1
			return is, insertOrganisation(tx, is)
		}
		is.ID, is.Source, is.Version = was.ID, was.Source, d.Version // the counter's word, once it differs
		if was.Version != d.Version {
			return was, fault.New(fault.Conflict, "form.changed_meanwhile")
		}
		if is == was {
			return was, nil
		}
		is.Source = Counter
		err = saveOrganisation(tx, was, is)
		is.Version++
		return is, err
	})
}

func mayRecord(by actor.Actor, village string) error {
	return policy.Check(by, policy.OrganisationRecord, policy.Places{{Relation: policy.At, Path: village}})
}

// check is the organisation a draft describes, without its address, or what is
// wrong with it.
func (d OrganisationDraft) check(today calendar.Date) (o Organisation, err error) {
	var wrong fault.Fields
	o = Organisation{Name: d.Name, Village: d.Village, ValidFrom: d.From, ValidTo: d.To}
	if o.USCC, err = ident.ParseUSCC(d.USCC); err != nil {
		wrong.Add("uscc", fault.KeyOf(err))
	}
	wrong.Require("name", d.Name)
	if utf8.RuneCountInString(d.Name) > maxName {
		wrong.Add("name", "dwelling.organisation.long", "n", maxName)
	}
	if len(d.Village) != 12 {
		wrong.Add("village", "form.required")
	}
	wrong.Require("address", d.Address)
	if !d.From.Valid() || d.From > today {
		wrong.Add("from", "dwelling.organisation.from")
	}
	switch {
	case d.To == "":
		o.ValidTo = calendar.Forever
	case !d.To.Valid() || d.To <= d.From || d.To > today:
		wrong.Add("to", "dwelling.organisation.to")
	}
	return o, wrong.Err()
}

// Organisation is an organisation with its address.
func (s *Service) Organisation(ctx context.Context, by actor.Actor, id string) (o Organisation, a Address, err error) {
	if err := policy.Check(by, policy.OrganisationRead, policy.Places{}); err != nil {
		return o, a, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if o, err = GetOrganisation(tx, id); err != nil {
			return err
		}
		a, err = GetAddress(tx, o.AddressID)
		return err
	})
	return o, a, err
}

// Organisations lists the organisations under a path, in the order in which
// they were entered.
func (s *Service) Organisations(ctx context.Context, by actor.Actor, under, after string, limit int) (all []OrganisationRow, err error) {
	if err := policy.Check(by, policy.OrganisationRead, policy.Places{}); err != nil {
		return nil, err
	}
	if under == "" && len(by.Paths) > 0 {
		under = by.Paths[0][:min(len(by.Paths[0]), 12)]
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { all, err = organisationsUnder(tx, under, after, limit); return err })
	return all, err
}

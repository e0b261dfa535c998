package community

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

const maxText = 200 // characters of what is written in one field

// words trims what is written in a field, which has to be there.
func words(f *fault.Fields, name string, text *string) {
	*text = strings.TrimSpace(*text)
	f.Words(name, *text, maxText)
}

// SetForm notes how a site organises the party and governs itself from a day on,
// by the document that decided it. Another form than the numbers propose needs a
// reason.
func (s *Service) SetForm(ctx context.Context, by actor.Actor, key db.Key, is Form) (Form, error) {
	if !policy.May(by, policy.CommunityForm) {
		return is, fault.New(fault.NotFound, "policy.not_found")
	}
	return db.Once(ctx, s.DB, by, string(policy.CommunityForm), key, is, func(tx *db.Tx) (Form, error) {
		site, err := siteByID(tx, is.SiteID)
		if err != nil {
			return is, err
		}
		if err := policy.Check(by, policy.CommunityForm, policy.Places{{Relation: policy.At, Path: site.Village}}); err != nil {
			return is, err
		}
		today := calendar.On(tx.Now())
		forms, err := formsOf(tx, site.ID)
		if err != nil {
			return is, err
		}
		rows, err := ruleRows(tx)
		if err != nil {
			return is, err
		}
		n, err := counts(tx, []string{site.ID})
		if err != nil {
			return is, err
		}
		x, err := division.Load(tx)
		if err != nil {
			return is, err
		}
		var f fault.Fields
		is.check(&f, x, site, forms, today)
		if is.Differs(ruleOn(rows, today).Propose(n[site.ID].Households, is.Members)) {
			words(&f, "reason", &is.Reason)
		}
		if err := f.Err(); err != nil {
			return is, err
		}
		is.ID, is.ValidTo, is.Version = tx.NewID(), calendar.Forever, 1
		is.RecordedBy, is.RecordedName, is.RecordedAt = by.Account, by.Name, tx.Millis()
		if len(forms) > 0 && forms[0].ValidTo == calendar.Forever {
			was := forms[0]
			ended := was
			ended.ValidTo, ended.Version = is.ValidFrom, was.Version+1
			if err := endForm(tx, was, ended); err != nil {
				return is, err
			}
		}
		if err := db.Insert(tx, "site_form", is); err != nil {
			return is, err
		}
		return is, tx.Record("site/"+site.ID, nil, is)
	})
}

// check is the rule of a form: its parts are of the list, it names a neighbour
// where it leans on one, and it follows what is known.
func (is *Form) check(f *fault.Fields, x *division.Index, site division.Site, forms []Form, today calendar.Date) {
	if !slices.Contains(PartyForms, is.Party) {
		f.Add("party", "form.required")
	}
	if !slices.Contains(SelfForms, is.Self) {
		f.Add("self", "form.required")
	}
	leans := is.Self != Own || is.Party != Alone
	with, ok := x.Get(is.With)
	switch {
	case leans && (!ok || with.Level != division.Village || with.ValidTo != calendar.Forever || with.Code[:6] != site.Village[:6]):
		f.Add("with", "community.form.with")
	case !leans:
		is.With = ""
	}
	if is.Members < 0 || is.Members > 100000 {
		f.Add("members", "community.form.members")
	}
	words(f, "document", &is.Document)
	switch {
	case !is.ValidFrom.Valid() || is.ValidFrom > today:
		f.Add("valid_from", "community.form.from")
	case len(forms) > 0 && is.ValidFrom <= forms[0].ValidFrom:
		f.Add("valid_from", "community.form.before", "since", forms[0].ValidFrom.Chinese())
	}
	is.Reason = strings.TrimSpace(is.Reason)
}

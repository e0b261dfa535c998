package election

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/policy"
)

// Bodies that can consent: the village assembly or its representatives (村民委员会
// 组织法 16); of a community worker, the election committee (居民委员会组织法 16).
var Bodies = map[Law][]string{
	VillageLaw:   {"assembly", "representatives"},
	ResidentsLaw: {"committee"},
}

// A Resolution is what a meeting decided about some who applied.
type Resolution struct {
	People   []person.ID
	Answer   string // Yes or No
	Body     string
	On       calendar.Date
	For      int64
	Against  int64
	Document string
}

// Consent writes down a resolution about those who applied.
func (s *Service) Consent(ctx context.Context, by actor.Actor, key db.Key, id ID, r Resolution) (Election, error) {
	r.Document = strings.TrimSpace(r.Document)
	return s.about(ctx, by, key, policy.ElectionConsent, id, r.People, r, func(tx *db.Tx, x *Elector) error {
		if x.Why != Awaits {
			return fault.New(fault.Conflict, "election.consent.not_asked")
		}
		x.Consent, x.ConsentOn, x.Meeting = r.Answer, r.On, r.words()
		return nil
	}, func(tx *db.Tx, e Election) error { return r.check(e.Law, calendar.On(tx.Now())) })
}

// words is a resolution as it is told to those it is about.
func (r Resolution) words() string {
	return i18n.T("election.meeting", "body", i18n.T("election.body."+r.Body), "for", r.For, "against", r.Against, "document", r.Document) //i18n:dynamic election.body.
}

// check is the rule of a resolution: by a body the law names, with more for it
// than against it.
func (r Resolution) check(law Law, today calendar.Date) error {
	var f fault.Fields
	if len(r.People) == 0 {
		f.Add("people", "election.consent.people")
	}
	if r.Answer != Yes && r.Answer != No {
		f.Add("answer", "election.consent.answer")
	}
	known := false
	for _, b := range Bodies[law] {
		known = known || b == r.Body
	}
	if !known {
		f.Add("body", "election.consent.body")
	}
	if r.For < 0 || r.Against < 0 || (r.Answer == Yes) != (r.For > r.Against) {
		f.Add("for", "election.consent.votes")
	}
	day(&f, "on", r.On, today)
	words(&f, "document", r.Document)
	return f.Err()
}

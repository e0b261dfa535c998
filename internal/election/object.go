package election

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/policy"
)

// Decisions about an objection.
const (
	Add    = "add"    // onto the list
	Remove = "remove" // off it
	Reject = "reject"
)

// An Objection is somebody's word against a list (申诉).
type Objection struct {
	ID          string        `db:"id" record:"ignore"`
	ElectionID  ID            `db:"election_id" record:"ignore"`
	PersonID    person.ID     `db:"person_id" record:"track"`
	About       string        `db:"about" record:"ignore"`
	ByName      string        `db:"by_name" record:"track"`
	Text        string        `db:"text" record:"track"`
	MadeOn      calendar.Date `db:"made_on" record:"track"`
	DecideBy    calendar.Date `db:"decide_by" record:"track"`
	Decision    string        `db:"decision" record:"track"`
	Answer      string        `db:"answer" record:"track"`
	DecidedOn   calendar.Date `db:"decided_on" record:"track"`
	DecidedBy   string        `db:"decided_by" record:"track"`
	DecidedName string        `db:"decided_name" record:"ignore"`
}

func (o Objection) subject() string { return "election/" + string(o.ElectionID) }

// Object writes an objection down. It is heard if it was made within five days
// of publication, and decided within three days of being made (art 17).
func (s *Service) Object(ctx context.Context, by actor.Actor, key db.Key, id ID, o Objection) (Election, error) {
	o.About, o.ByName, o.Text = strings.TrimSpace(o.About), strings.TrimSpace(o.ByName), strings.TrimSpace(o.Text)
	return s.act(ctx, by, key, policy.ElectionObject, id, o, func(tx *db.Tx, e *Election) error {
		if e.State != Published {
			return fault.New(fault.Conflict, "election.not_now")
		}
		var f fault.Fields
		day(&f, "made_on", o.MadeOn, calendar.On(tx.Now()))
		if o.MadeOn.Valid() && (o.MadeOn < e.PublishedOn || o.MadeOn > e.ObjectionsBy) {
			f.Add("made_on", "election.object.over", "from", e.PublishedOn, "by", e.ObjectionsBy)
		}
		if o.PersonID != "" {
			x, err := shown(tx, e.ID, o.PersonID)
			if err != nil {
				return err
			}
			o.About = x.Name
		}
		f.Require("about", o.About)
		f.Require("by_name", o.ByName)
		words(&f, "text", o.Text)
		if err := f.Err(); err != nil {
			return err
		}
		o.ID, o.ElectionID, o.DecideBy = tx.NewID(), e.ID, o.MadeOn.AddDays(decisionDays)
		o.Decision, o.Answer, o.DecidedOn, o.DecidedBy, o.DecidedName = "", "", "", "", ""
		return insertObjection(tx, o)
	})
}

// Decide answers an objection with the reason: onto the list, off it, or neither.
func (s *Service) Decide(ctx context.Context, by actor.Actor, key db.Key, id ID, objectionID, decision, answer string) (Election, error) {
	answer = strings.TrimSpace(answer)
	return s.act(ctx, by, key, policy.ElectionDecide, id, [3]string{objectionID, decision, answer}, func(tx *db.Tx, e *Election) error {
		was, err := objection(tx, objectionID)
		if err != nil {
			return err
		}
		if was.ElectionID != e.ID {
			return fault.New(fault.NotFound, "policy.not_found")
		}
		if e.State != Published || was.Decision != "" {
			return fault.New(fault.Conflict, "election.not_now")
		}
		var f fault.Fields
		switch {
		case decision != Add && decision != Remove && decision != Reject:
			f.Add("decision", "election.decide.decision")
		case decision != Reject && was.PersonID == "":
			f.Add("decision", "election.decide.unknown")
		}
		words(&f, "answer", answer)
		if err := f.Err(); err != nil {
			return err
		}
		is := was
		is.Decision, is.Answer, is.DecidedOn, is.DecidedBy, is.DecidedName = decision, answer, calendar.On(tx.Now()), by.Account, by.Name
		if err := saveObjection(tx, was, is); err != nil || decision == Reject {
			return err
		}
		return decided(tx, e, was.PersonID, decision)
	})
}

// decided puts a person onto a list or takes them off it. Neither age nor a
// court's word nor another list of the round can be decided away.
func decided(tx *db.Tx, e *Election, of person.ID, decision string) error {
	was, err := elector(tx, e.ID, of)
	if err != nil {
		return err
	}
	is := was
	is.Decided = No
	if decision == Add {
		is.Decided = Yes
	}
	if err := judge(tx, e, was, is, of); err != nil {
		return err
	}
	if err := recount(tx, e); err != nil {
		return err
	}
	is, err = elector(tx, e.ID, of)
	if err == nil && decision == Add && is.Listed == 0 {
		err = fault.New(fault.Conflict, "election.decide.cannot."+string(is.Why)) //i18n:dynamic election.decide.cannot.
	}
	return err
}
